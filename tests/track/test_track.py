"""Tracking: dates of small scenes are arithmetic; what must hold of any; seeded faults that must be seen.

A press makes ten kits a day for a depot next door that wants a hundred: done on day 10.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.case import derive
from fullrate.findings import Refused
from fullrate.forecast import find_case
from fullrate.report.track import any_text, as_text
from fullrate.results import Study
from fullrate.studies.track import follow, track, warnings
from fullrate.studies.track.reported import path, reports
from fullrate.tables.check import check

START = date(2030, 1, 1)


def scene(actuals: list[dict[str, Any]], **more: Any) -> fr.Tables:
    rows: dict[str, Any] = {
        "items": [{"item": "kit"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 100}],
        "actuals": actuals,
    }
    config: dict[str, Any] = {"name": "kits", "currency": "EUR", "start": START.isoformat(), "period_d": 1, "tail": 0}
    config |= {"periods": 20, "stages": ["time"]} | more.pop("config", {})
    return fr.Tables.from_rows(config, rows | more)


def said(measure: str, key: str, day: int, value: float, **more: Any) -> dict[str, Any]:
    return {"measure": measure, "key": key, "date": on(day).isoformat(), "value": value, **more}


def on(day: int) -> date:
    return START + timedelta(days=day)


def tracked(tables: fr.Tables, **how: Any) -> Study:
    plan = fr.plan(replace(tables, frames={**tables.frames, "actuals": tables.frames["actuals"].clear()}), tests=False)
    return track(tables, plan, **how)


def now(study: Study) -> date | None:
    found: date | None = study.table("dates").filter(pl.col("coverage") == 1.0)["now"][0]
    return found


@pytest.mark.parametrize(
    ("reported", "done"),
    [
        ([said("made", "press", 4, 40)], 10),  # as planned
        ([said("made", "press", 4, 20)], 12),  # twenty are missing: two days more
        ([said("started", "press", 4, 20)], 12),
        ([said("made", "kit", 4, 20)], 12),
        ([said("delivered", "order", 4, 20), said("stock", "works|kit", 4, 0)], 12),  # twenty were lost
        ([said("delivered", "order", 4, 20)], 10),  # made, but not handed over: they lie there
        ([said("made", "press", 4, 60), said("delivered", "order", 4, 60)], 8),
        ([said("made", "press", 2, 10)], 12),  # half of the plan by day 2, and so by day 4
    ],
)
def test_the_date_from_where_things_stand(reported: list[dict[str, Any]], done: int) -> None:
    study = tracked(scene(reported), as_of=on(4))
    assert now(study) == on(done)
    assert study.table("causes")["days"].sum() == pytest.approx(done - 10)


def test_a_gate_that_is_late_and_people_who_left() -> None:
    """Planned to pass on day 2, passed on day 6; half of the crew has left by then: ten more at five a day."""
    gated = [{"process": "press", "site": "works", "item": "kit", "gate": "trial"}]
    more: dict[str, Any] = {"gates": [{"gate": "trial", "duration_d": 2}], "processes": gated}
    more |= {"pools": [{"pool": "crew", "heads": 10, "hours": 1, "quit": 0}]}
    more |= {"resources": [{"resource": "line", "capacity": 1000, "pool": "crew"}]}
    more |= {"uses": [{"user": "press", "resource": "line", "qty": 1}], "config": {"periods": 40}}
    late = [said("gate", "trial", 6, 1), said("started", "press", 6, 0)]
    study = tracked(scene(late, **more), as_of=on(6))
    assert now(study) == on(16)
    gone = tracked(scene([*late, said("heads", "crew", 6, 5)], **more), as_of=on(6))
    assert now(gone) == on(26)
    rows = {one["cause"]: one["days"] for one in gone.table("causes").iter_rows(named=True)}
    assert rows["heads crew"] >= 8
    assert sum(rows.values()) == pytest.approx(26 - 12)


def test_plan_and_actual_and_how_far_behind() -> None:
    study = tracked(scene([said("made", "press", 5, 30), said("delivered", "depot", 5, 50)]), as_of=on(6))
    rows = {one["measure"]: one for one in study.table("against").iter_rows(named=True)}
    assert (rows["made"]["plan"], rows["made"]["share"], rows["made"]["behind_d"]) == (50, 0.6, pytest.approx(2))
    assert rows["delivered"]["behind_d"] == 0
    assert rows["made"]["alarm"] is None
    assert "nothing here is an alarm" in " ".join(as_text(study).split())


def test_only_what_was_known_is_read() -> None:
    """A later report, and a row of an earlier day that became known later, change no byte."""
    early = [said("made", "press", 4, 20)]
    later = [said("made", "press", 8, 30), said("delivered", "order", 3, 10, reported=on(9).isoformat())]
    one, two = tracked(scene(early), as_of=on(4)), tracked(scene([*early, *later]), as_of=on(4))
    for name in ("against", "dates", "causes", "expected"):
        assert one.table(name).equals(two.table(name))
    assert [found.code for found in warnings(two)] == ["FR817"]
    assert reports(scene([*early, *later]), on(9))[0].value == 30


def test_the_next_forecast_moves_from_the_last_and_scores_it() -> None:
    """Twenty late by day 4: day 12. Ten a day since: still day 12, and nothing moved. The plan was off by 20 of 100."""
    rows = [said("made", "press", 4, 20), said("delivered", "order", 4, 20)]
    first = tracked(scene(rows), as_of=on(4))
    rows += [said("made", "press", 8, 60), said("delivered", "order", 8, 60)]
    second = tracked(scene(rows), as_of=on(8), earlier=[replace(first, meta={**first.meta, "run": "FIRST"})])
    assert now(second) == on(12)
    assert second.table("causes")["days"].to_list() == [0.0] * len(second.table("causes"))
    scores = {one["run"]: one["error"] for one in second.table("forecasts").iter_rows(named=True)}
    assert scores == {"": pytest.approx(0.2), "FIRST": pytest.approx(0.0)}
    assert second.meta["since_as_of"] == on(4).isoformat()


def test_an_alarm_only_outside_the_stated_interval() -> None:
    drawn = [{"table": "processes", "key": "press", "column": "max_rate", "dist": "uniform", "low": 5, "high": 10}]
    tables = scene([said("delivered", "order", 5, 40)], uncertainty=drawn, config={"samples": 256, "replicates": 4})
    plan = fr.plan(tables, tests=False)
    odds = fr.odds(tables, plan)
    inside = track(tables, plan, on(5), odds=odds, causes=0)
    row = inside.table("against").row(0, named=True)
    assert (row["low"], row["high"]) == (pytest.approx(5 * 5.5, abs=0.6), pytest.approx(5 * 9.5, abs=0.6))
    assert row["alarm"] is False
    low = scene([said("delivered", "order", 5, 20)], uncertainty=drawn, config={"samples": 256, "replicates": 4})
    study = track(low, plan, on(5), odds=odds, causes=0)
    assert study.table("against")["alarm"].to_list() == [True]
    assert "Alarm" in as_text(study)


@pytest.mark.parametrize("day", [3, 6, 7, 9])
def test_what_goes_as_planned_is_no_alarm_where_most_executions_do(day: int) -> None:
    """Half of the executions keep up with the plan, so it is the upper end of the interval, in single precision."""
    drawn = [{"table": "processes", "key": "press", "column": "max_rate", "dist": "uniform", "low": 5, "high": 15}]
    how: dict[str, Any] = {"uncertainty": drawn, "config": {"samples": 64, "replicates": 4}}
    tables = scene([said("delivered", "order", day, 10 * day)], **how)
    plan = fr.plan(tables, tests=False)
    row = track(tables, plan, on(day), odds=fr.odds(tables, plan), causes=0).table("against").row(0, named=True)
    assert row["high"] == pytest.approx(10 * day)
    assert row["alarm"] is False


def test_causes_add_up_in_both_orders() -> None:
    rows = [said("made", "press", 4, 30), said("stock", "works|kit", 4, 15), said("delivered", "order", 4, 10)]
    study = tracked(scene(rows), as_of=on(4))
    causes = study.table("causes")
    whole = study.table("dates").filter(pl.col("coverage") == 1.0)["moved_d"][0]
    assert causes["days"].sum() == pytest.approx(whole)
    assert causes["first_d"].sum() == pytest.approx(whole)
    assert causes["last_d"].sum() == pytest.approx(whole)
    few = tracked(scene(rows), as_of=on(4), causes=1).table("causes")
    assert few["days"].sum() == pytest.approx(whole)
    assert len(few) == 3  # planning again, the largest, all else


def test_more_left_than_was_there_is_said() -> None:
    study = tracked(scene([said("made", "press", 4, 10), said("delivered", "order", 4, 35)]), as_of=on(4))
    assert [(one.code, one.key) for one in warnings(study)] == [("FR820", "works|kit")]


@pytest.mark.parametrize(
    ("rows", "day", "code"),
    [
        ([], on(4), "FR821"),
        ([said("made", "press", 4, 20)], on(3), "FR818"),
        ([said("made", "press", 4, 20)], START, "FR819"),
        ([said("made", "press", 4, 20)], on(40), "FR819"),
    ],
)
def test_what_cannot_be_tracked_is_refused(rows: list[dict[str, Any]], day: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        tracked(scene(rows), as_of=day)
    assert [one.code for one in refused.value.findings] == [code]
    assert refused.value.findings[0].help


def test_a_count_that_falls_needs_a_note() -> None:
    fall = [said("made", "press", 3, 20), said("made", "press", 4, 15)]
    assert [one.code for one in check(scene(fall)) if one.table == "actuals" and one.code != "FR501"] == ["FR802"]
    fall[1]["note"] = "five were scrapped"
    assert [one.code for one in check(scene(fall)) if one.table == "actuals" and one.code != "FR501"] == []
    stock = [said("stock", "works|kit", 3, 20), said("stock", "works|kit", 4, 15)]
    assert [one.code for one in check(scene(stock)) if one.code == "FR802"] == []


def test_the_path_of_a_measure_is_what_the_plan_has() -> None:
    tables = scene([])
    plan, case = fr.plan(tables, tests=False), derive(tables, pruned=False)
    for measure, key in (("started", "press"), ("made", "press"), ("made", "kit"), ("delivered", "depot")):
        values = path(tables, case, plan, measure, key)
        assert values is not None
        assert values[[0, 5, 10, 20]].tolist() == pytest.approx([0, 50, 100, 100])


@pytest.mark.parametrize("slug", ["covax-2021", "airbus-a380-2006", "lucid-2022"])
def test_a_promise_is_forecast_again_on_every_announcement(slug: str) -> None:
    surge = find_case(slug)
    study = follow(surge)
    table = study.table("forecasts")
    assert len(table) >= 4
    assert table["as_of"].is_sorted()
    told = table.drop_nulls("moved_d")
    assert (told["actuals_d"] + told["said_d"]).to_list() == pytest.approx(told["moved_d"].to_list())
    days = [0 if one is None else one.toordinal() for one in table["day_p50"].to_list()]
    moves = [b - a for a, b in pairwise(days)]
    assert moves == pytest.approx(table["moved_d"].to_list()[1:])
    assert table["came"].n_unique() == 1
    assert table["inside"].drop_nulls().len() >= 3
    assert f"followed to {study.meta['as_of']}" in any_text(study)


def test_later_rows_change_no_earlier_forecast() -> None:
    surge = find_case("covax-2021")
    whole, cut = follow(surge), follow(surge, date(2021, 7, 12))
    names = ["as_of", "odds_by_due", "quantity_p10", "quantity_p90", "day_p50", "said_odds"]
    assert whole.table("forecasts").select(names).head(5).equals(cut.table("forecasts").select(names))


def test_before_the_promise_nothing_is_followed() -> None:
    with pytest.raises(Refused) as refused:
        follow(find_case("covax-2021"), date(2020, 1, 1))
    assert refused.value.findings[0].code == "FR804"


def test_the_headline_stands_on_its_own_day_and_what_was_said_with_it_is_said() -> None:
    """120 million by March and 300 million by June were promised in one contract; the first is followed."""
    study = follow(find_case("az-eu-2021"))
    first = study.table("forecasts").row(0, named=True)
    assert (first["said_quantity"], first["said_due"]) == (120e6, date(2021, 3, 31))
    assert first["said_odds"] == pytest.approx(first["odds_by_due"])
    text = " ".join(any_text(study).split())
    assert "Said on the same day: 300 million by 2021-06-30." in text
    three = " ".join(any_text(follow(find_case("us-155mm-2022"))).split())
    assert "60,000 by 2024-10-31; 75,000 by 2025-04-30; 100,000 by 2025-10-31" in three


def test_cases_that_ended_later_are_said() -> None:
    """A boat of 1918 has nothing but later cases behind it."""
    study = follow(find_case("eagle-boats-1918"))
    assert study.meta["later_cases"] == study.meta["cases"] > 0
    assert "not what could have been said on each day" in " ".join(any_text(study).split())
