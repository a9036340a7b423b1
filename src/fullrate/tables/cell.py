"""The one address of a number: table, key, column."""

from __future__ import annotations

import re
from dataclasses import dataclass

SCENARIO = "scenario"
"""Table name under which the settings of ``scenario.toml`` are addressed, without a key."""

_CHANGE = re.compile(r"(?P<table>[^:=]+):(?:(?P<key>.*?)\.)?(?P<column>\w+)=(?P<value>.*)", re.S)
_CELL = re.compile(r"(?P<table>[^:=]+):(?:(?P<key>.*)\.)?(?P<column>\w+)", re.S)


@dataclass(frozen=True, order=True)
class Cell:
    """One cell of a scenario.

    Findings, provenance, uncertainty, series, what-ifs and explanations all use this address. Parts
    of a composite key are joined with ``|``, which ids may not contain.

    >>> str(Cell("lanes", "L1", "lead_d"))
    'lanes:L1.lead_d'
    >>> Cell.parse("stock:S2|part.qty").key
    'S2|part'
    """

    table: str
    key: str
    column: str

    def __str__(self) -> str:
        """``table:key.column``; settings of the scenario have no key."""
        row = f"{self.key}." if self.key else ""
        return f"{self.table}:{row}{self.column}"

    @staticmethod
    def parse(text: str) -> Cell:
        """The cell that ``table:key.column`` names.

        Raises:
            ValueError: The text does not have that form.
        """
        match = _CELL.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"`{text}` is not of the form table:key.column")
        return Cell(match["table"], match["key"] or "", match["column"])


def parse_change(text: str) -> tuple[Cell, str]:
    """The cell and the new text that ``table:key.column=value`` names.

    >>> parse_change("lanes:L1.lead_d=14")
    (Cell(table='lanes', key='L1', column='lead_d'), '14')

    Raises:
        ValueError: The text does not have that form.
    """
    match = _CHANGE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text}` is not of the form table:key.column=value")
    return Cell(match["table"], match["key"] or "", match["column"]), match["value"].strip()
