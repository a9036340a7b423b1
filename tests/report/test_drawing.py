"""Drawings: axes that can be read, a map whose labels do not cover each other, heat maps that lose nothing."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fullrate.report.draw import bars, map, theme
from fullrate.report.figures import places
from report.scenes import scene

DAYS = st.dates(date(2019, 1, 1), date(2031, 1, 1))


@given(DAYS, st.integers(7, 4000), st.sampled_from([260, 344, 720]))
def test_labels_of_time_have_room(start: date, last: int, width: int) -> None:
    values, form = theme.ticks(start, last, width)
    assert all(0 <= value <= last for value in values)
    room = theme.DAY_LABEL if form == "%Y-%m-%d" else theme.MONTH_LABEL
    gaps = [(b - a) / last * width for a, b in itertools.pairwise(values)]
    assert all(gap >= room * 0.85 for gap in gaps)
    if form == "%Y-%m":
        assert all((start + timedelta(days=value)).day == 1 for value in values)


def test_colours_of_classes_are_distinct() -> None:
    for count in range(1, 11):
        assert len(set(theme.colours(count))) == count


def test_ids_of_two_drawings_do_not_meet() -> None:
    one = '<svg width="1" viewBox="0 0 1 1"><clipPath id="clip0"/><g clip-path="url(#clip0)"/></svg>'
    assert 'id="a-clip0"' in theme.inline(one, "a")
    assert "url(#a-clip0)" in theme.inline(one, "a")


STEPS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), min_size=1, max_size=30)


@given(STEPS)
def test_merging_cells_keeps_every_day(found: list[tuple[str, int]]) -> None:
    count = {"a": 0, "b": 0}
    rows = []
    for row, step in found:
        rows.append((row, float(count[row]), float(count[row] + 1), step))
        count[row] += 1
    cells = pl.DataFrame(
        rows, {"row": pl.String, "begin": pl.Float64, "end": pl.Float64, "step": pl.Int64}, orient="row"
    )
    merged = bars.merged(cells)
    by_day = {(row, day): step for row, begin, end, step in merged.iter_rows() for day in range(int(begin), int(end))}
    assert by_day == {(row, int(begin)): step for row, begin, _, step in rows}
    pairs = list(merged.sort("row", "begin").iter_rows())
    assert all(a[0] != b[0] or a[3] != b[3] for a, b in itertools.pairwise(pairs)), "neighbours differ"


PLACES = st.lists(st.tuples(st.floats(-179, 179), st.floats(-60, 75)), min_size=1, max_size=12)


@given(PLACES)
def test_every_place_is_on_the_map(points: list[tuple[float, float]]) -> None:
    view = map.View.around(points, 720, (0.5, 0.78))
    for lon, lat in points:
        x, y = view.at(lon, lat)
        assert 0 <= x <= view.width
        assert 0 <= y <= view.height + 1e-6
    assert 0.45 * view.width <= view.height <= 0.8 * view.width


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)), min_size=3, max_size=12))
def test_land_is_cut_at_the_edges(ring: list[tuple[float, float]]) -> None:
    for lon, lat in map.cut(ring, (-4, -3, 5, 6)):
        assert -4 - 1e-9 <= lon <= 5 + 1e-9
        assert -3 - 1e-9 <= lat <= 6 + 1e-9


def test_places_across_the_date_line_stay_together() -> None:
    sites = pl.DataFrame(
        {"site": ["a", "b"], "label": ["a", "b"], "lat": [-17.0, -14.0], "lon": [178.0, -171.0], "role": ["makes"] * 2}
    )
    lanes = pl.DataFrame({"from": ["a"], "to": ["b"], "unit": ["unit"], "qty": [1.0]})
    drawn = map.draw(sites, lanes, 720, "m")
    marks = [float(x) for x in re.findall(r'<rect x="([\d.]+)"', drawn)]
    assert max(marks) - min(marks) > 200, "11 degrees apart, not 349"


def test_labels_do_not_cover_each_other() -> None:
    tables, plan = scene()
    sites = places.sites(tables).with_columns(label=pl.col("site"))
    crowd = pl.concat(
        [sites.with_columns(pl.col("lat") + at / 50, label=pl.col("site") + f" number {at}") for at in range(6)]
    )
    drawn = map.draw(crowd.with_columns(site=pl.col("label")), places.lanes(tables, plan), 720, "m")
    boxes = []
    for x, y, anchor, text in re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)"[^>]*?text-anchor="(\w+)"[^>]*>([^<]+)<', drawn
    ):
        long = len(text) * theme.LABEL * map.LETTER
        left = float(x) - {"start": 0.0, "end": long, "middle": long / 2}[anchor]
        boxes.append((left, float(y) - theme.LABEL + 1, left + long, float(y) + 3))
    assert len(boxes) >= 3
    for at, box in enumerate(boxes):
        assert map.free(box, boxes[:at])
