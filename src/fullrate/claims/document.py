"""A text, its day, and its sentences with the place of each: what every claim is anchored to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from fullrate.claims.days import read_day
from fullrate.claims.words import word_set

HOUSES = ("official", "company", "narrator")
"""Whose text it may be: an authority's, a company's, or that of somebody who reports on others."""

ENGLISH = word_set(
    "the of and to in a is that for it as with on by be will are at from this has have not was were an or "
    "shall which would its their but they we he she had been may can no"
)
"""Words that make up a third to a half of English prose."""

ENGLISH_SHARE = 0.2
"""Share of such words below which a text is not taken for English (assumption: other languages stay below 0.12)."""

FEW_WORDS = 12
"""Words below which nothing is said about the language."""

ABBREVIATIONS = word_set(
    "mr mrs ms dr prof st no nos vs etc e.g i.e approx inc ltd co corp u.s u.k gen sen rep gov jan feb mar "
    "apr jun jul aug sep sept oct nov dec fig art sec"
)

_BREAK = re.compile(r"[.!?][\"”’')\]]*(?=\s+[\"“‘'(\[]*[A-Z0-9€$£])")
_HEADER = re.compile(r"^#[ \t]*published:[ \t]*(\d{4}-\d{2}-\d{2})[ \t]*$", re.MULTILINE)
_DATELINE = re.compile(
    r"(?:[A-Z][\w'’.-]*[ ,]{1,2}|\(){0,4}(\d{1,2} [A-Z][a-z]+,? \d{4}|[A-Z][a-z]+ \d{1,2},? \d{4}|\d{4}-\d\d-\d\d)"
    r"\s*(?:[.):–—-]|$)"
)


@dataclass(frozen=True)
class Sentence:
    """One sentence: its words with line breaks as blanks, and its place in the text (characters, end exclusive)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """A text that claims something.

    Attributes:
        text: the characters, as they were read.
        sha256: of the text in UTF-8.
        published: the day it is of, from its dateline or a header line ``# published: 2026-03-01``; None if unknown.
        dateline: place of the words that give the day; None where they stand in a header, or nowhere.
        house: whose text it is, one of ``HOUSES``.
        sentences: in order; headings are none.
    """

    text: str
    sha256: str
    published: date | None
    dateline: tuple[int, int] | None
    house: str
    sentences: tuple[Sentence, ...]


def document(
    text: str,
    published: date | None = None,
    house: str | None = None,
    spans: Sequence[tuple[int, int]] | None = None,
) -> Document:
    """A document from its text.

    >>> [one.text for one in document("The U.S. will pay. Dr. Ray said so.").sentences]
    ['The U.S. will pay.', 'Dr. Ray said so.']

    Args:
        text: the text; a line that begins with ``#`` is a heading.
        published: its day, where the reader knows it; else a header or the dateline.
        house: whose text it is; guessed from its headings and first words if None.
        spans: places of its sentences, where they are known; found if None.
    """
    found = tuple(_sentences(text)) if spans is None else tuple(_sentence(text, *span) for span in spans)
    day, place = _day(text, found)
    if place is not None and spans is None:
        found = tuple(_after(text, found[0], place[1])) + found[1:]
    return Document(
        text, hashlib.sha256(text.encode()).hexdigest(), published or day, place, house or _house(text), found
    )


def is_english(text: str) -> bool:
    """Whether the words are likely English; texts of a few words pass.

    >>> is_english("Der Minister hat angeordnet, dass jede Gruppe in kurzer Zeit ein neues Geraet bekommen soll.")
    False
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < FEW_WORDS:
        return True
    return sum(word in ENGLISH for word in words) >= ENGLISH_SHARE * len(words)


def _after(text: str, first: Sentence, end: int) -> Iterator[Sentence]:
    """What is left of the first sentence behind the dateline."""
    rest = text[end : first.end]
    lead = len(rest) - len(rest.lstrip(" \n.):–—-"))
    if lead < len(rest):
        yield _sentence(text, end + lead, first.end)


def _sentence(text: str, start: int, end: int) -> Sentence:
    return Sentence(re.sub(r"\s", " ", text[start:end]), start, end)


def _sentences(text: str) -> Iterator[Sentence]:
    """Sentences of paragraphs; a heading, a blank line or a list mark ends one."""
    for block in re.finditer(r"(?:^(?!\s*#)[^\n]*\S[^\n]*\n?)+", text, re.MULTILINE):
        start = block.start()
        for stop in [*_stops(block[0]), len(block[0])]:
            piece = text[start : block.start() + stop]
            lead = len(piece) - len(piece.lstrip(" \t\n\r*-•"))
            body = piece.strip(" \t\n\r*-•")
            if body:
                yield _sentence(text, start + lead, start + lead + len(body))
            start = block.start() + stop


def _stops(block: str) -> Iterator[int]:
    for match in _BREAK.finditer(block):
        before = re.search(r"([\w.]+)$", block[: match.start()])
        word = before[1].lower() if before else ""
        if word in ABBREVIATIONS or re.fullmatch(r"(?:[a-z]\.)*[a-z]", word):
            continue
        yield match.end()


def _day(text: str, sentences: Sequence[Sentence]) -> tuple[date | None, tuple[int, int] | None]:
    """The day of a text and the place of its words."""
    header = _HEADER.search(text)
    if header:
        return date.fromisoformat(header[1]), None
    if sentences:
        first = sentences[0]
        match = _DATELINE.match(first.text)
        day = read_day(match[1]) if match else None
        if match and day is not None:
            return day, (first.start + match.start(1), first.start + match.end(1))
    return None, None


def _house(text: str) -> str:
    """Whose text it is, from its headings and the words it begins with."""
    head = " ".join(re.findall(r"^#.*$", text, re.MULTILINE)).lower() + " " + text[:300].lower()
    if re.search(r"\b(newspaper|article|history|report of a paper)\b", head):
        return "narrator"
    if re.search(
        r"\b(company|start-up|guidance|corporation)\b", " ".join(re.findall(r"^#.*$", text, re.MULTILINE)).lower()
    ):
        return "company"
    if re.search(r"\b(order of|programme of|tender|speech of|decree|executive order|orders the following)\b", head):
        return "official"
    return "narrator"
