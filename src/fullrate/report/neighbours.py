"""What an event costs that strikes the whole region or owner of what was named, in words and rows."""

from __future__ import annotations

from fullrate.report.losses import some, unit, waiting
from fullrate.results import Study
from fullrate.tables import Tables


def rows(tables: Tables, study: Study) -> tuple[list[str], list[list[str]]]:
    """Heading and rows of regions and owners beside what was named; without a row where there are none."""
    open_needs, one_unit = bool(tables.open_needs), unit(tables)
    head = [
        "instead of",
        "all of",
        "sites",
        *([] if open_needs else ["50 % later by", "80 % later by", "wait longer by"]),
    ]
    head += ["unit-days", f"missing at the end, {one_unit}"] if one_unit else []
    table, found = study.tables.get("neighbours"), []
    for row in [] if table is None else table.iter_rows(named=True):
        cells = [] if open_needs else waiting(row)
        cells += [some(row["unit_days"]), some(row["late_units"])] if one_unit else []
        found.append([row["name"], row["wider"], str(row["sites"]), *cells])
    return head, found


def note(study: Study) -> str:
    """Why these stand beside the cut that was asked for."""
    table = study.table("neighbours")
    kinds = " or ".join(dict.fromkeys(row.partition(":")[0] for row in table["wider"]))
    return f"What strikes one thing seldom strikes it alone: the same days for its whole {kinds}."
