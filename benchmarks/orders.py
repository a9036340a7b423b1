"""Orders: 200 orders of one day, a bill of materials of four levels, three shared resources; the whole command.

The case on which an open planning engine that plans order by order needed more than 40 seconds. Every order is a
customer of its own, so the plan says of each when it is filled. Measured from outside: ``fullrate plan FOLDER``, with
reading, checking, all stages, dates, the run folder.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measure import machine, quartiles

START = date(2030, 1, 7)
Rows = list[dict[str, Any]]


def tables_of(orders: int) -> dict[str, Rows]:
    """One product of two modules, each of two parts, each of one material; assembly, machining and test are shared."""
    parents = {"product": ("m1", "m2"), "m1": ("p1", "p2"), "m2": ("p2", "p3")}
    parents |= {part: (f"raw{part[1]}",) for part in ("p1", "p2", "p3")}
    made = {"product": ("assembly", 2.0), "m1": ("assembly", 1.0), "m2": ("machining", 1.0)}
    made |= {"p1": ("machining", 0.5), "p2": ("machining", 0.5), "p3": ("test", 0.5)}
    items = [*parents, "raw1", "raw2", "raw3"]
    return {
        "sources": [{"source": "made", "title": "Made-up numbers", "kind": "assumption", "grade": "F6"}],
        "items": [{"item": item} for item in items],
        "sites": [{"site": "works"}],
        "processes": [
            {"process": f"make-{item}", "site": "works", "item": item, "lead_d": 7, "max_rate": None}
            for item in parents
        ]
        + [
            {"process": f"buy-{item}", "site": "works", "item": item, "lead_d": 14, "max_rate": 60}
            for item in items
            if item.startswith("raw")
        ],
        "recipe": [
            {"process": f"make-{item}", "item": part, "qty": 2 if item == "product" else 1}
            for item, inside in parents.items()
            for part in inside
        ],
        "resources": [{"resource": name, "capacity": 40} for name in ("assembly", "machining", "test")],
        "uses": [{"user": f"make-{item}", "resource": line, "qty": qty} for item, (line, qty) in made.items()],
        "recipients": [{"recipient": f"customer{k}", "site": "works"} for k in range(orders)],
        "needs": [
            {
                "need": f"order{k}",
                "recipient": f"customer{k}",
                "item": "product",
                "qty": 5 + k % 7,
                "due": date(2030, 3, 4),
            }
            for k in range(orders)
        ],
    }


def write(folder: Path, orders: int, weeks: int = 52) -> None:
    """Write the scenario as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.toml").write_text(
        f'name = "{orders} orders"\nstart = {START}\nperiods = {weeks}\n', encoding="utf-8"
    )
    for name, rows in tables_of(orders).items():
        pl.DataFrame(rows, infer_schema_length=None).write_csv(folder / f"{name}.csv")


def once(folder: Path, runs: Path) -> tuple[float, float]:
    """Processor and wall seconds of the command. Raises RuntimeError when it fails."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = [sys.executable, "-m", "fullrate.cli", "plan", str(folder), "--runs-dir", str(runs)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"fullrate plan ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def main(words: list[str]) -> None:
    """Number of orders (200) and repeats (5)."""
    orders, repeats = (int(words[k]) if len(words) > k else usual for k, usual in enumerate((200, 5)))
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "orders"
        write(folder, orders)
        times = [once(folder, Path(name) / "runs") for _ in range(repeats)]
    cpu, wall = zip(*times, strict=True)
    print(f"{orders} orders: {quartiles(cpu)} s of processor time, {quartiles(wall)} s on the clock (load included)")


if __name__ == "__main__":
    main(sys.argv[1:])
