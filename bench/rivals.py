"""Who polls: this program, bare httpx, reader and urlwatch; each in an environment of its own.

In:    a folder for environments, a folder for one rival's state, the URLs.
Out:   the command of one poll.
Never: the network, except the package index when an environment is made.
"""

# ruff: noqa: INP001, ISC004, S603 - a script; it starts programs

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from web import watched

_HTTPX = """
import asyncio, json, pathlib, sys, httpx
state = pathlib.Path(sys.argv[1])
kept = state / "validators.json"
known = json.loads(kept.read_text()) if kept.exists() else {}
async def main():
    gate = asyncio.Semaphore(50)
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=50)) as client:
        async def one(url):
            async with gate:
                answer = await client.get(url, headers=known.get(url, {}))
            if answer.status_code == 200:
                h = answer.headers
                known[url] = {"If-None-Match": h["etag"], "If-Modified-Since": h["last-modified"]}
        await asyncio.gather(*map(one, (state / "urls.txt").read_text().split()))
asyncio.run(main())
kept.write_text(json.dumps(known))
"""
_READER = """
import pathlib, sys
from reader import make_reader
state = pathlib.Path(sys.argv[1])
reader = make_reader(str(state / "reader.db"), search_enabled=False)
if not (state / "added").exists():
    for url in (state / "urls.txt").read_text().split():
        reader.add_feed(url)
    (state / "added").touch()
reader.update_feeds(workers=10, scheduled=False)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """One way to poll."""

    name: str
    needs: tuple[str, ...] = ()
    """What its environment is made of; none: this program's own."""
    prepare: Callable[[Path, Sequence[str]], None]
    command: Callable[[Path, Path], list[str]]
    """From its environment's folder and its state."""


def _urls(state: Path, urls: Sequence[str]) -> None:
    (state / "urls.txt").write_text("\n".join(urls))


def _script(text: str) -> Callable[[Path, Path], list[str]]:
    return lambda environment, state: [str(environment / "bin/python"), "-c", text, str(state)]


def _urlwatch(state: Path, urls: Sequence[str]) -> None:
    reading = {"filter": [{"css": "ul.news-list > li.news-item"}, "html2text"]} if urls[0].endswith(".html") else {}
    jobs = (json.dumps({"name": f"s{number}", "url": url, **reading}) for number, url in enumerate(urls))
    (state / "urls.yaml").write_text("\n---\n".join(jobs))
    (state / "config.yaml").write_text(json.dumps({"report": {"stdout": {"enabled": True}}}))


def _urlwatch_command(environment: Path, state: Path) -> list[str]:
    given = [("--urls", "urls.yaml"), ("--config", "config.yaml"), ("--hooks", "hooks.py"), ("--cache", "cache.db")]
    return [str(environment / "bin/urlwatch"), *(part for flag, name in given for part in (flag, str(state / name)))]


def _product(titles: int) -> Callable[[Path, Sequence[str]], None]:
    def prepare(state: Path, urls: Sequence[str]) -> None:
        rows = [
            f'[watcher]\nstate = "{state}/state"\ntimezone = "UTC"\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\n'
            'packs = []\ncontact = "https://example.org/bench"\n'
        ]
        rows += [f'[[title]]\nname = "{name}"\nseason = 2\n' for name in watched(titles)]
        kind = "page" if urls[0].endswith(".html") else "feed"
        rows += [
            f'[[source]]\nname = "s{number}"\nkind = "{kind}"\nurl = "{url}"\nevery = "1h"\ntier = 3\n'
            for number, url in enumerate(urls)
        ]
        (state / "config.toml").write_text("\n".join(rows))

    return prepare


def _product_command(_: Path, state: Path) -> list[str]:
    return [sys.executable, "-m", "watcher", "check", "--config", str(state / "config.toml")]


RIVALS = (
    Rival(name="watcher", prepare=_product(100), command=_product_command),
    Rival(name="watcher, 10,000 titles", prepare=_product(10_000), command=_product_command),
    Rival(name="httpx GET", needs=("httpx==0.28.1",), prepare=_urls, command=_script(_HTTPX)),
    Rival(name="httpx GET, sniffio", needs=("httpx==0.28.1", "sniffio"), prepare=_urls, command=_script(_HTTPX)),
    Rival(name="reader", needs=("reader==3.26", "sgmllib3k"), prepare=_urls, command=_script(_READER)),
    Rival(name="urlwatch", needs=("urlwatch==2.29",), prepare=_urlwatch, command=_urlwatch_command),
)


def environment(rival: Rival, folder: Path) -> Path | None:
    """Make a rival's environment, once; None where the index cannot be reached."""
    here = folder / rival.name.replace(" ", "-").replace(",", "")
    if not rival.needs or (here / "ready").exists():
        return here
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(here)], check=True)
        subprocess.run([str(here / "bin/pip"), "install", "--quiet", *rival.needs], check=True, timeout=300)
    except (subprocess.SubprocessError, OSError):
        return None
    (here / "ready").touch()
    return here
