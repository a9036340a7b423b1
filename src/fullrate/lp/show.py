"""Rows as text a person can read: ``hours[line,2]: 2 make[press,2] - ready[second,2] <= 10``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fullrate.lp.axes import Columns, Floats, Places
from fullrate.lp.rows import RowBlock


@dataclass(frozen=True)
class Names:
    """Names of columns by number, for the column blocks of one LP."""

    columns: Mapping[str, Columns]

    def __getitem__(self, column: int) -> str:
        """Name of a column, e.g. ``make[press,2]``."""
        for block in self.columns.values():
            if block.start <= column < block.start + len(block):
                element = int(np.searchsorted(block.offset + block.count, column, side="right"))
                label = block.axis.labels[element]
                if block.period is None:
                    return f"{block.name}[{label}]"
                period = block.first[element] + column - block.offset[element]
                return f"{block.name}[{label},{block.period.labels[period]}]"
        raise KeyError(column)


def row_name(block: RowBlock, row: int) -> str:
    """Name of a row, e.g. ``hours[line,2]``."""
    return f"{block.name}[{','.join(axis.labels[at[row]] for axis, at in zip(block.over, block.at, strict=True))}]"


def show(block: RowBlock, names: Names, limit: int = 20) -> str:
    """The rows of a block as text, one line each, at most ``limit`` of them."""
    entries = block.entries()
    lines = [_line(block, entries, row, names) for row in range(min(len(block), limit))]
    return "\n".join(lines + ([f"... {len(block) - limit} more"] if len(block) > limit else []))


def _line(block: RowBlock, entries: tuple[Places, Places, Floats], row: int, names: Names) -> str:
    rows, columns, values = entries
    text = "".join(_term(values[j], names[int(columns[j])]) for j in np.flatnonzero(rows == row))
    low, high = block.lower[row], block.upper[row]
    bound = f"= {high:g}" if low == high else f"<= {high:g}" if np.isfinite(high) else f">= {low:g}"
    return f"{row_name(block, row)}: {text.removeprefix(' + ').replace(' - ', '-', text.startswith(' - '))} {bound}"


def _term(value: float, name: str) -> str:
    size = "" if abs(value) == 1 else f"{abs(value):g} "
    return f" {'-' if value < 0 else '+'} {size}{name}"
