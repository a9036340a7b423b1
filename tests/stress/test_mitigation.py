"""What to buy against cuts, as an answer: the curve, its cases, what overlaps, and the command."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from e2e.commandline import fullrate
from fullrate.findings import Refused
from fullrate.planning import plan
from fullrate.planning.measures import Measure
from fullrate.report.mitigation import as_text, sentence
from fullrate.results import Plan, Study
from fullrate.studies.stress.asked import Asked
from fullrate.studies.stress.cases import Case
from fullrate.studies.stress.mitigation import kept_out, mitigate
from fullrate.tables import Tables
from fullrate.tables.cut import Cut
from stress.scenes import START, day, two_sources

FOR_SALE = [
    {"mitigation": "shelf", "kind": "buffer", "target": "part", "site": "works", "qty": 200, "cost": 0.1},
    {"mitigation": "mill", "kind": "lane", "target": "road", "qty": 10, "cost": 1},
]


@cache
def answered() -> tuple[Tables, Plan, Study]:
    """Ten a day for thirty days, 60 in stock; every source is lost for fifteen days, one at a time."""
    tables = two_sources(30, late="backlog", mitigations=FOR_SALE)
    made = plan(tables, tests=False)
    cases = Asked(every_one=True, days=15).with_regions(tables, made)
    return tables, made, mitigate(tables, made, cases, 8.0)


def test_every_loss_is_no_larger_and_every_budget_is_kept() -> None:
    _, _, study = answered()
    curve, losses = study.table("curve"), study.table("losses")
    assert (losses["with_d"] <= losses["without_d"] + 1e-6).all()
    assert (curve["spent"] <= curve["budget"] + 1e-9).all()
    assert len(curve) == 9
    values = curve["loss_d"].to_list()
    assert all(later <= before + 1e-6 for before, later in pairwise(values))
    assert (curve["avoided_d"] >= -1e-9).all()
    assert study.meta["gap_d"] <= 1e-3


def test_regions_are_in_and_a_third_of_the_rest_is_out() -> None:
    tables, made, study = answered()
    losses = study.table("losses")
    inside = losses.filter(~pl.col("outside"))["case"].to_list()
    assert {"region:abroad", "region:home"} <= set(inside)
    others = losses.filter(~pl.col("case").str.starts_with("region:"))
    assert study.meta["outside"] == round(0.3 * len(others)) == losses["outside"].sum()
    cases = [Case(name, "site", (Cut("site", "big"),)) for name in "abcd"]
    assert kept_out(tables, cases) == []
    regions = [Case(f"region:{name}", "region", (Cut("region", name),)) for name in "abcd"]
    assert kept_out(tables, [cases[0], *regions]) == [], "the only cut that was asked for is bought against"
    asked = Asked(["site:small"], first=date.fromisoformat(day(3)), days=5).with_regions(tables, made)
    assert [case.name for case in asked] == ["site:small", "region:abroad", "region:home"]
    assert {one.first for case in asked for one in case.cuts} == {date.fromisoformat(day(3))}


def test_what_helps_is_bought_and_what_does_not_is_not() -> None:
    """The road is never full, so more of it does nothing; a stock of parts does."""
    _, _, study = answered()
    assert set(study.table("bought")["measure"]) == {"shelf"}
    alone = {row["measure"]: row["avoided_d"] for row in study.table("alone").iter_rows(named=True)}
    assert alone["mill"] == pytest.approx(0, abs=1e-6)
    assert alone["shelf"] > 0


def test_two_that_do_the_same_overlap() -> None:
    tables, made, _ = answered()
    chosen = [
        Measure("one", "buffer", "part", "works", 100.0, 0.01),
        Measure("other", "buffer", "kit", "works", 100.0, 0.01),
    ]
    case = Case.of(Cut("site", "big", START, date.fromisoformat(day(15))))
    study = mitigate(tables, made, [case], 5.0, chosen=chosen)
    (row,) = study.table("overlaps").iter_rows(named=True)
    alone = study.table("alone")["avoided_d"]
    assert row["overlap_d"] == pytest.approx(alone.sum() - row["together_d"])
    assert row["overlap_d"] > 0


def test_a_stock_is_not_used_before_a_cut_that_nobody_saw_coming() -> None:
    """Blind to a cut from day five on, purchases help from then on, and less than if all had known."""
    tables, made, _ = answered()
    chosen = [Measure("shelf", "buffer", "part", "works", 200.0, 0.01)]
    case = Case.of(Cut("site", "big", date.fromisoformat(day(5)), date.fromisoformat(day(25))))
    blind, known = (
        mitigate(tables, made, [case], 0.5, chosen=chosen, policy=policy) for policy in ("blind", "clairvoyant")
    )
    for study in (blind, known):
        curve = study.table("curve")["loss_d"].to_list()
        assert curve[-1] <= curve[0]
    assert blind.table("curve")["loss_d"][0] >= known.table("curve")["loss_d"][0] - 1e-6


def test_words() -> None:
    tables, _, study = answered()
    said = sentence(tables, study)
    assert said.startswith("If every number in “two sources” holds")
    text = as_text(tables, study)
    assert "assumed:" in text
    assert "kept out" in text
    assert "stock of part at works" in text
    for word in ("optimal", "guarante", "AI "):
        assert word not in text


@pytest.mark.parametrize(("budget", "level", "codes"), [(0.0, 0.8, ["FR759"]), (-1.0, 2.0, ["FR759", "FR750"])])
def test_questions_that_are_none(budget: float, level: float, codes: list[str]) -> None:
    tables, made, _ = answered()
    with pytest.raises(Refused) as refused:
        mitigate(tables, made, [Case.of(Cut("site", "big"))], budget, level=level)
    assert [one.code for one in refused.value.findings] == codes


def test_nothing_for_sale() -> None:
    tables = two_sources(10)
    with pytest.raises(Refused, match="FR757"):
        mitigate(tables, plan(tables, tests=False), [Case.of(Cut("site", "big"))], 1.0)


def test_a_measure_of_nothing_and_a_stock_nowhere(tmp_path: Any) -> None:
    from fullrate.tables.check import check

    bad = [
        {"mitigation": "a", "kind": "buffer", "target": "prat", "site": "works", "cost": 1},
        {"mitigation": "b", "kind": "gate", "target": "part", "cost": 1},
        {"mitigation": "c", "kind": "lane", "target": "road", "site": "works", "cost": 1},
    ]
    found = {(one.code, one.key, one.nearest[:1]) for one in check(two_sources(10, mitigations=bad))}
    assert {("FR204", "a", ("part",)), ("FR204", "b", ()), ("FR756", "c", ())} <= found


def test_the_command(tmp_path: Any) -> None:
    import shutil

    from e2e.commandline import GOLDEN

    folder = tmp_path / "golden"
    shutil.copytree(GOLDEN, folder)
    (folder / "mitigations.csv").write_text(
        "mitigation,kind,target,site,qty,cost,source\nshelf,buffer,casing,workshop,60,0.01,g1\n"
    )
    assert fullrate(tmp_path, "plan", str(folder)).returncode == 0
    done = fullrate(tmp_path, "stress", "latest", "--cut", "site:foundry", "--for", "35", "--mitigate", "0.5")
    assert done.returncode == 0, done.stderr
    assert "stock of" in done.stdout
    again = fullrate(tmp_path, "report", "latest")
    assert again.returncode == 0, again.stderr
