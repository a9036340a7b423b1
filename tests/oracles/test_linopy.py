"""Five drawn chains, modelled once more with linopy on labelled arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr

pytestmark = pytest.mark.oracle
PERIODS = 16


@dataclass(frozen=True)
class Chain:
    """Parts from a supplier over a lane to an assembly, on to two depots; all rates per day, leads in days."""

    part_rate: float
    part_lead: int
    feeder: float
    part_qty: float
    line: float
    good: float
    loss: float
    out_lead: tuple[int, int]
    stock: float
    needs: tuple[float, float]


def _drawn(seed: int) -> Chain:
    rng = np.random.default_rng([7, seed])
    return Chain(
        *(float(rng.integers(6, 15)), int(rng.integers(0, 4)), float(rng.integers(5, 15))),
        *(float(rng.choice([1, 1.5, 2])), float(rng.integers(4, 9)), float(rng.uniform(0.6, 1))),
        *(float(rng.uniform(0, 0.2)), (int(rng.integers(0, 3)), int(rng.integers(1, 5)))),
        *(float(rng.integers(0, 12)), (float(rng.integers(5, 30)), float(rng.integers(5, 30)))),
    )


def _tables(chain: Chain) -> fr.Tables:
    return fr.Tables.from_rows(
        {"name": "chain", "start": date(2030, 1, 1), "period_d": 1, "periods": PERIODS, "tail": 0.0},
        {
            "items": [{"item": "kit"}, {"item": "part"}],
            "sites": [{"site": site} for site in ("mine", "works", "d1", "d2")],
            "processes": [
                {
                    "process": "parts",
                    "site": "mine",
                    "item": "part",
                    "max_rate": chain.part_rate,
                    "lead_d": chain.part_lead,
                },
                {"process": "make", "site": "works", "item": "kit", "yield": chain.good},
            ],
            "recipe": [{"process": "make", "item": "part", "qty": chain.part_qty}],
            "resources": [{"resource": "line", "site": "works", "capacity": chain.line}],
            "uses": [{"user": "make", "resource": "line", "qty": 1}],
            "lanes": [
                {"lane": "in", "from": "mine", "to": "works", "lead_d": 1, "capacity": chain.feeder},
                *(
                    {
                        "lane": f"out{k}",
                        "from": "works",
                        "to": f"d{k}",
                        "lead_d": chain.out_lead[k - 1],
                        "loss": chain.loss,
                    }
                    for k in (1, 2)
                ),
            ],
            "stock": [{"site": "works", "item": "part", "qty": chain.stock}],
            "recipients": [{"recipient": f"k{k}", "site": f"d{k}"} for k in (1, 2)],
            "needs": [
                {"need": f"n{k}", "recipient": f"k{k}", "item": "kit", "qty": chain.needs[k - 1]} for k in (1, 2)
            ],
        },
    )


def _least(chain: Chain) -> float:
    """Least sum of the two mean waits: cumulative columns, ``shift`` for leads, no stocks but differences."""
    linopy = pytest.importorskip("linopy")
    time = pytest.importorskip("pandas").RangeIndex(1, PERIODS + 1, name="time")
    model = linopy.Model()
    made, fed, begun, out1, out2, got1, got2 = (
        model.add_variables(lower=0, coords=[time], name=name)
        for name in ("made", "fed", "begun", "out1", "out2", "got1", "got2")
    )

    def late(total: Any, lead: int) -> Any:
        return total.shift(time=lead).fillna(0) if lead else 1 * total

    def per_day(total: Any, limit: float, name: str) -> None:
        """A cumulative column rises, by no more than the limit a day."""
        model.add_constraints(total - late(total, 1) >= 0, name=f"{name}-rises")
        model.add_constraints(total - late(total, 1) <= limit, name=f"{name}-limit")

    big = 1e4
    limits = (chain.part_rate, chain.feeder, chain.line, big, big, big, big)
    for total, limit in zip((made, fed, begun, out1, out2, got1, got2), limits, strict=True):
        per_day(total, limit, total.name)

    keep = 1 - chain.loss
    model.add_constraints(fed - late(made, chain.part_lead) <= 0, name="parts")
    model.add_constraints(chain.part_qty * begun - late(fed, 1) <= chain.stock, name="assembly")
    model.add_constraints(out1 + out2 - chain.good * begun <= 0, name="kits")
    for got, out, lead, need in zip((got1, got2), (out1, out2), chain.out_lead, chain.needs, strict=True):
        model.add_constraints(got - keep * late(out, lead) <= 0, name=f"{got.name}-arrives")
        model.add_constraints(got <= need, name=f"{got.name}-need")
    worth = np.where(np.arange(1, PERIODS + 1) < PERIODS, 1.0, 0.5)
    model.add_objective(sum(-(got * (worth / need)).sum() for got, need in zip((got1, got2), chain.needs, strict=True)))
    model.solve(solver_name="highs", output_flag=False)
    return float(2 * PERIODS + model.objective.value)


@pytest.mark.parametrize("seed", range(5))
def test_five_chains(seed: int) -> None:
    pytest.importorskip("linopy")
    chain = _drawn(seed)
    stages = fr.plan(_tables(chain), tests=False).table("stages")
    days = float(stages.filter(pl.col("stage") == "L1.1")["value"][0])
    assert days == pytest.approx(_least(chain), rel=1e-6)
