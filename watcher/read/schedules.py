"""Read programme lists: a line gives the day, the lines below it the works.

In:    the views of a text, its setting.
Out:   `Candidate`s: a first or last episode on the day of its section.
Never: a routine episode; a line with a day of its own (that is `cues`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from watcher.model import BlockKind, EventType
from watcher.read.bare import only_day
from watcher.read.candidate import Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.lexicon import DATE
from watcher.read.stating import stated
from watcher.read.views import View

_ONLY_DAY = re.compile(f"[^\\w{DATE}]*{DATE}+[^\\w{DATE}]*(?:[月火水木金土日]曜?[^\\w]*)?(?:・?祝[^\\w]*)?")
_FIRST = re.compile(r"[(\[【<〔]新(?:番組)?[)\]】>〕]|🈟|#0?1(?!\d)|第1話|\(new\)|season premiere|series premiere")
_LAST = re.compile(r"[(\[【<〔]終[)\]】>〕]|🈡|最終回|\(finale\)|season finale|series finale")
_ROUTINE = re.compile(r"[(\[【<〔]再[)\]】>〕]|🈞|#0?(?:[2-9]|[1-9]\d)|第(?:[2-9]|[1-9]\d)話|再放送|rerun")
_LINE = 90


def scheduled(views: Sequence[View], setting: Setting) -> Iterator[Candidate]:
    """Yield what the lines of a list say by standing under a day."""
    day: FoundDate | None = None
    premieres = any(view.kind is BlockKind.HEADLINE and view.has("listing") for view in views)
    for view in views:
        if view.kind is BlockKind.HEADLINE and view.has("listing"):
            day = _one_day(view)
            day = None if day is not None and day.date is not None and day.date.latest == setting.published else day
        if view.kind in {BlockKind.HEADLINE, BlockKind.RELATED}:
            continue
        if (only := _day(view)) is not None:
            day = only
        elif day is not None and view.own and not view.dates and len(view.folded) < _LINE and not setting.is_past(day):
            yield from _line(view, day, setting, premieres=premieres)


def _day(view: View) -> FoundDate | None:
    """Return the day of a line that holds nothing else."""
    if not (view.words and only_day(view)) and (len(view.dates) != 1 or _ONLY_DAY.fullmatch(view.masked) is None):
        return None
    return _one_day(view)


def _one_day(view: View) -> FoundDate | None:
    days = [found for found in view.dates if found.date is not None and found.date.is_day]
    return days[0] if len(days) == 1 else None


def _line(view: View, day: FoundDate, setting: Setting, *, premieres: bool) -> Iterator[Candidate]:
    if view.has("rerun") or _ROUTINE.search(view.folded):
        return
    if _LAST.search(view.folded):
        kind = EventType.FINISHED
    elif premieres or _FIRST.search(view.folded):
        kind = EventType.RELEASE_DATE
    else:
        return
    name = view.own[0]
    yield replace(stated(kind, view, setting, name.start, name.end), date=day.date)
