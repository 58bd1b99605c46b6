"""A storage that fails at the N-th call, as a disk does: every statement, the beginning and the end of a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from watcher.store import Store

_NAMES = {
    "disk I/O error": "SQLITE_IOERR_READ",
    "database or disk is full": "SQLITE_FULL",
    "database is locked": "SQLITE_BUSY",
}


class FaultyStorage:
    """Counts the calls that a store makes to its database and fails the one with number *fail_at* (from 1).

    With *sticky* all later ones fail too. *error* is what SQLite says; with *reads* questions count as well.
    """

    def __init__(
        self,
        store: Store,
        *,
        fail_at: int | None = None,
        sticky: bool = False,
        error: str = "disk I/O error",
        reads: bool = False,
    ) -> None:
        self._engine = store._readers if reads else store._writers
        self.fail_at = fail_at
        self._sticky = sticky
        self._error = error
        self.calls = 0

    @contextmanager
    def installed(self) -> Iterator[FaultyStorage]:
        event.listen(self._engine, "before_cursor_execute", self._statement)
        event.listen(self._engine, "commit", self._call)
        try:
            yield self
        finally:
            event.remove(self._engine, "before_cursor_execute", self._statement)
            event.remove(self._engine, "commit", self._call)

    def _statement(self, connection: Any, *rest: Any) -> None:
        self._call(connection)

    def _call(self, connection: Any) -> None:
        self.calls += 1
        if self.calls == self.fail_at or (self._sticky and self.fail_at is not None and self.calls > self.fail_at):
            error = sqlite3.OperationalError(self._error)
            error.sqlite_errorname = _NAMES[self._error]
            raise error
