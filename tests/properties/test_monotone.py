"""More of anything never hurts the first class; fewer ways never help it.

Each statement is false without its conditions: it speaks of soft violations and U of the first
class in this order, and of its earliest possible dates; lead times and yields also need free storage; whole numbers,
sampled gates and shares over all recipients are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from generator import PLAIN
from properties.planned import SAME, Drawn, close, drawn, first, no_worse, planned, stage

AFFORDABLE = range(4)
MANY = pytest.mark.slow
SEEDS = [*AFFORDABLE, *(pytest.param(seed, marks=MANY) for seed in range(len(AFFORDABLE), 200))]


def _scale(drawn: Drawn, table: str, column: str, factor: float) -> None:
    for row in drawn.rows(table):
        if column in row:
            row[column] *= factor
    for row in drawn.rows("series"):
        if (row["table"], row["column"]) == (table, column):
            row["value"] *= factor


def more_capacity(drawn: Drawn) -> None:
    for table, column in (
        ("resources", "capacity"),
        ("lanes", "capacity"),
        ("processes", "max_rate"),
        ("builds", "add"),
    ):
        _scale(drawn, table, column, 1.3)


def more_stock(drawn: Drawn) -> None:
    drawn.rows("stock").append({"site": "hub", "item": "kit", "qty": 7, "date": "2031-03-10"})
    _scale(drawn, "stock", "qty", 1.5)


def more_money(drawn: Drawn) -> None:
    _scale(drawn, "allotments", "amount", 1.5)


def another_lane(drawn: Drawn) -> None:
    drawn.rows("lanes").append({"lane": "new", "from": "mine", "to": "hub", "lead_d": 7})


def another_source(drawn: Drawn) -> None:
    new = {"process": "new", "site": "hub", "item": "kit", "lead_d": 14, "max_rate": 1}
    drawn.rows("processes").append(new)


def cheaper(drawn: Drawn) -> None:
    for table, column in (("processes", "unit_cost"), ("lanes", "unit_cost"), ("builds", "capex")):
        _scale(drawn, table, column, 0.8)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("improve", [more_capacity, more_stock, more_money, another_lane, another_source, cheaper])
def test_more_never_hurts(seed: int, improve: Callable[[Drawn], None]) -> None:
    """More capacity, stock or money, another lane or source, or lower prices."""
    base = drawn(seed, PLAIN)
    assert not no_worse(base.changed(improve).plan(), planned(seed, PLAIN))


def shorter_leads(drawn: Drawn) -> None:
    for table in ("processes", "lanes", "builds"):
        for row in drawn.rows(table):
            row["lead_d"] = max(0.0, row.get("lead_d", 0.0) - float(drawn.config["period_d"]))
    for row in drawn.rows("gates"):
        row["duration_d"] = row["duration_d"] / 2


def better_yields(drawn: Drawn) -> None:
    for row in drawn.rows("processes"):
        row["yield"] = min(1.0, row.get("yield", 1.0) * 1.2)
    for row in drawn.rows("series"):
        if row["column"] == "yield":
            row["value"] = min(1.0, row["value"] * 1.2)
    for row in drawn.rows("lanes"):
        row["loss"] = row.get("loss", 0.0) / 2


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("improve", [shorter_leads, better_yields])
def test_quicker_and_better_never_hurts(seed: int, improve: Callable[[Drawn], None]) -> None:
    """Shorter leads and better yields; stock has no limit and rejects have no other use here."""
    base = drawn(seed, PLAIN)
    assert not no_worse(base.changed(improve).plan(), planned(seed, PLAIN))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_restriction_never_helps(seed: int) -> None:
    """A site that is barred from a day on."""

    def barred(drawn: Drawn) -> None:
        bar = {"restriction": "more", "kind": "site", "target": "mill", "from": "2031-03-17"}
        drawn.rows("restrictions").append(bar | {"basis": "policy"})

    base = drawn(seed, PLAIN)
    assert not no_worse(planned(seed, PLAIN), base.changed(barred).plan())


@pytest.mark.parametrize("seed", SEEDS)
def test_a_need_less_never_hurts_the_others(seed: int) -> None:
    """The others' part of U with an extra recipient is no less than without."""

    def extra(drawn: Drawn) -> None:
        site = drawn.rows("recipients")[0]["site"]
        drawn.rows("recipients").append({"recipient": "extra", "site": site, "weight": 2})
        need = {"need": "more", "recipient": "extra", "item": "kit", "qty": 20}
        drawn.rows("needs").append(need)

    features, settings = replace(PLAIN, classes=False), {"tail": 0.0, "fairness": "utilitarian"}
    table = drawn(seed, features, **settings).changed(extra).plan().table("waits")
    others = sum(
        weight * days
        for recipient, weight, days in table.select("recipient", "weight", "days").iter_rows()
        if recipient != "extra"
    )
    _, alone = first(planned(seed, features, **settings))
    assert alone <= others + SAME * max(1.0, others)


def _roundings(base: Drawn) -> Iterable[tuple[str, float]]:
    for rounding in ("floor", "kernel", "ceil"):

        def rounded(drawn: Drawn, rounding: str = rounding) -> None:
            drawn.config["lead_rounding"] = rounding
            for row in (*drawn.rows("processes"), *drawn.rows("lanes")):
                row["lead_d"] = row.get("lead_d", 0.0) * 0.7 + 0.1

        yield rounding, first(base.changed(rounded).plan())[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_early_mean_and_late_rounding_are_in_order(seed: int) -> None:
    """U(floor) <= U(kernel) <= U(ceil) on equal periods with free storage."""
    days = dict(_roundings(drawn(seed, PLAIN)))
    slack = SAME * max(1.0, days["ceil"])
    assert days["floor"] <= days["kernel"] + slack
    assert days["kernel"] <= days["ceil"] + slack


@pytest.mark.parametrize("seed", SEEDS)
def test_whole_builds_are_no_better_than_parts_of_builds(seed: int) -> None:
    """The linear program bounds the mixed-integer one, whose own bound lies between."""

    def whole(drawn: Drawn) -> None:
        for row in drawn.rows("builds"):
            row["integer"] = "true"

    base = drawn(seed, PLAIN)
    relaxed, exact = planned(seed, PLAIN), base.changed(whole).plan()
    _, days = first(relaxed)
    assert first(exact)[1] >= days - SAME * max(1.0, days)
    assert close(stage(exact, "L0"), stage(relaxed, "L0"))
