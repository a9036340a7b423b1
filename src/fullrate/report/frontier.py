"""What time costs, in words: a sentence, the points, the knee and what it assumes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from fullrate.report.numbers import as_known, days, iso, money, percent, significant
from fullrate.report.text import grid
from fullrate.results import Study
from fullrate.tables import Tables

TITLES = {
    "cost": "money",
    "quality": "outgoing defects",
    "new-share": "the share of the new",
    "civil": "displaced civil use",
    "fairness": "the longest wait of a recipient",
    "decision-delay": "the day of the decision",
}
"""What is traded, as it is called in a heading."""
HEADS = {
    "cost": "spent in all",
    "quality": "defects delivered",
    "new-share": "share of the new",
    "civil": "civil use displaced",
    "fairness": "longest wait",
    "decision-delay": "decided after",
}
"""The same, above a column."""


def amount(by: str, value: float, currency: str) -> str:
    """What is traded, in its unit.

    >>> amount("cost", 12.5, "EUR"), amount("quality", 0.0123, ""), amount("decision-delay", 28, "")
    ('12.5 million EUR', '1.23 %', '28 days')
    """
    if by == "cost":
        return money(value, currency)
    if by in ("fairness", "decision-delay"):
        return "no delay" if by == "decision-delay" and not value else tenth(value)
    return f"{significant(100 * value):g} %"


def axis(by: str, currency: str) -> tuple[float, str]:
    """Factor and unit with which what is traded is drawn."""
    if by == "cost":
        return 1.0, f"million {currency}".strip()
    return (1.0, "days") if by in ("fairness", "decision-delay") else (100.0, "per cent")


def tenth(value: float) -> str:
    """Days, to a tenth where they are few.

    >>> tenth(7.66), tenth(75.78), tenth(1), tenth(120.4)
    ('7.7 days', '75.8 days', '1 day', '120 days')
    """
    if abs(value) >= 100:
        return days(value)
    said = f"{value:.1f}".removesuffix(".0")
    return f"{said} day{'' if said == '1' else 's'}"


def sentence(tables: Tables, study: Study) -> str:
    """The answer in one or two sentences that can be quoted."""
    meta, by, currency = study.meta, study.meta["by"], tables.config.currency
    known = f"{as_known(tables.config.as_of)},"
    rows = list(study.table("points").iter_rows(named=True))
    begin = f"If every number in “{tables.config.name}” holds{known} class {meta['class']}"
    if len(rows) == 1:
        kept = rows[0]
        return (
            f"{begin} waits {tenth(kept['wait_d'])} on average, and nothing is to be traded for {TITLES[by]}: of the "
            f"plans tried, one is best in both ({amount(by, kept['amount'], currency)})."
        )
    quick, slow = min(rows, key=lambda row: row["wait_d"]), max(rows, key=lambda row: row["wait_d"])
    if by == "decision-delay":
        late = max(rows, key=lambda row: row["amount"])
        per = (late["wait_d"] - rows[0]["wait_d"]) / (late["amount"] - rows[0]["amount"])
        return (
            f"{begin} waits {tenth(rows[0]['wait_d'])} on average if it is decided {rows[0]['label']}, and "
            f"{tenth(late['wait_d'])} if it is decided {late['label']}: each day without a decision costs "
            f"{tenth(per)} of waiting. {_dates(rows[0], late)}"
        )
    said = (
        f"{begin} waits {tenth(quick['wait_d'])} on average with {amount(by, quick['amount'], currency)} "
        f"({HEADS[by]}), and {tenth(slow['wait_d'])} with {amount(by, slow['amount'], currency)}."
    )
    return f"{said} {_bend(meta, rows, by, currency)}"


def _dates(now: Mapping[str, Any], late: Mapping[str, Any]) -> str:
    """By when most of it is there, decided now and late: all of it where the plan gets so far."""
    if now["covered"] is None:
        return "How many are needed is not said, so there is no share that could be covered."
    level, name = ("100 %", "date_100") if now["date_100"] else ("80 %", "date_80")
    if not now[name]:
        return "Either way 80 % is not covered before the plan ends."
    then = f"by {iso(late[name])}" if late[name] else "not before the plan ends"
    return f"{level} is covered by {iso(now[name])}, or {then}."


def _bend(meta: Mapping[str, Any], rows: list[dict[str, Any]], by: str, currency: str) -> str:
    if meta["knee"] is None:
        return "The points lie nearly on a straight line, so none of them stands out."
    row = rows[meta["knee"] - 1]
    what = f"{amount(by, row['amount'], currency)} and {tenth(row['wait_d'])}"
    return f"The curve bends most at {what} (point {row['point']})."


def assumptions(study: Study) -> list[str]:
    """What the points and the knee rest on."""
    meta = study.meta
    more = meta["tail"]
    tail = f"until then and {more:g} plan length{'s' if more != 1 else ''} more" if more else "until then"
    said = [
        f"Mean wait of class {meta['class']} in the plan of each point; what is not there by the end counts as waiting "
        f"{tail}, as in the plan's first stage."
    ]
    if meta["by"] == "decision-delay":
        said.append(
            "Nothing is started, sent, built, hired or tested before the decision; stock, what is due and time go on. "
            "To decide later is no good in itself, so no point is left out and none is called best."
        )
        return said
    if meta["by"] == "new-share":
        said += _shares(study)
    count = meta["dropped"]
    said.append(
        f"{count or 'No'} plan{'s' if count != 1 else ''} left out because another one is no worse in both and better "
        "in one; waits within 0.1 % count as equal."
        if count
        else "No plan is left out: none is beaten by another in both."
    )
    refused = meta.get("refused", [])
    if refused:
        label, why = refused[0]
        said.append(
            f"{len(refused)} limit{'s' if len(refused) > 1 else ''} not planned because the checker refuses "
            f"{'them, from' if len(refused) > 1 else 'it:'} “{label}”{' on' if len(refused) > 1 else ''}: {why}."
        )
    if meta["knee"] is not None:
        said.append(
            "Knee: the point farthest from the straight line between the ends, both axes scaled to their range "
            "(Satopaa et al. 2011). It moves with the ends and says nothing of what a day is worth."
        )
    return said


def _shares(study: Study) -> list[str]:
    """What is counted as new and from when on, and limits that leave nothing to deliver."""
    said = [
        f"New: what is delivered of {study.meta['item']} by the end, as a share of its family. A least share is kept "
        "at the end of every period, so one that counts from the start lets nothing else come before the first of it; "
        "limits count from a later day, too, where mix.csv counts shares of the family from one."
    ]
    none = [row["limit"] for row in study.table("dropped").iter_rows(named=True) if row["limit"] and not row["amount"]]
    if none:
        said.append(
            f"A share of {significant(100 * min(none)):g} % or more leaves nothing that could be delivered: other "
            "limits of the tables stand against it."
        )
    return said


def table_of(tables: Tables, study: Study) -> tuple[list[str], list[list[str]], list[int]]:
    """Heading and rows of the points, and the columns of numbers; no shares where how many are needed is not said."""
    by, currency, knee = study.meta["by"], tables.config.currency, study.meta["knee"]
    points = list(study.table("points").iter_rows(named=True))
    stated, kept = all(row["covered"] is not None for row in points), all(row["run"] for row in points)
    head = ["point", "limit", HEADS[by], "mean wait", "longer by"]
    head += ["80 %", "100 %", "by the end"] * stated + ["run"] * kept
    rows = []
    for row in points:
        cells = [
            f"{row['point']} (knee)" if row["point"] == knee else str(row["point"]),
            row["label"] if by != "cost" or row["limit"] is None else f"at most {money(row['limit'], currency)}",
            amount(by, row["amount"], currency),
            tenth(row["wait_d"]),
            "" if row["lost_d"] < 0.05 else tenth(row["lost_d"]),
        ]
        cells += [iso(row["date_80"]), iso(row["date_100"]), percent(row["covered"])] if stated else []
        rows.append([*cells, row["run"]] if kept else cells)
    return head, rows, [2, 3, 4, *([7] if stated else [])]


def as_text(tables: Tables, study: Study) -> str:
    """The whole answer for a terminal."""
    head, rows, right = table_of(tables, study)
    lines = ["\n".join(textwrap.wrap(sentence(tables, study), 100)), grid(head, rows, right)]
    lines += ["\n".join(textwrap.wrap(one, 100)) for one in assumptions(study)]
    return "\n\n".join(lines)
