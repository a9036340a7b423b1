"""The declaration of tables is whole and agrees with itself, and what is derived from it is valid."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from fullrate.tables import Config, read
from fullrate.tables.model import Tables
from fullrate.tables.pages import tables_page
from fullrate.tables.schema import json_schema
from fullrate.tables.settings import to_config
from fullrate.tables.spec import LISTS, SETTINGS, TABLES, Column, Table
from tables import whole

ALL = [*TABLES.values(), SETTINGS]
COLUMNS = [(table, column) for table in ALL for column in table.columns]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_a_table_agrees_with_itself(table: Table) -> None:
    assert len(set(table.names)) == len(table.names)
    assert table.names[: len(table.key)] == table.key or set(table.key) <= set(table.names)
    assert table.doc.endswith(".")
    assert table.name in ("scenario", "sources") or table.has("source")


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda part: part.name)
def test_a_column_agrees_with_itself(table: Table, column: Column) -> None:
    assert column.doc.endswith(".")
    assert all(other in TABLES for other in column.refers)
    assert (column.type == "enum") == bool(column.choices)
    assert not column.required or column.default is None
    if isinstance(column.default, int | float) and column.numeric:
        assert column.within.holds(column.default)
    if column.choices and column.default is not None:
        assert column.default in column.choices
    if column.from_column:
        assert table.has(column.from_column)
    if column.from_config:
        assert SETTINGS.has(column.from_config)


def test_settings_and_config_are_the_same_thing() -> None:
    fields = {field.name: field for field in dataclasses.fields(Config)}
    assert set(fields) == set(SETTINGS.names)
    config, problems = to_config({"start": "2026-01-05", "name": "x"})
    assert problems == []
    for column in SETTINGS.columns:
        if column.name in ("start", "name") or column.name in LISTS:
            continue
        assert getattr(config, column.name) == column.default, column.name
        assert fields[column.name].default == column.default


def test_what_may_vary_and_what_comes_later() -> None:
    series = {f"{table.name}.{column.name}" for table, column in COLUMNS if column.series}
    assert series == {
        "resources.capacity",
        "lanes.capacity",
        "processes.max_rate",
        "processes.yield",
        "processes.unit_cost",
        "lanes.unit_cost",
        "builds.capex",
    }
    assert {table.name for table in ALL if table.verb} == {
        "risks", "mitigations", "io_map", "io_sectors", "io", "io_final", "io_jobs", "io_origins"
    }  # fmt: skip
    assert {table.name for table in ALL if table.required} == {
        "items", "sites", "processes", "recipients", "needs"
    }  # fmt: skip
    for name in ("lanes", "pools", "resources", "builds", "processes", "gates"):
        assert TABLES[name].has("fund")


def as_json(tables: Tables) -> dict[str, object]:
    def plain(value: object) -> object:
        return value.isoformat() if isinstance(value, date) else value

    rows = {
        name: [{key: plain(value) for key, value in row.items() if value is not None} for row in frame.to_dicts()]
        for name, frame in tables.frames.items()
        if frame.height
    }
    config = {
        field.name: plain(getattr(tables.config, field.name))
        for field in dataclasses.fields(Config)
        if getattr(tables.config, field.name) not in (None, ())
    }
    return {"scenario": config, "tables": rows}


def test_the_json_schema_is_valid_and_accepts_scenarios(tmp_path: Path) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema)
    folders = [whole.write(tmp_path / "whole"), *[f for f in EXAMPLES.iterdir() if f.is_dir()]]
    for folder in folders:
        checker.validate(json.loads(json.dumps(as_json(read(folder)[0]), allow_nan=False)))


def test_a_scenario_as_json_is_read_as_it_was(tmp_path: Path) -> None:
    for folder in (whole.write(tmp_path / "whole"), EXAMPLES / "respirators-2020"):
        tables, _ = read(folder)
        written = json.loads(json.dumps(as_json(tables), allow_nan=False))
        again = Tables.from_rows(written["scenario"], written["tables"])
        assert again.config == tables.config
        assert all(again.frames[name].equals(frame) for name, frame in tables.frames.items())


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("processes", "yield", 0), ("lanes", "lead_d", -1), ("items", "unit", "doses"), ("needs", "late", "x"),
     ("needs", "quantity", 5), ("lanes", "lane", ""), ("recipients", "class", 1.5)],
)  # fmt: skip
def test_the_json_schema_refuses(table: str, column: str, value: object, tmp_path: Path) -> None:
    scenario = as_json(read(whole.write(tmp_path / "whole"))[0])
    checker = jsonschema.Draft202012Validator(json_schema())
    checker.validate(scenario)
    scenario["tables"][table][0][column] = value  # type: ignore[index]
    assert not checker.is_valid(scenario)


def test_the_page_of_tables_names_every_column() -> None:
    page = tables_page()
    for table in ALL:
        assert f"`{table.name}" in page or f"## {table.name}\n" in page
        for column in table.columns:
            assert f"`{column.name}`" in page
    rows = [line for line in page.splitlines() if line.startswith("| ") and line.count(" | ") > 3]
    assert all(len(line.replace("\\|", "").split("|")) == 8 for line in rows)
