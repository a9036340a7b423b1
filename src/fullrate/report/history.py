"""Class history in words: what had become of the promises of others by a day, and what that makes of one more."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any

from fullrate.draws.history import RATIO_CAP, STRANGERS, Past, progress_of, time_of, whole, whole_between
from fullrate.forecast.history import Known
from fullrate.report.numbers import percent
from fullrate.report.text import grid
from fullrate.tables.check.ranges import FEWEST

POINTS = (0.1, 0.5, 0.9)


def as_object(known: Sequence[Known], as_of: date, kind: str | None, without: Sequence[str]) -> dict[str, Any]:
    """The cases and what they make of one more promise, as plain values."""
    cases = tuple(one.past for one in known)
    told = [one for one in cases if one.progress is not None]
    made: dict[str, Any] = {"as_of": as_of, "class": kind, "without": list(without), "cases": len(cases)}
    made |= {"own": sum(one.kind == kind for one in cases), "with_share": len(told)}
    enough = len(told) >= FEWEST
    of = {"share": progress_of(cases, kind), "time": time_of(cases, kind)} if enough else {}
    for name in ("share", "time"):
        made |= {f"{name}_p{100 * p:.0f}": float(of[name].quantile(p)) if enough else None for p in POINTS}
    odds = (whole(cases, kind), *whole_between(cases, kind)) if enough else (None, None, None)
    made |= dict(zip(("odds_whole", "odds_low", "odds_high"), odds, strict=True))
    rows = [
        {
            "case": one.past.slug,
            "title": one.past.title,
            "kind": one.past.kind,
            "announced_on": one.announced_on,
            "due": one.past.due,
            **{name: getattr(one.past, name) for name in ("share", "progress", "ratio", "beyond")},
            "known_on": one.known_on,
        }
        for one in known
    ]
    return {**made, "history": rows}


def as_text(known: Sequence[Known], as_of: date, kind: str | None, without: Sequence[str]) -> str:
    """N first, then the distribution, then every case."""
    made = as_object(known, as_of, kind, without)
    own = f", {made['own']} of the class “{kind}”" if kind else ""
    out = f"; left out with their programmes: {', '.join(without)}" if without else ""
    said = [f"By {as_of}: n = {made['cases']} promises of other programmes of which something had come out{own}{out}."]
    if made["with_share"] < FEWEST:
        said.append(
            f"Of {made['with_share']} it is known how much was there at the date, too few to say what is to come."
        )
    else:
        low, half, high = (percent(made[f"share_p{p}"]) for p in (10, 50, 90))
        said.append(
            f"What that makes of one more (from {made['with_share']} with a quantity on record): half have {half} of "
            f"what is to come at their date or less, 80 % between {low} and {high}; all of it in "
            f"{percent(made['odds_whole'])}. With so few cases those odds could as well be "
            f"{percent(made['odds_low'])} to {percent(made['odds_high'])} (90 %, cases drawn anew)."
        )
        low, half, high = (f"{made[f'time_p{p}']:.2g}" for p in (10, 50, 90))
        said.append(f"Half take {half} times as long as announced or more, 80 % between {low} and {high} times.")
    assumed = (
        f"Assumed: other classes weigh {STRANGERS:g} cases together, none more than one; cases are blurred (Silverman "
        f"1986); what takes more than {RATIO_CAP:g} times as long counts as that."
    )
    head = ["case", "class", "promised", "for", "at its date", "time taken", "known on"]
    rows = [
        [one.past.title, one.past.kind, str(one.announced_on), str(one.past.due), *told(one.past), str(one.known_on)]
        for one in known
    ]
    table = grid(head, rows, right=[4, 5])
    return "\n\n".join([*(textwrap.fill(one, 100) for one in said), table, textwrap.fill(assumed, 100)])


def told(one: Past) -> tuple[str, str]:
    """Share at the date and time taken, in words."""
    share = "" if one.share is None else percent(one.share)
    if one.ratio is not None:
        return share, f"{one.ratio:.2f} x"
    return share, f"> {one.beyond:.2f} x" if one.beyond is not None else ""
