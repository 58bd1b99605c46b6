"""Load the configuration: the one door that the rest of the program uses.

::

    load_config(path=None, *, env=None, validate_channel=None, need_secrets=True, kinds=KINDS) -> Loaded
    parse_config(text, *, path=None, env=None, validate_channel=None, need_secrets=True, kinds=KINDS) -> Loaded

Both raise `ConfigError` with every problem at once. *path* is the command line's choice; without it ``WATCHER_CONFIG``,
the XDG configuration folder and ``/etc/watcher`` are tried. *env* is the process environment unless given; variables
that hold secrets are removed from it. *validate_channel* says what is wrong with a channel's URL (offline), or None.
Without *need_secrets* a credential or variable that only the service is given may be missing: such a channel's URL is
empty, and `Loaded.absent` names it. That is for verbs which only look.

In:    a file, the environment.
Out:   `Loaded`: the `Config` and warnings.
Never: network; a secret in any message.
"""

from __future__ import annotations

import os
from collections.abc import Collection, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from watcher.config import where
from watcher.config.build import Surroundings, build
from watcher.config.channels import ValidateChannel
from watcher.config.kinds import KINDS
from watcher.config.settings import Config
from watcher.config.text import Document, parse_document, read_document
from watcher.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A configuration that can be used."""

    config: Config
    warnings: tuple[Problem, ...] = ()
    absent: tuple[Problem, ...] = ()
    """Secrets that are not at hand here; empty where they were needed."""


def load_config(
    path: Path | str | None = None,
    *,
    env: MutableMapping[str, str] | None = None,
    validate_channel: ValidateChannel | None = None,
    need_secrets: bool = True,
    kinds: Collection[str] = KINDS,
) -> Loaded:
    """Find, read and judge the configuration file, or raise `ConfigError`."""
    env = os.environ if env is None else env
    found = where.find_config(path, env)
    if found is None:
        raise ConfigError([_nowhere(env)])
    around = Surroundings(env=env, kinds=kinds, validate_channel=validate_channel)
    return _judged(read_document(found), around, need_secrets=need_secrets)


def parse_config(
    text: str,
    *,
    path: Path | None = None,
    env: MutableMapping[str, str] | None = None,
    validate_channel: ValidateChannel | None = None,
    need_secrets: bool = True,
    kinds: Collection[str] = KINDS,
) -> Loaded:
    """Judge a text as if it stood at *path*; who may read the file is not asked."""
    document = parse_document(text.removeprefix("\ufeff"), file=str(path or where.FILE))
    document.path = path
    env = os.environ if env is None else env
    around = Surroundings(env=env, kinds=kinds, validate_channel=validate_channel)
    return _judged(document, around, need_secrets=need_secrets)


def _judged(document: Document, around: Surroundings, *, need_secrets: bool) -> Loaded:
    config, findings = build(document, around)
    errors = findings.errors + (findings.absent if need_secrets else [])
    if errors:
        raise ConfigError(sorted(errors, key=lambda problem: problem.line or 0))
    return Loaded(config=config, warnings=tuple(findings.warnings), absent=tuple(findings.absent))


def _nowhere(env: MutableMapping[str, str]) -> Problem:
    places = " or ".join(map(str, where.candidates(env)))
    return Problem(
        file=str(where.user_config(env)),
        path="",
        message=f"there is no configuration; looked for {places}",
        hint="`watcher init` writes a first one",
    )
