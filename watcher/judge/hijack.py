"""Say whether an official site is still the one that was trusted.

In:    what is remembered of a source, the marks of what it shows now, now.
Out:   the marks to remember, and the doubts: reasons why somebody else may sit there. No doubt, no reason.
Never: network, disk, clock.

A drop-caught domain of an old show keeps its address and its trust. What gives it away: a site that was gone for long
and is back, another © line, another language, another title, links that lead elsewhere, words of casinos. A redesign
changes some of these, a new owner most. Words of casinos are enough by themselves, unless they were there from the
start.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from watcher.memory import SiteMarks, SourceState

LONG_AWAY = timedelta(days=14)
"""A site that could not be reached for so long may come back as somebody else's."""
ENOUGH = 3
"""Weight of signs from which trust is dropped. Calibrated on tests/core/test_judge_hijack.py: redesigns stay below."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_CROWD = 10
"""Links from which their direction says something."""


def doubts(state: SourceState, seen: SiteMarks, now: datetime) -> tuple[str, ...]:
    """Give the reasons to doubt what a source shows now; none where it is what it was."""
    pinned = state.marks
    words = _casino(pinned or SiteMarks(), seen)
    if words:
        return (f"it speaks of {', '.join(words)}",)
    if pinned is None:
        return ()
    signs = [*_changes(pinned, seen), *_absence(state, now)]
    return tuple(text for _, text in signs) if sum(weight for weight, _ in signs) >= ENOUGH else ()


def remembered(pinned: SiteMarks | None, seen: SiteMarks) -> SiteMarks:
    """Pin what was seen first; what it lacked then is filled in later."""
    if pinned is None:
        return seen
    return SiteMarks(
        title=pinned.title or seen.title,
        owner=pinned.owner or seen.owner,
        japanese=seen.japanese if pinned.japanese is None else pinned.japanese,
        links=pinned.links or seen.links,
        away=pinned.away if pinned.links else seen.away,
        strong=pinned.strong,
        weak=tuple(dict.fromkeys((*pinned.weak, *seen.weak))),
    )


def _casino(pinned: SiteMarks, seen: SiteMarks) -> tuple[str, ...]:
    strong = [word for word in seen.strong if word not in pinned.strong]
    weak = [word for word in seen.weak if word not in pinned.weak]
    return tuple(strong[:3]) if len(strong) >= 2 or (strong and len(weak) >= 3) else ()


def _changes(pinned: SiteMarks, seen: SiteMarks) -> list[tuple[int, str]]:
    found = []
    if pinned.owner and not _akin(pinned.owner, seen.owner):
        found.append((2, f"its © line “{pinned.owner}” is " + (f"“{seen.owner}” now" if seen.owner else "gone")))
    if pinned.japanese is not None and seen.japanese is not None and abs(pinned.japanese - seen.japanese) >= 0.4:
        found.append((1, "its language changed"))
    if pinned.title and seen.title and not _akin(pinned.title, seen.title):
        found.append((1, f"its title “{pinned.title}” is “{seen.title}” now"))
    if seen.links >= _CROWD and seen.away * 5 > seen.links * 4 and pinned.away * 2 < max(pinned.links, 1):
        found.append((1, "most of its links lead elsewhere"))
    return found


def _absence(state: SourceState, now: datetime) -> list[tuple[int, str]]:
    if state.failing_since is None or now - state.failing_since < LONG_AWAY:
        return []
    unresolved = state.last_reason == "dns"
    return [
        (
            2 if unresolved else 1,
            f"it was {'without an address' if unresolved else 'away'} since {state.failing_since:%Y-%m-%d}",
        )
    ]


def _akin(one: str, other: str) -> bool:
    """Say whether two lines share a word, or for scripts without blanks a stretch of letters."""
    first, second = (unicodedata.normalize("NFKC", text).casefold() for text in (one, other))
    if set(_WORD.findall(first)) & set(_WORD.findall(second)):
        return True
    stretches = {first[at : at + 4] for at in range(len(first) - 3) if not first[at : at + 4].isascii()}
    return any(stretch in second for stretch in stretches)
