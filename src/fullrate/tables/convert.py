"""From text to types, a column at a time, as the spec says; nothing is inferred from the data.

A cell that cannot be read becomes null and a problem. The fast path is one polars cast for the whole
column; only the cells it leaves are looked at one by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from math import isfinite

import polars as pl

from fullrate.tables.model import DTYPES, empty
from fullrate.tables.nearest import nearest
from fullrate.tables.problem import Problem
from fullrate.tables.spec import Column, Table, Value
from fullrate.tables.values import PLAIN, Why, why_not_bool, why_not_date, why_not_number

LONGEST_ID = 200
"""Characters an id may have."""

_DOUBT = "\0"
"""Prefix of the masks beside the values; no header can contain it."""

_BAD_ID = r"^\s|\s$|^\*$|[|\x00-\x1f\x7f]"


def typed(table: Table, written: pl.DataFrame, comma: bool = False) -> tuple[pl.DataFrame, list[Problem]]:
    """The typed frame of a text frame that has exactly the columns of the table.

    ``comma``: numbers are written with decimal commas. One polars query converts all columns.
    """
    if written.is_empty():
        return empty(table), []
    blank = {text.name for text in written.get_columns() if text.null_count() == len(text)}
    read = [_query(column, comma) for column in table.columns if column.name not in blank]
    both = written.select([query for queries in read for query in queries]) if read else written
    frame = pl.DataFrame(
        [
            written[column.name].cast(DTYPES[column.type]) if column.name in blank else both[column.name]
            for column in table.columns
        ]
    )
    doubtful = {mask.name for mask in both.get_columns() if mask.name.startswith(_DOUBT) and mask.any()}
    problems = [
        _problem(table, column, written[column.name][row], row, comma)
        for column in table.columns
        if _DOUBT + column.name in doubtful
        for row in both[_DOUBT + column.name].arg_true().to_list()
    ]
    return frame, problems


@cache
def _query(column: Column, comma: bool) -> tuple[pl.Expr, ...]:
    """The typed values of a column and, where there can be any, which of them are doubtful."""
    value, doubt = _READERS[column.type](column, pl.col(column.name), comma)
    typed = value.cast(DTYPES[column.type]).alias(column.name)
    if doubt is None:
        return (typed,)
    return typed, (pl.col(column.name).is_not_null() & doubt).alias(_DOUBT + column.name)


def convert(table: Table, column: Column, text: str) -> tuple[Value, list[Problem]]:
    """One value from one text; a blank text is None."""
    alone = replace(table, columns=(column,))
    frame, problems = typed(alone, pl.DataFrame({column.name: [text or None]}, {column.name: pl.String}))
    value: Value = frame.item()
    return value, problems


def _problem(table: Table, column: Column, text: str, row: int, comma: bool) -> Problem:
    why = _why(table, column, text, comma)
    return Problem(
        why.code,
        _MESSAGES[why.code],
        table.name,
        row,
        column.name,
        found=why.found,
        allowed=why.allowed,
        help=why.help,
        fix=why.fix,
        nearest=_meant(column.choices, text),
    )


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

Read = Callable[[Column, pl.Expr, bool], tuple[pl.Expr, pl.Expr | None]]
"""Value of a column, and where it is doubtful; None where it never is."""


def _as_written(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    return text, None


def _ids(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    if column.refers or column.name in ("key", "target"):
        return text, None  # must equal a name that exists, which is checked as such
    return text, text.str.contains(_BAD_ID) | (text.str.len_chars() > LONGEST_ID)


def _enums(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    good = text.is_in(column.choices)
    return pl.when(good).then(text), ~good


def _numbers(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    plain = text.str.strip_chars()
    clean = pl.lit(True)
    if comma:
        clean = ~plain.str.contains(".", literal=True)
        plain = plain.str.replace(",", ".", literal=True)
    value = plain.cast(pl.Float64, strict=False)
    good = value.is_finite() & clean
    if column.infinite:
        good = good | (plain == "inf")
    good = good.fill_null(False)
    return pl.when(good).then(value), ~good


def _integers(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    value, _ = _numbers(column, text, comma)
    whole = ((value == value.round()) & (value.abs() < 2**53)).fill_null(False)
    return pl.when(whole).then(value), ~whole


def _bools(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    word = text.str.strip_chars().str.to_lowercase()
    good = word.is_in(["true", "false"])
    return pl.when(good).then(word == "true"), ~good


def _dates(column: Column, text: pl.Expr, comma: bool) -> tuple[pl.Expr, pl.Expr | None]:
    plain = text.str.strip_chars()
    value = plain.str.to_date("%Y-%m-%d", strict=False)
    good = plain.str.contains(r"^\d{4}-\d{2}-\d{2}$") & value.is_not_null()
    return pl.when(good).then(value), ~good


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
        meant = _meant(column.choices, text)
        allowed = ", ".join(column.choices)
        help_ = f"did you mean `{meant[0]}`?" if meant else ""
        same = [word for word in column.choices if word.casefold() == text.strip().casefold()]
        fix = same[0] if same else None
        return Why("FR106", f"`{text}` is not among them", allowed, help_, fix)
    return _why_not_id(table, column, text)


def _why_not_whole(text: str, comma: bool) -> Why:
    allowed = "a whole number such as 3"
    plain = (text.replace(",", ".") if comma else text).strip()
    if PLAIN.fullmatch(plain) and isfinite(float(plain)):
        if float(plain).is_integer():
            return Why("FR112", f"`{text}` is larger than can be counted", allowed)
        return Why("FR103", f"`{text}` is not a whole number", allowed)
    why = why_not_number(text, comma)
    fix = why.fix if why.fix and why.fix.isdecimal() else None
    return Why(why.code, why.found, allowed, why.help, fix)


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
    if text == "*":
        return Why("FR109", "`*` means all of them and cannot be a name", allowed)
    return Why("FR109", f"`{text}` contains a control character", allowed)


@lru_cache
def _meant(choices: tuple[str, ...], text: str) -> tuple[str, ...]:
    return nearest(text, choices).names
