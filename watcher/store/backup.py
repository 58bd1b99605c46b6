"""Copies of the database, and the way back.

A copy is made through SQLite's backup API, so that it is consistent while others write; it appears under its name only
when it is whole and checked. Restoring sets the present files aside, never deletes them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import quote

from watcher.store.errors import AccessError, DamagedError, translated
from watcher.store.files import beside, make_folder, sync_folder


def copy_database(source: Path, target: Path) -> None:
    """Write a consistent, checked copy of *source* to *target* with mode 0600."""
    try:
        make_folder(target.parent)
        _write_whole(source, target)
        sync_folder(target.parent)
    except OSError as error:
        raise AccessError(f"{target}: cannot write the copy: {error.strerror}") from error


def _write_whole(source: Path, target: Path) -> None:
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _copy(source, part)
        _sync(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    with translated(source), closing(open_plain(source)) as old, closing(sqlite3.connect(target)) as new:
        # In one step: in several, each write of another process would make it begin again.
        old.backup(new)
        new.execute("PRAGMA journal_mode = DELETE").close()
        problems = check_pages(new)
    if problems:
        raise DamagedError(f"{source}: the copy is not sound: {problems[0]}")


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def open_plain(path: Path, *, read_only: bool = True) -> sqlite3.Connection:
    """Open a database outside the engine."""
    mode = "ro" if read_only else "rw"
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode={mode}", uri=True, timeout=10)


def check_pages(connection: sqlite3.Connection, *, thorough: bool = False) -> list[str]:
    """List what SQLite finds wrong with the file; empty where it is sound."""
    pragma = "integrity_check" if thorough else "quick_check"
    found = [str(row[0]) for row in connection.execute(f"PRAGMA {pragma}(20)")]
    return [] if found == ["ok"] else found


def check_tables(connection: sqlite3.Connection, names: Iterable[str]) -> list[str]:
    """List what is wrong with some tables; quicker than the whole file."""
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    checks = (f"PRAGMA quick_check({name})" for name in names if name in there)
    found = (str(row[0]) for check in checks for row in connection.execute(check))
    return [problem for problem in found if problem != "ok"]


def take_place(fresh: Path, path: Path, *, now: datetime) -> Path | None:
    """Put the database *fresh* in the place of *path*; tell where the old one was set aside.

    A kill in between leaves no database at *path*, which the next start says, and nothing is lost.
    """
    try:
        aside = _set_aside(path, now)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise AccessError(f"{path}: cannot be replaced: {error.strerror}") from error
    return aside


def mark_restored(path: Path, now: datetime) -> None:
    """Note in a copy that it is put back, and that what waits in it may have been sent since it was made."""
    with translated(path), closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('restored', ?)", (now.isoformat(),))
        connection.execute("UPDATE deliveries SET repeat = 1 WHERE state IN ('new', 'sending')")
        connection.commit()
    _sync(path)


def _set_aside(path: Path, now: datetime) -> Path | None:
    aside = _free(path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%S}"))
    for old in (path, *beside(path)):
        if old.exists():
            old.replace(aside.with_name(aside.name + old.name.removeprefix(path.name)))
    return aside if aside.exists() else None


def _free(path: Path) -> Path:
    """Choose a name near *path* that nothing has yet."""
    names = (path if number == 1 else path.with_name(f"{path.name}-{number}") for number in count(1))
    return next(name for name in names if not any(file.exists() for file in (name, *beside(name))))
