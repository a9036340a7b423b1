"""The screen without time, pairs, smallest sets that break a promise, and single points of failure: by arithmetic."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from benchmarks.generator import scenario

import fullrate as fr
from fullrate.planning.damage import outcome
from fullrate.report.stress import odds_rows, pair_rows, wider
from fullrate.results import Study
from fullrate.studies.stress import many, screen, together
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground, impact
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.policy import Policy
from fullrate.studies.stress.screen import Screen
from fullrate.studies.stress.singles import singles
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

CLOSE = 1e-6
Rows = dict[str, list[dict[str, Any]]]


def made(rows: Rows, **config: Any) -> Tables:
    usual = {"name": "cut", "currency": "EUR", "start": "2030-01-01", "period_d": 1, "periods": 40, "tail": 0}
    return Tables.from_rows({**usual, **config}, rows)


def parts(*sources: tuple[str, float], stock: float = 0.0, need: float = 200.0, **more: Any) -> Tables:
    """Kits of one part each, ten a day, of parts that some sites make at given rates; all in the yard at once."""
    rows: Rows = {
        "items": [{"item": "kit"}, {"item": "part"}],
        "sites": [{"site": "yard"}, *[{"site": name} for name, _ in sources]],
        "processes": [
            {"process": "press", "site": "yard", "item": "kit", "max_rate": 10},
            *[{"process": f"make-{n}", "site": n, "item": "part", "max_rate": rate} for n, rate in sources],
        ],
        "recipe": [{"process": "press", "item": "part", "qty": 1}],
        "lanes": [{"lane": f"from-{name}", "from": name, "to": "yard"} for name, _ in sources],
        "recipients": [{"recipient": "town", "site": "yard"}],
        "needs": [{"need": "n", "recipient": "town", "item": "kit", "qty": need}],
        "stock": [{"site": "yard", "item": "part", "qty": stock}] if stock else [],
    }
    for name, added in more.items():
        rows[name] = [*rows.get(name, []), *added]
    return made(rows)


def lone(tables: Tables, *names: str) -> list[Case]:
    return [Case.of(Cut("site", name)) for name in names]


# 60 parts and 4 a day serve 10 a day for 60 / (10 - 4) = 10 days; in 15 days 150 - 60 - 60 = 30 are lost
def test_survival_and_loss_without_time() -> None:
    tables = parts(("main", 10), ("other", 4), stock=60)
    seen, cases = Screen.of(tables, {"kit": 10}), [[Cut("site", "main")], [], [Cut("site", "yard")]]
    assert seen.survives(cases) == pytest.approx([10, np.inf, 0], abs=CLOSE)
    assert seen.lost(cases, 15) == pytest.approx([30, 0, 150], abs=CLOSE)
    assert seen.lost(cases, 10) == pytest.approx([0, 0, 100], abs=CLOSE)


def test_a_screen_that_closes_nothing_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seeded fault."""
    tables = parts(("main", 10), ("other", 4), stock=60)
    monkeypatch.setattr(screen, "closed", lambda case, cuts: np.zeros(len(case.axes["process"]), bool))
    assert Screen.of(tables, {"kit": 10}).lost([[Cut("site", "main")]], 15) == pytest.approx(0, abs=CLOSE)


# a line of 12 hours a day, an hour a part here and two there: without the first, six a day of the ten
def test_a_shared_line_and_alternatives_in_a_slot() -> None:
    rows: Rows = {
        "items": [{"item": "kit"}, {"item": "plate"}, {"item": "sheet"}],
        "sites": [{"site": "yard"}, {"site": "here"}, {"site": "there"}],
        "processes": [
            {"process": "press", "site": "yard", "item": "kit"},
            {"process": "plates", "site": "here", "item": "plate"},
            {"process": "sheets", "site": "there", "item": "sheet"},
        ],
        "recipe": [
            {"process": "press", "slot": "metal", "item": "plate", "qty": 1},
            {"process": "press", "slot": "metal", "item": "sheet", "qty": 2},
        ],
        "resources": [{"resource": "line", "capacity": 12}],
        "uses": [
            {"user": "plates", "resource": "line", "qty": 1},
            {"user": "sheets", "resource": "line", "qty": 1},
        ],
        "lanes": [{"lane": f"from-{name}", "from": name, "to": "yard"} for name in ("here", "there")],
        "recipients": [{"recipient": "town", "site": "yard"}],
        "needs": [{"need": "n", "recipient": "town", "item": "kit", "qty": 100}],
    }
    tables = made(rows)
    seen = Screen.of(tables, {"kit": 10})
    cases = [[], [Cut("site", "here")], [Cut("resource", "line")]]
    assert seen.lost(cases, 5) == pytest.approx([0, 5 * (10 - 6), 50], abs=CLOSE)
    assert together.substitutes(tables, lone(tables, "here", "there", "yard")) == [(0, 1)]


