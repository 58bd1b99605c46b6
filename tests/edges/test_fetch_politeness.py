"""Being a good guest: gaps, concurrency, robots.txt."""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.support.clock import Clock
from tests.support.fetching import failing, fetch, fetcher, loopback_config, resolver
from tests.support.web import HANG, Answer, Web
from watcher.errors import FetchError
from watcher.fetch.exchange import Request
from watcher.fetch.politeness import Politeness

GAP = 0.08


@pytest.fixture
def web():
    with Web() as running:
        running.page("/page", b"fine")
        yield running


async def starts(polite, hosts, hold=0.0):
    """Take turns for *hosts* all at once; tell when each began, after the first, and how many ran at a time."""
    began, now, most = [], 0, 0
    zero = time.monotonic()

    async def one(host):
        nonlocal now, most
        async with polite.turn(host):
            began.append((host, time.monotonic() - zero))
            now += 1
            most = max(most, now)
            await asyncio.sleep(hold)
            now -= 1

    await asyncio.gather(*map(one, hosts))
    return began, most


def test_requests_to_one_host_keep_their_gap():
    async def scenario():
        return await starts(Politeness(loopback_config(host_gap=timedelta(seconds=GAP))), ["a"] * 4)

    began, most = asyncio.run(scenario())
    times = [at for _, at in began]
    assert all(later - earlier >= GAP * 0.9 for earlier, later in pairwise(times))
    assert most == 1


def test_hosts_do_not_wait_for_each_other():
    async def scenario():
        return await starts(Politeness(loopback_config(host_gap=timedelta(seconds=60))), list("abcdef"), hold=0.02)

    began, most = asyncio.run(scenario())
    assert most == 6
    assert max(at for _, at in began) < 40


def test_a_host_is_asked_by_as_many_at_once_as_allowed():
    async def scenario(per_host):
        polite = Politeness(loopback_config(per_host=per_host))
        return (await starts(polite, ["a"] * 6, hold=0.01))[1]

    assert [asyncio.run(scenario(number)) for number in (1, 3)] == [1, 3]


def test_overall_concurrency_is_limited_and_a_busy_host_takes_one_place():
    async def scenario():
        polite = Politeness(loopback_config(concurrency=2))
        busy = [asyncio.create_task(starts(polite, ["slow"] * 5, hold=60)) for _ in range(2)]
        await asyncio.sleep(0.01)
        others, _ = await starts(polite, ["b", "c"])
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        most = (await starts(polite, list("uvwxyz"), hold=0.01))[1]
        return max(at for _, at in others), most

    waited, most = asyncio.run(scenario())
    assert waited < 40
    assert most == 2


def test_a_cancelled_wait_gives_its_turn_back():
    async def scenario():
        polite = Politeness(loopback_config(concurrency=1))
        held = asyncio.create_task(starts(polite, ["a"], hold=10))
        waiting = [asyncio.create_task(starts(polite, [host])) for host in "ab"]
        await asyncio.sleep(0.01)
        for task in (held, *waiting):
            task.cancel()
        await asyncio.gather(held, *waiting, return_exceptions=True)
        return await asyncio.wait_for(starts(polite, ["a", "b"]), 40)

    assert len(asyncio.run(scenario())[0]) == 2


def test_hosts_without_users_are_forgotten():
    async def scenario():
        polite = Politeness(loopback_config())
        for number in range(5000):
            async with polite.turn(f"host{number}"):
                pass
        return len(polite._hosts)

    assert asyncio.run(scenario()) < 2100


def test_a_hanging_host_does_not_hold_up_others(web):
    web.raw("/hang", HANG)

    async def scenario():
        names = resolver(bad_test="127.0.0.1", good_test="127.0.0.1")
        async with fetcher(resolve=names, deadline=60.0) as asking:
            url = f"http://bad.test:{web.port}/hang"
            stuck = [asyncio.create_task(asking.fetch(Request(url=url))) for _ in range(20)]
            await asyncio.sleep(0.02)
            began = time.monotonic()
            await asking.fetch(Request(url=f"http://good.test:{web.port}/page"))
            took = time.monotonic() - began
            for task in stuck:
                task.cancel()
            await asyncio.gather(*stuck, return_exceptions=True)
            return took

    assert asyncio.run(scenario()) < 40


def looks_at(web, host, clock, *paths):
    async def scenario():
        reasons = []
        async with fetcher(resolve=resolver(busy_test="127.0.0.1"), now=clock) as asking:
            for path in paths:
                try:
                    found = (await asking.fetch(Request(url=f"http://{host}:{web.port}{path}"))).status
                except FetchError as error:
                    found = (error.status, error.retry_after)
                reasons.append(found)
                clock.pass_(minutes=1)
        return reasons

    return asyncio.run(scenario())


def test_a24_a_host_with_too_many_requests_is_left_alone_by_all_its_sources(web):
    web.answers("/busy", Answer(status=429, headers={"Retry-After": "150"}), Answer(b"calm"))
    minutes = [timedelta(seconds=seconds) for seconds in (150, 90, 30)]
    found = looks_at(web, "busy.test", Clock(), "/busy", "/page", "/page", "/page")
    assert found == [*((429, left) for left in minutes), 200]
    assert len(web.asked("/page")) == 1


def test_a_host_whose_rate_limit_is_used_up_is_left_alone_until_its_reset(web):
    """AniList and others say with each good answer how many more they allow."""
    web.answers("/last", Answer(b"fine", headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "90"}))
    found = looks_at(web, "busy.test", Clock(), "/last", "/page", "/page")
    assert found == [200, (429, timedelta(seconds=30)), 200]


