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

from watcher.concerns import Concern, Finder, Item, Voice, hosts_of, is_baseline
from watcher.judge.judging import judge
from watcher.judge.sameness import text_digest
from watcher.judge.saying import Saying, Verdict
from watcher.judge.trust import Publishers, registrable_domain
from watcher.memory import Judged, Knowledge, Outcome
from watcher.model import Entry, Event, Evidence, Policy, Publisher, Reading, Tier, Title
from watcher.read.reader import Reader

_NAMES = ("title:", "other title:")
"""How notes about mere names begin."""


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

    def __init__(self, *, finder: Finder, reader: Reader, publishers: Publishers, policy: Policy) -> None:
        self.finder = finder
        self._reader = reader
        self._publishers = publishers
        self._policy = policy

    def examine(
        self, items: Iterable[Item], voice: Voice, *, knowledge: Mapping[str, Knowledge], now: datetime
    ) -> Examined:
        """Examine *items* for the titles in *knowledge*, in the order of their publication, oldest first."""
        return self.judge(self.finder.concerns(items, voice, now=now), voice, knowledge=knowledge, now=now)

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
    return bool(title.official) and not hosts_of(entry, voice).isdisjoint(title.official)


def _has_cue(reading: Reading) -> bool:
    found = (what for note in reading.notes for what in note.found)
    return bool(reading.claims or reading.dropped) or any(not what.startswith(_NAMES) for what in found)


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
