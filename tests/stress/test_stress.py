"""What cuts cost: answers from arithmetic, and what must hold of any plan."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from fullrate.api import stress
from fullrate.findings import Refused
from fullrate.planning import plan
from fullrate.planning.damage import Outcome, outcome
from fullrate.report.stress import sentence
from fullrate.studies.stress.cases import in_use
from fullrate.studies.stress.ground import Ground, impact, share_lost
from fullrate.studies.stress.many import outcomes
from fullrate.studies.stress.policy import Policy
from fullrate.studies.stress.surviving import survival
from fullrate.tables import SCENARIO, Cell, read
from fullrate.tables.cut import Cut, lasting
from fullrate.tables.restriction_sets import sets
from stress.scenes import START, day, planned, two_sources

GOLDEN = Path(__file__).resolve().parents[2] / "examples" / "golden"


@pytest.mark.parametrize(("periods", "little"), [(52, 10), (104, 11)])
@pytest.mark.parametrize("policy", ["blind", "clairvoyant"])
def test_stock_of_60_against_a_gap_of_6_a_day(periods: int, little: int, policy: str) -> None:
    """60 / (10 - 4) = 10 days without loss; 15 days lose 5 * 6 = 30. One per cent of all is 5.2 or 10.4 units."""
    tables, base = planned(periods)
    row = stress(tables, base, cuts=["site:big"], first=START, days=15, policy=policy).table("cuts").row(0, named=True)
    assert row["late_units"] == pytest.approx(30)
    assert (row["survive_d"], row["survive_little_d"]) == (10, little)
    assert row["recover_d"] == 15
    assert row["exposed"]


def test_a_cut_that_stock_bridges_costs_nothing() -> None:
    tables, base = planned()
    row = stress(tables, base, cuts=["corridor:strait"], first=START, days=10).table("cuts").row(0, named=True)
    assert row["impact_d"] == pytest.approx(0, abs=1e-6)
    assert row["survive_d"] == 10
    assert not row["exposed"]


def test_what_one_class_gains_is_no_gain() -> None:
    """A line of ten a day makes 100 of the first class, then 100 of the second: without parts for ten days, it turns.

    The first class then waits ten days longer and the second ten days less: all together as long as before.
    """
    works = [{"process": f"fit-{name}", "site": "works", "item": name} for name in ("kit", "spare")]
    tables = two_sources(
        40,
        0,
        items=[{"item": "part"}, {"item": "kit"}, {"item": "spare"}],
        processes=[{"process": "cast", "site": "big", "item": "part", "max_rate": 10}, *works],
        recipe=[{"process": "fit-kit", "item": "part", "qty": 1}],
        resources=[{"resource": "line", "site": "works", "capacity": 10}],
        uses=[{"user": row["process"], "resource": "line", "qty": 1} for row in works],
        needs=[
            {"need": item, "recipient": "army", "item": item, "qty": 100, "class": cls}
            for cls, item in ((1, "kit"), (2, "spare"))
        ],
    )
    study = stress(tables, plan(tables, tests=False), cuts=["site:big"], first=START, days=10, policy="clairvoyant")
    row = study.table("cuts").row(0, named=True)
    assert row["impact_d"] == pytest.approx(10, abs=1e-3)
    assert (row["lost_wait_d"], row["class_wait_d"]) == (pytest.approx(0, abs=1e-3), pytest.approx(10, abs=1e-3))
    said = sentence(tables, study)
    assert "costs nothing" not in said
    assert "class 1 waits 10 days longer and class 2 waits 10 days less" in said


def test_days_lost_are_those_of_the_cut() -> None:
    """120 kits at 10 a day, nothing for 6 days: all dates 6 days later, as no stock or other source helps."""
    need = [{"need": "once", "recipient": "army", "item": "kit", "qty": 120}]
    tables = two_sources(60, 0, needs=need).replace(Cell("processes", "mill", "max_rate"), "0")
    study = stress(tables, plan(tables, tests=False), cuts=["site:big"], first=START, days=6)
    row = study.table("cuts").row(0, named=True)
    assert (row["lost_50_d"], row["lost_80_d"], row["lost_wait_d"]) == (6, 6, pytest.approx(6))
    dates = study.table("classes").select("date", "cut_date").rows()
    assert [(str(a), str(b)) for a, b in dates] == [(day(6), day(12)), (day(10), day(16))]


def test_blind_is_worse_than_warned_where_a_stock_could_have_been_laid_in() -> None:
    """Parts made ahead bridge the cut: who knows of it four days before lays in what the line can make beside."""
    tables = two_sources(40, 0, "backlog").replace(Cell("processes", "cast", "max_rate"), "14")
    tables = tables.replace(Cell("resources", "mould", "capacity"), "14")
    base = plan(tables, tests=False)
    waits = {}
    for policy in ("clairvoyant", "warned:4", "blind"):
        study = stress(tables, base, cuts=["site:big"], first=date.fromisoformat(day(12)), days=6, policy=policy)
        waits[policy] = study.table("cuts")["wait_d"][0]
    assert waits["clairvoyant"] <= waits["warned:4"] + 1e-9 <= waits["blind"] + 2e-9
    assert waits["clairvoyant"] < waits["blind"] - 1e-3


def ground(seed: int) -> Ground:
    """A drawn plan under test, nothing of it held."""
    from generator import PLAIN
    from properties.planned import drawn

    tables = drawn(seed, PLAIN).read()
    return Ground(tables, plan(tables.replace(Cell(SCENARIO, "", "stages"), '["time"]'), tests=False))


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 20))])
def test_longer_cuts_more_cuts_and_less_warning_never_help(seed: int) -> None:
    """Of the first class: invariants of any plan without shares over recipients."""
    under = ground(seed)
    first = float(under.edges[len(under.edges) // 4])
    some = [Cut(kind, name) for kind, names in in_use(under.tables, under.plan).items() for name in names[:1]]
    for one in some[: 3 if seed else 1]:
        lengths = [lasting(under.tables, one, first, float(under.edges[4]) * n) for n in (1, 2, 4)]
        after = [each.burden[0] for each in outcomes(under, [(cut,) for cut in lengths], dated=False)]
        assert np.all(np.diff(after) >= -slack(after))
        both = outcomes(under, [(lengths[0],), (lengths[0], lasting(under.tables, some[-1], first, math.inf))])
        assert both[1].burden[0] >= both[0].burden[0] - slack(after)
        assert np.all(both[1].days[0] >= both[0].days[0])
        known = [Ground(under.tables, under.plan, Policy.parsed(text)) for text in ("clairvoyant", "warned:2", "blind")]
        told = [outcomes(each, [(lengths[1],)], dated=False)[0].burden[0] for each in known]
        assert np.all(np.diff(told) >= -slack(told))


def slack(values: list[float]) -> float:
    """What stages of time may miss: the gap of integer programs and the solver's rounding."""
    return 2e-4 * max(1.0, *map(abs, values))


