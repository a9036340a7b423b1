"""Rules of processes and bills of materials: shares of a slot, roles, lots, limits."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

TOUCH = 1e-9


def bills(tables: Tables) -> Iterator[Problem]:
    """Every problem of a recipe or of a process on its own."""
    yield from _shares(tables)
    yield from _roles(tables)
    yield from _rejects(tables)
    yield from _lots(tables)
    yield from _unlimited(tables)


def _shares(tables: Tables) -> Iterator[Problem]:
    recipe = tables.filled("recipe").with_row_index("row")
    if recipe.is_empty():
        return
    for row in rows_where(recipe["share_min"] > recipe["share_max"] + TOUCH):
        low, high = recipe["share_min"][row], recipe["share_max"][row]
        yield Problem(
            "FR306",
            "slot that cannot be filled",
            "recipe",
            row,
            "share_min",
            found=f"the least share {low:.10g} is above the largest, {high:.10g}",
            allowed=f"at most {high:.10g}",
        )
    slots = (
        recipe.filter(pl.col("role") == "in")
        .group_by("process", "slot", maintain_order=True)
        .agg(pl.col("row").first(), pl.col("share_min").sum(), pl.col("share_max").sum())
    )
    short = slots.filter(pl.col("share_max") < 1 - TOUCH)
    for row, slot, total in short.select("row", "slot", "share_max").iter_rows():
        yield Problem(
            "FR306",
            "slot that cannot be filled",
            "recipe",
            row,
            "share_max",
            found=f"the items of slot `{slot}` may fill {total:.10g} of it together",
            allowed="largest shares that sum to 1 or more",
            help="raise a share, or add an alternative with the same slot",
        )
    much = slots.filter(pl.col("share_min") > 1 + TOUCH)
    for row, slot, total in much.select("row", "slot", "share_min").iter_rows():
        yield Problem(
            "FR306",
            "slot that cannot be filled",
            "recipe",
            row,
            "share_min",
            found=f"the items of slot `{slot}` must fill {total:.10g} of it together",
            allowed="least shares that sum to 1 or less",
            help="lower a share",
        )


def _roles(tables: Tables) -> Iterator[Problem]:
    if tables.frames["recipe"].is_empty():
        return
    main = tables.frames["processes"].select("process", main="item", made="yield").unique("process")
    recipe = tables.filled("recipe").with_row_index("row").join(main, on="process", how="left", maintain_order="left")
    again = recipe.filter((pl.col("role") != "in") & (pl.col("item") == pl.col("main")))
    for row, item, role in again.select("row", "item", "role").iter_rows():
        yield Problem(
            "FR307",
            "role that contradicts",
            "recipe",
            row,
            "role",
            found=f"`{item}` is the main output of the process, it cannot be `{role}` as well",
            allowed="an item other than the main output",
            help="the main output is stated in processes.csv by `item` and `out_qty`",
        )
    rejects = recipe.filter(pl.col("role") == "reject")
    for row, process in rejects.filter(~pl.col("process").is_first_distinct()).select("row", "process").iter_rows():
        yield Problem(
            "FR307",
            "role that contradicts",
            "recipe",
            row,
            "role",
            found=f"`{process}` has a second item for its rejects",
            allowed="one `reject` row per process",
        )


def _rejects(tables: Tables) -> Iterator[Problem]:
    recipe = tables.filled("recipe").filter(pl.col("role") == "reject")
    process = tables.filled("processes")
    if not len(recipe) and not (process["rework"] > 0).any():
        return
    with_item = process["process"].is_in(recipe["process"].implode())
    series = tables.frames["series"]
    varied = series.filter((pl.col("table") == "processes") & (pl.col("column") == "yield"))["key"]
    loses = (process["yield"] < 1) | process["process"].is_in(varied.implode())
    for row in rows_where((process["rework"] > 0) & ~with_item):
        yield Problem(
            "FR318",
            "rejects that go nowhere",
            "processes",
            row,
            "rework",
            found="no row of recipe.csv says which item the rejects become",
            help="add a row with role `reject`; without it they are scrap",
        )
    for row in rows_where(with_item & ((process["rework"] == 0) | ~loses)):
        why = "rework" if process["rework"][row] == 0 else "yield"
        yield Problem(
            "FR318",
            "rejects that go nowhere",
            "processes",
            row,
            why,
            found="there are no rejects to repair, but recipe.csv has an item for them",
            help="`rework` is 0" if why == "rework" else "`yield` is 1",
        )


def _lots(tables: Tables) -> Iterator[Problem]:
    process = tables.filled("processes")
    if not (process["min_lot"] > 0).any():
        return
    longest = max((days for _, days in tables.config.calendar), default=tables.config.period_d)
    fits = process["max_rate"] * longest
    varied = tables.frames["series"].filter((pl.col("table") == "processes") & (pl.col("column") == "max_rate"))["key"]
    steady = ~process["process"].is_in(varied.implode())
    for row in rows_where((process["min_lot"] > fits * (1 + TOUCH)) & steady):
        yield Problem(
            "FR317",
            "lot that never fits",
            "processes",
            row,
            "min_lot",
            found=f"a period has room for {fits[row]:.10g} starts at most, so nothing ever starts",
            allowed=f"at most {fits[row]:.10g}",
            help="lengthen `period_d`, or raise `max_rate`",
        )


def _unlimited(tables: Tables) -> Iterator[Problem]:
    """A process without rate, resource and material: blank means no limit, and is easily forgotten."""
    process = tables.filled("processes")
    uses = tables.filled("uses").filter(pl.col("qty") > 0)["user"].drop_nulls()
    takes = tables.filled("recipe").filter(pl.col("role") == "in")["process"].drop_nulls()
    varied = tables.frames["series"].filter(pl.col("column") == "max_rate")["key"].drop_nulls()
    limited = process["process"].is_in(pl.concat([uses, takes, varied]).implode())
    costs = process["unit_cost"] > 0
    for row in rows_where(process["max_rate"].is_infinite() & ~limited & ~costs):
        yield Problem(
            "FR316",
            "process without any limit",
            "processes",
            row,
            "process",
            found="no `max_rate`, no resource and no input: it makes any quantity at once",
            help="state a `max_rate` unless supply really is unlimited",
        )
