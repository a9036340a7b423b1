"""What a cut takes of a plan, in a planner's words: a sentence, a ranking, and what it rests on."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from fullrate.report import estimates, neighbours
from fullrate.report.losses import (
    LEVELS,
    LITTLE,
    SHOWN,
    later,
    longer,
    points,
    promised,
    promises,
    some,
    unit,
    units,
    waiting,
)
from fullrate.report.names import Names, plain
from fullrate.report.numbers import as_known, days, iso, joined, percent, quantity
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables import Tables

KINDS = {
    "site": "{}",
    "region": "the region {}",
    "owner": "whatever {} owns",
    "item": "every source of {}",
    "lane": "the lane {}",
    "corridor": "the corridor {}",
    "resource": "{}",
    "set": "the restrictions of “{}” in force",
}
"""How a case is called in a sentence."""


def called(tables: Tables, row: Mapping[str, Any]) -> str:
    """What is cut off, in words."""
    kind, target = row["kind"], row["name"].partition(":")[2] or row["name"]
    named = Names.of(tables).item(target) if kind == "item" else plain(target)
    return KINDS[kind].format(named)


def span(row: Mapping[str, Any]) -> str:
    """When: from a day, to a day or for good; and what is left."""
    until = f"to {iso(row['to'])}" if row["to"] else "for good"
    left = f" down to {percent(row['left'])} of its capacity" if row["left"] > 0 else ""
    return f"{left} from {iso(row['from'])} {until}"


def sentence(tables: Tables, study: Study) -> str:
    """The answer in a few sentences that can be quoted."""
    known = as_known(tables.config.as_of)
    begin = f"If every number in “{tables.config.name}” holds{known}"
    rows = list(study.table("cuts").iter_rows(named=True))
    if not rows:
        return f"{begin}, there is nothing to cut off: the plan uses nothing."
    worst = rows[0]
    what = "having" if worst["kind"] == "set" else "cutting off"
    said = f"{begin}, {what} {called(tables, worst)}{span(worst)} {_damage(tables, study, worst)}."
    if len(rows) > 1:
        without = sum(map(harmless, rows))
        said += f" That is the worst of {_tried(study)}"
        said += f"; {without} cost{'s' if without == 1 else ''} nothing." if without else "."
    return f"{said} {_survival(worst)}".strip()


def _tried(study: Study) -> str:
    """Of how many cuts that is the worst, and of how many these were chosen where the rest was only estimated."""
    count = len(study.table("cuts"))
    if "estimates" not in study.tables:
        return f"{count} cuts tried one at a time"
    return f"{count} cuts solved one at a time, those with the largest estimates of {study.meta['tried']}"


def harmless(row: Mapping[str, Any]) -> bool:
    """Whether a cut costs nothing that would be shown: no day, no unit, and no class waits longer."""
    lost = [row[f"lost_{level}_d"] or 0.0 for level in LEVELS]
    longer = max(row["lost_wait_d"], row["class_wait_d"])
    return bool(max(lost) <= 0 and row["late_units"] <= 0 and longer < LITTLE)


def _damage(tables: Tables, study: Study, row: Mapping[str, Any]) -> str:
    """What a cut does, as the end of a sentence."""
    if row["nothing"]:
        return "leaves nothing at all: not one unit is delivered, and the plan is empty"
    if harmless(row):
        return "costs nothing: the plan finds as good a way without it"
    if tables.open_needs:
        return f"leaves {units(tables, row['late_units'])} fewer by the end of the plan"
    mine = study.table("classes").filter((pl.col("case") == row["case"]) & (pl.col("class") == _whole(study)))
    parts = []
    for one in mine.iter_rows(named=True):
        if one["lost_d"] is None:
            continue
        if one["at_least"]:
            parts.append(
                f"{percent(one['coverage'])} is not covered before the plan ends ({iso(one['date'])} without it)"
            )
        elif one["lost_d"] > 0:
            until = f"({iso(one['cut_date'])} instead of {iso(one['date'])})"
            parts.append(f"{percent(one['coverage'])} is covered {days(one['lost_d'])} later {until}")
        else:
            parts.append(f"{percent(one['coverage'])} can be covered as early as without it ({iso(one['date'])})")
    parts += _waits(study, row)
    if row["unit_days"] > LITTLE and unit(tables) and not _mixed(study, row):
        parts.append(f"units wait {quantity(row['unit_days'])} unit-days longer in all")
    if row["late_units"] > 0:
        parts.append(f"{units(tables, row['late_units'])} more are missing at the end")
    return f"means that {joined(parts)}"


def _waits(study: Study, row: Mapping[str, Any]) -> list[str]:
    """By how much the mean wait grows; class by class where one waits longer and another less."""
    if not _mixed(study, row):
        return [f"the mean wait grows by {days(row['lost_wait_d'])}"]
    return [
        f"class {cls} waits {days(abs(more))} {'longer' if more > 0 else 'less'}"
        for cls, more in _growths(study, row).items()
        if abs(more) >= LITTLE
    ]


def _mixed(study: Study, row: Mapping[str, Any]) -> bool:
    """Whether one class waits longer and another less: what is taken from the one is free for the other."""
    growths = _growths(study, row).values()
    return max(growths) >= LITTLE and min(growths) <= -LITTLE


def _growths(study: Study, row: Mapping[str, Any]) -> dict[int, float]:
    """Growth of the mean wait in days by class."""
    mine = study.table("classes").filter((pl.col("case") == row["case"]) & (pl.col("class") > 0))
    return {one["class"]: one["cut_wait_d"] - one["wait_d"] for one in mine.iter_rows(named=True)}


def _whole(study: Study) -> int:
    """The class that stands for all: 0 where there are several."""
    classes = study.table("classes")["class"]
    return 0 if (classes == 0).any() else int(classes[0])


def _survival(row: Mapping[str, Any]) -> str:
    """How long the worst cut may last, as a sentence."""
    if row["survives"]:
        return ""
    if row["survive_d"] is None:
        return ""
    if row["survive_d"] <= 0 and harmless(row):
        return ""  # what is lost is too little to be shown
    if row["survive_d"] <= 0:
        return "From that day on there is no slack: the shortest cut makes something later."
    said = f"From that day on it may be cut off for {days(row['survive_d'])} before anything is later"
    if row["recover_d"] is None:
        return f"{said}."
    if row["exposed"]:
        return f"{said}, and it takes {days(row['recover_d'])} to recover."
    return f"{said}; it takes {days(row['recover_d'])} to recover, so nothing is later."


def ranking(tables: Tables, study: Study) -> tuple[list[str], list[list[str]], str]:
    """Heading and rows of the cuts that cost something, the worst ones; and what is said of the rest."""
    head, rows = table_of(tables, study)
    harm = [not harmless(row) for row in study.table("cuts").iter_rows(named=True)]
    shown, count = [cells for cells, bad in zip(rows, harm, strict=True) if bad], sum(harm)
    rest = [f"{count - SHOWN} more cost less"] if count > SHOWN else []
    rest += [f"{len(rows) - count} cost nothing"] if count and count < len(rows) else []
    return head, shown[:SHOWN] or rows[:1], joined(rest)


def table_of(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of all cuts."""
    open_needs = bool(tables.open_needs)
    head = ["cut off", *([] if open_needs else ["50 % later by", "80 % later by", "wait longer by"])]
    one_unit = unit(tables)
    head += ["unit-days"] if one_unit else []
    missing = bool(one_unit) and bool((study.table("cuts")["late_units"] > LITTLE).any())
    head += [f"{'fewer by' if open_needs else 'missing at'} the end, {one_unit}"] if missing else []
    head += ["stands for", "back after", "exposure"]
    rows = []
    for row in study.table("cuts").iter_rows(named=True):
        mine = study.table("classes").filter((pl.col("case") == row["case"]) & (pl.col("class") == _whole(study)))
        wait = longer(row["lost_wait_d"])
        if _mixed(study, row):
            cls, more = max(_growths(study, row).items(), key=lambda one: one[1])
            wait = f"{days(more)}, class {cls}"
        lost = (
            [] if open_needs else [*(later(one["lost_d"], one["at_least"]) for one in mine.iter_rows(named=True)), wait]
        )
        cells = [row["name"], *lost]
        cells += [some(row["unit_days"])] if one_unit else []
        cells += [some(row["late_units"])] if missing else []
        rows.append([*cells, stands(row), "" if row["recover_d"] is None else days(row["recover_d"]), exposure(row)])
    return head, rows


