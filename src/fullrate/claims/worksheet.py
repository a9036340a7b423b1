"""A ledger as a file: written for a person to confirm, read back and checked."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from fullrate.claims.days import MONTHS, whens
from fullrate.claims.document import Document, document, is_english
from fullrate.claims.figures import numbers_in
from fullrate.claims.ledger import claims_in, published_row, row_of
from fullrate.findings import Excerpt, Finding, Refused, Severity, errors, in_order
from fullrate.tables.check.evidence import modality_problems
from fullrate.tables.config import Config
from fullrate.tables.folder import decimal_comma, take_over
from fullrate.tables.model import Origin, Tables
from fullrate.tables.place import locate
from fullrate.tables.sheet import decode, parse
from fullrate.tables.spec import TABLES

STATEMENTS = TABLES["statements"]

Row = Mapping[str, str]

INSIDE = ("deadline_text", "condition", "hedge", "item", "recipient", "unit")
"""Columns whose words stand in the quote; who speaks may have been named before."""

SHORT = ("times", "share", "%")
"""Units of factors, fractions and percentages, which a text may write otherwise."""

_CALENDAR = re.compile(rf"\b(?:{'|'.join(MONTHS)}|(?:1[89]|20|21)\d\d)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Ledger:
    """The claims of one text.

    Attributes:
        rows: rows of table ``statements`` as text, every column, blank is blank; the row ``published`` keeps the day.
        file: where it was read from; blank when it was made from a text.
        findings: what is wrong with it.
        lines: line of each row in the file, 1-based; none when it was made from a text.
    """

    rows: tuple[Row, ...]
    file: str = ""
    findings: tuple[Finding, ...] = ()
    lines: tuple[int, ...] = ()

    @property
    def claims(self) -> tuple[Row, ...]:
        """Every row but that of the day."""
        return tuple(row for row in self.rows if row["id"] != "published")

    @property
    def published(self) -> date | None:
        """The day of the text; None if unknown."""
        day = next((row["deadline_from"] for row in self.rows if row["id"] == "published"), "")
        return date.fromisoformat(day) if day else None


def is_to_come(modality: str) -> bool:
    """Whether a claim says what is to come, by its modality."""
    return bool({"ordered", "expected"} & {word.strip() for word in modality.split(";")})


def overdue(key: str, due: date, published: date, file: str, line: int | None) -> Finding:
    """FR801: what is to come was to be there by a day that had passed when it was said."""
    return Finding(
        "FR801",
        Severity.ERROR,
        "announced after its own date",
        table="statements",
        key=key,
        file=file,
        row=line,
        column="deadline_to",
        found=f"`{due}` is not after the day of the text, {published}",
        help=(
            "look the two days up again; what was promised earlier and is only told here is `asserted` in `modality`, "
            "and what nobody promises has false in `confirmed`"
        ),
    )


def is_confirmed(row: Row) -> bool:
    """Whether a person has said that the text says so."""
    return row.get("confirmed") == "true"


def read_text(file: str | os.PathLike[str], published: date | None = None, house: str | None = None) -> Document:
    """The text in a file.

    Raises:
        Refused: it cannot be read, is empty, or is not English.
    """
    path, plain = Path(file), "save the announcement as plain text in UTF-8"
    try:
        text, _, trouble = decode(path.read_bytes())
    except OSError as error:
        raise _refused("FR830", "no text", str(path), f"it cannot be opened ({error.strerror})", plain) from error
    if trouble is not None:
        raise _refused("FR830", "no text", str(path), trouble.found, plain, trouble.line)
    doc = document(text, published, house)
    if not doc.sentences:
        found = "there is no sentence in it" if text.strip() else "it is empty"
        raise _refused("FR830", "no text", str(path), found, f"{plain}; a line that begins with # is a heading")
    if not is_english(" ".join(one.text for one in doc.sentences)):
        advice = "the rules know English only; translate the text, and quote the translation"
        raise _refused(
            "FR831", "not English", str(path), "few of its words are those that English is made of", advice, 1
        )
    return doc


def ledger_of(doc: Document) -> Ledger:
    """The claims of a text, none of them confirmed."""
    rows = [published_row(doc), *(row_of(claim, doc) for claim in claims_in(doc))]
    return Ledger(tuple(_whole(row) for row in rows))


def written(ledger: Ledger) -> str:
    """The ledger as CSV, with the columns that a person fills in first."""
    first = ("id", "confirmed", "quote")
    bare = [name for name in ("assumption_ids", "source") if not any(row[name] for row in ledger.rows)]
    columns = [*first, *(name for name in STATEMENTS.names if name not in (*first, *bare))]
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(ledger.rows)
    return out.getvalue()


def read_ledger(file: str | os.PathLike[str]) -> Ledger:
    """The ledger in a CSV file, and everything that is wrong with it.

    Raises:
        Refused: it cannot be read at all.
    """
    path = Path(file)
    try:
        return _ledger(path.read_bytes(), str(path))
    except OSError as error:
        advice = "name the file that `fullrate claims TEXT --out LEDGER` wrote"
        raise _refused("FR838", "no ledger", str(path), f"it cannot be opened ({error.strerror})", advice) from error


def _ledger(data: bytes, file: str) -> Ledger:
    """The ledger in the bytes of a file, with its findings."""
    sheet = parse(data, STATEMENTS.names)
    comma = decimal_comma(sheet)
    text, frame, problems = take_over(STATEMENTS, sheet, comma)
    origin = Origin(file, sheet.text, sheet.lines, sheet.header, sheet.delimiter, comma, sheet.encoding, sheet.readable)
    tables = Tables(Config("", date.min), {"statements": frame}, {"statements": text}, {"statements": origin})
    problems += [*modality_problems(tables)] if sheet.readable else []
    findings = locate(tables, problems)
    rows = tuple({name: value or "" for name, value in row.items()} for row in text.iter_rows(named=True))
    rows = tuple({**row, "confirmed": row["confirmed"].strip().lower()} for row in rows)
    if not errors(findings):
        findings += [one for i, row in enumerate(rows) for one in _beside_quote(row, file, origin, i)]
        findings += _as_a_whole(rows, file, origin)
    return Ledger(rows, file, tuple(in_order(findings)), tuple(origin.line(i) for i in range(len(rows))))


def confirmed(ledger: Ledger, ids: Iterable[str], by: str, on: date) -> Ledger:
    """The same ledger with those claims confirmed by a person on a day."""
    chosen = set(ids)
    stamp = {"confirmed": "true", "confirmed_by": by, "confirmed_at": on.isoformat()}
    return replace(ledger, rows=tuple({**row, **stamp} if row["id"] in chosen else row for row in ledger.rows))


def stamped(ledger: Ledger, by: str, on: date) -> Ledger:
    """The same ledger where every row that was confirmed in the file carries who did so and when."""
    bare = [row["id"] for row in ledger.rows if is_confirmed(row) and not row["confirmed_by"]]
    return confirmed(ledger, bare, by, on)


def edited(ledger: Ledger, key: str, cells: Mapping[str, str]) -> Ledger:
    """The same ledger with other texts in cells of one row, checked like a file and against its quote.

    Raises:
        Refused: a cell then says what the quote does not.
    """
    made = replace(ledger, rows=tuple({**row, **cells} if row["id"] == key else row for row in ledger.rows))
    found = errors(_ledger(written(made).encode(), "").findings)
    if found:
        raise Refused([replace(one, file=ledger.file, row=None, excerpt=None) for one in found])
    return made


def _whole(row: Row) -> dict[str, str]:
    return {name: row.get(name, "") for name in STATEMENTS.names}


def _beside_quote(row: Row, file: str, origin: Origin, at: int | None) -> list[Finding]:
    """What a row says that its quote does not."""
    quote = " ".join(row["quote"].split())
    if not quote:
        return []
    found: list[Finding] = []
    for column in ("quantity", "quantity_low", "quantity_high"):
        if row[column] and not _named(row[column], quote):
            said = ("FR833", "figure that is not in its quote", f"`{row[column]}` is no number of the quote")
            found.append(_at(row, column, file, origin, at, said, "write a number that the quote names, or none"))
    for column in INSIDE:
        missing = [words for words in row[column].split(";") if words and not _inside(words, quote, column)]
        if missing:
            said = ("FR834", "words that are not in the quote", f"`{missing[0].strip()}` is not in the quote")
            found.append(
                _at(
                    row,
                    column,
                    file,
                    origin,
                    at,
                    said,
                    "copy words as they stand in the quote, or leave the cell blank",
                )
            )
    if (row["deadline_from"] or row["deadline_to"]) and not row["deadline_text"] and row["id"] != "published":
        said = ("FR834", "words that are not in the quote", "there is a day and no words that it rests on")
        found.append(_at(row, "deadline_text", file, origin, at, said, "copy the words of the quote that say when"))
    return found


def _inside(words: str, quote: str, column: str) -> bool:
    """Whether words stand in a quote; those of a unit one by one, since a number may stand between them."""
    if _plain(words) in _plain(quote):
        return True
    return column == "unit" and all(part in _plain(quote) or part in SHORT for part in _plain(words).split())


def _named(number: str, quote: str) -> bool:
    try:
        value = float(number)
    except ValueError:
        return True
    return any(abs(value - one) <= 1e-9 * max(1.0, abs(one)) for one in numbers_in(_without_dates(quote)))


def _without_dates(quote: str) -> str:
    """The quote without its days and years, which are numbers but no amounts."""
    for when in reversed(whens(quote, None)):
        if _CALENDAR.search(when.words):
            quote = quote[: when.start] + quote[when.end :]
    return quote


def _plain(words: str) -> str:
    return " ".join(words.split()).lower()


def _as_a_whole(rows: Sequence[Row], file: str, origin: Origin) -> list[Finding]:
    """Names given twice, and claims of more than one text."""
    found: list[Finding] = []
    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        if row["id"] in seen:
            said = ("FR110", "key appears twice", f"line {origin.line(seen[row['id']])} has it, too")
            found.append(_at(row, "id", file, origin, i, said, "give every claim a name of its own"))
        seen.setdefault(row["id"], i)
    if len({row["doc_sha256"] for row in rows if row["doc_sha256"]}) > 1:
        found.append(
            Finding(
                "FR837",
                Severity.ERROR,
                "claims of several texts",
                "statements",
                file=file,
                column="doc_sha256",
                found="the rows come from several texts",
                help="keep one ledger for each text",
            )
        )
    return found


def _at(
    row: Row, column: str, file: str, origin: Origin, at: int | None, said: tuple[str, str, str], advice: str
) -> Finding:
    """A finding about a cell of the ledger; ``said`` is its code, its message and what was found."""
    code, message, found = said
    line = origin.line(at) if at is not None else None
    lines = origin.text.splitlines()
    shown = lines[line - 1] if line is not None and line <= len(lines) else ""
    place = max(shown.find(row[column]), 0) if row[column] else 0
    excerpt = Excerpt(shown, place, len(row[column] or shown)) if shown else None
    return Finding(
        code,
        Severity.ERROR,
        message,
        "statements",
        row["id"],
        file,
        line,
        column,
        found,
        help=advice,
        value=row[column],
        excerpt=excerpt,
    )


def _refused(code: str, message: str, file: str, found: str, help: str, line: int | None = None) -> Refused:
    return Refused([Finding(code, Severity.ERROR, message, file=file, row=line, found=found, help=help)])
