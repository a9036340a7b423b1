"""What a text does not say: a fixed checklist, the state of each point, and how complete the text is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHECKLIST = {
    "product": "what exactly is to be made: type, performance, specification",
    "variants": "which versions; whether a proven one goes out meanwhile",
    "quantity": "how many units, or at what rate",
    "recipients": "who gets them, and in which order",
    "deadline": "by when, when it starts, when it is at full rate",
    "state": "where things stand now: stock, present output, design",
    "capacity": "what the maker can make: plants, lines, machines",
    "suppliers": "who makes it, who delivers the parts, whether there is a second source",
    "restricted": "inputs that are scarce, imported or under export control",
    "money": "what it costs, who pays, from which fund",
    "labour": "how many people are there and needed, and their training",
    "test": "tests, approval, permits, the rule of acceptance",
    "transport": "how it gets to those who need it",
    "sustainment": "maintenance, spare parts, repair, replacement",
    "authority": "who may decide, under which law or contract",
    "given_up": "what is done less, later or not at all because of it",
}
"""The points that a plan needs, and the question behind each."""

STATES = ("known", "hedged", "contradicted", "unknown")

COUNTED = {
    "quantity": ("product", "recipient"),
    "money": ("money",),
    "labour": ("people",),
}
"""Points that only a number answers, and what it must count."""

WEAK = frozenset(("possible", "contested", "conditional", "undisclosed"))
"""Modalities of what is said without being promised."""


@dataclass(frozen=True)
class Point:
    """One point of the checklist, as a text leaves it.

    Attributes:
        name: its name, a key of ``CHECKLIST``.
        state: one of ``STATES``.
        claims: ids of the claims that say something about it.
    """

    name: str
    state: str
    claims: tuple[str, ...]


def points(rows: Iterable[Mapping[str, str]]) -> list[Point]:
    """The state of every point, by the rows of a ledger as text; rows that a person has struck out do not count."""
    left = [row for row in rows if row.get("confirmed", "") != "false"]
    return [_point(name, [row for row in left if _about(name, row)]) for name in CHECKLIST]


def spoken(row: Mapping[str, Any]) -> dict[str, str]:
    """A row of a read table, confirmed, as the checklist reads it.

    One without topics is about what its own columns answer.
    """
    said = {name: "" if value is None else str(value) for name, value in row.items()}
    said |= {"vague": "true" if row["vague"] else "", "confirmed": "true"}
    if not said["topics"]:
        kind = row["quantity_kind"] or ("product" if row["quantity"] is not None else "")
        told = {
            "quantity": kind == "product",
            "recipients": kind == "recipient" or bool(said["recipient"]),
            "money": kind == "money",
            "labour": kind == "people",
            "deadline": any(said[name] for name in ("deadline_text", "deadline_from", "deadline_to")),
        }
        said["topics"] = ";".join(name for name, here in told.items() if here)
    return said


def completeness(made: Sequence[Point]) -> float:
    """Share of the points that the text answers in full.

    >>> completeness([Point("money", "known", ()), Point("labour", "hedged", ())])
    0.5
    """
    return sum(point.state == "known" for point in made) / len(made)


def _about(name: str, row: Mapping[str, str]) -> bool:
    """Whether a claim says something about a point; one that names goods says something about the product."""
    return name in row.get("topics", "").split(";") or (name == "product" and bool(row.get("item")))


def _point(name: str, rows: Sequence[Mapping[str, str]]) -> Point:
    told = [row for row in rows if "undisclosed" not in row.get("modality", "")]
    ids = tuple(row["id"] for row in rows)
    if not told:
        return Point(name, "unknown", ids)
    if _contradicted(name, told):
        return Point(name, "contradicted", ids)
    answers = [row for row in told if _answers(name, row)]
    weak = [row for row in rows if _weak(row)]
    return Point(name, "known" if answers and not weak else "hedged", ids)


def _weak(row: Mapping[str, str]) -> bool:
    """Whether a claim is vague, hedged, conditional, contested or says that something is not said."""
    return row.get("vague") == "true" or bool(row.get("hedge")) or bool(WEAK & set(row.get("modality", "").split(";")))


def _answers(name: str, row: Mapping[str, str]) -> bool:
    """Whether a claim answers a point in full: not weakly, and with a number or a day where only that answers."""
    if _weak(row):
        return False
    if name == "product":
        return " " in row.get("item", "")
    if name in COUNTED:
        return row.get("quantity_kind") in COUNTED[name] and bool(_amount(row))
    if name == "recipients":
        return bool(row.get("recipient"))
    if name == "deadline":
        return bool(row.get("deadline_from") or row.get("deadline_to")) and not _past(row)
    return True


def _past(row: Mapping[str, str]) -> bool:
    """Whether a dated claim is about what has been."""
    return row.get("modality") == "asserted" and bool(row.get("deadline_from"))


def _amount(row: Mapping[str, str]) -> tuple[str, str] | None:
    low, high = (
        row.get("quantity_low", "") or row.get("quantity", ""),
        row.get("quantity_high", "") or row.get("quantity", ""),
    )
    return (low, high) if low or high else None


def _contradicted(name: str, rows: Sequence[Mapping[str, str]]) -> bool:
    """Whether somebody who objects names another number of the same unit, or another day, than the others do."""
    against = [row for row in rows if row.get("speaker_kind") == "critic" or "contested" in row.get("modality", "")]
    others = [row for row in rows if row not in against]
    if name == "deadline":
        theirs = {row["deadline_to"] for row in against if row.get("deadline_to")}
        ours = {
            row["deadline_to"] for row in others if row.get("deadline_to") and "asserted" not in row.get("modality", "")
        }
        return bool(theirs and ours) and not theirs & ours
    if name not in COUNTED:
        return False
    for row in against:
        same = [one for one in others if row.get("unit") and one.get("unit") == row["unit"] and _amount(one)]
        if same and _amount(row) and all(_amount(one) != _amount(row) for one in same):
            return row.get("quantity_kind") in COUNTED[name]
    return False
