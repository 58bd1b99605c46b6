"""Group B of the fault catalogue, the half with sockets: where connections go, and what goes with them."""

import asyncio
import sys
from contextlib import contextmanager

import httpx
import pytest

from tests.support.fetching import (
    CERTS,
    client_tls,
    failing,
    fetch,
    fetcher,
    loopback_config,
    resolver,
    server_tls,
)
from tests.support.web import Answer, Web
from watcher.config.settings import Secret
from watcher.errors import FetchError
from watcher.fetch.address import AddressError
from watcher.fetch.client import user_agent
from watcher.fetch.connections import guarded_transport, tls_context
from watcher.fetch.exchange import Request

_spies: list[list[object]] = []


def _spy(event, arguments):
    if event == "socket.connect":
        for spy in _spies:
            spy.append(arguments[1])


sys.addaudithook(_spy)


@contextmanager
def connections():
    """Record every address that any socket of this process connects to."""
    seen: list[object] = []
    _spies.append(seen)
    try:
        yield seen
    finally:
        _spies.remove(seen)


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        running.page("/ok", b"fine")
        yield running


@pytest.fixture(scope="module")
def other():
    with Web() as running:
        running.page("/ok", b"other")
        yield running


@pytest.mark.parametrize(
    "target",
    ["file:///etc/passwd", "ftp://example.org/", "data:text/plain,x", "gopher://example.org/", "javascript:1"],
)
def test_b1_redirects_to_other_schemes_are_refused(web, target):
    web.redirect("/away", target)
    assert failing(web.url("/away")).reason == "scheme"


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "[::1]",
        "[fc00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "224.0.0.1",
        "0.0.0.0",
        "127.0.0.2",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0",
        "[::ffff:127.0.0.2]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
    ],
)
def test_b2_b3_b4_redirects_inwards_reach_no_socket(web, host):
    web.redirect("/in", f"http://{host}:{web.port}/ok")
    with connections() as connected:
        error = failing(web.url("/in"), allow=("127.0.0.1/32",))
    assert error.reason == "address"
    assert connected == [("127.0.0.1", web.port)]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "127.1", "inner.test", "mapped.test"])
def test_b2_b3_nothing_private_is_reached_without_being_allowed(web, host):
    names = resolver(localhost="127.0.0.1", inner_test="10.0.0.1", mapped_test="::ffff:127.0.0.1")
    before = web.connections
    with connections() as connected:
        error = failing(f"http://{host}:{web.port}/ok", allow=(), resolve=names)
    assert error.reason == "address"
    assert (connected, web.connections) == ([], before)


def test_b2_the_systems_own_resolver_is_guarded_too(web):
    with connections() as connected:
        error = failing(f"http://localhost:{web.port}/ok", allow=())
    assert error.reason == "address"
    assert not [address for address in connected if address[1] == web.port]


