"""Markup to blocks: the one place where HTML becomes the text that is read.

In:    an element or a piece of HTML.
Out:   `Block`s in reading order: headings, paragraphs, list items, and what only leads elsewhere.
Never: network, disk, clock; never raises.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import islice

from watcher.model import Block, BlockKind
from watcher.sources.dom import BLOCKS, Element, absolute, ancestors, fragment, words_in, words_of
from watcher.sources.fastmarkup import HEADINGS, Line, Place, quick_lines
from watcher.sources.markup import Markup
from watcher.sources.pagewords import words
from watcher.sources.plain import MAX_TEXT, tidy
from watcher.sources.runs import Run, Runs, lay_out

_BREAKING = BLOCKS - {"td", "th"}
"""A table's row is one line: "First episode | 4 October"."""
_ASIDE = frozenset({"nav", "aside", "footer", "menu"})
_LOOKS_MARKED = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_POINTER = 200
_INTRODUCTION = 40
_BOLD_LINE = 90
_ENDS = ".。!?！？…:：;"
_MAX_BLOCKS = 4_000


def blocks_from_html(text: str, url: str) -> Sequence[Block]:
    """Read a feed item's text, which may be HTML, escaped HTML or plain. Ordinary markup is laid out when asked for."""
    if not text.strip():
        return ()
    if "<" not in text and _LOOKS_MARKED.search(text):
        unescaped = html.unescape(text)
        text = unescaped if _LOOKS_MARKED.search(unescaped) else text
    if not _LOOKS_MARKED.search(text):
        return blocks_from_text(text)
    return Markup.of(text, url) or blocks_of_markup(text, url)


def blocks_of_markup(text: str, url: str) -> tuple[Block, ...]:
    """Cut a piece of HTML into its blocks."""
    text = text[: 2 * MAX_TEXT]
    lines = quick_lines(text, _named_away)
    if lines is None:
        return blocks_of(fragment(text), url)
    return _limited(_below_related([block for line in lines if (block := _quick_block(line, url))]))


def blocks_from_text(text: str) -> tuple[Block, ...]:
    """Read plain text: an empty line ends a paragraph, and so does every line end."""
    lines = (tidy(line) for line in text[:MAX_TEXT].splitlines())
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line)[:_MAX_BLOCKS]


def blocks_of(root: Element, url: str) -> tuple[Block, ...]:
    """Read an element."""
    line = lay_out(root, _BREAKING)
    found = [block for start, end in line.lines(0, len(line.runs)) if (block := _block(line, start, end, root, url))]
    return _limited(_below_related(found))


def _block(line: Runs, start: int, end: int, root: Element, url: str) -> Block | None:
    runs = [run for run in line.runs[start:end] if run.text]
    text = tidy(_joined(runs))
    if not text:
        return None
    around = list(ancestors(runs[0].node, root))
    kind, level = _kind(around, runs, text)
    return Block(kind=kind, text=text, level=level, href=_href(runs, url))


def _quick_block(line: Line, url: str) -> Block | None:
    """Make a block of a line of ordinary markup, as `_block` does of one that lxml has read."""
    text = tidy("".join(line.texts))
    if not text:
        return None
    anchors = {id(place.anchor): place.anchor for place in line.places}
    anchor = next(iter(anchors.values())) if len(anchors) == 1 else None
    kind, level = _quick_kind(line, text, linked=anchor is not None or len(anchors) > 1)
    return Block(kind=kind, text=text, level=level, href=absolute(anchor.href, url) if anchor is not None else None)


def _quick_kind(line: Line, text: str, *, linked: bool) -> tuple[BlockKind, int]:
    first = line.places[0]
    if first.away or (linked and _quick_pointer(line.places, text)):
        return BlockKind.RELATED, 0
    if first.heading:
        return BlockKind.HEADING, first.heading
    if first.listed:
        return BlockKind.LIST_ITEM, 0
    if len(text) < _BOLD_LINE and text[-1] not in _ENDS and all(place.bold > 0 for place in line.places):
        return BlockKind.HEADING, 4
    return BlockKind.PARAGRAPH, 0


def _quick_pointer(places: list[Place], text: str) -> bool:
    if all(place.anchor is not None and place.anchor.href.startswith("#") for place in places):
        return True
    return len(text) < _POINTER and text.casefold().startswith(_pointers())


