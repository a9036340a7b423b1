"""Tables of text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

GAP = "  "


def grid(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    r"""Columns side by side, as wide as their widest cell; the columns in ``right`` end flush.

    >>> print(grid(["what", "cost,\nEUR"], [["press", "12"], ["lathe", "8"]], right=[1]))
           cost,
    what     EUR
    press     12
    lathe      8
    """
    table = [*_lines(head), *[list(row) for row in rows]]
    widths = [max(len(row[at]) for row in table) for at in range(len(head))]
    lines = []
    for row in table:
        cells = [
            cell.rjust(width) if at in right else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(GAP.join(cells).rstrip())
    return "\n".join(lines)


def _lines(head: Sequence[str]) -> list[list[str]]:
    """Headings of several lines, each ending on the last one."""
    split = [text.split("\n") for text in head]
    most = max(len(lines) for lines in split)
    return [list(line) for line in zip(*([""] * (most - len(lines)) + lines for lines in split), strict=True)]
