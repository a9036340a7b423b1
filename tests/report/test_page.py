"""The page is whole, safe and self-contained, and says what the tables say."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import fullrate as fr
from fullrate.report import evidence, words
from fullrate.report.actions import actions
from fullrate.report.page import html
from fullrate.tables import read
from report.scenes import GOLDEN, golden, scene

VOID = {"meta", "br", "hr", "img", "input", "link", "wbr", "col", "source"}
INLINE = {"time", "wbr", "strong", "code", "a", "i"}
LARGEST = 1_500_000
"""Bytes a report may have."""
RUN = "20260105T000000Z-abc123"

Page = Callable[[], str]


class Outline(HTMLParser):
    """Tags that do not match, attributes, and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in INLINE:
            self.text.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.text.append(data)


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    parser.close()
    return parser


def said(page: str) -> str:
    """What a reader reads, with single spaces."""
    return " ".join("".join(outline(page).text).replace("\xa0", " ").split())


@cache
def golden_page() -> str:
    tables, plan = golden()
    return html(tables, plan, RUN)


@cache
def scene_page() -> str:
    tables, plan = scene()
    return html(
        tables,
        plan,
        RUN,
        {"inputs": "f00d", "changes": ["a:b.c=1"]},
        [{"severity": "warning", "code": "FR501", "message": "rows"}],
    )


BOTH = pytest.mark.parametrize("page", [golden_page, scene_page])


@BOTH
def test_tags_match(page: Page) -> None:
    found = outline(page())
    assert found.wrong == []
    assert found.open == []


@BOTH
def test_no_script_and_nothing_from_elsewhere(page: Page) -> None:
    text = page()
    found = outline(text)
    assert "<script" not in text.lower()
    for tag, name, value in found.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in ("src", "srcset", "action", "data", "poster", "background"), (tag, name)
        if name in ("href", "xlink:href"):
            assert value.startswith("#"), (tag, value)
        assert not re.match(r"\s*(https?:|//|javascript:|data:)", value), (tag, name, value)
    assert {tag for tag, _, _ in found.attributes} & {
        "iframe",
        "object",
        "embed",
        "link",
        "img",
        "base",
        "form",
    } == set()
    assert re.findall(r"url\((?!#)", text) == []
    assert "@import" not in text
    assert "@font-face" not in text


