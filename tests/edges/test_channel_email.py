"""Our own mail sender against a real SMTP server: mails are read back."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.news import AKUDAMA, BERLIN, NOW, channel, config, event, evidence
from tests.support.receivers import Mailbox
from tests.support.web import free_port
from watcher.errors import DeliveryError
from watcher.model import EventType, Tier
from watcher.notify.channels import RefusedError, open_channel
from watcher.notify.channels.base import Channel
from watcher.notify.message import Message
from watcher.notify.render import render

CERTS = Path(__file__).parents[1] / "support" / "certs"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


def mail_channel(box: Mailbox, *, query: str = "to=me@example.org", user: str = "", scheme: str = "mailto") -> Channel:
    url = f"{scheme}://{user}127.0.0.1:{box.port}?from=watcher@example.org&{query}"
    return open_channel(channel("mail", url), config=config(), now=lambda: NOW)


def message(*, repeat: bool = False, **changes: object) -> Message:
    return render(event(**changes), title=AKUDAMA, timezone=BERLIN, repeat=repeat)


def send(to: Channel, one: Message | None = None) -> None:
    asyncio.run(to.send(one or message()))


def failure(to: Channel, one: Message | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(to, one)
    return caught.value


def test_a_mail_is_multipart_with_the_same_words_in_both_parts(box: Mailbox) -> None:
    send(mail_channel(box))
    [mail] = box.mails
    assert mail.message.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        text = mail.part(kind)
        assert "Akudama Drive – season 2: announced" in text
        assert "TVアニメ「アクダマドライブ」第2期の制作が決定しました。" in text
        assert "https://akudama-drive.com/news/k3f9a2" in text
        assert "watcher explain k3f9a2" in text


def test_the_headers_say_what_kind_of_mail_it_is(box: Mailbox) -> None:
    send(mail_channel(box))
    head = box.mails[0].message
    assert head["Subject"] == "Akudama Drive – season 2: announced"
    assert head["From"] == "Season Watcher <watcher@example.org>"
    assert head["To"] == "me@example.org"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head["List-Id"] == "Season Watcher <season-watcher.example.org>"
    assert head["X-Season-Watcher-Ref"] == "k3f9a2"
    assert head["Date"].datetime == NOW


def test_i16_a_repeat_has_the_same_message_id_and_another_message_another(box: Mailbox) -> None:
    to = mail_channel(box)
    for one in (message(), message(repeat=True), render(event("other1"), title=AKUDAMA, timezone=BERLIN)):
        send(to, one)
    ids = [mail.message["Message-ID"] for mail in box.mails]
    assert ids[0] == ids[1] != ids[2]
    assert "Possible repeat" in box.mails[1].part("plain")
    assert "Possible repeat" in box.mails[1].part("html")


def test_to_cc_and_bcc_all_get_it_and_bcc_stays_hidden(box: Mailbox) -> None:
    send(
        mail_channel(box, query="to=a@example.org,b@example.org&cc=c@example.org&bcc=d@example.org&reply=r@example.org")
    )
    [mail] = box.mails
    assert mail.recipients == ("a@example.org", "b@example.org", "c@example.org", "d@example.org")
    assert mail.message["Cc"] == "c@example.org"
    assert mail.message["Reply-To"] == "r@example.org"
    assert b"d@example.org" not in mail.raw


def test_j4_line_breaks_in_foreign_text_make_no_header(box: Mailbox) -> None:
    evil = "Title\r\nBcc: victim@example.org\r\n\r\nhello"
    found = evidence(publisher=evil, headline=evil, quote=evil, source=evil)
    send(mail_channel(box), message(type=EventType.STREAMING, platform=evil, evidence=(found,)))
    [mail] = box.mails
    assert mail.message["Bcc"] is None
    assert mail.recipients == ("me@example.org",)
    assert "\n" not in mail.message["Subject"]
    assert "Bcc: victim@example.org" in mail.message["Subject"]


def test_j5_a_lone_dot_and_a_very_long_line_survive(box: Mailbox) -> None:
    quote = ".\n" + "あ" * 500 + "x" * 10_000
    send(mail_channel(box), message(evidence=(evidence(quote=quote),)))
    assert max(map(len, box.mails[0].raw.split(b"\r\n"))) <= 998
    assert ". あああ" in box.mails[0].part("plain")


def test_j3_markup_from_outside_is_dead_in_the_html_part(box: Mailbox) -> None:
    evil = '<script>alert(1)</script><img src="http://evil/x.png" onerror=alert(1)><a href="http://evil">x</a><svg onload=x>'
    send(mail_channel(box), message(evidence=(evidence(quote=evil, headline=evil, publisher=evil),)))
    html = box.mails[0].part("html")
    for live in ("<script", "<img", "<svg", 'href="http://evil'):
        assert live not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert(1)</script>" in box.mails[0].part("plain").replace("\u200b", "")


def test_no_remote_content_in_a_mail(box: Mailbox) -> None:
    send(mail_channel(box))
    html = box.mails[0].part("html")
    assert "src=" not in html
    assert "url(" not in html
    assert html.count("http") == html.count("https://akudama-drive.com/news/k3f9a2")


def test_i16_greylisting_is_tried_again(box: Mailbox) -> None:
    box.replies["RCPT"] = ["451 4.7.1 try again later", "250 OK"]
    to = mail_channel(box)
    error = failure(to)
    assert (error.permanent, error.uncertain) == (False, False)
    send(to)
    assert len(box.mails) == 1


def test_i16_one_unknown_recipient_of_three_does_not_stop_the_others(box: Mailbox) -> None:
    box.refuse["b@example.org"] = "550 5.1.1 no such user"
    send(mail_channel(box, query="to=a@example.org,b@example.org,c@example.org"))
    assert [mail.recipients for mail in box.mails] == [("a@example.org", "c@example.org")]


def test_i16_only_the_postponed_recipient_gets_it_at_the_second_try(box: Mailbox) -> None:
    box.replies["RCPT"] = ["250 OK", "451 later", "250 OK"]
    to = mail_channel(box, query="to=a@example.org,b@example.org")
    assert not failure(to).uncertain
    send(to)
    assert [mail.recipients for mail in box.mails] == [("a@example.org",), ("b@example.org",)]


def test_i16_nobody_taken_is_a_permanent_refusal(box: Mailbox) -> None:
    box.refuse["me@example.org"] = "550 5.1.1 no such user"
    error = failure(mail_channel(box))
    assert isinstance(error, RefusedError)
    assert error.permanent


@pytest.mark.parametrize(
    ("step", "reply", "permanent"),
    [
        ("MAIL", "451 4.3.0 busy", False),
        ("MAIL", "550 5.7.1 sender refused", True),
        ("DATA", "452 4.3.1 disk full", False),
        ("DATA", "554 5.6.0 content refused", True),
    ],
)
def test_i16_replies_of_4xx_are_tried_again_and_5xx_are_not(
    box: Mailbox, step: str, reply: str, permanent: bool
) -> None:
    box.replies[step] = [reply]
    error = failure(mail_channel(box))
    assert error.permanent is permanent
    assert not error.uncertain
    assert box.mails == []


def test_i16_a_line_cut_after_the_mail_is_uncertain(box: Mailbox) -> None:
    box.replies["DATA"] = ["HANGUP"]
    error = failure(mail_channel(box))
    assert error.uncertain
    assert not error.permanent
    assert len(box.mails) == 1


def test_a_closed_port_is_tried_again() -> None:
    with free_port() as port:
        to = open_channel(
            channel("mail", f"mailto://127.0.0.1:{port}?from=a@example.org"), config=config(), now=lambda: NOW
        )
        error = failure(to)
    assert (error.permanent, error.uncertain) == (False, False)


def test_i16_without_starttls_nothing_is_sent(box: Mailbox) -> None:
    error = failure(mail_channel(box, scheme="mailtos"))
    assert error.permanent
    assert "STARTTLS" in str(error)
    assert box.mails == []
    assert box.commands == []


def tls(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTS / name)
    return context


def named(box: Mailbox, monkeypatch: pytest.MonkeyPatch, *, scheme: str = "mailtos", query: str = "") -> Channel:
    """Make a channel to the name that the good certificate carries, which leads to the mailbox."""
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTS / "ca.pem"))
    url = f"{scheme}://me:s3cret@good.test:{box.port}?from=watcher@example.org&to=me@example.org{query}"
    return open_channel(channel("mail", url), config=config(), now=lambda: NOW)


@pytest.mark.parametrize("certificate", ["expired.pem", "self_signed.pem"])
def test_i16_a_bad_certificate_is_refused(certificate: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Mailbox(tls=tls(certificate), login=("me", "s3cret")) as box:
        error = failure(named(box, monkeypatch))
        assert error.permanent
        assert "certificate" in str(error)
        assert box.mails == []


def test_i16_a_certificate_for_another_host_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTS / "ca.pem"))
    with Mailbox(tls=tls("good.pem")) as box:
        assert "certificate" in str(failure(mail_channel(box, scheme="mailtos")))
        assert box.mails == []


def test_starttls_and_login_with_a_good_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    with Mailbox(tls=tls("good.pem"), login=("me", "s3cret")) as box:
        send(named(box, monkeypatch))
        assert [(mail.tls, mail.user) for mail in box.mails] == [(True, "me")]


def test_a_wrong_password_is_permanent_and_never_shown() -> None:
    with Mailbox(login=("me", "s3cret")) as box:
        error = failure(mail_channel(box, user="me:wr0ngCANARY@"))
        assert error.permanent
        assert "CANARY" not in repr(error)
        assert box.mails == []


def test_loopback_is_refused_unless_allowed(box: Mailbox) -> None:
    to = open_channel(
        channel("mail", f"mailto://127.0.0.1:{box.port}?from=a@example.org"),
        config=config(allow_networks=()),
        now=lambda: NOW,
    )
    error = failure(to)
    assert error.permanent
    assert "allow_networks" in str(error)


def test_a_late_message_says_since_when_it_is_known(box: Mailbox) -> None:
    late = render(event(), title=AKUDAMA, timezone=BERLIN, now=NOW + timedelta(days=3))
    send(mail_channel(box), late)
    assert "known since Saturday 21 November 2026, 13:00" in box.mails[0].part("plain")


def test_right_to_left_quotes_keep_their_place(box: Mailbox) -> None:
    found = evidence(quote="הוכרזה עונה שנייה", language="he", tier=Tier.PRESS)
    send(mail_channel(box), message(evidence=(found,)))
    assert '<blockquote dir="auto" lang="he">“הוכרזה עונה שנייה”</blockquote>' in box.mails[0].part("html")
    assert "“\u2068הוכרזה עונה שנייה\u2069”" in box.mails[0].part("plain")
