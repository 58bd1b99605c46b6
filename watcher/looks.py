"""A look at a source, as values: how it began, what it brought, how it ended, and the state that it leaves.

In:    a source, its state, an answer, what was parsed of it, now.
Out:   `Look`, `Sifted`, `PollReport`; the next `SourceState`; what has to be said about the source itself.
Never: the store, the network.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from watcher.concerns import Concern, Voice
from watcher.config.settings import SourceConfig
from watcher.errors import SourceError
from watcher.fetch.exchange import Response
from watcher.judge.refs import reference
from watcher.memory import Delivery, Judged, PollOutcome, SourceState, Validators
from watcher.model import Entry, Event, Notice, NoticeType
from watcher.schedule import Outlook, after_success, rhythm
from watcher.schedule.outlook import PLAIN
from watcher.sources.identity import Recognised
from watcher.sources.parsed import Parsed


class PollStatus(StrEnum):
    """How a look ended."""

    OK = "ok"
    UNCHANGED = "unchanged"
    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    """What one look found, for tables, logs and `--json`."""

    source: SourceConfig
    status: PollStatus
    http: int | None = None
    new: tuple[Entry, ...] = ()
    found: int = 0
    """How many entries were new."""
    baseline: bool = False
    """The first look: what was found became knowledge."""
    events: tuple[Event, ...] = ()
    judged: tuple[Judged, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    error: str = ""
    warnings: tuple[str, ...] = ()
    next_look: datetime | None = None
    sooner: Mapping[str, datetime] = field(default_factory=dict)
    """Other sources whose next look was brought forward: a title has become hot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that is under way: the source, and its state when the look began."""

    source: SourceConfig
    state: SourceState
    elsewhere: str = ""
    """The other address at which the source was looked at before."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A look of which nothing came."""

    look: Look
    error: SourceError
    http: int | None
    """The status of the answer, if there was one."""

    @property
    def status(self) -> int | None:
        return self.http or getattr(self.error, "status", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a look brought, before it is judged."""

    found: Recognised
    voice: Voice
    concerns: tuple[Concern, ...]
    site: dict[str, Any]
    """What changes of the source's state: the marks of an official site, and the doubts about it."""


def begun(source: SourceConfig, state: SourceState) -> Look:
    """Begin a look with what is remembered about the source."""
    elsewhere = state.url if state.url != source.url else ""
    if elsewhere:
        # Another address: its validators and hash mean nothing, what we have seen still does.
        state = replace(state, validators=Validators(), body_hash="", last_full=None, not_before=None)
    return Look(source=source, state=replace(state, url=source.url), elsewhere=elsewhere)


def state_before(look: Look, found: Recognised) -> SourceState:
    """Give the state in whose light entries are new."""
    # A rebuilt page, or another address (a catalogue asked for one more work), is seen for the first time once more:
    # what it does not date is not news.
    return replace(look.state, first_look=None) if found.redesigned or look.elsewhere else look.state


def lessons(look: Look, found: Recognised, now: datetime) -> dict[str, Any]:
    """Say what a look teaches about its source: when posts come, or that it was rebuilt."""
    if found.redesigned:
        return {"rebuilt": now}
    before = None if look.state.first_look is None else look.state.last_ok
    zone = look.source.zone
    return {"rhythm": rhythm.learn(look.state.rhythm, found.new, before=before, now=now, zone=zone)}


def succeeded(
    look: Look, response: Response, *, entries: int, parsed: Parsed | None, outlook: Outlook = PLAIN
) -> SourceState:
    """Work out a source's state after a good answer; *parsed* is None where nothing had changed."""
    before = look.state
    state = replace(
        before,
        validators=response.validators,
        body_hash=response.body_hash or before.body_hash,
        hints=replace(parsed.hints if parsed else before.hints, max_age=response.max_age),
        last_full=before.last_full if response.not_modified or (parsed and parsed.delta) else response.at,
        last_status=response.status,
        first_look=before.first_look or response.at,
        entries_last=entries,
        moved_to=response.moved_to,
        moved_count=before.moved_count + 1 if response.moved_to else 0,
    )
    return after_success(state, source=look.source, now=response.at, jitter=random.random(), outlook=outlook)


def reported(look: Look, response: Response, parsed: Parsed, sifted: Sifted, outcome: PollOutcome) -> PollReport:
    """Report a look that found something to read."""
    return PollReport(
        source=look.source,
        status=PollStatus.OK,
        http=response.status,
        new=sifted.found.new,
        found=len(sifted.found.new),
        baseline=look.state.first_look is None,
        events=outcome.events,
        judged=outcome.judged,
        deliveries=outcome.deliveries,
        warnings=(*parsed.warnings, *sifted.found.warnings),
        next_look=outcome.source.next_look,
    )


def gave_nothing(one: Failure, state: SourceState) -> PollReport:
    """Report a look that failed; *state* is the one after it."""
    return PollReport(
        source=one.look.source,
        status=PollStatus.FAILED,
        http=one.status,
        error=state.last_error,
        next_look=state.next_look,
    )


def health_notices(before: SourceState, after: SourceState, source: SourceConfig, now: datetime) -> tuple[Notice, ...]:
    """Say once when a source has been failing for long, or is not itself any more, and once when it is back."""
    notices = (_failing_notices, _trust_notices, _flip_notices)
    return tuple(notice for find in notices for notice in find(before, after, source, now))


def _flip_notices(before: SourceState, after: SourceState, source: SourceConfig, now: datetime) -> tuple[Notice, ...]:
    """Say it at the second time: once may have been an accident of theirs."""
    if (before.flips, after.flips) != (1, 2):
        return ()
    kind = NoticeType.SOURCE_FLIPS
    text = (
        f"{source.name} answers now with one list, now with another, although it is always asked alike. It may answer "
        "by country, language or visitor. Both lists are read; nothing is told twice. Another address of it may help."
    )
    return (Notice(ref=reference(kind, source.id, now.isoformat()), type=kind, subject=source.id, text=text, at=now),)


def _trust_notices(before: SourceState, after: SourceState, source: SourceConfig, now: datetime) -> tuple[Notice, ...]:
    if bool(before.doubts) == bool(after.doubts):
        return ()
    if after.doubts:
        kind = NoticeType.SITE_DOUBTED
        text = (
            f"{source.name} may be somebody else's now, and is not trusted until it is itself again: "
            f"{'; '.join(after.doubts)}. If you know better, write its host = 1 under [publishers]."
        )
    else:
        kind, text = NoticeType.SITE_TRUSTED, f"{source.name} looks as it did, and is trusted again."
    return (Notice(ref=reference(kind, source.id, now.isoformat()), type=kind, subject=source.id, text=text, at=now),)


def _failing_notices(
    before: SourceState, after: SourceState, source: SourceConfig, now: datetime
) -> tuple[Notice, ...]:
    if before.told_failing == after.told_failing:
        return ()
    if after.told_failing:
        kind = NoticeType.SOURCE_FAILING
        text = f"{source.name} could not be read since {after.failing_since:%Y-%m-%d %H:%M} UTC: {after.last_error}"
    else:
        kind = NoticeType.SOURCE_RECOVERED
        text = f"{source.name} can be read again."
    return (Notice(ref=reference(kind, source.id, now.isoformat()), type=kind, subject=source.id, text=text, at=now),)


def retry_after_store_trouble(now: datetime) -> datetime:
    """Say when to look again after the database was busy or full."""
    return now + timedelta(minutes=1)
