"""Group A of the fault catalogue: what a server or a line can do to one exchange."""

import asyncio
import gzip
import resource
import time
import zlib

import pytest

from tests.support.fetching import CERTS, client_tls, failing, fetch, fetcher, resolver, server_tls
from tests.support.web import HANG, Answer, Web, free_port
from watcher.errors import FetchError
from watcher.fetch.exchange import Request
from watcher.memory import Validators

OK = b"HTTP/1.1 200 OK\r\n"
SHORT = 0.4


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        running.page("/ok", b"fine")
        yield running


BUSY = 30.0
"""Seconds that even a busy machine does not need for what takes a moment; far less than for ever."""


def drips(head, piece, pause=0.02):
    def steps():
        yield head
        while True:
            yield piece
            yield pause

    return steps


def flood(head, piece):
    def steps():
        yield head
        while True:
            yield piece

    return steps


def timed(call):
    began = time.monotonic()
    result = call()
    return result, time.monotonic() - began


def test_a1_a_closed_port_is_named_with_its_reason():
    with free_port() as port:
        error = failing(f"http://127.0.0.1:{port}/secret/path?token=1")
    assert error.reason == "refused"
    assert str(error) == f"127.0.0.1:{port}: cannot connect: connection refused"


def test_a2_a_silent_server_is_given_up_and_holds_up_nobody(web):
    web.raw("/silent", HANG)

    async def both():
        async with fetcher(deadline=3.0, per_host=2) as asking:
            stuck = asyncio.create_task(asking.fetch(Request(url=web.url("/silent"))))
            await asyncio.sleep(0.02)
            await asking.fetch(Request(url=web.url("/ok")))
            assert not stuck.done(), "it waited for the other one's end"
            with pytest.raises(FetchError, match=r"within 3 s \(gave up while waiting for its answer\)") as caught:
                await stuck
            return caught.value.reason

    assert asyncio.run(both()) == "timeout"


@pytest.mark.parametrize(
    ("case", "head", "piece"),
    [
        ("a3 a byte at a time", OK + b"Content-Length: 99999\r\n\r\n", b"x"),
        ("a4 a header line at a time", OK, b"X-Slow: 1\r\n"),
        ("a5 one 103 after another", b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
        ("a6 one tiny chunk after another", OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    ],
)
def test_a3_to_a6_drips_end_at_the_total_deadline(web, case, head, piece):
    web.stream("/drip", drips(head, piece))
    error, took = timed(lambda: failing(web.url("/drip"), deadline=SHORT))
    assert error.reason == "timeout", case
    assert SHORT <= took < BUSY


@pytest.mark.parametrize(
    ("head", "piece", "reasons"),
    [
        (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500, {"timeout", "too_large"}),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 2000, {"timeout", "too_large", "protocol"}),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"e" * 16000 + b"\r\nx\r\n", {"too_large"}),
    ],
)
def test_a5_a6_floods_end_and_leave_the_loop_free(web, head, piece, reasons):
    web.stream("/flood", flood(head, piece))

    async def watched():
        turns = 0

        async def tick():
            nonlocal turns
            while True:
                await asyncio.sleep(0.005)
                turns += 1

        ticking = asyncio.create_task(tick())
        async with fetcher(deadline=1.0) as asking:
            with pytest.raises(FetchError) as caught:
                await asking.fetch(Request(url=web.url("/flood")))
        ticking.cancel()
        return caught.value.reason, turns

    (reason, turns), took = timed(lambda: asyncio.run(watched()))
    assert reason in reasons
    assert turns >= 3 or took < 0.3  # others got on; how quickly depends on what else this machine does


def test_a7_a_giant_header_is_a_clear_protocol_error(web):
    web.raw("/header", OK + b"X-Big: " + b"a" * 5_000_000 + b"\r\n\r\n")
    error = failing(web.url("/header"), raw_bytes=8 << 20)
    assert error.reason == "protocol"
    assert "not a proper HTTP answer" in str(error)


