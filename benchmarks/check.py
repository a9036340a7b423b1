"""CPU seconds to read and check a scenario of 100,000 rows.

Prints a table; asserts nothing about time. The scenario is a national network: a few star lanes, many
named ones, a bill of materials of four levels, series and ranges on many cells.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

SIZES = {
    "items": 400,
    "sites": 1_000,
    "processes": 10_000,
    "recipe": 15_000,
    "resources": 4_000,
    "uses": 10_000,
    "lanes": 42_600,
    "stock": 1_000,
    "recipients": 500,
    "needs": 1_500,
    "series": 9_000,
    "uncertainty": 4_900,
    "sources": 100,
}
"""Rows of each table; 100,000 in all."""

LEVELS, HUBS = 4, 20
ITEMS = [range(level, SIZES["items"], LEVELS) for level in range(LEVELS)]
"""Items of each level; one is made of items of the level before."""

Tables = dict[str, tuple[str, Iterable[Sequence[object]]]]
"""Header and rows by table."""
Makes = Sequence[tuple[int, int]]
"""Item and site of every process."""


def write(folder: Path, seed: int = 1) -> None:
    """Write the scenario; the same seed writes the same files."""
    luck = random.Random(seed)
    makes = [(luck.choice(ITEMS[p % LEVELS]), p % SIZES["sites"]) for p in range(SIZES["processes"])]
    folder.mkdir(exist_ok=True)
    (folder / "scenario.toml").write_text('name = "bench"\nstart = 2026-01-05\nas_of = 2026-01-05\n', encoding="utf-8")
    for name, (header, rows) in {**places(), **making(makes), **moving(luck, makes), **wants(), **facts()}.items():
        lines = [header, *(",".join(map(str, row)) for row in rows)]
        if len(lines) != SIZES[name] + 1:
            raise ValueError(f"{name}: {len(lines) - 1} rows instead of {SIZES[name]}")
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def places() -> Tables:
    """Sources, items and sites."""
    return {
        "sources": ("source,published", ((f"s{i}", "2026-01-01") for i in range(SIZES["sources"]))),
        "items": ("item,unit,source", ((f"i{i}", "unit", "s1") for i in range(SIZES["items"]))),
        "sites": ("site,region,source", ((f"n{i}", f"r{i % 9}", "s2") for i in range(SIZES["sites"]))),
    }


def making(makes: Makes) -> Tables:
    """Processes of these items at these sites, what they take in, and the machines they use."""
    return {
        "processes": (
            "process,site,item,lead_d,yield,max_rate,unit_cost,source",
            (
                (f"p{p}", f"n{site}", f"i{item}", 7 + p % 5, 0.9, 10 + p % 7, 0.25, f"s{p % 100}")
                for p, (item, site) in enumerate(makes)
            ),
        ),
        "recipe": (
            "process,slot,item,qty,source",
            (
                (f"p{p}", k // 2, f"i{ITEMS[p % LEVELS - 1][(p // LEVELS + k) % len(ITEMS[0])]}", 1 + k, "s3")
                for k, p in recipe_rows(SIZES["recipe"], SIZES["processes"])
            ),
        ),
        "resources": (
            "resource,site,capacity,source",
            ((f"m{i}", f"n{i % SIZES['sites']}", 100, "s4") for i in range(SIZES["resources"])),
        ),
        "uses": (
            "user,resource,qty,source",
            ((f"p{i}", f"m{i % SIZES['resources']}", 0.5, "s5") for i in range(SIZES["uses"])),
        ),
    }


def moving(luck: random.Random, makes: Makes) -> Tables:
    """Lanes, and what lies at the sites."""
    return {
        "lanes": (
            "lane,from,to,item,lead_d,capacity,loss,source",
            (
                (f"l{i}", f"n{a}", f"n{b}", item, 3, 40.5, 0.01, f"s{i % 100}")
                for i, (a, b, item) in enumerate(lane_rows(luck, makes))
            ),
        ),
        "stock": (
            "site,item,qty,source",
            ((f"n{i}", f"i{i % SIZES['items']}", 50, "s6") for i in range(SIZES["stock"])),
        ),
    }


def wants() -> Tables:
    """Recipients and their needs, of items of the last level."""
    return {
        "recipients": (
            "recipient,site,class,source",
            ((f"k{i}", f"n{i}", 1 + i % 3, "s7") for i in range(SIZES["recipients"])),
        ),
        "needs": (
            "need,recipient,item,qty,due,source",
            (
                (f"d{i}", f"k{i % SIZES['recipients']}", f"i{4 * i % SIZES['items'] + 3}", 100, "2027-01-01", "s8")
                for i in range(SIZES["needs"])
            ),
        ),
    }


def facts() -> Tables:
    """Values that change over time, and ranges."""
    return {
        "series": (
            "table,key,column,date,value,source",
            (
                ("lanes", f"l{i}", "capacity", f"2026-0{1 + k}-01", 30 + k, "s9")
                for i in range(SIZES["series"] // 3)
                for k in range(3)
            ),
        ),
        "uncertainty": (
            "table,key,column,dist,low,high,source",
            (("processes", f"p{i}", "yield", "pert", 0.8, 0.95, "s9") for i in range(SIZES["uncertainty"])),
        ),
    }


def recipe_rows(count: int, processes: int) -> Iterable[tuple[int, int]]:
    """Place inside the recipe and process of each row; the lowest level takes nothing in."""
    users = [p for p in range(processes) if p % LEVELS]
    for row in range(count):
        yield row // len(users), users[row % len(users)]


def lane_rows(luck: random.Random, makes: Makes) -> Iterable[tuple[int, int, str]]:
    """From, to and item of each lane: every site to its hub and back for any item, then named ones."""
    sites = SIZES["sites"]
    for site in range(HUBS, sites):
        yield site, site % HUBS, "*"
        yield site % HUBS, site, "*"
    for hub in range(HUBS):
        yield hub, (hub + 1) % HUBS, "*"
    for _ in range(SIZES["lanes"] - 2 * (sites - HUBS) - HUBS):
        item, site = luck.choice(makes)
        yield site, (site + 1 + luck.randrange(sites - 1)) % sites, f"i{item}"


def main(repeats: int = 5) -> None:
    """Time reading and checking, CPU seconds of all threads, after the imports."""
    from fullrate.findings import summary
    from fullrate.tables import read
    from fullrate.tables.check import check

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "national"
        write(folder)
        print(f"rows: {sum(SIZES.values()):,}")
        print("read [s CPU]  check [s CPU]  wall [s]")
        for _ in range(repeats):
            wall, begin = time.perf_counter(), time.process_time()
            tables, findings = read(folder)
            middle = time.process_time()
            findings = findings + check(tables)
            end = time.process_time()
            seconds = time.perf_counter() - wall
            print(f"{middle - begin:12.3f}  {end - middle:13.3f}  {seconds:8.3f}")
        print(summary(findings))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
