"""The report of a run: one HTML file without script that opens anywhere and prints well."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from fullrate import auditing
from fullrate.report import words
from fullrate.report.actions import Latest, actions
from fullrate.report.names import Names
from fullrate.report.parts import Section
from fullrate.report.sections import (
    breaking,
    buying,
    chances,
    computing,
    covering,
    crowding,
    doing,
    engaging,
    explaining,
    hedging,
    ordering,
    quoting,
    resting,
    serving,
    staffing,
    testing,
    tracking,
    trading,
    unsaid,
    using,
)
from fullrate.report.sections.context import Context
from fullrate.results import Plan, Study
from fullrate.store import Run, newest_studies
from fullrate.tables import Tables
from fullrate.tables.files import whole

SECTIONS = (
    tracking.tracked,
    doing.actions,
    ordering.changes,
    hedging.hedged,
    unsaid.capability,
    covering.classes,
    covering.came,
    covering.recipients,
    chances.dates,
    chances.inputs,
    doing.gantt,
    testing.gates,
    using.binding,
    explaining.reasons,
    staffing.workforce,
    staffing.learning,
    serving.quality,
    crowding.rivals,
    breaking.cuts,
    buying.mitigated,
    trading.frontiers,
    engaging.engaged,
    using.stocks,
    using.funds,
    using.places_and_lanes,
    resting.assumptions,
    resting.statements,
    resting.bibliography,
    computing.left_out,
    computing.method,
)
"""The report, from top to bottom; a section that has nothing to say returns None or says so."""
DATE = re.compile(r"\b\d{4}-\d{2}(-\d{2})?\b")
JOINT = re.compile(r"[_|:](?=\w)")


def write_report(run: Run, output: Path) -> Path:
    """Write the report of a run, with the newest answer to each question asked of it, and return where it is.

    Args:
        run: a run of kind plan.
        output: the file; replaced when it is there.

    Raises:
        OSError: the file cannot be written.
    """
    studies = newest_studies(run)
    text = html(run.tables(), run.plan(), run.id, run.manifest, run.findings(), studies=studies)
    with whole(output) as part:
        part.write_text(text, "utf-8")
    return output


def html(
    tables: Tables,
    plan: Plan,
    run: str = "",
    facts: Mapping[str, Any] | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
    latest: Latest | None = None,
    studies: Mapping[str, Study] | None = None,
) -> str:
    """The report of a plan as HTML.

    Args:
        tables: the scenario.
        plan: its plan.
        run: id of the run it is in.
        facts: more about the run by name: created, inputs, versions, changes.
        findings: what the checker said, as plain objects.
        latest: latest first periods for the actions; None computes them.
        studies: answers to questions asked of the plan, by kind.
    """
    listed = actions(tables, plan, latest=latest)
    audit = auditing.audit(tables, plan)
    context = Context(tables, plan, Names.of(tables), listed, audit, run, facts or {}, findings, studies or {})
    shown: list[Section] = [section for make in SECTIONS if (section := make(context)) is not None]
    text: str = template().render(
        title=tables.config.name,
        question=words.question(tables),
        answer=words.answer(tables, plan),
        front=computing.front(context),
        panels=quoting.first_page(context),
        lead=unsaid.lead(context),
        dates=covering.dates(context),
        sections=shown,
        run=run,
        preview=bool(plan.meta.get("preview")),
    )
    return text


def template() -> Any:
    """The page, with every value escaped."""
    loader = PackageLoader("fullrate.report", "templates")
    settings: dict[str, Any] = {
        "autoescape": True,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    environment = Environment(loader=loader, **settings)
    environment.filters["dated"] = dated
    return environment.get_template("page.html")


def dated(text: str) -> Markup:
    """The text, escaped; no line breaks inside a date or before a percent sign, long ids may break at their joints.

    >>> dated("<b> 80 % by 2026-04-20, mould_line")
    Markup('&lt;b&gt; 80&nbsp;% by <time>2026-04-20</time>, mould_<wbr>line')
    """
    escaped = str(escape(text)).replace(" %", "&nbsp;%")
    return Markup(JOINT.sub(r"\g<0><wbr>", DATE.sub(r"<time>\g<0></time>", escaped)))
