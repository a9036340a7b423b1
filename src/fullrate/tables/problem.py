"""A problem before it has an address: what a converter or a check says about a row of a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Like a ``Finding``, but it points at a row of a frame, not at a line of a file.

    Checks speak of tables only; ``place.locate`` adds key, file, line and excerpt afterwards.

    Attributes:
        code: The code; severity and page follow from it.
        message: What is wrong, in a few words.
        table: Table of the cell, ``scenario`` for a setting.
        row: 0-based row of the frame; None when it concerns the table as a whole.
        column: Column of the cell.
        line: Line of the file, where there is no row of a frame to point at.
        file: Name of the file, where there is no table to point at.
        found: What is written there and why it is wrong, as a clause.
        allowed: What may be written.
        nearest: Valid names that may have been meant.
        help: What to do.
        fix: Text to write instead, where one repair is certain.
        details: One mapping per place, where one problem stands for many.
    """

    code: str
    message: str
    table: str = ""
    row: int | None = None
    column: str = ""
    line: int | None = None
    file: str = ""
    found: str = ""
    allowed: str = ""
    nearest: tuple[str, ...] = ()
    help: str = ""
    fix: str | None = None
    details: tuple[dict[str, Any], ...] = ()
