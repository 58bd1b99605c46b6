"""How a source is doing and that a title is hot, in lines and as JSON, for `status`, `doctor` and `explain`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from watcher.schedule import rhythm
from watcher.schedule.heat import Heat
from watcher.situation import SourceHealth


def hot_document(hot: Heat | None) -> dict[str, Any] | None:
    """Say the same as JSON."""
    return {"since": hot.since, "until": hot.until, "why": hot.why} if hot else None


def lines(one: SourceHealth) -> Iterator[str]:
    """Say how a source is doing, over some lines."""
    state, last = one.state, f"{one.state.last_ok:%Y-%m-%d %H:%M} UTC" if one.state.last_ok else "never"
    yield f"{one.source.name}: {one.condition.how}, {state.polls} looks, last good {last}"
    if one.condition.text:
        yield f"  {one.condition.text}"
    if state.last_error and state.last_error != one.condition.text:
        yield f"  last error: {state.last_error}"
    if one.condition.mend:
        yield f"  → {one.condition.mend}"
    posts = rhythm.last_post(state.rhythm)
    yield f"  rhythm: {one.rhythm or 'not learned yet'}" + (f"; last post {posts:%Y-%m-%d %H:%M} UTC" if posts else "")
    if one.next_look is not None:
        yield f"  next look {one.next_look:%Y-%m-%d %H:%M} UTC ({one.why})"
