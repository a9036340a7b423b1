"""The workbook of a run: what to start, call off, load, hold, deliver and pay, one column per period.

Ids are written as text, so that `007` stays `007`; dates are dates; nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from fullrate.report import words
from fullrate.report.actions import Latest, actions
from fullrate.report.figures.coverage import delivered
from fullrate.report.figures.load import load
from fullrate.report.figures.money import by_fund
from fullrate.report.figures.stock import by_point
from fullrate.results import Plan
from fullrate.tables import Tables
from fullrate.tables.files import whole

WIDEST = 44
"""Widest column, in characters."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: a note above the header, a header, rows; the first ``ids`` columns are text and stay in view."""

    name: str
    note: str
    head: Sequence[str | date]
    rows: Sequence[Sequence[Any]]
    ids: int
    share_rows: bool = False


def write_workbook(
    tables: Tables, plan: Plan, file: Path, facts: Mapping[str, str], latest: Latest | None = None
) -> None:
    """Write the workbook of a plan.

    Args:
        tables: the scenario.
        plan: its plan.
        file: where to write; replaced when it is there.
        facts: what the first sheet says about the run, by name.
        latest: latest first periods for the actions; None computes them.

    Raises:
        OSError: the file cannot be written.
    """
    write_sheets(sheets(tables, plan, facts, latest), file)


def write_sheets(pages: Iterable[Sheet], file: Path) -> None:
    """Write sheets as one workbook, whole or not at all. Raises OSError when the file cannot be written."""
    with whole(file) as part, xlsxwriter.Workbook(str(part), {"default_date_format": "yyyy-mm-dd"}) as book:
        for page in pages:
            _write(book, page)


def sheets(tables: Tables, plan: Plan, facts: Mapping[str, str], latest: Latest | None = None) -> Iterator[Sheet]:
    """All sheets, in the order in which people use them."""
    about = {"Answer": words.answer(tables, plan), "Scenario": tables.config.name, **facts}
    yield Sheet("Run", "", ("fact", "value"), list(about.items()), 2)
    yield flat("Actions", "Cost in millions of the currency.", actions(tables, plan, latest=latest), 3)
    yield _schedule(tables, plan)
    yield _calls(tables, plan)
    yield _load(tables, plan)
    yield _wide("Stock", "Stock at the end of each period.", plan, by_point(tables, plan), ("site", "item"), "qty")
    given = delivered(tables, plan)
    index = ("recipient", "class", "need", "item", "unit")
    yield _wide("Deliveries", "Units handed over in each period.", plan, given, index, "qty", total=True)
    yield _money(tables, plan)


def _begins(plan: Plan) -> list[date]:
    """First day of each period."""
    return [plan.date(float(edge)) for edge in plan.edges[:-1]]


def flat(name: str, note: str, frame: pl.DataFrame, ids: int) -> Sheet:
    """A table as it is."""
    return Sheet(name, note, frame.columns, frame.rows(), ids)


def _wide(
    name: str, note: str, plan: Plan, frame: pl.DataFrame, index: Sequence[str], value: str, total: bool = False
) -> Sheet:
    """One row per combination of ``index``, one column per period, headed by its first day."""
    table: dict[tuple[Any, ...], list[float]] = {}
    for *key, period, amount in frame.select(*index, "period", value).iter_rows():
        if period > 0:
            row = table.setdefault(tuple(key), [0.0] * plan.periods)
            row[period - 1] += amount or 0.0
    sums = ("total",) if total else ()
    rows = [[*key, *([sum(row)] if total else []), *row] for key, row in table.items()]
    return Sheet(name, note, [*index, *sums, *_begins(plan)], rows, len(index))


def _schedule(tables: Tables, plan: Plan) -> Sheet:
    """Starts of each process."""
    known = {row["process"]: row for row in tables.rows("processes")}
    units = {row["item"]: row["unit"] for row in tables.rows("items")}
    flows = plan.table("flows").filter(pl.col("kind") == "make").sort("key", "period")
    rows = [
        (key, known[key]["site"], known[key]["item"], units[known[key]["item"]], period, value)
        for key, period, value in flows.select("key", "period", "value").iter_rows()
    ]
    index = ("process", "site", "item", "unit")
    schema = {**dict.fromkeys(index, pl.String), "period": pl.Int64, "value": pl.Float64}
    frame = pl.DataFrame(rows, schema, orient="row")
    note = "Starts in each period; `unit` is what the item is counted in."
    return _wide("Schedule", note, plan, frame, index, "value", total=True)


