"""Class history for a scenario knows nothing that came later, and nothing of the programme itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

import fullrate as fr
from e2e.commandline import answer
from forecast.test_leak import altered, deleted
from fullrate.cli.frame import plain
from fullrate.findings import Refused
from fullrate.forecast import shipped
from fullrate.forecast.history import history, refuse_unknown, rows

DAYS = (date(1943, 6, 1), date(2009, 12, 30), date(2020, 12, 2), date(2024, 6, 1))


@pytest.mark.parametrize("day", DAYS)
def test_what_came_later_changes_nothing(day: date) -> None:
    whole = rows(history(day))
    for change in (deleted, altered):
        assert rows(history(day, surges=[change(one, day) for one in shipped()])) == whole
    assert all(row["known_on"] <= f"{day}" for row in whole)


def test_more_is_known_later_and_what_was_known_stays() -> None:
    """What had come at a promised date is known for good once it is; only what was open may change."""
    before = {}
    for day in DAYS:
        now = {one.past.slug: one.past for one in history(day)}
        assert set(before) <= set(now)
        for slug, old in before.items():
            assert old.share is None or now[slug].share == pytest.approx(old.share)
            assert old.ratio is None or now[slug].ratio == pytest.approx(old.ratio)
        before = now
    assert len(before) > 12


def test_a_programme_is_left_out_with_its_sisters() -> None:
    day = date(2024, 6, 1)
    gone = {one.past.slug for one in history(day)} - {one.past.slug for one in history(day, ["covax-2021"])}
    assert gone == {"az-eu-2021", "covax-2021", "italy-covid-vaccine-2021", "uk-covid-vaccination-2021"}


def test_a_name_that_leads_to_nothing_is_refused() -> None:
    refuse_unknown(["covax-2021", "covid vaccines"])
    with pytest.raises(Refused) as refused:
        refuse_unknown(["covax"])
    assert [one.code for one in refused.value.findings] == ["FR812"]
    assert "covax-2021" in refused.value.findings[0].nearest


def test_python_says_what_the_command_says(tmp_path: Path) -> None:
    words = ("--as-of", "2020-12-02", "--without", "covax-2021", "--class", "new product or plant")
    said = answer(tmp_path, "history", *words)
    study = fr.history(date(2020, 12, 2), without=["covax-2021"], kind="new product or plant")
    found = {**study.meta, "history": study.table("history")}
    assert json.loads(json.dumps(plain(found))) == {
        name: value for name, value in said.items() if name not in ("schema", "file")
    }


def test_without_enough_cases_nothing_is_made_of_them() -> None:
    study = fr.history(date(1943, 6, 1))
    assert study.meta["with_share"] == 2
    assert study.meta["share_p50"] is study.meta["odds_whole"] is None
    assert study.table("history").height == study.meta["cases"]


def test_python_refuses_what_the_command_refuses() -> None:
    with pytest.raises(Refused):
        fr.history(date(2020, 12, 2), without=["covax"])
    with pytest.raises(ValueError, match="no class 'goods'"):
        fr.history(date(2020, 12, 2), kind="goods")
