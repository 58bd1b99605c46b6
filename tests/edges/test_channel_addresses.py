"""What a channel's URL means: mail routes, the terminal, and what is refused offline."""

from __future__ import annotations

import asyncio
import io

import pytest

from tests.support.news import AKUDAMA, BERLIN, NOW, channel, config, event
from watcher.errors import DeliveryError
from watcher.notify.channels import open_channel, validate_url
from watcher.notify.channels.console import ConsoleChannel
from watcher.notify.channels.mailto import MailtoError, Security, parse_mailto
from watcher.notify.render import render


@pytest.mark.parametrize(
    ("url", "host", "port", "security", "user", "sender", "recipients"),
    [
        ("mailtos://me:pw@example.org", "example.org", 587, Security.STARTTLS, "me", "me@example.org", ["me@example.org"]),
        ("mailto://me:pw@example.org", "example.org", 587, Security.STARTTLS, "me", "me@example.org", ["me@example.org"]),
        ("mailtos://me:pw@gmail.com", "smtp.gmail.com", 587, Security.STARTTLS, "me@gmail.com", "me@gmail.com", ["me@gmail.com"]),
        ("mailtos://me:pw@example.org:465", "example.org", 465, Security.SSL, "me", "me@example.org", ["me@example.org"]),
        ("mailtos://me:pw@example.org?mode=ssl", "example.org", 465, Security.SSL, "me", "me@example.org", ["me@example.org"]),
        ("mailtos://me:pw@example.org?smtp=mx.example.net&to=a@b.org", "mx.example.net", 587, Security.STARTTLS, "me", "me@example.org", ["a@b.org"]),
        ("mailto://localhost?from=a@b.org&to=c@d.org", "localhost", 25, Security.INSECURE, "", "a@b.org", ["c@d.org"]),
        ("mailtos://localhost?from=a@b.org", "localhost", 587, Security.STARTTLS, "", "a@b.org", ["a@b.org"]),
        ("mailto://127.0.0.1:1025?from=a@b.org", "127.0.0.1", 1025, Security.INSECURE, "", "a@b.org", ["a@b.org"]),
        ("mailto://me:pw@nas.lan?insecure=yes", "nas.lan", 25, Security.INSECURE, "me", "me@nas.lan", ["me@nas.lan"]),
        ("mailtos://me:pw@nas.lan?insecure=yes", "nas.lan", 587, Security.STARTTLS, "me", "me@nas.lan", ["me@nas.lan"]),
        ("mailtos://me%40x.org:p%40w@mx.org/a@b.org/c@d.org", "mx.org", 587, Security.STARTTLS, "me@x.org", "me@x.org", ["a@b.org", "c@d.org"]),
        ("mailtos://mx.org?user=me&pass=pw&from=me@bücher.example", "mx.org", 587, Security.STARTTLS, "me", "me@xn--bcher-kva.example", ["me@xn--bcher-kva.example"]),
        ("mailtos://me:pw@x.org?to=a@b.org,a@b.org&cc=a@b.org", "x.org", 587, Security.STARTTLS, "me", "me@x.org", ["a@b.org"]),
    ],
)  # fmt: skip
def test_mail_urls_are_read_as_apprise_reads_them(
    url: str, host: str, port: int, security: Security, user: str, sender: str, recipients: list[str]
) -> None:
    route = parse_mailto(url)
    assert (route.host, route.port, route.security, route.user) == (host, port, security, user)
    assert (route.sender, list(route.recipients)) == (sender, recipients)
    assert validate_url(url) is None


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mailtos://", "names no server"),
        ("mailtos://example.org", 'has no "from" address'),
        ("mailtos://me:CANARY@example.org:99999", "host or port"),
        ("mailtos://me:CANARY@example.org?to=nobody", '"to" is not an e-mail address'),
        ("mailtos://me:CANARY@example.org?to=a@b.org%0d%0aBcc:x@y.org", '"to" is not an e-mail address'),
        ("mailtos://me:CANARY@example.org?mode=plain", "mode must be"),
        ("mailtos://me:CANARY@example.org?verify=no", "always verified"),
        ("mailtos://me:CANARY@example.org?attach=/etc/passwd", 'unknown parameter "attach"'),
        ("mailtos://me:CANARY@example.org?reply=x", '"reply" is not an e-mail address'),
        ("mailtos://me:CANARY@example.org?smtp=a%20b", "names no server"),
    ],
)
def test_wrong_mail_urls_say_what_is_wrong_and_no_secret(url: str, says: str) -> None:
    with pytest.raises(MailtoError, match=says) as caught:
        parse_mailto(url)
    found = validate_url(url)
    assert found is not None
    assert "CANARY" not in found + repr(caught.value)
    with pytest.raises(DeliveryError):
        open_channel(channel("mail", url), config=config(), now=lambda: NOW)


def test_the_console_prints_between_rules() -> None:
    out = io.StringIO()
    asyncio.run(ConsoleChannel("c", stream=out).send(render(event(), title=AKUDAMA, timezone=BERLIN)))
    lines = out.getvalue().splitlines()
    assert lines[0] == lines[-1] == "─" * 72
    assert lines[1] == "Akudama Drive – season 2: announced"


def test_k12_a_closed_terminal_is_a_failed_delivery() -> None:
    out = io.StringIO()
    out.close()
    with pytest.raises(DeliveryError):
        asyncio.run(ConsoleChannel("c", stream=out).send(render(event(), title=AKUDAMA, timezone=BERLIN)))
