"""The economy of a plan: the money adds up, gained stands beside given up, and what cannot be answered is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from e2e.test_json_page import documented
from economy import scene
from fullrate.cli import cli
from fullrate.cli.frame import run
from fullrate.report.economy import as_text
from fullrate.report.economy_assumes import caveats
from fullrate.results import Plan, Study
from fullrate.studies.economy import economy
from fullrate.studies.economy.balance import Quarters
from fullrate.studies.economy.spending import mapped, spent
from fullrate.tables import Tables

Captured = pytest.CaptureFixture[str]
Asked = tuple[Tables, Plan]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    return scene.planned(scene.both(tmp_path_factory.mktemp("whole") / "masks"))


@pytest.fixture(scope="module")
def study(whole: Asked) -> Study:
    return economy(*whole)


def test_all_money_of_the_ledger_is_followed(whole: Asked) -> None:
    tables, plan = whole
    money = spent(tables, plan)
    assert money["amount"].sum() == pytest.approx(plan.table("money")["spent"].sum(), rel=1e-9)
    by = mapped(tables, money)
    assert by["value"].sum() == pytest.approx(money["amount"].sum(), rel=1e-9)
    assert {"process", "build", "lane"} == set(money["kind"]), "wages went to who worked"


def test_what_is_spent_on_what_by_hand(whole: Asked) -> None:
    """Starts times their cost and two hours of 40 EUR; the build, six tenths goods and half of them from abroad."""
    tables, plan = whole
    made = {name: sum(amount for (key, _), amount in plan["make"].items() if key == name) for name in ("sew", "buy")}
    by = {
        (key, sector, region): (value, imported)
        for key, sector, region, value, imported in mapped(tables, spent(tables, plan))
        .group_by("key", "sector", "region")
        .agg(pl.col("value").sum(), pl.col("imported").sum())
        .iter_rows()
    }
    assert by["sew", "goods", "north"] == (pytest.approx(made["sew"] * (0.02 + 2 * 0.00004)), 0)
    assert by["buy", "goods", "south"] == (pytest.approx(made["buy"] * 0.1), pytest.approx(made["buy"] * 0.1))
    built = sum(amount for _, amount in plan["build"].items())
    assert built > 0
    assert by["more", "goods", "north"] == (pytest.approx(built * 2.4), pytest.approx(built * 1.2))
    assert by["more", "services", "south"] == (pytest.approx(built * 1.6), 0)


def test_output_by_hand(study: Study) -> None:
    """The textbook's inverse, 1 / .7575 [[.95, .25], [.2, .85]], on the spending; 10 and 15 jobs a million."""
    sectors = study.table("sectors").sort("sector")
    inverse = np.array([[0.95, 0.25], [0.20, 0.85]]) / 0.7575
    np.testing.assert_allclose(sectors["output"], inverse @ sectors["spending"].to_numpy(), rtol=1e-9)
    jobs = sectors["jobs_direct"] + sectors["jobs_indirect"]
    np.testing.assert_allclose(jobs, sectors["output"].to_numpy() * [10, 15], rtol=1e-9)
    np.testing.assert_allclose(sectors["value_added"], sectors["output"].to_numpy() * [0.6, 0.7], rtol=1e-9)


def test_jobs_of_a_sector_in_a_region_by_hand(study: Study) -> None:
    """Who is paid works where it is paid, 10 and 15 jobs a million; given up is where the jobs are."""
    places = {(row["sector"], row["region"]): row for row in study.table("places").iter_rows(named=True)}
    for (sector, region), row in places.items():
        each = {"goods": 10, "services": 15}[sector]
        assert row["jobs_direct"] == pytest.approx(each * row["spending"], rel=1e-9), (sector, region)
        assert row["jobs_indirect"] == pytest.approx(each * (row["output"] - row["spending"]), rel=1e-9, abs=1e-12)
    sectors = {row["sector"]: row for row in study.table("sectors").iter_rows(named=True)}
    for sector, share in (("goods", 0.2), ("services", 2 / 30)):
        for column in ("lost_jobs_least", "lost_jobs_most"):
            wanted = share * sectors[sector][column]
            assert places[sector, "north"][column] == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_imports_by_hand(study: Study) -> None:
    """A twentieth of the output of goods, and what the plan buys abroad; three quarters from overseas."""
    goods = float(study.table("sectors").filter(pl.col("sector") == "goods")["output"].item())
    origins = {row["origin"]: row for row in study.table("origins").iter_rows(named=True)}
    assert origins["overseas"]["indirect"] == pytest.approx(0.75 * 0.05 * goods, rel=1e-9)
    assert origins["neighbours"]["direct"] == pytest.approx(0.25 * study.meta["imported"], rel=1e-9)


