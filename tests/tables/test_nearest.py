"""Nearest names: look-alikes first, then few edits, and silence when two are equally near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullrate.tables.nearest import _distances, nearest


@pytest.mark.parametrize(
    ("name", "names", "expected"),
    [
        ("SITE_O012", ["SITE_0012", "SITE_0412"], "SITE_0012"),
        ("hub-1", ["hub_1", "hub_2"], "hub_1"),
        ("Hub", ["hub", "hut"], "hub"),
        ("l1ne", ["line"], "line"),
        ("vacine", ["vaccine", "vial"], "vaccine"),
        ("depto", ["depot", "hub"], "depot"),
        ("depto", ["depot", "dept"], None),
        ("lead_days", ["lead_d", "lane", "loss"], "lead_d"),
        ("S1", ["S2", "S3"], None),
        ("hub_1", ["hub_2", "hub_3"], None),
        ("xyz", ["abcdef"], None),
        ("", ["a"], None),
        ("a", [], None),
        ("O", ["0", "o"], None),
    ],
)
def test_nearest_name(name: str, names: list[str], expected: str | None) -> None:
    found = nearest(name, names).names
    assert found == ((expected,) if expected else ())


def test_only_case_and_spaces_make_a_certain_fix() -> None:
    assert nearest("Hub ", ["hub"]).fix == "hub"
    assert nearest("h0b", ["hob"]).fix is None
    assert nearest("hubb", ["hub"]).fix is None


def plain_distance(a: str, b: str) -> int:
    """Optimal string alignment, by the book."""
    d = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            cost = a[i - 1] != b[j - 1]
            d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1)
    return d[-1][-1]


WORD = st.text("abcd1", max_size=7)


@given(WORD, st.lists(WORD, min_size=1, max_size=5))
def test_distances_are_those_of_the_book(name: str, others: list[str]) -> None:
    if any(others):
        assert _distances(name, others).tolist() == [plain_distance(name, other) for other in others]
