"""Draws of a scenario: every cell has its own luck, groups share some, strata are filled, memory can be streamed."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2, kstest, norm

from fullrate.draws import RHO, Draws, chunks, draw
from fullrate.draws.drawing import points
from fullrate.draws.inputs import inputs
from fullrate.draws.streams import stream
from fullrate.tables import Tables

Row = dict[str, Any]
ALARM = 1e-4
"""False alarms per test of chance, had the seed not been fixed."""
WORKS: dict[str, list[Row]] = {
    "items": [{"item": "kit"}, {"item": "plate"}],
    "sites": [{"site": "works"}, {"site": "town"}],
    "processes": [
        {"process": "press", "site": "works", "item": "kit", "lead_d": 10, "yield": 0.9, "max_rate": 5},
        {"process": "dig", "site": "works", "item": "plate", "lead_d": 20, "max_rate": 50},
    ],
    "recipe": [{"process": "press", "item": "plate", "qty": 2}],
    "lanes": [{"lane": "road", "from": "works", "to": "town", "lead_d": 3}],
    "recipients": [{"recipient": "depot", "site": "town"}],
    "needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 40}],
    "gates": [{"gate": "permit", "duration_d": 30, "pass": 0.8, "max_tries": 4}],
}


def row(address: str, dist: str, *ends: float | None, **more: Any) -> Row:
    cell, column = address.rsplit(".", 1)
    table, key = cell.split(":")
    low, mode, high = ends
    return {"table": table, "key": key, "column": column, "dist": dist, "low": low, "mode": mode, "high": high, **more}


LEAD = row("processes:press.lead_d", "pert", 8, 10, 20)
DIG = row("processes:dig.lead_d", "tri", 10, 20, 40)
ROAD = row("lanes:road.lead_d", "lognormal", 2, None, 6)
YIELD = row("processes:press.yield", "beta", 0.8, 0.9, 0.96)
RATE = row("processes:press.max_rate", "uniform", 0.5, None, 1.5, **{"as": "factor"})
ALL = [LEAD, DIG, ROAD, YIELD, RATE]


def works(rows: list[Row], **config: Any) -> Tables:
    return Tables.from_rows({"name": "works", "start": "2030-01-07", **config}, {**WORKS, "uncertainty": rows})


def column(draws: Draws, of: Row) -> np.ndarray:
    names = [(cell.table, cell.key, cell.column) for cell in draws.cells]
    return draws.values[:, names.index((of["table"], of["key"], of["column"]))]


def uniforms(draws: Draws, of: Row) -> np.ndarray:
    names = [(cell.table, cell.key, cell.column) for cell in draws.cells]
    return draws.uniforms[:, names.index((of["table"], of["key"], of["column"]))]


def bits(values: np.ndarray) -> list[bytes]:
    return [value.tobytes() for value in values]


class TestEveryCellHasItsOwnLuck:
    @pytest.mark.parametrize("gone", range(5))
    def test_cutting_a_row_leaves_all_other_draws_as_they_are(self, gone: int) -> None:
        whole = draw(works(ALL), samples=128)
        kept = [one for at, one in enumerate(ALL) if at != gone]
        fewer = draw(works(kept), samples=128)
        for one in kept:
            assert bits(column(fewer, one)) == bits(column(whole, one))
            assert bits(uniforms(fewer, one)) == bits(uniforms(whole, one))

    def test_order_of_rows_does_not_matter(self) -> None:
        whole, turned = draw(works(ALL), samples=128), draw(works(ALL[::-1]), samples=128)
        assert all(bits(column(whole, one)) == bits(column(turned, one)) for one in ALL)

    def test_another_range_keeps_the_luck(self) -> None:
        whole, wider = draw(works(ALL), samples=128), draw(works([{**LEAD, "high": 90}, *ALL[1:]]), samples=128)
        assert all(bits(uniforms(whole, one)) == bits(uniforms(wider, one)) for one in ALL)
        assert bits(column(whole, DIG)) == bits(column(wider, DIG))

    def test_same_seed_same_draws_other_seed_others(self) -> None:
        one, again, other = (draw(works(ALL, seed=seed), samples=128) for seed in (5, 5, 6))
        assert bits(one.values) == bits(again.values)
        assert not np.any(one.uniforms == other.uniforms)

    def test_the_seed_of_the_scenario_is_the_default(self) -> None:
        assert bits(draw(works(ALL, seed=9), 64).values) == bits(draw(works(ALL), 64, seed=9).values)

    def test_replicates_are_streamed_one_by_one(self) -> None:
        whole, parts = draw(works(ALL), 100, 8), list(chunks(works(ALL), 100, 8))
        assert len(parts) == 8
        for name in ("values", "uniforms", "drawn", "replicate", "sample"):
            assert bits(getattr(whole, name)) == bits(np.concatenate([getattr(part, name) for part in parts]))
        assert whole.sample.tolist() == list(range(100))
        assert sorted(set(np.bincount(whole.replicate))) == [12, 13]

    @pytest.mark.parametrize(("samples", "replicates"), [(4, 8), (8, 0), (0, 0)])
    def test_samples_that_cannot_be_cut_are_refused(self, samples: int, replicates: int) -> None:
        with pytest.raises(ValueError, match="replicates"):
            draw(works(ALL), samples, replicates)


class TestFilling:
    def test_every_part_of_the_unit_interval_is_hit_once_in_each_replicate(self) -> None:
        draws = draw(works([YIELD, RATE]), 1024, 8)
        for replicate in range(8):
            mine = draws.uniforms[draws.replicate == replicate]
            for at in range(2):
                assert sorted((mine[:, at] * 128).astype(int)) == list(range(128))

    def test_discrepancy_of_one_dimension_is_that_of_a_lattice(self) -> None:
        """One point in each of n parts: the largest gap between counted and true share is at most 1 / n."""
        found = np.sort(points(stream(3, "x"), 256))
        assert np.abs(found - (np.arange(256) + 0.5) / 256).max() <= 0.5 / 256 + 1e-12

    def test_pairs_of_cells_are_independent(self) -> None:
        """Ten pairs, 4096 points each: chi-square over 8 x 8 cells and the correlation stay inside their limits.

        Filled margins only make both statistics smaller than under independence.
        """
        rows = [{**one, "rho": 0} for one in ALL]
        draws = draw(works(rows), 4096, 8)
        for one, other in combinations(range(5), 2):
            u, v = draws.uniforms[:, one], draws.uniforms[:, other]
            cells = np.bincount((u * 8).astype(int) * 8 + (v * 8).astype(int), minlength=64)
            assert ((cells - 64.0) ** 2 / 64).sum() < chi2.ppf(1 - ALARM / 10, 49)
            assert abs(np.corrcoef(u, v)[0, 1]) * np.sqrt(4096) < norm.ppf(1 - ALARM / 20)

    def test_points_inside_their_parts_are_uniform(self) -> None:
        inside = points(stream(4, "x"), 4096) * 4096 % 1
        assert kstest(inside, "uniform").pvalue > ALARM

    def test_a_sum_is_known_far_better_than_from_independent_samples(self) -> None:
        """Of a sum's variance nothing but the jitter inside the parts is left.

        Independent samples of five uniforms: standard error of the mean sqrt(5 / 12 / 128) = 0.057. Jitter: 128 points,
        each uniform in a part of 1/128: sqrt(5 / 12 / 128) / 128 = 0.00045.
        """
        rows = [{**one, "rho": 0} for one in ALL]
        sums = np.array([part.uniforms.sum(axis=1).mean() for part in chunks(works(rows), 128 * 32, 32)])
        expected = np.sqrt(5 / 12 / 128) / 128
        low, high = chi2.ppf([ALARM / 2, 1 - ALARM / 2], 32) / 32
        assert low <= ((sums - 2.5) ** 2).mean() / expected**2 <= high


class TestGroups:
    @pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
    def test_correlation_inside_a_group_is_what_was_asked(self, rho: float) -> None:
        """Of normal scores; 8192 points: limits by Fisher's z."""
        draws = draw(works([{**YIELD, "group": "g", "rho": rho}, {**RATE, "group": "g", "rho": rho}]), 8192, 8)
        scores = norm.ppf(draws.uniforms)
        found = np.arctanh(np.corrcoef(scores.T)[0, 1])
        assert abs(found - np.arctanh(rho)) * np.sqrt(8189) < norm.ppf(1 - ALARM / 2)

    def test_members_stay_uniform(self) -> None:
        draws = draw(works([{**YIELD, "group": "g", "rho": 0.5}]), 8192, 8)
        assert kstest(draws.uniforms[:, 0], "uniform").pvalue > ALARM

    def test_full_correlation_is_one_number(self) -> None:
        draws = draw(works([{**YIELD, "group": "g", "rho": 1}, {**RATE, "group": "g", "rho": 1}]), 64)
        assert draws.uniforms[:, 0] == pytest.approx(draws.uniforms[:, 1], abs=1e-12)

    def test_durations_move_together_unless_told_otherwise(self) -> None:
        found = {str(one.cell): (one.group, one.rho, one.assumed) for one in inputs(works(ALL))}
        assert found["processes:press.lead_d"] == ("schedule", RHO, True) == found["lanes:road.lead_d"]
        assert found["processes:press.yield"] == ("", 0.0, False)
        alone = inputs(works([{**LEAD, "rho": 0}, {**DIG, "group": "own", "rho": 0.5}, {**YIELD, "group": "own"}]))
        assert [(one.group, one.rho, one.assumed) for one in alone] == [
            ("schedule", 0.0, True),
            ("own", 0.5, False),
            ("own", RHO, True),
        ]

    def test_no_correlation_is_the_cells_own_luck_to_the_bit(self) -> None:
        alone, grouped = works([YIELD]), works([{**YIELD, "group": "g", "rho": 0}, {**RATE, "group": "g"}])
        assert bits(column(draw(alone, 64), YIELD)) == bits(column(draw(grouped, 64), YIELD))


