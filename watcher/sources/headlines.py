"""Which words of a post are its headline: the pieces of its lines, as links, as lines, joined and trimmed.

In:    runs of a page's line (`runs.py`).
Out:   `Piece` and the choice among them; `rows.py` asks first what the page itself marks as a headline.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from functools import lru_cache

from watcher.sources.dom import BLOCKS, Element
from watcher.sources.pagedates import period
from watcher.sources.pagewords import words
from watcher.sources.plain import tidy
from watcher.sources.runs import Run

_COUNTER = re.compile(
    r"[♥❤👁💬\s]*\(?\d[\d,.]*\s*[kK]?\)?\s*(?:views?|comments?|likes?|shares?|pv|件|回|いいね!?|コメント|閲覧|hits?|replies|kommentare|commentaires?|comentarios?)?|"
    r"(?:views?|comments?|閲覧数?|コメント|いいね|アクセス|hits?|pv)\s*[:：]?\s*\(?\d[\d,]*\)?",
    re.IGNORECASE,
)
_EDGE = " \t■□●○◆◇★☆▼▽▶►➤*•|/:：»›>→-–—・,"
_AFTER = re.compile(r"(?:\s+[»›>→|/,•・–—-]+|[|→›,：])\s*$")
_ENDS = frozenset("»›>→|/,•・–—-：") | {""}
"""What `_AFTER` ends with."""


class Piece:
    """A run of a post, without what is date in it."""

    __slots__ = ("_headline", "bare", "decorates", "folded", "run", "text")

    def __init__(self, text: str, run: Run) -> None:
        self.text, self.run = text, run
        self._headline = ""
        self.folded = text.strip().casefold()
        self.bare = self.folded.strip("[]【】()（）［］!！ ")
        counts = _COUNTER.fullmatch(self.folded) is not None
        self.decorates = counts or self.bare in words("links", "badges") or not self.folded.strip(_EDGE)
        """Whether it says nothing, wherever it stands: "NEW!", a counter, a bullet."""

    @property
    def headline(self) -> str:
        """What it says if it is all of a headline."""
        self._headline = self._headline or _trimmed(tidy(self.text))
        return self._headline


def joined(pieces: list[Piece]) -> str:
    """Give the text of pieces as a headline: spaced as the page shows it, without bullets and arrows."""
    if len(pieces) == 1:
        return pieces[0].headline
    text = ""
    for number, piece in enumerate(pieces):
        broken = number and pieces[number - 1].run.block != piece.run.block
        spaced = piece.run.text[:1].isspace() or (number and pieces[number - 1].run.text[-1:].isspace())
        text += (" " if broken or spaced else "") + piece.text
    return _trimmed(tidy(text))


def _trimmed(text: str) -> str:
    plain = text.lstrip(_EDGE)
    plain = _AFTER.sub("", plain).strip() if plain[-1:] in _ENDS else plain.strip()
    return plain or text


def by_anchor(lines: list[list[Piece]]) -> list[Piece]:
    """Give the longest link text; of a card that is one link, its first line."""
    grouped: dict[Element, list[Piece]] = {}
    for piece in (piece for one in lines for piece in one):
        if piece.run.anchor is not None:
            grouped.setdefault(piece.run.anchor, []).append(piece)
    named = [pieces for pieces in grouped.values() if not generic(joined(pieces))]
    longest = max((len(joined(pieces)) for pieces in named), default=0)
    best = next((pieces for pieces in named if len(joined(pieces)) * 5 >= 2 * longest and _leads(pieces, lines)), [])
    best = best or max(named, key=lambda pieces: len(joined(pieces)), default=[])
    if not best:
        return []
    card = any(node.tag in BLOCKS for node in best[0].run.anchor.iterdescendants())  # type: ignore[union-attr]
    chosen = [piece for piece in best if piece.run.block == best[0].run.block] if card else best
    return _widened(chosen, lines)


def _leads(pieces: list[Piece], lines: list[list[Piece]]) -> bool:
    """Say whether a link makes up its line: a headline rather than a word of the text below it."""
    line = next(one for one in lines if pieces[0] in one)
    return len(joined(pieces)) * 5 >= 4 * len(joined(line))


def _widened(chosen: list[Piece], lines: list[list[Piece]]) -> list[Piece]:
    """Take the whole line where the link is only a word of it."""
    for one in lines:
        if chosen[0] in one and len(joined(chosen)) * 2 < len(joined(one)):
            return one
    return chosen


def by_line(lines: list[list[Piece]]) -> list[Piece]:
    """Give the first line that says something."""
    return next((one for one in lines if not generic(joined(one))), [])


@lru_cache(maxsize=2048)
def generic(text: str) -> bool:
    """Say whether a text is no headline in any list: "read more", a number, a month."""
    bare = text.strip().casefold()
    inner = bare.strip("[]【】()（）［］.…>»›→＞≫ ")
    if period(inner) is not None:
        return True
    return not inner or inner in words("links", "generic") or bare in words("links", "generic") or inner.isdigit()
