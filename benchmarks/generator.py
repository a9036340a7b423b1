"""Made-up programmes of four sizes, as folders of tables: what the benchmarks plan.

Finished goods, assemblies, parts and materials in four or five levels; works, suppliers, depots and recipients;
processes with lead, yield and capacity; builds with lead and ramp; suppliers that ramp up; lanes with capacity and
lead; labour pools, stock, receipts, two funds, three classes; weekly periods, needs in the first third. The same size
and seed give the same files. All leads are whole weeks, so rounding leads adds nothing to what is compared.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from fullrate.tables import Tables, read

START = date(2030, 1, 7)
WEEK = 7
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Size:
    """How large a scenario is: items by level (finished goods first), places by kind, weeks."""

    levels: tuple[int, ...]
    works: int
    suppliers: int
    depots: int
    recipients: int
    weeks: int


SIZES = {
    "XS": Size((1, 3, 5, 7), 2, 3, 1, 3, 26),
    "S": Size((2, 4, 7, 9), 3, 4, 2, 6, 52),
    "R": Size((3, 8, 14, 18), 4, 6, 2, 10, 104),
    "M": Size((4, 14, 26, 32), 5, 8, 2, 14, 104),
    "L": Size((8, 42, 80, 110, 120), 15, 40, 6, 60, 156),
}
"""About 4 thousand, 14 thousand, 50 thousand (35 when pruned), 100 thousand and 1 million columns."""

SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Structure:
    """What is made of what and where: item names by level, components, sites of each item, share of each need.

    Attributes:
        items: every item, finished goods first.
        level: level of each item.
        parts: components of each item with quantities.
        sites: sites at which each item is made or bought.
        needs: total need of each item when all needs are met once, shape (items,).
    """

    items: tuple[str, ...]
    level: tuple[int, ...]
    parts: Mapping[str, tuple[tuple[str, float], ...]]
    sites: Mapping[str, tuple[str, ...]]


def scenario(size: str, seed: int) -> Tables:
    """The tables of a scenario, read from files like any other."""
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), size, seed)
        tables, findings = read(name)
    if any(finding.severity.name == "error" for finding in findings):
        raise ValueError(f"the generator wrote a scenario that cannot be read: {findings}")
    return tables


def write(folder: Path, size: str, seed: int) -> None:
    """Write a scenario into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(
        f'name = "Benchmark {size}, seed {seed}"\ncurrency = "EUR"\nstart = {START}\n'
        f'periods = {SIZES[size].weeks}\nfund = "programme"\n',
        encoding="utf-8",
    )
    for name, rows in tables_of(SIZES[size], np.random.default_rng([SIZES[size].weeks, seed])).items():
        if rows:
            pl.DataFrame(rows, infer_schema_length=None).write_csv(folder / f"{name}.csv")


def tables_of(size: Size, luck: np.random.Generator) -> dict[str, Rows]:
    """Every table of a scenario as rows."""
    made = _structure(size, luck)
    places = _places(size)
    needs, total = _needs(size, made, luck)
    starts = _starts(made, total)
    processes, recipe, series = _processes(size, made, starts, luck)
    uses, resources, pools = _resources(size, made, starts, luck)
    builds, curves = _builds(resources, luck)
    lanes = _lanes(size, made, needs, starts, luck)
    stock = _stock(size, made, total, luck)
    spent = sum(starts[one["process"]] * one["unit_cost"] for one in processes)
    funds, allotments = _funds(size, spent, sum(one["capex"] for one in builds))
    return {
        "sources": [{"source": "made", "title": "Made-up numbers", "kind": "assumption", "grade": "F6"}],
        "items": _items(made, luck),
        "sites": [{"site": site, "region": region} for site, region in places],
        "processes": processes,
        "recipe": recipe,
        "resources": resources,
        "uses": uses,
        "builds": builds,
        "curves": curves,
        "pools": pools,
        "lanes": lanes,
        "stock": stock,
        "recipients": _recipients(size, luck),
        "needs": needs,
        "funds": funds,
        "allotments": allotments,
        "series": series,
    }


