"""Guess which part of a page is its list of news.

In:    a `Page`, now, the zone of its dates.
Out:   `NewsList`: rows with their days, and the selectors that would find them; or None.
Never: network, disk, clock.

Every repeating group of elements is a candidate. A group is good when its members each hold one headline, one link
and one date, when words near it say news, and when it stands in the page's main part. Groups of the same build
(month sections, a pinned card) are joined to the best one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import Self

from watcher.config.settings import Selectors
from watcher.sources.dom import Element, Page, ancestors, words_of
from watcher.sources.feeddates import Moment
from watcher.sources.groups import Group, find_groups
from watcher.sources.pagedates import period
from watcher.sources.resolve import Setting, Written, resolve
from watcher.sources.rows import Row, Rows
from watcher.sources.runs import Runs, read_runs
from watcher.sources.surroundings import Surroundings

_MAX_ROWS = 5_000
_UNDATED_LENGTH = 9
_CROWDED = 0.25
"""Share of rows holding more than one post above which a group is not the list but something around it."""
_WRONG = 0.1
"""A hint not above this says that a group is something else."""
_JOINS = 0.5
"""A hint below this keeps a group from being a part of the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsList:
    """The list that was found."""

    rows: tuple[Row, ...]
    moments: tuple[Moment | None, ...]
    selectors: Selectors
    score: float

    @property
    def dated(self) -> int:
        return sum(1 for moment in self.moments if moment is not None)


_Key = tuple[str, tuple[str, ...]]
"""How a group is built: what repeats, and the tags around it."""


@dataclass(slots=True, kw_only=True)
class _Prospect:
    """A group, and what stands around it; its rows are read when they are asked for."""

    group: Group
    hint: float
    key: _Key
    read: bool = False
    candidate: _Candidate | None = None


@dataclass(frozen=True)
class _Candidate:
    group: Group
    key: _Key
    rows: tuple[Row, ...]
    hint: float

    @cached_property
    def dated(self) -> int:
        return sum(1 for row in self.rows if row.spot is not None)

    @cached_property
    def linked(self) -> int:
        return sum(1 for row in self.rows if row.link is not None)

    @cached_property
    def crowded(self) -> float:
        """The share of rows that hold more than one post."""
        return sum(1 for row in self.rows if row.dates > 1 or row.links > 2) / len(self.rows)

    @cached_property
    def score(self) -> float:
        distinct = len({(row.title, row.link) for row in self.rows}) / len(self.rows)
        length = median(_width(row.title) for row in self.rows)
        share = self.dated / len(self.rows)
        worth = (2 * self.dated + self.linked) * (0.3 + 0.7 * share) * distinct * min(1.0, length / 12)
        return float(worth * self.hint * (1 - 0.9 * self.crowded))


