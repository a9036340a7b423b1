"""A ledger of claims as a record: what is confirmed, what is a promise, and what is a rate."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from fullrate.claims import CHECKLIST
from fullrate.findings import Refused
from fullrate.forecast.known import period_of
from fullrate.forecast.ledger import Ledger, is_ledger, read_ledger
from fullrate.studies.outlook import outlook

DAY = date(2026, 3, 1)
HEAD = "id,confirmed,confirmed_by,quote,modality,polarity,quantity,unit,quantity_kind,deadline_from,deadline_to"
SAID = {"confirmed": "true", "modality": "expected", "polarity": "+", "quantity_kind": "product"}


def ledger(tmp_path: Path, *rows: dict[str, str]) -> Path:
    names = HEAD.split(",")
    full = [{"id": f"s{at}", "quote": "as said", **SAID, **row} for at, row in enumerate(rows)]
    file = tmp_path / "ledger.csv"
    file.write_text("\n".join([HEAD, *(",".join(row.get(name, "") for name in names) for row in full)]) + "\n", "utf-8")
    return file


def announced(found: Ledger) -> pl.DataFrame:
    return found.surge.frames["announced"]


def test_a_dated_quantity_is_a_promise(tmp_path: Path) -> None:
    file = ledger(tmp_path, {"quantity": "5000", "unit": "pumps", "deadline_to": "2026-12-31"})
    assert is_ledger(file)
    row = announced(read_ledger(file, DAY)).row(0, named=True)
    assert (row["target_quantity"], row["target_date"], row["what"]) == (5000, date(2026, 12, 31), "cumulative")


@pytest.mark.parametrize("unit", ["pumps/week", "pumps a week", "wafers per month", "pumps each day"])
def test_a_quantity_per_time_is_a_rate_and_not_a_total(tmp_path: Path, unit: str) -> None:
    file = ledger(tmp_path, {"quantity": "20", "unit": unit, "deadline_to": "2026-12-31"})
    assert announced(read_ledger(file, DAY))["what"].to_list() == ["rate"]


@pytest.mark.parametrize("unit", ["masks an hour", "masks per shift", "masks/minute"])
def test_a_quantity_per_hour_is_a_rate_too(tmp_path: Path, unit: str) -> None:
    file = ledger(tmp_path, {"quantity": "20", "unit": unit, "deadline_to": "2026-12-31"})
    assert announced(read_ledger(file, DAY))["what"].to_list() == ["rate"]


def test_so_many_per_family_are_no_total(tmp_path: Path) -> None:
    file = ledger(tmp_path, {"quantity": "2", "unit": "masks per family", "deadline_to": "2026-12-31"})
    assert announced(read_ledger(file, DAY)).is_empty()


@pytest.mark.parametrize("unit", ["pumps a month", "pumps per month", "pumps/month"])
def test_the_period_of_a_rate_is_understood_by_the_forecast(tmp_path: Path, unit: str) -> None:
    file = ledger(tmp_path, {"quantity": "20", "unit": unit, "deadline_to": "2026-12-31"})
    assert [period_of(one) for one in announced(read_ledger(file, DAY))["unit"]] == ["month"]


@pytest.mark.parametrize(
    ("flags", "sure"),
    [
        ({"confirmed": "true"}, True),
        ({"confirmed": "", "confirmed_by": "A. Reader"}, True),
        ({"confirmed": "false", "confirmed_by": "A. Reader"}, False),
        ({"confirmed": ""}, False),
    ],
)
def test_only_what_a_person_confirmed_is_read(tmp_path: Path, flags: dict[str, str], sure: bool) -> None:
    other = {"quantity": "1", "unit": "pumps", "confirmed": "true"}
    file = ledger(tmp_path, other, {"quantity": "9", "unit": "pumps", "deadline_to": "2026-12-31", **flags})
    assert len(announced(read_ledger(file, DAY))) == sure


@pytest.mark.parametrize(
    "said",
    [
        {"modality": "possible"},
        {"modality": "expected;contested"},
        {"polarity": "-"},
        {"deadline_to": ""},
        {"unit": ""},
    ],
)
def test_what_is_hedged_or_open_is_no_promise(tmp_path: Path, said: dict[str, str]) -> None:
    file = ledger(tmp_path, {"quantity": "9", "unit": "pumps", "deadline_to": "2026-12-31", **said})
    assert announced(read_ledger(file, DAY)).is_empty()


def test_the_day_of_the_text_is_that_of_the_ledger(tmp_path: Path) -> None:
    """Known half a year later, the promise is as long as it was; the row of the day is no claim."""
    row = {"quantity": "5000", "unit": "pumps", "deadline_to": "2026-12-31"}
    day = {"id": "published", "confirmed": "true", "modality": "asserted", "deadline_from": "2026-03-01"}
    made = read_ledger(ledger(tmp_path, day, row), date(2026, 9, 1))
    assert announced(made)["announced_on"].to_list() == [made.announced_on] == [date(2026, 3, 1)]
    assert (made.confirmed, made.rows) == (1, 1)
    assert read_ledger(ledger(tmp_path, day, row)).announced_on == date(2026, 3, 1)
    assert read_ledger(ledger(tmp_path, row), DAY).announced_on == DAY
    with pytest.raises(Refused) as refused:
        read_ledger(ledger(tmp_path, row))
    assert [one.code for one in refused.value.findings] == ["FR836"]


def test_nothing_confirmed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_ledger(ledger(tmp_path, {"confirmed": "", "quantity": "9", "unit": "pumps"}), DAY)
    assert [one.code for one in refused.value.findings] == ["FR823"]


def test_every_point_of_the_checklist_is_told(tmp_path: Path) -> None:
    """A dated quantity answers how much and by when; vague recipients are named in part; the other points are not."""
    rows = (
        {"quantity": "5000", "unit": "pumps", "deadline_to": "2026-12-31"},
        {"quantity_kind": "recipient"},
    )
    found = {one["point"]: one["state"] for one in read_ledger(ledger(tmp_path, *rows), DAY).facts()["checklist"]}
    assert set(found) == set(CHECKLIST)
    assert {name for name, state in found.items() if state == "known"} == {"quantity", "deadline"}
    assert {name for name, state in found.items() if state == "hedged"} == {"recipients"}


@pytest.mark.parametrize("due", ["2024-06-01", "2026-03-01"])
def test_what_is_to_come_by_a_day_that_has_passed_is_refused_with_its_line(tmp_path: Path, due: str) -> None:
    promise = {"quantity": "5000", "unit": "pumps", "deadline_to": due}
    with pytest.raises(Refused) as refused:
        read_ledger(ledger(tmp_path, {**promise, "deadline_to": "2027-01-01"}, promise), DAY)
    assert [(one.code, one.row, one.column) for one in refused.value.findings] == [("FR801", 3, "deadline_to")]
    read_ledger(ledger(tmp_path, {**promise, "modality": "asserted"}), DAY)
    read_ledger(ledger(tmp_path, {**promise, "confirmed": "false"}, {**promise, "deadline_to": "2027-01-01"}), DAY)


def test_a_day_before_the_text_is_said_of_the_ledger(tmp_path: Path) -> None:
    file = ledger(tmp_path, {"quantity": "5000", "unit": "pumps", "deadline_to": "2027-01-01"})
    with pytest.raises(Refused) as refused:
        outlook(read_ledger(file, DAY).surge, date(2025, 1, 1))
    assert [(one.code, one.file, one.key) for one in refused.value.findings] == [("FR804", str(file), "published")]
