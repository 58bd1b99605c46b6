"""What most verbs begin with: the configuration read, the database opened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from watcher.cli.options import console, now
from watcher.config.load import load_config, parse_config
from watcher.config.settings import Config, SourceConfig
from watcher.config.where import find_config
from watcher.errors import ConfigError, Problem
from watcher.model import Title
from watcher.notify.channels import validate_url
from watcher.store import Store

_UPGRADE = timedelta(minutes=30)
"""How long the service manager is asked to wait for it."""


def configuration(path: Path | None, *, secrets: bool = True) -> Config:
    """Load the configuration; warnings go to standard error. Raises ConfigError with every problem.

    Without *secrets* it may be that a credential or file of a channel cannot be read here: for verbs that tell nobody.
    """
    loaded = load_config(path, validate_channel=validate_url, need_secrets=secrets)
    for warning in loaded.warnings:
        console(stderr=True).print(f"warning: {warning}")
    return loaded.config


def configuration_or_default(path: Path | None) -> Config:
    """Load the configuration, or the defaults where there is none yet: for verbs that only look."""
    if path is None and find_config(None, os.environ) is None:
        return parse_config("").config
    return configuration(path)


@contextmanager
def database(config: Config) -> Iterator[Store]:
    """Open the database of *config* and close it at the end."""
    store = Store.open(config.database, now=now(), upgrading=_say_upgrade)
    try:
        yield store
    finally:
        store.close()


def _say_upgrade() -> None:
    from watcher.daemon.systemd import ServiceManager  # noqa: PLC0415 - hardly ever needed

    console(stderr=True).print("bringing the database to this version: half a minute for a million entries")
    ServiceManager().extend(_UPGRADE)


def chosen(config: Config, names: list[str]) -> tuple[Title, ...]:
    """Find the titles that a person named, by id, name or alias; all where none is named."""
    if not names:
        return config.titles
    found: list[Title] = []
    problems: list[Problem] = []
    for name in names:
        hits = [t for t in config.titles if name == t.id or name.casefold() in {n.casefold() for n in t.names}]
        found += hits
        if not hits:
            known = ", ".join(sorted(t.name for t in config.titles)) or "no title at all"
            message, hint = f"{name!r} is not watched", f"watched: {known}"
            problems.append(Problem(file=str(config.path), path="title", message=message, hint=hint))
    if problems:
        raise ConfigError(problems)
    return tuple(found)


def looking_for(config: Config, titles: tuple[Title, ...]) -> tuple[SourceConfig, ...]:
    """List the enabled sources that are looked at for any of *titles*."""
    names = {name for title in titles for name in (title.id, title.name)}
    return tuple(s for s in config.sources if s.enabled and (not s.titles or names & set(s.titles)))
