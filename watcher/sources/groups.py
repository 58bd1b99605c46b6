"""Every way in which a page's elements may repeat as a list of posts.

In:    the tree and its `Runs`.
Out:   `Group`s of `Stretch`es, good and bad; `newslist` chooses.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from watcher.sources.dom import BLOCKS, Element, ancestors
from watcher.sources.fastmarkup import HEADINGS
from watcher.sources.rows import MAX_RUNS
from watcher.sources.runs import Runs, Stretch

_INLINE_BREAK = {"br", "hr"}
_NOT_POSTS = {"br", "hr", "input", "form", "label", "img", "source", "wbr", "col", "colgroup", "thead"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Stretches that repeat inside one element."""

    node: Element
    kind: str
    """What repeats: a tag, ``dt+``, ``h3+``, ``date+``, ``line``."""
    stretches: tuple[Stretch, ...]


def find_groups(line: Runs, *, dated: bool = False) -> Iterator[Group]:
    """Give all groups of all elements that hold at least two texts, or of those that hold a *dated* one."""
    for node, (start, end) in line.spans.items():
        if end - start < 2 or (dated and not line.has_spot(start, end)):
            continue
        children = [child for child in node if _counts(line, child)]
        yield from _by_tag(line, node, children)
        yield from _by_leader(line, node, children)
        yield from _by_line(line, node, start, end)


def _counts(line: Runs, child: Element) -> bool:
    span = line.spans.get(child)
    return span is not None and span[0] < span[1] and child.tag not in _NOT_POSTS


def _by_tag(line: Runs, node: Element, children: list[Element]) -> Iterator[Group]:
    for tag in dict.fromkeys(child.tag for child in children):
        same = [child for child in children if child.tag == tag]
        stretches = tuple(
            Stretch(start=line.spans[child][0], end=line.spans[child][1], nodes=(child,)) for child in same
        )
        yield Group(node=node, kind=str(tag), stretches=stretches)


def _by_leader(line: Runs, node: Element, children: list[Element]) -> Iterator[Group]:
    """Group flat children: each post begins with a dt, a heading, or a date (or ends with one)."""
    if len(children) < 2:
        return
    tags = Counter(child.tag for child in children)
    for tag in ("dt", *(name for name in HEADINGS if tags[name] > 1)):
        if tags[tag] and len(tags) > 1:
            leaders = [number for number, child in enumerate(children) if child.tag == tag]
            yield from _led(line, node, children, leaders, f"{tag}+")
    dates = [number for number, child in enumerate(children) if _is_date(line, child)]
    if len(dates) > 1 and len(dates) < len(children):
        if dates[0] > 0 and _is_headline(children[dates[0] - 1], tags):
            starts = [0, *(number + 1 for number in dates[:-1])]
            yield from _led(line, node, children, starts, "+date")
        else:
            yield from _led(line, node, children, dates, "date+")


def _is_headline(child: Element, tags: Counter[str]) -> bool:
    """Say whether the child before a date is the headline that the date closes."""
    return _has_link(child) or (child.tag in HEADINGS and tags[child.tag] > 1)


def _led(line: Runs, node: Element, children: list[Element], leaders: list[int], kind: str) -> Iterator[Group]:
    bounds = [*leaders, len(children)]
    if kind == "+date":
        bounds[-1] = max(number for number, child in enumerate(children) if _is_date(line, child)) + 1
    elif len(bounds) > 2:  # what follows the last post is no part of it
        bounds[-1] = min(bounds[-1], bounds[-2] + max(two - one for one, two in pairwise(bounds[:-1])))
    stretches: list[Stretch] = []
    for first, last in pairwise(bounds):
        members = children[first:last]
        if members:
            stretches += _shared_out(line, members)
    yield Group(node=node, kind=kind, stretches=tuple(stretches))


def _shared_out(line: Runs, members: list[Element]) -> list[Stretch]:
    """Give the stretches of one leader: one, or several where one date leads several linked posts."""
    start, end = line.spans[members[0]][0], line.spans[members[-1]][1]
    whole = Stretch(start=start, end=end, nodes=tuple(members))
    if not _is_date(line, members[0]) or len(members) < 2:
        return [whole]
    followers = members[1:]
    while len(followers) == 1 and len(followers[0]) > 1 and followers[0].tag in {"ul", "ol", "div", "dd"}:
        followers = list(followers[0])
    posts = [child for child in followers if _has_link(child) and _counts(line, child)]
    if len(posts) < 2 or len({child.tag for child in posts}) > 1 or posts[0].tag in {"a", "span"}:
        return [whole]
    spot = next(spot for spot in line.spots if spot.start >= start)
    return [Stretch(start=line.spans[child][0], end=line.spans[child][1], nodes=(child,), spot=spot) for child in posts]


def _has_link(node: Element) -> bool:
    return any(link.get("href") for link in node.iter("a"))


def _is_date(line: Runs, child: Element) -> bool:
    start, end = line.spans[child]
    return end > start and all(run.spot >= 0 or not run.text for run in line.runs[start:end])


def _block_of(node: Element) -> Element | None:
    return next((around for around in ancestors(node) if around.tag in BLOCKS), None)


def _by_line(line: Runs, node: Element, start: int, end: int) -> Iterator[Group]:
    """Group what old pages separate by line breaks."""
    broken = node.tag == "pre" or any(child.tag in _INLINE_BREAK for child in node)
    if not broken or end - start > 50 * MAX_RUNS:
        return
    spans, own = list(line.lines(start, end)), _block_of(node)
    if sum(1 for first, _ in spans if _block_of(line.runs[first].node) is own) * 3 < 2 * len(spans):
        return  # it holds other blocks, not lines of its own
    yield Group(node=node, kind="line", stretches=tuple(Stretch(start=first, end=last) for first, last in spans))
    led = {spot.start for spot in line.spots}
    leaders = [number for number, (first, _) in enumerate(spans) if first in led]
    if len(leaders) > 1:
        bounds = [*leaders, len(spans)]
        stretches = tuple(Stretch(start=spans[first][0], end=spans[last - 1][1]) for first, last in pairwise(bounds))
        yield Group(node=node, kind="lines", stretches=stretches)
