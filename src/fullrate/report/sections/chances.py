"""How sure it is: odds of dates, the fan, which assumption matters, what knowing it first is worth."""

from __future__ import annotations

import polars as pl

from fullrate.report import odds as words
from fullrate.report.draw import bars, charts
from fullrate.report.draw.theme import BLUE, GOLD, MUTED, both
from fullrate.report.figures import odds as figures
from fullrate.report.numbers import iso, percent
from fullrate.report.parts import Bar, Block, Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.results import Study

TOP = 8
"""Assumptions that are drawn."""


def dates(context: Context) -> Section | None:
    """Odds of dates and the fan of coverage, where odds were asked of the plan."""
    study = context.studies.get("odds")
    if study is None:
        return None
    said = words.sentence(context.tables, study)
    rows = []
    asked = {row[:3]: row for row in study.table("odds").iter_rows()}
    shown = study.table("dates").filter((pl.col("need") == "") & pl.col("coverage").is_in(words.SHOWN))
    for cls, need, coverage, p10, p50, p90, *_, later, _ in shown.sort("class", "coverage").iter_rows():
        found = asked.get((cls, need, coverage))
        odds = ["", ""] if found is None else [iso(found[3]), words.held(found).replace(" (", "\n").removesuffix(")")]
        spread = [iso(day) for day in (p10, p50, p90)]
        rows.append([words.whom(cls, need), percent(coverage), *odds, *spread, percent(later)])
    head = ["of", "covered", "promised by", "holds in", "1 of 10 by", "half by", "9 of 10 by", words.LATER]
    count, seed = study.meta["samples"], study.meta["seed"]
    note = (
        f"{count} executions, seed {seed}, run {study.meta['run']}. A dash: {words.LATER}. "
        "After the share of executions, where it is meant to be in 9 of 10 cases."
    )
    table = Grid(head, rows, frozenset({1, 7}), title="How often dates hold", cards=len(rows) <= TOP, note=note)
    notes = words.notes(context.tables, context.plan, study)
    blocks: list[Block] = [Text([said]), _fan(context), table, *_beside(context, head)]
    if words.was_replanned(study):
        again = Grid(list(words.AGAIN), words.replan_rows(study), frozenset({1, 2, 3, 4}), "Planned again on the way")
        blocks += [again, Text([words.replan_note(study)])]
    blocks.append(Text(["What the odds rest on:"], notes))
    return Section("odds", "How sure it is", blocks)


def _beside(context: Context, head: list[str]) -> list[Block]:
    """What else the executions say: needs one by one, quantities, rates, waits and money, and the naive answers."""
    study = context.studies["odds"]
    blocks: list[Block] = []
    if needs := words.need_rows(study):
        blocks.append(folded("Needs one by one", head, needs, right=[1, 7]))
    if amounts := words.quantity_rows(context.tables, study):
        promised = 0 if any(row[-1] for row in amounts) else 2
        shown = [row[: len(row) - promised] for row in amounts]
        names = words.QUANTITIES[: len(words.QUANTITIES) - promised]
        blocks.append(Grid(names, shown, frozenset(range(2, 6)), "What has come by the day"))
    if rates := words.rate_rows(context.tables, study):
        note = "Burst: what a sprint reaches. Sustained: what is kept up; no promise should rest on the first."
        blocks.append(Grid(words.RATES, rates, frozenset(range(2, 6)), "How fast", note=note))
    if totals := words.total_rows(context.tables, study):
        note = f"± one standard error, from {study.meta['replicates']} replicates."
        blocks.append(Grid(words.TOTALS, totals, frozenset(range(1, 6)), "Waits and what they cost", note=note))
    if naive := words.naive_rows(study):
        note = "What a back of an envelope says, beside the executions: their distance is what it leaves out."
        rows, more = naive[:TOP], naive[TOP:]
        blocks.append(Grid(words.NAIVE, rows, title="Reckoned naively", note=note))
        blocks += [folded("More needs, reckoned naively", words.NAIVE, more)] if more else []
    return blocks


