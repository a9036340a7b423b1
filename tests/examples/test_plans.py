"""The answers of the examples against sums made by hand from their tables."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import accumulate
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.tables import Tables
from fullrate.tables.cell import Cell

WEEK = 7
MAKERS = ("pfizer", "astrazeneca", "others")
MOST = [0, 0, 3.6, 3.6, 3.6, 9, 14.4, 19.8, 25.2, 33.3, 42.3, 51.3, 60.3, 69.3, 78.3, 80]

Example = Callable[[str], Tables]
Published = Callable[[str], fr.Plan]


@pytest.fixture(scope="module")
def golden(published: Published) -> Any:
    return published("golden")


def weekly(tables: Tables) -> Tables:
    """The same scenario on a calendar of weeks only, on which its sums can be made by hand."""
    return replace(tables, config=replace(tables.config, calendar=(), period_d=float(WEEK), periods=80))


@pytest.fixture(scope="module")
def italy(example: Example) -> Any:
    """Italy's plan on whole weeks."""
    return fr.plan(weekly(example("italy-vaccine-2021")), tests=False)


@pytest.fixture(scope="module")
def respirators(published: Published) -> Any:
    return published("respirators-2020")


def by_period(plan: Any, kind: str, key: str = "") -> dict[int, float]:
    """Total of a kind of flow in each period, of the keys that begin so."""
    flows = plan.table("flows").filter((pl.col("kind") == kind) & pl.col("key").str.starts_with(key))
    return dict(flows.group_by("period").agg(pl.col("value").sum()).iter_rows())


def dates(plan: Any, column: str, coverage: float = 1.0) -> dict[int, int | None]:
    """Period by class in which a coverage of the whole class is reached."""
    table = plan.table("dates").filter((pl.col("need") == "") & ((pl.col("coverage") - coverage).abs() < 1e-9))
    return dict(zip(table["class"], table[column], strict=True))


class TestGolden:
    def test_mean_waits(self, golden: Any) -> None:
        time = golden.table("stages").filter(pl.col("stage") == "L1.1")
        assert time["value"].item() == pytest.approx(21.65 * WEEK, rel=1e-6)
        assert golden.table("waits")["days"].to_list() == pytest.approx([10.825 * WEEK] * 2, rel=1e-5)

    def test_most_that_can_arrive(self, golden: Any) -> None:
        most = golden.table("coverage").sort("period").drop_nulls("most")
        for period, share in most.select("period", "most").iter_rows():
            assert share == pytest.approx(([*MOST] + [80] * 14)[period - 1] / 80, abs=1e-6), period

    def test_earliest_dates(self, golden: Any) -> None:
        assert dates(golden, "earliest_period", 0.8) == {1: 14}
        assert dates(golden, "earliest_period") == {1: 16}
        assert dates(golden, "earliest_date") == {1: date(2026, 4, 27)}

    def test_without_the_line(self, example: Example) -> None:
        without = fr.plan(example("golden").replace(Cell("builds", "second_line", "max"), "0"))
        time = without.table("stages").filter(pl.col("stage") == "L1.1")
        assert time["value"].item() == pytest.approx(24.295 * WEEK, rel=1e-6)
        assert dates(without, "earliest_period") == {1: 20}

    def test_the_line_is_ordered_at_once(self, golden: Any) -> None:
        assert by_period(golden, "build") == pytest.approx({1: 1.0})


def released(tables: Tables) -> list[float]:
    """Doses that have left the makers by the end of each week: made evenly, held until the maker's gates."""
    days = {gate["gate"]: gate["duration_d"] for gate in tables.rows("gates")}
    total = [0.0] * tables.config.periods
    for maker in MAKERS:
        opens = days[f"approval_{maker}"] + days[f"first_doses_{maker}"]
        steps = sorted((row["date"], row["value"]) for row in tables.rows("series") if row["key"] == maker)
        (first, rate), (_, later) = steps
        assert rate == later
        for t in range(tables.config.periods):
            if WEEK * t >= opens:
                total[t] += rate * max(0, WEEK * (t + 1) - (first - tables.config.start).days)
    return total


