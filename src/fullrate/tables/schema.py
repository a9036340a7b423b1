"""The spec in two common tongues: JSON Schema, and a Data Package with Table Schemas.

Both are derived, never kept by hand: ``json_schema`` describes a scenario as one JSON document, settings and rows,
for programs that make scenarios; ``datapackage`` describes the files of a scenario folder for programs that read them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from math import inf
from pathlib import Path
from typing import Any

from fullrate.tables.model import Origin, Tables
from fullrate.tables.place import SCENARIO_FILE
from fullrate.tables.spec import LISTS, SETTINGS, TABLES, Column, Range, Table
from fullrate.units import UNITS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PACKAGE = "https://datapackage.org/profiles/2.0/datapackage.json"


def json_schema() -> dict[str, Any]:
    """A schema of ``{"scenario": {setting: value}, "tables": {table: [{column: value}]}}``."""
    tables = {
        table.name: {
            "type": "array",
            "description": table.doc,
            "items": _row(table.columns),
            **({"minItems": 1} if table.filled else {}),
        }
        for table in TABLES.values()
    }
    return {
        "$schema": DIALECT,
        "title": "fullrate scenario",
        "type": "object",
        "required": ["scenario", "tables"],
        "additionalProperties": False,
        "properties": {
            "scenario": _row(SETTINGS.columns),
            "tables": {
                "type": "object",
                "required": [table.name for table in TABLES.values() if table.required],
                "additionalProperties": False,
                "properties": tables,
            },
        },
    }


def _row(columns: Iterable[Column]) -> dict[str, Any]:
    columns = list(columns)
    return {
        "type": "object",
        "required": [column.name for column in columns if column.required],
        "additionalProperties": False,
        "properties": {column.name: _value(column) for column in columns},
    }


def _value(column: Column) -> dict[str, Any]:
    facts: dict[str, Any] = {"description": column.doc}
    if column.unit:
        facts["x-unit"] = column.unit
    if column.refers:
        facts["x-refers"] = list(column.refers)
    if column.default is not None and not column.infinite:
        facts["default"] = column.default
    if column.name == "calendar":
        pair = [{"type": "integer", "minimum": 1}, {"type": "number", "exclusiveMinimum": 0}]
        step = {"type": "array", "prefixItems": pair, "minItems": 2, "maxItems": 2}
        return {**facts, "type": "array", "items": step}
    if column.name in LISTS:
        return {**facts, "type": "array", "items": {"type": "string"}}
    return {**facts, **_kind(column)}


def _kind(column: Column) -> dict[str, Any]:
    if column.numeric:
        return {"type": column.type, **_limits(column.within)}
    if column.type == "bool":
        return {"type": "boolean"}
    if column.type == "date":
        return {"type": "string", "format": "date"}
    if _words(column):
        return {"type": "string", "enum": _words(column)}
    return {"type": "string", **({"minLength": 1} if column.type == "id" else {})}


def _words(column: Column) -> list[str]:
    """The words a cell of the column may hold; none where any word may stand."""
    return list(UNITS) if column.name == "unit" and column.default == "unit" else list(column.choices)


def _limits(within: Range) -> dict[str, float]:
    limits: dict[str, float] = {}
    if within.low > -inf:
        limits["exclusiveMinimum" if within.low_open else "minimum"] = within.low
    if within.high < inf:
        limits["exclusiveMaximum" if within.high_open else "maximum"] = within.high
    return limits


def datapackage(tables: Tables, descriptor: str | os.PathLike[str]) -> dict[str, Any]:
    """The files of a scenario folder as a Data Package, version 2, with a Table Schema for each table.

    It describes the files as they are: their columns in their order, delimiter, decimal sign and encoding.

    Args:
        tables: A scenario that was read from a folder without errors.
        descriptor: File the descriptor is meant for; its paths are relative to it.

    Raises:
        ValueError: The folder is not the descriptor's own or below it; a Data Package names no file elsewhere.
    """
    folder, above = Path(os.path.abspath(tables.folder)), Path(os.path.abspath(descriptor)).parent
    if not folder.is_relative_to(above):
        raise ValueError(f"a data package names files beside or below itself only, and {tables.folder} is elsewhere")
    inside = folder.relative_to(above)
    there = [table for table in TABLES.values() if table.name in tables.origins]
    settings = {
        "name": "scenario",
        "path": (inside / SCENARIO_FILE).as_posix(),
        "description": "Settings: name, start, periods, rounding and the like.",
        "format": "toml",
        "mediatype": "application/toml",
    }
    return {
        "$schema": PACKAGE,
        "name": re.sub(r"[^a-z0-9._-]+", "-", folder.name.lower()).strip("-") or "scenario",
        "title": tables.config.name,
        "resources": [settings, *(_resource(tables, table, inside) for table in there)],
    }


def _resource(tables: Tables, table: Table, inside: Path) -> dict[str, Any]:
    origin = tables.origins[table.name]
    return {
        "name": table.name,
        "type": "table",
        "path": (inside / table.file).as_posix(),
        "description": table.doc,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": {"cp1252": "windows-1252", "utf-16": "utf-16"}.get(origin.encoding, "utf-8"),
        **({"dialect": {"delimiter": origin.delimiter}} if origin.delimiter != "," else {}),
        "schema": _table_schema(tables, table, origin),
    }


def _table_schema(tables: Tables, table: Table, origin: Origin) -> dict[str, Any]:
    columns = [table.column(name) for name in origin.header if name]
    schema: dict[str, Any] = {"fields": [_field(column, origin.comma) for column in columns], "missingValues": [""]}
    # A key column that is not in the file has its default in all rows, so the others are a key without it. A blank one
    # is no key in a Data Package.
    key = [column.name for column in columns if column.name in table.key]
    blanks = tables.written[table.name].select(key).null_count()
    if key and not table.repeats and not any(blanks.row(0)):
        schema["primaryKey"] = key
    links = [_link(table, column) for column in columns if _names_rows(column, tables)]
    if links:
        schema["foreignKeys"] = links
    return schema


def _names_rows(column: Column, tables: Tables) -> bool:
    """Whether every cell of the column is blank or a key of one table of the package."""
    return len(column.refers) == 1 and not column.wildcard and column.refers[0] in tables.origins


def _link(table: Table, column: Column) -> dict[str, Any]:
    other = TABLES[column.refers[0]]
    elsewhere = {} if other is table else {"resource": other.name}
    return {"fields": [column.name], "reference": {**elsewhere, "fields": [other.key[0]]}}


_TYPES = {"id": "string", "text": "string", "enum": "string", "bool": "boolean"}


def _field(column: Column, comma: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if _words(column):
        constraints["enum"] = _words(column)
    if column.numeric:
        constraints |= _limits(column.within)
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, column.type),
        "description": f"{column.doc} Unit: {column.unit}." if column.unit else column.doc,
    }
    if column.type == "bool":
        field |= {"trueValues": ["true", "True", "TRUE"], "falseValues": ["false", "False", "FALSE"]}
    if column.type == "number" and comma:
        field["decimalChar"] = ","
    if constraints:
        field["constraints"] = constraints
    return field
