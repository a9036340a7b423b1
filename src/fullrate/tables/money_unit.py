"""Units of money in words: ``million EUR``."""

from __future__ import annotations

SCALES = {"": 1e-6, "thousand": 1e-3, "million": 1.0, "billion": 1e3, "trillion": 1e6}
"""Millions in one of each."""
ALLOWED = "a currency with or without thousand, million, billion or trillion before it, such as `million EUR`"


def millions(unit: str | None) -> tuple[float, str] | None:
    """Millions of a currency in one of the unit, and the currency; None where the words are not understood.

    >>> millions("billion EUR"), millions("USD"), millions("mio. EUR")
    ((1000.0, 'EUR'), (1e-06, 'USD'), None)
    """
    words = (unit or "").split()
    scale, currency = ("", words[0]) if len(words) == 1 else (words[0], words[-1]) if len(words) == 2 else ("?", "")
    return (SCALES[scale], currency) if scale in SCALES and currency.isalpha() else None
