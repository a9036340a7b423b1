"""Tasks give the same bits whoever does them."""

from __future__ import annotations

import pickle
import re
import threading
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from fullrate import jobs
from fullrate.case import derive
from fullrate.findings import Refused, as_text
from fullrate.jobs import Spread, on_threads, one_by_one
from fullrate.planning import settling
from fullrate.results import Study
from fullrate.studies.stress import stress
from fullrate.studies.stress.asked import Asked
from fullrate.studies.stress.ground import Ground
from fullrate.studies.stress.many import outcomes
from stress.scenes import START, planned

PAGES = Path(__file__).resolve().parents[1] / "diagnostics"
SHORT = 20
"""Periods of a plan that is quick to test."""
EVERYTHING = Asked(every_one=True, first=START, days=15)


def backwards(task: jobs.Task, base: Any, parts: Any) -> list[Any]:
    """The last part first, through pickles, as a cluster would."""
    answers = [pickle.loads(pickle.dumps(task(base, pickle.loads(pickle.dumps(part))))) for part in reversed(parts)]
    return answers[::-1]


def bits(study: Study) -> bytes:
    """Every number of an answer."""
    return pickle.dumps([(name, frame.rows()) for name, frame in study.tables.items()])


@cache
def alone(periods: int) -> Study:
    """What everything in use costs, found in this thread alone."""
    tables, base = planned(periods)
    return stress(tables, base, EVERYTHING, spread=one_by_one)


@pytest.mark.parametrize("spread", [partial(on_threads, count=2), partial(on_threads, count=5), backwards])
def test_the_same_bits_whoever_does_it(spread: Spread) -> None:
    tables, base = planned(SHORT)
    assert bits(stress(tables, base, EVERYTHING, spread=spread)) == bits(alone(SHORT))


def test_solver_objects_that_go_on_from_one_task_to_the_next_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A seeded fault: a task that begins where another ended gives what depends on who did it."""
    seen: list[int] = []
    made = settling.Hot

    def counted(*args: Any) -> Any:
        seen.append(threading.get_ident())
        return made(*args)

    monkeypatch.setattr(settling, "Hot", counted)
    tables, base = planned()
    cases, _ = EVERYTHING.cases(tables, base)
    ground = Ground(tables, base, spread=partial(on_threads, count=2))
    outcomes(ground, [case.cuts for case in cases], dated=False)
    tasks = -(-len(cases) // settling.FEW)
    assert len(seen) == tasks * len(ground.base(0).classes), "every task has solver objects of its own"


def test_a_task_that_fails_fails_the_call_and_the_rest_is_not_begun() -> None:
    begun = []

    def task(base: None, part: int) -> None:
        begun.append(part)
        raise RuntimeError(part)

    with pytest.raises(RuntimeError, match="0"):
        on_threads(task, None, range(200), count=2)
    assert len(begun) < 200


def test_a_case_travels() -> None:
    """Everything a task is handed can be read in another process."""
    tables, base = planned()
    again = pickle.loads(pickle.dumps((derive(tables), Ground(tables, base).alone())))
    assert again[0].tables["processes"].max_rate.tolist() == derive(tables).tables["processes"].max_rate.tolist()


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "find_spec", lambda name: None)
    with pytest.raises(Refused, match="FR726") as error, jobs.workers("tcp://127.0.0.1:8786"):
        pass
    assert as_text(error.value.findings[0]) == shown("FR726")


def test_what_differs_is_said_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = {**jobs.arithmetic(), "numpy": "2.4.6"}
    found = jobs._unlike("tcp://10.0.0.7:41833", {**mine, "numpy": "2.3.0"}, mine)
    assert as_text(found) == shown("FR728")
    digits = jobs._unlike("tcp://10.0.0.7:41833", {**mine, "last digits": "aarch64 0"}, mine)
    assert "OPENBLAS_NUM_THREADS=1" in digits.help
    without = jobs._unlike("tcp://10.0.0.7:41833", ModuleNotFoundError("No module named 'fullrate'"), mine)
    assert "cannot load this fullrate (No module named 'fullrate')" in without.found


def test_a_worker_that_joins_late_is_looked_at_too() -> None:
    """Its refusal comes back from the other process whole."""
    with pytest.raises(Refused) as error:
        jobs._done({**jobs.arithmetic(), "numpy": "0"}, divmod, pickle.dumps(1), pickle.dumps(1))
    (found,) = pickle.loads(pickle.dumps(error.value)).findings
    assert (found, found.code) == (error.value.findings[0], "FR728")


def shown(code: str) -> str:
    """What the page of a finding shows."""
    text = (PAGES / f"{code}.md").read_text(encoding="utf-8")
    return re.findall(r"^```text\n(.*?)\n```$", text, re.M | re.S)[0]
