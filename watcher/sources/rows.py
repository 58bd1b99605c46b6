"""One post of a news list: its headline, link, date and teaser, out of a stretch of a page's line.

In:    `Runs` and the stretch that holds the post.
Out:   `Row`.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from watcher.sources.dom import BLOCKS, HEADINGS, Element, absolute, ancestors, words_of
from watcher.sources.pagedates import Says, period
from watcher.sources.pagewords import words
from watcher.sources.plain import MAX_TITLE, tidy
from watcher.sources.runs import Run, Runs, Spot, date_like

MAX_RUNS = 120
"""A stretch with more text runs than this is not one post."""

_COUNTER = re.compile(
    r"[♥❤👁💬\s]*\(?\d[\d,.]*\s*[kK]?\)?\s*(?:views?|comments?|likes?|shares?|pv|件|回|いいね!?|コメント|閲覧|hits?|replies|kommentare|commentaires?|comentarios?)?|"
    r"(?:views?|comments?|閲覧数?|コメント|いいね|アクセス|hits?|pv)\s*[:：]?\s*\(?\d[\d,]*\)?",
    re.IGNORECASE,
)
_EDGE = " \t■□●○◆◇★☆▼▽▶►➤*•|/:：»›>→-–—・,"
_AFTER = re.compile(r"(?:\s+[»›>→|/,•・–—-]+|[|→›,：])\s*$")
_ONCLICK = re.compile(r"""(?:location(?:\.href)?\s*=|open\s*\(|navigate\s*\()\s*['"]([^'"]+)['"]""")
_LABEL_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a page's line that may be one post."""

    start: int
    end: int
    nodes: tuple[Element, ...] = ()
    """The elements it is made of; empty for bare lines of text."""
    spot: Spot | None = None
    """A date that stands outside, for several posts of one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A post as listed."""

    title: str
    link: str | None
    spot: Spot | None
    teaser: tuple[str, ...] = ()
    stretch: Stretch
    links: int = 0
    """Distinct links in it; more than a few make it not one post."""
    dates: int = 0
    ad: bool = False
    """It is marked as an advertisement."""
    title_node: Element | None = None
    anchor: Element | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    text: str
    run: Run


def read_row(line: Runs, stretch: Stretch, url: str, labels: frozenset[str] = frozenset()) -> Row | None:
    """Read one stretch; None where it has no headline."""
    if not 0 < stretch.end - stretch.start <= MAX_RUNS:
        return None
    spots = line.spots_in(stretch.start, stretch.end)
    spot = _best_spot(spots) or stretch.spot
    lines = [_pieces(line, start, end, spot) for start, end in line.lines(stretch.start, stretch.end)]
    lines = _without_badges([pieces for pieces in lines if pieces], stretch, labels)
    found = _title(lines, stretch)
    if found is None:
        return None
    title, used = found
    anchors = _anchors(line, stretch)
    anchor = next((piece.run.anchor for piece in used if piece.run.anchor is not None), None)
    link, anchor = _link(anchor, anchors, stretch, url)
    return Row(
        title=title[:MAX_TITLE],
        link=link,
        spot=spot,
        teaser=_teaser(lines, used),
        stretch=stretch,
        links=_rivals(lines, title),
        dates=len(
            {line.runs[one.start].block for one in spots if one.alone and one.label and _says(one) is Says.PUBLISHED}
        ),
        ad=_is_ad(line, stretch),
        title_node=used[0].run.node,
        anchor=anchor,
    )


def recurring(line: Runs, stretches: Sequence[Stretch]) -> frozenset[str]:
    """Give the short texts that stand in several posts: categories and buttons, not headlines."""
    seen: Counter[str] = Counter()
    for stretch in stretches:
        if stretch.end - stretch.start <= MAX_RUNS:
            texts = {run.text.strip().casefold() for run in line.runs[stretch.start : stretch.end] if run.spot < 0}
            seen.update(text for text in texts if 0 < len(text) <= _LABEL_LENGTH)
    return frozenset(text for text, count in seen.items() if count > 1)


def _best_spot(spots: Iterable[Spot]) -> Spot | None:
    """Choose the date of publication: not that of an event, not of an update, rather full than partial."""
    able = [spot for spot in spots if _says(spot) is not Says.OTHER]
    return max(able, key=_worth, default=None)


def _says(spot: Spot) -> Says:
    """Say what a date is of, by its words or by the name of its element."""
    if spot.label is not None and spot.label.named:
        return spot.label.says
    named = spot.node is not None and not words("marks", "updated").isdisjoint(words_of(spot.node))
    return Says.UPDATED if named else Says.PUBLISHED


def _worth(spot: Spot) -> tuple[int, ...]:
    label = spot.label
    updated = _says(spot) is Says.UPDATED
    named = bool(label and label.named) or (spot.node is not None and date_like(spot.node))
    return (int(not updated), int(spot.alone), int(spot.full), int(named), -spot.start)


def _pieces(line: Runs, start: int, end: int, spot: Spot | None) -> list[_Piece]:
    """Give the texts of one line without its dates."""
    runs = [run for run in line.runs[start:end] if run.spot < 0 and run.text]
    if not runs:
        return []
    head, tail = spot.cut if spot is not None and spot.block == runs[0].block and not spot.alone else (0, 0)
    texts = [" ".join(run.text.split()) for run in runs]
    joined = line.text(start, end)
    kept, position = [], 0
    for run, text in zip(runs, texts, strict=True):
        at = joined.find(text, position)
        at = position if at < 0 else at
        position = at + len(text)
        first, last = max(at, head), min(position, len(joined) - tail)
        if first < last:
            kept.append(_Piece(text=joined[first:last], run=run))
    return kept


def _without_badges(lines: list[list[_Piece]], stretch: Stretch, labels: frozenset[str]) -> list[list[_Piece]]:
    """Drop categories, counters and "NEW!" unless nothing else is there."""
    kept = [[piece for piece in pieces if not _badge(piece, stretch, labels)] for pieces in lines]
    kept = [pieces for pieces in kept if "".join(piece.text for piece in pieces).strip(_EDGE)]
    return kept or lines


def _badge(piece: _Piece, stretch: Stretch, labels: frozenset[str]) -> bool:
    text = piece.text.strip().casefold()
    bare = text.strip("[]【】()（）［］!！ ")
    if bare in words("links", "badges") or _COUNTER.fullmatch(text) or not text.strip(_EDGE):
        return True
    if len(text) > 2 * _LABEL_LENGTH:
        return False
    if text[:1] in "【[［" and text[-1:] in "】]］" and bare in words("lists", "news"):
        return True
    if text in labels and piece.run.node.tag not in HEADINGS:
        return True
    named = _named(piece.run.node, stretch)
    return not words("marks", "badge").isdisjoint(named) and words("marks", "not_badge").isdisjoint(named)


def _named(node: Element, stretch: Stretch) -> set[str]:
    """Give the class words of the innermost elements around a run, up to its block."""
    found: set[str] = set()
    for around in ancestors(node):
        if around in stretch.nodes:
            break
        found.update(words_of(around))
        if around.tag in BLOCKS and found:
            break
    return found


def _title(lines: list[list[_Piece]], stretch: Stretch) -> tuple[str, list[_Piece]] | None:
    pieces = [piece for one in lines for piece in one]
    for chosen in (
        _by_property(pieces),
        _by_class(pieces, stretch),
        _by_heading(pieces),
        _by_anchor(lines),
        _by_line(lines),
    ):
        title = _joined(chosen)
        if title and not _generic(title):
            return title, chosen
    return None


def _joined(pieces: list[_Piece]) -> str:
    text = ""
    for number, piece in enumerate(pieces):
        broken = number and pieces[number - 1].run.block != piece.run.block
        spaced = piece.run.text[:1].isspace() or (number and pieces[number - 1].run.text[-1:].isspace())
        text += (" " if broken or spaced else "") + piece.text
    return _trimmed(tidy(text))


def _trimmed(text: str) -> str:
    plain = _AFTER.sub("", text.lstrip(_EDGE)).strip()
    return plain or text


def _by_property(pieces: list[_Piece]) -> list[_Piece]:
    return _inside(pieces, lambda node: (node.get("itemprop") or "").lower() in {"headline", "name"})


def _by_class(pieces: list[_Piece], stretch: Stretch) -> list[_Piece]:
    return _inside(
        pieces,
        lambda node: (
            node not in stretch.nodes
            and not words("marks", "title").isdisjoint(words_of(node)[:8])
            and node.tag != "body"
        ),
    )


def _by_heading(pieces: list[_Piece]) -> list[_Piece]:
    return _inside(pieces, lambda node: node.tag in HEADINGS)


def _inside(pieces: list[_Piece], wanted: object) -> list[_Piece]:
    """Give the pieces inside the first element that is wanted."""
    chosen: list[_Piece] = []
    holder: Element | None = None
    for piece in pieces:
        around = next((node for node in _near(piece.run.node) if wanted(node)), None)  # type: ignore[operator]
        if around is not None and (holder is None or around is holder):
            holder = around
            chosen.append(piece)
    return chosen


def _near(node: Element) -> list[Element]:
    return [around for number, around in enumerate(ancestors(node)) if number < 5]


def _by_anchor(lines: list[list[_Piece]]) -> list[_Piece]:
    """Give the longest link text; of a card that is one link, its first line."""
    grouped: dict[Element, list[_Piece]] = {}
    for piece in (piece for one in lines for piece in one):
        if piece.run.anchor is not None:
            grouped.setdefault(piece.run.anchor, []).append(piece)
    named = [pieces for pieces in grouped.values() if not _generic(_joined(pieces))]
    longest = max((len(_joined(pieces)) for pieces in named), default=0)
    best = next((pieces for pieces in named if len(_joined(pieces)) * 5 >= 2 * longest and _leads(pieces, lines)), [])
    best = best or max(named, key=lambda pieces: len(_joined(pieces)), default=[])
    if not best:
        return []
    card = any(node.tag in BLOCKS for node in best[0].run.anchor.iterdescendants())  # type: ignore[union-attr]
    chosen = [piece for piece in best if piece.run.block == best[0].run.block] if card else best
    return _widened(chosen, lines)


def _leads(pieces: list[_Piece], lines: list[list[_Piece]]) -> bool:
    """Say whether a link makes up its line: a headline rather than a word of the text below it."""
    line = next(one for one in lines if pieces[0] in one)
    return len(_joined(pieces)) * 5 >= 4 * len(_joined(line))


def _widened(chosen: list[_Piece], lines: list[list[_Piece]]) -> list[_Piece]:
    """Take the whole line where the link is only a word of it."""
    for one in lines:
        if chosen[0] in one and len(_joined(chosen)) * 2 < len(_joined(one)):
            return one
    return chosen


def _by_line(lines: list[list[_Piece]]) -> list[_Piece]:
    return next((one for one in lines if not _generic(_joined(one))), [])


def _generic(text: str) -> bool:
    bare = text.strip().casefold()
    inner = bare.strip("[]【】()（）［］.…>»›→＞≫ ")
    if period(inner) is not None:
        return True
    return not inner or inner in words("links", "generic") or bare in words("links", "generic") or inner.isdigit()


def _anchors(line: Runs, stretch: Stretch) -> list[Element]:
    """Give the links with words in a stretch, then those with none (images)."""
    found = list(dict.fromkeys(run.anchor for run in line.runs[stretch.start : stretch.end] if run.anchor is not None))
    for node in stretch.nodes:
        found += [link for link in node.iter("a") if link.get("href") and link not in found]
    return found


def _is_ad(line: Runs, stretch: Stretch) -> bool:
    if any(not words("marks", "ad").isdisjoint(words_of(node)) for node in stretch.nodes):
        return True
    texts = (run.text.strip(" []【】()［］:：") for run in line.runs[stretch.start : stretch.end])
    return any(len(text) < 16 and text.casefold() in words("links", "ad") for text in texts)


def _rivals(lines: list[list[_Piece]], title: str) -> int:
    """Count the links that could be headlines themselves: long, and not words of a running text."""
    found: set[str] = set()
    for one in lines:
        whole = sum(len(piece.text) for piece in one)
        for piece in one:
            long = len(piece.text) >= max(6, len(title) // 3) and len(piece.text) * 2 > whole
            if piece.run.anchor is not None and long and not _generic(piece.text):
                found.add(piece.run.anchor.get("href").split("#")[0])
    return len(found)


def _link(
    anchor: Element | None, anchors: list[Element], stretch: Stretch, url: str
) -> tuple[str | None, Element | None]:
    """Give the link of a post: that of its headline, else the first that leads anywhere."""
    if anchor is not None and (own := _in_page(anchor, [], url)) is not None:
        return own, anchor
    for node in [anchor, *anchors] if anchor is not None else anchors:
        link = absolute(node.get("href"), url) or _scripted(node, url)
        if link is not None:
            return link, node
    for node in stretch.nodes:
        for inner in [node, *node.iterdescendants()]:
            if (link := _scripted(inner, url)) is not None:
                return link, None
    return _in_page(anchor, anchors, url), anchor


def _scripted(node: Element, url: str) -> str | None:
    target = node.get("data-href") or node.get("data-url") or node.get("data-link") or ""
    if not target and (found := _ONCLICK.search(node.get("onclick") or node.get("href") or "")):
        target = found[1]
    return absolute(target, url) if target else None


def _in_page(anchor: Element | None, anchors: list[Element], url: str) -> str | None:
    """Give a link to a place on the same page, where that is all there is."""
    for node in [anchor, *anchors] if anchor is not None else anchors:
        href = (node.get("href") or "").strip()
        if len(href) > 1 and href.startswith("#"):
            return url.split("#", 1)[0] + href
    return None


def _teaser(lines: list[list[_Piece]], used: list[_Piece]) -> tuple[str, ...]:
    texts = (_joined([piece for piece in one if piece not in used]) for one in lines)
    return tuple(text for text in texts if len(text) > _LABEL_LENGTH and not _generic(text))
