"""What is declared but not planned with: refused where it would change the answer, else said."""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem
from fullrate.tables.spec import TABLES

_SETTINGS = {"coverage": "delivered", "admin_delay_d": 0.0}
"""Settings without a rule yet, with the only value they may have."""


def later(tables: Tables) -> Iterator[Problem]:
    """Tables, settings and links that no rule of the plan reads yet."""
    for table in TABLES.values():
        count = tables.frames[table.name].height
        if count and table.later:
            yield Problem(
                "FR601",
                "table not supported yet",
                table.name,
                line=1,
                found=f"no rule of the plan reads `{table.name}` yet ({_rows(count)})",
                help="remove the file; the plan would silently ignore it",
            )
        elif count and table.unused:
            yield Problem(
                "FR604",
                "not used by the plan",
                table.name,
                line=1,
                found=f"{_rows(count)} of `{table.name}` checked, but not planned with",
            )
    yield from _settings(tables)
    yield from _links(tables)


def _rows(count: int) -> str:
    return f"{count} row{'s' if count != 1 else ''}"


def _settings(tables: Tables) -> Iterator[Problem]:
    for name, only in _SETTINGS.items():
        if getattr(tables.config, name) != only:
            allowed = f'"{only}"' if only == "delivered" else "not set"
            yield Problem(
                "FR603",
                "setting not supported yet",
                SCENARIO,
                column=name,
                found="no rule of the plan reads this value yet",
                allowed=allowed,
                help="remove the setting; the plan would silently ignore it",
            )


def _links(tables: Tables) -> Iterator[Problem]:
    if tables.frames["links"].is_empty():
        return
    for column in ("before", "after"):
        end = tables.written["links"][column]
        for name, word in (("builds", "build"), ("processes", "process")):
            for row in rows_where(end.is_in(tables.names(name).implode())):
                yield Problem(
                    "FR605",
                    "use not supported yet",
                    "links",
                    row,
                    column,
                    found=f"`{end[row]}` is a {word}; only gates wait for each other so far",
                    allowed="a value of `gate` in gates.csv",
                    help="name the gate in the column `gate` of the build or process",
                )
