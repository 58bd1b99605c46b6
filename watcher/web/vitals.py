"""Whether the service does what it is for: it moves, it looks with success, and nothing waits too long to be told.

In:    what the store remembers, what the running service says of itself, now.
Out:   `Verdict`: well, or the reasons why not; the figures behind it.
Never: a guess: where nothing is to be looked at or sent, nothing is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from watcher.config.settings import Config, SourceConfig
from watcher.memory import Delivery, SourceState
from watcher.ourline import down_since
from watcher.schedule import LONGEST
from watcher.schedule.rhythm import spell
from watcher.situation import Life
from watcher.store import Store

STUCK: Final = timedelta(minutes=1)
"""Scheduler and sender move every second or two."""
UNTOLD: Final = timedelta(minutes=15)
"""How long a message may be due, or be tried in vain, before that counts as trouble."""
UNSEEN: Final = timedelta(hours=1)
"""How long no look may succeed, where sources are looked at often enough."""
BEGIN: Final = timedelta(minutes=10)
"""How long a new start may take until its first good look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How the service is."""

    reasons: tuple[str, ...] = ()
    """What is wrong; nothing where all is well."""
    last_good_look: timedelta | None = None
    """How long ago; None where there was none."""
    oldest_message: timedelta | None = None
    """For how long the longest waiting message has been due; None where none is."""
    waiting: int = 0
    dead: int = 0
    sources: int = 0
    failing: int = 0

    @property
    def well(self) -> bool:
        return not self.reasons

    @property
    def word(self) -> str:
        return "ok" if self.well else "failing"

    def document(self) -> dict[str, Any]:
        """Say it all as JSON."""
        return {
            "status": self.word,
            "reasons": list(self.reasons),
            "last_good_look_seconds": _seconds(self.last_good_look),
            "oldest_message_seconds": _seconds(self.oldest_message),
            "waiting": self.waiting,
            "dead": self.dead,
            "sources": self.sources,
            "failing": self.failing,
        }


def verdict(config: Config, store: Store, life: Life, now: datetime) -> Verdict:
    """Look at everything that says how the service is."""
    enabled = [source for source in config.sources if source.enabled]
    by_id = store.source_states(source.id for source in enabled)
    states = [by_id[source.id] for source in enabled]
    pending = store.pending()
    good, late = _last_good(states, now), _latest(pending, now)
    reasons = [
        *_stuck(life),
        *_unseen(enabled, states, line_down=down_since(store), begun=life.begun, now=now),
        *_untold(late),
    ]
    return Verdict(
        reasons=tuple(reasons),
        last_good_look=good,
        oldest_message=late,
        waiting=len(pending),
        dead=len(store.dead()),
        sources=len(enabled),
        failing=sum(1 for state in states if state.failures),
    )


def _stuck(life: Life) -> list[str]:
    found = [f"nothing is looked at or sent: {life.waits}"] if life.waits else []
    for what, since in (("scheduler", life.scheduler), ("sender", life.sender)):
        if since > STUCK:
            found.append(f"the {what} has not moved for {spell(since)}")
    return found


def _unseen(
    sources: Sequence[SourceConfig],
    states: Sequence[SourceState],
    *,
    line_down: datetime | None,
    begun: datetime,
    now: datetime,
) -> list[str]:
    """Say why no news can be seen just now."""
    if not sources:
        return []
    if line_down is not None:
        return [f"our own line is down since {line_down:%Y-%m-%d %H:%M} UTC"]
    if all(state.failures for state in states):
        return ["no source can be read"]
    since = _last_good(states, now)
    if since is None:
        return ["no look has succeeded yet"] if now - begun > BEGIN else []
    return [f"no look has succeeded for {spell(since)}"] if since > _usual(sources, states) else []


def _usual(sources: Sequence[SourceConfig], states: Iterable[SourceState]) -> timedelta:
    """Say within what time some look should succeed: twice the shortest distance of two looks, an hour at least."""
    return max(UNSEEN, 2 * min(map(_distance, sources, states)))


def _distance(source: SourceConfig, state: SourceState) -> timedelta:
    if source.every is not None:
        return source.every
    if state.next_look is None or state.last_look is None:
        return LONGEST
    return max(state.next_look - state.last_look, timedelta(0))


def _last_good(states: Iterable[SourceState], now: datetime) -> timedelta | None:
    times = [state.last_ok for state in states if state.last_ok is not None]
    return max(now - max(times), timedelta(0)) if times else None


def _latest(pending: Iterable[Delivery], now: datetime) -> timedelta | None:
    """Say how long the message that waits longest has been late; one held for quiet hours or a digest is not."""
    late = [now - (one.created if one.attempts else one.due) for one in pending]
    return max((one for one in late if one >= timedelta(0)), default=None)


def _untold(late: timedelta | None) -> list[str]:
    return [f"a message has been waiting to be sent for {spell(late)}"] if late is not None and late > UNTOLD else []


def _seconds(span: timedelta | None) -> int | None:
    return None if span is None else int(span.total_seconds())
