"""Make the program's values of a parsed file, finding every problem on the way.

In:    a `Document`, the environment, a way to check channel URLs.
Out:   `Config`, with all errors and warnings in `Findings`.
Never: network; disk only where a secret stands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from watcher.config import where
from watcher.config.blocks import read_block, read_list, read_top
from watcher.config.channels import ChannelRules, ValidateChannel, build_channels
from watcher.config.door import FileBlock, WatcherBlock
from watcher.config.private import check_privacy
from watcher.config.secret import SecretStore, taken_from
from watcher.config.settings import Config, Limits, Secret
from watcher.config.sources import SourceRules, build_sources, choose_packs
from watcher.config.text import Document
from watcher.config.titles import build_titles, longest_first
from watcher.config.trust import build_publishers
from watcher.config.values import Network, split_address, web_address
from watcher.config.web import build_web
from watcher.config.windows import build_windows, choose_windows
from watcher.config.wrong import Findings, WrongError

_EVERYTHING = (ip_network("0.0.0.0/0"), ip_network("::/0"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a configuration means depends on this, besides its text."""

    env: MutableMapping[str, str]
    kinds: Collection[str]
    validate_channel: ValidateChannel | None


def build(document: Document, around: Surroundings) -> tuple[Config, Findings]:
    """Judge a whole file; the `Config` is only good if there are no errors."""
    raw, findings = document.data, Findings(file=document.file, line_of=document.line_of)
    read_top(raw, tuple(FileBlock.model_fields), findings)
    block = read_block(WatcherBlock, raw.get("watcher", {}), ("watcher",), findings) or WatcherBlock()
    folder = document.path.parent.absolute() if document.path else None
    secrets = SecretStore(env=around.env, folder=folder or Path.cwd(), taken=taken_from(around.env))
    zone = block.timezone or where.local_zone(around.env)
    titles = build_titles(read_list(raw, "title", findings), zone, findings)
    source_tables = read_list(raw, "source", findings)
    packs = choose_packs(block.packs, source_tables, findings)
    source_rules = SourceRules(
        titles=titles.directory,
        kinds=around.kinds,
        networks=_reachable(block, raw),
        secrets=secrets,
        findings=findings,
    )
    channel_rules = ChannelRules(
        titles=titles.directory,
        secrets=secrets,
        policy=block.policy,
        validate=around.validate_channel,
        findings=findings,
    )
    config = Config(
        path=document.path,
        state=_state(block, folder, around, findings),
        timezone=zone,
        policy=block.policy,
        contact=block.contact,
        allow_networks=_networks(block.allow_networks, findings),
        host_gap=block.host_gap,
        proxy=_proxy(block, secrets, findings),
        closer=block.closer,
        reminders=longest_first(block.reminders),
        heartbeat=_heartbeat(block, secrets, findings),
        heartbeat_every=block.heartbeat_every,
        web=build_web(block.web, secrets, findings),
        packs=packs,
        rhythm=block.rhythm,
        hot=block.hot,
        windows=choose_windows(block.windows, findings),
        own_windows=build_windows(read_list(raw, "window", findings), zone, titles.directory, findings),
        titles=titles.titles,
        sources=build_sources(source_tables, packs, source_rules),
        channels=build_channels(read_list(raw, "channel", findings), channel_rules),
        publishers=build_publishers(raw.get("publishers", {}), findings),
        limits=Limits(**block.limits.model_dump()),
    )
    check_privacy(document, findings)
    return config, findings


def _state(block: WatcherBlock, folder: Path | None, around: Surroundings, findings: Findings) -> Path:
    try:
        return where.state_folder(block.state, folder=folder, env=around.env)
    except WrongError as wrong:
        findings.wrong(("watcher", "state"), wrong)
        return Path()


def _reachable(block: WatcherBlock, raw: Mapping[str, Any]) -> tuple[Network, ...]:
    """Give the networks to judge sources by; where the list is broken, one problem about it is enough."""
    table = raw.get("watcher")
    written = isinstance(table, dict) and table.get("allow_networks")
    return block.allow_networks or (_EVERYTHING if written else ())


def _networks(networks: tuple[Network, ...], findings: Findings) -> tuple[Network, ...]:
    if any(network in _EVERYTHING for network in networks):
        message = "opens every private network to whatever a source links to"
        findings.warn(("watcher", "allow_networks"), message, "list only the networks you need")
    return networks


def _heartbeat(block: WatcherBlock, secrets: SecretStore, findings: Findings) -> Secret | None:
    if block.heartbeat is None:
        return None
    try:
        address = secrets.open(block.heartbeat)
        web_address(str(address))
    except WrongError as wrong:
        findings.wrong(("watcher", "heartbeat"), wrong)
        return None
    return address


def _proxy(block: WatcherBlock, secrets: SecretStore, findings: Findings) -> Secret | None:
    if block.proxy is None:
        return None
    try:
        proxy = secrets.open(block.proxy)
        parts = split_address(proxy)
    except WrongError as wrong:
        findings.wrong(("watcher", "proxy"), wrong)
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        findings.error(("watcher", "proxy"), "is not a proxy's address", "http://host:port")
    return proxy