def test_a8_a_gzip_bomb_is_cut_at_the_decoded_limit(web):
    web.page("/bomb", gzip.compress(bytes(20 << 20)), headers={"Content-Encoding": "gzip"})
    error, took = timed(lambda: failing(web.url("/bomb")))
    assert error.reason == "too_large"
    assert took < BUSY  # how quickly is measured by its processor time in test_fetch_memory


def test_a9_stacked_encodings_are_refused(web):
    web.page("/twice", gzip.compress(gzip.compress(bytes(1 << 20))), headers={"Content-Encoding": "gzip, gzip"})
    error = failing(web.url("/twice"))
    assert (error.reason, "more than once" in str(error)) == ("encoding", True)


def test_a9_stacked_encodings_in_two_headers_are_refused(web):
    body = gzip.compress(b"x")
    head = OK + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    web.raw("/twice", head + body)
    assert failing(web.url("/twice")).reason == "encoding"


def test_a10_the_body_of_a_redirect_is_never_read(web):
    sent = []

    def steps():
        yield b"HTTP/1.1 302 Found\r\nLocation: /ok\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        for _ in range(2000):
            sent.append(1)
            yield b"10000\r\n" + bytes(0x10000) + b"\r\n"

    web.stream("/bomb302", steps)
    response, took = timed(lambda: fetch(web.url("/bomb302")))
    assert response.body == b"fine"
    assert took < BUSY
    assert len(sent) < 200  # what the socket buffers took, not the 131 MB


def test_a11_an_endless_body_is_cut_at_the_raw_limit(web):
    web.stream("/endless", flood(OK + b"\r\n", b"x" * 65536))
    assert failing(web.url("/endless")).reason == "too_large"


