"""One mail handed to one server: every step's answer is known, also which recipient was refused.

`smtplib` is used step by step, because what matters is where it breaks: before the mail was handed over nothing has
arrived, after it everything may have.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from watcher.config.settings import Config
from watcher.fetch.address import check_address
from watcher.notify import safe
from watcher.notify.channels.mailto import MailRoute, Security

SECONDS: Final = 30.0
_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Which recipients were taken; for the others, what the server said."""

    taken: tuple[str, ...]
    refused: dict[str, tuple[int, str]]


class NoTlsError(smtplib.SMTPException):
    """The server offers no encryption."""


class RejectedError(smtplib.SMTPException):
    """The server said no: ``code`` is its reply."""

    def __init__(self, step: str, code: int, text: str) -> None:
        super().__init__(f"{step}: {code} {text}")
        self.code = code


class InDoubtError(smtplib.SMTPException):
    """The line broke after the mail was handed over and before the server said yes."""


class _GuardedSmtp(smtplib.SMTP):
    """Connects to a checked address only; speaks TLS from the first byte where a context is given."""

    def __init__(self, config: Config, *, host: str, implicit: ssl.SSLContext | None) -> None:
        self._config = config
        self._implicit = implicit
        super().__init__(timeout=SECONDS, local_hostname="season-watcher.invalid")
        self._host = host  # the name that the certificate must carry

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        for address in addresses:
            check_address(address, self._config.allow_networks)
        line = _connect(addresses, port, timeout)
        if self._implicit is None:
            return line
        return self._implicit.wrap_socket(line, server_hostname=host)


def _connect(addresses: Sequence[str], port: int, timeout: float) -> socket.socket:
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout)


def hand_over(route: MailRoute, recipients: Sequence[str], mail: bytes, *, config: Config) -> Handed:
    """Give *mail* to the server for *recipients*.

    Raises OSError, `AddressError`, or an SMTPException of which `InDoubtError` alone means "perhaps".
    """
    context = ssl.create_default_context()
    smtp = _GuardedSmtp(config, host=route.host, implicit=context if route.security is Security.SSL else None)
    try:
        _greet(smtp, route, context)
        return _mail(smtp, route, recipients, mail)
    finally:
        smtp.close()


def _greet(smtp: smtplib.SMTP, route: MailRoute, context: ssl.SSLContext) -> None:
    code, text = smtp.connect(route.host, route.port)
    _expect("greeting", code, text)
    smtp.ehlo_or_helo_if_needed()
    if route.security is Security.STARTTLS:
        if not smtp.has_extn("starttls"):
            raise NoTlsError("the server offers no STARTTLS, and plain text is not an option")
        smtp.starttls(context=context)
        smtp.ehlo()
    if route.user:
        smtp.login(route.user, route.password)


def _mail(smtp: smtplib.SMTP, route: MailRoute, recipients: Sequence[str], mail: bytes) -> Handed:
    _expect("sender", *smtp.mail(route.sender))
    refused: dict[str, tuple[int, str]] = {}
    for recipient in recipients:
        code, text = smtp.rcpt(recipient)
        if code not in {250, 251}:
            refused[recipient] = (code, _text(text))
    taken = tuple(each for each in recipients if each not in refused)
    if taken:
        _data(smtp, mail)
    _part(smtp)
    return Handed(taken=taken, refused=refused)


def _data(smtp: smtplib.SMTP, mail: bytes) -> None:
    _expect("mail", *smtp.docmd("DATA"), wanted=3)
    try:
        smtp.send(_DOT.sub(b"..", mail).removesuffix(b"\r\n") + b"\r\n.\r\n")
        code, text = smtp.getreply()
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise InDoubtError(f"the line broke before the server said yes: {type(error).__name__}") from error
    _expect("mail", code, text)


def _part(smtp: smtplib.SMTP) -> None:
    """Say goodbye; what happens to it changes nothing."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        return


def _expect(step: str, code: int, text: bytes, *, wanted: int = 2) -> None:
    if code // 100 != wanted:
        raise RejectedError(step, code, _text(text))


def _text(text: bytes) -> str:
    return safe.cut(safe.line(text.decode("utf-8", "replace")), 200)
