"""Rules of labour: people who are hired can work and are taught, overtime comes in segments of falling output."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def people(tables: Tables) -> Iterator[Problem]:
    """Every problem of labour pools and of overtime."""
    yield from _segments(tables)
    yield from _stated_twice(tables)
    if not tables.frames["pools"].is_empty():
        yield from _pools(tables)


def _pools(tables: Tables) -> Iterator[Problem]:
    pools = tables.filled("pools")
    hires = pools["hire_max"] > 0
    for row in rows_where(hires & (pools["hours"] == 0)):
        yield Problem(
            "FR320",
            "hires who do not work",
            "pools",
            row,
            "hours",
            found="nobody in this pool works an hour a day, so hiring for it is of no use",
            allowed="value > 0",
        )
    yield from _instructors(pools, hires)
    yield from _training(tables, pools, hires)


def _instructors(pools: pl.DataFrame, hires: pl.Series) -> Iterator[Problem]:
    for row in rows_where(hires & (pools["trainer_h"] > 0) & (pools["heads"] == 0)):
        yield Problem(
            "FR321",
            "nobody to teach",
            "pools",
            row,
            "trainer_h",
            found="trainees need trained heads to teach them, and the pool begins with none: nobody is ever hired",
            help="give the pool `heads` to begin with; if others teach, leave `trainer_h` blank",
        )


def _training(tables: Tables, pools: pl.DataFrame, hires: pl.Series) -> Iterator[Problem]:
    """What is said of trainees where there are none."""
    written = tables.frames["pools"]
    never = ("`train_d` is 0, so nobody is ever in training", "state `train_d`, or leave this cell blank")
    nobody = ("`hire_max` is 0, so nobody is ever hired", "state `hire_max`, or leave this cell blank")
    for column in ("train_eff", "trainer_h", "dropout", "hire_cost", "train_d"):
        stated = (written[column] > 0).fill_null(value=False)
        idle = hires & (pools["train_d"] == 0) if column in ("train_eff", "trainer_h") else hires & ~hires
        for mask, (found, help) in ((stated & idle, never), (stated & ~hires, nobody)):
            for row in rows_where(mask):
                yield Problem("FR322", "training of nobody", "pools", row, column, found=found, help=help)


def _segments(tables: Tables) -> Iterator[Problem]:
    """Segments that a plan would not work in their order: a later one that makes more, or costs less."""
    if tables.frames["overtime"].is_empty():
        return
    rows = tables.filled("overtime").with_row_index("row")
    for column, worse, words in (("eff", 1, ("makes more", "at most")), ("cost", -1, ("costs less", "at least"))):
        before = rows.with_columns(
            before=pl.col(column).shift(1).over("resource"), first=pl.col("segment").shift(1).over("resource")
        )
        wrong = before.filter((pl.col(column) - pl.col("before")) * worse > 0)
        for row, value, last, first in wrong.select("row", column, "before", "first").sort("row").iter_rows():
            yield Problem(
                "FR323",
                "segments out of order",
                "overtime",
                row,
                column,
                found=f"{value:.10g}: an hour {words[0]} than in `{first}` ({last:.10g}), which is to be worked first",
                allowed=f"{words[1]} {last:.10g}",
                help="sort the segments of the resource: the one of the best hours first",
            )


def _stated_twice(tables: Tables) -> Iterator[Problem]:
    """Overtime of a resource both in its own row and in `overtime`; words about overtime where there is none."""
    resources = tables.frames["resources"]
    if resources.is_empty():
        return
    several = resources["resource"].is_in(tables.frames["overtime"]["resource"].drop_nulls().implode())
    single = (resources["ot_max"] > 0).fill_null(value=False)
    for row in rows_where(several & single):
        yield Problem(
            "FR324",
            "overtime stated twice",
            "resources",
            row,
            "ot_max",
            found="overtime.csv has segments for this resource, and this cell adds another",
            allowed="blank",
            help="state all overtime of the resource in one of the two",
        )
    for column in ("ot_eff", "ot_cost", "ot_run_d"):
        none = ~single if column != "ot_run_d" else ~single & ~several
        for row in rows_where(resources[column].is_not_null() & none):
            yield Problem(
                "FR325",
                "overtime of nothing",
                "resources",
                row,
                column,
                found="`ot_max` is 0, so this says nothing",
                help="state `ot_max`; segments of overtime.csv have their own `eff` and `cost`",
            )
