"""What every look writes: the state of its source, what there is to say about it, and the messages that follow.

Shared by the desk and the hearing (`watcher.desk`, `watcher.hearing`); runs on the desk's thread. Decides nothing about
news.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from watcher.agenda import Agenda
from watcher.concerns import Voice
from watcher.config.settings import Config, SourceConfig
from watcher.fetch.exchange import Response
from watcher.judge.trust import Publishers
from watcher.looks import Look, Sifted, health_notices, lessons, succeeded
from watcher.memory import Delivery, PollOutcome, SourceState
from watcher.model import Event, Notice, Publisher
from watcher.notify.route import route
from watcher.ourline import OurLine
from watcher.sources.parsed import Parsed
from watcher.store import Store, TitleState


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeper:
    """Works out and writes what a look leaves behind; with *dry_run* it writes nothing."""

    config: Config
    store: Store
    publishers: Publishers
    agenda: Agenda
    our_line: OurLine
    dry_run: bool

    def commit(self, *outcomes: PollOutcome) -> None:
        """Write what came of some looks, in one transaction."""
        if not self.dry_run:
            self.store.commit(*outcomes)

    def quiet(self, state: SourceState, notices: tuple[Notice, ...], now: datetime) -> PollOutcome:
        """Give the outcome of a look without news of a title."""
        return PollOutcome(source=state, notices=notices, deliveries=self.deliveries(notices, now))

    def state(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> SourceState:
        """Work out the state of a source whose answer was good."""
        found = sifted.found
        entries = look.state.entries_last if parsed.delta else len(parsed.entries)
        before = replace(look.state, identity_by=found.identity_by, **sifted.site, **lessons(look, found, response.at))
        outlook = self.agenda.outlook(look.source, response.at)
        return succeeded(replace(look, state=before), response, entries=entries, parsed=parsed, outlook=outlook)

    def notices(self, look: Look, after: SourceState, now: datetime) -> tuple[Notice, ...]:
        """Say what an answer, whatever it was, changes about the source and about our own line."""
        return (*health_notices(look.state, after, look.source, now), *self.our_line.answered(look.source, now))

    def voice(self, source: SourceConfig, state: SourceState) -> Voice:
        """Say who speaks at a source."""
        listed = self.publishers.of(source.url)
        return Voice(
            source_id=source.id,
            name=source.name,
            url=source.url,
            kind=source.kind,
            publisher=Publisher(id=listed.id, name=source.publisher or listed.name, tier=source.tier or listed.tier),
            pinned=source.tier is not None,
            first_look=state.first_look,
            doubted=bool(state.doubts),
        )

    def deliveries(self, items: Iterable[Event | Notice], now: datetime) -> tuple[Delivery, ...]:
        """Address news and notices to their channels."""
        wanted = tuple(items)
        about = {item.title_id for item in wanted if isinstance(item, Event)}
        states = self.store.titles(about) if about else {}
        return tuple(
            _snoozed(delivery, states.get(item.title_id) if isinstance(item, Event) else None)
            for item in wanted
            for delivery in route(item, config=self.config, now=now)
        )


def _snoozed(delivery: Delivery, title: TitleState | None) -> Delivery:
    """Hold back what is about a snoozed title until it wakes."""
    until = title.snoozed_until if title else None
    return replace(delivery, due=max(delivery.due, until)) if until else delivery
