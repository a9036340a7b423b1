"""`fullrate audit RUN`: every rule re-derived from tables and plan alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.auditing import Audit

SHOWN = 10
"""Places beyond the tolerance that are printed."""


@click.command()
@click.argument("run", metavar="RUN")
@frame.runs_dir_option
@frame.json_option
def audit(run: str, runs_dir: Path, as_json: bool) -> int:
    """Recompute every rule of RUN from its tables and plan, and verify its files."""
    from fullrate import auditing, store

    found = store.find_plan(run, runs_dir)
    damaged = found.damaged()
    result = None if damaged else auditing.audit(found.tables(), found.plan())
    passed = result is not None and result.passed
    if as_json:
        frame.print_json(
            {
                "schema": "fullrate.audit/1",
                "run": found.id,
                "passed": passed,
                "damaged": damaged,
                "tolerance": auditing.TOLERANCE,
                "residual": None if result is None else result.residual,
                "rules": [] if result is None else result.table,
                "excesses": [] if result is None else [vars(one) for one in result.excesses],
            }
        )
    else:
        for name in damaged:
            click.echo(f"{name} is not what was written when the run was made")
        if result is not None:
            click.echo(audit_text(result))
    return frame.ExitCode.DONE if passed else frame.ExitCode.REFUSED


def audit_text(result: Audit) -> str:
    """One line per rule, the worst places, and the verdict."""
    from fullrate.auditing import TOLERANCE

    lines = []
    for row in result.table.iter_rows(named=True):
        where = f"  at {row['at']}" if row["residual"] > TOLERANCE else ""
        lines.append(f"{row['rule']:<8} {row['residual']:8.1e}  {row['title']}{where}")
    for one in result.excesses[:SHOWN]:
        place = " ".join(map(str, one.at))
        lines.append(f"{one.rule} at {place}: found {one.found:g}, allowed {one.allowed:g}")
    if len(result.excesses) > SHOWN:
        lines.append(f"... and {len(result.excesses) - SHOWN} more")
    verdict = "passed" if result.passed else "FAILED"
    return "\n".join([*lines, f"audit {verdict}: largest residual {result.residual:.1e}, tolerance {TOLERANCE:.0e}"])
