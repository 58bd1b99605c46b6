"""Locks between processes: one daemon per database, one process that drains the outbox.

flock(2) in the state folder: the kernel lets go of it when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.store.errors import AccessError, InUseError


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock file *path*; raise `InUseError` where another holder has it."""
    descriptor = _open(path)
    try:
        _take(descriptor, path)
        yield
    finally:
        os.close(descriptor)


def holder(path: Path) -> int | None:
    """Tell which process holds the lock file *path*, None where nobody does."""
    if not path.exists():
        return None
    try:
        with hold_shared(path):
            return None
    except InUseError as error:
        return error.pid


@contextmanager
def hold_shared(path: Path) -> Iterator[None]:
    """Look whether *path* is free without disturbing others who look."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _flock(descriptor, fcntl.LOCK_SH, path)
        yield
    finally:
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        _give_to_owner(descriptor, path)
    except OSError as error:
        raise AccessError(f"{path}: {error.strerror}") from error
    return descriptor


def _give_to_owner(descriptor: int, path: Path) -> None:
    """Let the service's user open a lock file that root made first."""
    folder = path.parent.stat()
    if os.geteuid() == 0 and folder.st_uid != 0:
        os.fchown(descriptor, folder.st_uid, folder.st_gid)


def _take(descriptor: int, path: Path) -> None:
    _flock(descriptor, fcntl.LOCK_EX, path)
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)


def _flock(descriptor: int, kind: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError as error:
        text = os.pread(descriptor, 32, 0).strip()
        pid = int(text) if text.isdigit() else None
        raise InUseError(f"{path}: held by process {pid or '(unknown)'}", pid=pid) from error
