"""How numbers, shares, money and dates are written for people: no more digits than they deserve."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

DIGITS = 3
"""Significant digits of a quantity of the plan; inputs are shown as they were written."""
LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
COUNTED = frozenset(
    {"box", "build", "container", "course", "dose", "file", "house", "kit", "lot", "pack", "pair", "pallet", "person"}
    | {"round", "set", "shift", "slot", "start", "test", "trip", "unit", "vehicle", "vial"}
)
"""Units that have a plural."""
PERIODS = {1: "day", 7: "week", 14: "fortnight", 28: "four-week period", 30: "month"}
"""Names of common lengths of a period, in days."""


def quantity(value: float, unit: str = "") -> str:
    """A quantity with three significant digits.

    >>> quantity(51_683_788, "doses"), quantity(12_345), quantity(25.2), quantity(0), quantity(700)
    ('51.7 million doses', '12,300', '25.2', '0', '700')
    >>> quantity(56, "unit"), quantity(1, "box"), quantity(12, "unit/d"), quantity(3, "kg")
    ('56 units', '1 box', '12 units/d', '3 kg')
    """
    return f"{_rounded(value)} {plural(unit, value)}".strip()


def as_known(day: date | None) -> str:
    """The day of knowledge as a clause; nothing where none is stated.

    >>> as_known(date(2020, 12, 2)), as_known(None)
    (', as known on 2020-12-02', '')
    """
    return f", as known on {day}" if day else ""


def plural(unit: str, value: float = 2) -> str:
    """The unit as it is written after a number; symbols such as `kg` stay as they are."""
    counted, _, per = unit.partition("/")
    if value == 1 or counted not in COUNTED:
        return unit
    many = {"person": "people", "box": "boxes"}.get(counted, f"{counted}s")
    return f"{many}/{per}" if per else many


def _rounded(value: float) -> str:
    if not math.isfinite(value):
        return "no limit" if value > 0 else "not known"
    value = significant(value)
    for size, name in LARGE:
        if abs(value) >= size:
            return f"{value / size:.3g} {name}"
    if abs(value) >= 10**DIGITS:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) >= 1e-3 or value == 0 else f"{value:.1e}"


def significant(value: float, digits: int = DIGITS) -> float:
    """The value rounded to significant digits.

    >>> significant(12345.0), significant(-0.0)
    (12300.0, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value + 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def column(values: Sequence[float | None]) -> tuple[list[str], str]:
    """Values of one column with equal decimals, and the word for their scale; None stays blank.

    >>> column([1_500_000, 12_000_000, None])
    (['1.5', '12.0', ''], 'million')
    >>> column([84.0, 126.0, 5.0])
    (['84', '126', '5'], '')
    """
    known = [abs(value) for value in values if value is not None and math.isfinite(value)]
    top = max(known, default=0.0)
    size, word = next(((size, word) for size, word in LARGE if top >= size), (1.0, ""))
    whole = not word and all(abs(value - round(value)) < 1e-6 * max(value, 1.0) for value in known)
    decimals = 0 if whole or top / size >= 100 else 1 if top / size >= 10 else 2
    shown = ["" if value is None else f"{value / size + 0.0:,.{decimals}f}" for value in values]
    return [text.removeprefix("-") if set(text) <= set("-0.,") else text for text in shown], word


def percent(share: float) -> str:
    """A share in whole per cent; only what is nothing is 0 and only the whole is 100.

    >>> percent(0.8), percent(0.9996), percent(0.001), percent(1.0), percent(0)
    ('80 %', '>99 %', '<1 %', '100 %', '0 %')
    """
    if 0.995 <= share < 1 - 1e-9:
        return ">99 %"
    if 1e-9 < share <= 0.005:  # one half rounds to nothing
        return "<1 %"
    return f"{share + 0.0:.0%}".replace("%", " %")


def money(millions: float, currency: str) -> str:
    """An amount of money, given in millions of the currency.

    >>> money(76, "EUR"), money(0.2, "EUR"), money(1504.16, "USD")
    ('76 million EUR', '200,000 EUR', '1.5 billion USD')
    """
    return quantity(millions * 1e6, currency)


def days(value: float) -> str:
    """A number of days without decimals.

    >>> days(75.775), days(1.2), days(0.3), days(0)
    ('76 days', '1 day', 'less than a day', 'nothing')
    """
    if abs(value) < 1e-3:
        return "nothing"
    if abs(value) < 0.5:
        return "less than a day"
    return "1 day" if round(value) == 1 else f"{value:,.0f} days"


def period_name(length: float) -> str:
    """What a period of so many days is called.

    >>> period_name(7.0), period_name(10.0)
    ('week', '10-day period')
    """
    return PERIODS.get(int(length) if length == int(length) else -1, f"{length:g}-day period")


def iso(day: date | str | None) -> str:
    """A date in ISO 8601, one that was read from a manifest included; a dash when there is none."""
    return "–" if day is None else str(day)


def joined(parts: Sequence[str]) -> str:
    """Words in a row.

    >>> joined(["a"]), joined(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
