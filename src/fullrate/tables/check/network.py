"""The physical network as arrays: which process and lane leads from which stock point to which.

Only rows whose names all exist take part; the others have findings of their own. All days are counted
from the start of the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fullrate.tables.check.fleet import failed_units
from fullrate.tables.model import Tables

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Items and sites by number; processes, their inputs and outputs, lanes, stock.

    Rows of the tables are kept beside every array, so that a result leads back to a row.

    Attributes:
        items, sites: Names, by number.
        process_row, process_site, process_lead: One per process.
        input_process, input_slot, input_item, input_offset, input_row: One per recipe row with role in;
            slots are numbered over all processes and sorted.
        slot_process: Process of each slot.
        output_process, output_item, output_lead: One per thing a process puts out; days from its start.
        lane_row, lane_from, lane_to, lane_item, lane_lead: One per lane; item -1 is any item.
        stock_row, stock_site, stock_item, stock_day: Stock and receipts above zero.
        used_site, used_item, used_failed: Items in use where they are needed, and what they are when they have failed.
    """

    items: tuple[str, ...]
    sites: tuple[str, ...]
    process_row: Ints
    process_site: Ints
    process_lead: Floats
    input_process: Ints
    input_slot: Ints
    input_item: Ints
    input_offset: Floats
    input_row: Ints
    slot_process: Ints
    output_process: Ints
    output_item: Ints
    output_lead: Floats
    lane_row: Ints
    lane_from: Ints
    lane_to: Ints
    lane_item: Ints
    lane_lead: Floats
    stock_row: Ints
    stock_site: Ints
    stock_item: Ints
    stock_day: Floats
    used_site: Ints
    used_item: Ints
    used_failed: Ints


def numbers(values: pl.Series, names: tuple[str, ...] | list[str], other: int = -1) -> Ints:
    """Number of each value in ``names``; ``other`` for what is not there."""
    valid = pl.Series(names, dtype=pl.String)
    code = values.replace_strict(
        valid, pl.Series(range(len(valid)), dtype=pl.Int64), default=other, return_dtype=pl.Int64
    )
    return code.fill_null(other).to_numpy().copy()


def days_after(values: pl.Series, start: date) -> Floats:
    """Days from the start to each date; NaN where blank."""
    days = (values - pl.Series([start])).dt.total_days()
    return days.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()


def network(tables: Tables) -> Network:
    """The arrays of a scenario."""
    items = tuple(tables.frames["items"]["item"].drop_nulls().unique(maintain_order=True))
    sites = tuple(tables.frames["sites"]["site"].drop_nulls().unique(maintain_order=True))
    process, names = _processes(tables, items, sites)
    lead = process["lead_d"].to_numpy()
    outputs = process.select(process="at", item="item_no", offset=pl.lit(0.0))
    recipe = _recipe(tables, items, names)
    put_out = recipe.filter(pl.col("role") != "in").select("process", item="item_no", offset="offset_d")
    outputs = pl.concat([outputs, put_out]) if put_out.height else outputs
    inputs = recipe.filter(pl.col("role") == "in").sort("process", "slot", "row")
    slot = inputs.select(pl.struct("process", "slot").rle_id().cast(pl.Int64)).to_series()
    first = np.flatnonzero(np.diff(slot.to_numpy(), prepend=-1))
    lanes = _lanes(tables, items, sites)
    stock = _stock(tables, items, sites)
    return Network(
        items,
        sites,
        process["row"].to_numpy(),
        process["site_no"].to_numpy(),
        lead,
        inputs["process"].to_numpy(),
        slot.to_numpy(),
        inputs["item_no"].to_numpy(),
        inputs["offset_d"].to_numpy(),
        inputs["row"].to_numpy(),
        inputs["process"].to_numpy()[first],
        outputs["process"].to_numpy(),
        outputs["item"].to_numpy(),
        lead[outputs["process"].to_numpy()] + outputs["offset"].to_numpy(),
        lanes["row"].to_numpy(),
        lanes["from_no"].to_numpy(),
        lanes["to_no"].to_numpy(),
        lanes["item_no"].to_numpy(),
        lanes["lead_d"].to_numpy(),
        stock["row"].to_numpy(),
        stock["site_no"].to_numpy(),
        stock["item_no"].to_numpy(),
        np.maximum(days_after(stock["date"], tables.config.start), 0.0),
        *_used(tables, items, sites),
    )


def _used(tables: Tables, items: tuple[str, ...], sites: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """Sites, items in use there, and the failed units they become."""
    rows = pl.DataFrame(failed_units(tables), schema=dict.fromkeys(("site", "item", "failed"), pl.String), orient="row")
    site, item, failed = numbers(rows["site"], sites), numbers(rows["item"], items), numbers(rows["failed"], items)
    some = (site >= 0) & (item >= 0) & (failed >= 0)
    return site[some], item[some], failed[some]


def _row(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(row=pl.int_range(pl.len(), dtype=pl.Int64))


def _numbered(frame: pl.DataFrame, names: tuple[str, ...], **columns: str) -> pl.DataFrame:
    return frame.with_columns(pl.Series(new, numbers(frame[old], names)) for new, old in columns.items())


def _processes(tables: Tables, items: tuple[str, ...], sites: tuple[str, ...]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    frame = _row(tables.filled("processes")).unique("process", keep="first", maintain_order=True)
    frame = _numbered(frame, items, item_no="item")
    frame = _numbered(frame, sites, site_no="site").filter(
        (pl.col("item_no") >= 0)
        & (pl.col("site_no") >= 0)
        & pl.col("process").is_not_null()
        & pl.col("lead_d").is_not_null()
    )
    names = tuple(frame["process"].to_list())
    return frame.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64)), names


def _recipe(tables: Tables, items: tuple[str, ...], names: tuple[str, ...]) -> pl.DataFrame:
    frame = _numbered(_row(tables.filled("recipe")), items, item_no="item")
    frame = frame.with_columns(pl.Series("process", numbers(frame["process"], names)))
    return frame.filter(
        (pl.col("process") >= 0)
        & (pl.col("item_no") >= 0)
        & pl.col("slot").is_not_null()
        & (pl.col("share_max") > 0)
        & pl.col("offset_d").is_not_null()
    )


def _lanes(tables: Tables, items: tuple[str, ...], sites: tuple[str, ...]) -> pl.DataFrame:
    frame = _row(tables.filled("lanes"))
    frame = _numbered(frame, sites, from_no="from", to_no="to")
    item = numbers(frame["item"], items, -2)
    item[(frame["item"] == "*").to_numpy()] = -1
    return frame.with_columns(pl.Series("item_no", item)).filter(
        (pl.col("from_no") >= 0)
        & (pl.col("to_no") >= 0)
        & (pl.col("from_no") != pl.col("to_no"))
        & (pl.col("item_no") >= -1)
        & pl.col("lead_d").is_not_null()
    )


def _stock(tables: Tables, items: tuple[str, ...], sites: tuple[str, ...]) -> pl.DataFrame:
    frame = _numbered(_row(tables.filled("stock")), sites, site_no="site")
    return _numbered(frame, items, item_no="item").filter(
        (pl.col("site_no") >= 0) & (pl.col("item_no") >= 0) & (pl.col("qty") > 0)
    )
