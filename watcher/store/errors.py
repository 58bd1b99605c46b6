"""What can be wrong with the database, in the words of this program.

::

    StoreError
    ├── SchemaError            written by a newer version (in `watcher.errors`)
    ├── MissingError           there is none, or it has vanished
    ├── DamagedError           the file is not, or no longer, a sound database
    ├── AccessError            the file or folder may not be used
    ├── InUseError             another process holds the lock: .pid
    └── TransientError         try again later; nothing was written
        ├── BusyError          another process writes for long
        ├── FullError          the disk is full
        └── ConflictError      another look changed the same knowledge: read it again, judge again

A `TransientError` is no reason to stop the daemon.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from watcher.errors import StoreError


class MissingError(StoreError):
    """There is no database, or it has vanished."""


class DamagedError(StoreError):
    """The file is not, or no longer, a sound database."""


class AccessError(StoreError):
    """The file or its folder may not be used by this user."""


class InUseError(StoreError):
    """Another process holds the lock; ``pid`` is its number, if known."""

    def __init__(self, message: str, *, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


class TransientError(StoreError):
    """Nothing was written; the same call may succeed later."""


class BusyError(TransientError):
    """Another process kept the database locked for too long."""


class FullError(TransientError):
    """The disk (or a size limit) is full."""


class ConflictError(TransientError):
    """Another look changed the knowledge of the same title in between: ``title_id``. Read again, judge again."""

    def __init__(self, title_id: str) -> None:
        super().__init__(f"the knowledge of {title_id} was changed by another look in between")
        self.title_id = title_id


_KINDS: tuple[tuple[tuple[str, ...], type[StoreError], str], ...] = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), BusyError, "another process keeps it locked"),
    (("SQLITE_FULL", "SQLITE_IOERR_WRITE"), FullError, "the disk is full"),
    (
        ("SQLITE_CORRUPT", "SQLITE_NOTADB"),
        DamagedError,
        "the file is damaged; nothing was changed. Restore a backup with `watcher restore FILE`",
    ),
    (
        ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH"),
        AccessError,
        "it cannot be written; file and folder must belong to the user who runs this program (modes 0600 and 0700)",
    ),
)


def translate(error: Exception, path: Path) -> StoreError:
    """Turn an error of SQLAlchemy or sqlite3 into one of ours; the SQL and its values stay out of the message."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    name = getattr(cause, "sqlite_errorname", None) or ""
    for prefixes, kind, meaning in _KINDS:
        if name.startswith(prefixes):
            return kind(f"{path}: {meaning} ({cause})")
    first_line = str(cause).partition("\n")[0]
    return StoreError(f"{path}: {type(cause).__name__}: {first_line}")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let only errors of this program out of the block."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise translate(error, path) from error
