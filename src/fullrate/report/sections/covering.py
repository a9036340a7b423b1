"""Who is covered when: classes, recipients, and what really came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from fullrate.report.draw import bars, charts
from fullrate.report.draw.theme import BLUE, MUTED, STEPS, both, colours
from fullrate.report.figures import coverage, outcome
from fullrate.report.figures.periods import peak, some
from fullrate.report.names import plain
from fullrate.report.numbers import column, days, iso, percent, quantity
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import classes_of, final, reached

EDGES = (1e-9, 0.2, 0.4, 0.6, 0.8, 1 - 1e-9)
"""Where a step of the heat map ends."""
ROWS = 40
"""Recipients in the heat map."""
FEW = 3
"""Classes whose dates become cards on a phone."""


def dates(context: Context) -> Grid:
    """Dates of coverage of every class: in the plan, and the earliest any plan could reach for that class alone."""
    table = context.plan.table("dates").filter(pl.col("need") == "")
    levels = sorted(set(table["coverage"].to_list()))
    at: Mapping[tuple[int, float], Any] = {(row["class"], row["coverage"]): row for row in table.iter_rows(named=True)}
    rows = []
    for cls in classes_of(context.plan):
        cells = [_cell(at[cls, level]["date"], at[cls, level]["earliest_date"]) for level in levels]
        rows.append([f"class {cls}" if len(classes_of(context.plan)) > 1 else "the need", *cells])
    small = (
        "Large: in the plan. Small: the earliest possible if only that class and that share counted; no plan reaches "
        "all of them. "
    )
    note = f"{'' if table['earliest_date'].is_null().all() else small}A dash: later than the horizon."
    head = ["of", *[f"{percent(level)} covered" for level in levels]]
    return Grid(head, rows, title="Dates of coverage", cards=len(rows) <= FEW, note=note)


def _cell(planned: date | None, earliest: date | None) -> str:
    if earliest is None or earliest == planned:
        return iso(planned)
    return f"{iso(planned)}\n{iso(earliest)} alone"


def classes(context: Context) -> Section | None:
    """Coverage of the classes over time; None where no class has a quantity to cover."""
    path = coverage.by_class(context.plan).filter(pl.col("day") <= context.end)
    labels = classes_of(context.plan)
    if not labels and context.tables.open_needs:
        return None
    if not labels:
        return Section("coverage", "Coverage over time", [Text(["Nobody needs anything."])])
    draw = both(lambda width: charts.classes(path, context.plan.start, width, f"coverage-{width}"))
    one, looked = len(labels) == 1, bool(path["most"].is_not_null().any())
    legend = [Key("in the plan", BLUE, "line")]
    legend += [Key("most that can have arrived", MUTED, "dash")] if looked else []
    if not one:
        legend = [Key(f"class {cls}", colour, "line") for cls, colour in zip(labels, colours(len(labels)), strict=True)]
    figure = Figure(
        "fig-coverage",
        _classes_said(context),
        context.source("coverage"),
        "Lines of the share of the need covered over time: "
        + "; ".join(_path_said(context, cls) for cls in labels)
        + ".",
        draw,
        legend=legend,
        table=_classes_table(context),
        note="The dashed line joins the best that can be had for each day; no single plan need reach all of it."
        if one and looked
        else "",
    )
    blocks: list[Block] = [figure] if one or not looked else [figure, _panels(context, path)]
    return Section("coverage", "Coverage over time", blocks)


def _path_said(context: Context, cls: int) -> str:
    half, most = (reached(context.plan, [cls], level) for level in (0.5, 0.8))
    return f"class {cls} 50 % on {iso(half)}, 80 % on {iso(most)}, {percent(final(context.plan, cls))} in the end"


def _classes_said(context: Context) -> str:
    labels = classes_of(context.plan)
    whole = [reached(context.plan, [cls], 1.0) for cls in labels]
    if len(labels) == 1:
        half, most = (iso(reached(context.plan, labels, level)) for level in (0.5, 0.8))
        rest = f"all of it by {whole[0]}" if whole[0] else f"{percent(final(context.plan, labels[0]))} in the end"
        return f"Half of the need is covered by {half}, 80 % by {most}, {rest}."
    full = [cls for cls, day in zip(labels, whole, strict=True) if day is not None]
    if len(full) == len(labels):
        last = max(filter(None, whole))
        return f"Class {labels[0]} is fully covered by {whole[0]}, all {len(labels)} classes by {last}."
    short = [cls for cls in labels if cls not in full]
    ends = ", ".join(f"class {cls} at {percent(final(context.plan, cls))}" for cls in short)
    return f"{len(full)} of {len(labels)} classes are fully covered before the plan ends; {ends} when it does."


def _classes_table(context: Context) -> Grid:
    """Coverage at a few ends of periods, class by class."""
    path = coverage.by_class(context.plan).filter((pl.col("day") <= context.end) & (pl.col("period") > 0))
    labels = classes_of(context.plan)
    by_day = {(row["class"], row["period"]): row for row in path.iter_rows(named=True)}
    last = int(peak(path["period"]))
    rows = []
    for period in some(last, 26):
        cells = [percent(by_day[cls, period]["covered"]) for cls in labels]
        most = by_day[labels[0], period]["most"]
        rows.append(
            [iso(context.ends(period)), *cells, *([] if len(labels) > 1 else ["" if most is None else percent(most)])]
        )
    head = ["by", *([f"class {cls}" for cls in labels] if len(labels) > 1 else ["in the plan", "most possible"])]
    return folded("Coverage as a table", head, rows, right=range(1, len(head)))


def _panels(context: Context, path: pl.DataFrame) -> Figure:
    """Every class beside the most it could have."""
    panels = []
    for cls in classes_of(context.plan):
        mine = path.filter(pl.col("class") == cls)
        panels.append((f"Class {cls}", charts.class_panel(mine, context.plan.start, f"class-{cls}")))
    return Figure(
        "fig-classes",
        "What each class would have if it alone counted shows how long it waits for those before it.",
        context.source("coverage"),
        "One small chart per class: its coverage in the plan and the most it could have by each day.",
        panels=panels,
        legend=[Key("in the plan", BLUE, "line"), Key("most if only this class counted", MUTED, "dash")],
    )


def recipients(context: Context) -> Section:
    """Who gets what: a heat map of recipients and time."""
    path = coverage.by_recipient(context.tables, context.plan)
    if context.tables.open_needs:
        return Section("recipients", "Who gets what", [_given(context)])
    order = path["recipient"].unique(maintain_order=True).to_list()
    if not order:
        return Section("recipients", "Who gets what", [Text(["Nobody needs anything."])])
    kept = order[:ROWS]
    step = pl.sum_horizontal([(pl.col("covered") > edge).cast(pl.Int64) for edge in EDGES])
    cells = path.filter(pl.col("recipient").is_in(kept)).select(
        row=pl.col("recipient").str.replace_all("_", " "),
        begin=pl.col("day").shift(1, fill_value=0.0).over("recipient"),
        end="day",
        step=step,
    )
    labels, start, end = [plain(name) for name in kept], context.plan.start, context.end
    draw = both(lambda width: bars.heat(cells, labels, bars.COVERED, STEPS, start, end, width, f"who-{width}"))
    figure = Figure(
        "fig-recipients",
        _recipients_said(context),
        context.source("flows") + (f" The first {ROWS} of {len(order)} recipients." if len(order) > ROWS else ""),
        f"Heat map of {len(kept)} recipients over time, coloured by the share of their need covered.",
        draw,
        legend=[Key(label, colour) for label, colour in zip(bars.COVERED, STEPS, strict=True)],
        table=_recipients_table(context),
        note="Share of a recipient's own need that is covered, all its classes together.",
    )
    return Section("recipients", "Who gets what", [figure])


def _given(context: Context) -> Grid:
    """What each recipient gets of each item, where some need has no quantity of which a share could be shown."""
    flows = context.plan.table("flows").filter(pl.col("kind") == "deliver")
    needs = pl.DataFrame(
        [(row["need"], row["recipient"]) for row in context.tables.rows("needs")],
        schema={"key": pl.String, "recipient": pl.String},
        orient="row",
    )
    sums = (
        flows.join(needs, on="key")
        .group_by("recipient", "item")
        .agg(pl.col("value").sum(), first=pl.col("period").min(), last=pl.col("period").max())
    )
    rows = [
        [
            plain(row["recipient"]),
            context.names.item(row["item"]),
            quantity(row["value"]),
            iso(context.ends(row["first"])),
            iso(context.ends(row["last"])),
        ]
        for row in sums.sort("recipient", "item").iter_rows(named=True)
    ]
    head = ("recipient", "item", "gets in the plan", "from", "to")
    return Grid(head, rows, frozenset({2}), note="Up to where was looked: nobody has said how many each is to get.")


def _recipients_said(context: Context) -> str:
    found = coverage.recipient_dates(context.tables, context.plan)
    known = sorted(found["at_80"].drop_nulls().to_list())
    if len(known) == len(found):
        if known[0] == known[-1]:
            who = {1: "The recipient is", 2: "Both recipients are"}.get(len(found), f"All {len(found)} recipients are")
            return f"{who} 80 % covered by {known[-1]}."
        return f"The {len(found)} recipients reach 80 % of their need between {known[0]} and {known[-1]}."
    return f"{len(known)} of {len(found)} recipients reach 80 % of their need before the plan ends."


def _recipients_table(context: Context) -> Grid:
    found = coverage.recipient_dates(context.tables, context.plan)
    given = coverage.delivered(context.tables, context.plan)
    sums = given.group_by("recipient", "unit").agg(pl.col("qty").sum()).sort("recipient", "unit")
    amounts: dict[str, list[str]] = {}
    for recipient, unit, qty in sums.iter_rows():
        amounts.setdefault(recipient, []).append(quantity(qty, unit))
    rows = [
        [
            plain(row["recipient"]),
            ", ".join(amounts.get(row["recipient"], [])),
            *[iso(row[name]) for name in ("at_50", "at_80", "at_100")],
            percent(row["final"]),
            "" if row["wait"] is None else days(row["wait"]),
        ]
        for row in found.iter_rows(named=True)
    ]
    head = ("recipient", "gets", "50 % by", "80 % by", "100 % by", "in the end", "mean wait")
    return folded("Recipients as a table", head, rows, right=(1, 5, 6))


def came(context: Context) -> Section | None:
    """The plan beside what really came, where the scenario folder keeps it."""
    real = outcome.series(context.tables)
    if real.is_empty():
        return None
    start = context.plan.start
    through = real.filter(pl.col("through") > start).with_columns(
        day=(pl.col("through") - start).dt.total_days().cast(pl.Float64)
    )
    ends = sorted(set(through["day"].to_list()))
    plan = outcome.planned(context.tables, context.plan, ends)
    planned = dict(zip(ends, plan, strict=False))
    label = "plan, if every promise holds"
    drawn = pl.concat(
        [
            pl.DataFrame({"what": [label] * len(planned), "day": list(planned), "so_far": list(planned.values())}),
            through.select("what", "day", "so_far"),
        ]
    )
    order = [label, *through["what"].unique(maintain_order=True)]
    unit = str(through["unit"][0])
    draw = both(lambda width: charts.beside(drawn, order, start, unit, width, f"came-{width}"))
    whose = outcome.attribution(context.tables)
    figure = Figure(
        "fig-outcome",
        _came_said(context, drawn, label, unit),
        f"{context.source('flows')} What came: {whose or 'folder “outcome” of the scenario'}",
        f"Lines of {unit} so far: the plan, and {' and '.join(order[1:])} in fact.",
        draw,
        legend=[Key(what, charts.BESIDE[at], "dash" if at == 0 else "line") for at, what in enumerate(order[:5])],
        table=_came_table(context, drawn, order, unit),
        note="The plan knows nothing of this: it was published later and is no part of the scenario.",
    )
    return Section("outcome", "What really came", [figure])


def _came_said(context: Context, drawn: pl.DataFrame, plan: str, unit: str) -> str:
    """The widest shortfall of the first series of what came, and when it was made up."""
    real = drawn.filter(pl.col("what") != plan)
    what = real["what"][0]
    pairs = real.filter(pl.col("what") == what).join(drawn.filter(pl.col("what") == plan), on="day", suffix="_plan")
    pairs = pairs.with_columns(short=pl.col("so_far_plan") - pl.col("so_far")).sort("day")
    if pairs.is_empty():
        return "What really came, month by month."
    worst = pairs.sort("short", descending=True).row(0, named=True)
    if worst["short"] <= 0:
        return f"At every date at least as many {unit} were {what} as the plan expected."
    later = pairs.filter((pl.col("day") > worst["day"]) & (pl.col("short") <= 0))
    made_up = (
        f"; by {context.plan.date(later['day'][0])} that was made up" if len(later) else "; that was never made up"
    )
    return (
        f"By {context.plan.date(worst['day'])}, {quantity(worst['so_far_plan'], unit)} if every promise had held, "
        f"{quantity(worst['so_far'])} {what} in fact{made_up}."
    )


def _came_table(context: Context, drawn: pl.DataFrame, order: list[str], unit: str) -> Grid:
    wide = {(row["what"], row["day"]): row["so_far"] for row in drawn.iter_rows(named=True)}
    ends = sorted(set(drawn["day"].to_list()))
    shown = [column([wide.get((what, day)) for day in ends]) for what in order]
    rows = [[iso(context.plan.date(day)), *[texts[at] for texts, _ in shown]] for at, day in enumerate(ends)]
    head = [
        "through",
        *[f"{what}, {word} {unit}".replace(",  ", ", ") for what, (_, word) in zip(order, shown, strict=True)],
    ]
    return folded("The lines as a table", head, rows, right=range(1, len(head)))
