"""What every section of the report is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from fullrate.auditing import Audit
from fullrate.report.figures.periods import done
from fullrate.report.names import Names
from fullrate.results import Plan, Study
from fullrate.tables import Tables


@dataclass(frozen=True)
class Context:
    """A plan, its tables, and what is known of the run it is in.

    Attributes:
        tables: the scenario.
        plan: its plan.
        names: what people call things.
        actions: the list of actions.
        audit: every rule re-derived.
        run: id of the run; blank for a plan that is in no run.
        facts: more about the run by name: made, inputs, versions, changes.
        findings: what the checker said, as plain objects.
        studies: the newest answer to each question asked of the plan, by kind.
    """

    tables: Tables
    plan: Plan
    names: Names
    actions: pl.DataFrame
    audit: Audit
    run: str
    facts: Mapping[str, Any]
    findings: Sequence[Mapping[str, Any]]
    studies: Mapping[str, Study] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return self.tables.config.currency

    @property
    def end(self) -> float:
        """Last day drawn in figures, in days after the start: when deliveries end, and a little more."""
        return float(self.plan.edges[done(self.plan)])

    def source(self, *tables: str) -> str:
        """The line below a figure: which tables of which run."""
        listed = " and ".join(f"“{name}”" for name in tables)
        return f"Source: {'table' if len(tables) == 1 else 'tables'} {listed} of {self.run or 'this plan'}."

    def begins(self, period: int) -> date:
        """First day of a period."""
        return self.plan.date(float(self.plan.edges[period - 1]))

    def ends(self, period: int) -> date:
        """Day after the last one of a period."""
        return self.plan.date(float(self.plan.edges[period]))
