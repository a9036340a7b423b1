"""How well the rules do on texts that people labelled, and how well those people agree.

``python tests/claims/scoring.py`` prints the tables that `docs/understand/claims.md` shows.

A label is a set of values per sentence, so nothing has to be matched by hand: for a field, the labels of a text are the
set of (text, sentence, value). Words count as the same when they share at least half of all words that either has.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from fullrate.claims import Claim, Document, claims_in, document, ledger_of, points
from fullrate.claims.ledger import row_of
from fullrate.claims.unsaid import CHECKLIST, STATES

GOLD = Path(__file__).parent / "gold"
LABELLERS = ("a", "b")

Row = Mapping[str, str]
Coded = dict[tuple[str, str], frozenset[str]]
"""Values of a field by text and sentence."""

WORDS = ("figure", "date", "hedge", "speaker", "recipient", "item", "condition")
"""Fields of words, compared by overlap."""

SINGLE = ("claims anything", "speaker_kind", "polarity")
"""Fields with exactly one value per sentence."""

LABELS = ("modality", "topics")
"""Fields with several labels per sentence."""

NUMBERS = ("amount", "unit", "kind", "vague", "days")
"""Fields of figures and dates, compared exactly."""

FIELDS = (*SINGLE, *LABELS, *NUMBERS, *WORDS)


def texts(parity: int | None = None) -> dict[str, str]:
    """The gold texts by number; ``parity`` 1: the open half, 0: the locked half."""
    found = {file.name[:2]: file.read_text(encoding="utf-8") for file in sorted((GOLD / "texts").glob("*.txt"))}
    return {number: text for number, text in found.items() if parity is None or int(number) % 2 == parity}


def plain(text: str) -> tuple[Document, list[str]]:
    """The document of a gold text, sentences where the file has them, and the number of each sentence."""
    body, spans, numbers = "", [], []
    for line in text.splitlines():
        number, tab, sentence = line.partition("\t")
        if tab:
            spans.append((len(body), len(body) + len(sentence)))
            numbers.append(number)
        body += (sentence if tab else line) + "\n"
    return document(body, spans=spans), numbers


def by_rules(chosen: Mapping[str, str]) -> tuple[list[Row], list[Row]]:
    """What the rules make of texts, in the columns of the labellers: claims, and the checklist."""
    rows: list[Row] = []
    unsaid: list[Row] = []
    for number, text in chosen.items():
        doc, numbers = plain(text)
        place = {sentence.start: name for sentence, name in zip(doc.sentences, numbers, strict=True)}
        for claim in claims_in(doc):
            rows.append({"text": number, "sentence": place[claim.start], "claim": "1", **_as_labelled(claim, doc)})
        said = {row["sentence"] for row in rows if row["text"] == number}
        rows += [{"text": number, "sentence": name, "claim": "0"} for name in numbers if name not in said]
        unsaid += [{"text": number, "point": one.name, "state": one.state} for one in points(ledger_of(doc).claims)]
    return rows, unsaid


def _as_labelled(claim: Claim, doc: Document) -> Row:
    """A claim in the columns of the labellers."""
    row, figure = row_of(claim, doc), claim.figure
    names = {"low": "quantity_low", "high": "quantity_high", "kind": "quantity_kind", "date": "deadline_text"}
    names |= {"date_from": "deadline_from", "date_to": "deadline_to"}
    alike = (
        "unit",
        "speaker",
        "speaker_kind",
        "modality",
        "polarity",
        "hedge",
        "recipient",
        "item",
        "condition",
        "topics",
    )
    out = {label: row[name] for label, name in names.items()} | {name: row[name] for name in alike}
    return {**out, "figure": figure.words if figure else "", "vague": "yes" if figure and figure.vague else ""}


def labelled(labeller: str, name: str = "labels", parity: int | None = None) -> list[Row]:
    """The rows of a labeller's file."""
    with (GOLD / f"{name}_{labeller}.csv").open(encoding="utf-8", newline="") as file:
        rows = [{key: (value or "").strip() for key, value in row.items() if key} for row in csv.DictReader(file)]
    rows = [{**row, "text": row["text"].zfill(2)} for row in rows]
    return [row for row in rows if parity is None or int(row["text"]) % 2 == parity]


