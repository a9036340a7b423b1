"""Hindcast: every announcement forecast at its day with nothing later, and scored against what came.

A case is a record. Its headline promise gives the scores; its other promises are forecast and shown as well. The
reference are the cases that come with the program, less the programme itself, so that nothing in a folder of records
but the rows known on the day can change a forecast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePath
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate import score
from fullrate.draws import stream
from fullrate.draws.history import RATIO_CAP, Past
from fullrate.forecast.baselines import NAMES, SHARE_FLOOR, Marginals, baselines
from fullrate.forecast.classes import reference
from fullrate.forecast.known import Promise, headline, known_on, promises
from fullrate.forecast.outcome import Outcome, outcome
from fullrate.forecast.outlook import Forecast, forecast
from fullrate.results import Study
from fullrate.tables.surge import Surge

Floats = NDArray[np.float64]

OURS = "class model"
PARTS = (0.25, 0.5, 0.75)
"""Parts of the announced time after which headline promises are forecast again."""

LEVELS = (0.5, 0.8, 0.95)
"""Central intervals whose hit rates are counted."""


@dataclass(frozen=True, eq=False)
class Replay:
    """One promise, what was forecast of it on its day, and what came."""

    name: str
    surge: Surge
    promise: Promise
    made: Forecast
    others: dict[str, Marginals | None]
    came: Outcome


def hindcast(
    surges: Sequence[Surge], cases: Sequence[Past] | None = None, seed: int = 0, say: Callable[[str], object] = str
) -> Study:
    """Replay and score every complete promise of some records.

    Args:
        surges: the records.
        cases: the reference; those that come with the program if None.
        seed: of forecasts and bootstrap.
        say: told the record at work.

    Returns:
        A study with the tables ``promises``, ``scores``, ``summary``, ``skill``, ``reliability``,
        ``updated``, ``revised`` and ``left_out``.
    """
    pasts = reference() if cases is None else tuple(cases)
    replays: list[Replay] = []
    left: list[dict[str, str]] = []
    for name, surge in zip(_names(surges), surges, strict=True):
        say(name)
        found = [replay(surge, one, pasts, seed, name) for one in promises(surge) if one.complete]
        replays += found
        if not found:
            left.append({"slug": name, "why": "no promise has a quantity and a date after its announcement"})
        elif not any(one.promise.headline for one in found):
            left.append({"slug": name, "why": "its headline has no quantity or no date; others are shown"})
    scores = _scores(replays)
    tables = {
        "promises": _promises(replays),
        "scores": scores,
        "summary": _summary(scores),
        "skill": _skill(scores, seed),
        "reliability": _reliability(replays),
        "updated": _updated(surges, pasts, seed),
        "revised": _revised(surges, pasts, seed),
        "left_out": pl.DataFrame(left, {"slug": pl.String, "why": pl.String}),
    }
    heads = [one for one in replays if one.promise.headline]
    return Study("hindcast", tables, _meta(heads, len(replays), pasts, seed))


def _names(surges: Sequence[Surge]) -> list[str]:
    """Slugs, with the folder where two records bear the same one."""
    slugs = [surge.case.slug for surge in surges]
    return [
        slug if slugs.count(slug) == 1 else f"{slug} ({PurePath(surge.folder).name})"
        for slug, surge in zip(slugs, surges, strict=True)
    ]


def replay(surge: Surge, promise: Promise, cases: Sequence[Past], seed: int = 0, name: str = "") -> Replay:
    """A promise forecast as of the day it was made, and what came of it."""
    if promise.announced_on is None:
        raise ValueError("a promise without a day cannot be replayed")
    known = known_on(surge, promise, promise.announced_on)
    made, simple = forecast(known, cases, seed=seed), baselines(known, cases)
    return Replay(name or surge.case.slug, surge, promise, made, simple, outcome(surge, promise))


def _meta(heads: Sequence[Replay], count: int, cases: Sequence[Past], seed: int) -> dict[str, Any]:
    scored = [one for one in heads if one.came.share is not None]
    hits = sum(_hit(np.log(_kept_off(one.made.share)), _log_share(one.came), 0.8) for one in scored)
    return {
        "cases": len(heads),
        "scored": len(scored),
        "promises": count,
        "kept": sum(one.came.kept is True for one in heads),
        "median_share": float(np.median([one.came.share for one in scored])) if scored else None,
        "hits_80": int(hits),
        "band_80": list(score.hit_band(len(scored), 0.8)) if scored else None,
        "reference": len(cases),
        "samples": len(heads[0].made.share) if heads else 0,
        "seed": seed,
    }


def _kept_off(share: Floats) -> Floats:
    kept: Floats = np.maximum(share, SHARE_FLOOR)
    return kept


def _log_share(came: Outcome) -> float:
    return math.log(max(came.share or 0.0, SHARE_FLOOR))


def _hit(ensemble: Floats, value: float, level: float) -> bool:
    low, high = score.interval(ensemble, level)
    return low <= value <= high


def _scores(replays: Iterable[Replay]) -> pl.DataFrame:
    """One row a promise, forecaster and measure."""
    rows = []
    for one in replays:
        ours = {OURS: Marginals(one.made.share, one.made.ratio)}
        for name, marginals in {**ours, **one.others}.items():
            if marginals is not None:
                facts = (one.name, one.promise.row, one.promise.headline, name)
                rows += [(*facts, measure, value) for measure, value in _measures(marginals, one.came)]
    schema = {
        "slug": pl.String,
        "row": pl.Int64,
        "headline": pl.Boolean,
        "forecaster": pl.String,
        "measure": pl.String,
        "score": pl.Float64,
    }
    return pl.DataFrame(rows, schema, orient="row")


def _measures(marginals: Marginals, came: Outcome) -> Iterable[tuple[str, float]]:
    """Every score that the outcome allows."""
    if came.share is not None:
        logs, value = np.log(_kept_off(marginals.share)), _log_share(came)
        yield "crps_share", score.crps(logs, value)
        for level in LEVELS:
            yield f"interval_{level * 100:.0f}_share", score.interval_score(*score.interval(logs, level), value, level)
            yield f"hit_{level * 100:.0f}_share", float(_hit(logs, value, level))
        yield "pit_share", score.pit(logs, value)
        low, high = score.interval(logs, 0.8)
        yield "sharpness_share", high - low
    bound = came.ratio is None and came.beyond is not None and came.beyond >= 1.0
    if came.ratio is not None or bound:
        cap = math.log(RATIO_CAP if came.ratio is not None else came.beyond or 1.0)
        logs = np.log(np.clip(marginals.ratio, 1e-3, RATIO_CAP))
        value = math.log(came.ratio) if came.ratio is not None else cap
        yield "crps_ratio", score.threshold_crps(logs, value, cap)
        if came.ratio is not None:
            yield "hit_80_ratio", float(_hit(logs, value, 0.8))
            yield "pit_ratio", score.pit(logs, value)
    if came.kept is not None:
        odds = float((marginals.ratio <= 1.0).mean())
        yield "brier", score.brier(odds, came.kept)
        yield "log", score.log_score(odds, came.kept)


def _summary(scores: pl.DataFrame) -> pl.DataFrame:
    """Means by forecaster and measure, over headline promises and over all; every case counts once."""
    parts = []
    for over, chosen in (("headline", scores.filter("headline")), ("all", scores)):
        case = chosen.group_by("forecaster", "measure", "slug").agg(pl.len().alias("promises"), pl.col("score").mean())
        mean = case.group_by("forecaster", "measure").agg(
            pl.len().cast(pl.Int64).alias("cases"),
            pl.col("promises").sum().cast(pl.Int64),
            pl.col("score").mean().alias("mean"),
        )
        parts.append(mean.select(pl.lit(over).alias("over"), "forecaster", "measure", "cases", "promises", "mean"))
    return pl.concat(parts).sort("over", "measure", "forecaster", descending=[True, False, False])


def _skill(scores: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Skill of the class model over each baseline on the cases that both have, with 90 % bootstrap intervals."""
    rows = []
    for measure in ("crps_share", "crps_ratio", "brier"):
        for name in NAMES:
            both = _paired(scores.filter("headline"), measure, name)
            band = score.skill_band(both[OURS], both[name], stream(seed, "skill", measure, name)) if len(both) else None
            if band is not None:
                rows.append((measure, name, NAMES[name], len(both), band.value, band.low, band.high))
    schema = {"measure": pl.String, "baseline": pl.String, "what": pl.String, "cases": pl.Int64}
    return pl.DataFrame(rows, {**schema, "skill": pl.Float64, "low": pl.Float64, "high": pl.Float64}, orient="row")


