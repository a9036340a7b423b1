"""The first page says what the statements, the odds and the history say, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import polars as pl

from fullrate.auditing import audit
from fullrate.planning import plan
from fullrate.report.names import Names
from fullrate.report.numbers import percent
from fullrate.report.page import html
from fullrate.report.parts import Panel
from fullrate.report.sections.context import Context
from fullrate.report.sections.quoting import first_page
from fullrate.results import Plan, Study
from fullrate.studies.odds import odds
from fullrate.tables import Tables
from report.scenes import CONFIG, SCENE, golden
from report.test_page import said

ORDERED = {"modality": "ordered", "polarity": "+", "speaker": "the minister", "source": "memo"}
STATEMENTS = [
    {"id": "a", "quote": "everybody gets one", **ORDERED, "vague": True, "topics": "recipients"},
    {"id": "b", "statement": "160 pumps by 1 May", **ORDERED, "quantity": 160, "deadline_to": "2026-05-01",
     "topics": "quantity;deadline", "quantity_kind": "product", "condition": "a licence"},
    {"id": "c", "statement": "No pump comes by air", **ORDERED, "polarity": "-", "topics": "transport"},
    {"id": "d", "statement": "Pumps may be lighter", "modality": "possible", "topics": "variants", "source": "memo"},
]  # fmt: skip
HISTORY = [
    {"case": name, "title": name.title(), "kind": "stock of goods", "announced_on": "2020-01-01", "due": "2021-01-01",
     "share": share, "progress": share, "known_on": "2021-02-01", "source": "memo"}
    for name, share in (("boats", 0.2), ("ships", 1.1), ("tests", 0.6))
]  # fmt: skip
RANGE = {"table": "resources", "key": "press", "column": "capacity", "dist": "class", "as": "factor", "source": "memo"}


@cache
def planned(*names: str) -> tuple[Tables, Plan]:
    more: dict[str, list[dict[str, Any]]] = {
        "statements": STATEMENTS, "history": HISTORY, "uncertainty": [RANGE],
    }  # fmt: skip
    tables = Tables.from_rows(
        CONFIG, {**SCENE, "statements": [], "uncertainty": [], **{name: more[name] for name in names}}
    )
    return tables, plan(tables, tests=False)


def page(*names: str, study: Study | None = None) -> list[Panel]:
    tables, made = planned(*names)
    studies = {} if study is None else {"odds": study}
    return first_page(
        Context(tables, made, Names.of(tables), pl.DataFrame(), audit(tables, made), "r1", {}, [], studies)
    )


def test_without_an_announcement_there_is_no_first_page() -> None:
    assert page() == []
    assert "What was promised" not in said(html(*golden()))


def test_the_firmest_promise_leads_and_what_is_none_is_not_quoted() -> None:
    first = page("statements")[0]
    assert first.lead == "160 pumps by 1 May"
    assert first.about == "the minister; only with a licence"
    assert list(first.items) == [("“everybody gets one”", "the minister; vague")]


def test_what_no_statement_is_about_was_not_said() -> None:
    second = page("statements")[1]
    left = {name for name, _ in second.items}
    assert not left & {"quantity", "deadline", "recipients", "variants", "transport"}
    assert second.lead == f"{len(left)} of 16"
    assert "money" in left
    assert "recipients" in second.note  # vague: in part


def test_odds_are_those_of_the_study_and_none_are_invented() -> None:
    assert page("statements")[2].lead == "No odds yet"
    tables, made = planned("statements", "history", "uncertainty")
    study = odds(tables, made, samples=64, need="007_pumps", by=made.date(70.0))
    study = replace(study, meta={**study.meta, "run": "r2"})
    third = page("statements", "history", "uncertainty", study=study)[2]
    row = study.table("odds").filter(pl.col("coverage") == 1.0).row(0, named=True)
    assert third.lead == percent(row["odds"])
    assert "3 past cases are few" in third.items[0][0]


def test_the_record_counts_its_cases() -> None:
    assert page("statements")[3].lead == "No class history"
    fourth = page("statements", "history", "uncertainty")[3]
    assert fourth.lead == "1 of 3"
    assert [item for item, _ in fourth.items] == ["20 %", "60 %", "110 %"]
    text = said(html(*planned("statements", "history", "uncertainty")))
    assert "1 of 3 such promises of others were kept in full by their date; half had 60 % or less" in text
    assert "Class history: 3 promises of others, n = 3 with a quantity at their date" in text


def test_an_outlook_pooled_with_the_plan_is_told() -> None:
    tables, made = planned("statements")
    views = pl.DataFrame({"view": ["outside", "inside", "pool"], "odds_by_due": [0.2, 0.9, 0.55]})
    meta = {"run": "r3", "as_of": "2026-01-01", "kind": "stock of goods", "own_cases": 4, "own_kept": 1, "own_told": 3}
    study = Study("outlook", {"views": views}, {**meta, "own_median_share": 0.6})
    found = odds(tables, made, samples=64)
    sure = replace(found, meta={**found.meta, "run": "r2"})
    studies = {"outlook": study, "odds": sure}
    context = Context(tables, made, Names.of(tables), pl.DataFrame(), audit(tables, made), "r1", {}, [], studies)
    third, fourth = first_page(context)[2:]
    assert third.lead == "No odds"  # nothing is uncertain here, and 100 % would be quoted as if it were
    assert third.items[0][0] == "what became of others alone gives 20 %, both views pooled 55 %"
    assert (fourth.lead, fourth.about) == (
        "1 of 3",
        "promises of the class “stock of goods” were kept by their date; half had 60 % or less",
    )
