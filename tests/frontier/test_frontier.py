"""What time costs: known answers, monotone curves, ends that are plans without the limit, refusals with an address."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from frontier import scenes
from fullrate.auditing import audit
from fullrate.report.frontier import assumptions
from fullrate.results import Study
from fullrate.rules.ledgers.money import spent_in_all
from fullrate.studies.frontier import BY, Point, ask, frontier, points_of
from fullrate.studies.frontier.measures import covered, mean_wait, reached
from fullrate.studies.frontier.sweeps import SWEEPS
from fullrate.tables import Tables
from generator import Features
from properties.planned import drawn


@cache
def asked(tables: Tables, by: str, points: int = 7, item: str = "") -> tuple[list[Point], Study]:
    found = list(points_of(tables, fr.plan(tables, tests=False), by, points, item))
    return [point for point in found if isinstance(point, Point)], frontier(found, by, item)


def column(study: Study, *names: str) -> list[tuple[float, ...]]:
    return [tuple(row) for row in study.table("points").select(names).iter_rows()]


def test_two_modes_are_arithmetic() -> None:
    """Money buys dear kits at ten each instead of one: 12 + 9 n for n of them.

    None: two a day for six days, mean wait 3. Four: all on the first day, done on day 4, (6 x 0.5 + 2 x 1.5 + 2 x 2.5 +
    2 x 3.5) / 12 = 1.5. Eight: done on day 2, mean wait 1.
    """
    found, study = asked(scenes.two_modes(), "cost", 9)
    by_label = {label: rest for label, *rest in study.table("points").select("label", "wait_d", "day_100").iter_rows()}
    assert by_label["at most 12"] == pytest.approx([3.0, 6.0], abs=1e-3)
    assert by_label["at most 30"] == pytest.approx([13 / 6, 5.0], abs=1e-3)
    assert by_label["at most 48"] == pytest.approx([1.5, 4.0], abs=1e-3)
    assert by_label["at most 66"] == pytest.approx([7 / 6, 3.0], abs=1e-3)
    assert by_label["as planned"] == pytest.approx([1.0, 2.0], abs=1e-6)
    amounts = study.table("points")["amount"].to_list()
    assert (amounts[0], amounts[-1]) == pytest.approx((12.0, 84.0), abs=1e-3)
    assert study.meta["dropped"] == 0
    for point in found:
        cap = point.tables.config.spend_max
        assert cap is None or spent_in_all(point.tables, point.plan) <= cap * (1 + 1e-6)


def test_money_later_is_worth_less() -> None:
    """A cap of present value: with a discount of 100 % a year the same kits cost less when they are made later."""
    tables = scenes.two_modes(discount=1.0)
    plan = fr.plan(tables, tests=False)
    assert spent_in_all(tables, plan) == pytest.approx(42 * (2 ** (-0.5 / 365) + 2 ** (-1.5 / 365)), rel=1e-9)


def test_shares_of_the_new_are_the_dates_of_theory() -> None:
    """A share s of the new takes 1 + s hours, worth 1 + s / 2: 60 are done after 6 (1 + s) / (1 + s / 2) days."""
    _, study = asked(scenes.variants(), "new-share", 9, "new")
    days = {limit or 0.0: day for limit, day in column(study, "limit", "day_100")}
    for share, wanted in ((0.0, 6.0), (0.25, 20 / 3), (0.5, 7.2), (1.0, 8.0)):
        assert days[share] == pytest.approx(wanted, abs=1e-6)
    assert study.table("points")["amount"].to_list() == sorted(study.table("points")["amount"])


def test_shares_may_count_from_a_later_day() -> None:
    """Thirty old ones in three days, then a share s of the new: 30 more after 3 (1 + s) / (1 + s / 2) days."""
    day = (scenes.variants().config.start + timedelta(days=3)).isoformat()
    mix = [{"family": "kits", "item": "old", "from": day, "share_max": 1}]
    _, study = asked(scenes.variants(mix=mix), "new-share", 7, "new")
    days = dict(study.table("points").select("label", "day_100").iter_rows())
    assert days[f"at least 33.3 % from {day}"] == pytest.approx(3 + 3 * (4 / 3) / (7 / 6), abs=1e-6)
    assert days[f"at least 100 % from {day}"] == pytest.approx(7.0, abs=1e-6)
    assert days["at least 100 %"] == pytest.approx(8.0, abs=1e-6)


def test_no_share_is_asked_for_that_the_tables_rule_out() -> None:
    mix = [{"family": "kits", "item": "new", "share_max": 0.3}]
    found, _ = asked(scenes.variants(mix=mix), "new-share", 7, "new")
    assert [point.limit for point in found[1:]] == pytest.approx([0.3 * at / 6 for at in range(1, 7)])


def test_a_share_that_another_limit_rules_out_is_told() -> None:
    """A tenth of the new is bad and a fiftieth may be: a fifth may be new, so a third is refused."""
    ways: list[dict[str, Any]] = [{"process": "old_way", "site": "works", "item": "old"}]
    ways.append({"process": "new_way", "site": "works", "item": "new", "escape": 0.1})
    tables = scenes.variants(processes=ways, quality=[{"family": "kits", "aoq_max": 0.02}])
    _, study = asked(tables, "new-share", 7, "new")
    (none,), (some,) = column(study, "amount")
    assert none == 0
    assert 1 / 6 - 1e-6 <= some <= 1 / 5 + 1e-6
    assert len(study.meta["refused"]) == 5
    said = " ".join(assumptions(study))
    assert "5 limits not planned because the checker refuses them, from “at least 33.3 %” on" in said


def test_a_share_that_leaves_nothing_to_deliver_is_told() -> None:
    """The new comes only after the plan has ended, so that every share of it waits for what never comes."""
    ways: list[dict[str, Any]] = [{"process": "old_way", "site": "works", "item": "old"}]
    ways.append({"process": "new_way", "site": "works", "item": "new", "lead_d": 20})
    _, study = asked(scenes.variants(processes=ways), "new-share", 7, "new")
    assert column(study, "amount") == [(0.0,)]
    assert "A share of 16.7 % or more leaves nothing that could be delivered" in " ".join(assumptions(study))


def test_fewer_defects_take_longer() -> None:
    """Unseen six a day, a tenth bad; inspected two a day, none bad. Half of each: 12 kits in (6 + 18) / 6 = 4 days."""
    _, study = asked(scenes.inspections(), "quality", 9)
    days = {label: rest for label, *rest in study.table("points").select("label", "wait_d", "day_100").iter_rows()}
    assert days["as planned"] == pytest.approx([1.0, 2.0], abs=1e-6)
    assert days["at most 5 %"] == pytest.approx([2.0, 4.0], abs=1e-6)
    assert days["at most 0 %"] == pytest.approx([3.0, 6.0], abs=1e-6)


def test_what_a_civil_user_gives_up() -> None:
    """Six hours a day, three of them civil: 12 kits take four days, or two with three hours a day displaced."""
    _, study = asked(scenes.with_rival(), "civil", 9)
    first, last = column(study, "amount", "wait_d")[0], column(study, "amount", "wait_d")[-1]
    assert first == pytest.approx((0.0, 2.0), abs=1e-6)
    assert last == pytest.approx((6 / 36, 1.0), abs=1e-6)
    assert study.meta["dropped"] == 1, "protecting 62.5 % takes as much as 50 % in whole days, and longer"


def test_the_price_of_fairness() -> None:
    """Near first: waits 0.5 and 2.5. Alike: the far one's three days of ten begin earlier, until both wait two days."""
    _, study = asked(scenes.near_and_far(), "fairness", 9)
    rows = column(study, "amount", "wait_d")
    assert rows[0] == pytest.approx((2.0, 2.0), abs=1e-3)
    assert rows[-1] == pytest.approx((2.5, 1.5), abs=1e-3)
    limits = dict(study.table("points").select("limit", "amount").iter_rows())
    assert limits[0.1] == pytest.approx(2.5 - 0.1 * 1.5, abs=1e-3), "a tenth of 1.5 days, all of it to the far one"


