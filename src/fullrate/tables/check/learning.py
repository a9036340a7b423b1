"""Rules of learning curves: one curve for a group, no effect counted twice, nothing planned that is not understood."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem


def learning(tables: Tables) -> Iterator[Problem]:
    """Every problem of a learning curve."""
    processes = tables.filled("processes").with_row_index("row")
    for row in rows_where((processes["learn"] == "exact").fill_null(False)):
        yield Problem(
            "FR350",
            "way of learning not supported yet",
            "processes",
            row,
            "learn",
            found="learning is planned by a sequence of programs; its gap to the best possible is reported",
            allowed="slp, or none",
            help="write `slp`, or leave it blank",
            fix="slp",
        )
    learns = processes.filter((pl.col("progress") < 1) & (pl.col("learn") != "none"))
    if learns.is_empty():
        return
    yield from _groups(processes.filter(pl.col("learn") != "none"))
    yield from _without_prior(tables, learns)
    yield from _uses(tables, learns)


def _groups(processes: pl.DataFrame) -> Iterator[Problem]:
    """Processes of a group share one curve."""
    for column, word in (("progress", "progress ratio"), ("prior", "experience at the start")):
        first: dict[str, tuple[str, float]] = {}
        named = processes.filter(pl.col("learn_group").is_not_null())
        for row, process, group, value in named.select("row", "process", "learn_group", column).iter_rows():
            other, theirs = first.setdefault(group, (process, value))
            if value is not None and theirs is not None and value != theirs:
                yield Problem(
                    "FR351",
                    "group with two learning curves",
                    "processes",
                    row,
                    column,
                    found=f"the {word} is {value:.10g} here and {theirs:.10g} for `{other}` of the same `{group}`",
                    allowed=f"{theirs:.10g}, as for `{other}`",
                    help="processes that share their experience are on one curve; else give them groups of their own",
                )


def _without_prior(tables: Tables, learns: pl.DataFrame) -> Iterator[Problem]:
    """Without experience at the start the curve is at its steepest."""
    blank = tables.written["processes"]["prior"].is_null()
    for row, process, progress in learns.select("row", "process", "progress").iter_rows():
        if blank[row]:
            yield Problem(
                "FR352",
                "experience at the start not given",
                "processes",
                row,
                "progress",
                found=f"`{process}` learns, and blank `prior` means one start: the second takes {progress:.10g} of it",
                help="write how many starts stand behind the quantities in uses.csv into `prior`",
            )


def _uses(tables: Tables, learns: pl.DataFrame) -> Iterator[Problem]:
    """Learning lowers the quantities of `uses`; a ramp of a build on the same resource says the same again."""
    uses = tables.filled("uses").filter(pl.col("learns") & (pl.col("qty") > 0))
    low = tables.frames["curves"].group_by("curve").agg(pl.col("y").min()).filter(pl.col("y") < 1)["curve"].to_list()
    builds = tables.frames["builds"].filter(pl.col("ramp").is_in(low)).select("resource", "build", "ramp")
    ramped = {resource: (build, ramp) for resource, build, ramp in reversed(builds.rows())}
    for row, process in learns.select("row", "process").iter_rows():
        mine = uses.filter(pl.col("user") == process)["resource"].to_list()
        if not mine:
            yield Problem(
                "FR353",
                "learning without effect",
                "processes",
                row,
                "progress",
                found=f"`{process}` takes no resource whose quantity falls with experience",
                help="give it a row in uses.csv whose `learns` is not false, or leave `progress` blank",
            )
        for resource in dict.fromkeys(one for one in mine if one in ramped):
            build, ramp = ramped[resource]
            yield Problem(
                "FR354",
                "the same effect counted twice",
                "processes",
                row,
                "progress",
                found=f"`{process}` learns on `{resource}`, and its build `{build}` ramps up along `{ramp}`",
                help="a ramp is the availability of new equipment, learning the hours per start: if both describe the "
                "same slow beginning, keep one of them",
            )
