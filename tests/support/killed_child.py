"""A small program run as a process of its own, to be killed at a named point of the store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_HEAD = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.support.samples import *
from watcher.store import Keep, Store
path = Path(sys.argv[1])
"""


def run_child(program: str, path: Path, *, failpoint: str = "") -> int:
    """Run *program*, which finds the database at `path` and the samples by name; return its exit code."""
    env = {**os.environ, "WATCHER_FAILPOINT": failpoint, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", _HEAD + program, str(path)]
    return subprocess.run(command, env=env, check=False, timeout=60).returncode
