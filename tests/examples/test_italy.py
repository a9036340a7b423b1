"""The Italian example against the record of surges, and the sums its README promises."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from fullrate.draws import draw
from fullrate.forecast import shipped
from fullrate.forecast.history import as_table, history
from fullrate.tables import Tables

Rows = list[dict[str, str]]
Record = Callable[[str], Rows]

AS_OF = "2020-12-02"
REGIONS = "italy-vaccine-2021-regions"
SURGE = "surges/italy-covid-vaccine-2021"
AREAS = {
    "abruzzo": "ABR", "basilicata": "BAS", "bolzano": "PAB", "calabria": "CAL", "campania": "CAM",
    "emilia_romagna": "EMR", "friuli_venezia_giulia": "FVG", "lazio": "LAZ", "liguria": "LIG", "lombardia": "LOM",
    "marche": "MAR", "molise": "MOL", "piemonte": "PIE", "puglia": "PUG", "sardegna": "SAR", "sicilia": "SIC",
    "toscana": "TOS", "trento": "PAT", "umbria": "UMB", "valle_d_aosta": "VDA", "veneto": "VEN",
}  # fmt: skip
CAPITAL_PORTS = {
    "campania": "ITNAP", "liguria": "ITGOA", "lombardia": "ITMIL", "marche": "ITAOI", "puglia": "ITBRI",
    "sardegna": "ITCAG", "sicilia": "ITPMO",
}  # fmt: skip
MAKERS = {"pfizer": "Pfizer", "astrazeneca": "AstraZeneca"}
CLASSES = {"first": 1, "80": 2, "70": 3, "60": 4, "50": 5, "40": 6, "30": 7, "16": 8}


@pytest.fixture
def italy(example: Callable[[str], Tables]) -> Tables:
    return example("italy-vaccine-2021")


def rates(tables: Tables, maker: str) -> dict[date, float]:
    """Doses a day from each date on."""
    return {row["date"]: row["value"] for row in tables.rows("series") if row["key"] == maker}


def made(tables: Tables, maker: str, day: date) -> float:
    """Doses brought before the start of a day, by plain addition day by day."""
    steps = rates(tables, maker)
    total, today = 0.0, tables.config.start
    while today < day:
        total += next((steps[since] for since in sorted(steps, reverse=True) if since <= today), 0.0)
        today += timedelta(1)
    return total


def people(record: Record) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = defaultdict(dict)
    for row in record(f"{REGIONS}/population.csv"):
        table[row["area"]][row["age_group"]] = int(row["people"])
    return table


class TestPromises:
    def test_every_announcement_of_the_day_is_a_statement(self, italy: Tables, record: Record) -> None:
        known = [row for row in record(f"{SURGE}/announced.csv") if row["announced_on"] <= AS_OF]
        assert len(known) == 3
        stated = {(s["quantity"], str(s["deadline_to"])) for s in italy.rows("statements") if s["quantity"]}
        for row in known:
            assert (float(row["target_quantity"]), row["target_date"]) in stated

    def test_no_later_announcement_is(self, italy: Tables, record: Record) -> None:
        later = {float(r["target_quantity"]) for r in record(f"{SURGE}/announced.csv") if r["announced_on"] > AS_OF}
        assert later.isdisjoint({s["quantity"] for s in italy.rows("statements")})

    def test_makers_bring_what_was_announced_by_the_end_of_march(self, italy: Tables, record: Record) -> None:
        announced = {
            row["unit"].partition(":")[2]: float(row["target_quantity"])
            for row in record(f"{SURGE}/announced.csv")
            if row["announced_on"] <= AS_OF
        }
        april = date(2021, 4, 1)
        for maker, name in MAKERS.items():
            assert made(italy, maker, april) == pytest.approx(announced[name], abs=1)
        total = sum(made(italy, maker, april) for maker in (*MAKERS, "others"))
        assert total == pytest.approx(announced["all"], abs=1)

    def test_rates_after_march_are_those_of_the_quarter_and_say_so(self, italy: Tables) -> None:
        for row in italy.rows("series"):
            before, after = (rates(italy, row["key"])[day] for day in (date(2021, 1, 1), date(2021, 4, 1)))
            assert before == after
            assert (row["source"] == "rates_after_march") == (row["date"] == date(2021, 4, 1))

    def test_gates_open_on_the_days_stated(self, italy: Tables) -> None:
        days = {row["gate"]: row["duration_d"] for row in italy.rows("gates")}
        stated = {row["id"]: row["deadline_from"] for row in italy.rows("statements")}
        approved = {maker: italy.config.start + timedelta(days[f"approval_{maker}"]) for maker in (*MAKERS, "others")}
        assert approved["pfizer"] == stated["ema_pfizer"]
        assert approved["others"] == stated["ema_moderna"]
        assert approved["astrazeneca"] == stated["ema_moderna"] + timedelta(weeks=4)
        assert approved["pfizer"] + timedelta(days["first_doses_pfizer"]) == stated["first_pfizer"]
        assert len({days[f"first_doses_{maker}"] for maker in approved}) == 1

    def test_ranges_are_one_draw_of_class_history_for_all_makers(self, italy: Tables) -> None:
        rows = list(italy.rows("uncertainty"))
        assert {row["key"] for row in rows} == {*MAKERS, "others"}
        names = ("column", "dist", "kind", "as", "group", "rho")
        assert {tuple(row[name] for name in names) for row in rows} == {
            ("max_rate", "class", "new product or plant", "factor", "makers", 1.0)
        }
        drawn = draw(italy, 64, 8).drawn
        assert (drawn == drawn[:, :1]).all()

    def test_history_is_what_the_command_writes_and_no_vaccine_against_covid_is_in_it(self, italy: Tables) -> None:
        cases = history(date(2020, 12, 2), ["italy-covid-vaccine-2021"])
        assert Path(italy.folder, "history.csv").read_text("utf-8") == as_table(cases, "class_history")
        vaccines = {one.case.slug for one in shipped() if one.case.programme == "covid vaccines"}
        assert len(vaccines) == 4
        assert not vaccines & {row["case"] for row in italy.rows("history")}
        assert all(row["known_on"] <= italy.config.as_of for row in italy.rows("history"))


class TestPeople:
    def test_needs_are_the_people_of_the_record(self, italy: Tables, record: Record) -> None:
        table = people(record)
        working = ("20-29", "30-39", "40-49", "50-59", "60-69")
        for need in italy.rows("needs"):
            here = table[AREAS[need["recipient"]]]
            first = {band: round(0.05 * here[band]) for band in working}
            expected = {
                "first": sum(first.values()),
                "80": here["80+"],
                "70": here["70-79"],
                "16": here["12-19"] // 2 + here["20-29"] - first["20-29"],
            } | {band[:2]: here[band] - first[band] for band in working[1:]}
            group = need["need"].removeprefix(f"{need['recipient']}_")
            assert (need["qty"], need["class"]) == (expected[group], CLASSES[group]), need

    def test_everybody_of_16_or_older_is_counted_once(self, italy: Tables, record: Record) -> None:
        table = people(record)
        assert set(AREAS.values()) == set(table)
        adult = sum(here["12-19"] // 2 + sum(n for band, n in here.items() if band >= "20") for here in table.values())
        assert sum(need["qty"] for need in italy.rows("needs")) == adult == 51_683_788

    def test_a_person_weighs_the_same_everywhere(self, italy: Tables) -> None:
        size = defaultdict(float)
        for need in italy.rows("needs"):
            size[need["recipient"]] += need["qty"]
        for recipient in italy.rows("recipients"):
            assert recipient["weight"] == pytest.approx(size[recipient["recipient"]] / 1e6, abs=1e-4)

    def test_all_regions_have_all_classes(self, italy: Tables) -> None:
        pairs = {(need["recipient"], need["class"]) for need in italy.rows("needs")}
        assert len(pairs) == italy.frames["needs"].height == 21 * 8
        assert set(italy.keys("recipients")) == set(AREAS)

    def test_capitals_that_are_ports_lie_where_the_record_has_them(self, italy: Tables, record: Record) -> None:
        ports = {row["locode"]: row for row in record("geo/ports.csv")}
        sites = {row["site"]: row for row in italy.rows("sites")}
        for region, locode in CAPITAL_PORTS.items():
            for axis in ("lat", "lon"):
                assert sites[region][axis] == pytest.approx(float(ports[locode][axis]), abs=0.1), region


class TestSums:
    """The paragraph "By hand" of the README."""

    def test_last_person_within_the_horizon_and_a_half(self, italy: Tables) -> None:
        wanted = 2 * sum(need["qty"] for need in italy.rows("needs"))
        week = next(
            t
            for t in range(1, italy.config.periods + 1)
            if sum(made(italy, m, italy.config.start + timedelta(7 * t)) for m in (*MAKERS, "others")) >= wanted
        )
        assert week + 1 == 53, "one week on the lane"
        assert italy.config.start + timedelta(53 * 7) == date(2021, 12, 10)
        assert italy.config.periods >= 1.5 * (week + 1)

    def test_march_reaches_a_fifth_of_class_4(self, italy: Tables) -> None:
        size = defaultdict(float)
        for need in italy.rows("needs"):
            size[need["class"]] += need["qty"]
        assert (14_000_000 - size[1] - size[2] - size[3]) / size[4] == pytest.approx(0.2, abs=0.01)
        assert size[1] == 1_937_759


class TestOutcome:
    """The folder beside the scenario, made from the weekly record."""

    def test_deliveries_by_month(self, written: Record, record: Record) -> None:
        totals: dict[tuple[str, str], int] = defaultdict(int)
        for row in record(f"{REGIONS}/deliveries_week.csv"):
            if row["week_end"] <= "2021-12-31":
                totals[row["week_end"][:7], row["maker"]] += int(row["doses"])
        shipped = written("italy-vaccine-2021/outcome/delivered_month.csv")
        assert {(r["month"], r["maker"]): int(r["doses"]) for r in shipped} == {k: n for k, n in totals.items() if n}

    def test_doses_given_by_month(self, written: Record, record: Record) -> None:
        totals: dict[str, int] = defaultdict(int)
        for row in record(f"{REGIONS}/administered_week.csv"):
            if row["week_end"] <= "2021-12-31":
                totals[row["week_end"][:7]] += int(row["doses"])
        shipped = written("italy-vaccine-2021/outcome/given_month.csv")
        assert {row["month"]: int(row["doses"]) for row in shipped} == totals

    def test_agrees_with_the_record_of_surges(self, written: Record, record: Record) -> None:
        weeks = sum(
            float(row["quantity"])
            for row in record(f"{SURGE}/actual.csv")
            if (row["unit"], row["period"]) == ("doses delivered:all", "week")
        )
        months = sum(int(row["doses"]) for row in written("italy-vaccine-2021/outcome/delivered_month.csv"))
        assert months == pytest.approx(weeks, rel=1e-3)

    def test_months_end_on_their_last_sunday(self, written: Record) -> None:
        for file in ("delivered_month.csv", "given_month.csv"):
            for row in written(f"italy-vaccine-2021/outcome/{file}"):
                sunday = date.fromisoformat(row["through"])
                assert sunday.isoformat()[:7] == row["month"]
                assert sunday.weekday() == 6
                assert (sunday + timedelta(7)).month != sunday.month
