"""What a date is worth: odds of promised dates from simulated executions, and which assumption they rest on.

Parameters and events are kept apart, because knowledge can shrink the spread of the first and only another design that
of the second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.draws import Draws, Input, draw, inputs
from fullrate.draws.history import of_scenario, whole, whole_between
from fullrate.findings import Finding, Refused, Severity
from fullrate.planning import asked, reached, refuse_outside, replanner
from fullrate.results import Plan, Samples, Study
from fullrate.statistics import frames
from fullrate.statistics.inputs import knowledge, rank_regression, split, tornado
from fullrate.statistics.shares import quantile
from fullrate.tables import SCENARIO, Cell, Tables
from fullrate.tables.check.ranges import CLASS

Floats = NDArray[np.float64]
Execute = Callable[[Plan, Draws | None], Samples]
"""Executes a plan in the samples of some draws; without draws once, as planned."""

MEMORY = 16.0
"""Bytes that one sample needs per uncertain cell and per date or wait that is kept."""
POINTS = (0.1, 0.5, 0.9)
AGAIN = 32
"""Samples in which plans are made again on the way, unless told otherwise: each takes many programs."""


@dataclass(frozen=True)
class Subject:
    """Whose wait the assumptions are judged by: a need, a class, or all of an item (class 0)."""

    cls: int
    need: str
    item: str


def odds(
    tables: Tables,
    plan: Plan,
    *,
    samples: int | None = None,
    by: date | None = None,
    need: str = "",
    cls: int | None = None,
    quantity: float | None = None,
    seed: int | None = None,
    worth: int = 0,
    most_memory: float | None = None,
    execute: Execute | None = None,
    say: Callable[[str], None] = lambda step: None,
    replan: int = 0,
    replan_samples: int = AGAIN,
    tell: Callable[[str], None] = lambda line: None,
) -> Study:
    """Odds of the dates of a plan.

    Args:
        tables: what the plan was made from.
        plan: the plan; every execution follows it.
        samples: simulated executions; by default those of the scenario.
        by: the promised date; by default what each need has as ``due``, and the plan's own dates of classes.
        need: the promise to this need; by default every class and need.
        cls: the promise to this class.
        quantity: what is promised to have come by that date, in the unit of the item.
        seed: seed of all draws; by default that of the scenario.
        worth: so many of the assumptions that matter most are asked what knowing them first would be worth; each takes
            two more plans.
        most_memory: bytes that the samples may take; by default what the machine has free.
        execute: how a plan is executed; by default it is followed.
        say: told what is being done.
        replan: also plan again after every so many periods, in some of the samples; 0 for not at all.
        replan_samples: so many of them, at most.
        tell: told how long planning again is going to take, before it begins.

    Raises:
        Refused: there is no such class or need, the date is outside the plan, so many samples do not fit, or the
            scenario has something that is not executed yet.
    """
    from fullrate.simulate import refuse_left_out

    refuse_left_out(tables)
    count = tables.config.samples if samples is None else samples
    if need or cls is not None:
        asked(tables, cls=cls, need=need)
    if by is not None:
        refuse_outside(by, plan.start, float(plan.edges[-1]))
    _refuse_rhythm(plan, replan)
    _refuse_size(tables, count, most_memory)
    run: Callable[..., Samples] = execute or _follow(tables)
    say(f"{count} executions")
    planned = run(plan, None)
    promises = _promises(tables, planned, by, need, cls)
    until = by or _last(promises, plan)
    draws = draw(tables, count, min(tables.config.replicates, count), seed)
    on = None if quantity is None else float((until - plan.start).days)
    found = run(plan, draws) if execute else run(plan, draws, on)
    subject = _subject(found, cls, need)
    group = found.group(cls=subject.cls, need=subject.need, item=subject.item)
    say("the same parameters with other events")
    again = run(plan, replace(draws, seed=draws.seed + 1))
    parts = split(found.waits[:, group], again.waits[:, group], found.replicate)
    ranked, explained = _inputs(tables, draws, found.waits[:, group])
    best = ranked.filter(pl.col("correlation").abs() > 0).head(worth)["cell"].to_list()
    values = frames.worth(tables)
    variance = [("parameters", parts.parameters, parts.error), ("events", parts.events, parts.error)]
    known, plans = _worth(tables, plan, best, draws, found, group, run, say)
    again_on_the_way, rolled = _replanned(tables, plan, draws, found, promises, replan, replan_samples, say, tell)
    return Study(
        "odds",
        {
            "odds": frames.odds(found, promises),
            "dates": frames.dates(found).join(_planned(planned), on=["class", "need", "coverage"], how="left"),
            "quantities": frames.quantities(found, planned, until, quantity, values),
            "fan": found.table("fan"),
            "rates": frames.rates(found, planned, values),
            "totals": frames.totals(found),
            "naive": frames.naive(found, planned),
            "planned": pl.DataFrame({"day": planned.edges[1:], "covered": planned.curves[0, group].astype(float)}),
            "inputs": ranked,
            "worth": known,
            "variance": pl.DataFrame(
                variance, {"due_to": pl.String, "share": pl.Float64, "error": pl.Float64}, orient="row"
            ),
            "replan": again_on_the_way,
            "samples": _wide(found),
        },
        {
            "samples": found.count,
            "curves": len(found.shown),
            "replicates": int(found.replicate.max()) + 1,
            "seed": draws.seed,
            "as_of": tables.config.as_of,
            **{"by": by, "need": need, "class": cls, "quantity": quantity},
            "subject": {"class": subject.cls, "need": subject.need, "item": subject.item},
            **{"explained": explained.explained, "usable": explained.usable, "candidates": plans},
            **_rests_on(tables, found),
            "replan": rolled,
        },
    )


def _rests_on(tables: Tables, found: Samples) -> dict[str, Any]:
    """How executions follow a plan, and how many of the ranges are assumed."""
    return {
        "policy": found.meta.get("policy", "follow"),
        "assumptions": found.meta.get("assumptions", {}),
        "ranges": tables.frames["uncertainty"].height,
        "assumed_ranges": _assumed(tables),
        "history": _history(tables),
        "assumed_groups": sorted({one.group for one in inputs(tables) if one.assumed}),
    }


def _history(tables: Tables) -> dict[str, Any]:
    """Class history that ranges are made of: how many, of what class, from how many cases; nothing without one."""
    rows = [row for row in tables.rows("uncertainty") if row["dist"] == CLASS]
    told = [row for row in tables.rows("history") if row["progress"] is not None]
    if not rows:
        return {}
    kinds = sorted({row["kind"] for row in rows if row["kind"]})
    kind, cases = kinds[0] if len(kinds) == 1 else "", of_scenario(tables)
    low, high = whole_between(cases, kind)
    facts = {"ranges": len(rows), "class": kind, "cases": len(told), "own": sum(row["kind"] == kind for row in told)}
    return {**facts, "as_of": tables.config.as_of, "kept": whole(cases, kind), "kept_low": low, "kept_high": high}


def _follow(tables: Tables) -> Callable[..., Samples]:
    """Executions that follow the plan; given a day, of every one it is kept what has come by then.

    The simulator is loaded here: nothing else needs its compiler.
    """
    from fullrate import simulate
    from fullrate.case import derive

    case = derive(tables)
    return lambda plan, draws, at=None: simulate.run(tables, case, plan, draws, at=at)


def _replanned(
    tables: Tables,
    plan: Plan,
    draws: Draws,
    found: Samples,
    promises: pl.DataFrame,
    every: int,
    most: int,
    say: Callable[[str], None],
    tell: Callable[[str], None],
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The same samples planned again on the way, as paired differences; nothing where that was not asked for."""
    if not every:
        return frames.paired(found, None, promises), {}
    from fullrate import simulate
    from fullrate.case import derive

    which = np.unique(np.linspace(0, draws.count - 1, min(most, draws.count)).astype(np.int64))
    few, case, replan = draws.only(which), derive(tables), replanner(tables)
    began = time.monotonic()
    replan(reached(derive(tables, pruned=False), plan, max(plan.periods // 4, 1)), max(plan.periods // 4, 1))
    one, plans = time.monotonic() - began, len(which) * ((plan.periods - 1) // every)
    tell(
        f"Planning again every {every} periods in {len(which)} executions: up to {plans} plans of about {one:.2g} s, "
        f"{_minutes(plans * one)} at most."
    )
    rhythm = simulate.Rhythm(every, tables.config.admin_delay_d)
    rolled = simulate.rolling(
        tables, case, plan, few, replan, rhythm, say=lambda done: say(f"planned again in {done} of {len(which)}")
    )
    names = ("every", "admin_delay_d", "plans", "kept")
    return frames.paired(found.only(which), rolled, promises), {name: rolled.meta[name] for name in names}


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else f"{max(seconds, 1):.0f} s"


def _refuse_rhythm(plan: Plan, every: int) -> None:
    """Refuse to plan again so seldom that it never happens."""
    if every >= plan.periods:
        found = f"planning again after every {every} periods never happens: the plan has {plan.periods}"
        allowed, advice = f"1 to {plan.periods - 1} periods", "name fewer periods, or leave `--replan` out"
        raise Refused(
            [Finding("FR715", Severity.ERROR, "never planned again", found=found, allowed=allowed, help=advice)]
        )


def _refuse_size(tables: Tables, count: int, most: float | None) -> None:
    import psutil

    free = float(psutil.virtual_memory().available) if most is None else most
    kept = 4 * tables.frames["uncertainty"].height + 3 * (5 * tables.frames["needs"].height + 5)
    needed = MEMORY * count * kept
    if needed > free:
        raise Refused(
            [
                Finding(
                    "FR713",
                    Severity.ERROR,
                    "too many samples for the memory",
                    table=SCENARIO,
                    column="samples",
                    found=f"{count} samples need about {_gibibytes(needed)} of memory",
                    allowed=f"at most {_gibibytes(free)}: {int(free / MEMORY / kept)} samples",
                    help="take fewer samples; the error of odds falls with the square root of their number",
                )
            ]
        )


def _gibibytes(size: float) -> str:
    """An amount of memory, which is not nothing however little.

    >>> _gibibytes(2.5 * 2**30), _gibibytes(0.01 * 2**30)
    ('2.5 GiB', '0.010 GiB')
    """
    size /= 2**30
    return f"{size:.1f} GiB" if size >= 0.1 else f"{size:.3f} GiB"


def _subject(samples: Samples, cls: int | None, need: str) -> Subject:
    """A need, a class, or all of the only item that is wanted; the first class where several are."""
    if need:
        return Subject(0, need, "")
    if cls is not None:
        return Subject(cls, "", "")
    whole = samples.groups.filter(pl.col("class") == 0)
    if len(whole) == 1:
        return Subject(0, "", whole["item"][0])
    return Subject(int(samples.groups.filter(pl.col("class") > 0)["class"].min()), "", "")  # type: ignore[arg-type]


def _promises(tables: Tables, planned: Samples, by: date | None, need: str, cls: int | None) -> pl.DataFrame:
    """Dates whose odds are asked: the date given, else what needs have as due and what the plan says of classes.

    Where neither is there, or the plan itself is later than the horizon, there is nothing to ask.
    """
    due = {row["need"]: row["due"] for row in tables.rows("needs")}
    days, rows = planned.days[0], []
    for column, (its_class, its_need, coverage) in enumerate(planned.targets.iter_rows()):
        if (need and its_need != need) or (cls is not None and (its_class != cls or its_need)):
            continue
        date_of = by
        if by is None and its_need and coverage == 1.0:
            date_of = due.get(its_need)
        if by is None and not its_need:
            date_of = frames.dated(planned.start, float(days[column]))
        if date_of is not None and date_of > planned.start:
            rows.append((its_class, its_need, coverage, date_of))
    schema = {"class": pl.Int64, "need": pl.String, "coverage": pl.Float64, "by": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _planned(planned: Samples) -> pl.DataFrame:
    """Dates of the plan itself, in the same measure."""
    day = [frames.dated(planned.start, float(day)) for day in planned.days[0]]
    return planned.targets.with_columns(plan=pl.Series(day, dtype=pl.Date))


def _last(promises: pl.DataFrame, plan: Plan) -> date:
    """The latest promised date; the plan's end where nothing is promised."""
    last = promises["by"].max()
    return last if isinstance(last, date) else plan.date(float(plan.edges[-1]))


def _inputs(tables: Tables, draws: Draws, outcome: Floats) -> tuple[pl.DataFrame, Any]:
    """Uncertain cells by how much the outcome goes with them, largest first."""
    found = rank_regression(draws.drawn, outcome)
    ends = tornado(draws.drawn, outcome) if len(draws.cells) else np.zeros((0, 2))
    known, rows = {one.cell: one for one in inputs(tables)}, []
    for at, cell in enumerate(draws.cells):
        one, mine = known[cell], draws.drawn[:, at]
        points = [quantile(mine, p) for p in POINTS]
        plan = one.plan if math.isfinite(one.plan) else None
        scores = (float(found.correlations[at]), float(found.coefficients[at]), float(ends[at, 0]), float(ends[at, 1]))
        rows.append((str(cell), plan, one.factor, *points, one.group, one.rho, one.assumed, *scores))
    text, number = pl.String, pl.Float64
    schema = {"cell": text, "plan": number, "factor": pl.Boolean, "p10": number, "p50": number, "p90": number}
    schema |= {"group": text, "rho": number, "assumed": pl.Boolean, "correlation": number, "coefficient": number}
    frame = pl.DataFrame(rows, {**schema, "where_low": number, "where_high": number}, orient="row")
    return frame.sort(pl.col("correlation").abs(), "cell", descending=[True, False]), found


def _worth(
    tables: Tables,
    plan: Plan,
    cells: list[str],
    draws: Draws,
    found: Samples,
    group: int,
    run: Execute,
    say: Callable[[str], None],
) -> tuple[pl.DataFrame, int]:
    """Days of wait that knowing each cell before planning would save, the candidates being plans for its ends.

    Every candidate is executed in the same samples, so that differences are paired.
    """
    waits = [found.waits[:, group]]
    known = {str(one.cell): one for one in inputs(tables)}
    for cell in cells:
        for p in (POINTS[0], POINTS[-1]):
            say(f"planning for {cell} at P{100 * p:.0f}")
            waits.append(run(_other(tables, known[cell], p), draws).waits[:, group])
    rows, names = [], [str(cell) for cell in draws.cells]
    for cell in cells:
        value = knowledge(-np.stack(waits, axis=1), draws.drawn[:, [names.index(cell)]], found.replicate)
        rows.append((cell, value.worth, value.error))
    frame = pl.DataFrame(rows, {"cell": pl.String, "days": pl.Float64, "error": pl.Float64}, orient="row")
    return frame.sort("days", "cell", descending=[True, False]), len(waits) if cells else 0


def _other(tables: Tables, one: Input, p: float) -> Plan:
    """The plan that is made if a cell is taken at one of its quantiles."""
    from fullrate.planning import plan as make

    drawn = one.drawn(np.array([p]))
    changed = _with(tables, one.cell, float(one.values(drawn)[0]))
    if one.factor:
        for row in tables.rows("series"):
            if (row["table"], row["key"] or "", row["column"]) == (one.cell.table, one.cell.key, one.cell.column):
                address = Cell(
                    "series", "|".join([row["table"], row["key"] or "", row["column"], str(row["date"])]), "value"
                )
                changed = _with(changed, address, float(drawn[0]) * row["value"])
    changed = _with(changed, Cell(SCENARIO, "", "stages"), '["time"]')
    return make(changed, tests=False)


def _with(tables: Tables, cell: Cell, value: float | str) -> Tables:
    return tables if isinstance(value, float) and not math.isfinite(value) else tables.replace(cell, f"{value}")


def _assumed(tables: Tables) -> int:
    """Uncertain cells whose range rests on an assumption or on no source at all."""
    kinds = {row["source"]: row["kind"] for row in tables.rows("sources")}
    return sum(kinds.get(row["source"], "assumption") == "assumption" for row in tables.rows("uncertainty"))


def _wide(samples: Samples) -> pl.DataFrame:
    """One row per sample: replicate, day of each class and coverage, mean waits of classes, cost, displaced.

    Needs are left out: their dates are in ``dates`` and ``odds``.
    """
    columns: dict[str, Any] = {"replicate": samples.replicate}
    days = samples.days
    for at, (cls, need, coverage) in enumerate(samples.targets.iter_rows()):
        if not need:
            columns[f"day_class_{cls}_{100 * coverage:g}"] = np.where(np.isinf(days[:, at]), np.nan, days[:, at])
    for at, (cls, need, *_) in enumerate(samples.groups.iter_rows()):
        if not need and cls:
            columns[f"wait_class_{cls}"] = samples.waits[:, at]
    frame = pl.DataFrame({**columns, "cost": samples.cost, "displaced": samples.displaced})
    return frame.with_row_index("sample").fill_nan(None)
