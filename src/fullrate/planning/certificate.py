"""A proof that a share of the need cannot be met by a date, which anybody can check without a solver.

The prices ``y`` of a linear program prove a bound: for every plan, coverage is a sum over its columns, and adding the
rows ``y`` times over turns that sum into ``y`` times the limits (weak duality; Farkas 1902, Dantzig 1963, ch. 6).
Checking it takes one sparse product and one dot product with the program written anew from the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.case import derive
from fullrate.lp.assemble import LP
from fullrate.lp.solve import solve
from fullrate.planning.dates import coverage_terms
from fullrate.planning.honoured import FIRST, honoured
from fullrate.rules import write
from fullrate.tables import Tables

Floats = NDArray[np.float64]

TOLERANCE = 1e-6
"""Share of the need by which rounding may weaken a proof."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """That class ``cls`` cannot have more than ``most`` of its need by the end of ``period`` (from 1).

    Attributes:
        kept: whether only of plans that keep protected floors and frozen orders in full; else of all.
        prices: what one more unit of each row's limit would add to the coverage, shape (rows,).
        terms: limits by what they contribute to the bound, largest first: rule, key, share.
    """

    cls: int
    period: int
    most: float
    prices: Floats
    terms: pl.DataFrame
    kept: bool = False


def _program(tables: Tables, cls: int, period: int, kept: bool) -> LP:
    case = derive(tables)
    case = replace(case, learning=case.learning.at_best())  # no plan learns more, so the bound holds for all
    lp, cols = write(case)  # who keeps protected floors and frozen orders can only have less than who does not
    lp = honoured(case, lp, cols, dict.fromkeys(FIRST, 0.0)) if kept else lp
    at = case.needs.cls.labels.index(str(cls))
    return lp.until(period).minimising(-coverage_terms(case, cols, lp, at, period - 1))


def certify(tables: Tables, cls: int, period: int, *, kept: bool = False) -> Certificate:
    """Solve for the most coverage by the end of a period and keep the prices. Raises RuntimeError if that fails.

    Whole numbers are relaxed, so the bound may be above what whole builds can do, never below.
    """
    lp = _program(tables, cls, period, kept)
    answer = solve(lp.relaxed())
    if not answer.sound:
        raise RuntimeError(f"the program of the certificate is {answer.status}")
    prices = -answer.row_dual
    most, _ = bound(lp, prices)
    return Certificate(cls, period, most, prices, _terms(lp, prices), kept)


def bound(lp: LP, prices: Floats) -> tuple[float, float]:
    """Most coverage that the prices prove, and how much of the proof rests on rounding.

    Args:
        lp: the program, its cost being minus the coverage.
        prices: of its rows, shape (rows,).
    """
    row = np.where(prices > 0, lp.row_upper, lp.row_lower)
    left = -lp.cost - lp.priced(prices)
    column = np.where(left > 0, lp.upper, lp.lower)
    loose = ~np.isfinite(row) & (prices != 0), ~np.isfinite(column) & (left != 0)
    proven = _sum(prices, row, loose[0]) + _sum(left, column, loose[1])
    missing = float(np.abs(prices[loose[0]]).sum() + (np.abs(left) * lp.scale)[loose[1]].sum())
    return proven, missing


def _sum(price: Floats, at: Floats, loose: NDArray[np.bool_]) -> float:
    some = ~loose & (price != 0)
    return float(price[some] @ at[some])


def verified(tables: Tables, certificate: Certificate) -> bool:
    """Whether the prices prove the bound, on the program written anew from the tables; no solver is asked."""
    lp = _program(tables, certificate.cls, certificate.period, certificate.kept)
    if lp.shape[0] != len(certificate.prices):
        return False
    most, missing = bound(lp, certificate.prices)
    return abs(most - certificate.most) <= TOLERANCE and missing <= TOLERANCE


def _terms(lp: LP, prices: Floats) -> pl.DataFrame:
    """What each limit contributes to the bound, by row block and key."""
    limit = np.where(prices > 0, lp.row_upper, lp.row_lower)
    share = np.where(np.isfinite(limit), prices * np.where(np.isfinite(limit), limit, 0.0), 0.0)
    found: dict[tuple[str, str], float] = {}
    for rows, begin in zip(lp.rows, lp.begins, strict=False):
        mine = share[begin : begin + len(rows)]
        some = np.flatnonzero(np.abs(mine) > TOLERANCE)
        for row, name in zip(some, rows.keys(some), strict=True):
            found[rows.name, name] = found.get((rows.name, name), 0.0) + float(mine[row])
    listed = sorted(((rule, key, value) for (rule, key), value in found.items()), key=lambda one: (-one[2], one))
    return pl.DataFrame(listed, schema={"rule": pl.String, "key": pl.String, "share": pl.Float64}, orient="row")
