"""The example with real sea lanes: its distances, and what a closed canal does, by arithmetic."""

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest

import fullrate as fr
from fullrate.tables import Tables
from fullrate.tables.cut import Cut, cut

KM_A_DAY = 16 * 1.852 * 24
IN_PORTS = 6
WEEK = 7


@pytest.fixture
def gloves(example: Callable[[str], Tables]) -> Tables:
    return example("gloves-by-sea")


def weeks(days: float) -> int:
    return math.ceil(days / WEEK)


def lead(distance: float) -> float:
    return round(distance / KM_A_DAY + IN_PORTS, 1)


def earliest(plan: fr.Plan, share: float) -> int:
    """Week by which a share can be covered at the earliest."""
    dates = plan.table("dates").filter(need="", coverage=share)
    return (dates["earliest_date"].item() - plan.start).days // WEEK


def test_lanes_take_what_the_distance_says(gloves: Tables) -> None:
    """Kilometres and ports against the table of distances."""
    source = Path(__file__).resolve().parents[3] / "shared" / "data" / "geo" / "sea_distances_km.csv"
    if not source.is_file():
        pytest.skip("the table of sea distances is not here")
    with source.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    known = {frozenset((row["from"], row["to"])): row for row in rows}
    ports = {
        "klang": "MYPKG", "shanghai": "CNSHA", "busan": "KRPUS", "istanbul": "TRIST",
        "rotterdam": "NLRTM", "hamburg": "DEHAM", "genoa": "ITGOA", "piraeus": "GRPIR",
    }  # fmt: skip
    lanes = list(gloves.rows("lanes"))
    assert len(lanes) == 21
    for lane in lanes:
        row = known[frozenset((ports[lane["from"]], ports[lane["to"]]))]
        column = "km_suez_closed" if lane["corridor"] == "cape" else "km_open"
        assert lane["lead_d"] == lead(float(row[column]))


def test_no_date_is_earlier_than_lines_and_ships_allow(published: Callable[[str], fr.Plan]) -> None:
    """Both works at full rate from the first day, all by the shortest lane, is a bound; weeks cost little beside it."""
    plan = published("gloves-by-sea")
    for share in (0.5, 0.8):
        missing = share * 1_500_000 - 80_000
        bound = missing / (WEEK * 11_000) + weeks(lead(10157.0))
        assert bound <= earliest(plan, share) <= bound + 4


def test_a_closed_canal_leaves_the_cape(gloves: Tables) -> None:
    """Nothing passes the canal; what arrives fits the room round the Cape, its days, and the works in Istanbul."""
    shut = cut(gloves, [Cut("corridor", "suez")])
    plan = fr.plan(shut, tests=False)
    sent = plan.table("flows").filter(kind="ship")
    assert len(sent)
    assert sent.filter(sent["key"].str.ends_with("_canal")).is_empty()
    assert fr.audit(shut, plan).passed
    round_the_cape, approval = weeks(lead(21250.8)), 90 // WEEK

    def most(week: int) -> float:
        by_sea = 8 * 1200 * WEEK * max(0, week - round_the_cape)
        return 80_000 + by_sea + 1500 * WEEK * max(0, week - approval)

    bound = next(week for week in range(53) if most(week) >= 0.5 * 1_500_000)
    assert bound <= earliest(plan, 0.5) <= bound + 2
