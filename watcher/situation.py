"""How everything is doing: sources and when they are looked at, our own line, hot titles, the running service.

In:    configuration and store; the service tells of itself.
Out:   values for whoever shows them: `status`, `doctor`, `explain`, the status page.
Never: the network; deciding anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from watcher.agenda import Agenda
from watcher.config.settings import Config, SourceConfig
from watcher.memory import SourceState
from watcher.ourline import down_since
from watcher.schedule import rhythm
from watcher.schedule.condition import Condition, condition, why
from watcher.schedule.heat import Heat
from watcher.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """How the service itself is, as it says."""

    scheduler: timedelta
    """How long ago its scheduler moved."""
    sender: timedelta
    """How long ago its sender moved."""
    begun: datetime
    waits: str = ""
    """Why it looks and sends nothing at all, where that is so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source, as a person wants to see it."""

    source: SourceConfig
    state: SourceState
    condition: Condition
    rhythm: str
    """In words; empty where none is learned yet."""
    why: str
    """What decides about its next look."""

    @property
    def next_look(self) -> datetime | None:
        return max((at for at in (self.state.next_look, self.state.not_before) if at is not None), default=None)

    def document(self) -> dict[str, Any]:
        state = self.state
        return {
            "id": self.source.id,
            "name": self.source.name,
            "kind": self.source.kind,
            "url": self.source.url,
            "enabled": self.source.enabled,
            "health": state.health.value,
            "condition": self.condition.how.value,
            "remark": self.condition.text or None,
            "rhythm": self.rhythm or None,
            "last_post": rhythm.last_post(state.rhythm),
            "last_ok": state.last_ok,
            "failing_since": state.failing_since,
            "next_look": self.next_look,
            "why": self.why,
            "failures": state.failures,
            "error": state.last_error or None,
            "hub": state.hints.hub or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All sources, our own line, and what is hot."""

    sources: tuple[SourceHealth, ...]
    line_down: datetime | None
    hot: dict[str, Heat]

    def of(self, source_id: str) -> SourceHealth | None:
        return next((one for one in self.sources if one.source.id == source_id), None)


def situation(config: Config, store: Store, now: datetime) -> Situation:
    """Look at all sources of the configuration, without the network."""
    agenda, line_down = Agenda(config=config, store=store), down_since(store)
    states = store.source_states(source.id for source in config.sources)
    return Situation(
        sources=tuple(_health(source, states[source.id], agenda, now, line_down) for source in config.sources),
        line_down=line_down,
        hot=agenda.heats(now),
    )


def _health(
    source: SourceConfig, state: SourceState, agenda: Agenda, now: datetime, line_down: datetime | None
) -> SourceHealth:
    return SourceHealth(
        source=source,
        state=state,
        condition=condition(state, source, now=now, line_down=line_down),
        rhythm=rhythm.described(state.rhythm, zone=source.zone, now=now),
        why=why(state, source, agenda.outlook(source, now), now=now),
    )


def hot_line(hot: Heat) -> str:
    """Say that a title is hot, why and how long."""
    return f"hot until {hot.until:%Y-%m-%d %H:%M} UTC: {hot.why}; its better sources are looked at sooner"
