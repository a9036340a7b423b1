"""Why it is late, in a planner's words: a sentence, what binds, the ladder, and the proof."""

from __future__ import annotations

import textwrap
from typing import Any

import polars as pl

from fullrate.planning.remedies import TIMES, Remedy, number
from fullrate.report.names import Names, plain
from fullrate.report.numbers import as_known, days, iso, joined, money, percent, period_name, quantity
from fullrate.report.text import grid
from fullrate.results import Plan, Study
from fullrate.tables import Tables

PROVEN = 5
"""Limits of the proof that are printed."""
PLACE = 1
"""Digits after the point of days saved: a remedy that saves half a day is worth knowing."""
NO_DAYS = "0 days"
SLACK = 1e-4
"""Days of mean wait that count as none: the solver's rounding."""


def remedy(names: Names, tables: Tables, kind: str, key: str) -> str:
    """One step of a remedy; several are joined."""
    if " + " in kind:
        pairs = zip(kind.split(" + "), key.split(" + "), strict=True)
        return " together with ".join(remedy(names, tables, *pair) for pair in pairs)
    if kind in TIMES:
        return _sooner(names, tables, kind, key)
    if kind == "build_max":
        return f"one more {plain(key)}"
    return f"10 % more of {names.limit(kind, key)}"


def _sooner(names: Names, tables: Tables, kind: str, key: str) -> str:
    """A duration that is shorter by a period, or by all it has."""
    has, step = number(tables, Remedy(kind, key).cells(tables)[0]) or 0.0, tables.config.shortest_d
    by = f"one {period_name(step)}" if has >= step else f"{has:g} day{'' if has == 1 else 's'}"
    if kind == "gate":
        return f"the gate {plain(key)} {by} sooner"
    if kind == "process lead":
        return f"the lead time of {names.at(key)} {by} shorter"
    if kind == "lane lead":
        return f"{names.lane(key)} {by} quicker"
    return f"the build {plain(key)} ready {by} sooner"


def whose(meta: Any) -> str:
    """Whose wait a study is about."""
    if meta["need"]:
        return f"the need {plain(meta['need'])}"
    return f"{plain(meta['recipient'])}, class {meta['class']}" if meta["recipient"] else f"class {meta['class']}"


def sentence(tables: Tables, study: Study) -> str:
    """The answer in one sentence that can be quoted."""
    meta, names = study.meta, Names.of(tables)
    known = f"{as_known(tables.config.as_of)},"
    share = percent(meta["coverage"])
    wait = f"{whose(meta)} waits {days(meta['wait_d'])} on average"
    subject = f"class {meta['class']} " if meta["need"] or meta["recipient"] else ""
    can = f"can have {share} by {iso(meta['date'])}" if meta["date"] else f"cannot have {share} before the plan ends"
    reached = subject + can
    parts = [f"If every number in “{tables.config.name}” holds{known} {wait} and {reached} at the earliest"]
    if meta["proven"]:
        planned = "by any plan" + KEEPING if meta.get("kept") else "whatever is planned"
        parts.append(f"{nearly(meta)} is the most by {iso(meta['impossible_by'])}, {planned}")
    rungs = study.table("ladder").row(0, named=True) if len(study.table("ladder")) else None
    if rungs is None:
        parts.append("no single step and no pair of steps tried here makes it sooner")
    else:
        what = remedy(names, tables, rungs["kind"], rungs["key"])
        parts.append(f"the step that helps most is {what}: {saved(rungs['gained_d'])} less of waiting")
        parts += _first_limit(names, tables, study) if rungs["kind"] in TIMES else []
    return "; ".join(parts) + "."


def _first_limit(names: Names, tables: Tables, study: Study) -> list[str]:
    """What helps most of all there can be more of: where a duration comes first, a whole period of it may be much."""
    limits = study.table("binds").filter(~pl.col("kind").is_in(list(TIMES)))
    if limits.is_empty():
        return []
    row = limits.row(0, named=True)
    what = remedy(names, tables, row["kind"], row["key"])
    return [f"of all that there can be more of, {what}: {saved(row['gained_d'])}"]


