"""Markup to blocks: where HTML becomes the text that is read (ordinary markup: `watcher.sources.quickblocks`).

In:    an element or a piece of HTML.
Out:   `Block`s in reading order: headings, paragraphs, list items, and what only leads elsewhere.
Never: network, disk, clock; never raises.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from itertools import islice

from watcher.model import Block, BlockKind
from watcher.sources.dom import BLOCKS, Element, ancestors, fragment, words_of
from watcher.sources.fastmarkup import HEADINGS
from watcher.sources.links import absolute
from watcher.sources.markup import Markup
from watcher.sources.pagewords import words
from watcher.sources.plain import MAX_TEXT, tidy
from watcher.sources.quickblocks import MAX_BLOCKS, below_related, is_like_a_heading, limited, points, quick_blocks
from watcher.sources.runs import Run, Runs, lay_out

_BREAKING = BLOCKS - {"td", "th"}
"""A table's row is one line: "First episode | 4 October"."""
_ASIDE = frozenset({"nav", "aside", "footer", "menu"})
_LOOKS_MARKED = re.compile(r"<[a-zA-Z/!][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")


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
    found = quick_blocks(text, url)
    return blocks_of(fragment(text[: 2 * MAX_TEXT]), url) if found is None else found


def blocks_from_text(text: str) -> tuple[Block, ...]:
    """Read plain text: an empty line ends a paragraph, and so does every line end."""
    lines = (tidy(line) for line in text[:MAX_TEXT].splitlines())
    return tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line)[:MAX_BLOCKS]


def blocks_of(root: Element, url: str) -> tuple[Block, ...]:
    """Read an element."""
    line = lay_out(root, _BREAKING)
    found = [block for start, end in line.lines(0, len(line.runs)) if (block := _block(line, start, end, root, url))]
    return limited(below_related(found))


def _block(line: Runs, start: int, end: int, root: Element, url: str) -> Block | None:
    runs = [run for run in line.runs[start:end] if run.text]
    text = tidy(_joined(runs))
    if not text:
        return None
    around = list(ancestors(runs[0].node, root))
    kind, level = _kind(around, runs, text)
    return Block(kind=kind, text=text, level=level, href=_href(runs, url))


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
    return points(text)


def _is_bold_line(runs: list[Run], text: str) -> bool:
    """Say whether a short line is set in bold throughout: a heading in all but name."""
    if not is_like_a_heading(text):
        return False
    return all(any(node.tag in {"b", "strong"} for node in islice(ancestors(run.node), 4)) for run in runs)


def _href(runs: list[Run], url: str) -> str | None:
    anchors = {run.anchor for run in runs if run.text.strip()}
    anchor = anchors.pop() if len(anchors) == 1 else None
    return absolute(anchor.get("href"), url) if anchor is not None else None
