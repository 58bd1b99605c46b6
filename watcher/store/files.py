"""The files of a database: where they lie, who may touch them, whether they look sound.

A database that was there once is never silently made anew: an empty one would forget what was told, and tell it again.
"""

from __future__ import annotations

import os
from pathlib import Path

from watcher.store.errors import AccessError, DamagedError, MissingError

_MAGIC = b"SQLite format 3\0"
_MARKER_TEXT = (
    "Season Watcher keeps its database in this folder. If the database is missing, bring it back with\n"
    "`watcher restore FILE`. To begin anew and forget what was told, delete this file.\n"
)


def backups_of(path: Path) -> Path:
    """Name the folder in which backups of the database *path* are kept."""
    return path.parent / "backups"


def marker_of(path: Path) -> Path:
    """Name the file that says: here was a database."""
    return path.with_name(path.name + ".exists")


def beside(path: Path) -> tuple[Path, Path]:
    """Name the files that SQLite keeps beside *path*: its WAL and the index of it."""
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


def prepare(path: Path) -> None:
    """Make the folder and an empty file for a new database, or check those that are there."""
    try:
        make_folder(path.parent)
        check(path)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        _check_access(path)
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}; {_who()}") from error


def make_folder(folder: Path) -> None:
    """Make a folder that is nobody else's business."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def check(path: Path) -> None:
    """Raise where *path* cannot be the database that was left there."""
    wal, _ = beside(path)
    empty = not path.exists() or path.stat().st_size == 0
    if path.exists() and not path.is_file():
        raise DamagedError(f"{path}: not a file")
    if empty and (marker_of(path).exists() or _size(wal) > 0):
        kind, what = (DamagedError, "is empty") if path.exists() else (MissingError, "is missing")
        raise kind(f"{path}: the database {what}, but it was here before; {advice(path)}")
    if not empty:
        _check_magic(path)


def _check_magic(path: Path) -> None:
    _check_access(path, write=False)
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise DamagedError(f"{path}: not a database; nothing was changed. {advice(path)}")


def _check_access(path: Path, *, write: bool = True) -> None:
    wanted = os.R_OK | (os.W_OK if write else 0)
    if not os.access(path, wanted):
        raise AccessError(f"{path}: may not be {'written' if write else 'read'}; {_who(path)}")
    if write and not os.access(path.parent, os.W_OK | os.X_OK):
        raise AccessError(f"{path.parent}: may not be written; {_who(path.parent)}")


def _who(path: Path | None = None) -> str:
    owner = f" (it belongs to uid {path.stat().st_uid})" if path is not None else ""
    return f"this program runs as uid {os.geteuid()}{owner} and needs the folder with mode 0700 and the file with 0600"


def advice(path: Path) -> str:
    """Say what a person can do about a damaged or missing database."""
    folder = backups_of(path)
    saved = sorted(folder.glob("*.db")) if folder.is_dir() else []
    latest = str(saved[-1]) if saved else "FILE"
    return f"restore a backup with `watcher restore {latest}`"


def mark(path: Path) -> None:
    """Leave the note that a database is here."""
    marker = marker_of(path)
    if not marker.exists():
        marker.write_text(_MARKER_TEXT)
        marker.chmod(0o600)


def size_of(path: Path) -> int:
    """Add up the database and its WAL."""
    return _size(path) + _size(beside(path)[0])


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def tighten(path: Path) -> None:
    """Take the rights of others away from a file that is ours."""
    status = path.stat()
    if status.st_uid == os.geteuid() and status.st_mode & 0o077:
        path.chmod(0o600)


def sync_folder(folder: Path) -> None:
    """Make a rename in *folder* survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