class TestValues:
    def test_moments_of_a_pert_lead(self) -> None:
        """PERT 8, 10, 20: mean 34/3; variance (mean - 8)(20 - mean) / 7. Jitter leaves 4 digits of the mean."""
        values = column(draw(works([LEAD]), 4096), LEAD)
        mean = 34 / 3
        assert values.mean() == pytest.approx(mean, abs=0.12)
        assert values.var() == pytest.approx((mean - 8) * (20 - mean) / 7, rel=0.1)
        assert values.min() >= 8
        assert values.max() <= 20

    def test_a_factor_multiplies_the_plan_value(self) -> None:
        draws = draw(works([RATE]), 64)
        assert draws.factor.tolist() == [True]
        assert draws.values == pytest.approx(5 * draws.drawn, rel=1e-15)
        assert draws.drawn.mean() == pytest.approx(1.0, abs=1e-2)

    def test_no_value_leaves_what_its_column_allows(self) -> None:
        rows = [row("processes:press.yield", "normal", 0.8, None, 1.2), row("lanes:road.lead_d", "normal", -4, None, 9)]
        draws = draw(works(rows), 512)
        assert draws.values[:, 0].max() == 1.0
        assert draws.values[:, 0].min() > 0
        assert draws.values[:, 1].min() == 0.0
        assert draws.drawn[:, 0].max() > 1.0, "the draw itself says how far it was"

    def test_whole_numbers_stay_whole(self) -> None:
        values = draw(works([row("gates:permit.max_tries", "uniform", 1, None, 6)]), 64).values
        assert set(np.unique(values)) <= {1, 2, 3, 4, 5, 6}

    def test_no_width_is_the_plan_value_in_every_sample(self) -> None:
        rows = [row("processes:press.lead_d", dist, 10, 10, 10) for dist in ("pert", "tri", "lognormal", "normal")]
        for one in rows:
            assert set(draw(works([one]), 32).values.ravel()) == {10.0}
        factor = row("processes:press.max_rate", "pert", 1, 1, 1, **{"as": "factor"})
        assert set(draw(works([factor]), 32).values.ravel()) == {5.0}

    def test_widening_moves_values_away_from_the_median(self) -> None:
        """A lognormal lead of P10 2 and P90 6, twice as wide: ln(x / median) doubles."""
        once, twice = (draw(works([ROAD], widen=by), 64).values for by in (1.0, 2.0))
        median = np.sqrt(12.0)
        assert np.log(twice / median) == pytest.approx(2 * np.log(once / median), rel=1e-9)

    def test_a_setting_can_be_uncertain(self) -> None:
        setting = row("scenario:.discount", "uniform", 0.01, None, 0.05)
        values = draw(works([setting], discount=0.03), 64).values
        assert values.mean() == pytest.approx(0.03, abs=1e-3)

    def test_a_value_of_a_series_keeps_what_its_column_allows(self) -> None:
        """Its factor is around a yield of 0.9 from a date on; no yield is above one."""
        tables = Tables.from_rows(
            {"name": "works", "start": "2030-01-07"},
            {
                **WORKS,
                "series": [
                    {"table": "processes", "key": "press", "column": "yield", "date": "2030-03-01", "value": 0.9}
                ],
                "uncertainty": [
                    row("series:processes|press|yield|2030-03-01.value", "uniform", 0.9, None, 1.3, **{"as": "factor"})
                ],
            },
        )
        values = draw(tables, 64).values
        assert values.min() == pytest.approx(0.81, abs=0.01)
        assert values.max() == 1.0


