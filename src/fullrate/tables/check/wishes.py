"""Rules of wishes: rivals, safety stock, and the plan in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate, pairwise

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.check.cells import known, rows_where
from fullrate.tables.model import Origin, Tables
from fullrate.tables.nearest import suggest
from fullrate.tables.problem import Problem
from fullrate.tables.settings import NO_START

SAME_DAY = 1e-6
"""Days within which two edges of periods are the same."""


def wishes(tables: Tables) -> Iterator[Problem]:
    """Every problem of rivals, safety stock, frozen and previous orders."""
    yield from _targets(tables)
    yield from _safety(tables)
    if tables.config.start != NO_START:
        yield from _freeze(tables)
        yield from _previous(tables)


def _targets(tables: Tables) -> Iterator[Problem]:
    """Rivals of something that does not exist; goods are named as ``item@site``."""
    frame = tables.frames["rivals"]
    for kind, table in (("resource", "resources"), ("fund", "funds"), ("lane", "lanes"), ("item", "items")):
        rows = rows_where((frame["kind"] == kind) & frame["target"].is_not_null())
        if not rows or known(tables, (table,)) is None or known(tables, ("sites",)) is None:
            continue
        goods = kind == "item"
        valid = _goods(tables) if goods else sorted(known(tables, (table,)))  # type: ignore[arg-type]
        near = suggest(lambda valid=valid: valid)  # type: ignore[misc]
        for row in rows:
            name = frame["target"][row]
            if name in valid or (goods and _is_goods(tables, name)):
                continue
            found = near(name)
            yield Problem(
                "FR204",
                f"unknown {kind}",
                "rivals",
                row,
                "target",
                found=f"`{name}` is no item and site joined with `@`" if goods else f"`{name}` is not in {table}.csv",
                allowed="an item and a site, as `item@site`" if goods else f"a value of `{kind}` in {table}.csv",
                nearest=found.names,
                help=found.question(),
                fix=found.fix,
            )


def _is_goods(tables: Tables, name: str) -> bool:
    item, _, site = name.rpartition("@")
    return item in set(tables.names("items")) and site in set(tables.names("sites"))


def _goods(tables: Tables) -> list[str]:
    """Items at the sites where they are made or kept."""
    places = (tables.frames[table].select("item", "site").drop_nulls() for table in ("processes", "stock"))
    return sorted({f"{item}@{site}" for place in places for item, site in place.iter_rows()})


def _safety(tables: Tables) -> Iterator[Problem]:
    """Safety stock on a receipt, and safety stock that there is no room for."""
    if tables.frames["stock"].is_empty():
        return
    stock = tables.filled("stock")
    receipt = (stock["date"] > tables.config.start).fill_null(False)
    for row in rows_where(receipt & tables.frames["stock"]["safety"].is_not_null()):
        yield Problem(
            "FR331",
            "safety stock of a receipt",
            "stock",
            row,
            "safety",
            found="this row is a receipt; a safety stock is that of the site and item",
            allowed="blank",
            help="state `safety` in the row of this site and item without a date",
        )
    for row in rows_where(~receipt & (stock["safety"] > stock["max"])):
        most = stock["max"][row]
        yield Problem(
            "FR330",
            "safety stock without room",
            "stock",
            row,
            "safety",
            found=f"{stock['safety'][row]:.10g} do not fit into the room of {most:.10g}",
            allowed=f"at most {most:.10g}",
        )


def _edges(tables: Tables) -> list[float]:
    """Ends of the periods in days after the start, beginning with 0."""
    config = tables.config
    parts = config.calendar or ((config.periods, config.period_d),)
    return list(accumulate((days for count, days in parts for _ in range(count)), initial=0.0))


def _freeze(tables: Tables) -> Iterator[Problem]:
    """A last day of the freeze that is no end of a period."""
    until, start = tables.config.freeze_until, tables.config.start
    if until is None:
        return
    edges, day = _edges(tables), float((until - start).days)
    if any(abs(edge - day) <= SAME_DAY for edge in edges[1:]):
        return
    ends = [edge for edge in edges[1:] if edge == int(edge)]
    near = sorted(sorted(ends, key=lambda edge: abs(edge - day))[:2])
    dates = tuple(_date(start, edge) for edge in near)
    yield Problem(
        "FR332",
        "freeze off the calendar",
        SCENARIO,
        column="freeze_until",
        found=f"no period of the plan ends on {until}",
        allowed="the day after the last day of a period, as `start` is the day the first begins",
        nearest=dates,
        help=f"the nearest are {' and '.join(dates)}" if dates else "",
    )


def _date(start: date, day: float) -> str:
    return (start + timedelta(days=min(day, 200_000))).isoformat()


def _previous(tables: Tables) -> Iterator[Problem]:
    """Orders of things that do not exist, and of periods that this plan does not have."""
    frame = tables.frames["previous"]
    if frame.is_empty():
        return
    for kind, table in (("make", "processes"), ("ship", "lanes"), ("build", "builds"), ("risk", "builds")):
        valid = known(tables, (table,))
        if valid is None:
            continue
        near = suggest(lambda valid=valid: sorted(valid.unique().to_list()))  # type: ignore[misc]
        mine = (frame["kind"] == kind) & frame["key"].is_not_null()
        for row in rows_where(mine & ~frame["key"].is_in(valid.implode())):
            found = near(frame["key"][row])
            yield Problem(
                "FR204",
                f"unknown {table.removesuffix('es') if kind == 'make' else table.removesuffix('s')}",
                "previous",
                row,
                "key",
                found=f"`{frame['key'][row]}` is not in {table}.csv",
                allowed=f"a name in {table}.csv",
                nearest=found.names,
                help=found.question(),
                fix=found.fix,
            )
    yield from _goods_of_orders(frame)
    yield from _periods_of_orders(tables, frame)


def _goods_of_orders(frame: pl.DataFrame) -> Iterator[Problem]:
    """Shipments of nothing, and starts or builds of something."""
    for ships, blank, found, allowed in (
        (True, True, "a shipment is of an item", "an item"),
        (False, False, "what a start or build makes is known", "blank"),
    ):
        mine = (frame["kind"] == "ship") == ships
        for row in rows_where(mine & (frame["item"].is_null() == blank)):
            yield Problem("FR335", "order of the wrong goods", "previous", row, "item", found=found, allowed=allowed)


def _periods_of_orders(tables: Tables, frame: pl.DataFrame) -> Iterator[Problem]:
    """The first order in a period that is none of this calendar; orders before the start or after the end are past."""
    if tables.origins.get("previous", Origin()).readable is False:
        return
    edges = _edges(tables)
    ends = {round(begin, 6): end for begin, end in pairwise(edges)}
    for row, (begin, end) in enumerate(frame.select("from_d", "to_d").iter_rows()):
        if begin is None or end is None or end <= SAME_DAY or begin >= edges[-1] - SAME_DAY:
            continue
        if abs(ends.get(round(begin, 6), -1.0) - end) > SAME_DAY:
            yield Problem(
                "FR334",
                "previous plan on another calendar",
                "previous",
                row,
                "from_d",
                found=f"no period of this plan goes from day {begin:.10g} to day {end:.10g}",
                allowed="the begin of a period of this plan",
                help="plan on the calendar of the previous plan: periods of the same length, `start` on an edge",
            )
            return
