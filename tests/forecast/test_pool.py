"""Two views of one promise: the pool by arithmetic, and what a plan says of a promise on a scene that can be counted.

A press makes ten pumps a day for a depot next door that wants a hundred, from 2 January 2021 on.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fullrate as fr
from forecast.places import PUMPS, record
from fullrate.findings import Refused
from fullrate.forecast.inside import Behind, Inside, inside
from fullrate.forecast.known import Known, known_on, promises
from fullrate.forecast.pool import FAR_APART, apart, pool
from fullrate.report.outlook import as_text
from fullrate.studies.outlook import outlook
from fullrate.tables.surge import read_surge

SHARES = st.lists(st.floats(0.1, 10), min_size=1, max_size=40)
PROMISE = "2021-01-01,the works,{},pumps,{},{},s1,\n"


def test_the_pool_of_two_is_the_mean_of_their_odds() -> None:
    both = pool([0.5, 2.0], [1.0, 1.0, 1.0, 4.0])
    assert both.below(1.0) == pytest.approx((0.5 + 0.75) / 2)
    assert both.quantile(0.25) == 0.5
    assert both.quantile(0.26) == 1.0
    assert pool([1.0, np.inf], [2.0]).quantile(0.9) == np.inf
    assert pool([1.0], [2.0], weight=0.25).below(1.0) == pytest.approx(0.25)


def test_shift_and_width_are_of_the_logarithm() -> None:
    moved = pool([1.0], [4.0], shift=np.log(2.0), widen=0.5)
    assert moved.value.tolist() == pytest.approx([2.0, 4.0])  # 2 * 1 ** 0.5, 2 * 4 ** 0.5


@given(SHARES, SHARES, st.floats(0, 1))
def test_a_pool_lies_between_its_views(inner: list[float], outer: list[float], weight: float) -> None:
    both = pool(inner, outer, weight)
    odds = [float((np.array(one) <= 1).mean()) for one in (inner, outer)]
    assert min(odds) - 1e-9 <= both.below(1.0) <= max(odds) + 1e-9
    assert both.weight.sum() == pytest.approx(1.0)
    assert (np.diff(both.value) >= 0).all()


def test_what_a_large_disagreement_is() -> None:
    early, late = np.linspace(0.8, 1.2, 101), np.linspace(2.0, 3.0, 101)
    assert apart(early, late) == ["odds", "ranges"]
    assert apart(early, early * 1.01) == []
    assert FAR_APART < 0.5


def scene(**more: Any) -> fr.Tables:
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "pump"}],
        "sites": [{"site": "works"}],
        "processes": [{"process": "press", "site": "works", "item": "pump", "max_rate": 10}],
        "recipients": [{"recipient": "depot", "site": "works"}],
        "needs": [{"need": "order", "recipient": "depot", "item": "pump", "qty": 100}],
    }
    config: dict[str, Any] = {"name": "pumps", "currency": "EUR", "start": "2021-01-02", "period_d": 1}
    config |= {"periods": 30, "stages": ["time"], "samples": 16, "replicates": 4}
    return fr.Tables.from_rows(config | more.pop("config", {}), rows | more)


def asked(folder: Path, quantity: float = 100, due: str = "2021-01-21", what: str = "cumulative", **more: Any) -> Known:
    case = PUMPS.replace("1000", str(quantity)).replace("2022-01-01", due).replace('"cumulative"', f'"{what}"')
    unit = "pumps/week" if what == "rate" else "pumps"
    promise = PROMISE.format(quantity, due, what).replace(",pumps,", f",{unit},")
    surge = record(folder, case.replace('"pumps"', f'"{unit}"'), promise, more.get("actual", ""))
    return known_on(surge, promises(surge)[0], more.get("day", date(2021, 1, 2)))


def view(known: Known, tables: fr.Tables, need: str = "") -> Inside:
    return inside(known, Behind(tables, fr.plan(tables, tests=False), "RUN", need))


def test_a_plan_without_luck_keeps_its_day(tmp_path: Path) -> None:
    """A hundred at ten a day from day 1 (2 January): there after eleven days of twenty; all of it at the date."""
    found = view(asked(tmp_path), scene())
    assert found.ratio == pytest.approx(np.full(16, 11 / 20))
    assert found.share == pytest.approx(np.ones(16))
    half = view(asked(tmp_path, 50), scene())
    assert half.ratio == pytest.approx(np.full(16, 6 / 20))


def test_what_was_counted_before_the_plan_is_added(tmp_path: Path) -> None:
    """Forty were there on 2 January: sixty more take six days."""
    actual = "2021-01-02,day,40,pumps,1,s1,,2021-01-02\n"
    found = view(asked(tmp_path, 100, actual=actual), scene())
    assert found.before == 40
    assert found.ratio == pytest.approx(np.full(16, 7 / 20))


def test_a_rate_is_the_mean_of_its_period(tmp_path: Path) -> None:
    """Seventy a week are there when the press has run for a week; at the date, days after the last, none is made."""
    found = view(asked(tmp_path, 70, "2021-01-31", "rate"), scene())
    assert found.ratio == pytest.approx(np.full(16, 8 / 30))
    assert found.share == pytest.approx(np.zeros(16))


def test_a_rate_per_no_period_is_refused(tmp_path: Path) -> None:
    known = asked(tmp_path, 70, "2021-01-31", "rate")
    hourly = replace(known, promise=replace(known.promise, unit="pumps/hour"))
    with pytest.raises(Refused) as refused:
        view(hourly, scene())
    assert [one.code for one in refused.value.findings] == ["FR813"]


def test_executions_that_lie_near_the_count_are_kept(tmp_path: Path) -> None:
    """The rate is drawn between half and all of ten a day; 25 were counted after four days: about six a day."""
    drawn = [{"table": "processes", "key": "press", "column": "max_rate", "dist": "uniform", "low": 5, "high": 10}]
    tables = scene(uncertainty=drawn, config={"samples": 256})
    actual = "2021-01-06,day,25,pumps,1,s1,,2021-01-06\n"
    before = view(asked(tmp_path, 100), tables)
    after = view(asked(tmp_path, 100, actual=actual, day=date(2021, 1, 6)), tables)
    assert np.median(after.ratio) == pytest.approx((1 + 100 / 6.25) / 20, rel=0.03)
    assert np.ptp(np.quantile(after.ratio, [0.1, 0.9])) < np.ptp(np.quantile(before.ratio, [0.1, 0.9])) / 2
    assert after.actual == date(2021, 1, 6)


@pytest.mark.parametrize(
    ("known", "config", "need", "code"),
    [
        ({}, {}, "ordr", "FR813"),
        ({"quantity": 200}, {}, "", "FR814"),
        ({"due": "2021-06-01"}, {}, "", "FR815"),
        ({}, {"as_of": "2021-02-01"}, "", "FR404"),
        ({}, {"coverage": "serviceable"}, "", "FR714"),
    ],
)
def test_what_does_not_fit_is_refused(
    known: dict[str, Any], config: dict[str, Any], need: str, code: str, tmp_path: Path
) -> None:
    tables = scene(config=config) if "coverage" not in config else scene()
    plan = fr.plan(tables, tests=False)
    if "coverage" in config:
        tables = scene(config=config, reliability=[{"item": "pump", "mtbf_d": 100}])
    with pytest.raises(Refused) as refused:
        inside(asked(tmp_path, **known), Behind(tables, plan, "RUN", need))
    assert refused.value.findings[0].code == code
    assert refused.value.findings[0].help


def test_both_views_stand_beside_the_pool(tmp_path: Path) -> None:
    tables = scene()
    plan = fr.plan(tables, tests=False)
    known = asked(tmp_path)
    assert known.promise.complete

    study = outlook(read_surge(tmp_path)[0], date(2021, 1, 2), behind=Behind(tables, plan, "RUN"))
    views = {one["view"]: one for one in study.table("views").iter_rows(named=True)}
    odds = [views[name]["odds_by_due"] for name in ("outside", "inside", "pool")]
    assert odds[2] == pytest.approx((odds[0] + odds[1]) / 2)
    assert odds[1] == 1.0
    assert views["outside"]["odds_by_due"] == pytest.approx(study.table("forecast")["odds_by_due"][0])
    assert "odds" in study.meta["pool"]["apart"]

    said = " ".join(as_text(study).split())
    assert "The two views disagree" in said
    assert "0 pooled forecasts have been scored" in said


def test_what_is_over_is_not_pooled(tmp_path: Path) -> None:
    tables = scene()
    asked(tmp_path)

    with pytest.raises(Refused) as refused:
        outlook(read_surge(tmp_path)[0], date(2021, 3, 1), behind=Behind(tables, fr.plan(tables, tests=False)))
    assert refused.value.findings[0].code == "FR816"