@pytest.mark.parametrize("seed", [1, 2])
def test_longer_and_more_never_help_the_screen(seed: int) -> None:
    tables = scenario("XS", seed)
    seen = Screen.of(tables, {row["item"]: row["qty"] / 60 for row in tables.rows("needs")})
    cases = [[Cut("site", "mine0")], [Cut("site", "mine0"), Cut("site", "mine1")]]
    lost = np.array([seen.lost(cases, days) for days in (10, 20, 40)])
    assert (np.diff(lost, axis=0) >= -CLOSE).all()
    assert (lost[1] - lost[0] <= (lost[2] - lost[1]) / 2 + CLOSE).all(), "stock runs out: more is lost every day"
    assert (lost[:, 0] <= lost[:, 1] + CLOSE).all()
    one, two = seen.survives(cases)
    assert two <= one + CLOSE


def ground(tables: Tables) -> Ground:
    return Ground(tables, fr.plan(tables), Policy.parsed("clairvoyant"))


# either source makes all ten a day; both gone, 200 kits wait for the whole 40 days in place of 10 on average
def test_two_substitutes_cost_nothing_alone_and_everything_together() -> None:
    tables = parts(("east", 10), ("west", 10), ("rest", 0.001))
    cases, under = lone(tables, "east", "west", "rest"), ground(tables)
    alone = [impact(under.base(0), one) for one in outcomes(under, [case.cuts for case in cases], dated=False)]
    assert alone == pytest.approx([0, 0, 0], abs=1e-3)
    first, *_ = together.pairs(under, cases, alone)
    assert (first.first, first.second, first.substitutes) == (0, 1, True)
    assert first.impact == pytest.approx(40 - 10, abs=0.01)
    assert first.more == pytest.approx(first.impact, abs=1e-2)


# both gone for the first 12 days, 200 kits come 12 days later each; one of the two, or its lane, is enough for all
def test_a_pair_is_told_in_days_and_in_what_each_alone_does_not_cost() -> None:
    tables = parts(("east", 10), ("west", 10))
    asked = {"cuts": ["site:east", "site:west", "lane:from-east"], "first": date(2030, 1, 1), "days": 12}
    study = fr.stress(tables, fr.plan(tables), **asked, policy="clairvoyant", pairs=True)
    rows = study.table("pairs").to_dicts()
    both = [row for row in rows if "site:west" in (row["name"], row["other"])]
    for row in both:
        figures = [
            row[name] for name in ("lost_wait_d", "unit_days", "more_wait_d", "more_unit_days", "more_late_units")
        ]
        assert figures == pytest.approx([12, 2400, 12, 2400, 0], abs=0.1)
    assert (both[0]["lost_50_d"], both[0]["lost_80_d"], both[0]["never_80"]) == (12, 12, False)
    assert [row["alike"] for row in rows] == [1, 1, 2], "a site and its only lane"
    assert rows[2]["impact_d"] == pytest.approx(0, abs=1e-3)
    said = " ".join(wider(tables, study))
    assert "Of 3 pairs 2 cost more together than one by one" in said
    assert "add 12 days to the mean wait and 2,400 unit-days, 2,400 of these beyond what each costs alone." in said
    head, shown = pair_rows(tables, study)
    assert len(shown) == 1
    assert dict(zip(head, shown[0], strict=True))["80 % later by"] == "12 days"
    assert shown[0][1].endswith("(and 1 alike)")


def test_odds_of_a_pair_share_the_luck_of_its_cuts() -> None:
    """Either source makes all: each cut leaves the odds as they are, bit by bit; both leave none."""
    tables = parts(("east", 10), ("west", 10))
    asked = {"cuts": ["site:east", "site:west", "lane:from-east"], "first": date(2030, 1, 1)}
    study = fr.stress(tables, fr.plan(tables), **asked, policy="clairvoyant", pairs=True, samples=16)
    half = study.table("pair_odds").filter(pl.col("coverage") == 0.5)
    (row,) = half.iter_rows(named=True)
    assert set(row["name"].split(" with ")) < {"site:east", "site:west", "lane:from-east"}
    assert "site:west" in row["name"]
    alone = study.table("odds").filter(pl.col("coverage") == 0.5)
    assert len(alone) == 3
    assert set(alone["fallen"]) == set(alone["error"]) == {0.0}
    assert (row["odds"], row["cut_odds"], row["fallen"]) == (alone["odds"][0], 0.0, alone["odds"][0])
    assert row["odds"] > 0
    _, shown = odds_rows(tables, study)
    assert row["name"] in [cells[0] for cells in shown]
    assert "pair_odds" not in fr.stress(tables, fr.plan(tables), **asked, policy="clairvoyant", samples=2).tables


