"""Give a flat text back its blocks, as far as its lines show them.

In:    a headline and a text with line breaks.
Out:   `Block`s: headings, list items, paragraphs, lines that only lead elsewhere.
Never: HTML; sources hand over their blocks themselves.
"""

from __future__ import annotations

import re
from functools import cache

from watcher.model import Block, BlockKind
from watcher.read.fold import fold
from watcher.read.lexicon import languages, sources

_ITEM = re.compile(r"\s*(?:[-*•●○・▪►▶■◆]\s*|#?\d{1,3}[.)]\s+|#\d+\.?\s+)(?=\S)")
_END = re.compile(r"(?<!\.[A-Z])[.。!！?？…」』\"”')）]\s*$")
_YEAR = re.compile(r"[(（][^()（）]{1,12}[)）]$")
"""A year or a country behind the work that heads a section."""
_TITLE = re.compile(r"(?:[・○●◇◆■▼★]\s?)?(?:『[^『』]{1,60}』|「[^「」]{1,60}」)(?:[(（][^()（）]{1,12}[)）])?")
"""A line that is only the name of a work."""
_PIPES = re.compile(r"\s[|•·]\s")
_HEADING_LIMIT = 90
_BLOCKS = frozenset("■◆●▼")
_SECTION = 36
_EXCLAMATION = 30
_DATED = re.compile(r"\d[月/:時]|[:：].")
"""A line that says something itself is no heading."""


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return the blocks of a flat text, one for each line."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    found: list[Block] = []
    related = False
    for number, line in enumerate(lines):
        if not line:
            continue
        following = next((text for text in lines[number + 1 :] if text), "")
        kind = BlockKind.HEADING if _heads(line, found, following) else _kind(line, following, related=related)
        related = kind is BlockKind.RELATED and (related or _opens_related(line))
        found.append(Block(kind=kind, text=line, level=2 if kind is BlockKind.HEADING else 0))
    return tuple(found)


def _heads(line: str, above: list[Block], following: str) -> bool:
    """Say whether a line is only the name of a work that what follows is about, and no part of a list of names."""
    if not following or _TITLE.fullmatch(line) is None:
        return False
    return following[0] != line[0] and not (above and above[-1].text[0] == line[0])


def _kind(line: str, following: str, *, related: bool) -> BlockKind:
    if leads_elsewhere(line) or (related and len(line) < 160 and (_ITEM.match(line) or not _END.search(line))):
        return BlockKind.RELATED
    if (item := _ITEM.match(line)) is not None and not _numbered_heading(line, item, following):
        return BlockKind.LIST_ITEM
    if item is not None or line.startswith(("「", "『")):
        line = _YEAR.sub("", line)
    if (
        len(line) <= _HEADING_LIMIT
        and following
        and (not _END.search(line) or line.endswith(("?", "？", "】")) or _exclaims(line, following))
    ):
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH


def _exclaims(line: str, following: str) -> bool:
    """Say whether a short exclamation stands over a longer line: "Officially Renewed!"."""
    return line.endswith("!") and len(line) <= _EXCLAMATION and len(following) > 2 * len(line) and line[0].isupper()


def _numbered_heading(line: str, item: re.Match[str], following: str) -> bool:
    """Rankings and round-ups number their headings: "#3 Title Season 2"; Japanese marks them: ■放送情報."""
    number = item[0].strip()
    line = _YEAR.sub("", line)
    ended = _END.search(line) is not None and not (line.endswith("!") and len(line) <= _EXCLAMATION)
    short = bool(following) and len(line) <= _HEADING_LIMIT and not ended
    if short and number in _BLOCKS:
        return len(line) <= _SECTION and not following.startswith(number) and not _DATED.search(line)
    if not short or not number.strip("#.)").isdigit():
        return False
    return number.startswith("#") or (_ITEM.match(following) is None and _END.search(following) is not None)


def leads_elsewhere(line: str) -> bool:
    """Say whether a line only points to other pages ("Read more: …", tags, credits)."""
    folded = fold(line[:200])
    for pattern in _leads():
        if (found := pattern.match(folded)) is not None and _is_lead(folded, found.end()):
            return True
    return len(_PIPES.findall(line)) >= 3


@cache
def _leads() -> tuple[re.Pattern[str], ...]:
    """Compile what opens such a line, in any language: the first letters decide."""
    spelled = (sorted(sources(code, "related"), key=len, reverse=True) for code in languages())
    return tuple(re.compile(r"[^\w\n]{0,2}(?:" + "|".join(patterns) + ")") for patterns in spelled if patterns)


def _is_lead(folded: str, end: int) -> bool:
    rest = folded[end:].lstrip()
    return not rest or rest[0] in ":-：>→|»【" or (len(folded) < 120 and folded[end - 1] in ":：")


def _opens_related(line: str) -> bool:
    return len(line) < 40 and not re.search(r"[:：]\s*\S|[>›»→]\s*\S", line)