def test_b5_a_name_is_resolved_once_and_the_checked_address_is_used(web):
    answers = [["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]]
    asked = []

    async def rebinding(host, port):
        asked.append(host)
        return answers[len(asked) - 1]

    with connections() as connected:
        response = fetch(f"http://turncoat.test:{web.port}/ok", allow=("127.0.0.1/32",), resolve=rebinding)
    assert response.body == b"fine"
    assert (asked, connected) == (["turncoat.test"], [("127.0.0.1", web.port)])
    assert web.seen[-1].headers["host"] == f"turncoat.test:{web.port}"


def test_b5_a_name_that_turns_inwards_later_is_refused_then(web):
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    web.raw("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")  # so that no line stays open

    async def rebinding(host, port):
        return answers.pop(0)

    async def twice():
        async with fetcher(allow=("127.0.0.1/32",), resolve=rebinding) as asking:
            request = Request(url=f"http://turncoat.test:{web.port}/cut")
            with pytest.raises(FetchError) as first:
                await asking.fetch(request)
            with pytest.raises(FetchError) as second:
                await asking.fetch(request)
            return first.value.reason, second.value.reason

    assert asyncio.run(twice()) == ("truncated", "address")


def test_b6_one_private_address_spoils_the_name(web):
    mixed = resolver(mixed_test=["127.0.0.1", "10.0.0.1"])
    with connections() as connected:
        error = failing(f"http://mixed.test:{web.port}/ok", allow=("127.0.0.0/8",), resolve=mixed)
    assert (error.reason, connected) == ("address", [])


def test_a_name_with_a_dead_address_first_is_reached_by_the_next(web):
    both = resolver(both_test=["127.0.0.9", "127.0.0.1"])
    with Web(host="127.0.0.1") as live:
        live.page("/", b"reached")
        assert fetch(f"http://both.test:{live.port}/", resolve=both).body == b"reached"


def test_an_unknown_name_is_named(web):
    error = failing("http://nowhere.test/secret", resolve=resolver())
    assert (error.reason, str(error)) == ("dns", "nowhere.test: its name cannot be resolved")


@pytest.mark.parametrize(
    "location",
    ["http:\\\\127.0.0.1\\x", "/\\127.0.0.1/", "http://good.test@127.0.0.1/", "/a\tb", "http://127.0.0.1:0/"],
)
def test_b7_tricky_locations_are_refused(web, location):
    web.redirect("/tricky", location)
    with connections() as connected:
        error = failing(web.url("/tricky"))
    assert error.reason in {"address", "protocol"}
    assert len(connected) == 1


def test_b7_the_location_is_read_by_the_parser_that_connects(web):
    web.redirect("/hash", f"http://127.0.0.1:{web.port}/ok#@10.0.0.1/")
    assert fetch(web.url("/hash")).url == web.url("/ok")
    web.redirect("/space", " /ok ")
    assert fetch(web.url("/space")).body == b"fine"
    web.redirect("/next", "/ok?next=http://10.0.0.1/")
    assert fetch(web.url("/next")).body == b"fine"


def test_b8_https_never_falls_back_to_http(web):
    with Web(tls=server_tls("good")) as secure:
        secure.redirect("/down", web.url("/ok"), status=301)
        before = len(web.seen)
        error = failing(
            secure.url("/down", host="good.test"), resolve=resolver(good_test="127.0.0.1"), context=client_tls()
        )
    assert (error.reason, len(web.seen)) == ("redirect", before)
    assert "from https to plain http" in str(error)


SECRETS = (("X-API-Key", "k-canary"), ("Authorization", "Bearer t-canary"), ("X-MAL-CLIENT-ID", "m-canary"))


def test_b9_extra_headers_never_leave_their_origin(web, other):
    web.redirect("/out", other.url("/back"))
    other.redirect("/back", web.url("/ok"))
    fetch(Request(url=web.url("/out"), headers=SECRETS))
    first, last = web.asked("/out")[-1], web.asked("/ok")[-1]
    assert first.headers["x-api-key"] == "k-canary"
    assert "canary" not in str(other.asked("/back")[-1])
    assert "canary" not in str(last)  # once out, they stay away


def test_b9_extra_headers_stay_within_their_origin(web):
    web.redirect("/within", "/ok")
    fetch(Request(url=web.url("/within"), headers=SECRETS))
    assert web.asked("/ok")[-1].headers["authorization"] == "Bearer t-canary"


def test_b9_credentials_in_the_url_are_headers_of_its_origin(web, other):
    web.redirect("/cred", "/there")
    web.redirect("/there", other.url("/ok"))
    url = web.url("/cred").replace("http://", "http://user:p%40ss@")
    response = fetch(url)
    assert web.asked("/cred")[-1].headers["authorization"] == "Basic dXNlcjpwQHNz"
    assert "authorization" in web.asked("/there")[-1].headers
    assert "authorization" not in other.asked("/ok")[-1].headers
    assert "user" not in response.url


def test_b9_no_error_tells_a_secret(web, other):
    web.answers("/denied", Answer(status=401))
    request = Request(url=web.url("/denied?token=q-canary").replace("//", "//u:w-canary@"), headers=SECRETS)
    error = failing(request)
    assert "canary" not in f"{error!r} {error}"


def test_b9_dangerous_extra_headers_are_not_sent(web):
    fetch(Request(url=web.url("/ok"), headers=(("Host", "evil.test"), ("Cookie", "a=b"), ("Content-Length", "5"))))
    seen = web.asked("/ok")[-1]
    assert seen.headers["host"] == f"127.0.0.1:{web.port}"
    assert not {"cookie", "content-length"} & set(seen.headers)


def test_b9_a_header_with_a_line_break_is_an_error_not_two_headers(web):
    before = len(web.seen)
    error = failing(Request(url=web.url("/ok"), headers=(("X-Key", "a\r\nX-Other: b"),)))
    assert (error.reason, len(web.seen)) == ("protocol", before)


def test_b10_the_environment_has_no_say(web, other, monkeypatch, tmp_path):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, other.url("/"))
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login u password canary\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    before = other.connections
    assert fetch(web.url("/ok")).body == b"fine"
    assert "authorization" not in web.asked("/ok")[-1].headers
    assert other.connections == before


def test_b10_certificates_from_the_environment_are_not_trusted(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTS / "ca.pem"))
    tls_context.cache_clear()
    with Web(tls=server_tls("good")) as secure:
        assert failing(secure.url("/", host="good.test"), resolve=resolver(good_test="127.0.0.1")).reason == "tls"
    tls_context.cache_clear()


