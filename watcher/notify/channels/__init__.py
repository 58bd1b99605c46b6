"""The ways to reach the user. `open_channel` makes one from its configuration, `validate_url` checks its URL offline.

========================  =====================================================================
``console:``              the terminal
``webhook+https://…``     JSON to a program of yours (also ``webhook+http://``)
``mailto://mailtos://``   e-mail by our own sender
others                    through Apprise, for the services in `watcher.notify.channels.services`
========================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from watcher.config.settings import ChannelConfig, Config
from watcher.notify.channels.base import Channel, RefusedError
from watcher.notify.channels.console import ConsoleChannel
from watcher.notify.channels.webhook import WebhookChannel

__all__ = ["Channel", "RefusedError", "open_channel"]


def open_channel(channel: ChannelConfig, *, config: Config, now: Callable[[], datetime]) -> Channel:
    """Make the channel that a URL names; raises `DeliveryError` where it names none."""
    scheme = channel.url.partition(":")[0].lower()
    if scheme == "console":
        return ConsoleChannel(channel.id)
    return WebhookChannel(channel, config=config, now=now)
