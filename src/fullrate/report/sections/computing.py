"""What the model leaves out, and how the answer was computed and checked."""

from __future__ import annotations

import re
from typing import Any

from fullrate.auditing import TOLERANCE
from fullrate.report import evidence
from fullrate.report.names import plain
from fullrate.report.numbers import days, iso
from fullrate.report.parts import Block, Grid, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import calendar_parts

LEFT_OUT = (
    "Odds: the dates hold if every number holds. How likely that is, a plan does not know.",
    "Failures and repairs in the field.",
    "Other users of the same capacity that nobody wrote down, prices that react, and effects on the economy.",
    "Anybody's will to act otherwise: suppliers and recipients do what the plan says.",
)
"""What no plan of this version contains."""


def left_out(context: Context) -> Section:
    """What is not modelled: by the program, and by this scenario."""
    blocks: list[Block] = []
    said = evidence.left_out(context.tables)
    if said:
        paragraphs, items = prose(said)
        blocks += [
            Text(["By this scenario, in its author's words:"]),
            Text(paragraphs, items),
            Text(["By the program:"]),
        ]
    return Section("left-out", "What is not modelled", [*blocks, Text([], LEFT_OUT)])


def prose(markdown: str) -> tuple[list[str], list[str]]:
    r"""Paragraphs and list items of a piece of Markdown, without its marks.

    >>> prose("One `cell` and [two](x.md).\n\n- three\n- **four**")
    (['One cell and two.'], ['three', 'four'])
    """
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", markdown)
    text = re.sub(r"\*\*|`", "", text)
    paragraphs, items = [], []
    for part in re.split(r"\n\s*\n", text):
        if re.match(r"\s*[-*] ", part):
            items += [" ".join(item.split()) for item in re.split(r"(?m)^\s*[-*] ", part) if item.strip()]
        elif part.strip():
            paragraphs.append(" ".join(part.split()))
    return paragraphs, items


def method(context: Context) -> Section:
    """How the answer was found, and how well it stands up to its own checks."""
    rows = [[name, value] for name, value in facts(context) if value]
    stages = [
        [
            row["stage"],
            _meaning(row["stage"]),
            f"{row['value']:.6g}",
            f"{row['tolerance']:g}",
            row["status"],
            f"{row['seconds']:.2f} s",
        ]
        for row in context.plan.table("stages").iter_rows(named=True)
    ]
    head = ("stage", "minimises", "value", "may be given up later", "status", "time")
    rules = [[row["rule"], row["title"], f"{row['residual']:.1e}"] for row in context.audit.table.iter_rows(named=True)]
    return Section(
        "method",
        "How it was computed",
        [
            Grid(("", ""), rows),
            folded(f"{len(stages)} stages", head, stages, right=(2, 3, 5)),
            folded(f"Audit of {len(rules)} rules", ("rule", "what must hold", "largest residual"), rules, right=(2,)),
        ],
    )


def _meaning(stage: str) -> str:
    """What a stage of the chain minimises."""
    head, _, cls = stage.partition(".")
    meaning = {
        "L0a": "breaches of protected floors of rivals",
        "L0b": "changes of frozen orders",
        "L1": "weighted mean wait",
        "L2": "the longest mean wait not yet fixed",
        "safety": "what safety stocks lack",
        "L3": "cost",
        "rivals": "what rivals lose",
        "calm": "changes of orders of the previous plan",
        "L4": "waste, idle stock, late builds, hires and overtime",
    }
    return meaning.get(head, plain(head)) + (f", class {cls}" if cls else "")


SIZES = {"rows": "rows", "columns": "columns", "nonzeros": "coefficients"}


def facts(context: Context) -> list[tuple[str, str]]:
    """Facts about the computation by name; blank where there is nothing to say."""
    meta, config, audit = context.plan.meta, context.tables.config, context.audit
    error, horizon = meta.get("discretisation") or {}, meta.get("horizon") or {}
    kkt = meta.get("kkt")
    passed = "passed" if audit.passed else f"FAILED at {len(audit.excesses)} places"
    return [
        ("Status", _status(context)),
        ("Programs solved", f"{meta['programs_solved']:,}" if "programs_solved" in meta else ""),
        (
            "Size",
            ", ".join(f"{meta.get(key, 0):,} {name}" for key, name in SIZES.items()),
        ),
        (
            "Exactness",
            ""
            if kkt is None
            else f"largest relative residual of the conditions of a best answer {kkt:.1e}, recomputed",
        ),
        (
            "Audit",
            f"{passed}: largest residual {audit.residual:.1e}, allowed {TOLERANCE:.0e}; from tables and plan alone",
        ),
        ("Calendar", _calendar(context)),
        ("Rounding", _rounding(error, str(meta.get("rounding", "")))),
        ("Learning", _learning(meta.get("learning") or {})),
        ("Horizon", _horizon(context, horizon)),
        ("Sharing", f"{config.fairness}; mean wait may grow by {config.fairness_slack:.0%} for it".replace("%", " %")),
        ("Checker", _checker(context)),
        ("Changes", ", ".join(context.facts.get("changes", ()))),
        ("Run", context.run),
        ("Made", str(context.facts.get("created", ""))),
        ("Inputs", f"SHA-256 {context.facts['inputs']}" if "inputs" in context.facts else ""),
        (
            "Versions",
            ", ".join(
                f"{name} {version}" for name, version in context.facts.get("versions", {}).items() if name != "system"
            ),
        ),
    ]


def _status(context: Context) -> str:
    if context.plan.status == "solved":
        return "a preview on a coarse calendar" if context.plan.meta.get("preview") else "solved"
    return f"{context.plan.status}: the best plan found so far"


def _calendar(context: Context) -> str:
    length = ", then ".join(calendar_parts(context.plan))
    return f"{length}, {context.plan.start} to {context.plan.date(float(context.plan.edges[-1]))}"


def _rounding(error: dict[str, Any], rounding: str) -> str:
    if not error:
        return f"times are rounded by “{rounding}”; the error was not measured"
    return (
        f"times rounded up: mean wait of the first class {days(error['late_d'])}; rounded down: "
        f"{days(error['early_d'])}; the truth lies between"
    )


def _learning(found: dict[str, Any]) -> str:
    if not found:
        return ""
    ends = ", ".join(f"from {name} {days(wait)}" for name, wait in found["beginnings"].items())
    return (
        f"{found['rounds']} rounds; the effort counted on is within {found['missed']:.1e} of a capacity of the truth; "
        f"mean wait of the first class, tail included: {ends}; no plan can have less than {days(found['least_d'])}"
    )


def _horizon(context: Context, test: dict[str, Any]) -> str:
    if not test:
        return ""
    change = abs(test["change_d"])
    verdict = "long enough" if change < 0.5 else "too short for the waits to be taken at face value"
    return f"with {test['periods']} periods the mean wait of the first class changes by {days(change)}: {verdict}"


def _checker(context: Context) -> str:
    if not context.findings:
        return "no finding"
    codes: dict[str, int] = {}
    for finding in context.findings:
        name = f"{finding['severity']} {finding['code']} ({finding['message']})"
        codes[name] = codes.get(name, 0) + 1
    return "; ".join(f"{count} × {name}" if count > 1 else name for name, count in codes.items())


def front(context: Context) -> list[tuple[str, str]]:
    """What stands beside the answer."""
    config = context.tables.config
    return [
        ("As of", iso(config.as_of) if config.as_of else "no day of knowledge stated"),
        ("Run", context.run or "not stored"),
        ("Plan", _calendar(context)),
        ("Audit", "passed" if context.audit.passed else "FAILED"),
    ]