# 200 kits by day 20: the press, or both sources; where one makes only five a day, the other alone; by day 40 both
def test_smallest_sets_that_break_a_promise() -> None:
    tables = parts(("east", 10), ("west", 10))
    cases, under = lone(tables, "yard", "east", "west"), ground(tables)
    assert together.breaks(under, cases, 1.0, 20) == [(0,), (1, 2)]
    assert together.breaks(under, cases[1:], 0.4, 8) == [(0, 1)]
    uneven = parts(("east", 10), ("west", 5))
    assert together.breaks(ground(uneven), lone(uneven, "east", "west"), 1.0, 20) == [(0,)]
    assert together.breaks(ground(uneven), lone(uneven, "east", "west"), 1.0, 40) == [(0, 1)]


# 200 kits at ten a day take 20 days, and the first day makes a twentieth of them, whatever is cut off
@pytest.mark.parametrize(("coverage", "by"), [(1.0, date(2030, 1, 20)), (0.06, date(2030, 1, 2))])
def test_a_promise_nobody_can_keep_is_broken_by_no_cut(coverage: float, by: date) -> None:
    tables = parts(("east", 10), ("west", 10))
    study = fr.stress(tables, fr.plan(tables), cuts=["site:east"], coverage=coverage, by=by)
    assert study.table("cutsets").rows() == [(0, None, None)]
    assert f"by {by} is out of reach even with nothing cut off." in " ".join(wider(tables, study))


@pytest.mark.parametrize("seed", range(20))
def test_smallest_sets_against_trying_all(seed: int) -> None:
    luck = np.random.default_rng(seed)
    bad = [set(luck.choice(9, int(luck.integers(1, 4)), replace=False).tolist()) for _ in range(int(luck.integers(6)))]

    def fails(some: tuple[int, ...]) -> bool:
        return any(one <= set(some) for one in bad)

    single = [(k,) for k in range(9) if fails((k,))]
    pairs = [ab for ab in combinations(range(9), 2) if fails(ab) and not any(fails((k,)) for k in ab)]
    assert together.minimal(fails, 9) == single + pairs


# the second source of kits is qualified after 5 days, the third after 9; parts of the press come from one place only
def test_single_points_of_failure_and_the_gate_before_the_next() -> None:
    tables = parts(
        ("east", 10),
        sites=[{"site": "abroad"}, {"site": "far"}],
        gates=[{"gate": "soon", "duration_d": 5}, {"gate": "late", "duration_d": 9}],
        processes=[
            {"process": "third", "site": "far", "item": "kit", "max_rate": 10, "gate": "late"},
            {"process": "second", "site": "abroad", "item": "kit", "max_rate": 10, "gate": "soon"},
        ],
    )
    found = {one.process: one for one in singles(tables, {"press", "make-east", "second"})}
    assert sorted(found) == ["make-east", "press"]
    assert (found["press"].alternative, found["press"].gate, found["press"].days) == ("second", "soon", 5.0)
    assert (found["make-east"].alternative, found["make-east"].days) == ("", float("inf"))


# west makes a substitute that may fill a share of the slot: all of it, half of it, or all of it in one of two recipes
@pytest.mark.parametrize(
    ("share", "second", "gate", "expected"),
    [
        (1.0, "sub", None, None),
        (1.0, "sub", "soon", ("make-sub", "soon", 5.0, False)),
        (0.5, "sub", None, ("make-sub", "", 0.0, True)),
        (1.0, "part", None, ("make-sub", "", 0.0, True)),
        (0.0, "part", None, ("", "", float("inf"), False)),
    ],
)
def test_what_does_in_part_is_told_as_such(
    share: float, second: str, gate: str | None, expected: tuple[str, str, float, bool] | None
) -> None:
    tables = parts(
        ("east", 10),
        items=[{"item": "sub"}, {"item": "spare"}],
        sites=[{"site": "west"}],
        gates=[{"gate": "soon", "duration_d": 5}],
        processes=[
            {"process": "make-sub", "site": "west", "item": "sub", "max_rate": 10, "gate": gate},
            {"process": "weld", "site": "yard", "item": "spare", "max_rate": 10},
        ],
        lanes=[{"lane": "subs", "from": "west", "to": "yard"}],
        recipe=[
            {"process": "press", "item": "sub", "qty": 1, "slot": "part", "share_max": share},
            {"process": "weld", "item": "part", "qty": 1, "slot": "core"},
            *([{"process": "weld", "item": "sub", "qty": 1, "slot": "core"}] if second == "sub" else []),
        ],
        needs=[{"need": "spares", "recipient": "town", "item": "spare", "qty": 9}],
    )
    found = {one.process: one for one in singles(tables, {"make-east"})}
    one = found.get("make-east")
    assert (None if one is None else (one.alternative, one.gate, one.days, one.partial)) == expected


