"""Class history in words: what had become of the promises of others by a day, and what that makes of one more."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from fullrate.draws.history import RATIO_CAP, STRANGERS
from fullrate.report.numbers import percent
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables.check.ranges import FEWEST


def as_object(study: Study) -> dict[str, Any]:
    """The cases and what they make of one more promise, as plain values."""
    return {**study.meta, "history": study.table("history")}


def as_text(study: Study) -> str:
    """N first, then the distribution, then every case."""
    made, kind, without = study.meta, study.meta["class"], study.meta["without"]
    own = f", {made['own']} of the class “{kind}”" if kind else ""
    out = f"; left out with their programmes: {', '.join(without)}" if without else ""
    came = "promises of other programmes of which something had come out"
    said = [f"By {made['as_of']}: n = {made['cases']} {came}{own}{out}."]
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
        [row["title"], row["kind"], str(row["announced_on"]), str(row["due"]), *told(row), str(row["known_on"])]
        for row in study.table("history").iter_rows(named=True)
    ]
    table = grid(head, rows, right=[4, 5])
    return "\n\n".join([*(textwrap.fill(one, 100) for one in said), table, textwrap.fill(assumed, 100)])


def told(row: Mapping[str, Any]) -> tuple[str, str]:
    """Share at the date and time taken, in words."""
    share = "" if row["share"] is None else percent(row["share"])
    if row["ratio"] is not None:
        return share, f"{row['ratio']:.2f} x"
    return share, f"> {row['beyond']:.2f} x" if row["beyond"] is not None else ""
