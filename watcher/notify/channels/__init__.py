"""The ways to reach the user. `open_channel` makes one from its configuration, `validate_url` checks its URL offline.

========================  =====================================================================
``console:``              the terminal
``webhook+https://…``     JSON to a program of yours (also ``webhook+http://``)
``mailto(s)://…``         e-mail by our own sender
others                    through Apprise, for the services in `watcher.notify.channels.services`
========================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.notify.channels.base import Channel, RefusedError
from watcher.notify.channels.console import ConsoleChannel
from watcher.notify.channels.services import SERVICES

__all__ = ["Channel", "RefusedError", "open_channel", "validate_url"]


def open_channel(channel: ChannelConfig, *, config: Config, now: Callable[[], datetime]) -> Channel:
    """Make the channel that a URL names; raises `DeliveryError` where it names none."""
    scheme = _scheme(channel.url)
    if scheme == "console":
        return ConsoleChannel(channel.id)
    # Each way is imported by those who use it: mail and Apprise take longer than a look at many sources.
    if scheme in {"webhook+http", "webhook+https"}:
        from watcher.notify.channels.webhook import WebhookChannel  # noqa: PLC0415

        return WebhookChannel(channel, config=config, now=now)
    if scheme in {"mailto", "mailtos"}:
        from watcher.notify.channels.email import EmailChannel  # noqa: PLC0415

        return EmailChannel(channel, config=config, now=now)
    from watcher.notify.channels.apprise_channel import AppriseChannel, unknown_scheme  # noqa: PLC0415

    if scheme in SERVICES:
        return AppriseChannel(channel, config=config, now=now)
    raise DeliveryError(unknown_scheme(scheme), channel=channel.id, permanent=True)


def validate_url(url: str) -> str | None:
    """Say what is wrong with a channel's URL, without network and without naming its secrets; None where nothing is."""
    scheme = _scheme(url)
    if scheme == "console":
        return None
    if scheme in {"webhook+http", "webhook+https"}:
        return _webhook_problem(url)
    if scheme in {"mailto", "mailtos"}:
        return _mail_problem(url)
    from watcher.notify.channels.apprise_channel import problem  # noqa: PLC0415 - as above

    return problem(url)


def _webhook_problem(url: str) -> str | None:
    try:
        parts = urlsplit(url.partition("+")[2])
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    return None if sound else "names no host that can be read"


def _mail_problem(url: str) -> str | None:
    from watcher.notify.channels.mailto import MailtoError, parse_mailto  # noqa: PLC0415 - as above

    try:
        parse_mailto(url)
    except MailtoError as error:
        return str(error)
    return None


def _scheme(url: str) -> str:
    return url.partition(":")[0].strip().lower()