def find_news(page: Page, setting: Setting) -> NewsList | None:
    """Find the list of news; dated lists first, else a list of headlines that cannot be anything else."""
    search = _Search.of(page, setting)
    best, others = search.dated()
    if best is None:
        others = search.promising()
        best = _best_undated(others)
    if best is None and any(node.get("alt") for node in page.root.iter("img")):
        search = _Search.of(page, setting, images=True)  # very old pages draw their dates and headlines
        best, others = search.dated()
    if best is None:
        return None
    rows = _without_ads([search.rows.finished(row) for row in search.reread(_joined(best, others))])
    moments = resolve([_written(row, search.line) for row in rows], setting)
    return NewsList(rows=tuple(rows), moments=tuple(moments), selectors=_selectors(best), score=best.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Search:
    """The search on one page. Rows are read only of groups that could still be chosen, for most are not."""

    line: Runs
    rows: Rows
    around: Surroundings
    setting: Setting

    @classmethod
    def of(cls, page: Page, setting: Setting, *, images: bool = False) -> Self:
        line = read_runs(page.root, images=images)
        return cls(line=line, rows=Rows(line=line, url=page.url), around=Surroundings(line=line), setting=setting)

    def dated(self) -> tuple[_Candidate | None, list[_Candidate]]:
        """Give the best list with dates, and what may be parts of it.

        Groups are read from the most promising on, until no others can be worth more than the best that was read.
        """
        able = [one for one in self._prospects(dated=True) if one.hint > _WRONG and _holds_dates(self.line, one.group)]
        read: set[_Key] = set()
        top = 0.0
        for alike in _most_promising_first(able):
            if _most(alike) < top:
                break
            read.add(alike[0].key)
            top = max([top, *(_sum(members) for members in _able(self._candidates(alike)))])
        best = _best_dated(self._candidates(one for one in able if one.key in read))
        if best is None:
            return None, []
        return best, self._candidates(one for one in able if one.key[0] == best.group.kind)

    def promising(self) -> list[_Candidate]:
        """Read the groups that may be a list, or a part of one, with dates or without."""
        prospects = (one for one in self._prospects() if one.hint >= _JOINS and _worth_reading(self.line, one.group))
        return self._candidates(prospects)

    def _prospects(self, *, dated: bool = False) -> Iterator[_Prospect]:
        for group in find_groups(self.line, dated=dated):
            yield _Prospect(group=group, hint=self.around.hint(group), key=(group.kind, self.around.path(group.node)))

    def _candidates(self, prospects: Iterable[_Prospect]) -> list[_Candidate]:
        found: list[_Candidate] = []
        for one in prospects:
            if not one.read:
                one.candidate, one.read = self._candidate(one), True
            if one.candidate is not None:
                found.append(one.candidate)
        return found

    def _candidate(self, one: _Prospect) -> _Candidate | None:
        stretches = one.group.stretches
        labels = self.rows.recurring(stretches)
        rows = _inherited([row for stretch in stretches if (row := self.rows.read(stretch, labels))])
        rows = [row for row in rows if row.spot is not None or row.link is not None]
        if not rows:
            return None
        hint = one.hint * (0.3 if _is_plan(rows, self.setting) else 1.0)
        return _Candidate(group=one.group, key=one.key, rows=tuple(rows), hint=hint)

    def reread(self, rows: list[Row]) -> list[Row]:
        """Read the rows once more, now that it is known what recurs in all of them."""
        labels = self.rows.recurring([row.stretch for row in rows])
        again = [self.rows.read(row.stretch, labels) for row in rows]
        return [
            replace(row, title=new.title, link=new.link) if new else row for row, new in zip(rows, again, strict=True)
        ]


def _without_ads(rows: list[Row]) -> list[Row]:
    """Drop the few rows marked as advertisements; where many are, the mark means something else."""
    posts = [row for row in rows if not row.ad]
    return posts if len(posts) * 3 >= 2 * len(rows) else rows


def _holds_dates(line: Runs, group: Group) -> bool:
    return any(stretch.spot is not None or line.has_spot(stretch.start, stretch.end) for stretch in group.stretches)


def _is_plan(rows: Sequence[Row], setting: Setting) -> bool:
    """Say whether most dates lie ahead: news is dated when it is told, a schedule when it happens."""
    labels = [row.spot.label for row in rows if row.spot is not None and row.spot.label is not None]
    today = (setting.today.year, setting.today.month, setting.today.day + 1)
    ahead = [one for one in labels if one.year and (one.year, one.month or 0, one.day or 0) > today]
    return len(ahead) * 2 > len(rows)


def _worth_reading(line: Runs, group: Group) -> bool:
    """Pass over groups without a date that are too few or hold no links (cheaply: most groups end here)."""
    first, last = group.stretches[0].start, group.stretches[-1].end
    if any(stretch.spot for stretch in group.stretches) or line.has_spot(first, last):
        return True
    return len(group.stretches) > 2 and any(run.anchor is not None for run in line.runs[first:last])


def _inherited(rows: Sequence[Row]) -> list[Row]:
    """Give rows of a table the date of a cell that spans them."""
    given: list[Row] = []
    left, spot = 0, None
    for row in rows:
        span = row.spot.node.get("rowspan") if row.spot is not None and row.spot.node is not None else None
        if span and span.isdigit():
            left, spot = min(int(span), 1000), row.spot
        if row.spot is None and left > 0:
            row = replace(row, spot=spot)  # noqa: PLW2901 (the same row, completed)
        left -= 1
        given.append(row)
    return given


def _width(text: str) -> int:
    """Length in Latin letters: a CJK sign says about twice as much."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def _most_promising_first(prospects: Iterable[_Prospect]) -> list[list[_Prospect]]:
    alike: dict[_Key, list[_Prospect]] = {}
    for one in prospects:
        alike.setdefault(one.key, []).append(one)
    return sorted(alike.values(), key=_most, reverse=True)


def _most(alike: Sequence[_Prospect]) -> float:
    """Give what groups of one build are worth at most: every row dated, linked, long and distinct."""
    return sum(3 * len(one.group.stretches) * one.hint for one in alike) * 1.001  # more than any rounding


def _sum(members: Sequence[_Candidate]) -> float:
    return sum(one.score for one in members)


def _able(candidates: Sequence[_Candidate]) -> list[list[_Candidate]]:
    """Put groups of one build together, a list in twelve month sections is one list, and keep what may be the news."""
    alike: dict[tuple[_Key, frozenset[str]], list[_Candidate]] = {}
    for one in candidates:
        if one.crowded <= _CROWDED and one.hint > _WRONG and one.dated * 2 >= len(one.rows):
            alike.setdefault((one.key, _shape(one)), []).append(one)
    return [members for members in alike.values() if _are_dated_list(members)]


def _best_dated(candidates: Sequence[_Candidate]) -> _Candidate | None:
    # The same posts also repeat as the only child of each card: the fewer groups, the nearer to the list itself.
    best = max(_able(candidates), key=lambda members: (_sum(members), -len(members)), default=None)
    return max(best, key=lambda one: one.score) if best else None


def _are_dated_list(members: Sequence[_Candidate]) -> bool:
    return sum(one.dated for one in members) > 1 or (members[0].hint > 1.4 and members[0].linked == 1)


def _best_undated(candidates: Sequence[_Candidate]) -> _Candidate | None:
    able = [one for one in candidates if _is_headlines(one)]
    return max(able, key=lambda one: one.linked * one.hint, default=None)


def _is_headlines(one: _Candidate) -> bool:
    """Say whether a group without dates can only be a list of posts: long, distinct, linked, in the main part."""
    links = [row.link for row in one.rows if row.link]
    if one.group.kind in {"line", "lines"} and one.hint < 1.4:
        return False  # any text with a line break in it is a list of lines
    if one.crowded > 0.1 or len(links) < 3 or len(set(links)) < 0.8 * len(links) or one.linked * 10 < 9 * len(one.rows):
        return False
    length = median(_width(row.title) for row in one.rows)
    return (length >= 2 * _UNDATED_LENGTH and one.hint >= 0.9) or (length >= _UNDATED_LENGTH and one.hint >= 1.4)


def _joined(best: _Candidate, candidates: Sequence[_Candidate]) -> list[Row]:
    """Add the rows of groups that are built like the best one and stand apart from it."""
    rows = list(best.rows)
    taken = {number for row in rows for number in range(row.stretch.start, row.stretch.end)}
    path, shape = best.key[1], _shape(best)
    if not best.dated and not shape:
        return _once(rows)  # nothing tells such a list from a menu of the same build
    for other in candidates:
        if other is best or other.group.kind != best.group.kind or other.hint < _JOINS or other.crowded > _CROWDED:
            continue
        if best.dated and other.dated * 2 < len(other.rows):
            continue
        if not _alike(path, shape, other) or (best.linked == len(best.rows) and not other.linked):
            continue
        apart = [row for row in other.rows if taken.isdisjoint(range(row.stretch.start, row.stretch.end))]
        rows += apart
        taken |= {number for row in apart for number in range(row.stretch.start, row.stretch.end)}
    return _once(sorted(rows, key=lambda row: row.stretch.start))


def _alike(path: tuple[str, ...], shape: frozenset[str], other: _Candidate) -> bool:
    named = _shape(other)
    if shape and named:
        return len(shape & named) * 2 >= len(shape | named)
    return other.key[1] == path


def _shape(one: _Candidate) -> frozenset[str]:
    """Give the class words that most rows share."""
    counted = Counter(word for row in one.rows for node in row.stretch.nodes[:1] for word in set(words_of(node)))
    return frozenset(word for word, count in counted.items() if count * 2 > len(one.rows) and not word.isdigit())


def _once(rows: Iterable[Row]) -> list[Row]:
    """Keep each post once: a pinned one often stands in the list again."""
    kept: dict[tuple[str | None, str], Row] = {}
    for row in rows:
        key = (row.link, row.title)
        if key not in kept or (kept[key].spot is None and row.spot is not None):
            kept[key] = row
    return list(kept.values())[:_MAX_ROWS]


def _written(row: Row, line: Runs) -> Written:
    """Give a row's date with the year (and month) that the nearest heading above names."""
    label = row.spot.label if row.spot is not None else None
    if row.spot is None or label is None or label.year is not None or (label.day is None and label.pair is None):
        return Written(spot=row.spot)
    for number in range(row.spot.start - 1, max(-1, row.spot.start - 400), -1):
        run = line.runs[number]
        if run.anchor is None and run.spot < 0 and (named := period(run.text)) is not None:
            return Written(spot=row.spot, year=named[0], month=named[1])
    return Written(spot=row.spot)


def _selectors(best: _Candidate) -> Selectors:
    """Put what was found into words that a person can paste and mend."""
    row = next((row for row in best.rows if row.stretch.nodes), None)
    if row is None or len(row.stretch.nodes) != 1:
        return Selectors(item=_css(best.group.node))
    node = row.stretch.nodes[0]
    date = row.spot.node if row.spot is not None and row.spot.alone else None
    return Selectors(
        item=f"{_css(best.group.node)} > {_name(node)}",
        title=_inner(row.title_node, node),
        link=_inner(row.anchor, node),
        date=_inner(date, node),
    )


def _inner(node: Element | None, item: Element) -> str:
    return "" if node is None or node is item or item not in list(ancestors(node)) else _name(node)


def _css(node: Element) -> str:
    """Give a short path to an element, from the nearest id or class."""
    parts: list[str] = []
    for around in ancestors(node):
        parts.append(_name(around))
        if around.get("id") or around.get("class") or around.tag == "body":
            break
    return " > ".join(reversed(parts))


def _name(node: Element) -> str:
    plain = re.compile(r"[A-Za-z_][\w-]*")
    if (name := node.get("id")) and plain.fullmatch(name):
        return f"{node.tag}#{name}"
    first = next((name for name in (node.get("class") or "").split() if plain.fullmatch(name)), "")
    return f"{node.tag}.{first}" if first else str(node.tag)
