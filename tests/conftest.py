"""Settings of the whole suite.

Properties draw new examples on every run of a person's machine, and the same ones in continuous integration: a
landing must not hang on luck, and what luck finds elsewhere becomes an example in the test.

Two thirds of a run would be spent waiting for the disk and compiling the same modules anew, so temporary files lie in
memory where there is room (what is tested is the order of writes, which a killed process leaves alike on any file
system; nothing here can cut the power), and bytecode is kept although the environment may ask not to.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: how long an example takes is a matter of what else the machine does.
settings.register_profile("person", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "person")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: many tests wait for a process or a deadline. Not where luck must not decide."""
    return len(os.sched_getaffinity(0)) + (0 if os.environ.get("CI") else 1)


MEMORY = Path("/dev/shm")  # where Linux keeps a file system in memory
ROOM = 2 << 30


def usable(folder: Path) -> bool:
    """Say whether tests may put their files there: writable, programs may be started, and there is room."""
    if not os.access(folder, os.W_OK | os.X_OK):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free > ROOM


if "TMPDIR" not in os.environ and usable(MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


@pytest.fixture(autouse=True)
def log_as_it_was() -> Iterator[None]:
    """Put back how much is logged: a command that ran in this process may have set it."""
    logger = logging.getLogger("watcher")
    level = logger.level
    yield
    logger.setLevel(level)