def test_a11_a_body_that_says_it_is_too_large_is_refused_before_it_comes(web):
    web.raw("/long", OK + b"Content-Length: 10000000000\r\n\r\n", HANG)
    assert failing(web.url("/long"), deadline=SHORT).reason == "too_large"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a12_a_body_cut_inside_its_encoding_is_an_error(web, encoding):
    text = b"".join(b"<item>%d</item>" % number for number in range(5000))
    whole = gzip.compress(text) if encoding == "gzip" else zlib.compress(text)
    web.page("/half", whole[: len(whole) // 2], headers={"Content-Encoding": encoding})
    error = failing(web.url("/half"))
    assert (error.reason, "cut short" in str(error)) == ("truncated", True)


@pytest.mark.parametrize(
    "sent",
    [
        OK + b"Content-Length: 9\r\n\r\nfour",
        OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n40\r\nfour",
    ],
)
def test_a13_a_cut_body_is_an_error(web, sent):
    web.raw("/cut", sent)
    assert failing(web.url("/cut")).reason == "truncated"


def test_a13_broken_chunking_is_a_protocol_error(web):
    web.raw("/chunks", OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nfour\r\n0\r\n\r\n")
    assert failing(web.url("/chunks")).reason == "protocol"


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
def test_a14_a_body_that_ends_with_the_line_is_marked_as_unproven(web, version):
    web.raw("/old", b"HTTP/" + version + b" 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss><item><ti")
    response = fetch(web.url("/old"))
    assert response.body == b"<rss><item><ti"
    assert not response.complete


def test_a14_an_encoding_that_ends_properly_proves_the_body_whole(web):
    web.raw("/old", b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<rss/>"))
    response = fetch(web.url("/old"))
    assert (response.body, response.complete) == (b"<rss/>", True)


@pytest.mark.parametrize(
    ("encoding", "body"), [("gzip", b"this is not gzip"), ("br", b"\x0b\x02\x80"), ("zstd", b"x"), ("snappy", b"x")]
)
def test_a15_bad_and_unknown_encodings_are_errors(web, encoding, body):
    web.page("/enc", body, headers={"Content-Encoding": encoding})
    assert failing(web.url("/enc")).reason == "encoding"


def test_a16_two_content_lengths_are_an_error(web):
    web.raw("/two", OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nfour")
    assert failing(web.url("/two")).reason == "protocol"


def test_a17_tls_bytes_on_a_plain_port():
    with Web(greeting=[b"\x15\x03\x01\x00\x02\x02\x46", 0.05]) as odd:
        error = failing(odd.url("/"))
    assert error.reason == "protocol"
    assert str(error).isprintable()


def test_a17_plain_text_on_a_tls_port():
    with Web(greeting=[b"HTTP/1.1 400 Bad Request\r\n\r\n", 0.05]) as odd:
        error = failing(f"https://127.0.0.1:{odd.port}/")
    assert (error.reason, "does not speak TLS" in str(error)) == ("tls", True)


@pytest.mark.parametrize(
    ("certificate", "host", "says"),
    [
        ("expired", "good.test", "certificate has expired"),
        ("self_signed", "good.test", "self-signed certificate"),
        ("good", "other.test", "Hostname mismatch, certificate is not valid for 'other.test'"),
    ],
)
def test_a18_a_bad_certificate_is_refused_and_named(certificate, host, says):
    with Web(tls=server_tls(certificate)) as secure:
        error = failing(
            secure.url("/", host=host),
            resolve=resolver(good_test="127.0.0.1", other_test="127.0.0.1"),
            context=client_tls(),
        )
        assert secure.seen == []
    assert error.reason == "tls"
    assert says in str(error)


def test_a18_a_good_certificate_is_accepted_with_name_and_host_intact():
    with Web(tls=server_tls("good")) as secure:
        secure.page("/", b"hello")
        response = fetch(
            secure.url("/", host="good.test"), resolve=resolver(good_test="127.0.0.1"), context=client_tls()
        )
        assert secure.seen[0].headers["host"] == f"good.test:{secure.port}"
    assert (response.body, response.complete) == (b"hello", True)


def test_a18_an_unknown_authority_is_refused_by_default():
    with Web(tls=server_tls("good")) as secure:
        error = failing(secure.url("/", host="good.test"), resolve=resolver(good_test="127.0.0.1"))
    assert error.reason == "tls"


def test_a19_a_stalled_handshake_ends_at_the_deadline_and_leaks_nothing():
    with Web(greeting=[HANG]) as stalled:
        error, took = timed(lambda: failing(f"https://127.0.0.1:{stalled.port}/", deadline=SHORT))
    assert error.reason == "timeout"
    assert took < BUSY


def test_a20_a_chain_of_permanent_redirects_is_followed_and_noted(web):
    web.redirect("/p1", "/p2", status=301)
    web.redirect("/p2", "/p3", status=308)
    web.redirect("/p3", "/ok", status=301)
    response = fetch(web.url("/p1"))
    assert (response.body, response.url, response.moved_to) == (b"fine", web.url("/ok"), web.url("/ok"))


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a20_one_temporary_hop_makes_the_move_temporary(web, status):
    web.redirect("/t1", "/t2", status=301)
    web.redirect("/t2", "/ok", status=status)
    response = fetch(web.url("/t1"))
    assert (response.body, response.moved_to) == (b"fine", "")


def test_a21_loops_and_long_chains_stop_at_five(web):
    web.redirect("/loop", "/loop")
    before = len(web.asked("/loop"))
    error = failing(web.url("/loop"))
    assert (error.reason, len(web.asked("/loop")) - before) == ("redirect", 6)
    for hop in range(30):
        web.redirect(f"/hop{hop}", f"/hop{hop + 1}")
    assert failing(web.url("/hop0")).reason == "redirect"
    assert web.asked("/hop6") == []


def test_a21_a_redirect_to_nowhere_and_one_of_a_post(web):
    web.answers("/nowhere", Answer(status=302))
    web.redirect("/post", "/ok", status=307)
    assert failing(web.url("/nowhere")).reason == "redirect"
    assert failing(Request(url=web.url("/post"), method="POST", content=b"{}")).reason == "redirect"


def test_a22_an_error_once_leaves_no_trace(web):
    web.answers("/flaky", Answer(status=404), Answer(b"back"))

    async def twice():
        async with fetcher() as asking:
            with pytest.raises(FetchError) as caught:
                await asking.fetch(Request(url=web.url("/flaky")))
            return caught.value, await asking.fetch(Request(url=web.url("/flaky")))

    error, response = asyncio.run(twice())
    assert (error.reason, error.status, error.permanent) == ("status", 404, False)
    assert response.body == b"back"


def test_a23_gone_is_permanent_to_the_schedule(web):
    web.answers("/gone", Answer(status=410))
    error = failing(web.url("/gone"))
    assert (error.status, error.permanent, error.reason) == (410, True, "status")


CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking</body></html>"


@pytest.mark.parametrize("status", [200, 403, 429, 503])
def test_a25_a_challenge_page_is_a_block_whatever_its_status(web, status):
    web.page("/wall", CHALLENGE, status=status, headers={"Content-Type": "text/html; charset=UTF-8"})
    error = failing(web.url("/wall"))
    assert (error.reason, error.status) == ("blocked", status)


def test_a25_a_packed_challenge_page_is_recognised_too(web):
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    web.page("/wall", gzip.compress(CHALLENGE), status=403, headers=headers)
    assert failing(web.url("/wall")).reason == "blocked"


def test_a25_an_article_about_such_pages_is_not_one(web):
    text = b"<html><title>News</title><p>The site said: Just a moment... /cdn-cgi/challenge-platform/x.js</html>"
    web.page("/news", text, headers={"Content-Type": "text/html"})
    assert fetch(web.url("/news")).body == text
    web.page("/news", b"<html>forbidden</html>", status=403, headers={"Content-Type": "text/html"})
    assert failing(web.url("/news")).reason == "status"


def test_a26_not_modified_without_a_condition_is_an_error(web):
    web.answers("/always304", Answer(status=304, headers={"ETag": '"1"'}))
    error = failing(web.url("/always304"))
    assert (error.reason, error.status) == ("protocol", 304)
    response = fetch(Request(url=web.url("/always304"), validators=Validators(etag='"1"')))
    assert response.not_modified


def test_a26_partial_content_that_was_not_asked_for_is_an_error(web):
    web.page("/part", b"half", status=206)
    assert failing(web.url("/part")).reason == "status"


def test_several_members_of_gzip_make_one_body_and_padding_is_ignored(web):
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0\0"
    web.page("/members", body, headers={"Content-Encoding": "gzip"})
    assert fetch(web.url("/members")).body == b"one two"


def test_bare_deflate_is_understood(web):
    packer = zlib.compressobj(wbits=-15)
    web.page("/raw", packer.compress(b"bare" * 99) + packer.flush(), headers={"Content-Encoding": "deflate"})
    assert fetch(web.url("/raw")).body == b"bare" * 99


def test_cancelled_requests_poison_nothing(web):
    web.raw("/hold", HANG)

    async def scenario():
        async with fetcher(per_host=50, concurrency=50) as asking:
            for _ in range(3):
                tasks = [asyncio.create_task(asking.fetch(Request(url=web.url("/hold")))) for _ in range(30)]
                await asyncio.sleep(0.01)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
            return [(await asking.fetch(Request(url=web.url("/ok")))).body for _ in range(6)]

    assert asyncio.run(scenario()) == [b"fine"] * 6


def test_a_connection_is_used_again_and_a_dead_one_replaced():
    with Web() as one:
        one.page("/ok", b"fine")
        # Says that it keeps the line open, answers once, and hangs up on the second request.
        one.raw("/bye", OK + b"Content-Length: 2\r\n\r\nhi", 0.05)

        async def scenario():
            async with fetcher() as asking:
                for path in ("/ok", "/ok", "/bye", "/bye", "/ok"):
                    await asking.fetch(Request(url=one.url(path)))

        asyncio.run(scenario())
        assert one.connections <= 3


def test_the_test_certificates_are_there():
    assert {path.name for path in CERTS.iterdir()} >= {"ca.pem", "good.pem", "expired.pem", "self_signed.pem"}


def test_l8_without_a_free_descriptor_a_look_fails_and_the_next_one_works(web):
    async def scenario():
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        before = resource.getrlimit(resource.RLIMIT_NOFILE)
        async with fetcher() as asking:
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, most))
            try:
                with pytest.raises(FetchError) as caught:
                    await asking.fetch(Request(url=web.url("/ok")))
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, before)
            return caught.value.reason, (await asking.fetch(Request(url=web.url("/ok")))).status

    reason, status = asyncio.run(scenario())
    assert reason
    assert status == 200
