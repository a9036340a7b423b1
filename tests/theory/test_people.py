"""Labour that grows, tires and signs: answers that are arithmetic, and what never happens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from rules.known import day, scene

HERE = Path(__file__).parent
Rows = list[dict[str, Any]]
CLOSE = 1e-6


def planned(qty: float, periods: int, /, **tables: Rows) -> tuple[fr.Tables, fr.Plan]:
    """A works that makes kits by hand, an hour each, and a plan of it that passes its audit."""
    config = {"name": "people", "currency": "EUR", "start": day(0), "period_d": 1, "periods": periods, "tail": 0}
    read = fr.Tables.from_rows(config, scene(qty, None, **tables))
    found = fr.plan(read, tests=False)
    assert fr.audit(read, found).residual <= CLOSE
    return read, found


def hands(**pool: Any) -> dict[str, Rows]:
    """Ample machines for a pool of people of one hour a day, none of whom leaves."""
    return {
        "resources": [{"resource": "bench", "capacity": 1e6, "pool": "crew"}],
        "uses": [{"user": "press", "resource": "bench", "qty": 1}],
        "pools": [{"pool": "crew", "hours": 1, "quit": 0, **pool}],
    }


def by_period(plan: fr.Plan, kind: str, periods: int) -> list[float]:
    return [sum(value for key, value in plan[kind].items() if key[-1] == t) for t in range(1, periods + 1)]


def yearly(daily: float) -> float:
    """Share who leave in a year when this share leaves every day."""
    return float(1 - (1 - daily) ** 365)


class TestHiring:
    def test_heads_follow_the_recursion(self) -> None:
        plan = fr.plan(HERE / "10-workforce", tests=False)
        heads = [98, 96.04, 99.1192, 102.136816, 105.09407968, 107.9921980864]
        assert by_period(plan, "heads", 6) == pytest.approx(heads, rel=CLOSE)

    def test_the_steady_state_is_hires_over_attrition(self) -> None:
        """Five a day come, a fiftieth leaves: 250 stay 250, and are what any other number tends to."""
        pool = {"quit": yearly(0.02), "hire_max": 5}
        _, steady = planned(1e5, 40, **hands(heads=250, **pool))
        assert by_period(steady, "heads", 40) == pytest.approx([250.0] * 40, rel=CLOSE)
        _, below = planned(1e5, 40, **hands(heads=50, **pool))
        heads = by_period(below, "heads", 40)
        assert heads == pytest.approx([250 - 200 * 0.98**t for t in range(1, 41)], rel=CLOSE)

    @pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
    def test_trainees_never_make_more_than_their_share(self, share: float) -> None:
        pool = {"heads": 3, "hire_max": 2, "train_d": 2, "train_eff": share, "trainer_h": 0.25, "dropout": 0.5}
        _, plan = planned(1e4, 8, **hands(**pool))
        made, heads, train = (by_period(plan, kind, 8) for kind in ("make", "heads", "train"))
        assert max(train) > 0
        for period in range(8):
            trained = heads[period] - 0.25 * train[period]
            assert made[period] <= trained + share * train[period] + CLOSE

    def test_instructors_lower_output_at_first(self) -> None:
        """A trainee takes four hours of the two heads' ten and brings one: 4 instead of 10, then 20."""
        pool = {"heads": 2, "hours": 5, "hire_max": 2, "train_d": 1, "train_eff": 0.2, "trainer_h": 4}
        _, plan = planned(60, 5, **hands(**pool))
        assert by_period(plan, "make", 5) == pytest.approx([4, 20, 20, 16, 0], abs=1e-4)

    def test_nobody_is_hired_for_nothing(self) -> None:
        """The need is met on the first day whoever is hired; a hire is money, or at least trouble."""
        _, plan = planned(5, 6, **hands(heads=9, hire_max=3, hire_cost=0))
        assert sum(by_period(plan, "hire", 6)) == pytest.approx(0, abs=1e-6)

    def test_heads_are_told_where_no_hire_could_be_of_use(self) -> None:
        """Trained after the plan ends: no hires, but heads who quit, and the audit knows them."""
        _, plan = planned(100, 4, **hands(heads=9, hire_max=3, train_d=30))
        assert sum(by_period(plan, "hire", 4)) == 0
        assert by_period(plan, "heads", 4) == pytest.approx([9.0] * 4)

    def test_a_fund_limits_hiring(self) -> None:
        """Six heads can be paid at once, at two each, and are there from the third day on."""
        funds: dict[str, Rows] = {
            "funds": [{"fund": "grant", "carry": True}],
            "allotments": [{"fund": "grant", "date": day(0), "amount": 12}],
        }
        pool = {"heads": 0, "hire_max": 100, "train_d": 2, "hire_cost": 2, "fund": "grant"}
        _, plan = planned(24, 6, **hands(**pool), **funds)
        assert by_period(plan, "make", 6) == pytest.approx([0, 0, 6, 6, 6, 6], abs=0.1)
        assert plan.table("money")["spent"].sum() == pytest.approx(12, rel=0.02)

    def test_the_list_of_actions_names_the_hires(self) -> None:
        """Ten are there; twenty more make the date of 80 %: three days of training, so at once."""
        from fullrate.report.actions import actions

        tables, plan = planned(100, 12, **hands(heads=10, hire_max=20, train_d=3, hire_cost=0.5))
        hires = actions(tables, plan).filter(pl.col("kind") == "hire")
        row = hires.row(0, named=True)
        assert (row["key"], row["unit"], str(row["start"])) == ("crew", "person", day(0))
        assert row["cost"] == pytest.approx(0.5 * row["quantity"])
        assert day(3) in row["note"]
        assert row["latest"] is not None
        assert row["slack_d"] == (row["latest"] - row["start"]).days