def nearly(meta: Any) -> str:
    """The most that is proven possible; with more digits where it would read like the share it falls short of."""
    most, share = percent(meta["most"]), percent(meta["coverage"])
    return most if most != share else f"{100 * meta['most']:.2f} %"


def saved(value: float | None) -> str:
    """Days of mean wait, to a tenth where they are few."""
    if value is None:
        return ""
    if abs(value) >= 10:
        return days(value)
    said = f"{value:.{PLACE}f}"
    return NO_DAYS if float(said) == 0 else f"{said} day{'' if float(said) == 1 else 's'}"


def as_text(tables: Tables, plan: Plan, study: Study) -> str:
    """The whole answer for a terminal."""
    parts = ["\n".join(textwrap.wrap(sentence(tables, study), 100))]
    proven = "\n".join(textwrap.wrap(proof(tables, study), 100))
    blocks = (_binds(tables, study), _ladder(tables, study), proven, _sources(tables, plan, study))
    parts += [block for block in (*blocks, _hurts(tables, plan, study)) if block]
    return "\n\n".join(parts)


BINDS = ("what binds, one step each", "saves", "one step less costs")


def bind_rows(tables: Tables, study: Study) -> list[list[str]]:
    """What binds: the step, what it saves, what one less costs; without steps whose days would read as none."""
    names = Names.of(tables)
    return [
        [remedy(names, tables, kind, key), saved(gained), "" if lost is None else saved(lost)]
        for kind, key, gained, lost in study.table("binds").iter_rows()
        if saved(gained) != NO_DAYS or saved(lost) not in ("", NO_DAYS)
    ]


def _binds(tables: Tables, study: Study) -> str:
    rows = bind_rows(tables, study)
    return grid(BINDS, rows, right=[1, 2]) if rows else ""


def ladder_head(study: Study) -> list[str]:
    """Headings above ``ladder_rows``."""
    share = percent(study.meta["coverage"])
    first = ["rung", "step, on top of those before", "saves", "mean wait"]
    return [*first, f"{share} at the earliest", "sooner by", "cost", "then binds"]


def ladder_rows(tables: Tables, study: Study) -> list[list[str]]:
    """The ladder: number, step, what it saves, the wait and the date after it, its cost, and what binds next."""
    names, currency, rows = Names.of(tables), tables.config.currency, []
    for row in study.table("ladder").iter_rows(named=True):
        cost = NO_COST if row["cost"] is None else money(row["cost"], currency)
        what = remedy(names, tables, row["kind"], row["key"])
        then = bottleneck(names, row["next_kind"], row["next_key"]) if row["next_kind"] else "nothing that was tried"
        sooner = "" if row["date_gained_d"] is None else saved(row["date_gained_d"])
        wait = days(row["wait_d"])
        rows.append([str(row["rung"]), what, saved(row["gained_d"]), wait, iso(row["date"]), sooner, cost, then])
    return rows


NO_COST = "no cost in the tables"
COSTS = (
    "Cost: a build its capex, a fund the money itself; of lanes, hires, overtime and crews a tenth of what the plan "
    "pays for them. Capacity, rates, room and times have no cost in the tables."
)


def bottleneck(names: Names, kind: str, key: str) -> str:
    """What holds back, without the step that widens it; several are joined."""
    if " + " in kind:
        pairs = zip(kind.split(" + "), key.split(" + "), strict=True)
        return " together with ".join(bottleneck(names, *pair) for pair in pairs)
    if kind == "gate":
        return f"the gate {plain(key)}"
    if kind == "process lead":
        return f"the lead time of {names.at(key)}"
    if kind == "lane lead":
        return f"the time on {names.lane(key)}"
    return f"the time to build {plain(key)}" if kind == "build lead" else names.limit(kind, key)


