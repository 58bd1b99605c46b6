"""From entries to events: read each entry for the titles it concerns and judge what it says.

In:    entries of one source, the titles, what is known, who speaks, now.
Out:   `Examined` – events, knowledge, a reason for every entry that concerns a title.
Never: network, disk, clock.

Both a poll and a replay of old entries go through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.judge import Saying, Verdict, judge
from watcher.judge.sameness import text_digest
from watcher.judge.trust import Publishers, parents, registrable_domain
from watcher.memory import Judged, Knowledge, Outcome, SeenEntry
from watcher.model import Entry, Event, Evidence, Policy, Publisher, Reading, Tier, Title
from watcher.read import Reader

_NAMES = ("title:", "other title:")
"""How notes about mere names begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """The source that carries the entries, and who speaks there."""

    source_id: str
    name: str
    url: str
    kind: str
    publisher: Publisher
    """As the address and the user's overrides say, whatever the title."""
    pinned: bool = False
    """The user gave the tier; a title's official hosts do not change it."""
    first_look: datetime | None = None
    """When the source was first read; None if that is now."""
    doubted: bool = False
    """Somebody else may sit there now: nothing is official that it says, nor on which host it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An entry to be examined, as the source's memory sees it."""

    entry: Entry
    record: SeenEntry
    edited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """An entry, and the titles that it names or whose official site it stands on."""

    item: Item
    titles: tuple[Title, ...]


@dataclass(slots=True)
class Examined:
    """What examining changed; grows entry by entry."""

    knowledge: dict[str, Knowledge]
    judged: list[Judged] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    confirmations: list[tuple[str, Evidence]] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)
    """Ids of titles whose knowledge is another than before."""


class Examiner:
    """Reads and judges entries for a set of titles; holds no state between calls."""

    def __init__(self, titles: Iterable[Title], *, reader: Reader, publishers: Publishers, policy: Policy) -> None:
        self._titles = {title.id: title for title in titles}
        self._places = {id_: place for place, id_ in enumerate(self._titles)}
        self._official: dict[str, list[str]] = {}
        for title in self._titles.values():
            for host in title.official:
                self._official.setdefault(host, []).append(title.id)
        self._reader = reader
        self._publishers = publishers
        self._policy = policy

    def examine(
        self, items: Iterable[Item], voice: Voice, *, knowledge: Mapping[str, Knowledge], now: datetime
    ) -> Examined:
        """Examine *items* for the titles in *knowledge*, in the order of their publication, oldest first."""
        return self.judge(self.concerns(items, voice, now=now), voice, knowledge=knowledge, now=now)

    def concerns(self, items: Iterable[Item], voice: Voice, *, now: datetime) -> tuple[Concern, ...]:
        """Pick the items that concern a title at all, oldest first: cheap, and most do not."""
        ordered = sorted(items, key=lambda item: item.entry.published or now)
        found = (Concern(item=item, titles=self.concerned(item.entry, voice)) for item in ordered)
        return tuple(concern for concern in found if concern.titles)

    def judge(
        self, concerns: Iterable[Concern], voice: Voice, *, knowledge: Mapping[str, Knowledge], now: datetime
    ) -> Examined:
        """Read and judge what `concerns` picked, for the titles in *knowledge*."""
        examined = Examined(knowledge=dict(knowledge))
        for concern in concerns:
            for title in concern.titles:
                if title.id in knowledge:
                    self._one(concern.item, title, voice, examined, now)
        return examined

    def concerned(self, entry: Entry, voice: Voice) -> tuple[Title, ...]:
        """List the titles that an entry names, or whose official site it stands on."""
        ids = {mention.title_id for mention in self._reader.mentions(entry)}
        if self._official:
            ids.update(id_ for host in _hosts(entry, voice) for id_ in self._official.get(host, ()))
        return tuple(self._titles[id_] for id_ in sorted(ids & self._titles.keys(), key=self._places.__getitem__))

    def has_cue(self, concern: Concern, voice: Voice) -> bool:
        """Say whether an entry speaks of a season, a date or an event at all: its whole text is worth reading."""
        return any(
            _has_cue(self._reader.read(entry, title, official=speaks_officially(entry, voice, title)))
            for entry, title in ((concern.item.entry, title) for title in concern.titles)
        )

    def _one(self, item: Item, title: Title, voice: Voice, examined: Examined, now: datetime) -> None:
        reading = self._reader.read(item.entry, title, official=speaks_officially(item.entry, voice, title))
        saying = self._saying(item, title, voice, reading, now)
        before = examined.knowledge[title.id]
        verdict = judge(before, saying, title=title, policy=title.policy or self._policy, now=now)
        examined.events += verdict.events
        examined.confirmations += verdict.confirmations
        after = replace(verdict.knowledge, version=before.version)
        if after != before:
            examined.knowledge[title.id] = after
            examined.changed.add(title.id)
        if reading.relevant or verdict.outcome is not Outcome.SILENT:
            examined.judged.append(_judged(item, title, voice, reading, verdict, now))

    def _saying(self, item: Item, title: Title, voice: Voice, reading: Reading, now: datetime) -> Saying:
        publisher = self.speaker(voice, title)
        entry = item.entry
        return Saying(
            evidence=Evidence(
                source=voice.name,
                publisher=publisher.name,
                tier=publisher.tier,
                url=entry.link or voice.url,
                headline=entry.title,
                quote=reading.claims[0].quote if reading.claims else "",
                language=reading.language,
                published=entry.published,
                date_only=entry.date_only,
                at=now,
                entry=item.record.key,
            ),
            reading=reading,
            domain=registrable_domain(entry.origin or entry.link or voice.url),
            baseline=is_baseline(item, title, voice, now),
            said=entry.published or now,
            text_digest=text_digest(entry),
            kind=voice.kind,
            data=entry.data,
        )

    def speaker(self, voice: Voice, title: Title) -> Publisher:
        """Say who speaks: the title's own site is official for it, unless the user pinned another tier."""
        if voice.doubted:
            return replace(voice.publisher, tier=Tier.UNKNOWN)
        if voice.pinned:
            return voice.publisher
        own = self._publishers.of(voice.url, title=title)
        return replace(voice.publisher, tier=min(own.tier, voice.publisher.tier))


