"""Sites with coordinates and what moves between them, for the map."""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from fullrate.results import Plan
from fullrate.tables import Tables


def sites(tables: Tables) -> pl.DataFrame:
    """Sites that have coordinates.

    Returns:
        site, lat, lon, role (makes, receives, passes on).
    """
    homes = {row["site"] for row in tables.rows("recipients")}
    makers = {row["site"] for row in tables.rows("processes")}

    def role(site: str) -> str:
        return "makes" if site in makers else "receives" if site in homes else "passes on"

    known = tables.filled("sites").filter(pl.col("lat").is_not_null() & pl.col("lon").is_not_null())
    return known.select("site", "lat", "lon").with_columns(
        role=pl.col("site").map_elements(role, return_dtype=pl.String)
    )


def lanes(tables: Tables, plan: Plan) -> pl.DataFrame:
    """What each lane carries over the whole plan.

    Returns:
        lane, from, to, item, unit, qty (departures), first, last (periods), lead_d; lanes never used have qty 0.
    """
    units = {row["item"]: row["unit"] for row in tables.rows("items")}
    moved = (
        plan.table("flows")
        .filter(pl.col("kind") == "ship")
        .group_by("key", "item")
        .agg(qty=pl.col("value").sum(), first=pl.col("period").min(), last=pl.col("period").max())
    )
    carried: dict[str, list[tuple[str, float, int | None, int | None]]] = defaultdict(list)
    for lane, item, qty, first, last in moved.sort("key", "item").iter_rows():
        carried[lane].append((item, qty, first, last))
    rows = []
    for row in tables.rows("lanes"):
        for item, qty, first, last in carried[row["lane"]] or [(row["item"], 0.0, None, None)]:
            rows.append(
                (row["lane"], item, row["from"], row["to"], units.get(item, ""), qty, first, last, row["lead_d"])
            )
    text = dict.fromkeys(("lane", "item", "from", "to", "unit"), pl.String)
    schema = {**text, "qty": pl.Float64, "first": pl.Int64, "last": pl.Int64, "lead_d": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")
