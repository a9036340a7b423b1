"""Which test catches which fault: the table of ``docs/understand/faults.md``.

After a change of faults or rules, from the root of the checkout: ``PYTHONPATH=tests python -m rules.fault_table``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fullrate.auditing import TOLERANCE, audit
from fullrate.tables import Tables
from rules import cases, points
from rules.faults import FAMILIES, FAULTS, Fault, injected
from rules.known import KNOWN, first_stage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "understand" / "faults.md"
POINTS, PLANS = 1200, 10
"""Points that are compared, and scenarios of the rule that are solved and audited, for each fault."""
CAUGHT, MISSED = "caught", "–"
HEAD = "| rule | fault | | rows against check | audit of plans | known answers |\n|---|---|---|---|---|---|"

ABOUT = """# Faults the tests catch

A rule of the plan is written three times: as an equation for the reader, as rows for the solver, and as a
check in plain loops that sees only the tables and the plan. Three tests compare them:

- **rows against check**: at random points, feasible or not, both must say the same;
- **audit of plans**: a plan solved with the rows must pass every check;
- **known answers**: tiny scenarios whose least mean wait is worked out by hand.

To know what these tests are worth, faults of the kinds that planning programs have had were put into the rules,
one at a time. The table says which test noticed. Every fault must be caught by at least one; the table is made by
`tests/rules/fault_table.py`, and a test compares it with what happens now.

Faults that make the rows too tight are the dangerous ones: the plan obeys every rule, no audit of it can
complain, and a promise looks later than it need be. The comparison at arbitrary points sees them all; known answers
see those that somebody thought of.
"""


@cache
def scenario(code: str, seed: int) -> Tables:
    return cases.scenario(code, seed)


def by_points(fault: Fault) -> bool:
    """Whether rows and check disagree anywhere."""
    with injected(fault):
        return bool(points.compare(fault.ask, POINTS, enough=1).disputes)


def by_audit(fault: Fault) -> bool:
    """Whether a plan made with the fault fails the audit."""
    for seed in range(PLANS):
        tables = scenario(fault.ask, seed)
        with injected(fault):
            try:
                _, plan = first_stage(tables, pruned=False)
            except RuntimeError:
                continue
        if audit(tables, plan).residual > TOLERANCE:
            return True
    return False


def by_known(fault: Fault) -> bool:
    """Whether a scenario with a known answer gets another one, or none."""
    for name, one in KNOWN.items():
        with injected(fault):
            try:
                days, _ = first_stage(known(name), pruned=False, wish=one.wish)
            except RuntimeError:
                return True
        if abs(days - one.days) > TOLERANCE * max(1.0, one.days):
            return True
    return False


@cache
def known(name: str) -> Tables:
    return KNOWN[name].read()


def line(fault: Fault) -> str:
    """The fault's line of the table."""
    marks = [CAUGHT if caught(fault) else MISSED for caught in (by_points, by_audit, by_known)]
    return f"| {' | '.join([fault.rule, fault.name, fault.side, *marks])} |"


def summary(lines: list[str]) -> str:
    """How many faults each test caught, of those on either side."""
    told = []
    for side in ("too loose", "too tight", "wrong"):
        some = [one.split(" | ") for one in lines if f" | {side} | " in one]
        counts = [sum(marks[column].startswith(CAUGHT) for marks in some) for column in (3, 4, 5)]
        told.append(f"| {side} | {len(some)} | {' | '.join(map(str, counts))} |")
    head = "| | faults | rows against check | audit of plans | known answers |\n|---|---|---|---|---|"
    return "\n".join([head, *told])


def page(lines: dict[tuple[str, str], str]) -> str:
    """The whole page from the lines by rule and fault."""
    parts = [ABOUT, summary(list(lines.values()))]
    for family, faults in FAMILIES.items():
        parts += [f"\n## {family.capitalize()}\n", "\n".join([HEAD, *(lines[one.rule, one.name] for one in faults)])]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page({(fault.rule, fault.name): line(fault) for _, fault in FAULTS}), encoding="utf-8")
