"""Shares of variants that contradict each other, and limits on defects below what the variants can do."""

from __future__ import annotations

from typing import Any

import pytest

from fullrate.tables import Tables
from fullrate.tables.check import check

Rows = list[dict[str, Any]]


def found(mix: Rows, quality: Rows | None = None, **more: Rows) -> list[tuple[str, str, str]]:
    """Code, key and column of what is wrong with shares of old and new kits for two towns."""
    rows: dict[str, Rows] = {
        "items": [{"item": name, "family": "kits"} for name in ("old", "new")],
        "sites": [{"site": "works"}],
        "recipients": [{"recipient": name, "site": "works"} for name in ("near", "far")],
        "needs": [{"need": name, "recipient": name, "item": "kits", "qty": 10} for name in ("near", "far")],
        "processes": [
            {"process": "old_way", "site": "works", "item": "old", "escape": 0.01, "max_rate": 1},
            {"process": "new_way", "site": "works", "item": "new", "escape": 0.03, "max_rate": 1},
        ],
        "mix": [{"family": "kits", **row} for row in mix],
        "quality": [{"family": "kits", **row} for row in quality or []],
    }
    tables = Tables.from_rows({"name": "shares", "start": "2031-01-01", "periods": 12}, rows | more)
    wrong = [one for one in check(tables) if one.code in ("FR340", "FR359")]
    assert all(one.found and one.allowed and one.help for one in wrong)
    return [(one.code, one.key, one.column) for one in wrong]


EACH = [{"item": "old", "recipient": name, "share_max": 0.4} for name in ("near", "far")]


@pytest.mark.parametrize(
    ("mix", "column"),
    [
        ([*EACH, {"item": "old", "share_min": 0.9}], "share_min"),
        ([*EACH, {"item": "new", "share_max": 0.5}], "share_max"),
        ([*EACH, {"item": "old", "share_min": 0.4}], ""),
        ([EACH[0], {"item": "old", "share_min": 0.9}], ""),
        ([EACH[0], {**EACH[1], "share_max": 0.95}, {"item": "old", "share_min": 0.9}], ""),
    ],
)
def test_shares_of_all_against_those_of_each(mix: Rows, column: str) -> None:
    """Nobody may get more than 0.4 of the old, so all together can not get 0.9; one who is free could."""
    key = f"kits|{mix[-1]['item']}|*"
    assert found(mix) == ([("FR340", key, column)] if column else [])


@pytest.mark.parametrize(
    ("mix", "limit", "kept"),
    [
        ([], 0.01, True),
        ([], 0.0099, False),
        ([{"item": "new", "share_min": 0.5}], 0.02, True),
        ([{"item": "new", "share_min": 0.5}], 0.0199, False),
        ([{"item": "old", "share_max": 0.25}], 0.025, True),
        ([{"item": "old", "share_max": 0.25}], 0.0249, False),
        ([{"item": "new", "share_min": 0.5, "from": "2031-01-08"}], 0.0199, False),
    ],
)
def test_the_least_share_of_defects_is_arithmetic(mix: Rows, limit: float, kept: bool) -> None:
    """The old lets 0.01 through and the new 0.03: half of each 0.02, a quarter of the old 0.025."""
    wanted = [] if kept else [("FR359", "kits", "aoq_max")]
    assert found(mix, [{"aoq_max": limit}]) == wanted


def test_a_limit_that_ends_before_the_shares_begin_is_kept() -> None:
    later = [{"item": "new", "share_min": 0.5, "from": "2031-02-05"}]
    assert found(later, [{"aoq_max": 0.01}, {"aoq_max": 0.02, "from": "2031-02-05"}]) == []


def test_a_sampling_plan_says_what_gets_through() -> None:
    """All of a lot of a sample's size is looked at: nothing gets through, whatever `escape` says of others."""
    plans = [{"process": "new_way", "lot": 10, "n": 10, "c": 0, "defect": 0.5}]
    assert found([{"item": "new", "share_min": 1}], [{"aoq_max": 0.001}], plans=plans) == []


def test_a_share_outside_its_range_is_told_once() -> None:
    tables_with = [{"item": "new", "share_min": 1.4}, {"item": "old", "share_max": -0.2}]
    assert found(tables_with) == []
