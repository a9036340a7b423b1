"""A production line and executions of it that are one line of arithmetic, so that every odds is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from fullrate.draws import Draws, event_uniform, name_key
from fullrate.results import Plan, Samples
from fullrate.tables import Tables

START = date(2031, 1, 1)
DAYS = 40
NEED = 100.0
RATE = 10.0
RANGE = {
    "table": "processes",
    "key": "press",
    "column": "max_rate",
    "dist": "uniform",
    "low": 0.5,
    "high": 1.5,
    "as": "factor",
    "source": "guess",
}


def line(*ranges: dict[str, Any], due: str | None = None, **config: Any) -> Tables:
    """A press of ten kits a day and a need of a hundred, on days."""
    return Tables.from_rows(
        {"name": "press", "start": START.isoformat(), "period_d": 1, "periods": DAYS, "tail": 0, **config},
        {
            "items": [{"item": "kit", "unit": "unit"}],
            "sites": [{"site": "works"}],
            "recipients": [{"recipient": "town", "site": "works"}],
            "needs": [{"need": "order", "recipient": "town", "item": "kit", "qty": NEED, "due": due}],
            "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": RATE}],
            "gates": [{"gate": "permit", "duration_d": 0}],
            "sources": [{"source": "guess", "title": "A guess", "kind": "assumption"}],
            "uncertainty": list(ranges),
        },
    )


def execute(plan: Plan, draws: Draws | None) -> Samples:
    """Kits come at the drawn rate, from the first day on or, after a strike, from the fifth: one time in four."""
    if draws is None:
        factor, late, replicate = np.ones(1), np.zeros(1), np.zeros(1, np.int64)
    else:
        names = [str(cell) for cell in draws.cells]
        press = "processes:press.max_rate"
        factor = draws.drawn[:, names.index(press)] if press in names else np.ones(draws.count)
        coin = event_uniform(draws.seed, name_key("strike"), draws.sample, 0)
        late, replicate = np.where(coin < 0.25, 4.0, 0.0), draws.replicate
    edges = np.arange(DAYS + 1.0)
    whole = np.clip((edges[None, :] - late[:, None]) * RATE * factor[:, None] / NEED, 0, 1)
    curves = whole[:, 1:]
    wait = ((1 - whole[:, 1:]) + (1 - whole[:, :-1])).sum(axis=1) / 2
    levels = (0.5, 1.0)
    reached = np.stack([1 + (curves < level * (1 - 1e-9)).sum(axis=1) for level in levels], axis=1)
    groups = pl.DataFrame(
        {"class": [1, 1, 0], "need": ["", "order", ""], "item": ["kit", "kit", "kit"], "qty": [NEED] * 3}
    )
    targets = pl.DataFrame(
        {"class": [1] * 4, "need": ["", "", "order", "order"], "coverage": [*levels, *levels]},
    )
    count = len(factor)
    return Samples(
        START,
        edges,
        replicate,
        targets,
        np.concatenate([reached, reached], axis=1).astype(np.int16),
        groups,
        np.repeat(wait[:, None], 3, axis=1),
        np.arange(count),
        np.repeat(curves[:, None, :], 3, axis=1).astype(np.float32),
        np.zeros(count),
        np.zeros(count),
        {"policy": "follow"},
    )
