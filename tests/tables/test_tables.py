"""The interface of tables: frames, defaults, keys, texts, and the only what-if."""

from __future__ import annotations

import pickle
from datetime import date
from math import inf
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullrate.findings import Refused
from fullrate.tables import Cell, Tables, read
from fullrate.tables.check import check
from fullrate.tables.model import DTYPES
from fullrate.tables.spec import TABLES
from tables import whole


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    found, findings = read(whole.write(tmp_path_factory.mktemp("whole") / "scenario"))
    assert findings == []
    return found


def test_every_table_is_there_with_the_columns_of_the_spec(tables: Tables) -> None:
    assert list(tables.frames) == list(TABLES)
    for name, table in TABLES.items():
        assert tables.frames[name].columns == list(table.names)
        assert tables.frames[name].dtypes == [DTYPES[column.type] for column in table.columns]
        assert tables.written[name].columns == list(table.names)


def test_blank_is_null_and_filled_is_the_default(tables: Tables) -> None:
    lane = tables.frames["lanes"].row(2, named=True)
    assert lane["capacity"] is None
    filled = list(tables.rows("lanes"))[2]
    assert filled["capacity"] == inf
    assert filled["cap_unit"] == "unit"
    assert filled["fund"] is None


def test_defaults_from_settings_and_from_other_columns(tables: Tables) -> None:
    gates = {row["gate"]: row for row in tables.rows("gates")}
    assert gates["approval"]["retry_d"] == gates["approval"]["duration_d"] == 20
    assert gates["trial"]["retry_d"] == 20
    recipe = list(tables.rows("recipe"))
    assert [row["slot"] for row in recipe] == ["glass", "cracked", "glass"]
    stock = list(tables.rows("stock"))
    assert [row["date"] for row in stock] == [date(2026, 1, 5), date(2026, 3, 2), date(2026, 1, 5)]
    assert [row["class"] for row in tables.rows("needs")] == [None, 2]


def test_keys(tables: Tables) -> None:
    assert tables.keys("lanes")[0] == "works_hub"
    assert tables.keys("stock") == ["works|vial", "works|vial|2026-03-02", "hub|vaccine"]
    assert tables.keys("recipe") == ["fill|glass|vial", "fill|cracked|cracked", "repair|glass|cracked"]
    assert tables.keys("series")[0] == "lanes|works_hub|capacity|2026-03-02"


def test_every_cell_can_be_addressed_and_read(tables: Tables) -> None:
    for name, table in TABLES.items():
        keys = tables.keys(name)
        assert table.repeats or len(set(keys)) == len(keys)
        for row, key in enumerate(keys):
            for column in table.names:
                cell = Cell(name, key, column)
                assert Cell.parse(str(cell)) == cell
                if not table.repeats:
                    assert tables.text(cell) == (tables.written[name][column][row] or "")


def test_lines(tables: Tables) -> None:
    assert [tables.line("lanes", i) for i in range(4)] == [2, 3, 4, 5]


def test_text_of_a_cell_that_is_not_there(tables: Tables) -> None:
    for cell in (Cell("lanes", "nowhere", "lead_d"), Cell("lanes", "works_hub", "speed")):
        with pytest.raises((KeyError, pl.exceptions.ColumnNotFoundError)):
            tables.text(cell)


def test_a_replaced_cell_is_the_only_difference(tables: Tables) -> None:
    cell = Cell("lanes", "works_hub", "lead_d")
    changed = tables.replace(cell, "21")
    assert changed.text(cell) == "21"
    assert changed.frames["lanes"]["lead_d"].to_list() == [21, 3, 1, 1, 2]
    assert tables.frames["lanes"]["lead_d"].to_list() == [2, 3, 1, 1, 2]
    assert changed.changes == ("lanes:works_hub.lead_d=21",)
    for name in TABLES:
        if name != "lanes":
            assert changed.frames[name] is tables.frames[name]


@given(value=st.floats(0, 1e6).filter(lambda value: value == 0 or value > 1e-9))
def test_replacing_back_gives_the_same_tables(value: float, tables: Tables) -> None:
    cell = Cell("stock", "works|vial", "qty")
    before = tables.text(cell)
    there = tables.replace(cell, repr(value))
    assert there.frames["stock"]["qty"][0] == value
    back = there.replace(cell, before)
    assert back.frames["stock"].equals(tables.frames["stock"])
    assert back.written["stock"].equals(tables.written["stock"])


def test_a_blank_text_means_the_default(tables: Tables) -> None:
    changed = tables.replace(Cell("lanes", "works_hub", "capacity"), "")
    assert changed.filled("lanes")["capacity"][0] == inf


