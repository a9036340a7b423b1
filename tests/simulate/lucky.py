"""What is drawn for one sample, worked out once more in plain Python from ``Draws`` and the tables."""

from __future__ import annotations

from math import log
from typing import Any

from fullrate.draws import Draws, event_uniform, name_key
from fullrate.results import Plan
from fullrate.tables import Tables
from simulate.plainly import Drawn

RISKS = ("rate", "prob", "duration_d", "left")


def lucky(tables: Tables, plan: Plan, draws: Draws, sample: int) -> Drawn:
    """Cells, gates and risks of one sample (its position in the draws)."""
    values: dict[tuple[str, str, str], Any] = {}
    factors: dict[tuple[str, str, str], Any] = {}
    for at, cell in enumerate(draws.cells):
        place = (cell.table, cell.key, cell.column)
        if draws.factor[at]:
            factors[place] = lambda t, x=float(draws.drawn[sample, at]): x
        else:
            values[place] = lambda t, x=float(draws.values[sample, at]): x
    number = int(draws.sample[sample])
    for one in draws.each:
        table, name = list(map(float, one.drawn)), name_key("each", str(one.cell))

        def value(t: int, table: list[float] = table, name: int = name) -> float:
            u = float(event_uniform(draws.seed, name, number, t - 1)) * (len(table) - 1)
            return table[int(u)] + (u - int(u)) * (table[int(u) + 1] - table[int(u)])

        place = (one.cell.table, one.cell.key, one.cell.column)
        (factors if one.factor else values)[place] = value
    base = Drawn(values, factors)
    failed = {
        row["gate"]: float(event_uniform(draws.seed, name_key("gate", row["gate"]), number, 0))
        >= _cell(base, "gates", row["gate"], row, "pass")
        for row in tables.rows("gates")
    }
    dates = gates(tables, draws, base, number)
    left, attempts = shares(tables, plan, draws, base, number), tries(tables, draws, base, number)

    def luck(name: tuple[str, ...], occurrence: int) -> float:
        return float(event_uniform(draws.seed, name_key(*name), number, occurrence))

    return Drawn(values, factors, dates, failed, left, attempts, luck)


def tries(tables: Tables, draws: Draws, base: Drawn, number: int) -> dict[str, list[tuple[float, bool]]]:
    """Days of every try of each gate up to the one that passes, and whether it does."""
    found: dict[str, list[tuple[float, bool]]] = {}
    for row in tables.rows("gates"):
        name, found[row["gate"]] = row["gate"], []
        first = _cell(base, "gates", name, row, "duration_d")
        again = first if row["retry_d"] is None else _cell(base, "gates", name, row, "retry_d")
        passes, fix = _cell(base, "gates", name, row, "pass"), _cell(base, "gates", name, row, "fix")
        for failures in range(int(row["max_tries"])):
            odds = 1 - (1 - passes) * (1 - fix) ** failures
            passed = float(event_uniform(draws.seed, name_key("gate", name), number, failures)) < odds
            found[name].append((again if failures else first, passed))
            if passed:
                break
    return found


def _cell(base: Drawn, table: str, key: str, row: dict[str, Any], column: str) -> float:
    if (table, key, column) in base.values:
        return float(base.values[table, key, column](1))
    factor = base.factors.get((table, key, column))
    return float(row[column]) * (factor(1) if factor else 1.0)


def gates(tables: Tables, draws: Draws, base: Drawn, number: int) -> dict[str, tuple[float, float]]:
    """Day each gate begins and is passed: the longest path, tries drawn one by one."""
    lasts, first = {}, {}
    for row in tables.rows("gates"):
        name = row["gate"]
        first[name] = _cell(base, "gates", name, row, "duration_d")
        again = first[name] if row["retry_d"] is None else _cell(base, "gates", name, row, "retry_d")
        passes, fix = _cell(base, "gates", name, row, "pass"), _cell(base, "gates", name, row, "fix")
        lasts[name] = float("inf")
        for failures in range(int(row["max_tries"])):
            odds = 1 - (1 - passes) * (1 - fix) ** failures
            if float(event_uniform(draws.seed, name_key("gate", name), number, failures)) < odds:
                lasts[name] = first[name] + failures * again
                break
    began: dict[str, float] = {}

    def begins(name: str) -> float:
        if name not in began:
            days = [0.0]
            for link in tables.rows("links"):
                if link["after"] == name:
                    before = link["before"]
                    done = begins(before) + lasts[before] - link["overlap"] * first[before]
                    days.append((begins(before) if link["kind"] == "SS" else done) + link["lag_d"])
            began[name] = max(days)
        return began[name]

    return {name: (begins(name), begins(name) + lasts[name]) for name in lasts}


def shares(tables: Tables, plan: Plan, draws: Draws, base: Drawn, number: int) -> dict[tuple[str, int], float]:
    """Share that each risk leaves in each period, from the days of its events."""
    found = {}
    for row in tables.rows("risks"):
        name = row["risk"]
        key = name_key("risk", row["group"] or name)
        events, day, n = [], 0.0, 0
        while day < plan.edges[-1]:
            u = float(event_uniform(draws.seed, key, number, n))
            if row["prob"] is not None:
                odds = _cell(base, "risks", name, row, "prob")
                events += [u / odds * plan.edges[-1]] if u < odds else []
                break
            day -= log(1 - u) / (_cell(base, "risks", name, row, "rate") / 365)
            events.append(day)
            n += 1
        length, left = (_cell(base, "risks", name, row, column) for column in ("duration_d", "left"))
        ends = [min(begin + length, after) for begin, after in zip(events, [*events[1:], float("inf")], strict=False)]
        for t in range(1, plan.periods + 1):
            first, last = plan.edges[t - 1], plan.edges[t]
            down = sum(max(min(end, last) - max(begin, first), 0.0) for begin, end in zip(events, ends, strict=True))
            found[name, t] = 1 - (1 - left) * down / (last - first)
    return found
