"""The proof of an earliest date: right for the golden scenario, checked without a solver, and broken by tampering."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import fullrate as fr
from fullrate.planning import certify, verified
from fullrate.report.why import sentence
from generator import Features
from properties.planned import drawn

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PROTECTED = EXAMPLES.parent / "tests" / "theory" / "27-civil-floor" / "protected"
MOST = [0, 0, 3.6, 3.6, 3.6, 9, 14.4, 19.8, 25.2, 33.3, 42.3, 51.3, 60.3, 69.3, 78.3, 80]
"""Most units of 80 that can have arrived by the end of each period of the golden scenario (by hand)."""


@pytest.mark.parametrize("period", range(1, 17))
def test_the_bound_of_the_golden_scenario(period: int) -> None:
    tables = fr.read(EXAMPLES / "golden")
    certificate = certify(tables, 1, period)
    assert certificate.most == pytest.approx(MOST[period - 1] / 80, abs=1e-7)
    assert verified(tables, certificate)
    assert certificate.terms["share"].sum() <= certificate.most + 1e-6 or period == 16


@pytest.mark.parametrize("seed", range(25))
def test_no_plan_is_above_a_proven_bound(seed: int) -> None:
    tables = drawn(seed, Features()).read()
    plan = fr.plan(tables, tests=False)
    for cls, period, covered in plan.table("coverage").select("class", "period", "covered").iter_rows():
        if period in (2, plan.periods // 2):
            certificate = certify(tables, cls, period)
            assert verified(tables, certificate)
            assert covered <= certificate.most + 1e-6


def test_where_a_floor_is_protected_the_proof_is_about_plans_that_keep_it() -> None:
    """100 hours, 30 of them protected, 10 a unit: 7 a day, 56 of 70 on day 8 and 49 on day 7; without the floor 70."""
    tables = fr.read(PROTECTED)
    study = fr.why(tables, fr.plan(tables, tests=False), rungs=1)
    assert (study.meta["proven"], study.meta["kept"], study.meta["searched"]) == (True, True, 0)
    assert study.meta["most"] == pytest.approx(49 / 70)
    assert study.meta["impossible_by"] == date(2030, 1, 8)
    assert "by any plan that keeps protected floors and frozen orders" in sentence(tables, study)
    every, keeping = certify(tables, 1, 7), certify(tables, 1, 7, kept=True)
    assert every.most == pytest.approx(1.0)
    assert verified(tables, keeping)
    assert not verified(tables, replace(keeping, kept=False)), "without the floor it is no proof"


def test_what_is_proven_is_always_less_than_what_cannot_be_covered() -> None:
    """A bound of 80 % or more says nothing about 80 %."""
    for seed in range(12):
        tables = drawn(seed, Features()).read()
        meta = fr.why(tables, fr.plan(tables, tests=False), rungs=1).meta
        assert meta["proven"] in (None, True)
        assert meta["proven"] is None or meta["most"] < meta["coverage"]


def test_a_proof_that_was_tampered_with_fails() -> None:
    tables = fr.read(EXAMPLES / "golden")
    certificate = certify(tables, 1, 13)
    rng = np.random.default_rng(5)
    priced = np.flatnonzero(certificate.prices)
    for row in rng.choice(priced, 12):
        for factor in (0.9, -1.0):
            prices = certificate.prices.copy()
            prices[row] *= factor
            assert not verified(tables, replace(certificate, prices=prices))
    assert not verified(tables, replace(certificate, most=certificate.most - 0.01))
    assert not verified(tables.replace(fr_cell("resources:mould_line.capacity"), "20"), certificate)


def fr_cell(text: str) -> object:
    from fullrate.tables import Cell

    return Cell.parse(text)
