"""People, learning, quality, gates and the ladder as figure data, against answers found by hand."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

import fullrate as fr
from fullrate.planning import plan
from fullrate.report.figures import gates, learning, people, quality
from fullrate.report.figures import why as ladder
from fullrate.report.page import html
from fullrate.results import Plan, Study
from fullrate.tables import Tables

NEAR = 1e-6
CONFIG: dict[str, Any] = {"name": "kits", "start": "2026-01-05", "periods": 20, "period_d": 1, "tail": 0}
KITS: dict[str, list[dict[str, Any]]] = {
    "items": [{"item": "kit", "family": "kits", "unit": "box"}],
    "sites": [{"site": "works"}],
    "processes": [{"process": "press", "site": "works", "item": "kit", "max_rate": 10}],
    "recipients": [{"recipient": "town", "site": "works"}],
    "needs": [{"need": "order", "recipient": "town", "item": "kits", "qty": 100}],
}


def planned(config: dict[str, Any] | None = None, **tables: list[dict[str, Any]]) -> tuple[Tables, Plan]:
    scene = Tables.from_rows({**CONFIG, **(config or {})}, {**KITS, **tables})
    return scene, plan(scene, tests=False)


@cache
def crew() -> tuple[Tables, Plan]:
    """20 at first, one in fifty of whom quits a day; ten hours of line an hour each; two hired a day for five days."""
    return planned(
        processes=[{"process": "press", "site": "works", "item": "kit"}],
        resources=[{"resource": "line", "site": "works", "capacity": 100, "pool": "crew"}],
        uses=[{"user": "press", "resource": "line", "qty": 4}],
        pools=[
            {
                "pool": "crew",
                "heads": 20,
                "hours": 1,
                "hire_max": 2,
                "train_d": 5,
                "quit": 1 - 0.98**365,
                "dropout": 0.1,
                "hire_cost": 0.5,
            }
        ],
    )


def test_heads_are_those_before_less_quits_plus_trained() -> None:
    tables, answer = crew()
    path = people.workforce(tables, answer)
    assert path.height == 21
    assert path.row(0, named=True)["heads"] == 20
    rows = list(path.iter_rows(named=True))
    assert rows[1]["quit"] == pytest.approx(0.4, rel=1e-9), "one in fifty of 20"
    for before, now in pairwise(rows):
        assert now["heads"] == pytest.approx(0.98 * before["heads"] + now["trained"], abs=1e-5)
    hired = sum(row["hired"] for row in rows[:16])
    assert hired > 1, "the scene must hire"
    assert sum(row["trained"] for row in rows) == pytest.approx(0.9 * hired, abs=1e-4), "a tenth drops out"


def test_a_pool_that_stays_as_it_is_is_not_drawn() -> None:
    tables, answer = planned(
        resources=[{"resource": "line", "site": "works", "capacity": 9, "pool": "crew"}],
        uses=[{"user": "press", "resource": "line", "qty": 1}],
        pools=[{"pool": "crew", "heads": 20, "hours": 1}],
    )
    assert people.workforce(tables, answer).is_empty()
    assert "Who does it" not in html(tables, answer)


def test_effort_follows_wright() -> None:
    """Prior 10, progress 0.8: the mean effort of starts from 0 to X is ((1+X/10)^(1-b) - 1) 10 / ((1-b) X)."""
    tables, answer = planned(
        processes=[{"process": "press", "site": "works", "item": "kit", "progress": 0.8, "prior": 10}],
        resources=[{"resource": "line", "site": "works", "capacity": 5}],
        uses=[{"user": "press", "resource": "line", "qty": 1}],
    )
    path = learning.learnt(tables, answer)
    b = 0.32192809488736235
    first = path.row(0, named=True)
    mean = ((1 + first["so_far"] / 10) ** (1 - b) - 1) * 10 / ((1 - b) * first["so_far"])
    assert first["curve"] == pytest.approx(mean, rel=1e-9)
    assert path["so_far"][-1] == pytest.approx(100, abs=1e-4)
    assert (path["curve"] <= path["counted_on"] + 1e-9).all(), "no plan counts on more than it gathers"
    assert path["curve"].is_sorted(descending=True)


def test_escapes_are_counted_from_the_day_of_their_limit() -> None:
    """Ten a day of which 2 % are bad; from day 4 on at most 5 %, counted afresh."""
    tables, answer = planned(
        processes=[{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "escape": 0.02}],
        quality=[{"family": "kits", "from": "2026-01-09", "aoq_max": 0.05}],
    )
    path = quality.escapes(tables, answer)
    assert path["escaped"].to_list() == pytest.approx([0.2] * 10, abs=NEAR)
    assert path["limit"].to_list() == [None] * 4 + [0.05] * 6
    assert path["share"].to_list() == pytest.approx([0.02] * 10, abs=NEAR)
    assert quality.fleet(tables, answer).is_empty(), "what was delivered counts for good"


def test_what_works_is_what_was_delivered_less_what_failed() -> None:
    tables, answer = planned({"coverage": "serviceable"}, reliability=[{"item": "kit", "mtbf_d": 20}])
    path = quality.fleet(tables, answer)
    for row in path.iter_rows(named=True):
        assert row["working"] == pytest.approx(row["delivered"] - row["failed"], abs=1e-4)
    # after two days of ten: 10 e^(-1/20) + 10
    assert path["working"][2] == pytest.approx(10 * 2.718281828459045**-0.05 + 10, abs=1e-4)
    assert "still work" not in html(tables, answer)
    assert "Units delivered so far and units that work" in html(tables, answer)


@cache
def trial_and_licence() -> tuple[Tables, Plan]:
    return planned(
        gates=[
            {"gate": "trial", "duration_d": 2, "pass": 0.6, "retry_d": 1, "fix": 0.5, "max_tries": 3},
            {"gate": "licence", "duration_d": 1},
        ],
        links=[{"before": "trial", "after": "licence"}],
        processes=[{"process": "press", "site": "works", "item": "kit", "gate": "licence"}],
        resources=[{"resource": "line", "site": "works", "capacity": 4}],
        uses=[{"user": "press", "resource": "line", "qty": 1}],
        builds=[
            {"build": "second", "resource": "line", "add": 8, "lead_d": 2, "capex": 3, "integer": "true",
             "gate": "trial", "risk_gate": "trial", "redo": 0.5},
        ],
    )  # fmt: skip


def test_odds_of_gates_are_those_of_the_tables() -> None:
    tables, answer = trial_and_licence()
    found = {row["gate"]: row for row in gates.gates(tables, answer).iter_rows(named=True)}
    trial, licence = found["trial"], found["licence"]
    assert (trial["begins_d"], trial["passed_d"], licence["passed_d"]) == (0, 2, 3)
    assert trial["first_try"] == 0.6
    assert trial["by_then"] == 0.5, "the quantile its date was chosen by"
    assert trial["at_all"] == pytest.approx(1 - 0.4 * (0.4 * 0.5) * (0.4 * 0.25)), "a failure removes half of the flaws"
    assert (licence["first_try"], licence["at_all"]) == (1, 1)
    assert licence["by_then"] == 0.5, "it waits for the trial"
    assert (trial["behind"], licence["behind"]) == (["licence", "second"], ["press"])


def test_a_gate_on_an_open_way_is_certain() -> None:
    tables, answer = planned(
        gates=[{"gate": "licence", "duration_d": 1}],
        processes=[{"process": "press", "site": "works", "item": "kit", "max_rate": 4, "gate": "licence"}],
    )
    assert gates.gates(tables, answer)["by_then"].to_list() == [1.0]


def test_what_is_at_stake_at_the_risk_of_a_gate() -> None:
    tables, answer = trial_and_licence()
    stake = gates.stakes(tables, answer).row(0, named=True)
    assert (stake["build"], stake["gate"], str(stake["begins"])) == ("second", "trial", "2026-01-05")
    assert stake["fails"] == pytest.approx(0.4)
    assert stake["redo_d"] == pytest.approx(1.0), "half of two days"
    assert stake["redo_cost"] == pytest.approx(1.5), "half of three millions"


def test_planned_tries_of_a_chain_are_enough_with_the_product_of_their_odds() -> None:
    """A test that uses articles (0.6) and an approval that waits for it (0.9): both first tries, 0.54."""
    tables, answer = planned(
        stock=[{"site": "works", "item": "kit", "qty": 5}],
        gates=[
            {"gate": "trial", "duration_d": 1, "pass": 0.6, "needs_item": "kit", "needs_qty": 2, "needs_site": "works"},
            {"gate": "approval", "duration_d": 1, "pass": 0.9},
        ],
        links=[{"before": "trial", "after": "approval"}],
        processes=[{"process": "press", "site": "works", "item": "kit", "max_rate": 10, "gate": "approval"}],
    )
    found = {row["gate"]: row for row in gates.gates(tables, answer).iter_rows(named=True)}
    assert found["trial"]["tries"] == found["approval"]["tries"] == 1
    assert found["trial"]["by_then"] == pytest.approx(0.6)
    assert found["approval"]["by_then"] == pytest.approx(0.54)


@cache
def asked() -> tuple[Tables, Plan, Study]:
    tables, answer = crew()
    return tables, answer, fr.why(tables, answer, rungs=2)


def test_the_ladder_says_what_binds_next_and_what_it_costs() -> None:
    """The crew binds first; a tenth of it: hiring two at 0.5 millions, with no wage."""
    tables, answer, study = asked()
    rungs = study.table("ladder")
    first = rungs.row(0, named=True)
    assert (first["kind"], first["key"]) == ("labour", "crew")
    assert first["cost"] == pytest.approx(0.1 * 20 * 0.5)
    assert (first["next_kind"], first["next_key"]) == rungs.select("kind", "key").row(1)
    drawn = ladder.rungs(study)
    assert drawn.filter(pl.col("side") == ladder.WAIT)["days"].to_list() == rungs["gained_d"].to_list()
    page = html(tables, answer, studies={"why": Study("why", study.tables, {**study.meta, "run": "r"})})
    assert "Why it is late" in page
    assert page.count('id="fig-ladder"') == 1


def test_a_section_is_there_only_with_something_to_say() -> None:
    tables, answer = planned()
    page = html(tables, answer)
    for title in ("Why it is late", "Who does it", "What is learnt", "How good it is", "What has to be passed"):
        assert title not in page
