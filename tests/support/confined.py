"""Whether the tests themselves run under a unit's filter of system calls (`make armoured`)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


@cache
def confined() -> bool:
    """Say whether even root may not give a file away: then tests that need it, or programs that do, cannot run."""
    if os.geteuid() != 0:
        return False
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.touch()
        try:
            os.chown(file, 12345, -1)
        except PermissionError:
            return True
    return False
