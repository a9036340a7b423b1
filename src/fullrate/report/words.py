"""The answer as one sentence that can be quoted, and shorter forms of it.

Never a date without what it rests on, no decimals finer than the period. Every sentence says that it holds
only if the numbers of the scenario hold, because a plan knows no odds.
"""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from fullrate.report import evidence
from fullrate.report.names import Names, plain
from fullrate.report.numbers import as_known, days, iso, joined, percent, period_name, quantity
from fullrate.results import Plan
from fullrate.tables import Tables

MIXED = 2
"""Lengths of periods that the sentence names."""
NEXT_TO = 0.5
"""Worth of the second limit, relative to the first, from which the sentence names it too."""


def question(tables: Tables) -> str:
    """What the scenario asks, in one line."""
    asked = "what can be there by when" if tables.open_needs else "who is covered by when"
    return f"{tables.config.name}: {asked}, and what binds?"


def answer(tables: Tables, plan: Plan) -> str:
    """The one sentence to quote: who is covered when, what binds, how large the error of the calendar is."""
    known = f"{as_known(tables.config.as_of)},"
    if tables.open_needs:
        return _unsaid(tables, plan, known)
    if not finished(plan) and classes_of(plan):
        return f"No plan for “{tables.config.name}” was found within the time limit: {cut_short(plan)}."
    parts = [
        f"{_caution(plan)} every number in “{tables.config.name}” holds{known} {covered(tables, plan)}",
        binds(tables, plan),
    ]
    return "; ".join([*parts, *filter(None, [rounding(tables, plan), learnt(plan), cut_short(plan)])]) + "."


def _unsaid(tables: Tables, plan: Plan, known: str) -> str:
    """The sentence where some need has no quantity: what can be there by when, and that no date is promised."""
    dated = any(row["due"] for row in tables.rows("needs"))
    said = "No quantity is" if dated else "No quantity and no date are"
    lead = f"{said} named in “{tables.config.name}”, so no date of its fulfilment can be given"
    rest = f" {covered(tables, plan)}, and" if classes_of(plan) else ""
    can = f"{_caution(plan).lower()} every number in it holds{known}{rest} {able(tables, plan)}"
    return "; ".join([lead, can, binds(tables, plan), *filter(None, [rounding(tables, plan), learnt(plan)])]) + "."


