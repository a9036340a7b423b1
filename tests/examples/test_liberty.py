"""The ships of 1942 against the record of surges, and the sums its README promises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import log2
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.tables import Tables

Rows = list[dict[str, str]]
Record = Callable[[str], Rows]

SURGE = "surges/us-merchant-ships-1942"
AS_OF = "1942-01-06"
SHIP, FORECAST, YEAR = 10_000, 6_046_000, 365


@pytest.fixture(scope="module")
def liberty(example: Callable[[str], Tables]) -> Tables:
    return example("liberty-1942")


@pytest.fixture(scope="module")
def plan(published: Callable[[str], fr.Plan]) -> Any:
    return published("liberty-1942")


def column(tables: Tables, table: str, name: str) -> dict[str, float]:
    return dict(zip(tables.keys(table), tables.filled(table)[name], strict=True))


def ways(tables: Tables) -> tuple[float, float, float]:
    """Ways at the start in new yards, those that are ordered, and those of old yards."""
    capacity = {key: n for key, n in column(tables, "resources", "capacity").items() if key.startswith("ways_")}
    old = sum(n for key, n in capacity.items() if key.endswith("_old"))
    most = column(tables, "builds", "max")
    ordered = sum(n for key, n in most.items() if key.startswith("second_wave_"))
    return sum(capacity.values()) - old, ordered, old


class TestFacts:
    def test_every_announcement_up_to_the_day_is_a_statement(self, liberty: Tables, record: Record) -> None:
        known = [row for row in record(f"{SURGE}/announced.csv") if row["announced_on"] <= AS_OF]
        assert len(known) == 2
        stated = {(s["quantity"], str(s["deadline_to"])) for s in liberty.rows("statements") if s["quantity"]}
        for row in known:
            assert (float(row["target_quantity"]), row["target_date"]) in stated

    def test_no_later_announcement_or_delivery_is(self, liberty: Tables, record: Record) -> None:
        later = {float(r["target_quantity"]) for r in record(f"{SURGE}/announced.csv") if r["announced_on"] > AS_OF}
        later |= {float(r["quantity"]) for r in record(f"{SURGE}/actual.csv")}
        assert later.isdisjoint({s["quantity"] for s in liberty.rows("statements")})
        assert later.isdisjoint(set(column(liberty, "needs", "qty").values()))

    def test_contract_days_are_those_of_the_record(self, liberty: Tables, record: Record) -> None:
        (contract,) = [row for row in record(f"{SURGE}/learning.csv") if row["what"] == "contract estimate"]
        leads = {n for key, n in column(liberty, "processes", "lead_d").items() if key.startswith("liberty_")}
        assert leads == {float(contract["value"])}

    def test_what_came_is_the_record(self, written: Record, record: Record) -> None:
        actual = record(f"{SURGE}/actual.csv")
        tons = [row for row in actual if row["unit"] == "deadweight tons"]
        years = {row["period_end"]: row["quantity"] for row in tons if row["period"] == "year"}
        shipped = written("liberty-1942/outcome/delivered.csv")
        assert {row["through"]: row["deadweight tons"] for row in shipped} == years
        months = {row["period_end"][:7]: row["quantity"] for row in tons if row["period"] == "month"}
        found = written("liberty-1942/outcome/months.csv")
        assert {row["month"]: row["deadweight_tons"] for row in found if row["deadweight_tons"]} == months
        days = {(row["period_end"][:7], row["what"]): row["value"] for row in record(f"{SURGE}/learning.csv")}
        for row in written("liberty-1942/outcome/days.csv"):
            assert days[row["month"], row["what"]] == row["days_per_ship"]

    def test_progress_is_wrights_and_its_range_wide(self, liberty: Tables) -> None:
        learning = {n for key, n in column(liberty, "processes", "progress").items() if key.startswith("liberty_")}
        assert learning == {0.8}
        ranges = {(r["low"], r["high"]) for r in liberty.rows("uncertainty") if r["column"] == "progress"}
        assert ranges == {(0.8, 0.95)}


class TestArithmetic:
    def test_ways_fit_the_forecast(self, liberty: Tables) -> None:
        days = {key: n for key, n in column(liberty, "uses", "qty").items() if "|ways_" in key}
        new, ordered, old = ways(liberty)
        ships = FORECAST / SHIP
        assert (new + ordered) * YEAR / days["liberty_gulf|ways_gulf"] == pytest.approx(0.75 * ships, rel=0.01)
        assert old * YEAR / days["standard_atlantic_old|ways_atlantic_old"] == pytest.approx(0.25 * ships, rel=0.01)
        assert new / (new + ordered) == pytest.approx(2 / 3, abs=0.01)

    def test_what_is_on_the_ways(self, liberty: Tables) -> None:
        """A rate that climbs evenly from a million tons a year to the forecast's, for 105 days."""
        due = [row for row in liberty.rows("stock") if row["site"] == "at_sea"]
        assert sum(row["qty"] for row in due) == pytest.approx(105 * (1e6 + FORECAST) / 2 / YEAR, abs=400)
        assert max(row["date"] for row in due) == liberty.config.start + timedelta(105)

    def test_engines_make_what_the_forecast_needs(self, liberty: Tables) -> None:
        capacity = column(liberty, "resources", "capacity")
        steam = sum(n for key, n in capacity.items() if key.startswith("shop_"))
        assert steam == pytest.approx(0.75 * FORECAST / SHIP / YEAR, rel=0.02)
        assert capacity["turbine_shops"] == pytest.approx(0.25 * FORECAST / SHIP / YEAR, rel=0.02)

    def test_tons_by_hand(self, liberty: Tables) -> None:
        """The README: nothing built but what is ordered, nobody learns."""
        new, ordered, old = ways(liberty)
        start, end = liberty.config.start, date(1942, 12, 31)
        keels = (new * 90 + (new + ordered) * ((end - start).days - 105 - 90)) / 75
        older = old * ((end - start).days - 200) / 130
        on_ways = sum(row["qty"] for row in liberty.rows("stock") if row["site"] == "at_sea")
        assert (round(keels), round(older)) == (277, 66)
        assert on_ways + SHIP * (keels + older) == pytest.approx(4.4e6, rel=0.01)

    def test_every_assumed_number_of_the_yards_has_a_range(self, liberty: Tables) -> None:
        ranged = {(row["table"], row["key"], row["column"]) for row in liberty.rows("uncertainty")}
        wanted = {"resources": "capacity", "builds": "lead_d", "rivals": "qty", "pools": "hire_max", "stock": "qty"}
        bare = [(t, key) for t, c in wanted.items() for key in liberty.keys(t) if (t, key, c) not in ranged]
        assert bare == []


