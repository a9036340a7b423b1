"""Settings of the chain: which stages run, how recipients share, and what the time limit leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate.cli.plan import date_lines
from fullrate.planning import latest_starts, solve_lp
from fullrate.tables import Tables

GOLDEN = Path(__file__).resolve().parents[2] / "examples" / "golden"


@pytest.fixture(scope="module")
def golden() -> Tables:
    return fr.read(GOLDEN)


def stages(tables: Tables, **settings: object) -> list[str]:
    changed = replace(tables, config=replace(tables.config, **settings))  # type: ignore[arg-type]
    return [name.partition(".")[0] for name in fr.plan(changed, tests=False).table("stages")["stage"]]


def test_only_the_stages_asked_for_run(golden: Tables) -> None:
    assert set(stages(golden)) == {"L1", "L2", "L4"}, "nothing costs anything in golden, so there is no L3"
    assert set(stages(golden, stages=("time",))) == {"L1", "L2"}
    assert set(stages(golden, stages=("time",), fairness="utilitarian")) == {"L1"}


@pytest.mark.parametrize("written", ['["cost"]', '["time", "tidy", "cost"]', '["time", "money"]', "3"])
def test_other_lists_of_stages_are_refused(tmp_path: Path, written: str) -> None:
    for file in GOLDEN.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings = (GOLDEN / "scenario.toml").read_text(encoding="utf-8")
    (tmp_path / "scenario.toml").write_text(f"stages = {written}\n{settings}", encoding="utf-8")
    assert {finding.code for finding in fr.check(tmp_path)} == {"FR014"}


@pytest.mark.parametrize("fairness", ["leximin", "maxmin", "utilitarian"])
def test_fair_or_not_the_total_is_the_same_in_golden(golden: Tables, fairness: str) -> None:
    """Here leximin costs no efficiency, so every way of sharing has 21.65 weeks in total."""
    plan = fr.plan(replace(golden, config=replace(golden.config, fairness=fairness)), tests=False)
    assert plan.table("waits")["days"].sum() == pytest.approx(21.65 * 7)


def test_a_large_program_has_the_answers_of_a_small_one(golden: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without crossover where the point of a stage is not wanted: the same stages, dates and most that can arrive."""
    small = fr.plan(golden)
    monkeypatch.setattr("fullrate.lp.solve.LARGE", 0)
    large = fr.plan(golden)
    assert large.table("stages")["value"].to_list() == pytest.approx(small.table("stages")["value"].to_list(), rel=1e-6)
    assert large.table("dates").drop("inside").equals(small.table("dates").drop("inside"))
    most = [plan.table("coverage")["most"].to_list() for plan in (large, small)]
    assert most[0] == pytest.approx(most[1], abs=1e-6)
    assert large.meta["horizon"]["change_d"] == pytest.approx(small.meta["horizon"]["change_d"], abs=1e-5)


def test_a_preview_does_not_look_for_earliest_dates(golden: Tables) -> None:
    plan = fr.plan(golden, preview=True)
    assert plan.status == "solved"
    assert plan.table("dates")["earliest_date"].is_null().all()
    assert plan.table("coverage")["most"].is_null().all()
    assert plan.meta["programs_solved"] == len(plan.table("stages")), "one program for each stage and no more"
    assert "horizon" not in plan.meta
    assert not [line for line in date_lines(plan) if "alone" in line], "what is not known is not called late"


def test_first_steps_can_wait_as_long_as_the_date_of_eighty_percent_allows(golden: Tables) -> None:
    """The latest start keeps the date, one period more does not."""
    plan = fr.plan(golden, tests=False)
    latest = latest_starts(golden, plan)["build", "second_line"]
    assert latest is not None
    date = plan.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == 0.8))["period"].item()
    assert earliest(golden, opens=latest) <= date < earliest(golden, opens=latest + 1)


def earliest(tables: Tables, opens: int) -> int:
    """Earliest period of 80 % coverage when the second line may start in period ``opens`` at the soonest."""
    from datetime import timedelta

    from fullrate.tables import Cell

    day = tables.config.start + timedelta(days=7 * (opens - 1))
    plan = fr.plan(tables.replace(Cell("builds", "second_line", "opens"), day.isoformat()), tests=False)
    found = plan.table("dates").filter((pl.col("need") == "") & (pl.col("coverage") == 0.8))["earliest_period"].item()
    return int(found)


def test_latest_starts_are_those_of_solving_each_time(golden: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    """That nothing satisfies a program is believed at the first attempt; trying every way gives the same days."""
    plan = fr.plan(golden, tests=False)
    quick = latest_starts(golden, plan)
    monkeypatch.setattr("fullrate.planning.slack.feasible", lambda lp: solve_lp(lp).usable)
    assert latest_starts(golden, plan) == quick
