"""The labelled texts: that they are whole, and that the page on them says what is computed from them."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from claims import scoring
from claims.scoring import GOLD, LABELLERS, Coded, agreement, by_rules, coded, kappa, labelled, plain, score, texts
from fullrate.claims.unsaid import CHECKLIST, STATES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "understand" / "claims.md"
GUIDE = (GOLD / "guide.md").read_text(encoding="utf-8")


def table(name: str) -> str:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", PAGE.read_text(encoding="utf-8"), re.S)
    assert found is not None
    return found[1].strip()


@pytest.mark.parametrize(("name", "made"), [("agreement", scoring.agreement_table), ("scores", scoring.score_table)])
def test_the_page_shows_what_is_computed(name: str, made: object) -> None:
    assert callable(made)
    now = made()
    if os.environ.get("FULLRATE_UPDATE_PAGES"):
        text = PAGE.read_text(encoding="utf-8")
        new = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda found: f"{found[1]}{now}\n{found[2]}", text, flags=re.S
        )
        PAGE.write_text(new, encoding="utf-8")
        return
    assert table(name) == now


def test_there_are_enough_texts_and_sentences() -> None:
    count = sum(len(plain(text)[1]) for text in texts().values())
    assert len(texts()) >= 12
    assert count >= 150
    assert len(texts(0)) == len(texts(1))


@pytest.mark.parametrize("labeller", LABELLERS)
def test_every_sentence_and_every_point_is_labelled(labeller: str) -> None:
    wanted = {(number, sentence) for number, text in texts().items() for sentence in plain(text)[1]}
    assert {(row["text"], row["sentence"]) for row in labelled(labeller)} == wanted
    points = {(row["text"], row["point"]) for row in labelled(labeller, "unsaid")}
    assert points == {(number, point) for number in texts() for point in CHECKLIST}
    assert {row["state"] for row in labelled(labeller, "unsaid")} <= set(STATES)


@pytest.mark.parametrize("labeller", LABELLERS)
def test_the_columns_are_those_of_the_guide(labeller: str) -> None:
    with (GOLD / f"labels_{labeller}.csv").open(encoding="utf-8", newline="") as file:
        assert ",".join(next(csv.reader(file))) in GUIDE


def test_the_readme_claims_no_accuracy() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").lower()
    assert not re.search(r"\b(?:precision|recall|accura\w+|f1)\b", readme)


def test_rules_against_themselves_are_perfect() -> None:
    rows, _ = by_rules({"01": texts()["01"]})
    for field in scoring.FIELDS:
        made = coded(rows, field)
        precision, recall, count = score(made, made, field)
        assert count == 0 or (precision, recall) == (1.0, 1.0)
        assert agreement(made, made, field)[0] == 1.0


def test_precision_and_recall_by_hand() -> None:
    wanted: Coded = {
        ("01", "1"): frozenset({"5..5", "7..7"}),
        ("01", "2"): frozenset({"9..9"}),
        ("01", "3"): frozenset(),
    }
    found: Coded = {
        ("01", "1"): frozenset({"5..5"}),
        ("01", "2"): frozenset({"8..8"}),
        ("01", "3"): frozenset({"1..1"}),
    }
    assert score(found, wanted, "amount") == (1 / 3, 1 / 3, 3)


def test_kappa_of_chance_alone_is_nought_and_of_one_label_is_none() -> None:
    pairs = [("y", "y"), ("y", "n"), ("n", "y"), ("n", "n")]
    assert kappa(pairs) == 0.0
    assert kappa([("y", "y")] * 3) is None
    assert kappa([("y", "y"), ("n", "n")]) == 1.0
