"""Where records lie, and small ones made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from fullrate.tables.surge import Surge, read_surge

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"

shared = pytest.mark.skipif(not (SHARED / "surges").is_dir(), reason="needs ../shared/data/surges beside the checkout")
learning = pytest.mark.skipif(not (SHARED / "learning").is_dir(), reason="needs ../shared/data/learning")

ANNOUNCED = "announced_on,by_whom,target_quantity,unit,target_date,what,source_id,quote_or_paraphrase\n"
ACTUAL = "period_end,period,quantity,unit,cumulative,source_id,note,reported\n"


def record(folder: Path, case: str, announced: str = "", actual: str = "") -> Surge:
    """A record from the text of its files, written to a folder and read back."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "case.toml").write_text(case, "utf-8")
    (folder / "announced.csv").write_text(ANNOUNCED + announced, "utf-8")
    (folder / "actual.csv").write_text(ACTUAL + actual, "utf-8")
    (folder / "sources.csv").write_text("source_id,title\ns1,a page\n", "utf-8")
    return read_surge(folder)[0]


PUMPS = """\
slug = "pumps"
product_kind = "new product or plant"
series = "pumps"
count_from = "2021-01-01"

[headline]
index = 0
announced_on = "2021-01-01"
target_date = "2022-01-01"
target_quantity = 1000
unit = "pumps"
what = "cumulative"
"""
PROMISE = "2021-01-01,the works,1000,pumps,2022-01-01,cumulative,s1,\n"