class TestItaly:
    def sizes(self, tables: Tables) -> dict[int, float]:
        size: dict[int, float] = defaultdict(float)
        for need in tables.rows("needs"):
            size[need["class"]] += need["qty"]
        return size

    def first(self, tables: Tables, people: float) -> int:
        """Period in which so many can have two doses: what is released goes out the same week, a week on the lane."""
        doses = released(tables)
        return next(t for t, dose in enumerate(doses, 1) if dose >= 2 * people * (1 - 1e-9)) + 1

    def test_earliest_date_of_each_class(self, italy: Any, example: Example) -> None:
        tables = weekly(example("italy-vaccine-2021"))
        alone = {c: self.first(tables, people) for c, people in self.sizes(tables).items()}
        assert dates(italy, "earliest_period") == alone

    def test_date_of_each_class_in_the_plan(self, italy: Any, example: Example) -> None:
        tables = weekly(example("italy-vaccine-2021"))
        size = self.sizes(tables)
        sums = accumulate(size[c] for c in sorted(size))
        in_turn = {c: self.first(tables, people) for c, people in zip(sorted(size), sums, strict=True)}
        planned = dates(italy, "period")
        assert planned[8] == in_turn[8] == 53
        for c, period in in_turn.items():
            assert planned[c] is not None
            assert period <= planned[c] <= period + 1, (c, planned[c], period)

    def test_nothing_moves_before_the_first_gate(self, italy: Any, example: Example) -> None:
        doses = released(weekly(example("italy-vaccine-2021")))
        given = by_period(italy, "deliver")
        cumulative = 0.0
        for t in range(1, len(doses) + 1):
            cumulative += given.get(t, 0.0)
            assert cumulative <= (doses[t - 2] if t > 1 else 0.0) * (1 + 1e-6) + 1e-3
        assert min(given) == 1 + next(t for t, dose in enumerate(doses, 1) if dose > 0)

    def test_everybody_gets_two_doses_and_none_is_wasted(self, italy: Any) -> None:
        assert sum(by_period(italy, "deliver").values()) == pytest.approx(2 * 51_683_788, rel=1e-6)

    def test_mean_waits_are_those_of_serving_one_class_after_the_other(self, italy: Any, example: Example) -> None:
        """With equal lanes and a weight per person, fair and fast agree: every region of a class waits as long."""
        tables = weekly(example("italy-vaccine-2021"))
        size = self.sizes(tables)
        left, waited = dict(sorted(size.items())), dict.fromkeys(size, 0.0)
        doses = [0.0, *released(tables)]
        for t in range(1, len(doses)):
            people = (doses[t - 1] - (doses[t - 2] if t > 1 else 0.0)) / 2
            for c in left:
                served = min(people, left[c])
                people, left[c] = people - served, left[c] - served
                waited[c] += served * WEEK * (t - 0.5)
        waits = italy.table("waits")
        assert waits.height == 21 * 8
        for c, total in waited.items():
            days = waits.filter(pl.col("class") == c)["days"]
            assert days.to_list() == pytest.approx([total / size[c]] * 21, rel=1e-4), c

    def test_gates_are_the_stated_days(self, italy: Any) -> None:
        done = dict(italy.table("gates").select("gate", "done_d").iter_rows())
        assert {gate: done[gate] for gate in ("approval_pfizer", "first_doses_pfizer")} == {
            "approval_pfizer": 25.0,
            "first_doses_pfizer": 50.0,
        }

    def test_days_at_first_bring_the_dates_forward_and_make_the_error_small(
        self, italy: Any, published: Published
    ) -> None:
        """The scenario counts in days until the first doses are under way: a lane of a day costs a day, not a week."""
        plan = published("italy-vaccine-2021")
        fine, coarse = dates(plan, "date"), dates(italy, "date")
        assert all(fine[c] <= coarse[c] for c in coarse)
        assert fine[8] == date(2021, 12, 10)
        assert 0 < plan.meta["discretisation"]["days"] < 3
        assert abs(plan.meta["horizon"]["change_d"]) < 0.1


class TestRespirators:
    def test_lines_run_at_their_limits(self, respirators: Any) -> None:
        """From October the plants make at most 95 million a month, and more only with lines ordered now."""
        made = by_period(respirators, "make", "mould")
        month = 365 / 12 / WEEK
        assert max(made[t] for t in range(1, 9)) * month == pytest.approx(35e6, rel=1e-5)
        assert max(made[t] for t in range(9, 22)) * month == pytest.approx(50e6, rel=1e-5)
        assert max(made[t] for t in range(22, 33)) * month == pytest.approx(95e6, rel=1e-5)

    def test_hospitals_lose_what_cannot_be_there(self, respirators: Any, example: Example) -> None:
        """Until the lines of October, everything that can be on the shelf goes to hospitals; the rest is lost.

        Shelves at the start, 35 million a month for eight weeks, 50 for thirteen, imports of the maker for
        eight weeks, the second source from week 8 on and four weeks later at the port; a week on the lane.
        """
        tables = example("respirators-2020")
        need = sum(n["qty"] for n in tables.rows("needs") if n["late"] == "lost") / 52
        shelf = sum(s["qty"] for s in tables.rows("stock") if s["site"] not in ("aberdeen", "wisconsin", "industry"))
        rate = {p["process"]: p["max_rate"] for p in tables.rows("processes")}
        day = 12 / 365
        arrive = [shelf] + [
            WEEK * (35e6 * day if t < 9 else 50e6 * day if t < 22 else 95e6 * day)
            + (WEEK * rate["import_maker"] if t < 9 else 0.0)
            + (WEEK * rate["import_second"] if t >= 12 else 0.0)
            for t in range(1, 23)
        ]
        lost = stock = 0.0
        for quantity in arrive:
            stock += quantity
            lost += max(0.0, need - stock)
            stock = max(0.0, stock - need)
        hospitals = by_period(respirators, "deliver")
        flows = respirators.table("flows").filter(
            (pl.col("kind") == "deliver") & pl.col("key").str.ends_with("_hospitals")
        )
        assert hospitals
        given = flows["value"].sum()
        assert 52 * need - given == pytest.approx(lost, rel=1e-3)

    def test_no_fund_is_overdrawn(self, respirators: Any) -> None:
        money = respirators.table("money").filter(pl.col("fund") != "")
        by_fund = money.group_by("fund").agg(pl.col("allotted").sum(), pl.col("spent").sum())
        for fund, allotted, spent in by_fund.iter_rows():
            assert spent <= allotted + 1e-6, fund
            if fund.startswith("contract"):
                assert spent == pytest.approx(allotted, abs=1e-6)

    def test_industry_and_the_stockpile_are_served_in_the_end(self, respirators: Any) -> None:
        planned = dates(respirators, "period")
        assert planned[1] is None
        assert planned[2] is not None
        assert planned[3] is not None
        assert planned[2] <= planned[3]


@pytest.mark.parametrize("name", ["golden", "italy", "respirators"])
def test_the_audit_agrees(name: str, request: pytest.FixtureRequest, example: Example) -> None:
    folder = {"golden": "golden", "italy": "italy-vaccine-2021", "respirators": "respirators-2020"}[name]
    audit = fr.audit(example(folder), request.getfixturevalue(name))
    assert audit.residual <= 1e-6
