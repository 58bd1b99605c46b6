"""A page as a line of text runs, in which every element is a span and every date is marked.

In:    a `Page`.
Out:   `Runs`: the runs in reading order, the span of each element, the dates found (`Spot`).
Never: network, disk, clock.

A list of posts can be marked up in any way, but it reads the same: date, headline, date, headline. So the reader of
lists works on this line and uses elements only to find where a post begins and ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self

from lxml import etree

from watcher.sources.dom import BLOCKS, Element, words_of
from watcher.sources.pagedates import WORDS_ONLY, Label, Says, has_number, leading, trailing, whole
from watcher.sources.pagewords import words

_LONGEST_LABEL = 60
_MOST_RUNS = 8
"""Runs that a date may be drawn in."""
_SHORT_STAMP = 20
_SEPARATOR = re.compile(r"\s+[|｜·•/–—]\s+")
_DATE_PROPS = {"datepublished", "datecreated", "dateposted", "uploaddate"}
_STAMPED = etree.XPath(
    "descendant-or-self::*"
    "[self::time[@datetime] or (@itemprop and (@datetime or @content)) or @data-date or @data-published]"
)
"""Elements that may carry a date for machines, found without a look at each."""


@dataclass(slots=True, kw_only=True)
class Run:
    """A piece of text."""

    text: str
    node: Element
    anchor: Element | None
    block: int
    """Runs of one line share it."""
    spot: int = -1
    """The date it is a part of, if it is nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A date on the page."""

    start: int
    """The first run it covers."""
    end: int
    label: Label | None = None
    """As it is shown."""
    raw: str = ""
    """As it is written for machines."""
    cut: tuple[int, int] = (0, 0)
    """For a date that shares its line: how many characters it takes from the line's start, from its end."""
    block: int = -1
    node: Element | None = None

    @property
    def alone(self) -> bool:
        return self.cut == (0, 0)

    @property
    def full(self) -> bool:
        return bool(self.raw) or (self.label is not None and self.label.full)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of a page's line that may be one post."""

    start: int
    end: int
    nodes: tuple[Element, ...] = ()
    """The elements it is made of; empty for bare lines of text."""
    spot: Spot | None = None
    """A date that stands outside, for several posts of one day."""


