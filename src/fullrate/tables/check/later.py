"""What is declared but not planned with yet: refused, since it would change the answer."""

from __future__ import annotations

from collections.abc import Iterator

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def later(tables: Tables) -> Iterator[Problem]:
    """Links that no rule of the plan reads yet."""
    yield from _links(tables)


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
