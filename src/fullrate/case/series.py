"""Values that change over time: the cell of a table overridden by rows of ``series`` from their dates on.

A price averages over a period. A capacity is rounded with the leads: ``ceil`` takes the least value it has in a period,
so capacity rises late and falls early; ``floor`` the largest; ``kernel`` the mean.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Calendar
from fullrate.tables import Tables

Values = NDArray[np.float64]


def over_time(
    tables: Tables, table: str, column: str, keys: list[str], base: Values, calendar: Calendar, *, price: bool = False
) -> Values:
    """Value of a column in each period, shape (rows, T); read-only where no value of the column ever changes.

    Args:
        tables: the scenario.
        table: table of the column.
        column: column that may vary.
        keys: key of each row, in row order.
        base: the value the cell gives, shape (rows,).
        calendar: the periods.
        price: whether the value averages (a price, a yield) rather than limits (a capacity).
    """
    values = np.broadcast_to(np.asarray(base, float)[:, None], (len(base), calendar.periods))
    steps = _steps(tables, table, column)
    if not steps:
        return values  # one number per row in memory, not one per row and period
    values = values.copy()
    combine = _mean if price or calendar.rounding == "kernel" else _least if calendar.rounding == "ceil" else _most
    row = {key: at for at, key in enumerate(keys)}
    for key, changes in steps.items():
        if key in row:
            values[row[key]] = combine(calendar, float(base[row[key]]), changes)
    return values


def _steps(tables: Tables, table: str, column: str) -> dict[str, list[tuple[float, float]]]:
    """Changes by key as (day after the start, new value), in order of day."""
    rows = tables.frames["series"]
    mine = (rows["table"] == table) & (rows["column"] == column)
    if not mine.any():
        return {}
    rows = rows.filter(mine)
    steps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for key, day, value in rows.select("key", "date", "value").iter_rows():
        steps[key].append((float((day - tables.config.start).days), value))
    return {key: sorted(changes) for key, changes in steps.items()}


def _pieces(calendar: Calendar, base: float, changes: list[tuple[float, float]]) -> tuple[Values, Values]:
    """Length of each piece of constant value in each period, shape (pieces, T), and the values of the pieces."""
    begins = np.array([-np.inf] + [day for day, _ in changes])
    ends = np.append(begins[1:], np.inf)
    first = np.maximum(begins[:, None], calendar.edges[None, :-1])
    last = np.minimum(ends[:, None], calendar.edges[None, 1:])
    return np.clip(last - first, 0, None), np.array([base] + [value for _, value in changes])


def _mean(calendar: Calendar, base: float, changes: list[tuple[float, float]]) -> Values:
    length, value = _pieces(calendar, base, changes)
    endless = np.isinf(value)
    mean = np.where(endless, 0.0, value) @ length / calendar.lengths
    return np.where(length[endless].sum(axis=0) > 0, np.inf, mean)


def _least(calendar: Calendar, base: float, changes: list[tuple[float, float]]) -> Values:
    length, value = _pieces(calendar, base, changes)
    least: Values = np.where(length > 0, value[:, None], np.inf).min(axis=0)
    return least


def _most(calendar: Calendar, base: float, changes: list[tuple[float, float]]) -> Values:
    length, value = _pieces(calendar, base, changes)
    most: Values = np.where(length > 0, value[:, None], -np.inf).max(axis=0)
    return most
