"""A reader of two-stage problems in SMPS form (Birge et al. 1987), as first decisions and outcomes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import numpy as np

from fullrate.planning.blocks import Piece, stacked
from fullrate.planning.twostage import Link, Outcome, TwoStage

INF = float("inf")
Change = dict[tuple[str, str], float]


@dataclass
class Core:
    """The deterministic problem: cells by (row, column), the right-hand side as a column of its own."""

    objective: str = ""
    rows: dict[str, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)
    cells: Change = field(default_factory=dict)
    lower: dict[str, float] = field(default_factory=dict)
    upper: dict[str, float] = field(default_factory=dict)
    right: str = ""


def lines(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Section and words of every line that is no comment; a section's own line has no words of the section before."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    section = ""
    for line in raw.decode("latin-1").splitlines():
        if not line.strip() or line.startswith("*"):
            continue
        if not line[0].isspace():
            section = line.split()[0]
            yield section, ["", *line.split()[1:]]
        else:
            yield section, line.split()


def core(path: Path) -> Core:
    made = Core()
    for section, words in lines(path):
        if words[0] == "":
            continue
        if section == "ROWS":
            if words[0] == "N":
                made.objective = made.objective or words[1]
            made.rows[words[1]] = words[0]
        elif section in ("COLUMNS", "RHS"):
            if section == "COLUMNS" and words[0] not in made.columns[-1:]:
                made.columns.append(words[0])
            if section == "RHS":
                made.right = words[0]
            for row, value in zip(words[1::2], words[2::2], strict=True):
                made.cells[row, words[0]] = float(value)
        elif section == "BOUNDS":
            kind, _, name = words[:3]
            value = float(words[3]) if len(words) > 3 else 0.0
            if kind in ("UP", "FX"):
                made.upper[name] = value
            if kind in ("LO", "FX"):
                made.lower[name] = value
            if kind in ("FR", "MI"):
                made.lower[name] = -INF
        else:
            raise NotImplementedError(section)
    return made


def second(path: Path) -> tuple[str, str]:
    """First column and row of the second stage."""
    named = [words[:2] for section, words in lines(path) if section == "PERIODS" and words[0]]
    assert len(named) == 2
    return named[1][0], named[1][1]


def outcomes(path: Path) -> Iterator[tuple[float, Change]]:
    """Odds of each outcome, and the cells it changes."""
    kind = next(section for section, words in lines(path) if section in ("INDEP", "BLOCKS"))
    found: dict[tuple[str, ...], list[tuple[float, Change]]] = {}
    for section, words in lines(path):
        if section != kind or words[0] == "":
            continue
        if kind == "INDEP":
            found.setdefault((words[0], words[1]), []).append(
                (float(words[-1]), {(words[1], words[0]): float(words[2])})
            )
        elif words[0] == "BL":
            block = found.setdefault((words[1],), [])
            before = dict(block[0][1]) if block else {}
            block.append((float(words[3]), before))
        else:
            latest = found[list(found)[-1]] if len(found) == 1 else block
            for row, value in zip(words[1::2], words[2::2], strict=True):
                latest[-1][1][row, words[0]] = float(value)
    for parts in product(*found.values()):
        changes: Change = {}
        for _, change in parts:
            changes.update(change)
        yield float(np.prod([odds for odds, _ in parts])), changes


def read(folder: Path, name: str, time: str, stoch: str) -> TwoStage:
    """The problem as first decisions and outcomes; losses are bounded below by nothing better than minus a billion."""
    base = core(folder / name)
    column, row = second(folder / time)
    names = [one for one in base.rows if one != base.objective and base.rows[one] != "N"]
    cut, split = base.columns.index(column), names.index(row)
    early, late = base.columns[:cut], base.columns[cut:]

    def rows_of(some: list[str], cells: Change) -> tuple[np.ndarray, np.ndarray]:
        right = np.array([cells.get((one, base.right), 0.0) for one in some])
        kind = np.array([base.rows[one] for one in some])
        return np.where(kind == "L", -INF, right), np.where(kind == "G", INF, right)

    def entries(some: list[str], over: list[str], cells: Change) -> list[np.ndarray]:
        place, at = {one: k for k, one in enumerate(some)}, {one: k for k, one in enumerate(over)}
        found = [(place[r], at[c], v) for (r, c), v in cells.items() if r in place and c in at and v]
        return [np.array([one[k] for one in found], (np.int64, np.int64, float)[k]) for k in range(3)]

    def program(some: list[str], over: list[str], cells: Change):  # type: ignore[no-untyped-def]
        cost = np.array([cells.get((base.objective, one), 0.0) for one in over])
        low = np.array([base.lower.get(one, 0.0) for one in over])
        high = np.array([base.upper.get(one, INF) for one in over])
        return stacked(cost, low, high, [Piece(*entries(some, over, cells), *rows_of(some, cells))])

    made = []
    for odds, change in outcomes(folder / stoch):
        cells = {**base.cells, **change}
        place, first, value = entries(names[split:], early, cells)
        low, high = rows_of(names[split:], cells)
        links = [
            Link(bound, place[fits[place]], first[fits[place]], -value[fits[place]])
            for bound, fits in (("row_lower", np.isfinite(low)), ("row_upper", np.isfinite(high)))
        ]
        made.append(Outcome(program(names[split:], late, cells), tuple(links), odds))
    return TwoStage(program(names[:split], early, base.cells), tuple(made), np.full(len(made), -1e9))
