"""E-mail by our own sender: multipart, with a Message-ID that a repeat shares.

In:    a `Message`.
Out:   one mail to each recipient that the server takes; the others are tried again, or named in the log.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.fetch.address import AddressError
from watcher.notify import safe
from watcher.notify.channels.base import RefusedError
from watcher.notify.channels.mailto import MailRoute, MailtoError, parse_mailto
from watcher.notify.channels.smtp import Handed, InDoubtError, NoTlsError, RejectedError, hand_over
from watcher.notify.channels.threads import in_thread
from watcher.notify.dialects import Form, compose
from watcher.notify.letter import html_of
from watcher.notify.message import Message
from watcher.notify.timing import Pace

log = logging.getLogger(__name__)

DEADLINE_SECONDS: Final = 120.0
_LIMIT: Final = 60_000


class EmailChannel:
    """Sends mail through one server."""

    keyed = True
    pace = Pace(burst=12, per_minute=20, fold=12)

    def __init__(self, channel: ChannelConfig, *, config: Config, now: Callable[[], datetime]) -> None:
        self._id = channel.id
        self._config = config
        self._now = now
        try:
            self._route = parse_mailto(channel.url)
        except MailtoError as error:
            raise DeliveryError(str(error), channel=channel.id, permanent=True) from error
        self._done: dict[str, set[str]] = {}
        """By message: recipients that need no further try."""

    async def send(self, message: Message) -> None:
        """Send to every recipient who has not got it yet."""
        done = self._done.setdefault(message.key, set())
        left = [each for each in self._route.recipients if each not in done]
        mail = letter(message, route=self._route, channel=self._id, now=self._now()).as_bytes()
        try:
            handed = await in_thread(
                lambda: hand_over(self._route, left, mail, config=self._config), seconds=DEADLINE_SECONDS
            )
        except (OSError, TimeoutError, AddressError, smtplib.SMTPException) as error:
            raise self._failure(error) from error
        self._judge(message, done, handed)

    def _judge(self, message: Message, done: set[str], handed: Handed) -> None:
        final = {each: said for each, said in handed.refused.items() if said[0] >= 500}
        later = {each: said for each, said in handed.refused.items() if said[0] < 500}
        done |= {*handed.taken, *final}
        for code, text in final.values():
            log.error("recipient refused channel=%s code=%d reply=%s", self._id, code, text)
        if later:
            code, text = next(iter(later.values()))
            raise DeliveryError(
                f"{len(later)} of {len(self._route.recipients)} recipients later: {code} {text}", channel=self._id
            )
        del self._done[message.key]
        if final and not handed.taken and len(final) == len(self._route.recipients):
            code, text = next(iter(final.values()))
            raise RefusedError(f"no recipient was taken: {code} {text}", channel=self._id, permanent=True)

    def _failure(self, error: Exception) -> DeliveryError:
        if isinstance(error, InDoubtError | TimeoutError):
            return DeliveryError(str(error) or "no answer in time", channel=self._id, uncertain=True)
        if isinstance(error, RejectedError):
            kind = RefusedError if error.code >= 500 else DeliveryError
            return kind(str(error), channel=self._id, permanent=error.code >= 500)
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return DeliveryError(
                f"login refused: {error.smtp_code}", channel=self._id, permanent=error.smtp_code >= 500
            )
        if isinstance(error, ssl.SSLCertVerificationError):
            return DeliveryError(f"certificate refused: {error.verify_message}", channel=self._id, permanent=True)
        for_good = isinstance(error, AddressError | NoTlsError)
        text = str(error) if for_good else f"not reached: {type(error).__name__}"
        return DeliveryError(text, channel=self._id, permanent=for_good)


def letter(message: Message, *, route: MailRoute, channel: str, now: datetime) -> EmailMessage:
    """Write the mail: plain text and HTML of the same words, headers from our own values only."""
    domain = route.sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = safe.cut(safe.line(message.subject), 180)
    mail["From"] = _address(route.sender, route.name)
    mail["To"] = tuple(_address(each) for each in route.to)
    if route.cc:
        mail["Cc"] = tuple(_address(each) for each in route.cc)
    if route.reply_to:
        mail["Reply-To"] = _address(route.reply_to)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message_id(message, channel=channel, domain=domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"Season Watcher <season-watcher.{domain}>"
    mail["X-Season-Watcher-Ref"] = safe.cut(" ".join(message.refs), 900)
    mail.set_content(compose(message, Form(limit=_LIMIT)), charset="utf-8", cte="quoted-printable")
    mail.add_alternative(html_of(message), subtype="html", charset="utf-8", cte="quoted-printable")
    return mail


def message_id(message: Message, *, channel: str, domain: str) -> str:
    """Make the Message-ID that a repeat shares, so that servers and clients can fold the two."""
    return f"<{message.key}.{sha256(channel.encode()).hexdigest()[:12]}@{domain}>"


def _address(address: str, name: str = "") -> Address:
    return Address(display_name=name, addr_spec=address)
