"""Answers about what happened: events with their evidence, why something was or was not told, how much there is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, Text, and_, cast, false, func, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from watcher.memory import DeliveryState, Judged, Outcome, SeenEntry
from watcher.model import Event, Notice
from watcher.store.engine import Database
from watcher.store.files import size_of
from watcher.store.rows import find_event, link_near, read_entries, to_judged, to_notice, with_confirmations
from watcher.store.tables import deliveries, entries, events, judged, notices, sources, titles
from watcher.store.values import Counts, LogKind, LogRow


class Explain(Database):
    """Questions about the past."""

    def event(self, ref: str) -> Event | None:
        """Look up an event by its reference (with or without the ``#``), with later confirmations."""
        with self.reading() as connection:
            return find_event(connection, ref.removeprefix("#"))

    def events(
        self, title_id: str | None = None, *, since: datetime | None = None, limit: int = 1000
    ) -> tuple[Event, ...]:
        """List the newest events, oldest of them first."""
        query = select(events.c.event).order_by(events.c.seq.desc()).limit(limit)
        if title_id is not None:
            query = query.where(events.c.title_id == title_id)
        if since is not None:
            query = query.where(events.c.at >= since)
        with self.reading() as connection:
            found = list(connection.execute(query).scalars())
            return tuple(with_confirmations(connection, event) for event in reversed(found))

    def judged(  # noqa: PLR0913 – each narrows the question
        self,
        *,
        url: str | None = None,
        title_id: str | None = None,
        source_id: str | None = None,
        ref: str | None = None,
        outcomes: Iterable[Outcome] = (),
        since: datetime | None = None,
        limit: int = 100,
    ) -> tuple[Judged, ...]:
        """List what was judged and why, newest first. *url* may also be an entry's canonical link.

        *ref* finds what led to an event or confirmed it.
        """
        wanted: list[ColumnElement[bool]] = []
        if url is not None:
            wanted.append(or_(judged.c.url == url, self._of_link(url)))
        if title_id is not None:
            wanted.append(judged.c.title_id == title_id)
        if source_id is not None:
            wanted.append(judged.c.source_id == source_id)
        if ref is not None:
            wanted.append(_names(ref.removeprefix("#")))
        if only := list(outcomes):
            wanted.append(judged.c.outcome.in_(only))
        if since is not None:
            wanted.append(judged.c.at >= since)
        return self._judged(select(judged).where(*wanted), limit)

    def _of_link(self, link: str) -> ColumnElement[bool]:
        with self.reading() as connection:
            found = read_entries(connection, entries.c.link_hash == link_near(link), newest=50)
        keys = [(one.source_id, one.key) for one in found if one.link == link]
        return tuple_(judged.c.source_id, judged.c.entry_key).in_(keys) if keys else false()

    def _judged(self, query: Select[Any], limit: int) -> tuple[Judged, ...]:
        with self.reading() as connection:
            return tuple(map(to_judged, connection.execute(query.order_by(judged.c.id.desc()).limit(limit))))

    def find_entries(self, words: str, *, source_id: str | None = None, limit: int = 20) -> tuple[SeenEntry, ...]:
        """List entries, newest first, that stand at the address *words* or have it in their headline."""
        at = and_(entries.c.link_hash == link_near(words), entries.c.link == words)
        wanted = or_(at, entries.c.title.icontains(words, autoescape=True))
        if source_id is not None:
            wanted = and_(wanted, entries.c.source_id == source_id)
        with self.reading() as connection:
            return read_entries(connection, wanted, with_texts=True, newest=limit)

    def notices_open(self) -> tuple[Notice, ...]:
        """List what the program has said about itself and still holds."""
        query = select(notices).where(notices.c.closed.is_(None)).order_by(notices.c.at)
        with self.reading() as connection:
            return tuple(map(to_notice, connection.execute(query)))

    def counts(self) -> Counts:
        """Count what there is."""
        with self.reading() as connection:
            return Counts(
                titles=_count(connection, titles),
                sources=_count(connection, sources),
                entries=connection.execute(select(func.max(entries.c.id))).scalar() or 0,
                events=_count(connection, events),
                judged={Outcome(name): n for name, n in _count_by(connection, judged.c.outcome)},
                deliveries={DeliveryState(name): n for name, n in _count_by(connection, deliveries.c.state)},
                bytes=size_of(self.path),
            )

    def log(
        self, *, title_id: str | None = None, since: datetime | None = None, limit: int = 100
    ) -> tuple[LogRow, ...]:
        """List what happened last, newest first."""
        with self.reading() as connection:
            rows = [
                LogRow(at=row.at, kind=kind, what=row.what, subject=row.subject, text=row.text or "", ref=row.ref or "")
                for kind, query in _log_queries(title_id, since)
                for row in connection.execute(query.limit(limit))
            ]
        return tuple(sorted(rows, key=lambda row: row.at, reverse=True)[:limit])


def _names(ref: str) -> ColumnElement[bool]:
    return cast(judged.c.refs, Text).contains(f'"{ref}"', autoescape=True)


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _count_by(connection: Connection, column: Column[Any]) -> list[tuple[str, int]]:
    return [(row[0], row[1]) for row in connection.execute(select(column, func.count()).group_by(column))]


def _log_queries(title_id: str | None, since: datetime | None) -> list[tuple[LogKind, Select[Any]]]:
    queries = [
        (LogKind.EVENT, events, events.c.at, (events.c.type, events.c.title_id, events.c.type, events.c.ref)),
        (LogKind.JUDGED, judged, judged.c.at, (judged.c.outcome, judged.c.title_id, judged.c.headline, judged.c.url)),
        (LogKind.NOTICE, notices, notices.c.at, (notices.c.type, notices.c.subject, notices.c.text, notices.c.ref)),
        (
            LogKind.SENT,
            deliveries,
            deliveries.c.sent,
            (deliveries.c.channel_id, deliveries.c.channel_id, deliveries.c.slot, deliveries.c.ref),
        ),
    ]
    return [
        (kind, _log_query(table, at, columns, title_id, since))
        for kind, table, at, columns in queries
        if title_id is None or "title_id" in table.c
    ]


def _log_query(
    table: Table, at: Column[Any], columns: tuple[Column[Any], ...], title_id: str | None, since: datetime | None
) -> Select[Any]:
    what, subject, text, ref = columns
    query = select(at.label("at"), what.label("what"), subject.label("subject"), text.label("text"), ref.label("ref"))
    query = query.where(at.is_not(None)).order_by(at.desc())
    if title_id is not None:
        query = query.where(table.c.title_id == title_id)
    return query if since is None else query.where(at >= since)
