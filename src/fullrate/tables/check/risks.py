"""Rules of risks: each says how often it happens, or how likely it is to happen once."""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def risks(tables: Tables) -> Iterator[Problem]:
    """Risks that have neither a rate nor odds, or both."""
    frame = tables.frames["risks"]
    if frame.is_empty():
        return
    for row in rows_where(frame["rate"].is_null() == frame["prob"].is_null()):
        neither = frame["rate"][row] is None
        yield Problem(
            "FR506",
            "risk without odds",
            "risks",
            row,
            "rate" if neither else "prob",
            found="neither `rate` nor `prob` is given" if neither else "both `rate` and `prob` are given",
            allowed="`rate` for what can happen again and again, or `prob` for what happens at most once",
        )
