"""What a text that is not plain means: why it is refused, and the one repair, if there is exactly one.

Converting whole columns is ``convert``'s work; these functions see only the cells it could not read, so
they may be thorough. Nothing is ever guessed: a text with two readings has no repair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from math import isfinite

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
"""A number as it is to be written."""

_GROUPS = re.compile(r"[+-]?\d{1,3}(?P<sep>[.,' \u00a0\u202f_])\d{3}((?P=sep)\d{3})*")
_BLANKS = str.maketrans("", "", "' \u00a0\u202f_")


@dataclass(frozen=True)
class Why:
    """Why a text was refused: code, clause, what is allowed, advice, the one repair."""

    code: str
    found: str
    allowed: str = ""
    help: str = ""
    fix: str | None = None


def why_not_number(text: str, comma: bool) -> Why:
    """Why a text is no number; ``comma`` when its file has decimal commas.

    >>> why_not_number("1,000", comma=False).help
    'write 1000 or 1'
    >>> why_not_number("1.000,5", comma=False).fix
    '1000.5'
    """
    allowed = "a number such as 12.5 or 1e3" if not comma else "a number such as 12,5"
    bare = text.strip()
    readings = _readings(bare)
    if re.fullmatch(r"(?i)[+-]?(inf|infinity|∞)|nan|[#=].*|n/?a|null|none|-+", bare):
        help_ = "write the number, or leave the cell blank where blank has a meaning"
        return Why("FR112", f"`{text}` is not a finite number", allowed, help_)
    if len(readings) > 1:
        shown = " or ".join(_written(value, comma) for value in readings)
        return Why("FR102", f"`{text}` can be read in two ways", allowed, f"write {shown}")
    if len(readings) == 1:
        fix = _written(readings[0], comma)
        return Why("FR101", f"`{text}` is not written as a number", allowed, f"write {fix}", fix)
    if PLAIN.fullmatch(bare):
        return Why("FR112", f"`{text}` is larger than any number", allowed)
    return Why("FR101", f"`{text}` is not a number", allowed, _unit_help(bare))


def _readings(text: str) -> list[float]:
    """All numbers a person may have meant, without repeats."""
    if text.endswith("%") and PLAIN.fullmatch(text[:-1].strip()):
        return [float(f"{float(text[:-1]) / 100:.12g}")]
    found: list[float] = []
    for point, group in ((".", ","), (",", ".")):
        whole, *rest = text.split(point)
        if len(rest) > 1 or (rest and not re.fullmatch(r"\d*([eE][+-]?\d+)?", rest[0])):
            continue
        if group in whole and not ((match := _GROUPS.fullmatch(whole)) and match["sep"] == group):
            continue
        plain = whole.replace(group, "")
        if plain.translate(_BLANKS) != plain:
            if not _GROUPS.fullmatch(plain):
                continue
            plain = plain.translate(_BLANKS)
        candidate = plain + ("." + rest[0] if rest else "")
        if PLAIN.fullmatch(candidate) and isfinite(float(candidate)):
            found.append(float(candidate))
    return list(dict.fromkeys(found))


def _written(value: float, comma: bool) -> str:
    text = repr(value) if value != int(value) else str(int(value))
    return text.replace(".", ",") if comma else text


def _unit_help(text: str) -> str:
    if re.match(r"[+-]?[\d.,]+\s*[^\d\s.,]", text):
        return "write the number alone; the unit belongs to the column"
    return ""


_TRUE = {
    "true",
    "yes",
    "y",
    "1",
    "1.0",
    "on",
    "t",
    "x",
    "ja",
    "wahr",
    "oui",
    "vrai",
    "si",
    "sì",
    "sí",
    "vero",
    "verdadero",
}
_FALSE = {"false", "no", "n", "0", "0.0", "off", "f", "nein", "falsch", "non", "faux", "falso"}


def why_not_bool(text: str) -> Why:
    """Why a text is neither ``true`` nor ``false``."""
    word = text.strip().casefold()
    fix = "true" if word in _TRUE else "false" if word in _FALSE else None
    help_ = f"write {fix}" if fix else ""
    return Why("FR104", f"`{text}` is neither true nor false", "true, false", help_, fix)


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


def why_not_date(text: str) -> Why:
    """Why a text is no date.

    >>> why_not_date("13/02/2026").fix
    '2026-02-13'
    >>> why_not_date("01/02/2026").help
    'write 2026-01-02 or 2026-02-01'
    """
    allowed = "a date such as 2026-03-31"
    bare = text.strip()
    if re.fullmatch(r"\d{4}-\d\d-\d\d", bare):
        return Why("FR105", f"`{text}` is a day that does not exist", allowed)
    days = sorted(_days(bare))
    if len(days) == 1:
        fix = days[0].isoformat()
        return Why("FR105", f"`{text}` is not written as an ISO date", allowed, f"write {fix}", fix)
    if days:
        shown = " or ".join(day.isoformat() for day in days)
        return Why("FR105", f"`{text}` can be read in two ways", allowed, f"write {shown}")
    if re.fullmatch(r"[345]\d{4}(\.0)?", bare):
        day = date.fromordinal(date(1899, 12, 30).toordinal() + int(bare[:5]))
        help_ = f"it looks like a spreadsheet's day number; in Excel it is {day.isoformat()}"
        return Why("FR105", f"`{text}` is not a date", allowed, help_)
    return Why("FR105", f"`{text}` is not a date", allowed)


def _days(text: str) -> set[date]:
    """All days a text may mean; years of two digits are not guessed at."""
    text = re.sub(r"[T ]00:00(:00(\.0+)?)?(Z|\+00:00)?$", "", text)
    if match := re.fullmatch(r"(\d{4})[-/. ]?(\d\d?)[-/. ]?(\d\d?)", text):
        year, month, day = match.groups()
        exact = len(month) == len(day) == 2 or not text.isdecimal()
        return _valid((int(year), int(month), int(day))) if exact else set()
    if match := re.fullmatch(r"(\d\d?)[-/. ](\d\d?)[-/. ](\d{4})", text):
        one, two, year = (int(part) for part in match.groups())
        return _valid((year, one, two), (year, two, one))
    words = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    months = [_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS]
    numbers = [int(word.rstrip("stndrh")) for word in words if word[0].isdecimal()]
    years = [number for number in numbers if number > 31]
    others = [number for number in numbers if number <= 31]
    if len(months) == 1 and len(years) == 1 and len(others) == 1 and len(words) <= 4:
        return _valid((years[0], months[0], others[0]))
    return set()


def _valid(*candidates: tuple[int, int, int]) -> set[date]:
    days = set()
    for year, month, day in candidates:
        try:
            days.add(date(year, month, day))
        except ValueError:
            continue
    return days
