"""Cuts that were only estimated, in words and rows of their own: never beside exact figures without saying so."""

from __future__ import annotations

import polars as pl

from fullrate.report.losses import LITTLE, SHOWN, longer, some, unit
from fullrate.report.numbers import joined
from fullrate.results import Study
from fullrate.tables import Tables


def left(study: Study) -> pl.DataFrame:
    """Estimates of the cuts that were not solved exactly, the largest first; none where all were solved."""
    table = study.tables.get("estimates")
    return pl.DataFrame() if table is None else table.filter(pl.col("case").is_null())


def rows(tables: Tables, study: Study) -> tuple[list[str], list[list[str]], str]:
    """Heading and rows of what is estimated to cost something, the largest first; and what is said of the rest."""
    if not len(left(study)):
        return [], [], ""
    one_unit = unit(tables)
    head = ["only estimated", "place", *([] if tables.open_needs else ["wait longer by about"])]
    head += ["unit-days, about"] if one_unit else []
    harm = left(study).filter((pl.col("lost_wait_d") >= LITTLE) | (pl.col("late_units") > 0))
    found = []
    for row in harm.head(SHOWN).iter_rows(named=True):
        waits = [] if tables.open_needs else [longer(row["lost_wait_d"])]
        found.append([row["name"], str(row["place"]), *waits, *([some(row["unit_days"])] if one_unit else [])])
    rest = [f"{len(harm) - SHOWN} more are estimated to cost less"] if len(harm) > SHOWN else []
    none = len(left(study)) - len(harm)
    rest += [f"{none} {'is' if none == 1 else 'are'} estimated to cost nothing"] if none else []
    return head, found, joined(rest)


def notes(study: Study) -> list[str]:
    """What was estimated and how, how far that was off where both are known, and what rests on exact cuts alone."""
    count = len(left(study))
    if not count:
        return []
    meta = study.meta
    said = (
        f"{count} of {meta['tried']} cuts were only estimated: on a calendar {meta['coarse']} times as coarse, as if "
        "all were known from the start, and without whole numbers. An estimate is for the order. Those with the "
        f"largest and those that were named are solved exactly, {meta['exact']} in all; `--exact all` solves all."
    )
    if meta["off"]:
        low, high = (f"{ratio:.2f}" for ratio in meta["off"])
        said += f" Where both are known, the estimate is {low} to {high} times the exact growth of the weighted wait."
    said += " What is left at an estimate may cost more than it says."
    with_them = {"pairs": "pairs", "odds": "odds", "cutsets": "sets that break the promise"}
    asked = [words for name, words in with_them.items() if name in study.tables]
    if asked:
        said += f" {joined(asked).capitalize()} are of the cuts solved exactly, and of no other."
    return [said]
