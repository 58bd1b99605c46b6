"""What the pages show, as values: foreign text cleaned and cut, addresses checked, times in the user's zone.

In:    the configuration, the store (read only), now.
Out:   frozen values that a template prints.
Never: markup; the address of a channel, a key of a source, a secret of any kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from watcher import __version__
from watcher.config.secret import masked_address
from watcher.config.settings import Config
from watcher.judge.dossier import Dossier, Facet, SeasonDossier, Waiting, dossier
from watcher.memory import Delivery, DeliveryState
from watcher.model import Event, Evidence, Medium, Notice
from watcher.notify import safe, words
from watcher.notify.render import SUBJECTS, render
from watcher.situation import SourceHealth, hot_line, situation
from watcher.store import ChannelState, Store, TitleState
from watcher.web.vitals import Verdict

MOST_TITLES: Final = 200
MOST_MESSAGES: Final = 100
MOST_LINKS: Final = 8
_ALWAYS: Final = ("existence", "date")
"""Facets that are worth a line even where nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words that lead to a page, or just words."""

    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands on every page."""

    at: str
    zone: str
    version: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One thing that was told."""

    at: str
    ref: str
    subject: str
    quote: str
    before: str
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetView:
    """One known fact, and who says so."""

    name: str
    text: str
    evidence: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonView:
    """What is known of one season."""

    name: str
    facets: tuple[FacetView, ...]
    unknown: str
    """Names of the facets of which nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldView:
    """What somebody says and nobody has confirmed."""

    says: str
    waits_for: str
    since: str
    evidence: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleView:
    """All about one title."""

    name: str
    resting: str
    hot: str
    streams: str
    seasons: tuple[SeasonView, ...]
    held: tuple[HeldView, ...]
    official: Link | None
    silenced: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitlesView:
    """The titles that fit on a page."""

    titles: tuple[TitleView, ...]
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """How one source is."""

    name: str
    kind: str
    how: str
    well: bool
    last_good: str
    next_look: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One message to one channel."""

    subject: str
    ref: str
    channel: str
    created: str
    due: str
    tries: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelView:
    """How one channel is."""

    name: str
    how: str
    well: bool
    last_sent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxView:
    """What waits, what was given up, how the channels are, what the program itself has to say."""

    waiting: tuple[MessageView, ...]
    dead: tuple[MessageView, ...]
    waiting_left_out: int
    dead_left_out: int
    channels: tuple[ChannelView, ...]
    notices: tuple[Link, ...]


class Views:
    """Looks at one moment of the store."""

    def __init__(self, config: Config, store: Store, now: datetime) -> None:
        self._config, self._store, self._now = config, store, now
        self._titles = {title.id: title for title in config.titles}
        self._channels = {channel.id: channel.name for channel in config.channels}

    def frame(self, verdict: Verdict) -> Frame:
        return Frame(at=self._time(self._now), zone=self._config.timezone.key, version=__version__, verdict=verdict)

    def events(self, limit: int) -> tuple[EventView, ...]:
        """List what was told last, newest first."""
        return tuple(map(self._event, reversed(self._store.events(limit=limit))))

    def titles(self) -> TitlesView:
        """List the watched titles with what is known."""
        shown = self._config.titles[:MOST_TITLES]
        known = self._store.knowledge_of(title.id for title in shown)
        states, hot = self._store.titles(), situation(self._config, self._store, self._now).hot
        dossiers = [dossier(one, known[one.id], self._now, policy=self._config.policy) for one in shown]
        views = (
            self._title(one, states.get(one.title_id), hot_line(hot[one.title_id]) if one.title_id in hot else "")
            for one in dossiers
        )
        return TitlesView(titles=tuple(views), left_out=len(self._config.titles) - len(shown))

    def sources(self) -> tuple[SourceView, ...]:
        """List the sources that are looked at, those in trouble first."""
        enabled = (one for one in situation(self._config, self._store, self._now).sources if one.source.enabled)
        return tuple(sorted(map(self._source, enabled), key=lambda one: (one.well, one.name.casefold())))

    def outbox(self) -> OutboxView:
        """List what waits and what was given up."""
        waiting, dead = self._store.pending(), self._store.dead()
        states = self._store.channel_states()
        return OutboxView(
            waiting=self._messages(waiting[:MOST_MESSAGES]),
            dead=self._messages(dead[-MOST_MESSAGES:][::-1]),
            waiting_left_out=max(len(waiting) - MOST_MESSAGES, 0),
            dead_left_out=max(len(dead) - MOST_MESSAGES, 0),
            channels=tuple(self._channel(name, states.get(id_)) for id_, name in self._channels.items()),
            notices=tuple(map(self._notice, self._store.notices_open()[::-1][:MOST_MESSAGES])),
        )

    # -- parts ------------------------------------------------------------------------------------------

    def _time(self, at: datetime | None) -> str:
        return f"{at.astimezone(self._config.timezone):%Y-%m-%d %H:%M}" if at is not None else ""

    def _event(self, event: Event) -> EventView:
        return EventView(
            at=self._time(event.at),
            ref=event.ref,
            subject=self._subject(event),
            quote=_text(event.evidence[0].quote or event.evidence[0].headline, 400) if event.evidence else "",
            before=_text(event.known_before),
            evidence=tuple(map(self._link, event.evidence[:MOST_LINKS])),
        )

    def _subject(self, item: Event | Notice | None) -> str:
        if item is None:
            return "a message of which nothing is kept"
        title = self._titles.get(item.title_id) if isinstance(item, Event) else None
        return render(item, title=title, timezone=self._config.timezone).subject

    def _link(self, evidence: Evidence) -> Link:
        """Say who said it, how far trusted and when, and lead there."""
        said = evidence.published if evidence.date_only else None
        day = said or (evidence.published or evidence.at).astimezone(self._config.timezone)
        who = _text(evidence.publisher or evidence.source, 80)
        return Link(text=f"{who}, {words.TIERS[evidence.tier]}, {day:%Y-%m-%d}", url=safe.safe_url(evidence.url))

    def _title(self, one: Dossier, state: TitleState | None, hot: str) -> TitleView:
        seasons = (each for each in one.seasons if each.watched or any(facet.known for facet in each.facets))
        return TitleView(
            name=_text(one.name, 120),
            resting=self._resting(state),
            hot=_text(hot),
            streams=_text(", ".join(one.streams)),
            seasons=tuple(map(self._season, seasons)),
            held=tuple(map(self._held, one.waiting)),
            official=self._official(one.last_official),
            silenced=f"{one.speculative} speculative pages, {one.retrospective} that look back",
        )

    def _resting(self, state: TitleState | None) -> str:
        if state is None:
            return ""
        if state.paused:
            return "paused"
        snoozed = state.snoozed_until is not None and state.snoozed_until > self._now
        return f"snoozed until {self._time(state.snoozed_until)}" if snoozed else ""

    def _season(self, season: SeasonDossier) -> SeasonView:
        shown = [facet for facet in season.facets if facet.known or (season.watched and facet.name in _ALWAYS)]
        unknown = [facet.name for facet in season.facets if facet not in shown]
        return SeasonView(
            name=_season_name(season),
            facets=tuple(map(self._facet, shown)),
            unknown=", ".join(unknown) if season.watched else "",
        )

    def _facet(self, facet: Facet) -> FacetView:
        links = tuple(map(self._link, facet.evidence[:MOST_LINKS]))
        return FacetView(name=facet.name, text=_text(facet.text, 500), evidence=links)

    def _held(self, waiting: Waiting) -> HeldView:
        return HeldView(
            says=_text(waiting.says),
            waits_for=waiting.waits_for,
            since=self._time(waiting.since),
            evidence=self._link(waiting.evidence),
        )

    def _official(self, said: Evidence | None) -> Link | None:
        if said is None:
            return None
        return Link(text=f"{(said.published or said.at):%Y-%m-%d}: {_text(said.headline)}", url=safe.safe_url(said.url))

    def _source(self, one: SourceHealth) -> SourceView:
        why = f"next by: {one.why}" if one.next_look is not None else ""
        remarks = (one.condition.text.replace(one.source.url, masked_address(one.source.url)), one.rhythm, why)
        return SourceView(
            name=_text(one.source.name, 120),
            kind=one.source.kind,
            how=one.condition.how.value,
            well=one.condition.well,
            last_good=self._time(one.state.last_ok) or "never",
            next_look=self._time(one.next_look),
            remarks=tuple(_text(remark, 400) for remark in remarks if remark),
        )

    def _messages(self, some: Sequence[Delivery]) -> tuple[MessageView, ...]:
        items = self._store.items({one.ref for one in some})
        return tuple(self._message(one, items.get(one.ref)) for one in some)

    def _message(self, one: Delivery, item: Event | Notice | None) -> MessageView:
        return MessageView(
            subject=self._subject(item),
            ref=one.ref,
            channel=_text(self._channels.get(one.channel_id, one.channel_id), 80),
            created=self._time(one.created),
            due=self._due(one),
            tries=one.attempts,
            error=_text(one.last_error),
        )

    def _due(self, one: Delivery) -> str:
        if one.state is DeliveryState.NEW:
            return f"{'tried again' if one.attempts else 'due'} {self._time(one.due)}"
        return "being sent" if one.state is DeliveryState.SENDING else ""

    def _channel(self, name: str, state: ChannelState | None) -> ChannelView:
        if state is None:
            return ChannelView(name=_text(name, 80), how="not used yet", well=True, last_sent="")
        held = state.hold_until is not None and state.hold_until > self._now
        until = f", held until {self._time(state.hold_until)}" if held else ""
        failed = f"failed {state.failures}× in a row" if state.failures else "works"
        how = f"does not work since {self._time(state.broken_since)}" if state.broken_since else failed
        well = state.broken_since is None and not state.failures
        return ChannelView(name=_text(name, 80), how=how + until, well=well, last_sent=self._time(state.last_sent))

    def _notice(self, notice: Notice) -> Link:
        return Link(text=f"{self._time(notice.at)} · {SUBJECTS[notice.type]}: {_text(notice.text, 400)}")


def _text(text: str, limit: int = 240) -> str:
    return safe.cut(safe.line(text), limit)


def _season_name(season: SeasonDossier) -> str:
    kind = "" if season.medium is Medium.SEASON else f"{season.medium.value}, "
    name = f"season {season.season}" if season.season is not None else "a new season"
    return f"{kind}{name}{'' if season.watched else ' (not watched)'}"
