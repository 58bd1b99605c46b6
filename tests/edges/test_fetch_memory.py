"""Bombs and floods against the shipped limits, measured in a process of its own; and nothing leaks."""

import asyncio
import gc
import gzip
import json
import os
import subprocess
import sys
import zlib
from itertools import repeat
from pathlib import Path

import pytest

from tests.support.fetching import fetcher, server_tls
from tests.support.web import HANG, Answer, Web
from watcher.errors import FetchError
from watcher.fetch.exchange import Request

ROOT = Path(__file__).parents[2]

MEASURE = """
import asyncio, json, sys, time
from datetime import UTC, datetime, timedelta
from tests.support.fetching import loopback_config
from watcher.config.settings import Limits
from watcher.errors import FetchError
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request
from dataclasses import replace

def memory(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024

async def main():
    config = replace(loopback_config(), limits=Limits(deadline=timedelta(seconds=float(sys.argv[1]))))
    async with Fetcher(config=config, now=lambda: datetime.now(UTC)) as asking:
        await asking.fetch(Request(url=sys.argv[2]))
        for url in sys.argv[3:]:
            with open("/proc/self/clear_refs", "w") as peak:
                peak.write("5")
            before, began = memory("VmRSS"), time.process_time()
            try:
                reason = f"{(await asking.fetch(Request(url=url))).status}"
            except FetchError as error:
                reason = error.reason
            took = time.process_time() - began
            print(json.dumps([url.rpartition("/")[2], reason, memory("VmHWM") - before, took]))

asyncio.run(main())
"""


def huge_gzip(gigabytes):
    """Build gzip of very many zeros: one flushed block of deflate, repeated, is again deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * (1024 * gigabytes)


@pytest.fixture(scope="module")
def web():
    with Web() as running:
        running.page("/ok", b"fine")
        yield running


def measured(web, *paths, deadline=20.0):
    command = [sys.executable, "-c", MEASURE, str(deadline), web.url("/ok"), *map(web.url, paths)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    return {name: (reason, grown, took) for name, reason, grown, took in map(json.loads, done.stdout.splitlines())}


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="peaks cannot be reset here")
def test_a5_a8_a9_a10_a11_bombs_grow_memory_by_less_than_32_mb_and_end_in_a_second(web):
    bomb = huge_gzip(10)
    assert 9_000_000 < len(bomb) < 12_000_000
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/rss+xml"}
    web.page("/a8", bomb[: 7 << 20], headers=packed)  # what fits the raw limit: seven gigabytes
    web.page("/a9", gzip.compress(gzip.compress(huge_gzip(1))), headers={"Content-Encoding": "gzip, gzip"})
    web.answers("/a10", Answer(bomb[: 7 << 20], 302, {**packed, "Location": "/ok"}))
    web.stream("/a11", lambda: [b"HTTP/1.1 200 OK\r\n\r\n", *repeat(bytes(1 << 16), 2000)])
    web.page("/a8e", bomb[: 7 << 20], headers={**packed, "Content-Type": "text/html"}, status=403)
    results = measured(web, "/a8", "/a9", "/a10", "/a11", "/a8e")
    assert {name: reason for name, (reason, _, _) in results.items()} == {
        "a8": "too_large",
        "a9": "encoding",
        "a10": "200",
        "a11": "too_large",
        "a8e": "status",
    }
    assert max(grown for _, grown, _ in results.values()) <= 32, results
    assert max(took for _, _, took in results.values()) <= 1, results


@pytest.mark.skipif(not os.access("/proc/self/clear_refs", os.W_OK), reason="peaks cannot be reset here")
def test_a5_a7_floods_of_headers_leave_memory_flat(web):
    web.stream("/a5", lambda: repeat(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100))
    web.raw("/a7", b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * 5_000_000 + b"\r\n\r\n", HANG)
    results = measured(web, "/a5", "/a7", deadline=0.7)
    assert results["a5"][0] in {"timeout", "too_large"}
    assert results["a7"][0] == "protocol"
    assert max(grown for _, grown, _ in results.values()) <= 8, results


def test_no_descriptors_are_leaked_by_any_kind_of_end(web):
    web.raw("/cut", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour")
    web.raw("/hang", HANG)
    web.page("/big", bytes(1 << 20))
    web.redirect("/away", "/ok")

    async def rounds(asking, secure, number):
        urls = [web.url(path) for path in ("/ok", "/cut", "/hang", "/big", "/away", "/none")]
        for _ in range(number):
            for url in [*urls, secure.url("/"), f"https://127.0.0.1:{web.port}/"]:
                try:
                    await asking.fetch(Request(url=url))
                except FetchError:
                    continue

    async def scenario():
        with Web(tls=server_tls("good")) as secure:
            async with fetcher(deadline=0.05) as asking:
                await rounds(asking, secure, 2)
                before = open_files()
                await rounds(asking, secure, 8)
                return before, open_files()

    def open_files():
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir()))

    before, after = asyncio.run(scenario())
    assert after <= before + 4
