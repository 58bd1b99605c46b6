"""Ready-made events, notices and configurations for tests of telling."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from watcher.config.settings import ChannelConfig, Config, Secret
from watcher.memory import PollOutcome, SourceState
from watcher.model import Event, EventType, Evidence, Notice, NoticeType, Tier, Title
from watcher.notify.route import route
from watcher.store import Store

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
AKUDAMA = Title(id="akudama-drive", name="Akudama Drive", season=2)
DOROHEDORO = Title(id="dorohedoro", name="Dorohedoro", season=3)


def evidence(**changes: Any) -> Evidence:
    first = Evidence(
        source="official news",
        publisher="akudama-drive.com",
        tier=Tier.OFFICIAL,
        url="https://akudama-drive.com/news/1",
        headline="TVアニメ第2期制作決定",
        quote="TVアニメ「アクダマドライブ」第2期の制作が決定しました。",
        language="ja",
        published=NOW - timedelta(hours=1),
        at=NOW,
    )
    return replace(first, **changes)


def event(ref: str = "k3f9a2", /, **changes: Any) -> Event:
    """Make an event whose story is its own unless *evidence* says otherwise."""
    first = Event(
        ref=ref,
        title_id=AKUDAMA.id,
        type=EventType.ANNOUNCED,
        season=2,
        evidence=(evidence(url=f"https://akudama-drive.com/news/{ref}"),),
        at=NOW,
    )
    return replace(first, **changes)


def notice(ref: str = "n00001", /, **changes: Any) -> Notice:
    first = Notice(
        ref=ref, type=NoticeType.SOURCE_FAILING, subject="press", text="press could not be read: HTTP 503", at=NOW
    )
    return replace(first, **changes)


def channel(id_: str = "hook", url: str = "console:", **changes: Any) -> ChannelConfig:
    return ChannelConfig(id=id_, name=id_, url=Secret(url), **changes)


def config(*channels: ChannelConfig, **changes: Any) -> Config:
    settings: dict[str, Any] = {
        "path": None,
        "state": Path("/nonexistent"),
        "timezone": BERLIN,
        "allow_networks": (ip_network("127.0.0.0/8"),),
        "titles": (AKUDAMA, DOROHEDORO),
        "channels": channels,
    }
    return Config(**{**settings, **changes})


def put(store: Store, settings: Config, *items: Event | Notice, now: datetime = NOW) -> None:
    """Write events and notices with their deliveries, as a look at a source does."""
    store.commit(
        PollOutcome(
            source=SourceState(source_id="press"),
            events=tuple(item for item in items if isinstance(item, Event)),
            notices=tuple(item for item in items if isinstance(item, Notice)),
            deliveries=tuple(one for item in items for one in route(item, config=settings, now=now)),
        )
    )
