"""What follows from a failed or a successful send, for its deliveries and its channel.

In:    the deliveries of a message, the error, how the channel was doing, now, a random number in [0, 1).
Out:   what becomes of each delivery; the channel's new state; notices for entering and leaving an outage.
Never: network, disk, clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final

from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.memory import Delivery
from watcher.model import Notice, NoticeType
from watcher.notify import timing
from watcher.notify.channels.base import RefusedError
from watcher.notify.route import route
from watcher.store.values import ChannelState

BROKEN_AFTER: Final = 9
"""Failures in a row (more than half an hour) after which the user is told; an error for good is told at once."""


class Fate(StrEnum):
    """What becomes of a delivery after a failure."""

    LATER = "later"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """The fate of one delivery."""

    delivery: Delivery
    fate: Fate
    error: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A send that failed, with what is known about its circumstances."""

    error: DeliveryError
    state: ChannelState
    """How the channel was doing before."""
    keyed: bool
    """Whether the receiver can tell a repeat."""
    refusals: int = 0
    """How often this very message was refused in a row, this time included."""
    passed: bool = False
    """Whether later messages have passed since it was first refused."""
    now: datetime
    jitter: float

    @property
    def culprit(self) -> bool:
        """Whether it seems to be the message, not the channel."""
        return isinstance(self.error, RefusedError) and self.refusals >= timing.SUSPECT


def next_try(failure: Failure) -> datetime:
    """Say when to try again: the message, where it is the culprit, else the channel."""
    return timing.next_attempt(
        failure.refusals if failure.culprit else failure.state.failures + 1,
        now=failure.now,
        jitter=failure.jitter,
        retry_after=failure.error.retry_after,
    )


def judge_delivery(delivery: Delivery, failure: Failure) -> Ruling:
    """Say when a delivery is tried again, or that it is given up."""
    reason = _hopeless(delivery, failure)
    return Ruling(
        delivery=delivery,
        fate=Fate.DEAD if reason else Fate.LATER,
        error=f"{failure.error} ({reason})" if reason else str(failure.error),
        due=next_try(failure),
    )


def _hopeless(delivery: Delivery, failure: Failure) -> str:
    if timing.expired(delivery, failure.now):
        return "given up: it kept failing for a week"
    if failure.culprit and failure.refusals >= timing.HOPELESS and failure.passed:
        return "given up: later messages pass"
    if failure.error.uncertain and delivery.repeat and not failure.keyed:
        return "perhaps delivered, twice; a third time would be a nuisance"
    return ""


def judge_channel(failure: Failure) -> ChannelState:
    """Say how long the channel rests, and whether it counts as broken now."""
    if failure.culprit:
        return replace(failure.state, hold_until=None, last_error=str(failure.error))
    failures = failure.state.failures + 1
    fatal = failure.error.permanent or failures >= BROKEN_AFTER
    return replace(
        failure.state,
        failures=failures,
        hold_until=next_try(failure),
        last_error=str(failure.error),
        broken_since=failure.state.broken_since or (failure.now if fatal else None),
    )


def broken_notice(channel: ChannelConfig, error: str, now: datetime) -> Notice:
    """Tell that a channel does not work; what waits for it is kept."""
    text = (
        f'The channel "{channel.name}" does not work: {error}.\n'
        "What waits for it is kept and tried again at least every hour for a week.\n"
        f'To try it: watcher test-alert "{channel.name}". To see what waits: watcher outbox list.'
    )
    return _notice(NoticeType.CHANNEL_BROKEN, channel, text, now)


def recovered_notice(channel: ChannelConfig, now: datetime) -> Notice:
    """Tell that a channel works again."""
    return _notice(NoticeType.CHANNEL_RECOVERED, channel, f'The channel "{channel.name}" works again.', now)


def _notice(kind: NoticeType, channel: ChannelConfig, text: str, now: datetime) -> Notice:
    digest = sha256(f"{kind}\n{channel.id}\n{now.isoformat()}".encode()).hexdigest()
    return Notice(ref=f"n{int(digest[:10], 16) % 36**6:06x}"[:8], type=kind, subject=channel.id, text=text, at=now)


def notice_deliveries(notice: Notice, channel: ChannelConfig, *, config: Config, now: datetime) -> tuple[Delivery, ...]:
    """Send word of an outage to the channel's fallback, or to all others that take such notices."""
    routed = route(notice, config=config, now=now)
    if notice.type is NoticeType.CHANNEL_BROKEN and channel.fallback is not None:
        return (Delivery(channel_id=channel.fallback, ref=notice.ref, created=now, due=now),)
    return routed
