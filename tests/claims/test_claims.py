"""What the rules make of sentences: known answers by hand, and no number that its quote does not name."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from claims.scoring import plain, texts
from fullrate.claims import claims_in, completeness, document, ledger_of, points
from fullrate.claims.days import whens
from fullrate.claims.document import is_english
from fullrate.claims.figures import figures, numbers_in
from fullrate.claims.voices import voice

ROOT = Path(__file__).resolve().parents[2]
DIRECTIVE = (ROOT / "examples" / "directive" / "announcement.md").read_text(encoding="utf-8")
DAY = date(2026, 2, 10)

WORDS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "fifteen": 15, "twenty": 20, "forty": 40, "fifty": 50, "seventy": 70, "half": 0.5, "third": 0.33,
    "double": 2, "twice": 2, "triple": 3, "dozen": 12, "a": 1, "hundred": 100, "quarter": 0.25, "sixty": 60,
}  # fmt: skip
SCALES = {
    "": 1,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "bn": 1e9,
    "billion": 1e9,
    "hundred": 100,
    "dozen": 12,
}


def named(quote: str) -> set[float]:
    """Numbers a quote names, by another reader than that of the rules: every number with every scale in it."""
    bare = quote.lower().replace(",", "").replace("-", " ")
    numbers = {float(one) for one in re.findall(r"\d+(?:\.\d+)?", bare)}
    numbers |= {float(value) for word, value in WORDS.items() if re.search(rf"\b{word}", bare)}
    numbers |= {-number for number in numbers} if "minus" in bare else set()
    scales = {scale for word, scale in SCALES.items() if not word or re.search(rf"(?:\b|\d){word}s?\b", bare)}
    return {number * scale for number in numbers for scale in scales}


def invented(text: str, spans: list[tuple[int, int]] | None = None) -> list[str]:
    """Every part of a claim that does not stand in its quote."""
    doc = document(text, DAY, spans=spans)
    wrong = []
    for claim in claims_in(doc):
        quote = text[claim.start : claim.end]
        flat = " ".join(quote.split())
        wrong += [claim.id] if quote != claim.quote else []
        if claim.figure is not None:
            ends = [one for one in (claim.figure.low, claim.figure.high) if one is not None]
            wrong += [f"{end}" for end in ends if not any(abs(end - one) <= 1e-9 * max(1, one) for one in named(flat))]
            wrong += [claim.figure.words] if claim.figure.words not in re.sub(r"\s", " ", quote) else []
            wrong += [
                f"{end}" for end in ends if end not in {round(one, 6) for one in numbers_in(flat)} | numbers_in(flat)
            ]
        words = [claim.when.words if claim.when else "", claim.voice.condition, *claim.hedge.split(";"), claim.item]
        wrong += [one for one in words if " ".join(one.split()).lower() not in flat.lower()]
    return wrong


@pytest.mark.parametrize("number", sorted(texts()))
def test_no_claim_of_a_gold_text_says_what_its_quote_does_not(number: str) -> None:
    doc, _ = plain(texts()[number])
    assert not invented(doc.text, [(one.start, one.end) for one in doc.sentences])
    assert not invented(texts()[number])


def test_no_claim_of_a_random_text_says_what_its_quote_does_not() -> None:
    rng = random.Random(20260210)
    odd = '1,400 2.5m €35bn £35 to 65 bn May 31 2031 Q3 – half a dozen of € 1. 0 99% by within three hundred ( " in'
    pieces = [*" ".join(texts().values()).split(), *odd.split(), "the", "-", "1e9", "12345678901234567890", "٣", "²"]
    for _ in range(150):
        text = " ".join(rng.choice(pieces) for _ in range(rng.randrange(1, 60)))
        assert not invented(text), text


def test_any_characters_are_read_without_a_crash() -> None:
    rng = random.Random(7)
    for _ in range(100):
        text = "".join(chr(rng.choice((rng.randrange(32, 127), rng.randrange(0x2000, 0x3000), 10))) for _ in range(200))
        ledger_of(document(text, DAY))


@pytest.mark.parametrize(
    ("sentence", "low", "high", "unit", "kind", "vague"),
    [
        ("It makes 120,000 heat pumps a year.", 120e3, 120e3, "heat pumps a year", "product", False),
        ("At least 60 units are there.", 60, None, "units", "product", False),
        ("Up to €35 million will be paid.", None, 35e6, "€", "money", False),
        ("They need 80 to 120 pumps.", 80, 120, "pumps", "product", False),
        ("It costs £35 to £65bn.", 35e9, 65e9, "£", "money", False),
        ("It costs $1.9bn.", 1.9e9, 1.9e9, "$", "money", False),
        ("About 3,000 jobs are planned.", 3000, 3000, "jobs", "people", True),
        ("Hundreds of new buses will come.", None, None, "new buses", "product", True),
        ("A dozen people sign.", 12, 12, "people", "recipient", False),
        ("It takes seven years or more.", 7, None, "years", "other", False),
        ("Half of the price is paid.", 0.5, 0.5, "share", "other", False),
        ("1.4m doses were sold.", 1.4e6, 1.4e6, "doses", "product", False),
        ("It reaches twice as far.", 2, 2, "times", "other", False),
        ("70 per cent of it is paid.", 70, 70, "%", "other", False),
        ("It makes twenty-five sets a week.", 25, 25, "sets a week", "product", False),
    ],
)
def test_a_figure(sentence: str, low: float | None, high: float | None, unit: str, kind: str, vague: bool) -> None:
    (figure,) = figures(sentence)
    assert (figure.low, figure.high, figure.unit, figure.kind, figure.vague) == (low, high, unit, kind, vague)


@pytest.mark.parametrize(
    "sentence", ["The first tram came.", "Under section 14 it may.", "One maker is named.", "A third shift starts."]
)
def test_what_is_no_figure(sentence: str) -> None:
    assert figures(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "words", "first", "last"),
    [
        ("It comes by 31 March.", "by 31 March", None, "2026-03-31"),
        ("It comes in the third quarter of 2027.", "in the third quarter of 2027", "2027-07-01", "2027-09-30"),
        ("It comes in late 2028.", "in late 2028", "2028-09-01", "2028-12-31"),
        ("It comes by the end of next year.", "by the end of next year", None, "2027-12-31"),
        ("It comes within ten days.", "within ten days", None, "2026-02-20"),
        ("It comes in May.", "in May", "2026-05-01", "2026-05-31"),
        ("It started in March.", "in March", "2025-03-01", "2025-03-31"),
        ("Starting in October 2026 it comes.", "Starting in October 2026", "2026-10-01", None),
        ("It comes as soon as possible.", "as soon as possible", None, None),
        ("It comes before the summer is over.", "before the summer is over", None, "2026-08-31"),
        ("It comes by mid-November.", "by mid-November", None, "2026-11-20"),
        ("It comes by the fourth quarter.", "by the fourth quarter", None, "2026-12-31"),
        ("It comes in January.", "in January", "2027-01-01", "2027-01-31"),
        ("It was made in the fourth quarter.", "in the fourth quarter", "2025-10-01", "2025-12-31"),
        ("It comes by 9 February.", "by 9 February", None, "2027-02-09"),
        ("It is paid for ten years.", "for ten years", None, None),
        ("It comes between 2027 and 2030.", "between 2027 and 2030", "2027-01-01", "2030-12-31"),
        ("It made 5 last quarter.", "last quarter", None, None),
        ("It comes this winter.", "this winter", "2025-12-01", "2026-02-28"),
        ("It comes next winter.", "next winter", "2026-12-01", "2027-02-28"),
        ("It comes on May 5, 2026.", "on May 5, 2026", "2026-05-05", "2026-05-05"),
        ("It comes on 29 February 2028.", "on 29 February 2028", "2028-02-29", "2028-02-29"),
    ],
)
def test_words_that_say_when(sentence: str, words: str, first: str | None, last: str | None) -> None:
    (when,) = whens(sentence, DAY)
    assert when.words == words
    assert [one and str(one) for one in (when.first, when.last)] == [first, last]


@pytest.mark.parametrize(
    "sentence", ["It may rain.", "The Act of 1998 holds.", "It costs $2030.", "May it be so.", "It has 2030 seats."]
)
def test_words_that_do_not_say_when(sentence: str) -> None:
    assert whens(sentence, DAY) == []


@pytest.mark.parametrize(
    ("sentence", "words", "last"),
    [
        ("400 pumps will be delivered by June.", "by June", date(2026, 6, 30)),
        ("400 pumps will have been delivered by June.", "by June", date(2026, 6, 30)),
        ("By June, 400 pumps will be delivered.", "By June", date(2026, 6, 30)),
        ("The line, which was built here, will deliver 400 pumps in May.", "in May", date(2026, 5, 31)),
        ("The order was signed and the pumps are to be delivered by June.", "by June", date(2026, 6, 30)),
        ("The Minister reported that 400 were to be delivered by June.", "by June", date(2026, 6, 30)),
        ("It delivered 90 in May and will deliver 400 more.", "in May", date(2025, 5, 31)),
        ("Half of them had been delivered by June.", "by June", date(2025, 6, 30)),
        ("By June, 400 pumps were delivered.", "By June", date(2025, 6, 30)),
        ("The line was originally to be ready in June.", "in June", date(2025, 6, 30)),
        ("It was to have been ready in June.", "in June", date(2025, 6, 30)),
    ],
)
def test_the_verb_beside_a_month_says_of_which_year_it_is(sentence: str, words: str, last: date) -> None:
    """What will be delivered by June is not what came last June."""
    (when,) = whens(sentence, DAY)
    assert (when.words, when.last) == (words, last)


def test_a_day_that_cannot_be_is_none() -> None:
    assert all(when.first is None and when.last is None for when in whens("It comes on 31 February 2027.", DAY))


def test_a_day_without_a_year_needs_the_day_of_the_text() -> None:
    (when,) = whens("It comes by June.", None)
    assert (when.first, when.last) == (None, None)


@pytest.mark.parametrize(
    ("sentence", "modality", "speaker", "kind"),
    [
        ("The works shall deliver 20 sets.", ("ordered",), "", "narrator"),
        ("It may carry more.", ("possible",), "", "narrator"),
        ("In May it was tested.", ("asserted",), "", "narrator"),
        ("Critics fear that it will be late.", ("expected", "contested"), "Critics", "critic"),
        ("It will come if the hall is ready.", ("expected", "conditional"), "", "narrator"),
        ("The ministry did not say how many.", ("undisclosed",), "ministry", "official"),
        ('"We will do it," said chief executive Mara Dunne.', ("expected",), "Mara Dunne", "company"),
        ("According to the Health Ministry, it works.", ("asserted",), "Health Ministry", "official"),
    ],
)
def test_how_it_is_said_and_by_whom(sentence: str, modality: tuple[str, ...], speaker: str, kind: str) -> None:
    said = voice(sentence, "narrator")
    assert (said.modality, said.speaker, said.speaker_kind) == (modality, speaker, kind)


def test_sentences_end_where_they_end() -> None:
    text = '# Head\n\nDr. Ray of the U.S. Navy came. It cost $2.5 million.\nIt was late!\n\n- One\n- Two "yes." No'
    assert [one.text for one in document(text).sentences] == [
        "Dr. Ray of the U.S. Navy came.",
        "It cost $2.5 million.",
        "It was late!",
        'One - Two "yes."',
        "No",
    ]


def test_a_dateline_gives_the_day_and_is_no_claim() -> None:
    doc = document(DIRECTIVE)
    assert doc.published == date(2027, 3, 1)
    assert doc.dateline is not None
    assert doc.text[slice(*doc.dateline)] == "1 March 2027"
    assert not any("Aldern" in one.text for one in doc.sentences)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (DIRECTIVE, True),
        (
            "Le ministre a ordonné que chaque groupe de secours du pays soit équipé d'une radio plus moderne "
            "dans les délais.",
            False,
        ),
        (
            "El ministro ha ordenado que cada grupo de rescate del país sea equipado con una radio más "
            "avanzada lo antes posible.",
            False,
        ),
        (
            "Il ministro ha ordinato che ogni gruppo di soccorso del paese sia dotato di una radio più "
            "avanzata al più presto.",
            False,
        ),
    ],
)
def test_only_english_is_read(text: str, english: bool) -> None:
    assert is_english(text) is english


class TestAnOrderWithoutANumber:
    """The announcement behind `examples/directive`."""

    rows: ClassVar = {row["id"]: row for row in ledger_of(document(DIRECTIVE)).claims}
    states: ClassVar = {one.name: one.state for one in points(rows.values())}

    def found(self, words: str) -> dict[str, str]:
        return dict(next(row for row in self.rows.values() if words in " ".join(row["quote"].split())))

    def test_recipients_are_vague(self) -> None:
        row = self.found("every volunteer rescue group")
        assert (row["recipient"], row["vague"], row["modality"]) == ("every volunteer rescue group", "true", "ordered")
        assert row["speaker"] == "Minister for Civil Protection"
        assert self.states["recipients"] == "hedged"

    def test_the_deadline_is_vague(self) -> None:
        row = self.found("shortest possible time")
        assert row["deadline_text"] == "in the shortest possible time"
        assert row["deadline_from"] == row["deadline_to"] == ""
        assert self.states["deadline"] == "hedged"

    def test_there_is_no_quantity_and_no_money(self) -> None:
        assert not [row for row in self.rows.values() if row["quantity_kind"] in ("product", "money")]
        assert self.states["quantity"] == "unknown"
        assert self.states["money"] != "known"
        assert self.found("named neither")["modality"] == "undisclosed"

    def test_benefits_are_hedged(self) -> None:
        row = self.found("twice as far")
        assert {"expected", "about", "may"} <= set(row["hedge"].split(";"))
        assert "benefit" in row["topics"].split(";")
        assert row["vague"] == "true"

    def test_critics_warnings_are_contested(self) -> None:
        row = self.found("A critic")
        assert row["speaker_kind"] == "critic"
        assert {"contested", "possible"} <= set(row["modality"].split(";"))
        assert {"risk", "restricted"} <= set(row["topics"].split(";"))

    def test_the_single_maker_is_a_denial(self) -> None:
        row = self.found("other makers")
        assert (row["modality"], row["polarity"]) == ("ordered", "-")

    def test_most_of_what_a_plan_needs_is_not_said(self) -> None:
        assert completeness(points(self.rows.values())) < 0.5
        assert self.states["transport"] == self.states["capacity"] == "unknown"


def test_what_is_said_outright_is_known_and_what_is_denied_is_contradicted() -> None:
    said = {
        one.name: one.state
        for one in points(ledger_of(document("The works will deliver 400 pumps by 1 June 2026.", DAY)).claims)
    }
    assert said["quantity"] == said["deadline"] == "known"
    two = "The ministry says that 400 pumps will come by 2029. Critics warn that it will take until 2034."
    assert {one.name: one.state for one in points(ledger_of(document(two, DAY)).claims)}["deadline"] == "contradicted"