# a need that asks for the family is met by either, as far as the mix lets it
@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        ([], None),
        ([{"family": "pump", "item": "new", "share_max": 0.4}], ("make-new", True)),
        ([{"family": "pump", "item": "old", "share_min": 0.2}], ("make-new", True)),
        ([{"family": "pump", "item": "old", "share_max": 0.4}], None),
    ],
)
def test_a_variant_stands_in_where_the_family_is_asked_for(
    mix: list[dict[str, Any]], expected: tuple[str, bool] | None
) -> None:
    tables = made(
        {
            "items": [{"item": "old", "family": "pump"}, {"item": "new", "family": "pump"}],
            "sites": [{"site": "east"}, {"site": "west"}, {"site": "yard"}],
            "processes": [
                {"process": "make-old", "site": "east", "item": "old", "max_rate": 5},
                {"process": "make-new", "site": "west", "item": "new", "max_rate": 5},
            ],
            "lanes": [{"lane": name, "from": name, "to": "yard"} for name in ("east", "west")],
            "recipients": [{"recipient": "town", "site": "yard"}],
            "needs": [{"need": "n", "recipient": "town", "item": "pump", "qty": 50}],
            "mix": mix,
        }
    )
    found = {one.process: one for one in singles(tables, {"make-old"})}
    one = found.get("make-old")
    assert (None if one is None else (one.alternative, one.partial)) == expected


def test_sources_of_one_thing_at_one_place_are_named_together() -> None:
    columns = {"item": "part", "site": "east", "gate": None}
    rows = [
        {**columns, "process": "cast", "alternative": "print", "usable_d": 0.0, "partial": True},
        {**columns, "process": "mend", "alternative": "print", "usable_d": 0.0, "partial": True},
        {**columns, "process": "buy", "site": "port", "alternative": None, "usable_d": None, "partial": False},
    ]
    study = Study("stress", {"single_points": pl.DataFrame(rows)})
    assert wider(parts(("east", 10)), study) == [
        "Single points of failure, nothing else gives all of it yet: part (cast and mend at east; in part print, from "
        "the start) and part (buy at port; no other source)."
    ]


# east and west both make parts: only where neither a sanction nor a storm stops west is there a second source
@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({}, None),
        ({"restrictions": [{"restriction": "ban", "kind": "site", "target": "west"}]}, float("inf")),
        ({"restrictions": [{"restriction": "ban", "kind": "site", "target": "west", "to": "2030-01-10"}]}, 9),
        ({"risks": [{"risk": "flood", "kind": "site", "target": "west", "prob": 1, "from": "2030-01-01"}]}, 6),
    ],
)
def test_a_source_that_is_barred_is_no_alternative(more: Rows, days: float | None) -> None:
    for row in more.get("risks", []):
        row |= {"duration_d": 6, "left": 0}
    found = {one.process: one for one in singles(parts(("east", 10), ("west", 10), **more), {"make-east"})}
    assert (found["make-east"].days if found else None) == days


@pytest.mark.parametrize("policy", ["clairvoyant", "blind"])
def test_many_cases_come_to_what_each_comes_to(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = parts(("east", 10), ("west", 6), ("rest", 1), stock=30)
    under = Ground(tables, fr.plan(tables), Policy.parsed(policy))
    begin, end = date(2030, 1, 6), date(2030, 1, 20)
    cases = [(Cut("site", name, begin, end),) for name in ("east", "west", "rest", "yard")]
    cases += [(Cut("lane", "from-east", begin), Cut("site", "west", begin))]
    held = under.held(cases[0])
    assert held == (5 if policy == "blind" else 0)
    monkeypatch.setattr(many, "outcome", None)  # none is planned on its own
    for one, cuts in zip(outcomes(under, cases), cases, strict=True):
        alone = outcome(cut(tables, cuts), under.state(held), under.base(held))
        assert one.burden == pytest.approx(alone.burden, rel=1e-6, abs=1e-6)
        assert one.days == pytest.approx(alone.days)
        assert one.unmet == pytest.approx(alone.unmet, abs=1e-5)
