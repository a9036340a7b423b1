"""A cut is a row of ``restrictions`` or ``risks``, and nothing else; what it bars has no flow."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from fullrate import simulate
from fullrate.auditing import audit
from fullrate.case import derive
from fullrate.findings import Refused
from fullrate.planning import plan
from fullrate.results import Plan
from fullrate.studies.stress.asked import Asked
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.cut import Cut, cut, lasting, leaving, names, parsed
from fullrate.tables.spec.wants import CUTS
from stress.scenes import START, day, planned, two_sources

EVERYTHING = ("site:big", "region:abroad", "owner:acme", "item:part", "lane:sea", "corridor:strait", "resource:mould")
"""One cut of every kind; each stops what comes from the big source."""


def quick(tables: Tables) -> Plan:
    """The plan as far as time goes."""
    return plan(tables.replace(Cell(SCENARIO, "", "stages"), '["time"]'), tests=False)


def test_every_kind_is_tried() -> None:
    assert [text.partition(":")[0] for text in EVERYTHING] == list(CUTS[:3] + CUTS[3:4] + CUTS[4:])


@pytest.mark.parametrize("text", EVERYTHING)
def test_only_one_row_is_added(text: str) -> None:
    tables, _ = planned()
    one = lasting(tables, parsed(tables, text), 5, 10)
    changed = cut(tables, [one])
    assert changed.frames["restrictions"].height == tables.frames["restrictions"].height + 1
    row = list(changed.rows("restrictions"))[-1]
    assert (row["kind"], row["target"], str(row["from"]), str(row["to"])) == (*text.split(":"), day(5), day(15))
    same = [name for name in tables.frames if name != "restrictions"]
    assert all(changed.frames[name] is tables.frames[name] for name in same)


@pytest.mark.parametrize("text", EVERYTHING)
def test_nothing_flows_through_what_is_cut_off(text: str) -> None:
    """In the plan, in its audit, and where the old plan is followed."""
    tables, old = planned()
    changed = cut(tables, [lasting(tables, parsed(tables, text), 5, 10)])
    new = quick(changed)
    shut = {"item:part": ("cast", "mill"), "lane:sea": (), "corridor:strait": ()}.get(text, ("cast",))
    moved = ("sea", "road") if text == "item:part" else () if text == "resource:mould" else ("sea",)
    for kind, keys in (("make", shut), ("ship", moved)):
        flows = new.table("flows").filter((pl.col("kind") == kind) & pl.col("key").is_in(list(keys)))
        assert flows.filter(pl.col("period").is_between(6, 15))["value"].sum() == 0
        assert not keys or flows["value"].sum() > 0
    assert audit(changed, new).table["residual"].max() <= 1e-6
    broken = {row["rule"] for row in audit(changed, old).table.iter_rows(named=True) if row["residual"] > 1e-6}
    assert "BARRED" in broken


def test_the_audit_notices_a_resource_and_a_corridor() -> None:
    """A plan made without the restriction breaks it, and the rule says where."""
    tables, old = planned()
    for text, place in (("resource:mould", ("mould",)), ("corridor:strait", ("sea", "part"))):
        changed = cut(tables, [lasting(tables, parsed(tables, text), 5, 10)])
        found = [one for one in audit(changed, old).excesses if one.rule == "BARRED"]
        assert place in {one.at[:-1] for one in found}


def test_a_share_that_is_left_is_a_certain_risk() -> None:
    tables, _ = planned()
    one = leaving(tables, parsed(tables, "resource:mould"), 0.5, "")
    row = list(cut(tables, [lasting(tables, one, 5, 10)]).rows("risks"))[-1]
    assert (row["prob"], str(row["from"]), row["duration_d"], row["left"]) == (1, day(5), 10, 0.5)


@pytest.mark.parametrize("text", ["site:big", "owner:acme", "lane:sea", "corridor:strait", "item:part"])
def test_half_of_it_is_left_in_all_three_readings(text: str) -> None:
    """Plan, audit and the execution without luck agree on what an outage leaves."""
    tables, old = planned()
    changed = cut(tables, [lasting(tables, leaving(tables, parsed(tables, text), 0.25, ""), 0, 20)])
    new = quick(changed)
    assert audit(changed, new).table["residual"].max() <= 1e-6
    done = simulate.run(changed, derive(changed, pruned=False), new)
    wait = float(done.waits[0, done.group(cls=1)])
    assert wait == pytest.approx(float(new.table("waits")["days"][0]), rel=1e-6)
    broken = {row["rule"] for row in audit(changed, old).table.iter_rows(named=True) if row["residual"] > 1e-6}
    assert broken == {"OUTAGE"}


def test_a_share_of_no_limit_is_refused() -> None:
    tables = two_sources()
    wide = tables.replace(Cell("lanes", "sea", "capacity"), "")
    with pytest.raises(Refused) as error:
        leaving(wide, parsed(wide, "lane:sea"), 0.5, "")
    assert [one.code for one in error.value.findings] == ["FR724"]


def test_a_share_of_a_place_that_makes_nothing_is_refused() -> None:
    """A port has lanes only, which an outage of a place does not strike: the plan would not notice."""
    tables = two_sources(
        sites=[{"site": name} for name in ("big", "port", "small", "works")],
        lanes=[
            {"lane": name, "from": begin, "to": end, "item": "part", "capacity": 20}
            for name, begin, end in (("out", "big", "port"), ("in", "port", "works"), ("road", "small", "works"))
        ],
    )
    for one in (Cut("site", "port"), Cut("item", "bolt")):
        with pytest.raises(Refused) as error:
            leaving(tables, one, 0.1, "")
        assert [found.code for found in error.value.findings] == ["FR724"]
    assert leaving(tables, Cut("site", "big"), 0.1, "").left == 0.1


def test_recovery_along_a_curve() -> None:
    """Nothing at first, half from day 2 on, all from day 4 on: 0 0 5 5 10 kits a day from ten."""
    curve = [{"curve": "back", "x": x, "y": y} for x, y in ((0, 0), (2, 0), (2, 0.5), (4, 0.5))]
    tables = two_sources(10, stock=0, curves=curve)
    one = leaving(tables, parsed(tables, "resource:mould"), 0.0, "back")
    changed = cut(tables, [lasting(tables, one, 0, 4), Cut("site", "small")])
    made = quick(changed).table("flows").filter((pl.col("kind") == "make") & (pl.col("key") == "cast"))
    amount = np.zeros(10)
    amount[made["period"].to_numpy() - 1] = made["value"].to_numpy()
    assert amount == pytest.approx([0, 0, 5, 5, 10, 10, 10, 10, 10, 10], abs=1e-6)


def test_bad_names_are_told_with_the_nearest() -> None:
    tables, _ = planned()
    for text, near in (("site:bigg", "big"), ("sit:big", "site"), ("lane:raod", "road")):
        with pytest.raises(Refused) as error:
            parsed(tables, text)
        (finding,) = error.value.findings
        assert finding.code == "FR720"
        assert finding.nearest == (near,)
    with pytest.raises(Refused, match="FR720"):
        parsed(tables, "big")
    assert names(tables, "corridor") == ["strait", "valley"]


def test_an_outage_outside_the_plan_is_refused() -> None:
    tables, _ = planned()
    for begin in (-1.0, 52.0):
        with pytest.raises(Refused, match="FR721"):
            lasting(tables, parsed(tables, "site:big"), begin, 5)
    assert str(lasting(tables, parsed(tables, "site:big"), 51, 500).last) == "2027-07-10"
    assert lasting(tables, parsed(tables, "site:big"), 0, 5).first == START


def test_everything_that_names_nothing_is_told_at_once() -> None:
    """A kind without a name, a name without its kind, and a name that is nearly right."""
    tables, base = planned()
    with pytest.raises(Refused) as error:
        Asked(["site", "big", "site:bigg", "site:bigg"]).cases(tables, base)
    helps = [one.help for one in error.value.findings]
    assert helps == ["say which site: `site:big`", "did you mean `site:big`?", "did you mean `big`?"]
