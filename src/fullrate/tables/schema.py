"""The spec in two common tongues: JSON Schema, and a Data Package with Table Schemas.

Both are derived, never kept by hand: ``json_schema`` describes a scenario as JSON (settings and rows, as the
web page sends it), ``datapackage`` describes a folder of CSV files for other tools.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Any

from fullrate.tables.spec import LISTS, SETTINGS, TABLES, Column, Range, Table
from fullrate.units import UNITS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """A schema of ``{"scenario": {setting: value}, "tables": {table: [{column: value}]}}``."""
    tables = {
        table.name: {
            "type": "array",
            "description": table.doc,
            "items": _row(table.columns),
            **({"minItems": 1} if table.filled else {}),
            **({"maxItems": 0} if table.later else {}),
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
    if column.choices:
        return {"type": "string", "enum": list(column.choices)}
    if column.default == "unit" and column.name == "unit":
        return {"type": "string", "enum": list(UNITS)}
    return {"type": "string", **({"minLength": 1} if column.type == "id" else {})}


def _limits(within: Range) -> dict[str, float]:
    limits: dict[str, float] = {}
    if within.low > -inf:
        limits["exclusiveMinimum" if within.low_open else "minimum"] = within.low
    if within.high < inf:
        limits["exclusiveMaximum" if within.high_open else "maximum"] = within.high
    return limits


def datapackage(name: str, tables: Iterable[str]) -> dict[str, Any]:
    """A Data Package descriptor of the given tables, each with a Table Schema."""
    return {
        "profile": "tabular-data-package",
        "name": name,
        "resources": [_resource(TABLES[table]) for table in tables],
    }


_TYPES = {"id": "string", "text": "string", "enum": "string", "bool": "boolean"}


def _resource(table: Table) -> dict[str, Any]:
    links = [
        {"fields": column.name, "reference": {"resource": column.refers[0],
                                              "fields": TABLES[column.refers[0]].key[0]}}
        for column in table.columns
        if len(column.refers) == 1 and not column.wildcard
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if not table.repeats:
        schema["primaryKey"] = list(table.key)
    if links:
        schema["foreignKeys"] = links
    return {
        "name": table.name,
        "path": table.file,
        "description": table.doc,
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if column.numeric and column.within.low > -inf and not column.within.low_open:
        constraints["minimum"] = column.within.low
    if column.numeric and column.within.high < inf and not column.within.high_open:
        constraints["maximum"] = column.within.high
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, column.type),
        "description": f"{column.doc} Unit: {column.unit}." if column.unit else column.doc,
    }
    if column.type == "bool":
        field |= {"trueValues": ["true"], "falseValues": ["false"]}
    if constraints:
        field["constraints"] = constraints
    return field