def stands(row: Mapping[str, Any]) -> str:
    """How long a cut may last before anything is later."""
    if row["survives"] is None:
        return ""
    if row["survives"]:
        return "whole plan"
    return "no time" if row["survive_d"] <= 0 else days(row["survive_d"])


def exposure(row: Mapping[str, Any]) -> str:
    """Loss as a share of the worst one."""
    return f"{row['exposure']:.2f}"


def notes(tables: Tables, study: Study) -> list[str]:
    """How to read the ranking, and what it assumes."""
    meta = study.meta
    word, _, ahead = meta["policy"].partition(":")
    known = {
        "blind": "Nobody knows of a cut before its first day: what was decided before stays as the plan has it, what "
        "follows is planned anew.",
        "warned": f"A cut is known {ahead} period{'' if ahead == '1' else 's'} before its first day: what was decided "
        "before that stays as the plan has it, what follows is planned anew.",
        "clairvoyant": "Every cut is known from the start: a bound, since nobody can do better.",
    }[word]
    said = [known]
    if not tables.open_needs:
        never = f" “never”: not before the plan ends ({iso(_end(tables))}), so the loss is longer than it can say."
        ended = study.table("classes")["at_least"].any()
        said.append(f"Dates are the earliest that any plan reaches.{never if ended else ''}")
    else:
        said.append(
            "Nobody has said how many are needed, so there is no date to lose; what is counted is how many fewer are "
            "there by the end of the plan, and “exposure” as if the largest quantity looked at were needed."
        )
    if unit(tables) and (study.table("cuts")["unit_days"] > LITTLE).any():
        said.append("Unit-days: by how many days each unit waits longer, added up over all units.")
    if len(study.table("cuts")) > 1:
        said.append(
            "“stands for”: the longest cut from the same day after which nothing is later than without it, in whole "
            "periods; asked of the ten worst. “exposure”: growth of the weighted wait as a share of the worst one's "
            "(Simchi-Levi et al. 2015); it needs no odds."
        )
    if meta["left_out"]:
        listed = joined(list(meta["left_out"]))
        said.append(f"Left out, being the need itself or without a limit to take a share of: {listed}.")
    if meta["worst_start"]:
        said.append("The first day is the worst of those tried, every fourth period.")
    said.append(
        "A restriction is never got round: what is cut off stays at zero at its source, in every period it touches."
    )
    return said


