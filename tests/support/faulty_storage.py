"""A storage that fails at the N-th call, as a disk does: every statement, the beginning and the end of a transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from watcher.store import Store


class FaultyStorage:
    """Counts the calls that a store makes to its database and fails the one with number *fail_at* (from 1)."""

    def __init__(self, store: Store, *, fail_at: int | None = None) -> None:
        self._engine = store._writers
        self.fail_at = fail_at
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
        if self.calls == self.fail_at:
            raise sqlite3.OperationalError("disk I/O error")
