"""The valid name that was probably meant.

Three steps: names that look alike (letter O for digit 0) come first; then the smallest edit distance, with
a swap of neighbours counted as one edit; and none at all when two names are equally near, because a
wrong suggestion is worse than no suggestion.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_ALIKE = str.maketrans(
    {
        "o": "0",
        "l": "1",
        "i": "1",
        "_": "-",
        " ": "-",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{HYPHEN}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{MINUS SIGN}": "-",
    }
)

_SPOKEN = {
    "0": "digit 0",
    "1": "digit 1",
    "O": "letter O",
    "o": "letter o",
    "l": "letter l",
    "I": "letter I",
    "i": "letter i",
    "_": "underscore",
    "-": "hyphen",
    " ": "space",
}


@dataclass(frozen=True)
class Near:
    """Names that may have been meant, and how they differ where that is hard to see."""

    names: tuple[str, ...] = ()
    hint: str = ""
    certain: bool = False

    @property
    def fix(self) -> str | None:
        """The name to write instead, when nothing else can have been meant."""
        return self.names[0] if self.certain and self.names[0] == self.names[0].strip() else None

    def question(self) -> str:
        """``did you mean `SITE_0012`? (letter O, digit 0)``, or nothing."""
        if not self.names:
            return ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"did you mean `{self.names[0]}`?{hint}"


def folded(name: str) -> str:
    """The name with all that is easily confused made equal.

    >>> folded("SITE_O012") == folded("site-0012")
    True
    """
    return unicodedata.normalize("NFKC", name).casefold().strip().translate(_ALIKE)


def nearest(name: str, names: Iterable[str]) -> Near:
    """The one valid name nearest to ``name``; none when two are equally near or none is near.

    >>> nearest("SITE_O012", ["SITE_0012", "SITE_0412"]).question()
    'did you mean `SITE_0012`? (letter O, digit 0)'
    >>> nearest("depto", ["depot", "hub"]).names
    ('depot',)
    >>> nearest("S1", ["S2", "S3"]).names
    ()
    """
    valid = list(dict.fromkeys(names))
    fold = folded(name)
    alike = [other for other in valid if other != name and folded(other) == fold]
    if len(alike) == 1:
        only_case = alike[0].strip().casefold() == name.strip().casefold()
        return Near((alike[0],), _difference(name, alike[0]), certain=only_case)
    if alike:
        return Near()
    return _by_distance(name, valid) or _by_beginning(name, valid) or Near()


PATIENCE = 50
"""Distinct unknown names of a column for which the nearest name is searched."""


def suggest(valid: Callable[[], Iterable[str]], patience: int = PATIENCE) -> Callable[[str], Near]:
    """A search for nearest names that looks each name up once and gives up after many."""
    found: dict[str, Near] = {}
    names: list[str] = []

    def near(name: str) -> Near:
        if name not in found:
            if len(found) >= patience:
                return Near()
            if not found:
                names.extend(valid())
            found[name] = nearest(name, names)
        return found[name]

    return near


def _by_beginning(name: str, valid: Sequence[str]) -> Near | None:
    """The only name that the text begins with, or that begins with it: ``lead_days`` for ``lead_d``."""
    found = [other for other in valid if _begins(name, other) or _begins(other, name)]
    return Near((found[0],)) if len(found) == 1 else None


def _begins(long: str, short: str) -> bool:
    return len(short) >= 4 and long.casefold().startswith(short.casefold())


def _difference(name: str, other: str) -> str:
    """Names the characters that differ, when lengths agree and there are at most two kinds."""
    if len(name) != len(other):
        return "spaces" if name.strip() == other else ""
    pairs = list(dict.fromkeys((a, b) for a, b in zip(name, other, strict=True) if a != b))
    if not pairs or len(pairs) > 2 or any(a not in _SPOKEN or b not in _SPOKEN for a, b in pairs):
        return "upper and lower case" if name.casefold() == other.casefold() else ""
    return "; ".join(f"{_SPOKEN[a]}, {_SPOKEN[b]}" for a, b in pairs)


def _by_distance(name: str, valid: Sequence[str]) -> Near | None:
    """The name with the fewest edits; an empty ``Near`` when two tie, None when all are far."""
    limit = 1 if len(name) <= 5 else 2 if len(name) <= 10 else 3
    lengths = [other for other in valid if abs(len(other) - len(name)) <= limit]
    if not lengths or not name:
        return None
    distance = _distances(name.casefold(), [other.casefold() for other in lengths])
    least = int(distance.min())
    best = np.flatnonzero(distance == least)
    if least > limit or least >= len(name):
        return None
    if len(best) > 1:
        return Near()
    return Near((lengths[int(best[0])],))


def _distances(name: str, others: Sequence[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Edit distances with transposition of neighbours (optimal string alignment), for all at once."""
    width = max(map(len, others))
    packed = np.array(others, dtype=f"U{width}")
    code = packed.view(np.uint32).reshape(len(others), width).astype(np.int64)
    size = np.array([len(other) for other in others])
    count = len(others)
    before = np.zeros((width + 1, count), np.int64)
    above = np.repeat(np.arange(width + 1)[:, None], count, axis=1)
    for i, char in enumerate(name, 1):
        here = np.empty_like(above)
        here[0] = i
        for j in range(1, width + 1):
            same = code[:, j - 1] == ord(char)
            best = np.minimum(above[j] + 1, here[j - 1] + 1)
            best = np.minimum(best, above[j - 1] + ~same)
            if i > 1 and j > 1:
                swap = (code[:, j - 2] == ord(char)) & (code[:, j - 1] == ord(name[i - 2]))
                best = np.where(swap, np.minimum(best, before[j - 2] + 1), best)
            here[j] = best
        before, above = above, here
    result: np.ndarray[tuple[int], np.dtype[np.int64]] = above[size, np.arange(count)]
    return result
