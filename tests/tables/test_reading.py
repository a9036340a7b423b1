"""Files as programs of this world write them: read without loss, or refused with the line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullrate.findings import Finding, Refused
from fullrate.tables import Tables, read
from fullrate.tables import sheet as sheets
from fullrate.tables.sheet import parse
from fullrate.tables.spec import TABLES
from tables import whole


def findings_with(tmp_path: Path, **files: str | bytes) -> tuple[Tables, list[Finding]]:
    changes = {name.replace("_csv", ".csv").replace("_toml", ".toml"): text for name, text in files.items()}
    return read(whole.write(tmp_path / "scenario", changes))


LANES = whole.FILES["lanes.csv"]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(LANES.encode("utf-8-sig"), id="byte order mark"),
        pytest.param(LANES.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(LANES.replace("\n", "\r").encode(), id="CR alone"),
        pytest.param(LANES.rstrip("\n").encode(), id="no last line end"),
        pytest.param((LANES + "\n\n  \n").encode(), id="blank lines at the end"),
        pytest.param(LANES.replace("\n", "\n\n", 2).encode(), id="blank lines between"),
        pytest.param((LANES + ",,,,,,,,,,,,\n").encode(), id="row of commas"),
        pytest.param(LANES.replace("\n", ",,\n").encode(), id="empty columns at the right"),
        pytest.param(LANES.replace(",", ";").encode(), id="semicolons"),
        pytest.param(LANES.replace(",", ";").replace(".", ",").encode(), id="decimal commas"),
        pytest.param(LANES.replace(",", "\t").encode(), id="tabs"),
        pytest.param(LANES.encode("utf-16"), id="UTF-16"),
        pytest.param(LANES.replace(",", '","').replace("\n", '"\n"').encode()[:0] or LANES.encode(), id="plain"),
        pytest.param(LANES.replace("works_hub,", '"works_hub",').encode(), id="quotes"),
        pytest.param(LANES.replace("lane,from", "lane , from").encode(), id="spaces in the header"),
    ],
)
def test_any_way_of_writing_a_file_gives_the_same_table(data: bytes, tmp_path: Path) -> None:
    expected = read(whole.write(tmp_path / "plain"))[0].frames["lanes"]
    tables, findings = findings_with(tmp_path, lanes_csv=data)
    assert findings == []
    assert tables.frames["lanes"].equals(expected)


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    text = whole.FILES["sites.csv"].replace("Globex", "Müller")
    tables, findings = findings_with(tmp_path, sites_csv=text.encode("cp1252"))
    assert "Müller" in tables.frames["sites"]["owner"].to_list()
    assert [finding.code for finding in findings] == ["FR015"]


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    _, findings = findings_with(tmp_path, sites_csv=b"site\n\x81\x8d\n")
    assert [(f.code, Path(f.file).name) for f in findings] == [("FR004", "sites.csv")]


def test_names_stay_text() -> None:
    rows = {"items": [{"item": "007"}, {"item": "NA"}, {"item": "1e3"}, {"item": "true"}]}
    tables = Tables.from_rows({"start": date(2026, 1, 5)}, rows)
    assert tables.keys("items") == ["007", "NA", "1e3", "true"]


def test_lines_are_those_an_editor_shows(tmp_path: Path) -> None:
    text = 'item,name,unit,source\nvial,"Empty vial,\n5 ml",vial,plan\n\nvaccine,,doses,plan\n'
    tables, _ = findings_with(tmp_path, items_csv=text)
    assert [tables.line("items", i) for i in range(2)] == [2, 5]
    from fullrate.tables.check import check

    unit = next(finding for finding in check(tables) if finding.code == "FR111")
    assert unit.row == 5
    assert unit.excerpt is not None
    assert unit.excerpt.line[unit.excerpt.start :][: unit.excerpt.length] == "doses"


def test_a_ragged_row_is_named_once_and_not_judged_further(tmp_path: Path) -> None:
    text = whole.FILES["lanes.csv"] + "short,hub\nlong,hub,hilltown,*,road,1,,unit,0,0,,,plan,more\n"
    _, findings = findings_with(tmp_path, lanes_csv=text)
    assert [(f.code, f.row) for f in findings] == [("FR005", 7), ("FR005", 8)]


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1e3", 1000.0), ("+5", 5.0), (".5", 0.5), ("5.", 5.0), (" 7 ", 7.0), ("-0", 0.0)],
)
def test_plain_numbers(cell: str, value: float) -> None:
    tables = Tables.from_rows({"start": "2026-01-05"}, {"items": [{"item": "a", "value": cell}]})
    assert tables.frames["items"]["value"][0] == value


@pytest.mark.parametrize(
    ("cell", "code", "fix"),
    [
        ("1,000", "FR102", None),
        ("1.000,5", "FR101", "1000.5"),
        ("1,000.5", "FR101", "1000.5"),
        ("1,000,000", "FR101", "1000000"),
        ("1,5", "FR101", "1.5"),
        ("1 000", "FR101", "1000"),
        ("1'000", "FR101", "1000"),
        ("1_000", "FR101", "1000"),
        ("50%", "FR101", "0.5"),
        ("12,34,567", "FR101", None),
        ("0x10", "FR101", None),
        ("1.2.3", "FR101", None),
        ("EUR 5", "FR101", None),
        ("inf", "FR112", None),
        ("nan", "FR112", None),
        ("1e999", "FR112", None),
        ("١٢", "FR101", "12"),
    ],
)
def test_numbers_are_never_guessed(cell: str, code: str, fix: str | None) -> None:
    with pytest.raises(Refused) as refused:
        Tables.from_rows({"start": "2026-01-05"}, {"items": [{"item": "a", "value": cell}]})
    (finding,) = refused.value.findings
    assert (finding.code, finding.fix) == (code, fix)


@pytest.mark.parametrize(
    ("cell", "code", "fix"),
    [
        ("1.5", "FR103", None),
        ("1,5", "FR101", None),
        ("1 000", "FR101", "1000"),
        ("1_000", "FR101", "1000"),
        ("1e20", "FR112", None),
        ("inf", "FR112", None),
        ("two", "FR101", None),
    ],
)
def test_whole_numbers_are_never_guessed(cell: str, code: str, fix: str | None) -> None:
    rows = {"recipients": [{"recipient": "a", "site": "b", "class": cell}]}
    with pytest.raises(Refused) as refused:
        Tables.from_rows({"start": "2026-01-05"}, rows)
    (finding,) = refused.value.findings
    assert (finding.code, finding.fix) == (code, fix)


def test_many_bad_cells_of_every_kind_do_not_take_long_to_refuse() -> None:
    """A cost bound by counting, not by the clock: nearest names are searched for few of many."""
    from fullrate.tables import nearest as module

    calls = 0
    search = module.nearest

    def counted(name: str, names: Any) -> Any:
        nonlocal calls
        calls += 1
        return search(name, names)

    lanes = [{"lane": f"l{i}", "from": f"x{i}", "to": f"y{i}", "source": f"z{i}"} for i in range(2000)]
    rows = {
        "lanes": lanes,
        "sites": [{"site": "a"}],
        "items": [{"item": f"i{i}", "unit": f"u{i}"} for i in range(2000)],
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "nearest", counted)
        from fullrate.tables.check import check

        findings = check(Tables.from_rows({"start": "2026-01-05"}, rows))
    assert len(findings) >= 8000
    assert calls <= 4 * module.PATIENCE


@pytest.mark.parametrize(
    ("numbers", "fine"),
    [
        (("1,5", "2,25"), True),  # decimal commas
        (("1,5", "1,000"), True),  # the first settles what the comma is
        (("1,000", "2,500"), False),  # thousands or decimals?
        (("0,125", "7"), True),  # no thousand begins with 0
        (("1.5", "2.25"), True),  # semicolons with decimal points
        (("1,5", "2.5"), False),  # both signs in one file
        (("1,5", "1.000"), False),
    ],
)
def test_decimal_commas_in_files_with_semicolons(numbers: tuple[str, str], fine: bool, tmp_path: Path) -> None:
    one, two = numbers
    text = f"item;unit;value;source\nvial;vial;{one};plan\nvaccine;dose;{two};plan\n"
    tables, findings = findings_with(tmp_path, items_csv=text)
    assert ([f.code for f in findings] == []) is fine
    if fine:
        expected = [float(number.replace(",", ".")) for number in numbers]
        assert tables.frames["items"]["value"].to_list() == expected


@pytest.mark.parametrize(
    ("cell", "fix"),
    [
        ("2026/02/01", "2026-02-01"),
        ("2026-2-1", "2026-02-01"),
        ("20260201", "2026-02-01"),
        ("13/02/2026", "2026-02-13"),
        ("02/13/2026", "2026-02-13"),
        ("1.2.2026", None),
        ("31.12.2026", "2026-12-31"),
        ("1 Feb 2026", "2026-02-01"),
        ("Feb 1st, 2026", "2026-02-01"),
        ("2026-02-01 00:00:00", "2026-02-01"),
        ("2026-02-01T12:30:00", None),
        ("01/02/2026", None),
        ("02/02/2026", "2026-02-02"),
        ("01/02/26", None),
        ("46054", None),
        ("2026-02-30", None),
        ("soon", None),
    ],
)
def test_dates_are_never_guessed(cell: str, fix: str | None) -> None:
    rows = {"sites": [{"site": "a", "opens": cell}]}
    with pytest.raises(Refused) as refused:
        Tables.from_rows({"start": "2026-01-05"}, rows)
    (finding,) = refused.value.findings
    assert (finding.code, finding.fix) == ("FR105", fix)


@pytest.mark.parametrize(("cell", "value"), [("true", True), ("FALSE", False), ("True", True)])
def test_true_and_false_in_any_case(cell: str, value: bool) -> None:
    tables = Tables.from_rows({"start": "2026-01-05"}, {"funds": [{"fund": "a", "carry": cell}]})
    assert tables.frames["funds"]["carry"][0] is value


def test_a_missing_table_is_said_once(tmp_path: Path) -> None:
    tables, findings = read(whole.write(tmp_path / "scenario", {"sites.csv": None}))
    from fullrate.tables.check import check

    assert [finding.code for finding in findings] == ["FR002"]
    assert [finding.code for finding in check(tables)] == []


def test_no_folder_and_a_file_instead(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("nothing", "file"):
        _, findings = read(tmp_path / name)
        assert [finding.code for finding in findings] == ["FR001"]


def test_only_tables_are_read(tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "scenario")
    for name in ("README.md", ".~lock.items.csv#", "~$items.csv", ".hidden.csv"):
        (folder / name).write_text("whatever")
    (folder / "outcome").mkdir()
    (folder / "outcome" / "months.csv").write_text("whatever")
    assert read(folder)[1] == []
    (folder / "Items.CSV").write_text("whatever")
    assert [finding.code for finding in read(folder)[1]] == ["FR003"]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), max_size=6)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8), st.sampled_from([",", ";", "\t"]))
def test_both_ways_of_reading_give_the_same_sheet(rows: list[tuple[str, str, str]], delimiter: str) -> None:
    banned = set(delimiter) | {'"'}
    cells = ["".join(char for char in cell if char not in banned) for row in rows for cell in row]
    lines = [delimiter.join(cells[i : i + 3]) for i in range(0, len(cells), 3)]
    data = "\n".join([delimiter.join(("item", "name", "unit")), *lines]).encode()
    slow = parse(data, TABLES["items"].names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sheets, "LARGE", -1)
        fast = parse(data, TABLES["items"].names)
    assert fast.header == slow.header
    assert fast.frame.equals(slow.frame)
    lines_of = [sheet.lines or tuple(range(2, sheet.frame.height + 2)) for sheet in (fast, slow)]
    assert lines_of[0] == lines_of[1]


NAME = st.text("abcXYZ019 .-_äé", min_size=1, max_size=8).filter(lambda name: name == name.strip())
ITEM = st.fixed_dictionaries(
    {"item": NAME},
    optional={
        "name": st.text('ab,;"\n é', max_size=8).filter(lambda text: text.strip() != ""),
        "value": st.floats(0, 1e9),
        "size": st.one_of(st.none(), st.integers(0, 1000)),
        "shelf_life_d": st.just(float("inf")),
    },
)


@given(rows=st.lists(ITEM, max_size=6, unique_by=lambda row: row["item"]))
def test_rows_and_the_same_rows_in_a_file_give_the_same_tables(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    import csv

    from fullrate.tables.settings import as_text

    tables = Tables.from_rows({"start": "2026-01-05"}, {"items": rows})
    folder = tmp_path_factory.mktemp("rows")
    (folder / "scenario.toml").write_text("start = 2026-01-05\n")
    with (folder / "items.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = list(dict.fromkeys(name for row in rows for name in row)) or ["item"]
        writer.writerow(names)
        writer.writerows([as_text(row.get(name)) for name in names] for row in rows)
    read_again, _ = read(folder)
    assert read_again.frames["items"].equals(tables.frames["items"])
    assert read_again.keys("items") == tables.keys("items")
