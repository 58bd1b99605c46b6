"""The desk: where what a look found is judged and written, one look at a time.

Synchronous; a poller runs it on one thread of its own, so that knowledge about a title is never changed by two looks at
once. Everything that a look changes is one `PollOutcome`, written in one transaction. Leaves asking and parsing to
`watcher.poll`, deciding to `watcher.examine`, *when* to look to `watcher.schedule`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Any

from watcher.agenda import Agenda
from watcher.aliases.others import other_names
from watcher.closer import Articles, Errand, choose, enriched
from watcher.config.settings import Config, SourceConfig
from watcher.errors import SourceError
from watcher.examine import Concern, Examined, Examiner, Item, Voice
from watcher.fetch.exchange import Response
from watcher.judge.ended import asked, ended
from watcher.judge.hijack import doubts
from watcher.judge.hijack import remembered as remembered_marks
from watcher.judge.refs import reference
from watcher.judge.trust import Publishers, hostname, parents
from watcher.memory import Delivery, Judged, Knowledge, PollOutcome, SeenEntry, SourceState, Validators
from watcher.model import Entry, Event, Notice, NoticeType, Publisher, Tier, Title
from watcher.notify.route import route
from watcher.ourline import OurLine
from watcher.read import Reader
from watcher.schedule import Outlook, after_failure, after_outage, after_success, brought_forward, rhythm
from watcher.schedule.line import is_unreached
from watcher.schedule.outlook import PLAIN
from watcher.sources.identity import Keys, Recognised, check_account, check_emptied, lookup, recognise
from watcher.sources.parsed import Parsed
from watcher.sources.sitewords import entry_marks
from watcher.sources.variants import turned
from watcher.store import BusyError, ConflictError, Store, TitleState

log = logging.getLogger(__name__)

CONFLICTS = 5
"""How often judging is repeated when another process changed what is known meanwhile."""


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
    sooner: Mapping[str, datetime] = field(default_factory=dict)
    """Other sources whose next look was brought forward: a title has become hot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look that is under way: the source, and its state when the look began."""

    source: SourceConfig
    state: SourceState
    elsewhere: str = ""
    """The other address at which the source was looked at before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What a look brought, before it is judged."""

    found: Recognised
    voice: Voice
    concerns: tuple[Concern, ...]
    site: dict[str, Any]
    """What changes of the source's state: the marks of an official site, and the doubts about it."""