def test_every_table_adds_up_to_the_same(study: Study) -> None:
    for name in ("sectors", "regions", "places", "periods", "quarters", "engaged"):
        table = study.table(name)
        for column, total in study.meta["gained"].items():
            assert table[column].sum() == pytest.approx(total, rel=1e-9), (name, column)
        for column, way in (("lost_jobs_least", "at best"), ("lost_jobs_most", "all alike")):
            assert table[column].sum() == pytest.approx(study.meta["given_up"][way]["jobs"], rel=1e-9, abs=1e-12)


def test_no_jobs_without_what_is_given_up(study: Study) -> None:
    """Every table that speaks of jobs says what others give up in the same rows; the only other one is about that."""
    for name, table in study.tables.items():
        speaks = any("jobs" in column for column in table.columns)
        assert not speaks or name == "displaced" or {"lost_jobs_least", "lost_jobs_most"} <= set(table.columns), name


def test_the_text_never_says_jobs_alone(whole: Asked, study: Study) -> None:
    said = as_text(*whole, study)
    for block in said.split("\n\n"):
        if "job-years" in block.splitlines()[0] and not block.startswith("-"):
            assert "give up" in block or "given up" in block, block
    first = said.split("\n\n")[0]
    assert "2022" in first
    assert "could not be mapped" in " ".join(first.split())
    for line in caveats(study):
        assert " ".join(line.split()) in " ".join(said.split())


def test_regions_share_the_whole(study: Study) -> None:
    deltas = study.table("deltas")
    whole = study.meta["gained"]["output"]
    for (_,), part in deltas.group_by("delta"):
        assert part["output"].sum() == pytest.approx(whole, rel=1e-9), "nothing is lost between regions"
    north = deltas.filter(pl.col("region") == "north").sort("delta")["output"].to_list()
    assert north == sorted(north, reverse=True), "the larger delta, the less a small region supplies itself"


def test_the_residual_of_the_program_is_small(study: Study) -> None:
    assert study.meta["residual"] < 1e-7
    assert study.meta["gap"] < 1e-7


def test_slack_helps_where_capacity_is_not_stated(whole: Asked) -> None:
    lost = [economy(*whole, slack=slack).meta["given_up"] for slack in (0.0, 0.002, 0.5)]
    for way in ("at best", "all alike"):
        final = [each[way]["final"] for each in lost]
        assert final == sorted(final, reverse=True)
    assert lost[0]["at best"]["final"] > 0
    assert lost[2]["at best"]["final"] > 0, "a stated capacity has no slack"


def test_jobs_that_are_not_stated_are_said_to_be_missing(whole: Asked, tmp_path: Path) -> None:
    files = {**scene.ECONOMY, "io_sectors.csv": scene.ECONOMY["io_sectors.csv"].replace("1400,30000", "1400,")}
    del files["io_jobs.csv"]
    study = economy(*whole, table=scene.write(tmp_path / "table", files))
    assert study.meta["jobless"] == ["services"]
    assert "1 of 2 sectors state no jobs" in as_text(*whole, study)


def test_another_table_has_another_digest(whole: Asked, study: Study, tmp_path: Path) -> None:
    same = economy(*whole, table=scene.write(tmp_path / "same", scene.ECONOMY))
    assert same.meta["digest"] == study.meta["digest"]
    files = {**scene.ECONOMY, "io_jobs.csv": scene.ECONOMY["io_jobs.csv"].replace("6000", "5999")}
    assert economy(*whole, table=scene.write(tmp_path / "other", files)).meta["digest"] != study.meta["digest"]


