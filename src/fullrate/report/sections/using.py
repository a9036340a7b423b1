"""What is used up on the way: limits, stock, money, and what moves where."""

from __future__ import annotations

import polars as pl

from fullrate.report.draw import bars, charts, map
from fullrate.report.draw.theme import BLUE, INK, MUTED, ORANGE, both
from fullrate.report.figures import load, money, places, stock
from fullrate.report.names import plain
from fullrate.report.numbers import days, iso, percent, quantity
from fullrate.report.numbers import money as amount
from fullrate.report.parts import Block, Figure, Grid, Key, Section, Text, folded
from fullrate.report.sections.context import Context
from fullrate.report.words import classes_of, unpriced

LIMITS = 12
"""Limits in the table of what binds."""
ROWS = 30
"""Rows of the heat map of utilisation."""
PANELS = 6
"""Items whose stock is drawn."""
EDGES = (1e-9, 0.5, 0.8, 0.99)
"""Where a step of the heat map ends; the last step is full."""


def binding(context: Context) -> Section:
    """What binds, and how full every limit is over time."""
    rows = [
        [
            "\n".join([_sentence(context.names.limit(row["rule"], row["key"])), row.get("cells") or ""]).rstrip(),
            iso(context.begins(row["first_period"])) if row["first_period"] else "throughout",
            iso(context.ends(row["last_period"])) if row["first_period"] else "",
            days(row["worth"]),
        ]
        for row in context.plan.table("binding").head(LIMITS).iter_rows(named=True)
    ]
    classes = classes_of(context.plan)
    whose = f"class {classes[0]}" if len(classes) > 1 else "everybody"
    note = (
        f"Worth: days by which a tenth more of the limit would shorten the mean wait of {whose}, to first order; "
        "small changes only, and not to be added up."
    )
    empty = f"No capacity, money or room holds the first class back; only {unpriced(context.tables)} do."
    if not len(context.plan.table("duals")):
        empty = "What binds was not computed for this plan."
    head = ("limit", "from", "to", "worth of a tenth more")
    blocks: list[Block] = [Grid(head, rows, frozenset({3}), cards=True, note=note) if rows else Text([empty])]
    used = load.load(context.tables, context.plan)
    if not used.is_empty():
        blocks.append(_loaded(context, used))
    return Section("binding", "What binds", blocks)


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _loaded(context: Context, used: pl.DataFrame) -> Figure:
    used = used.filter(pl.col("day") <= context.end)
    begins = dict(zip(range(1, context.plan.periods + 1), context.plan.edges[:-1].tolist(), strict=True))
    used = used.with_columns(begin=pl.col("period").replace_strict(begins, return_dtype=pl.Float64))
    full = pl.when(pl.col("share") >= load.FULL).then(pl.col("day") - pl.col("begin")).otherwise(0.0)
    summary = (
        used.group_by("rule", "key", "unit", maintain_order=True)
        .agg(
            full=full.sum(), mean=pl.col("share").mean(), used=pl.col("used").sum(), available=pl.col("available").sum()
        )
        .sort("full", "mean", "rule", "key", descending=[True, True, False, False], nulls_last=True)
    )
    label = pl.struct("rule", "key").map_elements(
        lambda row: _label(context, row["rule"], row["key"]), return_dtype=pl.String
    )
    kept = summary.head(ROWS).with_columns(row=label)
    step = pl.sum_horizontal([(pl.col("share").fill_null(0.0) > edge).cast(pl.Int64) for edge in EDGES])
    cells = used.join(kept.select("rule", "key", "row"), on=["rule", "key"]).select(
        "row", "begin", end="day", step=step
    )
    labels, start, end = kept["row"].to_list(), context.plan.start, context.end
    steps, palette = bars.LOADED, bars.LOAD_COLOURS
    draw = both(lambda width: bars.heat(cells, labels, steps, palette, start, end, width, f"load-{width}"))
    top = kept.row(0, named=True)
    rest = f"“{top['row']}” longest, for {days(top['full'])}"
    count = int((summary["full"] > 0).sum())
    said = (
        f"{count} of {len(summary)} limits are full at some time, {rest}." if count else "No limit is full at any time."
    )
    return Figure(
        "fig-load",
        said,
        context.source("flows", "states") + (f" The {ROWS} fullest of {len(summary)}." if len(summary) > ROWS else ""),
        f"Heat map of {len(kept)} limits over time, coloured by the share of the capacity that is used.",
        draw,
        legend=[Key(text, colour) for text, colour in zip(steps, palette, strict=True)],
        table=_load_table(summary.with_columns(row=label)),
    )


def _label(context: Context, rule: str, key: str) -> str:
    """A short name of a limit."""
    if rule == "ship_capacity":
        begin, end, _ = context.names.ends[key]
        return f"{plain(begin)} → {plain(end)}"
    return plain(key)


def _load_table(summary: pl.DataFrame) -> Grid:
    kinds = {"hours": "resource", "labour": "pool", "make_rate": "rate of a process", "ship_capacity": "lane"}
    rows = [
        [
            row["row"],
            kinds[row["rule"]],
            quantity(row["used"], row["unit"]),
            quantity(row["available"], row["unit"]),
            "" if row["mean"] is None else percent(row["mean"]),
            days(row["full"]),
        ]
        for row in summary.iter_rows(named=True)
    ]
    head = ("limit", "kind", "used", "available", "mean use", "full for")
    return folded("Utilisation as a table", head, rows, right=(2, 3, 4, 5))


