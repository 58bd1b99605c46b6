"""The only door to SQL: what is remembered, what is known, what is still to be told.

Every method is one transaction: it has happened whole and is on the disk when the method returns, or it has not
happened. Methods are synchronous and may be called from several threads. What goes wrong is a `StoreError`; one that
is a `TransientError` has changed nothing and may succeed later.

In:    `PollOutcome` and other values of `watcher.memory` and `watcher.model`.
Out:   the same values.
Never: errors of SQLAlchemy or sqlite3, connections, rows; decisions about news.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from watcher.errors import StoreError
from watcher.store import files, locks, migrate
from watcher.store.backup import copy_database, mark_restored, take_place
from watcher.store.engine import Database, connect_to
from watcher.store.errors import (
    AccessError,
    BusyError,
    ConflictError,
    DamagedError,
    FullError,
    InUseError,
    MissingError,
    TransientError,
)
from watcher.store.explain import Explain
from watcher.store.outbox import Outbox
from watcher.store.polls import Polls
from watcher.store.retention import Keep, Pruned, Retention
from watcher.store.titles import Titles
from watcher.store.values import ChannelState, Counts, LogKind, LogRow, TitleState

__all__ = [
    "AccessError",
    "BusyError",
    "ChannelState",
    "ConflictError",
    "Counts",
    "DamagedError",
    "FullError",
    "InUseError",
    "Keep",
    "LogKind",
    "LogRow",
    "MissingError",
    "Pruned",
    "Store",
    "TitleState",
    "TransientError",
]


class Store(Polls, Outbox, Titles, Explain, Retention):
    """An open database. Use it as a context manager, or `close` it."""

    @classmethod
    def open(
        cls, path: Path, *, now: datetime, read_only: bool = False, upgrading: Callable[[], None] | None = None
    ) -> Self:
        """Open the database at *path*; without *read_only* create it, or bring it to this program's schema.

        Raises `MissingError`, `DamagedError`, `AccessError` or `SchemaError`; none of them has changed anything.
        *upgrading* is called before an older database is brought to this program's schema, which may take minutes.
        """
        return cls._open_to_read(path) if read_only else cls._open_to_write(path, now, upgrading)

    @classmethod
    def _open_to_read(cls, path: Path) -> Self:
        if not path.exists():
            raise MissingError(f"{path}: no database yet")
        files.check(path)
        store = cls(connect_to(path, read_only=True), path)
        with store.closing_on_error():
            migrate.check(store)
        return store

    @classmethod
    def _open_to_write(cls, path: Path, now: datetime, upgrading: Callable[[], None] | None) -> Self:
        files.prepare(path)
        # First as a reader: a file that is not ours, or damaged, is not touched.
        with cls(connect_to(path, read_only=True), path) as reader:
            reader.check_soundness()
            migrate.refuse_foreign(reader)
        store = cls(connect_to(path), path)
        with store.closing_on_error():
            migrate.migrate(store, now=now, upgrading=upgrading)
            store.note("created", now.isoformat(), once=True)
            files.mark(path)
            files.tighten(path)
        return store

    @property
    def restored_at(self) -> datetime | None:
        """When a backup was put back; what was published before that is told as a digest, not as news."""
        found = self.noted("restored")
        return None if found is None else datetime.fromisoformat(found)

    @contextmanager
    def daemon_lock(self) -> Iterator[None]:
        """Be the one daemon of this database; raise `InUseError` with the other's pid."""
        with locks.hold(self.path.with_name("daemon.lock")):
            yield

    @contextmanager
    def drain_lock(self) -> Iterator[bool]:
        """Be the one process that sends; yields False where another one is."""
        with ExitStack() as stack:
            try:
                stack.enter_context(locks.hold(self.path.with_name("drain.lock")))
            except InUseError:
                mine = False
            else:
                mine = True
            yield mine

    @classmethod
    def daemon_pid(cls, path: Path) -> int | None:
        """Tell which daemon uses the database at *path*, None where none does."""
        return locks.holder(path.with_name("daemon.lock"))

    def backup(self, target: Path) -> None:
        """Write a consistent, checked copy with mode 0600; others may write meanwhile."""
        copy_database(self.path, target)

    @classmethod
    def restore(cls, backup: Path, path: Path, *, now: datetime) -> Path | None:
        """Put *backup* in the place of the database at *path*, which no daemon may use; tell where the old one lies.

        The result is opened once, so that an older copy is brought to this schema.
        """
        if not backup.is_file():
            raise MissingError(f"{backup}: no such backup")
        files.make_folder(path.parent)
        with locks.hold(path.with_name("daemon.lock")), locks.hold(path.with_name("drain.lock")):
            aside = take_place(cls._fit(backup, path, now), path, now=now)
            cls.open(path, now=now).close()
        return aside

    @staticmethod
    def _fit(backup: Path, path: Path, now: datetime) -> Path:
        """Make a copy of *backup* beside *path* that may take its place; raise where it may not."""
        fresh = path.with_name(path.name + ".restoring")
        copy_database(backup, fresh)
        try:
            with Database(connect_to(fresh), fresh) as copy:
                if migrate.refuse_foreign(copy) is None:
                    raise DamagedError(f"{backup}: an empty database")
            mark_restored(fresh, now)
        except StoreError:
            fresh.unlink()
            raise
        return fresh
