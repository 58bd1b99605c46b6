"""The configuration as the program understands it, without its secrets.

In:    a `Config`.
Out:   plain values for JSON or a terminal.
Never: a secret: of a channel only its kind is shown, of a header only its name.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from watcher.config.secret import is_secret_header, masked_address, masked_channel
from watcher.config.settings import ChannelConfig, Config, Digest, SourceConfig, WebConfig, WindowConfig
from watcher.config.values import spoken, spoken_lead
from watcher.model import Title

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MASK = "***"


def shown(config: Config) -> dict[str, Any]:
    """Show a whole configuration, defaults and packs included."""
    return {
        "file": str(config.path) if config.path else None,
        "watcher": {
            "state": str(config.state),
            "timezone": config.timezone.key,
            "policy": config.policy.value,
            "contact": config.contact,
            "allow_networks": [str(network) for network in config.allow_networks],
            "host_gap": spoken(config.host_gap),
            "proxy": MASK if config.proxy else None,
            "closer": config.closer,
            "reminders": [spoken_lead(lead) for lead in config.reminders],
            "heartbeat": MASK if config.heartbeat else None,
            "heartbeat_every": spoken(config.heartbeat_every),
            "web": _web(config.web),
            "packs": list(config.packs),
            "rhythm": config.rhythm,
            "hot": config.hot,
            "windows": list(config.windows),
            "limits": _limits(config),
        },
        "title": [_title(title) for title in config.titles],
        "source": [_source(source) for source in config.sources],
        "window": [_window(window) for window in config.own_windows],
        "channel": [_channel(channel) for channel in config.channels],
        "publishers": {name: int(tier) for name, tier in config.publishers},
    }


def _web(web: WebConfig | None) -> dict[str, Any]:
    if web is None:
        return {"listen": "off"}
    names = [f"{name}:{port}" for name, port in web.names]
    return {"listen": web.place, "token": MASK if web.token else None, "names": names}


def _limits(config: Config) -> dict[str, Any]:
    limits = config.limits
    values = {name: getattr(limits, name) for name in limits.__dataclass_fields__}
    return {name: spoken(value) if isinstance(value, timedelta) else value for name, value in values.items()}


def _title(title: Title) -> dict[str, Any]:
    return {
        "id": title.id,
        "name": title.name,
        "season": title.season if title.season is not None else "any",
        "aliases": list(title.aliases),
        "official": list(title.official),
        "ids": dict(title.ids),
        "since": title.since.isoformat() if title.since else None,
        "also": sorted(title.also),
        "policy": title.policy.value if title.policy else None,
        "reminders": None if title.reminders is None else [spoken_lead(lead) for lead in title.reminders],
    }


def _source(source: SourceConfig) -> dict[str, Any]:
    selectors = {name: getattr(source.selectors, name) for name in source.selectors.__dataclass_fields__}
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "url": masked_address(source.url),
        "every": spoken(source.every) if source.every else None,
        "tier": int(source.tier) if source.tier else None,
        "publisher": source.publisher,
        "titles": list(source.titles),
        "mode": source.mode.value,
        "selectors": {name: value for name, value in selectors.items() if value},
        "tz": source.tz,
        "headers": {name: MASK if is_secret_header(name) else str(value) for name, value in source.headers},
        "robots": source.robots,
        "deny": list(source.deny),
        "enabled": source.enabled,
        "pack": source.pack,
    }


def _window(window: WindowConfig) -> dict[str, Any]:
    times = {"start": window.start.isoformat(), "end": window.end.isoformat()}
    return {"name": window.name, **times, "titles": list(window.titles)}


def _channel(channel: ChannelConfig) -> dict[str, Any]:
    quiet = channel.quiet
    return {
        "id": channel.id,
        "name": channel.name,
        "url": masked_channel(channel.url),
        "policy": channel.policy.value,
        "quiet": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else "off",
        "digest": _digest(channel.digest),
        "titles": list(channel.titles),
        "health": channel.health,
        "fallback": channel.fallback,
    }


def _digest(digest: Digest | None) -> str:
    if digest is None:
        return "off"
    return (
        f"daily@{digest.at:%H:%M}"
        if digest.weekday is None
        else f"weekly@{_WEEKDAYS[digest.weekday]}-{digest.at:%H:%M}"
    )
