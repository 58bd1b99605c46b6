"""Find everything that a sentence seems to state about the watched work, with all that speaks for and against it.

In:    a view, the setting of its text.
Out:   `Candidate`s: type, season, date, how it is meant, whose it is; solid or not.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate, Setting
from watcher.read.carriers import dubbed, streamed
from watcher.read.changes import announced, cancelled, delayed, rows
from watcher.read.clefts import told_as_day
from watcher.read.endings import finished
from watcher.read.persons import parts, people_of, returning
from watcher.read.pictures import shown
from watcher.read.premieres import released
from watcher.read.replaced import replaced
from watcher.read.views import View


def candidates(view: View, setting: Setting) -> list[Candidate]:
    """Return what one sentence seems to state; lines that lead elsewhere state nothing."""
    if view.kind is BlockKind.RELATED:
        return []
    found: list[Candidate] = []
    for finder in _FINDERS:
        found += finder(view, setting)
    if any(candidate.type is EventType.DELAYED and candidate.date for candidate in found):
        return found
    return [*found, *released(view, setting)]


_FINDERS: tuple[Callable[[View, Setting], Iterable[Candidate]], ...] = (
    delayed,
    replaced,
    told_as_day,
    rows,
    cancelled,
    announced,
    shown,
    people_of,
    returning,
    parts,
    dubbed,
    streamed,
    finished,
)
