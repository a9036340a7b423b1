"""A ledger of claims as a surge record: what a person confirmed that was promised, and what was not said at all.

A promise is a confirmed row that affirms, asserts, orders or expects a stated quantity of the product by a stated day,
in all or per time; so much per family or per head is no total, and none.
Rows that nobody confirmed are not read; vague quantities are none; nothing is filled in.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fullrate.claims.units import DAYS, SHORT, per, slashed
from fullrate.claims.unsaid import CHECKLIST, Point, points, spoken
from fullrate.claims.worksheet import is_to_come, overdue
from fullrate.findings import Finding, Refused, Severity, errors
from fullrate.tables import Tables
from fullrate.tables.check import check
from fullrate.tables.folder import with_file
from fullrate.tables.model import empty
from fullrate.tables.spec import TABLES
from fullrate.tables.spec.surge import ANNOUNCED, SURGE_TABLES
from fullrate.tables.surge import CaseFile, Surge

COMMITS = ("asserted", "ordered", "expected")
"""Modalities of a promise; what is possible, contested or conditional is none."""

PUBLISHED = "published"
"""The row that keeps the day of the text and claims nothing."""

ASKED = {
    "product": "how much of it",
    "recipient": "for how many",
    "money": "with what money",
    "people": "by how many people",
}
"""What a quantity of a kind answers."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """What a ledger says of a promise.

    Attributes:
        surge: the promises in it as a record, none where no row has a quantity and a day.
        announced_on: the day of the text.
        unsaid: what was not said.
        confirmed, rows: rows that a person confirmed, and all.
        points: every point of the checklist, as the confirmed rows leave it.
    """

    surge: Surge
    announced_on: date
    unsaid: tuple[str, ...]
    confirmed: int
    rows: int
    points: tuple[Point, ...] = ()

    def facts(self) -> dict[str, Any]:
        """What an outlook tells of what was not said: in short, and point by point."""
        listed = [
            {"point": one.name, "state": one.state, "asks": CHECKLIST[one.name], "claims": list(one.claims)}
            for one in self.points
        ]
        return {"unsaid": list(self.unsaid), "checklist": listed}


def is_ledger(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a ledger of claims."""
    file = Path(path)
    if not (file.is_file() and file.suffix.lower() == ".csv"):
        return False
    with open(file, encoding="utf-8", errors="replace") as text:
        header = text.readline()
    return "quote" in header and "modality" in header


def read_ledger(path: str | os.PathLike[str], announced_on: date | None = None, kind: str | None = None) -> Ledger:
    """A ledger as a record.

    Args:
        path: the file, with the columns of ``statements.csv``.
        announced_on: day of the announcement where the row ``published`` of the ledger does not hold it.
        kind: class of the surge; None where it is not known.

    Raises:
        Refused: the file has errors, FR823 no row of it is confirmed, FR836 its day is not known, or FR801 something
            was to come before it.
    """
    blank = Tables.from_rows({"name": "ledger", "start": (announced_on or date.today()).isoformat()}, {})
    tables, found = with_file(blank, "statements", path)
    found = [*found, *(one for one in check(tables) if one.table == "statements" and one.code != "FR501")]
    if errors(found):
        raise Refused(found)
    every = list(tables.rows("statements"))
    rows = [row for row in every if row["id"] != PUBLISHED]
    day = next((row["deadline_from"] for row in every if row["id"] == PUBLISHED), None) or announced_on
    sure = [row for row in rows if _is_sure(row)]
    if not sure:
        raise Refused([_unconfirmed(str(path), len(rows))])
    if day is None:
        raise Refused([_undated(str(path))])
    promised = [row for row in sure if _promises(row)]
    origin = tables.origins["statements"]
    late = [
        overdue(row["id"], row["deadline_to"], day, str(path), origin.line(every.index(row)))
        for row in promised
        if row["deadline_to"] <= day and is_to_come(row["modality"] or "")
    ]
    if late:
        raise Refused(late)
    announced = [_announced(row, day) for row in promised]
    name = Path(path).stem
    case = CaseFile(name, name, name, product_kind=kind)
    frames = {table.name: empty(table) for table in SURGE_TABLES.values()}
    if announced:
        frames["announced"] = pl.DataFrame(announced, frames["announced"].schema)
    text = Path(path).read_text("utf-8", errors="replace")
    surge = Surge(case, frames, {key: frame.cast(pl.String) for key, frame in frames.items()}, folder=str(path))
    left = tuple(points([spoken(row) for row in sure]))
    return Ledger(_with_text(surge, str(path), text), day, _unsaid(sure), len(sure), len(rows), left)


def _with_text(surge: Surge, file: str, text: str) -> Surge:
    """The record with the ledger as the file it was read from."""
    from dataclasses import replace

    from fullrate.tables.model import Origin

    return replace(surge, origins={"statements": Origin(file, text)})


def _is_sure(row: Mapping[str, Any]) -> bool:
    """Whether a person confirmed a row: the flag where there is one, else a name."""
    return bool(row["confirmed_by"] if row["confirmed"] is None else row["confirmed"])


def _promises(row: Mapping[str, Any]) -> bool:
    modes = {word.strip() for word in (row["modality"] or "").split(";")}
    commits = bool(modes & set(COMMITS)) and not modes & {"contested", "conditional", "possible"}
    product = row["quantity_kind"] in (None, "product") and row["quantity"] is not None and not row["vague"]
    whole = bool(row["unit"]) and per(row["unit"]) in ("", *DAYS, *SHORT)
    return bool(commits and product and whole and row["deadline_to"] and row["polarity"] != "-")


def _announced(row: Mapping[str, Any], day: date) -> dict[str, Any]:
    unit = slashed(row["unit"])
    facts = {"announced_on": day, "by_whom": row["speaker"], "target_quantity": row["quantity"], "unit": unit}
    rate = "rate" if per(unit) else "cumulative"
    facts |= {"target_date": row["deadline_to"], "what": rate, "quote_or_paraphrase": row["quote"]}
    return {column.name: facts.get(column.name) for column in ANNOUNCED.columns}


def _unsaid(rows: list[dict[str, Any]]) -> tuple[str, ...]:
    """What no confirmed row answers."""
    told = {row["quantity_kind"] for row in rows if row["quantity"] is not None and not row["vague"]}
    found = [said for kind, said in ASKED.items() if kind not in told]
    when = [] if any(row["deadline_to"] for row in rows) else ["by when"]
    return (*found[:1], *when, *found[1:]) if found and found[0] == ASKED["product"] else (*when, *found)


def _unconfirmed(file: str, rows: int) -> Finding:
    column = next(column for column in TABLES["statements"].columns if column.name == "confirmed_by")
    return Finding(
        "FR823",
        Severity.ERROR,
        "ledger that nobody confirmed",
        table="statements",
        file=file,
        column=column.name,
        found=f"none of {rows} rows has `confirmed` true, or a name in `confirmed_by`",
        help="read the quotes, correct the rows, and write your name into `confirmed_by` of those that are right",
    )


def _undated(file: str) -> Finding:
    return Finding(
        "FR836",
        Severity.ERROR,
        "day of the text not known",
        table="statements",
        key=PUBLISHED,
        file=file,
        column="deadline_from",
        found="nobody can tell from when the days of a promise are counted",
        help="name the day of the announcement with --as-of, or write it into the row `published`",
    )
