"""Apprise against a loopback receiver: what is sent, and what its answers are taken for."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
from collections.abc import Iterator
from datetime import timedelta

import apprise
import pytest

from tests.support.fetching import CERTS, server_tls
from tests.support.hostile import HOSTILE
from tests.support.news import AKUDAMA, BERLIN, NOW, channel, config, event, evidence
from tests.support.receivers import Hook
from tests.support.web import Answer, Raw, Web, free_port
from watcher.errors import DeliveryError
from watcher.model import EventType
from watcher.notify.channels import RefusedError, open_channel, validate_url
from watcher.notify.channels.apprise_channel import AppriseChannel
from watcher.notify.channels.services import SERVICES
from watcher.notify.render import render

MESSAGE = render(event(), title=AKUDAMA, timezone=BERLIN)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


def send(url: str, *, deadline: float = 45.0, allow: bool = True) -> None:
    settings = config() if allow else config(allow_networks=())
    to = AppriseChannel(channel("ap", url), config=settings, now=lambda: NOW, deadline=timedelta(seconds=deadline))
    asyncio.run(to.send(MESSAGE))


def failure(url: str, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url, **options)  # type: ignore[arg-type]
    return caught.value


def test_a_message_arrives_with_its_title_and_text(hook: Hook) -> None:
    send(f"json://127.0.0.1:{hook.port}/hook")
    [body] = hook.accepted
    assert body["title"] == "Akudama Drive – season 2: announced"
    assert "第2期の制作が決定しました" in body["message"]
    assert body["attachments"] == []


@pytest.mark.parametrize(
    ("status", "kind", "permanent"),
    [
        (401, DeliveryError, True),
        (404, DeliveryError, True),
        (429, DeliveryError, False),
        (503, DeliveryError, False),
        (500, RefusedError, False),
        (422, RefusedError, False),
    ],
)
def test_i5_status_codes_are_understood(hook: Hook, status: int, kind: type[DeliveryError], permanent: bool) -> None:
    hook.answers(Answer(status=status))
    error = failure(f"json://127.0.0.1:{hook.port}/hook")
    assert type(error) is kind
    assert error.permanent is permanent
    assert not error.uncertain


TOKEN = "3ccdd113474722377935511fc85d3dd4"
SPOKEN = {
    "json": ("/hook", "/hook"),
    "form": ("/hook", "/hook"),
    "ntfy": ("/topic", "/"),
    "gotify": ("/123456789012345", "/message"),
    "mmost": (f"/{TOKEN}", f"/hooks/{TOKEN}"),
    "apprise": (f"/{TOKEN}", "/notify"),
}
"""What stands in the URL, and where the service is really asked."""


def told(hook: Hook, service: str, answer: Answer | Raw) -> str:
    """Let a service answer so; return the URL of the channel."""
    path, asked = SPOKEN[service]
    hook.web.call(asked, lambda _: answer)
    return f"{service}://127.0.0.1:{hook.port}{path}"


@pytest.mark.parametrize("status", [401, 422, 429, 503])
@pytest.mark.parametrize("service", SPOKEN)
def test_i4_the_wait_that_a_service_asks_for_is_heard(hook: Hook, service: str, status: int) -> None:
    error = failure(told(hook, service, Answer(status=status, headers={"Retry-After": "90"})))
    assert error.retry_after == timedelta(seconds=90)
    assert str(error) == f"HTTP {status}"


LOGIN = b"<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head><body>Log in</body></html>"
AS_PAGE = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize("service", SPOKEN)
def test_i18_a_web_page_in_place_of_a_service_is_no_yes(hook: Hook, service: str) -> None:
    error = failure(told(hook, service, Answer(LOGIN, 200, AS_PAGE)))
    assert "web page" in str(error)
    assert not error.permanent
    assert error.uncertain is SERVICES[service].free
    send(told(hook, service, Answer(b'{"id": "1"}', 200, {"Content-Type": "application/json"})))
    send(told(hook, service, Answer(b"ok", 200, AS_PAGE)))


def test_i18_over_tls_a_program_of_ones_own_may_answer_with_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTS / "ca.pem"))
    with Web(tls=server_tls("good")) as web:
        for path in ("/hook", "/"):
            web.answers(path, Answer(LOGIN, 200, AS_PAGE))
        send(f"jsons://good.test:{web.port}/hook")
        assert len(web.asked("/hook")) == 1
        assert "web page" in str(failure(f"ntfys://good.test:{web.port}/topic"))


def test_an_answer_without_end_is_read_for_a_megabyte(hook: Hook) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
        for _ in range(4096):
            sent += 65536
            yield b" " * 65536

    send(told(hook, "json", Raw(endless)))
    assert sent < 64 << 20


def test_i2_a_line_that_breaks_after_the_request_is_uncertain(hook: Hook) -> None:
    hook.answers(Raw(lambda: ()))
    error = failure(f"json://127.0.0.1:{hook.port}/hook")
    assert error.uncertain


def test_i2_a_line_that_breaks_within_the_answer_is_uncertain(hook: Hook) -> None:
    hook.answers(Raw(lambda: [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"]))
    error = failure(f"json://127.0.0.1:{hook.port}/hook")
    assert error.uncertain
    assert not error.permanent


def test_a_closed_port_is_certainly_not_reached() -> None:
    with free_port() as port:
        error = failure(f"json://127.0.0.1:{port}/hook")
    assert (error.uncertain, error.permanent) == (False, False)


def test_i3_a_deadline_that_passes_is_uncertain(hook: Hook) -> None:
    hook.answers(Answer(delay=3.0))
    error = failure(f"json://127.0.0.1:{hook.port}/hook", deadline=0.3)
    assert error.uncertain


def test_i3_our_own_patience_is_longer_than_apprises_four_seconds() -> None:
    to = AppriseChannel(channel("ap", "json://127.0.0.1/hook"), config=config(), now=lambda: NOW)
    [plugin] = to._apprise.services
    assert isinstance(plugin, apprise.NotifyBase)
    assert plugin.request_timeout == (10.0, 30.0)


def test_redirects_are_not_followed_even_if_the_url_asks_for_it(hook: Hook) -> None:
    with Hook() as other:
        hook.answers(Answer(status=307, headers={"Location": other.web.url("/hook")}))
        failure(f"json://127.0.0.1:{hook.port}/hook?redirect=yes")
        assert other.seen == []


def test_a_private_address_is_refused_before_anything_is_sent(hook: Hook) -> None:
    error = failure(f"json://127.0.0.1:{hook.port}/hook", allow=False)
    assert error.permanent
    assert hook.seen == []


def test_k8_no_log_line_of_apprise_carries_the_secret(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hook.answers(Answer(status=500))
    error = failure(f"json://user:CANARY1@127.0.0.1:{hook.port}/hook?+X-Key=CANARY2")
    assert "CANARY" not in caplog.text + repr(error)


def test_j12_nothing_from_a_feed_becomes_an_attachment(hook: Hook) -> None:
    found = evidence(quote="attach=file:///etc/passwd", url="https://x.example/?attach=file:///etc/passwd")
    evil = render(event(evidence=(found,)), title=AKUDAMA, timezone=BERLIN)
    to = AppriseChannel(channel("ap", f"json://127.0.0.1:{hook.port}/hook"), config=config(), now=lambda: NOW)
    asyncio.run(to.send(evil))
    assert hook.accepted[0]["attachments"] == []
    assert "root:" not in json.dumps(hook.accepted)


def test_i19_an_unknown_scheme_names_the_nearest_and_hides_the_rest() -> None:
    found = validate_url("ntyf://CANARY:CANARY@host/topic")
    assert found is not None
    assert '"ntfy"' in found
    assert "CANARY" not in found


def test_n7_only_listed_services_can_be_configured() -> None:
    assert validate_url("syslog://localhost") is not None
    with pytest.raises(DeliveryError):
        open_channel(channel("x", "syslog://localhost"), config=config(), now=lambda: NOW)


def test_every_listed_service_exists_in_apprise() -> None:
    known = set()
    for plugin in apprise.manager_plugins.NotificationManager().plugins():
        for each in (plugin.protocol, plugin.secure_protocol):
            known |= {each} if isinstance(each, str) else set(each or ())
    assert set(SERVICES) <= known


@pytest.mark.parametrize(
    "url",
    [
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "matrixs://user:pass@matrix.example/#room",
        "mmosts://mattermost.example/3ccdd113474722377935511fc85d3dd4",
        "rockets://user:pass@rocket.example/#channel",
        "ntfys://topic",
        "ntfy://user:pass@ntfy.example/topic",
        "gotifys://gotify.example/ABCDEFGHIJKLMNO",
        "pover://ufaabbccddeeffgghhiijjkkllmmnn@aabbccddeeffgghhiijjkkllmmnnoo",
        "gchat://workspace/key/token",
        "signals://signal.example/+15551234567/+15557654321",
    ],
)
def test_urls_as_documented_are_accepted_and_text_goes_through_unconverted(url: str) -> None:
    assert validate_url(url) is None
    to = AppriseChannel(channel("ap", url), config=config(), now=lambda: NOW)
    [plugin] = to._apprise.services
    assert isinstance(plugin, apprise.NotifyBase)
    service = to._service
    assert plugin.resolve_format(service.format) == service.format
    limit = plugin.body_maxlen if isinstance(plugin.body_maxlen, int) else 10**9
    assert service.form.limit <= limit
    assert bool(service.title) <= (plugin.title_maxlen > 0)


# -- what the services themselves would see ----------------------------------------------------------


def posted(hook: Hook, url: str, text: str, path: str = "/hook") -> dict[str, object]:
    """Send a message full of *text* through the real plugin, with its service's address led to the hook."""
    found = evidence(headline=text, quote=text, publisher=text)
    one = event(type=EventType.STREAMING, platform=text, known_before=text, evidence=(found,))
    to = AppriseChannel(channel("ap", url), config=config(), now=lambda: NOW)
    [plugin] = to._apprise.services
    plugin.notify_url = hook.web.url(path)  # type: ignore[union-attr]
    asyncio.run(to.send(render(one, title=AKUDAMA, timezone=BERLIN)))
    return json.loads(hook.web.seen[-1].body)


