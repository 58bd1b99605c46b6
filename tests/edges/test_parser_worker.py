"""Worker processes that parse hostile documents (reliability C1, C4-C6, C8, C16, L9; goal 7)."""

import asyncio
import os
import pickle
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.support.waiting import until
from watcher.config.settings import Limits
from watcher.daemon.ending import leave
from watcher.errors import ParseError
from watcher.model import Block, BlockKind, Entry
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.pool import InlineParser, ParserPool, unpacked
from watcher.sources.worker import HEAD, framed

CONTEXT = ParseContext(
    url="https://wire.example/feed", content_type="application/xml", now=datetime(2026, 11, 21, tzinfo=UTC)
)


def rss(items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'.encode()


GOOD = rss("<item><title>Season two</title><link>https://wire.example/1</link></item>")
MANY = "".join(
    f"<item><title>Item {number}</title><link>https://wire.example/{number}</link></item>" for number in range(100_000)
)


PROCESSES = Path("/proc")
LONG_PAGE = b"<ul>" + b"<li>2026.11.20 <a href=/x>Some long headline of news</a></li>" * 60_000 + b"</ul>"


def with_pool(work: Callable[[ParserPool], Awaitable[None]], **limits: object) -> None:
    async def run() -> None:
        async with ParserPool(limits=Limits(**limits), idle=30) as pool:
            await work(pool)

    asyncio.run(run())


async def reason_of(parsing: Awaitable[Parsed]) -> str:
    with pytest.raises(ParseError) as caught:
        await parsing
    return caught.value.reason


async def latency_while(working: Awaitable[object]) -> float:
    """Give the most work, in seconds of the processor, that kept the event loop from turning.

    Its own work, not time: what else this machine does must not count.
    """
    task = asyncio.ensure_future(working)
    worst, last = 0.0, time.thread_time()
    while not task.done():
        await asyncio.sleep(0.005)
        now = time.thread_time()
        worst, last = max(worst, now - last), now
    await task
    return worst


def test_entries_and_errors_come_back_from_a_worker() -> None:
    async def work(pool: ParserPool) -> None:
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries[0].title == "Season two"
        assert await reason_of(pool.parse("feed", b"<html><body>no", CONTEXT)) == "not_a_feed"
        assert await reason_of(pool.parse("no-such-kind", GOOD, CONTEXT)) == "unreadable"

    with_pool(work)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            rss(f"<item><title>a</title><description><![CDATA[{'<!-- --' * 90_000}]]></description></item>"),
            id="C4-comments-640kB",
        ),
        pytest.param(
            rss(f"<item><title>a</title><description>{'&lt;!-- --' * 80_000}</description></item>"),
            id="C4-escaped-comments",
        ),
        pytest.param(rss(f"<item><title>a</title>{'<a>' * 100_000}</item>"), id="C6-nested-open"),
        pytest.param(rss(f"<item><title>a</title>{'<a>' * 100_000}{'</a>' * 100_000}</item>"), id="C6-nested-closed"),
        pytest.param(rss(MANY), id="C8-100000-items"),
    ],
)
def test_c4_c6_c8_hostile_feeds_end_in_time_and_do_not_block_the_loop(body: bytes) -> None:
    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        began = time.monotonic()

        async def attempt() -> None:
            with suppress(ParseError):
                assert len((await pool.parse("feed", body, CONTEXT)).entries) <= 5_000

        worst = await latency_while(attempt())
        assert time.monotonic() - began < 40
        assert worst <= 0.1
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work, parse_seconds=4.0)


def test_c4_a_worker_that_takes_too_long_is_stopped_and_replaced() -> None:
    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        assert await reason_of(pool.parse("page", LONG_PAGE, CONTEXT)) == "hostile"
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work, parse_seconds=1.0)


def test_l9_memory_is_bounded() -> None:
    async def work(pool: ParserPool) -> None:
        assert await reason_of(pool.parse("page", LONG_PAGE, CONTEXT)) == "hostile"
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work, parse_memory=160 * 1024 * 1024)


def test_c16_a_killed_worker_costs_one_look() -> None:
    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        parsing = asyncio.ensure_future(pool.parse("feed", rss(MANY), CONTEXT))
        children = children_of(os.getpid())
        idle = sum(map(worked, children))
        await until(lambda: sum(map(worked, children)) >= idle + 5)  # it has begun
        for child in children:
            os.kill(child, 9)
        assert await reason_of(parsing) == "hostile"
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work)


def test_a_second_worker_is_started_only_where_a_document_waits() -> None:
    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        await asyncio.gather(*(pool.parse("feed", GOOD, CONTEXT) for _ in range(20)))
        assert len(children_of(os.getpid())) == 1
        slow = asyncio.ensure_future(pool.parse("page", LONG_PAGE, CONTEXT))
        await asyncio.sleep(0)
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries
        assert not slow.done()
        assert len(children_of(os.getpid())) == 2
        assert await reason_of(slow) == "hostile"
        for _ in range(3):
            assert (await pool.parse("feed", GOOD, CONTEXT)).entries
        assert len(children_of(os.getpid())) == 1, "the idle one comes before a place for another"

    with_pool(work, parse_seconds=4.0)


