"""From channel blocks to channels.

In:    raw ``[[channel]]`` tables, a way to open secrets, a way to check URLs.
Out:   `ChannelConfig`s.
Never: sending, or showing a URL.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from watcher.config.blocks import read_block
from watcher.config.door import ChannelBlock
from watcher.config.names import Directory
from watcher.config.secret import SecretRef, SecretStore
from watcher.config.settings import ChannelConfig, Secret
from watcher.config.values import slug
from watcher.config.wrong import Findings, KeyPath, WrongError
from watcher.model import Policy

ValidateChannel = Callable[[str], str | None]
"""Say what is wrong with a channel's URL, offline; None where nothing is."""
_PLACES = ("url", "url_file", "url_env", "credential")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRules:
    """What judging a channel needs to know of the rest."""

    titles: Directory
    secrets: SecretStore
    policy: Policy
    """Of a channel that names none."""
    validate: ValidateChannel | None
    findings: Findings


def build_channels(tables: list[tuple[KeyPath, Any]], rules: ChannelRules) -> tuple[ChannelConfig, ...]:
    """Judge every ``[[channel]]``; broken ones are left out, their problems noted."""
    channels: list[tuple[KeyPath, ChannelConfig]] = []
    seen = _Seen(rules.findings)
    directory = Directory("channel")
    for path, table in tables:
        block = read_block(ChannelBlock, table, path, rules.findings, vital={"id", *_PLACES})
        if block is None:
            directory.add_broken(table)
            continue
        channel = _channel(block, path, rules)
        seen.check(channel, path, given=block.id is not None)
        directory.add(channel.id, (channel.name,))
        channels.append((path, channel))
    return tuple(_with_fallback(channel, path, directory, rules.findings) for path, channel in channels)


def _channel(block: ChannelBlock, path: KeyPath, rules: ChannelRules) -> ChannelConfig:
    return ChannelConfig(
        id=block.id or slug(block.name),
        name=block.name,
        url=_url(block, path, rules),
        policy=block.policy or rules.policy,
        quiet=block.quiet,
        digest=block.digest,
        titles=rules.titles.refer(block.titles, (*path, "titles"), rules.findings),
        health=block.health,
        fallback=block.fallback,
    )


def _url(block: ChannelBlock, path: KeyPath, rules: ChannelRules) -> Secret:
    """Open the URL wherever it stands; an empty one means that a problem was noted."""
    given = [place for place in _PLACES if getattr(block, place) is not None]
    if len(given) != 1:
        message = "has no url" if not given else f"has {' and '.join(given)}, of which one counts"
        rules.findings.error(path, message, "one of url, url_file, url_env, credential")
        return Secret("")
    where = (*path, given[0])
    try:
        url = rules.secrets.open(_ref(block))
    except WrongError as wrong:
        rules.findings.wrong(where, wrong)
        return Secret("")
    _check_url(url, where, rules)
    return url


def _ref(block: ChannelBlock) -> SecretRef:
    if block.url is not None:
        return block.url
    if block.url_file is not None:
        return SecretRef("file", Secret(block.url_file))
    if block.url_env is not None:
        return SecretRef("env", Secret(block.url_env))
    return SecretRef("credential", Secret(block.credential or ""))


def _check_url(url: Secret, where: KeyPath, rules: ChannelRules) -> None:
    if ":" not in url:
        rules.findings.error(where, "is not a channel's URL", 'like "ntfy://topic", "mailtos://…" or "console:"')
    elif rules.validate is not None and (wrong := rules.validate(str(url))) is not None:
        rules.findings.error(where, wrong.replace(str(url), "***"), "docs/notify.md lists the channels that work")


def _with_fallback(channel: ChannelConfig, path: KeyPath, directory: Directory, findings: Findings) -> ChannelConfig:
    if channel.fallback is None:
        return channel
    where = (*path, "fallback")
    found = directory.refer([channel.fallback], where, findings)
    if channel.id in found:
        findings.error(where, "is the channel itself", "name another channel")
    return replace(channel, fallback=found[0] if found else None)


class _Seen:
    """Tells channels that are written twice."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.ids: dict[str, str] = {}
        self.urls: dict[str, str] = {}

    def check(self, channel: ChannelConfig, path: KeyPath, *, given: bool) -> None:
        if channel.id in self.ids:
            where = (*path, "id" if given else "name")
            self.findings.error(
                where, f'"{channel.id}" is taken by "{self.ids[channel.id]}"', "give it an id of its own"
            )
        elif channel.url and channel.url in self.urls:
            self.findings.warn(
                path, f'goes to the same place as "{self.urls[channel.url]}"', "messages will come twice"
            )
        self.ids.setdefault(channel.id, channel.name)
        self.urls.setdefault(str(channel.url), channel.name)
