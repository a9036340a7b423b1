"""Bands: every sample is a right-hand side of its own, and says what a plan that spends the same would."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from economy import scene
from economy.test_properties import SEEDS, random
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.report.economy import as_text
from fullrate.results import Plan, Study
from fullrate.studies.economy import crowding, economy
from fullrate.studies.economy.accounts import accounts_of
from fullrate.studies.economy.balance import WAYS, Quarters, engaged, limits_of, lost
from fullrate.studies.economy.leontief import Leontief
from fullrate.studies.economy.sampled import Spent, in_samples, spent_in_samples
from fullrate.tables import Tables

Asked = tuple[Tables, Plan]
RANGES = """\
table,key,column,dist,low,high,as,source
processes,sew,unit_cost,uniform,0.5,2,factor,s1
processes,sew,max_rate,uniform,0.4,1.2,factor,s1
lanes,road,lead_d,uniform,2,9,,s1
"""
COUNT = 48


@pytest.fixture(scope="module")
def certain(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """No ranges, and nobody leaves."""
    folder = scene.both(tmp_path_factory.mktemp("certain") / "masks")
    people = scene.PLANNED["pools.csv"].replace("source\n", "quit,source\n").replace(",s1\n", ",0,s1\n")
    (folder / "pools.csv").write_text(people)
    return scene.planned(folder)


@pytest.fixture(scope="module")
def ranged(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = scene.both(tmp_path_factory.mktemp("ranged") / "masks")
    (folder / "uncertainty.csv").write_text(RANGES)
    return scene.planned(folder)


@pytest.fixture(scope="module")
def study(ranged: Asked) -> Study:
    return economy(*ranged, samples=COUNT)


def band(study: Study, axis: str, measure: str, label: object = None) -> dict[str, float]:
    table = study.table(f"{axis}_bands").filter(pl.col("measure") == measure)
    return (table if label is None else table.filter(pl.col(axis) == label)).row(0, named=True)


def test_without_ranges_every_band_is_the_plan(certain: Asked) -> None:
    study = economy(*certain, samples=20)
    plan = {"spending": study.meta["spent"], "output": study.meta["gained"]["output"]}
    plan |= {"jobs": study.meta["gained"]["jobs_direct"] + study.meta["gained"]["jobs_indirect"]}
    plan |= {"value_added": study.meta["gained"]["value_added"], "unmapped": study.meta["unmapped"]}
    for way, name in (("at best", "least"), ("all alike", "most")):
        plan |= {f"lost_{one}_{name}": study.meta["given_up"][way][one] for one in ("output", "jobs")}
    plan |= {"imports": float(study.table("origins").select(pl.col("direct") + pl.col("indirect")).sum().item())}
    for name, value in plan.items():
        row = band(study, "total", name) if value > 1e-9 else dict.fromkeys(("p10", "p50", "p90"), 0.0)
        for point in ("p10", "p50", "p90"):
            assert row[point] == pytest.approx(value, rel=1e-6, abs=1e-9), name
    for axis, table in (
        ("sector", "sectors"),
        ("region", "regions"),
        ("period", "periods"),
        ("quarter", "quarters"),
    ):
        for row in study.table(table).iter_rows(named=True):
            for name in ("output", "value_added", "lost_jobs_least", "lost_jobs_most"):
                found = band(study, axis, name, row[axis])["p50"]
                assert found == pytest.approx(row[name], rel=1e-5, abs=1e-7), (axis, row[axis], name)


def test_without_ranges_bands_of_a_sector_in_a_region_are_the_plan(certain: Asked) -> None:
    study = economy(*certain, samples=20)
    found = {
        (row["sector"], row["region"], row["measure"]): (row["p10"], row["p50"], row["p90"])
        for row in study.table("place_bands").iter_rows(named=True)
    }
    for row in study.table("places").iter_rows(named=True):
        wanted = {name: row[name] for name in ("output", "value_added", "jobs_direct", "jobs_indirect")}
        wanted |= {"jobs": row["jobs_direct"] + row["jobs_indirect"]}
        wanted |= {name: row[name] for name in ("lost_jobs_least", "lost_jobs_most")}
        for name, value in wanted.items():
            band = found[row["sector"], row["region"], name]
            np.testing.assert_allclose(band, value, rtol=1e-5, atol=1e-7, err_msg=f"{row['sector']} {name}")


def test_bands_of_sectors_in_regions_add_up(study: Study) -> None:
    """Means are linear, so those of places add up to those of sectors and of regions; percentiles need not."""
    table = study.table("place_bands")
    for axis in ("sector", "region"):
        by = table.group_by(axis, "measure").agg(pl.col("mean").sum())
        both = by.join(study.table(f"{axis}_bands"), on=[axis, "measure"], how="full", suffix="_whole")
        np.testing.assert_allclose(both["mean"].fill_null(0.0), both["mean_whole"].fill_null(0.0), rtol=1e-9, atol=1e-9)


def test_every_band_of_jobs_has_what_is_given_up(study: Study) -> None:
    needed = {"lost_output_least", "lost_output_most", "lost_jobs_least", "lost_jobs_most"}
    for axis in ("total", "sector", "region", "period", "quarter"):
        for _, part in study.table(f"{axis}_bands").group_by(axis):
            assert needed <= set(part["measure"]), axis
    for place, part in study.table("place_bands").group_by("sector", "region"):
        assert needed <= set(part["measure"]), place


def test_means_add_up_over_every_axis(study: Study) -> None:
    for name in ("output", "value_added", "jobs", "lost_jobs_least", "lost_jobs_most"):
        total = band(study, "total", name)["mean"]
        for axis in ("sector", "region", "period", "quarter"):
            table = study.table(f"{axis}_bands").filter(pl.col("measure") == name)
            assert table["mean"].sum() == pytest.approx(total, rel=1e-9, abs=1e-12), (axis, name)


def test_bands_are_in_order_and_have_errors(study: Study) -> None:
    for axis in ("total", "sector", "region", "period", "quarter", "origin"):
        table = study.table(f"{axis}_bands")
        assert (table["p10"] <= table["p50"] + 1e-12).all()
        assert (table["p50"] <= table["p90"] + 1e-12).all()
        assert (table["error"] >= 0).all()
    assert band(study, "total", "jobs")["p10"] < 0.9 * band(study, "total", "jobs")["p90"]
    assert study.meta["samples"] == COUNT


def test_the_same_seed_gives_the_same_bands(ranged: Asked, study: Study) -> None:
    again = economy(*ranged, samples=COUNT)
    assert again.table("total_bands").equals(study.table("total_bands"))
    assert not economy(*ranged, samples=COUNT, seed=99).table("total_bands").equals(study.table("total_bands"))


def test_each_sample_is_what_a_plan_that_spends_the_same_would_be(ranged: Asked) -> None:
    """Sample after sample through the functions that answer for a plan, its linear program included."""
    tables, plan = ranged
    accounts = accounts_of(tables)
    leontief, quarters = Leontief.of(accounts.home), Quarters.of(plan.edges)
    limits = limits_of(accounts, leontief, quarters, 0.0)
    whole = spent_in_samples(tables, plan, accounts, 1.0, 24, None)
    for at in range(0, 24, 5):
        one = Spent(
            whole.home[:, :, [at]], whole.sector, whole.region, whole.abroad[:, [at]], whole.whole[[at]],
            whole.unmapped[[at]], np.zeros(1, np.int64), {},
        )  # fmt: skip
        found = in_samples(accounts, leontief, limits, quarters, one, 0.3)["total_bands"]
        values = dict(found.select("measure", "p50").iter_rows())
        demand = np.zeros((len(accounts.sector), len(accounts.region), plan.periods))
        np.add.at(demand, (whole.sector, whole.region), whole.home[:, :, at])
        output = engaged(accounts, leontief, demand, 0.3)
        without = lost(leontief, limits, quarters.gathered(demand.sum(axis=1)))
        assert values["jobs"] == pytest.approx(float(accounts.jobs @ output.sum(axis=(1, 2))), rel=1e-9)
        for way, name in ((WAYS[0], "lost_jobs_least"), (WAYS[2], "lost_jobs_most")):
            people = float(accounts.jobs @ without.output[way].sum(axis=1))
            assert values.get(name, 0.0) == pytest.approx(people, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_short_way_to_the_least_is_the_linear_program(seed: int) -> None:
    leontief, limits, surge = random(seed)
    ours = crowding.least(leontief, limits, surge)
    program = crowding.best(leontief, limits, surge, np.ones(len(surge)))
    np.testing.assert_allclose(ours.final.sum(axis=0), program.final.sum(axis=0), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(ours.short.sum(axis=0), program.short.sum(axis=0), atol=1e-6)
    assert (leontief.output(ours.final + surge - ours.short) <= limits.capacity * (1 + 1e-6) + 1e-6).all()


def test_what_executions_do_not_know_is_refused(certain: Asked, tmp_path: Path) -> None:
    folder = scene.both(tmp_path / "masks")
    toml = folder / "scenario.toml"
    toml.write_text(toml.read_text() + 'lead_rounding = "floor"\n')
    tested = "gate,duration_d,needs_item,needs_qty,needs_site,source\ntrial,7,mask,5,works,s1\n"
    (folder / "gates.csv").write_text(tested)
    tables = fr.read(folder)
    with pytest.raises(fr.Refused) as refused:
        economy(tables, certain[1], samples=4)
    assert {finding.code for finding in refused.value.findings} == {"FR714"}


def test_the_text_says_both_sides_of_the_bands(ranged: Asked, study: Study) -> None:
    said = " ".join(as_text(*ranged, study).split())
    assert f"In {COUNT} executions of this plan" in said
    assert "as known on 2026-01-01" in said
    assert "job-years given up at best" in said
    assert "mean ± standard error" in said


def test_bands_come_before_the_plan_and_no_sector_stands_in_points(ranged: Asked, study: Study) -> None:
    said = as_text(*ranged, study)
    bands, plan = said.index(f"In {COUNT} executions"), said.index("The plan itself. If every number")
    assert said.index("could not be mapped") < bands < plan
    for head in ("sector  ", "region  ", "jobs at a time, on average"):
        assert f"\n{head}" in said[bands:plan], head
        assert f"\n{head}" not in said[plan:].replace("\nregion  ", "", 1), "delta alone is by region of the plan"
    assert re.search(r"In 8 of 10 executions it is \S+ million EUR to \S+ million EUR in all", " ".join(said.split()))


def test_one_execution_is_one(ranged: Asked) -> None:
    said = " ".join(as_text(*ranged, economy(*ranged, samples=1)).split())
    assert "In one execution of this plan" in said
    assert "1 executions" not in said
    assert "nan" not in said.casefold().split()


def test_the_command_takes_the_samples_of_the_odds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scene.both(Path("masks"))
    Path("masks/uncertainty.csv").write_text(RANGES)
    assert run(cli, ["plan", "masks"]) == 0
    assert run(cli, ["odds", "--samples", "16", "--seed", "5"]) == 0
    capsys.readouterr()
    assert run(cli, ["economy", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["meta"]["samples"], answer["meta"]["seed"]) == (16, 5)
    assert answer["total_bands"]
    assert run(cli, ["economy", "--samples", "0", "--json"]) == 0
    assert "total_bands" not in json.loads(capsys.readouterr().out)
