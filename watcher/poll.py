"""One look at one source, end to end: ask, parse, recognise, examine, commit.

Used by `watcher check` and the daemon alike. Whatever a source does ends in a `PollReport` and a state that says when
to look again; nothing it does can raise out of here. All that a look changes is written in one transaction.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.config.settings import Config, SourceConfig
from watcher.errors import SourceError, StoreError
from watcher.examine import Examined, Examiner, Item, Voice
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request, Response
from watcher.judge.refs import reference
from watcher.judge.trust import Publishers
from watcher.memory import Delivery, Judged, PollOutcome, SourceState, Validators
from watcher.model import Entry, Event, Notice, NoticeType, Publisher, Title
from watcher.notify.route import route
from watcher.read import Reader
from watcher.schedule import after_failure, after_success
from watcher.sources.identity import Recognised, check_emptied, recognise
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.worker import Parser
from watcher.store import BusyError, ConflictError, Store, TransientError

log = logging.getLogger(__name__)

CONFLICTS = 5
"""How often judging is repeated when another process changed what is known meanwhile."""
STORE_RETRY = timedelta(minutes=1)
"""When to look again after the database was busy or full."""
FULL_LOOK_EVERY = timedelta(days=1)
"""A server that answers 304 for ever is asked without validators at least this often."""


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
    baseline: bool = False
    """The first look: what was found became knowledge."""
    events: tuple[Event, ...] = ()
    judged: tuple[Judged, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    error: str = ""
    warnings: tuple[str, ...] = ()
    next_look: datetime | None = None


@dataclass(slots=True)
class _Look:
    """What is at hand while one look goes on."""

    source: SourceConfig
    state: SourceState
    http: int | None = None
    warnings: list[str] = field(default_factory=list)


class Poller:
    """Looks at sources. Leaves *when* to the daemon or the command, and delivery to the outbox.

    Judging and writing happen on one thread of their own, one source after the other: knowledge about a title is
    never changed by two looks at once, and the event loop stays free.
    """

    def __init__(
        self,
        *,
        config: Config,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        now: Callable[[], datetime],
        dry_run: bool = False,
    ) -> None:
        self._config = config
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._now = now
        self._dry_run = dry_run
        self._publishers = Publishers(config.publishers)
        self._titles = self._watched(config.titles)
        self._examiner = Examiner(
            self._titles, reader=Reader(self._titles), publishers=self._publishers, policy=config.policy
        )
        self._desk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")

    def close(self) -> None:
        """Wait for the look that is being written; take no more."""
        self._desk.shutdown(wait=True)

    async def poll(self, source: SourceConfig) -> PollReport:
        """Look at *source* now, unless its server asked to wait."""
        state = await asyncio.get_running_loop().run_in_executor(self._desk, self._state, source)
        now = self._now()
        if state.not_before is not None and state.not_before > now:
            return PollReport(
                source=source,
                status=PollStatus.WAITING,
                error=f"the server asked to wait until {state.not_before:%Y-%m-%d %H:%M} UTC",
                next_look=state.not_before,
            )
        look = _Look(source=source, state=state)
        try:
            return await self._guarded(look)
        except TransientError as error:
            # Nothing was written, so nothing is lost: the same look finds the same things again.
            log.warning("poll not kept source=%s error=%s", source.id, error)
            return PollReport(
                source=source, status=PollStatus.FAILED, http=look.http, error=str(error), next_look=now + STORE_RETRY
            )

    async def _guarded(self, look: _Look) -> PollReport:
        try:
            return await self._look(look)
        except SourceError as error:
            return await self._at_desk(self._failed, look, error)
        except StoreError:
            raise
        except Exception as error:  # the boundary around a poll: a bug must cost one source, not the daemon
            id_ = look.source.id
            log.exception("poll failed source=%s", id_)
            return await self._at_desk(self._failed, look, SourceError(f"internal error: {error!r}", source=id_))

    async def _look(self, look: _Look) -> PollReport:
        kind = KINDS[look.source.kind]
        response = await self._fetcher.fetch(self._conditional(kind.request(look.source, look.state), look.state))
        look.http = response.status
        if response.not_modified or response.body_hash == look.state.body_hash:
            return await self._at_desk(self._unchanged, look, response)
        parsed = await self._parser.parse(look.source.kind, response.body, self._context(look, response))
        return await self._at_desk(self._digest, look, response, parsed)

    def _conditional(self, request: Request, state: SourceState) -> Request:
        stale = state.last_full is None or self._now() - state.last_full >= FULL_LOOK_EVERY
        return replace(request, validators=Validators() if stale else state.validators)

    def _context(self, look: _Look, response: Response) -> ParseContext:
        source = look.source
        return ParseContext(
            url=response.url,
            content_type=response.headers.get("content-type", ""),
            now=response.at,
            tz=source.tz or default_zone(response.url),
            mode=source.mode,
            selectors=source.selectors,
            deny=source.deny,
            limit=self._config.limits.entries,
            complete=response.complete,
        )

    # -- at the desk: synchronous, one look at a time -------------------------------------------------

    def _state(self, source: SourceConfig) -> SourceState:
        state = self._store.source_state(source.id)
        if state.url in {"", source.url}:
            return replace(state, url=source.url)
        # Another address: its validators and hash mean nothing, what we have seen still does.
        return replace(state, url=source.url, validators=Validators(), body_hash="", last_full=None, not_before=None)

    def _unchanged(self, look: _Look, response: Response) -> PollReport:
        state = self._succeeded(look, response, entries=look.state.entries_last, parsed=None)
        self._commit(PollOutcome(source=state))
        return PollReport(source=look.source, status=PollStatus.UNCHANGED, http=look.http, next_look=state.next_look)

    def _digest(self, look: _Look, response: Response, parsed: Parsed) -> PollReport:
        check_emptied(parsed, look.state)
        seen = self._store.seen(look.source.id)
        found = recognise(parsed.entries, seen, source_id=look.source.id, state=look.state, now=response.at)
        state = replace(
            self._succeeded(look, response, entries=len(parsed.entries), parsed=parsed), identity_by=found.identity_by
        )
        outcome = self._kept(look, found, state, response.at)
        return PollReport(
            source=look.source,
            status=PollStatus.OK,
            http=look.http,
            new=found.new,
            baseline=look.state.first_look is None,
            events=outcome.events,
            judged=outcome.judged,
            deliveries=outcome.deliveries,
            warnings=(*parsed.warnings, *found.warnings),
            next_look=state.next_look,
        )

    def _kept(self, look: _Look, found: Recognised, state: SourceState, now: datetime) -> PollOutcome:
        """Judge and commit; judge again where a `check` beside the daemon was faster."""
        for _ in range(CONFLICTS):
            examined = self._examine(look, found, now)
            outcome = PollOutcome(
                source=state,
                entries=found.records,
                judged=tuple(examined.judged),
                knowledge=tuple(examined.knowledge[id_] for id_ in sorted(examined.changed)),
                events=tuple(examined.events),
                confirmations=tuple(examined.confirmations),
                deliveries=self._deliveries(examined.events, now),
            )
            try:
                self._commit(outcome)
            except ConflictError:
                continue
            return outcome
        raise BusyError(f"what is known kept changing under {look.source.id}")

    def _examine(self, look: _Look, found: Recognised, now: datetime) -> Examined:
        records = {record.key: record for record in found.records}
        fresh = [(entry, key, False) for entry, key in zip(found.new, found.new_keys, strict=True)]
        edited = [(entry, key, True) for entry, key in zip(found.edited, found.edited_keys, strict=True)]
        items = [Item(entry=entry, record=records[key], edited=changed) for entry, key, changed in fresh + edited]
        knowledge = {title.id: self._store.knowledge(title.id) for title in self._titles}
        return self._examiner.examine(items, self.voice(look.source, look.state), knowledge=knowledge, now=now)

    def voice(self, source: SourceConfig, state: SourceState) -> Voice:
        """Say who speaks at *source*."""
        listed = self._publishers.of(source.url)
        return Voice(
            source_id=source.id,
            name=source.name,
            url=source.url,
            kind=source.kind,
            publisher=Publisher(id=listed.id, name=source.publisher or listed.name, tier=source.tier or listed.tier),
            pinned=source.tier is not None,
            first_look=state.first_look,
        )

    def _failed(self, look: _Look, error: SourceError) -> PollReport:
        now = self._now()
        http = look.http or getattr(error, "status", None)
        state = replace(
            after_failure(look.state, error, source=look.source, now=now, jitter=random.random()),
            url=look.source.url,
            last_status=http,
        )
        notices = health_notices(look.state, state, look.source, now)
        self._commit(PollOutcome(source=state, notices=notices, deliveries=self._deliveries(notices, now)))
        log.warning("poll failed source=%s reason=%s error=%s", look.source.id, state.last_reason, error)
        return PollReport(
            source=look.source, status=PollStatus.FAILED, http=http, error=str(error), next_look=state.next_look
        )

    def _succeeded(self, look: _Look, response: Response, *, entries: int, parsed: Parsed | None) -> SourceState:
        hints = replace(parsed.hints if parsed else look.state.hints, max_age=response.max_age)
        state = replace(
            look.state,
            url=look.source.url,
            validators=response.validators,
            body_hash=response.body_hash or look.state.body_hash,
            hints=hints,
            last_full=look.state.last_full if response.not_modified else response.at,
            last_status=response.status,
            first_look=look.state.first_look or response.at,
            entries_last=entries,
            moved_to=response.moved_to,
            moved_count=look.state.moved_count + 1 if response.moved_to else 0,
        )
        return after_success(state, source=look.source, now=response.at, jitter=random.random())

    def _deliveries(self, items: Iterable[Event | Notice], now: datetime) -> tuple[Delivery, ...]:
        return tuple(delivery for item in items for delivery in route(item, config=self._config, now=now))

    def _commit(self, outcome: PollOutcome) -> None:
        if not self._dry_run:
            self._store.commit(outcome)

    async def _at_desk(self, work: Callable[..., PollReport], *args: object) -> PollReport:
        return await asyncio.get_running_loop().run_in_executor(self._desk, work, *args)

    def _watched(self, titles: Iterable[Title]) -> tuple[Title, ...]:
        """Fill in since when each title is watched, where the configuration does not say."""
        listed = tuple(titles)
        first_seen = self._store.watch(listed, self._now())
        return tuple(replace(title, since=title.since or first_seen[title.id]) for title in listed)


def default_zone(url: str) -> str:
    """Guess the zone of dates that name none: Japanese hosts mean Japan."""
    host = url.split("/", 3)[2].rsplit(":", 1)[0] if "//" in url else ""
    return "Asia/Tokyo" if host.endswith(".jp") else "UTC"


def health_notices(before: SourceState, after: SourceState, source: SourceConfig, now: datetime) -> tuple[Notice, ...]:
    """Say once when a source has been failing for long, and once when it is back."""
    if before.told_failing == after.told_failing:
        return ()
    kind = NoticeType.SOURCE_FAILING if after.told_failing else NoticeType.SOURCE_RECOVERED
    text = (
        f"{source.name} could not be read since {after.failing_since:%Y-%m-%d %H:%M} UTC: {after.last_error}"
        if after.told_failing
        else f"{source.name} can be read again."
    )
    ref = reference("notice", kind, source.id, f"{now:%Y-%m-%dT%H:%M:%S}")
    return (Notice(ref=ref, type=kind, subject=source.id, text=text, at=now),)
