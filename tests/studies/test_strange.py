"""Records drawn at random, sense or no sense: every command answers, and no score is anything but a number."""

from __future__ import annotations

import random
import warnings
from datetime import date, timedelta
from pathlib import Path

import pytest

from forecast.places import record
from fullrate.forecast import promises
from fullrate.report import hindcast as told
from fullrate.report import outlook as said
from fullrate.studies.hindcast import hindcast
from fullrate.studies.outlook import Asked, outlook
from fullrate.tables.spec.evidence import KINDS
from fullrate.tables.spec.surge import PERIODS

UNITS = ["pumps", "pumps/year", "pumps/month", "MW", "rounds/week", "pumps/day (all)", "tests per day", "km of line"]


def announced(rng: random.Random, begin: date, unit: str) -> str:
    made = begin + timedelta(days=rng.randrange(900))
    due = rng.choice([made + timedelta(days=rng.randrange(1, 2000)), date(made.year + 1, 12, 31), "", made])
    quantity = rng.choice(["", rng.randrange(1, 10 ** rng.randrange(1, 9)), 0.3])
    what = rng.choice(["rate", "cumulative"])
    return f"{made},who,{quantity},{rng.choice([unit, unit, rng.choice(UNITS)])},{due},{what},s1,\n"


def actual(rng: random.Random, begin: date, series: str) -> str:
    end = begin + timedelta(days=rng.randrange(-800, 2500))
    quantity = rng.choice([0, -3, rng.randrange(10 ** rng.randrange(1, 8)), rng.random()])
    unit, kind = rng.choice([series, series, rng.choice(UNITS)]), rng.choice(["0", "1", ""])
    known = rng.choice(["", end + timedelta(days=rng.randrange(90))])
    return f"{end},{rng.choice(PERIODS)},{quantity},{unit},{kind},s1,x,{known}\n"


def case(rng: random.Random, begin: date, unit: str, series: str) -> str:
    lines = [f'slug = "strange"\nproduct_kind = "{rng.choice(KINDS)}"']
    lines += [f'series = "{series}"'] if rng.random() < 0.8 else []
    lines += [f'series_period = "{rng.choice(PERIODS)}"'] if rng.random() < 0.3 else []
    lines += [f'series_alt = "{rng.choice(UNITS)}"'] if rng.random() < 0.3 else []
    lines += [f'count_from = "{begin}"'] if rng.random() < 0.5 else []
    if rng.random() < 0.6:
        due = begin + timedelta(days=400)
        lines += [
            f'[headline]\nindex = {rng.randrange(3)}\nunit = "{unit}"\nwhat = "{rng.choice(["rate", "cumulative"])}"'
        ]
        lines += [f'announced_on = "{begin}"\ntarget_date = "{due}"\ntarget_quantity = {rng.choice([5, 1e6])}']
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(12))
def test_every_command_answers(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    begin, unit = date(1900, 1, 1) + timedelta(days=rng.randrange(45000)), rng.choice(UNITS)
    series = rng.choice([unit, unit, unit.split("/")[0], "other"])
    promised = "".join(announced(rng, begin, unit) for _ in range(rng.randrange(5)))
    counted = "".join(actual(rng, begin, series) for _ in range(rng.randrange(25)))
    surge = record(tmp_path / "strange", case(rng, begin, unit, series), promised, counted)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        study = hindcast([surge])
        assert study.table("scores")["score"].is_finite().all()
        assert told.as_text(study, every=True)
        days = [one.announced_on for one in promises(surge) if one.announced_on]
        for later in (0, 300, 3000) if days else ():
            day = max(days) + timedelta(days=later)
            for asked in (Asked(), Asked(10.0, day), Asked(quantity=7.0), Asked(by=day)):
                assert said.as_text(outlook(surge, day, asked))
