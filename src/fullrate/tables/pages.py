"""The generated page of tables: a pure function from the spec to Markdown."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from fullrate.tables.settings import as_text
from fullrate.tables.spec import SETTINGS, TABLES, Column, Table
from fullrate.tables.spec.surge import CASE, HEADLINE, SURGE_TABLES
from fullrate.units import UNITS

HEAD = """\
A scenario is a folder with a `scenario.toml` and CSV files, one per table. Files have one header row; columns may
stand in any order, and only those that differ from their default need be there. Numbers have a decimal point,
dates are written as 2026-03-31, a blank cell means its default. Names are compared exactly and stay text: `007` is
not `7`.

A cell is addressed as `table:key.column`, for instance `lanes:hub_town.lead_d`. Where several columns are the key
together (**bold** below), their values are joined with `|`: `stock:works|vial.qty`; blank ones at the end are left out.
Settings have no key: `scenario:tail`."""

GENERATED = "<!-- Generated from the spec; change src/fullrate/tables/spec instead. -->"


def tables_page() -> str:
    """The page of all settings, tables, columns and units."""
    live = list(TABLES.values())
    parts = [
        "# Tables",
        GENERATED,
        HEAD,
        _contents(live),
        _section(SETTINGS, "scenario.toml"),
        *[_section(table, table.file) for table in live],
        "## Units",
        "What an item or a resource is counted in (column `unit`). Nothing is converted.",
        "| unit | meaning |\n| --- | --- |\n"
        + "\n".join(f"| `{unit}` | {meaning} |" for unit, meaning in UNITS.items()),
    ]
    return _joined(parts)


SURGES = """\
A surge record is a folder of its own: what was promised in public (`announced.csv`), what was counted
(`actual.csv`), where both were read (`sources.csv`), and which promise stands for it (`case.toml`). A `context.md`
may tell the story; no program reads it. `fullrate check FOLDER` checks it, `fullrate outlook FOLDER` forecasts it,
`fullrate hindcast --cases FOLDER` scores forecasts of it, and of every record in a folder of them. A `case.toml`
alone is a promise without a record.

- A count (`cumulative` 1) is a line between its points. A promised count counts from `count_from`; what was there
  before is taken off. Without that day all that exists counts.
- A rate is what its row says on the last day of its period, linear between rows; the total of a year stands for
  itself.
- A promise of `.../year` by a 31 December is the total of that year. A rate without rows of its own is read from
  flows of the same thing: `vehicles/month` from quarters of `vehicles`, a third each.
- A number corrected later is a second row of the same period with its own `reported`. A forecast as of a day reads
  the last report by then.
- The headline is the first promise with a quantity and a date, never the one that was kept or broken most.
- A forecast reads of `case.toml` the class, the series, `count_from` and the promise, never what is marked so
  below."""


def surges_page() -> str:
    """The page of the surge record: settings and tables."""
    headline = replace(HEADLINE, name="[headline]")
    parts = ["# Surge records", GENERATED, SURGES, _section(CASE, "case.toml"), _section(headline, "case.toml")]
    return _joined([*parts, *[_section(table, table.file) for table in SURGE_TABLES.values()]])


def _joined(parts: list[str]) -> str:
    text = ""
    for part in parts:
        tight = part.startswith("- ") and text.rsplit("\n", 1)[-1].startswith("- ")
        text += ("\n" if tight else "\n\n") + part if text else part
    return text + "\n"


def _contents(tables: list[Table]) -> str:
    links = [f"[{table.name}](#{table.name})" for table in tables]
    return "Tables: " + ", ".join(links) + "."


def _section(table: Table, file: str) -> str:
    kind = ""
    if table.required:
        kind = " Required."
    if table.verb:
        only = "" if "the plan" in table.doc else ", not by the plan"
        kind = f" Read by `fullrate {table.verb}`{only}."
    lines = [
        f"## {table.name}",
        "",
        f"`{file}`: {table.doc}{kind}",
        "",
        "| column | type | unit | blank means | allowed | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    lines += [_line(table, column) for column in table.columns]
    return "\n".join(lines)


def _line(table: Table, column: Column) -> str:
    name = f"**`{column.name}`**" if column.name in table.key else f"`{column.name}`"
    series = " May change over time (`series`)." if column.series else ""
    cells = (name, column.type, column.unit, _blank(column), _allowed(column),
             column.doc + series)  # fmt: skip
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _blank(column: Column) -> str:
    if column.required:
        return "*must be filled*"
    if column.from_config:
        return f"`{column.from_config}` of `scenario.toml`"
    if column.from_column:
        return f"as `{column.from_column}`"
    if column.default == inf:
        return "without limit"
    return "" if column.default in (None, "") else f"`{as_text(column.default)}`"


def _allowed(column: Column) -> str:
    if column.choices:
        return ", ".join(f"`{choice}`" for choice in column.choices)
    if column.refers:
        star = " or `*`" if column.wildcard else ""
        return " or ".join(f"[{name}](#{name})" for name in column.refers) + star
    return f"{column.within}" if column.numeric else ""