def _paired(scores: pl.DataFrame, measure: str, baseline: str) -> pl.DataFrame:
    """Scores of the class model and of a baseline, one row a case, both there."""
    one = scores.filter((pl.col("measure") == measure) & pl.col("forecaster").is_in([OURS, baseline]))
    wide = one.pivot("forecaster", index="slug", values="score")
    return wide.drop_nulls() if {OURS, baseline} <= set(wide.columns) else wide.clear()


def _promises(replays: Iterable[Replay]) -> pl.DataFrame:
    """What was promised, forecast and came, one row a promise."""
    return pl.DataFrame([_row(one) for one in replays], infer_schema_length=None)


def _row(one: Replay) -> dict[str, Any]:
    promise, made, came = one.promise, one.made, one.came
    low, middle, high = (float(each) for each in np.quantile(made.share, [0.1, 0.5, 0.9], method="inverted_cdf"))
    early, half, late = (made.day(each) for each in (0.1, 0.5, 0.9))
    return {
        "slug": one.name,
        "title": one.surge.case.title,
        "kind": made.known.kind,
        "row": promise.row,
        "headline": promise.headline,
        "announced_on": promise.announced_on,
        "by_whom": promise.by_whom,
        "quantity": promise.quantity,
        "unit": promise.unit,
        "due": promise.due,
        "known_actuals": len(made.known.path),
        "cases": len(made.cases),
        "share_low": low,
        "share_median": middle,
        "share_high": high,
        "day_low": early,
        "day_median": half,
        "day_high": late,
        "odds_by_due": float((made.ratio <= 1.0).mean()),
        "share": came.share,
        "ratio": came.ratio,
        "beyond": came.beyond,
        "kept": came.kept,
        "demand_limited": came.demand_limited,
    }


