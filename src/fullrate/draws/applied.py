"""One sample as a scenario of its own: uncertain cells take the values drawn, and what may happen does or does not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.draws.drawing import Draws
from fullrate.draws.streams import event_uniform, name_key
from fullrate.tables import SCENARIO, Cell, Tables

Floats = NDArray[np.float64]

POINTS = 257
"""Points of a recovery curve over which a mean is taken."""
EVENTS = 1000
"""Most times that one risk happens in one sample."""


def applied(tables: Tables, draws: Draws, at: int) -> Tables:
    """The scenario with the values of sample ``at`` (0-based) in the cells that are drawn once per sample.

    Cells drawn for every occurrence keep the value of the plan. A factor moves the cell's series as well.
    """
    changes: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    series = _series(tables)
    for cell, value, drawn, factor in zip(draws.cells, draws.values[at], draws.drawn[at], draws.factor, strict=True):
        if cell.table == SCENARIO:
            tables = tables.replace(cell, f"{value}")
            continue
        row = tables.row_of(cell.table, cell.key)
        if row is not None and math.isfinite(value):
            changes[cell.table][cell.column][row] = float(value)
        for place, old in series.get(cell, []) if factor else []:
            changes["series"]["value"][place] = float(drawn) * old
    return replace(
        tables, frames={**tables.frames, **{name: _with(tables, name, new) for name, new in changes.items()}}
    )


def _series(tables: Tables) -> dict[Cell, list[tuple[int, float]]]:
    """Rows of ``series`` and their values, by the cell they belong to."""
    found: dict[Cell, list[tuple[int, float]]] = defaultdict(list)
    for place, row in enumerate(tables.rows("series")):
        found[Cell(row["table"], row["key"] or "", row["column"])].append((place, row["value"]))
    return found


def _with(tables: Tables, name: str, columns: dict[str, dict[int, float]]) -> pl.DataFrame:
    frame = tables.frames[name]
    for column, new in columns.items():
        values, whole = frame[column].to_list(), frame[column].dtype == pl.Int64
        for row, value in new.items():
            values[row] = round(value) if whole else value
        frame = frame.with_columns(pl.Series(column, values, frame[column].dtype))
    return frame


def left(tables: Tables, draws: Draws, at: int, edges: Floats) -> dict[str, Floats]:
    """Mean share of what each risk hits that is left in each period, by risk, shape (T,); only risks that happen.

    The luck is that of executions of a plan: keyed by the seed, the risk or its group, the sample and the occurrence.

    Args:
        tables: the scenario of this sample.
        draws: all draws.
        at: which sample, 0-based.
        edges: ends of the periods in days, beginning with 0, shape (T + 1,).
    """
    curves: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in tables.rows("curves"):
        curves[row["curve"]].append((row["x"], row["y"]))
    lengths = {one.cell.key: one.quantiles for one in draws.each if one.cell.table == "risks"}
    sample, found = int(draws.sample[at]), {}
    for row in tables.rows("risks"):
        if row["from"] is not None:
            continue  # certain: part of the scenario
        name, share = str(row["group"] or row["risk"]), np.ones(len(edges) - 1)
        events = list(_events(row, name, draws.seed, sample, lengths.get(row["risk"]), float(edges[-1])))
        until = [*(begin for begin, _ in events[1:]), math.inf]  # the next time it happens, it begins anew
        for (begin, length), end in zip(events, until, strict=False):
            lost = _gone(edges - begin, min(length, end - begin), curves.get(row["recovery"] or ""))
            share -= (1 - row["left"]) * lost
        if (share < 1).any():
            found[row["risk"]] = np.clip(share, 0.0, 1.0)
    return found


def _events(
    row: dict[str, object], name: str, seed: int, sample: int, quantiles: Floats | None, horizon: float
) -> Iterator[tuple[float, float]]:
    """Begin and length in days of each time a risk happens."""
    begin, number, rate = 0.0, row["prob"], row["rate"]
    for n in range(EVENTS):
        luck = float(event_uniform(seed, name_key("risk", name), sample, n))
        if number is not None:
            odds = float(str(number))
            if n or not luck < odds:
                return
            begin = luck / odds * horizon
        else:
            daily = float(str(rate or 0.0)) / 365
            begin = begin - math.log(1 - luck) / daily if daily > 0 else math.inf
        if begin >= horizon:
            return
        length = float(str(row["duration_d"]))
        if quantiles is not None:
            p = float(event_uniform(seed, name_key("length", name), sample, n))
            length = float(np.interp(p, np.linspace(0, 1, len(quantiles)), quantiles))
        yield begin, length


def _gone(age: Floats, length: float, curve: list[tuple[float, float]] | None) -> Floats:
    """Share of each period in which an event keeps everything away, less what recovery brings back, shape (T,)."""
    low, high = np.clip(age[:-1], 0, length), np.clip(age[1:], 0, length)
    lost = high - low
    if curve:
        x, y = np.array(curve).T
        inside = (np.arange(POINTS) + 0.5) / POINTS
        lost = lost * (1 - np.interp(low[:, None] + lost[:, None] * inside, x, y).mean(axis=1))
    return np.asarray(lost / np.diff(age))