def test_c16_an_idle_worker_that_dies_is_no_documents_fault() -> None:
    async def work(pool: ParserPool) -> None:
        for _ in range(5):
            await pool.parse("feed", GOOD, CONTEXT)
            for child in children_of(os.getpid()):
                os.kill(child, 9)
            assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work)


def test_c16_workers_killed_at_any_moment_leave_nothing_that_others_wait_for() -> None:
    body = rss(MANY[: 78 * 500])

    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        for turn in range(8):
            parsing = [asyncio.ensure_future(pool.parse("feed", body, CONTEXT)) for _ in range(4)]
            await asyncio.sleep(turn / 50)
            for child in children_of(os.getpid()):
                os.kill(child, 9)
            for outcome in await asyncio.wait_for(asyncio.gather(*parsing, return_exceptions=True), 60):
                assert isinstance(outcome, Parsed | ParseError)
            assert (await asyncio.wait_for(pool.parse("feed", GOOD, CONTEXT), 60)).entries

    with_pool(work)


def test_a_worker_sees_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "hunter2hunter2")

    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        (worker,) = children_of(os.getpid())
        assert b"hunter2" not in (PROCESSES / str(worker) / "environ").read_bytes()
        opened = {str(link.readlink()) for link in (PROCESSES / str(worker) / "fd").iterdir()}
        assert len([name for name in opened if name.startswith("socket:")]) == 1

    with_pool(work)


def test_a_machine_that_starts_no_process_costs_looks_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(pool: ParserPool) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/no/such/python")
            with pytest.raises(ParseError, match="no process to parse in could be started"):
                await pool.parse("feed", GOOD, CONTEXT)
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work)


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("touch never",)


class Roundabout:
    def __reduce__(self) -> tuple[object, ...]:
        return getattr, (Path, "touch")


def test_what_is_parsed_survives_the_way_from_a_worker() -> None:
    zone = ZoneInfo("Asia/Tokyo")
    entry = Entry(
        id="1",
        title="x",
        published=datetime(2026, 11, 21, tzinfo=zone),
        blocks=(Block(kind=BlockKind.PARAGRAPH, text="x"),),
    )
    parsed = Parsed(entries=(entry,), kind="rss", warnings=("w",))
    assert unpacked(framed(parsed)[HEAD:]) == parsed


@pytest.mark.parametrize(
    "packed",
    [pickle.dumps(Evil()), pickle.dumps(Roundabout()), pickle.dumps([Path]), pickle.dumps(leave), b"no pickle", b""],
    ids=["call", "roundabout", "class", "ours", "nonsense", "nothing"],
)
def test_what_a_worker_answers_is_values_or_refused(packed: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        unpacked(packed)
    assert caught.value.reason == "hostile"
    assert not Path("never").exists()


def worked(process: int) -> int:
    """Tell how long a process has worked, in ticks of the kernel."""
    fields = (PROCESSES / str(process) / "stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def children_of(parent: int) -> list[int]:
    """Give the worker processes below *parent* (not the resource tracker)."""
    found = []
    for process in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):
            stat, command = (process / "stat").read_text(), (process / "cmdline").read_text()
            if int(stat.rsplit(")", 1)[1].split()[1]) == parent and "sources.worker" in command:
                found.append(int(process.name))
    return found


def test_a_cancelled_look_leaves_the_pool_usable() -> None:
    async def work(pool: ParserPool) -> None:
        await pool.parse("feed", GOOD, CONTEXT)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(pool.parse("feed", rss(MANY), CONTEXT), 0.2)
        assert (await pool.parse("feed", GOOD, CONTEXT)).entries

    with_pool(work)


def test_idle_workers_are_let_go_and_come_back() -> None:
    async def run() -> None:
        async with ParserPool(idle=0.05) as pool:
            assert not pool.running
            await pool.parse("feed", GOOD, CONTEXT)
            assert pool.running
            for _ in range(100):
                await asyncio.sleep(0.05)
                if not pool.running and not children_of(os.getpid()):
                    break
            assert not children_of(os.getpid())
            assert (await pool.parse("feed", GOOD, CONTEXT)).entries
        assert not children_of(os.getpid())

    asyncio.run(run())


def test_inline_parser_has_the_same_interface() -> None:
    async def run() -> None:
        async with InlineParser() as parser:
            assert (await parser.parse("feed", GOOD, CONTEXT)).entries[0].title == "Season two"
            assert await reason_of(parser.parse("feed", b"nothing", CONTEXT)) == "not_a_feed"

    asyncio.run(run())