def speaks_officially(entry: Entry, voice: Voice, title: Title) -> bool:
    """Say whether the entry stands on one of the title's own hosts, where it need not name the title."""
    if voice.doubted:
        return False
    return bool(title.official) and not _hosts(entry, voice).isdisjoint(title.official)


def _hosts(entry: Entry, voice: Voice) -> set[str]:
    """List the hosts on which an entry stands, and the domains around them."""
    return {host for url in filter(None, (voice.url, entry.link)) for host in parents(url) if host}


def _has_cue(reading: Reading) -> bool:
    found = (what for note in reading.notes for what in note.found)
    return bool(reading.claims or reading.dropped) or any(not what.startswith(_NAMES) for what in found)


def is_baseline(item: Item, title: Title, voice: Voice, now: datetime) -> bool:
    """Say whether an entry is older than the watch: knowledge, never an alert.

    A dated entry counts by the title's `since`, an undated one by the later of that and the first look at the source.
    An entry that changed under our eyes counts from then.
    """
    since = title.since or now
    if item.edited:
        return False
    if item.entry.published is not None:
        return item.entry.published.astimezone(since.tzinfo).date() < since.date()
    return item.record.first_seen <= max(since, voice.first_look or now)


def _judged(item: Item, title: Title, voice: Voice, reading: Reading, verdict: Verdict, now: datetime) -> Judged:
    return Judged(
        source_id=voice.source_id,
        entry_key=item.record.key,
        title_id=title.id,
        at=now,
        outcome=verdict.outcome,
        reading=reading,
        reasons=verdict.reasons,
        refs=tuple(event.ref for event in verdict.events),
        url=item.entry.link,
        headline=item.entry.title,
    )