def test_a24_not_for_ever_nor_on_ones_own_network_nor_for_other_troubles(web):
    web.answers("/busy", Answer(status=429, headers={"Retry-After": "86400"}))
    web.answers("/down", Answer(status=503, headers={"Retry-After": "600"}))
    clock = Clock()
    assert looks_at(web, "busy.test", clock, "/down", "/page")[1] == 200
    assert looks_at(web, "127.0.0.1", clock, "/busy", "/page")[1] == 200

    async def set_back():
        polite = Politeness(loopback_config())
        polite.hold("busy.test", timedelta(days=1), now=clock.now)
        left = polite.held("busy.test", now=clock.now)
        return left, polite.held("busy.test", now=clock.now - timedelta(days=400))

    assert asyncio.run(set_back()) == (timedelta(hours=1), None)


ROBOTS = """
User-agent: *
Disallow: /

User-agent: Season-Watcher
Disallow: /private
Allow: /private/news$
"""


def look(web, path):
    return Request(url=web.url(path), robots=True)


def test_robots_are_obeyed_for_pages_only(web):
    web.page("/robots.txt", ROBOTS)
    web.page("/private", b"secret")
    web.page("/private/news", b"news")
    assert fetch(look(web, "/page")).body == b"fine"
    assert fetch(look(web, "/private/news")).body == b"news"
    assert fetch(web.url("/private")).body == b"secret"  # not a page: robots.txt is not asked
    before = len(web.asked("/private"))
    error = failing(look(web, "/private"))
    assert (error.reason, len(web.asked("/private"))) == ("robots", before)
    assert "robots.txt asks programs not to read" in str(error)


def test_robots_are_asked_once_a_day(web):
    web.page("/robots.txt", ROBOTS)
    clock = Clock()

    async def scenario():
        async with fetcher(now=clock) as asking:
            await asyncio.gather(*(asking.fetch(look(web, "/page")) for _ in range(4)))
            clock.pass_(hours=23)
            await asking.fetch(look(web, "/page"))
            once = len(web.asked("/robots.txt"))
            clock.pass_(hours=2)
            await asking.fetch(look(web, "/page"))
            return once, len(web.asked("/robots.txt"))

    assert asyncio.run(scenario()) == (1, 2)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_no_robots_means_no_rules(web, status):
    web.answers("/robots.txt", Answer(status=status))
    assert fetch(look(web, "/page")).body == b"fine"


@pytest.mark.parametrize("status", [500, 503])
def test_a_broken_robots_keeps_us_out_for_now(web, status):
    web.answers("/robots.txt", Answer(status=status), Answer(b""))
    clock = Clock()

    async def scenario():
        async with fetcher(now=clock) as asking:
            with pytest.raises(FetchError) as first:
                await asking.fetch(look(web, "/page"))
            with pytest.raises(FetchError):
                await asking.fetch(look(web, "/page"))
            asked = len(web.asked("/robots.txt"))
            clock.pass_(hours=2)
            return first.value, asked, (await asking.fetch(look(web, "/page"))).body

    error, asked, body = asyncio.run(scenario())
    assert (error.reason, error.status, asked, body) == ("robots", status, 1, b"fine")


def test_known_robots_stay_good_while_they_cannot_be_read(web):
    web.answers("/robots.txt", Answer(ROBOTS.encode()), Answer(status=503))
    clock = Clock()

    async def scenario():
        async with fetcher(now=clock) as asking:
            await asking.fetch(look(web, "/page"))
            clock.pass_(hours=25)
            await asking.fetch(look(web, "/page"))
            with pytest.raises(FetchError) as kept_out:
                await asking.fetch(look(web, "/private"))
            return kept_out.value.reason

    assert asyncio.run(scenario()) == "robots"


def test_a_dead_host_is_told_as_dead_not_as_robots(web):
    web.raw("/robots.txt", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nUs")
    assert failing(look(web, "/page")).reason == "truncated"


def test_robots_may_be_redirected_but_not_for_ever(web):
    web.redirect("/robots.txt", "/rules.txt", status=301)
    web.page("/rules.txt", "User-agent: *\nDisallow: /page")
    assert failing(look(web, "/page")).reason == "robots"
    web.redirect("/rules.txt", "/robots.txt")
    assert fetch(look(web, "/page")).body == b"fine"


def test_a_giant_robots_is_read_up_to_its_limit(web):
    rules = b"User-agent: *\nDisallow: /private\n" + b"# filler\n" * 200_000 + b"Disallow: /\n"
    web.page("/robots.txt", rules)
    assert fetch(look(web, "/page")).body == b"fine"
    assert failing(look(web, "/private")).reason == "robots"


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00garbage", b"", b"<html>no</html>", b"Disallow", b"User-agent: *\nDisallow: ***x\n" * 99]
)
def test_garbage_robots_never_break_anything(web, body):
    web.page("/robots.txt", body)
    assert fetch(look(web, "/page")).body == b"fine"


def test_a_crawl_delay_becomes_the_gap(web):
    web.page("/robots.txt", f"User-agent: *\nCrawl-delay: {GAP}\n")

    async def scenario():
        async with fetcher() as asking:
            await asking.fetch(look(web, "/page"))
            began = time.monotonic()
            await asking.fetch(look(web, "/page"))
            await asking.fetch(look(web, "/page"))
            return time.monotonic() - began

    assert asyncio.run(scenario()) >= GAP