def _calls(tables: Tables, plan: Plan) -> Sheet:
    """Departures by supplier: who owns the site a lane leaves from, else the site itself."""
    owners = {row["site"]: row["owner"] or row["site"] for row in tables.rows("sites")}
    lanes = {row["lane"]: row for row in tables.rows("lanes")}
    units = {row["item"]: row["unit"] for row in tables.rows("items")}
    rows = [
        (owners[lanes[lane]["from"]], lanes[lane]["from"], lanes[lane]["to"], lane, item, units[item], period, amount)
        for (lane, item, period), amount in plan["ship"].items()
    ]
    index = ("supplier", "from", "to", "lane", "item", "unit")
    schema = {**dict.fromkeys(index, pl.String), "period": pl.Int64, "value": pl.Float64}
    frame = pl.DataFrame(sorted(rows), schema, orient="row")
    return _wide("Call-off", "Units that leave in each period.", plan, frame, index, "value", total=True)


def _load(tables: Tables, plan: Plan) -> Sheet:
    """Load, capacity and utilisation of everything that has a capacity and is used."""
    parts = []
    for measure, column in (("load", "used"), ("capacity", "available"), ("utilisation", "share")):
        part = load(tables, plan).select("rule", "key", "unit", "period", value=pl.col(column))
        parts.append(part.with_columns(measure=pl.lit(measure)))
    order = {"load": 0, "capacity": 1, "utilisation": 2}
    frame = pl.concat(parts).sort("rule", "key", pl.col("measure").replace_strict(order), "period", maintain_order=True)
    limit = pl.when(pl.col("value").is_infinite()).then(None).otherwise(pl.col("value"))
    note = "Load and capacity per period; utilisation is their ratio."
    wide = _wide("Load", note, plan, frame.with_columns(value=limit), ("rule", "key", "unit", "measure"), "value")
    return Sheet(wide.name, wide.note, wide.head, wide.rows, wide.ids, share_rows=True)


def _money(tables: Tables, plan: Plan) -> Sheet:
    """Ledger of each fund."""
    ledger = by_fund(plan).filter(pl.col("period") > 0)
    parts = [
        ledger.select("fund", "period", value=pl.col(name)).with_columns(measure=pl.lit(name))
        for name in ("allotted", "spent", "carried", "lapsed")
    ]
    frame = pl.concat(parts).sort("fund", maintain_order=True)
    currency = f" {tables.config.currency}" if tables.config.currency else ""
    note = f"Millions{currency}; the fund without a name stands for costs that no fund pays."
    return _wide("Money", note, plan, frame, ("fund", "measure"), "value")


def _write(book: Any, sheet: Sheet) -> None:
    """Write one sheet."""
    page = book.add_worksheet(sheet.name)
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"bold": True, "bottom": 1, "num_format": "yyyy-mm-dd"})
    plain, share = book.add_format({"num_format": "#,##0.###"}), book.add_format({"num_format": "0 %"})
    top = 0
    if sheet.note:
        page.write_string(0, 0, sheet.note, book.add_format({"italic": True}))
        top = 2
    for at, head in enumerate(sheet.head):
        if isinstance(head, date):
            page.write_datetime(top, at, head, day)
        else:
            page.write_string(top, at, head, bold)
    for line, row in enumerate(sheet.rows, start=top + 1):
        shape = share if sheet.share_rows and row[sheet.ids - 1] == "utilisation" else plain
        for at, value in enumerate(row):
            _cell(page, line, at, value, at < sheet.ids, shape)
    page.freeze_panes(top + 1, sheet.ids if len(sheet.head) > sheet.ids else 0)
    for at, width in enumerate(_widths(sheet)):
        page.set_column(at, at, width)


def _cell(page: Any, line: int, at: int, value: Any, as_text: bool, shape: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        page.write_datetime(line, at, value)
    elif as_text or isinstance(value, str):
        page.write_string(line, at, str(value))
    else:
        page.write_number(line, at, value, shape)


def _widths(sheet: Sheet) -> Iterable[float]:
    """Width of each column in characters."""
    for at, head in enumerate(sheet.head):
        texts = [str(row[at]) for row in sheet.rows[:200] if isinstance(row[at], str)]
        yield min(max([len(str(head)), 10, *map(len, texts)]) + 1, WIDEST)
