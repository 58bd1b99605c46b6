"""The scripted web itself keeps its word."""

import http.client
import time

import pytest

from tests.support.web import HANG, Answer, Web


def ask(web, path, headers=None):
    line = http.client.HTTPConnection(web.host, web.port, timeout=2)
    try:
        line.request("GET", path, headers=headers or {})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def test_pages_conditions_sequences_and_log():
    with Web() as web:
        web.page("/a", "one", headers={"ETag": '"1"'})
        web.answers("/b", Answer(status=503), Answer(b"two"))
        assert ask(web, "/a?x=1") == (200, b"one")
        assert ask(web, "/a", {"If-None-Match": '"1"'}) == (304, b"")
        assert [ask(web, "/b")[0] for _ in range(3)] == [503, 200, 200]
        assert ask(web, "/nowhere")[0] == 404
        assert [seen.target for seen in web.seen][:2] == ["/a?x=1", "/a"]
        assert web.connections == 6


def test_raw_scripts_and_quick_stop():
    with Web() as web:
        web.raw("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")
        web.raw("/never", HANG)
        with pytest.raises(http.client.IncompleteRead) as cut:
            ask(web, "/cut")
        assert cut.value.partial == b"four"
        line = http.client.HTTPConnection(web.host, web.port, timeout=2)
        line.request("GET", "/never")
        began = time.monotonic()
    assert time.monotonic() - began < 40
    line.close()
