"""The golden example against its published answers and against sums anybody can redo."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from fullrate.tables import Tables

WEEK = 7
MOST = [0, 0, 3.6, 3.6, 3.6, 9, 14.4, 19.8, 25.2, 33.3, 42.3, 51.3, 60.3, 69.3, 78.3, 80]
"""Most that can have arrived by the end of each week, counted in sevens of pumps."""

README = Path(__file__).resolve().parents[2] / "examples" / "golden" / "README.md"


def value(tables: Tables, table: str, key: str, column: str) -> float:
    row = tables.row_of(table, key)
    assert row is not None
    number: float = tables.filled(table)[column][row]
    return number


def pumps(tables: Tables, build: bool) -> list[float]:
    """Pumps finished in each week when everything starts as early and runs as hard as it can."""
    weeks = range(tables.config.periods)
    casting, assembly, hop = (
        int(value(tables, table, key, "lead_d")) // WEEK
        for table, key in (("processes", "cast"), ("processes", "assemble"), ("lanes", "foundry_workshop"))
    )
    line, more = value(tables, "resources", "mould_line", "capacity"), value(tables, "builds", "second_line", "add")
    ready = int(value(tables, "builds", "second_line", "lead_d")) // WEEK
    lane, bench = (
        value(tables, "lanes", "foundry_workshop", "capacity"),
        value(tables, "resources", "bench", "capacity"),
    )
    good, casings = (
        value(tables, "processes", "assemble", "yield"),
        value(tables, "recipe", "assemble|casing|casing", "qty"),
    )
    ramp = [0.0 if not build or t < ready else 0.5 if t == ready else 1.0 for t in weeks]
    cast = [WEEK * (line + ramp[t] * more) for t in weeks]
    foundry, workshop = 0.0, value(tables, "stock", "workshop|casing", "qty")
    shipped, finished = [0.0 for _ in weeks], [0.0 for _ in weeks]
    for t in weeks:
        foundry += cast[t - casting] if t >= casting else 0.0
        shipped[t] = min(foundry, WEEK * lane)
        foundry -= shipped[t]
        workshop += shipped[t - hop] if t >= hop else 0.0
        starts = min(workshop / casings, WEEK * bench)
        workshop -= starts * casings
        if t + assembly in weeks:
            finished[t + assembly] = good * starts
    return finished


def arrivals(tables: Tables, build: bool = True) -> list[float]:
    """Most pumps that can be in the towns by the end of each week.

    The nearer town is served first; the farther one takes what the nearer cannot.
    """
    near, far = (
        int(value(tables, "lanes", lane, "lead_d")) // WEEK for lane in ("workshop_hilltown", "workshop_seatown")
    )
    hilltown, seatown = (value(tables, "needs", f"{town}_pumps", "qty") for town in ("hilltown", "seatown"))
    finished = pumps(tables, build)
    made = [sum(finished[: max(t, 0)]) for t in range(1 - far, len(finished) + 1)]
    return [min(made[t + far - near], hilltown + min(made[t], seatown)) for t in range(len(finished))]


@pytest.fixture
def golden(example: Callable[[str], Tables]) -> Tables:
    return example("golden")


def test_most_that_can_arrive(golden: Tables) -> None:
    total = arrivals(golden)
    assert [round(v / WEEK, 9) for v in total[:16]] == pytest.approx(MOST, abs=1e-9)
    assert total[16:] == pytest.approx([560] * (len(total) - 16))


def test_earliest_weeks(golden: Tables) -> None:
    def first(share: float, build: bool = True) -> int:
        return next(t for t, v in enumerate(arrivals(golden, build), 1) if v >= share * 560 * (1 - 1e-9))

    assert (first(0.8), first(1.0), first(1.0, build=False)) == (14, 16, 20)
    assert golden.config.start + timedelta(14 * WEEK) == date(2026, 4, 13)
    assert golden.config.start + timedelta(16 * WEEK) == date(2026, 4, 27)


def test_whole_weeks_and_no_tail(golden: Tables) -> None:
    leads = [r["lead_d"] for table in ("processes", "lanes", "builds") for r in golden.rows(table)]
    assert all(lead % WEEK == 0 for lead in leads)
    assert (golden.config.period_d, golden.config.periods, golden.config.tail) == (7.0, 30, 0.0)


def test_the_readme_says_so() -> None:
    text = README.read_text(encoding="utf-8")
    for answer in ("75.775", "10.825", "151.55", "21.65", "170.065", "24.295", "13 April 2026", "27 April 2026"):
        assert answer in text
    assert ", ".join(f"{7 * v:g}" for v in MOST[:6]) in text
    assert [7 * weeks for weeks in (21.65, 24.295, 10.825)] == pytest.approx([151.55, 170.065, 75.775])
