"""What to buy against cuts, under a budget: loss avoided per money, what each measure does alone, what overlaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from fullrate.draws import stream
from fullrate.findings import Finding, Refused, Severity
from fullrate.planning.measures import Measure, measures
from fullrate.planning.mitigating import Blow, Desk, Point, Shop
from fullrate.planning.twostage import Risk
from fullrate.results import Plan, Study
from fullrate.studies.stress.bought import WORST, odds_with
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.policy import Policy
from fullrate.tables import Tables

LEVEL = 0.8
"""The worst fifth of the cases counts, unless told otherwise: an assumption that answers print."""
OUTSIDE = 0.3
"""Share of the cases other than regions that purchases are not made for; regions hit much at once and are all in."""
FEW = 5
"""Cases below which none is kept out."""
STEPS = 8
"""Budgets of the curve."""
PAIRED = 4
"""Measures, the best ones, whose pairs are asked for overlaps."""


def mitigate(
    tables: Tables,
    plan: Plan,
    cases: Sequence[Case],
    budget: float,
    *,
    level: float = LEVEL,
    policy: str = "blind",
    samples: int = 0,
    seed: int | None = None,
    chosen: Sequence[Measure] | None = None,
    say: Callable[[str], None] = lambda step: None,
) -> Study:
    """What to buy with a budget so that cuts cost least.

    The loss of a case is the growth of the mean wait in days that the cut brings, against the same decisions without
    the cut and without purchases; a later class counts a hundredth of the one before it. Purchases are there at the
    start and paid from a budget of their own. All cases weigh the same, since odds of such events are not known.

    Args:
        tables: what the plan was made from.
        plan: the plan.
        cases: what is cut off together in each case.
        budget: money, in millions of the currency.
        level: the worst ``1 - level`` of the cases count; 0: all, 1: the worst alone.
        policy: who knows of a cut when, as for stress.
        samples: executions for the odds of the worst cases with the purchases of the whole budget and without; 0: none.
        seed: seed of all draws; by default that of the scenario.
        chosen: what is for sale; by default the table ``mitigations``, or what the scenario has prices for.
        say: told what is done next.

    Raises:
        Refused: there is nothing to buy, nothing to buy against, or the budget is not above zero; odds of what is not
            executed.
        ValueError: there is no such policy.
    """
    offered = measures(tables) if chosen is None else list(chosen)
    _refuse(offered, budget, level)
    _refuse_nothing(cases)
    if samples:
        from fullrate.simulate import refuse_left_out

        refuse_left_out(tables)
    ground, out = Ground(tables, plan, Policy.parsed(policy), say), kept_out(tables, cases)
    shop = _shop(ground, offered, cases, out, level)
    points = _points(shop, budget, say)
    say("each measure alone")
    alone = _alone(shop, budget)
    found = {
        "curve": _curve(points),
        "bought": _bought(offered, points),
        "alone": alone,
        "overlaps": _overlaps(shop, alone, budget),
        "losses": _losses([case.name for case in cases], out, points),
    }
    meta = _meta(ground, points, cases, out, offered) | {"budget": budget, "level": level}
    if samples:
        amounts = dict(zip(offered, points[-1].amounts.tolist(), strict=True))
        found["odds"], drawn = _odds(ground, cases, found["losses"], amounts, samples, seed)
        meta |= drawn
    return Study("mitigation", found, meta)


def _shop(ground: Ground, offered: Sequence[Measure], cases: Sequence[Case], out: Sequence[int], level: float) -> Shop:
    """What is for sale and the cases to buy for, all of the same weight."""
    ground.say(f"{len(offered)} measures")
    desk = Desk.of(ground.tables, ground.plan, offered)
    ground.say(f"{len(cases)} cases")
    blows = [Blow(case.name, case.cuts, ground.held(case.cuts)) for case in cases]
    return Shop.of(desk, blows, np.full(len(blows), 1 / len(blows)), out, Risk(level))


def _points(shop: Shop, budget: float, say: Callable[[str], None]) -> list[Point]:
    """What is bought with nothing, and with each of ``STEPS`` budgets up to the one given."""
    nothing = np.zeros(len(shop.cost))
    points = [Point(0.0, nothing, 0.0, shop.within(0.0).found, shop.beside(nothing))]
    for step in range(1, STEPS + 1):
        say(f"budget {step} of {STEPS}")
        points.append(shop.within(budget * step / STEPS, points[-1].amounts))
    return points


def _odds(
    ground: Ground,
    cases: Sequence[Case],
    losses: pl.DataFrame,
    amounts: dict[Measure, float],
    samples: int,
    seed: int | None,
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Odds of the cases that cost most without purchases."""
    named = {case.name: case for case in cases}
    return odds_with(ground, [named[name] for name in losses["case"][:WORST]], amounts, samples, seed)


def kept_out(tables: Tables, cases: Sequence[Case]) -> list[int]:
    """Cases that purchases are not made for: a share of all, drawn by name, never a region."""
    lone = [at for at, case in enumerate(cases) if all(one.kind != "region" for one in case.cuts)]
    count = round(OUTSIDE * len(lone)) if len(cases) >= FEW else 0
    luck = stream(tables.config.seed, "mitigation", "kept out")
    return sorted(int(at) for at in luck.choice(lone, count, replace=False)) if count else []


def _meta(
    ground: Ground, points: list[Point], cases: Sequence[Case], out: list[int], offered: list[Measure]
) -> dict[str, Any]:
    """What a reader has to know beside the tables."""
    return {
        "policy": str(ground.policy),
        "cases": len(cases),
        "outside": len(out),
        "measures": len(offered),
        "assumed": sum(one.assumed for one in offered),
        "gap_d": max(point.found.value - point.found.bound for point in points),
        "programs_solved": points[-1].found.solved,
        "currency": ground.tables.config.currency,
        "as_of": ground.tables.config.as_of,
        "classes": len(set(ground.plan.table("waits")["class"].to_list())),
    }


