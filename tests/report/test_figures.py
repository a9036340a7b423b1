"""Figure data against sums done again, in plain Python, from flows and tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from fullrate.report.figures import coverage, load, money, outcome, places, schedule, stock
from fullrate.results import Plan
from fullrate.tables import Tables, read
from report.scenes import GOLDEN, golden, scene

Case = Callable[[], tuple[Tables, Plan]]
BOTH = pytest.mark.parametrize("case", [golden, scene])
NEAR = 1e-6


def flows(plan: Plan, kind: str) -> list[tuple[str, str, int, float]]:
    table = plan.table("flows").filter(pl.col("kind") == kind)
    return list(table.select("key", "item", "period", "value").iter_rows())


def test_the_most_that_can_have_arrived_is_the_published_one() -> None:
    """The README of the golden example, for 560 pumps."""
    most = [0, 0, 0, 25.2, 25.2, 25.2, 63, 100.8, 138.6, 176.4, 233.1, 296.1, 359.1, 422.1, 485.1, 548.1, 560]
    _, plan = golden()
    found = coverage.by_class(plan)["most"].to_list()[: len(most)]
    known = [0.0, 0.0, 0.0, *[value / 560 for value in most[3:]]]
    assert found == pytest.approx(known, abs=NEAR)


@BOTH
def test_coverage_of_a_class_is_the_sum_of_its_deliveries(case: Case) -> None:
    tables, plan = case()
    qty = {row["need"]: row["qty"] for row in tables.rows("needs")}
    usual = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    cls = {row["need"]: row["class"] or usual[row["recipient"]] for row in tables.rows("needs")}
    for one in sorted(set(cls.values())):
        mine = [need for need in qty if cls[need] == one]
        so_far = 0.0
        path = coverage.by_class(plan).filter(pl.col("class") == one)
        for row in path.iter_rows(named=True):
            so_far += sum(
                value / qty[need] / len(mine)
                for need, _, t, value in flows(plan, "deliver")
                if t == row["period"] and need in mine
            )
            assert row["covered"] == pytest.approx(so_far, abs=NEAR)
            assert row["at_least"] >= row["covered"] - NEAR, "the line of the most is never below the plan"


@BOTH
def test_coverage_of_a_recipient_is_what_it_got(case: Case) -> None:
    tables, plan = case()
    got: dict[str, float] = defaultdict(float)
    needed: dict[str, float] = defaultdict(float)
    owner = {row["need"]: row["recipient"] for row in tables.rows("needs")}
    for row in tables.rows("needs"):
        needed[row["recipient"]] += row["qty"]
    for need, _, _, value in flows(plan, "deliver"):
        got[owner[need]] += value
    final = coverage.by_recipient(tables, plan).group_by("recipient").agg(pl.col("covered").last())
    assert dict(final.iter_rows()) == pytest.approx({name: got[name] / needed[name] for name in needed}, abs=NEAR)


def test_a_recipient_with_two_items_counts_each_for_half() -> None:
    """10 of 10 vehicles and 250 of 1000 rounds are (1 + 0.25) / 2, not 260 of 1010."""
    config = {"name": "two", "start": "2026-01-05", "periods": 4, "tail": 0}
    tables = Tables.from_rows(
        config,
        {
            "items": [{"item": "vehicle"}, {"item": "round"}],
            "sites": [{"site": "base"}],
            "processes": [
                {"process": "v", "site": "base", "item": "vehicle", "max_rate": 10 / 7},
                {"process": "r", "site": "base", "item": "round", "max_rate": 250 / 28},
            ],
            "recipients": [{"recipient": "unit", "site": "base"}],
            "needs": [
                {"need": "a", "recipient": "unit", "item": "vehicle", "qty": 10},
                {"need": "b", "recipient": "unit", "item": "round", "qty": 1000},
            ],
        },
    )
    from fullrate.planning import plan

    path = coverage.by_recipient(tables, plan(tables, tests=False))["covered"].to_list()
    assert path[0] == pytest.approx((1 + 0.0625) / 2, abs=NEAR)
    assert path[-1] == pytest.approx((1 + 0.25) / 2, abs=NEAR)


def test_a_member_of_a_family_counts_by_its_value() -> None:
    tables = Tables.from_rows(
        {"name": "family", "start": "2026-01-05", "periods": 2, "tail": 0},
        {
            "items": [{"item": "dose", "family": "protection", "value": 0.5}],
            "sites": [{"site": "hub"}],
            "processes": [{"process": "buy", "site": "hub", "item": "dose", "max_rate": 10}],
            "recipients": [{"recipient": "all", "site": "hub"}],
            "needs": [{"need": "people", "recipient": "all", "item": "protection", "qty": 70}],
        },
    )
    from fullrate.planning import plan

    given = coverage.delivered(tables, plan(tables, tests=False))
    assert given["qty"].to_list() == pytest.approx([70.0, 70.0], abs=NEAR), "10 doses a day for a week, twice"
    assert given["worth"].to_list() == pytest.approx([0.5, 0.5], abs=NEAR), "70 doses are half of 70 people"


@BOTH
def test_stock_balances(case: Case) -> None:
    """Stock at the end is stock before, plus what arrives, less what leaves; leads here are whole weeks."""
    tables, plan = case()
    change: dict[tuple[str, str, int], float] = defaultdict(float)
    week = {0.0: 0, 7.0: 1, 14.0: 2}
    for row in tables.rows("processes"):
        for key, _, t, value in flows(plan, "make"):
            if key == row["process"]:
                change[row["site"], row["item"], t + week[row["lead_d"]]] += value * row["yield"] * row["out_qty"]
                for line in tables.rows("recipe"):
                    if line["process"] == key:
                        change[row["site"], line["item"], t] -= value * line["qty"]
    for row in tables.rows("lanes"):
        for key, item, t, value in flows(plan, "ship"):
            if key == row["lane"]:
                change[row["from"], item, t] -= value
                change[row["to"], item, t + week[row["lead_d"]]] += value
    home = {row["need"]: row["recipient"] for row in tables.rows("needs")}
    site = {row["recipient"]: row["site"] for row in tables.rows("recipients")}
    for need, item, t, value in flows(plan, "deliver"):
        change[site[home[need]], item, t] -= value
    for key, item, t, value in flows(plan, "waste"):
        change[key, item, t] -= value
    for row in tables.rows("stock"):
        due = (row["date"] - tables.config.start).days / 7 if row["date"] != tables.config.start else -1
        change[row["site"], row["item"], int(due) + 1] += row["qty"]
    found = {
        (s, i, t): qty
        for s, i, t, qty in stock.by_point(tables, plan).select("site", "item", "period", "qty").iter_rows()
    }
    for place in sorted({key[:2] for key in change}):
        held = 0.0
        for t in range(plan.periods + 1):
            held += change[(*place, t)]
            assert found.get((*place, t), 0.0) == pytest.approx(held, abs=1e-4), (place, t)


def test_load_of_the_mould_line_by_hand() -> None:
    """12 a day; from week 5 a second line, half in its first week (28 days of lead)."""
    tables, plan = golden()
    line = load.load(tables, plan).filter(pl.col("key") == "mould_line")
    assert line["available"].to_list()[:7] == pytest.approx([84, 84, 84, 84, 126, 168, 168], rel=NEAR)
    cast = {t: value for key, _, t, value in flows(plan, "make") if key == "cast"}
    assert line["used"].to_list() == pytest.approx([cast.get(t, 0.0) for t in range(1, 31)], abs=NEAR)
    assert line["share"].to_list()[:5] == pytest.approx([1.0] * 5, abs=1e-5)
    lane = load.load(tables, plan).filter(pl.col("key") == "foundry_workshop")
    assert lane["available"].to_list() == [140.0] * 30


def test_load_of_pools_processes_and_unused_limits() -> None:
    tables, plan = scene()
    found = load.load(tables, plan)
    assert set(found["key"]) == {"press", "buy_part"}, "lanes have no capacity here"
    bought = found.filter(pl.col("key") == "buy_part")
    assert bought["available"].unique().to_list() == [84.0]
    assert bought["used"].sum() == pytest.approx(sum(v for k, _, _, v in flows(plan, "make") if k == "buy_part"))


def test_money_is_what_the_flows_cost() -> None:
    _tables, plan = scene()
    built = sum(value for _, _, _, value in flows(plan, "build"))
    totals = {row["fund"]: row for row in money.totals(plan).iter_rows(named=True)}
    assert built > 0.5, "the scene must build"
    assert totals["grant"]["spent"] == pytest.approx(1.5 * built + 0.5, rel=NEAR)
    assert totals["grant"]["allotted"] == 3.0
    parts = sum(v for k, _, _, v in flows(plan, "make") if k == "buy_part")
    moved = sum(v for k, _, _, v in flows(plan, "ship") if k == "works_007")
    assert totals[""]["spent"] == pytest.approx(0.001 * parts + 0.0001 * moved, rel=NEAR)
    ledger = money.by_fund(plan).filter(pl.col("fund") == "grant")
    assert ledger["spent_so_far"].to_list()[-1] == pytest.approx(totals["grant"]["spent"])
    assert len(ledger) == plan.periods + 1


def test_bars_are_gates_leads_and_ramps() -> None:
    tables, plan = golden()
    rows = {
        (row["key"], row["phase"]): (row["begin"], row["end"])
        for row in schedule.bars(tables, plan).iter_rows(named=True)
    }
    assert rows["second_line", "lead time"] == (0.0, 28.0)
    assert rows["second_line", "ramp-up"] == (28.0, 35.0)
    weeks = [t for key, _, t, value in flows(plan, "make") if key == "cast"]
    assert rows["cast", "running"] == ((min(weeks) - 1) * 7.0, max(weeks) * 7.0)
    tables, plan = scene()
    gate = schedule.bars(tables, plan).filter(pl.col("kind") == "gate").row(0, named=True)
    assert (gate["begin"], gate["end"]) == (0.0, 7.0)


def test_a_gate_that_is_not_paid_for_has_no_bar() -> None:
    tables, plan = scene()
    from dataclasses import replace

    shut = plan.table("states").filter(pl.col("kind") != "open")
    unpaid = replace(plan, tables={**plan.tables, "states": shut})
    assert schedule.bars(tables, unpaid).filter(pl.col("kind") == "gate").is_empty()


def test_lanes_carry_what_was_shipped() -> None:
    tables, plan = scene()
    found = {row["lane"]: row for row in places.lanes(tables, plan).iter_rows(named=True)}
    for lane in ("works_007", "works_bay"):
        weeks = [(t, value) for key, _, t, value in flows(plan, "ship") if key == lane]
        assert found[lane]["qty"] == pytest.approx(sum(value for _, value in weeks))
        assert (found[lane]["first"], found[lane]["last"]) == (min(weeks)[0], max(weeks)[0])
    roles = dict(places.sites(tables).select("site", "role").iter_rows())
    assert roles == {"works": "makes", "007": "receives", "bay": "receives"}


@pytest.fixture
def with_outcome(tmp_path: Path) -> Tables:
    """The golden scenario with a folder of what really came."""
    import shutil

    folder = tmp_path / "golden"
    shutil.copytree(GOLDEN, folder)
    (folder / "outcome").mkdir()
    rows = ["month,through,maker,pumps", "2026-01,2026-01-31,a,10", "2026-01,2026-01-31,b,5", "2026-02,2026-02-28,a,20"]
    (folder / "outcome" / "delivered_month.csv").write_text("\n".join(rows) + "\n", "utf-8")
    (folder / "outcome" / "README.md").write_text("# What came\n\nText.\n\nAttribution: the county,\nCC BY.\n", "utf-8")
    tables, _ = read(folder)
    return tables


def test_outcomes_are_summed_by_day_and_set_beside_the_plan(with_outcome: Tables) -> None:
    found = outcome.series(with_outcome)
    assert found["so_far"].to_list() == [15.0, 35.0]
    assert found["unit"].to_list() == ["pumps", "pumps"]
    assert outcome.attribution(with_outcome) == "the county, CC BY."
    _, plan = golden()
    week_6 = sum(value for _, _, t, value in flows(plan, "deliver") if t <= 6)
    week_7 = sum(value for _, _, t, value in flows(plan, "deliver") if t == 7)
    assert outcome.planned(with_outcome, plan, [42.0, 45.5]) == pytest.approx([week_6, week_6 + week_7 / 2])


def test_scenarios_without_an_outcome_have_none() -> None:
    tables, _ = golden()
    assert outcome.series(tables).is_empty()
    assert outcome.attribution(tables) == ""
