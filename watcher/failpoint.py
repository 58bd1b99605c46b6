"""Named points at which a test may end this very process, as a power cut would.

``WATCHER_FAILPOINT=store.commit.after:3`` in the environment kills the process with SIGKILL when it reaches that
point for the third time. Without the variable `reach` does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_NAME, _, _TIMES = os.environ.get("WATCHER_FAILPOINT", "").partition(":")
_AT = int(_TIMES) if _TIMES.isdecimal() else 1
_reached: Counter[str] = Counter()


def reach(name: str) -> None:
    """Die here, if this is the point that the environment names."""
    if name != _NAME:
        return
    _reached[name] += 1
    if _reached[name] >= _AT:
        os.kill(os.getpid(), signal.SIGKILL)
