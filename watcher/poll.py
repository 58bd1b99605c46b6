"""One look at one source, end to end: ask, parse, then judge and write at the desk.

Used by `watcher check` and the daemon alike. Whatever a source does ends in a `PollReport` and a state that says when
to look again; nothing it does can raise out of here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import ParamSpec, TypeVar

from watcher.closer import Closer, Errand
from watcher.config.settings import Config, SourceConfig, default_zone
from watcher.desk import Desk
from watcher.errors import FetchError, SourceError, StoreError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Response
from watcher.further import Further
from watcher.looks import Failure, Look, PollReport, PollStatus, Sifted, retry_after_store_trouble
from watcher.memory import SourceState, Validators
from watcher.model import Event
from watcher.schedule import LONGEST
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.pool import Parser
from watcher.sources.services import check_key, explained
from watcher.store import Store, TransientError
from watcher.turns import Turns

log = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

FULL_LOOK_EVERY = timedelta(days=1)
"""A server that answers 304 for ever is asked without validators at least this often."""


ROOM = 16
"""How many answers are laid open at the same time, from parsing to the desk; the others wait as the bytes that came."""


class Poller:
    """Looks at sources. Leaves *when* to the daemon or the command, and delivery to the outbox."""

    def __init__(  # noqa: PLR0913 - the parts of the machine
        self,
        *,
        config: Config,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        now: Callable[[], datetime],
        dry_run: bool = False,
        outside: Fetcher | None = None,
    ) -> None:
        self._limit = config.limits.entries
        self._fetcher = fetcher
        self._parser = parser
        seconds = config.limits.deadline.total_seconds()
        self._closer = Closer(fetcher=fetcher, outside=outside, parser=parser, seconds=seconds)
        self._further = Further(ask=self._fetched, parser=parser, context=self._context)
        self._now = now
        self._room = asyncio.Semaphore(ROOM)
        self._desk = Desk(config=config, store=store, now=now, dry_run=dry_run)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._looks = Turns(self._desk.looks, self._thread)
        self._unchanged = Turns(self._desk.unchanged, self._thread)
        self._failures = Turns(self._desk.failures, self._thread)
        self._answers = Turns(self._desk.digests, self._thread)

    def close(self) -> None:
        """Wait for the look that is being written; take no more."""
        self._thread.shutdown(wait=True)

    async def catch_up(self) -> list[Event]:
        """Read for each title added (or renamed) what was seen before it was."""
        return await self._at_desk(self._desk.catch_up)

    async def poll(self, source: SourceConfig) -> PollReport:
        """Look at *source* now, unless its server asked to wait. Raises StoreError where the database is unusable."""
        try:
            look = await self._looks.do(source)
            if (until := asked_to_wait(look.state, self._now())) is not None:
                return _waiting(source, until)
            return await self._guarded(look)
        except TransientError as error:
            # Nothing was written, so nothing is lost: the same look finds the same things again.
            log.warning("poll not kept source=%s error=%s", source.id, error)
            later = retry_after_store_trouble(self._now())
            return PollReport(source=source, status=PollStatus.FAILED, error=str(error), next_look=later)

    async def _guarded(self, look: Look) -> PollReport:
        response: Response | None = None
        try:
            response = await self._ask(look)
            return await self._answer(look, response)
        except SourceError as error:
            reason = error
        except StoreError:
            raise
        except Exception as error:  # the boundary around a poll: a bug must cost one source, not the daemon
            log.exception("poll failed source=%s", look.source.id)
            reason = SourceError(f"internal error: {error!r}", source=look.source.id)
        return await self._failures.do(Failure(look, reason, response.status if response else None))

    async def _ask(self, look: Look) -> Response:
        return await self._fetched(look.source, asking(look.state, self._now()))

    async def _fetched(self, source: SourceConfig, state: SourceState) -> Response:
        """Ask a source; a refusal is told in words that fit its kind."""
        check_key(source)
        request = KINDS[source.kind].request(source, state)
        try:
            return await self._fetcher.fetch(replace(request, validators=state.validators))
        except FetchError as error:
            raise explained(error, source, failures=state.failures) from error

    async def _answer(self, look: Look, response: Response) -> PollReport:
        if response.not_modified or response.body_hash == look.state.body_hash:
            return await self._unchanged.do((look, response))
        async with self._room:
            parsed = await self._parsed(look, response)
            found = None if parsed.further else await self._digested(look, response, parsed)
        if found is None:
            response, parsed = await self._further.complete(look.source, response, parsed)
            found = await self._digested(look, response, parsed)
        if not isinstance(found, Errand):
            return found
        articles = await self._closer.read(found, partial(self._context, look.source))
        return await self._at_desk(self._desk.digest_closer, look, response, parsed, articles)

    async def _parsed(self, look: Look, response: Response) -> Parsed:
        since = asking(look.state, response.at).last_ok
        context = replace(self._context(look.source, response), since=since)
        parsed = await self._parser.parse(look.source.kind, response.body, context)
        return replace(parsed, delta=True, closed=False) if response.delta else parsed

    async def _digested(self, look: Look, response: Response, parsed: Parsed) -> PollReport | Errand:
        found = await self._answers.do((look, response, parsed))
        if isinstance(found, SourceError):
            raise found
        if isinstance(found, Sifted):
            return await self._at_desk(self._desk.digest, look, response, parsed, found)
        return found

    def _context(self, source: SourceConfig, response: Response) -> ParseContext:
        return ParseContext(
            url=response.url,
            content_type=response.headers.get("content-type", ""),
            now=response.at,
            tz=source.tz or default_zone(response.url),
            mode=source.mode,
            selectors=source.selectors,
            deny=source.deny,
            limit=self._limit,
            complete=response.complete,
            asked=source.url,
            pages=source.pages,
        )

    async def _at_desk(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: work(*args, **kwargs))


def asking(state: SourceState, now: datetime) -> SourceState:
    """Give the state in whose light a source is asked "what has changed?": at least daily, everything is asked for."""
    if state.last_full is None or not timedelta(0) <= now - state.last_full < FULL_LOOK_EVERY:
        return replace(state, validators=Validators(), last_full=None, last_ok=None)
    return state


def asked_to_wait(state: SourceState, now: datetime) -> datetime | None:
    """Say until when the server wants to be left alone; a day at most, or the clock was wrong when it was written."""
    until = state.not_before
    return until if until is not None and now < until <= now + LONGEST else None


def _waiting(source: SourceConfig, until: datetime) -> PollReport:
    return PollReport(
        source=source,
        status=PollStatus.WAITING,
        error=f"the server asked to wait until {until:%Y-%m-%d %H:%M} UTC",
        next_look=until,
    )
