"""Words that say when, and the days they can mean, counted from the day of the text."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
COUNTS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
}  # fmt: skip

_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)(?![a-z])"
)
_YEAR = r"(?P<year>(?:1[89]|20|21)\d\d)(?![\d,]*\d)"
_NEXT = r"(?P<next>next|this|last|that|the same|the coming)"
_COUNT = rf"(?:\d+|{'|'.join(COUNTS)}|a)"
_WORKING = (
    r"(?P<iso>\d{4}-\d\d-\d\d)",
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?",
    rf"{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?! (?:per|units|million))(?:,? {_YEAR})?",
    rf"(?:the )?(?P<quarter>first|second|third|fourth|last(?= quarter of)) "
    rf"quarter(?: of (?:(?:the )?year (?:of )?)?{_YEAR}| of {_NEXT} year| of the year)?",
    rf"(?P<q>Q[1-4])(?: (?:of )?{_YEAR})?",
    rf"(?:the )?(?P<half>first|second) half(?: of (?:(?:the )?year )?{_YEAR}| of {_NEXT} year| of the year)",
    rf"the first (?P<months>{_COUNT}) months(?: of (?:the )?(?:year )?{_YEAR})?",
    rf"(?:{_NEXT} )?{_MONTH}(?:,? (?:of )?{_YEAR})?",
    rf"(?:the )?(?:{_NEXT} )?(?P<season>spring|summer|autumn|fall|winter)(?: of)?(?: {_YEAR})?(?! of\b)",
    rf"(?:the )?(?:calendar |fiscal )?(?:year )?{_YEAR}",
    rf"{_NEXT} (?P<unit>year|month|week|quarter)",
    r"the (?P<unit>year)(?= (?:is (?:out|over)|ends|end)\b|[.,;])",
    r"(?P<yearend>year[- ]end)",
)
_PART = r"(?P<part>(?i:early|mid|late|the middle of|the beginning of|the start of|the end of|end of|the close of))"
_BEFORE = (
    "no later than", "not later than", "at the latest by", "at the latest", "by", "before", "until", "till", "from",
    "since", "starting in", "starting on", "starting", "beginning in", "beginning on", "beginning", "after",
    "as early as", "as of",
    "in", "on", "at", "for", "during", "over", "within", "throughout",
)  # fmt: skip
_PREPOSITION = rf"(?P<how>(?i:{'|'.join(_BEFORE)}))"
_SPAN = re.compile(
    rf"\b(?P<how>within|over|in|for|during|inside)(?: the next| the coming| about|"
    rf" some)? (?P<count>{_COUNT})(?:[- ]to[- ]\w+)? (?P<unit>days?|weeks?|months?|"
    rf"years?)\b(?! (?:or more|on average|old|of (?!acceptance|receipt|award|signature)))",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"\b(?:as (?:soon|quickly|fast) as (?:possible|it can)|in the shortest possible time|without (?:any )?delay|"
    r"immediately|at once|in due course|in the (?:coming|next|near|foreseeable) (?:days|weeks|months|years|future)|"
    r"over the coming (?:weeks|months|years)|(?:by|before) (?:Christmas|Easter|Thanksgiving)|soon|shortly|"
    r"before (?:winter|summer|spring|autumn) sets in|before long|within (?:days|weeks|months|years)|"
    r"in time for \w+)\b",
    re.IGNORECASE,
)
_REPEATED = re.compile(
    r"\b(?:every|each) (?:spring|summer|autumn|winter|year|month|week|day|quarter)\b|"
    r"\bof (?:each|every) (?:year|month)\b"
)
_PAST = re.compile(
    r"\b(?:was|were|had|did|made|started|began|rose|fell|delivered|built|employed|signed|reported|raised|connected|"
    r"spent|bought|arrived)\b"
)
_AHEAD = re.compile(
    r"\b(?:will(?: not)?(?: have)?|shall(?: not)?|(?:is|are|agreed|promised|expected|expects?|planned|plans?|aims?|due|"
    r"set|undertook) to|(?:was|were) to(?! have)|(?<!originally )(?<!initially )to be)(?: be(?:en)?)?(?: \w+ly)? \w+"
)


@dataclass(frozen=True)
class When:
    """Words that say when.

    Attributes:
        start, end: their place in the sentence.
        words: the words, with their preposition.
        first, last: earliest and latest day they can mean; None where open.
    """

    start: int
    end: int
    words: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class _Period:
    first: date
    last: date


def read_day(words: str) -> date | None:
    """The one day that the words name, or None.

    >>> read_day("1 March 2027")
    datetime.date(2027, 3, 1)
    """
    match = next((found for pattern in _WORKING[:3] if (found := re.fullmatch(pattern, words.strip()))), None)
    if match is None or not (match.groupdict().get("year") or match.groupdict().get("iso")):
        return None
    period = _period(match, None, past=False)
    return period.first if period is not None else None


def whens(sentence: str, published: date | None) -> list[When]:
    """Everything in a sentence that says when, in order, without overlaps.

    >>> [(one.words, str(one.first), str(one.last)) for one in whens("It starts in May 2027.", date(2026, 1, 1))]
    [('in May 2027', '2027-05-01', '2027-05-31')]

    Args:
        sentence: its words.
        published: day of the text, from which "next year" and "within ten days" are counted; None leaves those open.
    """
    found = sorted(_candidates(sentence, published), key=lambda one: (one.start, -one.end))
    kept: list[When] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return _joined(sentence, kept)


def _joined(sentence: str, dates: list[When]) -> list[When]:
    """The same with ``between 2027 and 2030`` and ``from May to July`` as one."""
    kept: list[When] = []
    for one in dates:
        last = kept[-1] if kept else None
        lead = re.search(r"\b(?:between|from) $", sentence[: last.start], re.IGNORECASE) if last else None
        begins = lead.start() if lead else last.start if last and last.words.lower().startswith("from ") else None
        between = sentence[last.end : one.start] if last else ""
        if last is None or begins is None or between not in (" and ", " to ") or one.last is None:
            kept.append(one)
        else:
            kept[-1] = When(begins, one.end, sentence[begins : one.end], last.first, one.last)
    return kept


def repeated(sentence: str, one: When) -> bool:
    """Whether words that say when come round again (``on 1 September of each year``), so that they fix no day.

    >>> [repeated(text, one) for text in ["It pays on 1 May of each year."] for one in whens(text, None)]
    [True]
    """
    inside = any(match.start() < one.end and match.end() > one.start for match in _REPEATED.finditer(sentence))
    return inside or bool(re.match(r" of (?:each|every) ", sentence[one.end :]))


def _candidates(sentence: str, published: date | None) -> Iterator[When]:
    for match in _VAGUE.finditer(sentence):
        yield When(match.start(), match.end(), match[0])
    for match in _SPAN.finditer(sentence):
        lasts = match["how"].lower() in ("for", "during")  # how long something goes on is no deadline
        last = None if lasts else _after(published, match["count"], match["unit"])
        yield When(match.start(), match.end(), match[0], None, last)
    for pattern in _WORKING:
        whole = rf"(?:\b{_PREPOSITION} )?(?:{_PART}[ -])?\b{pattern}(?: (?:is (?:out|over)|ends))?"
        for match in re.finditer(whole, sentence):
            if not _is_date(sentence, match):
                continue
            period = _period(match, published, _is_past(sentence, match.start()))
            first, last = _ends(match, period)
            yield When(match.start(), match.end(), match[0], first, last)


def _is_past(sentence: str, at: int) -> bool:
    """Whether the verb nearest before a place, else the first after it, tells of what has been.

    >>> text = "It delivered 90 in May, and 400 will be delivered by June."
    >>> _is_past(text, text.index("in May")), _is_past(text, text.index("by June"))
    (True, False)
    """
    ahead = [match.span() for match in _AHEAD.finditer(sentence)]
    been = [match.start() for match in _PAST.finditer(sentence)]
    been = [place for place in been if not any(start <= place < end for start, end in ahead)]
    verbs = sorted([*((start, False) for start, _ in ahead), *((place, True) for place in been)])
    before = [past for place, past in verbs if place < at]
    return before[-1] if before else bool(verbs and verbs[0][1])


def _is_date(sentence: str, match: re.Match[str]) -> bool:
    """Whether the words are a date: not ``may`` the verb, not a number, not the year of an act."""
    named = match.groupdict()
    bare = not match["how"] and not match["part"]
    if named.get("month") == "May" and not named.get("day") and not named.get("year"):
        return not bare or bool(named.get("next")) or bool(re.match(r" (?:and|to|or) [A-Z]", sentence[match.end() :]))
    if re.search(r"(?:Act|Law|Regulation|Code|Treaty) of $", sentence[: match.start()]):
        return False
    if named.get("season") and bare and not named.get("year") and not named.get("next"):
        return False
    if named.get("year") and not any(
        named.get(k) for k in ("month", "quarter", "half", "season", "q", "day", "months")
    ):
        return not re.search(r"[€$£\d.,-]$", sentence[: match.start()]) and not re.match(
            r"(?: (?:[a-z]+s\b(?! (?:to|of|for))|people\b|men\b|women\b)| million| per|[-%])", sentence[match.end() :]
        )
    short = named.get("month") in ("Mar", "Jun", "Jan", "Apr", "Jul", "Aug")
    return not (short and bare and not named.get("year") and not named.get("day"))


def _after(published: date | None, count: str, unit: str) -> date | None:
    """The day so many units after another."""
    number = int(count) if count.isdecimal() else COUNTS.get(count.lower(), 1)
    if published is None or number > 400:
        return None
    if unit.startswith(("day", "week")):
        return published + timedelta(days=number * (7 if unit.startswith("week") else 1))
    months = published.month - 1 + number * (12 if unit.startswith("year") else 1)
    year, month = published.year + months // 12, months % 12 + 1
    if year > date.max.year:
        return None
    return date(year, month, min(published.day, calendar.monthrange(year, month)[1]))


def _months(year: int, month: int, count: int) -> _Period:
    end = month + count - 1
    last_year, last_month = year + (end - 1) // 12, (end - 1) % 12 + 1
    return _Period(date(year, month, 1), date(last_year, last_month, calendar.monthrange(last_year, last_month)[1]))


def _period(match: re.Match[str], published: date | None, past: bool) -> _Period | None:
    """The days that the words name, without preposition and part; None where a year is missing and cannot be told."""
    named = {name: value for name, value in match.groupdict().items() if value}
    try:
        if "iso" in named:
            day = date.fromisoformat(named["iso"])
            return _Period(day, day)
        month, count = _which(named)
        year = _year(named, published, past, month, count)
        if year is None:
            return None
        if "day" in named:
            day = date(year, month, int(named["day"]))
            return _Period(day, day)
        return _months(year, month, count)
    except (ValueError, OverflowError):
        return None


def _which(named: dict[str, str]) -> tuple[int, int]:
    """First month and number of months."""
    if "month" in named:
        return MONTHS[named["month"].lower().rstrip(".")], 1
    if "quarter" in named:
        return 3 * ORDINALS[named["quarter"].lower()] - 2, 3
    if "q" in named:
        return 3 * int(named["q"][1]) - 2, 3
    if "half" in named:
        return (1 if named["half"].lower() == "first" else 7), 6
    if "months" in named:
        count = named["months"]
        return 1, int(count) if count.isdecimal() else COUNTS.get(count.lower(), 1)
    if "season" in named:
        return SEASONS[named["season"].lower()], 3
    if "unit" in named and named["unit"] != "year":
        raise ValueError("a month or a week counted from the text")
    return 1, 12


def _year(named: dict[str, str], published: date | None, past: bool, month: int, count: int) -> int | None:
    """The year named, or the one meant: the next such period for plans, the last one for what has happened."""
    if "year" in named:
        return int(named["year"])
    if published is None:
        return None
    which = named.get("next", "")
    if not {"month", "season", "quarter", "q", "half"} & set(named) or (which and not {"month", "season"} & set(named)):
        return published.year + {"next": 1, "last": -1}.get(which, 0)
    if named.get("season") == "winter" and published.month <= 2 and which != "next":
        return published.year - 1  # the winter that has begun
    begin = (month, int(named.get("day", 1)))
    if which == "last" or (past and not which):
        return published.year - (begin >= (published.month, published.day))
    end = (month + count - 1, int(named.get("day", 31)))
    return published.year + (end < (published.month, published.day))


def _ends(match: re.Match[str], period: _Period | None) -> tuple[date | None, date | None]:
    """Earliest and latest day, after part (early, mid, late) and preposition."""
    if period is None:
        return None, None
    named = match.groupdict()
    how = (match["how"] or "").lower()
    part = (match["part"] or "").lower()
    if named.get("yearend") or part in ("the end of", "end of", "the close of"):
        period = _Period(period.last, period.last)
    elif part in ("early", "the beginning of", "the start of"):
        period = _third(period, 0)
    elif part in ("mid", "the middle of"):
        period = _third(period, 1)
    elif part == "late":
        period = _third(period, 2)
    if re.search(r"is (?:out|over)|ends$", match[0]) and how in ("by", "before", "until", "till"):
        return None, period.last
    if how in (
        "by",
        "before",
        "until",
        "till",
        "within",
        "over",
        "no later than",
        "not later than",
        "at the latest by",
        "at the latest",
    ):
        return None, period.last
    if how == "as of" and named.get("day"):
        return period.first, period.last
    if how == "on" and re.search(
        r"\bby (?:noon|midnight|\d+(?::\d\d)? ?(?:[ap]\.?m\.?|o'clock)?) $", match.string[: match.start()]
    ):
        return None, period.last
    if how in ("from", "since", "after", "as early as", "as of") or how.startswith(("starting", "beginning")):
        return period.first, None
    return period.first, period.last


def _third(period: _Period, which: int) -> _Period:
    """A third of a period: by months where there are enough, else days 1-10, 11-20 and the rest."""
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    if months >= 3:
        part = months // 3
        first = period.first.month - 1 + which * part
        return _months(period.first.year + first // 12, first % 12 + 1, part)
    starts = (1, 11, 21)
    first_day = period.first.replace(day=starts[which])
    last_day = period.last if which == 2 else period.first.replace(day=starts[which + 1] - 1)
    return _Period(first_day, last_day)
