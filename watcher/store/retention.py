"""What is kept for how long, and whether the file is still sound and there.

Identities, knowledge and events are kept for ever: without them old news would be told again. Texts and readings are
material for reading again and for explanations; they go after a while.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, select, update

from watcher.failpoint import reach
from watcher.memory import DeliveryState, Outcome
from watcher.store import files
from watcher.store.backup import check_pages, check_tables, open_plain
from watcher.store.engine import Database, insert_into
from watcher.store.errors import DamagedError, MissingError, translated
from watcher.store.tables import deliveries, judged, meta, slots, texts

_BATCH = 2000
"""Rows per transaction: nobody waits long for a prune."""

_SMALL = 64 * 1024 * 1024
"""Up to this size the whole file is checked at each start (about 0.1 s)."""
_PRECIOUS = ("alembic_version", "meta", "titles", "sources", "knowledge", "events", "confirmations", "deliveries")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """How long what is not needed for ever is kept."""

    texts: timedelta = timedelta(days=90)
    """Texts of entries, from when they were last read; a title added later is read against them."""
    readings: timedelta = timedelta(days=400)
    """Notes and claims of judged entries that led to nothing; the reasons stay."""
    silent: timedelta = timedelta(days=800)
    """Judged entries that led to nothing, as a whole."""
    sent: timedelta = timedelta(days=800)
    """Deliveries that are over. An event is judged once, so its delivery does not come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows retention has let go."""

    texts: int
    readings: int
    silent: int
    sent: int


class Retention(Database):
    """Pruning and looking after the file."""

    def prune(self, now: datetime, *, keep: Keep | None = None) -> Pruned:
        """Let go of what is old, in small transactions."""
        keep = keep or Keep()
        over = deliveries.c.state.in_([DeliveryState.SENT, DeliveryState.DROPPED])
        silent = judged.c.outcome.in_([Outcome.SILENT, Outcome.KNOWN, Outcome.BASELINE])
        readings = select(judged.c.id).where(judged.c.at < now - keep.readings, judged.c.reading.is_not(None), silent)
        pruned = Pruned(
            texts=self._each(
                select(texts.c.entry_id).where(texts.c.since < now - keep.texts), delete(texts), texts.c.entry_id
            ),
            readings=self._each(readings, update(judged).values(reading=None), judged.c.id),
            silent=self._each(
                select(judged.c.id).where(judged.c.at < now - keep.silent, silent), delete(judged), judged.c.id
            ),
            sent=self._each(
                select(deliveries.c.id).where(deliveries.c.created < now - keep.sent, over),
                delete(deliveries),
                deliveries.c.id,
            ),
        )
        with self.writing() as connection:
            connection.execute(delete(slots).where(slots.c.sent < now - keep.sent))
        return pruned

    def _each(self, ids: Select[Any], change: Any, column: Any) -> int:
        done = 0
        while True:
            with self.writing() as connection:
                some = list(connection.execute(ids.limit(_BATCH)).scalars())
                if some:
                    connection.execute(change.where(column.in_(some)))
                    reach("prune.middle")
            done += len(some)
            if len(some) < _BATCH:
                return done

    def integrity(self, *, thorough: bool = True) -> tuple[str, ...]:
        """List what is wrong with the file; empty where it is sound. Reads all of it."""
        with translated(self.path), closing(open_plain(self.path)) as connection:
            return tuple(check_pages(connection, thorough=thorough))

    def check_soundness(self) -> None:
        """Check the file as far as a start allows: all of it while it is small, else what must not be lost."""
        small = files.size_of(self.path) <= _SMALL
        with translated(self.path), closing(open_plain(self.path)) as connection:
            problems = check_pages(connection) if small else check_tables(connection, _PRECIOUS)
        if problems:
            raise DamagedError(f"{self.path}: damaged ({problems[0]}); nothing was changed. {files.advice(self.path)}")

    def ping(self) -> None:
        """Make sure that the database answers, and is still the file that was opened; for watchdogs."""
        if not self.path.exists() or self.path.stat().st_ino != self._file:
            raise MissingError(f"{self.path}: the database has vanished while it was open; {files.advice(self.path)}")
        with self.reading() as connection:
            connection.execute(select(meta.c.value).limit(1)).all()

    def checkpoint(self) -> bool:
        """Fold the WAL into the database and cut it; say whether all of it was (a reader may stand in the way)."""
        with translated(self.path), closing(sqlite3.connect(self.path, timeout=0)) as plain:
            busy = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy

    def note(self, name: str, value: str, *, once: bool = False) -> None:
        """Remember a small fact about the database itself; with *once* the first value stays."""
        with self.writing() as connection:
            statement = insert_into(connection, meta)
            change = {"value": statement.excluded.value}
            statement = (
                statement.on_conflict_do_nothing()
                if once
                else statement.on_conflict_do_update(index_elements=["name"], set_=change)
            )
            connection.execute(statement, {"name": name, "value": value})

    def noted(self, name: str) -> str | None:
        with self.reading() as connection:
            return connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar()
