"""`fullrate plan DIR`: one sentence first, then a small table, and a run that keeps everything."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from datetime import date, datetime

    from fullrate.findings import Finding
    from fullrate.results import Plan
    from fullrate.store import Run
    from fullrate.tables import Tables

NO_BREAK = "\u00a0"


@dataclass(frozen=True)
class Guard:
    """What `--hedge`, `--scenarios` and `--now` say."""

    hedge: str
    scenarios: int
    now: date | None

    @property
    def level(self) -> float:
        """Level of the worst cases; not a number where it cannot be read, which is refused with what may be written."""
        name, _, text = self.hedge.replace(" ", "").partition("=")
        try:
            return float(text) if name == "cvar" else float("nan")
        except ValueError:
            return float("nan")

    def until(self, tables: Tables) -> float | None:
        """Day of decision in days after the start; None for the default."""
        return None if self.now is None else float((self.now - tables.config.start).days)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop then, with the best plan so far (exit code 4).",
)
@click.option(
    "--memory",
    type=click.FloatRange(min=0, min_open=True),
    metavar="GIB",
    help="Refuse a program larger than this; by default than what the machine has free.",
)
@click.option(
    "--previous",
    metavar="RUN",
    help="The plan in force: what it orders up to `freeze_until` stays, the rest changes as little as may be.",
)
@click.option("--preview", is_flag=True, help="Plan on a coarse calendar: quick, and marked as a preview.")
@click.option("--hedge", metavar="cvar=LEVEL", help="Decide now what serves many cases that may come; see --scenarios.")
@click.option(
    "--scenarios", type=click.IntRange(min=2), metavar="N", default=50, show_default=True, help="Cases of the hedge."
)
@click.option(
    "--now",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="What begins before it is decided now, with --hedge; by default 13 weeks after the start.",
)
@frame.set_option
@frame.runs_dir_option
@frame.json_option
def plan(
    folder: Path,
    time_limit: float | None,
    memory: float | None,
    previous: str | None,
    preview: bool,
    hedge: str | None,
    scenarios: int,
    now: datetime | None,
    changes: tuple[str, ...],
    runs_dir: Path,
    as_json: bool,
) -> int:
    """Plan the scenario in DIR: who is covered by what date, and what binds.

    Writes a run folder with everything the answer rests on. With --hedge cvar=0.8 what begins before the day of
    decision is chosen so that the worst fifth of the cases that may come waits least; they are drawn from
    `uncertainty` and `risks`.
    """
    if hedge is not None and preview:
        raise click.UsageError("--hedge needs the whole calendar: leave out --preview")
    guard = None if hedge is None else Guard(hedge, scenarios, None if now is None else now.date())
    with frame.progress("plan") as say:
        found = planned(folder, changes, runs_dir, say, time_limit, memory, preview, previous, guard)
    tables, result, findings, run = found
    if as_json:
        frame.print_json(as_object(tables, result, findings, run))
    else:
        if findings:
            frame.note(said(findings, folder))
        click.echo(answer_text(tables, result, run))
    return frame.ExitCode.TIME_LIMIT if cut_short(result) else frame.ExitCode.DONE


def cut_short(result: Plan) -> bool:
    """Whether the time limit came before the end, of the plan, or of the search for its hedge and the trial of it."""
    hedge = result.meta.get("hedge", {})
    return "time limit" in (result.status, hedge.get("status")) or not hedge.get("complete", True)


def planned(
    folder: Path,
    changes: tuple[str, ...],
    runs_dir: Path,
    say: Any,
    time_limit: float | None = None,
    memory: float | None = None,
    preview: bool = False,
    previous: str | None = None,
    guard: Guard | None = None,
) -> tuple[Tables, Plan, list[Finding], Run]:
    """Check, plan and store a scenario, after the run ``previous`` if given. Raises Refused when it has errors."""
    from fullrate import planning, store
    from fullrate.findings import Refused, errors
    from fullrate.tables import read
    from fullrate.tables.check import check

    say("checking")
    tables, findings = read(folder, changes)
    before = None if previous is None else store.find_plan(previous, runs_dir)
    if before is not None:
        tables = planning.after(tables, before.plan())
    findings = [*findings, *check(tables)]
    if errors(findings):
        raise Refused(findings)
    say("planning")
    most = None if memory is None else memory * 2**30
    if guard is None:
        result = planning.plan(tables, time_limit=time_limit, preview=preview, most_memory=most)
    else:
        result = planning.hedged(
            tables,
            guard.level,
            guard.scenarios,
            until=guard.until(tables),
            time_limit=time_limit,
            most_memory=most,
            say=say,
        )
    say("writing")
    parent = None if before is None else before.id
    run = store.save(tables, result, findings, runs_dir, ["fullrate", *sys.argv[1:]], parent)
    return tables, result, findings, run


def said(findings: list[Finding], folder: Path) -> str:
    """One line on findings that did not stop the plan."""
    count = len(findings)
    return (
        f"{count} warning{'s' if count > 1 else ''}; `fullrate check {folder}` shows {'them' if count > 1 else 'it'}."
    )


def answer_text(tables: Tables, result: Plan, run: Run) -> str:
    """The sentence, the table of dates, and where to look next."""
    import textwrap

    from fullrate.report.words import answer

    said = answer(tables, result).replace(" %", NO_BREAK + "%")
    lines = [line.replace(NO_BREAK, " ") for line in textwrap.wrap(said, 100)]
    lines += ["", *unknown_lines(tables), *date_lines(result), ""]
    lines += displaced_lines(result)
    lines += changed_lines(tables, result)
    lines += hedge_lines(result)
    lines += [f"run {run.id}", f"next: fullrate actions {run.id}   fullrate report {run.id}   fullrate audit {run.id}"]
    return "\n".join(lines)


def date_lines(result: Plan) -> list[str]:
    """Dates of coverage by class as a table of text: in the plan, and the earliest possible where it differs."""
    from fullrate.report.words import finished

    rows = [row for row in result.table("dates").iter_rows(named=True) if row["need"] == ""]
    levels = sorted({row["coverage"] for row in rows})
    by_place = {(row["class"], row["coverage"]): row for row in rows}
    if not rows:
        return quantity_lines(result)
    head = ["class", *(f"{level:.0%} covered" for level in levels)]
    lines = [head]
    for cls in sorted({row["class"] for row in rows}):
        if cls not in finished(result):
            lines.append([str(cls), *("not planned" for _ in levels)])
            continue
        lines.append([str(cls), *(_date(by_place[cls, level]["date"]) for level in levels)])
        early = [by_place[cls, level] for level in levels]
        known = result.status == "solved" and not result.meta.get("preview")
        if known and any(row["earliest_date"] != row["date"] for row in early):
            lines.append(["  alone", *(_date(row["earliest_date"]) for row in early)])
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    if any(line[0] == "  alone" for line in lines):
        found = "earliest date found" if result.meta.get("learning") else "earliest possible date"
        text.append(f"alone: {found} of that share if nothing else counted")
    return [*text, *([""] if len(result.table("quantities")) else []), *quantity_lines(result)]


def unknown_lines(tables: Tables) -> list[str]:
    """What nobody has said, before any date."""
    import textwrap

    from fullrate.report.words import unknowns

    said = unknowns(tables)
    points = [line for one in said for line in textwrap.wrap(one, 98, initial_indent="- ", subsequent_indent="  ")]
    return ["Not known:", *points, ""] if said else []


def quantity_lines(result: Plan) -> list[str]:
    """Dates of given quantities as a table of text, where nobody has said how much."""
    rows = list(result.table("quantities").iter_rows(named=True))
    if not rows:
        return []
    lines = [["so many", "there by", "at the earliest"]]
    lines += [[f"{row['quantity']:,.10g}", _date(row["date"]), _date(row["earliest_date"])] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    text = ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return [*text, "so many: of all needs without a quantity together; what can be, not what is promised"]


def displaced_lines(result: Plan) -> list[str]:
    """One line for each rival that loses anything: how much of what it wants, and when."""
    from fullrate.report.words import crowded_out

    lines = crowded_out(result)
    return [*lines, ""] if lines else []


def changed_lines(tables: Tables, result: Plan) -> list[str]:
    """What changes of the previous plan, where there is one, and frozen orders that could not be kept."""
    import textwrap

    from fullrate.report.previous import LISTED, sentence, table_of
    from fullrate.report.text import grid

    said = sentence(tables, result)
    if not said:
        return []
    head, rows = table_of(tables, result, frozen_only=True)
    more = [f"and {len(rows) - LISTED} more, in the report"] if len(rows) > LISTED else []
    broken = [grid([*head[:-1]], [row[:-1] for row in rows[:LISTED]], [2, 3]), *more] if rows else []
    return [*textwrap.wrap(said, 100), *broken, ""]


def hedge_lines(result: Plan) -> list[str]:
    """The hedge of a plan that has one, or that there was no time for it."""
    import textwrap

    from fullrate.report.hedge import UNHEDGED, as_text, hedge_of, unhedged

    if unhedged(result):
        return [*textwrap.wrap(UNHEDGED, 100), ""]
    return [as_text(result), ""] if hedge_of(result) else []


def _date(date: Any) -> str:
    return "later" if date is None else str(date.isoformat())


def as_object(tables: Tables, result: Plan, findings: list[Finding], run: Run) -> dict[str, Any]:
    """The answer as the JSON object of the command."""
    from fullrate.findings import as_object as finding_object
    from fullrate.report.figures import gates, learning, orders, people, quality
    from fullrate.report.words import answer, unknowns

    meta = dict(result.meta)
    if "hedge" in meta:
        meta["hedge"] = {**meta["hedge"], "decided": result.table("decided"), "cases": result.table("cases")}
    return {
        "schema": "fullrate.plan/1",
        "run": run.id,
        "status": result.status,
        "answer": answer(tables, result),
        "dates": result.table("dates"),
        "capability": result.table("capability"),
        "quantities": result.table("quantities"),
        "not_known": unknowns(tables),
        "stages": result.table("stages"),
        "waits": result.table("waits"),
        "binding": result.table("binding"),
        "changed": orders.changed(tables, result),
        "displaced": result.table("displaced").filter(result.table("displaced")["displaced"] > 0),
        "money": result.table("money"),
        "gates": gates.gates(tables, result),
        "at_risk": gates.stakes(tables, result),
        "workforce": people.workforce(tables, result),
        "learning": learning.learnt(tables, result),
        "quality": quality.escapes(tables, result),
        "fleet": quality.fleet(tables, result),
        "findings": [finding_object(one) for one in findings],
        "meta": meta,
    }
