"""``scenario.toml``: the text of every setting, and the typed ``Config`` made of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import polars as pl

from fullrate.tables.cell import SCENARIO
from fullrate.tables.config import Config
from fullrate.tables.convert import typed
from fullrate.tables.nearest import nearest
from fullrate.tables.problem import Problem
from fullrate.tables.spec import LISTS, SETTINGS, STAGES, Column

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
"""Days between which every date must lie; others are misspelt."""

NO_START = date.min
"""Stands for a start that could not be read; an error says so, and checks of dates keep quiet."""


def parse_toml(text: str) -> tuple[dict[str, Any], list[Problem]]:
    """The values in a TOML text."""
    try:
        return tomllib.loads(text), []
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        match = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(match[1]) if match else max(text.rstrip().count("\n") + 1, 1)
        reason = re.sub(r" \(at .*\)$", "", str(error))
        found = f"{reason[:1].lower()}{reason[1:]}"
        problem = Problem(
            "FR012",
            "scenario.toml cannot be read",
            SCENARIO,
            line=line,
            found=found,
            help="write `name = value`, texts in quotes, dates as 2026-03-31",
        )
        return {}, [problem]


def as_text(value: Any) -> str:
    """A Python value as it would be written in a file; None is blank.

    >>> as_text(0.1), as_text(True), as_text(float("inf")), as_text(date(2026, 3, 1))
    ('0.1', 'true', 'inf', '2026-03-01')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_quoted(part) for part in value) + "]"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return repr(float(value))
    return str(value)


def _quoted(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else as_text(value)


def settings_text(values: Mapping[str, Any]) -> tuple[dict[str, str], list[Problem]]:
    """Every known setting as text, and what is wrong with the names and kinds of the others."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        if not SETTINGS.has(name):
            problems.append(_unknown(name))
            continue
        column = SETTINGS.column(name)
        if not _right_kind(column, value):
            allowed = "a list in brackets" if name in LISTS else f"one {_kind(column)}"
            shown = as_text(value) if not isinstance(value, dict) else "a table"
            problems.append(
                Problem(
                    "FR014",
                    "setting of the wrong kind",
                    SCENARIO,
                    column=name,
                    found=f"`{shown}` is {_what(value)}",
                    allowed=allowed,
                )
            )
            continue
        texts[name] = as_text(value)
    return texts, problems


def _unknown(name: str) -> Problem:
    near = nearest(name, SETTINGS.names)
    return Problem(
        "FR013",
        "unknown setting",
        SCENARIO,
        column=name,
        found=f"there is no setting `{name}`",
        nearest=near.names,
        allowed=", ".join(SETTINGS.names),
        help=near.question(),
    )


def _kind(column: Column) -> str:
    return {
        "enum": "word in quotes",
        "id": "name in quotes",
        "text": "text in quotes",
        "integer": "whole number",
        "bool": "true or false",
    }.get(column.type, column.type)


def _what(value: Any) -> str:
    kinds = ((bool, "true or false"), (int | float, "a number"), (str, "a text"), (list, "a list"), (date, "a date"))
    return next((word for kind, word in kinds if isinstance(value, kind)), "not a single value")


def _right_kind(column: Column, value: Any) -> bool:
    """Whether a TOML value may stand for a setting; texts are read further, so dates may be texts."""
    if column.name in LISTS:
        return isinstance(value, list | tuple)
    if column.numeric:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if column.type == "date":
        return isinstance(value, date | str) and not isinstance(value, datetime)
    return isinstance(value, str)


def to_config(texts: Mapping[str, str], folder: str = "") -> tuple[Config, list[Problem]]:
    """The typed settings; what cannot be read keeps its default and gets a problem."""
    values: dict[str, Any] = {"name": folder, "start": NO_START}
    problems: list[Problem] = []
    read = _read(texts)
    for column in SETTINGS.columns:
        text = texts.get(column.name, "").strip()
        if not text:
            if column.required:
                problems.append(
                    Problem(
                        "FR107",
                        "value missing",
                        SCENARIO,
                        column=column.name,
                        found=f"`{column.name}` is not set",
                        help=_example(column),
                    )
                )
            continue
        value, found = _list(column, text) if column.name in LISTS else _value(column, text, *read[column.name])
        problems += found
        if not found:
            values[column.name] = value
    return Config(**values), problems


def _example(column: Column) -> str:
    return f"add a line such as `{column.name} = 2026-01-05`" if column.type == "date" else ""


def _read(texts: Mapping[str, str]) -> dict[str, tuple[Any, list[Problem]]]:
    """The settings that are one value, all converted at once, each with what is wrong with it."""
    given = {name: text.strip() for name, text in texts.items() if SETTINGS.has(name) and name not in LISTS}
    alone = replace(SETTINGS, columns=tuple(SETTINGS.column(name) for name, text in given.items() if text))
    written = {column.name: [given[column.name]] for column in alone.columns}
    frame, problems = typed(alone, pl.DataFrame(written, schema=dict.fromkeys(written, pl.String)))
    return {name: (frame[name].item(), [one for one in problems if one.column == name]) for name in written}


def _value(column: Column, text: str, value: Any, problems: list[Problem]) -> tuple[Any, list[Problem]]:
    if isinstance(value, int | float) and column.numeric and not column.within.holds(value):
        problems = [out_of_range(column, text, str(column.within))]
    if isinstance(value, date) and not FIRST_DAY <= value <= LAST_DAY:
        problems = [out_of_range(column, text, f"{FIRST_DAY} to {LAST_DAY}")]
    return value, [replace(problem, row=None) for problem in problems]


def out_of_range(column: Column, text: str, allowed: str) -> Problem:
    """The problem of a setting outside its range."""
    unit = "" if column.unit in ("", "share", "ratio") else f" {column.unit}"
    return Problem(
        "FR108",
        "outside its range",
        SCENARIO,
        column=column.name,
        found=f"`{text}`{unit} is not allowed here",
        allowed=allowed,
    )


def _list(column: Column, text: str) -> tuple[Any, list[Problem]]:
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        value = None
    if column.name == "calendar":
        good = isinstance(value, list) and all(_is_step(step) for step in value)
        if good:
            return tuple((int(count), float(days)) for count, days in value or ()), []
        allowed = "[[count, days], ...] with whole counts >= 1 and days > 0, 5200 periods in all"
    else:
        if isinstance(value, list) and value[:1] == ["time"] and value == [one for one in STAGES if one in value]:
            return tuple(value), []
        allowed = '["time"], ["time", "cost"], ["time", "tidy"] or ["time", "cost", "tidy"]'
    return None, [
        Problem(
            "FR014",
            "setting of the wrong kind",
            SCENARIO,
            column=column.name,
            found=f"`{text}` cannot be read",
            allowed=allowed,
        )
    ]


def _is_step(step: Any) -> bool:
    if not (isinstance(step, list) and len(step) == 2):
        return False
    count, days = step
    whole = isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= 5200
    real = isinstance(days, int | float) and not isinstance(days, bool)
    return whole and real and 0 < days <= 36525
