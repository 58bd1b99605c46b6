"""The services that are reached through Apprise: how each reads text, how much it takes, how fast it may be used.

Only what is listed here can be configured. A service belongs here when its dialect is known, so that nothing from a
feed can ping or format there (docs/notify.md).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Final

from watcher.notify import safe
from watcher.notify.dialects import Dialect, Form
from watcher.notify.timing import Pace

# What is not folded fits into one burst, so that a single `watcher check` leaves nothing behind.
CHAT: Final = Pace(burst=8, per_minute=20, fold=8)
PUSH: Final = Pace(burst=8, per_minute=12, fold=8)
SMS: Final = Pace(burst=3, per_minute=6, fold=3)
MACHINE: Final = Pace(burst=300, per_minute=240, fold=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How to talk to one service."""

    form: Form = field(default_factory=Form)
    title: int = 0
    """Room for a title of its own; 0: the text begins with the subject."""
    format: str = "text"
    """What Apprise is told the text is: the very format it sends, so that it converts nothing."""
    pace: Pace = CHAT
    own_host: bool = False
    """The URL names the user's own server: its address must be a public one, or allowed."""
    free: bool = False
    """A program of the user's own: no API says what its yes looks like, so it may be a web page."""


def _plain(
    limit: int, *, title: int = 0, pace: Pace = PUSH, own_host: bool = False, measure: safe.Measure = safe.chars
) -> Service:
    form = Form(limit=limit, measure=measure, subject=not title)
    return Service(form=form, title=title, pace=pace, own_host=own_host)


def _program() -> Service:
    return Service(form=Form(limit=30_000, subject=False), title=200, pace=MACHINE, own_host=True, free=True)


def _marked(dialect: Dialect, limit: int, *, format: str = "text", own_host: bool = False) -> Service:  # noqa: A002
    return Service(form=Form(dialect=dialect, limit=limit, measure=safe.utf16), format=format, own_host=own_host)


def _ntfy_size(text: str) -> int:
    """Measure what ntfy makes an attachment of: 4,096 bytes at the server, and its JSON (title included) in Apprise."""
    return max(safe.octets(text), -(-len(json.dumps(text)) * 4000 // 6300))


SERVICES: Final[dict[str, Service]] = {
    # Chats
    "discord": _marked(Dialect.DISCORD, 2000),
    "guilded": _marked(Dialect.DISCORD, 2000),
    "revolt": _marked(Dialect.DISCORD, 1900),
    "tgram": _marked(Dialect.HTML, 4096, format="html"),
    "slack": _plain(3000, title=150, pace=CHAT),
    "matrix": _plain(16_000, pace=CHAT, own_host=True),
    "matrixs": _plain(16_000, pace=CHAT, own_host=True),
    "mmost": _marked(Dialect.MARKDOWN, 4000, own_host=True),
    "mmosts": _marked(Dialect.MARKDOWN, 4000, own_host=True),
    "rocket": _marked(Dialect.MARKDOWN, 1000, format="markdown", own_host=True),
    "rockets": _marked(Dialect.MARKDOWN, 1000, format="markdown", own_host=True),
    "gchat": _marked(Dialect.MARKDOWN, 4000, format="markdown"),
    "workflow": _marked(Dialect.MARKDOWN, 1000, format="markdown"),
    "workflows": _marked(Dialect.MARKDOWN, 1000, format="markdown"),
    "webex": _marked(Dialect.MARKDOWN, 1000, format="markdown"),
    "wxteams": _marked(Dialect.MARKDOWN, 1000, format="markdown"),
    "zulip": _marked(Dialect.MARKDOWN, 9000),
    "nctalk": _plain(16_000, title=200, pace=CHAT, own_host=True),
    "nctalks": _plain(16_000, title=200, pace=CHAT, own_host=True),
    "signal": _plain(2000, pace=CHAT, own_host=True),
    "signals": _plain(2000, pace=CHAT, own_host=True),
    "threema": _plain(3500, pace=CHAT),
    "wecombot": _plain(2048, pace=CHAT, measure=safe.octets),
    "synology": _plain(4000, pace=CHAT, own_host=True),
    "synologys": _plain(4000, pace=CHAT, own_host=True),
    "mastodon": _plain(480, pace=CHAT, own_host=True),
    "mastodons": _plain(480, pace=CHAT, own_host=True),
    "irc": _plain(380, pace=CHAT, own_host=True, measure=safe.octets),
    "ircs": _plain(380, pace=CHAT, own_host=True, measure=safe.octets),
    # Push to phones
    "ntfy": _plain(4000, title=100, own_host=True, measure=_ntfy_size),
    "ntfys": _plain(4000, title=100, own_host=True, measure=_ntfy_size),
    "gotify": _plain(16_000, title=200, own_host=True),
    "gotifys": _plain(16_000, title=200, own_host=True),
    "pover": _plain(1024, title=250),
    "pbul": _plain(8000, title=200),
    "pushy": _plain(4000, title=200, measure=safe.octets),
    "pushdeer": _plain(8000, title=200),
    "simplepush": _marked(Dialect.MARKDOWN, 7000, format="markdown"),
    "prowl": _plain(9000, title=200),
    "join": _plain(1000, title=200),
    "bark": _plain(4000, title=200, own_host=True),
    "barks": _plain(4000, title=200, own_host=True),
    "schan": _plain(8000, title=100),
    "lametric": _plain(500, own_host=True),
    "hassio": _plain(8000, title=200, own_host=True),
    "hassios": _plain(8000, title=200, own_host=True),
    "kodi": _plain(1000, title=200, own_host=True),
    "kodis": _plain(1000, title=200, own_host=True),
    # Text messages
    "twilio": _plain(480, pace=SMS),
    "vonage": _plain(480, pace=SMS),
    "seven": _plain(480, pace=SMS),
    "sinch": _plain(480, pace=SMS),
    "46elks": _plain(480, pace=SMS),
    "smseagle": _plain(480, pace=SMS, own_host=True),
    "smseagles": _plain(480, pace=SMS, own_host=True),
    # E-mail by somebody's web service; Apprise escapes the text for their HTML
    "mailgun": _plain(30_000, title=200),
    "sendgrid": _plain(30_000, title=200),
    "resend": _plain(30_000, title=200),
    "smtp2go": _plain(30_000, title=200),
    # Programs
    "json": _program(),
    "jsons": _program(),
    "xml": _program(),
    "xmls": _program(),
    "form": _program(),
    "forms": _program(),
    "apprise": _plain(30_000, title=200, pace=MACHINE, own_host=True),
    "apprises": _plain(30_000, title=200, pace=MACHINE, own_host=True),
    "mqtt": _plain(30_000, pace=MACHINE, own_host=True),
    "mqtts": _plain(30_000, pace=MACHINE, own_host=True),
    "ifttt": _plain(8000, title=200),
}
