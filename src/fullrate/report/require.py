"""What must be true for a promised date, in words."""

from __future__ import annotations

from math import ceil, floor, log10

from fullrate.planning.remedies import AMOUNTS, TIMES
from fullrate.report.names import Names, plain
from fullrate.report.numbers import iso, joined, percent
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables import Tables
from fullrate.tables.spec import TABLES

SHOWN = 12
"""Changes that are printed."""
NEAR = 1e-6
"""Steps of the last digit that are rounding."""
NAMED = 4
"""Assumptions of a joint change that are named."""


def assumption(names: Names, kind: str, key: str) -> str:
    """An assumption in a planner's words."""
    if kind == "yield":
        return f"the yield of {names.at(key)}"
    if kind == "process lead":
        return f"the lead time of {names.at(key)}"
    if kind == "lane lead":
        return f"the days of {names.lane(key)}"
    if kind == "build lead":
        return f"the lead time of the build {plain(key)}"
    if kind == "gate":
        return f"the days of the gate {plain(key)}"
    return names.limit(kind, key)


def sentence(tables: Tables, study: Study) -> str:
    """The answer in one sentence."""
    meta, names = study.meta, Names.of(tables)
    share = "" if meta["share"] == 1 else f"{percent(meta['share'])} of "
    promise = f"{share}{plain(meta['need'])} by {iso(meta['by'])}"
    if meta["possible"]:
        return f"If every number in “{tables.config.name}” holds, {promise} is possible as things are."
    if meta["share"] > meta.get("arisen", 1.0):
        return (
            f"Only {percent(meta['arisen'])} of {plain(meta['need'])} has arisen by {iso(meta['by'])}, so no change "
            f"makes {promise} possible; ask for a smaller share (`--share`), or for a later day."
        )
    if meta["single"]:
        kind, key, _, now, needed, change = study.table("changes").row(0)
        what = f"{assumption(names, kind, key)} from {now:.4g} to {enough(now, needed)} ({change:+.0%})"
        return (
            f"Something must change for {promise}; the smallest single change is {what}, all else as in "
            f"“{tables.config.name}”."
        )
    if meta["joint"] is None:
        return f"No single change is enough for {promise}, nor are all of them together as far as they were tried."
    together = f"{few(names, study)} together must be {meta['joint']:.0%} better"
    return f"No single change is enough for {promise}; {together}."


def enough(now: float, needed: float) -> str:
    """What is needed, to four digits and never less than it: what is printed must be enough, too.

    >>> enough(12, 15.26512), enough(25, 14.8438), enough(14, 0.0)
    ('15.27', '14.84', '0')
    """
    if not needed:
        return "0"
    step = 10.0 ** (floor(log10(abs(needed))) - 3)
    steps = ceil(needed / step - NEAR) if needed > now else floor(needed / step + NEAR)
    return f"{steps * step:.4g}"


def few(names: Names, study: Study) -> str:
    """The first assumptions of the joint change, and how many more there are."""
    said = [assumption(names, kind, key) for kind, key, _, _ in study.table("together").iter_rows()]
    more = len(said) - NAMED
    return joined(said) if more <= 0 else f"{', '.join(said[:NAMED])} and {more} more"


def unit(tables: Tables, kind: str) -> str:
    """The unit of an assumption as the table of its cell has it."""
    if kind == "money":
        return f"million {tables.config.currency}".strip()
    table, column = {**AMOUNTS, **TIMES}.get(kind, ("processes", "yield"))
    return TABLES[table].column(column).unit


def as_text(tables: Tables, study: Study) -> str:
    """The sentence and the table of single changes."""
    import textwrap

    names = Names.of(tables)
    lines = ["\n".join(textwrap.wrap(sentence(tables, study), 100))]
    alone = study.table("changes").drop_nulls("needed").head(SHOWN)
    rows = [
        [assumption(names, kind, key), f"{now:.4g}", enough(now, needed), unit(tables, kind), f"{change:+.0%}", cell]
        for kind, key, cell, now, needed, change in alone.iter_rows()
    ]
    if rows:
        head = ["one of these alone is enough", "now", "needed", "", "change", "cell"]
        lines.append(grid(head, rows, right=[1, 2, 4]))
    if rows and any(kind in TIMES for kind in alone["kind"]) and tables.config.lead_rounding == "ceil":
        lines.append("Times are rounded up to whole periods, as in the plan: they help in steps.")
    better = study.meta["joint"]
    if rows and better is not None and better < float(alone["change"].abs().min()):  # type: ignore[arg-type]
        lines.append("\n".join(textwrap.wrap(f"Or together: {few(names, study)}, each {better:.0%} better.", 100)))
    lines.append("Other needs are left aside: what the promise takes, not what it takes from others.")
    return "\n\n".join(lines)
