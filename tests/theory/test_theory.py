"""Every folder here is a small scenario whose answer is known without the program.

``expected.toml`` says what and why. Its tables:

- ``U.CLASS``: least weighted sum of mean waits of the class, days (relative tolerance 1e-6)
- ``stage.NAME``: value of another stage (the same tolerance)
- ``wait.RECIPIENT``: its mean wait, days
- ``delivered.NEED``: units handed over so far, by period; the last value holds to the end
- ``covered.CLASS``, ``most.CLASS``: shares covered in the plan, and at most by any plan, by period
- ``gap.CLASS``, ``gap_at_least.CLASS``: largest of most minus covered over the periods
- ``gate.NAME``: days on which it begins and is passed
- ``idle``: keys of flows that must not occur; ``[[flow]]``: a flow that must
- ``[[date]]``: ``class`` (default 1), ``need`` (blank: the whole class), ``coverage``, ``period`` (missing with
  ``earliest``: not checked; both missing: later than the horizon), ``earliest``, ``inside``
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate
from math import isclose, nan
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr

HERE = Path(__file__).parent
FOLDERS = sorted(path.parent for path in HERE.rglob("expected.toml"))
DAYS = 1e-6
"""Relative tolerance of days and shares that a stage minimises or maximises."""
LATER = 5e-3
"""Relative tolerance of U of later classes, which see the tolerance of the first magnified."""
KEPT = 2e-3
"""Tolerance of what later stages may still move: 0.1 % of every wait, on each side."""


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(HERE)))
def test_the_plan_is_the_known_answer(folder: Path) -> None:
    expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    plan = fr.plan(folder)
    wrong = [
        difference
        for compare in (_stages, _waits, _delivered, _coverage, _gaps, _dates, _gates, _flows)
        for difference in compare(plan, expected)
    ]
    assert not wrong, "\n".join([expected["why"], *wrong])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(HERE)))
def test_the_plan_passes_the_audit(folder: Path) -> None:
    tables = fr.read(folder)
    assert fr.audit(tables, fr.plan(tables)).residual <= 1e-6


def test_no_folder_is_without_a_truth() -> None:
    scenarios = {path.parent for path in HERE.rglob("scenario.toml")}
    assert scenarios == set(FOLDERS)
    assert len(scenarios) >= 30


def _stages(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    value = dict(plan.table("stages").select("stage", "value").iter_rows())
    for rank, days in expected["U"].items():
        found = value[f"L1.{rank}"]
        if not isclose(found, days, rel_tol=DAYS if rank == min(expected["U"]) else LATER):
            yield f"U of class {rank}: {found}, not {days}"
    for name, right in expected.get("stage", {}).items():
        if not isclose(value.get(name, nan), right, rel_tol=DAYS):
            yield f"stage {name}: {value.get(name)}, not {right}"


def _waits(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    days = dict(plan.table("waits").select("recipient", "days").iter_rows())
    for recipient, wait in expected.get("wait", {}).items():
        if not isclose(days[recipient], wait, rel_tol=KEPT):
            yield f"wait of {recipient}: {days[recipient]}, not {wait}"


def _delivered(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    flows = plan.table("flows").filter(pl.col("kind") == "deliver")
    for need, amounts in expected.get("delivered", {}).items():
        given = flows.filter(pl.col("key") == need)
        by_period = dict(given.group_by("period").agg(pl.col("value").sum()).iter_rows())
        found = list(accumulate(by_period.get(t, 0.0) for t in range(1, len(plan.edges))))
        whole = amounts + amounts[-1:] * (len(found) - len(amounts))
        yield from _unlike(f"delivered to {need}", found, whole, KEPT * amounts[-1])


def _coverage(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    for column, tolerance in (("covered", KEPT), ("most", DAYS)):
        for rank, shares in expected.get(column, {}).items():
            found = _by_period(plan, int(rank))[column].to_list()
            yield from _unlike(f"{column} of class {rank}", found[: len(shares)], shares, tolerance)


def _gaps(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    for rank, gap in expected.get("gap", {}).items():
        found = _gap(plan, int(rank))
        if not isclose(found, gap, abs_tol=KEPT):
            yield f"gap to the earliest arrivals of class {rank}: {found}, not {gap}"
    for rank, gap in expected.get("gap_at_least", {}).items():
        if _gap(plan, int(rank)) < gap - DAYS:
            yield f"gap of class {rank}: {_gap(plan, int(rank))} is below {gap}, which no plan can be"


def _dates(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    dates = plan.table("dates").with_columns(pl.col("need").fill_null(""))
    for date in expected.get("date", []):
        rank, need, coverage = date.get("class", 1), date.get("need", ""), date["coverage"]
        rows = dates.filter(pl.col("need") == need, (pl.col("coverage") - coverage).abs() < 1e-9)
        row = (rows if need else rows.filter(pl.col("class") == rank)).row(0, named=True)
        name = f"date of {coverage:.0%} of {need or f'class {rank}'}"
        yield from _date(plan, name, row, date)


def _date(plan: fr.Plan, name: str, row: dict[str, Any], date: dict[str, Any]) -> Iterator[str]:
    if "period" in date or "earliest" not in date:
        yield from _same_period(plan, name, row["period"], row["date"], date.get("period"))
    if "earliest" in date:
        period, day = row["earliest_period"], row["earliest_date"]
        yield from _same_period(plan, f"earliest {name}", period, day, date["earliest"])
    inside = row["inside"] or 0.0
    if "inside" in date and not isclose(inside, date["inside"], rel_tol=KEPT):
        yield f"{name}: day {row['inside']} inside the period, not {date['inside']}"


def _same_period(plan: fr.Plan, name: str, period: Any, day: Any, wanted: Any) -> Iterator[str]:
    if period != wanted:
        yield f"{name}: period {period}, not {wanted}"
    elif wanted is not None and day != plan.start + timedelta(days=float(plan.edges[wanted])):
        yield f"{name}: {day} is not the end of period {wanted}"


def _gates(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    days = {row[0]: row[1:] for row in plan.table("gates").select("gate", "start_d", "done_d").rows()}
    for gate, wanted in expected.get("gate", {}).items():
        yield from _unlike(f"days of gate {gate}", list(days[gate]), wanted, 1e-9)


def _flows(plan: fr.Plan, expected: dict[str, Any]) -> Iterator[str]:
    flows = plan.table("flows")
    for key in expected.get("idle", []):
        used = flows.filter(pl.col("key").str.split("|").list.first() == key)["value"].sum()
        if used > 1e-9:
            yield f"{key} is used: {used}"
    for flow in expected.get("flow", []):
        named = flows.filter(*(pl.col(name) == flow[name] for name in ("kind", "key", "period")))
        if not isclose(named["value"].sum(), flow["value"], rel_tol=KEPT):
            yield f"{flow['kind']} {flow['key']}: {named['value'].sum()}, not {flow['value']}"


def _gap(plan: fr.Plan, rank: int) -> float:
    shares = _by_period(plan, rank)
    return float(np.max(shares["most"].to_numpy() - shares["covered"].to_numpy()))


def _by_period(plan: fr.Plan, rank: int) -> pl.DataFrame:
    return plan.table("coverage").filter(pl.col("class") == rank).sort("period")


def _unlike(name: str, found: list[Any], wanted: list[float], tolerance: float) -> Iterator[str]:
    if len(found) != len(wanted) or any(
        value is None or abs(value - right) > tolerance for value, right in zip(found, wanted, strict=False)
    ):
        yield f"{name}: {found}, not {wanted}"