def _ladder(tables: Tables, study: Study) -> str:
    """The ladder, no wider than it need be: what binds after a rung is the next, and costs are shown where any is."""
    rows, head = ladder_rows(tables, study), ladder_head(study)
    if not rows:
        return ""
    priced, cost, then = study.table("ladder")["cost"].null_count() < len(rows), head.index("cost"), len(head) - 1
    shown = [at for at in range(then) if at != cost or priced]
    text = grid([head[at] for at in shown], [[row[at] for at in shown] for row in rows], right=[0, 2, 3, 5])
    notes = [
        f"After that, {rows[-1][then]} binds.",
        COSTS if priced else "None of these steps has a cost in the tables.",
    ]
    return f"{text}\n{textwrap.fill(' '.join(notes), 100)}"


def _sources(tables: Tables, plan: Plan, study: Study) -> str:
    """Where the units came from, when the question is about one need or recipient."""
    if not (study.meta["need"] or study.meta["recipient"]):
        return ""
    names, rows = Names.of(tables), []
    for kind, key, amount, first, last in study.table("sources").filter(pl.col("kind") != "use").iter_rows():
        name, _, item = key.partition("|")
        if kind == "ship":
            what = names.lane(name) + (f" with {names.item(item)}" if names.ends[name][2] == "*" else "")
        else:
            what = names.at(name) if kind == "make" else f"stock of {names.item(item)} at {plain(name)}"
        days_of = f"{iso(plan.date(plan.edges[first - 1]))} to {iso(plan.date(plan.edges[last]))}"
        rows.append([what, quantity(amount), days_of])
    return grid(["what reached it came through", "how much", "started"], rows, right=[1])


def _hurts(tables: Tables, plan: Plan, study: Study) -> str:
    """Whom a late supply of the item hurts."""
    if not study.meta["item"]:
        return ""
    names, rows = Names.of(tables), []
    for kind, key, need, recipient, amount, first, lost in study.table("hurts").iter_rows():
        what = names.at(key) if kind == "make" else names.lane(key)
        later = f"a {period_name(tables.config.shortest_d)} later"
        slack = f"{later}: no longer" if lost is not None and lost <= SLACK else f"{later}: {saved(lost)} more"
        begins = iso(plan.date(plan.edges[first]))
        rows.append([what, f"{plain(recipient)} ({plain(need)})", quantity(amount), begins, slack])
    if not rows:
        return f"Nobody rests on {names.item(study.meta['item'])} in this plan."
    wait = f"mean wait of {whose(study.meta)}"
    head = [f"who rests on {names.item(study.meta['item'])}", "recipient", "delivered", "from", wait]
    return grid(head, rows, right=[2])


def proof(tables: Tables, study: Study) -> str:
    """The proof of the earliest date as one paragraph; blank where there is none."""
    meta, names = study.meta, Names.of(tables)
    if not meta["proven"]:
        return ""
    terms = study.table("certificate")
    said = [f"{names.limit(rule, key)} ({percent(share)})" for rule, key, share in terms.head(PROVEN).iter_rows()]
    rest = float(terms["share"][PROVEN:].sum()) if len(terms) > PROVEN else 0.0
    if abs(rest) >= 0.005:
        said.append(f"all else ({percent(rest)})")
    return (
        f"Proof: by {iso(meta['impossible_by'])} no plan{KEEPING if meta.get('kept') else ''} covers more than "
        f"{nearly(meta)} of "
        f"class {meta['class']}, which adds up from what these limits let through: {joined(said)}. "
        "Checked against the tables without a solver." + (SEARCHED if meta.get("searched") else "")
    )


SEARCHED = (
    " From then to the earliest date the proof, which takes whole numbers as divisible and keeps nothing for earlier "
    "classes, lets more through than any plan was found to have: those days rest on the search."
)
KEEPING = " that keeps protected floors and frozen orders"
