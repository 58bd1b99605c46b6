"""The JSON webhook: shape, keys, status classes, and that it goes nowhere it must not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.support.hostile import HOSTILE
from tests.support.news import AKUDAMA, BERLIN, NOW, channel, config, event, evidence, notice
from tests.support.receivers import Hook
from tests.support.web import Answer, Raw, free_port
from watcher.errors import DeliveryError
from watcher.fuzzydate import FuzzyDate
from watcher.model import EventType
from watcher.notify.channels import RefusedError, validate_url
from watcher.notify.channels.webhook import WebhookChannel, retry_after
from watcher.notify.message import Message
from watcher.notify.render import render


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as opened:
        yield opened


def message(**changes: object) -> Message:
    return render(event(**changes), title=AKUDAMA, timezone=BERLIN)


def send(url: str, one: Message | None = None, *, id_: str = "hook", deadline: float = 5.0, allow: bool = True) -> None:
    settings = config() if allow else config(allow_networks=())
    to = WebhookChannel(channel(id_, url), config=settings, now=lambda: NOW, deadline=timedelta(seconds=deadline))
    asyncio.run(to.send(one or message()))


def failure(url: str, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url, **options)  # type: ignore[arg-type]
    return caught.value


def test_the_documented_shape(hook: Hook) -> None:
    slot = FuzzyDate.day(2027, 10, 2, slot="25:30", zone="Asia/Tokyo")
    send(hook.url, message(type=EventType.RELEASE_DATE, date=slot, before=FuzzyDate.month(2027, 10)))
    [body] = hook.accepted
    assert list(body) == [
        "version", "key", "kind", "refs", "subject", "text", "link", "repeat", "late", "at", "channel", "items",
    ]  # fmt: skip
    assert (body["version"], body["kind"], body["refs"], body["channel"]) == (1, "event", ["k3f9a2"], "hook")
    [item] = body["items"]
    assert list(item) == [
        "kind", "ref", "type", "title", "title_id", "season", "part", "medium", "date", "before", "platform", "names",
        "takes_back", "listed", "confirmed", "known_before", "evidence", "at",
    ]  # fmt: skip
    assert item["date"] == {
        "text": "2027-10-02",
        "precision": "day",
        "earliest": "2027-10-02",
        "latest": "2027-10-02",
        "slot": "25:30",
        "zone": "Asia/Tokyo",
        "airs_at": "2027-10-03T01:30:00+09:00",
    }
    assert list(item["evidence"][0]) == [
        "source", "publisher", "tier", "url", "headline", "quote", "language", "published",
    ]  # fmt: skip


def test_a_notice_has_a_shape_of_its_own(hook: Hook) -> None:
    send(hook.url, render(notice(), title=None, timezone=BERLIN))
    [item] = hook.accepted[0]["items"]
    assert list(item) == ["kind", "ref", "type", "subject", "text", "at"]


def test_the_key_is_the_same_for_a_repeat_and_differs_by_channel(hook: Hook) -> None:
    again = render(event(), title=AKUDAMA, timezone=BERLIN, repeat=True)
    for one, id_ in ((message(), "a"), (again, "a"), (message(), "b")):
        send(hook.url, one, id_=id_)
    keys = [seen.headers["idempotency-key"] for seen in hook.seen]
    assert keys[0] == keys[1] != keys[2]
    assert [body["key"] for body in hook.accepted] == keys


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_2xx_is_a_yes(hook: Hook, status: int) -> None:
    hook.answers(Answer(status=status))
    send(hook.url)


@pytest.mark.parametrize(
    ("status", "refused", "permanent"),
    [(s, False, False) for s in (408, 425, 429, 502, 503, 504)]
    + [(s, False, True) for s in (301, 302, 307, 308, 401, 403, 404, 410)]
    + [(500, True, False), (501, True, False), (400, True, True), (413, True, True), (422, True, True)],
)
def test_status_classes(hook: Hook, status: int, refused: bool, permanent: bool) -> None:
    hook.answers(Answer(status=status, headers={"Location": "/elsewhere"}))
    error = failure(hook.url)
    assert isinstance(error, RefusedError) is refused
    assert (error.permanent, error.uncertain) == (permanent, False)
    assert f"HTTP {status}" in str(error)


def test_redirects_are_never_followed(hook: Hook) -> None:
    with Hook() as other:
        hook.answers(Answer(status=307, headers={"Location": other.web.url("/hook")}))
        failure(hook.url)
        assert other.seen == []


def test_an_answer_that_never_comes_is_uncertain(hook: Hook) -> None:
    hook.answers(Answer(delay=5))
    assert failure(hook.url, deadline=0.2).uncertain


def test_a_line_that_breaks_after_the_request_is_uncertain(hook: Hook) -> None:
    hook.answers(Raw(lambda: ()))
    assert failure(hook.url).uncertain


def test_an_endless_answer_is_not_read(hook: Hook) -> None:
    hook.answers(Raw(lambda: [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n", 0.05] * 200]))
    send(hook.url, deadline=2.0)


def test_i18_a_closed_port_and_a_name_without_address_are_certain_failures() -> None:
    with free_port() as port:
        closed = failure(f"webhook+http://127.0.0.1:{port}/x")
    nameless = failure("webhook+http://no-such-name.invalid/x")
    for error in (closed, nameless):
        assert (error.permanent, error.uncertain) == (False, False)


LOGIN = b"<!DOCTYPE html><html><head><title>Welcome to the guest network</title></head><body>Log in</body></html>"


@pytest.mark.parametrize("page", [LOGIN, b" \n<html>", b"<!-- portal -->\r\n<!doctype HTML>", b"<head></head>"])
def test_i18_a_web_page_in_place_of_the_receiver_is_no_yes(hook: Hook, page: bytes) -> None:
    hook.answers(Answer(page, 200, {"Content-Type": "text/html; charset=utf-8"}))
    error = failure(hook.url)
    assert (error.permanent, error.uncertain) == (False, True)
    assert "log-in of a network" in str(error)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"ok", "text/html"), (b"", "text/html"), (b'{"ok": true}', "application/json"), (b"<ok/>", "text/xml"), (LOGIN, "text/plain")],
)  # fmt: skip
def test_i18_what_receivers_say_beside_their_yes_does_not_matter(hook: Hook, body: bytes, kind: str) -> None:
    hook.answers(Answer(body, 200, {"Content-Type": kind}))
    send(hook.url)


def test_private_addresses_are_refused_unless_allowed(hook: Hook) -> None:
    for host in ("127.0.0.1", "localhost"):
        error = failure(f"webhook+http://{host}:{hook.port}/hook", allow=False)
        assert error.permanent
    assert hook.seen == []


def test_k8_errors_do_not_carry_the_address(hook: Hook) -> None:
    hook.answers(Answer(status=500))
    with free_port() as port:
        errors = [
            failure(hook.url + "?token=CANARY"),
            failure(f"webhook+http://user:CANARY@127.0.0.1:{port}/CANARY"),
            failure("webhook+http://CANARY.invalid/x"),
        ]
    assert "CANARY" not in " ".join(map(repr, errors))


def test_every_hostile_string_arrives(hook: Hook) -> None:
    for name, text in HOSTILE.items():
        found = evidence(headline=text, quote=text, publisher=text, url=text)
        send(hook.url, message(platform=text, names=(text,), known_before=text, evidence=(found,)))
        assert hook.accepted[-1]["refs"] == ["k3f9a2"], name
        json.loads(hook.seen[-1].body)
    assert len(hook.accepted) == len(HOSTILE)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("3", timedelta(seconds=3)),
        ("0", timedelta(0)),
        ("99999999999", timedelta(days=30)),
        ("Sat, 21 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sat, 21 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("３", None),
    ],
)
def test_i4_retry_after_is_read_in_both_forms(value: str, wait: timedelta | None) -> None:
    assert retry_after(value, now=NOW) == wait


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("webhook+https://example.org/x", True),
        ("webhook+http://[::1]:8080/x", True),
        ("webhook+https://", False),
        ("webhook+https://x:99999/", False),
        ("webhook+ftp://x/", False),
        ("webhook://x/", False),
        ("https://example.org/x", False),
        ("console:", True),
    ],
)
def test_addresses_are_checked_offline(url: str, fine: bool) -> None:
    assert (validate_url(url) is None) is fine
