"""What is declared but not planned with yet: refused, since it would change the answer."""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

_SETTINGS = {"admin_delay_d": 0.0}
"""Settings without a rule yet, with the only value they may have."""


def later(tables: Tables) -> Iterator[Problem]:
    """Settings and links that no rule of the plan reads yet."""
    yield from _settings(tables)
    yield from _links(tables)


def _settings(tables: Tables) -> Iterator[Problem]:
    for name, only in _SETTINGS.items():
        if getattr(tables.config, name) != only:
            yield Problem(
                "FR603",
                "setting not supported yet",
                SCENARIO,
                column=name,
                found="no rule of the plan reads this value yet",
                allowed="not set",
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
