"""Decide where an event or notice is sent, and when.

In:    an `Event` or `Notice`, the configuration, now.
Out:   one `Delivery` for each channel that wants it.
Never: network, disk, clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from watcher.config.settings import ChannelConfig, Config
from watcher.memory import Delivery
from watcher.model import Event, Notice, NoticeType, Policy, Tier, Title
from watcher.notify.slots import next_slot, quiet_until

FOREVER = datetime.max.replace(tzinfo=UTC)
_STRICTNESS = (Policy.EVERYTHING, Policy.CREDIBLE, Policy.OFFICIAL)
# An answer is wanted to a question, and news about it goes where news about the title goes.
_ABOUT_TITLES = frozenset({NoticeType.SEASON_ENDED, NoticeType.REMINDER})


def route(
    item: Event | Notice, *, config: Config, now: datetime, digest_before: datetime | None = None
) -> tuple[Delivery, ...]:
    """Make the deliveries of *item*: policy, the channel's titles, quiet hours and digests decide.

    News wait for a channel's digest; a notice does only where that comes out by *digest_before*.
    """
    latest = FOREVER if isinstance(item, Event) else digest_before
    return tuple(_delivery(item, channel, config, now, latest) for channel in channels_for(item, config))


def channels_for(item: Event | Notice, config: Config) -> tuple[ChannelConfig, ...]:
    """List the channels that want *item*, each address once."""
    if isinstance(item, Notice):
        return _distinct(channel for channel in config.channels if _wants_notice(channel, item, config))
    title = _title(item.title_id, config)
    return _distinct(channel for channel in config.channels if _wants_event(channel, item, title))


def effective_policy(title: Title | None, channel: ChannelConfig) -> Policy:
    """Tell the stricter policy of title and channel."""
    return max(channel.policy, (title and title.policy) or channel.policy, key=_STRICTNESS.index)


def allows(policy: Policy, event: Event) -> bool:
    """Say whether *policy* lets an event pass."""
    if policy is Policy.EVERYTHING:
        return True
    best = min((evidence.tier for evidence in event.evidence), default=Tier.UNKNOWN)
    return event.confirmed and (policy is Policy.CREDIBLE or best <= Tier.CATALOGUE)


def _wants_event(channel: ChannelConfig, event: Event, title: Title | None) -> bool:
    return _has_title(channel, event.title_id, title) and allows(effective_policy(title, channel), event)


def _wants_notice(channel: ChannelConfig, notice: Notice, config: Config) -> bool:
    if notice.type in _ABOUT_TITLES:
        return _has_title(channel, notice.subject, _title(notice.subject, config))
    # Telling a broken channel that it is broken helps nobody.
    return channel.health and not (notice.type is NoticeType.CHANNEL_BROKEN and notice.subject == channel.id)


def _has_title(channel: ChannelConfig, title_id: str, title: Title | None) -> bool:
    return not channel.titles or title_id in channel.titles or (title is not None and title.name in channel.titles)


def _title(title_id: str, config: Config) -> Title | None:
    return next((title for title in config.titles if title.id == title_id), None)


def _distinct(channels: Iterable[ChannelConfig]) -> tuple[ChannelConfig, ...]:
    found: dict[str, ChannelConfig] = {}
    for channel in channels:
        found.setdefault(str(channel.url), channel)
    return tuple(found.values())


def _delivery(
    item: Event | Notice, channel: ChannelConfig, config: Config, now: datetime, latest: datetime | None
) -> Delivery:
    slot, due = "", now
    if channel.digest is not None and latest is not None:
        named, at = next_slot(channel.digest, now, config.timezone)
        slot, due = (named, at) if at <= latest else ("", now)
    due = quiet_until(channel.quiet, due, config.timezone) or due
    return Delivery(channel_id=channel.id, ref=item.ref, created=now, due=due, slot=slot)
