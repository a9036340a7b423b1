"""CHANGE DETECTOR, not a truth: each example's answer is a committed file that this test recomputes.

A difference is not a failure of the model but a change that a person must explain: rewrite the files with
``FULLRATE_VERDICTS=write`` and say in CHANGELOG, in the same commit, why the answers moved.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr

HERE = Path(__file__).parent
EXAMPLES = sorted(folder for folder in (HERE.parents[1] / "examples").iterdir() if (folder / "scenario.toml").is_file())


def rounded(value: float | None, digits: int = 4) -> float | None:
    """A number as far as it must repeat on another machine."""
    return None if value is None else float(f"{value:.{digits}g}")


def verdict(folder: Path, plan: fr.Plan) -> dict[str, Any]:
    """What an example says, rounded to what a reader would quote."""
    dates = plan.table("dates").filter(pl.col("need") == "")
    quantities = {
        f"{row['quantity']:g} by": [
            None if row[name] is None else row[name].isoformat() for name in ("date", "earliest_date")
        ]
        for row in plan.table("quantities").iter_rows(named=True)
    }
    return {
        "status": plan.status,
        "findings": sorted({f"{one.code} {one.severity.value}" for one in fr.check(folder)}),
        "size": {name: plan.meta[name] for name in ("rows", "columns", "nonzeros")},
        "dates": {
            f"class {row['class']} {row['coverage']:.0%}": [
                None if row[name] is None else row[name].isoformat() for name in ("date", "earliest_date")
            ]
            for row in dates.iter_rows(named=True)
            if row["coverage"] in (0.5, 0.8, 1.0)
        }
        | quantities,
        "mean wait, days": {
            f"class {cls}": rounded(days)
            for cls, days in plan.table("waits")
            .group_by("class")
            .agg((pl.col("days") * pl.col("weight")).sum() / pl.col("weight").sum())
            .sort("class")
            .iter_rows()
        },
        "binds": [
            f"{row['rule']} {row['key']}: {rounded(row['worth'], 2)} days for a tenth more"
            for row in plan.table("binding").head(3).iter_rows(named=True)
        ],
        "rounding of leads, days": rounded(plan.meta["discretisation"].get("days"), 3),
    }


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_the_answer_is_the_committed_one(folder: Path, published: Callable[[str], fr.Plan]) -> None:
    found = verdict(folder, published(folder.name))
    file = HERE / f"{folder.name}.json"
    if os.environ.get("FULLRATE_VERDICTS") == "write":
        file.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(file.read_text(encoding="utf-8")), "explain the change in CHANGELOG, in the same commit"
