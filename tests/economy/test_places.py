"""Jobs by region that a scenario states for the sectors of another table, and money of another currency."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from economy import scene
from fullrate.findings import errors
from fullrate.report.economy import as_text
from fullrate.results import Plan
from fullrate.studies.economy import economy
from fullrate.studies.economy.accounts import accounts_of
from fullrate.tables import Tables, read
from fullrate.tables.check import check

JOBS = "sector,region,jobs,share,source\n*,north,,0.1,s1\n*,south,,0.6,s1\ngoods,north,2000,,s1\n"
COUNTRY = {name: text for name, text in scene.ECONOMY.items() if name != "io_jobs.csv"}


def masks(folder: Path, **files: str) -> tuple[Tables, Plan]:
    named = {name.replace("__", "."): text for name, text in files.items()}
    return scene.planned(scene.write(folder, {**scene.PLANNED, **named}))


def codes(folder: Path) -> set[str]:
    tables, findings = read(folder)
    return {finding.code for finding in errors([*findings, *check(tables)])}


class TestJobsOfTheScenario:
    """The textbook country without regions; a fifth of the jobs in goods and a tenth of services in the north."""

    def test_they_are_those_of_the_country_by_share_and_by_number(self, tmp_path: Path) -> None:
        country = fr.read(scene.write(tmp_path / "country", COUNTRY))
        tables, _ = masks(tmp_path / "masks", io_jobs__csv=JOBS)
        accounts = accounts_of(country, tables)
        assert accounts.region.labels == ("north", "south", "elsewhere")
        np.testing.assert_allclose(accounts.employment, [[2000, 6000, 2000], [3000, 18000, 9000]])

    def test_shares_of_all_leave_nothing_elsewhere(self, tmp_path: Path) -> None:
        country = fr.read(scene.write(tmp_path / "country", COUNTRY))
        parts = "sector,region,share,source\n*,north,0.3,s1\n*,south,0.3,s1\n*,islands,0.4,s1\n"
        accounts = accounts_of(country, masks(tmp_path / "masks", io_jobs__csv=parts)[0])
        assert not accounts.employment[:, -1].any()

    def test_the_answer_has_the_regions(self, tmp_path: Path) -> None:
        """What is paid in the north is made there; what is given up, where the jobs of the sectors are."""
        country = scene.write(tmp_path / "country", COUNTRY)
        asked = masks(tmp_path / "masks", io_jobs__csv=JOBS)
        study = economy(*asked, table=country)
        regions = {row["region"]: row for row in study.table("regions").iter_rows(named=True)}
        assert regions["north"]["spending"] > regions["south"]["spending"] > 0
        assert 0 < regions["north"]["lost_jobs_most"] < regions["south"]["lost_jobs_most"]
        assert "delta 0.1 to 0.4" in as_text(*asked, study)

    def test_a_table_with_jobs_of_its_own_keeps_them(self, tmp_path: Path) -> None:
        country = fr.read(scene.write(tmp_path / "country", scene.ECONOMY))
        tables, _ = masks(tmp_path / "masks", io_jobs__csv=JOBS)
        assert accounts_of(country, tables).employment[0, 1] == 6000

    def test_without_any_the_answer_says_what_is_missing(self, tmp_path: Path) -> None:
        asked = masks(tmp_path / "masks")
        study = economy(*asked, table=scene.write(tmp_path / "country", COUNTRY))
        assert "jobs by region are missing. State them in io_jobs.csv" in " ".join(as_text(*asked, study).split())

    def test_a_region_without_jobs_is_named(self, tmp_path: Path) -> None:
        asked = masks(tmp_path / "masks", io_jobs__csv="sector,region,share,source\n*,south,0.6,s1\n")
        study = economy(*asked, table=scene.write(tmp_path / "country", COUNTRY))
        assert study.meta["regions_unknown"] == ["north"]
        assert "Jobs of north, where the plan spends, are stated in no row of io_jobs" in as_text(*asked, study)

    def test_a_sector_of_no_table_is_refused_with_the_nearest(self, tmp_path: Path) -> None:
        asked = masks(tmp_path / "masks", io_jobs__csv=JOBS.replace("goods,", "good,"))
        with pytest.raises(fr.Refused) as refused:
            economy(*asked, table=scene.write(tmp_path / "country", COUNTRY))
        finding = refused.value.findings[0]
        assert (finding.code, finding.nearest) == ("FR882", ("goods",))
        assert (finding.table, finding.key, finding.column) == ("io_jobs", "good|north", "sector")

    def test_a_sector_by_what_it_is_called(self, tmp_path: Path) -> None:
        files = {**COUNTRY, "io_sectors.csv": COUNTRY["io_sectors.csv"].replace("services,Services", "services,Care")}
        asked = masks(tmp_path / "masks", io_map__csv=scene.PLANNED["io_map.csv"].replace("road,services", "road,Care"))
        with pytest.raises(fr.Refused) as refused:
            economy(*asked, table=scene.write(tmp_path / "country", files))
        finding = refused.value.findings[0]
        assert (finding.table, finding.key, finding.nearest) == ("io_map", "lane|road|Care|south", ("services",))
        assert "did you mean `services` (Care)?" in finding.help

    def test_more_than_all_jobs(self, tmp_path: Path) -> None:
        files = {**scene.PLANNED, "io_jobs.csv": "sector,region,share,source\n*,north,0.7,s1\n*,south,0.4,s1\n"}
        assert codes(scene.write(tmp_path / "masks", files)) == {"FR858"}


class TestAnotherCurrency:
    """A crown is half a euro: everything is half of what it would be, and the answer says on what it rests."""

    def asked(self, folder: Path, rate: str) -> tuple[Tables, Plan]:
        toml = scene.PLANNED["scenario.toml"].replace("EUR", "crown") + rate
        return masks(folder, scenario__toml=toml)

    def test_money_is_exchanged(self, tmp_path: Path) -> None:
        country = scene.write(tmp_path / "country", COUNTRY)
        asked = self.asked(tmp_path / "masks", "io_exchange = 0.5\n")
        half, whole = economy(*asked, table=country, samples=8), economy(*masks(tmp_path / "euro"), table=country)
        assert half.meta["spent"] == pytest.approx(whole.meta["spent"] / 2, rel=1e-9)
        assert half.meta["gained"]["output"] == pytest.approx(whole.meta["gained"]["output"] / 2, rel=1e-9)
        bands = half.table("total_bands").filter(pl.col("measure") == "spending")
        assert bands["p50"].item() == pytest.approx(half.meta["spent"], rel=1e-6)
        assert "Assumed: one crown is 0.5 EUR (io_exchange)" in as_text(*asked, half)

    def test_without_a_rate_it_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(fr.Refused) as refused:
            economy(*self.asked(tmp_path / "masks", ""), table=scene.write(tmp_path / "country", COUNTRY))
        assert {finding.code for finding in refused.value.findings} == {"FR881"}
        assert "io_exchange" in (refused.value.findings[0].help or "")
