"""Nothing that came later changes a byte of a forecast, and the test would notice if it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from fullrate.forecast import forecast, known_on, promises, shipped
from fullrate.forecast import known as module
from fullrate.forecast.baselines import baselines
from fullrate.forecast.classes import reference
from fullrate.forecast.known import PUBLISHED_D, Promise
from fullrate.tables.surge import Surge

SEVERAL = ("us-155mm-2022", "f35-annual-deliveries", "covax-2021", "india-solar-100gw-2015", "tesla-model3-2017")


def said(surge: Surge, promise: Promise, as_of: date) -> bytes:
    """Every byte of what is forecast of a promise on a day, by the model and by the baselines."""
    known = known_on(surge, promise, as_of)
    made = forecast(known, samples=200)
    parts = [made.share, made.ratio, made.sustained, made.weight, made.ramps.at(1.3)]
    for other in baselines(known, reference()).values():
        parts += [] if other is None else [other.share, other.ratio]
    return b"".join(part.tobytes() for part in parts)


def later(as_of: date) -> pl.Expr:
    known = pl.col("reported").fill_null(pl.col("period_end") + timedelta(days=PUBLISHED_D))
    return known > as_of


def deleted(surge: Surge, as_of: date) -> Surge:
    """The record without any row that was not known on a day."""
    actual, announced = surge.frames["actual"], surge.frames["announced"]
    frames = {"actual": actual.filter(~later(as_of)), "announced": announced.filter(pl.col("announced_on") <= as_of)}
    return replace(surge, frames={**surge.frames, **frames})


def altered(surge: Surge, as_of: date) -> Surge:
    """The record with every later row, and every key that knows the outcome, changed."""
    actual, announced = surge.frames["actual"], surge.frames["announced"]
    worse = pl.when(later(as_of)).then(pl.col("quantity") * 7 + 1).otherwise(pl.col("quantity"))
    more = pl.col("announced_on") > as_of
    frames = {
        "actual": actual.with_columns(worse.alias("quantity")),
        "announced": announced.with_columns(
            pl.when(more).then(5.0).otherwise(pl.col("target_quantity")).alias("target_quantity")
        ),
    }
    case = replace(
        surge.case,
        series_alt="something else",
        demand_limited_from=date(1900, 1, 1),
        target_after_scope_cut=1.0,
        note="it failed",
        licence_note=None,
        title=surge.case.title,
    )
    return replace(surge, case=case, frames={**surge.frames, **frames})


def same(surge: Surge, promise: Promise, as_of: date) -> bool:
    found = said(surge, promise, as_of)
    for change in (deleted, altered):
        other = change(surge, as_of)
        match = next(one for one in promises(other) if replace(one, row=0) == replace(promise, row=0))
        if said(other, match, as_of) != found:
            return False
    return True


@pytest.mark.parametrize("slug", [surge.case.slug for surge in shipped()])
def test_nothing_later_changes_a_headline(slug: str) -> None:
    surge = next(one for one in shipped() if one.case.slug == slug)
    promise = next(one for one in promises(surge) if one.headline)
    assert promise.announced_on is not None
    assert promise.due is not None
    for days in (0, (promise.due - promise.announced_on).days // 2, (promise.due - promise.announced_on).days + 200):
        assert same(surge, promise, promise.announced_on + timedelta(days=days))


@pytest.mark.parametrize("slug", SEVERAL)
def test_nothing_later_changes_any_promise(slug: str) -> None:
    surge = next(one for one in shipped() if one.case.slug == slug)
    for promise in promises(surge):
        assert promise.announced_on is not None
        assert same(surge, promise, promise.announced_on)


def test_a_leak_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeded faults: actuals of any day, and actuals one day early."""
    surge = next(one for one in shipped() if one.case.slug == "us-155mm-2022")
    promise = next(one for one in promises(surge) if one.headline)
    honest = module._reported
    assert promise.announced_on is not None
    day = promise.announced_on + timedelta(days=PUBLISHED_D - 1)  # the 28,000 of 15 September are known tomorrow
    assert same(surge, promise, day)
    for fault in (lambda rows, as_of: honest(rows, None),
                  lambda rows, as_of: honest(rows, as_of and as_of + timedelta(days=1))):  # fmt: skip
        monkeypatch.setattr(module, "_reported", fault)
        assert not same(surge, promise, day)


def test_no_case_is_its_own_reference() -> None:
    """Leave one programme out: neither the case nor its sisters are behind a forecast."""
    for surge in shipped():
        promise = next(one for one in promises(surge) if one.headline)
        assert promise.announced_on is not None
        made = forecast(known_on(surge, promise, promise.announced_on), samples=50)
        assert not {one.programme for one in made.cases} & {surge.case.programme}
        assert surge.case.slug not in {one.slug for one in made.cases}
    vaccines = [one for one in shipped() if one.case.programme == "covid vaccines"]
    assert len(vaccines) == 4


def test_a_class_that_was_not_known_then_is_not_read() -> None:
    surge = next(one for one in shipped() if one.case.slug == "n95-3m-2020")
    promise = next(one for one in promises(surge) if one.headline)
    hidden = replace(surge, case=replace(surge.case, class_known_at_announcement=False))
    assert promise.announced_on is not None
    known = [known_on(one, promise, promise.announced_on) for one in (surge, hidden)]
    assert [one.kind for one in known] == ["mature product, existing lines", None]


def test_a_record_from_elsewhere_is_left_out_with_its_sisters() -> None:
    """The same slug in a folder of the reader's, which does not know the programme, leaves it out as well."""
    surge = next(one for one in shipped() if one.case.slug == "covax-2021")
    stranger = replace(surge, case=replace(surge.case, programme="covax-2021"))
    promise = next(one for one in promises(stranger) if one.headline)
    assert promise.announced_on is not None
    made = forecast(known_on(stranger, promise, promise.announced_on), samples=50)
    assert "az-eu-2021" not in {one.slug for one in made.cases}
