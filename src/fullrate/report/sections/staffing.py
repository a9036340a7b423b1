"""Who does it: people hired, trained and lost, and how much less a start takes as they learn."""

from __future__ import annotations

import altair as alt
import polars as pl

from fullrate.report.draw import charts
from fullrate.report.draw.theme import BLUE, GOLD, MUTED
from fullrate.report.figures import learning as curves
from fullrate.report.figures import people
from fullrate.report.figures.periods import peak
from fullrate.report.names import plain
from fullrate.report.numbers import iso, joined, percent, significant
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import learnt

PANELS = 6
"""Pools, and what learns, that are drawn."""
STAGES = {"at work": BLUE, "in training": GOLD}
EFFORT = {"as the starts of the plan really take": BLUE, "as the plan counts on": MUTED}


def workforce(context: Context) -> Section | None:
    """Heads by stage, hires and quits, where people are hired or quit."""
    path = people.workforce(context.tables, context.plan)
    if path.is_empty():
        return None
    total = path.group_by("pool", maintain_order=True).agg(
        first=pl.col("heads").first(), most=pl.col("heads").max(), last=pl.col("heads").last(),
        hired=pl.col("hired").sum(), trained=pl.col("trained").sum(), quit=pl.col("quit").sum(),
    ).sort("hired", "quit", descending=True)  # fmt: skip
    shown = path.filter(pl.col("day") <= context.end)
    panels = []
    for at, pool in enumerate(total["pool"][:PANELS]):
        mine = shown.filter(pl.col("pool") == pool).select("day", *(pl.col(name) for name in ("heads", "in_training")))
        long = mine.rename({"heads": "at work", "in_training": "in training"}).unpivot(
            index="day", variable_name="what"
        )
        axis = alt.Axis(title="people", format="~s", tickCount=4)
        panels.append((plain(pool), charts.lines(long, STAGES, context.plan.start, axis, f"people-{at}")))
    rows = [
        [plain(row["pool"]), *(count(row[name]) for name in ("first", "most", "hired", "trained", "quit", "last"))]
        for row in total.iter_rows(named=True)
    ]
    head = ("crew", "at the start", "most", "hired", "join after training", "quit", "at the end of the plan")
    hired, left = float(total["hired"].sum()), float(total["quit"].sum())
    figure = Figure(
        "fig-people",
        f"The plan hires {f'{count(hired)} people' if hired >= 0.5 else 'hardly anybody'}; "
        f"{count(left)} quit by the end of the plan.",
        context.source("flows", "states"),
        f"People at work and in training over time, one chart per crew: {', '.join(plain(p) for p in total['pool'])}.",
        panels=panels,
        legend=[Key("at work", BLUE, "line"), Key("in training", GOLD, "dash")],
        table=Grid(head, rows, frozenset(range(1, 7)), title="The crews", cards=True),
        note="Means, not whole people: the plan hires, trains and loses parts of them.",
    )
    return Section("workforce", "Who does it", [figure, _by_period(context, shown)])


def count(people: float) -> str:
    """People in whole numbers.

    >>> count(4.84), count(0.003), count(0.0), count(12_345.6), count(231_456.0)
    ('5', '<1', '0', '12,300', '231,000')
    """
    if 0 < people < 0.5:
        return "<1"
    return f"{significant(round(people)):,.0f}"


def _by_period(context: Context, path: pl.DataFrame) -> Grid:
    rows = [
        [plain(row["pool"]), iso(row["date"]), *(count(row[name]) for name in people.NUMBERS)]
        for row in path.filter(pl.col("period") > 0).iter_rows(named=True)
    ]
    head = ("crew", "until", "at work", "in training", "hired", "join after training", "quit")
    return folded("Hires, trainees and quits by period", head, rows, right=range(2, 7))


def learning(context: Context) -> Section | None:
    """What a start takes against what has been made, and how near learning was followed, where anything learns."""
    path = curves.learnt(context.tables, context.plan)
    if path.is_empty():
        return None
    order = path.group_by("learner", maintain_order=True).agg(made=pl.col("starts").sum()).sort("made", descending=True)
    panels = []
    for at, learner in enumerate(order["learner"][:PANELS]):
        mine = path.filter(pl.col("learner") == learner)
        long = mine.select("so_far", **dict(zip(EFFORT, (pl.col("curve"), pl.col("counted_on")), strict=True)))
        drawn = long.unpivot(index="so_far", variable_name="what")
        panels.append((plain(learner), charts.learning(drawn, EFFORT, f"learn-{at}")))
    rows = [
        [
            plain(str(learner)),
            count(peak(mine["so_far"])),
            percent(float(mine["counted_on"][0])),
            percent(float(mine["counted_on"][-1])),
            percent(float(mine["curve"][-1])),
        ]
        for (learner,), mine in path.group_by("learner", maintain_order=True)
    ]
    head = ("learns", "starts in all", "a start takes at first", "at the end, counted on", "at the end, really")
    ends = [f"{row[0]} {row[4]}" for row in rows]
    figure = Figure(
        "fig-learning",
        f"At its end a start takes, of what it took when the plan began: {joined(ends[:PANELS])}.",
        context.source("flows", "effort"),
        "Effort of a start against starts so far, one chart for everything that learns.",
        panels=panels,
        legend=[
            Key(text, colour, shape) for (text, colour), shape in zip(EFFORT.items(), ("line", "dash"), strict=True)
        ],
        table=Grid(head, rows, frozenset(range(1, 5)), title="What learns", cards=True),
        note="The plan never counts on more experience than it gathers, so no start takes more than it counts on.",
    )
    said = learnt(context.plan)
    bounds: list[Block] = [Text([f"{said[0].upper()}{said[1:]}."])] if said else []
    return Section("learning", "What is learnt on the way", [*bounds, figure])
