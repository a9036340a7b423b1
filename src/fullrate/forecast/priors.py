"""What class history says where an announcement says nothing, as known on its day: the prior of a skeleton."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fullrate.claims.pace import Prior
from fullrate.draws.history import progress_of, time_of, whole
from fullrate.forecast.classes import deciles
from fullrate.forecast.history import Known, history, rows
from fullrate.tables.check.ranges import FEWEST


def prior(kind: str | None, as_of: date, without: Sequence[str] = (), source: str = "class_history") -> Prior:
    """The prior of a class, from promises of other programmes and what had become of them by a day.

    Args:
        kind: class that counts most; None: all count the same.
        as_of: day of knowledge.
        without: records or programmes that are left out.
        source: source that the rows of table ``history`` name.
    """
    return prior_of(history(as_of, without), kind, as_of, source)


def prior_of(known: Sequence[Known], kind: str | None, as_of: date, source: str = "class_history") -> Prior:
    """The prior that some cases make."""
    cases = tuple(one.past for one in known)
    told = [one for one in cases if one.progress is not None]
    own = [one.first for one in cases if one.first is not None and kind in (None, one.kind)]
    of_class = len(own) >= FEWEST
    firsts = own if of_class else [one.first for one in cases if one.first is not None]
    enough = len(told) >= FEWEST
    return Prior(
        kind or "",
        as_of,
        len(told),
        sum(one.kind == kind for one in told),
        float(progress_of(cases, kind).quantile(0.5)) if enough else None,
        float(time_of(cases, kind).quantile(0.5)) if enough else None,
        whole(cases, kind) if enough else None,
        len(firsts),
        kind if of_class and kind else "",
        deciles(firsts) if firsts else None,
        tuple(rows(known, source)),
    )
