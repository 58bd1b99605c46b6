"""Find the people that a statement about cast or staff names.

In:    the view of a sentence, where the cue stands.
Out:   names as printed.
Never: who they are; a list of names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from watcher.read.lexicon import lexicon
from watcher.read.views import View

_LATIN = re.compile(
    r"(?<![\w'’])[A-ZÀ-Þ][\w'’.-]*[\wà-ÿ]\.?"
    r"(?: (?:(?:de|da|di|del|la|le|van|von|der|bin|al|y)(?: |-))*[A-ZÀ-Þ][\w'’.-]*)+"
)
_CJK = re.compile(r"[一-龥々〆ぁ-んァ-ヶー]{2,8}(?:[・＝ ][一-龥々ァ-ヶー]{1,8})?")
_HONORIFIC = re.compile(r"([一-龥々〆ぁ-んァ-ヶー]{2,8}(?:[・ ][一-龥々ァ-ヶー]{1,8})?)(?:さん|氏)")
_MOST = 30


def people(view: View) -> tuple[str, ...]:
    """Return the people named in a sentence, each once, in order."""
    taken = [(name.start, name.end) for name in view.names]
    taken += [(ref.start, ref.end) for ref in view.seasons]
    taken += [(service.start, service.end) for service in view.services]
    taken += [(when.start, when.end) for when in view.dates]
    found = _in_latin(view) if view.words else _in_japanese(view)
    kept = [name for start, name in found if not any(first <= start < last for first, last in taken)]
    return tuple(dict.fromkeys(kept))[:_MOST]


def _in_latin(view: View) -> list[tuple[int, str]]:
    """Two capitals in a row make a person, unless the words are a headline's own."""
    found = []
    for match in _LATIN.finditer(view.sentence.text):
        words = match[0].split()
        if not any(_ordinary(word) for word in words):
            found.append((match.start(), match[0].rstrip(".")))
    return found


@lru_cache(maxsize=8192)
def _ordinary(word: str) -> bool:
    return lexicon("en").knows(word.casefold().strip("'’."))


def _in_japanese(view: View) -> list[tuple[int, str]]:
    """A name stands behind the role ("…役に"), or before an honorific."""
    text = view.sentence.text
    found = [(match.start(1), match[1]) for match in _HONORIFIC.finditer(text)]
    for hit in view.find("role"):
        match = _CJK.match(text, hit.end)
        if match is not None:
            found.append((match.start(), match[0]))
    return sorted(found)
