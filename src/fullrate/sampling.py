"""Acceptance sampling by attributes: how often a lot passes, and what gets through.

A sample of ``n`` is drawn from a lot; up to ``c`` defective units in it and the lot is accepted, else every unit of it
is inspected and the defective ones are replaced (rectifying inspection). Source: Schilling & Neubauer 2009.
"""

from __future__ import annotations

from math import comb

STEP, ROUNDS = 1e-3, 80
"""Grid on which the worst defect rate is looked for, and bisections of the golden section that refine it."""
GOLDEN = (5**0.5 - 1) / 2


def accepted(defect: float, n: int, c: int) -> float:
    """Share of lots accepted when each unit is defective with odds ``defect`` (binomial: lots from a process).

    >>> round(accepted(0.04, 52, 3), 3)
    0.846
    """
    passed = sum(comb(n, k) * defect**k * (1 - defect) ** (n - k) for k in range(min(c, n) + 1))
    return min(passed, 1.0)


def accepted_lot(defects: int, lot: int, n: int, c: int) -> float:
    """Odds that one lot with so many defective units is accepted (hypergeometric: a single, small lot).

    Raises:
        ValueError: more defects, or a larger sample, than the lot has units.

    >>> round(accepted_lot(2, 20, 5, 0), 4)
    0.5526
    """
    if not (0 <= defects <= lot and 0 <= n <= lot):
        raise ValueError(f"{defects} defects and a sample of {n} in a lot of {lot}")
    most = min(c, defects, n)
    return sum(comb(defects, k) * comb(lot - defects, n - k) for k in range(most + 1) if n - k >= 0) / comb(lot, n)


def outgoing(defect: float, lot: float, n: int, c: int) -> float:
    """Average outgoing share of defects: what accepted lots bring outside their samples. Zero when all is inspected.

    >>> round(outgoing(0.06, 10_000, 52, 3), 4)
    0.037
    """
    return accepted(defect, n, c) * defect * max(lot - n, 0.0) / lot


def inspected(defect: float, lot: float, n: int, c: int) -> float:
    """Average number of units inspected per lot: the sample, and the rest of refused lots.

    >>> inspected(0.0, 10_000, 52, 3)
    52.0
    """
    return min(n, lot) + (1 - accepted(defect, n, c)) * max(lot - n, 0.0)


def worst_outgoing(lot: float, n: int, c: int) -> tuple[float, float]:
    """Largest outgoing share of defects whatever comes in (the limit, AOQL), and the incoming share that gives it."""
    steps = round(1 / STEP)
    at = max(range(steps + 1), key=lambda step: outgoing(step * STEP, lot, n, c)) * STEP
    low, high = max(at - STEP, 0.0), min(at + STEP, 1.0)
    for _ in range(ROUNDS):
        left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if outgoing(left, lot, n, c) < outgoing(right, lot, n, c):
            low = left
        else:
            high = right
    middle = (low + high) / 2
    return outgoing(middle, lot, n, c), middle


def screened(defect: float, detection: float, specificity: float) -> tuple[float, float]:
    """Share of units shipped, and share of defects in them, when every unit is tested once and refused ones are out.

    Args:
        defect: share of defects that comes in.
        detection: share of defective units that the test refuses.
        specificity: share of good units that it passes.

    >>> shipped, escaped = screened(0.1, 0.9, 0.98)
    >>> round(shipped, 3), round(escaped, 4)
    (0.892, 0.0112)
    """
    missed, good = defect * (1 - detection), (1 - defect) * specificity
    shipped = missed + good
    return shipped, missed / shipped if shipped else 0.0
