"""What makes looks urgent just now: hot titles, event windows, and who speaks at a source.

Kept beside the desk, on its thread. Leaves *when* to look to `watcher.schedule`, and keeping to the store.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.config.settings import Config, SourceConfig
from watcher.config.windows import FINAL_EPISODE
from watcher.judge.trust import Publishers
from watcher.memory import Judged, Knowledge
from watcher.model import Tier, Title
from watcher.schedule.heat import TEASED_EVERY, Heat, Teaser, heat, hottest, is_teaser, teased
from watcher.schedule.outlook import Outlook
from watcher.schedule.windows import Span, event_spans, final_spans
from watcher.store import Store

RENEW = timedelta(minutes=15)
"""How old what another process (a `check`) may have changed gets here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A source as the agenda sees it."""

    tier: Tier
    titles: frozenset[str]
    """Empty: it is looked at for all."""

    def concerns(self, title_id: str) -> bool:
        return not self.titles or title_id in self.titles


class Agenda:
    """Knows for each source what makes its next look urgent."""

    def __init__(self, *, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._names = {title.id: title.name for title in config.titles}
        self._titles = _by_name(config.titles)
        self._publishers = Publishers(config.publishers)
        self._places: dict[str, _Place] = {}
        self._stirring: dict[str, Knowledge] = {}
        self._teasers: tuple[Teaser, ...] = ()
        self._events: tuple[Span, ...] = ()
        self._renewed: datetime | None = None

    def outlook(self, source: SourceConfig, now: datetime) -> Outlook:
        """Say what makes looks at *source* urgent. Pointers and the unknown are not hurried: they confirm nothing."""
        self._renew(now)
        place = self._place(source)
        plain = Outlook(tier=place.tier, learned=self._config.rhythm)
        if place.tier > Tier.PRESS or not (self._stirring or self._teasers or self._events or self._config.own_windows):
            return plain
        hot = hottest(one for one in self.heats(now).values() if place.concerns(one.title_id))
        spans = (*self._events, *self._finals(place, now), *self._own(place, now))
        return Outlook(tier=place.tier, bound=bool(place.titles), hot=hot, spans=spans, learned=self._config.rhythm)

    def heats(self, now: datetime) -> dict[str, Heat]:
        """List the titles that are hot."""
        if not self._config.hot:
            return {}
        self._renew(now)
        found = [heat(id_, one.held, now) for id_, one in self._stirring.items() if one.held]
        found += [teased(id_, self._teasers, now) for id_ in {one.title_id for one in self._teasers}]
        hot = sorted((one for one in found if one is not None), key=lambda one: one.since)
        return {one.title_id: one for one in hot}

    def heated(self, changed: Iterable[Knowledge], judged: Iterable[Judged], now: datetime) -> frozenset[str]:
        """Take note of what is known and was said now; return the titles that have become hot (again) by it."""
        before = self.heats(now)
        for one in changed:
            self._stirring[one.title_id] = one
        said = [Teaser(title_id=one.title_id, source=one.source_id, at=one.at) for one in judged if is_teaser(one)]
        self._teasers = (*self._teasers, *filter(self._counts, said))
        return frozenset(
            id_ for id_, one in self.heats(now).items() if id_ not in before or one.since > before[id_].since
        )

    def sources_for(self, titles: Iterable[str]) -> list[SourceConfig]:
        """List the sources of tiers 1 to 3 that are looked at for one of *titles*."""
        wanted = frozenset(titles)
        return [
            source
            for source in self._config.sources
            if source.enabled and (place := self._place(source)).tier <= Tier.PRESS and any(map(place.concerns, wanted))
        ]

    def _counts(self, teaser: Teaser) -> bool:
        """Teasers of tiers 1 to 4 count."""
        source = next((one for one in self._config.sources if one.id == teaser.source), None)
        return source is not None and teaser.title_id in self._names and self._place(source).tier <= Tier.POINTER

    def _place(self, source: SourceConfig) -> _Place:
        if (known := self._places.get(source.id)) is None:
            own = {title.id: title for name in source.titles for title in self._titles.get(name, ())}.values()
            tiers = [self._publishers.of(source.url, title=title).tier for title in own]
            tier = source.tier or min([*tiers, self._publishers.of(source.url).tier])
            known = self._places[source.id] = _Place(tier=tier, titles=frozenset(title.id for title in own))
        return known

    def _finals(self, place: _Place, now: datetime) -> tuple[Span, ...]:
        if FINAL_EPISODE not in self._config.windows:
            return ()
        some = (one for one in self._stirring.values() if place.concerns(one.title_id) and one.title_id in self._names)
        return tuple(span for one in some for span in final_spans(one.known, self._names[one.title_id], now))

    def _own(self, place: _Place, now: datetime) -> tuple[Span, ...]:
        own = [one for one in self._config.own_windows if not one.titles or any(map(place.concerns, one.titles))]
        return event_spans((), own, now)

    def _renew(self, now: datetime) -> None:
        """Read from the store what may matter; most titles rest and are not fetched."""
        if self._renewed is not None and abs(now - self._renewed) < RENEW:
            return
        self._renewed = now
        self._stirring = {one.title_id: one for one in self._store.stirring() if one.title_id in self._names}
        said = (
            Teaser(title_id=title, source=source, at=at) for title, source, at in self._store.teased(now - TEASED_EVERY)
        )
        self._teasers = tuple(filter(self._counts, said))
        self._events = event_spans(self._config.windows, (), now)


def _by_name(titles: Iterable[Title]) -> dict[str, list[Title]]:
    """Index titles by what a source may call them: their ids and names."""
    found: dict[str, list[Title]] = {}
    for title in titles:
        for name in {title.id, title.name}:
            found.setdefault(name, []).append(title)
    return found
