"""A plan that hedges: what is decided now serves many cases that may come, and everything later adapts.

Before the day of decision nothing is known, after it everything is: a two-stage program over samples of the scenario
(sample average approximation; Kleywegt, Shapiro & Homem-de-Mello 2002). What is decided now must be possible in the
plan for the numbers in the tables, so that no money is spent twice. How far it is from the best there is, over all
cases and not only those drawn, is bounded by fresh batches (Mak, Morton & Wood 1999).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from fullrate.case import Case, derive
from fullrate.case.size import estimate
from fullrate.draws import draw
from fullrate.findings import Finding, Refused, Severity
from fullrate.lp.assemble import LP
from fullrate.lp.axes import Floats
from fullrate.lp.solve import solve
from fullrate.planning import memory
from fullrate.planning.chain import run, unit
from fullrate.planning.deadline import OutOfTime, left
from fullrate.planning.drawn import DECIDED, LATER, LONG_LEAD_D, Now, outcome
from fullrate.planning.honoured import first_wishes
from fullrate.planning.planner import plan
from fullrate.planning.twostage import Cases, Hedge, Risk, TwoStage, hedge
from fullrate.results import Plan
from fullrate.rules import write
from fullrate.rules.base import Cols
from fullrate.tables import SCENARIO, Tables

SHARE = 0.9
"""Weight of the worst cases beside the expected wait, so that good cases are not given away: an assumption."""
NOW_D = 91.0
"""Days from the start before which decisions are the same in all cases: a quarter of a year, an assumption."""
SLACK = 1e-6
"""Share of the weighed wait that may be given up so that nothing is decided now that no case needs now."""
NEAR = 1e-2
"""Relative difference from the plan without a hedge up to which a decision is made equal to it."""
SMALL = 1e-3
"""Cost of all that could be done of one thing, beside that of the dearest: nothing is begun for nothing."""
BATCHES, BATCH = 20, 10
"""Fresh batches by which the gap is judged, and cases in each."""
LOSSES = 3
"""Sorts of losses that are compared: with the hedge, without it, and known first."""
KEPT_FOR_PLAN = 0.1
"""Least share of the time after the first plan that is kept for the plan that holds what was decided."""
LEAST = 2
"""Batches below which nothing can be said about the gap."""
HIT_RATE = 0.95
"""Odds with which the gap is below its bound."""
GAP, ROUGH = 1e-4, 1e-3
"""Relative gap at which the search for decisions stops, and that of a batch, where the bound counts."""


@dataclass(frozen=True, eq=False)
class Frame:
    """The program of the plan, what of it is decided now, and the draws behind the cases."""

    tables: Tables
    case: Case
    cols: Cols
    lp: LP
    now: Now
    until: float
    risk: Risk

    def problem(
        self, samples: int, replicates: int, seed: int, only: int | None = None, deadline: float | None = None
    ) -> tuple[TwoStage, list[LP]]:
        """Two-stage program of some draws, or of one replicate of them, and its cases with nothing decided before.

        Raises:
            OutOfTime: the deadline came before all were written.
        """
        draws = draw(self.tables, samples, replicates, seed)
        chosen = [at for at in range(draws.count) if only is None or draws.replicate[at] == only]
        made = []
        for at in chosen:
            left(deadline)
            made.append(outcome(self.now, self.tables, draws, at, self.until, 1 / len(chosen)))
        return TwoStage(self.lp, tuple(one for one, _ in made), np.zeros(len(made))), [free for _, free in made]


def hedged(
    tables: Tables,
    level: float,
    scenarios: int = 50,
    *,
    until: float | None = None,
    batches: int = BATCHES,
    time_limit: float | None = None,
    most_memory: float | None = None,
    say: Callable[[str], None] = lambda step: None,
) -> Plan:
    """A plan whose decisions before the day ``until`` hedge against what is uncertain.

    Args:
        tables: the scenario.
        level: the worst ``1 - level`` of the cases count, beside all of them; 0: all alike.
        scenarios: cases that the decisions are made for.
        until: day (after the start) before which decisions are the same in all cases; by default ``NOW_D``, or a third
            of a plan that is shorter than three of these.
        batches: fresh batches by which the gap is judged, at least two.
        time_limit: seconds after which the best decisions so far are taken, up to the program that is being solved
            then; part of them is kept for the plan. What is left goes to the comparison and the fresh batches, as many
            as there is time for. Where no decisions have a value by then, the plan without a hedge, ``unhedged``.
        most_memory: bytes that the programs may take; None for what the machine has free.
        say: told what is being done.

    Raises:
        Refused: nothing is uncertain, ``level`` or ``until`` is out of range, or there are too many cases.
    """
    deadline = None if time_limit is None else time.monotonic() + time_limit
    until = min(NOW_D, tables.config.horizon_d / 3) if until is None else until
    _refuse(tables, level, until)
    frame = framed(tables, level, until)
    _refuse_size(tables, frame.case, scenarios, memory.free() if most_memory is None else most_memory)
    _refuse_nothing(frame)
    say("the plan for the numbers in the tables")
    began = time.monotonic()
    usual = run(frame.case, frame.lp.minimising(0 * frame.lp.cost), frame.cols, deadline).x
    by = _search_until(deadline, time.monotonic() - began)
    try:
        found, cases, free = _searched(frame, scenarios, usual, by, say)
        say("the plan that keeps to it")
        result = plan(
            tables,
            tests=False,
            held=lambda lp, cols: held(lp, frame.now, found.x),
            time_limit=left(deadline),
            most_memory=most_memory,
        )
    except (OutOfTime, TimeoutError):
        say("the plan without a hedge: time is short")
        return _unhedged_plan(tables, deadline, most_memory)
    losses = _compared(found, usual, cases, free, deadline)
    say(f"{batches} fresh batches")
    fresh = fresh_batches(frame, found, usual, batches, deadline)
    named = {"case": [one.name for one in cases.outcomes], **losses}
    extra = {"decided": decided(frame, found.x, usual), "cases": pl.DataFrame(named)}
    meta = {**result.meta, "hedge": told(frame, found, losses, fresh, scenarios)}
    meta["hedge"]["complete"] = len(losses) == LOSSES and int(np.isfinite(fresh.gaps).sum()) == batches
    return replace(result, tables={**result.tables, **extra}, meta=meta)


def _searched(
    frame: Frame, scenarios: int, usual: Floats, deadline: float | None, say: Callable[[str], None]
) -> tuple[Hedge, Cases, list[LP]]:
    """What to decide now, the cases it is made for, and these with nothing decided before.

    Raises:
        OutOfTime: the deadline came before any decisions had a value.
    """
    say(f"{scenarios} cases")
    problem, free = frame.problem(scenarios, 1, frame.tables.config.seed, deadline=deadline)
    say("what to decide now")
    cases = Cases.of(problem.outcomes)
    found = hedge(
        problem, frame.risk, start=usual, gap=GAP, deadline=deadline, cost=priced(frame), slack=SLACK, cases=cases
    )
    return settled(frame, found, usual, cases, deadline), cases, free


def _search_until(deadline: float | None, took: float) -> float | None:
    """When the search ends, so that there is time for the plan that keeps to what it finds: as long as one took."""
    if deadline is None:
        return None
    rest = max(deadline - time.monotonic(), 0.0)
    return deadline - min(max(took, KEPT_FOR_PLAN * rest), rest / 2)


def _unhedged_plan(tables: Tables, deadline: float | None, most_memory: float | None) -> Plan:
    """The best plan for the numbers in the tables in the time that is left, and that no hedge was found in it."""
    rest = None if deadline is None else max(deadline - time.monotonic(), 0.0)
    result = plan(tables, tests=False, time_limit=rest, most_memory=most_memory)
    return replace(result, status="time limit", meta={**result.meta, "unhedged": True})


def _compared(found: Hedge, usual: Floats, cases: Cases, free: list[LP], deadline: float | None) -> dict[str, Floats]:
    """Loss of each case after the decisions, after those without a hedge, and known first; as far as time allows."""
    losses = {"hedged": found.losses}
    with suppress(OutOfTime):
        losses["usual"] = cases.after(usual, deadline)[0]
        losses["known"] = np.array([_alone(lp, deadline) for lp in free])
    return losses


def framed(tables: Tables, level: float, until: float) -> Frame:
    """The program of the plan and what of it is decided now; later decisions may be fractions."""
    case = derive(tables)
    lp, cols = write(case)
    lp = first_wishes(case, lp, cols)
    now = Now.of(case, cols, until)
    lp = replace(lp, integer=lp.integer[np.isin(lp.integer, now.column)])
    return Frame(tables, case, cols, lp, now, until, Risk(level, SHARE if level > 0 else 1.0))


def settled(frame: Frame, found: Hedge, usual: Floats, cases: Cases, deadline: float | None = None) -> Hedge:
    """The decisions with those that hardly differ from the plan without a hedge made equal to it, if that is as good.

    A search stops a little beside its best; a thousandth of a build less would move dates for nothing.
    """
    now, x = frame.now.column, found.x.copy()
    near = np.abs(x[now] - usual[now]) <= NEAR * np.maximum(1.0, usual[now])
    x[now[near]] = usual[now[near]]
    burden = unit(frame.lp, int(frame.cols["burden"].offset[0]))
    try:
        if not solve(held(frame.lp, frame.now, x).minimising(burden), left(deadline)).usable:
            return found
        losses = cases.after(x, deadline)[0]
    except OutOfTime:
        return found
    value = frame.risk.of(losses, np.full(len(losses), 1 / len(losses)))
    return replace(found, x=x, value=value, losses=losses) if value <= found.value * (1 + GAP) else found


def priced(frame: Frame) -> Floats:
    """What each decision costs, beside what all that could be done of the dearest would cost, shape (columns,)."""
    case, cols, cost = frame.case, frame.cols, np.zeros(frame.lp.shape[1])
    builds, gates = case.tables["builds"], case.tables["gates"]
    even = np.zeros((1, case.calendar.periods))
    prices = {
        "build": (case.money.build, builds.max),
        "risk": (case.money.build, builds.max),
        "make": (case.money.make, case.most_starts),
        "test": (gates.cost[:, None] + even, np.ones(len(gates))),
        "open": (gates.cost[:, None] + even, np.ones(len(gates))),
        "hire": (np.zeros_like(case.people.most), case.people.most.sum(axis=1)),
    }
    whole = [price.max(initial=0, axis=1) * np.where(np.isfinite(most), most, 0) for price, most in prices.values()]
    dearest = max((float(one.max(initial=0)) for one in whole), default=0.0) or 1.0
    for name in DECIDED:
        block, (price, most) = cols[name], prices[name]
        terms = block.terms
        element = terms.at[block.axis.name]
        period = terms.at["period"] if block.period is not None else 0 * element
        size = np.where(np.isfinite(most) & (most > 0), most, 1.0)[element]
        cost[terms.column] = price[element, period] / dearest + SMALL / size
    chosen = np.zeros(len(cost))
    chosen[frame.now.column] = cost[frame.now.column]
    return chosen


def held(lp: LP, now: Now, x: Floats) -> LP:
    """The program in which what is decided now is decided so."""
    lower, upper = lp.lower.copy(), lp.upper.copy()
    value = np.clip(x[now.column], lower[now.column], upper[now.column])
    whole = np.isin(now.column, lp.integer)
    lower[now.column] = upper[now.column] = np.where(whole, np.round(value), np.where(value < NOTHING, 0.0, value))
    return lp.within(lower=lower, upper=upper)


NOTHING = 1e-7
"""Decisions below this are the solver's rounding."""


