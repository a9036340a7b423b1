"""The map: land, lanes as wide as what they carry, sites with labels that do not cover each other.

Drawn by hand rather than by a chart library: an equirectangular view of the sites' surroundings needs a few lines, and
only the land inside the view is written to the page. Land: Natural Earth 1:110m, public domain; it draws disputed
borders by its own rule.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from math import cos, radians, sqrt

import polars as pl

from fullrate.report.draw.theme import BLUE, FONT, INK, LABEL, MUTED, NARROW, ORANGE

Point = tuple[float, float]
Box = tuple[float, float, float, float]

LAND, COAST, SEA = "#eceae4", "#cfcbc0", "#f7f9fb"
MARGIN, LEAST = 0.14, 3.0
"""Room around the sites as a share of their extent, and the smallest extent shown, in degrees."""
LETTER = 0.56
"""Mean width of a letter as a share of its size."""
ROLES = {"makes": ORANGE, "passes on": INK, "receives": BLUE}


@dataclass(frozen=True)
class View:
    """Part of the globe and its place on the page: x and y in pixels of longitude and latitude in degrees."""

    west: float
    south: float
    east: float
    north: float
    width: float

    @property
    def squeeze(self) -> float:
        """Length of a degree of longitude relative to one of latitude, in the middle of the view."""
        return max(cos(radians((self.south + self.north) / 2)), 0.2)

    @property
    def scale(self) -> float:
        """Pixels per degree of latitude."""
        return self.width / ((self.east - self.west) * self.squeeze)

    @property
    def height(self) -> float:
        """Height in pixels."""
        return (self.north - self.south) * self.scale

    def at(self, lon: float, lat: float) -> Point:
        """Where a place is drawn."""
        return (lon - self.west) * self.squeeze * self.scale, (self.north - lat) * self.scale

    @staticmethod
    def around(points: Sequence[Point], width: float, shape: tuple[float, float]) -> View:
        """The surroundings of places (longitude, latitude), neither flatter nor taller than ``shape`` allows."""
        lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
        wide = max(max(lons) - min(lons), LEAST) * (1 + 2 * MARGIN)
        high = max(max(lats) - min(lats), LEAST) * (1 + 2 * MARGIN)
        middle = ((max(lons) + min(lons)) / 2, (max(lats) + min(lats)) / 2)
        squeeze = max(cos(radians(middle[1])), 0.2)
        high = max(high, wide * squeeze * shape[0])
        wide = max(wide, high / shape[1] / squeeze)
        return View(middle[0] - wide / 2, middle[1] - high / 2, middle[0] + wide / 2, middle[1] + high / 2, width)


def draw(sites: pl.DataFrame, lanes: pl.DataFrame, width: int, name: str) -> str:
    """The map as an SVG element.

    Args:
        sites: site, label, lat, lon, role; at least one.
        lanes: from, to, unit, qty.
        width: in pixels.
        name: prefix of ids.
    """
    places = _unrolled({row["site"]: (row["lon"], row["lat"]) for row in sites.iter_rows(named=True)})
    view = View.around(list(places.values()), width, (0.5, 0.78) if width > NARROW else (0.6, 1.15))
    at = {site: view.at(*place) for site, place in places.items()}
    parts = [
        f'<svg viewBox="0 0 {width} {view.height:.0f}" aria-hidden="true" focusable="false" font-family="{FONT}">',
        f'<clipPath id="{name}-view"><rect width="{width}" height="{view.height:.0f}"/></clipPath>',
        f'<g clip-path="url(#{name}-view)"><rect width="{width}" height="{view.height:.0f}" fill="{SEA}"/>',
        f'<path d="{_land(view)}" fill="{LAND}" stroke="{COAST}" stroke-width="0.7"/>',
        *_lanes(lanes, at),
        *_sites(sites, at),
        *_labels(sites, at, view),
        "</g></svg>",
    ]
    return "".join(parts)


def _unrolled(places: dict[str, Point]) -> dict[str, Point]:
    """Longitudes on the side of the date line where the places are closest together."""
    lons = [lon for lon, _ in places.values()]
    turned = [lon % 360 for lon in lons]
    if max(lons) - min(lons) <= max(turned) - min(turned):
        return places
    return {site: (lon % 360, lat) for site, (lon, lat) in places.items()}


@cache
def _rings() -> tuple[tuple[Point, ...], ...]:
    """Outlines of land, as longitude and latitude."""
    text = (files("fullrate.report") / "data" / "land.geojson").read_text("utf-8")
    shapes = [feature["geometry"]["coordinates"] for feature in json.loads(text)["features"]]
    return tuple(tuple((lon, lat) for lon, lat in ring) for polygons in shapes for rings in polygons for ring in rings)


def _land(view: View) -> str:
    """The land inside the view as a path, cut at its edges."""
    box = (view.west, view.south, view.east, view.north)
    paths = []
    for turn in (-360.0, 0.0, 360.0):
        for ring in _rings():
            moved = [(lon + turn, lat) for lon, lat in ring] if turn else list(ring)
            inside = cut(moved, box)
            if len(inside) >= 3:
                pixels = [view.at(*point) for point in inside]
                paths.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in pixels) + "Z")
    return "".join(paths)


def cut(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a polygon inside a box (Sutherland and Hodgman 1974).

    >>> sorted(cut([(-1, -1), (3, -1), (3, 3), (-1, 3)], (0, 0, 2, 2)))
    [(0.0, 0.0), (0.0, 2.0), (2.0, 0.0), (2.0, 2.0)]
    """
    west, south, east, north = box
    if all(lon < west for lon, _ in ring) or all(lon > east for lon, _ in ring):
        return []
    points = [(float(lon), float(lat)) for lon, lat in ring]
    for axis, edge, keep in ((1, south, 1), (0, east, -1), (1, north, -1), (0, west, 1)):
        points = list(_half(points, axis, edge, keep))
    return points


