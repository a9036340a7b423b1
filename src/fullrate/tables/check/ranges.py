"""Rules of ranges: an uncertain value has a low end below its high end, and its plan value between them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import rows_where
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem
from fullrate.tables.spec import SETTINGS, TABLES, Range

NEED_ENDS = ("pert", "tri", "lognormal", "normal", "uniform", "beta", "empirical")
"""Distributions that mean nothing without both ends."""

NO_MODE = ("lognormal", "normal", "uniform")
"""Distributions that their ends alone describe."""

ENDLESS = ("lognormal", "normal", "beta")
"""Distributions whose ends are always quantiles."""

CLASS = "class"
"""The distribution that is made of table `history`."""

FEWEST = 3
"""Cases that a class range needs, and below which a class of its own is said to have few."""

SCHEDULE = ("lead_d", "duration_d", "retry_d", "train_d", "lag_d")
"""Columns that say how long work takes: without a group of their own they move together."""

ENDS = {"minmax": ("minimum", "maximum"), "p10p90": ("P10", "P90"), "p5p95": ("P5", "P95")}
"""What `q` says that low and high are."""


def ranges(tables: Tables) -> Iterator[Problem]:
    """Every problem of table `uncertainty`, and of the samples drawn from it."""
    yield from _too_few(tables)
    frame = tables.filled("uncertainty")
    if frame.is_empty():
        return
    yield from _incomplete(tables, frame)
    yield from _no_share(frame)
    yield from _upside_down(frame)
    yield from _unread(tables, frame)
    yield from _of_class(tables, frame)
    plan = pl.Series("plan", _plan_values(tables, frame), pl.Float64)
    frame = frame.hstack([*_limits(frame), plan])
    yield from _outside(frame)
    yield from _misses_plan(frame)


def _too_few(tables: Tables) -> Iterator[Problem]:
    config = tables.config
    if config.samples < config.replicates:
        yield Problem(
            "FR108",
            "outside its range",
            SCENARIO,
            column="samples",
            found=f"{config.samples} samples cannot be cut into {config.replicates} replicates",
            allowed=f"value >= {config.replicates}",
        )


def _incomplete(tables: Tables, frame: pl.DataFrame) -> Iterator[Problem]:
    needs = frame["dist"].is_in(pl.Series(NEED_ENDS).implode())
    for end in ("low", "high"):
        for row in rows_where(needs & tables.written["uncertainty"][end].is_null()):
            yield Problem(
                "FR504",
                "range incomplete",
                "uncertainty",
                row,
                end,
                found=f"a `{frame['dist'][row]}` distribution needs `low` and `high`",
                allowed="a number",
            )
    for row in rows_where((frame["dist"] == "bernoulli") & frame["mode"].is_null()):
        yield Problem(
            "FR504",
            "range incomplete",
            "uncertainty",
            row,
            "mode",
            found="a `bernoulli` value needs `mode`, the odds of `high`",
            allowed="0 <= value <= 1",
        )
    for row in rows_where((frame["dist"] == "lognormal") & (frame["low"] <= 0)):
        yield Problem(
            "FR108",
            "outside its range",
            "uncertainty",
            row,
            "low",
            found=f"`{frame['low'][row]:.10g}`: a lognormal value is never 0 or below",
            allowed="value > 0",
        )


def _no_share(frame: pl.DataFrame) -> Iterator[Problem]:
    """Odds of `bernoulli`, and all of `beta`, lie between 0 and 1."""
    for dist, columns in (("bernoulli", ("mode",)), ("beta", ("low", "mode", "high"))):
        for column in columns:
            value = frame[column]
            bad = (frame["dist"] == dist) & ((value < 0) | (value > 1))
            for row in rows_where(bad.fill_null(False)):
                what = "odds" if dist == "bernoulli" else "a share"
                yield Problem(
                    "FR108",
                    "outside its range",
                    "uncertainty",
                    row,
                    column,
                    found=f"`{value[row]:.10g}`: `{column}` of a `{dist}` value is {what}",
                    allowed="0 <= value <= 1",
                )


def _unread(tables: Tables, frame: pl.DataFrame) -> Iterator[Problem]:
    """What is written in a row and says nothing there."""
    written, dist, each = tables.written["uncertainty"], frame["dist"], frame["draw"] == "each"
    duration = frame["column"].is_in(pl.Series(SCHEDULE).implode())
    endless = dist.is_in(pl.Series(ENDLESS).implode())
    cases = (
        ("mode", dist.is_in(pl.Series(NO_MODE).implode()), "`{dist}` is described by its ends alone"),
        *((name, dist == CLASS, "`{dist}` is made of table `history`") for name in ("low", "mode", "high", "q")),
        ("kind", dist != CLASS, "only a `class` range has a class"),
        ("q", endless & (frame["q"] == "minmax"), "`{dist}` has no such ends; they are read as P10 and P90"),
        ("group", each, "occurrences are drawn one by one; only cells drawn once move together"),
        ("rho", each, "occurrences are drawn one by one; only cells drawn once move together"),
        ("rho", ~each & frame["group"].is_null() & ~duration, "a correlation needs a `group`"),
    )
    for column, unread, why in cases:
        for row in rows_where(unread.fill_null(False) & written[column].is_not_null()):
            yield Problem(
                "FR505",
                "part of a range that is not used",
                "uncertainty",
                row,
                column,
                found=why.format(dist=dist[row]),
                allowed="blank",
            )


def _of_class(tables: Tables, frame: pl.DataFrame) -> Iterator[Problem]:
    """A class range is a factor on what was said, and needs cases that tell."""
    cases = tables.filled("history")
    told = cases.filter(pl.col("progress").is_not_null())
    for row in rows_where(frame["dist"] == CLASS):
        if frame["as"][row] != "factor":
            said = "class history is of shares and times of what was said, so it is a factor"
            yield Problem("FR504", "range incomplete", "uncertainty", row, "as", found=said, allowed="factor")
        if len(told) < FEWEST:
            found = f"table `history` has {len(told)} cases with `progress`"
            yield Problem("FR507", "class without history", "uncertainty", row, "dist", found=found,
                          allowed=f"{FEWEST} or more")  # fmt: skip
        elif frame["kind"][row] and (own := int((told["kind"] == frame["kind"][row]).sum())) < FEWEST:
            found = f"{own} of {len(told)} cases are of the class `{frame['kind'][row]}`"
            yield Problem("FR508", "class with few cases", "uncertainty", row, "kind", found=found)


def _upside_down(frame: pl.DataFrame) -> Iterator[Problem]:
    low, mode, high = frame["low"], frame["mode"], frame["high"]
    for row in rows_where(low > high):
        below, above = ENDS.get(frame["q"][row], ("low end", "high end"))
        yield Problem(
            "FR502",
            "range upside down",
            "uncertainty",
            row,
            "low",
            found=f"the {below} {low[row]:.10g} is above the {above} {high[row]:.10g}",
            allowed=f"at most {high[row]:.10g}",
        )
    peaked = ~frame["dist"].is_in(pl.Series(("bernoulli", *NO_MODE)).implode())
    outside = peaked & ((mode > high).fill_null(False) | (mode < low).fill_null(False)) & ~(low > high).fill_null(False)
    for row in rows_where(outside):
        below, above = ENDS.get(frame["q"][row], ("low end", "high end"))
        yield Problem(
            "FR502",
            "range upside down",
            "uncertainty",
            row,
            "mode",
            found=f"the most likely value {mode[row]:.10g} is not between {below} and {above}",
            allowed="a value from `low` to `high`",
        )


def _range(table: str | None, name: str | None) -> Range | None:
    spec = SETTINGS if table == SCENARIO else TABLES.get(table or "")
    return spec.column(name).within if spec is not None and name and spec.has(name) else None


def _limits(frame: pl.DataFrame) -> list[pl.Series]:
    """Least and largest value of the addressed column, and whether the ends belong; null if none."""
    found: dict[str, list[float | bool | None]] = {"least": [], "most": [], "above": [], "below": []}
    known: dict[tuple[str, str], Range | None] = {}
    for place in frame.select("table", "column").iter_rows():
        if place not in known:
            known[place] = _range(*place)
        within = known[place]
        found["least"].append(within.low if within else None)
        found["most"].append(within.high if within else None)
        found["above"].append(within.low_open if within else None)
        found["below"].append(within.high_open if within else None)
    types = {"least": pl.Float64, "most": pl.Float64, "above": pl.Boolean, "below": pl.Boolean}
    return [pl.Series(name, found[name], dtype, strict=False) for name, dtype in types.items()]


def _plan_values(tables: Tables, frame: pl.DataFrame) -> list[float | None]:
    """The number in each addressed cell, defaults included; null where there is none or it cannot be read."""
    values: list[float | None] = []
    columns: dict[tuple[str, str], list[object]] = {}
    cells = {(name, column.name) for name in TABLES for column in TABLES[name].columns}
    for table, key, name in frame.select("table", "key", "column").iter_rows():
        value: object = None
        if table == SCENARIO and SETTINGS.has(name or ""):
            value = getattr(tables.config, name)
        elif (table, name) in cells:
            row = tables.row_of(table, key or "")
            if (table, name) not in columns:
                read = tables.frames[table][name].is_not_null() | tables.written[table][name].is_null()
                columns[table, name] = pl.select(pl.when(read).then(tables.filled(table)[name])).to_series().to_list()
            value = None if row is None else columns[table, name][row]
        number = isinstance(value, int | float) and not isinstance(value, bool)
        values.append(float(value) if number else None)  # type: ignore[arg-type]
    return values


def _outside(frame: pl.DataFrame) -> Iterator[Problem]:
    is_value = frame["as"] == "value"
    for end in ("low", "mode", "high"):
        value = frame[end]
        under = (value < frame["least"]) | (frame["above"] & (value <= frame["least"]))
        over = (value > frame["most"]) | (frame["below"] & (value >= frame["most"]))
        bad = under.fill_null(False) | over.fill_null(False)
        for row in rows_where(is_value & bad):
            table, column = frame["table"][row], frame["column"][row]
            spec = SETTINGS if table == SCENARIO else TABLES[table]
            yield Problem(
                "FR108",
                "outside its range",
                "uncertainty",
                row,
                end,
                found=f"`{table}.{column}` cannot be {value[row]:.10g}",
                allowed=str(spec.column(column).within),
            )


def _misses_plan(frame: pl.DataFrame) -> Iterator[Problem]:
    low, high = frame["low"], frame["high"]
    factor = frame["as"] == "factor"
    plan = pl.select(pl.when(factor & frame["plan"].is_not_null()).then(1.0).otherwise(frame["plan"]))
    value = plan.to_series()
    for row in rows_where(((value < low) | (value > high)) & (low <= high)):
        what = "a factor of 1" if factor[row] else f"the plan value {value[row]:.10g}"
        yield Problem(
            "FR503",
            "plan value outside its range",
            "uncertainty",
            row,
            "low" if value[row] < low[row] else "high",
            found=f"{what} is not between {low[row]:.10g} and {high[row]:.10g}",
            help="the plan counts on a value its own range calls unlikely",
        )
