"""Small valid values to fill a store with; each call names only what its test is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from watcher.memory import Delivery, Judged, Knowledge, Outcome, PollOutcome, SeenEntry, SourceState
from watcher.model import (
    Block,
    BlockKind,
    Event,
    EventType,
    Evidence,
    Notice,
    NoticeType,
    Reading,
    TextVerdict,
    Tier,
)

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def entry(number: int = 1, source: str = "press", **changes: Any) -> SeenEntry:
    plain = SeenEntry(
        source_id=source,
        key=f"key-{number}",
        entry_id=f"guid-{number}",
        link=f"example.org/{number}",
        fingerprint=f"print-{number}",
        digest=f"digest-{number}",
        title=f"Headline {number}",
        url=f"https://example.org/{number}",
        published=NOON,
        first_seen=NOON,
        last_seen=NOON,
        blocks=(Block(kind=BlockKind.PARAGRAPH, text=f"Text {number}"),),
    )
    return replace(plain, **changes)


def evidence(source: str = "press", url: str | None = "https://example.org/1") -> Evidence:
    return Evidence(source=source, publisher=source, tier=Tier.PRESS, url=url, headline="H", quote="Q", at=NOON)


def event(ref: str = "abc123", title: str = "akudama", **changes: Any) -> Event:
    plain = Event(
        ref=ref, title_id=title, type=EventType.ANNOUNCED, season=2, evidence=(evidence(),), at=NOON, reasons=("new",)
    )
    return replace(plain, **changes)


def judged(number: int = 1, title: str = "akudama", source: str = "press", **changes: Any) -> Judged:
    plain = Judged(
        source_id=source,
        entry_key=f"key-{number}",
        title_id=title,
        at=NOON,
        outcome=Outcome.SILENT,
        reading=Reading(title_id=title, relevant=True, verdict=TextVerdict.SPECULATION, reasons=("hedged",)),
        reasons=("speculation",),
        url=f"https://example.org/{number}?utm_source=x",
        headline=f"Headline {number}",
    )
    return replace(plain, **changes)


def delivery(ref: str = "abc123", channel: str = "phone", **changes: Any) -> Delivery:
    return replace(Delivery(channel_id=channel, ref=ref, created=NOON, due=NOON), **changes)


def notice(
    ref: str = "not001", type_: NoticeType = NoticeType.SOURCE_FAILING, subject: str = "press", **changes: Any
) -> Notice:
    return replace(Notice(ref=ref, type=type_, subject=subject, text="It fails.", at=NOON), **changes)


def outcome(source_id: str = "press", **changes: Any) -> PollOutcome:
    return replace(PollOutcome(source=SourceState(source_id=source_id, next_look=NOON + HOUR)), **changes)


def full_outcome(knowledge: Knowledge) -> PollOutcome:
    """One look that changes something of every sort."""
    return outcome(
        entries=(entry(1), entry(2)),
        judged=(judged(1, outcome=Outcome.EVENT, refs=("abc123",)), judged(2)),
        knowledge=(knowledge,),
        events=(event(),),
        confirmations=(("abc123", evidence("other", "https://other.example/1")),),
        notices=(notice(),),
        deliveries=(delivery(), delivery(channel="mail"), delivery("not001", "mail")),
    )