def coded(rows: Iterable[Row], field: str) -> Coded:
    """Values of a field by text and sentence; a sentence that claims nothing has none but that it does not."""
    out: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        values = out.setdefault((row["text"], row["sentence"]), set())
        if field == "claims anything":
            values.add("no" if row["claim"] == "0" else "yes")
        elif row["claim"] != "0":
            values.update(_values(row, field))
    return {place: frozenset(values) for place, values in out.items()}


def _values(row: Row, field: str) -> list[str]:
    if field == "amount":
        low, high = _number(row.get("low", "")), _number(row.get("high", ""))
        return [f"{low}..{high}"] if low or high else []
    if field == "days":
        days = f"{row.get('date_from', '')}..{row.get('date_to', '')}"
        return [days] if days != ".." else []
    if field == "vague":
        return ["yes"] if row.get("vague", "").lower() in ("yes", "true") else []
    text = row.get(field, "")
    if field in ("modality", "topics", "hedge"):
        return [part.strip().lower() for part in text.split(";") if part.strip()]
    if field == "kind":
        return [text] if text else []
    return [_words(text)] if _words(text) else []


def _number(text: str) -> str:
    try:
        return f"{float(text.replace(',', '')):.6g}"
    except ValueError:
        return ""


def _words(text: str) -> str:
    return re.sub(r"^(?:the|a|an) ", "", " ".join(text.lower().split()).strip(' .,;:"“”'))


def same(one: str, other: str) -> bool:
    """Whether two pieces of words share at least half of all words that either has.

    >>> same("coastal provinces", "the coastal provinces"), same("pumps", "sand bag machines")
    (True, False)
    """
    left, right = set(re.findall(r"\w+|[€$£%]", one)), set(re.findall(r"\w+|[€$£%]", other))
    return one == other or 2 * len(left & right) >= len(left | right) > 0


def matched(found: frozenset[str], wanted: frozenset[str], equal: Callable[[str, str], bool]) -> int:
    """How many values of a sentence have a partner, each partner used once."""
    left, hits = list(wanted), 0
    for value in sorted(found):
        partner = next((one for one in sorted(left, key=lambda one: one != value) if equal(value, one)), None)
        if partner is not None:
            left.remove(partner)
            hits += 1
    return hits


