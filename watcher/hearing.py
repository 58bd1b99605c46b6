"""The hearing: what concerns a title is read, judged and written, and older entries once more for a title added later.

Runs on the desk's thread, so that knowledge about a title is never changed by two looks at once. Loaded when an entry
first concerns a title: most looks bring none, and what reads and judges is a third of this program.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from watcher.closer import Articles, Errand, choose, enriched
from watcher.concerns import Concern, Finder, Item
from watcher.config.settings import SourceConfig
from watcher.examine import Examined, Examiner
from watcher.fetch.exchange import Response
from watcher.judge.ended import asked, ended
from watcher.keeper import Keeper
from watcher.looks import Look, PollReport, Sifted, reported
from watcher.memory import Knowledge, PollOutcome, SeenEntry, SourceState
from watcher.model import Entry, Event, Notice, Title
from watcher.read.reader import Reader
from watcher.schedule import brought_forward
from watcher.sources.parsed import Parsed
from watcher.store import BusyError, ConflictError

log = logging.getLogger(__name__)

CONFLICTS = 5
"""How often judging is repeated when another process changed what is known meanwhile."""


class Hearing:
    """Reads and judges for one set of titles."""

    def __init__(self, titles: Sequence[Title], *, finder: Finder, keeper: Keeper, now: Callable[[], datetime]) -> None:
        self._titles = titles
        self._by_id = {title.id: title for title in titles}
        self._keeper = keeper
        self._store = keeper.store
        self._agenda = keeper.agenda
        self._now = now
        self._examiner = Examiner(
            finder=finder,
            reader=Reader(titles, names=finder.names),
            publishers=keeper.publishers,
            policy=keeper.config.widest_policy,
        )

    def hear(self, look: Look, response: Response, parsed: Parsed, sifted: Sifted) -> PollReport | Errand:
        """Examine and keep what concerns a title; or say which articles to read first."""
        knowledge = self._knowledge(look.source, _ids_of(sifted.concerns))
        errand = self._errand(look, sifted, knowledge, response.at) if self._keeper.config.closer else None
        return errand or self._heard(look, response, parsed, sifted, knowledge)

    def hear_closer(
        self, look: Look, response: Response, parsed: Parsed, short: Sifted, articles: Articles
    ) -> PollReport:
        """Examine and keep what the source and the *articles* said."""
        concerns, found = enriched(short.concerns, short.found, articles, short.voice, self._examiner)
        knowledge = self._knowledge(look.source, _ids_of(concerns))
        report = self._heard(look, response, parsed, replace(short, concerns=concerns, found=found), knowledge)
        return replace(report, warnings=(*report.warnings, *articles.warnings))

    def _errand(self, look: Look, sifted: Sifted, among: Collection[str], now: datetime) -> Errand | None:
        wanted = [concern for concern in sifted.concerns if any(title.id in among for title in concern.titles)]
        return choose(wanted, look.source, sifted.voice, self._examiner, now=now)

    def _heard(
        self, look: Look, response: Response, parsed: Parsed, sifted: Sifted, knowledge: Mapping[str, Knowledge]
    ) -> PollReport:
        state = self._keeper.state(look, response, parsed, sifted)
        outcome = self._kept(look, sifted, state, knowledge, response.at)
        sooner = self._hasten(outcome, look.source, response.at)
        report = reported(look, response, parsed, sifted, outcome)
        return replace(report, sooner=sooner, next_look=sooner.get(look.source.id, report.next_look))

    def _kept(
        self, look: Look, sifted: Sifted, state: SourceState, knowledge: Mapping[str, Knowledge], now: datetime
    ) -> PollOutcome:
        """Judge and commit; judge again where a `check` beside the daemon was faster."""
        notices = self._keeper.notices(look, state, now)
        for _ in range(CONFLICTS):
            examined = self._examiner.judge(sifted.concerns, sifted.voice, knowledge=knowledge, now=now)
            outcome = replace(self._outcome(state, examined, now, notices=notices), entries=sifted.found.records)
            try:
                self._keeper.commit(outcome)
            except ConflictError:
                knowledge = self._knowledge(look.source, _ids_of(sifted.concerns))
                continue
            self._keeper.our_line.settle()
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
            deliveries=self._keeper.deliveries((*examined.events, *notices, *questions), now),
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

    def _hasten(self, outcome: PollOutcome, source: SourceConfig, now: datetime) -> dict[str, datetime]:
        """Look sooner at the better sources of a title that has become hot by what was just read."""
        titles = self._agenda.heated(outcome.knowledge, outcome.judged, now)
        if not titles or self._keeper.dry_run:
            return {}
        wanted = {one.id: one for one in self._agenda.sources_for(titles)}

        def sooner(state: SourceState) -> datetime | None:
            one = wanted[state.source_id]
            outlook = self._agenda.outlook(one, now)
            return brought_forward(state, one, now=now, jitter=random.random(), outlook=outlook)

        hastened = self._store.hasten(wanted, sooner)
        log.info("hot titles=%s by=%s sooner=%d", ",".join(sorted(titles)), source.id, len(hastened))
        return hastened

    def _knowledge(self, source: SourceConfig, among: Collection[str]) -> dict[str, Knowledge]:
        """Fetch what is known of these titles, but for paused ones and those that *source* is not looked at for."""
        only = set(source.titles)
        asked = [id_ for id_ in among if not only or only & {id_, self._by_id[id_].name}]
        return self._store.followed(asked) if asked else {}

    # -- titles added later ---------------------------------------------------------------------------

    def catch_up(self, titles: Iterable[Title]) -> list[Event]:
        """Read for each of the *titles* what was seen before it was; tell what is newer than its `since`."""
        sources = {source.id: source for source in self._keeper.config.sources}
        return [event for title in titles for event in self._catch_up_title(title, sources)]

    def _catch_up_title(self, title: Title, sources: Mapping[str, SourceConfig]) -> list[Event]:
        told: list[Event] = []
        last: SeenEntry | None = None
        while page := self._store.unread_entries(title.id, after=last):
            for source_id, records in groupby(page, key=lambda record: record.source_id):
                if source_id in sources and self._knowledge(sources[source_id], {title.id}):
                    told += self._read_again(title, sources[source_id], list(records))
            last = page[-1]
        self._store.caught_up(title.id)
        return told

    def _read_again(self, title: Title, source: SourceConfig, records: list[SeenEntry]) -> list[Event]:
        now, state = self._now(), self._store.source_state(source.id)
        items = [Item(entry=_remembered(record), record=record) for record in records]
        knowledge = {title.id: self._store.knowledge(title.id)}
        examined = self._examiner.examine(items, self._keeper.voice(source, state), knowledge=knowledge, now=now)
        outcome = self._outcome(state, examined, now)
        self._keeper.commit(outcome)
        self._agenda.heated(outcome.knowledge, outcome.judged, now)
        return examined.events


def _ids_of(concerns: Iterable[Concern]) -> set[str]:
    """Tell which titles the entries concern."""
    return {title.id for concern in concerns for title in concern.titles}


def _remembered(record: SeenEntry) -> Entry:
    """Make an entry of what the store remembers of it."""
    return Entry(
        id=record.entry_id,
        link=record.url,
        title=record.title,
        blocks=record.blocks,
        published=record.published,
        data=record.data,
    )
