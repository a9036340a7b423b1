"""Odds of a line whose executions are arithmetic: dates, intervals, quantities, rates, assumptions, refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import fullrate as fr
from fullrate import simulate, store
from fullrate.case import derive
from fullrate.draws import draw
from fullrate.findings import Refused
from fullrate.report.figures import odds as figures
from fullrate.report.odds import as_text, headline, often, rate_rows, sentence
from fullrate.report.page import write_report
from fullrate.results import Plan, Study
from fullrate.simulate.run import SHOWN
from fullrate.statistics import frames
from fullrate.studies.odds import odds
from odds.fakes import RANGE, START, execute, line

SURE = 4
"""Standard errors that an estimate may be off; a false alarm in 16,000."""
SAMPLES = 4096


@pytest.fixture(scope="module")
def plan() -> Plan:
    return fr.plan(line(), tests=False)


@pytest.fixture(scope="module")
def study(plan: Plan) -> Study:
    return odds(line(RANGE), plan, samples=SAMPLES, by=START + timedelta(days=10), execute=execute)


def order(study: Study, name: str) -> dict[str, object]:
    return study.table(name).filter((pl.col("need") == "order") & (pl.col("coverage") == 1.0)).row(0, named=True)


def test_odds_are_those_of_the_arithmetic(study: Study) -> None:
    """All by day 10 takes no strike (3 in 4) and a factor of at least one (1 in 2): 3/8."""
    found = order(study, "odds")
    assert found["odds"] == pytest.approx(3 / 8, abs=SURE * np.sqrt(0.375 * 0.625 / SAMPLES))
    assert found["low"] <= 3 / 8 <= found["high"]
    assert found["hits"] == round(found["odds"] * SAMPLES)


def test_percentiles_of_dates_are_those_of_the_arithmetic(study: Study) -> None:
    """Without a strike day ceil(10 / f), else four later. By day 7 f >= 10/7: 1/14 of 3/4; by day 8 f >= 1.25, 3/16.

    P10 is then day 8. By day 11: f >= 10/11 is 0.591 of 3/4, and with a strike f >= 10/7, 1/14 of 1/4: 0.461. By day
    12: 2/3 of 3/4 and 1/4 of 1/4: 0.5625, so the median is day 12.
    """
    found = order(study, "dates")
    assert found["p10"] == START + timedelta(days=8)
    assert found["p50"] == START + timedelta(days=12)
    assert found["p50_low"] <= found["p50"] <= found["p50_high"]
    assert found["later"] == 0
    assert found["plan"] == START + timedelta(days=10)


def test_executions_that_do_not_finish_are_later_than_the_horizon(plan: Plan) -> None:
    """A factor of 0 to 0.5 needs 20 days or more: 40 are not enough below 0.25 (0.2778 after a strike)."""
    study = odds(line({**RANGE, "low": 0.0, "high": 0.5}), plan, samples=SAMPLES, execute=execute)
    found = order(study, "dates")
    assert found["later"] == pytest.approx(0.75 * 0.5 + 0.25 * 10 / 36 / 0.5, abs=SURE * 0.5 / np.sqrt(SAMPLES))
    assert found["p90"] is None
    assert found["p50"] is None
    assert found["p10"] is not None
    assert "later than the horizon" in as_text(line(RANGE), plan, study)


def test_odds_rise_with_the_date_and_fall_with_coverage(plan: Plan) -> None:
    before = -1.0
    for day in range(4, 30, 3):
        study = odds(line(RANGE), plan, samples=256, by=START + timedelta(days=day), execute=execute)
        table = study.table("odds").filter(pl.col("need") == "order").sort("coverage")
        assert table["odds"].to_list() == sorted(table["odds"].to_list(), reverse=True)
        assert table["odds"][-1] >= before
        before = table["odds"][-1]


def test_quantities_by_a_day(plan: Plan) -> None:
    """By day 8: 80 f kits without a strike, 40 f with one; at least 60: f >= 0.75, or f >= 1.5: 3/4 * 3/4."""
    study = odds(line(RANGE), plan, samples=SAMPLES, by=START + timedelta(days=8), quantity=60, execute=execute)
    found = study.table("quantities").filter(pl.col("class") == 0).row(0, named=True)
    assert found["odds"] == pytest.approx(9 / 16, abs=SURE * 0.5 / np.sqrt(SAMPLES))
    assert "60 units have come by 2031-01-09" in sentence(line(RANGE), study)
    more = odds(line(RANGE), plan, samples=64, by=START + timedelta(days=8), quantity=90, execute=execute)
    assert "the plan itself has 80 units by then, and what follows it cannot have more" in sentence(line(RANGE), more)


def test_odds_of_a_quantity_rest_on_every_execution(plan: Plan) -> None:
    """Curves of 1,024 are kept; odds of 2,048 come from all of them, and are the same as from curves of all."""
    tables, by, many = line(RANGE), START + timedelta(days=8), 2 * SHOWN
    study = odds(tables, plan, samples=many, by=by, quantity=60)
    row = study.table("quantities").filter(pl.col("class") == 0).row(0, named=True)
    assert row["samples"] == many
    draws = draw(tables, many, tables.config.replicates)
    whole = simulate.run(tables, derive(tables), plan, draws, shown=many, at=8.0)
    assert whole.there is not None
    group = whole.group(cls=0, item="kit")
    assert whole.there[:, group] == pytest.approx(frames.at_day(whole, group, 8.0), abs=1e-6)
    assert f"rest on {SHOWN} of them" in " ".join(as_text(tables, plan, study).split())
    assert row["hits"] == int((whole.there[:, group] * 100 >= 60 * (1 - 1e-6)).sum())


def test_the_rate_of_a_sprint(study: Study) -> None:
    """The plan delivers for ten days, so that is the window: ten kits a day times the factor, a hundred kits at most.

    A factor is below 0.6 one time in ten, and above 1 in half: then the hundred kits are the limit.
    """
    (found,) = study.table("rates").filter(pl.col("class") == 0).iter_rows(named=True)
    assert (found["rate"], found["window_d"], found["plan"]) == ("burst", 10, pytest.approx(10, rel=1e-6))
    assert found["p10"] == pytest.approx(6, abs=0.01)
    assert found["p90"] == pytest.approx(10, rel=1e-6)


def test_naive_answers_stand_beside(study: Study) -> None:
    """The plan makes ten a day from the first day on: both envelopes say day ten, half of the executions day twelve."""
    mine = study.table("naive").filter(pl.col("need") == "order")
    found = {row["naive"]: row for row in mine.iter_rows(named=True)}
    assert found["straight line"]["day"] == pytest.approx(10, abs=1e-5)
    assert found["quantity by rate"]["day"] == pytest.approx(10, rel=1e-6)
    assert found["straight line"]["p50"] == START + timedelta(days=12)


def test_parameters_and_events_are_kept_apart(plan: Plan) -> None:
    """Wait 5 / f without a strike, 4 more with one: Var(5 / f) against 16 * 3/16 = 3.

    With f uniform on 0.5..1.5: E[1/f] = ln 3, E[1/f^2] = 4/3; Var(5 / f) = 25 (4/3 - ln(3)^2) = 3.1594.
    """
    study = odds(line(RANGE), plan, samples=SAMPLES, execute=execute)
    share = dict(study.table("variance").select("due_to", "share").iter_rows())
    of_rate = 25 * (4 / 3 - np.log(3) ** 2)
    assert share["parameters"] == pytest.approx(of_rate / (of_rate + 3), abs=0.04)
    assert share["parameters"] + share["events"] == pytest.approx(1)


def test_the_input_that_matters_comes_first(plan: Plan) -> None:
    idle = {**RANGE, "table": "gates", "key": "permit", "column": "cost", "as": "value", "low": 0, "high": 9}
    study = odds(line(idle, RANGE), plan, samples=1024, execute=execute)
    found = study.table("inputs")
    assert found["cell"].to_list() == ["processes:press.max_rate", "gates:permit.cost"]
    assert found["correlation"][0] < -0.6
    assert abs(found["correlation"][1]) < SURE / 32
    assert found["where_high"][0] < found["where_low"][0]
    assert study.meta["explained"] == pytest.approx(found["correlation"][0] ** 2, abs=0.02)


def test_a_regression_that_explains_little_says_no_weights(plan: Plan) -> None:
    """Without the range that matters, strikes explain nothing: below the gate, no weights in the text."""
    idle = {**RANGE, "table": "gates", "key": "permit", "column": "cost", "as": "value", "low": 0, "high": 9}
    study = odds(line(idle), plan, samples=512, execute=execute)
    assert not study.meta["usable"]
    text = as_text(line(idle), plan, study)
    assert "not said" in text
    assert "less than 60 %" in text


def test_adding_a_range_that_moves_nothing_changes_no_sample(plan: Plan) -> None:
    idle = {**RANGE, "table": "gates", "key": "permit", "column": "cost", "as": "value", "low": 0, "high": 9}
    one, two = (odds(line(*ranges), plan, samples=256, execute=execute) for ranges in ((RANGE,), (idle, RANGE)))
    assert one.table("samples").equals(two.table("samples"))


def test_dates_that_needs_have_are_asked_for(plan: Plan) -> None:
    study = odds(line(RANGE, due="2031-01-20"), plan, samples=256, execute=execute)
    assert order(study, "odds")["by"] == date(2031, 1, 20)
    classes = study.table("odds").filter(pl.col("need") == "")
    assert classes["by"].to_list() == [START + timedelta(days=5), START + timedelta(days=10)]


def test_without_ranges_and_events_every_date_holds(plan: Plan) -> None:
    def sure(of: Plan, draws: object) -> object:
        found = execute(of, None)
        count = 64 if draws is not None else 1
        repeated = {
            name: np.repeat(getattr(found, name), count, axis=0) for name in ("reached", "waits", "cost", "displaced")
        }
        replicate = np.arange(count) * 8 // count
        return replace(found, replicate=replicate, curves=np.repeat(found.curves, count, axis=0),
                       shown=np.arange(count), **repeated)  # fmt: skip

    study = odds(line(), plan, samples=64, execute=sure)  # type: ignore[arg-type]
    assert study.table("odds")["odds"].to_list() == [1.0, 1.0]
    text = as_text(line(), plan, study)
    assert "all 64" in text
    assert "the scenario has no ranges" in text.replace("\n", " ")
    assert "nothing that is uncertain here moves it" in text


def test_what_is_assumed_is_said(study: Study, plan: Plan) -> None:
    text = " ".join(as_text(line(RANGE), plan, study).split())
    assert "4096 executions" in text
    assert "1 range that is assumed" in text
    assert "4 of 10" in text or "375 of 1000" in text or "38 of 100" in text
    assert "guarantee" not in text
    assert "optimal" not in text


def test_a_sample_count_that_does_not_fit_is_refused(plan: Plan) -> None:
    with pytest.raises(Refused) as refused:
        odds(line(RANGE), plan, samples=10**9, most_memory=2**30, execute=execute)
    (finding,) = refused.value.findings
    assert (finding.code, finding.column) == ("FR713", "samples")
    assert "1000000000 samples need about" in finding.found
    assert "GiB" in finding.allowed


def test_planning_again_that_never_happens_is_refused(plan: Plan) -> None:
    with pytest.raises(Refused) as refused:
        odds(line(RANGE), plan, samples=16, replan=40, execute=execute)
    (finding,) = refused.value.findings
    assert (finding.code, finding.allowed) == ("FR715", "1 to 39 periods")


@pytest.mark.parametrize(
    ("how", "code"), [({"by": START}, "FR705"), ({"need": "oder"}, "FR704"), ({"cls": 7}, "FR704")]
)
def test_questions_without_an_answer_are_refused(how: dict[str, object], code: str, plan: Plan) -> None:
    with pytest.raises(Refused) as refused:
        odds(line(RANGE), plan, samples=64, execute=execute, **how)  # type: ignore[arg-type]
    assert [finding.code for finding in refused.value.findings] == [code]


def test_knowing_first_is_worth_something_where_another_plan_would_be_made(plan: Plan) -> None:
    """Executions that are hurt by a plan of another rate: wait 10 (planned / 10 - f)^2. Plans for 0.6, 1 and 1.4.

    Deciding now takes 1: E 10 (f - 1)^2 = 10 / 12. Knowing f takes the nearest: split at 0.8 and 1.2, E of the
    squared distance = 10 (2 (0.1^3 + 0.2^3) / 3 + 2 (0.2^3) / 3) = 0.113. Worth 0.72 days.
    """

    def hurt(of: Plan, draws: object) -> object:
        found = execute(of, draws)  # type: ignore[arg-type]
        assumed = of["make"]["press", "kit", 1] / 10 if ("press", "kit", 1) in of["make"].values else None
        assumed = max(value for key, value in of["make"].items()) / 10 if assumed is None else assumed
        factor = np.ones(1) if draws is None else draws.drawn[:, 0]  # type: ignore[attr-defined]
        return replace(found, waits=np.repeat((10 * (assumed - factor) ** 2)[:, None], 3, axis=1))

    study = odds(line(RANGE), plan, samples=1024, worth=1, execute=hurt)  # type: ignore[arg-type]
    assert study.meta["candidates"] == 3
    (days,) = study.table("worth")["days"].to_list()
    exact = 10 / 12 - 10 * (2 * (0.1**3 + 0.2**3) / 3 + 2 * 0.2**3 / 3)
    assert days == pytest.approx(exact, abs=0.02)
    assert "Find out first: the max rate of press" in as_text(line(RANGE), plan, study)


@pytest.mark.parametrize(("hits", "said"), [(0, "none of 1024"), (1024, "all 1024"), (512, "5 of 10")])
def test_natural_frequencies_in_words(hits: int, said: str) -> None:
    assert often(hits, 1024) == said


def test_the_report_shows_the_newest_odds_of_its_plan(plan: Plan, tmp_path: Path) -> None:
    run = store.save(line(RANGE), plan, [], tmp_path)
    without = write_report(run, tmp_path / "without.html").read_text("utf-8")
    assert "How sure it is" not in without
    for by in (9, 10):
        study = odds(line(RANGE), plan, samples=256, by=START + timedelta(days=by), execute=execute)
        child = store.save_study(run, study, tmp_path)
    text = write_report(run, tmp_path / "with.html").read_text("utf-8")
    assert "How sure it is" in text
    assert "Which assumption matters" in text
    assert child.id in text
    assert "2031-01-11" in text
    assert 'id="fig-fan"' in text
    assert 'id="fig-tornado"' in text
    kept = child.study()
    assert kept.table("dates").equals(study.table("dates"))
    assert as_text(line(RANGE), plan, kept) == as_text(line(RANGE), plan, study)


def test_the_report_has_all_that_the_terminal_says(plan: Plan, tmp_path: Path) -> None:
    """Rates, naive answers, waits with their error, each need, and what knowing a range first is worth."""
    tables, run = line(RANGE), store.save(line(RANGE), plan, [], tmp_path)
    study = odds(tables, plan, samples=256, by=START + timedelta(days=10), execute=execute)
    worth = pl.DataFrame({"cell": ["processes:press.max_rate"], "days": [2.5], "error": [0.5]})
    told = replace(study, tables={**study.tables, "worth": worth})
    store.save_study(run, told, tmp_path)
    text = write_report(run, tmp_path / "with.html").read_text("utf-8")
    for title in ("How fast", "Reckoned naively", "Waits and what they cost", "Needs one by one"):
        assert title in text
    assert "burst: best 10 days" in text
    assert 'id="fig-worth"' in text
    assert "worth 2.5 days (± 0.5)" in text
    (burst,) = rate_rows(tables, study)
    assert burst[2] == "10"  # the plan makes ten a day
    nothing = replace(told, tables={**told.tables, "worth": worth.with_columns(days=pl.lit(0.01))})
    store.save_study(run, nothing, tmp_path)
    text = write_report(run, tmp_path / "nothing.html").read_text("utf-8")
    assert 'id="fig-worth"' not in text
    assert "Knowing none of them first" in text


def test_the_sentence_speaks_of_the_class_that_the_plan_names_first(study: Study) -> None:
    """Class 1 never has all in the plan while class 2 does: the odds are of class 1, at half (the next share that these
    executions keep), and say why.
    """
    day = START + timedelta(days=10)
    dates = study.table("dates").filter(pl.col("need") == "")
    late = pl.when(pl.col("coverage") == 1).then(None).otherwise(pl.col("plan"))
    asked = study.table("odds").filter(pl.col("need") == "")
    two = pl.lit(2, pl.Int64)
    of_dates = pl.concat([dates.with_columns(plan=late), dates.with_columns(two.alias("class"))])
    of_odds = pl.concat([asked.filter(pl.col("coverage") < 1), asked.with_columns(two.alias("class"))])
    both = replace(study, tables={**study.tables, "dates": of_dates, "odds": of_odds})
    row = headline(both)
    assert row is not None
    assert (row["class"], row["coverage"], row["by"]) == (1, 0.5, day)
    said = sentence(line(RANGE), both)
    assert "50 % of all that class 1 needs, which the plan itself never has in full, is there" in said
    second = headline(replace(both, meta={**both.meta, "class": 2}))
    assert second is not None
    assert (second["class"], second["coverage"]) == (2, 1.0)


def test_no_section_where_nothing_moves(plan: Plan, tmp_path: Path) -> None:
    run = store.save(line(), plan, [], tmp_path)
    store.save_study(run, odds(line(), plan, samples=64, execute=execute), tmp_path)
    text = write_report(run, tmp_path / "with.html").read_text("utf-8")
    assert "How sure it is" in text
    assert "Which assumption matters" not in text


def test_the_fan_starts_at_nothing_and_is_ordered(study: Study) -> None:
    path = figures.fan(study)
    assert path.row(0) == (0.0,) * 6
    values = path.select("p10", "p25", "p50", "p75", "p90").to_numpy()
    assert np.all(np.diff(values, axis=1) >= 0)
    assert np.all(np.diff(values, axis=0) >= -1e-6)


def test_swings_are_around_their_own_middle(study: Study) -> None:
    swings = figures.swings(study, 5)
    assert swings.group_by("cell").agg(pl.col("value").sum())["value"].to_list() == pytest.approx([0.0], abs=1e-12)


def test_planning_again_is_told_beforehand_and_reported_as_a_paired_difference(plan: Plan) -> None:
    """A press that is slower than planned is not made quicker by another plan: no difference, and no error."""
    told: list[str] = []
    study = odds(line(RANGE), plan, samples=16, replan=15, replan_samples=3, tell=told.append)
    assert len(told) == 1
    assert told[0].startswith("Planning again every 15 periods in 3 executions: up to 6 plans of about")
    table = study.table("replan")
    assert table["samples"].to_list() == [3] * len(table)
    assert table["difference"].to_list() == pytest.approx([0.0] * len(table), abs=1e-6)
    assert study.meta["replan"]["plans"] <= 6
    assert "mean wait of order" not in as_text(line(RANGE), plan, study)
    assert "Planned again after every 15 periods" in as_text(line(RANGE), plan, study)


def test_differences_are_those_of_pairs(plan: Plan) -> None:
    """The same executions a day later each: the wait differs by one day in every pair, so there is no error."""
    draws = draw(line(RANGE), 64, 8)
    one = execute(plan, draws)
    later = replace(one, waits=one.waits + 1.0, reached=one.reached + 1)
    promise = pl.DataFrame({"class": [1], "need": ["order"], "coverage": [1.0], "by": [START + timedelta(days=10)]})
    table = frames.paired(one, later, promise)
    waits = table.filter(pl.col("what") == "wait")
    assert waits["difference"].to_list() == pytest.approx([1.0] * len(waits))
    assert waits["error"].to_list() == pytest.approx([0.0] * len(waits), abs=1e-12)
    (kept,) = table.filter(pl.col("what") == "kept").iter_rows(named=True)
    column = one.target(need="order")
    now, then = one.days[:, column] <= 10, later.days[:, column] <= 10
    assert (kept["follow"], kept["replan"]) == pytest.approx((now.mean(), then.mean()))
    assert kept["error"] == pytest.approx(np.std(then.astype(float) - now, ddof=1) / 8)


def test_some_of_the_samples_are_the_same_samples(plan: Plan) -> None:
    draws = draw(line(RANGE), 64, 8)
    which = np.array([3, 40, 63])
    whole, few = execute(plan, draws), execute(plan, draws.only(which))
    assert np.array_equal(whole.only(which).waits, few.waits)
    assert np.array_equal(whole.only(which).reached, few.reached)
