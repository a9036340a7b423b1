"""From a confirmed ledger to a skeleton scenario: claims with their quotes, and all else as marked assumptions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fullrate.claims.units import DAYS, counted, per
from fullrate.claims.unsaid import CHECKLIST, completeness, points
from fullrate.claims.worksheet import Ledger, Row, is_confirmed
from fullrate.findings import Finding, Refused, Severity
from fullrate.tables.spec import TABLES

OPEN_QTY = 1000.0
"""Units up to which a need without a quantity is looked at: where the view ends, not a goal (assumption)."""

ON_THE_WAY_D = 7.0
"""Days from the works to those who get it, where nobody has said (assumption)."""

WITHIN_D = 365.0
"""Days in which a quantity is made after the first unit, where nobody has said a rate or a date (assumption)."""

LONGEST_D = 5475
"""Days that a skeleton looks ahead at most: fifteen years."""

FEWEST_D = 28.0
"""Days in which all is made after the first unit, at the least, where class history leaves fewer (assumption)."""


@dataclass(frozen=True)
class Prior:
    """What class history says of a new undertaking.

    Attributes:
        kind: the class whose cases it is from.
        cases: how many of them have a first unit.
        first_low, first, first_high: days to the first unit, tenth, fifth and ninth decile.
        longer: days taken over days announced, median; where a promise was not met, what it is known to lie beyond.
        longer_cases: how many cases that median is from.
        longer_kind: the class of those.
    """

    kind: str
    cases: int
    first_low: float
    first: float
    first_high: float
    longer: float
    longer_cases: int
    longer_kind: str = "all classes"


@dataclass(frozen=True)
class _Need:
    id: str
    row: Row | None
    qty: float | None
    due: date | None
    recipient: str


@dataclass(frozen=True)
class _Rate:
    row: Row | None
    a_day: float
    note: str


def skeleton(ledger: Ledger, name: str, prior: Prior, text: str = "the announcement") -> dict[str, str]:
    """The files of a skeleton scenario, by their names.

    Args:
        ledger: its claims; only those that are confirmed enter.
        name: name of the scenario.
        prior: class history for what is not said.
        text: title of the text.

    Raises:
        Refused: nothing is confirmed, or the day of the text is not known.
    """
    sure = [row for row in ledger.claims if is_confirmed(row)]
    published = ledger.published
    if not sure or published is None:
        raise Refused(list(_refusals(ledger, bool(sure))))
    item = _item(sure)
    needs = _needs(sure)
    start = published + timedelta(days=-published.weekday() % 7)
    rate = _rate(sure, needs, start, prior)
    last = _horizon(needs, rate, prior, start)
    tables = {**_network(item, needs, rate, prior), **_evidence(ledger, sure, needs, rate, prior, text)}
    blank = any(need.qty is None for need in needs)
    return {
        "scenario.toml": _settings(name, published, start, last, blank),
        **{f"{table}.csv": _sheet(table, rows) for table, rows in tables.items() if rows},
        "README.md": _readme(name, text, ledger, sure, needs, rate, prior),
    }


def _refusals(ledger: Ledger, sure: bool) -> list[Finding]:
    found = []
    if not sure:
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
    return found


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
    chosen = dated or sorted(promised, key=_amount)[-1:]
    found = [
        _Need(f"claimed_{row['id']}", row, _amount(row), _day(row["deadline_to"]), row["recipient"]) for row in chosen
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
    return bool(said & {"ordered", "expected"}) and row["polarity"] == "+" and not said & {"contested", "undisclosed"}


def _amount(row: Row) -> float:
    return float(row["quantity"] or row["quantity_low"] or row["quantity_high"] or 0)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rate(sure: Sequence[Row], needs: Sequence[_Need], start: date, prior: Prior) -> _Rate:
    """Units a day that the works makes: as claimed, else as class history says, else in a year."""
    goods = _item(sure)
    for row in sure:
        period, own = per(row["unit"]), row["quantity_kind"] == "product" and counted(row["unit"]) in (goods, "")
        if period in DAYS and own and _promised(row) and _amount(row) > 0:
            days = DAYS[period]
            return _Rate(row, _amount(row) / days, f"{_amount(row):,.10g} a {period} over {days:g} days, at face value")
    total = sum(need.qty or OPEN_QTY for need in needs)
    last = max((need.due for need in needs if need.due), default=None)
    if last is not None and (last - start).days > 0:
        days = prior.longer * (last - start).days - prior.first
        note = (
            f"all of it {prior.longer:.2f} times as late as announced (median of {prior.longer_cases} cases, "
            f"{prior.longer_kind}), less the time to the first unit"
        )
        if days < FEWEST_D:
            note += f"; that leaves fewer than {FEWEST_D:g} days, which are taken instead"
        return _Rate(None, total / max(days, FEWEST_D), note)
    return _Rate(
        None,
        total / WITHIN_D,
        f"all of it within {WITHIN_D:g} days of the first unit: nobody has said a rate or a date",
    )


def _horizon(needs: Sequence[_Need], rate: _Rate, prior: Prior, start: date) -> int:
    """Days that the scenario looks ahead: twice what the numbers make likely, in whole years."""
    total = sum(need.qty or OPEN_QTY for need in needs)
    last = max(((need.due - start).days for need in needs if need.due), default=0)
    days = 2 * max(prior.first_high + total / rate.a_day + ON_THE_WAY_D, last)
    return int(min(max(-(-days // 364) * 364, 728), LONGEST_D))


def _settings(name: str, published: date, start: date, days: int, blank: bool) -> str:
    months = max((days - 728) // 28, 1)
    lines = [
        "# A skeleton from an announcement: what was claimed is linked to its quote, everything else is an assumption.",
        f'name = "{_quoted(name)}"',
        f"as_of = {published}",
        f"start = {start}",
        f"calendar = [[104, 7], [{months}, 28]]  # weeks for two years, then four weeks",
    ]
    if blank:
        lines.append(f"open_qty = {OPEN_QTY:g}  # nobody has said how many: where the view ends, not a goal")
    return "\n".join(lines) + "\n"


def _network(item: str, needs: Sequence[_Need], rate: _Rate, prior: Prior) -> dict[str, list[dict[str, str]]]:
    """Works, one item, one process behind a gate, one lane, and who gets it."""
    goods = _slug(item) or "goods"
    recipients = {_slug(need.recipient) or "not_said": need.recipient for need in needs}
    return {
        "items": [{"item": goods, "name": item or "Goods; the text names none", "unit": "unit", "source": "not_said"}],
        "sites": [{"site": "works", "source": "not_said"}, {"site": "place", "source": "not_said"}],
        "recipients": [{"recipient": who, "site": "place", "source": "not_said"} for who in recipients],
        "gates": [{"gate": "first_unit", "duration_d": f"{prior.first:g}", "source": "class_history"}],
        "processes": [
            {
                "process": "make",
                "site": "works",
                "item": goods,
                "lead_d": "1",
                "max_rate": f"{rate.a_day:.6g}",
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
    ledger: Ledger, sure: Sequence[Row], needs: Sequence[_Need], rate: _Rate, prior: Prior, text: str
) -> dict[str, list[dict[str, str]]]:
    """Sources, confirmed statements, which cell rests on which quote, the range of the time to the first unit."""
    voice = next((row["speaker_kind"] for row in ledger.rows if row["id"] == "published"), "")
    kind = {"official": "official", "company": "company"}.get(voice, "press")
    history = (
        f"Class history: {prior.cases} past programmes ({prior.kind}); time to the first unit, and how much "
        f"longer than announced"
    )
    sources = [
        {"source": "text", "title": text, "published": str(ledger.published), "kind": kind, "grade": ""},
        {"source": "not_said", "title": "Assumed: the text does not say", "kind": "assumption"},
        {"source": "class_history", "title": history, "kind": "assumption"},
    ]
    links = [("needs", need.id, column, need.row) for need in needs if need.row for column in _claimed(need)]
    if rate.row is not None:
        links.append(("processes", "make", "max_rate", rate.row))
    provenance = [
        {"table": table, "key": key, "column": column, "source": "text", "statement": row["id"], "note": ""}
        for table, key, column, row in links
    ]
    if rate.row is None:
        source = "class_history" if "times as late" in rate.note else "not_said"
        provenance.append(
            {"table": "processes", "key": "make", "column": "max_rate", "source": source, "note": rate.note}
        )
    rests: dict[str, list[str]] = {}
    for table, key, column, row in links:
        rests.setdefault(row["id"], []).append(f"{table}:{key}.{column}")
    statements = [{**row, "assumption_ids": ";".join(rests.get(row["id"], [])), "source": "text"} for row in sure]
    made = {"sources": sources, "provenance": provenance, "statements": statements}
    if prior.first_low < prior.first < prior.first_high:
        low, high = f"{prior.first_low:g}", f"{prior.first_high:g}"
        cell = {"table": "gates", "key": "first_unit", "column": "duration_d", "dist": "pert"}
        made["uncertainty"] = [{**cell, "low": low, "high": high, "q": "p10p90", "source": "class_history"}]
    return made


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
    name: str, text: str, ledger: Ledger, sure: Sequence[Row], needs: Sequence[_Need], rate: _Rate, prior: Prior
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
        "",
        "## What is assumed, and must be replaced",
        "",
        f"- Time to the first unit: {prior.first:g} days, {prior.first_low:g} to {prior.first_high:g} (P10 to P90),"
        f" from {prior.cases} past programmes ({prior.kind}).",
        f"- Rate of the works: {_rounded(rate.a_day)} a day; {rate.note}.",
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
