"""From a text to a ledger of claims, each anchored to the words it rests on; nothing in it is confirmed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from fullrate.claims.days import When, repeated, whens
from fullrate.claims.document import Document, Sentence
from fullrate.claims.figures import Figure, figures
from fullrate.claims.things import item_of, recipient_of, topics_of
from fullrate.claims.voices import Voice, join, voice

EMPTY = re.compile(
    r"^(?:today is|my friends|colleagues|thank you|ladies and gentlemen|i ask (?:for|you)|welcome)\b", re.IGNORECASE
)
"""How sentences begin that claim nothing."""

LASTING = re.compile(r"since\b|(?:for|during) (?:\w+ ){1,3}(?:days|weeks|months|years)\b", re.IGNORECASE)
"""Words for how long something goes on, or has gone on: no deadline."""

EVERYBODY = re.compile(r"(?:every|all|each|everyone|everybody|anyone)\b", re.IGNORECASE)
"""How recipients begin who are not counted."""


@dataclass(frozen=True)
class Claim:
    """One claim of a text: the columns of table ``statements`` that rules can fill.

    Attributes:
        id: its name in the ledger.
        start, end: place of its quote in the text.
        quote: the sentence it is made in.
        figure: the stated amount, or None.
        when: the words that say when, or None.
        voice: who says it, and how.
        item, recipient: words for the goods and for who gets them; blank where none.
        topics: points of the checklist it says something about.
        sentence: number of its sentence, from 1.
        hedge: its weakening words.
    """

    id: str
    start: int
    end: int
    quote: str
    figure: Figure | None
    when: When | None
    voice: Voice
    item: str
    recipient: str
    topics: tuple[str, ...]
    sentence: int
    hedge: str


def claims_in(doc: Document) -> list[Claim]:
    """The claims of a text: one per figure, and one for every sentence without a figure that claims anything.

    A claim never names an amount or a day that its quote does not.
    """
    found: list[Claim] = []
    for number, sentence in enumerate(doc.sentences, 1):
        found += _claims(doc, sentence, number)
    return found


def _claims(doc: Document, sentence: Sentence, number: int) -> Iterator[Claim]:
    said = voice(sentence.text, doc.house)
    every = whens(sentence.text, doc.published)
    dates = [one for one in every if not repeated(sentence.text, one)]
    amounts = figures(sentence.text, [(one.start, one.end) for one in every])
    if not amounts and not dates and _says_nothing(sentence.text, said):
        return
    topics = topics_of(
        sentence.text, _counted(amounts, dates, doc.published), any(_coming(one, doc.published) for one in dates)
    )
    for place, figure in enumerate(amounts or [None]):
        when = _when(figure, amounts, dates, place)
        yield Claim(
            f"s{number}" if len(amounts) < 2 else f"s{number}_{place + 1}",
            sentence.start,
            sentence.end,
            doc.text[sentence.start : sentence.end],
            figure,
            when,
            said,
            item_of(sentence.text, figure),
            recipient_of(sentence.text),
            topics,
            number,
            join([one for one in said.hedges if _belongs(one, figure, amounts)], sentence.text),
        )


def _coming(when: When, published: date | None) -> bool:
    """Whether words say when something is to come: no day that has passed, no span that something lasts."""
    if LASTING.match(when.words):
        return False
    days = [one for one in (when.first, when.last) if one is not None]
    return published is None or not days or max(days) >= published


def _counted(amounts: list[Figure], dates: list[When], published: date | None) -> set[str]:
    """What the figures of a sentence count; goods of the past are no quantity that is promised."""
    past = bool(dates) and not any(_coming(one, published) for one in dates)
    return {one.kind for one in amounts if not (past and one.kind in ("product", "recipient"))}


def _says_nothing(sentence: str, said: Voice) -> bool:
    return bool(EMPTY.match(sentence)) and not said.condition


def _when(figure: Figure | None, amounts: list[Figure], dates: list[When], place: int) -> When | None:
    """The date of a claim: the nearest to its figure; of several figures and one date, the first has it."""
    if not dates:
        return None
    if figure is None or len(amounts) == 1:
        return dates[0]
    if len(dates) == 1:
        return dates[0] if place == 0 else None
    after = [one for one in dates if one.start >= figure.end]
    following = amounts[place + 1].start if place + 1 < len(amounts) else 10**9
    own = [one for one in after if one.start < following]
    return own[0] if own else dates[0] if place == 0 else None


def _belongs(hedge: tuple[int, int], figure: Figure | None, amounts: list[Figure]) -> bool:
    """Whether a weakening word is the claim's: those inside another figure are not."""
    return not any(one is not figure and one.start <= hedge[0] < one.end for one in amounts)


def row_of(claim: Claim, doc: Document) -> dict[str, str]:
    """The claim as a row of table ``statements``, every cell as text; blank is blank."""
    figure, when = claim.figure, claim.when
    exact = figure is not None and figure.low == figure.high
    one = (
        None
        if figure is None
        else figure.low
        if exact or figure.high is None
        else figure.high
        if figure.low is None
        else None
    )
    return {
        "id": claim.id,
        "doc_sha256": doc.sha256,
        "start": str(claim.start),
        "end": str(claim.end),
        "quote": claim.quote,
        "statement": " ".join(claim.quote.split()),
        "speaker": claim.voice.speaker,
        "speaker_kind": claim.voice.speaker_kind,
        "modality": ";".join(claim.voice.modality),
        "polarity": claim.voice.polarity,
        "quantity": _number(one),
        "quantity_low": _number(figure.low if figure else None),
        "quantity_high": _number(figure.high if figure else None),
        "unit": figure.unit if figure else "",
        "quantity_kind": figure.kind if figure else "",
        "vague": "true" if _vague(claim) else "",
        "item": claim.item,
        "recipient": claim.recipient,
        "hedge": claim.hedge,
        "deadline_text": when.words if when else "",
        "deadline_from": _day(when.first if when else None),
        "deadline_to": _day(when.last if when else None),
        "condition": claim.voice.condition,
        "topics": ";".join(claim.topics),
    }


def _vague(claim: Claim) -> bool:
    """A vague amount, words for when that fix no day, or everybody without a number."""
    everybody = bool(EVERYBODY.match(claim.recipient)) and not (claim.figure and claim.figure.kind == "recipient")
    amount = claim.figure is not None and claim.figure.vague
    when = claim.when
    open_ = when is not None and when.first is None and when.last is None and not LASTING.match(when.words)
    return amount or everybody or open_


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}" if abs(value) < 1e10 else f"{value:.0f}"


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def published_row(doc: Document) -> dict[str, str]:
    """The row that keeps the day of the text, anchored to its dateline where there is one; blank cells if unknown."""
    start, end = doc.dateline or (0, 0)
    day = _day(doc.published)
    return {
        "id": "published",
        "doc_sha256": doc.sha256,
        "start": str(start) if doc.dateline else "",
        "end": str(end) if doc.dateline else "",
        "quote": doc.text[start:end],
        "statement": f"The text is of {day}" if day else "The day of the text is not known",
        "speaker_kind": doc.house,
        "modality": "asserted" if day else "undisclosed",
        "polarity": "+",
        "deadline_text": doc.text[start:end],
        "deadline_from": day,
        "deadline_to": day,
        "topics": "published",
    }
