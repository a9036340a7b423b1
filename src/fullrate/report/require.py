"""What must be true for a promised date, in words."""

from __future__ import annotations

from fullrate.report.names import Names, plain
from fullrate.report.numbers import iso, joined, percent
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables import Tables

SHOWN = 12
"""Changes that are printed."""


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
    if meta["single"]:
        kind, key, _, now, needed, change = study.table("changes").row(0)
        what = f"{assumption(names, kind, key)} from {now:.4g} to {needed:.4g} ({change:+.0%})"
        return f"{promise} needs a change; the smallest single one is {what}, all else as in “{tables.config.name}”."
    if meta["joint"] is None:
        return f"No single change is enough for {promise}, nor are all of them together as far as they were tried."
    whose = joined([assumption(names, kind, key) for kind, key, _, _ in study.table("together").head(4).iter_rows()])
    more = len(study.table("together")) - 4
    rest = f" and {more} more" if more > 0 else ""
    return f"No single change is enough for {promise}; {whose}{rest} together must be {meta['joint']:.0%} better."


def as_text(tables: Tables, study: Study) -> str:
    """The sentence and the table of single changes."""
    import textwrap

    names = Names.of(tables)
    lines = ["\n".join(textwrap.wrap(sentence(tables, study), 100))]
    enough = study.table("changes").drop_nulls("needed").head(SHOWN)
    rows = [
        [assumption(names, kind, key), f"{now:.4g}", f"{needed:.4g}", f"{change:+.0%}", cell]
        for kind, key, cell, now, needed, change in enough.iter_rows()
    ]
    if rows:
        lines.append(grid(["one of these alone is enough", "now", "needed", "", "cell"], rows, right=[1, 2, 3]))
    if study.meta["joint"] is not None and study.meta["single"]:
        few = [assumption(names, kind, key) for kind, key, _, _ in study.table("together").iter_rows()]
        lines.append(
            "\n".join(textwrap.wrap(f"Or together: {joined(few)}, each {study.meta['joint']:.0%} better.", 100))
        )
    lines.append("Other needs are left aside: what the promise takes, not what it takes from others.")
    return "\n\n".join(lines)
