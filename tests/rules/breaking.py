"""Ways to break a rule: its rows, what it sees of a case, what it sends to ledgers, the columns it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fullrate.calendar import Kernel
from fullrate.case import Case, Coded
from fullrate.lp.axes import Columns, Terms
from fullrate.lp.rows import RowBlock
from fullrate.rules.base import Cols, Rule, Sent

Break = Callable[[Rule], Rule]
Edit = Callable[[RowBlock, Case, Cols], RowBlock]


# --- where it breaks ----------------------------------------------------------------------------


def rows(name: str, edit: Edit) -> Break:
    """The rule with one of its row blocks edited."""

    def broken(rule: Rule) -> Rule:
        def write(case: Case, cols: Cols) -> list[RowBlock]:
            blocks = rule.rows(case, cols)
            assert name in {block.name for block in blocks}
            return [edit(block, case, cols) if block.name == name else block for block in blocks]

        return replace(rule, rows=write)

    return broken


def sees(change: Callable[[Case], Case]) -> Break:
    """The rule with another view of the case, in all it writes."""

    def broken(rule: Rule) -> Rule:
        return replace(
            rule,
            rows=lambda case, cols: rule.rows(change(case), cols),
            sends=lambda case, cols: rule.sends(change(case), cols),
            columns=lambda case: rule.columns(change(case)),
        )

    return broken


def sends(ledger: str, number: int, edit: Callable[[Terms], Terms]) -> Break:
    """The rule with the ``number``-th of its sendings to a ledger edited."""

    def broken(rule: Rule) -> Rule:
        def send(case: Case, cols: Cols) -> Iterator[Sent]:
            count = 0
            for to, terms in rule.sends(case, cols):
                yield to, edit(terms) if (to, count) == (ledger, number) else terms
                count += to == ledger

        return replace(rule, sends=send)

    return broken


def fractions(rule: Rule) -> Rule:
    """The rule with columns that need not be whole."""

    def columns(case: Case) -> list[Columns]:
        return [replace(block, integer=np.zeros(len(block.axis), bool)) for block in rule.columns(case)]

    return replace(rule, columns=columns)


# --- what happens to rows -----------------------------------------------------------------------


def removed(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    return _free(block, np.ones(len(block), bool))


def times(factor: float) -> Edit:
    """Bounds times a factor."""
    return lambda block, case, cols: replace(block, lower=block.lower * factor, upper=block.upper * factor)


def plus(amount: float) -> Edit:
    """Bounds plus an amount."""
    return lambda block, case, cols: replace(block, lower=block.lower + amount, upper=block.upper + amount)


def loose_below(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """An equation that became an upper bound."""
    return replace(block, lower=np.full(len(block), -np.inf))


def loose_above(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """An equation that became a lower bound."""
    return replace(block, upper=np.full(len(block), np.inf))


def first_free(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    return _free(block, _period(block) == 0)


def last_free(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    return _free(block, _period(block) == case.calendar.periods - 1)


def neighbours(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """Each row with the bounds of the next element in the same period."""
    elements = np.unique(block.at[0])
    following = dict(zip(elements, np.roll(elements, -1), strict=True))
    place = {at: row for row, at in enumerate(zip(*block.at, strict=True))}
    other = [place.get((following[at[0]], *at[1:]), row) for at, row in place.items()]
    return replace(block, lower=block.lower[other], upper=block.upper[other])


def without_past(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """The term of the period before forgotten."""
    return _past_times(block, cols, 0.0)


def against_past(block: RowBlock, case: Case, cols: Cols) -> RowBlock:
    """The term of the period before with the wrong sign."""
    return _past_times(block, cols, -1.0)


def _past_times(block: RowBlock, cols: Cols, factor: float) -> RowBlock:
    """Terms of the block's own kind of column from the period before, times a factor."""
    period = np.full(max(columns.start + len(columns) for columns in cols.blocks.values()), -1)
    names = ("hold", "ready", "train", "heads", "carry", "owe", "exceed", "spare", "receive", "margin", "serve")
    states = [cols[name] for name in names]
    for columns in states:
        period[columns.terms.column] = columns.terms.at["period"]
    row, column, value = block.entries()
    before = (period[column] >= 0) & (period[column] < _period(block)[row])
    single = np.ones(len(row), np.int64)
    return replace(block, row=row, column=column, count=single, value=np.where(before, factor * value, value))


def _period(block: RowBlock) -> NDArray[np.int64]:
    return block.at[[axis.name for axis in block.over].index("period")]


def _free(block: RowBlock, where: NDArray[np.bool_]) -> RowBlock:
    return replace(block, lower=np.where(where, -np.inf, block.lower), upper=np.where(where, np.inf, block.upper))


# --- what happens to a case ---------------------------------------------------------------------


def table(case: Case, name: str, **columns: NDArray[np.float64]) -> Case:
    """The case with other columns in one table."""
    return replace(case, tables={**case.tables, name: Coded(name, {**case.tables[name].values, **columns})})


def emptied(case: Case, name: str) -> Case:
    """The case without the rows of one table."""
    return replace(
        case, tables={**case.tables, name: Coded(name, {k: v[:0] for k, v in case.tables[name].values.items()})}
    )


def shifted(kernel: Kernel, by: int) -> Kernel:
    """Every effect ``by`` periods later, never before its start."""
    return Kernel.from_patterns(
        kernel.of, [_moved(pattern, by) for pattern in patterns(kernel)], kernel.pointer.shape[-1]
    )


def from_then(kernel: Kernel, by: int) -> Kernel:
    """All that lasts from some period on, ``by`` periods later, never before its start."""
    lasting = [np.maximum.accumulate(np.minimum(_moved(pattern, by), 1.0), axis=1) for pattern in patterns(kernel)]
    return Kernel.from_patterns(kernel.of, lasting, kernel.pointer.shape[-1])


def _moved(pattern: NDArray[np.float64], by: int) -> NDArray[np.float64]:
    moved = np.zeros_like(pattern)
    for start, felt in np.argwhere(pattern):
        at = max(felt + by, start)
        if at < pattern.shape[1]:
            moved[start, at] += pattern[start, felt]
    return moved


def patterns(kernel: Kernel) -> list[NDArray[np.float64]]:
    """The kernel's patterns as dense arrays of shape (start, period)."""
    periods = kernel.pointer.shape[-1]
    found = []
    for pointer, count in zip(kernel.pointer, kernel.count, strict=True):
        dense = np.zeros((periods, periods))
        for start in range(periods):
            part = slice(pointer[start], pointer[start] + count[start])
            dense[start, kernel.period[part]] = kernel.share[part]
        found.append(dense)
    return found


def at_once(kernel: Kernel) -> Kernel:
    """All of an effect when it is first felt."""
    return Kernel.from_patterns(
        kernel.of, [_first_only(pattern) for pattern in patterns(kernel)], kernel.pointer.shape[-1]
    )


def _first_only(pattern: NDArray[np.float64]) -> NDArray[np.float64]:
    early = np.zeros_like(pattern)
    some = np.flatnonzero(pattern.any(axis=1))
    early[some, (pattern[some] != 0).argmax(axis=1)] = 1.0
    return early


def stated_escape(case: Case) -> NDArray[np.float64]:
    """Escape of each item as the processes state it, whatever their sampling plans say."""
    processes, worst = case.tables["processes"], np.zeros(len(case.axes["item"]))
    np.maximum.at(worst, processes.item, processes.escape)
    return worst


def blank_is_zero(limit: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(limit), limit, 0.0)
