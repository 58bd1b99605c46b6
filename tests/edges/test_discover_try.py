"""`watcher try URL` asks the usual places for a feed, once and politely."""

import json

import pytest

from tests.support.web import Answer, Web
from tests.support.whole import atom, post
from watcher.cli.app import run

PAGE = "<html><head><title>Studio</title></head><body><ul>" + "".join(
    f'<li><time>2026.10.0{day}</time><a href="/news/{day}/">The studio has some news number {day} for you</a></li>' for day in range(1, 8)
) + "</ul></body></html>"  # fmt: skip
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def web():
    with Web() as web:
        web.page("/", PAGE, headers=HTML)
        yield web


@pytest.fixture
def try_(tmp_path, web, capsys):
    file = tmp_path / "config.toml"
    file.write_text('[watcher]\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\n', encoding="utf-8")

    def call(*arguments):
        code = run(["try", *arguments, "--config", str(file)])
        return code, capsys.readouterr().out

    return call


def test_a_feed_at_a_usual_place_is_found(try_, web):
    web.page("/rss.xml", atom([post("Copper Lanterns")]), headers={"Content-Type": "text/xml"})
    code, out = try_(web.url("/"))
    assert code == 0
    assert "this page names no feed; asked at the usual places" in out
    assert f"{web.url('/feed/')}  127.0.0.1:{web.port}: HTTP 404" in out
    assert f"a feed stands behind this page: {web.url('/rss.xml')}" in out
    assert [seen.path for seen in web.seen] == ["/robots.txt", "/", "/robots.txt", "/feed/", "/news/feed/", "/rss.xml"]


def test_a_page_with_a_feed_of_its_own_is_not_probed(try_, web):
    web.page(
        "/",
        PAGE.replace("</title>", '</title><link rel="alternate" type="application/rss+xml" href="/x">'),
        headers=HTML,
    )
    _, out = try_(web.url("/"))
    assert f"a feed stands behind this page: {web.url('/x')}" in out
    assert [seen.path for seen in web.seen] == ["/robots.txt", "/"]


def test_no_probe_asks_nothing_more(try_, web):
    _, out = try_(web.url("/"), "--no-probe")
    assert "usual places" not in out
    assert [seen.path for seen in web.seen] == ["/robots.txt", "/"]


def test_a_page_in_the_place_of_a_feed_is_none(try_, web):
    web.page("/feed/", PAGE, headers=HTML)
    code, out = try_(web.url("/"), "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["feeds"] == []
    assert answer["probed"][0] == {"url": web.url("/feed/"), "is_feed": False, "became": "no feed"}
    assert len(answer["probed"]) == 7


def test_a_server_in_trouble_is_asked_no_more(try_, web):
    web.answers("/feed/", Answer(status=503, headers={"Retry-After": "60"}))
    _, out = try_(web.url("/"))
    assert "HTTP 503" in out
    assert not web.asked("/news/feed/")


def test_robots_are_obeyed(try_, web):
    web.page("/robots.txt", "User-agent: *\nDisallow: /feed/\n")
    web.page("/feed/", atom([post("Copper Lanterns")]))
    web.page("/rss", atom([post("Copper Lanterns")]))
    _, out = try_(web.url("/"))
    assert not web.asked("/feed/")
    assert f"a feed stands behind this page: {web.url('/rss')}" in out
