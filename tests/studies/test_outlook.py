"""Outlooks: what they must say of any record on any day, and that their parts agree with each other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from forecast.places import PROMISE, PUMPS, record
from fullrate.findings import Refused
from fullrate.forecast import find_case, promises, shipped
from fullrate.report.outlook import as_text, sentences
from fullrate.studies.outlook import Asked, outlook, warnings
from fullrate.tables.surge import read_surge

SLUGS = [surge.case.slug for surge in shipped()]


@pytest.mark.parametrize("slug", SLUGS)
def test_an_outlook_holds_together_on_any_day(slug: str) -> None:
    surge = find_case(slug)
    made = sorted(one.announced_on for one in promises(surge) if one.announced_on)
    for day in (made[0], made[-1] + timedelta(days=40), made[-1] + timedelta(days=900)):
        study = outlook(surge, day)
        row = study.table("forecast").row(0, named=True)
        quantities = [row[f"quantity_p{q}"] for q in (10, 25, 50, 75, 90)]
        days = [row[f"day_p{q}"] or date.max for q in (10, 25, 50, 75, 90)]
        assert quantities == sorted(quantities)
        assert days == sorted(days)
        assert 0 <= row["odds_held_by_due"] <= row["odds_by_due"] <= 1
        assert 0 <= row["odds_never"] <= 0.6
        curve = study.table("curve")
        assert all((curve[name].diff().drop_nulls() >= -1e-6).all() for name in ("p10", "p50", "p90"))
        assert f"outlook as of {day}" in as_text(study)
        assert "odds" not in as_text(study).lower() or "samples" in as_text(study)


def test_a_natural_frequency_is_never_surer_than_the_odds() -> None:
    """Odds between 0 and 1 are never told as none or as all: 97 % is not 10 of 10."""
    study = outlook(find_case("us-155mm-2022"), date(2024, 6, 1))
    table = study.table("forecast")
    for odds in (0.97, 0.996, 0.31, 0.06, 0.004):
        given = replace(study, tables={**study.tables, "forecast": table.with_columns(odds_by_due=pl.lit(odds))})
        told = re.findall(r"or (\d+) of (\d+)", " ".join(sentences(given)))
        part, of = (int(one) for one in told[0])
        assert 0 < part < of
        assert abs(part / of - odds) <= min(odds, 1 - odds) / 8


def test_cases_behind_it_that_ended_later_are_counted_and_said() -> None:
    old, new = outlook(find_case("eagle-boats-1918")), outlook(find_case("us-155mm-2022"), date(2030, 1, 1))
    assert old.meta["later_cases"] == old.meta["cases"] > 0
    assert "not what could have been said then" in " ".join(as_text(old).split())
    assert new.meta["later_cases"] == 0
    assert "could have been said then" not in " ".join(as_text(new).split())


def test_odds_rise_with_the_day_and_fall_with_the_quantity() -> None:
    surge, day = find_case("us-155mm-2022"), date(2024, 6, 1)
    days = (date(2025, 1, 1), date(2026, 1, 1), date(2028, 1, 1))
    odds = [
        [outlook(surge, day, Asked(quantity, by)).meta["asked"]["odds"] for by in days]
        for quantity in (40000, 70000, 100000)
    ]
    for row in odds:
        assert row == sorted(row)
    for column in zip(*odds, strict=True):
        assert list(column) == sorted(column, reverse=True)


def test_a_question_about_the_promise_is_answered_like_the_promise() -> None:
    surge, day = find_case("covax-2021"), date(2021, 7, 1)
    study = outlook(surge, day, Asked(2e9, date(2021, 12, 31)))
    row = study.table("forecast").row(0, named=True)
    assert study.meta["asked"]["odds"] == pytest.approx(row["odds_by_due"], abs=1e-9)
    when = outlook(surge, day, Asked(quantity=2e9)).meta["asked"]
    assert when["day_p50"] == row["day_p50"].isoformat()
    amount = outlook(surge, day, Asked(by=date(2021, 12, 31))).meta["asked"]
    assert amount["p50"] == pytest.approx(row["quantity_p50"])


def test_promises_of_the_same_thing_never_contradict_each_other() -> None:
    """The later and the smaller promise has the better odds: all are read from the same curves."""
    study = outlook(find_case("covax-2021"), date(2021, 9, 20))
    ahead = study.table("promises").filter(study.table("promises")["due"] > date(2021, 9, 20))
    rows = [(one["quantity"], one["due"], one["odds_by_due"]) for one in ahead.iter_rows(named=True)]
    main = study.table("forecast").row(0, named=True)
    rows.append((main["quantity"], main["due"], main["odds_by_due"]))
    for quantity, due, odds in rows:
        for more, earlier, other in rows:
            if quantity <= more and due >= earlier:
                assert odds >= other


def test_what_is_known_is_said_as_known() -> None:
    study = outlook(find_case("india-ujjwala-2016"), date(2018, 9, 1))
    row = study.table("forecast").row(0, named=True)
    assert row["day_p10"] == row["day_p90"] == date(2018, 8, 3)
    assert row["odds_by_due"] == 1.0
    assert "it was there, in time: on 2018-08-03" in as_text(study)
    late = outlook(find_case("airbus-a380-2006"), date(2011, 6, 1))
    assert late.table("forecast")["quantity_p50"][0] == pytest.approx(41)
    assert "it was not kept" in as_text(late)


def test_actuals_move_an_outlook(tmp_path: Path) -> None:
    """Half in half of the time makes the promise likelier, nothing in half of the time less likely."""
    half, none = "2021-07-01,month,500,pumps,1,s1,,\n", "2021-07-01,month,0,pumps,1,s1,,\n"
    odds = {}
    for name, rows in (("without", ""), ("half", half), ("none", none)):
        surge = record(tmp_path / name, PUMPS, PROMISE, rows)
        odds[name] = outlook(surge, date(2021, 7, 20)).table("forecast")["odds_by_due"][0]
    assert odds["none"] < odds["without"] < odds["half"]


def test_before_any_announcement() -> None:
    with pytest.raises(Refused) as refused:
        outlook(find_case("us-155mm-2022"), date(2022, 6, 1))
    assert [finding.code for finding in refused.value.findings] == ["FR804"]
    assert refused.value.findings[0].row == 2


def test_nothing_promised_and_nothing_invented(tmp_path: Path) -> None:
    file = tmp_path / "reserve.toml"
    file.write_text('title = "Masks"\nproduct_kind = "stock of goods"\n', "utf-8")
    surge, findings = read_surge(file)
    assert not [one for one in findings if one.code != "FR809"]
    study = outlook(surge, date(2026, 3, 1))
    assert study.table("forecast").is_empty()
    assert study.table("curve").is_empty()
    assert "None is invented" in as_text(study)
    assert [finding.code for finding in warnings(study)] == ["FR805"]
    asked = outlook(surge, date(2026, 3, 1), Asked(1e6, date(2026, 6, 30)))
    assert "Asked, not promised: 1 million by 2026-06-30." in as_text(asked)
    assert asked.table("forecast")["odds_by_due"][0] > 0


def test_the_number_of_variants_is_printed() -> None:
    study = outlook(find_case("n95-3m-2020"))
    assert f"Model variants ever scored on these cases: {study.meta['variants']}." in " ".join(as_text(study).split())
    assert warnings(study) == []


LATER = (
    "2021-03-01,the works,1000,pumps,2022-01-01,cumulative,s1,the same again\n"
    "2021-06-01,the works,400,pumps,2022-01-01,cumulative,s1,\n"
    "2021-06-01,the works,1000,pumps,2022-09-01,cumulative,s1,\n"
)


def test_revised_figures_move_the_forecast_and_a_repetition_does_not(tmp_path: Path) -> None:
    surge = record(tmp_path / "pumps", PUMPS, PROMISE + LATER)
    alone = record(tmp_path / "alone", PUMPS, PROMISE)
    for day in (date(2021, 1, 1), date(2021, 3, 2), date(2021, 5, 31)):  # nothing new yet
        mine, theirs = (outlook(one, day).table("forecast") for one in (surge, alone))
        assert mine.equals(theirs)
    told, silent = (outlook(one, date(2021, 6, 1)) for one in (surge, alone))
    assert told.meta["revised"]["quantity"] == 400  # of two on one day the one due nearest to the first
    assert silent.meta["revised"] is None
    spread = [
        one.table("forecast")["quantity_p90"][0] - one.table("forecast")["quantity_p10"][0] for one in (told, silent)
    ]
    assert spread[0] < spread[1]
    assert told.table("forecast")["quantity_p50"][0] < 400
    assert "Revised: 400 pumps by 2022-01-01, said on 2021-06-01 by the works." in " ".join(as_text(told).split())
