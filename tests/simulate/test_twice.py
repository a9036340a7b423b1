"""Two implementations, one of them plain Python from the tables alone, agree to 1e-9 with and without luck."""

from __future__ import annotations

import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import Case, derive
from fullrate.draws import draw
from generator import Features, scenario
from simulate.lucky import lucky
from simulate.plainly import Result, execute
from simulate.ranges import ranged
from simulate.test_theory import risky

AGREED = 1e-9
FEW, MANY = (0, 3, 5), range(6, 40)
USED, OFTEN = (0, 10), range(11, 36)
"""Seeds with units in use; in the first of them articles are used up, too."""


def apart(case: Case, trace: simulate.Trace, result: Result, sample: int) -> str:
    """The first amount done, or stock, that differs; blank when none does."""
    names = [("make", name) for name in case.axes["process"].labels]
    names += [("ship", *label.rsplit("|", 1)) for label in case.axes["shipment"].labels]
    names += [("deliver", *label.rsplit("|", 1)) for label in case.axes["delivery"].labels]
    for t in range(case.calendar.periods):
        for at, name in enumerate(names):
            found, wanted = trace.done[t, at, sample], result.done[(*name, t + 1)]
            if abs(found - wanted) > AGREED * max(1.0, abs(wanted)):
                return f"period {t + 1}, {name}: {found} and {wanted}"
        for at, label in enumerate(case.axes["point"].labels):
            found, wanted = trace.left[t, at, sample], result.stock[(*label.split("|"), t + 1)]
            if abs(found - wanted) > AGREED * max(1.0, abs(wanted)):
                return f"period {t + 1}, {label}: {found} and {wanted}"
    return ""


def both(seed: int, fielded: bool = False) -> str:
    """Both implementations of a drawn scenario with ranges and risks: as planned, and two samples."""
    practice = seed % 5 == 0 and not fielded
    config, rows = scenario(seed, Features(perishable=False, practice=practice, fielded=fielded))
    tables = fr.Tables.from_rows(config, ranged(rows, seed))
    plan, case = fr.plan(tables, tests=False), None
    case = derive(tables)
    if found := apart(case, simulate.traced(tables, case, plan), execute(tables, plan), 0):
        return f"as planned: {found}"
    draws = draw(tables, 16, 2)
    trace, samples = simulate.traced(tables, case, plan, draws), simulate.run(tables, case, plan, draws, threads=1)
    for sample in (0, 5):
        result = execute(tables, plan, lucky(tables, plan, draws, sample))
        if found := apart(case, trace, result, sample):
            return f"sample {sample}: {found}"
        if abs(samples.cost[sample] - result.cost) > AGREED * max(1.0, abs(result.cost)):
            return f"sample {sample}: cost {samples.cost[sample]} and {result.cost}"
    return ""


@pytest.mark.parametrize("seed", FEW)
def test_two_implementations_agree(seed: int) -> None:
    assert both(seed) == ""


@pytest.mark.parametrize("seed", USED)
def test_two_implementations_agree_on_units_in_use(seed: int) -> None:
    assert both(seed, fielded=True) == ""


@pytest.mark.slow
@pytest.mark.parametrize("seed", OFTEN)
def test_two_implementations_agree_on_many_units_in_use(seed: int) -> None:
    assert both(seed, fielded=True) == ""


def test_two_implementations_agree_on_builds_at_risk() -> None:
    config = {"name": "risk", "currency": "EUR", "start": "2030-01-07", "period_d": 1, "periods": 20}
    tables = fr.Tables.from_rows(config, risky())
    plan, case = fr.plan(tables, tests=False), derive(tables)
    assert apart(case, simulate.traced(tables, case, plan), execute(tables, plan), 0) == ""
    draws = draw(tables, 16, 2)
    trace, samples = simulate.traced(tables, case, plan, draws), simulate.run(tables, case, plan, draws, threads=1)
    for sample in range(16):
        result = execute(tables, plan, lucky(tables, plan, draws, sample))
        assert apart(case, trace, result, sample) == ""
        assert samples.cost[sample] == pytest.approx(result.cost, rel=AGREED)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_two_implementations_agree_on_many(seed: int) -> None:
    assert both(seed) == ""
