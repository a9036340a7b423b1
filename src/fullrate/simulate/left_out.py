"""What executions do not know yet: left out without a word it would make every date look surer than it is."""

from __future__ import annotations

from fullrate.findings import Finding, Refused, Severity
from fullrate.tables import SCENARIO, Tables


def refuse_left_out(tables: Tables, *, delivered: bool = False) -> None:
    """Raise Refused where executions do not know all of a scenario: it has no odds yet.

    Args:
        tables: the scenario.
        delivered: whether what has been delivered is asked, whether it still works or not.
    """
    found = []
    tested = [row["gate"] for row in tables.rows("gates") if row["needs_item"] is not None]
    if tables.config.lead_rounding == "floor":
        said = (
            "with times rounded down this test begins on articles that are made after it has begun: a bound on dates, "
            "and nothing that can be executed"
        )
        advice = (
            "plan with times rounded up, which can be executed, and ask for odds of that: `fullrate plan DIR --set "
            "scenario:lead_rounding=ceil`; it prints the dates rounded down beside its own"
        )
        found += [_finding("gates", gate, "needs_item", said, advice) for gate in tested]
    if delivered and tables.config.coverage == "serviceable":
        said = "executions say how many work, not how many have been delivered, which is what was counted"
        advice = "plan what is delivered: `fullrate plan DIR --set scenario:coverage=delivered`"
        found.append(_finding(SCENARIO, "", "coverage", said, advice))
    if found:
        raise Refused(found)


def _finding(table: str, key: str, column: str, found: str, advice: str) -> Finding:
    return Finding(
        "FR714",
        Severity.ERROR,
        "not executed yet",
        table=table,
        key=key,
        column=column,
        found=found,
        help=advice,
    )
