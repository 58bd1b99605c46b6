"""Tell "our own line is down" from "the source is down".

In:    which host answered and which could not be reached, one after the other.
Out:   `Line`: since when our own line seems to be down.
Never: clock, network.

Three hosts that were fine and now cannot be reached, while nobody has answered since the first of them: that is not
three servers failing in the same minutes. A host that failed while others answered proves nothing; any answer, be it an
error of the server, proves that the line is up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.errors import SourceError

UNREACHED = frozenset({"dns", "refused", "timeout", "tls", "address"})
"""Reasons for which no answer came. TLS and odd addresses: a hotel's login page answers in everybody's name."""
HOSTS = 3
TELL_AFTER = timedelta(hours=1)
"""A shorter outage delays nothing that matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is known of our own line."""

    silent: Mapping[str, datetime] = field(default_factory=dict)
    """Hosts that were fine and have failed since the last answer of anybody, with the time of the first failure."""
    broken: frozenset[str] = frozenset()
    """Hosts that could not be reached while others could."""
    down_since: datetime | None = None


def answered(line: Line, host: str) -> Line:
    """Note that *host* answered, whatever it said."""
    if not line.silent and line.down_since is None:
        return line if host not in line.broken else replace(line, broken=line.broken - {host})
    # Where the line was down, its silent hosts are not to blame and may be fine.
    blamed = frozenset() if line.down_since is not None else frozenset(line.silent)
    return Line(broken=(line.broken | blamed) - {host})


def unreached(line: Line, host: str, now: datetime) -> Line:
    """Note that *host* could not be reached."""
    if host in line.broken or host in line.silent:
        return line
    silent = {**line.silent, host: now}
    down = line.down_since or (min(silent.values()) if len(silent) >= HOSTS else None)
    return replace(line, silent=silent, down_since=down)


def is_unreached(error: SourceError) -> bool:
    """Say whether an error leaves open if it was the source or our line."""
    return getattr(error, "reason", "") in UNREACHED and getattr(error, "status", None) is None