@pytest.mark.slow
class TestPlan:
    def test_what_is_on_the_ways_comes_first(self, liberty: Tables, plan: Any) -> None:
        """No keel laid now is delivered before 105 days have gone: until then there is only what is on the ways."""
        given = plan.table("flows").filter(pl.col("kind") == "deliver")
        ends = {t: plan.edges[t] for t in range(1, plan.periods + 1)}
        early = given.filter(pl.Series([ends[t] <= 105 for t in given["period"]]))
        due = sum(r["qty"] for r in liberty.rows("stock") if r["site"] == "at_sea" and r["date"] is not None)
        assert 0 < early["value"].sum() <= due

    def test_experience_only_grows_and_effort_follows_wright(self, plan: Any) -> None:
        effort = plan.table("effort").filter(pl.col("resource").str.starts_with("ways_"))
        for (process,), rows in effort.group_by("process"):
            path = rows.sort("period")
            assert path["experience"].is_sorted(), process
            assert (path["effort"].diff().drop_nulls() <= 1e-9).all(), process
            last, least = path["experience"][-1], path["effort"][-1]
            at_the_end = 75 * ((5 + last) / 5) ** log2(0.8)
            assert least >= at_the_end - 1e-6, "the mean of a period is not below the effort at its end"
            assert least <= 75

    def test_learning_converges(self, plan: Any) -> None:
        assert plan.meta["learning"]["converged"]
        assert plan.meta["learning"]["rounds"] <= 6

    def test_no_protected_floor_is_breached(self, liberty: Tables, plan: Any) -> None:
        share = {row["rival"]: row["protected"] for row in liberty.rows("rivals")}
        table = plan.table("displaced")
        for rival, wanted, kept in table.select("rival", "wanted", "kept").iter_rows():
            assert kept >= share[rival] * wanted * (1 - 1e-6)

    def test_the_plan_is_of_the_size_of_history(self, plan: Any) -> None:
        """Not fitted, only not absurd: 8.1 million tons came in 1942, 27.3 in two years."""
        given = plan.table("flows").filter(pl.col("kind") == "deliver").group_by("period").agg(pl.col("value").sum())
        by_day = [(plan.date(plan.edges[t]), tons) for t, tons in given.iter_rows()]
        year = sum(tons for day, tons in by_day if day <= date(1943, 1, 6))
        assert 4e6 < year < 12e6
        assert 12e6 < sum(tons for _, tons in by_day) <= 18e6