@dataclass(slots=True, kw_only=True)
class Runs:
    """The line of a page."""

    runs: list[Run] = field(default_factory=list)
    spans: dict[Element, tuple[int, int]] = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    """Where the dates begin, in order."""
    stamped: dict[Element, str] = field(default_factory=dict)
    """What elements say for machines of their date."""

    def text(self, start: int, end: int, joint: str = "") -> str:
        if end == start + 1:
            return " ".join(self.runs[start].text.split())
        return " ".join(joint.join([run.text for run in self.runs[start:end]]).split())

    def spots_in(self, start: int, end: int) -> list[Spot]:
        """Give the dates of a stretch."""
        return self.spots[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def has_spot(self, start: int, end: int) -> bool:
        """Say whether a date begins in a stretch."""
        first = bisect_left(self.starts, start)
        return first < len(self.starts) and self.starts[first] < end

    def lines(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Give the spans of runs that stand on one line."""
        while start < end:
            stop = start + 1
            while stop < end and self.runs[stop].block == self.runs[start].block:
                stop += 1
            yield start, stop
            start = stop


def read_runs(root: Element, *, images: bool = False) -> Runs:
    """Lay a page out and mark its dates; *images* count as their descriptions."""
    line = lay_out(root, images=images)
    sizes = _Sizes.of(line)
    seen = (0, 0)
    for node, (start, end) in line.spans.items():
        short = start < end <= start + _MOST_RUNS and seen != (start, end) and sizes.may_be_date(start, end)
        if short or node in line.stamped:
            seen = (start, end)  # what is around it and no longer, says no more
            _mark_whole(line, node, start, end)
    for start, end in line.lines(0, len(line.runs)):
        _mark_beside(line, start, end)
    line.spots.sort(key=lambda spot: (spot.start, spot.end))
    line.starts = [spot.start for spot in line.spots]
    return line


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many letters and numbers stand before each run: most of a page cannot be a date."""

    letters: list[int]
    numbers: list[int]

    @classmethod
    def of(cls, line: Runs) -> Self:
        letters = accumulate((len("".join(run.text.split())) for run in line.runs), initial=0)
        numbers = accumulate((has_number(run.text) for run in line.runs), initial=0)
        return cls(list(letters), list(numbers))

    def may_be_date(self, start: int, end: int) -> bool:
        """Say whether a stretch is short enough for a date, or for "yesterday"."""
        longest = _LONGEST_LABEL if self.numbers[end] > self.numbers[start] else WORDS_ONLY
        return self.letters[end] - self.letters[start] <= longest


def lay_out(root: Element, breaking: frozenset[str] = BLOCKS, *, images: bool = False) -> Runs:
    """Put all text of an element on one line; the *breaking* tags begin and end blocks."""
    layout = _Layout(breaking=breaking | {"br"}, images=images)
    layout.line.stamped = {node: raw for node in _STAMPED(root) if (raw := _machine_date(node))}
    opened, closed = layout.open, layout.close
    for event, node in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            opened(node)
        else:
            closed(node)
    line = layout.line
    line.spans = dict(sorted(line.spans.items(), key=_outer_first))
    return line


def _outer_first(item: tuple[Element, tuple[int, int]]) -> tuple[int, int]:
    start, end = item[1]
    return start, -end


@dataclass(slots=True, kw_only=True)
class _Layout:
    """A line under construction."""

    breaking: frozenset[str]
    images: bool
    line: Runs = field(default_factory=Runs)
    block: int = 0
    anchors: list[Element | None] = field(default_factory=lambda: [None])
    opened: list[tuple[Element, int]] = field(default_factory=list)
    """The elements around this place, and the run at which each began."""

    def open(self, node: Element) -> None:
        tag = node.tag
        if tag in self.breaking:
            self.block += 1
        self.opened.append((node, len(self.line.runs)))
        if tag == "a" and node.get("href"):
            self.anchors.append(node)
        if node in self.line.stamped:
            self._run("", node)
        text = node.get("alt") if self.images and tag == "img" else node.text
        if text:
            self._add(text, node)

    def close(self, node: Element) -> None:
        if node.tag in self.breaking:
            self.block += 1
        self.line.spans[node] = (self.opened.pop()[1], len(self.line.runs))
        if self.anchors[-1] is node:
            self.anchors.pop()
        if self.opened and (tail := node.tail):
            self._add(tail, self.opened[-1][0])

    def _add(self, text: str, node: Element) -> None:
        """Add text; in preformatted text a line end is one."""
        if node.tag != "pre":
            if not text.isspace():
                self._run(text, node)
            return
        for number, part in enumerate(text.split("\n")):
            self.block += number > 0
            if part.strip():
                self._run(part, node)

    def _run(self, text: str, node: Element) -> None:
        self.line.runs.append(Run(text=text, node=node, anchor=self.anchors[-1], block=self.block))


def _mark_whole(line: Runs, node: Element, start: int, end: int) -> None:
    """Mark an element that is a date and nothing else, or carries one for machines."""
    raw = line.stamped.get(node, "")
    if start < end and any(run.spot >= 0 for run in line.runs[start:end]) and not raw:
        return
    label = _shown(line, start, end)
    if label is None and not raw:
        return
    if label is not None or _is_stamp(line, node, start, end):
        for run in line.runs[start:end]:
            run.spot = len(line.spots)
    line.spots.append(Spot(start=start, end=end if label else start, label=label, raw=raw, node=node))


def _is_stamp(line: Runs, node: Element, start: int, end: int) -> bool:
    """Say whether the text of a time element is a short form of its date ("2d"), not a headline."""
    return node.tag == "time" and len(line.text(start, end)) < _SHORT_STAMP


def _machine_date(node: Element) -> str:
    if node.tag == "time":
        return str(node.get("datetime") or "")
    if (node.get("itemprop") or "").lower() in _DATE_PROPS:
        return str(node.get("datetime") or node.get("content") or "")
    return str(node.get("data-date") or node.get("data-published") or "")


def _shown(line: Runs, start: int, end: int) -> Label | None:
    if not start < end <= start + _MOST_RUNS:
        return None
    pieces = [run.text for run in line.runs[start:end]]
    if sum(map(len, pieces)) > 2 * _LONGEST_LABEL:
        return None
    if len(pieces) == 1:
        return _whole_or_posted(line.text(start, end))
    if _is_category(pieces[0]) and any((own := whole(piece)) is not None and own.full for piece in pieces[1:]):
        return None
    tight = line.text(start, end)
    label = whole(tight) or whole(line.text(start, end, " ")) or _whole_or_posted(tight)
    if label is None and len(pieces) in {2, 3}:
        label = whole(" ".join(" ".join(reversed(pieces)).split()))  # "20 / Nov 2026" drawn upside down
        label = label if label is not None and label.full else None
    return label


def _whole_or_posted(text: str) -> Label | None:
    """Read a date alone, or "posted on 8 Nov 2026 in news": an element that says when, and little else."""
    label = leading(text) if 0 < len(text) <= _LONGEST_LABEL else None
    if label is None or not text[label.end :].strip():
        return label
    says_when = label.named and label.year is not None and label.says is not Says.OTHER
    return label if says_when and len(text) - label.end <= _SHORT_STAMP else None


def _is_category(text: str) -> bool:
    """Say whether a word beside a date is a post's category ("on air", "on sale") rather than what the date is of."""
    plain = text.strip().casefold()
    return plain in words("labels", "other") and not plain.endswith(("日", "期間"))


def _mark_beside(line: Runs, start: int, end: int) -> None:
    """Mark a date that leads or closes a line which has more to say."""
    if any(run.spot >= 0 for run in line.runs[start:end]):
        return
    text = line.text(start, end)
    if (label := whole(text)) is not None:
        for run in line.runs[start:end]:
            run.spot = len(line.spots)
        line.spots.append(Spot(start=start, end=end, label=label, block=line.runs[start].block))
        return
    spot = _beside(line, start, end, text)
    if spot is not None:
        line.spots.append(spot)


def _beside(line: Runs, start: int, end: int, text: str) -> Spot | None:
    """Find the date of a line: in front of its words, between them, or behind them."""
    block = line.runs[start].block
    label, closing = leading(text), trailing(text)
    if closing is not None and closing[1] > 0 and (label is None or _day(label) > _day(closing[0]) > (0,)):
        # A headline may itself begin with a day: of the two, what happens comes after the telling of it.
        return Spot(start=end - 1, end=end - 1, label=closing[0], cut=(0, len(text) - closing[1]), block=block)
    if label is not None and label.ago is None and not label.vague and _apart(line, start, end, label):
        return Spot(start=start, end=start, label=label, cut=(label.end, 0), block=block)
    inner = _segment(text)
    return Spot(start=start, end=start, label=inner, block=block) if inner is not None else None


def _day(label: Label) -> tuple[int, ...]:
    return (label.year, label.month or 0, label.day or 0) if label.year is not None else ()


def _segment(text: str) -> Label | None:
    """Read a date that is one part of a by-line: "By Jo | November 20, 2026 | 3 min read"."""
    parts = _SEPARATOR.split(text) if len(text) <= 2 * _LONGEST_LABEL and has_number(text) else []
    found = [label for part in parts[1:] if (label := whole(part)) is not None and label.year is not None]
    return found[0] if len(found) == 1 and len(parts) > 2 else None


def _apart(line: Runs, start: int, end: int, label: Label) -> bool:
    """Say whether the text behind a leading date is another thing: a new run, or behind a separator."""
    if label.closed and label.end < len(line.text(start, end)):
        return True
    first = line.text(start, start + 1)
    return label.end >= len(first) and end > start + 1


def date_like(node: Element) -> bool:
    """Say whether an element is named for a date."""
    return not words("marks", "date").isdisjoint(words_of(node))
