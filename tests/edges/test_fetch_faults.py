"""The rarer ways in which an exchange ends, and what is said about each."""

import asyncio
import socket

import httpx
import pytest

from tests.support.clock import START
from tests.support.fetching import client_tls, failing, fetch, fetcher, loopback_config, resolver
from tests.support.web import Answer, Raw, Web
from watcher.config.settings import Secret
from watcher.errors import FetchError
from watcher.fetch.connections import MAX_IDLE
from watcher.fetch.exchange import Request
from watcher.fetch.faults import fault, status_fault


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        running.page("/ok", b"fine")
        yield running


def test_a_proxy_that_refuses_is_named_as_such():
    with Web() as proxy:
        error = failing("https://far.test/", proxy=Secret(proxy.url("/")), resolve=resolver(), context=client_tls())
        assert [seen.method for seen in proxy.seen] == ["CONNECT"]
    assert error.reason == "refused"
    assert "proxy refused" in str(error)


def test_a_proxy_that_is_down_is_refused_too():
    with Web() as gone:
        url = gone.url("/")
    assert failing("http://far.test/", proxy=Secret(url), resolve=resolver()).reason == "refused"


def test_a_line_that_breaks_during_the_handshake():
    with Web(greeting=[]) as rude:
        error = failing(f"https://127.0.0.1:{rude.port}/")
    assert (error.reason, "during the TLS handshake" in str(error)) == ("tls", True)


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), "cannot be resolved just now"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "cannot be resolved"),
        (UnicodeError("label too long"), "cannot be resolved"),
    ],
)
def test_names_that_do_not_resolve(problem, says):
    async def broken(host, port):
        raise problem

    error = failing("http://lost.test/", resolve=broken)
    assert (error.reason, says in str(error)) == ("dns", True)


def test_a_name_without_any_address():
    assert failing("http://empty.test/", resolve=resolver(empty_test=[])).reason == "refused"


def test_a_server_that_hangs_up_without_a_word(web):
    web.raw("/mute")
    error = failing(web.url("/mute"))
    assert (error.reason, "without sending a response" in str(error)) == ("protocol", True)


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Type: text/html\r\nContent-Encoding: br\r\nContent-Length: 4\r\n\r\nxxxx",
        b"Content-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nxxxx",
        b"Content-Type: text/html\r\nContent-Length: 99\r\n\r\n<html>",
        b"Content-Type: text/html\r\nContent-Length: 999999\r\n\r\n" + b"<p>" * 99_999,
        b"Content-Type: image/png\r\nContent-Length: 4\r\n\r\nxxxx",
        b"\r\n",
    ],
)
def test_an_error_page_is_an_error_however_broken_it_is(web, sent):
    web.raw("/err", b"HTTP/1.1 403 Forbidden\r\n" + sent)
    error = failing(web.url("/err"))
    assert (error.reason, error.status, str(error)) == ("status", 403, f"127.0.0.1:{web.port}: HTTP 403 Forbidden")


def test_a_challenge_is_known_by_its_header_alone():
    error = status_fault(403, {"cf-mitigated": "challenge"}, b"", host="h", now=START)
    assert error.reason == "blocked"


def test_a_status_nobody_knows_has_no_phrase():
    error = status_fault(599, {}, b"", host="h", now=START)
    assert str(error) == "h: HTTP 599"


def test_foreign_bytes_never_reach_a_message():
    error = fault(httpx.RemoteProtocolError("illegal: \x1b[31m\r\nX: \u202e" + "a" * 500), "h")
    assert str(error).isascii() or "…" in str(error)
    assert str(error).isprintable()
    assert len(str(error)) < 200


def test_a_location_in_an_old_encoding_is_read(web):
    web.answers("/latin", Raw(lambda: [b"HTTP/1.1 302 Found\r\nLocation: /caf\xe9\r\n\r\n"]))
    web.page("/caf%C3%A9", b"coffee")
    assert fetch(web.url("/latin")).body == b"coffee"


def test_a_post_is_never_sent_twice():
    with Web() as fickle:
        fickle.page("/ok", b"fine")

        async def scenario():
            async with fetcher() as asking:
                await asking.fetch(Request(url=fickle.url("/ok")))
                fickle.raw("/ok")  # takes the next request on the open line, and hangs up
                with pytest.raises(FetchError):
                    await asking.fetch(Request(url=fickle.url("/ok"), method="POST", content=b"{}"))

        asyncio.run(scenario())
        assert [seen.method for seen in fickle.seen] == ["GET", "POST"]


def test_a_get_on_a_line_that_died_is_asked_again():
    with Web() as fickle:
        fickle.answers("/ok", Answer(b"one"), Raw(list), Answer(b"two"))

        async def scenario():
            async with fetcher() as asking:
                return [(await asking.fetch(Request(url=fickle.url("/ok")))).body for _ in range(2)]

        assert asyncio.run(scenario()) == [b"one", b"two"]
        assert (len(fickle.seen), fickle.connections) == (3, 2)


def test_idle_connections_are_few(web):
    count = MAX_IDLE + 10

    async def anywhere(host, port):
        return ["127.0.0.1"]

    async def scenario():
        async with fetcher(resolve=anywhere) as asking:
            for number in range(count):
                await asking.fetch(Request(url=f"http://h{number}.test:{web.port}/ok"))
            return len(asking._transport._idle)

    assert asyncio.run(scenario()) == MAX_IDLE


def test_limits_are_those_of_the_configuration(web):
    web.page("/big", bytes(5000))
    assert failing(web.url("/big"), raw_bytes=4999).reason == "too_large"
    assert failing(web.url("/big"), decoded_bytes=4999).reason == "too_large"
    assert len(fetch(web.url("/big"), raw_bytes=5000, decoded_bytes=5000).body) == 5000
    assert loopback_config(raw_bytes=7).limits.raw_bytes == 7
