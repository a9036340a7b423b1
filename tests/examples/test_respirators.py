"""The respirator example against the record of surges, and its arithmetic."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from fullrate.tables import Tables

Record = Callable[[str], list[dict[str, str]]]

SURGE = "surges/n95-3m-2020"
MONTH = 365 / 12
YEAR = 364


@pytest.fixture
def respirators(example: Callable[[str], Tables]) -> Tables:
    return example("respirators-2020")


def column(tables: Tables, table: str, name: str) -> dict[str, float]:
    return dict(zip(tables.keys(table), tables.filled(table)[name], strict=True))


class TestFacts:
    def test_every_announcement_up_to_the_day_is_a_statement(self, respirators: Tables, record: Record) -> None:
        known = [row for row in record(f"{SURGE}/announced.csv") if row["announced_on"] <= "2020-05-07"]
        assert len(known) == 4
        stated = {(s["quantity"], str(s["deadline_to"])) for s in respirators.rows("statements") if s["quantity"]}
        for row in known:
            assert (float(row["target_quantity"]), row["target_date"]) in stated

    def test_as_of_the_headline_of_the_record(self, respirators: Tables, record: Record) -> None:
        headline = max(row["announced_on"] for row in record(f"{SURGE}/announced.csv"))
        assert str(respirators.config.as_of) == headline

    def test_sources_of_the_record_have_its_dates(self, respirators: Tables, record: Record) -> None:
        dates = {row["date"] for row in record(f"{SURGE}/sources.csv")}
        for source in ("kstp_20200322", "wcco_20200331", "alpha_20200507"):
            row = respirators.row_of("sources", source)
            assert str(respirators.frames["sources"]["published"][row]) in dates

    def test_lines_make_what_the_record_says(self, respirators: Tables, record: Record) -> None:
        level = {
            row["period_end"]: float(row["quantity"]) for row in record(f"{SURGE}/actual.csv") if "(US)" in row["unit"]
        }
        capacity = column(respirators, "resources", "capacity")
        now = capacity["aberdeen_lines"] + capacity["wisconsin_lines"]
        assert now * MONTH == pytest.approx(level["2020-03-22"], abs=100)

    def test_nothing_later_than_the_day_is_used(self, respirators: Tables, record: Record) -> None:
        later = {
            float(row["quantity"])
            for row in record(f"{SURGE}/actual.csv")
            if row["period_end"] > "2020-05-07" or row["source_id"] == "s1"
        } - {50e6, 95e6}  # announced before, too
        assert later.isdisjoint({s["quantity"] for s in respirators.rows("statements")})


class TestArithmetic:
    def test_builds_keep_the_promises_on_their_days(self, respirators: Tables) -> None:
        add, lead = column(respirators, "builds", "add"), column(respirators, "builds", "lead_d")
        most = column(respirators, "builds", "max")
        base = sum(n for key, n in column(respirators, "resources", "capacity").items() if key != "web_lines")
        june = base + add["idle_lines"]
        october = june + most["ordered_lines"] * add["ordered_lines"] + add["maker_lines"]
        assert (june * MONTH, october * MONTH) == pytest.approx((50e6, 95e6), abs=100)
        assert most["ordered_lines"] * add["ordered_lines"] * MONTH == pytest.approx(26e6, abs=100)
        start = respirators.config.start
        assert start + timedelta(lead["idle_lines"]) == date(2020, 6, 30)
        assert start + timedelta(lead["ordered_lines"]) == start + timedelta(lead["maker_lines"]) == date(2020, 10, 1)
        assert 6 * 30 <= lead["new_lines"] <= 9 * 30, "six to nine months"

    def test_contracts_pay_for_their_lines_and_nothing_is_left(self, respirators: Tables) -> None:
        money = column(respirators, "allotments", "amount")
        price, most = column(respirators, "builds", "capex"), column(respirators, "builds", "max")
        stated = {s["id"]: s["quantity"] for s in respirators.rows("statements")}
        assert money["contract_april|2020-05-11"] == price["idle_lines"] == stated["contract_april"] == 76
        assert money["contract_may|2020-05-11"] == most["ordered_lines"] * price["ordered_lines"] == 126

    def test_imports_are_the_quantity_announced(self, respirators: Tables) -> None:
        rate = column(respirators, "processes", "max_rate")["import_maker"]
        (end,) = respirators.rows("series")
        assert (end["date"], end["value"]) == (date(2020, 7, 6), 0.0)
        assert rate * (end["date"] - date(2020, 4, 6)).days == pytest.approx(166.5e6, abs=100)

    def test_filter_web_per_respirator(self, respirators: Tables) -> None:
        for qty in column(respirators, "recipe", "qty").values():
            assert qty == pytest.approx(4000 / 1.2e6, rel=1e-5)

    def test_needs(self, respirators: Tables) -> None:
        qty = column(respirators, "needs", "qty")
        hospitals = {key: n for key, n in qty.items() if key.endswith("_hospitals")}
        assert len(qty) == 10
        assert len(hospitals) == 8
        total = 95e6 / MONTH * YEAR
        assert sum(hospitals.values()) == pytest.approx(0.9 * total, abs=4000)
        assert qty["industry_works"] == pytest.approx(0.1 * total, abs=500)
        span = (date(2021, 9, 4) - date(2020, 3, 4)).days
        assert qty["stockpile_fill"] == pytest.approx(250e6 * YEAR / span, abs=500)
        assert {need["until"] for need in respirators.rows("needs")} == {respirators.config.start + timedelta(YEAR)}

    def test_a_week_is_on_the_road(self, respirators: Tables) -> None:
        road = {key: n for key, n in column(respirators, "stock", "qty").items() if key.endswith("|respirator")}
        assert sum(road.values()) == pytest.approx((35e6 + 55.5e6) / MONTH * 7, abs=5000)
        assert road["industry|respirator"] == pytest.approx(0.1 * sum(road.values()), abs=1000)

    def test_a_respirator_weighs_the_same_in_every_part(self, respirators: Tables) -> None:
        qty, weight = column(respirators, "needs", "qty"), column(respirators, "recipients", "weight")
        parts = [key.removesuffix("_hospitals") for key in qty if key.endswith("_hospitals")]
        assert len({round(qty[f"{part}_hospitals"] / weight[part] / 1e6, 3) for part in parts}) == 1

    def test_hospitals_lose_and_the_others_wait(self, respirators: Tables) -> None:
        for need in respirators.rows("needs"):
            assert need["late"] == ("lost" if need["need"].endswith("_hospitals") else "backlog")

    def test_every_assumed_number_has_a_range(self, respirators: Tables) -> None:
        ranged = {(row["table"], row["key"], row["column"]) for row in respirators.rows("uncertainty")}
        kind = {row["source"]: row["kind"] for row in respirators.rows("sources")}
        better = {(row["table"], row["key"], row["column"]): row["source"] for row in respirators.rows("provenance")}
        wanted = {
            "resources": ("capacity",), "builds": ("add", "lead_d", "capex"), "stock": ("qty",), "needs": ("qty",),
            "lanes": ("lead_d",), "gates": ("duration_d", "pass", "retry_d"), "allotments": ("amount",),
            "processes": ("max_rate", "lead_d", "unit_cost"),
        }  # fmt: skip
        bare = []
        for table, columns in wanted.items():
            for key, row in zip(respirators.keys(table), respirators.rows(table), strict=True):
                for name in columns:
                    cell = (table, key, name)
                    assumed = kind[better.get(cell, row["source"])] == "assumption"
                    if assumed and row[name] not in (0.0, float("inf")) and cell not in ranged:
                        bare.append(cell)
        assert bare == []
