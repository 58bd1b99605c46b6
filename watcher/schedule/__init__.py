"""When to look, and how a source is doing: decisions only.

In:    what is remembered, configured and known, now, random numbers.
Out:   the next look, health, and what is to be told about it.
Never: clock, network, disk (but packaged data files), sleeping.
"""

from __future__ import annotations

from watcher.schedule.looks import (
    LONGEST,
    SHORTEST,
    after_failure,
    after_outage,
    after_success,
    brought_forward,
    lasts,
    next_look,
)
from watcher.schedule.outlook import Outlook

__all__ = [
    "LONGEST",
    "SHORTEST",
    "Outlook",
    "after_failure",
    "after_outage",
    "after_success",
    "brought_forward",
    "lasts",
    "next_look",
]
