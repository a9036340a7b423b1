"""A plan that hedges, in words: what is decided now, what it saves in other cases, and how good it is."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.report.frontier import tenth
from fullrate.report.names import plain
from fullrate.report.numbers import column, iso, percent
from fullrate.report.text import grid
from fullrate.results import Plan

KINDS = {
    "build": "build",
    "risk": "build at risk",
    "hire": "hire",
    "test": "begin the test",
    "open": "pay for the gate",
    "make": "order",
}
"""What is decided, as a verb."""
SAME = 1e-3
"""Share by which two amounts may differ and still be the same."""


def hedge_of(plan: Plan) -> Mapping[str, Any] | None:
    """What is known of the hedge of a plan; None for a plan without one."""
    found: Mapping[str, Any] | None = plan.meta.get("hedge")
    return found


UNHEDGED = (
    "The time limit came before decisions for other cases than that of the tables had a value: this is the plan "
    "without a hedge. More time, or fewer cases (`--scenarios`), would tell."
)
"""Said where a hedge was asked for and there was no time for one."""


def unhedged(plan: Plan) -> bool:
    """Whether a hedge was asked for, and there was no time for one."""
    return bool(plan.meta.get("unhedged"))


def sentence(plan: Plan) -> str:
    """What the hedge does, with its cases, in one sentence that can be quoted."""
    hedge = plan.meta["hedge"]
    fresh = hedge["fresh"]
    mine, usual = fresh.get("hedged"), fresh.get("usual")
    said = f"Decided before {hedge['until']} for {hedge['scenarios']} cases drawn from the ranges and risks"
    if not mine:
        return f"{said}: the time limit came before that was tried in other cases."
    compare = (
        f"in {fresh['cases']} other cases the mean wait is {tenth(mine['expected'])} "
        f"({tenth(usual['expected'])} without the hedge)"
    )
    if 0 < hedge["level"] < 1:
        worst = percent(1 - hedge["level"])
        tail = f", and in the worst {worst} of them {tenth(mine['worst'])} ({tenth(usual['worst'])})"
    elif hedge["level"] == 1:
        tail = f", and in the worst of them {tenth(mine['worst'])} ({tenth(usual['worst'])})"
    else:
        tail = ""
    return f"{said}: {compare}{tail}."


def as_text(plan: Plan, width: int = 100) -> str:
    """The hedge for a terminal: the sentence, the waits, how sure it is, decisions, assumptions."""
    head, rows = waits(plan)
    parts = [textwrap.fill(sentence(plan), width), grid(head, rows, range(1, len(head)))]
    parts += [textwrap.fill(line, width) for line in worth(plan)]
    head, rows = decisions(plan)
    parts.append(grid(head, rows, (3, 4)) if rows else "Nothing is decided now.")
    points = [textwrap.fill(f"- {one}", width, subsequent_indent="  ") for one in assumed(plan)]
    parts.append("\n".join(["assumed:", *points]))
    return "\n\n".join(parts)


def waits(plan: Plan) -> tuple[list[str], list[list[str]]]:
    """Mean wait in days, expected and in the worst cases: with the hedge, without, and if the case were known first."""
    hedge = plan.meta["hedge"]
    told = ("expected", "worst") if hedge["level"] > 0 else ("expected",)
    columns = {
        f"{hedge['scenarios']} cases drawn": hedge["drawn"],
        f"{hedge['fresh']['cases']} other cases": hedge["fresh"],
    }
    columns = {name: cases for name, cases in columns.items() if "hedged" in cases}
    head = ["mean wait, days", *(cell for name in columns for cell in (name, "worst of these")[: len(told)])]
    names = {"hedged": "with the hedge", "usual": "without it", "known": "case known first"}
    rows = []
    for name, label in names.items():
        cells = [label]
        for cases in columns.values():
            pair = cases.get(name, {})
            cells += [f"{pair[one]:.1f}" if pair else "" for one in told]
        rows += [cells] if any(cells[1:]) else []
    return head, rows


def worth(plan: Plan) -> list[str]:
    """Value of the hedge, value of knowing first, and how far the decisions can be from the best there are."""
    hedge = plan.meta["hedge"]
    gap = hedge["gap"]
    most = "Gap: not known, since the time limit came before two fresh batches were done."
    if gap["most"] is not None:
        most = (
            f"Gap: by {hedge['fresh']['batches']} fresh batches, no decisions are better by more than "
            f"{tenth(gap['most'])} of what is minimised (one-sided, in {percent(gap['hit_rate'])} of such checks); "
            f"estimate {tenth(max(gap['mean'], 0))}, which errs on the high side."
        )
    return [_gained(hedge), _known(hedge), most, *_cut_short(hedge)]


def _gained(hedge: Mapping[str, Any]) -> str:
    """What the decisions save in cases that they were not made for."""
    vss = hedge["vss"]
    if not vss:
        return "Value of hedging (VSS): not known, since the time limit came before another case was tried."
    gained = f"Value of hedging (VSS, in the other cases): {_gain(vss['expected'])} of mean wait on average"
    gained += f", {_gain(vss['worst'])} in the worst." if hedge["level"] > 0 else "."
    if max(vss.values()) <= 0:
        gained += " It does not pay here: the plan for the numbers in the tables does as well."
    return gained


def _known(hedge: Mapping[str, Any]) -> str:
    """What it would save to know the case first."""
    if hedge["evpi"] is None:
        return "Value of knowing the case first (EVPI): not known, since the time limit came first."
    known = f"Value of knowing the case first (EVPI, in the cases drawn): {tenth(max(hedge['evpi'], 0.0))} on average."
    if hedge["level"] > 0:
        known += (
            " That is the mean wait after these decisions less the mean wait if each case were known before anything "
            "is decided. These decisions spare the worst cases and let the others wait longer for it, so the figure "
            "holds what this caution costs, too; a hedge with `cvar=0` shows what knowledge alone is worth."
        )
    return known


def _cut_short(hedge: Mapping[str, Any]) -> list[str]:
    """That the search did not come to its end, and what is known of how good its best is."""
    if hedge["status"] == "solved":
        return []
    said = "The search was cut short: these are the best decisions found"
    if hedge["bound"] is None:
        return [f"{said}; nothing is known of how much better others could be in the cases drawn."]
    apart = max(hedge["value"] - hedge["bound"], 0.0)
    return [f"{said}; in the cases drawn, none are better by more than {tenth(apart)} of what is minimised."]


def _gain(value: float) -> str:
    return tenth(value) if value > 0 else f"no gain, {tenth(-value)} lost" if value < -0.05 else "nothing"


def decisions(plan: Plan) -> tuple[list[str], list[list[str]]]:
    """What is decided now, beside what the plan without a hedge would decide; orders as sums over the periods."""
    frame = (
        plan.table("decided")
        .group_by("kind", "key", maintain_order=True)
        .agg(pl.col("period").filter(pl.col("amount") > 0).min(), pl.col("amount").sum(), pl.col("usual").sum())
    )
    rows = []
    mine, theirs = (column(frame[name].to_list())[0] for name in ("amount", "usual"))
    for at, row in enumerate(frame.iter_rows(named=True)):
        first = row["period"]
        when = "" if not first else iso(plan.date(float(plan.edges[first - 1]))) if first > 0 else ""
        usual = "the same" if abs(row["amount"] - row["usual"]) <= SAME * max(1.0, row["usual"]) else theirs[at]
        rows.append([KINDS[row["kind"]], plain(row["key"]), when, mine[at], usual])
    scale = column([*frame["amount"].to_list(), *frame["usual"].to_list()])[1]
    amount = f"amount, {scale}" if scale else "amount"
    return ["decided now", "", "first on", amount, "without the hedge"], rows


def assumed(plan: Plan) -> list[str]:
    """What the hedge takes for granted."""
    hedge = plan.meta["hedge"]
    given = hedge["assumptions"]
    said = [
        f"Before {hedge['until']} nothing is known of the case, after it everything; `--now DATE` moves that day.",
        "Decided now: builds, hires, tests, gates that cost money, and starts whose lead is "
        f"{given['long_lead_d']:g} days or more; all else follows the case. An order may come to nothing where "
        "its source is out or money is short.",
        "A plan for the numbers in the tables can carry all of it out. The dates above are those of that plan.",
        f"A day of waiting of a class counts {given['later_class']:g} of one of the class before it. Cells drawn "
        "anew for every occurrence, and the tries of gates, are as in the plan.",
    ]
    level, share = hedge["level"], hedge["share"]
    if level > 0:
        worst = "the worst case" if level == 1 else f"the mean over the worst {percent(1 - level)} of cases"
        said.append(f"Minimised: {percent(share)} of {worst} and {percent(1 - share)} of the mean over all.")
    return said
