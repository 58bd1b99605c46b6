"""The quick way to lay ordinary markup out: paragraphs, lists, links and bold words, properly nested.

In:    a piece of HTML, as feeds carry it.
Out:   its lines, as `watcher.sources.runs.lay_out` finds them in the tree that lxml reads; None for anything unusual.
Never: network, disk, clock; never a guess. A tag, an attribute or a nesting that is not listed here is lxml's to read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from watcher.sources.dom import HEADINGS

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_ATTRIBUTES = re.compile(r"(?:\s+[a-zA-Z-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?")
_ATTRIBUTE = re.compile(r"\s([a-zA-Z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'))?")
_REFERENCE = re.compile(r"&(?:(?:amp|lt|gt|quot|nbsp|#(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]|82[0-9]{2}));|(?=\s))")
"""What every reader of HTML takes for the same character."""
_INLINE = frozenset(["a", "b", "strong", "i", "em", "u", "s", "span", "small", "code", "mark"])
_BOLD = frozenset(["b", "strong"])
_NEAR = 4
"""So many elements, the words' own counted, are asked whether they are bold."""
_LISTS = frozenset(["ul", "ol"])
_BOXES = frozenset(["", "div", "blockquote", "li"])
_AROUND = {"li": _LISTS} | dict.fromkeys(["div", "blockquote", "ul", "ol", "p", *HEADINGS], _BOXES)
"""In which elements a block may stand; the nameless one is the whole text."""
_EMPTY = frozenset(["br", "img"])
_WITHIN = _INLINE | {"img"}
"""Tags that end no line."""
_KEPT = frozenset(["href", "class", "id"])
"""Attributes that blocks look at."""
_PASSED = frozenset(["title", "target", "rel", "lang", "dir", "align", "width", "height"])
_DEEPEST = 40


@dataclass(slots=True)
class Place:
    """An open element, and what blocks ask about it and those around it."""

    tag: str
    values: dict[str, str]
    depth: int = 0
    heading: int = 0
    """Level of the heading it stands in."""
    listed: bool = False
    bold: int = 0
    """Above zero: set in bold by one of the nearest elements."""
    anchor: Place | None = None
    """The link that it stands in."""
    linked: bool = False
    """In an ``a``, with an address or without."""
    away: bool = False
    """Its class or id, or that of an element around it, says that it leads elsewhere."""

    @property
    def href(self) -> str:
        return self.values.get("href", "")


@dataclass(slots=True)
class Line:
    """The words of one line and where each of them stands."""

    texts: list[str]
    places: list[Place]


class _UnusualError(Exception):
    """Not ordinary markup: some for lxml."""


def quick_lines(text: str, leads_away: Callable[[str], bool]) -> list[Line] | None:
    """Lay a piece of HTML out; None where it is not ordinary. *leads_away* judges an element's class and id."""
    try:
        return _lines(text, leads_away)
    except _UnusualError:
        return None


def _lines(text: str, leads_away: Callable[[str], bool]) -> list[Line]:
    lines: list[Line] = []
    stack = [Place("", {})]
    pieces = iter(_TAG.split(text))
    fresh = _add(next(pieces), stack[-1], lines, fresh=True)
    for closing, name, attributes in zip(pieces, pieces, pieces, strict=False):
        tag = name.lower()
        if attributes and (closing or not _ATTRIBUTES.fullmatch(attributes)):
            raise _UnusualError
        if closing:
            if stack.pop().tag != tag or not stack:
                raise _UnusualError
        elif tag not in _EMPTY:
            stack.append(_opened(tag, attributes, stack[-1], leads_away))
        fresh = _add(next(pieces), stack[-1], lines, fresh=fresh or tag not in _WITHIN)
    if len(stack) > 1:
        raise _UnusualError
    return lines


def _add(piece: str, place: Place, lines: list[Line], *, fresh: bool) -> bool:
    """Add words to the line, or to a *fresh* one; say whether the next words begin one."""
    if not piece:
        return fresh
    words = _words(piece)
    if not words.strip():
        return fresh
    if fresh:
        lines.append(Line([words], [place]))
    else:
        lines[-1].texts.append(words)
        lines[-1].places.append(place)
    return False


def _opened(tag: str, attributes: str, around: Place, leads_away: Callable[[str], bool]) -> Place:
    """Open an element; raise where lxml would put it somewhere else, or where it is not an ordinary one."""
    if attributes.endswith("/") or around.depth > _DEEPEST:
        raise _UnusualError
    if tag in _INLINE:
        if around.tag in _LISTS or (tag == "a" and around.linked):
            raise _UnusualError
    elif tag not in _AROUND or around.tag not in _AROUND[tag]:
        raise _UnusualError
    values = _values(attributes) if attributes else {}
    place = Place(
        tag=tag,
        values=values,
        depth=around.depth + 1,
        heading=HEADINGS.get(tag, around.heading),
        listed=around.listed or tag == "li",
        bold=_NEAR if tag in _BOLD else around.bold - 1,
        anchor=around.anchor,
        linked=around.linked or tag == "a",
        away=around.away,
    )
    if tag == "a" and place.href:
        place.anchor = place
    if "class" in values or "id" in values:
        place.away = place.away or leads_away(f"{values.get('class', '')} {values.get('id', '')}")
    return place


def _words(piece: str) -> str:
    if "<" in piece or ">" in piece:
        raise _UnusualError
    return _unescaped(piece) if "&" in piece else piece


def _unescaped(piece: str) -> str:
    if len(_REFERENCE.findall(piece)) != piece.count("&"):
        raise _UnusualError
    return html.unescape(piece)


def _values(attributes: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for written, one, two in _ATTRIBUTE.findall(attributes):
        name = written.lower()
        if name in _KEPT:
            values.setdefault(name, _words(one or two))
        elif name not in _PASSED and not (name == "style" and _is_seen(one or two)):
            raise _UnusualError
    return values


def _is_seen(style: str) -> bool:
    plain = style.lower()
    return "display" not in plain and "visibility" not in plain and "&" not in plain