@lru_cache(maxsize=512)
def _named_away(names: str) -> bool:
    return not words("marks", "related").isdisjoint(words_in(names))


def _joined(runs: Iterable[Run]) -> str:
    runs = list(runs)
    if len(runs) == 1:
        return runs[0].text
    text, cell = "", None
    for run in runs:
        here = next((node for node in ancestors(run.node) if node.tag in {"td", "th", "tr"}), None)
        text += (" " if cell is not None and here is not cell else "") + run.text
        cell = here
    return text


def _kind(around: list[Element], runs: list[Run], text: str) -> tuple[BlockKind, int]:
    if any(_leads_away(node) for node in around) or _points_elsewhere(runs, text):
        return BlockKind.RELATED, 0
    heading = next((node.tag for node in around if node.tag in HEADINGS), None)
    if heading is not None:
        return BlockKind.HEADING, HEADINGS[heading]
    if any(node.tag in {"li", "dd", "dt", "td", "th"} for node in around):
        return BlockKind.LIST_ITEM, 0
    if _is_bold_line(runs, text):
        return BlockKind.HEADING, 4
    return BlockKind.PARAGRAPH, 0


def _leads_away(node: Element) -> bool:
    if node.tag in _ASIDE:
        return True
    named = node.get("class") or node.get("id")
    return bool(named) and not words("marks", "related").isdisjoint(words_of(node))


def _points_elsewhere(runs: list[Run], text: str) -> bool:
    """Say whether a line only points to another text ("Read more: …"), or to a place on this page."""
    anchors = [run.anchor for run in runs if run.anchor is not None]
    if not anchors:
        return False
    inside = all((anchor.get("href") or "").startswith("#") for anchor in anchors)
    if inside and len(anchors) == sum(1 for run in runs if run.text.strip()):
        return True
    return len(text) < _POINTER and text.casefold().startswith(_pointers())


@cache
def _pointers() -> tuple[str, ...]:
    return tuple(sorted(words("links", "pointers")))


def _is_bold_line(runs: list[Run], text: str) -> bool:
    """Say whether a short line is set in bold throughout: a heading in all but name."""
    if len(text) >= _BOLD_LINE or text[-1] in _ENDS:
        return False
    return all(any(node.tag in {"b", "strong"} for node in islice(ancestors(run.node), 4)) for run in runs)


def _href(runs: list[Run], url: str) -> str | None:
    anchors = {run.anchor for run in runs if run.text.strip()}
    anchor = anchors.pop() if len(anchors) == 1 else None
    return absolute(anchor.get("href"), url) if anchor is not None else None


def _below_related(blocks: list[Block]) -> list[Block]:
    """Mark the links under a heading such as "Related stories", up to the next heading."""
    introducing = [_introduces(block) for block in blocks]
    if True not in introducing:
        return blocks
    marked: list[Block] = []
    under = False
    following = [*blocks[1:], Block(kind=BlockKind.PARAGRAPH, text="")]
    for block, introduces, after in zip(blocks, introducing, following, strict=True):
        if block.kind is BlockKind.HEADING or introduces:
            under = introduces
        related = under and (block.href is not None or (introduces and after.href is not None))
        marked.append(_as_related(block) if related else block)
        if block.href is None and not introduces and len(block.text) > 120:
            under = False
    return marked


def _introduces(block: Block) -> bool:
    bare = block.text.strip(" :：▼■●")
    if len(bare) >= _INTRODUCTION:
        return False
    plain = bare.casefold()
    return len(plain) < _INTRODUCTION and (
        plain in words("lists", "other") or plain.startswith(("related", "関連", "read more", "see also", "あわせて"))
    )


def _as_related(block: Block) -> Block:
    return Block(kind=BlockKind.RELATED, text=block.text, href=block.href)


def _limited(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Keep what an entry can hold."""
    kept: list[Block] = []
    room = MAX_TEXT
    for block in blocks:
        if len(kept) >= _MAX_BLOCKS or room <= 0:
            break
        cut = len(block.text) > room
        kept.append(replace(block, text=block.text[:room]) if cut else block)
        room -= len(block.text)
    return tuple(kept)