def test_a_week_of_waiting_is_a_week_on_every_date() -> None:
    """Where nothing is on its way and nothing changes with time, all dates move by the delay."""
    tables = scenes.two_modes(period_d=7, periods=16)
    _, study = asked(tables, "decision-delay", 11)
    for delay, wait, day in column(study, "amount", "wait_d", "day_100"):
        assert (wait - 3.5, day - 2.0) == pytest.approx((delay, delay), abs=1e-6)
    assert [limit / 7 for (limit,) in column(study, "limit")] == [0, 1, 2, 3, 4, 5, 6, 8, 10, 11, 13]


def test_stock_and_what_is_due_do_not_wait_for_the_decision() -> None:
    stock = [
        {"site": "works", "item": "kit", "qty": 4},
        {"site": "works", "item": "kit", "qty": 2, "date": "2031-01-03"},
    ]
    rows = {
        "items": [{"item": "kit"}],
        "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 3}],
        "stock": stock,
    }
    plan = fr.plan(scenes.scene(rows, decided="2031-01-06"), tests=False)
    handed = [round(plan["deliver"]["order", "kit", period], 6) for period in range(1, 9)]
    assert handed == [4, 0, 2, 0, 0, 3, 3, 0], "four in hand, two due on day 2, the press from day 5 on"


