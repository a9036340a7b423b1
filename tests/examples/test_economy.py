"""Both American questions have an answer at once with the table that comes with the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate.planning import coarse
from fullrate.studies.economy import economy
from fullrate.tables import Tables

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["directive", "respirators-2020"])
def test_an_answer_at_once(name: str, example: Callable[[str], Tables]) -> None:
    tables = coarse(example(name))
    study = economy(tables, fr.plan(tables, tests=False))
    assert study.meta["table"] == "United States, 2017"
    assert study.meta["unmapped"] < 0.02
    gained, given_up = study.meta["gained"], study.meta["given_up"]
    assert gained["jobs_direct"] > 0
    assert gained["jobs_indirect"] > 0
    assert 0 < given_up["at best"]["jobs"] < given_up["all alike"]["jobs"]
    every = {row["source"]: row["kind"] for row in tables.rows("sources")}
    for table in ("io_map", "io_jobs"):
        assert {every[row["source"]] for row in tables.rows(table)} <= {"assumption"}, "who is paid is a guess"
    regions = study.table("regions")
    if name == "respirators-2020":
        assert set(regions["region"]) >= {"West North Central", "East North Central", "Pacific"}
        plants = regions.filter(pl.col("region").is_in(["West North Central", "East North Central"]))
        assert plants["output"].sum() > 0.5 * regions["output"].sum(), "where the plants are"
        assert plants["lost_jobs_least"].sum() < 0.5 * regions["lost_jobs_least"].sum(), "given up everywhere"