def _end(tables: Tables) -> Any:
    from datetime import timedelta

    return tables.config.start + timedelta(days=math.ceil(tables.config.horizon_d))


def wider(tables: Tables, study: Study) -> list[str]:
    """What stands beside single cuts, in words: single points of failure, pairs, sets that break the promise."""
    said = []
    single = list(study.table("single_points").iter_rows(named=True)) if "single_points" in study.tables else []
    if single:
        sources: dict[tuple[str, str, str | None], list[Mapping[str, Any]]] = {}
        for one in single:
            sources.setdefault((one["item"], one["site"], one["alternative"]), []).append(one)
        found = joined([_point(tables, some) for some in sources.values()])
        said.append(f"Single points of failure, nothing else gives all of it yet: {found}.")
    if "pairs" in study.tables and len(study.table("pairs")):
        said.append(_pairs(tables, study))
    if "cutsets" in study.tables:
        promise = f"{percent(study.meta['coverage'])} by {iso(study.meta['by'])}"
        sets = [
            " with ".join(filter(None, (s["name"], s["other"]))) for s in study.table("cutsets").iter_rows(named=True)
        ]
        none = (study.table("cutsets")["size"] == 0).any()
        found = f"is out of reach after {joined(sets[:SHOWN])}" if sets else "survives any two of these cuts"
        found = "is out of reach even with nothing cut off" if none else found
        said.append(f"{promise} {found}{f', and {len(sets) - SHOWN} more' if len(sets) > SHOWN else ''}.")
    return said


def _dearer(study: Study) -> pl.DataFrame:
    """Pairs that cost more together than one by one, those that cost most so first."""
    table = study.tables.get("pairs")
    if table is None or "alike" not in table.columns:  # a run of before there was that column
        return pl.DataFrame()
    return table.filter(pl.col("more_d") > LITTLE)


def _pairs(tables: Tables, study: Study) -> str:
    """How many pairs cost more together, and which most so."""
    dearer, count = _dearer(study), len(study.table("pairs"))
    if not len(dearer):
        return f"Of {count} pairs none costs more together than one by one."
    worst = dearer.row(0, named=True)
    costs = "costs" if len(dearer) == 1 else "cost"
    said = f"Of {count} pairs {len(dearer)} {costs} more together than one by one; most so {worst['name']} with "
    both = f"{worst['other']}: together they add {days(worst['lost_wait_d'])} to the mean wait"
    if unit(tables):
        both += f" and {quantity(worst['unit_days'])} unit-days"
        return f"{said}{both}, {quantity(worst['more_unit_days'])} of these beyond what each costs alone."
    return f"{said}{both}, {days(worst['more_wait_d'])} of these beyond what each costs alone."


