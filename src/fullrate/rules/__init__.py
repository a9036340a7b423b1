"""All rules of the plan, in order, and the linear program they write together."""

from __future__ import annotations

from collections import defaultdict

from fullrate.case import Case
from fullrate.lp.assemble import LP, assemble
from fullrate.lp.axes import Terms, numbered
from fullrate.lp.rows import RowBlock
from fullrate.rules.activities import (
    build,
    deliver,
    dispatch,
    hire,
    hold,
    keep,
    lot,
    make,
    open,
    overtime,
    risk,
    serve,
    ship,
    test,
    use,
)
from fullrate.rules.base import Cols, Rule
from fullrate.rules.ledgers import heads, hours, items, labour, money, shelf, waiting, wishes
from fullrate.rules.limits import (
    accrual,
    floor,
    freeze,
    gates,
    learning,
    lost,
    mix,
    opening,
    outage,
    quality,
    restricted,
    safety,
)
from fullrate.tables import Cell, Tables

RULES: tuple[Rule, ...] = (
    make.RULE,
    use.RULE,
    ship.RULE,
    hold.RULE,
    deliver.RULE,
    build.RULE,
    risk.RULE,
    hire.RULE,
    overtime.RULE,
    open.RULE,
    lot.RULE,
    test.RULE,
    dispatch.RULE,
    keep.RULE,
    serve.RULE,
    items.RULE,
    shelf.RULE,
    hours.RULE,
    heads.RULE,
    labour.RULE,
    money.RULE,
    waiting.RULE,
    wishes.RULE,
    accrual.RULE,
    lost.RULE,
    gates.RULE,
    opening.RULE,
    restricted.RULE,
    outage.RULE,
    learning.RULE,
    mix.RULE,
    quality.RULE,
    floor.RULE,
    safety.RULE,
    freeze.RULE,
)
"""Order fixes the order of columns and rows, so that equal scenarios give equal programs."""


def columns_of(case: Case) -> Cols:
    """Every column of a case, and what the activities send to the ledgers."""
    bare = Cols(numbered([block for rule in RULES for block in rule.columns(case)]))
    sent: dict[str, list[Terms]] = defaultdict(list)
    for rule in RULES:
        for ledger, terms in rule.sends(case, bare):
            sent[ledger].append(terms)
    return Cols(bare.blocks, {ledger: tuple(terms) for ledger, terms in sent.items()})


def rows_of(case: Case, cols: Cols) -> dict[str, list[RowBlock]]:
    """Rows of every rule, by its code."""
    return {rule.code: rule.rows(case, cols) for rule in RULES}


def write(case: Case) -> tuple[LP, Cols]:
    """The linear program of a case, with no objective yet, and its columns; what has been executed is held."""
    cols = columns_of(case)
    blocks = [block for rows in rows_of(case, cols).values() for block in rows]
    lp = assemble(list(cols.blocks.values()), blocks)
    state = case.state
    return (lp if state is None else lp.since(state.period, {**state.done, "open": state.opened})), cols


def cells(tables: Tables, block: str, key: str) -> list[Cell]:
    """Cells a row of the program leads back to.

    Args:
        tables: the scenario.
        block: name of the row block, e.g. ``hours``.
        key: ids of the row joined with ``|``, without the period.
    """
    traces = {name: trace for rule in RULES for name, trace in rule.cells.items()}
    return traces[block](tables, key)