def able(tables: Tables, plan: Plan) -> str:
    """Quantities and the dates they can be there by, as a clause: the first, a middle one, and the last."""
    rows = list(plan.table("quantities").drop_nulls("date").iter_rows(named=True))
    unit = unsaid_unit(tables)
    can = "can be there and working" if tables.config.coverage == "serviceable" else "can be there"
    if not rows:
        least = plan.table("quantities")["quantity"].min()
        return f"not even {quantity(float(str(least)), unit)} {can} before the plan ends"
    shown = [rows[at] for at in sorted({0, len(rows) // 2, len(rows) - 1})]
    return joined([f"{quantity(row['quantity'], unit)} {can} by {row['date']}" for row in shown])


def unsaid_unit(tables: Tables) -> str:
    """What the needs without a quantity are counted in; blank where they differ."""
    asked = {row["need"]: row["item"] for row in tables.rows("needs")}
    wanted = {asked[need] for need in tables.open_needs}
    units = {row["unit"] for row in tables.rows("items") if wanted & {row["item"], row["family"]}}
    return units.pop() if len(units) == 1 else ""


def unknowns(tables: Tables) -> list[str]:
    """What nobody has said, in sentences, the first things first; empty where every need has a quantity."""
    if not tables.open_needs:
        return []
    bare = [plain(need) for need in tables.open_needs]
    said = [f"How many: {joined(bare)} {'have' if len(bare) > 1 else 'has'} no quantity. {looked_at(tables)}"]
    if not any(row["due"] for row in tables.rows("needs")):
        said.append("By when: no need has a date, so none can be kept or missed.")
    shares = evidence.shares(evidence.inputs(tables))
    said.append(
        f"How sure the numbers are: {shares.assumed:,} of the {shares.total:,} in the input are assumptions of the "
        f"author, {shares.documented:,} come from a document, {shares.unsourced:,} have no source."
    )
    risks = sum(row["prob"] != 1 or row["from"] is None for row in tables.rows("risks"))
    if risks:
        said.append(f"What may go wrong: {risks} risk{'s' if risks > 1 else ''} listed, and not used by the plan.")
    vague = [row["statement"] for row in evidence.statements(tables).iter_rows(named=True) if row["vague"]]
    return [*said, *(f"Said, but vague: {statement.rstrip('.')}." for statement in vague)]


def looked_at(tables: Tables) -> str:
    """How far needs without a quantity were looked at, as a sentence."""
    most = quantity(tables.config.open_qty or 0.0, unsaid_unit(tables))
    return f"Looked at up to {most} each, which is where the view ends, not what anybody has promised."


def _caution(plan: Plan) -> str:
    if plan.meta.get("preview"):
        return "Preview on a coarse calendar: if"
    return "Best plan found within the time limit: if" if plan.status == "time limit" else "If"


def finished(plan: Plan) -> list[int]:
    """Priority classes that were planned for before the time was up, first to last."""
    stopped = plan.meta.get("stopped")
    return [cls for cls in classes_of(plan) if not stopped or cls < stopped["class"] + stopped["found"]]


def cut_short(plan: Plan) -> str:
    """Where the time limit cut the search off, and what is known there, as a clause; may be blank."""
    stopped = plan.meta.get("stopped")
    if not stopped:
        return ""
    later = [str(cls) for cls in classes_of(plan) if cls > stopped["class"]]
    waits = f"class {stopped['class']} waits {days(stopped['wait_d'])} on average so far and cannot wait less than "
    rest = f", and class{'es' if len(later) > 1 else ''} {joined(later)} would come after it" if later else ""
    return f"{waits}{days(stopped['least_d'])}{rest}; more time or `--preview` would tell"


def covered(tables: Tables, plan: Plan) -> str:
    """Dates of 80 % and full coverage of the first class and of all classes, as a clause."""
    classes = finished(plan)
    if not classes:
        return "nobody needs anything"
    first = _reached(tables, plan, classes[:1])
    if len(classes_of(plan)) == 1:
        return f"the need is {first}"
    if len(classes) < len(classes_of(plan)):
        return joined([f"class {cls} is {_reached(tables, plan, [cls])}" for cls in classes])
    return f"class {classes[0]} is {first}, and all {len(classes)} classes are {_reached(tables, plan, classes)}"


def _reached(tables: Tables, plan: Plan, classes: list[int]) -> str:
    most, whole = (reached(plan, classes, level) for level in (0.8, 1.0))
    if most is not None and whole is not None:
        return f"80 % covered by {most} and fully by {whole}"
    begun = f"80 % covered by {most}" if most is not None else "not 80 % covered before the plan ends"
    full = [cls for cls in classes if reached(plan, [cls], 1.0) is not None]
    if full:
        rest = joined([str(cls) for cls in classes if cls not in full])
        return f"{begun}, all but class {rest} fully by {reached(plan, full, 1.0)}"
    return f"{begun}, {_short(tables, plan, classes)}"


def _short(tables: Tables, plan: Plan, classes: list[int]) -> str:
    """What becomes of classes none of which is ever fully covered, as a clause."""
    end, least = plan.date(float(plan.edges[-1])), percent(min(final(plan, cls) for cls in classes))
    if all(_lost(tables, cls) for cls in classes):
        return f"never fully ({least} in the end, the rest is lost)"
    return f"fully only after the plan ends on {end} ({least} by then)"


def _lost(tables: Tables, cls: int) -> bool:
    """Whether nothing of a class can be met late."""
    usual = {row["recipient"]: row["class"] for row in tables.rows("recipients")}
    mine = [row for row in tables.rows("needs") if (row["class"] or usual[row["recipient"]]) == cls]
    return all(row["late"] == "lost" for row in mine)


def classes_of(plan: Plan) -> list[int]:
    """Priority classes, first to last."""
    return sorted(set(plan.table("dates")["class"].to_list()))


def reached(plan: Plan, classes: list[int], level: float, column: str = "date") -> date | None:
    """First day by which every one of the classes is at a level of coverage; None: later than the horizon."""
    dates = plan.table("dates").filter(
        (pl.col("need") == "") & pl.col("class").is_in(classes) & ((pl.col("coverage") - level).abs() < 1e-9)
    )[column]
    return None if dates.null_count() or not len(dates) else max(dates.to_list())


def final(plan: Plan, cls: int) -> float:
    """Coverage of a class at the end of the plan."""
    path = plan.table("coverage").filter(pl.col("class") == cls).sort("period")["covered"]
    return float(path[-1]) if len(path) else 0.0


def crowded_out(plan: Plan) -> list[str]:
    """One sentence for each rival that loses anything: how much of what it wants, and when."""
    table = plan.tables.get("displaced")
    if table is None or not table["displaced"].sum():
        return []
    lines = []
    for (name,), rows in table.group_by("rival", maintain_order=True):
        periods = rows.filter(pl.col("displaced") > 0)["period"].to_list()
        if periods:
            amount, wanted = float(sum(rows["displaced"].to_list())), float(sum(rows["wanted"].to_list()))
            begin, end = plan.date(float(plan.edges[periods[0] - 1])), plan.date(float(plan.edges[periods[-1]]))
            whose = "civil" if rows["civil"][0] else "not civil"
            what = plain(rows["target"][0].replace("@", " at "))
            lines.append(
                f"crowded out: {plain(str(name))} ({whose}) loses {quantity(amount)} of {quantity(wanted)} of {what} "
                f"({percent(amount / wanted)}), between {begin} and {end}"
            )
    return lines


def unpriced(tables: Tables) -> str:
    """What holds a plan back where no limit does."""
    there = {"restrictions": ("restrictions",), "shares of variants": ("mix", "quality")}
    also = [what for what, names in there.items() if any(len(tables.frames[name]) for name in names)]
    return f"{', '.join([*also, 'lead times'])} and gates"


def binds(tables: Tables, plan: Plan) -> str:
    """What holds the first class back most, as a clause."""
    rows = list(plan.table("binding").head(2).iter_rows(named=True))
    if not rows:
        if not len(plan.table("duals")):
            return "which limit binds was not computed"
        return f"no capacity, money or room binds, only {unpriced(tables)}"
    names = Names.of(tables)
    said = [limit(names, plan, row) for row in rows if row["worth"] >= NEXT_TO * rows[0]["worth"]]
    return f"what binds most is {', then '.join(said)}"


def limit(names: Names, plan: Plan, row: dict[str, Any]) -> str:
    """A row of ``binding``: which limit, from when to when."""
    what = names.limit(row["rule"], row["key"])
    if not row["first_period"]:
        return what
    begin, end = plan.date(plan.edges[row["first_period"] - 1]), plan.date(plan.edges[row["last_period"]])
    return f"{what} ({begin} to {end})"


def rounding(tables: Tables, plan: Plan) -> str:
    """How much rounding times to periods can move the mean wait of the first class, as a clause; may be blank."""
    error = plan.meta.get("discretisation") or {}
    if not error:
        return ""
    classes = classes_of(plan)
    whose = f" of class {classes[0]}" if len(classes) > 1 else ""
    lengths = [round(float(length), 6) for length in plan.edges[1:] - plan.edges[:-1]]
    names = [f"{period_name(length)}s" for length in dict.fromkeys(lengths)]
    later = " and later " if len(list(groupby(lengths))) == len(names) else " or "
    unit = "whole periods" if len(names) > MIXED else f"whole {later.join(names)}"
    moved = _moved(error.get("dates", []))
    if abs(error["days"]) < 0.05 and not moved:
        return f"rounding times up to {unit} costs nothing here"
    wait = f"rounding times up to {unit} makes the mean wait{whose} at most {days(error['days'])} too long"
    return f"{wait} and {moved}" if moved else wait


def learnt(plan: Plan) -> str:
    """How far learning has been followed, and what no plan can beat, as a clause; blank where nothing learns."""
    found = plan.meta.get("learning")
    if not found:
        return ""
    how = "converged" if found["converged"] else "had not converged"
    rounds = f"learning {how} after {found['rounds']} round{'s' if found['rounds'] > 1 else ''}"
    spread = ""
    if len(found["beginnings"]) > 1 and found["spread_d"] >= 0.05:
        spread = f", from the best of {len(found['beginnings'])} beginnings {days(found['spread_d'])} apart"
    gap = found["wait_d"] - found["least_d"]
    faster = f"more than {days(gap)} faster on average" if gap >= 0.05 else "faster on average"
    return f"{rounds}{spread}; no plan can be {faster}"


def _moved(dates: list[dict[str, Any]]) -> str:
    """The largest error of a date of coverage, as a clause; blank where none moves or both lie after the plan's end."""
    late = [(one["late_d"] - one["early_d"], one["coverage"]) for one in dates if None not in one.values()]
    most, level = max(late, default=(0.0, 0.0))
    share = "full coverage" if level == 1.0 else f"{percent(level)} coverage"
    return f"the date of {share} at most {days(most)} too late" if most > 0 else ""


def calendar_parts(plan: Plan) -> list[str]:
    """The periods of a plan in a few words, one part for every length: ``["63 days", "71 weeks"]``."""
    lengths = [round(float(length), 6) for length in plan.edges[1:] - plan.edges[:-1]]
    runs = [(len(list(group)), length) for length, group in groupby(lengths)]
    if len(runs) > MIXED + 1:
        return [f"{plan.periods} periods"]
    return [f"{count} {period_name(length)}{'s' if count != 1 else ''}" for count, length in runs]


def headline(plan: Plan) -> str:
    """The dates of the first class in a few words: for lists of runs."""
    classes = classes_of(plan)
    able = plan.tables.get("quantities")
    if able is not None and len(able):
        return f"no quantity said: {able['quantity'][-1]:,.10g} by {iso(able['date'][-1])}"
    said = (
        [f"{percent(level)} {iso(reached(plan, classes[:1], level))}" for level in (0.5, 0.8, 1.0)] if classes else []
    )
    return f"class {classes[0]}: {', '.join(said)}" if said else "no needs"
