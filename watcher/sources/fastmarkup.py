"""The quick way to lay ordinary markup out: paragraphs, lists, links and bold words, properly nested.

In:    a piece of HTML, as feeds carry it.
Out:   its lines, as `watcher.sources.runs.lay_out` finds them in the tree that lxml reads; None for anything unusual.
       Or, at a fraction of the cost, only its words (`ordinary_words`).
Never: network, disk, clock; never a guess. A tag, an attribute or a nesting that is not listed here is lxml's to read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from watcher.sources.plain import MAX_TEXT, without_controls

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_TOKEN = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>")
_ATTRIBUTES = re.compile(r"(?:\s+[a-zA-Z-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?")
_ATTRIBUTE = re.compile(r"\s([a-zA-Z-]+)(?:=(?:\"([^\"]*)\"|'([^']*)'))?")
_NAMED = r"&(?:amp|lt|gt|quot|nbsp|#(?:3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]|82[0-9]{2}));"
_REFERENCE = re.compile(rf"{_NAMED}|&(?=\s)")
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
_WITHIN_LINES = _WITHIN | {f"/{tag}" for tag in _WITHIN}
_TOKENS = frozenset(token for tag in _INLINE | _EMPTY | set(_AROUND) for token in (tag, f"/{tag}"))
_KEPT = frozenset(["href", "class", "id"])
"""Attributes that blocks look at."""
_PASSED = frozenset(["title", "target", "rel", "lang", "dir", "align", "width", "height"])
_DEEPEST = 40
_SHORT = 64
_MOST = 4_000
"""Tags in a text, and so lines at most: `watcher.sources.blocks` keeps no more."""
_USUAL = re.compile(
    rf"(?:\s+(?:{'|'.join(sorted(_KEPT | _PASSED))})"
    rf"(?:=(?:\"[^\"&]*(?:{_NAMED}[^\"&]*)*\"|'[^'&]*(?:{_NAMED}[^'&]*)*'))?)*\s*",
    re.IGNORECASE,
)
"""Attributes about which there is nothing more to ask."""


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


def ordinary_words(text: str) -> str | None:
    """Give the words of a text that `quick_lines` can lay out, a line for each of its lines; some may be empty.

    None for what is not ordinary, or of unusual length.
    """
    if len(text) > MAX_TEXT:
        return None
    pieces = _TOKEN.split(text.replace("\n", " "))
    texts, tokens = pieces[::3], pieces[1::3]
    if not _TOKENS.issuperset(tokens):
        tokens = [token.lower() for token in tokens]
    if len(tokens) > _MOST or not _all_usual(tokens, pieces[2::3]):
        return None
    if not (_nest_like(tuple(tokens)) if len(tokens) <= _SHORT else _nest(tokens)):
        return None
    pieces[1::3] = ["" if token in _WITHIN_LINES else "\n" for token in tokens]
    pieces[2::3] = [""] * len(tokens)
    words = "".join(pieces)
    if "<" in words or ">" in words:
        return None
    if "&" in words:
        if not _are_plain("\0".join(texts)):  # the wall: no reference goes on behind a tag
            return None
        words = html.unescape(words)
    return words if words.isascii() else without_controls(words)


def _all_usual(tokens: Sequence[str], attributes: Sequence[str]) -> bool:
    """Say whether what stands in tags behind their names may be passed over, or is what blocks ask for."""
    return all(
        not token.startswith("/") and (_ATTRIBUTES.fullmatch(given) if token in _EMPTY else _is_passable(given))
        for token, given in zip(tokens, attributes, strict=True)
        if given
    )


def _nest(tokens: Sequence[str]) -> bool:
    """Say whether all tags are known, and nest as lxml would nest them."""
    state, around = _OUTSIDE, list[_State]()
    for token in tokens:
        if token == state.closing:
            state = around.pop()
        elif token in state.opens:
            if (inner := state.opens[token]) is not None:
                around.append(state)
                state = inner
        else:
            return False
        if len(around) > _DEEPEST + 1:
            return False
    return not around


_nest_like = lru_cache(maxsize=1024)(_nest)
"""The posts of a feed are often built alike."""


def _is_passable(attributes: str) -> bool:
    if _USUAL.fullmatch(attributes):
        return True
    if attributes.endswith("/") or not _ATTRIBUTES.fullmatch(attributes):
        return False
    try:
        _values(attributes)
    except _UnusualError:
        return False
    return True


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
    if not _fits(tag, around.tag, linked=around.linked):
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


def _fits(tag: str, around: str, *, linked: bool) -> bool:
    if tag in _INLINE:
        return around not in _LISTS and not (tag == "a" and linked)
    return around in _AROUND.get(tag, ())


@dataclass(slots=True, eq=False)
class _State:
    """Where one stands among the tags of a text: what may come there."""

    closing: str
    """The tag that ends the open element."""
    opens: dict[str, _State | None] = field(default_factory=dict)
    """By tag, where one stands in its element; None for one that holds nothing."""


def _states() -> _State:
    """Work out all places; give the one outside of every element."""
    tags = _INLINE | set(_AROUND)
    all_states = {(tag, linked): _State(f"/{tag}") for tag in ("", *tags) for linked in (False, True)}
    for (around, linked), state in all_states.items():
        inner = (tag for tag in tags if _fits(tag, around, linked=linked))
        state.opens = {tag: all_states[tag, linked or tag == "a"] for tag in inner} | dict.fromkeys(_EMPTY)
    return all_states["", False]


_OUTSIDE = _states()


def _words(piece: str) -> str:
    if "<" in piece or ">" in piece:
        raise _UnusualError
    return _unescaped(piece) if "&" in piece else piece


def _unescaped(piece: str) -> str:
    if not _are_plain(piece):
        raise _UnusualError
    return html.unescape(piece)


def _are_plain(text: str) -> bool:
    """Say whether every ampersand begins a plain reference, or is one."""
    return len(_REFERENCE.findall(text)) == text.count("&")


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
