"""Rules of needs whose quantity nobody has said: looked at up to a stated bound, and never given a date."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def unsaid(tables: Tables) -> Iterator[Problem]:
    """Every problem of needs without a quantity."""
    needs = tables.written["needs"]
    blank = needs["qty"].is_null()
    if not blank.any():
        return
    if tables.config.open_qty is None:
        for row in rows_where(blank):
            yield Problem(
                "FR380",
                "quantity missing",
                "needs",
                row,
                "qty",
                found="how much is needed is not said, nor up to what quantity to look",
                allowed="a number, or a blank cell beside `open_qty` in scenario.toml",
                help="when nobody has said how much, set `open_qty`: the answer is then what can be there by when",
            )
        return
    accruing = list(_accruing(needs, blank))
    yield from accruing
    if accruing:
        return
    rows = rows_where(blank)
    count = f"{len(rows)} needs have" if len(rows) > 1 else "this need has"
    yield Problem(
        "FR382",
        "quantity not said",
        "needs",
        rows[0],
        "qty",
        found=f"{count} no quantity: the answer says what can be there when, up to {tables.config.open_qty:,.10g} each",
        help="give a quantity to ask for its date, for once with `--set needs:NEED.qty=...`",
    )


def _accruing(needs: pl.DataFrame, blank: pl.Series) -> Iterator[Problem]:
    """Needs that arise bit by bit, or are lost when late: both need to know how much."""
    for column, mask in (("until", needs["until"].is_not_null()), ("late", needs["late"] == "lost")):
        for row in rows_where(blank & mask.fill_null(value=False)):
            yield Problem(
                "FR381",
                "accrual of an unknown quantity",
                "needs",
                row,
                column,
                found="this needs to know how much, and the quantity is not said",
                allowed="blank",
                help="leave this cell blank, or give a quantity",
            )