def test_b10_a_configured_proxy_is_used(web, other):
    other.page("http://far.test/feed", b"by proxy")
    proxy = Secret(other.url("/").replace("//", "//me:pw@"))
    response = fetch("http://far.test/feed", proxy=proxy, resolve=resolver())
    assert response.body == b"by proxy"
    assert other.seen[-1].headers["proxy-authorization"] == "Basic bWU6cHc="


@pytest.mark.parametrize("host", ["10.0.0.1", "inner.test", "127.1"])
def test_b10_a_proxy_is_no_way_around_the_guard(other, host):
    before = len(other.seen)
    error = failing(
        f"http://{host}/", allow=(), proxy=Secret(other.url("/")), resolve=resolver(inner_test="192.168.0.1")
    )
    assert (error.reason, len(other.seen)) == ("address", before)


def test_b13_a_host_of_ones_own_works_when_allowed(web):
    assert fetch(f"http://lan.test:{web.port}/ok", allow=("127.0.0.1/32",), resolve=resolver(lan_test="127.0.0.1"))


def test_b15_a_flood_of_cookies_is_an_error_and_a_small_one_is_forgotten(web):
    cookies = b"".join(b"Set-Cookie: c%d=%s\r\n" % (number, b"v" * 4000) for number in range(250))
    web.raw("/jar", b"HTTP/1.1 200 OK\r\n" + cookies + b"Content-Length: 0\r\n\r\n")
    assert failing(web.url("/jar")).reason in {"protocol", "too_large"}
    web.page("/cookie", b"x", headers={"Set-Cookie": "id=1; Path=/"})

    async def twice():
        async with fetcher() as asking:
            await asking.fetch(Request(url=web.url("/cookie")))
            return await asking.fetch(Request(url=web.url("/cookie")))

    response = asyncio.run(twice())
    assert "set-cookie" not in response.headers
    assert "cookie" not in web.asked("/cookie")[-1].headers


def test_others_can_use_the_guarded_transport_with_httpx(web):
    async def post(url):
        transport = guarded_transport(loopback_config(allow=("127.0.0.1/32",)))
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            return await client.post(url, json={"a": 1})

    assert asyncio.run(post(web.url("/ok"))).status_code == 200
    with pytest.raises(httpx.ConnectError) as caught:
        asyncio.run(post(f"http://127.0.0.2:{web.port}/"))
    assert isinstance(caught.value.__cause__, AddressError)


def test_the_user_agent_is_honest():
    assert user_agent(loopback_config()).startswith("season-watcher/")
    assert user_agent(loopback_config(contact="https://example.org/me")).endswith(" (+https://example.org/me)")
    assert user_agent(loopback_config(contact="a\r\nb(日本)")).endswith(" (+ab)")
