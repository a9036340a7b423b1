"""What really came, where a scenario folder keeps it beside its tables: set beside the plan, never part of it.

Files ``outcome/NAME.csv`` have a column ``through`` (last day counted) and end in a column of quantities, whose name is
the unit. Rows of the same day are summed. The paragraph of ``outcome/README.md`` that begins with ``Attribution:`` is
printed with the figure.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from fullrate.report.figures.coverage import delivered
from fullrate.results import Plan
from fullrate.tables import Tables

FOLDER = "outcome"
PLANNED = "plan"


def folder_of(tables: Tables) -> Path | None:
    """The folder of outcomes beside the tables, if there is one."""
    folder = Path(tables.folder) / FOLDER
    return folder if tables.folder and folder.is_dir() else None


def series(tables: Tables) -> pl.DataFrame:
    """Everything the folder holds.

    Returns:
        what (name of the file), unit, through, qty (since the row before), so_far.
    """
    folder, frames = folder_of(tables), []
    for file in sorted(folder.glob("*.csv")) if folder else []:
        frame = pl.read_csv(file, infer_schema=False)
        if "through" in frame.columns:
            frames.append(_series(frame, file.stem.removesuffix("_month").replace("_", " ")))
    schema = {"what": pl.String, "unit": pl.String, "through": pl.Date, "qty": pl.Float64}
    whole = pl.concat([pl.DataFrame(schema=schema), *frames])
    return whole.with_columns(so_far=pl.col("qty").cum_sum().over("what"))


def _series(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    unit = frame.columns[-1]
    sums = (
        frame.select(pl.col("through").str.to_date(), qty=pl.col(unit).cast(pl.Float64))
        .group_by("through")
        .agg(pl.col("qty").sum())
        .sort("through")
    )
    return sums.select(pl.lit(what).alias("what"), pl.lit(unit).alias("unit"), "through", "qty")


def planned(tables: Tables, plan: Plan, days: list[float]) -> list[float]:
    """Units the plan has delivered by each day after the start, evenly inside a period; blank if units differ."""
    given = delivered(tables, plan)
    if given["unit"].n_unique() != 1:
        return []
    amount = np.zeros(len(plan.edges))
    for period, qty in given.select("period", "qty").iter_rows():
        amount[period] += qty
    return [float(value) for value in np.interp(days, plan.edges, np.cumsum(amount))]


def attribution(tables: Tables) -> str:
    """The paragraph of the folder's README that says whose data these are."""
    folder = folder_of(tables)
    if folder is None or not (folder / "README.md").is_file():
        return ""
    paragraphs = (folder / "README.md").read_text("utf-8").split("\n\n")
    found = [" ".join(part.split()) for part in paragraphs if part.strip().startswith("Attribution:")]
    return found[0].removeprefix("Attribution:").strip() if found else ""
