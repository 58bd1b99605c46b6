"""Connections: the one module that knows which database it is.

Every transaction that writes takes the write lock at its beginning (BEGIN IMMEDIATE), so that it waits at most once,
and is on the disk when it ends (WAL with synchronous=FULL). Readers never wait for writers.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Any, Self, TypeVar, cast
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import sqlite

from watcher.store.errors import translated

T = TypeVar("T")

BUSY_SECONDS = 10.0
"""How long a transaction waits for another process's."""
READER_SECONDS = 30.0
"""How long one statement of a read-only command may run: a stuck reader would keep the WAL growing."""
WAL_BYTES = 64 * 1024 * 1024
"""To what size the WAL is cut back after a checkpoint."""
BATCH = 500
"""How many values stand in one IN (…)."""

_WRITES = "watcher_writes"


def connect_to(path: Path, *, read_only: bool = False) -> Engine:
    """Build an engine for the SQLite file at *path*, which must exist."""
    url = URL.create(
        "sqlite",
        database="file:" + quote(str(path.absolute())),
        query={"mode": "ro" if read_only else "rw", "uri": "true"},
    )
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        json_serializer=_as_is,
        json_deserializer=_as_is,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_reader if read_only else _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _as_is(text: Any) -> Any:
    return text


def _prepare(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"journal_size_limit = {WAL_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _prepare_reader(connection: sqlite3.Connection, record: object) -> None:  # noqa: ARG001
    connection.execute("PRAGMA query_only = ON").close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    _limit(connection, None if writes else READER_SECONDS)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _limit(connection: Connection, seconds: float | None) -> None:
    """End a reading transaction that takes too long."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    if seconds is None:
        driver.set_progress_handler(None, 0)
        return
    until = time.monotonic() + seconds
    driver.set_progress_handler(lambda: int(time.monotonic() > until), 100_000)


class Database:
    """An open database: its transactions. The rooms of the store are built on it."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._readers = engine
        self._writers = engine.execution_options(**{_WRITES: True})
        self._turn = RLock()
        self.path = path
        self._file = path.stat().st_ino

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the database and changes nothing."""
        with translated(self.path), self._readers.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is written whole, or not at all where the block raises."""
        with self._turn, translated(self.path), self._writers.begin() as connection:
            yield connection

    def close(self) -> None:
        self._readers.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise


def insert_into(connection: Connection, table: Table) -> sqlite.Insert:
    """Build an INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`, as both databases spell them.

    Its result tells by `rowcount` whether a row came of it.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - slow to load, and most databases are SQLite

        return cast("sqlite.Insert", postgresql.insert(table).execution_options(preserve_rowcount=True))
    return sqlite.insert(table).execution_options(preserve_rowcount=True)


def batches(values: Iterable[T]) -> Iterator[Sequence[T]]:
    """Cut *values* (each once, in order) into pieces that fit into one statement."""
    rest = list(dict.fromkeys(values))
    for start in range(0, len(rest), BATCH):
        yield rest[start : start + BATCH]
