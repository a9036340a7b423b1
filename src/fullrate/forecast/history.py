"""Class history for a scenario: what had become of the promises of other programmes, as known on a day.

Nothing that became known after the day is read, and the programme itself and its sisters are left out, so that ranges
made of it may stand in a scenario of that day.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from fullrate.draws.history import Past
from fullrate.findings import Finding, Refused, Severity
from fullrate.forecast.classes import past
from fullrate.forecast.known import PUBLISHED_D, headline
from fullrate.forecast.record import shipped
from fullrate.tables.nearest import nearest
from fullrate.tables.spec import TABLES
from fullrate.tables.surge import Surge


@dataclass(frozen=True)
class Known:
    """A case of the history.

    Attributes:
        past: what had become of it.
        announced_on: day of its promise.
        known_on: day on which all that is told of it was known.
    """

    past: Past
    announced_on: date
    known_on: date


def history(as_of: date, without: Iterable[str] = (), surges: Sequence[Surge] | None = None) -> list[Known]:
    """What was known on a day of the headline promises of other programmes, by day of the promise.

    A case tells something once its promised date has come, or once its quantity is there.

    Args:
        as_of: day of knowledge.
        without: slugs or programmes that are left out, with all records of the same programme.
        surges: the records; those that come with the program if None.
    """
    records = shipped() if surges is None else surges
    named = set(without)
    own = named | {one.case.programme for one in records if one.case.slug in named}
    found = []
    for surge in records:
        case = surge.case
        head = headline(surge)
        if {case.slug, case.programme} & own or head is None or head.announced_on is None or head.announced_on > as_of:
            continue
        came = past(surge, as_of)
        if came is None or not (came.share is not None or came.ratio is not None or (came.beyond or 0.0) >= 1.0):
            continue
        found.append(Known(came, head.announced_on, _known_on(surge, as_of)))
    return sorted(found, key=lambda one: (one.announced_on, one.past.slug))


def _known_on(surge: Surge, as_of: date) -> date:
    """The day on which the last row of a record that was known on a day had become known."""
    rows = surge.frames["actual"].drop_nulls("period_end")
    days = rows.select(pl.col("reported").fill_null(pl.col("period_end") + timedelta(days=PUBLISHED_D)))["reported"]
    known = days.filter(days <= as_of).max()
    return known if isinstance(known, date) else as_of


def rows(known: Sequence[Known], source: str = "") -> list[dict[str, str]]:
    """The cases as rows of the table ``history``, as text."""
    return [
        {
            "case": one.past.slug,
            "title": one.past.title,
            "kind": one.past.kind,
            "announced_on": f"{one.announced_on}",
            "due": f"{one.past.due}",
            **{name: _number(getattr(one.past, name)) for name in ("share", "progress", "ratio", "beyond")},
            "known_on": f"{one.known_on}",
            "source": source,
        }
        for one in known
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def as_table(known: Sequence[Known], source: str) -> str:
    """The cases as the file ``history.csv``."""
    out = io.StringIO()
    sheet = csv.DictWriter(out, TABLES["history"].names, lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows(known, source))
    return out.getvalue()


def refuse_unknown(without: Iterable[str]) -> None:
    """Refuse a name that is neither a record that comes with the program nor a programme of one.

    Raises:
        Refused: FR812 with the nearest name.
    """
    names = {name for one in shipped() for name in (one.case.slug, one.case.programme)}
    for each in without:
        if each not in names:
            found = f"`{each}` is neither a record that comes with the program nor a programme of one"
            near = nearest(each, sorted(names))
            raise Refused([Finding("FR812", Severity.ERROR, "no surge record", found=found,
                                   nearest=near.names, help=near.question())])  # fmt: skip