def pair_rows(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the pairs that cost more together; without a row where there is none, or none was asked."""
    open_needs, one_unit = bool(tables.open_needs), unit(tables)
    head = ["cut off", "together with", *([] if open_needs else ["50 % later by", "80 % later by", "wait longer by"])]
    head += ["unit-days", "of these beyond the two alone"] if one_unit else ["of this beyond the two alone"]
    rows = []
    dearer = _dearer(study)
    count = dict(dearer["alike"].value_counts().iter_rows()) if len(dearer) else {}
    first = dearer.unique("alike", keep="first", maintain_order=True) if len(dearer) else dearer
    for row in first.head(SHOWN // 2).iter_rows(named=True):
        waits = [] if open_needs else waiting(row)
        beyond = [some(row["unit_days"]), some(row["more_unit_days"])] if one_unit else [longer(row["more_wait_d"])]
        more = count[row["alike"]] - 1
        rows.append([row["name"], f"{row['other']} (and {more} alike)" if more else row["other"], *waits, *beyond])
    return head, rows


def _point(tables: Tables, sources: Sequence[Mapping[str, Any]]) -> str:
    """A single point of failure, whatever gives it there, and what may take its place."""
    one = sources[0]
    item, begin = Names.of(tables).item(one["item"]), f"{joined([s['process'] for s in sources])} at {one['site']}"
    if one["usable_d"] is None:
        return f"{item} ({begin}; no other source)"
    partly = "in part " if one.get("partial") else ""  # a run of before there was that column tells the whole only
    gate = f"after {one['gate']}, " if one["gate"] else ""
    when = f"{days(one['usable_d'])} from the start" if one["usable_d"] > 0 else "from the start"
    return f"{item} ({begin}; {partly}{one['alternative']}, {gate}{when})"


def odds_rows(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of the odds with and without each cut."""
    head = ["cut off", "of", "covered", "by", "without it", "with it", "fall", "nobody plans again"]
    rows = []
    for row in (row for name in ("odds", "pair_odds") for row in promises(study.tables.get(name))):
        fall = points(row["fallen"], row["error"])
        odds = [percent(row["odds"]), percent(row["cut_odds"]), fall, percent(row["idle_odds"])]
        rows.append([row["name"], *promised(row), *odds])
    return head, rows


def odds_note(tables: Tables, study: Study) -> str:
    """What the odds are of, and how sure they are."""
    known = as_known(tables.config.as_of)
    return (
        f"Odds that the promised date holds, in {study.meta['samples']} executions each{known}, with the same luck "
        "with and without the cut; ± one standard error of the fall. “with it”: planned anew once it is known; the "
        "last column: the old plan is followed as far as it goes."
    )


def as_text(tables: Tables, study: Study) -> str:
    """The whole answer for a terminal."""
    lines = ["\n".join(textwrap.wrap(sentence(tables, study), 100))]
    if len(study.table("cuts")) > 1:
        head, rows, rest = ranking(tables, study)
        lines.append(grid(head, rows, right=range(1, len(head))))
        lines += [f"{rest}: `fullrate show RUN cuts`"] if rest else []
        lines += _guessed(tables, study)
    head, rows = neighbours.rows(tables, study)
    if rows:
        lines += [f"{neighbours.note(study)}\n\n{grid(head, rows, right=range(2, len(head)))}"]
    if "odds" in study.tables:
        head, rows = odds_rows(tables, study)
        lines += [grid(head, rows, right=[4, 5, 6, 7]), "\n".join(textwrap.wrap(odds_note(tables, study), 100))]
    lines += ["\n".join(textwrap.wrap(one, 100)) for one in wider(tables, study)]
    head, rows = pair_rows(tables, study)
    lines += [grid(head, rows, right=range(2, len(head)))] if rows else []
    lines += ["\n".join(textwrap.wrap(one, 100)) for one in notes(tables, study)]
    return "\n\n".join(lines)


def _guessed(tables: Tables, study: Study) -> list[str]:
    """What was only estimated, if anything, and what is said of it."""
    head, rows, rest = estimates.rows(tables, study)
    lines = [grid(head, rows, right=range(1, len(head)))] if rows else []
    lines += [f"{rest}: `fullrate show RUN estimates`"] if rest else []
    return lines + ["\n".join(textwrap.wrap(one, 100)) for one in estimates.notes(study)]