def _reliability(replays: Iterable[Replay]) -> pl.DataFrame:
    """Odds of the promised date against how often it was kept, headline promises in five bins."""
    told = [(float((one.made.ratio <= 1.0).mean()), bool(one.came.kept)) for one in replays
            if one.promise.headline and one.came.kept is not None]  # fmt: skip
    rows = []
    for low in np.arange(5) / 5:
        inside = [(odds, kept) for odds, kept in told if low <= odds < low + 0.2 or (low == 0.8 and odds == 1.0)]
        mean = float(np.mean([odds for odds, _ in inside])) if inside else None
        rows.append((float(low), float(low + 0.2), len(inside), mean, sum(kept for _, kept in inside)))
    schema = {"from": pl.Float64, "to": pl.Float64, "cases": pl.Int64, "odds": pl.Float64, "kept": pl.Int64}
    return pl.DataFrame(rows, schema, orient="row")


def _updated(surges: Sequence[Surge], cases: Sequence[Past], seed: int) -> pl.DataFrame:
    """Headline promises forecast again on their way, where an actual had come by then: what actuals are worth.

    One row a part of the announced time: cases, hits of the 80 % range, mean CRPS of the logarithm of the share of the
    class model, the class alone and a straight line (where it could be drawn).
    """
    rows = []
    for part in PARTS:
        found = [one for one in (_again(surge, part, cases, seed) for surge in surges) if one is not None]
        line = [one[3] for one in found if one[3] is not None]
        means = [float(np.mean([one[at] for one in found])) if found else None for at in (1, 2)]
        hits = sum(one[0] for one in found)
        rows.append((part, len(found), hits, *means, len(line), float(np.mean(line)) if line else None))
    names = ("part", "cases", "hits_80", "crps_share", "crps_share_b4", "cases_b3", "crps_share_b3")
    types = (pl.Float64, pl.Int64, pl.Int64, pl.Float64, pl.Float64, pl.Int64, pl.Float64)
    return pl.DataFrame(rows, dict(zip(names, types, strict=True)), orient="row")


def _again(
    surge: Surge, part: float, cases: Sequence[Past], seed: int
) -> tuple[bool, float, float, float | None] | None:
    """Hit and scores of a headline promise forecast after a part of its time; None without an actual since."""
    promise = headline(surge)
    if promise is None or promise.announced_on is None:
        return None
    known = known_on(surge, promise, promise.announced_on + timedelta(days=round(part * promise.days)))
    came, made = outcome(surge, promise), forecast(known, cases, seed=seed)
    simple = baselines(known, cases)
    alone, line = simple["B4"], simple["B3"]
    if came.share is None or not made.misfit or alone is None:
        return None
    value, logs = _log_share(came), np.log(_kept_off(made.share))
    theirs = [None if one is None else score.crps(np.log(_kept_off(one.share)), value) for one in (alone, line)]
    return _hit(logs, value, 0.8), score.crps(logs, value), theirs[0] or 0.0, theirs[1]


def _revised(surges: Sequence[Surge], cases: Sequence[Past], seed: int) -> pl.DataFrame:
    """Headline promises forecast again after their figures had been revised, with the new figures and without them.

    One row a case and a part of the announced time: slug, part, as_of, said_quantity, said_due, came (share), crps,
    crps_without, held and held_without (whether the 80 % range held what came).
    """
    rows = []
    for name, surge in zip(_names(surges), surges, strict=True):
        head = headline(surge)
        came = None if head is None else outcome(surge, head)
        if head is None or head.announced_on is None or came is None or came.share is None:
            continue
        for part in PARTS:
            known = known_on(surge, head, head.announced_on + timedelta(days=round(part * head.days)))
            if known.revised is None:
                continue
            facts = (name, part, known.as_of, known.revised.quantity, known.revised.due, came.share)
            both = (forecast(one, cases, seed=seed) for one in (known, replace(known, revised=None)))
            logs, value = [np.log(_kept_off(one.share)) for one in both], _log_share(came)
            rows.append((*facts, *(score.crps(one, value) for one in logs), *(_hit(one, value, 0.8) for one in logs)))
    schema = {"slug": pl.String, "part": pl.Float64, "as_of": pl.Date, "said_quantity": pl.Float64, "said_due": pl.Date}
    schema |= {"came": pl.Float64, "crps": pl.Float64, "crps_without": pl.Float64}
    return pl.DataFrame(rows, {**schema, "held": pl.Boolean, "held_without": pl.Boolean}, orient="row")