def _alone(lp: LP, deadline: float | None) -> float:
    """Weighed wait in a case if it were known first."""
    answer = solve(lp, left(deadline))
    if answer.status == "time limit":
        raise OutOfTime
    if not answer.usable:
        raise RuntimeError(f"a case is {answer.status}")
    return answer.objective


@dataclass(frozen=True, eq=False)
class Fresh:
    """Cases that the decisions were not made for.

    Attributes:
        hedged: weighed wait after the decisions, shape (cases,).
        usual: the same after those of the plan without a hedge.
        gaps: estimate of the gap in each batch there was time for; infinite where it ran out before it had a bound.
    """

    hedged: Floats
    usual: Floats
    gaps: Floats

    @property
    def gap(self) -> tuple[float | None, float | None]:
        """Mean of the gap, and what it is below with odds of ``HIT_RATE``; None with fewer than two batches done."""
        from scipy import special

        done = self.gaps[np.isfinite(self.gaps)]
        count = len(done)
        if count < LEAST:
            return None, None
        error = float(done.std(ddof=1)) / count**0.5
        mean = float(done.mean())
        return mean, mean + float(special.stdtrit(count - 1, HIT_RATE)) * error


def fresh_batches(frame: Frame, found: Hedge, usual: Floats, batches: int, deadline: float | None) -> Fresh:
    """Mak, Morton & Wood: the decisions against the best ones of each batch, by the same cases.

    The value at risk is a decision, too, and stays that of the cases the decisions were made for.
    """
    seed, at = frame.tables.config.seed + 1, _value_at_risk(found, frame.risk)
    hedges, usuals, gaps = [], [], []
    for batch in range(batches):
        try:
            problem, _ = frame.problem(batches * BATCH, batches, seed, batch, deadline)
            cases = Cases.of(problem.outcomes)
            mine, theirs = cases.after(found.x, deadline)[0], cases.after(usual, deadline)[0]
            hedges.append(mine)
            usuals.append(theirs)
            bound = hedge(problem, frame.risk, start=found.x, gap=ROUGH, deadline=deadline, cases=cases).bound
        except OutOfTime:
            break
        gaps.append(_paid(mine, at, frame.risk) - bound)
    none = np.zeros(0)
    return Fresh(np.concatenate([none, *hedges]), np.concatenate([none, *usuals]), np.array(gaps))


