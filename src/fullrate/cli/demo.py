"""`fullrate demo`: a dated answer about a real surge, and the odds of the promise behind it."""

from __future__ import annotations

from datetime import date
from threading import Thread
from typing import TYPE_CHECKING

import click

from fullrate.cli import frame

if TYPE_CHECKING:
    from pathlib import Path

    from fullrate.results import Plan, Study
    from fullrate.tables import Tables

SHOWN = 7
"""Months of the outcome that are printed."""
DEMO = "italy-vaccine-2021"
PROMISED, PROMISED_BY, THERE_BY = 28e6, date(2021, 3, 31), date(2021, 4, 3)
"""Doses announced for the first quarter, its last day, and the day on which what came by then is in every region: a day
by road, two to the islands."""


@click.command()
@frame.runs_dir_option
@frame.json_option
def demo(runs_dir: Path, as_json: bool) -> int:
    """Plan Italy's vaccine campaign of 2021 from what had been promised by 2 December 2020.

    Then execute the plan many times, and say how often the promised doses come.
    """
    from fullrate.cli.plan import answer_text, as_object, planned

    folder = frame.examples_folder() / DEMO
    ready = Thread(target=_prepare, daemon=True)
    if not as_json:
        ready.start()  # compiled while the solver works
    with frame.progress("demo") as say:
        tables, result, findings, run = planned(folder, (), runs_dir, say)
    if as_json:
        frame.print_json(as_object(tables, result, findings, run))
        return frame.ExitCode.DONE
    click.echo(answer_text(tables, result, run))
    with frame.progress("demo") as say:
        say("executing the plan")
        ready.join()
        study = odds_of(tables, result, run.id, runs_dir)
    click.echo("\n" + odds_text(tables, study))
    click.echo("\n" + outcome_text(tables, result))
    return frame.ExitCode.DONE


def _prepare() -> None:
    from fullrate import simulate

    simulate.prepare()


def odds_of(tables: Tables, result: Plan, run: str, runs_dir: Path) -> Study:
    """Odds that the doses of the quarter have come to the regions; kept as a run of its own, for the report."""
    from fullrate import store
    from fullrate.studies.odds import odds

    study = odds(tables, result, by=THERE_BY, quantity=PROMISED)
    store.save_study(store.find_plan(run, runs_dir), study, runs_dir, ["fullrate", "demo"])
    return study


def odds_text(tables: Tables, study: Study) -> str:
    """The odds in a sentence, and what the calendar does to them."""
    import textwrap

    import polars as pl

    from fullrate.report.numbers import iso
    from fullrate.report.odds import sentence

    whole = study.table("quantities").filter(pl.col("class") == 0).row(0, named=True)
    day = (PROMISED_BY - tables.config.start).days
    there = study.table("planned").filter(pl.col("day") == day)["covered"][0] * whole["qty"]
    april = (whole["plan"] - PROMISED) / 1e6
    rounded = (
        f"What the calendar does: the promise is of doses in Italy by {iso(PROMISED_BY)}; here they count in the "
        f"regions, a day or two on the road, so that the last of them are there by {iso(THERE_BY)}, and {april:.1f} "
        f"million of April with them; on {iso(PROMISED_BY)} the plan has {there / 1e6:.1f} million. In whole weeks the "
        f"last of them would count on {iso(WEEKLY)}, and these odds would be none."
    )
    texts = (sentence(tables, study), history_text(tables), rounded)
    return "\n".join(line for text in texts for line in textwrap.wrap(text, 100))


def history_text(tables: Tables) -> str:
    """What the ranges are made of, and what was taken as certain."""
    from fullrate.draws.history import of_scenario, progress_of, whole_between
    from fullrate.report.numbers import iso, percent

    kind = next(row["kind"] for row in tables.rows("uncertainty"))
    cases = of_scenario(tables)
    half = float(progress_of(cases, kind).quantile(0.5))
    known = sum(one.progress is not None for one in cases)
    low, high = (percent(one) for one in whole_between(cases, kind))
    day = iso(tables.config.as_of)
    return (
        f"What the ranges are: those of {known} such promises of other programmes known by {day}, COVID-19 vaccines "
        f"left out; the report lists them. From these, one more would have {percent(half)} or less of its quantity at "
        f"its date half of the time. {known} cases are few: drawn anew, they would put the odds that all is there "
        f"anywhere from {low} to {high}. Assumed: all makers go alike, since those are promises of whole programmes, "
        "and approvals come on the days stated, since what such promises fell short by has late approvals in it. "
        "Nothing was fitted to what came."
    )


WEEKLY = date(2021, 4, 9)
"""When doses of the last week of the quarter would count if weeks went on from 5 February 2021: that week ends on 2
April, and a lane of a day takes the next one."""


def outcome_text(tables: Tables, result: Plan) -> str:
    """What the plan had delivered, beside what really came, at ends of months."""
    from fullrate.report.figures import outcome
    from fullrate.report.text import grid

    came = outcome.series(tables)
    days = sorted(set(came["through"].to_list()))[:SHOWN]
    plan = outcome.planned(tables, result, [(day - tables.config.start).days for day in days])
    rows = []
    for day, promised in zip(days, plan, strict=True):
        so_far = dict(came.filter(came["through"] == day).select("what", "so_far").iter_rows())
        amounts = [promised, *(so_far.get(what, 0.0) for what in ("delivered", "given"))]
        rows.append([day.isoformat(), *(f"{amount / 1e6:.1f}" for amount in amounts)])
    table = grid(["million doses by", "if every promise held", "really delivered", "really given"], rows)
    return f"{table}\n{outcome.attribution(tables)}"
