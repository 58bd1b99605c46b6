"""What the store remembers, played again: as if each entry had been looked at when it was published."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.support.judging import TITLE
from watcher.config.settings import SourceConfig
from watcher.judge.trust import Publishers
from watcher.memory import SeenEntry
from watcher.model import Block, BlockKind, Policy, Tier
from watcher.replay import replay_stored

FIRST_LOOK = datetime(2026, 6, 1, tzinfo=UTC)
PRESS = SourceConfig(id="press", name="Press", kind="feed", url="https://press.example/rss", tier=Tier.PRESS)
BLOG = SourceConfig(id="blog", name="Blog", kind="feed", url="https://blog.example/rss")


def record(number: int, title: str, published: datetime | None, body: str = "") -> SeenEntry:
    return SeenEntry(
        source_id="press",
        key=f"k{number}",
        entry_id=f"k{number}",
        link=f"https://press.example/{number}",
        fingerprint="",
        digest="",
        title=title,
        url=f"https://press.example/{number}",
        published=published,
        first_seen=FIRST_LOOK,
        last_seen=FIRST_LOOK,
        blocks=(Block(kind=BlockKind.PARAGRAPH, text=body),) if body else (),
    )


def told(*pairs: tuple[SourceConfig, SeenEntry], since: datetime) -> list[list[str]]:
    title = replace(TITLE, since=since)
    steps = replay_stored(title, pairs, publishers=Publishers(), policy=Policy.CREDIBLE)
    return [[event.type.value for event in step.events] for step in steps]


ANNOUNCED = record(1, "Copper Orchard Gets 2nd Season", datetime(2026, 2, 1, tzinfo=UTC))
AGAIN = record(2, "Copper Orchard Renewed for Season 2", datetime(2026, 2, 3, tzinfo=UTC))
UNDATED = record(3, "Copper Orchard Gets Second Season", None)


def test_entries_are_played_in_the_order_of_publication() -> None:
    assert told((PRESS, AGAIN), (PRESS, ANNOUNCED), since=datetime(2026, 1, 1, tzinfo=UTC)) == [["announced"], []]


def test_what_is_older_than_the_day_is_baseline() -> None:
    assert told((PRESS, ANNOUNCED), (PRESS, AGAIN), since=datetime(2026, 2, 2, tzinfo=UTC)) == [[], []]


def test_an_undated_entry_counts_by_when_it_was_first_seen() -> None:
    assert told((PRESS, UNDATED), since=FIRST_LOOK - timedelta(days=1)) == [["announced"]]


def test_the_tier_of_an_unknown_blog_is_what_it_is() -> None:
    assert told((BLOG, ANNOUNCED), since=datetime(2026, 1, 1, tzinfo=UTC)) == [[]]
