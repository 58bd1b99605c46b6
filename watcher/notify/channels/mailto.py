"""Read ``mailto://`` and ``mailtos://`` URLs, in the form that Apprise gave them (docs/notify.md lists the parameters).

In:    a URL.
Out:   `MailRoute`, or `MailtoError` that says what is wrong without naming a secret.
Never: the network.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from watcher.notify import safe


class MailtoError(ValueError):
    """The URL cannot be used."""


class Security(StrEnum):
    """How the line to the server is protected."""

    STARTTLS = "starttls"
    SSL = "ssl"
    INSECURE = "insecure"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRoute:
    """Through which server, from whom, to whom."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = ""
    sender: str
    name: str = "Season Watcher"
    recipients: tuple[str, ...]
    """Everybody who gets it: to, cc and bcc."""
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    reply_to: str = ""


_PORTS: Final = {Security.STARTTLS: 587, Security.SSL: 465, Security.INSECURE: 25}
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
_PARAMETERS: Final = frozenset(
    {"to", "from", "name", "smtp", "mode", "cc", "bcc", "reply", "user", "pass", "port", "insecure", "format", "verify"}
)
# Where the domain of an address is not its submission server.
_SERVERS: Final = {
    "gmail.com": "smtp.gmail.com",
    "googlemail.com": "smtp.gmail.com",
    "outlook.com": "smtp-mail.outlook.com",
    "hotmail.com": "smtp-mail.outlook.com",
    "live.com": "smtp-mail.outlook.com",
    "yahoo.com": "smtp.mail.yahoo.com",
    "icloud.com": "smtp.mail.me.com",
    "me.com": "smtp.mail.me.com",
    "fastmail.com": "smtp.fastmail.com",
    "gmx.de": "mail.gmx.net",
    "gmx.net": "mail.gmx.net",
    "gmx.com": "mail.gmx.com",
    "web.de": "smtp.web.de",
    "t-online.de": "securesmtp.t-online.de",
    "posteo.de": "posteo.de",
    "mailbox.org": "smtp.mailbox.org",
    "zoho.com": "smtp.zoho.com",
}


def parse_mailto(url: str) -> MailRoute:
    """Read a mail URL; raises `MailtoError`."""
    try:
        parts = urlsplit(url)
        domain, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise MailtoError("host or port cannot be read") from None
    given = _parameters(parts.query)
    host = given.get("smtp", "") or _SERVERS.get(domain, domain)
    if not re.fullmatch(r"[a-z0-9_.:-]+", host, re.IGNORECASE):
        raise MailtoError("names no server: mailtos://user:password@example.org?to=you@example.org")
    user = given.get("user", "") or unquote(parts.username or "")
    security = _security(parts.scheme.lower(), given, host, port)
    sender = _address(given.get("from", "") or _complete(user, domain), "from")
    to = tuple(_address(each, "to") for each in _recipients(given.get("to", ""), parts.path)) or (sender,)
    cc, bcc = (tuple(_address(each, key) for each in _list(given.get(key, ""))) for key in ("cc", "bcc"))
    return MailRoute(
        host=host,
        port=port or _PORTS[security],
        security=security,
        user=_complete(user, domain) if user and domain in _SERVERS else user,
        password=given.get("pass", "") or unquote(parts.password or ""),
        sender=sender,
        name=safe.cut(safe.line(given.get("name", "")), 80) or "Season Watcher",
        recipients=tuple(dict.fromkeys((*to, *cc, *bcc))),
        to=to,
        cc=cc,
        reply_to=_address(given["reply"], "reply") if given.get("reply") else "",
    )


def _parameters(query: str) -> dict[str, str]:
    given = {key.lower(): values[-1].strip() for key, values in parse_qs(query, keep_blank_values=True).items()}
    if unknown := sorted(set(given) - _PARAMETERS):
        raise MailtoError(f'unknown parameter "{safe.cut(safe.line(unknown[0]), 30)}"')
    if given.get("verify", "yes").lower() in {"no", "false", "0"}:
        raise MailtoError("certificates are always verified; verify=no is not offered")
    return given


def _security(scheme: str, given: dict[str, str], host: str, port: int | None) -> Security:
    mode = given.get("mode", "").lower()
    if mode and mode not in set(Security):
        raise MailtoError('mode must be "starttls", "ssl" or "insecure"')
    if mode:
        return Security(mode)
    if port == 465:
        return Security.SSL
    plain = given.get("insecure", "").lower() in {"yes", "true", "1"} or _is_loopback(host)
    return Security.INSECURE if scheme == "mailto" and plain else Security.STARTTLS


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _complete(user: str, domain: str) -> str:
    return user if "@" in user or not user else f"{user}@{domain}"


def _recipients(to: str, path: str) -> tuple[str, ...]:
    return (*_list(to), *(each for part in path.split("/") for each in _list(unquote(part))))


def _list(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _address(text: str, what: str) -> str:
    local, at, domain = text.rpartition("@")
    address = f"{local}@{safe.ascii_host(domain)}" if at else ""
    if not _ADDRESS.fullmatch(address):
        raise MailtoError(f'"{what}" is not an e-mail address' if text else f'has no "{what}" address')
    return address
