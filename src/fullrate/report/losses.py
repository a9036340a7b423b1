"""What is lost, in words and cells: days, units, and dashes where nothing is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from fullrate.report.names import Names, plain
from fullrate.report.numbers import days, iso, percent, quantity
from fullrate.tables import Tables

SHOWN = 20
"""Cases of a ranking that are printed; all are in the tables."""
LITTLE = 0.05
"""Days of wait below which a dash is shown."""
LEVELS = ("50", "80")
"""Shares of coverage whose dates are asked for, as columns are named."""
PROMISES = (0.5, 0.8, 1.0)
"""Shares of coverage whose odds are printed; all are in the tables."""


def units(tables: Tables, amount: float) -> str:
    """An amount of what is needed, in its unit where that is one."""
    return quantity(amount, unit(tables) or "unit")


def unit(tables: Tables) -> str | None:
    """The unit of all that is needed; None where there are several."""
    names = Names.of(tables)
    families: dict[str, set[str]] = {}
    for row in tables.rows("items"):
        families.setdefault(row["family"] or "", set()).add(row["unit"])
    found = set[str]()
    for row in tables.rows("needs"):
        found |= {names.unit(row["item"])} if names.unit(row["item"]) else families.get(row["item"], set())
    return found.pop() if len(found) == 1 else None


def later(lost: float | None, never: bool) -> str:
    """Days lost on a date; in a word where it is not reached before the plan ends, or not without the cut either."""
    if lost is None:
        return "never either way"
    if never:
        return "never"
    return "–" if lost <= 0 else days(lost)


def longer(wait: float) -> str:
    """By how many days a mean wait grows; a dash where it does not."""
    return "–" if abs(wait) < LITTLE else days(wait)


def waiting(row: Mapping[str, Any]) -> list[str]:
    """Cells of what a row loses: days on the date of each of ``LEVELS``, and days of mean wait."""
    dates = [later(row[f"lost_{level}_d"], row[f"never_{level}"]) for level in LEVELS]
    return [*dates, longer(row["lost_wait_d"])]


def some(amount: float) -> str:
    """So much more; a dash where there is no more."""
    if amount < -LITTLE:
        return f"{quantity(-amount)} fewer"  # who has little weight gains more than who has much of it loses
    return quantity(amount) if amount > LITTLE else "–"


def promises(odds: pl.DataFrame | None) -> Iterator[Mapping[str, Any]]:
    """The rows of a table of odds that are printed: half of what is needed, most of it, and all."""
    if odds is not None:
        yield from odds.filter(pl.col("coverage").is_in(PROMISES)).iter_rows(named=True)


def promised(row: Mapping[str, Any]) -> list[str]:
    """Cells of what the odds of a row are about: whose promise, which share, by which day."""
    who = plain(row["need"]) if row["need"] else f"class {row['class']}"
    return [who, percent(row["coverage"]), iso(row["by"])]


def points(change: float, error: float | None) -> str:
    """By how many percentage points odds change, with their standard error where that is known."""
    spread = "" if error is None or math.isnan(error) else f" ± {100 * error:.1f}"
    return f"{100 * change:.1f}{spread} points"