def test_survival_never_falls_with_stock() -> None:
    """Needs are lost where they are not met, so that stock serves nothing else."""
    lasts = []
    for stock in (0, 12, 60, 120):
        tables = two_sources(30, stock)
        under = Ground(tables, plan(tables, tests=False), Policy("clairvoyant"))
        lasts.append(survival(under, (lasting(tables, Cut("site", "big"), 0, math.inf),)).none_d)
    assert lasts == [0, 2, 10, 20]


def test_where_a_search_for_whole_numbers_stopped_is_no_loss() -> None:
    """A program with whole builds may end a ten-thousandth above the least: that is not the cut's doing."""
    build = {"build": "more", "resource": "mould", "add": 2, "lead_d": 5, "max": 2, "integer": "true"}
    base = outcome(two_sources(30, 0, builds=[build]), dated=False)
    again = replace(base, burden=base.burden * (1 + 0.9e-4))
    assert share_lost(base, again) <= 0 < base.blur[0]
    assert share_lost(base, replace(base, burden=base.burden + 3 * base.blur)) > 0
    assert outcome(two_sources(30, 0), dated=False).blur[0] == 0


def test_survival_counts_from_the_day_of_the_cut() -> None:
    """Weeks of 70 with 60 in stock and 28 a week elsewhere: a cut may not touch two weeks, so it may last to Monday."""
    need = {"need": "daily", "recipient": "army", "item": "kit", "qty": 560, "from": day(0), "until": day(56)}
    tables = two_sources(8, needs=[need | {"late": "lost"}]).replace(Cell(SCENARIO, "", "period_d"), "7")
    first = START + timedelta(days=3)
    study = stress(tables, plan(tables, tests=False), cuts=["site:big"], first=first, days=7, policy="clairvoyant")
    row = study.table("cuts").row(0, named=True)
    assert row["late_units"] == pytest.approx(2 * 42 - 60)
    assert (row["survive_d"], row["exposed"]) == (4, True)


def test_a_cut_of_everything_says_so() -> None:
    tables, _ = planned()
    tables = tables.replace(Cell("stock", "works|part", "qty"), "0")
    study = stress(tables, plan(tables, tests=False), cuts=["site:works"])
    row = study.table("cuts").row(0, named=True)
    assert row["nothing"]
    assert row["lost_wait_d"] > 0
    assert "the plan is empty" in sentence(tables, study)


def test_everything_in_use_is_ranked() -> None:
    tables, base = planned()
    study = stress(tables, base, every_one=True, days=15, first=START)
    kinds = set(study.table("cuts")["kind"])
    assert kinds == {"site", "region", "owner", "item", "lane", "corridor", "resource"}
    assert study.meta["left_out"] == ["item:kit"]
    exposure = study.table("cuts")["exposure"].to_list()
    assert exposure == sorted(exposure, reverse=True)
    assert exposure[0] == 1


def test_the_worst_start_is_found_by_scanning() -> None:
    tables, base = planned()
    study = stress(tables, base, cuts=["site:big"], days=15)
    tried = study.table("starts")
    assert study.table("cuts")["impact_d"][0] == pytest.approx(tried["impact_d"].max())
    assert tried["from"].to_list() == [START + timedelta(days=4 * n) for n in range(len(tried))]