class TestRefused:
    def refused(self, tables: Tables, plan: Plan, table: Path | None = None) -> set[str]:
        with pytest.raises(fr.Refused) as refused:
            economy(tables, plan, table=table)
        return {finding.code for finding in refused.value.findings}

    def test_too_much_unmapped(self, tmp_path: Path) -> None:
        rows = scene.PLANNED["io_map.csv"].splitlines()
        folder = scene.both(tmp_path / "masks")
        (folder / "io_map.csv").write_text("\n".join([rows[0], *rows[2:]]) + "\n")
        assert self.refused(*scene.planned(folder)) == {"FR880"}

    def test_another_currency(self, whole: Asked, tmp_path: Path) -> None:
        files = {name: text.replace("EUR", "USD") for name, text in scene.ECONOMY.items()}
        assert self.refused(*whole, scene.write(tmp_path / "table", files)) == {"FR881"}

    def test_a_sector_the_table_has_not(self, whole: Asked, tmp_path: Path) -> None:
        files = {name: text.replace("goods,", "good,") for name, text in scene.ECONOMY.items()}
        assert self.refused(*whole, scene.write(tmp_path / "table", files)) == {"FR882"}

    def test_nothing_spent(self, tmp_path: Path) -> None:
        folder = scene.both(tmp_path / "masks")
        for name, old in {"processes": ",0.02,", "pools": ",0.00004,0.01,", "lanes": ",0.001,"}.items():
            file = folder / f"{name}.csv"
            file.write_text(file.read_text().replace(old, "," * old.count(",")).replace(",0.1,4,", ",,4,"))
        (folder / "builds.csv").unlink()
        (folder / "io_map.csv").write_text("kind,key,sector,source\nprocess,sew,goods,s1\n")
        assert self.refused(*scene.planned(folder)) == {"FR883"}

    def test_a_table_with_errors(self, whole: Asked, tmp_path: Path) -> None:
        files = {**scene.ECONOMY, "io_final.csv": scene.ECONOMY["io_final.csv"].replace("350", "950")}
        assert self.refused(*whole, scene.write(tmp_path / "table", files)) == {"FR863"}

    def test_a_folder_without_a_table(self, whole: Asked, tmp_path: Path) -> None:
        """The only finding: whatever else does not fit is about a table that is not there."""
        assert self.refused(*whole, scene.write(tmp_path / "masks", scene.PLANNED)) == {"FR850"}


def test_what_is_assumed_of_people_and_of_the_size_is_said(whole: Asked, tmp_path: Path) -> None:
    toml = scene.ECONOMY["scenario.toml"].replace("io_total = 2000\n", "")
    files = {**scene.ECONOMY, "scenario.toml": toml}
    said = " ".join(as_text(*whole, economy(*whole, table=scene.write(tmp_path / "free", files))).split())
    assert "people limit nothing" in said
    assert "2 billion EUR in all, is compared with no known total (io_total)" in said
    files["scenario.toml"] = scene.ECONOMY["scenario.toml"] + "io_labour = 0.01\n"
    said = " ".join(as_text(*whole, economy(*whole, table=scene.write(tmp_path / "few", files))).split())
    assert "1 % more jobs than now can be filled" in said
    assert "people limit nothing" not in said
    assert "no known total" not in said


def test_quarters_are_whole_periods() -> None:
    edges = np.append(np.arange(0, 40) * 7.0, [300.0, 360.0, 365.0])
    quarters = Quarters.of(edges)
    assert quarters.days.sum() == pytest.approx(365)
    each = np.random.default_rng(2).uniform(0, 1, (3, len(edges) - 1))
    np.testing.assert_allclose(quarters.gathered(each).sum(axis=1), each.sum(axis=1))
    by = np.random.default_rng(3).uniform(0, 1, (3, len(quarters.days)))
    np.testing.assert_allclose(quarters.gathered(quarters.spread(by)), by)


class TestCommand:
    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        scene.write(Path("masks"), scene.PLANNED)
        scene.write(Path("country"), scene.ECONOMY)
        assert run(cli, ["plan", "masks"]) == 0

    def test_a_run_of_its_own_with_its_plan_as_parent(self, capsys: Captured) -> None:
        capsys.readouterr()
        assert run(cli, ["economy", "--table", "country", "--samples", "8", "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        assert documented("fullrate.economy/1") == set(answer)
        saved = json.loads(Path("runs", answer["run"], "manifest.json").read_text("utf-8"))
        assert (saved["kind"], saved["parent"]) == ("economy", answer["of"])
        assert "gross" in answer["answer"]
        assert "give up" in answer["answer"]
        assert run(cli, ["check", "country"]) == 0
        assert run(cli, ["report"]) == 0

    def test_refusals_are_exit_1(self, capsys: Captured) -> None:
        assert run(cli, ["economy"]) == 1, "the shipped table is in dollars"
        assert "FR881" in capsys.readouterr().err
        assert run(cli, ["economy", "--table", "nowhere"]) == 1
        assert "FR001" in capsys.readouterr().err
