"""Many cuts against one base: each is worth what it is worth alone, whichever way it was settled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from benchmarks.generator import scenario

from fullrate.jobs import on_threads
from fullrate.planning import changes, knockouts, settling
from fullrate.planning.damage import outcome
from fullrate.planning.knockouts import Knockouts
from fullrate.studies.stress.estimating import coarser
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

CASES = 15
AGREE = 1e-6


def cuts(tables: Tables, seed: int, count: int = CASES) -> list[Cut]:
    """Random cuts of a supplier's item, of a line, of a lane and of a region, from short to for good."""
    luck = np.random.default_rng([seed, 11])
    mines = [row for row in tables.rows("processes") if row["site"].startswith("mine")]
    lines, lanes = tables.keys("resources"), tables.keys("lanes")
    found = []
    for k in range(count):
        first, weeks = int(luck.integers(0, 16)), int(luck.integers(1, 10))
        begin = tables.config.start + timedelta(days=7 * first)
        end = None if k % 8 == 7 else begin + timedelta(days=7 * weeks)
        mine = mines[int(luck.integers(len(mines)))]
        found.append(
            (
                Cut("site", mine["site"], begin, end, item=mine["item"]),
                Cut("site", mine["site"], begin, end, item=mine["item"]),
                Cut("resource", lines[int(luck.integers(len(lines)))], begin, end),
                Cut("lane", lanes[int(luck.integers(len(lanes)))], begin, end),
                Cut("region", f"r{int(luck.integers(5))}", begin, end),
            )[k % 5]
        )
    return found


def settled(tables: Tables, cases: Sequence[Tables]) -> tuple[Knockouts, np.ndarray]:
    """Burden of every case, shape (cases, classes)."""
    found = Knockouts.of(tables, cases)
    assert found is not None
    done = found.settle()
    assert sorted(done) == list(range(len(cases))), "a cut of a source changes nothing but bounds"
    return found, np.array([done[at].burden for at in range(len(cases))])


def apart(found: np.ndarray, alone: np.ndarray) -> float:
    return float((np.abs(found - alone) / np.maximum(1.0, np.abs(alone))).max())


@pytest.fixture(scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow)])
def known(request: pytest.FixtureRequest) -> tuple[Tables, list[Tables], np.ndarray, np.ndarray]:
    """A scenario, its cuts, and what every class waits under each, planned from nothing; without a cut last."""
    tables = scenario("XS", request.param)
    cases = [cut(tables, [one]) for one in cuts(tables, request.param)]
    alone = np.array([outcome(one, dated=False).burden for one in cases])
    return tables, cases, alone, outcome(tables, dated=False).burden


def test_each_is_worth_what_it_is_alone(known: tuple[Tables, list[Tables], np.ndarray, np.ndarray]) -> None:
    tables, cases, alone, base = known
    found, burden = settled(tables, cases)
    assert apart(found.burden, base) < AGREE
    # later classes see the slack that is left to earlier ones
    assert apart(burden[:, 0], alone[:, 0]) < AGREE
    assert apart(burden, alone) < 1e-4
    assert found.counts["known"] > 0
    assert found.counts["hot"] > found.counts["cold"]


def test_prices_never_promise_more_than_is_lost(
    known: tuple[Tables, list[Tables], np.ndarray, np.ndarray],
) -> None:
    tables, cases, alone, base = known
    found = Knockouts.of(tables, cases, classes=1)
    assert found is not None
    least = found.least()
    assert (least <= alone[:, 0] - base[0] + AGREE * base[0]).all()
    assert (least >= 0).all()


def test_what_restrictions_close_is_what_the_whole_program_says(
    known: tuple[Tables, list[Tables], np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    tables, cases, _, _ = known
    quick = changes.Changes.of(tables, cases, None)
    monkeypatch.setattr(changes, "_barred", lambda whole, tables, one: None)
    whole = changes.Changes.of(tables, cases, None)
    assert quick.lp.shape == whole.lp.shape
    for one, other in zip(quick.each, whole.each, strict=True):
        assert one is not None
        assert other is not None
        assert one.key == other.key
    assert sum(len(one.columns) > 0 for one in quick.each if one is not None) > CASES / 2


def test_equal_cuts_are_settled_once(known: tuple[Tables, list[Tables], np.ndarray, np.ndarray]) -> None:
    tables, cases, alone, _ = known
    found = Knockouts.of(tables, [cases[0], cases[5], cases[0]], classes=1)
    assert found is not None
    done = found.settle()
    assert done[0] is done[2]
    assert sum(found.counts.values()) == 2
    assert abs(done[0].burden[0] - alone[0, 0]) < AGREE * alone[0, 0]


def test_threads_find_the_same(known: tuple[Tables, list[Tables], np.ndarray, np.ndarray]) -> None:
    tables, cases, alone, _ = known
    found = Knockouts.of(tables, cases)
    assert found is not None
    changed = {at: change for at, change in enumerate(found.changes) if change is not None}
    some, parts = zip(*settling.tasks(changed, dated=False), strict=True)
    done = on_threads(settling.settle, settling.Base.of(found, outcome(tables, dated=False)), parts, count=2)
    burden = np.zeros(len(cases))
    for numbers, outcomes in zip(some, done, strict=True):
        burden[list(numbers)] = [one.burden[0] for one in outcomes]
    assert apart(burden, alone[:, 0]) < AGREE


def test_a_coarse_calendar_finds_the_worst(known: tuple[Tables, list[Tables], np.ndarray, np.ndarray]) -> None:
    tables, cases, alone, _ = known
    rough = Knockouts.of(coarser(tables, 2), [coarser(case, 2) for case in cases], classes=1)
    assert rough is not None
    settled, lost = rough.settle(), alone[:, 0]
    order = sorted(settled, key=lambda at: -settled[at].burden[0])
    assert lost[order[:5]].max() == lost.max()


def test_a_coarser_calendar_ends_on_the_same_day(known: tuple[Tables, list[Tables], np.ndarray, np.ndarray]) -> None:
    """Twenty-six weeks are six of four weeks and two of one; on what is coarse already the same again."""
    tables = known[0]
    rough = coarser(tables, 4)
    assert rough.config.calendar == ((6, 28.0), (2, 7.0))
    assert coarser(rough, 4).config.calendar == ((1, 112.0), (2, 28.0), (2, 7.0))
    assert rough.config.horizon_d == coarser(rough, 4).config.horizon_d == tables.config.horizon_d


def test_windows_of_the_base_alone_would_be_wrong(
    known: tuple[Tables, list[Tables], np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A seeded fault: goods could not wait where no plan without a cut lets them wait."""
    tables, cases, alone, _ = known
    monkeypatch.setattr(changes, "union", lambda windows: dict(windows[0]))
    _, burden = settled(tables, cases)
    assert (burden[:, 0] >= alone[:, 0] * (1 - AGREE)).all()
    assert apart(burden[:, 0], alone[:, 0]) > AGREE


def test_residuals_see_what_a_blind_screen_lets_through(
    known: tuple[Tables, list[Tables], np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two seeded faults: any point would pass for one of any case; and without our residuals every cut is harmless."""
    tables, cases, alone, _ = known
    monkeypatch.setattr(changes, "USED", 1e9)
    _, burden = settled(tables, cases)
    assert apart(burden[:, 0], alone[:, 0]) < AGREE
    monkeypatch.setattr(knockouts, "SOUND", float("inf"))
    _, burden = settled(tables, cases)
    assert apart(burden[:, 0], alone[:, 0]) > AGREE
