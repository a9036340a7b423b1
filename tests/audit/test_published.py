"""What a plan publishes beside its flows is recomputed: a falsified date, coverage or sum is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate.results import Plan
from fullrate.tables import Tables

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def respirators(published: Callable[[str], Plan]) -> tuple[Tables, Plan]:
    return fr.read(EXAMPLES / "respirators-2020"), published("respirators-2020")


def caught(scene: tuple[Tables, Plan], table: str, change: pl.Expr) -> set[str]:
    tables, plan = scene
    false = replace(plan, tables={**plan.tables, table: plan.table(table).with_columns(change)})
    return {excess.rule for excess in fr.audit(tables, false).excesses}


def test_the_plan_itself_passes(respirators: tuple[Tables, Plan]) -> None:
    assert fr.audit(*respirators).passed


@pytest.mark.parametrize(
    "change",
    [
        pl.when(pl.col("need") == "").then(pl.col("date") - timedelta(days=7)).otherwise(pl.col("date")).alias("date"),
        (pl.col("period") - 1).alias("period"),
        pl.col("period").fill_null(60),
        pl.lit(None, pl.Date).alias("date"),
    ],
)
def test_a_false_date(respirators: tuple[Tables, Plan], change: pl.Expr) -> None:
    assert caught(respirators, "dates", change) == {"DATES"}


def test_a_false_coverage(respirators: tuple[Tables, Plan]) -> None:
    assert caught(respirators, "coverage", pl.col("covered") * 1.0001) == {"DATES"}


def test_a_false_sum(respirators: tuple[Tables, Plan]) -> None:
    assert caught(respirators, "money", pl.col("spent") * 0.999) == {"LEDGER"}
