"""Rules of stock, lanes, funds and curves."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import known, rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def stocks(tables: Tables) -> Iterator[Problem]:
    """Every problem of stock, lanes, funds and curves."""
    yield from _room(tables)
    yield from _lanes(tables)
    yield from _shipments(tables)
    yield from _cargo(tables)
    yield from _funds(tables)
    yield from _curves(tables)
    yield from _ramps(tables)


def _room(tables: Tables) -> Iterator[Problem]:
    if tables.frames["stock"].is_empty():
        return
    stock = tables.filled("stock").with_row_index("row")
    receipt = stock["date"] > tables.config.start
    for row in rows_where(receipt & tables.frames["stock"]["max"].is_not_null()):
        yield Problem(
            "FR311",
            "room stated twice",
            "stock",
            row,
            "max",
            found="this row is a receipt; the room is that of the site, not of the receipt",
            allowed="blank",
            help="state `max` in the row of this site and item without a date",
        )
    room = stock.filter(~receipt).select("site", "item", room="max").unique(["site", "item"])
    full = stock.join(room, on=["site", "item"]).filter(pl.col("qty") > pl.col("room"))
    for row, qty, most in full.select("row", "qty", "room").sort("row").iter_rows():
        yield Problem(
            "FR312",
            "more than there is room for",
            "stock",
            row,
            "qty",
            found=f"{qty:.10g} do not fit into the room of {most:.10g}; the excess is wasted or used at once",
            allowed=f"at most {most:.10g}",
        )


def _lanes(tables: Tables) -> Iterator[Problem]:
    lanes = tables.written["lanes"]
    for row in rows_where(lanes["from"] == lanes["to"]):
        yield Problem(
            "FR314",
            "lane that goes nowhere",
            "lanes",
            row,
            "to",
            found=f"`{lanes['to'][row]}` is also where it begins",
            allowed="another site",
        )


def _shipments(tables: Tables) -> Iterator[Problem]:
    """Smallest shipments that no period has room for."""
    lanes = tables.filled("lanes")
    if not (lanes["min_ship"] > 0).any():
        return
    longest = max((days for _, days in tables.config.calendar), default=tables.config.period_d)
    fits = lanes["capacity"] * longest
    varied = tables.frames["series"].filter((pl.col("table") == "lanes") & (pl.col("column") == "capacity"))["key"]
    steady = ~lanes["lane"].is_in(varied.implode())
    for row in rows_where((lanes["min_ship"] > fits * (1 + 1e-9)) & steady):
        yield Problem(
            "FR345",
            "shipment that never fits",
            "lanes",
            row,
            "min_ship",
            found=f"a period has room for {fits[row]:.10g} at most, so nothing ever leaves",
            allowed=f"at most {fits[row]:.10g}",
            help="lengthen `period_d`, or raise `capacity`; both are counted in `cap_unit`",
        )


def _cargo(tables: Tables) -> Iterator[Problem]:
    """Lanes whose capacity, smallest shipment or price is by weight or volume, for items that have none."""
    lanes = tables.filled("lanes")
    for unit, column in (("kg", "mass"), ("m3", "size")):
        counts = lanes["capacity"].is_finite() | (lanes["unit_cost"] > 0) | (lanes["min_ship"] > 0)
        rows = rows_where((lanes["cap_unit"] == unit) & counts)
        if not rows:
            continue
        items = tables.filled("items").filter(pl.col(column) == 0)["item"].drop_nulls()
        moved = _in_motion(tables)
        light = [item for item in items if item in moved]
        for row in rows:
            carried = lanes["item"][row]
            free = light if carried == "*" else [carried] if carried in set(items) else []
            if free:
                names = ", ".join(f"`{item}`" for item in free[:4]) + (", ..." if free[4:] else "")
                yield Problem(
                    "FR319",
                    "cargo without weight or volume",
                    "lanes",
                    row,
                    "cap_unit",
                    found=f"`{column}` of {names} is 0, so this lane carries any amount for nothing",
                    help=f"state `{column}` in items.csv, in {unit} per unit",
                )


def _in_motion(tables: Tables) -> set[str]:
    """Items that are made or in stock somewhere."""
    places = (("processes", "item"), ("stock", "item"))
    return {item for table, column in places for item in tables.frames[table][column].drop_nulls()}


def _funds(tables: Tables) -> Iterator[Problem]:
    funds = tables.frames["funds"]
    if funds.is_empty():
        return
    money = tables.frames["allotments"].filter(pl.col("amount") > 0)["fund"].drop_nulls()
    if known(tables, ("allotments",)) is None:
        return
    for row in rows_where(~funds["fund"].is_in(money.implode())):
        yield Problem(
            "FR315",
            "fund without money",
            "funds",
            row,
            "fund",
            found="no row of allotments.csv puts money into it, so nothing it pays can happen",
            help="add a row to allotments.csv; if money is no limit, name no fund",
        )


def _curves(tables: Tables) -> Iterator[Problem]:
    if tables.frames["curves"].is_empty():
        return
    curves = tables.frames["curves"].with_row_index("row")
    back = curves.with_columns(before=pl.col("x").shift(1).over("curve")).filter(pl.col("x") < pl.col("before"))
    for row, x, before in back.select("row", "x", "before").iter_rows():
        yield Problem(
            "FR308",
            "curve that goes back",
            "curves",
            row,
            "x",
            found=f"{x:.10g} comes after {before:.10g}",
            allowed=f"at least {before:.10g}; the same x again is a jump",
            help="sort the rows of the curve by x",
        )


def _ramps(tables: Tables) -> Iterator[Problem]:
    curves = tables.frames["curves"]
    if curves.is_empty():
        return
    used = pl.concat([tables.frames["builds"]["ramp"], tables.frames["risks"]["recovery"]])
    mine = curves["curve"].is_in(used.drop_nulls().implode())
    for row in rows_where(mine & ((curves["y"] < 0) | (curves["y"] > 1))):
        yield Problem(
            "FR309",
            "ramp outside 0 to 1",
            "curves",
            row,
            "y",
            found=f"{curves['y'][row]:.10g} is no share of the capacity added",
            allowed="0 <= value <= 1",
            help="75 % is 0.75",
        )
    for row in rows_where(mine & (curves["x"] < 0)):
        yield Problem(
            "FR309",
            "ramp outside 0 to 1",
            "curves",
            row,
            "x",
            found=f"{curves['x'][row]:.10g} is before the capacity exists",
            allowed="an age in days, 0 or more",
        )
