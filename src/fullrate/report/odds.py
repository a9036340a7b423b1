"""Odds in a planner's words: how often each date holds, what it rests on, and what to find out first."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import polars as pl

from fullrate.draws import RHO
from fullrate.report.names import Names, plain
from fullrate.report.numbers import as_known, iso, joined, money, percent, quantity
from fullrate.report.text import grid
from fullrate.report.words import looked_at, rounding, unsaid_unit
from fullrate.results import Plan, Study
from fullrate.statistics.shares import frequency
from fullrate.tables import Cell, Tables

SHOWN = (0.5, 0.8, 1.0)
"""Shares of coverage that are printed; all are in the tables."""
NAMED = (1.0, 0.8, 0.5)
"""Shares of coverage that the sentence may speak of; the first that the plan reaches."""
TOP = 6
"""Assumptions that are printed."""
NEEDS = 12
"""Needs that are printed when none was asked for."""
LATER = "later than the horizon"


def often(hits: int, count: int) -> str:
    """How often something holds, as a natural frequency.

    >>> often(320, 1024), often(0, 1024), often(1024, 1024), often(1, 4096), often(503, 512)
    ('3 of 10', 'none of 1024', 'all 1024', '1 of 4096', '503 of 512')
    """
    if hits in (0, count):
        return f"all {count}" if hits else f"none of {count}"
    part, of = frequency(hits / count)
    return f"{hits} of {count}" if part in (0, of) or of > count else f"{part} of {of}"


def whom(cls: int, need: str) -> str:
    """The need or class of a row."""
    return plain(need) if need else f"class {cls}"


def sentence(tables: Tables, study: Study) -> str:
    """The answer in one sentence that can be quoted, with its question, its samples, and what it assumes."""
    meta = study.meta
    known = as_known(tables.config.as_of)
    given = f"In {meta['samples']} executions of this plan for “{tables.config.name}”{known}"
    assumed = f", given {ranges(meta)}"
    promised = study.table("quantities").filter(pl.col("promised").is_not_null() & (pl.col("class") == 0))
    if len(promised):
        row = promised.row(0, named=True)
        what, come = _amount(tables, row["item"], row["promised"]), "work" if _works(tables) else "have come"
        own = f"the plan itself has {_amount(tables, row['item'], row['plan'])} by then"
        if row["plan"] < row["promised"] * (1 - 1e-6):
            own += ", and what follows it cannot have more"
        return f"{given}, {what} {come} by {iso(row['by'])} in {_odds(row)}; {own}{assumed}."
    named = headline(study)
    if named is None:
        return f"{given}, no date was promised inside the plan, so there are no odds to give{assumed}."
    row = named
    dates = study.table("dates").filter(
        (pl.col("class") == row["class"]) & (pl.col("need") == row["need"]) & (pl.col("coverage") == row["coverage"])
    )
    own = ", the plan's own date," if meta["by"] is None and not row["need"] else ""
    when = dates.row(0, named=True)
    half = f"half of them {_by(when['p50'])}, 9 of 10 {_by(when['p90'])}"
    return f"{given}, {_all(tables, row)} by {iso(row['by'])}{own} in {_odds(row)}; {half}{assumed}."


def headline(study: Study) -> dict[str, Any] | None:
    """The row of ``odds`` that the sentence speaks of; None where no date was promised.

    The sentence of a plan speaks of its first class, at 80 % and in full, so the odds are of that class, too: in full,
    else at 80 % or half where the plan itself never has it all. A later class may have all where the first loses what
    comes late, and its date must not stand for the one that was named.
    """
    asked, dates = study.table("odds"), study.table("dates")
    of_classes = asked.filter(pl.col("need") == "")
    if not study.meta["need"] and len(of_classes):
        classes = dates.filter((pl.col("need") == "") & (pl.col("class") > 0))["class"]
        first = of_classes.filter(pl.col("class") == (study.meta["class"] or classes.min()))
        reached = dates.filter(pl.col("plan").is_not_null()).select("class", "need", "coverage")
        for coverage in NAMED:
            of = first.filter(pl.col("coverage") == coverage).join(
                reached, on=["class", "need", "coverage"], how="semi"
            )
            if len(of):
                return of.row(0, named=True)
    whole = asked.filter(pl.col("coverage") == 1.0)
    return whole.row(0, named=True) if len(whole) else None


def _works(tables: Tables) -> bool:
    """Whether only what works counts."""
    return tables.config.coverage == "serviceable"


def _all(tables: Tables, row: dict[str, Any]) -> str:
    """That all is there for a class or need, as a clause; where nobody has said how much, as far as was looked."""
    who, works = whom(row["class"], row["need"]), _works(tables)
    part = "" if row["coverage"] == 1.0 else f"{percent(row['coverage'])} of "
    if tables.open_needs and (row["need"] in tables.open_needs or not row["need"]):
        most = quantity(tables.config.open_qty or 0.0, unsaid_unit(tables))
        many = f"up to {most} for each need of {who}" if not row["need"] else f"up to {most} for {who}"
        return f"{part}all that was looked at, {many}, {'works' if works else 'is there'}"
    if part:
        never = ", which the plan itself never has in full,"
        return f"{part}all that {who} needs{never} {'works' if works else 'is there'}"
    return f"all that {who} needs works" if works else f"{who} has all it needs"


def ranges(meta: Any) -> str:
    """What the spread rests on, in words."""
    if not meta["ranges"]:
        return "that every number is certain, since the scenario has no ranges"
    if past := meta.get("history"):
        return _and(of_history(past), {**meta, "ranges": meta["ranges"] - past["ranges"], "history": None})
    if meta["ranges"] == 1:
        return "1 range that is assumed" if meta["assumed_ranges"] else "1 range"
    if meta["assumed_ranges"] == meta["ranges"]:
        return f"{meta['ranges']} ranges that are all assumed"
    return f"{meta['ranges']} ranges, {meta['assumed_ranges']} of them assumed"


def of_history(past: Mapping[str, Any]) -> str:
    """Ranges that are made of what became of others, with n first."""
    what = "1 range" if past["ranges"] == 1 else f"{past['ranges']} ranges"
    own = f", {past['own']} of them of the class “{past['class']}”" if past["class"] else ""
    when = f" by {past['as_of']}" if past["as_of"] else ""
    return f"{what} from class history: what had become of n = {past['cases']} promises of others{when}{own}"


def _and(said: str, others: Mapping[str, Any]) -> str:
    return f"{said}, and {ranges(others)}" if others["ranges"] else said


def _odds(row: dict[str, Any]) -> str:
    low, high = percent(row["low"]), percent(row["high"])
    between = f"; between {low} and {high}" if low != high else ""
    return f"{often(row['hits'], row['samples'])} ({percent(row['odds'])}{between})"


def _amount(tables: Tables, item: str, amount: float) -> str:
    return quantity(amount, unit_of(tables, item)) if unit_of(tables, item) else f"{quantity(amount)} of {plain(item)}"


def unit_of(tables: Tables, item: str) -> str:
    """Unit of an item, or of a family whose items share one."""
    units = {row["unit"] for row in tables.rows("items") if item in (row["item"], row["family"])}
    return units.pop() if len(units) == 1 else ""


def as_text(tables: Tables, plan: Plan, study: Study) -> str:
    """The whole answer for a terminal."""
    parts = ["\n".join(textwrap.wrap(sentence(tables, study), 100))]
    blocks = (_dates(study), _quantities(tables, study), _rates(tables, study), _naive(study), _totals(tables, study))
    again = _replanned(study)
    rests = (again, _inputs(tables, study), _worth(tables, study), _wrapped(notes(tables, plan, study)))
    return "\n\n".join([*parts, *(block for block in (*blocks, *rests) if block)])


def _dates(study: Study) -> str:
    """Odds and percentiles of dates, classes first, then needs."""
    classes = (pl.col("need") == "") & ((pl.col("class") == study.meta["class"]) if study.meta["class"] else True)
    dates = study.table("dates").filter(pl.col("coverage").is_in(SHOWN) & (classes | _wanted(study)))
    asked = {row[:3]: row for row in study.table("odds").iter_rows()}
    rows = []
    for cls, need, coverage, p10, p50, p90, *_, later, plan in dates.sort("class", "need", "coverage").iter_rows():
        odds = asked.get((cls, need, coverage))
        promised = ["", ""] if odds is None else [iso(odds[3]), held(odds)]
        spread = [*(_date(day, "later") for day in (p10, p50, p90)), percent(later) if later else ""]
        rows.append([whom(cls, need), percent(coverage), _date(plan, "later"), *promised, *spread])
    head = ["", "covered", "in the plan", "promised by", "holds in", "1 of 10 by", "half by", "9 of 10 by", LATER]
    if not any(row[-1] for row in rows):
        head, rows = head[:-1], [row[:-1] for row in rows]
    return grid(head, rows, right=[1]) if rows else ""


def need_rows(study: Study) -> list[list[str]]:
    """Dates of every need with their odds, as rows of text: one for each share of coverage."""
    asked = {row[:3]: row for row in study.table("odds").iter_rows()}
    dates = study.table("dates").filter((pl.col("need") != "") & pl.col("coverage").is_in(SHOWN))
    rows = []
    for cls, need, coverage, p10, p50, p90, *_, later, _ in dates.sort("class", "need", "coverage").iter_rows():
        odds = asked.get((cls, need, coverage))
        promised = ["", ""] if odds is None else [iso(odds[3]), held(odds)]
        rows.append([plain(need), percent(coverage), *promised, *(iso(day) for day in (p10, p50, p90)), percent(later)])
    return rows


def held(odds: tuple[Any, ...]) -> str:
    """How often a row of ``odds`` holds, with its interval where that is wider than the figure."""
    low, high = percent(odds[5]), percent(odds[6])
    between = f"; {low} to {high}" if low != high else ""
    return f"{often(odds[8], odds[9])} ({percent(odds[4])}{between})"


def _wanted(study: Study) -> pl.Expr:
    """Needs that are printed: the one asked for, or those with a promise while they are few."""
    if study.meta["need"]:
        return pl.col("need").eq(str(study.meta["need"]))
    promised = study.table("odds").filter(pl.col("need") != "")["need"].unique()
    return pl.col("need").is_in(promised.implode()) if len(promised) <= NEEDS else pl.lit(False)


QUANTITIES = ("of", "by", "in the plan", "9 of 10 have", "half have", "1 of 10 has", "promised", "holds in")
"""Headings of ``quantity_rows``."""


def quantity_rows(tables: Tables, study: Study) -> list[list[str]]:
    """What has come by the promised day, as rows of text; the last two cells are blank without a promise."""
    whole = study.table("quantities").filter((pl.col("class") == 0) | _wanted(study) & (pl.col("need") != ""))
    return [
        [
            _amount(tables, row["item"], row["qty"]) + (f" for {plain(row['need'])}" if row["need"] else " in all"),
            iso(row["by"]),
            *(quantity(row[name]) for name in ("plan", "p10", "p50", "p90")),
            "" if row["promised"] is None else quantity(row["promised"]),
            "" if row["promised"] is None else f"{often(row['hits'], row['samples'])} ({percent(row['odds'])})",
        ]
        for row in whole.iter_rows(named=True)
    ]


def _quantities(tables: Tables, study: Study) -> str:
    head, rows = list(QUANTITIES), quantity_rows(tables, study)
    if not any(row[-1] for row in rows):
        head, rows = head[:-2], [row[:-2] for row in rows]
    return grid(head, rows, right=[2, 3, 4, 5]) if rows else ""


RATES = ("rate of delivery", "", "plan", "P10", "P50", "P90")
"""Headings of ``rate_rows``."""


def rate_rows(tables: Tables, study: Study) -> list[list[str]]:
    """Best rates of a sprint and of what is kept up, as rows of text."""
    rows = []
    for row in study.table("rates").filter(pl.col("class") == 0).iter_rows(named=True):
        name = f"{row['rate']}: best {row['window_d']:.0f} days"
        unit = unit_of(tables, row["item"]) or plain(row["item"])
        rows.append([name, f"{unit}/d", *(quantity(row[one]) for one in ("plan", "p10", "p50", "p90"))])
    return rows


def _rates(tables: Tables, study: Study) -> str:
    rows = rate_rows(tables, study)
    return grid(RATES, rows, right=[2, 3, 4, 5]) if rows else ""


NAIVE = ("all of it, reckoned naively", "need / best rate", "straight line", "half of executions by")
"""Headings of ``naive_rows``."""


def naive_rows(study: Study) -> list[list[str]]:
    """The back of an envelope beside the simulated median, as rows of text."""
    rows = []
    shown = study.table("naive").filter((pl.col("need") == "") | _wanted(study))
    for (need, item), part in shown.group_by("need", "item", maintain_order=True):
        by_name = {row["naive"]: row for row in part.iter_rows(named=True)}
        answers = [_date(by_name[name]["date"]) for name in ("quantity by rate", "straight line")]
        rows.append([plain(str(need or item)), *answers, _date(part["p50"][0])])
    return rows


def _naive(study: Study) -> str:
    return grid(NAIVE, naive_rows(study))


TOTALS = ("", "mean", "1 of 10 at most", "half at most", "9 of 10 at most", "worst tenth, mean")
"""Headings of ``total_rows``."""


def total_rows(tables: Tables, study: Study) -> list[list[str]]:
    """Waits of classes, money, and what was crowded out, where there is any, as rows of text."""
    rows, currency = [], tables.config.currency
    for row in study.table("totals").iter_rows(named=True):
        kind, amounts = row["what"], [row[name] for name in ("mean", "p10", "p50", "p90", "worst")]
        if kind == "wait_d" and row["class"] and not row["need"]:
            said = [f"{amount:.1f} d" for amount in amounts]
            rows.append([f"mean wait of class {row['class']}", f"{said[0]} (± {row['error']:.1f})", *said[1:]])
        elif kind == "cost" and row["worst"] > 0:
            said = [money(amount, currency) for amount in amounts]
            rows.append(["cost", f"{said[0]} (± {money(row['error'], currency)})", *said[1:]])
        elif kind == "displaced" and row["worst"] > 0:
            said = [percent(amount) for amount in amounts]
            rows.append(["crowded out, of what others wanted", f"{said[0]} (± {percent(row['error'])})", *said[1:]])
    return rows


def _totals(tables: Tables, study: Study) -> str:
    """Money and what was crowded out, where there is any."""
    found = {row["what"]: row for row in study.table("totals").iter_rows(named=True)}
    lines, currency = [], tables.config.currency
    cost, lost = found["cost"], found["displaced"]
    if cost["p90"] > 0:
        amounts = [money(cost[name], currency) for name in ("p10", "p50", "p90", "worst")]
        lines.append(
            f"Cost: at most {amounts[0]} in 1 of 10, {amounts[1]} in half, {amounts[2]} in 9 of 10; "
            f"{amounts[3]} on average in the worst tenth."
        )
    if lost["p90"] > 0:
        lines.append(f"Crowded out of what others wanted: half {percent(lost['p50'])}, 9 of 10 {percent(lost['p90'])}.")
    return "\n".join(lines)


AGAIN = ("", "following the plan", "planned again", "difference", "samples")
"""Headings of ``replan_rows``."""


def was_replanned(study: Study) -> bool:
    """Whether some executions were planned again on the way; older runs do not say."""
    return "replan" in study.tables and len(study.table("replan")) > 0


def replan_rows(study: Study) -> list[list[str]]:
    """What planning again on the way changes, as rows of text: classes, and what was asked for."""
    rows = []
    for row in study.table("replan").iter_rows(named=True):
        who, error = whom(row["class"], row["need"]), row["error"]
        if row["need"] and row["need"] != study.meta["need"]:
            continue
        if row["what"] == "wait":
            amounts = [f"{row[name]:.1f} d" for name in ("follow", "replan")]
            rows.append([f"mean wait of {who}", *amounts, f"{row['difference']:+.1f} d (± {error:.1f})"])
        elif row["coverage"] in SHOWN:
            amounts = [percent(row[name]) for name in ("follow", "replan")]
            change = f"{100 * row['difference']:+.0f} points (± {100 * error:.0f})"
            rows.append([f"{percent(row['coverage'])} of {who} by {iso(row['by'])}", *amounts, change])
        else:
            continue
        rows[-1].append(str(row["samples"]))
    return rows


def replan_note(study: Study) -> str:
    """How planning again was done, and what it knew."""
    made = study.meta["replan"]
    delay = f", each in force {made['admin_delay_d']:g} days later" if made["admin_delay_d"] else ""
    kept = f"; {made['kept']} of them gave nothing and the plan before was kept" if made["kept"] else ""
    return (
        f"Planned again after every {made['every']} periods, {made['plans']} plans{delay}{kept}. A new plan knows "
        "where the execution stands and else the numbers as the tables have them, nothing that is drawn later; it is "
        "made for time alone, and asks for no more than those numbers allow, where who follows catches up as far as "
        "things go better. Differences are of the same executions, ± one standard error."
    )


def _replanned(study: Study) -> str:
    if not was_replanned(study):
        return ""
    note = "\n".join(textwrap.wrap(replan_note(study), 100))
    return f"{grid(list(AGAIN), replan_rows(study), right=[1, 2, 3, 4])}\n\n{note}"


INPUTS = ("what it goes with", "P10 to P90", "wait, high less low", "rank correlation", "weight")
"""Headings of ``input_rows``."""


def subject(study: Study) -> str:
    """Whose wait the study judges assumptions by."""
    of = study.meta["subject"]
    return whom(of["class"], of["need"]) if of["class"] or of["need"] else plain(of["item"])


def rests(study: Study) -> list[str]:
    """What the spread of the wait comes from, and how much a regression explains of it."""
    part = dict(study.table("variance").select("due_to", "share").iter_rows())
    if part["parameters"] + part["events"] == 0:
        return ["The wait is the same in every execution: nothing that is uncertain here moves it."]
    said = (
        f"Of the variance of the mean wait of {subject(study)}, {percent(part['parameters'])} comes from what could be "
        f"known better and {percent(part['events'])} from events that only another plan can guard against."
    )
    gate = f"A regression of ranks explains {percent(study.meta['explained'])} of it"
    return [said, gate + ("." if study.meta["usable"] else ": less than 60 %, so its weights are not said.")]


def input_rows(tables: Tables, study: Study, most: int) -> list[list[str]]:
    """The assumptions that the wait goes with most, as rows of text."""
    rows = []
    for row in study.table("inputs").head(most).iter_rows(named=True):
        span = f"{row['p10']:.3g} to {row['p90']:.3g}" + (" times the plan" if row["factor"] else "")
        weight = f"{row['coefficient']:+.2f}" if study.meta["usable"] else "not said"
        swing = f"{row['where_high'] - row['where_low']:+.1f} d"
        rows.append([cell_name(tables, row["cell"]), span, swing, f"{row['correlation']:+.2f}", weight])
    return rows


def _inputs(tables: Tables, study: Study) -> str:
    """Which assumption matters, with the gate of its regression."""
    said = rests(study)
    rows = input_rows(tables, study, TOP)
    if not rows or len(said) == 1:
        return "\n".join(textwrap.wrap(said[0], 100))
    lines = [line for one in said for line in textwrap.wrap(one, 100)]
    return "\n".join([*lines, "", grid(INPUTS, rows, right=[2, 3, 4])])


def cell_name(tables: Tables, cell: str) -> str:
    """A cell in words that still lead to it."""
    found, names = Cell.parse(cell), Names.of(tables)
    return (
        f"{plain(found.column.removesuffix('_d'))} of {names.at(found.key.replace('|', ' '))}"
        if found.key
        else plain(found.column)
    )


def _worth(tables: Tables, study: Study) -> str:
    rows = study.table("worth")
    if not len(rows):
        return ""
    first, *more = worth_said(tables, study)
    if not more:
        return first
    return "\n".join([first, *more, "", grid(["knowing first", "saves"], worth_rows(tables, study))])


def worth_said(tables: Tables, study: Study) -> list[str]:
    """What to find out first, and how that was judged; one sentence where nothing is worth finding out."""
    best = study.table("worth").row(0, named=True)
    if best["days"] < 0.05:
        return ["Knowing none of them first would change the plan enough to save a tenth of a day of waiting."]
    return [
        f"Find out first: the {cell_name(tables, best['cell'])}, worth {worth_days(best)} of mean waiting.",
        f"Judged over {study.meta['candidates']} plans, each made for another value and executed in the same samples.",
    ]


def worth_rows(tables: Tables, study: Study) -> list[list[str]]:
    """What knowing each assumption first saves, as rows of text."""
    return [[cell_name(tables, row["cell"]), worth_days(row)] for row in study.table("worth").iter_rows(named=True)]


def worth_days(row: dict[str, Any]) -> str:
    """Days saved with their standard error."""
    return f"{row['days']:.1f} days (± {row['error']:.1f})"


def notes(tables: Tables, plan: Plan, study: Study) -> list[str]:
    """What is assumed and what is not in the odds."""
    meta, held = study.meta, ranges(study.meta).removeprefix("that ")
    found = [f"{held[:1].upper()}{held[1:]}."]
    if past := meta.get("history"):
        kept, low, high = (percent(past[name]) for name in ("kept", "kept_low", "kept_high"))
        found.append(
            f"By itself that history gives {kept} for a promise that is kept in full by its date; its cases drawn "
            f"anew, anywhere from {low} to {high}, and no number of executions makes that surer."
        )
    if meta["assumed_groups"]:
        groups = joined([plain(one) for one in meta["assumed_groups"]])
        found.append(
            f"Values of {groups} move together with correlation {RHO:g} where nothing else is written, assumed."
        )
    if "catch_up" in meta["assumptions"]:
        most = meta["assumptions"]["catch_up"]
        found.append(
            "Executions follow the plan, so none is ahead of it; they make up for delays at "
            f"{most:g} times its rate at most, assumed."
        )
    found += [*_executed(tables, meta), *([looked_at(tables)] if tables.open_needs else [])]
    if rounded := rounding(tables, plan):
        found.append(f"{rounded[:1].upper()}{rounded[1:]}, in executions as in the plan.")
    if study.table("dates")["later"].sum() > 0:
        end = iso(plan.date(float(plan.edges[-1])))
        found.append(f"The horizon is {end}, where the plan ends; what is not done by then counts as later.")
    if meta.get("curves", meta["samples"]) < meta["samples"]:
        what = "Fans, rates, medians of simple answers and quantities nobody asked about"
        found.append(f"{what} rest on {meta['curves']} of them.")
    found.append("What no table says, no execution contains: what is missing makes dates look too sure.")
    said = f"intervals are meant to hold in 9 of 10 cases, from {meta['replicates']} replicates"
    found.append(f"Seed {meta['seed']}; {said}.")
    return found


def _executed(tables: Tables, meta: Any) -> list[str]:
    """How executions treat units in use, tests and people, where there are any."""
    found, many = [], quantity(float(meta["assumptions"].get("many", 0)))
    if _works(tables):
        found.append(
            f"Only what works counts. Units fail one by one, by chance; of {many} and more of a kind as many as is "
            "expected, assumed. What fails beyond the plan is replaced from what lies there, sent back and repaired."
        )
    if any(row["needs_item"] is not None for row in tables.rows("gates")):
        found.append(
            "A test begins on its day in the plan, or as soon as its articles are there; each further try takes "
            "articles, and costs, of its own, and articles for all tries are kept until it is passed."
        )
    if any(row["quit"] > 0 for row in tables.rows("pools")):
        found.append(f"People leave one by one, by chance; of {many} and more as many as is expected, assumed.")
    return found


def _wrapped(lines: list[str]) -> str:
    return "\n".join(part for line in lines for part in textwrap.wrap(line, 100))


def _by(day: Any) -> str:
    return LATER if day is None else f"by {iso(day)}"


def _date(day: Any, later: str = LATER) -> str:
    return later if day is None else iso(day)