LINE = {"uses": [{"user": "press", "resource": "line", "qty": 1}]}
TEMPLATE = [
    {"resource": "line", "segment": "evening", "share": 0.2, "eff": 0.9},
    {"resource": "line", "segment": "weekend", "share": 0.3, "eff": 0.5},
]
"""The two segments of the documentation."""


def line(capacity: float, **more: Any) -> dict[str, Rows]:
    return {"resources": [{"resource": "line", "capacity": capacity, **more}], **LINE}


class TestOvertime:
    def test_two_segments_add_up(self) -> None:
        """100, and 20 hours at 0.9, and 30 at 0.5: 133 a day."""
        _, plan = planned(1330, 12, **line(100), overtime=TEMPLATE)
        assert by_period(plan, "make", 12)[:10] == pytest.approx([133.0] * 10, rel=1e-3)

    def test_the_better_hours_come_first(self) -> None:
        """With 118 hours of work a day nobody works at weekends."""
        need = {"needs": [{"need": "order", "recipient": "depot", "item": "kit", "qty": 1180, "until": day(10)}]}
        _, plan = planned(0, 10, **line(100), overtime=TEMPLATE, **need)
        weekend = [hours for (_, segment, _), hours in plan["overtime"].items() if segment == "weekend"]
        assert sum(weekend) == pytest.approx(0, abs=1e-3)
        assert by_period(plan, "overtime", 10) == pytest.approx([20.0] * 10, rel=1e-3)

    def test_it_cannot_be_kept_up(self) -> None:
        """Two days of 120, then two of 100: never more than two full days in any four."""
        _, plan = planned(1e4, 8, **line(100, ot_max=0.2, ot_run_d=2))
        assert by_period(plan, "overtime", 8) == pytest.approx([20, 20, 0, 0, 20, 20, 0, 0], abs=1e-3)

    def test_people_work_longer_than_their_hours(self) -> None:
        """50 hours of people on a line that could run 100; its overtime of 20 hours is theirs: 66 kits a day."""
        tables = hands(heads=50)
        tables["resources"] = [{"resource": "bench", "capacity": 100, "pool": "crew", "ot_max": 0.2, "ot_eff": 0.8}]
        _, plan = planned(660, 12, **tables)
        assert by_period(plan, "make", 12)[:10] == pytest.approx([66.0] * 10, rel=1e-3)

    def test_an_hour_costs_its_wage_and_more(self) -> None:
        """Ten kits a day in ten hours, then 4 of overtime that make 2: 2 * 10 + (2 + 1) * 4 = 32 a day, for 12 kits."""
        tables = hands(heads=10, wage=2, fund="pay")
        tables["resources"] = [
            {"resource": "bench", "capacity": 10, "pool": "crew", "ot_max": 0.4, "ot_eff": 0.5, "ot_cost": 1}
            | {"fund": "pay"}
        ]
        tables["funds"] = [{"fund": "pay"}]
        tables["allotments"] = [{"fund": "pay", "date": day(0), "amount": 1000}]
        _, plan = planned(12, 1, **tables)
        assert plan.table("money")["spent"].sum() == pytest.approx(32, rel=1e-3)


