"""What executions do not know yet: left out without a word it would make every date look surer than it is."""

from __future__ import annotations

from fullrate.findings import Finding, Refused, Severity
from fullrate.tables import SCENARIO, Tables

LEFT_OUT = (
    ("gates", "gate", "needs_item", "a test that uses up articles", "state the days of the test in `duration_d`"),
)
"""Table, key and column of what the executions leave out, in words, and what to do."""


def refuse_left_out(tables: Tables) -> None:
    """Raise Refused where executions do not know all of a scenario: it has no odds yet."""
    found = [
        Finding(
            "FR714",
            Severity.ERROR,
            "not executed yet",
            table=table,
            key=row[key],
            column=column,
            found=f"{said} has no odds yet: executions of a plan do not know it",
            help=advice,
        )
        for table, key, column, said, advice in LEFT_OUT
        for row in tables.rows(table)
        if row[column] is not None
    ]
    if tables.config.coverage == "serviceable":
        said = "coverage by what works has no odds yet: executions of a plan do not know what fails"
        advice = "ask for odds of what is delivered: `fullrate plan DIR --set scenario:coverage=delivered`"
        found.append(
            Finding(
                "FR714", Severity.ERROR, "not executed yet", table=SCENARIO, column="coverage", found=said, help=advice
            )
        )
    if found:
        raise Refused(found)
