"""A ledger in words: what the text does not say first, then every claim with its quote."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from fullrate.claims import CHECKLIST, Ledger, Point, completeness, is_confirmed, points

WIDTH = 100

STATES = {"unknown": "not said", "hedged": "in part", "contradicted": "contradicted", "known": "said"}
"""Words for the states of a point, the worst first."""

LIMITS = (
    "Filled in by rules over English words, which misread: a claim counts only after a person has read it beside "
    "its quote."
)


def as_object(ledger: Ledger) -> dict[str, Any]:
    """The ledger, the checklist and its count as plain values."""
    made = points(ledger.claims)
    return {
        "published": ledger.published,
        "completeness": round(completeness(made), 4),
        "counts": {state: sum(one.state == state for one in made) for state in STATES},
        "checklist": [
            {"point": one.name, "state": one.state, "asks": CHECKLIST[one.name], "claims": list(one.claims)}
            for one in made
        ],
        "confirmed": sum(is_confirmed(row) for row in ledger.claims),
        "claims": [dict(row) for row in ledger.claims],
    }


def as_text(ledger: Ledger, title: str) -> str:
    """The worksheet for a terminal."""
    made = points(ledger.claims)
    parts = [_head(ledger, title), unsaid(made), *[claim(row) for row in ledger.claims], _wrapped(LIMITS)]
    return "\n\n".join(parts)


def _head(ledger: Ledger, title: str) -> str:
    count = len(ledger.claims)
    sure = sum(is_confirmed(row) for row in ledger.claims)
    day = ledger.published or "day not known"
    confirmed = f"{sure} of them confirmed" if sure else "none of them confirmed"
    return f"{title} ({day}): {count} claim{'s' if count != 1 else ''}, {confirmed}"


def unsaid(made: Sequence[Point]) -> str:
    """The checklist, what is not said first, and the count."""
    counts = {state: sum(one.state == state for one in made) for state in STATES}
    said = ", ".join(f"{count} {STATES[state]}" for state, count in counts.items() if count)
    lines = [f"What a plan needs to know: {len(made)} points, {said}; completeness {completeness(made):.0%}"]
    for state, word in STATES.items():
        for one in made:
            if one.state == state:
                where = f" ({', '.join(one.claims)})" if one.claims else ""
                lines.append(f"  {word:<13} {one.name:<12} {CHECKLIST[one.name]}{where}")
    return "\n".join(line if len(line) <= WIDTH + 20 else line[: WIDTH + 17] + "..." for line in lines)


def claim(row: Mapping[str, str]) -> str:
    """One claim: how it is said and by whom, what it says, its quote."""
    mark = "confirmed" if is_confirmed(row) else "struck out" if row["confirmed"] == "false" else "not confirmed"
    who = row["speaker"] or {"narrator": "the text"}.get(row["speaker_kind"], f"the text, {row['speaker_kind']}")
    head = f"{row['id']}  {row['modality'].replace(';', ', ')}, by {who}{_kind(row)}  [{mark}]"
    facts = "; ".join(facts_of(row))
    quote = f"“{' '.join(row['quote'].split())}”"
    lines = [head, *([_wrapped(facts, "    ")] if facts else []), _wrapped(quote, "    ")]
    return "\n".join(lines)


def _kind(row: Mapping[str, str]) -> str:
    return f" ({row['speaker_kind']})" if row["speaker"] and row["speaker_kind"] else ""


def facts_of(row: Mapping[str, str]) -> list[str]:
    """What a claim says, piece by piece, in the words of the ledger."""
    said = []
    amount = amount_of(row)
    if amount:
        said.append(f"how much: {amount}")
    if row["deadline_text"]:
        days = " to ".join(one for one in (row["deadline_from"], row["deadline_to"]) if one)
        said.append(f"when: {row['deadline_text']}" + (f" ({days})" if days else " (no day)"))
    for column, word in (("item", "what"), ("recipient", "for whom"), ("hedge", "hedged by"), ("condition", "only")):
        if row[column]:
            said.append(f"{word}: {' '.join(row[column].split()).replace(';', ', ')}")
    if row["vague"] == "true":
        said.append("vague")
    if row["polarity"] in "-u" and row["polarity"]:
        said.append({"-": "negated", "u": "left open"}[row["polarity"]])
    if row["topics"]:
        said.append(f"about: {row['topics'].replace(';', ', ')}")
    return said


def amount_of(row: Mapping[str, str]) -> str:
    """The amount of a claim in words; blank where it names none."""
    low, high = row["quantity_low"] or row["quantity"], row["quantity_high"] or row["quantity"]
    bounds = bool(row["quantity_low"] or row["quantity_high"])
    if not low and not high:
        return ""
    if bounds and not row["quantity_high"]:
        number = f"at least {_grouped(low)}"
    elif bounds and not row["quantity_low"]:
        number = f"at most {_grouped(high)}"
    else:
        number = _grouped(low) if low == high else f"{_grouped(low)} to {_grouped(high)}"
    return f"{number} {row['unit']}".strip()


def _grouped(number: str) -> str:
    return f"{float(number):,.10g}"


def _wrapped(text: str, lead: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=lead, subsequent_indent=lead, break_on_hyphens=False)
