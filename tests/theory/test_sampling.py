"""Known values of acceptance sampling: a textbook plan, and the plans of the standard to the digits it prints."""

from __future__ import annotations

import csv
from math import comb
from pathlib import Path

import pytest

from fullrate import sampling

STANDARD = Path(__file__).resolve().parents[3] / "shared" / "data" / "iso2859_single"
LOT, N, C = 10_000, 52, 3
SHARES = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.10, 0.12)
ACCEPTED = (0.998, 0.980, 0.930, 0.846, 0.738, 0.620, 0.394, 0.223, 0.115)
OUTGOING = (0.0099, 0.0195, 0.0277, 0.0337, 0.0367, 0.0370, 0.0313, 0.0222, 0.0138)


def test_a_sample_of_52_with_three_defects() -> None:
    """The plan of the NIST/SEMATECH e-Handbook of Statistical Methods, 6.2.3.1."""
    for defect, accepted, outgoing in zip(SHARES, ACCEPTED, OUTGOING, strict=True):
        assert round(sampling.accepted(defect, N, C), 3) == accepted
        assert sampling.outgoing(defect, LOT, N, C) == pytest.approx(outgoing, abs=6e-5)
        expected = N + (1 - sampling.accepted(defect, N, C)) * (LOT - N)
        assert sampling.inspected(defect, LOT, N, C) == pytest.approx(expected, rel=1e-12)


def test_the_worst_that_gets_through() -> None:
    limit, at = sampling.worst_outgoing(LOT, N, C)
    assert limit == pytest.approx(0.037190, abs=5e-7)
    assert at == pytest.approx(0.0559, abs=5e-5)


def test_a_small_lot_by_counting_samples() -> None:
    """Two defects in twenty units, five drawn, none allowed: 8568 of 15504 samples."""
    assert sampling.accepted_lot(2, 20, 5, 0) == pytest.approx(comb(18, 5) / comb(20, 5), rel=1e-12)
    assert sampling.accepted_lot(0, 20, 5, 0) == 1.0
    assert sampling.accepted_lot(20, 20, 5, 4) == 0.0
    with pytest.raises(ValueError, match="sample of 21"):
        sampling.accepted_lot(1, 20, 21, 0)


def test_many_lots_of_a_process_mixed_are_binomial() -> None:
    """Lots of thirty whose units are defective at random: their hypergeometric odds average to the binomial ones."""
    lot, n, c, p = 30, 8, 1, 0.07
    weights = [comb(lot, d) * p**d * (1 - p) ** (lot - d) for d in range(lot + 1)]
    mean = sum(w * sampling.accepted_lot(d, lot, n, c) for d, w in enumerate(weights))
    assert mean == pytest.approx(sampling.accepted(p, n, c), rel=1e-12)
    left = sum(
        w * comb(d, k) * comb(lot - d, n - k) / comb(lot, n) * (d - k) / lot
        for d, w in enumerate(weights)
        for k in range(min(c, d) + 1)
    )
    assert left == pytest.approx(sampling.outgoing(p, lot, n, c), rel=1e-12)


def test_all_is_inspected_when_the_sample_is_the_lot() -> None:
    assert sampling.outgoing(0.3, 20, 20, 0) == 0.0
    assert sampling.outgoing(0.3, 20, 50, 0) == 0.0
    assert sampling.inspected(0.3, 20, 50, 0) == 20.0


def test_a_test_of_every_unit() -> None:
    """A tenth defective, 90 % of it found, 2 % of the good refused: 89.2 % shipped, 1.121 % of it defective."""
    shipped, escaped = sampling.screened(0.1, 0.9, 0.98)
    assert shipped == pytest.approx(0.892, rel=1e-12)
    assert escaped == pytest.approx(0.01 / 0.892, rel=1e-12)
    assert sampling.screened(0.0, 0.9, 0.0) == (0.0, 0.0)


def plan_of(inspection: str, letter: str, aql: str) -> tuple[int, int, int]:
    """Sample size, acceptance and rejection number of a plan of the standard."""
    if not STANDARD.is_dir():
        pytest.skip("the tables of the standard are not beside the checkout")
    with (STANDARD / "plans.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (row["inspection"], row["code_letter"], row["aql"]) == (inspection, letter, aql):
                return int(row["sample_size"]), int(row["accept"]), int(row["reject"])
    raise AssertionError(f"no plan {inspection} {letter} {aql}")


@pytest.mark.parametrize(
    ("inspection", "letter", "aql", "plan"),
    [
        ("normal", "J", "1.0", (80, 2, 3)),
        ("normal", "K", "2.5", (125, 7, 8)),
        ("normal", "L", "0.65", (200, 3, 4)),
        ("tightened", "J", "1.0", (80, 1, 2)),
        ("reduced", "J", "1.0", (32, 1, 3)),
    ],
)
def test_plans_of_the_standard(inspection: str, letter: str, aql: str, plan: tuple[int, int, int]) -> None:
    assert plan_of(inspection, letter, aql) == plan


def test_the_operating_characteristic_of_a_plan_of_the_standard() -> None:
    """Table X-J of MIL-STD-105E: percent defective at which lots are accepted with these odds."""
    n, c, _ = plan_of("normal", "J", "1.0")
    printed = {0.99: 0.550, 0.95: 1.03, 0.90: 1.38, 0.75: 2.16, 0.50: 3.33, 0.25: 4.84, 0.10: 6.52, 0.05: 7.66}
    for odds, percent in {**printed, 0.01: 10.1}.items():
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if sampling.accepted(middle, n, c) > odds else (low, middle)
        digits = 3 if percent < 1 else 2 if percent < 10 else 1
        assert round(100 * low, digits) == pytest.approx(percent, abs=1.5 * 10**-digits), odds
