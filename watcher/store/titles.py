"""What the user watches, as the store sees it: since when, whether it rests, what is still to be read for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from sqlalchemy import Connection, Row, ScalarSelect, delete, exists, select, update

from watcher.memory import SeenEntry
from watcher.model import Title
from watcher.store.engine import Database, batches, insert_into
from watcher.store.rows import entry_query, to_entry
from watcher.store.tables import confirmations, deliveries, entries, events, judged, knowledge, sources, texts, titles
from watcher.store.values import TitleState

_ALL = datetime(9999, 1, 1, tzinfo=UTC)
"""Later than any entry."""


class Titles(Database):
    """Watched titles, and forgetting."""

    def watch(self, wanted: Sequence[Title], now: datetime) -> dict[str, datetime]:
        """Register titles; tell for each since when it has been known here.

        For a new one, and for one whose names or season have changed, what was seen before is still to be read:
        see `unread_entries`.
        """
        with self.writing() as connection:
            known = {row.id: row for row in connection.execute(select(titles))}
            _register_new(connection, [title for title in wanted if title.id not in known], now)
            for title in wanted:
                if title.id in known and known[title.id].wanted != _looks_for(title):
                    row = {"name": title.name, "wanted": _looks_for(title), "read_before": now}
                    connection.execute(update(titles).where(titles.c.id == title.id).values(row))
        return {title.id: known[title.id].first_seen if title.id in known else now for title in wanted}

    def titles(self, among: Collection[str] | None = None) -> dict[str, TitleState]:
        """List every title ever registered and not forgotten, or only those *among* some."""
        query = select(titles).order_by(titles.c.name)
        with self.reading() as connection:
            if among is None:
                return {row.id: _to_title(row) for row in connection.execute(query)}
            some = (query.where(titles.c.id.in_(ids)) for ids in batches(among))
            return {row.id: _to_title(row) for each in some for row in connection.execute(each)}

    def snooze(self, title_id: str, until: datetime | None) -> bool:
        """Tell nothing about a title before *until*; None ends it. Looking and judging go on."""
        return self._set(title_id, snoozed_until=until)

    def pause(self, title_id: str, *, paused: bool = True) -> bool:
        """Stop (or resume) watching a title without forgetting what is known.

        What came while it rested is still to be read afterwards: see `unread_entries`.
        """
        return self._set(title_id, paused=True) if paused else self._set(title_id, paused=False, read_before=_ALL)

    def unread_entries(
        self, title_id: str, *, after: SeenEntry | None = None, limit: int = 500
    ) -> tuple[SeenEntry, ...]:
        """List entries with their text that came before the title did, page by page.

        *after* is the last entry of the page before. An empty page is the end; then say `caught_up`.
        """
        with self.reading() as connection:
            before = connection.execute(select(titles.c.read_before).where(titles.c.id == title_id)).scalar()
            if before is None:
                return ()
            query = entry_query(with_texts=True).where(entries.c.first_seen < before, texts.c.entry_id.is_not(None))
            if after is not None:
                query = query.where(texts.c.entry_id > _row_id(after))
            return tuple(map(to_entry, connection.execute(query.order_by(texts.c.entry_id).limit(limit))))

    def caught_up(self, title_id: str) -> None:
        """Note that all older entries have been read for the title."""
        self._set(title_id, read_before=None)

    def nothing_unread(self) -> None:
        """Note, where no text is kept at all, that all has been read for every title: many begin at once."""
        no_text = ~exists(select(texts.c.entry_id))
        with self.writing() as connection:
            connection.execute(
                update(titles).where(titles.c.read_before.is_not(None), no_text).values(read_before=None)
            )

    def forget_title(self, title_id: str) -> bool:
        """Remove a title with all that is known, was judged and waits to be told about it."""
        with self.writing() as connection:
            refs = select(events.c.ref).where(events.c.title_id == title_id)
            connection.execute(delete(deliveries).where(deliveries.c.ref.in_(refs)))
            connection.execute(delete(confirmations).where(confirmations.c.ref.in_(refs)))
            for table in (events, judged, knowledge):
                connection.execute(delete(table).where(table.c.title_id == title_id))
            return connection.execute(delete(titles).where(titles.c.id == title_id)).rowcount == 1

    def forget_source(self, source_id: str) -> bool:
        """Remove a source, its entries and what was judged of them; events and knowledge stay."""
        with self.writing() as connection:
            for table in (entries, judged):
                connection.execute(delete(table).where(table.c.source_id == source_id))
            return connection.execute(delete(sources).where(sources.c.id == source_id)).rowcount == 1

    def _set(self, title_id: str, **values: object) -> bool:
        with self.writing() as connection:
            return connection.execute(update(titles).where(titles.c.id == title_id).values(values)).rowcount == 1


def _row_id(entry: SeenEntry) -> ScalarSelect[int]:
    where = (entries.c.source_id == entry.source_id, entries.c.key == entry.key)
    return select(entries.c.id).where(*where).scalar_subquery()


def _register_new(connection: Connection, new: Sequence[Title], now: datetime) -> None:
    rows = [
        {"id": one.id, "name": one.name, "wanted": _looks_for(one), "first_seen": now, "read_before": now}
        for one in new
    ]
    if rows:
        connection.execute(insert_into(connection, titles).on_conflict_do_nothing(), rows)


def _looks_for(title: Title) -> str:
    """Digest what decides which entries concern a title."""
    parts = (*sorted(title.names), str(title.season), *sorted(title.official), *sorted(title.also))
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=8).hexdigest()


def _to_title(row: Row[*tuple[object, ...]]) -> TitleState:
    return TitleState(
        id=row.id,
        name=row.name,
        first_seen=row.first_seen,
        snoozed_until=row.snoozed_until,
        paused=row.paused,
        unread=row.read_before is not None,
    )
