"""Play a story: entries over months, in time order, and what the user would have been told.

In:    a story as JSON lines (a title line, then one entry per line with its source and its moment), or stored entries.
Out:   one `Step` per entry.
Never: network, delivery, the user's database, today's date. The clock is each step's own ``at``.

It runs the real way from entry to event (`watcher.examine`) with a memory of its own that ends with the story.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from watcher.concerns import Finder, Item, Voice
from watcher.config.settings import SourceConfig
from watcher.examine import Examiner
from watcher.judge.trust import Publishers, registrable_domain
from watcher.memory import Knowledge, Outcome, SeenEntry
from watcher.model import Block, BlockKind, Entry, Event, Policy, Publisher, Tier, Title
from watcher.read.reader import Reader
from watcher.read.titles import Titles

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class StoryError(ValueError):
    """A line of a story cannot be read; the message names the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What followed from one entry."""

    story: str
    step: int
    events: tuple[Event, ...]
    held: bool
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the line that `watcher replay` prints."""
        return {
            "story": self.story,
            "step": self.step,
            "events": [_event(event) for event in self.events],
            "held": self.held,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One entry of a story: who carries it, and when we look."""

    step: int
    at: datetime
    source: str
    kind: str
    tier: Tier
    entry: Entry


@dataclass(slots=True)
class Stage:
    """A story being played: the title, the rules, and what is known so far."""

    story: str
    title: Title
    examiner: Examiner
    knowledge: Mapping[str, Knowledge]
    seen: dict[tuple[str, str], SeenEntry] = field(default_factory=dict)

    @classmethod
    def of(cls, story: str, title: Title, policy: Policy, others: Iterable[str] = ()) -> Stage:
        finder = Finder([title], names=Titles([title], others))
        reader = Reader([title], names=finder.names)
        examiner = Examiner(finder=finder, reader=reader, publishers=Publishers(), policy=policy)
        return cls(story=story, title=title, examiner=examiner, knowledge={title.id: Knowledge.empty(title.id)})

    def play(self, scene: Scene) -> Step:
        """Look at one entry, as a poll at its moment would."""
        item = self._recognise(scene)
        examined = self.examiner.examine([item], _voice(scene), knowledge=self.knowledge, now=scene.at)
        self.knowledge = examined.knowledge
        held = any(judged.outcome is Outcome.HELD for judged in examined.judged)
        reasons = tuple(reason for judged in examined.judged for reason in judged.reasons)
        return Step(
            story=self.story,
            step=scene.step,
            events=tuple(event for event in examined.events if event.confirmed),
            held=held and not examined.events,
            reasons=reasons or ("the entry does not name the title",),
        )

    def _recognise(self, scene: Scene) -> Item:
        """Know an entry again by its id, and say whether its text changed."""
        entry = scene.entry
        key = (scene.source, entry.id)
        before = self.seen.get(key)
        digest = blake2b(f"{entry.title}\0{entry.body}\0{entry.data}".encode(), digest_size=16).hexdigest()
        record = SeenEntry(
            source_id=scene.source,
            key=entry.id,
            entry_id=entry.id,
            link=entry.link or "",
            fingerprint=digest,
            digest=digest,
            title=entry.title,
            url=entry.link,
            published=entry.published,
            first_seen=before.first_seen if before else scene.at,
            last_seen=scene.at,
            blocks=entry.blocks,
        )
        self.seen[key] = record
        return Item(entry=entry, record=record, edited=before is not None and before.digest != digest)


def replay(lines: Iterable[str]) -> Iterator[Step]:
    """Play the stories in *lines*; a line with a title begins a new one."""
    stage: Stage | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _row(line, number)
        if "title" in row:
            stage = _from_row(_open, row, number)
            continue
        if stage is None:
            raise StoryError(f"line {number}: a story begins with a line that names its title")
        yield stage.play(_from_row(_scene, row, number))


def replay_stored(
    title: Title,
    found: Iterable[tuple[SourceConfig, SeenEntry]],
    *,
    publishers: Publishers,
    policy: Policy,
    others: Iterable[str] = (),
) -> Iterator[Step]:
    """Play what the store remembers, as if each entry had been looked at when it was published."""
    stage = Stage.of(title.id, title, title.policy or policy, others)
    ordered = sorted(found, key=lambda pair: (_seen_at(pair[1]), pair[1].key))
    for number, (source, record) in enumerate(ordered, 1):
        tier = source.tier or publishers.of(source.url, title=title).tier
        yield stage.play(
            Scene(
                step=number,
                at=_seen_at(record),
                source=source.name,
                kind=source.kind,
                tier=tier,
                entry=Entry(
                    id=record.key,
                    link=record.url,
                    title=record.title,
                    blocks=record.blocks,
                    published=record.published,
                ),
            )
        )


def _seen_at(record: SeenEntry) -> datetime:
    return min(record.published or record.first_seen, record.first_seen)


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise StoryError(f"line {number}: not JSON ({error})") from error
    if not isinstance(row, dict):
        raise StoryError(f"line {number}: not a JSON object")
    return row


def _from_row(read: Any, row: dict[str, Any], number: int) -> Any:
    try:
        return read(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoryError(f"line {number}: {type(error).__name__} {error}") from error


def _open(row: Mapping[str, Any]) -> Stage:
    told = row["title"]
    season = told.get("season")
    title = Title(
        id=str(row.get("story", told["name"])),
        name=told["name"],
        aliases=tuple(told.get("aliases", ())),
        season=season if isinstance(season, int) else None,
        since=_moment(row["since"]),
        official=tuple(told.get("official", ())),
        ids=told.get("ids", {}),
    )
    return Stage.of(str(row.get("story", title.name)), title, Policy(row.get("policy", "credible")))


def _scene(row: Mapping[str, Any]) -> Scene:
    source, entry = row["source"], row["entry"]
    return Scene(
        step=int(row["step"]),
        at=_moment(row["at"]),
        source=source["name"],
        kind=source["kind"],
        tier=Tier(source["tier"]),
        entry=_entry(entry),
    )


def _entry(row: Mapping[str, Any]) -> Entry:
    published = row.get("published")
    lines = [line.strip() for line in str(row.get("body") or "").split("\n")]
    return Entry(
        id=row["id"],
        link=row.get("url"),
        title=row["headline"],
        blocks=tuple(Block(kind=BlockKind.PARAGRAPH, text=line) for line in lines if line),
        published=_moment(published) if published else None,
        date_only=bool(published) and len(str(published)) == len("2026-02-01"),
        data=row.get("data") or {},
    )


def _moment(text: str) -> datetime:
    """Read a moment; a day without a time begins at midnight UTC."""
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _voice(scene: Scene) -> Voice:
    url = scene.entry.link or ""
    return Voice(
        source_id=scene.source,
        name=scene.source,
        url=url,
        kind=scene.kind,
        publisher=Publisher(id=registrable_domain(url), name=scene.source, tier=scene.tier),
        pinned=True,
        first_look=_LONG_AGO,
    )


def _event(event: Event) -> dict[str, Any]:
    said: dict[str, Any] = {
        "type": event.type.value,
        "date": str(event.date) if event.date else None,
        "platform": event.platform,
    }
    extra = {"season": event.season, "part": event.part, "ref": event.ref}
    return said | {key: value for key, value in extra.items() if value is not None}