def test_a_test_begins_with_the_decision() -> None:
    """A gate of three days, decided on day 2: passed on day 5, six kits at three a day by day 7; audited."""
    rows = {
        "items": [{"item": "kit"}],
        "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 6}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 3, "gate": "licence"}],
        "gates": [{"gate": "licence", "duration_d": 3}],
    }
    tables = scenes.scene(rows, decided="2031-01-03")
    plan = fr.plan(tables, tests=False)
    assert plan.table("gates").row(0) == ("licence", 2.0, 5.0)
    assert [period for (_, period), _ in plan["make"].items()] == [6, 7]
    assert audit(tables, plan).passed
    early = scenes.scene(rows, decided="2031-01-04")
    assert not audit(early, plan).passed, "seeded: a day later the same plan begins too early"


def test_seeded_a_plan_that_spends_too_much_fails_its_audit() -> None:
    plan = fr.plan(scenes.two_modes(), tests=False)
    assert audit(scenes.two_modes(spend_max=84.0), plan).passed
    assert not audit(scenes.two_modes(spend_max=83.9), plan).passed


# --- what holds of every curve ------------------------------------------------------------------


SEEDS = [("cost", 1), ("decision-delay", 8), *(("cost", seed) for seed in (3, 4, 5, 6, 7, 8, 9))]
SEEDS += [("decision-delay", seed) for seed in (2, 3, 6, 9, 12)]


@pytest.mark.parametrize(
    ("by", "seed"), [*SEEDS[:2], *(pytest.param(*one, marks=pytest.mark.slow) for one in SEEDS[2:])]
)
def test_a_looser_limit_is_never_worse(by: str, seed: int) -> None:
    """The first stage, exactly: more money, or an earlier decision, never makes the first class wait longer."""
    tables = drawn(seed, Features(whole=False, coarse=False)).read()
    _, study = asked(tables, by)
    every = pl.concat([study.table("points"), study.table("dropped")])
    loose = every.with_columns(pl.col("limit").fill_null(float("inf"))).sort("limit", descending=by == "cost")
    least = loose["least_d"].to_list()
    for before, after in pairwise(least):
        assert after >= before - 1e-4 * max(1.0, before)


