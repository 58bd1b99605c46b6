"""Blocks of ordinary markup, made without a tree, and the rules of shape that all blocks share.

In:    ordinary markup (`watcher.sources.fastmarkup`), the address it stands at.
Out:   the `Block`s that `watcher.sources.blocks` would make of it with lxml; None where it is not ordinary.
Never: network, disk, clock, lxml; never raises.

What feeds carry is nearly always ordinary, and a program that only reads it needs none of what lays pages out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, lru_cache

from watcher.model import Block, BlockKind
from watcher.sources.fastmarkup import Line, Place, quick_lines
from watcher.sources.links import absolute
from watcher.sources.pagewords import words, words_in
from watcher.sources.plain import MAX_TEXT, tidy

_POINTER = 200
_BOLD_LINE = 90
_ENDS = ".。!?！？…:：;"
_INTRODUCTION = 40
MAX_BLOCKS = 4_000


def quick_blocks(text: str, url: str) -> tuple[Block, ...] | None:
    """Cut a piece of ordinary HTML into its blocks."""
    lines = quick_lines(text[: 2 * MAX_TEXT], named_away)
    if lines is None:
        return None
    return limited(below_related([block for line in lines if (block := _quick_block(line, url))]))


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
    if is_like_a_heading(text) and all(place.bold > 0 for place in line.places):
        return BlockKind.HEADING, 4
    return BlockKind.PARAGRAPH, 0


def _quick_pointer(places: list[Place], text: str) -> bool:
    if all(place.anchor is not None and place.anchor.href.startswith("#") for place in places):
        return True
    return points(text)


@lru_cache(maxsize=512)
def named_away(names: str) -> bool:
    """Say whether an element's class and id say that it leads elsewhere."""
    return not words("marks", "related").isdisjoint(words_in(names))


def is_like_a_heading(text: str) -> bool:
    """Say whether a line in bold would be a heading in all but name: it is short and ends no sentence."""
    return len(text) < _BOLD_LINE and text[-1] not in _ENDS


def points(text: str) -> bool:
    """Say whether a line begins as those do that only lead to another text ("Read more: …")."""
    return len(text) < _POINTER and text.casefold().startswith(_pointers())


@cache
def _pointers() -> tuple[str, ...]:
    return tuple(sorted(words("links", "pointers")))


def below_related(blocks: list[Block]) -> list[Block]:
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


def limited(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Keep what an entry can hold."""
    kept: list[Block] = []
    room = MAX_TEXT
    for block in blocks:
        if len(kept) >= MAX_BLOCKS or room <= 0:
            break
        cut = len(block.text) > room
        kept.append(replace(block, text=block.text[:room]) if cut else block)
        room -= len(block.text)
    return tuple(kept)
