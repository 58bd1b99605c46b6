"""Give a flat text back its blocks, as far as its lines show them.

In:    a headline and a text with line breaks.
Out:   `Block`s: headings, list items, paragraphs, lines that only lead elsewhere.
Never: HTML; sources hand over their blocks themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.model import Block, BlockKind
from watcher.read.fold import fold
from watcher.read.lexicon import lexicon

_ITEM = re.compile(r"\s*(?:[-*•●○・▪►▶■◆]\s*|#?\d{1,3}[.)]\s+|#\d+\.?\s+)(?=\S)")
_END = re.compile(r"[.。!！?？…」』\"”')）]\s*$")
_PIPES = re.compile(r"\s[|•·]\s")
_HEADING_LIMIT = 90


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a flat text, one for each line."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found: list[Block] = []
    related = False
    for number, line in enumerate(lines):
        if not line:
            continue
        following = lines[number + 1 :]
        kind = _kind(line, following, related=related)
        related = kind is BlockKind.RELATED and (related or _opens_related(line))
        found.append(Block(kind=kind, text=line, level=2 if kind is BlockKind.HEADING else 0))
    return tuple(found)


def _kind(line: str, following: Sequence[str], *, related: bool) -> BlockKind:
    if leads_elsewhere(line) or (related and len(line) < 160 and (_ITEM.match(line) or not _END.search(line))):
        return BlockKind.RELATED
    if _ITEM.match(line):
        return BlockKind.LIST_ITEM
    if len(line) <= _HEADING_LIMIT and any(following) and (not _END.search(line) or line.endswith(("?", "？", "】"))):
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def leads_elsewhere(line: str) -> bool:
    """Say whether a line only points to other pages ("Read more: …", tags, credits)."""
    folded = fold(line[:200])
    for code in ("en", "ja", "es", "pt", "fr", "de", "it"):
        for hit in lexicon(code).find(folded):
            if hit.meaning == "related" and hit.start <= 2 and _is_lead(folded, hit.end):
                return True
    return len(_PIPES.findall(line)) >= 3


def _is_lead(folded: str, end: int) -> bool:
    rest = folded[end:].lstrip()
    return not rest or rest[0] in ":-：>→|»【" or (len(folded) < 120 and folded[end - 1] in ":：")


def _opens_related(line: str) -> bool:
    return len(line) < 40 and not re.search(r"[:：]\s*\S", line)