def test_settings_can_be_replaced(tables: Tables) -> None:
    changed = tables.replace(Cell("scenario", "", "tail"), "0")
    assert (changed.config.tail, tables.config.tail) == (0.0, 1.0)
    longer = tables.replace(Cell("scenario", "", "calendar"), "[[4, 7], [3, 28]]")
    assert longer.config.calendar == ((4, 7.0), (3, 28.0))
    assert longer.config.horizon_d == 112


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("lanes:works_hub.lead_d", "-1", "FR108"),
        ("lanes:works_hub.lead_d", "soon", "FR101"),
        ("lanes:works_hub.lead_d", "1,000", "FR102"),
        ("lanes:works_hub.from", "nowhere", "FR201"),
        ("lanes:works_hub.source", "nobody", "FR201"),
        ("reliability:vaccine|base.shape", "0.1", "FR108"),
        ("items:vial.unit", "vials", "FR111"),
        ("needs:hill_doses.late", "never", "FR106"),
        ("lanes:works_hub.from", "", "FR107"),
        ("needs:hill_doses.due", "1/2/2026", "FR105"),
        ("scenario:tail", "-1", "FR108"),
        ("scenario:fairness", "none", "FR106"),
        ("lanes:works_hub.lane", "other", "FR016"),
        ("lanes:works-hub.lead_d", "1", "FR016"),
        ("lanes:works_hub.lead", "1", "FR016"),
        ("lane:works_hub.lead_d", "1", "FR016"),
        ("scenario:tale", "1", "FR016"),
    ],
)
def test_a_change_is_held_to_what_a_cell_is(cell: str, value: str, code: str, tables: Tables) -> None:
    with pytest.raises(Refused) as refused:
        tables.replace(Cell.parse(cell), value)
    assert [finding.code for finding in refused.value.findings] == [code]


@pytest.mark.parametrize(
    ("cell", "named", "unnamed"),
    [("lanes:works_hub.amount", "lead_d", "lane"), ("scenario:amount", "tail", "amount")],
)
def test_a_change_of_what_does_not_exist_is_told_what_does(cell: str, named: str, unnamed: str, tables: Tables) -> None:
    with pytest.raises(Refused) as refused:
        tables.replace(Cell.parse(cell), "1")
    allowed = refused.value.findings[0].allowed.split(", ")
    assert named in allowed
    assert unnamed not in allowed


def test_changes_while_reading(tmp_path: Path) -> None:
    folder = whole.write(tmp_path / "scenario")
    tables, findings = read(folder, ["lanes:works_hub.lead_d=9", (Cell("scenario", "", "tail"), "0")])
    assert findings == []
    assert tables.frames["lanes"]["lead_d"][0] == 9
    assert tables.config.tail == 0
    assert tables.changes == ("lanes:works_hub.lead_d=9", "scenario:tail=0")
    _, findings = read(folder, ["lanes=9", "lanes:works_hub.lead_d=x"])
    assert [finding.code for finding in findings] == ["FR016", "FR101"]


def test_tables_from_rows_refuse_what_a_file_would() -> None:
    rows = {"items": [{"item": "a", "valu": 1}], "item": [{"item": "a"}], "sites": [{"site": "b", "opens": "x"}]}
    with pytest.raises(Refused) as refused:
        Tables.from_rows({"start": "2026-01-05", "period": 7}, rows)
    assert sorted(finding.code for finding in refused.value.findings) == ["FR003", "FR007", "FR013", "FR105"]
    assert "FR0" in str(refused.value)


def test_rows_of_one_scenario_make_the_other(tables: Tables) -> None:
    rows = {name: tables.frames[name].to_dicts() for name in TABLES}
    config = {
        "start": date(2026, 1, 5),
        "as_of": date(2026, 1, 1),
        "periods": 30,
        "fund": "budget",
        "coverage": "serviceable",
        "name": "Two clinics",
        "currency": "EUR",
        "io_unit": "million EUR",
        "io_year": 2023,
        "io_price_base": date(2023, 7, 1),
    }
    again = Tables.from_rows(config, rows)
    for name in TABLES:
        assert again.frames[name].equals(tables.frames[name])
    assert check(again) == []


def test_tables_can_be_sent_to_another_process(tables: Tables) -> None:
    again: Tables = pickle.loads(pickle.dumps(tables))
    assert again.config == tables.config
    assert all(again.frames[name].equals(tables.frames[name]) for name in TABLES)
    assert again.keys("stock") == tables.keys("stock")
