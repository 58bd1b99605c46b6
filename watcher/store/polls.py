"""What a look at a source needs to know, and the one transaction that keeps what came of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Text, bindparam, cast, delete, func, or_, select, update

from watcher.errors import StoreError
from watcher.failpoint import reach
from watcher.memory import Delivery, Judged, Knowledge, Outcome, PollOutcome, SeenEntry, SourceState
from watcher.model import Event, Evidence
from watcher.store.engine import Database, batches, insert_into
from watcher.store.errors import ConflictError
from watcher.store.outbox import add_deliveries, add_notices
from watcher.store.quick import write_rows
from watcher.store.rows import entry_row, judged_row, link_near, near, read_entries, text_row
from watcher.store.tables import confirmations, entries, events, judged, knowledge, meta, sources, texts, titles

_UPDATED = (
    *("entry_id", "link", "fingerprint", "entry_id_hash", "link_hash", "fingerprint_hash"),
    *("digest", "title", "url", "published", "last_seen"),
)
_OF_TEXT = ("since", "blocks", "markup", "base", "data")
_ID_OF = select(entries.c.id).where(entries.c.source_id == bindparam("of_source"), entries.c.key == bindparam("of_key"))
_ROWS = 250
"""Entries that are bound at once: all of a turn would be the largest thing in memory."""
GATHERING = timedelta(hours=1)
"""How long after a restore its digest waits, so that most sources have been looked at again."""


class Polls(Database):
    """Sources, the entries seen there, and what is known."""

    def source_state(self, source_id: str) -> SourceState:
        """Look up a source; one never looked at has a fresh state."""
        return self.source_states([source_id])[source_id]

    def source_states(self, source_ids: Iterable[str]) -> dict[str, SourceState]:
        """Look up many sources at once, by id; one never looked at has a fresh state."""
        found = {id_: SourceState(source_id=id_) for id_ in source_ids}
        with self.reading() as connection:
            for some in batches(found):
                rows = connection.execute(select(sources.c.id, sources.c.state).where(sources.c.id.in_(some)))
                found.update((row.id, row.state) for row in rows)
        return found

    def all_source_states(self) -> tuple[SourceState, ...]:
        """List the state of every source ever looked at."""
        with self.reading() as connection:
            return tuple(connection.execute(select(sources.c.state).order_by(sources.c.id)).scalars())

    def due_sources(self, now: datetime, *, among: Collection[str] | None = None) -> tuple[str, ...]:
        """List the known sources whose time has come, longest overdue first."""
        due = select(sources.c.id).where(or_(sources.c.due.is_(None), sources.c.due <= now))
        with self.reading() as connection:
            found = connection.execute(due.order_by(sources.c.due.is_not(None), sources.c.due, sources.c.id)).scalars()
            return tuple(id_ for id_ in found if among is None or id_ in among)

    def next_due(self, *, among: Collection[str] | None = None) -> datetime | None:
        """Tell when the next known source is due (perhaps long ago); None where none has a time."""
        due = select(sources.c.id, sources.c.due).where(sources.c.due.is_not(None)).order_by(sources.c.due)
        with self.reading() as connection:
            return next((at for id_, at in connection.execute(due) if among is None or id_ in among), None)

    def latest_look(self) -> datetime | None:
        """Tell when any source was last looked at: a clock that says less is wrong."""
        with self.reading() as connection:
            return connection.execute(select(func.max(sources.c.last_look))).scalar()

    def seen(self, source_id: str, *, texts: bool = False) -> tuple[SeenEntry, ...]:
        """List every entry of a source. Their blocks come only with *texts*."""
        with self.reading() as connection:
            return read_entries(connection, entries.c.source_id == source_id, with_texts=texts)

    def seen_matching(
        self,
        source_id: str,
        *,
        entry_ids: Iterable[str] = (),
        links: Iterable[str] = (),
        fingerprints: Iterable[str] = (),
    ) -> tuple[SeenEntry, ...]:
        """List the entries of a source that share an id, a link or a fingerprint, without their blocks."""
        hashes = (
            (entries.c.entry_id_hash, [near(source_id, id_) for id_ in entry_ids if id_]),
            (entries.c.link_hash, [link_near(link) for link in links if link]),
            (entries.c.fingerprint_hash, [near(source_id, mark) for mark in fingerprints if mark]),
        )
        found: dict[str, SeenEntry] = {}
        with self.reading() as connection:
            for column, values in hashes:
                for some in batches(values):
                    # No condition on the source here: the planner would take the index of all its entries.
                    found |= {
                        one.key: one for one in read_entries(connection, column.in_(some)) if one.source_id == source_id
                    }
        return tuple(found.values())

    def entry(self, source_id: str, key: str) -> SeenEntry | None:
        """Look up one entry with its blocks."""
        with self.reading() as connection:
            found = read_entries(connection, entries.c.source_id == source_id, entries.c.key == key, with_texts=True)
        return found[0] if found else None

    def knowledge(self, title_id: str) -> Knowledge:
        """Look up what is known and held about a title."""
        return self.knowledge_of([title_id])[title_id]

    def knowledge_of(self, title_ids: Iterable[str]) -> dict[str, Knowledge]:
        """Look up what is known and held about many titles at once, by id; nothing is known of a new one."""
        found = {id_: Knowledge.empty(id_) for id_ in title_ids}
        with self.reading() as connection:
            for some in batches(found):
                for row in connection.execute(select(knowledge).where(knowledge.c.title_id.in_(some))):
                    found[row.title_id] = Knowledge(
                        title_id=row.title_id, known=row.known, held=row.held, version=row.version
                    )
        return found

    def followed(self, title_ids: Collection[str]) -> dict[str, Knowledge]:
        """Look up what is known of these titles, the paused ones left out."""
        known = self.knowledge_of(title_ids)
        with self.reading() as connection:
            for some in batches(title_ids):
                resting = select(titles.c.id).where(titles.c.id.in_(some), titles.c.paused)
                for id_ in connection.execute(resting).scalars():
                    del known[id_]
        return known

    def stirring(self) -> tuple[Knowledge, ...]:
        """List what is known of the titles that may make looks urgent: something is held, or an end has a date."""
        text = cast(knowledge.c.known, Text)
        where = or_(cast(knowledge.c.held, Text) != "[]", text.contains('"end_date"'), text.contains('"finished"'))
        with self.reading() as connection:
            return tuple(
                Knowledge(title_id=row.title_id, known=row.known, held=row.held, version=row.version)
                for row in connection.execute(select(knowledge).where(where))
            )

    def teased(self, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
        """List (title, source, when) of the entries that led to nothing but announced an announcement."""
        said = cast(judged.c.reading, Text).contains('"modality":"scheduled"')
        query = select(judged.c.title_id, judged.c.source_id, judged.c.at)
        query = query.where(judged.c.at > since, judged.c.outcome == Outcome.SILENT, said).order_by(judged.c.at)
        with self.reading() as connection:
            return tuple((row.title_id, row.source_id, row.at) for row in connection.execute(query))

    def hasten(
        self, source_ids: Iterable[str], sooner: Callable[[SourceState], datetime | None]
    ) -> dict[str, datetime]:
        """Bring the next look of some sources forward to what *sooner* says of their states; None leaves them."""
        changed: dict[str, SourceState] = {}
        with self.writing() as connection:
            for some in batches(source_ids):
                for state in connection.execute(select(sources.c.state).where(sources.c.id.in_(some))).scalars():
                    if (at := sooner(state)) is not None:
                        changed[state.source_id] = replace(state, next_look=at)
            if changed:
                _put_sources(connection, list(changed.values()))
        return {id_: state.next_look for id_, state in changed.items() if state.next_look is not None}

    def commit(self, *outcomes: PollOutcome) -> None:
        """Keep all that came of one or more looks, in one transaction.

        Raises `ConflictError` where the knowledge of a title has changed since it was read: the caller reads it again
        and judges again. What is there already (an event's delivery to a channel, an open notice) is left as it is.
        """
        reach("store.commit.before")
        with self.writing() as connection:
            whole = [_softened(connection, outcome) for outcome in outcomes]
            _put_sources(connection, [outcome.source for outcome in whole])
            found = [entry for outcome in whole for entry in outcome.entries]
            for start in range(0, len(found), _ROWS):
                _put_entries(connection, found[start : start + _ROWS])
            for outcome in whole:
                _put_outcome(connection, outcome)
        reach("store.commit.after")


def _softened(connection: Connection, outcome: PollOutcome) -> PollOutcome:
    """Fold the news of the first look after a restore into one digest, labelled: they may have been told before."""
    if not (outcome.events and outcome.deliveries):
        return outcome
    restored = connection.execute(select(meta.c.value).where(meta.c.name == "restored")).scalar()
    looked = connection.execute(select(sources.c.last_look).where(sources.c.id == outcome.source.source_id)).scalar()
    if restored is None or (looked is not None and looked >= datetime.fromisoformat(restored)):
        return outcome
    news = {event.ref for event in outcome.events}
    digest = partial(_into_digest, restored=datetime.fromisoformat(restored))
    return replace(outcome, deliveries=tuple(digest(one) if one.ref in news else one for one in outcome.deliveries))


def _into_digest(delivery: Delivery, *, restored: datetime) -> Delivery:
    due = max(delivery.due, restored + GATHERING)
    return replace(delivery, slot=f"restored@{restored:%Y-%m-%dT%H:%M}", due=due, repeat=True)


def _put_sources(connection: Connection, states: Sequence[SourceState]) -> None:
    rows = [{"id": s.source_id, "due": _due(s), "last_look": s.last_look, "state": s} for s in states]
    write_rows(connection, _into_sources, rows)


def _into_sources(connection: Connection) -> Insert:
    statement = insert_into(connection, sources)
    changes = {name: statement.excluded[name] for name in ("due", "last_look", "state")}
    return statement.on_conflict_do_update(index_elements=["id"], set_=changes)


def _due(state: SourceState) -> datetime | None:
    times = [time for time in (state.next_look, state.not_before) if time is not None]
    return max(times, default=None)


def _put_outcome(connection: Connection, outcome: PollOutcome) -> None:
    _put_judged(connection, outcome.judged)
    for known in outcome.knowledge:
        _put_knowledge(connection, known)
    _put_events(connection, outcome.events)
    for ref, evidence in outcome.confirmations:
        _confirm(connection, ref, evidence)
    already = add_notices(connection, outcome.notices)
    add_deliveries(connection, [delivery for delivery in outcome.deliveries if delivery.ref not in already])


def _put_entries(connection: Connection, seen: Sequence[SeenEntry]) -> None:
    """Write entries. A text of another digest goes; a look that has not read a text anew passes none, and it stays."""
    unread = [
        {"of_source": one.source_id, "of_key": one.key, "of_digest": one.digest} for one in seen if not _readable(one)
    ]
    write_rows(connection, _drop_texts, unread)
    write_rows(connection, _into_entries, list(map(entry_row, seen)))
    write_rows(connection, _into_texts, [text_row(one) for one in seen if _readable(one)])


def _readable(one: SeenEntry) -> bool:
    """Say whether a look brought something to read: a text, or a catalogue's record."""
    return bool(one.blocks or one.data)


def _drop_texts(_: Connection) -> Delete:
    old = _ID_OF.where(entries.c.digest != bindparam("of_digest"))
    return delete(texts).where(texts.c.entry_id == old.scalar_subquery())


def _into_entries(connection: Connection) -> Insert:
    statement = insert_into(connection, entries)
    changes = {name: statement.excluded[name] for name in _UPDATED}
    return statement.on_conflict_do_update(index_elements=["source_id", "key"], set_=changes)


def _into_texts(connection: Connection) -> Insert:
    values: dict[str, Any] = {name: bindparam(name) for name in _OF_TEXT}
    statement = insert_into(connection, texts).values(entry_id=_ID_OF.scalar_subquery(), **values)
    changes = {name: statement.excluded[name] for name in _OF_TEXT}
    return statement.on_conflict_do_update(index_elements=["entry_id"], set_=changes)


def _put_judged(connection: Connection, all_judged: Sequence[Judged]) -> None:
    if all_judged:
        connection.execute(judged.insert(), list(map(judged_row, all_judged)))


def _put_knowledge(connection: Connection, new: Knowledge) -> None:
    row = {"known": new.known, "held": new.held, "version": new.version + 1}
    if new.version:
        statement = update(knowledge).where(knowledge.c.title_id == new.title_id, knowledge.c.version == new.version)
        done = connection.execute(statement, row)
    else:
        done = connection.execute(
            insert_into(connection, knowledge).on_conflict_do_nothing(), {"title_id": new.title_id, **row}
        )
    if done.rowcount != 1:
        raise ConflictError(new.title_id)


def _put_events(connection: Connection, new: Sequence[Event]) -> None:
    if not new:
        return
    wanted = {event.ref: event for event in new}
    for some in batches(wanted):
        for ref, title_id in connection.execute(select(events.c.ref, events.c.title_id).where(events.c.ref.in_(some))):
            message = f"the reference {ref} of a new event of {wanted[ref].title_id} is taken by {title_id}"
            raise StoreError(message)
    connection.execute(events.insert(), [_event_row(event) for event in new])


def _event_row(event: Event) -> dict[str, object]:
    return {"ref": event.ref, "title_id": event.title_id, "type": event.type, "at": event.at, "event": event}


def _confirm(connection: Connection, ref: str, evidence: Evidence) -> None:
    """Add evidence to an event; one that was forgotten with its title needs none."""
    if connection.execute(select(events.c.seq).where(events.c.ref == ref)).scalar() is None:
        return
    row = {"ref": ref, "publisher": evidence.publisher, "url": evidence.url or "", "evidence": evidence}
    connection.execute(insert_into(connection, confirmations).on_conflict_do_nothing(), row)
