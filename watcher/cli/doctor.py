"""`watcher doctor`: look for what is wrong, and say how to mend it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import typer

from watcher.cli.aliases import is_stale, mend
from watcher.cli.app import EXIT_FAILED
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration, database
from watcher.cli.titles import tiers
from watcher.config.coverage import coverage
from watcher.config.settings import Config
from watcher.schedule.condition import How
from watcher.situation import SourceHealth, situation
from watcher.store import Store
from watcher.store.works import Works, folder_of

LITTLE_ROOM = 200 * 1024 * 1024
"""Bytes of free disk below which the next backup may not fit."""
LONG_SILENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    ok: bool
    what: str
    mend: str = ""


def doctor(
    *,
    config: ConfigOption = None,
    thorough: Annotated[bool, typer.Option("--thorough", help="Check every page of the database.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look at configuration, database, sources, channels and clock; say what is wrong and how to mend it.

    Example: watcher doctor --thorough
    """
    settings = configuration(config, secrets=False)
    with database(settings) as store:
        findings = list(examine(settings, store, now(), thorough=thorough))
    if as_json:
        print_json([{"ok": f.ok, "what": f.what, "mend": f.mend or None} for f in findings])
    else:
        screen = console()
        for finding in findings:
            screen.print(f"{'ok  ' if finding.ok else 'BAD '} {finding.what}")
            if finding.mend and not finding.ok:
                screen.print(f"      → {finding.mend}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else EXIT_FAILED)


def examine(config: Config, store: Store, at: datetime, *, thorough: bool = False) -> Iterator[Finding]:
    """Look at everything that can be looked at without the network."""
    yield Finding(True, f"configuration {config.path}: {len(config.titles)} titles")
    yield from _database(config, store, at, thorough=thorough)
    yield from _sources(config, store, at)
    yield from _titles(config)
    yield from _alias_data(config, at)
    yield from _channels(config, store)


def _database(config: Config, store: Store, at: datetime, *, thorough: bool) -> Iterator[Finding]:
    wrong = store.integrity(thorough=thorough)
    yield Finding(
        not wrong, f"database {config.database} {wrong[0] if wrong else 'is sound'}", "watcher restore BACKUP"
    )
    free = shutil.disk_usage(config.state).free
    yield Finding(free > LITTLE_ROOM, f"{free // 2**20} MiB free on the disk", f"make room on {config.state}")
    mode = config.database.stat().st_mode & 0o077
    yield Finding(mode == 0, "the database is private", f"chmod 600 {config.database}")
    latest = store.latest_look()
    behind = latest is not None and at < latest - timedelta(minutes=5)
    yield Finding(not behind, "the clock is later than the last look", "set the clock; looks wait for it")
    pid = Store.daemon_pid(config.database)
    yield Finding(True, f"service running as process {pid}" if pid else "no service is running on this database")


def _sources(config: Config, store: Store, at: datetime) -> Iterator[Finding]:
    now_is = situation(config, store, at)
    if now_is.line_down is not None:
        since = f"{now_is.line_down:%Y-%m-%d %H:%M} UTC"
        yield Finding(False, f"our own line is down since {since}: no host can be reached", "look at your network")
    enabled = [one for one in now_is.sources if one.source.enabled]
    for one in enabled:
        yield from _source(one, at)
    yield from _kinds(enabled)


def _kinds(sources: Sequence[SourceHealth]) -> Iterator[Finding]:
    """Say of each kind in use how many of its sources are read: one that fails as a whole is no single site's fault."""
    for kind in dict.fromkeys(one.source.kind for one in sources):
        own = [one for one in sources if one.source.kind == kind]
        well = sum(one.condition.well for one in own)
        hows = Counter(str(one.condition.how) for one in own if not one.condition.well)
        bad = "".join(f", {count} {how}" for how, count in hows.items())
        yield Finding(well > 0, f"kind {kind}: {well} of {len(own)} fine{bad}", "see its sources above")


def _source(one: SourceHealth, at: datetime) -> Iterator[Finding]:
    state, source, how = one.state, one.source, one.condition.how
    if how is How.NEW:
        yield Finding(True, f"source {source.name} was not looked at yet")
        return
    overdue = state.last_ok is None or at - state.last_ok > max(LONG_SILENT, 2 * (source.every or timedelta(0)))
    good = one.condition.well and (how is How.LINE or not overdue) and how is not How.MOVED
    last = f"last good look {state.last_ok:%Y-%m-%d %H:%M}" if state.last_ok else "never looked at with success"
    remarks = "; ".join(text for text in (last, one.condition.text, one.rhythm) if text)
    mend = one.condition.mend or f"see what it yields: watcher try {source.url}"
    yield Finding(good, f"source {source.name} is {how}: {remarks}", mend)


def _titles(config: Config) -> Iterator[Finding]:
    for title in config.titles:
        warnings = coverage(config, title, tier_of=tiers(config)).warnings
        yield Finding(not warnings, f"title {title.name} can be heard of", "; ".join(warnings))


def _alias_data(config: Config, at: datetime) -> Iterator[Finding]:
    """Look at what was imported; nothing at all is fine."""
    with Works(folder_of(config.database)) as works:
        found, broken = works.infos, works.check()
    for one in found:
        old = is_stale(one, at)
        state = f"is {(at - one.imported).days} days old: newer works are missing" if old else "is up to date"
        if one.name not in broken:
            yield Finding(not old, f"alias data {one.name} {one.version}".rstrip() + f" {state}", mend(one))
    for name, error in broken.items():
        yield Finding(False, f"alias data {name} cannot be used: {error}", "watcher aliases update")


def _channels(config: Config, store: Store) -> Iterator[Finding]:
    if not config.channels:
        yield Finding(False, "no channel is configured: nobody is told", "add a [[channel]], see docs/notify.md")
    states = store.channel_states()
    for channel in config.channels:
        state = states.get(channel.id)
        broken = state is not None and state.broken_since is not None
        error = f": {state.last_error}" if broken and state else ""
        yield Finding(
            not broken, f"channel {channel.name} {'is broken' + error if broken else 'works'}", "watcher test-alert"
        )
    dead = store.dead()
    yield Finding(not dead, f"{len(dead)} messages were given up", "watcher outbox list, then retry or drop")