def _fan(context: Context) -> Figure:
    study = context.studies.get("odds")
    assert study is not None
    path = figures.fan(study)
    whole = path.filter(pl.col("p10") >= 1 - 1e-6)["day"]
    path = path.filter(pl.col("day") <= (float(whole[0]) if len(whole) else float(path["day"][-1])))
    plan, start = figures.planned(study, path), context.plan.start
    half = path.filter(pl.col("p50") >= 1 - 1e-6)["day"]
    done = (
        f"half of the executions have all by {iso(context.plan.date(float(half[0])))}"
        if len(half)
        else ("fewer than half of the executions have all before the plan ends")
    )
    draw = both(lambda width: charts.fan(path, plan, start, width, f"fan-{width}"))
    legend = [
        Key("median", BLUE, "line"),
        Key("half of the executions inside the dark band, 8 of 10 inside the light one", BLUE),
        Key("the plan", MUTED, "dash"),
    ]
    step = max(len(path) // 26, 1)
    rows = [
        [iso(context.plan.date(day)), *(percent(value) for value in values)]
        for day, *values in path.gather_every(step).iter_rows()
    ]
    table = Grid(
        ["by", "P10", "P25", "P50", "P75", "P90"], rows, frozenset(range(1, 6)), "The fan as a table", folded=True
    )
    title = f"Coverage of {words.subject(study)}: {done}."
    source = f"Source: table “fan” of {study.meta['run']}."
    return Figure(
        "fig-fan", title, source, f"A fan of the share covered over time; {done}.", draw, legend=legend, table=table
    )


def inputs(context: Context) -> Section | None:
    """Which assumption matters, and what knowing it before deciding is worth."""
    study = context.studies.get("odds")
    if study is None or study.table("inputs").is_empty() or study.table("variance")["share"].sum() == 0:
        return None
    swings = figures.swings(study, TOP).with_columns(
        label=pl.col("cell").map_elements(lambda cell: words.cell_name(context.tables, cell), return_dtype=pl.String)
    )
    draw = both(lambda width: bars.tornado(swings, width, f"tornado-{width}"))
    legend = [Key("where it is low (lowest fifth)", GOLD), Key("where it is high (highest fifth)", BLUE)]
    first = swings["label"][0]
    rows = words.input_rows(context.tables, study, TOP)
    table = Grid(words.INPUTS, rows, frozenset({2, 3, 4}), "The assumptions as a table", folded=True, paper=True)
    title = f"The mean wait of {words.subject(study)} goes most with the {first}."
    source = f"Source: table “inputs” of {study.meta['run']}."
    said = f"Bars of days of mean wait from its mean, longest for the {first}."
    figure = Figure("fig-tornado", title, source, said, draw, legend=legend, table=table)
    blocks: list[Block] = [Text(words.rests(study)), _kinds(study), figure]
    if len(study.table("worth")):
        blocks.append(_worth(context, study))
    return Section("assumptions-that-matter", "Which assumption matters", blocks)


def _kinds(study: Study) -> Bar:
    """What knowledge can shrink, and what only another plan guards against."""
    part = dict(study.table("variance").select("due_to", "share").iter_rows())
    kinds = (("could be known better", "parameters", BLUE), ("only another plan guards against", "events", GOLD))
    shares = [(label, part[kind], colour, percent(part[kind])) for label, kind, colour in kinds]
    return Bar("Of the variance of the mean wait", shares)


def _worth(context: Context, study: Study) -> Block:
    """What knowing an assumption before deciding saves: drawn where anything is worth finding out, else said."""
    said = words.worth_said(context.tables, study)
    if len(said) == 1:
        return Text(said)
    amounts = figures.worths(study).with_columns(
        name=pl.col("cell").map_elements(lambda cell: words.cell_name(context.tables, cell), return_dtype=pl.String)
    )
    axis = "days of mean wait saved"
    draw = both(lambda width: bars.ranking(amounts, axis, width, f"worth-{width}"))
    head, rows = ["knowing first", "saves"], words.worth_rows(context.tables, study)
    table = Grid(head, rows, frozenset({1}), "What knowing first saves, as a table", folded=True, paper=True)
    source = f"Source: table “worth” of {study.meta['run']}; expected value of partial perfect information."
    alt = f"Bars of days of mean wait that knowing an assumption first saves. {said[0]}"
    return Figure("fig-worth", said[0], source, alt, draw, table=table, note=said[1])
