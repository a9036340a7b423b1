"""Limits on what families deliver, against plain loops over what the user wrote."""

from __future__ import annotations

import pytest

from case import plain
from fullrate.case import derive
from fullrate.tables import Tables
from rules import cases


def drawn(seed: int) -> Tables:
    return cases.world_of((cases.mixes,), seed).read()


def until(tables: Tables, row: plain.Row, same: tuple[str, ...], rows: list[plain.Row]) -> range:
    """Periods in which a row holds: up to the next one of the same thing."""
    edges, rounding = plain.edges_of(tables), tables.config.lead_rounding
    later = [one["from"] for one in rows if one["from"] > row["from"] and all(one[n] == row[n] for n in same)]
    first = plain.first_usable(edges, max(plain.day(tables, row["from"], 0.0), 0.0), rounding)
    last = plain.first_usable(edges, plain.day(tables, min(later), 0.0), rounding) if later else len(edges) - 1
    return range(first, last)


@pytest.mark.parametrize("seed", range(12))
def test_when_shares_hold_and_what_counts(seed: int) -> None:
    tables = drawn(seed)
    limits, case = derive(tables, pruned=False).mix, derive(tables, pruned=False)
    rows, items = list(tables.rows("mix")), {row["item"]: row for row in tables.rows("items")}
    who = {row["need"]: row["recipient"] for row in tables.rows("needs")}
    holds = limits.holds(case.calendar.periods)
    found = {}
    for limit, delivery, least, most in zip(limits.limit, limits.delivery, *limits.weight, strict=True):
        found[int(limit), case.deliveries.axis.labels[delivery]] = (least, most)
    wanted = {}
    for at, row in enumerate(rows):
        assert holds[at].nonzero()[0].tolist() == list(until(tables, row, ("family", "item", "recipient"), rows))
        assert limits.bites[:, at].tolist() == [row["share_min"] > 0, row["share_max"] < 1]
        for label in case.deliveries.axis.labels:
            need, item = label.split("|")
            if items[item]["family"] == row["family"] and row["recipient"] in ("*", who[need]):
                mine = float(item == row["item"])
                wanted[at, label] = (mine - row["share_min"], row["share_max"] - mine)
    assert found.keys() == wanted.keys()
    assert all(found[key] == pytest.approx(wanted[key]) for key in wanted)


def test_an_item_that_counts_nothing_is_delivered_where_it_keeps_a_share() -> None:
    """A unit without value lets three others count: it is worth its way, and pruning knows it."""
    for value, useful in ((0, True), (1, True)):
        world = cases.world_of((cases.classes,), 0, others=0.0)
        world.row("items", 2)["value"] = value
        world.add("mix", family="kits", item="set", share_min=0.25)
        case = derive(world.read())
        at = case.deliveries.axis.labels.index("order|set")
        assert bool(case.deliveries.useful[at]) is useful
        assert case.windows["deliver"][1][at] > 0
