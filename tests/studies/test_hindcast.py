"""The record: what it must hold, on the records that come with the program and on any others."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from forecast.places import PROMISE, PUMPS, SHARED, record, shared
from fullrate.forecast import read_cases, shipped, variants
from fullrate.results import Study
from fullrate.studies.hindcast import OURS, hindcast
from fullrate.tables.check.surge import check_surge
from fullrate.tables.surge import read_surge


@pytest.fixture(scope="module")
def found() -> Study:
    return hindcast(shipped())


def mean(study: Study, measure: str, forecaster: str = OURS) -> float:
    rows = study.table("summary").filter(
        (pl.col("over") == "headline") & (pl.col("measure") == measure) & (pl.col("forecaster") == forecaster)
    )
    return float(rows["mean"][0])


def test_the_records_that_come_with_the_program_are_clean() -> None:
    for surge in shipped():
        assert read_surge(surge.folder)[1] + check_surge(surge) == []


def test_every_case_is_shown_and_every_promise_is_replayed(found: Study) -> None:
    table = found.table("promises")
    assert set(table["slug"]) == {surge.case.slug for surge in shipped()}
    assert table["headline"].sum() == found.meta["cases"] == 21
    assert found.meta["kept"] == 4  # the record as its readers counted it
    assert found.table("left_out").is_empty()


def test_it_is_better_than_the_announcement_and_no_worse_than_the_class(found: Study) -> None:
    for measure in ("crps_share", "crps_ratio"):
        assert mean(found, measure) < min(mean(found, measure, "B1"), mean(found, measure, "B2"))
        skill = found.table("skill").filter((pl.col("measure") == measure) & (pl.col("baseline") == "B4"))
        assert skill["high"][0] > 0  # not worse beyond noise
    low, high = found.meta["band_80"]
    assert low <= found.meta["hits_80"] <= high


def test_the_last_variant_on_file_is_the_model(found: Study) -> None:
    last = variants()[-1]
    assert int(last["scored"]) == found.meta["scored"]
    assert int(last["hits_80"]) == found.meta["hits_80"]
    for measure in ("crps_share", "crps_ratio", "brier"):
        assert float(last[measure]) == pytest.approx(mean(found, measure), abs=6e-5)
    again = found.table("updated")
    assert (int(last["updated"]), int(last["hits_updated"])) == (again["cases"].sum(), again["hits_80"].sum())
    crps = (again["cases"] * again["crps_share"]).sum() / again["cases"].sum()
    assert float(last["crps_updated"]) == pytest.approx(crps, abs=6e-5)
    assert [one["variant"] for one in variants()] == [str(place + 1) for place in range(len(variants()))]


def test_the_announcement_at_face_value_is_scored_by_its_error(found: Study) -> None:
    """B1 is a point, so its mean CRPS is the mean absolute logarithm of what came."""
    heads = found.table("promises").filter("headline")
    wanted = heads["share"].drop_nulls().clip(0.01).log().abs().mean()
    assert mean(found, "crps_share", "B1") == pytest.approx(wanted)


def test_cases_are_drawn_as_a_whole(found: Study) -> None:
    """Over all promises a case still counts once: the mean of its means."""
    scores = found.table("scores").filter((pl.col("measure") == "crps_share") & (pl.col("forecaster") == OURS))
    by_case = scores.group_by("slug").agg(pl.col("score").mean())["score"].mean()
    told = found.table("summary").filter((pl.col("over") == "all") & (pl.col("measure") == "crps_share"))
    assert told.filter(pl.col("forecaster") == OURS)["mean"][0] == pytest.approx(by_case)


def test_the_same_seed_says_the_same(found: Study) -> None:
    assert hindcast(shipped()).table("scores").equals(found.table("scores"))


@shared
def test_the_full_records_score_as_the_shipped_ones(found: Study) -> None:
    """Three of the shipped records are excerpts; with their full series nothing moves by more than noise."""
    full = hindcast([surge for surge, _ in read_cases(SHARED / "surges")])
    assert full.meta["cases"] == found.meta["cases"]
    for measure in ("crps_share", "crps_ratio", "brier"):
        assert mean(full, measure) == pytest.approx(mean(found, measure), abs=0.005)


def rows_of(file: Path) -> list[list[str]]:
    with open(file, encoding="utf-8", newline="") as text:
        return list(csv.reader(text))


@shared
def test_shipped_rows_are_rows_of_the_full_records() -> None:
    excerpts = {"italy-covid-vaccine-2021", "uk-covid-tests-2020", "uk-covid-vaccination-2021"}
    for surge in shipped():
        whole = SHARED / "surges" / surge.case.slug
        for name in ("announced.csv", "actual.csv", "sources.csv"):
            ours, theirs = (rows_of(place / name) for place in (Path(surge.folder), whole))
            if (surge.case.slug, name) == ("italy-covid-vaccine-2021", "actual.csv"):
                continue  # sums since the start of the year
            assert [row for row in ours if row not in theirs] == []
            assert surge.case.slug in excerpts or ours == theirs


STRANGE = {
    "no quantity": (PUMPS.replace("target_quantity = 1000\n", ""), PROMISE.replace(",1000,", ",,"), ""),
    "no date": (PUMPS.replace('target_date = "2022-01-01"\n', ""), PROMISE.replace("2022-01-01", ""), ""),
    "no actuals": (PUMPS, PROMISE, ""),
    "no class": (
        PUMPS.replace('product_kind = "new product or plant"\n', ""),
        PROMISE,
        "2022-03-01,month,500,pumps,1,s1,,\n",
    ),
    "unknown class": (PUMPS.replace("new product or plant", "magic"), PROMISE, ""),
    "no headline": (PUMPS.split("[headline]")[0], PROMISE, "2022-03-01,month,500,pumps,1,s1,,\n"),
    "wrong index": (PUMPS.replace("index = 0", "index = 7"), PROMISE, "2022-03-01,month,500,pumps,1,s1,,\n"),
    "odd unit": (
        PUMPS.replace('"pumps"', '"kt CO2-eq per (a)"').replace("cumulative", "rate"),
        "2021-01-01,,1e-3,kt CO2-eq per (a),2022-01-01,rate,,\n",
        "2021-12-01,half,-4,kt CO2-eq per (a),0,,returns,\n2022-05-01,half,3,kt CO2-eq per (a),0,,,\n",
    ),
    "kept before it was promised": (
        PUMPS,
        PROMISE,
        "2020-06-01,month,1,pumps,1,s1,,\n2020-12-01,month,5000,pumps,1,s1,,\n",
    ),
    "nothing ever came": (PUMPS, PROMISE, "2021-06-01,month,0,pumps,1,s1,,\n2023-06-01,month,0,pumps,1,s1,,\n"),
    "there already": (
        PUMPS.replace('count_from = "2021-01-01"', ""),
        PROMISE,
        "2020-06-01,month,990,pumps,1,s1,,\n2022-06-01,month,1001,pumps,1,s1,,\n",
    ),
    "a day's promise": (PUMPS.replace("2022-01-01", "2021-01-02"), PROMISE.replace("2022-01-01", "2021-01-02"), ""),
    "only later": (PUMPS, PROMISE, "2030-06-01,month,700,pumps,1,s1,,\n"),
    "announced after its date": (PUMPS, "2023-01-01,x,10,pumps,2022-01-01,cumulative,s1,\n", ""),
    "broken toml": ("slug = ", PROMISE, ""),
}


@pytest.mark.parametrize("name", STRANGE)
def test_no_record_is_too_strange(name: str, tmp_path: Path) -> None:
    case, announced, actual = STRANGE[name]
    record(tmp_path / "strange", case, announced, actual)
    record(tmp_path / "plain", PUMPS, PROMISE, "2022-03-01,month,500,pumps,1,s1,,\n")
    surges = [surge for surge, _ in read_cases(tmp_path)]
    study = hindcast(surges)
    seen = set(study.table("promises")["slug"].to_list()) | set(study.table("left_out")["slug"].to_list())
    slugs = {surge.case.slug for surge in surges}
    assert seen == (slugs if len(slugs) == 2 else {"pumps (plain)", "pumps (strange)"})
    assert study.table("scores")["score"].is_finite().all()


def test_a_folder_of_nothing_but_records_without_a_promise(tmp_path: Path) -> None:
    case, announced, actual = STRANGE["no date"]
    record(tmp_path / "a", case, announced, actual)
    study = hindcast([surge for surge, _ in read_cases(tmp_path)])
    assert study.meta["cases"] == 0
    assert study.table("left_out")["why"].to_list() == ["no promise has a quantity and a date after its announcement"]
