"""Whether a source has two faces: a list that is replaced by quite another one, and comes back.

Servers answer by country, language or kind of visitor; we always ask alike, so whoever turns does so by himself.

In:    fingerprints of what a look listed, what is remembered of the looks before.
Out:   what to remember; a flip is counted when the list of before comes back.
Never: news: an entry that comes back is known (`identity`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from heapq import nsmallest
from typing import Any, Final

from watcher.memory import SourceState

SAMPLE: Final = 8
"""The smallest fingerprints of a list stand for it: two lists that share most entries share most of these."""
LEAST: Final = 3
"""Lists shorter than this tell nothing."""
DIGITS: Final = 8
FORGET: Final = timedelta(days=7)
"""After so long without a flip, counting begins anew."""


def turned(state: SourceState, fingerprints: Collection[str], now: datetime) -> dict[str, Any]:
    """Give the fields of the state that a look at a list changes."""
    listed = tuple(one[:DIGITS] for one in nsmallest(SAMPLE, fingerprints))
    if len(listed) < LEAST:
        return {}
    if not state.listed or set(listed) & set(state.listed):
        return {"listed": listed}
    back = len(set(listed) & set(state.listed_before)) * 2 > min(len(listed), len(state.listed_before))
    counted = _counted(state, now) if back else {}
    return {"listed": listed, "listed_before": state.listed, **counted}


def _counted(state: SourceState, now: datetime) -> dict[str, Any]:
    lately = state.flipped is not None and now - state.flipped < FORGET
    return {"flips": state.flips + 1 if lately else 1, "flipped": now}
