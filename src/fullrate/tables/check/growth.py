"""Rules of reliability growth: failures in order, enough of them, and a target that growth can reach."""

from __future__ import annotations

from collections.abc import Iterator
from math import log

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

FEWEST = 3
"""Failures below which no growth can be fitted: with two, what they leave open has no end."""


def growth(tables: Tables) -> Iterator[Problem]:
    """Every problem of failures and targets."""
    gates, failures = tables.frames["gates"], tables.frames["failures"]
    sound = failures.filter(pl.col("hours") > 0)
    seen = dict(sound.group_by("gate").agg("hours").iter_rows())
    yield from _order(failures)
    for row, (gate, target) in enumerate(gates.select("gate", "mtbf_target").iter_rows()):
        times = sorted(seen.get(gate, []))
        if target is None:
            continue
        if len(times) < FEWEST:
            yield Problem(
                "FR355",
                "target without failures",
                "gates",
                row,
                "mtbf_target",
                found=f"failures.csv has {len(times)} of `{gate}`; growth is fitted to them",
                allowed=f"blank, or a target for a gate with {FEWEST} failures or more",
                help="write the test hours of every failure into failures.csv, or state the days in `duration_d`",
            )
            continue
        logs = sum(log(times[-1] / hours) for hours in times)
        beta = len(times) / logs if logs > 0 else float("inf")
        now = times[-1] / len(times) / beta
        if beta >= 1 and target > now:
            yield Problem(
                "FR356",
                "target that growth never reaches",
                "gates",
                row,
                "mtbf_target",
                found=f"failures of `{gate}` do not get rarer (exponent {beta:.2f}) and now come every {now:.3g} h",
                allowed=f"at most {now:.3g}, or a test in which failures get rarer",
                help="more of the same test does not help: the design must change, and failures counted from then on",
            )
    targets = gates.filter(pl.col("mtbf_target").is_not_null())["gate"]
    idle = failures["gate"].is_in(gates["gate"].implode()) & ~failures["gate"].is_in(targets.implode())
    for row in rows_where(idle & failures["gate"].is_first_distinct()):
        yield Problem(
            "FR358",
            "failures without a target",
            "failures",
            row,
            "gate",
            found=f"`{failures['gate'][row]}` has no `mtbf_target`, so its failures change nothing",
            help="write the mean time between failures to be reached into gates.csv",
        )


def _order(failures: pl.DataFrame) -> Iterator[Problem]:
    """Failures of a gate stand in the order in which they came; else an hour is likely to be mistyped."""
    before: dict[str, float] = {}
    for row, (gate, hours) in enumerate(failures.select("gate", "hours").iter_rows()):
        if gate is None or hours is None:
            continue
        if hours < before.get(gate, 0.0):
            yield Problem(
                "FR357",
                "failures out of order",
                "failures",
                row,
                "hours",
                found=f"{hours:.10g} h comes after {before[gate]:.10g} h of the same test `{gate}`",
                allowed=f"more than {before[gate]:.10g}",
                help="hours count from the beginning of the test, all articles together, not from the last failure",
            )
        before[gate] = max(hours, before.get(gate, 0.0))