@pytest.mark.parametrize("by", ["cost", "quality", "new-share", "decision-delay"])
def test_one_end_is_the_plan_itself_and_every_point_passes_its_audit(by: str) -> None:
    tables = {"cost": scenes.two_modes(), "quality": scenes.inspections(), "new-share": scenes.variants()}.get(
        by, scenes.two_modes(period_d=7, periods=16)
    )
    plan = fr.plan(tables, tests=False)
    found = list(points_of(tables, plan, by, 7, "new" if by == "new-share" else ""))
    assert found[0].plan is plan
    assert not found[0].new
    assert len(found) == 7
    for point in found[1:]:
        assert point.new
        assert point.plan.meta["frontier"] == by
        assert audit(point.tables, point.plan).passed
        assert mean_wait(point.tables, point.plan) >= mean_wait(tables, plan) - 1e-6


def test_dominated_points_are_kept_apart() -> None:
    tables = scenes.with_rival()
    found, study = asked(tables, "civil", 9)
    assert len(study.table("points")) + len(study.table("dropped")) == len(found) == 9
    rows = column(study, "amount", "wait_d")
    assert rows == sorted(rows)
    assert [wait for _, wait in rows] == sorted((wait for _, wait in rows), reverse=True)


def test_where_money_buys_no_time_less_of_it_delivers_less() -> None:
    """One way to make them: two a day for 1 each. Half the money is half the kits; all others wait to the end."""
    rows = {
        "items": [{"item": "kit"}],
        "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}],
        "processes": [{"process": "cheap", "site": "works", "item": "kit", "max_rate": 2, "unit_cost": 1}],
    }
    _, study = asked(scenes.scene(rows, tail=1), "cost", 7)
    for amount, share, wait in column(study, "amount", "covered", "wait_d"):
        assert share == pytest.approx(amount / 12, abs=1e-6)
        days = [min(2.0, amount - 2 * day) * (day + 0.5) for day in range(6) if amount > 2 * day]
        assert wait == pytest.approx((sum(days) + (12 - amount) * 24) / 12, abs=1e-4)


def test_seeded_a_slower_plan_for_more_money_is_dropped() -> None:
    found, _ = asked(scenes.two_modes(), "cost", 7)
    late = scenes.two_modes(decided="2031-01-03")
    worse = Point(None, "late and dear", late, fr.plan(late, tests=False), True)
    study = frontier([*found, worse], "cost")
    assert study.table("dropped")["label"].to_list() == ["late and dear"]


# --- refusals -----------------------------------------------------------------------------------


BARE = [{"process": "make", "site": "works", "item": "kit", "max_rate": 2}]
"""A way of making kits that costs nothing."""


@pytest.mark.parametrize(
    ("by", "tables", "item", "code", "place"),
    [
        ("cost", scenes.with_rival(), "", "FR707", "processes.unit_cost"),
        ("quality", scenes.variants(), "", "FR708", "processes.escape"),
        ("quality", scenes.inspections(), "kats", "FR706", ""),
        ("civil", scenes.two_modes(), "", "FR709", "rivals.civil"),
        ("civil", scenes.with_rival(civil=False), "", "FR709", "rivals.civil"),
        ("fairness", scenes.two_modes(), "", "FR710", "needs.recipient"),
        ("new-share", scenes.variants(), "", "FR706", ""),
        ("new-share", scenes.variants(), "nwe", "FR706", ""),
        ("new-share", scenes.two_modes(), "kit", "FR711", "items.family"),
        ("decision-delay", scenes.two_modes(periods=3), "", "FR712", "scenario.periods"),
    ],
)
def test_a_trade_off_without_its_table_says_which(by: str, tables: Tables, item: str, code: str, place: str) -> None:
    with pytest.raises(fr.Refused) as refused:
        ask(tables, by, 7, item)
    finding = refused.value.findings[0]
    assert finding.code == code
    assert place in ("", f"{finding.table}.{finding.column}")
    assert finding.help or finding.allowed


