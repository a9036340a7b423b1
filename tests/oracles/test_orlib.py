"""Warehouse location problems of the OR-Library as scenarios: opening a warehouse is a whole build.

One period; every customer can be served in it, so time decides nothing and the cost stage has to find the published
optimum. The problems lie beside the checkout (they may not be shipped); without them the tests are skipped.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import fullrate as fr

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "orlib_cap"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="no ../shared/data/orlib_cap")
NAMES = ("cap71", "cap72", "cap74", "cap101", "cap103", "cap104", "cap131", "cap132", "cap134")


@dataclass(frozen=True)
class Problem:
    """Costs of opening, shape (warehouses,); demands, shape (customers,); costs of serving all of a customer."""

    room: np.ndarray
    opening: np.ndarray
    demand: np.ndarray
    serving: np.ndarray


@cache
def _values() -> dict[str, dict[str, str]]:
    with (DATA / "values.csv").open(encoding="utf-8", newline="") as file:
        return {row["instance"]: row for row in csv.DictReader(file)}


@cache
def _problem(name: str) -> Problem:
    words = (DATA / _values()[name]["file"]).read_text(encoding="ascii").split()
    warehouses, customers = int(words[0]), int(words[1])
    sites = np.array(words[2 : 2 + 2 * warehouses], float).reshape(warehouses, 2)
    rest = np.array(words[2 + 2 * warehouses :], float).reshape(customers, 1 + warehouses)
    return Problem(sites[:, 0], sites[:, 1], rest[:, 0], rest[:, 1:])


def _scenario(name: str) -> fr.Tables:
    problem = _problem(name)
    houses, customers = range(len(problem.opening)), range(len(problem.demand))
    config = {"name": name, "start": date(2030, 1, 1), "period_d": 1, "periods": 1}
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "goods"}],
        "sites": [{"site": f"w{i}"} for i in houses] + [{"site": f"c{j}"} for j in customers],
        "processes": [{"process": f"serve{i}", "site": f"w{i}", "item": "goods"} for i in houses],
        "resources": [{"resource": f"hall{i}", "site": f"w{i}"} for i in houses],
        "uses": [{"user": f"serve{i}", "resource": f"hall{i}", "qty": 1} for i in houses],
        "builds": [_warehouse(problem, i) for i in houses],
        "lanes": [_lane(problem, i, j) for i in houses for j in customers],
        "recipients": [{"recipient": f"k{j}", "site": f"c{j}"} for j in customers],
        "needs": [
            {"need": f"n{j}", "recipient": f"k{j}", "item": "goods", "qty": problem.demand[j]} for j in customers
        ],
    }
    return fr.Tables.from_rows(config | {"fairness": "utilitarian", "tail": 1.0}, rows)


def _warehouse(problem: Problem, i: int) -> dict[str, Any]:
    row = {"build": f"open{i}", "resource": f"hall{i}", "lead_d": 0, "max": 1, "integer": "true"}
    return {**row, "add": problem.room[i], "capex": problem.opening[i]}


def _lane(problem: Problem, i: int, j: int) -> dict[str, Any]:
    freight = problem.serving[j, i] / problem.demand[j]
    return {"lane": f"w{i}-c{j}", "from": f"w{i}", "to": f"c{j}", "unit_cost": freight}


def _cost_of_opened(plan: fr.Plan, problem: Problem) -> float:
    """Cost of serving all from the warehouses the plan opens; room does not bind in these problems."""
    flows = plan.table("flows").filter(pl.col("kind") == "build", pl.col("value") > 0.5)
    opened = [int(key.removeprefix("open")) for key in flows["key"]]
    return float(problem.opening[opened].sum() + problem.serving[:, opened].min(axis=1).sum())


@pytest.mark.parametrize("name", NAMES)
def test_the_published_optimum(name: str) -> None:
    problem, published = _problem(name), float(_values()[name]["published_optimum_in_source"])
    assert (problem.room >= problem.demand.sum()).all()
    plan = fr.plan(_scenario(name), tests=False)
    assert plan.status == "solved"
    stages = plan.table("stages")
    days = stages.filter(pl.col("stage") == "L1.1")["value"][0]
    assert days == pytest.approx(len(problem.demand) / 2, rel=1e-6)
    assert _cost_of_opened(plan, problem) == pytest.approx(published, rel=1e-6)
    cost = stages.filter(pl.col("stage") == "L3")["value"][0]
    assert published * (1 - 2e-3) <= cost <= published * (1 + 1e-6)