class TestShifts:
    def test_a_second_shift_is_a_build_with_its_own_lead_and_people(self) -> None:
        """One machine, 10 hours a day in one shift; a second one of 10 hours after a lead of 3 days.

        The crew of 10 one-hour people is one shift's; the second needs as many again, who take 5 days to be trained:
        it works 3 days after it was ordered, but only with the people, from the sixth day on.
        """
        shift = {"builds": [{"build": "second", "resource": "line", "add": 10, "lead_d": 3, "capex": 0}]}
        machine = {**line(10, pool="crew"), **shift}
        pool: dict[str, Any] = {"pool": "crew", "hours": 1, "quit": 0}
        _, ample = planned(160, 12, **machine, pools=[pool | {"heads": 100}])
        assert by_period(ample, "make", 12)[:8] == pytest.approx([10] * 3 + [20] * 5, rel=1e-3)
        _, short = planned(160, 16, **machine, pools=[pool | {"heads": 10}])
        assert by_period(short, "make", 16) == pytest.approx([10] * 16, rel=1e-3)
        _, hired = planned(160, 12, **machine, pools=[pool | {"heads": 10, "hire_max": 10, "train_d": 5}])
        assert by_period(hired, "make", 12)[:5] == pytest.approx([10] * 5, rel=1e-3)
        assert by_period(hired, "make", 12)[5] == pytest.approx(20, rel=1e-3)


class TestOffices:
    def test_a_second_source_waits_for_the_office_behind_its_gate(self) -> None:
        """Its gate needs two hours of an office of two a day, which a build would need on the same day: one of them."""
        tables: dict[str, Rows] = {
            "processes": [
                {"process": "press", "site": "works", "item": "kit"},
                {"process": "buy", "site": "works", "item": "kit", "max_rate": 10, "gate": "licence"},
            ],
            "resources": [{"resource": "line", "capacity": 5}, {"resource": "office", "capacity": 2}],
            "uses": [
                {"user": "press", "resource": "line", "qty": 1},
                {"user": "licence", "resource": "office", "qty": 2},
                {"user": "second", "resource": "office", "qty": 2},
            ],
            "gates": [{"gate": "licence", "duration_d": 1}],
            "builds": [{"build": "second", "resource": "line", "add": 5, "lead_d": 1}],
        }
        _, plan = planned(95, 10, **tables)
        assert plan["open"]["licence"] == 1.0
        assert plan["build"]["second", 1] == pytest.approx(0, abs=1e-6)
        assert by_period(plan, "make", 4)[:4] == pytest.approx([5, 15, 20, 20], abs=1e-3)

    def test_an_office_of_people_is_paid_by_the_hour(self) -> None:
        """Two builds of three hours each at a wage of 4."""
        tables: dict[str, Rows] = {
            "resources": [{"resource": "line", "capacity": 0}, {"resource": "office", "capacity": 9, "pool": "crew"}],
            "uses": [
                {"user": "press", "resource": "line", "qty": 1},
                {"user": "second", "resource": "office", "qty": 3},
            ],
            "pools": [{"pool": "crew", "heads": 9, "hours": 1, "quit": 0, "wage": 4, "fund": "pay"}],
            "builds": [{"build": "second", "resource": "line", "add": 5, "lead_d": 1, "max": 2}],
            "funds": [{"fund": "pay"}],
            "allotments": [{"fund": "pay", "date": day(0), "amount": 100}],
        }
        _, plan = planned(40, 6, **tables)
        assert plan.table("money")["spent"].sum() == pytest.approx(24, rel=1e-2)