class TestEachOccurrence:
    def test_a_table_of_quantiles_stands_for_the_distribution(self) -> None:
        (each,) = draw(works([{**LEAD, "draw": "each"}]), 64).each
        assert each.quantiles.shape == (257,)
        assert 8.0 <= each.quantiles[0] < each.quantiles[-1] <= 20.0
        assert np.all(np.diff(each.quantiles) > 0)
        assert np.trapezoid(each.quantiles, dx=1 / 256) == pytest.approx(34 / 3, rel=1e-4)
        assert not each.factor
        assert each.plan == 10.0

    def test_an_end_without_limit_keeps_the_mean(self) -> None:
        """Lognormal P10 2, P90 6: mean sqrt(12) exp(sigma**2 / 2). Cut at its last points, it would lose 1 in 200."""
        (each,) = draw(works([{**ROAD, "draw": "each"}]), 64).each
        sigma = np.log(3) / (2 * norm.ppf(0.9))
        assert np.all(np.isfinite(each.quantiles))
        assert np.all(np.diff(each.quantiles) > 0)
        assert np.trapezoid(each.quantiles, dx=1 / 256) == pytest.approx(np.sqrt(12) * np.exp(sigma**2 / 2), rel=5e-4)

    def test_it_is_no_cell_of_the_sample_and_moves_no_other(self) -> None:
        whole, without = draw(works([{**LEAD, "draw": "each"}, *ALL[1:]]), 64), draw(works(ALL[1:]), 64)
        assert len(whole.cells) == 4
        assert bits(whole.values) == bits(without.values)
