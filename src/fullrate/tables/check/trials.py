"""Gates that use up articles, and gates that are not passed in time to count on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fullrate.tables.check.network import Network, numbers
from fullrate.tables.check.reach import earliest
from fullrate.tables.check.windows import Windows, no_limits
from fullrate.tables.model import Tables
from fullrate.tables.problem import Problem

PARTS = ("needs_item", "needs_qty", "needs_site")
"""What a gate needs for its test: all of it or none."""


def trials(tables: Tables) -> Iterator[Problem]:
    """Tests stated by half, tests with growth, and gates whose tries are too few for the plan to count on them."""
    if tables.frames["gates"].is_empty():
        return
    frame = tables.filled("gates")
    for row, cells in enumerate(frame.select(PARTS).iter_rows()):
        stated = [part for part, cell in zip(PARTS, cells, strict=True) if cell is not None]
        for part, cell in zip(PARTS, cells, strict=True):
            if stated and cell is None and tables.written["gates"][part][row] is None:
                yield Problem(
                    "FR361",
                    "test stated by half",
                    "gates",
                    row,
                    part,
                    found=f"blank, but `{stated[0]}` is stated",
                    allowed="`needs_item`, `needs_qty` and `needs_site` together, or none of them",
                )
    yield from _too_few_tries(tables)
    decided = _decided(tables)
    for row, (gate, target) in enumerate(frame.select("gate", "mtbf_target").iter_rows()):
        if target is not None and gate in decided:
            yield Problem(
                "FR366",
                "growth of a gate that is tested",
                "gates",
                row,
                "mtbf_target",
                found=f"`{gate}` uses up articles or waits for a gate that does; the plan decides when it begins",
                allowed="blank, or a gate whose date does not depend on articles",
                help="state the days of its test in `duration_d`",
            )


def _too_few_tries(tables: Tables) -> Iterator[Problem]:
    level = tables.config.gate_quantile
    frame = tables.filled("gates").select("pass", "fix", "max_tries")
    for row, (passes, fix, most) in enumerate(frame.iter_rows()):
        if passes is None or fix is None or most is None or not (0 < passes <= 1 and 0 <= fix <= 1 and most >= 1):
            continue
        failed = np.cumprod((1 - passes) * (1 - fix) ** np.arange(min(int(most), 1000)))[-1]
        if 1 - failed < level - 1e-9:
            yield Problem(
                "FR362",
                "gate that fails too often",
                "gates",
                row,
                "pass",
                found=f"{1 - failed:.3g} pass within {int(most)} tries, the plan counts on {level:g} (`gate_quantile`)",
                help="in the plan the gate stays shut, and all behind it; raise `max_tries` or lower `gate_quantile`",
            )


def at_risk(tables: Tables) -> Iterator[Problem]:
    """Builds at the risk of a gate that is not theirs, of no gate, or of one that the plan decides."""
    if tables.frames["builds"].is_empty():
        return
    frame, decided = tables.filled("builds"), _decided(tables)
    for row, (gate, risk, redo) in enumerate(frame.select("gate", "risk_gate", "redo").iter_rows()):
        if risk is not None and risk != gate:
            waits = f"it waits for `{gate}`" if gate is not None else "it waits for no gate"
            yield Problem(
                "FR363",
                "risk of another gate",
                "builds",
                row,
                "risk_gate",
                found=f"`{risk}`, but {waits}",
                allowed="the value of `gate`, or blank",
                help="a build starts early at the risk of the gate in front of it",
            )
        elif risk in decided:
            yield Problem(
                "FR365",
                "risk of a gate that is tested",
                "builds",
                row,
                "risk_gate",
                found=f"`{risk}` uses up articles or waits for a gate that does; the plan decides when it begins",
                allowed="a gate whose date does not depend on articles, or blank",
                help="no rule of the plan starts a build before such a test is passed yet",
            )
        elif risk is None and redo is not None and redo > 0:
            yield Problem(
                "FR364",
                "nothing at risk",
                "builds",
                row,
                "redo",
                found="a share to be redone, but no gate at whose risk the build may start",
                allowed="blank or 0, unless `risk_gate` is stated",
                help="state `risk_gate`, the same gate as `gate`",
            )


def redone(tables: Tables) -> Iterator[Problem]:
    """Shares to be redone after a failure: of gates with dates, and where one begins before the other is passed."""
    if tables.frames["links"].is_empty():
        return
    decided = _decided(tables)
    frame = tables.filled("links").select("before", "after", "kind", "lag_d", "overlap", "redo")
    for row, (before, after, kind, lag, overlap, redo) in enumerate(frame.iter_rows()):
        if not redo:
            continue
        tested = next((gate for gate in (before, after) if gate in decided), None)
        if tested is not None:
            yield Problem(
                "FR375",
                "redoing at a gate that is tested",
                "links",
                row,
                "redo",
                found=f"`{tested}` uses up articles or waits for a gate that does; the plan decides when it begins",
                allowed="blank or 0, or a link of gates whose dates do not depend on articles",
                help="state a longer `duration_d` of the gate that waits, or let it wait for the end of the first",
            )
        elif kind == "FS" and not overlap and (lag or 0.0) >= 0:
            yield Problem(
                "FR376",
                "nothing to redo",
                "links",
                row,
                "redo",
                found=f"`{after}` begins when `{before}` is passed, so nothing of it is done before",
                allowed="blank or 0, or a link with an `overlap` or of kind `SS`",
                help="state how much of the first may be outstanding in `overlap`, or leave `redo` blank",
            )


def _decided(tables: Tables) -> set[str]:
    """Gates that use up articles, and all that wait for them."""
    gates = set(tables.frames["gates"].drop_nulls("needs_item")["gate"].drop_nulls())
    links = list(tables.frames["links"].select("before", "after").drop_nulls().iter_rows())
    while more := {after for before, after in links if before in gates} - gates:
        gates |= more
    return gates


def unpassable(tables: Tables, net: Network) -> Iterator[Problem]:
    """Gates whose articles cannot come without passing them, or at all."""
    frame = tables.frames["gates"].with_row_index("row").drop_nulls("gate").unique("gate", maintain_order=True)
    if frame["needs_item"].is_null().all():
        return
    names = frame["gate"].to_list()
    item, site = numbers(frame["needs_item"], net.items), numbers(frame["needs_site"], net.sites)
    needs = (item >= 0) & (site >= 0)
    behind = numbers(tables.frames["processes"]["gate"], names)[net.process_row]
    links = tables.frames["links"].drop_nulls(["before", "after"])
    before, after = numbers(links["before"], names), numbers(links["after"], names)
    both = (before >= 0) & (after >= 0)
    before, after = before[both], after[both]
    passed = np.zeros(len(names), bool)
    while True:
        reach = earliest(net, _only(no_limits(net), (behind < 0) | passed[behind]))
        if not reach.complete:
            return
        there = ~needs
        there[needs] = np.isfinite(reach.day[site[needs], item[needs]])
        known = passed.copy()
        for _ in names:
            waits = np.zeros(len(names), bool)
            waits[after[~passed[before]]] = True
            passed |= there & ~waits
        if (passed == known).all():
            break
    for gate in np.flatnonzero(~there):
        ever = bool(np.isfinite(earliest(net, no_limits(net)).day[site[gate], item[gate]]))
        yield _problem(tables, int(frame["row"][int(gate)]), ever)


def _only(windows: Windows, free: NDArray[np.bool_]) -> Windows:
    """Windows of the processes that are ``free``, mask of shape (processes,)."""
    some = np.flatnonzero(free[windows.process])
    return replace(
        windows,
        process=windows.process[some],
        process_from=windows.process_from[some],
        process_to=windows.process_to[some],
    )


def _problem(tables: Tables, row: int, behind: bool) -> Problem:
    gate, item, site = tables.frames["gates"].select("gate", "needs_item", "needs_site").row(row)
    why = f"`{item}` comes to `{site}` only after `{gate}`" if behind else f"`{item}` can never be at `{site}`"
    return Problem(
        "FR360",
        "gate that can never pass",
        "gates",
        row,
        "needs_item",
        found=f"{why}, so the test never starts",
        allowed="an item that can be there before the gate is passed",
        help="add a process without this gate that makes the articles, or stock of them",
    )
