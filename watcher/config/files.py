"""Read a small plain file, whatever lies at its path.

In:    a path.
Out:   its bytes and what it is.
Never: waiting on a pipe, reading a device without end.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from watcher.config.wrong import WrongError


def read_plain(path: Path, *, limit: int, follow: bool = True) -> tuple[bytes, os.stat_result]:
    """Read at most *limit* bytes. Raises OSError or ValueError for a path, `WrongError` for what is no plain file."""
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    handle = os.open(path, flags)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise WrongError("is not a plain file", "name the file itself")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit), status
    finally:
        os.close(handle)
