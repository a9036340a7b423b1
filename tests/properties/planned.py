"""Planning a drawn scenario, and the two numbers that properties compare: U of the first class and dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

import fullrate as fr
from generator import Features, scenario

Rows = list[dict[str, Any]]

SAME = 1e-6
"""Relative tolerance of the first stages (stages with no loss)."""
LATER = 5e-3
"""Relative tolerance of later stages, which see the slack of earlier ones magnified."""
KEPT = 1e-3
"""Share of every wait that the cost stages may give up."""


@dataclass
class Drawn:
    """A drawn scenario that a property may alter."""

    config: dict[str, Any]
    tables: dict[str, Rows]

    def rows(self, table: str) -> Rows:
        return self.tables.setdefault(table, [])

    def changed(self, change: Callable[[Drawn], None]) -> Drawn:
        """A copy with the change made."""
        copy = Drawn(deepcopy(self.config), deepcopy(self.tables))
        change(copy)
        return copy

    def read(self) -> fr.Tables:
        return fr.Tables.from_rows(self.config, self.tables)

    def plan(self, **how: Any) -> fr.Plan:
        """Its plan, without the tests of rounding and horizon, which are plans of their own."""
        return fr.plan(self.read(), tests=False, **how)


def drawn(seed: int, features: Features, **settings: Any) -> Drawn:
    """The scenario of a seed, with settings of ``scenario.toml`` replaced."""
    config, tables = scenario(seed, features)
    return Drawn(config | settings, tables)


@lru_cache(maxsize=64)
def planned(seed: int, features: Features, **settings: Any) -> fr.Plan:
    """Plan of the scenario of a seed; kept, since many properties begin with it."""
    return drawn(seed, features, **settings).plan()


def stage(plan: fr.Plan, name: str, column: str = "value") -> float:
    """Value of a stage; zero when the scenario has nothing for it."""
    values = plan.table("stages").filter(pl.col("stage") == name)[column]
    return float(values[0]) if len(values) else 0.0


def times(plan: fr.Plan) -> dict[str, float]:
    """U of every class, by stage name."""
    rows = plan.table("stages").select("stage", "value").iter_rows()
    return {name: value for name, value in rows if name.startswith("L1.")}


def first_class(plan: fr.Plan) -> str:
    return min(times(plan))


def first(plan: fr.Plan) -> tuple[float, float]:
    """What all later stages must respect: soft violations and U of the first class in days, tail included.

    Two plans of one U need not wait alike without the tail, as printed.
    """
    return stage(plan, "L0a"), stage(plan, first_class(plan), "objective")


def earliest(plan: fr.Plan) -> dict[float, int | None]:
    """Earliest possible period of each coverage of the first class; None when later than the horizon."""
    rank = int(first_class(plan).removeprefix("L1."))
    rows = plan.table("dates").filter(pl.col("class") == rank, pl.col("need").fill_null("") == "")
    return dict(rows.select("coverage", "earliest_period").iter_rows())


def days_of_earliest(plan: fr.Plan) -> dict[float, date | None]:
    rank = int(first_class(plan).removeprefix("L1."))
    rows = plan.table("dates").filter(pl.col("class") == rank, pl.col("need").fill_null("") == "")
    return dict(rows.select("coverage", "earliest_date").iter_rows())


def waits(plan: fr.Plan) -> dict[str, float]:
    return dict(plan.table("waits").select("recipient", "days").iter_rows())


def close(found: float, wanted: float, tolerance: float = SAME) -> bool:
    """Equal up to the tolerance, relative to the larger of the value and one day."""
    return abs(found - wanted) <= tolerance * max(1.0, abs(wanted))


def no_worse(better: fr.Plan, base: fr.Plan) -> str:
    """Blank when ``better`` is at least as good as ``base`` for the first class, else what is worse."""
    (soft, days), (soft_before, days_before) = first(better), first(base)
    if soft > soft_before + SAME * max(1.0, abs(soft_before)):
        return f"violations rise from {soft_before} to {soft}"
    if soft < soft_before - SAME * max(1.0, abs(soft_before)):
        return ""
    if days > days_before + SAME * max(1.0, abs(days_before)):
        return f"U rises from {days_before} to {days}"
    before = earliest(base)
    for coverage, period in earliest(better).items():
        if (period or 10**6) > (before[coverage] or 10**6):
            return f"earliest {coverage:.0%} moves from period {before[coverage]} to {period}"
    return ""


def unlike(found: Mapping[str, float], wanted: Mapping[str, float], tolerance: float) -> str:
    """Blank when both hold the same numbers under the same names, else both."""
    alike = found.keys() == wanted.keys() and all(close(found[name], wanted[name], tolerance) for name in wanted)
    return "" if alike else f"{dict(found)} against {dict(wanted)}"


def alike(found: fr.Plan, wanted: fr.Plan) -> str:
    """Blank when first stages agree to 1e-6, U of later classes to 5e-3, and earliest dates exactly."""
    names = first_class(wanted)
    if not all(close(*pair) for pair in zip(first(found), first(wanted), strict=True)):
        return f"first stages {first(found)} against {first(wanted)}, {names}"
    if earliest(found) != earliest(wanted):
        return f"earliest {earliest(found)} against {earliest(wanted)}"
    return unlike(times(found), times(wanted), LATER)
