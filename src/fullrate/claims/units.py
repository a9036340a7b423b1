"""Units of claims: what is counted, and what it is counted per."""

from __future__ import annotations

import re

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "quarter": 91.3125, "year": 365.25}
"""Mean length of the periods that a rate can be planned in."""

SHORT = ("second", "minute", "hour", "shift")
"""Times that are no part of a day until somebody says how long the works runs."""

_TIME = "|".join((*DAYS, *SHORT))
_PER = re.compile(rf"(?: an? (?P<time>{_TIME})|(?: (?:per|each|every) |/)(?P<other>\w+))(?= \(|$)")


def per(unit: str) -> str:
    """What an amount in a unit is per; blank where it is a total.

    >>> per("pumps"), per("pumps a week"), per("rounds/month (US)"), per("masks an hour"), per("tests per family")
    ('', 'week', 'month', 'hour', 'family')
    """
    found = _PER.search(unit)
    return (found["time"] or found["other"]) if found else ""


def counted(unit: str) -> str:
    """What is counted, without what it is per.

    >>> counted("pumps a week"), counted("rounds/month (US)")
    ('pumps', 'rounds (US)')
    """
    return _PER.sub("", unit)


def slashed(unit: str) -> str:
    """The same unit with a stroke, as tables of surges write rates.

    >>> slashed("pumps a week"), slashed("pumps"), slashed("rounds/month (US)")
    ('pumps/week', 'pumps', 'rounds/month (US)')
    """
    return _PER.sub(lambda found: f"/{found['time'] or found['other']}", unit)