@BOTH
def test_anchors_lead_somewhere_and_ids_are_unique(page: Page) -> None:
    text = page()
    found = outline(text)
    ids = [value for _, name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    wanted = {value[1:] for _, name, value in found.attributes if name in ("href", "xlink:href")}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", text))
    assert wanted <= set(ids)


@BOTH
def test_every_figure_has_a_sentence_a_source_and_words_for_the_drawing(page: Page) -> None:
    figures = re.findall(r"<figure.*?</figure>", page(), flags=re.DOTALL)
    assert len(figures) >= 5
    for figure in figures:
        assert re.search(r"<figcaption>[^<].*?\.</figcaption>", figure, flags=re.DOTALL), figure[:300]
        assert re.search(r'<p class="note">.*?Source: table', figure, flags=re.DOTALL), figure[:300]
        assert re.search(r'role="img" aria-label="[^"]{20,}"', figure)
        assert figure.count("<svg") >= 1


@BOTH
def test_small_enough_to_send(page: Page) -> None:
    assert len(page().encode()) < LARGEST


def test_names_of_the_user_are_escaped() -> None:
    text = scene_page()
    assert "<towns>" not in text
    assert "&lt;towns&gt;" in text
    assert "alert(1)" in said(text), "the name is shown, as text"


def test_the_sentence_comes_first_with_question_day_and_run() -> None:
    text = said(scene_page())
    tables, plan = scene()
    places = [
        text.index(part)
        for part in (words.question(tables), words.answer(tables, plan), "2026-01-01", RUN, "What to sign now")
    ]
    assert places[:2] == sorted(places[:2])
    assert places[-1] == max(places)


@pytest.mark.parametrize(("page", "case"), [(golden_page, golden), (scene_page, scene)])
def test_dates_and_actions_are_those_of_the_tables(page: Page, case: Callable[[], tuple]) -> None:  # type: ignore[type-arg]
    tables, plan = case()
    text = said(page())
    for row in plan.table("dates").filter(pl.col("need") == "").iter_rows(named=True):
        assert str(row["date"]) in text
        assert row["earliest_date"] == row["date"] or f"{row['earliest_date']} alone" in text
    for row in actions(tables, plan).iter_rows(named=True):
        assert row["what"] in text
        assert row["latest"] is None or str(row["latest"]) in text


def test_coverage_table_has_the_numbers_of_the_plan() -> None:
    """The folded table of golden, week by week: nothing in the first, all in week 16 (560 of 560 pumps)."""
    text = golden_page()
    _, plan = golden()
    covered = dict(plan.table("coverage").select("period", "covered").iter_rows())
    table = re.search(r"Coverage as a table</summary>(.*?)</details>", text, flags=re.DOTALL)
    assert table is not None
    rows = re.findall(r"<time>([\d-]+)</time></td><td[^>]*>([^<]*)</td>", table[1])
    found = {day: share.replace("&nbsp;", " ") for day, share in rows}
    assert (found["2026-01-12"], found["2026-04-27"]) == ("0 %", "100 %")
    assert found["2026-02-16"] == f"{100 * covered[6]:.0f} %", "which of equally good plans it is, the plan knows"


def test_the_share_without_a_source_is_said() -> None:
    shares = evidence.shares(evidence.inputs(scene()[0]))
    text = said(scene_page())
    assert f"{shares.unsourced / shares.total:.0%} of the {shares.total} numbers".replace("%", " %") in text
    assert "0 % of the 23 numbers in the input have no source, 100 % are assumptions" in said(golden_page())


def test_how_it_was_computed() -> None:
    _tables, plan = scene()
    text = said(scene_page())
    assert (
        f"Programs solved{plan.meta['programs_solved']}" in text.replace(" ", "")
        or str(plan.meta["programs_solved"]) in text
    )
    for wanted in ("Audit passed", "warning FR501 (rows)", "a:b.c=1", "SHA-256 f00d", "Everybody has a pump by March"):
        assert wanted in text, wanted


def test_a_failed_audit_is_not_hidden() -> None:
    tables, plan = golden()
    flows = plan.table("flows").with_columns(
        value=pl.when(pl.col("kind") == "make").then(pl.col("value") * 2).otherwise(pl.col("value"))
    )
    text = said(html(tables, replace(plan, tables={**plan.tables, "flows": flows}), RUN, latest={}))
    assert "Audit FAILED" in text
    assert "FAILED at" in text


def test_a_preview_is_marked() -> None:
    tables, plan = golden()
    text = said(html(tables, replace(plan, meta={**plan.meta, "preview": True}), RUN))
    assert "fullrate report preview" in text
    assert "Preview on a coarse calendar" in text


def test_a_preview_shows_no_best_that_was_not_looked_for() -> None:
    tables, plan = golden()
    text = said(html(tables, plan, RUN))
    unsought = said(html(tables, fr.plan(tables, preview=True), RUN))
    for claim in ("most that can have arrived", "Small: the earliest possible"):
        assert claim in text
        assert claim not in unsought


def test_what_really_came_is_beside_the_plan(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN, tmp_path / "golden")
    folder = tmp_path / "golden" / "outcome"
    folder.mkdir()
    (folder / "given_month.csv").write_text(
        "month,through,pumps\n2026-03,2026-03-29,100\n2026-04,2026-04-30,600\n", "utf-8"
    )
    tables, _ = read(tmp_path / "golden")
    text = said(html(tables, golden()[1], RUN, latest={}))
    assert "What really came" in text
    assert "by 2026-04-30 that was made up" in text, "600 given against 560 planned"
    assert "What really came" not in said(golden_page())


def test_nothing_to_say_is_said() -> None:
    text = said(golden_page())
    assert "This scenario states no costs and no funds." in text
    assert "No site has coordinates, so there is no map." in text
    assert "No number of this scenario has a range" in text