def stocks(context: Context) -> Section:
    """Stock of the items that are held at all."""
    peaks = stock.peaks(context.tables, context.plan)
    if peaks.is_empty():
        return Section(
            "stock", "Stock", [Text(["Nothing lies anywhere at the end of a period: all that comes moves on."])]
        )
    path = stock.by_item(context.tables, context.plan).filter(pl.col("day") <= context.end)
    order = (
        peaks.group_by("item", maintain_order=True).agg(held=pl.col("mean").sum()).sort("held", descending=True)["item"]
    )
    panels = []
    for at, item in enumerate(order[:PANELS]):
        mine = path.filter(pl.col("item") == item)
        unit = context.names.unit(item)
        panels.append(
            (f"{context.names.item(item)} [{unit}]", charts.area(mine, context.plan.start, unit, f"stock-{at}"))
        )
    top = peaks.sort("largest", descending=True).row(0, named=True)
    rows = [
        [
            context.names.item(row["item"]),
            plain(row["site"]),
            quantity(row["largest"], row["unit"]),
            iso(row["on"]),
            "" if row["room"] is None else quantity(row["room"], row["unit"]),
        ]
        for row in peaks.sort("item", "largest", descending=[False, True]).iter_rows(named=True)
    ]
    shown = ", ".join(context.names.item(item) for item in order[:PANELS])
    figure = Figure(
        "fig-stock",
        f"The largest stock at one place is {quantity(top['largest'], top['unit'])} at {plain(top['site'])} "
        f"on {top['on']} ({context.names.item(top['item'])}).",
        context.source("states"),
        f"Stock over time at all sites together, one chart per item: {shown}.",
        panels=panels,
        table=folded("Largest stock by place", ("item", "place", "largest", "on", "room"), rows, right=(2, 4)),
        note="Stock at the start and at the end of each period, all sites together.",
    )
    return Section("stock", "Stock", [figure])


def funds(context: Context) -> Section:
    """Money by fund."""
    totals = money.totals(context.plan)
    if totals.is_empty():
        return Section("money", "Money", [Text(["This scenario states no costs and no funds."])])
    ledger = money.by_fund(context.plan).filter(pl.col("day") <= context.end)
    panels = []
    for at, fund in enumerate(totals["fund"]):
        mine = ledger.filter(pl.col("fund") == fund)
        unit = f"million {context.currency}".strip()
        panels.append((_fund(fund), charts.fund(mine, context.plan.start, unit, f"fund-{at}")))
    rows = [
        [
            _fund(row["fund"]),
            *["" if not row["fund"] and name != "spent" else amount(row[name], context.currency) for name in SUMS],
        ]
        for row in totals.iter_rows(named=True)
    ]
    spent, given = float(totals["spent"].sum()), float(totals["allotted"].sum())
    free = float(totals.filter(pl.col("fund") == "")["spent"].sum())
    outside = f", {amount(free, context.currency)} of it outside any fund" if free and given else ""
    said = f"The plan spends {amount(spent, context.currency)}{outside}"
    figure = Figure(
        "fig-money",
        f"{said}; the funds were given {amount(given, context.currency)}." if given else f"{said}.",
        context.source("money"),
        "Money allotted and spent so far, one chart per fund.",
        panels=panels,
        legend=[Key("allotted so far", MUTED, "dash"), Key("spent so far", ORANGE, "line")],
        table=Grid(("fund", "allotted", "spent", "lapsed", "left"), rows, frozenset({1, 2, 3, 4})),
    )
    return Section("money", "Money", [figure])


SUMS = ("allotted", "spent", "lapsed", "left")


def _fund(name: str) -> str:
    return plain(name) if name else "costs without a fund"


ROLES = (Key("makes", ORANGE), Key("passes on", INK, "diamond"), Key("receives", BLUE, "dot"))


def places_and_lanes(context: Context) -> Section | None:
    """The map, where sites have coordinates, and the lanes as a list in any case."""
    lanes = places.lanes(context.tables, context.plan)
    sites = places.sites(context.tables).with_columns(label=pl.col("site").str.replace_all("_", " "))
    if lanes.is_empty() and sites.is_empty():
        return None
    moved = lanes.filter(pl.col("qty") > 0).sort("qty", descending=True)
    rows = [
        [
            f"{plain(row['from'])} → {plain(row['to'])}",
            context.names.item(row["item"]),
            quantity(row["qty"], row["unit"]),
            iso(context.begins(row["first"])),
            iso(context.ends(row["last"])),
            days(row["lead_d"]) if row["lead_d"] else "none",
        ]
        for row in moved.iter_rows(named=True)
    ]
    table = folded(
        "Lanes as a table", ("lane", "item", "carries in all", "first", "last", "under way"), rows, right=(2, 5)
    )
    idle = lanes.filter(pl.col("qty") == 0)["lane"].n_unique()
    said = f"{moved['lane'].n_unique()} lanes are used" + (
        f", {idle} {'is' if idle == 1 else 'are'} not." if idle else "."
    )
    if sites.is_empty():
        return Section(
            "map", "What moves where", [Text([f"{said} No site has coordinates, so there is no map."]), table]
        )
    absent = [plain(row["site"]) for row in context.tables.rows("sites") if row["site"] not in set(sites["site"])]
    figure = Figure(
        "fig-map",
        said,
        context.source("flows") + " Land: Natural Earth, public domain; it draws disputed borders by its own rule.",
        f"Map of {len(sites)} sites and the lanes between them; the same as a table below.",
        both(lambda width: map.draw(sites, lanes, width, f"map-{width}")),
        legend=[*[key for key in ROLES if key.label in set(sites["role"])], Key("lane, wider for more", BLUE, "line")],
        table=table,
        note=f"Not on the map, because they have no coordinates: {', '.join(absent)}." if absent else "",
    )
    return Section("map", "What moves where", [figure])
