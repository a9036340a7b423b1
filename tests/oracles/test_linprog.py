"""The first time stage and the most that can have arrived, against the plain-Python model solved by scipy."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from generator import PLAIN, scenario
from oracles.plain import least_waiting, members, model, most_covered, waiting

THEORY = Path(__file__).parents[1] / "theory"
FIVE = ("03-bom", "07-ramp/steps", "18-second-source", "25-substitute", "golden/horizon-30")
SEEDS = [*range(12), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(12, 300))]


def _written(folder: Path) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    config = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    tables = {}
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.stem] = list(csv.DictReader(file))
    return config, tables


def _compare(plan: fr.Plan, config: dict[str, Any], tables: dict[str, Any], method: str) -> None:
    built = model(config, tables)
    rank = next(rank for rank in range(1, 9) if any(members(built.world, rank)))
    value = dict(plan.table("stages").select("stage", "value").iter_rows())
    wanted = least_waiting(built, rank, method)
    assert value[f"L1.{rank}"] == pytest.approx(wanted, rel=1e-6, abs=1e-6)
    most = plan.table("coverage").filter(pl.col("class") == rank).sort("period")["most"]
    assert most.to_list() == pytest.approx(most_covered(built, rank), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", FIVE)
def test_five_written_scenarios(name: str) -> None:
    config, tables = _written(THEORY / name)
    _compare(fr.plan(THEORY / name, tests=False), config, tables, "highs")


@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_scenarios(seed: int) -> None:
    """Methods in turn: dual simplex and interior point must agree with the planner."""
    config, tables = scenario(seed, PLAIN)
    config["tail"] = 0.0
    plan = fr.plan(fr.Tables.from_rows(config, tables), tests=False)
    _compare(plan, config, tables, ("highs-ds", "highs-ipm")[seed % 2])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_second_class_takes_what_the_first_leaves(seed: int) -> None:
    """U of class 2 is least among the plans that keep U of class 1 at its least."""
    config, tables = scenario(seed, PLAIN)
    config |= {"tail": 0.0, "fairness": "utilitarian"}
    for number, row in enumerate(tables["recipients"]):
        row["class"] = 1 + number % 2
    for row in tables["needs"]:
        row.pop("class", None)
    built = model(config, tables)
    if not members(built.world, 2):
        tables["recipients"].append({**tables["recipients"][0], "recipient": "second", "class": 2})
        need = {**tables["needs"][0], "need": "second", "recipient": "second"}
        tables["needs"].append(need)
        built = model(config, tables)
    best = least_waiting(built, 1)
    cost, constant = waiting(built, 1)
    built.lp.at_most(cost, best - constant + 1e-9 * max(1.0, best))
    plan = fr.plan(fr.Tables.from_rows(config, tables), tests=False)
    value = dict(plan.table("stages").select("stage", "value").iter_rows())
    assert value["L1.1"] == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert value["L1.2"] == pytest.approx(least_waiting(built, 2), rel=5e-3, abs=1e-5)
