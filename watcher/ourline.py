"""Whether our own line is down, over all sources; told once when it is back, if it lasted.

Kept beside the desk, on its thread. The rule stands in `watcher.schedule.line`; here it meets the store, which
remembers an outage over restarts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit

from watcher.config.settings import Config, SourceConfig
from watcher.config.values import is_local_name, literal_address
from watcher.judge.refs import reference
from watcher.memory import SourceState
from watcher.model import Notice, NoticeType
from watcher.schedule import rhythm
from watcher.schedule.line import TELL_AFTER, UNREACHED, Line, answered, unreached
from watcher.store import Store

NOTE = "line"
"""Under which the store remembers since when the line is down."""


class OurLine:
    """Hears of every answer and of every host that gave none."""

    def __init__(self, *, config: Config, store: Store, dry_run: bool = False) -> None:
        self._store = store
        self._dry_run = dry_run
        hosts = {source.id: _host(source) for source in config.sources}
        public = {id_: host for id_, host in hosts.items() if not _is_private(host)}
        self._hosts = public or hosts  # a bridge at home that answers says nothing about the line
        self._line: Line | None = None
        """None until the first host cannot be reached."""
        self._down: datetime | None = None
        self._asked = False

    def answered(self, source: SourceConfig, now: datetime) -> tuple[Notice, ...]:
        """Note that a source answered; tell of an outage that ended with it, if it lasted. Then say `settle`."""
        host = self._hosts.get(source.id)
        if host is None:
            return ()
        if self._line is not None:
            self._line = answered(self._line, host)
        since = self._noted()
        return (_back(since, now),) if since is not None and now - since >= TELL_AFTER else ()

    def settle(self) -> None:
        """Forget an outage that is over, once that is told."""
        if self._down is not None and (self._line is None or self._line.down_since is None):
            self._keep(None)

    def unreached(self, source: SourceConfig, now: datetime) -> datetime | None:
        """Note that a source could not be reached; return since when the line is down, None where it is not."""
        host = self._hosts.get(source.id)
        if host is None:
            return None
        self._line = unreached(self._line or self._remembered(), host, now)
        if self._line.down_since is not None and self._noted() is None:
            self._keep(self._line.down_since)
        return self._line.down_since

    def _remembered(self) -> Line:
        if (since := self._noted()) is not None:
            return Line(down_since=since)
        return Line(broken=_broken(self._store.all_source_states(), self._hosts))

    def _noted(self) -> datetime | None:
        if not self._asked:
            self._asked, self._down = True, down_since(self._store)
        return self._down

    def _keep(self, since: datetime | None) -> None:
        self._down = since
        if not self._dry_run:
            self._store.note(NOTE, since.isoformat() if since else "")


def down_since(store: Store) -> datetime | None:
    """Tell since when our own line is down, as far as the store knows; None where it is not."""
    noted = store.noted(NOTE)
    return datetime.fromisoformat(noted) if noted else None


def _broken(states: Iterable[SourceState], hosts: dict[str, str]) -> frozenset[str]:
    """List the hosts that could not be reached before we started: they prove nothing now."""
    failing = (state for state in states if state.failures and state.last_reason in UNREACHED)
    return frozenset(hosts[state.source_id] for state in failing if state.source_id in hosts)


def _host(source: SourceConfig) -> str:
    return urlsplit(source.url).hostname or ""


def _is_private(host: str) -> bool:
    address = literal_address(host)
    return not address.is_global if address is not None else is_local_name(host)


def _back(since: datetime, now: datetime) -> Notice:
    text = (
        f"Our own line was down from {since:%Y-%m-%d %H:%M} to {now:%Y-%m-%d %H:%M} UTC ({rhythm.spell(now - since)}): "
        f"no source could be reached. What was published meanwhile is read now, as far as the sources still show it."
    )
    ref = reference(NoticeType.LINE_RECOVERED, "line", since.isoformat())
    return Notice(ref=ref, type=NoticeType.LINE_RECOVERED, subject="line", text=text, at=now)
