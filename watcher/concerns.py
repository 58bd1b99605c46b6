"""Which entries concern which titles: those that name one, and those that stand on its official site.

In:    entries of one source, the titles and their names, who speaks, now.
Out:   `Concern`s, oldest first. Most entries concern nothing, and nothing that reads or judges is loaded for them.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from watcher.judge.trust import parents
from watcher.memory import SeenEntry
from watcher.model import Entry, Publisher, Title
from watcher.read.titles import Titles


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


class Finder:
    """Finds which titles entries concern; *names* are those of all titles, built once."""

    def __init__(self, titles: Iterable[Title], *, names: Titles) -> None:
        self.names = names
        self._titles = {title.id: title for title in titles}
        self._places = {id_: place for place, id_ in enumerate(self._titles)}
        self._official: dict[str, list[str]] = {}
        for title in self._titles.values():
            for host in title.official:
                self._official.setdefault(host, []).append(title.id)

    def concerns(self, items: Iterable[Item], voice: Voice, *, now: datetime) -> tuple[Concern, ...]:
        """Pick the items that concern a title at all, oldest first: cheap, and most do not."""
        ordered = sorted(items, key=lambda item: item.entry.published or now)
        found = (Concern(item=item, titles=self.concerned(item.entry, voice)) for item in ordered)
        return tuple(concern for concern in found if concern.titles)

    def concerned(self, entry: Entry, voice: Voice) -> tuple[Title, ...]:
        """List the titles that an entry names, or whose official site it stands on."""
        ids = {mention.title_id for mention in self.names.scan(entry)}
        if self._official:
            ids.update(id_ for host in hosts_of(entry, voice) for id_ in self._official.get(host, ()))
        return tuple(self._titles[id_] for id_ in sorted(ids & self._titles.keys(), key=self._places.__getitem__))


def hosts_of(entry: Entry, voice: Voice) -> set[str]:
    """List the hosts on which an entry stands, and the domains around them."""
    return {host for url in filter(None, (voice.url, entry.link)) for host in parents(url) if host}


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
