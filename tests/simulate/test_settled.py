"""What takes only of stores of its own is settled at once: with the same result as if it were rationed."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from benchmarks.network import scenario

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.draws import draw
from fullrate.simulate import model

AGREED = 1e-9


def settled(rows: dict[str, list[dict[str, Any]]]) -> list[bool]:
    """Whether each process of a scenario is settled at once."""
    config = {"name": "own", "currency": "EUR", "start": date(2030, 1, 7), "period_d": 7, "periods": 6}
    tables = fr.Tables.from_rows(config, rows)
    trace = simulate.traced(tables, derive(tables), fr.plan(tables, tests=False))
    amounts = trace.wired.model.amounts
    return [bool(one) for one in amounts.settled[: amounts.processes]]


def two(**second: str) -> dict[str, list[dict[str, Any]]]:
    """Two presses, each with a machine of its own unless told otherwise."""
    return {
        "items": [{"item": "kit"}, {"item": "box"}],
        "sites": [{"site": "works"}],
        "processes": [
            {"process": "press", "site": "works", "item": "kit"},
            {"process": "fold", "site": "works", "item": "box"},
        ],
        "resources": [{"resource": "a", "capacity": 1}, {"resource": "b", "capacity": 1}],
        "uses": [
            {"user": "press", "resource": "a", "qty": 1},
            {"user": "fold", "resource": "b", "qty": 1, **second},
        ],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": item, "recipient": "town", "item": item, "qty": 20} for item in ("kit", "box")],
    }


def machines(most: int) -> dict[str, list[dict[str, Any]]]:
    """Works with one machine, with two and so on, all of their own, of which none is quite as planned."""
    owners = [(f"w{count}", f"w{count}-{at}") for count in range(1, most + 1) for at in range(count)]
    works = list(dict.fromkeys(owner for owner, _ in owners))
    uncertain = {"table": "resources", "column": "capacity", "dist": "uniform", "low": 0.6, "high": 1.2, "as": "factor"}
    return {
        "items": [{"item": name} for name in works],
        "sites": [{"site": "works"}],
        "processes": [{"process": f"make-{name}", "site": "works", "item": name, "lead_d": 7} for name in works],
        "resources": [{"resource": name, "capacity": 1 + at / 10} for at, (_, name) in enumerate(owners)],
        "uses": [{"user": f"make-{owner}", "resource": name, "qty": 1} for owner, name in owners],
        "recipients": [{"recipient": "town", "site": "works"}],
        "needs": [{"need": name, "recipient": "town", "item": name, "qty": 40} for name in works],
        "uncertainty": [{**uncertain, "key": name} for _, name in owners],
    }


def both(monkeypatch: pytest.MonkeyPatch, tables: fr.Tables, plan: fr.Plan) -> simulate.Trace:
    """Executions as they are, and with everything rationed; they are the same."""
    case, draws = derive(tables), draw(tables, 16, 2)
    alone = simulate.traced(tables, case, plan, draws)
    known = model.settled_of
    monkeypatch.setattr(model, "settled_of", lambda *words: np.zeros_like(known(*words)))
    rationed = simulate.traced(tables, case, plan, draws)
    assert not rationed.wired.model.amounts.settled.any()
    assert rationed.done.sum() > 0
    np.testing.assert_allclose(alone.done, rationed.done, rtol=AGREED, atol=AGREED)
    np.testing.assert_allclose(alone.left, rationed.left, rtol=AGREED, atol=AGREED)
    return alone


def test_settled_or_rationed_the_result_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = both(monkeypatch, *scenario(15, 30))
    assert alone.wired.model.amounts.settled[:15].all()


def test_of_any_number_of_stores(monkeypatch: pytest.MonkeyPatch) -> None:
    config = {"name": "own", "currency": "EUR", "start": date(2030, 1, 7), "period_d": 7, "periods": 12}
    tables = fr.Tables.from_rows(config, machines(5))
    alone = both(monkeypatch, tables, fr.plan(tables, tests=False))
    assert alone.wired.model.amounts.settled[:5].tolist() == [1, 2, 3, 4, 4]
    assert np.ptp(alone.done[:, :5], axis=2).max() > 0


def test_what_has_a_machine_of_its_own_is_settled() -> None:
    assert settled(two()) == [True, True]


def test_what_shares_a_machine_is_not() -> None:
    assert settled(two(resource="a")) == [False, False]