def _named(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{k}" for k in range(count)]


def _day(days: float) -> date:
    return START + timedelta(days=int(days))


def _some(luck: np.random.Generator, pool: Sequence[str], most: Sequence[float]) -> tuple[str, ...]:
    """One, two, ... members of a pool; ``most[k]`` is the chance of ``k + 1``."""
    count = min(1 + int(luck.choice(len(most), p=most)), len(pool))
    return tuple(sorted(luck.choice(pool, count, replace=False)))


def _places(size: Size) -> list[tuple[str, str]]:
    kinds = (("works", size.works), ("mine", size.suppliers), ("depot", size.depots), ("town", size.recipients))
    return [(name, f"r{k % 5}") for kind, count in kinds for k, name in enumerate(_named(kind, count))]


def _structure(size: Size, luck: np.random.Generator) -> Structure:
    """Two to five components of the next levels, every item used by something; one to three sites."""
    by_level = [_named(f"i{level}_", count) for level, count in enumerate(size.levels)]
    parts: dict[str, dict[str, float]] = {item: {} for names in by_level for item in names}
    for level, names in enumerate(by_level[:-1]):
        below, deeper = by_level[level + 1], by_level[min(level + 2, len(by_level) - 1)]
        for k, item in enumerate(names):
            for orphan in below[k :: len(names)][:3]:
                parts[item][orphan] = float(luck.integers(1, 4))
            while len(parts[item]) < min(int(luck.integers(2, 6)), len(below)):
                pool = below if luck.random() < 0.8 else deeper
                parts[item].setdefault(str(luck.choice(pool)), float(luck.integers(1, 4)))
    works, mines = _named("works", size.works), _named("mine", size.suppliers)
    last = len(by_level) - 1
    sites = {
        item: _some(luck, mines, (0.7, 0.3)) if level == last else _some(luck, works, (0.55, 0.3, 0.15))
        for level, names in enumerate(by_level)
        for item in names
    }
    return Structure(
        tuple(item for names in by_level for item in names),
        tuple(level for level, names in enumerate(by_level) for _ in names),
        {item: tuple(inside.items()) for item, inside in parts.items()},
        sites,
    )


def _items(made: Structure, luck: np.random.Generator) -> Rows:
    """Finished goods and assemblies cost money to keep."""
    return [
        {"item": item, "mass": round(float(luck.uniform(0.5, 3)), 2), "hold_cost": 1e-7 if level < 2 else 0.0}
        for item, level in zip(made.items, made.level, strict=True)
    ]


def _recipients(size: Size, luck: np.random.Generator) -> Rows:
    return [
        {
            "recipient": f"k{k}",
            "site": f"town{k}",
            "class": 1 + (k % 8 > 4) + (k % 8 > 6),
            "weight": float(luck.integers(1, 6)),
        }
        for k in range(size.recipients)
    ]


def _needs(size: Size, made: Structure, luck: np.random.Generator) -> tuple[Rows, dict[str, float]]:
    """Needs that arise in the first third, two in five of them over time; and what they take of every item."""
    third, finished = size.weeks // 3, [i for i, level in zip(made.items, made.level, strict=True) if level == 0]
    rows: Rows = []
    for k in range(size.recipients):
        wanted = [item for item in finished if luck.random() < 0.6] or [finished[k % len(finished)]]
        for item in wanted:
            first = WEEK * int(luck.integers(0, max(third - 4, 1)))
            spread = luck.random() < 0.4
            rows.append(
                {
                    "need": f"k{k}-{item}",
                    "recipient": f"k{k}",
                    "item": item,
                    "qty": float(luck.integers(20, 200)) * 10,
                    "from": _day(first),
                    "until": _day(WEEK * third) if spread else None,
                }
            )
    total = dict.fromkeys(made.items, 0.0)
    for row in rows:
        total[row["item"]] += row["qty"]
    for item in made.items:  # parents come before their components
        for part, qty in made.parts[item]:
            total[part] += total[item] * qty
    return rows, total


def _starts(made: Structure, total: Mapping[str, float]) -> dict[str, float]:
    """Starts of each process when the sites of an item share its work evenly."""
    return {f"{item}@{site}": total[item] / len(made.sites[item]) for item in made.items for site in made.sites[item]}


def _processes(
    size: Size, made: Structure, starts: Mapping[str, float], luck: np.random.Generator
) -> tuple[Rows, Rows, Rows]:
    """Processes, their recipes, and what changes over time: ramps of suppliers, yields that improve."""
    last, days = max(made.level), WEEK * size.weeks
    rows, recipe, series = [], [], []
    for item, level in zip(made.items, made.level, strict=True):
        for site in made.sites[item]:
            name = f"{item}@{site}"
            good = round(float(luck.uniform(0.85, 0.99)), 3)
            pace = starts[name] / (days * luck.uniform(0.25, 0.55))
            rows.append(
                {
                    "process": name,
                    "site": site,
                    "item": item,
                    "lead_d": WEEK * int(luck.integers(1, 7 if level == last else 4)),
                    "yield": good,
                    "max_rate": round(0.4 * pace, 4) if level == last else None,
                    "unit_cost": float(f"{luck.uniform(1, 9) * 1e-6 * 3 ** (last - level):.4g}"),
                }
            )
            recipe += [{"process": name, "item": part, "qty": qty} for part, qty in made.parts[item]]
            if level == last:
                steps = ((WEEK * 4 * k, round(share * pace, 4)) for k, share in ((2, 0.7), (4, 1.0), (7, 1.3)))
                series += [_step(name, "max_rate", day, value) for day, value in steps]
            elif luck.random() < 0.2:
                series += [_step(name, "yield", WEEK * 8 * k, round(good + (1 - good) * k / 4, 4)) for k in (1, 2, 3)]
    return rows, recipe, series


def _step(key: str, column: str, day: int, value: float) -> dict[str, Any]:
    return {"table": "processes", "key": key, "column": column, "date": _day(day), "value": value}


def _resources(
    size: Size, made: Structure, starts: Mapping[str, float], luck: np.random.Generator
) -> tuple[Rows, Rows, Rows]:
    """Lines, each shared by what is made on it, and the hands of each works, staffed by a pool."""
    last, days = max(made.level), WEEK * size.weeks
    lines = {f"works{w}": [f"line{w}_{k}" for k in range(int(luck.integers(2, 5)))] for w in range(size.works)}
    load: dict[str, float] = {}
    uses: Rows = []
    for item, level in zip(made.items, made.level, strict=True):
        for site in made.sites[item] if level < last else ():
            hands = [f"hands-{site}"] if luck.random() < 0.6 else []
            for resource in (str(luck.choice(lines[site])), *hands):
                qty = round(float(luck.uniform(0.05, 0.5)), 3)
                uses.append({"user": f"{item}@{site}", "resource": resource, "qty": qty})
                load[resource] = load.get(resource, 0.0) + qty * starts[f"{item}@{site}"]
    resources, pools = [], []
    for resource, hours in sorted(load.items()):
        line = resource.startswith("line")
        pace = hours / (days * luck.uniform(0.25, 0.6)) if line else hours / (days * 0.3)
        pool = None if line else f"crew-{resource.removeprefix('hands-')}"
        resources.append({"resource": resource, "unit": "h", "capacity": round(pace, 3), "pool": pool})
        if pool is not None:
            pools.append({"pool": pool, "heads": float(np.ceil(pace / 7.5)), "hours": 7.5, "wage": 3e-5})
    return uses, resources, pools


def _builds(resources: Rows, luck: np.random.Generator) -> tuple[Rows, Rows]:
    """Half the lines can grow, after six to 26 weeks and along one of three ramps."""
    lines = [row for row in resources if row["pool"] is None]
    builds = [
        {
            "build": f"more-{row['resource']}",
            "resource": row["resource"],
            "add": round(row["capacity"] * float(luck.uniform(0.3, 0.8)), 3),
            "lead_d": WEEK * int(luck.integers(6, 27)),
            "ramp": f"ramp{int(luck.integers(3))}",
            "max": float(luck.integers(1, 4)),
            "capex": round(float(luck.uniform(0.5, 5)), 2),
            "fund": "plants",
        }
        for row in lines
        if luck.random() < 0.5
    ]
    curves = [
        {"curve": f"ramp{k}", "x": x, "y": y}
        for k, weeks in enumerate((2, 4, 8))
        for x, y in ((0, 0.2), (WEEK * weeks, 0.6), (2 * WEEK * weeks, 1.0))
    ]
    return builds, curves


def _lanes(size: Size, made: Structure, needs: Rows, starts: Mapping[str, float], luck: np.random.Generator) -> Rows:
    """Components to where they are used, goods to depots, and from depots to towns whatever a depot has."""
    uses = sorted({(part, site) for item in made.items for site in made.sites[item] for part, _ in made.parts[item]})
    rows = [
        row
        for part, site in uses
        if site not in made.sites[part]
        for row in _feeders(size, made, part, site, starts, luck)
    ]
    finished = [item for item, level in zip(made.items, made.level, strict=True) if level == 0]
    depots = _named("depot", size.depots)
    for item in finished:
        for origin in made.sites[item]:
            for depot in sorted(luck.choice(depots, min(2, len(depots)), replace=False)):
                rows.append(_lane(f"{item}:{origin}>{depot}", origin, str(depot), item, None, luck))
    week = 4 * sum(row["qty"] for row in needs) / size.weeks / size.recipients
    for k in range(size.recipients):
        for depot in sorted({depots[k % len(depots)], depots[(k + 1) % len(depots)]}):
            rows.append(_lane(f"{depot}>town{k}", depot, f"town{k}", "*", round(week / WEEK, 2), luck))
    return rows


def _feeders(
    size: Size, made: Structure, part: str, site: str, starts: Mapping[str, float], luck: np.random.Generator
) -> Iterator[dict[str, Any]]:
    """Lanes that bring a component to a works: from one or two of its sites."""
    for origin in made.sites[part][:2]:
        limited = luck.random() < 0.5
        week = 3 * starts[f"{part}@{origin}"] / size.weeks
        yield _lane(f"{part}:{origin}>{site}", origin, site, part, round(week / WEEK, 3) if limited else None, luck)


def _lane(
    name: str, origin: str, destination: str, item: str, capacity: float | None, luck: np.random.Generator
) -> dict[str, Any]:
    return {
        "lane": name,
        "from": origin,
        "to": destination,
        "item": item,
        "lead_d": WEEK * int(luck.integers(0, 3)),
        "capacity": capacity,
        "unit_cost": float(f"{luck.uniform(1, 5) * 1e-7:.3g}"),
        "loss": 0.01 if luck.random() < 0.3 else 0.0,
    }


def _stock(size: Size, made: Structure, total: Mapping[str, float], luck: np.random.Generator) -> Rows:
    """A few weeks of need at half the sites of each item, and now and then a receipt that is due."""
    rows: Rows = []
    for item in made.items:
        for site in made.sites[item]:
            week = total[item] / size.weeks
            if luck.random() < 0.5:
                room = round(week * 30) if luck.random() < 0.3 else None
                rows.append({"site": site, "item": item, "qty": float(round(week * luck.uniform(1, 4))), "max": room})
            if luck.random() < 0.15:
                due = _day(WEEK * int(luck.integers(1, 9)))
                rows.append({"site": site, "item": item, "qty": float(round(week)), "date": due})
    return rows


def _funds(size: Size, running: float, capex: float) -> tuple[Rows, Rows]:
    """Running costs and plants, allotted every quarter; what is left stays."""
    quarters = max(size.weeks // 13, 1)
    given = {"programme": 2.0 * running, "plants": 1.5 * capex}
    allotments = [
        {"fund": fund, "date": _day(13 * WEEK * q), "amount": float(f"{amount / quarters:.6g}")}
        for fund, amount in given.items()
        for q in range(quarters)
    ]
    return [{"fund": fund, "carry": "true"} for fund in given], allotments