def test_a_cut_with_a_day_of_its_own_is_not_moved() -> None:
    tables, base = planned()
    own = Cut("site", "big", date.fromisoformat(day(30)), date.fromisoformat(day(45)))
    assert stress(tables, base, cuts=[own]).table("cuts")["from"].to_list() == [own.first]


def test_what_risks_say_of_recovery_is_taken() -> None:
    risk = {"risk": "fire", "kind": "site", "target": "big", "rate": 0.1, "duration_d": 21}
    tables = two_sources(risks=[risk])
    row = stress(tables, plan(tables, tests=False), cuts=["site:big"], first=START).table("cuts").row(0, named=True)
    assert row["recover_d"] == 21
    assert str(row["to"]) == day(21)


class TestSets:
    def test_named_sets_are_cases(self, tmp_path: Path) -> None:
        tables, base = planned()
        rows = [
            "set,restriction,kind,target,from,to",
            f"Embargo,sea,corridor,strait,{day(0)},{day(15)}",
            f"Both,sea,corridor,strait,{day(0)},{day(15)}",
            f"Both,home,site,small,{day(0)},{day(15)}",
        ]
        (tmp_path / "sets.csv").write_text("\n".join(rows) + "\n")
        study = stress(tables, base, restrictions=str(tmp_path / "sets.csv"))
        assert study.table("cuts")["name"].to_list() == ["Both", "Embargo"]
        late = study.table("cuts")["late_units"].to_list()
        assert late == [pytest.approx(90), pytest.approx(30)]
        assert set(sets(tables, tmp_path)) == {"Embargo", "Both"}

    def test_findings_point_at_the_file(self, tmp_path: Path) -> None:
        tables, _ = planned()
        file = tmp_path / "embargo.csv"
        file.write_text(
            f"restriction,kind,target,from,to\nsea,corridor,straits,{day(0)},{day(5)}\nx,site,big,,{day(-9)}\n"
        )
        with pytest.raises(Refused) as error:
            sets(tables, file)
        found = {(one.code, one.row, one.nearest) for one in error.value.findings if one.file == str(file)}
        assert ("FR204", 2, ("strait",)) in found
        assert any(code == "FR401" and row == 3 for code, row, _ in found)

    def test_what_is_never_in_force_in_the_plan_is_left_out_or_refused(self, tmp_path: Path) -> None:
        """What is over before the plan begins tells nobody of what follows."""
        tables, _ = planned()
        file, head = tmp_path / "bans.csv", "restriction,kind,target,from,to\n"
        file.write_text(f"{head}old,site,big,{day(-20)},{day(0)}\nnew,site,big,{day(9)},\nfar,site,big,{day(52)},\n")
        assert [str(one.first) for one in sets(tables, file)["bans"]] == [day(9)]
        file.write_text(f"{head}old,site,big,{day(-20)},{day(0)}\nfar,site,big,{day(52)},\n")
        with pytest.raises(Refused, match="FR721"):
            sets(tables, file)

    def test_a_file_that_says_nothing_is_refused(self, tmp_path: Path) -> None:
        tables, _ = planned()
        for place in (tmp_path, tmp_path / "none.csv"):
            with pytest.raises(Refused, match="FR722"):
                sets(tables, place)


def test_the_base_is_what_the_plan_comes_to() -> None:
    """The same dates as the plan's own earliest ones, and its wait."""
    tables, _ = read(GOLDEN)
    base = plan(tables, tests=False)
    found = outcome(tables)
    own = {
        row["coverage"]: row["earliest_period"] for row in base.table("dates").iter_rows(named=True) if not row["need"]
    }
    assert found.days[0].tolist() == [base.edges[own[0.5]], base.edges[own[0.8]]]
    assert found.wait[0] == pytest.approx(75.775, rel=1e-6)


def test_odds_share_their_luck() -> None:
    """A cut that costs nothing changes no execution, so the fall has no error; one that stops all leaves none."""
    tables, base = planned(30, "backlog")
    study = stress(tables, base, cuts=["lane:road", "site:works"], samples=32)
    odds = {row["name"]: row for row in study.table("odds").iter_rows(named=True) if row["coverage"] == 0.5}
    assert odds["site:works"]["cut_odds"] == 0
    assert odds["site:works"]["fallen"] == odds["site:works"]["odds"] == 1
    assert odds["lane:road"]["fallen"] == odds["lane:road"]["error"] == 0


def test_impact_is_what_the_outcomes_differ_by() -> None:
    tables, base = planned()
    under = Ground(tables, base)
    case = (lasting(tables, Cut("site", "big"), 0, 15),)
    after: Outcome = outcomes(under, [case])[0]
    assert impact(under.base(0), after) == pytest.approx(30 / 520 * 52)


def test_policies_are_read() -> None:
    assert Policy.parsed("warned:3").held(np.arange(11.0), 5.5) == 2
    assert Policy.parsed("blind").held(np.arange(11.0), 5.0) == 5
    assert Policy.parsed("clairvoyant").held(np.arange(11.0), 5.0) == 0
    for text in ("warned", "warned:x", "blind:2", "deaf"):
        with pytest.raises(ValueError, match="is no policy"):
            Policy.parsed(text)