def _value_at_risk(found: Hedge, risk: Risk) -> float:
    """Loss above which the worst cases lie."""
    return float(np.quantile(found.losses, risk.level, method="inverted_cdf")) if 0 < risk.level < 1 else 0.0


def _paid(losses: Floats, at: float, risk: Risk) -> float:
    """Mean over cases of what the objective counts, with the value at risk ``at``."""
    if risk.level == 0:
        return float(losses.mean())
    if risk.level >= 1:
        return risk.of(losses, np.full(len(losses), 1 / len(losses)))
    tail = at + np.maximum(losses - at, 0.0).mean() / (1 - risk.level)
    return float((1 - risk.share) * losses.mean() + risk.share * tail)


def told(frame: Frame, found: Hedge, losses: dict[str, Floats], fresh: Fresh, scenarios: int) -> dict[str, Any]:
    """Everything about the hedge that the answer prints, in days of mean wait."""
    level = frame.risk.level
    worst = Risk(level)

    def pair(values: Floats) -> dict[str, float]:
        odds = np.full(len(values), 1 / len(values))
        return {"expected": float(values.mean()), "worst": worst.of(values, odds)}

    mean, most = fresh.gap
    drawn = {name: pair(values) for name, values in losses.items()}
    other = {"hedged": pair(fresh.hedged), "usual": pair(fresh.usual)} if len(fresh.hedged) else {}
    return {
        "level": level,
        "share": frame.risk.share,
        "scenarios": scenarios,
        "until": frame.case.calendar.date(frame.until).isoformat(),
        "value": found.value,
        "bound": found.bound if np.isfinite(found.bound) else None,
        "status": found.status,
        "rounds": found.rounds,
        "solved": found.solved,
        "drawn": drawn,
        "fresh": {**other, "cases": len(fresh.hedged), "batches": int(np.isfinite(fresh.gaps).sum())},
        "gap": {"mean": mean, "most": most, "hit_rate": HIT_RATE},
        "evpi": drawn["hedged"]["expected"] - drawn["known"]["expected"] if "known" in drawn else None,
        "vss": {name: other["usual"][name] - other["hedged"][name] for name in ("expected", "worst") if other},
        "assumptions": {"long_lead_d": LONG_LEAD_D, "later_class": LATER, "now_d": frame.until},
    }


