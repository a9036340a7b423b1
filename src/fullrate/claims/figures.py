"""Stated amounts: numbers in digits or words, with their bounds, their unit and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fullrate.claims.words import PEOPLE, RECIPIENTS, STOPS, TIMES

SMALL = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17,
    "eighteen": 18, "nineteen": 19,
}  # fmt: skip
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "mln": 1e6, "billion": 1e9,
    "bn": 1e9, "trillion": 1e12, "tn": 1e12, "dozen": 12.0,
}  # fmt: skip
FRACTIONS = {
    "half": 0.5,
    "a third": 0.33,
    "one third": 0.33,
    "two thirds": 0.67,
    "a quarter": 0.25,
    "three quarters": 0.75,
}
FACTORS = {
    "double": 2, "doubles": 2, "doubled": 2, "doubling": 2, "twice": 2, "triple": 3, "triples": 3, "tripled": 3,
    "tripling": 3, "threefold": 3, "quadruple": 4, "tenfold": 10,
}  # fmt: skip

_SIGN = r"(?P<sign>US\$|A\$|[€$£¥]|(?:EUR|USD|GBP|CHF)\b ?)"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WORD = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{'|'.join(list(SMALL)[:9])}))?|{'|'.join(SMALL)})"
_SCALE = r"(?:[ -]?(?:hundred|thousand|million|billion|trillion|dozen)\b|[ ]?(?:bn|mn|mln|tn|[mkM])\b)"
_ONE = rf"{_SIGN}?(?P<digits>{_DIGITS})(?P<scale>{_SCALE})?(?:st|nd|rd|th)?(?![\d%]*[a-z]*\d)"
_SPELT = rf"(?P<spelt>{_WORD}|half a|a)(?P<by> (?:hundred|thousand|million|billion|dozen)\b)|(?P<plain>{_WORD})(?![\w])"
_NUMBER = re.compile(rf"(?<![\w.])(?:{_ONE}|\b(?i:{_SPELT}))")
_VAGUE = re.compile(
    r"\b(?:(?:tens|hundreds) of (?:thousands|millions)|hundreds|thousands|millions|billions|dozens|scores|"
    r"several(?: hundred| thousand| million| dozen)?|a (?:few|couple of|handful of))\b",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    r"\b(?:" + "|".join(FRACTIONS) + r")\b(?= of (?!the year|\d)| the | an? (?!million|billion|dozen)|[.,;]|$)",
    re.IGNORECASE,
)
_FACTOR = re.compile(rf"\b(?:{'|'.join(FACTORS)}|(?P<times>{_WORD}|\d+) times)\b", re.IGNORECASE)
_MORE = re.compile(
    r"(?P<low>at least|no fewer than|no less than|not less than|more than|upwards of|a minimum of|to a minimum of|"
    r"over|above|minimum)|(?P<high>up to|at most|no more than|not more than|fewer than|less than|under|below|"
    r"a maximum of)|(?P<about>about|around|some|roughly|approximately|nearly|almost|an estimated|close to|circa|"
    r"perhaps|even|only)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"(?:\b(?:{_MORE.pattern}) )+$", re.IGNORECASE)
_NAMES = re.compile(
    r"\b(?:section|article|paragraph|chapter|phase|line|route|room|platform|version|number|no\.|level|act of|"
    r"law of)\s*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^(?::\d\d| ?[ap]\.?m\b| o'clock)")
_PER = re.compile(r" (?:an?|per|each|every) (?:day|week|month|year|hour|second|minute|shift|quarter|family|home)\b")
_PER_MONEY = re.compile(r" (?:per \w+(?: and \w+)?|an? (?:day|week|month|year|unit|head))\b")
_MOVED = re.compile(
    r"\b(?:risen|rose|rises|fallen|fell|falls|grown|grew|grows|raised?|up|down|increased?|cut|went) from $",
    re.IGNORECASE,
)
_CURRENCIES = r"dollars?|euros?|pounds?|crowns?|francs?|yen|yuan|rupees?|EUR|USD|GBP|CHF"
_TIME = "|".join(sorted(TIMES))


@dataclass(frozen=True)
class Figure:
    """A stated amount.

    Attributes:
        start, end: its place in the sentence, from the bounding word to the end of the unit.
        words: the words.
        low, high: the amount, both the same where it is one number; None where open or vague.
        unit: what is counted, as written.
        kind: ``product``, ``recipient``, ``money``, ``people`` or ``other``.
        vague: whether its own words make it so.
    """

    start: int
    end: int
    words: str
    low: float | None
    high: float | None
    unit: str
    kind: str
    vague: bool


@dataclass(frozen=True)
class _Amount:
    start: int
    end: int
    value: float
    sign: str
    scaled: bool


def figures(sentence: str, taken: Sequence[tuple[int, int]] = ()) -> list[Figure]:
    """The figures of a sentence, in order.

    >>> [(one.words, one.low, one.high, one.unit) for one in figures("It makes at least 1,200 heat pumps a year.")]
    [('at least 1,200 heat pumps a year', 1200.0, None, 'heat pumps a year')]

    Args:
        sentence: its words.
        taken: places of words that are dates and no figures.
    """
    amounts = [one for one in _amounts(sentence) if not any(a < one.end and one.start < b for a, b in taken)]
    found = [*_numbers(sentence, amounts), *_others(sentence)]
    kept: list[Figure] = []
    for one in sorted(found, key=lambda figure: (figure.start, -figure.end)):
        if not any(a < one.end and one.start < b for a, b in taken) and (not kept or one.start >= kept[-1].end):
            bare = bool(kept) and not one.unit
            kept.append(replace(one, kind=kept[-1].kind) if bare and one.kind == "product" else one)
    return kept


def numbers_in(words: str) -> set[float]:
    """Every amount that the words may name, generously: what a figure must be one of to lie inside its quote."""
    amounts = list(_amounts(words, names=True))
    scales = {SCALES[match[0].strip(" -").lower()] for match in re.finditer(_SCALE, words)}
    found = {one.value for one in amounts}
    found |= {one.value * scale for one in amounts for scale in scales if not one.scaled}
    found |= {value / 100 for value in found} if re.search(r"%|per ?cent", words) else set()
    lower = words.lower()
    found |= {value for name, value in FRACTIONS.items() if name in lower}
    found |= {float(value) for name, value in FACTORS.items() if name in lower}
    return found


def _amounts(sentence: str, names: bool = False) -> Iterator[_Amount]:
    """Single numbers with their scale; not years of acts, ordinals, times of day, or ``one`` as an article."""
    for match in _NUMBER.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        ordinal = bool(match["digits"]) and match[0].endswith(("st", "nd", "rd", "th"))
        if not names and (_NAMES.search(before) or _CLOCK.match(after) or ordinal):
            continue
        if match["digits"]:
            scale = (match["scale"] or "").strip(" -").lower()
            value = float(match["digits"].replace(",", "")) * SCALES.get(scale, 1.0)
            yield _Amount(match.start(), match.end(), round(value, 6), (match["sign"] or "").strip(), bool(scale))
            continue
        word = (match["spelt"] or match["plain"] or "").lower()
        if word == "one" and not match["by"] and not names:
            continue
        value = 0.5 if word == "half a" else 1.0 if word == "a" else _spelt(word)
        value *= SCALES.get((match["by"] or "").strip().lower(), 1.0) * (-1.0 if before.endswith("minus ") else 1.0)
        yield _Amount(match.start(), match.end(), value, "", bool(match["by"]))


def _spelt(word: str) -> float:
    return float(sum({**SMALL, **TENS}.get(part, 0) for part in re.split("[- ]", word)))


def _numbers(sentence: str, amounts: Sequence[_Amount]) -> Iterator[Figure]:
    """Figures with a number: ranges first, then single ones, each with bounds and unit."""
    skip = -1
    for i, one in enumerate(amounts):
        if i <= skip:
            continue
        after = amounts[i + 1] if i + 1 < len(amounts) else None
        between = sentence[one.end : after.start] if after else ""
        joined = re.fullmatch(
            rf"(?: (?:{_CURRENCIES}|{_TIME}|per cent|%))?(?P<by>[ ]?[-–][ ]?| to | and |,? or |,? maybe )", between
        )
        ranged = joined is not None and (
            (joined["by"].strip() != "and" and not _MOVED.search(sentence[: one.start]))
            or re.search(r"\bbetween $", sentence[: one.start], re.IGNORECASE)
        )
        if after is not None and joined is not None and ranged and _same(one, after):
            skip = i + 1
            yield _range(sentence, one, after, joined["by"])
        else:
            yield _single(sentence, one)


def _same(one: _Amount, other: _Amount) -> bool:
    """Whether two amounts may be the ends of one range."""
    return one.value < other.value * (1.0 if not other.scaled or one.scaled else 1e12) and (
        not one.sign or not other.sign or one.sign == other.sign
    )


def _range(sentence: str, one: _Amount, other: _Amount, by: str) -> Figure:
    low = one.value
    if other.scaled and not one.scaled and one.value < 1000:
        scale = re.search(_SCALE + "$", sentence[other.start : other.end].rstrip())
        low *= SCALES.get(scale[0].strip(" -").lower(), 1.0) if scale else 1.0
    start = one.start
    lead = re.search(r"\b(?:between|from) $", sentence[:start], re.IGNORECASE)
    if lead:
        start = lead.start()
    bound = _BEFORE.search(sentence[:start])
    vague = "maybe" in by or (
        bound is not None and bool(re.search("about|around|some|roughly|perhaps", bound[0], re.IGNORECASE))
    )
    end, unit, kind, so = _unit(sentence, other, one.sign or other.sign)
    start = bound.start() if bound and not re.fullmatch(r"(?:even|only) ", bound[0], re.IGNORECASE) else start
    return Figure(start, end, sentence[start:end], low, other.value, unit, kind, vague or so)


def _single(sentence: str, one: _Amount) -> Figure:
    end, unit, kind, vague = _unit(sentence, one, one.sign)
    low: float | None = one.value
    high: float | None = one.value
    start = one.start
    bound = _BEFORE.search(sentence[:start])
    if bound is not None:
        for match in _MORE.finditer(bound[0]):
            if match["low"]:
                high = None
            elif match["high"]:
                low = None
            elif match[0].lower() not in ("even", "only"):
                vague = True
        start = bound.start() + len(re.match(r"(?:(?:even|only) )*", bound[0], re.IGNORECASE)[0])  # type: ignore[index]
    after = re.match(r" at (?:most|least)\b", sentence[end:])
    if after and low == high:
        low, high, end = (None, high, end + after.end()) if "most" in after[0] else (low, None, end + after.end())
    if re.match(r" or more\b| and over\b", sentence[end:]):
        high, end = None, end + re.match(r" or more| and over", sentence[end:]).end()  # type: ignore[union-attr]
    return Figure(start, end, sentence[start:end], low, high, unit, kind, vague)


def _unit(sentence: str, one: _Amount, sign: str) -> tuple[int, str, str, bool]:
    """End of the figure, its unit, what it counts, and whether ``or so`` makes it vague."""
    end, rest = one.end, sentence[one.end :]
    so = re.match(r",? or so\b", rest)
    if sign:
        said = _PER_MONEY.match(rest)
        return end + (said.end() if said else 0), sign + (said[0] if said else ""), "money", bool(so)
    percent = re.match(r"[ -]?(?:%|per ?cent\b)", rest)
    if percent:
        return end + percent.end(), "%", "other", bool(so)
    money = re.match(rf" (?:{_CURRENCIES})\b", rest)
    if money:
        said = _PER_MONEY.match(rest, money.end())
        stop = said.end() if said else money.end()
        return end + stop, rest[:stop].strip(), "money", bool(so)
    these = re.match(r" of (?:these|those|the|its|their|our)(?= [a-z])", rest)
    words, length = _nouns(rest[these.end() :] if these else rest)
    if these and words:
        return end + these.end() + length, words, kind_of(words, sentence), bool(so)
    if not words:
        return end, "", "other" if re.search(r"\bover $|\bunder $", sentence[: one.start]) else "product", bool(so)
    per = _PER.match(rest, length)
    unit = words + (per[0] if per else "")
    return end + (per.end() if per else length), unit, kind_of(words, sentence), bool(so)


def _nouns(rest: str) -> tuple[str, int]:
    """The words of what is counted: up to four, until a word that can be none of them."""
    words: list[str] = []
    length = 0
    for match in re.finditer(r"(?P<gap>[ -])(?P<word>[A-Za-zµ°][\w'’²³-]*)", rest):
        word = match["word"]
        if match.start() != length or word.lower() in STOPS or len(words) == 4:
            break
        verb = re.search(r"(?:ed|ing)$", word) and words and words[-1].endswith("s")
        if verb or (words and words[-1].lower() in TIMES) or (word[0].isupper() and words and words[-1][0].islower()):
            break
        words.append(word)
        length = match.end()
        if len(words) > 1 and word.endswith("s") and not word.endswith("ss"):
            break
        if len(words) == 1 and (word.lower() in TIMES or word.lower() in ("people", "jobs", "units")):
            break
    text = rest[:length].strip(" -")
    return text, length


def kind_of(words: str, sentence: str) -> str:
    """What the words count."""
    lower = words.lower()
    head = lower.split()[-1].split("-")[-1] if lower.split() else ""
    if any(part in TIMES for part in lower.split()) or lower.startswith(
        ("degree", "km", "kilomet", "per cent", "square")
    ):
        return "other"
    if head in ("suppliers", "makers", "manufacturers", "parts", "contracts", "talks", "options"):
        return "other"
    if re.search(r"\b(?:jobs|places)\b", lower):
        return "people"
    if head in RECIPIENTS:
        staff = re.search(r"\b(?:hire|employ|recruit|jobs?|staff|headcount|office of)", sentence, re.IGNORECASE)
        return "people" if staff and head == "people" else "recipient"
    if head in PEOPLE:
        return "people"
    return "product"


def _others(sentence: str) -> Iterator[Figure]:
    """Figures without a number: vague words, fractions, factors."""
    for match in _VAGUE.finditer(sentence):
        joined = 3 if re.match(r" of (?!the|them)", sentence[match.end() :]) else 0
        words, length = _nouns(sentence[match.end() + joined :])
        end = match.end() + joined + length if words else match.end()
        kind = kind_of(words, sentence) if words else "product"
        if match[0].lower() in ("several", "a few") and not words:
            continue
        yield Figure(match.start(), end, sentence[match.start() : end], None, None, words, kind, True)
    for match in _FRACTION.finditer(sentence):
        value = FRACTIONS[match[0].lower()]
        start, low, high, vague = _bounded(sentence, match.start(), value)
        of = re.match(r" of (?:the|its|their|all) [\w-]+", sentence[match.end() :])
        end = match.end() + (of.end() if of else 0)
        yield Figure(start, end, sentence[start:end], low, high, "share", "other", vague)
    for match in _FACTOR.finditer(sentence):
        word = match["times"]
        value = (
            (float(word) if word.isdecimal() else _spelt(word.lower())) if word else float(FACTORS[match[0].lower()])
        )
        start, low, high, vague = _bounded(sentence, match.start(), value)
        yield Figure(start, match.end(), sentence[start : match.end()], low, high, "times", "other", vague)


def _bounded(sentence: str, start: int, value: float) -> tuple[int, float | None, float | None, bool]:
    bound = _BEFORE.search(sentence[:start])
    if bound is None:
        return start, value, value, False
    low: float | None = value
    high: float | None = value
    vague = False
    for match in _MORE.finditer(bound[0]):
        high = None if match["low"] else high
        low = None if match["high"] else low
        vague |= bool(match["about"])
    return bound.start(), low, high, vague
