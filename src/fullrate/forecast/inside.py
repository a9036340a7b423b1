"""The inside view: what the executions of a plan say of a promise.

A promise counts something; a plan delivers it to a need, or to all needs of an item. What a plan's need is of a promise
is said, never guessed from names: the quantity promised is looked up on the curve of what is delivered, and what had
been counted when the plan begins is added.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.findings import Finding, Refused, Severity
from fullrate.forecast.known import LENGTH_D, Known, period_of, value_at
from fullrate.forecast.update import ENOUGH, effective, weigh
from fullrate.results import Plan, Samples
from fullrate.statistics.frames import worth
from fullrate.tables import SCENARIO, Tables
from fullrate.tables.nearest import nearest

Floats = NDArray[np.float64]

REPORTING = 0.05
"""Deviation of the logarithm between an execution and a count (assumption)."""

SAME = 1e-6
"""Share by which a count may miss a promise and still keep it: curves are kept in single precision."""

SMALL = 1e-6
"""Quantity that counts as one where a logarithm is taken."""


@dataclass(frozen=True, eq=False)
class Behind:
    """A plan that stands behind an inside view.

    Attributes:
        tables, plan: the scenario and its plan.
        run: id of the run it is in.
        need: the need, or the item, that is promised; blank where the plan delivers one item only.
        samples, seed: of the executions; None for those of the scenario.
    """

    tables: Tables
    plan: Plan
    run: str = ""
    need: str = ""
    samples: int | None = None
    seed: int | None = None


@dataclass(frozen=True, eq=False)
class Inside:
    """What the executions of a plan say of a promise.

    Attributes:
        behind: the plan.
        counted, unit: which need or item stands for the promise, and the unit it is counted in.
        whole: how much of it the plan delivers in all, in that unit.
        before: what had been counted when the plan begins, in the unit of the promise.
        share: quantity at the promised date over the promised quantity, shape (samples,).
        ratio: days until it is there over the announced days; infinite where later than the plan, shape (samples,).
        actual: day of the last actual that the executions were weighed by; None without one after the start.
        effective, misfit: effective executions after that, and how far they were allowed to lie off.
    """

    behind: Behind
    counted: str
    unit: str
    whole: float
    before: float
    share: Floats
    ratio: Floats
    actual: date | None
    effective: float
    misfit: float


def inside(known: Known, behind: Behind) -> Inside:
    """Execute a plan and read a complete promise off its curves.

    Raises:
        Refused: FR404 the scenario knows more than the day; FR813 the need is not there, or not named where there are
            several, or a rate is per no period; FR814 the plan delivers less than was promised; FR815 it ends before
            the promised date; FR714 it holds something that executions do not know.
    """
    _refuse_knowledge(known, behind)
    _refuse_horizon(known, behind)
    _refuse_rate(known)
    found = _executed(behind)
    group, counted, unit = _counted(behind, found)
    whole = float(found.groups["qty"][group]) / worth(behind.tables).get(found.groups["item"][group], 1.0)
    _refuse_size(known, behind, counted, unit, whole)
    path = _path(known, found, found.curves[:, group].astype(float) * whole)
    actual, left, misfit = None, float(found.count), 0.0
    after = np.flatnonzero((known.path.day > path.first) & ~known.path.exact)
    if len(after):
        at = int(after[-1])
        day = float(known.path.day[at])
        kept, left, misfit = _weighed(path.at(day - path.first), float(known.path.value[at]))
        path = replace(path, count=path.count[kept])
        actual = date.fromordinal(int(day))
    share, ratio = path.share(), path.ratio()
    return Inside(behind, counted, unit, whole, path.before, share, ratio, actual, left, misfit)


def _executed(behind: Behind) -> Samples:
    """Samples of the plan, all curves kept."""
    from fullrate import simulate
    from fullrate.case import derive
    from fullrate.draws import draw

    simulate.refuse_left_out(behind.tables, delivered=True)
    config = behind.tables.config
    count = behind.samples or config.samples
    draws = draw(behind.tables, count, min(config.replicates, count), behind.seed)
    return simulate.run(behind.tables, derive(behind.tables), behind.plan, draws, shown=count)


def _weighed(count: Floats, actual: float) -> tuple[NDArray[np.int64], float, float]:
    """Executions resampled by how near they are to a count; as many as before."""
    away = np.log(np.maximum(count, SMALL) / max(actual, SMALL))
    misfit, weight = REPORTING, weigh(away, REPORTING)
    while effective(weight) < min(ENOUGH, len(weight) / 4):
        misfit *= 1.25
        weight = weigh(away, misfit)
    place = (np.arange(len(weight)) + 0.5) / len(weight)
    return np.searchsorted(np.cumsum(weight)[:-1], place, side="right"), effective(weight), misfit


@dataclass(frozen=True, eq=False)
class _Path:
    """The count or rate that is promised, in every execution; days are counted from the start of the plan.

    Attributes:
        known: what is promised.
        first: ordinal of the first day of the plan.
        edges: ends of its periods in days, shape (T + 1,).
        count: what it has delivered by then, in the unit of the promise, shape (samples, T + 1).
        before: what had been counted when it begins.
        begins: day from which it counts.
    """

    known: Known
    first: float
    edges: Floats
    count: Floats
    before: float
    begins: float

    def at(self, day: float) -> Floats:
        """Count or rate on a day, shape (samples,)."""
        if self.known.promise.what == "cumulative":
            return self.before + self._delivered(day) - self._delivered(self.begins)
        window = self.window()
        return (self._delivered(day) - self._delivered(day - window)) / (window / self.period())

    def period(self) -> float:
        """Days that a rate is per."""
        return LENGTH_D[period_of(self.known.promise.unit) or "day"]

    def window(self) -> float:
        """Days over which a rate is taken: its period, or the calendar year whose total is promised."""
        promise = self.known.promise
        if promise.year_total and promise.due is not None:
            return float((promise.due - date(promise.due.year - 1, 12, 31)).days)
        return self.period()

    def share(self) -> Floats:
        """Share of the promise at its date."""
        promise = self.known.promise
        due = float(promise.due.toordinal()) if promise.due else 0.0
        share: Floats = self.at(due - self.first) / (promise.quantity or 1.0)
        return share

    def ratio(self) -> Floats:
        """Days until the promised quantity is there, over the announced days."""
        promise = self.known.promise
        wanted = promise.quantity or 0.0
        days = np.unique(np.append(self.edges[self.edges >= self.begins], self.begins))
        values = np.stack([self.at(float(day)) for day in days], axis=1)
        there = values >= wanted * (1 - SAME)
        first = np.argmax(there, axis=1)
        before, row = np.maximum(first - 1, 0), np.arange(len(values))
        rise = values[row, first] - values[row, before]
        part = np.where(rise > 0, (wanted - values[row, before]) / np.where(rise > 0, rise, 1.0), 1.0)
        straight = days[before] + np.clip(part, 0.0, 1.0) * (days[first] - days[before])
        day = straight if promise.what == "cumulative" else days[first]
        announced = float(promise.announced_on.toordinal()) if promise.announced_on else self.first
        found: Floats = np.maximum(self.first + day - announced, 1.0) / promise.days
        return np.where(there.any(axis=1), found, np.inf)

    def _delivered(self, day: float) -> Floats:
        """Delivered by a day, evenly inside a period; nothing before the start."""
        after = int(np.clip(np.searchsorted(self.edges, day), 1, len(self.edges) - 1))
        begin, end = self.edges[after - 1], self.edges[after]
        part = min(max((day - begin) / (end - begin), 0.0), 1.0)
        found: Floats = self.count[:, after - 1] * (1 - part) + self.count[:, after] * part
        return found


def _path(known: Known, found: Samples, delivered: Floats) -> _Path:
    """``delivered`` at the ends of the periods, shape (samples, T)."""
    first = float(found.start.toordinal())
    counts = known.promise.what == "cumulative"
    path = known.path.where(~known.path.exact & (known.path.day <= first))
    before = float(path.value[-1]) if counts and len(path) else 0.0
    counted = known.counted_from if counts and known.counted_from is not None else first
    count = np.concatenate([np.zeros((len(delivered), 1)), delivered], axis=1)
    return _Path(known, first, found.edges, count, before, max(counted - first, 0.0))


def _counted(behind: Behind, found: Samples) -> tuple[int, str, str]:
    """Column of the groups that stands for the promise, its name, and the unit of its item."""
    groups = found.groups.with_row_index("at").filter(pl.col("qty").is_not_null())
    wholes, needs = groups.filter((pl.col("class") == 0) & (pl.col("need") == "")), groups.filter(pl.col("need") != "")
    if behind.need:
        mine = pl.concat([needs.filter(pl.col("need") == behind.need), wholes.filter(pl.col("item") == behind.need)])
    else:
        mine = wholes
    if len(mine) != 1:
        raise Refused([_which(behind, wholes["item"].to_list(), needs["need"].to_list())])
    item = str(mine["item"][0])
    said = f"need {behind.need}" if mine["need"][0] else f"all needs of {item}"
    return int(mine["at"][0]), said, _unit(behind.tables, item)


def _unit(tables: Tables, item: str) -> str:
    """Unit of an item, or the one that all items of a family share."""
    units = {row["unit"] or "unit" for row in tables.rows("items") if item in (row["item"], row["family"])}
    return units.pop() if len(units) == 1 else "unit"


def _which(behind: Behind, items: list[str], needs: list[str]) -> Finding:
    known = [*items, *needs]
    near = nearest(behind.need, known) if behind.need else None
    found = (
        f"run {behind.run} has no need or item `{behind.need}`" if behind.need else "the plan delivers several items"
    )
    shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    return Finding(
        "FR813",
        Severity.ERROR,
        "what is promised is not named",
        table="needs",
        found=found,
        allowed=f"an item or a need whose quantity is in one unit: {shown}",
        nearest=near.names if near else (),
        help=(near.question() if near else "") or "say which need or item of the plan was promised: `--need NAME`",
    )


def _refuse_size(known: Known, behind: Behind, counted: str, unit: str, whole: float) -> None:
    promise = known.promise
    already = value_at(known.path, float(behind.plan.start.toordinal())) or 0.0
    if promise.what != "cumulative" or (promise.quantity or 0.0) <= (whole + already) * (1 + SAME):
        return
    said = f"the plan delivers {whole:,.10g} ({counted}, in {unit}) and {promise.quantity:,.10g} were promised"
    raise Refused(
        [
            Finding(
                "FR814",
                Severity.ERROR,
                "promise larger than the plan",
                table="needs",
                column="qty",
                found=said,
                help="plan the quantity that was promised, or name the need or item that stands for it with --need",
            )
        ]
    )


def _refuse_horizon(known: Known, behind: Behind) -> None:
    end, due = behind.plan.date(float(behind.plan.edges[-1])), known.promise.due
    if due is None or end >= due:
        return
    raise Refused(
        [
            Finding(
                "FR815",
                Severity.ERROR,
                "plan ends before the promised date",
                table=SCENARIO,
                column="periods",
                found=f"run {behind.run} ends on {end}, and the promise is for {due}",
                allowed=f"{due} or later",
                help="plan further ahead: more `periods` in scenario.toml",
            )
        ]
    )


def _refuse_rate(known: Known) -> None:
    """Refuse a rate that is per no period, ``masks/hour``: nobody has said how much of it a day is."""
    promise = known.promise
    if promise.what != "rate" or period_of(promise.unit) is not None:
        return
    raise Refused(
        [
            Finding(
                "FR813",
                Severity.ERROR,
                "what is promised is not named",
                table="announced",
                column="unit",
                found=f"the promised rate is in `{promise.unit}`, and nobody has said how much of it a day is",
                allowed=f"a unit per {', '.join(LENGTH_D)}",
                help="write the rate per day or per a longer period, or leave --run out",
            )
        ]
    )


def _refuse_knowledge(known: Known, behind: Behind) -> None:
    as_of = behind.tables.config.as_of
    if as_of is not None and as_of > known.as_of:
        said = f"run {behind.run} knows what was known on {as_of}; the outlook is of {known.as_of}"
        raise Refused(
            [
                Finding(
                    "FR404",
                    Severity.ERROR,
                    "knowledge from the future",
                    table=SCENARIO,
                    column="as_of",
                    found=said,
                    allowed=f"{as_of} or later",
                    help=f"use --as-of {as_of}, or plan with what was known on {known.as_of}",
                )
            ]
        )