def test_what_only_a_plan_can_say_is_refused_with_it() -> None:
    """There is a cost, but the plan has no need of the lane that takes it."""
    sites = [{"site": "works"}, {"site": "depot"}]
    lanes = [{"lane": "van", "from": "works", "to": "depot", "unit_cost": 1}]
    items = [{"item": "kit", "family": "kits"}]
    needs = [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}]
    tables = scenes.scene({"sites": sites, "lanes": lanes, "items": items, "needs": needs, "processes": BARE})
    ask(tables, "cost")
    with pytest.raises(fr.Refused, match="FR707"):
        asked(tables, "cost")


def test_a_cost_that_begins_later_is_a_cost() -> None:
    items, needs = [{"item": "kit"}], [{"need": "order", "recipient": "town", "item": "kit", "qty": 12}]
    rows = {"items": items, "needs": needs, "processes": BARE}
    step = {"table": "processes", "key": "make", "column": "unit_cost", "date": "2031-01-03", "value": 1}
    with pytest.raises(fr.Refused, match="FR707"):
        ask(scenes.scene(rows), "cost")
    ask(scenes.scene({**rows, "series": [step]}), "cost")


def test_the_lists_of_trade_offs_agree() -> None:
    from fullrate.cli import frontier as verb
    from fullrate.report.frontier import HEADS, TITLES

    assert tuple(SWEEPS) == BY == verb.BY == tuple(HEADS) == tuple(TITLES)


def test_a_limit_that_is_there_already_stays_where_it_is_stricter() -> None:
    start = scenes.variants().config.start
    mix = [{"family": "kits", "item": "new", "share_min": 0.5}]
    mix.append({"family": "kits", "item": "new", "from": (start + timedelta(days=3)).isoformat(), "share_min": 0.9})
    found, _ = asked(scenes.variants(mix=mix), "new-share", 7, "new")
    last = found[-2].tables
    rows = [row["share_min"] for row in last.rows("mix")]
    assert all(now >= before for now, before in zip(rows, (0.5, 0.9), strict=True))


def test_needs_without_a_quantity_have_no_share_and_no_dates() -> None:
    rows = {
        "items": [{"item": "kit", "unit": "unit"}],
        "sites": [{"site": "yard"}],
        "recipients": [{"recipient": "k", "site": "yard"}],
        "needs": [{"need": "n", "recipient": "k", "item": "kit", "qty": None}],
        "processes": [{"process": "make", "site": "yard", "item": "kit", "max_rate": 10}],
    }
    config = {"name": "open", "start": "2030-01-01", "period_d": 1, "periods": 12, "open_qty": 50}
    plan = fr.plan(Tables.from_rows(config, rows), tests=False)
    assert covered(plan) is None
    assert reached(plan, 0.8) == (None, None)


def test_by_cost_without_a_quantity_less_money_delivers_less() -> None:
    """A unit costs 2, and 50 are looked at: of three points, two have caps, of two thirds and a third of 100.

    A stage of cost may give up a thousandth of the wait, tail included, and so two thousandths of what is made.
    """
    rows = {
        "items": [{"item": "kit", "unit": "unit"}],
        "sites": [{"site": "yard"}],
        "recipients": [{"recipient": "k", "site": "yard"}],
        "needs": [{"need": "n", "recipient": "k", "item": "kit", "qty": None}],
        "processes": [{"process": "make", "site": "yard", "item": "kit", "max_rate": 10, "unit_cost": 2}],
    }
    config = {"name": "open", "start": "2030-01-01", "period_d": 1, "periods": 12, "open_qty": 50, "discount": 0}
    tables = Tables.from_rows(config, rows)
    plan = fr.plan(tables, tests=False)
    steps = list(SWEEPS["cost"](tables, plan, 3, ""))
    assert [step.limit for step in steps] == [None, pytest.approx(200 / 3), pytest.approx(100 / 3)]
    made = [fr.plan(step.tables, tests=False)["make"] for step in steps]
    assert [sum(amount for _, amount in one.items()) for one in made] == pytest.approx([50, 100 / 3, 50 / 3], rel=5e-3)
