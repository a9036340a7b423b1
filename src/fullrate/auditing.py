"""The audit: every rule re-derived from tables and plan alone. It never sees a linear program."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from fullrate.results import Plan
from fullrate.rules import RULES
from fullrate.rules.base import Excess
from fullrate.tables import Tables

TOLERANCE = 1e-6
"""Largest relative residual that passes (methods 10.6)."""


@dataclass(frozen=True)
class Audit:
    """What the audit found.

    Attributes:
        table: largest residual of each rule and where it is: rule, title, residual, at, found, allowed, excesses.
        excesses: every place beyond the tolerance, worst first.
    """

    table: pl.DataFrame
    excesses: tuple[Excess, ...]

    @property
    def residual(self) -> float:
        """Largest residual of all rules."""
        return float(self.table["residual"].max() or 0.0)  # type: ignore[arg-type]

    @property
    def passed(self) -> bool:
        """Whether every residual is within the tolerance."""
        return not self.excesses


def audit(tables: Tables, plan: Plan) -> Audit:
    """Run the check of every rule."""
    rows, beyond = [], []
    for rule in RULES:
        found = list(rule.check(tables, plan))
        worst = max(found, key=lambda excess: excess.size, default=None)
        over = [excess for excess in found if excess.size > TOLERANCE]
        beyond += over
        rows.append(
            {
                "rule": rule.code,
                "title": rule.title,
                "residual": worst.size if worst else 0.0,
                "at": " ".join(map(str, worst.at)) if worst else "",
                "found": worst.found if worst else None,
                "allowed": worst.allowed if worst else None,
                "excesses": len(over),
            }
        )
    text, number = pl.String, pl.Float64
    schema = {"rule": text, "title": text, "residual": number, "at": text, "found": number, "allowed": number}
    table = pl.DataFrame(rows, schema={**schema, "excesses": pl.Int64})
    return Audit(table, tuple(sorted(beyond, key=lambda excess: -excess.size)))