def decided(frame: Frame, x: Floats, usual: Floats) -> pl.DataFrame:
    """What is decided now: kind, key, period (1-based), amount, and the amount without a hedge; where either is."""
    rows = []
    chosen = set(frame.now.column.tolist())
    for name in DECIDED:
        block = frame.cols[name]
        terms = block.terms
        period = terms.at["period"] + 1 if block.period is not None else np.zeros(len(terms), np.int64)
        for column, element, when in zip(terms.column, terms.at[block.axis.name], period, strict=True):
            amounts = float(x[column]), float(usual[column])
            if int(column) in chosen and max(amounts) > NOTHING:
                rows.append((name, block.axis.labels[element], int(when), *amounts))
    schema = {"kind": pl.String, "key": pl.String, "period": pl.Int64, "amount": pl.Float64, "usual": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")


def _refuse(tables: Tables, level: float, until: float) -> None:
    """Refuse what cannot be hedged: first what was asked, then what the scenario lacks."""
    horizon, found = tables.config.horizon_d, []
    if not 0 <= level <= 1:
        said = "the level cannot be read" if np.isnan(level) else f"`cvar={level:g}` is no share of cases"
        help_ = "0.8: the worst fifth of the cases counts; 0: all alike; 1: the worst alone"
        found.append(_finding("FR750", "level outside its range", said, "`cvar=0` to `cvar=1`", help_))
    if not 0 < until < horizon:
        when, end = (tables.config.start + timedelta(days=days) for days in (until, horizon))
        allowed = f"after {tables.config.start} and before {end}, when the plan ends"
        found.append(_finding("FR752", "day of decision outside the plan", f"{when}", allowed, "give a day inside"))
    found = found or list(_unhedged(tables))
    if found:
        raise Refused(found)


def _unhedged(tables: Tables) -> Iterator[Finding]:
    """What of a scenario a hedge does not know, or that there is nothing to hedge against."""
    said = "a process that learns" if any(row["progress"] < 1 for row in tables.rows("processes")) else ""
    said = "a need without a quantity" if tables.open_needs else said
    if said:
        yield _finding("FR753", "not hedged yet", f"{said} has no hedge yet", "", "plan without `--hedge`")
    elif not len(tables.frames["uncertainty"]) and not len(tables.frames["risks"]):
        said = "no range in `uncertainty` and no event in `risks`: there is one case, and nothing to hedge"
        advice = "add ranges, or plan without `--hedge`"
        yield _finding("FR751", "nothing is uncertain", said, "at least one row in either", advice, "uncertainty")


def _finding(code: str, title: str, found: str, allowed: str, advice: str, table: str = SCENARIO) -> Finding:
    return Finding(code, Severity.ERROR, title, table=table, found=found, allowed=allowed, help=advice)


def _refuse_nothing(frame: Frame) -> None:
    if not len(frame.now.column):
        said = f"no build, hire, test, paid gate or order of long lead can begin before day {frame.until:g}"
        help_ = "give a later day (`--now`), or plan without"
        raise Refused([_finding("FR755", "nothing to decide now", said, "", help_)])


def _refuse_size(tables: Tables, case: Case, scenarios: int, most: float) -> None:
    needed = estimate(case).memory * (scenarios + 1)
    if needed > most:
        said = f"{scenarios} cases need about {needed / memory.GIB:.1f} GiB of memory"
        fits = int(most / estimate(case).memory) - 1
        allowed = f"at most {most / memory.GIB:.1f} GiB: {max(fits, 0)} cases"
        raise Refused(
            [
                _finding(
                    "FR754",
                    "too many cases for the memory",
                    said,
                    allowed,
                    "take fewer cases, or longer periods later on (`calendar`)",
                )
            ]
        )
