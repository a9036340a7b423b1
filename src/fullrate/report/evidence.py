"""What the plan rests on: every number of the input with its source, ranges, statements, bibliography."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.tables import Tables
from fullrate.tables.check.evidence import unconfirmed
from fullrate.tables.check.ranges import CLASS, SCHEDULE
from fullrate.tables.spec import TABLES, Column

BESIDE = ("sources", "provenance", "uncertainty", "statements", "actuals")
"""Tables about the inputs; their numbers are not inputs of the plan."""
POSITIONS = ("lat", "lon")
"""Columns that only the map reads."""
ASSUMPTION = "assumption"
"""Kind of a source that is nobody's word but the author's."""
SECTION = "## What is not modelled"
"""Heading under which a scenario's README says what it leaves out."""

CELLS = {
    "table": pl.String,
    "key": pl.String,
    "column": pl.String,
    "value": pl.Float64,
    "text": pl.String,
    "unit": pl.String,
    "source": pl.String,
    "statement": pl.String,
    "note": pl.String,
}


@dataclass(frozen=True)
class Shares:
    """How many numbers of the input come from where."""

    total: int
    documented: int
    assumed: int
    unsourced: int

    def share(self, count: int) -> float:
        """A count as a share of all; nothing of nothing is zero."""
        return count / self.total if self.total else 0.0


def inputs(tables: Tables) -> pl.DataFrame:
    """Every number that is not the default, with its source: that of the cell, else that of its row.

    Settings of ``scenario.toml`` are choices of the model and positions on the map move nothing: neither is counted.

    Returns:
        table, key, column, value, text (as written), unit, source (null: none), statement, note, title, kind, grade.
    """
    frames = [pl.DataFrame(schema=CELLS)]
    for name, table in TABLES.items():
        if name in BESIDE or table.verb or not len(tables.frames[name]):
            continue
        for column in table.columns:
            if column.numeric and column.name not in POSITIONS:
                frames.append(_cells(tables, name, column))
    cells = pl.concat(frames)
    said = tables.frames["provenance"].select(
        "table",
        pl.col("key").fill_null(""),
        "column",
        own="source",
        said="statement",
        remark="note",
    )
    cells = cells.join(said, on=["table", "key", "column"], how="left", maintain_order="left")
    cells = cells.with_columns(
        source=pl.coalesce("own", "source"), statement=pl.col("said"), note=pl.col("remark")
    ).drop("own", "said", "remark")
    sources = tables.filled("sources").select("source", "title", "kind", "grade")
    return cells.join(sources, on="source", how="left", maintain_order="left")


def _cells(tables: Tables, table: str, column: Column) -> pl.DataFrame:
    """The cells of one column that hold a number other than the default."""
    frame, written = tables.frames[table], tables.written[table]
    default = column.default if isinstance(column.default, int | float) else None
    cells = pl.DataFrame(
        {
            "table": [table] * len(frame),
            "key": tables.keys(table),
            "column": [column.name] * len(frame),
            "value": frame[column.name].cast(pl.Float64),
            "text": written[column.name],
            "unit": [column.unit] * len(frame),
            "source": frame["source"],
            "statement": [None] * len(frame),
            "note": [None] * len(frame),
        },
        schema=CELLS,
    )
    kept = cells.filter(pl.col("value").is_not_null())
    return kept if default is None else kept.filter(pl.col("value") != float(default))


def shares(cells: pl.DataFrame) -> Shares:
    """Counts of ``inputs``: with a document, with an assumption only, with no source at all."""
    unsourced = cells["source"].null_count()
    assumed = int((cells["kind"].fill_null("") == ASSUMPTION).sum())
    return Shares(len(cells), len(cells) - unsourced - assumed, assumed, unsourced)


def by_source(tables: Tables, cells: pl.DataFrame) -> pl.DataFrame:
    """Numbers counted by source, most first.

    Returns:
        source, title, author, published, kind, grade, numbers, where (tables they are in).
    """
    counted = cells.group_by("source").agg(
        numbers=pl.len(), where=pl.col("table").unique(maintain_order=True).str.join(", ")
    )
    known = tables.filled("sources").select("source", "title", "author", "published", "kind", "grade")
    joined = counted.join(known, on="source", how="left").sort("numbers", "source", descending=[True, False])
    return joined.select("source", "title", "author", "published", "kind", "grade", "numbers", "where")


def ranges(tables: Tables) -> pl.DataFrame:
    """Cells with a range, beside the value the plan uses.

    Returns:
        cell, value (as written), dist, low, mode, high, q, as, group, source, kind.
    """
    frame = tables.filled("uncertainty")
    kinds = dict(tables.filled("sources").select("source", "kind").iter_rows())
    rows = [
        {
            "cell": f"{row['table']}:{row['key'] + '.' if row['key'] else ''}{row['column']}",
            "value": _written(tables, row),
            **{name: row[name] for name in ("dist", "low", "mode", "high", "q", "as", "group", "source")},
            **(_of_class(tables, row) if row["dist"] == CLASS else {}),
            "kind": kinds.get(row["source"], ""),
        }
        for row in frame.iter_rows(named=True)
    ]
    text, number = pl.String, pl.Float64
    schema = {"cell": text, "value": text, "dist": text, "low": number, "mode": number, "high": number}
    return pl.DataFrame(rows, {**schema, **dict.fromkeys(("q", "as", "group", "source", "kind"), text)})


def _of_class(tables: Tables, row: dict[str, Any]) -> dict[str, Any]:
    """P10, median and P90 of a range that is made of class history."""
    from fullrate.draws.history import of_scenario, progress_of, time_of

    make = time_of if row["column"] in SCHEDULE else progress_of
    ends = make(of_scenario(tables), row["kind"]).quantile([0.1, 0.5, 0.9])
    return {**dict(zip(("low", "mode", "high"), map(float, ends), strict=True)), "q": "p10p90"}


def history(tables: Tables) -> pl.DataFrame:
    """Cases that class ranges are made of, those with a share first; empty where no range is."""
    frame = tables.filled("history")
    used = (tables.filled("uncertainty")["dist"] == CLASS).any()
    return frame if used else frame.clear()


def _written(tables: Tables, row: dict[str, Any]) -> str:
    """A cell as written; what it means where blank."""
    table, column = row["table"], row["column"]
    if table not in TABLES:
        return tables.settings.get(column, "")
    at = tables.row_of(table, row["key"])
    if at is None or not TABLES[table].has(column):
        return ""
    text, filled = tables.written[table][column][at], tables.filled(table)[column][at]
    return (
        text
        if text
        else ""
        if filled is None
        else f"{filled:g} (default)"
        if isinstance(filled, float)
        else str(filled)
    )


def statements(tables: Tables) -> pl.DataFrame:
    """The ledger of statements; claims that rules found and nobody confirmed are none."""
    return tables.filled("statements").filter(~unconfirmed(tables))


def bibliography(tables: Tables) -> pl.DataFrame:
    """All sources, documents before assumptions, each group by author and title."""
    frame = tables.filled("sources")
    order = pl.when(pl.col("kind") == ASSUMPTION).then(1).otherwise(0)
    return frame.sort(order, pl.col("author").fill_null("~").str.to_lowercase(), "title", nulls_last=True)


def left_out(tables: Tables) -> str:
    """What the scenario's README says it does not model; blank when it does not say."""
    file = Path(tables.folder) / "README.md"
    if not tables.folder or not file.is_file():
        return ""
    _, found, after = file.read_text("utf-8").partition(f"\n{SECTION}\n")
    return after.partition("\n## ")[0].strip() if found else ""
