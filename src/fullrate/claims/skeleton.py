"""From a confirmed ledger to a skeleton scenario: claims with their quotes, and all else as marked assumptions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fullrate.claims.pace import ON_THE_WAY_D, Pace, Prior, amount_of, pace
from fullrate.claims.units import DAYS, counted, per
from fullrate.claims.unsaid import CHECKLIST, completeness, points
from fullrate.claims.worksheet import Ledger, Row, is_confirmed, is_to_come, overdue
from fullrate.findings import Finding, Refused, Severity
from fullrate.tables.spec import TABLES

OPEN_QTY = 1000.0
"""Units up to which a need without a quantity is looked at: where the view ends, not a goal (assumption)."""

RATE, BEGIN = ("processes", "make", "max_rate"), ("gates", "first_unit", "duration_d")
"""The cells that say how fast the works go, and when they begin."""

LONGEST_D = 5475
"""Days that a skeleton looks ahead at most: fifteen years."""


@dataclass(frozen=True)
class _Need:
    id: str
    row: Row | None
    qty: float | None
    due: date | None
    recipient: str


def skeleton(ledger: Ledger, name: str, prior: Prior, text: str = "the announcement") -> dict[str, str]:
    """The files of a skeleton scenario, by their names.

    Args:
        ledger: its claims; only those that are confirmed enter.
        name: name of the scenario.
        prior: class history for what is not said.
        text: title of the text.

    Raises:
        Refused: as ``day_of`` says.
    """
    sure, published = [row for row in ledger.claims if is_confirmed(row)], day_of(ledger)
    item = _item(sure)
    needs = _needs(sure)
    start = published + timedelta(days=-published.weekday() % 7)
    speed = pace(
        _rate(sure),
        [(need.due, need.qty) for need in needs if need.due is not None and need.qty is not None],
        sum(need.qty or OPEN_QTY for need in needs),
        start,
        prior,
    )
    tables = {**_network(item, needs, speed), **_evidence(ledger, sure, needs, speed, prior, text)}
    blank = any(need.qty is None for need in needs)
    return {
        "scenario.toml": _settings(name, published, start, _calendar(needs, speed, prior, start), blank),
        **{f"{table}.csv": _sheet(table, rows) for table, rows in tables.items() if rows},
        "README.md": _readme(name, text, ledger, sure, needs, speed, prior),
    }


def day_of(ledger: Ledger) -> date:
    """The day of a ledger that a scenario can be made of.

    Raises:
        Refused: nothing is confirmed, the day is not known, or something was to come before it.
    """
    if found := _refusals(ledger):
        raise Refused(found)
    assert ledger.published is not None
    return ledger.published


def _refusals(ledger: Ledger) -> list[Finding]:
    found = []
    if not any(is_confirmed(row) for row in ledger.claims):
        found.append(
            Finding(
                "FR835",
                Severity.ERROR,
                "nothing confirmed",
                table="statements",
                file=ledger.file,
                column="confirmed",
                found=f"none of {len(ledger.claims)} claims is confirmed",
                allowed="true or false",
                help=(
                    "read each claim beside its quote with `fullrate claims LEDGER --review`, or write true into "
                    "the column"
                ),
            )
        )
    if ledger.published is None:
        found.append(
            Finding(
                "FR836",
                Severity.ERROR,
                "day of the text not known",
                table="statements",
                key="published",
                file=ledger.file,
                column="deadline_from",
                found="nobody can tell from when the days of a plan are counted",
                help="make the ledger again with `--published DATE`, or write the day into the row `published`",
            )
        )
    return [*found, *_overdue(ledger)]


def _overdue(ledger: Ledger) -> Iterator[Finding]:
    """Confirmed quantities that were to come by a day before the text was written."""
    for row, line in zip(ledger.rows, ledger.lines or [None] * len(ledger.rows), strict=True):
        goods = row["id"] != "published" and row["quantity_kind"] == "product" and is_confirmed(row) and _promised(row)
        due = _day(row["deadline_to"])
        if goods and due is not None and ledger.published is not None and due <= ledger.published:
            yield overdue(row["id"], due, ledger.published, ledger.file, line)


def _item(sure: Sequence[Row]) -> str:
    """The goods: what most confirmed amounts of goods count, else what is named first."""
    goods = [counted(row["unit"]) for row in sure if row["quantity_kind"] == "product" and row["unit"]]
    named = goods or [row["item"] for row in sure if row["item"]]
    return max(named, key=named.count) if named else ""


def _needs(sure: Sequence[Row]) -> list[_Need]:
    """Dated quantities of goods that are promised or ordered; else the largest undated one; else none is said."""
    promised = [row for row in sure if _promised(row) and row["quantity_kind"] == "product" and not per(row["unit"])]
    goods = _item(sure)
    promised = [row for row in promised if row["unit"] in (goods, "")]
    dated = [row for row in promised if row["deadline_to"]]
    chosen = dated or sorted(promised, key=amount_of)[-1:]
    found = [
        _Need(f"claimed_{row['id']}", row, amount_of(row), _day(row["deadline_to"]), row["recipient"]) for row in chosen
    ]
    if found:
        return found
    who = next((row for row in sure if row["recipient"]), None)
    due = next((row for row in sure if _promised(row) and row["deadline_to"] and not row["quantity"]), None)
    return [
        _Need("not_said", due or who, None, _day(due["deadline_to"]) if due else None, who["recipient"] if who else "")
    ]


def _promised(row: Row) -> bool:
    """Whether a claim says what is to come, and nobody denies it."""
    said = set(row["modality"].split(";"))
    return is_to_come(row["modality"]) and row["polarity"] == "+" and not said & {"contested", "undisclosed"}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rate(sure: Sequence[Row]) -> Row | None:
    """The first claim that promises so many of the goods per day, week, month, quarter or year."""
    goods = _item(sure)
    for row in sure:
        own = row["quantity_kind"] == "product" and counted(row["unit"]) in (goods, "")
        if per(row["unit"]) in DAYS and own and _promised(row) and amount_of(row) > 0:
            return row
    return None


def _calendar(needs: Sequence[_Need], speed: Pace, prior: Prior, start: date) -> tuple[int, int]:
    """Weeks until the last day that is named, two years at least, then months: twice what the numbers make likely."""
    total = sum(need.qty or OPEN_QTY for need in needs)
    last = max(((need.due - start).days for need in needs if need.due), default=0)
    begin = max(speed.begin_d, prior.first[2] if prior.first and speed.ranged == "begin" else 0.0)
    days = min(2 * max(begin + total / speed.a_day + ON_THE_WAY_D, last), LONGEST_D)
    weeks = max(104, min(last, LONGEST_D) // 7 + 4)
    return weeks, max(int(-(-(days - 7 * weeks) // 28)), 1)


def _settings(name: str, published: date, start: date, periods: tuple[int, int], blank: bool) -> str:
    weeks, months = periods
    lines = [
        "# A skeleton from an announcement: what was claimed is linked to its quote, everything else is an assumption.",
        f'name = "{_quoted(name)}"',
        f"as_of = {published}",
        f"start = {start}",
        f"calendar = [[{weeks}, 7], [{months}, 28]]  # weeks, then four weeks",
    ]
    if blank:
        lines.append(f"open_qty = {OPEN_QTY:g}  # nobody has said how many: where the view ends, not a goal")
    return "\n".join(lines) + "\n"


def _network(item: str, needs: Sequence[_Need], speed: Pace) -> dict[str, list[dict[str, str]]]:
    """Works, one item, one process behind a gate, one lane, and who gets it."""
    goods = _slug(item) or "goods"
    recipients = {_slug(need.recipient) or "not_said": need.recipient for need in needs}
    return {
        "items": [{"item": goods, "name": item or "Goods; the text names none", "unit": "unit", "source": "not_said"}],
        "sites": [{"site": "works", "source": "not_said"}, {"site": "place", "source": "not_said"}],
        "recipients": [{"recipient": who, "site": "place", "source": "not_said"} for who in recipients],
        "gates": [{"gate": "first_unit", "duration_d": f"{speed.begin_d:g}", "source": speed.begin.source}],
        "processes": [
            {
                "process": "make",
                "site": "works",
                "item": goods,
                "lead_d": "0",
                "max_rate": f"{speed.a_day:.6g}",
                "gate": "first_unit",
                "source": "not_said",
            }
        ],
        "lanes": [
            {
                "lane": "to_place",
                "from": "works",
                "to": "place",
                "item": goods,
                "lead_d": f"{ON_THE_WAY_D:g}",
                "source": "not_said",
            }
        ],
        "needs": [
            {
                "need": need.id,
                "recipient": _slug(need.recipient) or "not_said",
                "item": goods,
                "qty": "" if need.qty is None else f"{need.qty:.10g}",
                "due": "" if need.due is None else need.due.isoformat(),
                "source": "text" if need.row is not None else "not_said",
            }
            for need in needs
        ],
    }


def _evidence(
    ledger: Ledger, sure: Sequence[Row], needs: Sequence[_Need], speed: Pace, prior: Prior, text: str
) -> dict[str, list[dict[str, str]]]:
    """Sources, confirmed statements, what each cell rests on, and the range of the class with its cases."""
    voice = next((row["speaker_kind"] for row in ledger.rows if row["id"] == "published"), "")
    kind = {"official": "official", "company": "company"}.get(voice, "press")
    sources = [
        {"source": "text", "title": text, "published": str(ledger.published), "kind": kind, "grade": ""},
        {"source": "not_said", "title": "Assumed: the text does not say", "kind": "assumption"},
        {"source": "class_history", "title": f"Class history: {_history(prior)}", "kind": "assumption"},
    ]
    links = [("needs", need.id, column, need.row, "") for need in needs if need.row for column in _claimed(need)]
    for basis, cell in ((speed.rate, RATE), (speed.begin, BEGIN)):
        if basis.row is not None:
            links.append((*cell, basis.row, basis.note))
    provenance = [
        {"table": table, "key": key, "column": column, "source": "text", "statement": row["id"], "note": note}
        for table, key, column, row, note in links
    ]
    for basis, (table, key, column) in ((speed.rate, RATE), (speed.begin, BEGIN)):
        if basis.row is None:
            address = {"table": table, "key": key, "column": column}
            provenance.append({**address, "source": basis.source, "note": basis.note})
    rests: dict[str, list[str]] = {}
    for table, key, column, row, _ in links:
        rests.setdefault(row["id"], []).append(f"{table}:{key}.{column}")
    statements = [{**row, "assumption_ids": ";".join(rests.get(row["id"], [])), "source": "text"} for row in sure]
    return {"sources": sources, "provenance": provenance, "statements": statements, **_ranges(speed, prior)}


def _ranges(speed: Pace, prior: Prior) -> dict[str, list[dict[str, str]]]:
    """What the class says of the one cell it has a range for; what was promised is drawn from table ``history``."""
    if speed.ranged == "rate":
        cell = dict(zip(("table", "key", "column"), RATE, strict=True))
        row = {**cell, "dist": "class", "kind": prior.kind, "as": "factor", "source": "class_history"}
        return {"uncertainty": [row], "history": [dict(one) for one in prior.rows]}
    if speed.ranged == "begin" and prior.first is not None:
        cell = dict(zip(("table", "key", "column"), BEGIN, strict=True))
        ends = {name: f"{value:g}" for name, value in zip(("low", "mode", "high"), prior.first, strict=True)}
        return {"uncertainty": [{**cell, "dist": "empirical", **ends, "q": "p10p90", "source": "class_history"}]}
    return {}


def _history(prior: Prior) -> str:
    """How many cases stand behind the class, in words."""
    own = f", {prior.own} of the class “{prior.kind}”" if prior.kind else ""
    return f"what had become of n = {prior.told} promises of other programmes by {prior.as_of}{own}"


def _claimed(need: _Need) -> list[str]:
    """The cells of a need that come from its claim."""
    return [*(["qty"] if need.qty is not None else []), *(["due"] if need.due is not None else [])]


def _sheet(table: str, rows: Sequence[Mapping[str, str]]) -> str:
    """A table as CSV, with those columns of the spec that any row fills."""
    columns = [name for name in TABLES[table].names if any(row.get(name) for row in rows)]
    out = io.StringIO()
    sheet = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n")
    sheet.writeheader()
    sheet.writerows(rows)
    return out.getvalue()


def _readme(
    name: str, text: str, ledger: Ledger, sure: Sequence[Row], needs: Sequence[_Need], speed: Pace, prior: Prior
) -> str:
    """What is claimed, what is assumed, and what the text does not say."""
    made = points(ledger.claims)
    left = len(ledger.claims) - len(sure)
    claimed = [f"- {need.id}: {_said(need)}" for need in needs if need.qty is not None]
    lines = [
        f"# {name}",
        "",
        f"A skeleton made from {text} of {ledger.published}: {len(sure)} claims that a person confirmed; "
        f"{left} others were left out.",
        "",
        "## What was claimed",
        "",
        *(claimed or ["No quantity. The plan says what can be there when, under the assumptions below."]),
        *_not_planned(sure, needs, speed),
        "",
        "## What is assumed, and must be replaced",
        "",
        f"- Time to the first unit: {speed.begin_d:g} days; {speed.begin.note}.",
        f"- Rate of the works: {_rounded(speed.a_day)} a day; {speed.rate.note}.",
        *_spread(speed, prior),
        f"- One works, one way of {ON_THE_WAY_D:g} days, nobody in short supply, no cost: the text gives no network.",
        *(
            [f"- A view up to {OPEN_QTY:,.0f} units, where nobody has said how many: no goal."]
            if any(need.qty is None for need in needs)
            else []
        ),
        "",
        f"## What the text does not say ({completeness(made):.0%} of {len(made)} points answered)",
        "",
        *[f"- {one.name}: {CHECKLIST[one.name]} ({one.state})" for one in made if one.state != "known"],
        "",
    ]
    return "\n".join(lines)


def _not_planned(sure: Sequence[Row], needs: Sequence[_Need], speed: Pace) -> list[str]:
    """Promised amounts of goods that one works for one kind of goods has no place for: other units, rates, no day."""
    used = {basis.row["id"] for basis in (speed.rate, speed.begin) if basis.row}
    used |= {need.row["id"] for need in needs if need.row}
    left = [row for row in sure if row["id"] not in used and row["quantity_kind"] == "product" and _promised(row)]
    return [
        f"- {row['id']} is not in the plan, which counts one kind of goods once: {amount_of(row):,.10g} "
        f"{row['unit']}: “{' '.join(row['quote'].split())}”"
        for row in left
        if amount_of(row) > 0
    ]


def _spread(speed: Pace, prior: Prior) -> list[str]:
    """The range of the class: of which number, from how many cases, and what it does not say; or why there is none."""
    if speed.ranged == "rate" and prior.odds is not None:
        return [
            f"- Range of the rate: class history, {_history(prior)}; by itself it gives {prior.odds:.0%} for all of it "
            "by its date. The plan is not that forecast: it takes the text at its word, and `fullrate odds` says how "
            "often executions do.",
            "- After its date the works go on at the pace of that draw. Long delays so come out longer than class "
            f"history has them (half within {prior.longer:.2f} times the time announced); `fullrate outlook` of the "
            "ledger forecasts the day itself. Until assumptions are replaced, these executions are that history once "
            "more, and no second view beside it.",
        ]
    said = [f"- No range of the rate: {speed.unranged}."]
    if speed.ranged == "begin" and prior.first is not None:
        low, _, high = prior.first
        said.append(f"- Range of the time to the first unit: {low:g} to {high:g} days (P10 to P90 of the same cases).")
    return said


def _said(need: _Need) -> str:
    """The quantity of a need as it was claimed, with its bound, its condition and its quote."""
    row = need.row or {}
    bound = "at most " if not row.get("quantity_low") else "at least " if not row.get("quantity_high") else ""
    loose = "about " if row.get("vague") == "true" else ""
    day = f" by {need.due}" if need.due else ""
    only = f", only {' '.join(row['condition'].split())}" if row.get("condition") else ""
    return f"{bound or loose}{need.qty or 0:,.10g}{day}{only}: “{' '.join(row.get('quote', '').split())}”"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _slug(words: str) -> str:
    """The words as an id."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:40].strip("_")


def _quoted(words: str) -> str:
    return words.replace("\\", "\\\\").replace('"', '\\"')
