"""The drawing of time to survive against time to recover: what it draws, and what its title says."""

from __future__ import annotations

import polars as pl
import pytest

from fullrate.auditing import audit
from fullrate.report.figures.stress import ROOM, spans
from fullrate.report.names import Names
from fullrate.report.parts import Figure
from fullrate.report.sections.breaking import cuts
from fullrate.report.sections.context import Context
from fullrate.results import Study
from fullrate.studies.stress import stress
from fullrate.studies.stress.asked import Asked
from stress.scenes import START, planned


def study(*names: str, days: float | None = 15) -> Study:
    """Cuts of the two sources: 60 in stock stand 10 days without the big one, for ever without the small one."""
    tables, plan = planned()
    found = stress(tables, plan, Asked(names, first=START, days=days))
    return Study(found.kind, found.tables, {**found.meta, "run": "r1"})


def figure(found: Study) -> Figure | None:
    tables, plan = planned()
    context = Context(
        tables, plan, Names.of(tables), pl.DataFrame(), audit(tables, plan), "r1", {}, [], {"stress": found}
    )
    section = cuts(context)
    assert section is not None
    return next((one for one in section.blocks if isinstance(one, Figure) and one.name == "fig-lasting"), None)


def drawn(found: Study) -> tuple[dict[tuple[str, str], float], float]:
    table, edge = spans(found, 52)
    return {(row["name"], row["what"]): row["days"] for row in table.iter_rows(named=True)}, edge


def test_bars_are_as_long_as_cuts_stand_and_last() -> None:
    lengths, edge = drawn(study("site:big", "site:small"))
    assert edge == ROOM * 15
    assert lengths == {
        ("site:big", "gone"): 15,
        ("site:big", "stands"): 10,
        ("site:small", "gone"): 15,
        ("site:small", "stands"): edge,
    }


def test_what_is_gone_for_good_ends_at_the_edge() -> None:
    lengths, edge = drawn(study("site:big", days=None))
    assert lengths == {("site:big", "gone"): edge, ("site:big", "stands"): 10}


@pytest.mark.parametrize(
    ("names", "days", "title"),
    [
        (("site:big", "site:small"), 15, "One cut is gone for longer than the plan can stand."),
        (("site:big",), 10, "No cut is gone for longer than the plan can stand."),
        (("site:big", "lane:sea"), None, "2 cuts are gone for longer than the plan can stand."),
    ],
)
def test_the_title_counts_the_exposed(names: tuple[str, ...], days: float | None, title: str) -> None:
    found = figure(study(*names, days=days))
    assert found is not None
    assert found.title == title
    assert found.drawn is not None
    assert all(svg.count("<path") > 1 for svg in found.drawn)


def test_without_anything_asked_nothing_is_drawn() -> None:
    """Sets whose parts begin on days of their own are not asked how long they may last."""
    found = study("site:big")
    blank = found.table("cuts").with_columns(survives=pl.lit(None, pl.Boolean))
    assert figure(Study(found.kind, {**found.tables, "cuts": blank}, found.meta)) is None
