"""A linear program as named columns and dictionaries, solved by scipy: slow, short, easy to check by eye."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog  # type: ignore[import-untyped]
from scipy.sparse import csr_array  # type: ignore[import-untyped]

Terms = Mapping[Hashable, float]


@dataclass
class SparseLp:
    """Columns by name with bounds 0..upper; rows as (terms, right-hand side)."""

    upper: dict[Hashable, float] = field(default_factory=dict)
    below: list[tuple[Terms, float]] = field(default_factory=list)
    equal: list[tuple[Terms, float]] = field(default_factory=list)

    def column(self, name: Hashable, upper: float = float("inf")) -> Hashable:
        """Add a column between 0 and ``upper`` and give its name back."""
        assert name not in self.upper, f"{name} exists"
        self.upper[name] = upper
        return name

    def at_most(self, terms: Terms, limit: float) -> None:
        """Add a row: terms <= limit."""
        self.below.append((dict(terms), limit))

    def equals(self, terms: Terms, value: float) -> None:
        """Add a row: terms == value."""
        self.equal.append((dict(terms), value))

    def minimise(self, cost: Terms, method: str = "highs") -> tuple[float, dict[Hashable, float]]:
        """The least value of the cost and the columns that attain it."""
        position = {name: column for column, name in enumerate(self.upper)}
        objective = np.zeros(len(position))
        for name, value in cost.items():
            objective[position[name]] = value
        below, limit = _matrix(self.below, position)
        equal, right = _matrix(self.equal, position)
        bounds = [(0.0, upper) for upper in self.upper.values()]
        answer = linprog(objective, below, limit, equal, right, bounds, method=method)
        assert answer.status == 0, answer.message
        return float(answer.fun), dict(zip(position, map(float, answer.x), strict=True))


def _matrix(
    rows: list[tuple[Terms, float]], position: Mapping[Hashable, int]
) -> tuple[csr_array | None, np.ndarray | None]:
    if not rows:
        return None, None
    entries = [
        (number, position[name], value) for number, (terms, _) in enumerate(rows) for name, value in terms.items()
    ]
    row, column, value = zip(*entries, strict=True)
    shape = (len(rows), len(position))
    return csr_array((value, (row, column)), shape=shape), np.array([right for _, right in rows])
