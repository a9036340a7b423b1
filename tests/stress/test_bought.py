"""Odds under a cut, with purchases and without: the same luck, so that whatever differs is what was bought."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from fullrate.draws import draw
from fullrate.planning import plan
from fullrate.planning.measures import Measure
from fullrate.report.mitigation import as_text
from fullrate.results import Plan, Study
from fullrate.studies.stress.asked import Asked
from fullrate.studies.stress.bought import beside, odds_with
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.mitigation import mitigate
from fullrate.tables import Tables
from stress.scenes import START, two_sources

SHELF = Measure("shelf", "buffer", "part", "works", 200, 0.1)
STOCK = {"table": "stock", "key": "works|part", "column": "qty", "dist": "uniform", "low": 60, "high": 70}
RATE = {"table": "processes", "key": "cast", "column": "max_rate", "dist": "uniform", "low": 9.5, "high": 10.5}
GUESS = {"sources": [{"source": "guess", "title": "Guess", "kind": "assumption", "grade": "F6"}]}


def scene(*unsure: dict[str, Any], **more: Any) -> tuple[Tables, Plan]:
    """Ten a day for thirty days, 60 in stock; the big source is lost for fifteen, which takes 30 parts more."""
    rows = {"uncertainty": [row | {"source": "guess"} for row in unsure], **GUESS} if unsure else {}
    tables = two_sources(30, late="backlog", **rows, **more)
    return tables, plan(tables, tests=False)


def asked(tables: Tables, made: Plan, amount: float, count: int = 32) -> list[dict[str, Any]]:
    cases = Asked(["site:big"], first=START, days=15).cases(tables, made)[0]
    table, meta = odds_with(Ground(tables, made), cases, {SHELF: amount}, count, None)
    assert meta["samples"] == count
    return list(table.iter_rows(named=True))


def test_parts_enough_for_the_gap_give_back_every_odds() -> None:
    """Without a cut 60 parts lie unused; with it and 30 more nothing is late; with 20 more something still is."""
    tables, made = scene()
    for amount, back in ((30.0, True), (20.0, False)):
        whole = next(row for row in asked(tables, made, amount, 8) if row["coverage"] == 1.0 and not row["need"])
        assert (whole["odds"], whole["cut_odds"], whole["bought_odds"]) == (1.0, 0.0, float(back))
        assert (whole["regained"], whole["error"]) == (float(back), 0.0)


def test_nothing_bought_changes_no_execution() -> None:
    """The same luck in all three: where nothing is bought, not one sample differs."""
    tables, made = scene(STOCK, RATE)
    rows = asked(tables, made, 0.0)
    assert {row["regained"] for row in rows} == {row["error"] for row in rows} == {0.0}
    assert any(row["odds"] > row["cut_odds"] for row in rows)


def test_what_is_bought_comes_on_top_of_a_stock_that_is_drawn() -> None:
    """Sixty to seventy drawn and 30 bought bridge the gap of 90 in every sample; the draw alone does in none."""
    tables, made = scene(STOCK)
    whole = next(row for row in asked(tables, made, 30.0) if row["coverage"] == 1.0 and not row["need"])
    assert whole["bought_odds"] == whole["odds"] == 1.0
    assert whole["cut_odds"] == 0.0


def test_draws_after_purchases() -> None:
    tables, _ = scene(STOCK, RATE)
    draws = draw(tables, 16)
    lucky = beside(draws, {SHELF: 30.0})
    at = [cell.table for cell in draws.cells].index("stock")
    assert lucky.values[:, at].tolist() == pytest.approx((draws.values[:, at] + 30).tolist())
    assert lucky.values[:, 1 - at].tolist() == draws.values[:, 1 - at].tolist()
    assert lucky.cells == draws.cells


def test_a_gate_that_was_passed_is_drawn_no_more() -> None:
    gate = {"gate": "proof", "duration_d": 10, "cost": 1}
    unsure = {"table": "gates", "key": "proof", "column": "duration_d", "dist": "uniform", "low": 5, "high": 20}
    rows = {"gates": [gate], "uncertainty": [unsure | {"source": "guess"}], **GUESS}
    draws = draw(two_sources(30, **rows), 8)
    assert [cell.table for cell in draws.cells] == ["gates"]
    assert beside(draws, {Measure("passed", "gate", "proof", "", 1, 1): 1.0}).cells == ()
    assert beside(draws, {Measure("passed", "gate", "proof", "", 1, 1): 0.0}).cells == draws.cells


def test_the_answer_tells_the_odds_of_the_worst_cases() -> None:
    """The search may end a hundredth of a part short of the 30: so 95 % is asked for, and not the last part."""
    tables, made = scene(
        mitigations=[
            {"mitigation": "shelf", "kind": "buffer", "target": "part", "site": "works", "qty": 200, "cost": 0.1}
        ]
    )
    cases = Asked(["site:big"], first=START, days=15).with_regions(tables, made)
    study: Study = mitigate(tables, made, cases, 8.0, level=0.0, samples=8)
    table = study.table("odds")
    assert set(table["case"]) <= set(study.table("losses")["case"])
    big = table.filter((pl.col("case") == "site:big") & (pl.col("coverage") == 0.95) & (pl.col("need") == ""))
    assert (big["cut_odds"].item(), big["bought_odds"].item()) == (0.0, 1.0)
    said = as_text(tables, study).replace("\n", " ")
    assert "odds that the promised date holds, in 8 executions each, with the same luck" in said
    assert "odds" not in mitigate(tables, made, cases, 8.0).tables