@pytest.fixture
def everywhere() -> Iterator[Hook]:
    """A receiver that says yes on every path that the plugins use."""
    with Hook() as opened:
        paths = ("/hook/1234/abcd", "/hook123456789:abcdefg_hijklmnop/sendMessage", "/topic", "/", "/message")
        for path in (*paths, "/hooks/3ccdd113474722377935511fc85d3dd4"):
            opened.web.call(path, lambda _: Answer(b'{"ok": true, "id": "1"}'))
        yield opened


def test_j1_j2_discord_gets_no_ping_and_no_markup(everywhere: Hook) -> None:
    for text in HOSTILE.values():
        body = posted(everywhere, "discord://1234/abcd", text)
        content = str(body["content"])
        assert len(content.encode("utf-16-le")) // 2 <= 2000
        assert not re.search(r"@(everyone|here)|<[@#:/t]", content)
        assert "allow_mentions" not in body
        assert content.count("**") % 2 == 0
        assert "https://akudama-drive.com/news/1" in content


def test_j3_telegram_gets_our_tags_only(everywhere: Hook) -> None:
    for text in HOSTILE.values():
        body = posted(everywhere, "tgram://123456789:abcdefg_hijklmnop/12315544/", text)
        content = str(body["text"])
        assert body["parse_mode"] == "HTML"
        assert set(re.findall(r"</?([a-z]+)", content)) <= {"b", "i"}
        assert len(content.encode("utf-16-le")) // 2 <= 4096
        assert "https://akudama-drive.com/news/1" in content


@pytest.mark.parametrize("scheme", ["ntfy", "gotify", "mmost"])
def test_j1_services_of_ones_own_get_no_ping(everywhere: Hook, scheme: str) -> None:
    rest = {"ntfy": "topic", "gotify": "ABCDEFGHIJKLMNO", "mmost": "3ccdd113474722377935511fc85d3dd4"}[scheme]
    for text in HOSTILE.values():
        body = posted(everywhere, f"{scheme}://127.0.0.1:{everywhere.port}/{rest}", text)
        content = str(body.get("message", body.get("text")))
        assert not re.search(r"@(everyone|here|channel|all)\b", content)
        assert "https://akudama-drive.com/news/1" in content
        if scheme == "ntfy":
            assert len(content.encode()) <= 4096
