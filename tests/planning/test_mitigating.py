"""What to buy against a cut, on networks whose losses a person can work out."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from fullrate.lp.solve import solve
from fullrate.planning.damage import outcome
from fullrate.planning.measures import Measure, bought, measures
from fullrate.planning.mitigating import Blow, Desk, Shop
from fullrate.planning.twostage import Risk
from fullrate.tables import Tables
from fullrate.tables.check import check
from fullrate.tables.cut import Cut, cut
from rules.scenes import day

EXACT = 1e-6
STOCK = Measure("stock", "buffer", "kit", "town", math.inf, 1.0)
SPARE = Measure("spare", "gate", "licence", "", 1.0, 40.0)


def world(**more: Any) -> Tables:
    """A press at the works makes ten kits a day for a town that needs a hundred; the way takes no time."""
    tables = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works", "region": "north"}, {"site": "town"}, {"site": "mill"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10}],
        "lanes": [{"lane": "road", "from": "works", "to": "town", "item": "kit"}],
        "recipients": [{"recipient": "depot", "site": "town"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 100}],
        **more,
    }
    config = {"name": "known", "currency": "EUR", "start": day(0), "period_d": 1, "periods": 20, "tail": 0}
    made = Tables.from_rows(config, tables)
    assert not [one for one in check(made) if one.severity.name == "ERROR"]
    return made


def second_source() -> Tables:
    """Ten a day for twenty days, 30 in stock, and a mill that may begin when its licence is there on day eight."""
    return world(
        processes=[
            {"process": "press", "site": "works", "item": "kit", "max_rate": 10},
            {"process": "mill", "site": "mill", "item": "kit", "max_rate": 10, "gate": "licence"},
        ],
        gates=[{"gate": "licence", "duration_d": 8}],
        lanes=[
            {"lane": "road", "from": "works", "to": "town", "item": "kit"},
            {"lane": "track", "from": "mill", "to": "town", "item": "kit"},
        ],
        stock=[{"site": "town", "item": "kit", "qty": 30}],
        needs=[{"need": "order", "recipient": "depot", "item": "kit", "qty": 200, "from": day(0), "until": day(20)}],
    )


def shop(tables: Tables, cuts: list[Cut], chosen: list[Measure], risk: Risk | None = None) -> Shop:
    desk = Desk.of(tables, None, chosen)
    blows = [Blow(str(one), (one,)) for one in cuts]
    return Shop.of(desk, blows, np.full(len(cuts), 1 / len(cuts)), [], risk or Risk())


def five_days() -> Cut:
    """The works are lost for the first five days."""
    return Cut("site", "works", date(2030, 1, 1), date(2030, 1, 6))


def mean_wait(stock: float) -> float:
    """Stock comes on the first day, the rest at ten a day from the sixth on."""
    rest = 100 - stock
    return (0.5 * stock + rest * (5 + rest / 20)) / 100


@pytest.mark.parametrize("stock", [0.0, 10.0, 20.0, 40.0])
def test_a_stock_and_what_it_avoids(stock):
    """Without a cut the mean wait is five days; 40 in stock make up for five days without the works."""
    found = shop(world(), [five_days()], [STOCK])
    loss = found.loss(np.array([stock]))[0]
    assert loss == pytest.approx(mean_wait(stock) - 5, abs=EXACT)


def test_no_more_is_bought_than_helps():
    found = shop(world(), [five_days()], [STOCK]).within(1000.0)
    assert found.found.value == pytest.approx(0, abs=1e-3)
    assert found.amounts == pytest.approx([40], abs=0.1)
    assert found.spent <= 1000


def test_a_budget_is_kept_and_worth_grows_with_it():
    mine = shop(world(), [five_days()], [STOCK])
    points = [mine.within(budget) for budget in (0.001, 10, 20, 30, 40, 80)]
    values = [point.found.value for point in points]
    assert all(point.spent <= point.budget * (1 + 1e-9) for point in points)
    assert values == sorted(values, reverse=True)
    assert values[1] == pytest.approx(mean_wait(10) - 5, abs=1e-3)


def test_the_rule_of_thumb():
    """A buffer of ten a day for the days until the mill may work, less the three that stock lasts: 10 (8 - 3) = 50."""
    tables = second_source()
    lost = Cut("site", "works")
    mine = shop(tables, [lost], [STOCK])
    assert mine.loss(np.array([50.0]))[0] == pytest.approx(0, abs=EXACT)
    assert mine.loss(np.array([40.0]))[0] > 0.01
    assert mine.within(1000.0).amounts == pytest.approx([50], rel=0.02)


def test_a_licence_beforehand_or_a_stock():
    """Forty for the licence are worth the fifty in stock: with 45 the licence it is, and both together are no more."""
    mine = shop(second_source(), [Cut("site", "works")], [STOCK, SPARE])
    point = mine.within(45.0)
    assert point.amounts == pytest.approx([0, 1], abs=1e-6)
    assert point.found.value == pytest.approx(0, abs=EXACT)
    before = mine.worth(np.zeros(2))
    alone = [before - mine.worth(np.array(one)) for one in ([50.0, 0.0], [0.0, 1.0])]
    both = before - mine.worth(np.array([50.0, 1.0]))
    assert alone == pytest.approx([before, before], abs=EXACT)
    assert alone[0] + alone[1] - both == pytest.approx(before, abs=EXACT)  # all of it overlaps


@pytest.mark.parametrize("amounts", [(0.0, 0.0), (20.0, 0.0), (0.0, 1.0), (35.0, 1.0)])
def test_the_same_by_tables(amounts):
    """What moves bounds here is what the tables say there: planned anew with the purchases written into the cells."""
    tables, lost = second_source(), Cut("site", "works")
    mine = shop(tables, [lost], [STOCK, SPARE])
    with_it = outcome(cut(bought(tables, dict(zip((STOCK, SPARE), amounts, strict=True))), [lost]))
    growth = float((with_it.burden - outcome(tables).burden)[0])
    assert mine.loss(np.array(amounts))[0] == pytest.approx(max(growth, 0.0), abs=EXACT)


def test_nothing_bought_goes_round_a_restriction():
    """A second press at a barred site: neither more capacity there nor its licence avoids anything."""
    tables = world(
        processes=[
            {"process": "press", "site": "works", "item": "kit", "max_rate": 10},
            {"process": "mill", "site": "mill", "item": "kit", "gate": "licence"},
        ],
        resources=[{"resource": "line", "site": "mill", "capacity": 10}],
        uses=[{"user": "mill", "resource": "line", "qty": 1}],
        gates=[{"gate": "licence", "duration_d": 8}],
        lanes=[
            {"lane": "road", "from": "works", "to": "town", "item": "kit"},
            {"lane": "track", "from": "mill", "to": "town", "item": "kit"},
        ],
        restrictions=[{"restriction": "embargo", "kind": "site", "target": "mill"}],
    )
    more = Measure("more", "capacity", "line", "", 100.0, 0.1)
    mine = shop(tables, [five_days()], [SPARE, more])
    assert mine.loss(np.array([1.0, 100.0])) == pytest.approx(mine.loss(np.zeros(2)), abs=EXACT)
    point = mine.within(1000.0)
    assert point.amounts == pytest.approx([0, 0], abs=1e-6)
    for one in mine.inside:
        answer_at = one.at(np.array([1.0, 100.0]))
        barred = one.lp.columns["make"]
        x = solve(answer_at).x
        mill = barred.axis.labels.index("mill")
        flow = x[barred.offset[mill] : barred.offset[mill] + barred.count[mill]]
        assert flow == pytest.approx(0 * flow, abs=EXACT)


def test_the_worst_case_alone():
    """Two cuts, one far worse: with a risk of the worst only that one counts."""
    short = Cut("lane", "road", None, five_days().last)
    mine = shop(world(), [five_days(), short], [STOCK], Risk(1.0))
    assert mine.worth(np.zeros(1)) == pytest.approx(5, abs=EXACT)


def test_prices_of_the_scenario_where_no_table_has_any():
    tables = world(
        builds=[{"build": "second", "resource": "line", "add": 5, "capex": 3, "lead_d": 2, "max": 1}],
        resources=[{"resource": "line", "capacity": 10}],
        uses=[{"user": "press", "resource": "line", "qty": 1}],
    )
    (one,) = measures(tables)
    assert (one.kind, one.target, one.cost, one.most, one.assumed) == ("build", "second", 3.0, 1.0, True)


def test_the_table_wins():
    tables = world(mitigations=[{"mitigation": "m", "kind": "buffer", "target": "kit", "site": "town", "cost": 0.5}])
    (one,) = measures(tables)
    assert (one.kind, one.target, one.site, one.cost, one.assumed) == ("buffer", "kit", "town", 0.5, False)
