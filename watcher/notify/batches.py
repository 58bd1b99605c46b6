"""Decide which waiting deliveries of a channel travel in one message.

In:    what waits, oldest first; a way to look up what they carry; the channel's pace.
Out:   a `Batch`.
Never: claiming, sending, the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from typing import Final

from watcher.memory import Delivery
from watcher.model import Event, Notice
from watcher.notify.message import Message
from watcher.notify.render import Circumstances, Titles, render, render_digest, render_story, story_of
from watcher.notify.timing import Pace

FOLDED: Final = 2_500
"""How many deliveries one folded message takes at most: 10,000 make four."""

Item = Event | Notice
Lookup = Callable[[str], Item | None]


class BatchKind(StrEnum):
    """Why deliveries travel together."""

    STORY = "story"
    """They come from one post (or it is only one)."""
    DIGEST = "digest"
    """The user wants one message a day or week."""
    FOLD = "fold"
    """There are too many to send one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The first *size* due deliveries make one message; of a digest's slot, all."""

    kind: BatchKind
    size: int = 1


def plan(
    waiting: Sequence[Delivery], *, now: datetime, aside: Collection[int], pace: Pace, look_up: Lookup
) -> Batch | None:
    """Say what to send next of all that waits for a channel, oldest first; None where nothing may go.

    What failed holds up what came later, unless it stands *aside*. A possible repeat travels as it did before: never
    together with what was not sent yet.
    """
    due = _due(waiting, now, aside)
    if not due:
        return None
    head = due[0]
    if head.slot:
        return Batch(kind=BatchKind.DIGEST)
    alike = tuple(takewhile(lambda one: not one.slot and one.repeat == head.repeat, due))
    if len(alike) > pace.fold:
        return Batch(kind=BatchKind.FOLD, size=min(len(alike), FOLDED))
    return Batch(kind=BatchKind.STORY, size=_story_size(alike, look_up))


def _due(waiting: Sequence[Delivery], now: datetime, aside: Collection[int]) -> list[Delivery]:
    due = []
    for one in waiting:
        if one.due <= now:
            due.append(one)
        elif one.attempts > 0 and one.id not in aside:
            break
    return due


def _story_size(due: Sequence[Delivery], look_up: Lookup) -> int:
    first = look_up(due[0].ref)
    if not isinstance(first, Event):
        return 1
    story = story_of(first)
    return 1 + sum(1 for _ in takewhile(lambda one: _story(look_up(one.ref)) == story, due[1:]))


def _story(item: Item | None) -> str | None:
    return story_of(item) if isinstance(item, Event) else None


def write(kind: BatchKind, items: Sequence[Item], *, titles: Titles, way: Circumstances) -> Message:
    """Render the message of a batch."""
    if kind is BatchKind.FOLD or (kind is BatchKind.DIGEST and len(items) > 1):
        return render_digest(items, titles=titles, way=way, folded=kind is BatchKind.FOLD)
    events = [item for item in items if isinstance(item, Event)]
    if len(events) == len(items):
        return render_story(events, titles=titles, way=way)
    return render(items[0], title=None, timezone=way.timezone, repeat=way.repeat, now=way.now)
