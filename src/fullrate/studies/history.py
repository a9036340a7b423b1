"""Class history: what had become of the promises of others by a day, and what that makes of one more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import polars as pl

from fullrate.draws.history import Past, progress_of, time_of, whole, whole_between
from fullrate.forecast.history import Known, refuse_unknown
from fullrate.forecast.history import history as known_by
from fullrate.results import Study
from fullrate.tables.check.ranges import FEWEST
from fullrate.tables.spec.evidence import KINDS

POINTS = (0.1, 0.5, 0.9)


def history(as_of: date, without: Sequence[str] = (), kind: str | None = None) -> Study:
    """What had become of the promises of other programmes by a day: table ``history``, and in ``meta`` what it makes.

    Args:
        as_of: day of knowledge.
        without: slugs or programmes that are left out, with all records of the same programme.
        kind: class that counts most; None: all cases count the same.

    Raises:
        Refused: ``without`` names neither a record nor a programme.
        ValueError: there is no such class.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"no class {kind!r}; there are {', '.join(KINDS)}")
    refuse_unknown(without)
    known = known_by(as_of, without)
    asked = {"as_of": as_of, "class": kind, "without": list(without)}
    return Study("history", {"history": _table(known)}, {**asked, **_makes([one.past for one in known], kind)})


def _makes(cases: Sequence[Past], kind: str | None) -> dict[str, Any]:
    """How many cases there are, and the distributions of one more promise; null where too few tell."""
    told, every = [one for one in cases if one.progress is not None], tuple(cases)
    made: dict[str, Any] = {"cases": len(cases), "own": sum(one.kind == kind for one in cases), "with_share": len(told)}
    enough = len(told) >= FEWEST
    of = {"share": progress_of(every, kind), "time": time_of(every, kind)} if enough else {}
    for name in ("share", "time"):
        made |= {f"{name}_p{100 * p:.0f}": float(of[name].quantile(p)) if enough else None for p in POINTS}
    odds = (whole(cases, kind), *whole_between(cases, kind)) if enough else (None, None, None)
    return {**made, **dict(zip(("odds_whole", "odds_low", "odds_high"), odds, strict=True))}


def _table(known: Iterable[Known]) -> pl.DataFrame:
    """The cases, oldest promise first."""
    texts, days, numbers = ("case", "title", "kind"), ("announced_on", "due"), ("share", "progress", "ratio", "beyond")
    rows = [
        {
            "case": one.past.slug,
            "announced_on": one.announced_on,
            "known_on": one.known_on,
            **{name: getattr(one.past, name) for name in ("title", "kind", "due", *numbers)},
        }
        for one in known
    ]
    types = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(days, pl.Date), **dict.fromkeys(numbers, pl.Float64)}
    return pl.DataFrame(rows, {**types, "known_on": pl.Date})
