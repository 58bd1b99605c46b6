"""What servers say about time and change: validators, Retry-After (A24), max-age, Expires."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import START, Clock
from tests.support.fetching import failing, fetch, fetcher
from tests.support.web import Answer, Web
from watcher.fetch.exchange import FEED_ACCEPT, Request
from watcher.fetch.freshness import LONGEST_WAIT, max_age, retry_after, spent
from watcher.memory import Validators

NOON = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        yield running


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("1.5", timedelta(seconds=1.5)),
        ("Sat, 21 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Saturday, 21-Nov-26 12:10:00 GMT", timedelta(minutes=10)),
        ("Sat Nov 21 12:10:00 2026", timedelta(minutes=10)),
        ("315360000", LONGEST_WAIT),  # ten years
        ("9" * 18, LONGEST_WAIT),
        ("Fri, 21 Nov 2036 12:00:00 GMT", LONGEST_WAIT),
        ("0", None),
        ("-120", None),
        ("Sat, 21 Nov 2026 11:00:00 GMT", None),  # past
        ("soon", None),
        ("", None),
        ("NaN", None),
        ("1e9", None),
        ("٣٠", None),
        ("120, 120", None),
        ("9" * 400, None),
        ("Sat, 99 Nov 2026 12:10:00 GMT", None),
        ("Sat, 21 Nov 99999 12:10:00 GMT", None),
        ("Sat, 21 Nov 2026 12:10:00 +9999", None),
    ],
)
def test_a24_retry_after_in_all_its_forms(text, wait):
    assert retry_after({"retry-after": text}, now=START) == wait


def test_a24_a_date_is_measured_by_the_servers_own_clock():
    headers = {"retry-after": "Sat, 21 Nov 2026 15:10:00 GMT", "date": "Sat, 21 Nov 2026 15:00:00 GMT"}
    assert retry_after(headers, now=START) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("headers", "age"),
    [
        ({"cache-control": "max-age=900"}, 900),
        ({"cache-control": "public, MAX-AGE = 900, must-revalidate"}, 900),
        ({"cache-control": 'max-age="900"'}, 900),
        ({"cache-control": "s-maxage=5, max-age=900"}, 900),
        ({"cache-control": "s-maxage=900"}, None),
        ({"cache-control": "max-age=900", "age": "300"}, 600),
        ({"cache-control": "max-age=900", "age": "901"}, None),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "no-cache, max-age=900"}, None),
        ({"cache-control": "no-store", "expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, None),
        ({"cache-control": "max-age=900", "expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, 900),
        ({"expires": "Sat, 21 Nov 2026 13:00:00 GMT"}, 3600),
        ({"expires": "Sat, 21 Nov 2026 16:00:00 GMT", "date": "Sat, 21 Nov 2026 15:00:00 GMT"}, 3600),
        ({"expires": "0"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, None),
        ({"cache-control": "max-age=" + "9" * 17}, 366 * 86400),
        ({}, None),
    ],
)
def test_how_long_an_answer_stays_good(headers, age):
    assert max_age(headers, now=START) == (None if age is None else timedelta(seconds=age))


@given(st.dictionaries(st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]), st.text()))
def test_no_header_can_break_the_reading_of_time(headers):
    for found in (retry_after(headers, now=START), max_age(headers, now=START)):
        assert found is None or timedelta(0) < found <= timedelta(days=366)


@given(st.text(alphabet="SatNov 0123456789:,+-GMTJFeb"))
def test_no_date_can_break_the_reading_of_time(text):
    found = retry_after({"retry-after": text}, now=START)
    assert found is None or timedelta(0) < found <= LONGEST_WAIT


@pytest.mark.parametrize("status", [429, 503])
def test_a24_the_wait_travels_with_the_error(web, status):
    web.answers("/busy", Answer(status=status, headers={"Retry-After": "120"}))
    error = failing(web.url("/busy"))
    assert (error.status, error.reason, error.retry_after) == (status, "status", timedelta(minutes=2))
    assert "asks to wait 0:02:00" in str(error)


@pytest.mark.parametrize("etag", ['"plain"', 'W/"weak"', "unquoted", '"sp ace"', '""', '"caf\xe9"', '"a, b"'])
def test_validators_go_back_verbatim(web, etag):
    modified = "Sat, 21 nov 2026 9:07:01 gmt"  # odd on purpose: not ours to mend
    web.page("/feed", b"<rss/>", headers={"ETag": etag, "Last-Modified": modified})

    async def twice():
        async with fetcher() as asking:
            first = await asking.fetch(Request(url=web.url("/feed")))
            second = await asking.fetch(Request(url=web.url("/feed"), validators=first.validators))
            return first, second

    first, second = asyncio.run(twice())
    assert first.validators == Validators(etag=etag, last_modified=modified)
    seen = web.asked("/feed")[-1].headers
    assert (seen["if-none-match"], seen["if-modified-since"]) == (etag, modified)
    assert (second.status, second.not_modified, second.body, second.body_hash) == (304, True, b"", "")
    assert second.validators == first.validators


def test_without_validators_nothing_is_made_up(web):
    web.page("/bare", b"<rss/>")
    response = fetch(web.url("/bare"))
    assert response.validators == Validators()
    seen = web.asked("/bare")[-1].headers
    assert not {"if-none-match", "if-modified-since", "referer", "cookie", "cache-control"} & set(seen)
    assert (seen["accept"], seen["accept-encoding"]) == (FEED_ACCEPT, "gzip, deflate")


def test_a_304_refreshes_validators_and_freshness(web):
    web.answers("/f", Answer(status=304, headers={"ETag": '"2"', "Cache-Control": "max-age=60"}))
    known = Validators(etag='"1"', last_modified=NOON)
    response = fetch(Request(url=web.url("/f"), validators=known))
    assert response.validators == Validators(etag='"2"', last_modified=NOON)
    assert response.max_age == timedelta(minutes=1)


def test_a_200_replaces_all_validators(web):
    web.page("/g", b"new", headers={"ETag": '"2"'})
    response = fetch(Request(url=web.url("/g"), validators=Validators(etag='"1"', last_modified=NOON)))
    assert response.validators == Validators(etag='"2"')


def test_a_giant_validator_is_not_kept(web):
    web.page("/h", b"x", headers={"ETag": '"' + "e" * 5000 + '"'})
    assert fetch(web.url("/h")).validators == Validators()


def test_an_answer_knows_its_hash_and_time(web):
    web.page("/i", b"abc", headers={"X-Two": "1"})
    clock = Clock(datetime(2027, 1, 1, tzinfo=UTC))
    response = fetch(web.url("/i#fragment"), now=clock)
    assert response.body_hash == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (response.at, response.url, response.headers["x-two"]) == (clock.now, web.url("/i"), "1")


def test_a_post_carries_its_body_and_type(web):
    web.call("/graphql", lambda seen: Answer(seen.body))
    request = Request(
        url=web.url("/graphql"),
        method="POST",
        content=b'{"query":1}',
        headers=(("Content-Type", "application/json"),),
        accept="application/json",
    )
    assert fetch(request).body == b'{"query":1}'
    seen = web.asked("/graphql")[-1]
    assert (seen.method, seen.headers["content-type"], seen.headers["accept"]) == (
        "POST",
        "application/json",
        "application/json",
    )


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"x-ratelimit-limit": "30", "x-ratelimit-remaining": "29"}, None),
        ({"x-ratelimit-remaining": "0"}, timedelta(minutes=1)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "45"}, timedelta(seconds=45)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START.timestamp()) + 90)}, timedelta(seconds=90)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START.timestamp()) - 90)}, None),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "10"}, timedelta(seconds=10)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999999"}, LONGEST_WAIT),
        ({"x-ratelimit-remaining": "none", "x-ratelimit-reset": "5"}, None),
    ],
)
def test_a_used_up_rate_limit_asks_for_its_reset(headers, wait):
    assert spent(headers, now=START) == wait


def test_a_refusal_is_told_in_the_services_own_words_without_the_key(web):
    body = b'{"errors": [{"message": "Token <b>s3cret-key</b> is\\nnot known", "status": 401}]}'
    web.answers("/words", Answer(body, 401, {"Content-Type": "application/json"}))
    error = failing(Request(url=web.url("/words"), headers=(("X-Key", "s3cret-key"),)))
    assert str(error).endswith("HTTP 401 Unauthorized – “Token *** is not known”")


@pytest.mark.parametrize(
    "body", [b"", b"[", b"3", b'{"message": 7}', b'{"message": "' + b"x" * 70_000 + b'"}', b"[[[[" * 9000]
)
def test_a_refusal_without_usable_words_is_a_plain_one(web, body):
    web.answers("/words", Answer(body, 400, {"Content-Type": "application/json"}))
    assert "“" not in str(failing(web.url("/words")))
