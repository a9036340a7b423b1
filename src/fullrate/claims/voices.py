"""Who says a sentence, and how: speaker, modality, negation, hedges, condition."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fullrate.claims.words import COMPANIES, CRITICS, EXPERTS, OBJECTING, OFFICIALS, PERSONS, SAYING, SILENT
from fullrate.tables.spec.evidence import MODALITIES

_SUBJECT = re.compile(
    rf"^(?P<who>(?:(?!\b(?:that|which|who)\b)[^,;:\"“”]){{2,70}}?),?(?:,[^,]{{3,50}},)? (?:has |have |had |also |"
    rf"still |now |therefore |[a-z]+ly )*(?P<verb>{SAYING})\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"^According to (?P<who>[^,]+),", re.IGNORECASE)
_AFTER_QUOTE = re.compile(
    r"[\"”’],? (?:(?P<verb>said|says|added|asked|warned|wrote) )?(?P<who>[^,.;\"“]+?)(?:(?<!said) (?:said|says|added|"
    r"warned|wrote))?(?: (?:of|from|in|at|on|to|during|yesterday|today)\b[^.]*)?[.;,]?$"
)
_BEFORE_QUOTE = re.compile(r"^(?P<who>[^,:\"“]{2,60}?) (?:said|says|added|wrote): ?[\"“]")
_PRONOUNS = re.compile(
    r"^(?:i|we|it|they|she|he|you|this|that|there|these|those|nobody|whether|what|a|the|as|not|if|at|of|who|one|"
    r"no .*|(?:this|that|these|those) .*)$",
    re.IGNORECASE,
)
_MADE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|will|would|shall|should|must|may|might|could|can|has|have|had|that|which|to|by)\b"
)
_TITLED = re.compile(
    rf"^(?:(?:the |a |an )?(?:[\w-]+ ){{0,3}}?(?:{PERSONS}) )(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+)$", re.IGNORECASE
)
_NAME = re.compile(r"(?P<name>[A-Z][\w'’-]+ [A-Z][\w'’-]+)$")

_ORDERED = re.compile(
    r"\b(?:shall|must|has to|have to|(?:is|are) (?!to blame)to(?! date)\b|(?:is|are) not to|(?:is|are|be) required|"
    r"requires|(?:has|had) ordered|ordered that|orders (?:the|that)|directs?|directed|invokes|has asked|"
    r"have been asked|required by|calls for tenders|seeks tenders|invites offers|will not be considered|obliged?)\b"
)
_EXPECTED = re.compile(
    r"\b(?:will|'ll|’ll|won't|won’t|plans? to|planned|intends?|intended|aims?|expect(?:s|ed)?|hopes?|hoped|wants?|"
    r"promis(?:e|es|ed)|foreseen|due|should|going to|target|goal|would|continues? to see|seeks to|scheduled|"
    r"foresees?|designed to)\b",
    re.IGNORECASE,
)
_POSSIBLE = re.compile(r"\b(?:may|might|could|possibly|perhaps|maybe|eventually)\b")
_CONDITIONAL = re.compile(
    r"\b(?:if|unless|provided that|provided|subject to|conditional on|pending(?=,| \w)|once|assum(?:es|ing)|"
    r"as far as (?:possible|\w+ allows?)|wherever possible|where possible|depends? on|depending on|on condition|"
    r"only when|as long as|first ha(?:s|ve) to|in case|contingent on|where the|"
    r"without(?= (?:it|this|that|them|support|money|the))|that do not)\b",
    re.IGNORECASE,
)
_STILL_PENDING = re.compile(r"\b(?:is|are|was) (?:still )?pending\b")
_SILENT = re.compile(rf"\b(?:{SILENT})\b|\bwhether\b.*\bnot\b", re.IGNORECASE)
_OBJECTING = re.compile(OBJECTING, re.IGNORECASE)
_NEGATED = re.compile(
    r"\b(?:not|no(?! (?:fewer|less|more|later))|never|nobody|none|neither|nothing|cannot)\b|n['’]t\b|"
    r"\b(?:doubt(?:s|ed)?|den(?:y|ies|ied)|lower than)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\bwhether\b|\bis (?:still )?pending\b|\bnot (?:clear|known|decided)\b|\bcannot tell\b|\bhas not been decided\b",
    re.IGNORECASE,
)
_HEDGES = re.compile(
    r"\b(?:may|might|could|should|expects?|expected|plann?(?:ed|s)?|hopes?|hoped|aims?|wants?|intends?|intended|"
    r"about|around|roughly|approximately|some|nearly|almost|as early as|eventually|up to|believes?|thinks?|"
    r"wherever possible|where possible|in due course|as soon as possible|in the shortest possible time|without delay|"
    r"indicative|doubts?|fears?|possibly|perhaps|maybe|believed|as far as (?:possible|capacity allows)|a large part|"
    r"signalled)\b",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Voice:
    """Who says a sentence, and how.

    Attributes:
        speaker: words that name who says it; blank where nobody is named.
        speaker_kind: ``official``, ``company``, ``critic``, ``expert`` or ``narrator``.
        modality: some of ``MODALITIES``, in that order.
        polarity: ``+``, ``-`` or ``u``.
        hedges: places of the weakening words.
        condition: words of the condition; blank if there is none.
    """

    speaker: str
    speaker_kind: str
    modality: tuple[str, ...]
    polarity: str
    hedges: tuple[tuple[int, int], ...]
    condition: str


def voice(sentence: str, house: str) -> Voice:
    """Who says a sentence, and how.

    >>> voice("A critic warned that parts could be cut off.", "narrator").modality
    ('possible', 'contested')

    Args:
        sentence: its words.
        house: whose text it is: who speaks where nobody is named.
    """
    speaker = speaker_of(sentence)
    contested = bool(_OBJECTING.search(sentence))
    kind = _kind(sentence, speaker, contested, house)
    modality = tuple(_modality(sentence, contested or kind == "critic"))
    hedges = tuple(hedges_in(sentence))
    return Voice(
        speaker,
        kind,
        modality,
        _polarity(sentence, "undisclosed" in modality),
        hedges,
        condition_of(sentence),
    )


def speaker_of(sentence: str) -> str:
    """The words that name who says a sentence, without article and title; blank where nobody is named."""
    for pattern in (_BEFORE_QUOTE, _ACCORDING, _AFTER_QUOTE, _SUBJECT):
        match = pattern.search(sentence)
        if match is None:
            continue
        who = _shortest(
            re.sub(
                r"^(?:whether|when|while|if|as|at|in|on|for|by|after|before)\b[^,]*, ",
                "",
                match["who"],
                flags=re.IGNORECASE,
            )
        )
        if not who or _PRONOUNS.match(who) or _MADE.search(who) or who.endswith(("'s", "’s")) or len(who.split()) > 9:
            continue
        return who
    return ""


def _shortest(who: str) -> str:
    who = re.sub(r"^(?:but|and|today|so) ", "", who.strip(), flags=re.IGNORECASE)
    who = re.sub(r"^(?:for|in|by|as of|on|since|after) [\dA-Z][\w ]*? (?=the |an? )", "", who, flags=re.IGNORECASE)
    who = re.sub(r"^(?:the|a|an) ", "", who, flags=re.IGNORECASE)
    who = re.sub(
        r"^(?:new |recent )?(?:report|study|survey|statement) (?:of|by|from) (?:the )?", "", who, flags=re.IGNORECASE
    )
    titled = _TITLED.match(who)
    if titled and titled["name"][0].isupper():
        return titled["name"]
    name = _NAME.search(who)
    if (
        name
        and len(who.split()) > 2
        and re.match(rf"(?:{PERSONS}|industry body|[a-z])", who, re.IGNORECASE)
        and who.split()[-3].islower()
        and who.split()[-3] not in ("for", "of", "and")
    ):
        return name["name"]
    return re.sub(r"(?:,.*| in (?:his|her) .*)$", "", who)


def _kind(sentence: str, speaker: str, contested: bool, house: str) -> str:
    """What kind of speaker, by what is said and by the words around the name."""
    if not speaker:
        return house
    around = sentence[max(0, sentence.find(speaker) - 40) : sentence.find(speaker) + len(speaker) + 40]
    official = re.search(OFFICIALS, speaker, re.IGNORECASE)
    objecting = re.search(
        r"\b(?:warn|doubt|fear|criticis|object|worr|does not believe|too slow|stretch)", sentence, re.IGNORECASE
    )
    if re.search(CRITICS, speaker, re.IGNORECASE) or (
        contested and objecting and not re.search(r"\bden(?:y|ies|ied)", sentence)
    ):
        return "critic"
    if re.search(CRITICS, around, re.IGNORECASE):
        return "critic"
    if official:
        return "official"
    for kind, words in (("expert", EXPERTS), ("company", COMPANIES), ("official", OFFICIALS)):
        if re.search(words, around if speaker[0].isupper() else speaker, re.IGNORECASE):
            return kind
    return "company" if speaker[0].isupper() or house != "official" else house


def _modality(sentence: str, contested: bool) -> Iterator[str]:
    """Modalities in the order of the spec; a sentence without any other is asserted."""
    told = _SILENT.sub(" ", sentence)
    silent = bool(_SILENT.search(sentence)) or bool(_STILL_PENDING.search(sentence))
    found = {
        "ordered": bool(_ORDERED.search(sentence)),
        "expected": not silent
        and bool(
            _EXPECTED.search(
                re.sub(r"\b(?:than|as) planned\b|\bwho wants?\b|(?:'s|’s|the|a|this) plan to\b", " ", told)
            )
        ),
        "possible": bool(_POSSIBLE.search(re.sub(r"\b(?:in|by|since|until|of) May\b|\bMay \d", " ", sentence))),
        "contested": contested,
        "conditional": bool(condition_of(sentence))
        or bool(re.search(r"\bpending\b(?<!is pending)(?<!still pending)", sentence)),
        "undisclosed": silent,
    }
    found["asserted"] = not any(found[name] for name in found if name != "conditional")
    for name in MODALITIES:
        if found[name]:
            yield name


def _polarity(sentence: str, silent: bool) -> str:
    if silent or _OPEN.search(sentence):
        return "u"
    return "-" if _NEGATED.search(sentence) else "+"


def hedges_in(sentence: str) -> Iterator[tuple[int, int]]:
    """Places of weakening words; the month of May is none."""
    for match in _HEDGES.finditer(sentence):
        before = sentence[: match.start()]
        if match[0] == "May" or (match[0].lower() == "may" and re.search(r"\b\d+ $", before)):
            continue
        if match[0].lower() == "about" and not re.match(
            r" (?:[\d€$£]|a |half|twice|one|two|three|ten|hundred)", sentence[match.end() :]
        ):
            continue
        if match[0].lower() == "some" and not re.match(r" [\d€$£]", sentence[match.end() :]):
            continue
        if match[0].lower() == "almost" and not re.match(r" (?:[\d€$£]|all|half|no)", sentence[match.end() :]):
            continue
        if match[0].lower() in ("plan", "plans", "planned", "hopes") and re.search(
            r"\b(?:the|a|this|'s|than|its) (?:\w+ )?$", before
        ):
            continue
        if match[0].lower() in ("fears",) and re.search(r"\bthe $", before):
            continue
        if match[0].lower() in ("wants", "planned", "intended") and re.search(r"\b(?:who|than|as) $", before):
            continue
        yield match.span()


def condition_of(sentence: str) -> str:
    """The words of the condition, from its joining word to the end of the clause; blank if there is none."""
    if _STILL_PENDING.search(sentence):
        return ""
    for match in _CONDITIONAL.finditer(sentence):
        word = match[0].lower()
        rest = sentence[match.start() :]
        if word == "once" and (
            re.match(r"once (?:more|again|the \w+ has started)", rest)
            or re.match(r"at ", sentence[max(0, match.start() - 3) :])
        ):
            continue
        if word == "pending" and re.search(r"(?:is|are|still) $", sentence[: match.start()]):
            continue
        end = re.search(r"[,;](?! and)|[.!?]?[\"”’]?$", rest)
        words = rest[: end.start()] if end else rest
        return words.strip().rstrip('.!?"”')
    return ""


def join(places: Sequence[tuple[int, int]], sentence: str) -> str:
    """The words at the places, joined with ``;``."""
    return ";".join(sentence[start:end] for start, end in places)
