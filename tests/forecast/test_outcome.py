"""What came of a promise: by arithmetic on small records, and against a table computed elsewhere."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from forecast.places import PROMISE, PUMPS, SHARED, record, shared
from fullrate.forecast import outcome, promises
from fullrate.forecast.known import series
from fullrate.tables.check.surge import check_surge
from fullrate.tables.surge import Surge, read_surge


def test_a_count_is_read_on_the_line_between_its_points(tmp_path: Path) -> None:
    # 200 on day 100, 800 on day 300: 1000 never by 2022-01-01 (day 365), 600 + ... nothing after day 300
    rows = "2021-04-11,month,200,pumps,1,s1,,\n2021-10-28,month,800,pumps,1,s1,,\n2022-03-07,month,1200,pumps,1,s1,,\n"
    surge = record(tmp_path / "a", PUMPS, PROMISE, rows)
    found = outcome(surge, promises(surge)[0])
    # day 365 lies half way between day 300 and day 430: 800 + 400 / 2
    assert found.share == pytest.approx(1.0)
    assert found.ratio == pytest.approx(1.0)
    assert found.kept is True


def test_units_that_came_before_the_count_are_taken_off(tmp_path: Path) -> None:
    rows = "2020-12-31,year,300,pumps,1,s1,,\n2022-01-01,day,800,pumps,1,s1,,\n"
    surge = record(tmp_path / "a", PUMPS, PROMISE, rows)
    assert outcome(surge, promises(surge)[0]).share == pytest.approx(0.5)


def test_flows_are_summed_from_the_day_of_the_count(tmp_path: Path) -> None:
    # the week that ends on 3 January lies three days of seven inside the count
    rows = "2021-01-03,week,70,pumps,0,s1,,\n2021-01-10,week,100,pumps,0,s1,,\n2022-01-01,week,400,pumps,0,s1,,\n"
    surge = record(tmp_path / "a", PUMPS, PROMISE, rows)
    assert series(surge, promises(surge)[0]).value.tolist() == pytest.approx([30, 130, 530])
    found = outcome(surge, promises(surge)[0])
    assert (found.share, found.ratio, found.kept) == (pytest.approx(0.53), None, False)
    assert found.beyond == pytest.approx(1.0)


RATE = PUMPS.replace('count_from = "2021-01-01"', "").replace(
    '"pumps"\nwhat = "cumulative"', '"pumps/month"\nwhat = "rate"'
)


def test_a_rate_is_reached_with_the_first_value_at_it(tmp_path: Path) -> None:
    promise = "2021-01-01,the works,1000,pumps/month,2022-01-01,rate,s1,\n"
    rows = (
        "2021-06-30,month,400,pumps,0,s1,,\n2023-01-01,month,1600,pumps,0,s1,,\n2021-09-30,quarter,9000,pumps,0,s1,,\n"
    )
    surge = record(tmp_path / "a", RATE, promise, rows)
    found = outcome(surge, promises(surge)[0])
    between = (date(2022, 1, 1) - date(2021, 6, 30)) / (date(2023, 1, 1) - date(2021, 6, 30))
    assert found.share == pytest.approx(0.4 + 1.2 * between)
    assert found.ratio == pytest.approx(2.0)
    assert found.kept is False


def test_a_rate_a_year_is_the_total_of_its_year(tmp_path: Path) -> None:
    case = RATE.replace("2022-01-01", "2021-12-31").replace("pumps/month", "pumps/year")
    promise = "2021-01-01,the works,1000,pumps/year,2021-12-31,rate,s1,\n"
    surge = record(
        tmp_path / "a", case, promise, "2020-12-31,year,100,pumps,0,s1,,\n2022-12-31,year,2000,pumps,0,s1,,\n"
    )
    found = outcome(surge, promises(surge)[0])
    assert found.share is None  # the year itself is not on record, and years are no points of a line
    assert found.kept is None
    assert found.ratio == pytest.approx(729 / 364)


def test_a_year_is_the_sum_of_its_parts_when_all_are_there(tmp_path: Path) -> None:
    case = RATE.replace("2022-01-01", "2021-12-31").replace("pumps/month", "pumps/year")
    promise = "2021-01-01,the works,1000,pumps/year,2021-12-31,rate,s1,\n"
    ends = ("2021-03-31", "2021-06-30", "2021-09-30", "2021-12-31", "2022-03-31")
    rows = "".join(f"{end},quarter,{place + 1}00,pumps,0,s1,,\n" for place, end in enumerate(ends))
    surge = record(tmp_path / "a", case, promise, rows)
    assert outcome(surge, promises(surge)[0]).share == pytest.approx(1.0)  # 100 + 200 + 300 + 400; 2022 is not whole
    assert len(series(surge, promises(surge)[0], date(2022, 1, 5))) == 0


def test_a_rate_is_read_from_shorter_flows(tmp_path: Path) -> None:
    promise = "2021-01-01,the works,1000,pumps/month,2022-01-01,rate,s1,\n"
    surge = record(tmp_path / "a", RATE, promise, "2022-01-01,week,70,pumps,0,s1,,\n")
    assert outcome(surge, promises(surge)[0]).share == pytest.approx(0.07 * 365.25 / 12 / 7)


def test_the_last_report_of_a_period_counts(tmp_path: Path) -> None:
    rows = "2022-01-01,day,900,pumps,1,s1,,2022-01-05\n2022-01-01,day,1100,pumps,1,s1,corrected,2022-02-01\n"
    surge = record(tmp_path / "a", PUMPS, PROMISE, rows)
    assert not check_surge(surge)
    promise = promises(surge)[0]
    assert outcome(surge, promise).share == pytest.approx(1.1)
    assert series(surge, promise, date(2022, 1, 20)).value.tolist() == [900]
    assert len(series(surge, promise, date(2022, 1, 4))) == 0


def test_without_a_day_a_number_is_known_a_week_later(tmp_path: Path) -> None:
    surge = record(tmp_path / "a", PUMPS, PROMISE, "2021-06-30,month,400,pumps,1,s1,,\n")
    promise = promises(surge)[0]
    assert [len(series(surge, promise, date(2021, 7, day))) for day in (6, 7)] == [0, 1]


# Two rows of the table take exact quarter totals for series whose weeks alone carry the promise's unit.
WEEKLY = [
    ("italy-covid-vaccine-2021", f"doses delivered:{one}") for one in ("AstraZeneca", "Pfizer", "Moderna", "Janssen")
]


@shared
def test_agreement_with_the_table_that_was_computed_elsewhere() -> None:
    """`derived_metrics.csv`: share, date within a day, bound of each of 117 promises."""
    surges: dict[str, Surge] = {}
    compared = 0
    with open(SHARED / "surges" / "derived_metrics.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        surge = surges.setdefault(row["slug"], read_surge(SHARED / "surges" / row["slug"])[0])
        same = (row["announced_on"], row["target_date"], row["unit"], float(row["target_quantity"]))
        promise = next(p for p in promises(surge) if (str(p.announced_on), str(p.due), p.unit, p.quantity) == same)
        found = outcome(surge, promise)
        assert promise.headline == (row["headline"] == "1")
        if (row["slug"], row["unit"]) in WEEKLY:
            continue
        share = row["achieved_share_at_target_date"]
        assert ("" if found.share is None else f"{found.share:.3f}") == share, row
        assert promise.announced_on is not None
        if row["date_reached"]:
            assert found.ratio is not None
            day = promise.announced_on + timedelta(days=found.ratio * promise.days)
            assert abs((day - date.fromisoformat(row["date_reached"])).days) <= 1, row
        else:
            assert found.ratio is None
        if row["delay_factor"].startswith(">"):
            assert f"{found.beyond:.2f}" == row["delay_factor"][1:], row
        compared += 1
    assert compared == len(rows) - sum((row["slug"], row["unit"]) in WEEKLY for row in rows) > 100
