"""The desk: where what a look found is recognised and written, one look at a time.

Synchronous; a poller runs it on one thread of its own, so that knowledge about a title is never changed by two looks at
once. Everything that a look changes is one `PollOutcome`, written in one transaction. Leaves asking and parsing to
`watcher.poll`, what concerns a title to `watcher.hearing`, *when* to look to `watcher.schedule`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from watcher.agenda import Agenda
from watcher.aliases.others import other_names
from watcher.closer import Articles, Errand
from watcher.concerns import Concern, Finder, Item, Voice
from watcher.config.settings import Config, SourceConfig
from watcher.errors import SourceError
from watcher.fetch.exchange import Response
from watcher.judge.hijack import doubts
from watcher.judge.hijack import remembered as remembered_marks
from watcher.judge.trust import Publishers, hostname, parents
from watcher.keeper import Keeper
from watcher.looks import (
    Failure,
    Look,
    PollReport,
    PollStatus,
    Sifted,
    begun,
    gave_nothing,
    health_notices,
    reported,
    state_before,
    succeeded,
)
from watcher.memory import PollOutcome, SeenEntry, SourceState
from watcher.model import Event, Notice, Tier, Title
from watcher.ourline import OurLine
from watcher.read.titles import Titles
from watcher.schedule import after_failure, after_outage
from watcher.schedule.line import is_unreached
from watcher.sources.identity import Keys, Recognised, check_account, check_emptied, lookup, recognise
from watcher.sources.parsed import Parsed
from watcher.sources.sitewords import entry_marks
from watcher.sources.variants import turned
from watcher.store import Store

if TYPE_CHECKING:  # loaded when an entry first concerns a title
    from watcher.hearing import Hearing

log = logging.getLogger(__name__)


class Desk:
    """Recognises and writes for one configuration over one store."""

    def __init__(self, *, config: Config, store: Store, now: Callable[[], datetime], dry_run: bool = False) -> None:
        self._config = config
        self._store = store
        self._now = now
        self._dry_run = dry_run
        self._keeper = Keeper(
            config=config,
            store=store,
            publishers=Publishers(config.publishers),
            agenda=Agenda(config=config, store=store),
            our_line=OurLine(config=config, store=store, dry_run=dry_run),
            dry_run=dry_run,
        )
        self._titles = self._watched(config.titles)
        self._own_hosts = frozenset(hostname(host) for title in self._titles for host in title.official)

    @cached_property
    def _finder(self) -> Finder:
        """Built when there is something to read: most looks find nothing new, and many titles take a while."""
        others = other_names(self._titles, self._store, keep=not self._dry_run)
        return Finder(self._titles, names=Titles(self._titles, others))

    @cached_property
    def _hearing(self) -> Hearing:
        from watcher.hearing import Hearing  # noqa: PLC0415 - what reads and judges; most looks need neither

        return Hearing(self._titles, finder=self._finder, keeper=self._keeper, now=self._now)

    # -- what a look ends in --------------------------------------------------------------------------

    def looks(self, sources: Sequence[SourceConfig]) -> list[Look]:
        """Begin looks: fetch what is remembered about the sources."""
        states = self._store.source_states(source.id for source in sources)
        return [begun(source, states[source.id]) for source in sources]

    def unchanged(self, answers: Sequence[tuple[Look, Response]]) -> list[PollReport]:
        """Keep that nothing has changed at some sources, in one transaction."""
        outcomes = [self._unchanged(look, response) for look, response in answers]
        self._keeper.commit(*outcomes)
        self._keeper.our_line.settle()
        return [
            PollReport(
                source=look.source,
                status=PollStatus.UNCHANGED,
                http=response.status,
                next_look=outcome.source.next_look,
            )
            for (look, response), outcome in zip(answers, outcomes, strict=True)
        ]

    def _unchanged(self, look: Look, response: Response) -> PollOutcome:
        outlook = self._keeper.agenda.outlook(look.source, response.at)
        state = succeeded(look, response, entries=look.state.entries_last, parsed=None, outlook=outlook)
        return self._keeper.quiet(state, self._keeper.notices(look, state, response.at), response.at)

    def digests(self, answers: Sequence[tuple[Look, Response, Parsed]]) -> list[PollReport | Sifted | SourceError]:
        """Recognise what sources said, and keep all that concerns no title in one transaction.

        Most looks concern none. The others come back sifted, for `digest`; what cannot be, as the error that it is.
        """
        sifted = [self._tried(*answer) for answer in answers]
        outcomes = {
            number: self._unconcerned(*answers[number], one)
            for number, one in enumerate(sifted)
            if isinstance(one, Sifted) and not one.concerns
        }
        if outcomes:
            self._keeper.commit(*outcomes.values())
            self._keeper.our_line.settle()
        return [
            reported(*answers[number], one, outcomes[number]) if isinstance(one, Sifted) and number in outcomes else one
            for number, one in enumerate(sifted)
        ]

    def _tried(self, look: Look, response: Response, parsed: Parsed) -> Sifted | SourceError:
        try:
            return self._sifted(look, response, parsed)
        except SourceError as error:
            return error

    def _unconcerned(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollOutcome:
        state, now = self._keeper.state(look, response, parsed, sifted), response.at
        outcome = self._keeper.quiet(state, self._keeper.notices(look, state, now), now)
        return replace(outcome, entries=sifted.found.records)

    def digest(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollReport | Errand:
        """Examine and keep what concerns a title; or say which articles to read first."""
        return self._hearing.hear(look, response, parsed, sifted)

    def digest_closer(self, look: Look, response: Response, parsed: Parsed, articles: Articles) -> PollReport:
        """Recognise, examine and keep what the source and the *articles* said."""
        short = self._sifted(look, response, parsed)
        return self._hearing.hear_closer(look, response, parsed, short, articles)

    def _sifted(self, look: Look, response: Response, parsed: Parsed) -> Sifted:
        check_emptied(parsed, look.state)
        if not look.elsewhere:
            check_account(parsed, look.state)
        keys = lookup(parsed.entries)
        seen = self._seen(look, keys)
        found = recognise(parsed.entries, seen, source_id=look.source.id, state=look.state, now=response.at, keys=keys)
        voice = self._keeper.voice(look.source, state_before(look, found))
        site = self._site(look, parsed, voice, response.at) | {"account": parsed.account or look.state.account}
        voice = replace(voice, doubted=bool(site.get("doubts")))
        if not parsed.delta:
            site |= turned(look.state, keys.fingerprints, response.at)
        return Sifted(found=found, voice=voice, concerns=self._concerns(found, voice, response.at), site=site)

    def _site(self, look: Look, parsed: Parsed, voice: Voice, now: datetime) -> dict[str, Any]:
        """Say whether an official site is still the one that was trusted; of other sources nothing is asked."""
        url, state = look.source.url, look.state
        official = voice.publisher.tier is Tier.OFFICIAL or not parents(url).isdisjoint(self._own_hosts)
        if not official or self._keeper.publishers.is_vouched_for(url):
            return {"doubts": ()}
        seen = parsed.marks or entry_marks(parsed.entries)
        found = doubts(state, seen, now)
        return {"doubts": found, "marks": state.marks if found else remembered_marks(state.marks, seen)}

    def _seen(self, look: Look, keys: Keys) -> tuple[SeenEntry, ...]:
        if look.state.first_look is None:
            return ()  # entries are kept together with the look that found them: there are none
        return self._store.seen_matching(
            look.source.id, entry_ids=keys.ids, links=keys.links, fingerprints=keys.fingerprints
        )

    def _concerns(self, found: Recognised, voice: Voice, now: datetime) -> tuple[Concern, ...]:
        records = {record.key: record for record in found.records}
        fresh = [(entry, key, False) for entry, key in zip(found.new, found.new_keys, strict=True)]
        edited = [(entry, key, True) for entry, key in zip(found.edited, found.edited_keys, strict=True)]
        items = [Item(entry=entry, record=records[key], edited=changed) for entry, key, changed in fresh + edited]
        return self._finder.concerns(items, voice, now=now)

    def failures(self, failed: Sequence[Failure]) -> list[PollReport]:
        """Keep that some looks failed, and when the next ones are, in one transaction: they often fail together."""
        now = self._now()
        outcomes = [self._failure(one, now) for one in failed]
        self._keeper.commit(*outcomes)
        if not all(is_unreached(one.error) for one in failed):
            self._keeper.our_line.settle()
        for one, outcome in zip(failed, outcomes, strict=True):
            reason = outcome.source.last_reason
            log.warning("poll failed source=%s reason=%s error=%s", one.look.source.id, reason, one.error)
        return [gave_nothing(one, outcome.source) for one, outcome in zip(failed, outcomes, strict=True)]

    def _failure(self, one: Failure, now: datetime) -> PollOutcome:
        """Work out what a failed look changes; what is said of it is said once, when it lasts."""
        state, notices = self._state_of_failure(one.look, one.error, now)
        changed = replace(state, last_status=one.status, url=one.look.elsewhere or state.url)
        return self._keeper.quiet(changed, notices, now)

    def _state_of_failure(
        self, look: Look, error: SourceError, now: datetime
    ) -> tuple[SourceState, tuple[Notice, ...]]:
        """Blame the source, or our own line where nobody can be reached."""
        if not is_unreached(error):
            state = after_failure(look.state, error, source=look.source, now=now, jitter=random.random())
            return state, self._keeper.notices(look, state, now)
        if (since := self._keeper.our_line.unreached(look.source, now)) is not None:
            return after_outage(look.state, error, since=since, now=now, jitter=random.random()), ()
        state = after_failure(look.state, error, source=look.source, now=now, jitter=random.random())
        return state, health_notices(look.state, state, look.source, now)

    # -- titles ---------------------------------------------------------------------------------------

    def _watched(self, titles: tuple[Title, ...]) -> tuple[Title, ...]:
        """Fill in since when each title is watched, where the configuration does not say."""
        if self._dry_run:
            first_seen = {id_: state.first_seen for id_, state in self._store.titles().items()}
        else:
            first_seen = self._store.watch(titles, self._now())
        return tuple(replace(t, since=t.since or first_seen.get(t.id, self._now())) for t in titles)

    def catch_up(self) -> list[Event]:
        """Read for each title added (or renamed) what was seen before; tell what is newer than its `since`."""
        if self._dry_run:
            return []
        states = self._store.titles()
        if any(state.unread for state in states.values()):
            self._store.nothing_unread()
            states = self._store.titles()
        unread = [title for title in self._titles if states[title.id].unread]
        return self._hearing.catch_up(unread) if unread else []
