"""Conditional requests, packing and HTTP/2 against a real nginx."""

import asyncio
import os

import pytest

from tests.support.fetching import CERTS, client_tls, fetcher, resolver
from tests.support.nginx import nginx
from watcher.errors import FetchError
from watcher.fetch.exchange import Request
from watcher.memory import Validators

FEED = "<rss>" + "<item>season</item>" * 500 + "</rss>"
BEFORE, AFTER = 1_790_000_000, 1_780_000_000


def looks(*requests, **changes):
    async def scenario():
        async with fetcher(**changes) as asking:
            return [await asking.fetch(one) for one in requests]

    return asyncio.run(scenario())


def test_both_validators_get_a_304_and_a_changed_file_a_200(tmp_path):
    with nginx(tmp_path) as server:
        feed = server.root / "feed.xml"
        feed.write_text(FEED)
        url = server.url("/feed.xml")
        (first,) = looks(Request(url=url))
        assert first.validators.etag
        assert first.validators.last_modified
        (second,) = looks(Request(url=url, validators=first.validators))
        feed.write_text(FEED + " ")
        os.utime(feed, (AFTER, AFTER))
        (third,) = looks(Request(url=url, validators=second.validators))
        assert [status for _, status in server.log()] == [200, 304, 200]
        assert (first.status, second.status, third.status) == (200, 304, 200)
        assert second.validators == first.validators
        assert third.validators != first.validators
        assert first.headers["content-type"] == "application/rss+xml"


@pytest.mark.parametrize(("modified", "status"), [("{same}", 304), ("Sat, 21 Nov 2037 12:00:00 GMT", 200)])
def test_if_modified_since_is_compared_exactly_so_only_the_verbatim_date_works(tmp_path, modified, status):
    with nginx(tmp_path, extra="etag off;") as server:
        feed = server.root / "feed.xml"
        feed.write_text(FEED)
        os.utime(feed, (BEFORE, BEFORE))
        url = server.url("/feed.xml")
        (first,) = looks(Request(url=url))
        assert first.validators.etag is None
        date = modified.format(same=first.validators.last_modified)
        (second,) = looks(Request(url=url, validators=Validators(last_modified=date)))
        assert second.status == status


def test_a_file_that_went_back_in_time_is_new(tmp_path):
    with nginx(tmp_path, extra="etag off;") as server:
        feed = server.root / "feed.xml"
        feed.write_text(FEED)
        os.utime(feed, (BEFORE, BEFORE))
        (first,) = looks(Request(url=server.url("/feed.xml")))
        feed.write_text("<rss/>")
        os.utime(feed, (AFTER, AFTER))
        (second,) = looks(Request(url=server.url("/feed.xml"), validators=first.validators))
        assert (second.status, second.body) == (200, b"<rss/>")


def test_packed_answers_and_their_weak_validators(tmp_path):
    with nginx(tmp_path, extra="gzip on; gzip_types application/rss+xml; gzip_min_length 1;") as server:
        (server.root / "feed.xml").write_text(FEED)
        url = server.url("/feed.xml")
        (first,) = looks(Request(url=url))
        assert (first.body.decode(), first.headers["content-encoding"]) == (FEED, "gzip")
        assert first.validators.etag
        assert first.validators.etag.startswith("W/")
        (second,) = looks(Request(url=url, validators=first.validators))
        assert second.not_modified


def test_one_connection_serves_many_looks(tmp_path):
    with nginx(tmp_path, extra="add_header X-Connection $connection;") as server:
        (server.root / "feed.xml").write_text(FEED)
        request = Request(url=server.url("/feed.xml"))
        assert len({one.headers["x-connection"] for one in looks(*[request] * 5)}) == 1


def test_http2_where_it_is_offered(tmp_path):
    extra = "location /moved { return 301 /feed.xml; } location /gone { return 410; }"
    with nginx(tmp_path, certificate=CERTS / "good.pem", extra=extra) as server:
        (server.root / "feed.xml").write_text(FEED)
        names = {"resolve": resolver(good_test="127.0.0.1"), "context": client_tls()}
        first = Request(url=server.url("/feed.xml", host="good.test"))
        moved = Request(url=server.url("/moved", host="good.test"))
        one, two, three = looks(first, moved, first, **names)
        (four,) = looks(Request(url=first.url, validators=one.validators), **names)
        assert {request.rsplit(" ", 1)[1] for request, _ in server.log()} == {"HTTP/2.0"}
        assert [x.status for x in (one, two, three, four)] == [200, 200, 200, 304]
        assert two.moved_to == first.url
        assert all(x.complete for x in (one, two, three))


def test_http2_limits_hold_too(tmp_path):
    with nginx(tmp_path, certificate=CERTS / "good.pem") as server:
        (server.root / "big").write_bytes(os.urandom(600_000))
        url = server.url("/big", host="good.test")
        with pytest.raises(FetchError, match="larger than") as caught:
            looks(Request(url=url), resolve=resolver(good_test="127.0.0.1"), context=client_tls())
        assert caught.value.reason == "too_large"
