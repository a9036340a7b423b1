"""What a claim is about: goods, recipients, topics."""

from __future__ import annotations

import re

from fullrate.claims.figures import Figure
from fullrate.claims.words import TOPICS

_ARTICLE = re.compile(r"^(?:the|a|an|its|their|our|every|each|more|new|any|these|those|his|her) ", re.IGNORECASE)
_END = (
    r"(?=,|;|\.|:|\"|”|$| (?:in|on|at|by|for|to|from|with|without|under|over|that|which|who|when|while|once|if|as|"
    r"before|after|until|and (?:will|shall|is|has|machines|may)|will|would|is|are|was|were|has|have|had|can|could|"
    r"may|might|must|shall|should|do|does|did|also|today|never|need|needs|starting|has|cost)\b)"
)
_MADE = re.compile(
    rf"\b(?:will build|to build|builds?|built|makes?|made|producing|produces?|produce|to buy|buys?|bought|ordered|"
    rf"delivers?|delivered|deliver|deliveries of|tenders for|offers for|delivery of|supply|supplies|ships?|ship|"
    rf"installs?|puts|prototype of|stock of|connect|order of|purchase of|bring|seeks|capacity of|receive|provide|"
    rf"set up|develops?|turn out|equipped with) (?:its |the |a |an |their |our |of |first |new |more |advanced |"
    rf"up to |some |about |only |\d[\d,.]*(?:m|bn)? |\d[\d,.]* (?:million|billion) |hundreds of |thousands of |"
    rf"at least |two |three |twelve |one )*(?P<item>[A-Za-z][\w' -]{{2,60}}?){_END}"
)
_SUBJECT = re.compile(
    r"^(?:The |A |An |Every |Each |Our |Its |These |Another |Up to |At least |"
    r"First )*(?:[\d,.]+ )?(?P<item>[A-Za-z][\w'-]*(?: [\w'-]+){0,3}?) (?:will|shall|must|are|is|was|were|can|could|"
    r"may|might|has|have|go|goes|come|comes|should|cost|costs|serves?|runs?)\b"
)
_NO_ITEM = re.compile(
    r"\b(?:million|billion|government|ministry|minister|state|company|budget|money|costs?|price|people|jobs?|date|"
    r"day|order|critics?|nobody|it|them|we|they|he|she|who|this|that|there|programme|fund|grant|reserve|plan|project|"
    r"approval|permit|opposition|board|authority|department|management|capital spending|headcount|line item|contract|"
    r"report|calculation|deadline|award|payment|reason|tenders|forecast|staff|while|operators?|suppliers?|customers|"
    r"years?|months?|schools|provinces|union|talks|officials?|whether|quantities|production|construction|customs)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    rf"\b(?:(?:reserved|intended|meant|earmarked|set aside|provided|available|delivered|distributed|go|goes|gone|"
    rf"given|sent|sold|offered|shipped|supplied|allocated|equipped) (?:to|for)|(?<=units )for|serve|"
    rf"for use (?:in|by)) (?:the |all |its )?(?P<who>[\w' -]{{3,70}}?(?: in the \w+| with the \w+ \w+ \w+)?){_END}",
    re.IGNORECASE,
)
_SERVED = re.compile(
    r"^(?P<who>.{3,80}?) (?:will be|shall be|are to be|is to be|be|can be) (?:served|equipped|offered|supplied|"
    r"connected|vaccinated|reached)\b|^(?P<gets>[A-Z].{2,60}?) (?:(?:shall|will|can|may|could|must) )?(?:receives?|"
    r"gets?)\b"
)
_EVERY = re.compile(
    rf"\b(?P<who>(?:every(?! (?:spring|summer|autumn|winter|year|month|week|day|quarter|unit|tram))|"
    rf"all(?= \w+ (?:groups|households|schools|patients|adults|people|citizens))) [\w -]{{3,60}}?){_END}",
    re.IGNORECASE,
)


def item_of(sentence: str, figure: Figure | None) -> str:
    """The goods, plant or service a claim is about, in the words of the text; blank where none is named.

    >>> item_of("Brennagh will build a second heat pump factory in Lowick.", None)
    'second heat pump factory'
    """
    if figure is not None and figure.kind == "product" and figure.unit:
        words = re.sub(r" (?:a|an|per|each|every) \w+$", "", figure.unit)
        return (
            "" if re.fullmatch(r"[kMGT]?(?:W|Wh|VA|t|g)|tonnes?|tons?|litres?|kilograms?|megawatts?", words) else words
        )
    if figure is not None and figure.kind in ("money", "people"):
        return ""
    for pattern in (_MADE, _SUBJECT):
        for match in pattern.finditer(sentence):
            words = _ARTICLE.sub("", match["item"].strip())
            words = re.sub(r"^(?:and|or|of) ", "", words)
            if words and not _NO_ITEM.search(words) and len(words.split()) <= 5 and not words[:1].isupper():
                return words
            if (
                words
                and pattern is _SUBJECT
                and not _NO_ITEM.search(words)
                and len(words.split()) <= 3
                and match.start("item") == 0
            ):
                common = words[:1].lower() + words[1:]
                if re.search(r"s\b", common):
                    return words
    return ""


def recipient_of(sentence: str) -> str:
    """The words that name who gets it; blank where nobody is named.

    >>> recipient_of("The first 20,000 pumps are reserved for social housing in the north.")
    'social housing in the north'
    """
    for pattern in (_SERVED, _TO, _EVERY):
        match = pattern.search(sentence)
        if match is None:
            continue
        words = next(one for one in match.groups() if one)
        words = re.sub(r"^(?:that|those|of) ", "", words)
        if pattern is _SERVED:
            words = re.sub(r"^.*\bthat ", "", words) if not re.match("[Ee]very|[Aa]ll|[Pp]eople", words) else words
        words = re.sub(r"^(?:the|a|an) ", "", words, flags=re.IGNORECASE)
        if re.match(r"(?:it|them|this|which|nobody|delivery|more|buy|wait|date)\b", words, re.IGNORECASE):
            continue
        return words.strip()
    return ""


def topics_of(sentence: str, kinds: set[str], coming: bool) -> tuple[str, ...]:
    """The points of the checklist, and ``benefit`` and ``risk``, that a sentence says something about, in order.

    Args:
        sentence: its words.
        kinds: what its figures count.
        coming: whether it says when something is to come; what has been is no deadline.
    """
    sure = {"quantity": bool(kinds & {"product", "recipient"}), "money": "money" in kinds, "labour": "people" in kinds}
    sure["deadline"] = coming
    return tuple(
        point
        for point, words in TOPICS.items()
        if sure.get(point) or re.search(rf"(?:\b|(?<=\W))(?:{words})", sentence, re.IGNORECASE)
    )
