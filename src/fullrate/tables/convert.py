"""From text to types, a column at a time, as the spec says; nothing is inferred from the data.

A cell that cannot be read becomes null and a problem. The fast path is one polars cast for the whole
column; only the cells it leaves are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import polars as pl

from fullrate.tables.model import DTYPES
from fullrate.tables.nearest import nearest
from fullrate.tables.problem import Problem
from fullrate.tables.spec import Column, Table
from fullrate.tables.values import Why, why_not_bool, why_not_date, why_not_number

LONGEST_ID = 200
"""Characters an id may have."""

_BAD_ID = r"^\s|\s$|[|\x00-\x1f\x7f]"


def typed(table: Table, written: pl.DataFrame, comma: bool = False) -> tuple[pl.DataFrame, list[Problem]]:
    """The typed frame of a text frame that has exactly the columns of the table."""
    problems: list[Problem] = []
    columns = []
    for column in table.columns:
        series, found = convert(table, column, written[column.name], comma)
        columns.append(series)
        problems += found
    return pl.DataFrame(columns), problems


def convert(table: Table, column: Column, text: pl.Series, comma: bool = False) -> tuple[pl.Series, list[Problem]]:
    """One typed column and what could not be read in it; ``comma``: decimal commas."""
    if text.null_count() == len(text):
        return pl.Series(column.name, [None] * len(text), DTYPES[column.type]), []
    read = _READERS[column.type]
    series, doubtful = read(column, text, comma)
    problems = []
    for row in doubtful:
        value = text[row]
        why = _why(table, column, value, comma)
        problems.append(
            Problem(
                why.code,
                _MESSAGES[why.code],
                table.name,
                row,
                column.name,
                found=why.found,
                allowed=why.allowed,
                help=why.help,
                fix=why.fix,
                nearest=_meant(column, value),
            )
        )
    return series.alias(column.name), problems


_MESSAGES = {
    "FR101": "not a number",
    "FR102": "ambiguous number",
    "FR103": "not a whole number",
    "FR104": "neither true nor false",
    "FR105": "not a date",
    "FR106": "not one of the allowed words",
    "FR109": "not a usable name",
    "FR112": "not a finite number",
}

Read = Callable[[Column, pl.Series, bool], tuple[pl.Series, Iterable[int]]]


def _rows(mask: pl.Series) -> list[int]:
    return mask.fill_null(False).arg_true().to_list()


def _as_written(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    return text, ()


def _ids(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    if column.refers or column.name in ("key", "target"):
        return text, ()  # must equal a name that exists, which is checked as such
    bad = text.str.contains(_BAD_ID) | (text.str.len_chars() > LONGEST_ID)
    return text, _rows(bad)


def _enums(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    good = text.is_in(pl.Series(column.choices, dtype=pl.String).implode())
    bad = text.is_not_null() & ~good
    return pl.select(pl.when(~bad).then(text)).to_series(), _rows(bad)


def _numbers(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    plain = text.str.strip_chars()
    mixed = pl.Series([False]).new_from_index(0, len(text))
    if comma:
        mixed = plain.str.contains(".", literal=True)
        plain = plain.str.replace(",", ".", literal=True)
    value = plain.cast(pl.Float64, strict=False)
    finite = value.is_finite() & ~mixed
    if column.infinite:
        finite = finite | (plain == "inf")
    bad = text.is_not_null() & ~finite.fill_null(False)
    return pl.select(pl.when(~bad).then(value)).to_series(), _rows(bad)


def _integers(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    value, doubtful = _numbers(column, text, comma)
    whole = (value == value.round()) & (value.abs() < 2**53)
    bad = set(doubtful) | set(_rows(value.is_not_null() & ~whole))
    whole_value = pl.select(pl.when(whole).then(value)).to_series().cast(pl.Int64, strict=False)
    return whole_value, sorted(bad)


def _bools(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    word = text.str.strip_chars().str.to_lowercase()
    value = word.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    return value, _rows(text.is_not_null() & value.is_null())


def _dates(column: Column, text: pl.Series, comma: bool) -> tuple[pl.Series, Iterable[int]]:
    plain = text.str.strip_chars()
    iso = plain.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    value = plain.str.to_date("%Y-%m-%d", strict=False)
    bad = text.is_not_null() & ~(iso & value.is_not_null()).fill_null(False)
    return pl.select(pl.when(~bad).then(value)).to_series(), _rows(bad)


_READERS: dict[str, Read] = {
    "id": _ids,
    "text": _as_written,
    "enum": _enums,
    "number": _numbers,
    "integer": _integers,
    "bool": _bools,
    "date": _dates,
}


def _why(table: Table, column: Column, text: str, comma: bool) -> Why:
    if column.type == "number":
        return why_not_number(text, comma)
    if column.type == "integer":
        return _why_not_whole(text, comma)
    if column.type == "bool":
        return why_not_bool(text)
    if column.type == "date":
        return why_not_date(text)
    if column.type == "enum":
        meant = _meant(column, text)
        allowed = ", ".join(column.choices)
        help_ = f"did you mean `{meant[0]}`?" if meant else ""
        same = [word for word in column.choices if word.casefold() == text.strip().casefold()]
        fix = same[0] if same else None
        return Why("FR106", f"`{text}` is not among them", allowed, help_, fix)
    return _why_not_id(table, column, text)


def _why_not_whole(text: str, comma: bool) -> Why:
    try:
        value = float(text.replace(",", ".") if comma else text)
    except ValueError:
        why = why_not_number(text, comma)
        return Why(why.code, why.found, "a whole number", why.help, why.fix)
    if value == value and abs(value) != float("inf"):
        return Why("FR103", f"`{text}` is not a whole number", "a whole number such as 3")
    return why_not_number(text, comma)


def _why_not_id(table: Table, column: Column, text: str) -> Why:
    allowed = "a name without `|`, line breaks or surrounding spaces"
    if len(text) > LONGEST_ID:
        return Why(
            "FR109", f"{len(text)} characters are too long for a name", allowed, f"use at most {LONGEST_ID} characters"
        )
    trimmed = text.strip()
    if trimmed != text and not re.search(_BAD_ID, trimmed):
        return Why("FR109", f"`{text}` has spaces around it", allowed, f"write `{trimmed}`", trimmed)
    if "|" in text:
        return Why("FR109", f"`{text}` contains `|`, which joins the parts of a key", allowed)
    return Why("FR109", f"`{text}` contains a control character", allowed)


def _meant(column: Column, text: str) -> tuple[str, ...]:
    return nearest(text, column.choices).names if column.type == "enum" else ()
