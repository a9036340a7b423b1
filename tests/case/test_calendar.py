"""Days to periods on any grid, against the definitions in plain loops."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from case import plain
from fullrate.calendar import Calendar, Kernel
from fullrate.tables import Tables

ROUNDINGS = ("ceil", "floor", "kernel")
GRIDS = {
    "days": (1.0,) * 9,
    "weeks": (7.0,) * 6,
    "sevenths of tenths": (0.7,) * 8,
    "fifths": (0.2,) * 8,
    "telescoping": (1.0, 1.0, 1.0, 7.0, 7.0, 28.0),
    "the other way": (9.0, 4.0, 2.0, 2.0, 1.0, 0.5),
    "mixed": (2.5, 1.0, 4.0, 0.5, 3.0, 3.0),
}


def calendar(grid: str, rounding: str) -> Calendar:
    return Calendar(date(2030, 1, 7), np.concatenate(([0.0], np.cumsum(GRIDS[grid]))), rounding)


def dense(kernel: Kernel, element: int) -> dict[int, dict[int, float]]:
    """Shares by period, for each start of an element."""
    pattern, found = kernel.of[element], {}
    for start in range(kernel.pointer.shape[1]):
        felt = range(kernel.pointer[pattern, start], kernel.pointer[pattern, start] + kernel.count[pattern, start])
        found[start] = {int(kernel.period[at]): float(kernel.share[at]) for at in felt}
    return found


def leads(grid: str) -> list[float]:
    """Nothing, whole numbers of periods, just beside them, and anything."""
    length = GRIDS[grid][0]
    dice = np.random.default_rng(len(grid))
    multiples = [k * length for k in (0, 1, 2, 3)]
    return [
        *multiples,
        *(m + 1e-12 for m in multiples),
        *(max(m - 1e-12, 0) for m in multiples),
        *dice.random(12) * 12,
        99.0,
    ]


@pytest.mark.parametrize("rounding", ROUNDINGS)
@pytest.mark.parametrize("grid", GRIDS)
class TestAnyGrid:
    def test_arrivals(self, grid: str, rounding: str) -> None:
        days, found = leads(grid), calendar(grid, rounding)
        kernel = found.arrivals(np.array(days))
        for element, lead in enumerate(days):
            for start, felt in dense(kernel, element).items():
                expected = plain.arrives(found.edges, start, lead, rounding)
                assert felt == pytest.approx(expected, abs=1e-8), f"lead {lead}, start {start}"

    def test_first_and_last_period_of_an_arrival(self, grid: str, rounding: str) -> None:
        kernel = calendar(grid, rounding).arrivals(np.array(leads(grid)))
        for element in range(len(kernel.of)):
            for start, felt in dense(kernel, element).items():
                at = kernel.of[element], start
                assert kernel.first[at] == min(felt, default=len(GRIDS[grid]))
                assert kernel.last[at] == max(felt, default=len(GRIDS[grid]))

    def test_days_on_which_something_begins_or_ends(self, grid: str, rounding: str) -> None:
        found = calendar(grid, rounding)
        dice = np.random.default_rng(3)
        days = np.array([-5.0, 0.0, *found.edges, *(found.edges + 1e-12), *dice.random(20) * (found.horizon + 3)])
        opens, closes = found.opening(days), found.closing(days)
        for at, when in enumerate(days):
            assert opens[at] == plain.first_usable(found.edges, when, rounding), when
            assert closes[at] == plain.usable_count(found.edges, when, rounding), when

    def test_periods_that_are_touched(self, grid: str, rounding: str) -> None:
        found = calendar(grid, rounding)
        dice = np.random.default_rng(4)
        first = np.append(dice.integers(-3, found.horizon + 3, 20), -np.inf)
        last = np.append(first[:-1] + dice.integers(1, 9, 20), np.inf)
        for row, touched in enumerate(found.touched(first, last)):
            for t in range(found.periods):
                assert touched[t] == (plain.overlap(first[row], last[row], found.edges[t], found.edges[t + 1]) > 1e-9)


class TestUniform:
    @pytest.mark.parametrize("lead", [0.0, 0.5, 1.0, 2.3, 7.0])
    def test_rounded_up_and_down(self, lead: float) -> None:
        up, down = (dense(calendar("days", how).arrivals(np.array([lead])), 0) for how in ("ceil", "floor"))
        for start in range(9):
            assert list(up[start]) == [t for t in [start + int(np.ceil(lead))] if t < 9]
            assert list(down[start]) == [t for t in [start + int(np.floor(lead))] if t < 9]

    def test_three_sevenths_of_tenths_are_three(self) -> None:
        """2.1 / 0.7 is 3.0000000000000004, and 0.6 / 0.2 is 2.9999999999999996."""
        late = dense(calendar("sevenths of tenths", "ceil").arrivals(np.array([2.1])), 0)
        early = dense(calendar("fifths", "floor").arrivals(np.array([0.6])), 0)
        assert [list(late[start]) for start in range(5)] == [[start + 3] for start in range(5)]
        assert [list(early[start]) for start in range(5)] == [[start + 3] for start in range(5)]

    def test_ten_days_in_weeks(self) -> None:
        """4/7 a week later, 3/7 two weeks later."""
        felt = dense(calendar("weeks", "kernel").arrivals(np.array([10.0])), 0)[0]
        assert felt == pytest.approx({1: 4 / 7, 2: 3 / 7})

    @pytest.mark.parametrize("lead", [0.0, 3.0, 10.0, 12.5])
    def test_a_smeared_lead_is_right_on_average(self, lead: float) -> None:
        found = calendar("weeks", "kernel")
        felt = dense(found.arrivals(np.array([lead])), 0)[0]
        assert sum(felt.values()) == pytest.approx(1)
        assert sum(found.middles[t] * share for t, share in felt.items()) - found.middles[0] == pytest.approx(lead)


class TestSettings:
    def read(self, **config: object) -> Calendar:
        rows = {"items": [{"item": "kit"}], "sites": [{"site": "works"}]}
        return Calendar.of(
            Tables.from_rows({"name": "x", "currency": "EUR", "start": "2030-01-07", **config}, rows).config
        )

    def test_equal_periods(self) -> None:
        found = self.read(period_d=2.5, periods=4, lead_rounding="floor")
        assert found.edges.tolist() == [0, 2.5, 5, 7.5, 10]
        assert found.even
        assert (found.rounding, found.periods, found.horizon) == ("floor", 4, 10)
        assert found.lengths.tolist() == [2.5] * 4
        assert found.middles.tolist() == [1.25, 3.75, 6.25, 8.75]
        assert found.date(5.0) == date(2030, 1, 12)

    def test_periods_of_several_lengths(self) -> None:
        """They replace the equal ones."""
        found = self.read(calendar=[[2, 1], [1, 3.5], [2, 7]], periods=99)
        assert found.edges.tolist() == [0, 1, 2, 5.5, 12.5, 19.5]
        assert not found.even


def test_a_kernel_keeps_its_patterns() -> None:
    dice = np.random.default_rng(0)
    patterns = [dice.random((4, 4)) * (dice.random((4, 4)) < 0.5) for _ in range(3)]
    kernel = Kernel.from_patterns(np.array([2, 0, 1, 2]), patterns, 4)
    for element, pattern in enumerate((2, 0, 1, 2)):
        felt = dense(kernel, element)
        found = np.array([[felt[start].get(t, 0.0) for t in range(4)] for start in range(4)])
        assert np.array_equal(found, patterns[pattern])