def _half(points: list[Point], axis: int, edge: float, keep: int) -> Iterator[Point]:
    """The part of a polygon on one side of a line."""
    for before, after in zip([*points[-1:], *points[:-1]], points, strict=True):
        inside = [(point[axis] - edge) * keep >= 0 for point in (before, after)]
        if inside[0] != inside[1]:
            share = (edge - before[axis]) / (after[axis] - before[axis])
            other = before[1 - axis] + share * (after[1 - axis] - before[1 - axis])
            yield (float(edge), other) if axis == 0 else (other, float(edge))
        if inside[1]:
            yield after


def _lanes(lanes: pl.DataFrame, at: dict[str, Point]) -> Iterator[str]:
    """Lanes between places on the map, slightly bent so that two ways do not cover each other."""
    largest = dict(lanes.group_by("unit").agg(pl.col("qty").max()).iter_rows())
    for row in lanes.sort("qty", descending=True).iter_rows(named=True):
        if row["from"] not in at or row["to"] not in at or row["from"] == row["to"]:
            continue
        (x1, y1), (x2, y2) = at[row["from"]], at[row["to"]]
        bend = (x1 + x2) / 2 - (y2 - y1) * 0.1, (y1 + y2) / 2 + (x2 - x1) * 0.1
        share = row["qty"] / largest[row["unit"]] if largest[row["unit"]] else 0.0
        style = (
            f'stroke="{BLUE}" stroke-opacity="0.5" stroke-width="{0.8 + 4 * sqrt(share):.1f}"'
            if share
            else f'stroke="{MUTED}" stroke-opacity="0.5" stroke-width="0.8" stroke-dasharray="2 3"'
        )
        yield (
            f'<path d="M{x1:.1f} {y1:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {x2:.1f} {y2:.1f}" fill="none" '
            f'stroke-linecap="round" {style}/>'
        )


def _sites(sites: pl.DataFrame, at: dict[str, Point]) -> Iterator[str]:
    """A square makes, a diamond passes on, a circle receives."""
    for row in sites.iter_rows(named=True):
        x, y = at[row["site"]]
        look = f'fill="{ROLES[row["role"]]}" stroke="#fff" stroke-width="1.2"'
        if row["role"] == "receives":
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {look}/>'
        else:
            turn = f' transform="rotate(45 {x:.1f} {y:.1f})"' if row["role"] == "passes on" else ""
            yield f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9"{turn} {look}/>'


def _labels(sites: pl.DataFrame, at: dict[str, Point], view: View) -> Iterator[str]:
    """Names beside their sites, makers first; a name without room is left to the list below the map."""
    taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y in at.values()]
    order = {"makes": 0, "passes on": 1, "receives": 2}
    for row in sorted(sites.iter_rows(named=True), key=lambda row: (order[row["role"]], len(row["label"]))):
        x, y = at[row["site"]]
        long = len(row["label"]) * LABEL * LETTER
        for dx, dy, anchor in ((8, 4, "start"), (-8, 4, "end"), (0, -8, "middle"), (0, 16, "middle")):
            left = x + dx - {"start": 0.0, "end": long, "middle": long / 2}[anchor]
            box = (left, y + dy - LABEL + 1, left + long, y + dy + 3)
            inside = box[0] >= 0 and box[2] <= view.width and box[1] >= 0 and box[3] <= view.height
            if inside and free(box, taken):
                taken.append(box)
                halo = 'stroke="#fff" stroke-width="2.5" stroke-opacity="0.8" paint-order="stroke"'
                yield (
                    f'<text x="{x + dx:.1f}" y="{y + dy:.1f}" font-size="{LABEL}" text-anchor="{anchor}" fill="{INK}" '
                    f"{halo}>{escape(row['label'])}</text>"
                )
                break


def free(box: Box, taken: Sequence[Box]) -> bool:
    """Whether a box touches none of the others.

    >>> free((0, 0, 1, 1), [(2, 0, 3, 1)]), free((0, 0, 1, 1), [(0.5, 0.5, 3, 3)])
    (True, False)
    """
    return all(box[2] < other[0] or box[0] > other[2] or box[3] < other[1] or box[1] > other[3] for other in taken)