class Desk:
    """Judges and writes for one configuration over one store."""

    def __init__(self, *, config: Config, store: Store, now: Callable[[], datetime], dry_run: bool = False) -> None:
        self._config = config
        self._store = store
        self._now = now
        self._dry_run = dry_run
        self._publishers = Publishers(config.publishers)
        self._agenda = Agenda(config=config, store=store)
        self._our_line = OurLine(config=config, store=store, dry_run=dry_run)
        self._titles = self._watched(config.titles)
        self._by_id = {title.id: title for title in self._titles}
        self._own_hosts = frozenset(hostname(host) for title in self._titles for host in title.official)

    @cached_property
    def _examiner(self) -> Examiner:
        """Built when there is something to read: most looks find nothing new, and many titles take a while."""
        others = other_names(self._titles, self._store, keep=not self._dry_run)
        policy = self._config.widest_policy
        reader = Reader(self._titles, others=others)
        return Examiner(self._titles, reader=reader, publishers=self._publishers, policy=policy)

    # -- what a look ends in --------------------------------------------------------------------------

    def looks(self, sources: Sequence[SourceConfig]) -> list[Look]:
        """Begin looks: fetch what is remembered about the sources."""
        states = self._store.source_states(source.id for source in sources)
        return [_begun(source, states[source.id]) for source in sources]

    def unchanged(self, answers: Sequence[tuple[Look, Response]]) -> list[PollReport]:
        """Keep that nothing has changed at some sources, in one transaction."""
        outcomes = [self._unchanged(look, response) for look, response in answers]
        self._commit(*outcomes)
        self._our_line.settle()
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
        outlook = self._agenda.outlook(look.source, response.at)
        state = succeeded(look, response, entries=look.state.entries_last, parsed=None, outlook=outlook)
        notices = self._notices(look, state, response.at)
        return PollOutcome(source=state, notices=notices, deliveries=self._deliveries(notices, response.at))

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
            self._commit(*outcomes.values())
            self._our_line.settle()
        return [
            _report(*answers[number], one, outcomes[number]) if isinstance(one, Sifted) and number in outcomes else one
            for number, one in enumerate(sifted)
        ]

    def _tried(self, look: Look, response: Response, parsed: Parsed) -> Sifted | SourceError:
        try:
            return self._sifted(look, response, parsed)
        except SourceError as error:
            return error

    def _unconcerned(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollOutcome:
        state, now = self._state(look, response, parsed, sifted), response.at
        outcome = self._outcome(state, Examined(knowledge={}), now, notices=self._notices(look, state, now))
        return replace(outcome, entries=sifted.found.records)

    def digest(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollReport | Errand:
        """Examine and keep what concerns a title; or say which articles to read first."""
        errand = self._errand(look, sifted, response.at) if self._config.closer else None
        return errand or self._digested(look, response, parsed, sifted)

    def digest_closer(self, look: Look, response: Response, parsed: Parsed, articles: Articles) -> PollReport:
        """Recognise, examine and keep what the source and the *articles* said."""
        short = self._sifted(look, response, parsed)
        concerns, found = enriched(short.concerns, short.found, articles, short.voice, self._examiner)
        report = self._digested(look, response, parsed, replace(short, concerns=concerns, found=found))
        return replace(report, warnings=(*report.warnings, *articles.warnings))

    def _sifted(self, look: Look, response: Response, parsed: Parsed) -> Sifted:
        check_emptied(parsed, look.state)
        if not look.elsewhere:
            check_account(parsed, look.state)
        keys = lookup(parsed.entries)
        seen = self._seen(look, keys)
        found = recognise(parsed.entries, seen, source_id=look.source.id, state=look.state, now=response.at, keys=keys)
        voice = self._voice(look.source, state_before(look, found))
        site = self._site(look, parsed, voice, response.at) | {"account": parsed.account or look.state.account}
        voice = replace(voice, doubted=bool(site.get("doubts")))
        if not parsed.delta:
            site |= turned(look.state, keys.fingerprints, response.at)
        return Sifted(found=found, voice=voice, concerns=self._concerns(found, voice, response.at), site=site)

    def _site(self, look: Look, parsed: Parsed, voice: Voice, now: datetime) -> dict[str, Any]:
        """Say whether an official site is still the one that was trusted; of other sources nothing is asked."""
        url, state = look.source.url, look.state
        official = voice.publisher.tier is Tier.OFFICIAL or not parents(url).isdisjoint(self._own_hosts)
        if not official or self._publishers.is_vouched_for(url):
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

    def _errand(self, look: Look, sifted: Sifted, now: datetime) -> Errand | None:
        among = self._looked_for(look.source, ids_of(sifted.concerns))
        wanted = [concern for concern in sifted.concerns if any(title.id in among for title in concern.titles)]
        return choose(wanted, look.source, sifted.voice, self._examiner, now=now)

    def _digested(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollReport:
        outcome = self._kept(look, sifted, self._state(look, response, parsed, sifted), response.at)
        sooner = self._hasten(outcome, look.source, response.at)
        report = _report(look, response, parsed, sifted, outcome)
        return replace(report, sooner=sooner, next_look=sooner.get(look.source.id, report.next_look))

    def _state(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> SourceState:
        """Work out the state of a source whose answer was good."""
        found = sifted.found
        entries = look.state.entries_last if parsed.delta else len(parsed.entries)
        lessons = _lessons(look, found, response.at)
        before = replace(look.state, identity_by=found.identity_by, **sifted.site, **lessons)
        outlook = self._agenda.outlook(look.source, response.at)
        return succeeded(replace(look, state=before), response, entries=entries, parsed=parsed, outlook=outlook)

    def failed(self, look: Look, error: SourceError, http: int | None) -> PollReport:
        """Keep that the look failed, and when the next one is; say so once when it lasts."""
        now, status = self._now(), http or getattr(error, "status", None)
        state, notices = self._state_of_failure(look, error, now)
        self._commit(
            PollOutcome(
                source=replace(state, last_status=status, url=look.elsewhere or state.url),
                notices=notices,
                deliveries=self._deliveries(notices, now),
            )
        )
        if not is_unreached(error):
            self._our_line.settle()
        log.warning("poll failed source=%s reason=%s error=%s", look.source.id, state.last_reason, error)
        return PollReport(
            source=look.source,
            status=PollStatus.FAILED,
            http=status,
            error=state.last_error,
            next_look=state.next_look,
        )

    def _state_of_failure(
        self, look: Look, error: SourceError, now: datetime
    ) -> tuple[SourceState, tuple[Notice, ...]]:
        """Blame the source, or our own line where nobody can be reached."""
        if not is_unreached(error):
            state = after_failure(look.state, error, source=look.source, now=now, jitter=random.random())
            return state, self._notices(look, state, now)
        if (since := self._our_line.unreached(look.source, now)) is not None:
            return after_outage(look.state, error, since=since, now=now, jitter=random.random()), ()
        state = after_failure(look.state, error, source=look.source, now=now, jitter=random.random())
        return state, health_notices(look.state, state, look.source, now)

    def _notices(self, look: Look, after: SourceState, now: datetime) -> tuple[Notice, ...]:
        """Say what an answer, whatever it was, changes about the source and about our own line."""
        return (*health_notices(look.state, after, look.source, now), *self._our_line.answered(look.source, now))

    def _hasten(self, outcome: PollOutcome, source: SourceConfig, now: datetime) -> dict[str, datetime]:
        """Look sooner at the better sources of a title that has become hot by what was just read."""
        titles = self._agenda.heated(outcome.knowledge, outcome.judged, now)
        if not titles or self._dry_run:
            return {}
        wanted = {one.id: one for one in self._agenda.sources_for(titles)}

        def sooner(state: SourceState) -> datetime | None:
            one = wanted[state.source_id]
            outlook = self._agenda.outlook(one, now)
            return brought_forward(state, one, now=now, jitter=random.random(), outlook=outlook)

        hastened = self._store.hasten(wanted, sooner)
        log.info("hot titles=%s by=%s sooner=%d", ",".join(sorted(titles)), source.id, len(hastened))
        return hastened

    # -- judging and writing --------------------------------------------------------------------------

    def _kept(self, look: Look, sifted: Sifted, state: SourceState, now: datetime) -> PollOutcome:
        """Judge and commit; judge again where a `check` beside the daemon was faster."""
        notices = self._notices(look, state, now)
        concerns, voice = sifted.concerns, sifted.voice
        for _ in range(CONFLICTS):
            knowledge = self._knowledge(look.source, concerns)
            examined = self._examiner.judge(concerns, voice, knowledge=knowledge, now=now)
            outcome = replace(self._outcome(state, examined, now, notices=notices), entries=sifted.found.records)
            try:
                self._commit(outcome)
            except ConflictError:
                continue
            self._our_line.settle()
            return outcome
        raise BusyError(f"what is known kept changing under {look.source.id}")

    def _outcome(
        self, state: SourceState, examined: Examined, now: datetime, *, notices: tuple[Notice, ...] = ()
    ) -> PollOutcome:
        knowledge, questions = self._questions(examined, now)
        return PollOutcome(
            source=state,
            judged=tuple(examined.judged),
            knowledge=knowledge,
            events=tuple(examined.events),
            confirmations=tuple(examined.confirmations),
            notices=(*notices, *questions),
            deliveries=self._deliveries((*examined.events, *notices, *questions), now),
        )

    def _questions(self, examined: Examined, now: datetime) -> tuple[tuple[Knowledge, ...], tuple[Notice, ...]]:
        """Ask once whether to watch the next season, in the transaction that tells the end of this one."""
        knowledge, questions = [], []
        for id_ in sorted(examined.changed):
            changed = examined.knowledge[id_]
            if (question := ended(changed.known, self._by_id[id_], now)) is not None:
                changed = replace(changed, known=asked(changed.known))
                questions.append(question)
            knowledge.append(changed)
        return tuple(knowledge), tuple(questions)

    def _concerns(self, found: Recognised, voice: Voice, now: datetime) -> tuple[Concern, ...]:
        records = {record.key: record for record in found.records}
        fresh = [(entry, key, False) for entry, key in zip(found.new, found.new_keys, strict=True)]
        edited = [(entry, key, True) for entry, key in zip(found.edited, found.edited_keys, strict=True)]
        items = [Item(entry=entry, record=records[key], edited=changed) for entry, key, changed in fresh + edited]
        return self._examiner.concerns(items, voice, now=now)

    def _knowledge(self, source: SourceConfig, concerns: Iterable[Concern]) -> dict[str, Knowledge]:
        """Fetch what is known of the titles that are concerned and that *source* is looked at for."""
        named = ids_of(concerns)
        return self._store.knowledge_of(self._looked_for(source, named)) if named else {}

    def _looked_for(self, source: SourceConfig, among: set[str]) -> set[str]:
        """Tell which of these titles *source* is looked at for and are not paused."""
        states, only = self._store.titles(among), set(source.titles)
        return {
            title.id
            for title in (self._by_id[id_] for id_ in among)
            if (not only or only & {title.id, title.name}) and not (title.id in states and states[title.id].paused)
        }

    def _voice(self, source: SourceConfig, state: SourceState) -> Voice:
        listed = self._publishers.of(source.url)
        return Voice(
            source_id=source.id,
            name=source.name,
            url=source.url,
            kind=source.kind,
            publisher=Publisher(id=listed.id, name=source.publisher or listed.name, tier=source.tier or listed.tier),
            pinned=source.tier is not None,
            first_look=state.first_look,
            doubted=bool(state.doubts),
        )

    def _deliveries(self, items: Iterable[Event | Notice], now: datetime) -> tuple[Delivery, ...]:
        wanted = tuple(items)
        about = {item.title_id for item in wanted if isinstance(item, Event)}
        states = self._store.titles(about) if about else {}
        return tuple(
            _snoozed(delivery, states.get(item.title_id) if isinstance(item, Event) else None)
            for item in wanted
            for delivery in route(item, config=self._config, now=now)
        )

    def _commit(self, *outcomes: PollOutcome) -> None:
        if not self._dry_run:
            self._store.commit(*outcomes)

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
        sources = {source.id: source for source in self._config.sources}
        return [e for t in self._titles if states[t.id].unread for e in self._catch_up_title(t, sources)]

    def _catch_up_title(self, title: Title, sources: Mapping[str, SourceConfig]) -> list[Event]:
        told: list[Event] = []
        last: SeenEntry | None = None
        while page := self._store.unread_entries(title.id, after=last):
            for source_id, records in groupby(page, key=lambda record: record.source_id):
                if source_id in sources and self._looked_for(sources[source_id], {title.id}):
                    told += self._read_again(title, sources[source_id], list(records))
            last = page[-1]
        self._store.caught_up(title.id)
        return told

    def _read_again(self, title: Title, source: SourceConfig, records: list[SeenEntry]) -> list[Event]:
        now, state = self._now(), self._store.source_state(source.id)
        items = [Item(entry=remembered(record), record=record) for record in records]
        knowledge = {title.id: self._store.knowledge(title.id)}
        examined = self._examiner.examine(items, self._voice(source, state), knowledge=knowledge, now=now)
        outcome = self._outcome(state, examined, now)
        self._commit(outcome)
        self._agenda.heated(outcome.knowledge, outcome.judged, now)
        return examined.events


def _report(look: Look, response: Response, parsed: Parsed, sifted: Sifted, outcome: PollOutcome) -> PollReport:
    return PollReport(
        source=look.source,
        status=PollStatus.OK,
        http=response.status,
        new=sifted.found.new,
        baseline=look.state.first_look is None,
        events=outcome.events,
        judged=outcome.judged,
        deliveries=outcome.deliveries,
        warnings=(*parsed.warnings, *sifted.found.warnings),
        next_look=outcome.source.next_look,
    )


def ids_of(concerns: Iterable[Concern]) -> set[str]:
    """Tell which titles the entries concern."""
    return {title.id for concern in concerns for title in concern.titles}


def _begun(source: SourceConfig, state: SourceState) -> Look:
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


def _lessons(look: Look, found: Recognised, now: datetime) -> dict[str, Any]:
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


def remembered(record: SeenEntry) -> Entry:
    """Make an entry of what the store remembers of it."""
    return Entry(
        id=record.entry_id,
        link=record.url,
        title=record.title,
        blocks=record.blocks,
        published=record.published,
        data=record.data,
    )


def _snoozed(delivery: Delivery, title: TitleState | None) -> Delivery:
    """Hold back what is about a snoozed title until it wakes."""
    until = title.snoozed_until if title else None
    return replace(delivery, due=max(delivery.due, until)) if until else delivery


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
