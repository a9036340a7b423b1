"""Goods that appear or vanish are a fault of the program: it stops, says where, and keeps the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import fullrate as fr
from fullrate import simulate
from fullrate.case import derive
from fullrate.simulate import model


def test_a_balance_that_does_not_close_stops_and_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables = fr.read("examples/golden")
    plan, case, usual = fr.plan(tables, tests=False), derive(tables), model._bases

    def short(*args: Any) -> Any:
        base, *rest = usual(*args)
        base[0, 3] -= 1e6
        return base, *rest

    monkeypatch.setattr(model, "_bases", short)
    with pytest.raises(simulate.Broken, match="does not close in period 4 of sample 0"):
        simulate.run(tables, case, plan, threads=1, folder=tmp_path)
    kept = next(tmp_path.iterdir())
    assert {"items.csv", "processes.csv", "settings.txt", "state.npy"} <= {file.name for file in kept.iterdir()}


def test_a_plan_on_other_periods_is_refused() -> None:
    tables = fr.read("examples/golden")
    plan = fr.plan(tables, tests=False)
    other = derive(fr.read("examples/golden", ["scenario:periods=29"]))
    with pytest.raises(ValueError, match="other periods"):
        simulate.run(tables, other, plan)