def score(found: Coded, wanted: Coded, field: str) -> tuple[float | None, float | None, int]:
    """Precision, recall and number of labels; None where nothing was found, or nothing was to be found."""
    equal = same if field in WORDS else str.__eq__
    hits = sum(matched(found.get(place, frozenset()), values, equal) for place, values in wanted.items())
    given = sum(len(values) for values in found.values())
    total = sum(len(values) for values in wanted.values())
    return (hits / given if given else None), (hits / total if total else None), total


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa (1960) of two people who each gave one label to the same things; None where only one label occurs.

    >>> round(kappa([("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15), 2)
    0.4
    """
    count = len(pairs)
    seen = sum(one == other for one, other in pairs) / count
    labels = {label for pair in pairs for label in pair}
    chance = (
        sum(sum(one == label for one, _ in pairs) * sum(other == label for _, other in pairs) for label in labels)
        / count**2
    )
    return None if chance == 1.0 else (seen - chance) / (1 - chance)


def agreement(one: Coded, other: Coded, field: str) -> tuple[float, float | None]:
    """Share of sentences with the same values, and kappa.

    Kappa is over the single label of each sentence; over every label of every sentence, given or not, where there may
    be several; over whether a sentence has any value where values are words or numbers.
    """
    places = sorted(set(one) & set(other))
    equal = same if field in WORDS else str.__eq__
    alike = [len(one[at]) == len(other[at]) == matched(one[at], other[at], equal) for at in places]
    if field in SINGLE:
        pairs = [("".join(sorted(one[at])), "".join(sorted(other[at]))) for at in places]
    elif field in LABELS:
        labels = sorted({label for coding in (one, other) for values in coding.values() for label in values})
        pairs = [(str(label in one[at]), str(label in other[at])) for at in places for label in labels]
    else:
        pairs = [(str(bool(one[at])), str(bool(other[at]))) for at in places]
    return sum(alike) / len(places), kappa(pairs)


def agreement_table() -> str:
    """How the two labellers agree, field by field, over all texts."""
    a, b = labelled("a"), labelled("b")
    lines = ["| field | same | kappa |", "| --- | ---: | ---: |"]
    for field in FIELDS:
        percent, value = agreement(coded(a, field), coded(b, field), field)
        lines.append(f"| {field.replace('_', ' ')} | {percent:.0%} | {_two(value)} |")
    percent, value = unsaid_agreement()
    lines.append(f"| checklist, four states | {percent:.0%} | {_two(value)} |")
    return "\n".join(lines)


def unsaid_agreement() -> tuple[float, float | None]:
    """The same for the checklist: share of points with the same state, and kappa."""
    a, b = (_states(labelled(one, "unsaid")) for one in LABELLERS)
    pairs = [(a[at], b[at]) for at in sorted(set(a) & set(b))]
    return sum(one == other for one, other in pairs) / len(pairs), kappa(pairs)


def _states(rows: Iterable[Row]) -> dict[tuple[str, str], str]:
    return {
        (row["text"], row["point"]): row["state"]
        for row in rows
        if row["point"] in CHECKLIST and row["state"] in STATES
    }


def score_table(parities: Sequence[int] = (1, 0)) -> str:
    """Precision and recall of the rules, field by field, each the mean over the two labellers; the open half first."""
    head = {1: ("open: n", "precision", "recall"), 0: ("locked: n", "precision", "recall")}
    names = [name for parity in parities for name in head[parity]]
    lines = ["| field | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for field in FIELDS:
        cells = [cell for parity in parities for cell in _scored(field, parity)]
        lines.append(f"| {field.replace('_', ' ')} | " + " | ".join(cells) + " |")
    for state in STATES:
        cells = [cell for parity in parities for cell in _scored_states(state, parity)]
        lines.append(f"| checklist: {state} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


@cache
def _half(parity: int) -> tuple[list[Row], list[Row]]:
    """What the rules make of one half of the texts."""
    return by_rules(texts(parity))


def _scored(field: str, parity: int) -> list[str]:
    found = coded(_half(parity)[0], field)
    scores = [score(found, coded(labelled(one, parity=parity), field), field) for one in LABELLERS]
    return _means(scores)


def _scored_states(state: str, parity: int) -> list[str]:
    found = _states(_half(parity)[1])
    scores = []
    for labeller in LABELLERS:
        wanted = _states(labelled(labeller, "unsaid", parity))
        hits = sum(found.get(at) == state == name for at, name in wanted.items())
        given, total = sum(one == state for one in found.values()), sum(one == state for one in wanted.values())
        scores.append((hits / given if given else None, hits / total if total else None, total))
    return _means(scores)


def _means(scores: Sequence[tuple[float | None, float | None, int]]) -> list[str]:
    def mean(values: Sequence[float | None]) -> float | None:
        told = [value for value in values if value is not None]
        return sum(told) / len(told) if told else None

    count = sum(one[2] for one in scores) / len(scores)
    return [f"{count:.0f}", _two(mean([one[0] for one in scores])), _two(mean([one[1] for one in scores]))]


def _two(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    print(agreement_table())
    print()
    print(score_table())
