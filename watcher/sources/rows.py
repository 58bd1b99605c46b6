"""One post of a news list: its headline, link, date and teaser, out of a stretch of a page's line.

In:    `Runs` and the stretch that holds the post.
Out:   `Row`.
Never: network, disk, clock.

A page is read for many stretches that overlap, most of which turn out to be no posts. So a `Rows` keeps what it has
worked out about runs, elements and texts, and works out only what is asked: a teaser is made of the rows that are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from watcher.sources.dom import BLOCKS, Element, ancestors, words_of
from watcher.sources.fastmarkup import HEADINGS
from watcher.sources.headlines import Piece, by_anchor, by_line, generic, joined
from watcher.sources.pagedates import Says
from watcher.sources.pagewords import words
from watcher.sources.plain import MAX_TITLE
from watcher.sources.rowlinks import link_of
from watcher.sources.runs import Run, Runs, Spot, Stretch, date_like

MAX_RUNS = 120
"""A stretch with more text runs than this is not one post."""

_LABEL_LENGTH = 16


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
    lines: Sequence[list[Piece]] = ()
    used: Sequence[Piece] = ()
    """The part of its lines that is the headline."""


@dataclass(slots=True, kw_only=True)
class Rows:
    """Reads the posts of one page; `finished` completes those that are kept."""

    line: Runs
    url: str
    _rows: dict[tuple[object, ...], Row | None] = field(default_factory=dict)
    _pieces: dict[int, Piece] = field(default_factory=dict)
    _short: list[str] = field(default_factory=list)
    _holders: dict[Element, _Holders] = field(default_factory=dict)
    _marks: dict[Element, tuple[int, ...]] = field(default_factory=dict)

    def read(self, stretch: Stretch, labels: frozenset[str] = frozenset()) -> Row | None:
        """Read one stretch, without teaser; None where it has no headline."""
        if not 0 < stretch.end - stretch.start <= MAX_RUNS:
            return None
        key = (stretch.start, stretch.end, stretch.nodes, id(stretch.spot), labels)
        if key not in self._rows:
            self._rows[key] = self._read(stretch, labels)
        return self._rows[key]

    def finished(self, row: Row) -> Row:
        """Give a row with its teaser, marked if it is an advertisement."""
        return replace(row, teaser=_teaser(row.lines, row.used), ad=_is_ad(self.line, row.stretch))

    def recurring(self, stretches: Sequence[Stretch]) -> frozenset[str]:
        """Give the short texts that stand in several posts: categories and buttons, not headlines."""
        if len(stretches) < 2:
            return frozenset()
        short = self._short = self._short or [_short_text(run) for run in self.line.runs]
        seen: Counter[str] = Counter()
        for stretch in stretches:
            if stretch.end - stretch.start <= MAX_RUNS:
                seen.update(set(short[stretch.start : stretch.end]))
        return frozenset(text for text, count in seen.items() if text and count > 1)

    def _read(self, stretch: Stretch, labels: frozenset[str]) -> Row | None:
        line = self.line
        spots = line.spots_in(stretch.start, stretch.end)
        spot = _best_spot(spots) or stretch.spot
        lines = [
            found for start, end in line.lines(stretch.start, stretch.end) if (found := self._line(start, end, spot))
        ]
        lines = _without_badges(lines, stretch, labels)
        headline = self._title(lines, stretch)
        if headline is None:
            return None
        title, used = headline
        anchor = next((piece.run.anchor for piece in used if piece.run.anchor is not None), None)
        link, anchor = link_of(anchor, line, stretch, self.url)
        return Row(
            title=title[:MAX_TITLE],
            link=link,
            spot=spot,
            stretch=stretch,
            links=_rivals(lines, title),
            dates=_days(line, spots),
            title_node=used[0].run.node,
            anchor=anchor,
            lines=lines,
            used=used,
        )

    def _line(self, start: int, end: int, spot: Spot | None) -> list[Piece]:
        """Give the texts of one line without its dates."""
        line = self.line
        if spot is not None and not spot.alone and spot.block == line.runs[start].block:
            return _cut_pieces(line, start, end, spot)
        return [self._piece(number) for number in range(start, end) if (run := line.runs[number]).spot < 0 and run.text]

    def _piece(self, number: int) -> Piece:
        found = self._pieces.get(number)
        if found is None:
            run = self.line.runs[number]
            found = self._pieces[number] = Piece(" ".join(run.text.split()), run)
        return found

    def _title(self, lines: list[list[Piece]], stretch: Stretch) -> tuple[str, list[Piece]] | None:
        """Choose the headline: as it is marked, else a link, else the first line that says something."""
        pieces = [piece for one in lines for piece in one]
        ways: tuple[Callable[[], list[Piece]], ...] = (
            *(lambda kind=kind: self._inside(pieces, kind, stretch) for kind in range(3)),
            lambda: by_anchor(lines),
            lambda: by_line(lines),
        )
        for way in ways:
            chosen = way()
            title = joined(chosen)
            if title and not generic(title):
                return title, chosen
        return None

    def _inside(self, pieces: list[Piece], kind: int, stretch: Stretch) -> list[Piece]:
        """Give the pieces inside the first element that is marked as a headline in this way."""
        chosen: list[Piece] = []
        holder: Element | None = None
        for piece in pieces:
            around = next(
                (node for node in self._marked(piece.run.node)[kind] if kind != 1 or node not in stretch.nodes), None
            )
            if around is not None and (holder is None or around is holder):
                holder = around
                chosen.append(piece)
        return chosen

    def _marked(self, node: Element) -> _Holders:
        found = self._holders.get(node)
        if found is None:
            near = [(one, self._ways(one)) for one in islice(ancestors(node), 5)]
            able = [(one, ways) for one, ways in near if ways]
            found = _NONE if not able else tuple([one for one, ways in able if kind in ways] for kind in range(3))
            self._holders[node] = found
        return found

    def _ways(self, node: Element) -> tuple[int, ...]:
        """Give the ways in which an element is marked as a headline."""
        found = self._marks.get(node)
        if found is None:
            found = self._marks[node] = _ways_of(node)
        return found


_Holders = tuple[list[Element], ...]
"""The elements near a text that are marked as a headline: by a property, by a class, as a heading."""
_NONE: _Holders = ([], [], [])


def _ways_of(node: Element) -> tuple[int, ...]:
    found = (
        (node.get("itemprop") or "").lower() in {"headline", "name"},
        not words("marks", "title").isdisjoint(words_of(node)[:8]) and node.tag != "body",
        node.tag in HEADINGS,
    )
    return tuple(kind for kind, is_so in enumerate(found) if is_so)


def _short_text(run: Run) -> str:
    text = run.text.strip().casefold() if run.spot < 0 else ""
    return text if len(text) <= _LABEL_LENGTH else ""


def _days(line: Runs, spots: Iterable[Spot]) -> int:
    """Count the days of publication in a stretch."""
    return len(
        {line.runs[one.start].block for one in spots if one.alone and one.label and _says(one) is Says.PUBLISHED}
    )


def _best_spot(spots: Iterable[Spot]) -> Spot | None:
    """Choose the date of publication: not that of an event, not of an update, rather full than partial."""
    able = [spot for spot in spots if _says(spot) is not Says.OTHER]
    return max(able, key=_worth) if len(able) > 1 else next(iter(able), None)


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


def _cut_pieces(line: Runs, start: int, end: int, spot: Spot) -> list[Piece]:
    """Give the texts of a line that a date shares, without the date."""
    runs = [run for run in line.runs[start:end] if run.spot < 0 and run.text]
    head, tail = spot.cut
    joined = line.text(start, end)
    kept, position = [], 0
    for run in runs:
        text = " ".join(run.text.split())
        at = joined.find(text, position)
        at = position if at < 0 else at
        position = at + len(text)
        first, last = max(at, head), min(position, len(joined) - tail)
        if first < last:
            kept.append(Piece(joined[first:last], run))
    return kept


def _without_badges(lines: list[list[Piece]], stretch: Stretch, labels: frozenset[str]) -> list[list[Piece]]:
    """Drop categories, counters and "NEW!" unless nothing else is there."""
    kept = [[piece for piece in pieces if not _badge(piece, stretch, labels)] for pieces in lines]
    return [pieces for pieces in kept if pieces] or lines


def _badge(piece: Piece, stretch: Stretch, labels: frozenset[str]) -> bool:
    text = piece.folded
    if piece.decorates:
        return True
    if len(text) > 2 * _LABEL_LENGTH:
        return False
    if text[:1] in "【[［" and text[-1:] in "】]］" and piece.bare in words("lists", "news"):
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


def _is_ad(line: Runs, stretch: Stretch) -> bool:
    if any(not words("marks", "ad").isdisjoint(words_of(node)) for node in stretch.nodes):
        return True
    texts = (run.text.strip(" []【】()［］:：") for run in line.runs[stretch.start : stretch.end])
    return any(len(text) < 16 and text.casefold() in words("links", "ad") for text in texts)


def _rivals(lines: list[list[Piece]], title: str) -> int:
    """Count the links that could be headlines themselves: long, and not words of a running text."""
    found: set[str] = set()
    for one in lines:
        whole = sum(len(piece.text) for piece in one)
        for piece in one:
            long = len(piece.text) >= max(6, len(title) // 3) and len(piece.text) * 2 > whole
            if piece.run.anchor is not None and long and not generic(piece.text):
                found.add(piece.run.anchor.get("href").split("#")[0])
    return len(found)


def _teaser(lines: Sequence[list[Piece]], used: Sequence[Piece]) -> tuple[str, ...]:
    texts = (joined([piece for piece in one if piece not in used]) for one in lines)
    return tuple(text for text in texts if len(text) > _LABEL_LENGTH and not generic(text))