def _curve(points: list[Point]) -> pl.DataFrame:
    """One row per budget: what is minimised, the mean and the worst case, and the same in cases kept out."""
    rows = []
    for point in points:
        losses, outside = point.found.losses, point.outside
        rows.append(
            {
                "budget": point.budget,
                "spent": point.spent,
                "loss_d": point.found.value,
                "avoided_d": points[0].found.value - point.found.value,
                "mean_d": float(losses.mean()),
                "worst_d": float(losses.max()),
                "outside_mean_d": float(outside.mean()) if len(outside) else None,
                "outside_worst_d": float(outside.max()) if len(outside) else None,
            }
        )
    return pl.DataFrame(rows, dict.fromkeys(rows[0], pl.Float64))


def _bought(offered: list[Measure], points: list[Point]) -> pl.DataFrame:
    """What each budget buys."""
    schema = {"budget": pl.Float64, **TOLD, "amount": pl.Float64, "money": pl.Float64}
    rows = [
        (point.budget, *_told(one), float(amount), float(amount) * one.cost)
        for point in points
        for one, amount in zip(offered, point.amounts, strict=True)
        if amount > 0
    ]
    return pl.DataFrame(rows, schema, orient="row")


TOLD = {"measure": pl.String, "kind": pl.String, "target": pl.String, "site": pl.String, "assumed": pl.Boolean}
"""What a table says of a measure."""


def _told(one: Measure) -> tuple[str, str, str, str, bool]:
    return one.name, one.kind, one.target, one.site, one.assumed


def _alone(shop: Shop, budget: float) -> pl.DataFrame:
    """What each measure does alone, as much of it as helps with the whole budget, the best per money first."""
    schema = {**TOLD, "amount": pl.Float64, "money": pl.Float64, "avoided_d": pl.Float64, "per_million_d": pl.Float64}
    before, rows = shop.worth(np.zeros(len(shop.cost))), []
    for at, one in enumerate(shop.desk.measures):
        point = shop.only((at,), budget)
        avoided = before - point.found.value
        rows.append((*_told(one), float(point.amounts[at]), point.spent, avoided, _each(avoided, point.spent)))
    frame = pl.DataFrame(rows, schema, orient="row")
    return frame.sort("avoided_d", "money", "measure", descending=[True, False, False])


def _each(avoided: float, spent: float) -> float | None:
    return avoided / spent if spent > 0 else None


def _overlaps(shop: Shop, alone: pl.DataFrame, budget: float) -> pl.DataFrame:
    """Pairs of the best measures, each bought as if alone: what both avoid together, and what they avoid twice."""
    schema = {"first": pl.String, "second": pl.String, "together_d": pl.Float64, "overlap_d": pl.Float64}
    names = {one.name: at for at, one in enumerate(shop.desk.measures)}
    before, rows = shop.worth(np.zeros(len(shop.cost))), []
    best = [row for row in alone.iter_rows(named=True) if row["avoided_d"] > 0][:PAIRED]
    for a, b in combinations(best, 2):
        amounts = np.zeros(len(shop.cost))
        amounts[names[a["measure"]]], amounts[names[b["measure"]]] = a["amount"], b["amount"]
        together = before - shop.worth(amounts)
        rows.append((a["measure"], b["measure"], together, a["avoided_d"] + b["avoided_d"] - together))
    return pl.DataFrame(rows, schema, orient="row").sort("overlap_d", descending=True)


def _losses(names: list[str], out: list[int], points: list[Point]) -> pl.DataFrame:
    """Loss of every case without purchases and with those of the whole budget, the dearest without them first."""
    inside = [at for at in range(len(names)) if at not in out]
    schema = {"case": pl.String, "outside": pl.Boolean, "without_d": pl.Float64, "with_d": pl.Float64}
    first, last, rows = points[0], points[-1], []
    for places, before, after in (
        (inside, first.found.losses, last.found.losses),
        (out, first.outside, last.outside),
    ):
        for at, without, left in zip(places, before, after, strict=True):
            rows.append((names[at], places is out, float(without), float(left)))
    return pl.DataFrame(rows, schema, orient="row").sort("without_d", descending=True)


def _refuse_nothing(cases: Sequence[Case]) -> None:
    """Refuse to buy against nothing."""
    if not cases:
        raise Refused(
            [
                Finding(
                    "FR720",
                    Severity.ERROR,
                    "cut of nothing: the plan uses nothing",
                    found="no case to buy against",
                    allowed="at least one thing that the plan uses, or that is named",
                    help="look at the plan first; or name what may be cut off with `--cut` or `--set`",
                )
            ]
        )


def _refuse(offered: list[Measure], budget: float, level: float) -> None:
    """Refuse what leaves nothing to choose: first what was asked, then what the scenario lacks."""
    found = []
    if not budget > 0:
        allowed = "millions of the currency, above zero"
        found.append(Finding("FR759", Severity.ERROR, "budget of nothing", found=f"`{budget:g}`", allowed=allowed))
    if not 0 <= level <= 1:
        found.append(
            Finding("FR750", Severity.ERROR, "level outside its range", found=f"`{level:g}`", allowed="0 to 1")
        )
    if not offered and not found:
        found.append(
            Finding(
                "FR757",
                Severity.ERROR,
                "nothing to buy",
                table="mitigations",
                found="there is no row in `mitigations`, and no build, gate or input with a price",
                allowed="at least one thing with a cost",
                help="write what could be bought, where, and at what cost into mitigations.csv",
            )
        )
    if found:
        raise Refused(found)
