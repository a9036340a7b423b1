"""The earliest date of any plan: a program without an answer is an error, never a later date."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fullrate as fr
from fullrate.lp.assemble import LP
from fullrate.lp.solve import Solution, solve
from fullrate.rules import tiny


def test_a_program_without_an_answer_is_no_later_date(monkeypatch: pytest.MonkeyPatch) -> None:
    tables = fr.Tables.from_rows(tiny.CONFIG, tiny.PRESS)
    assert fr.plan(tables).status == "solved"

    def failing(lp: LP, *, corner: bool = True) -> Solution:
        return replace(solve(lp, corner=corner), status="failed", objective=float("nan"))

    monkeypatch.setattr("fullrate.planning.dates.solve", failing)
    with pytest.raises(RuntimeError, match="the program of most coverage by period 1 is failed"):
        fr.plan(tables)
