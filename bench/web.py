"""A web of news to poll: seeded feeds behind a real nginx on many loopback addresses.

In:    a folder, a number of feeds.
Out:   their URLs; what the server saw, counted from its log; new items, published when asked.
Never: anything beyond loopback. Texts are made from words of our own, half of them Japanese; a few name a watched title.
"""

# ruff: noqa: E501, INP001, S603 - a script; seeded, not secret; texts are long

from __future__ import annotations

import gzip
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

ADDRESSES = [f"127.0.0.{number}" for number in range(2, 250)]
PORT = int(os.environ.get("BENCH_PORT", "8491"))
"""Another port lets two benches run beside each other."""
ITEMS = 30
TOLD_OF = 50
"""Watched titles that posts tell of."""
SHARE = 1 / 170
"""Posts that name one of them: some five in a thousand, as in a list of news for everybody."""
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
ADJECTIVES = "Amber Brass Cobalt Drowsy Earnest Fallow Gilded Hushed Ivory Jagged Kindled Lacquer Marbled".split()  # noqa: SIM905
NOUNS = "Beacon Cellar Dockyard Estuary Foundry Glacier Hearth Islet Junction Kiln Lighthouse Meridian".split()  # noqa: SIM905
WORDS = [
    "the",
    "studio",
    "said",
    "that",
    "work",
    "on",
    "the",
    "series",
    "goes",
    "on",
    "and",
    "that",
    "a",
    "trailer",
    "will",
    "follow",
    "while",
    "the",
    "publisher",
    "prepares",
    "new",
    "volumes",
    "for",
    "readers",
    "who",
    "waited",
    "through",
    "spring",
    "music",
    "by",
    "the",
    "composer",
    "of",
    "the",
    "first",
    "part",
    "notes",
    "on",
    "the",
    "story",
    "cast",
    "and",
    "staff",
    "remain",
    "as",
    "they",
    "were",
    "tickets",
    "for",
    "the",
    "screening",
    "are",
    "sold",
    "at",
    "the",
    "counter",
    "of",
    "the",
    "theatre",
]
SENTENCES = [
    "公式サイトが新しくなり、登場人物の紹介が増えた。",
    "監督とシリーズ構成は前作と同じ顔ぶれである。",
    "放送局と配信先は決まり次第お知らせする。",
    "主題歌を歌う歌手のコメントが届いた。",
    "会場では限定のグッズが先着順で配られる。",
    "原作の最新刊は来月、全国の書店に並ぶ。",
    "予告映像は週末から各地の劇場で流れる。",
    "来年春に向けて制作が進んでいるという。",
    "イベントの入場券は抽選で販売される。",
    "音楽は引き続き同じ作曲家が手がける。",
    "読者の投票で選ばれた一場面が公開された。",
    "二人の主人公の新たな物語が始まる。",
]
ENGLISH_HEADLINES = ["{} Season 2 Premieres in Spring", "{}: new trailer & key visual", "Cast of {} meets fans"]
JAPANESE_HEADLINES = ["『{}』第2期が来年春に放送決定", "「{}」最新の予告映像が公開", "『{}』キャストが舞台に登場"]
ECHO = Path("/usr/lib/nginx/modules/ngx_http_echo_module.so")
"""What answers late (Debian: libnginx-mod-http-echo)."""
_LATE = """location ~ \\.(xml|html)$ {{ echo_sleep {seconds}; echo_exec @file; }} location @file {{ }}"""
_CONFIG = """{load}daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{ types {{ application/xml xml; text/html html; }} charset utf-8; log_format bench '$status'; access_log {folder}/access.log bench;
  keepalive_timeout 60; keepalive_requests 100000; gzip_static on; if_modified_since exact; root {folder}/root;
  {temporary}
  server {{ {listen} {late} }} }}
"""


def name_of(number: int) -> str:
    """Name the work that a post is about; the same few come again and again."""
    chance = random.Random(f"name {number}")
    return f"{chance.choice(ADJECTIVES)} {chance.choice(NOUNS)} {number % 4096:03x}"


def watched(count: int) -> list[str]:
    """Name works to watch: some that the feeds tell of, the others never."""
    unheard = (f"Zephyr {number:05d} Unheard" for number in range(count - TOLD_OF))
    return [*map(name_of, range(TOLD_OF)), *unheard]


def _item(feed: int, serial: int) -> tuple[str, str, datetime, str]:
    chance = random.Random(f"item {feed} {serial}")
    name = name_of(chance.randrange(TOLD_OF if chance.random() < SHARE else 100_000))
    at = BEGIN + timedelta(hours=6 * serial, minutes=chance.randrange(300))
    if feed % 4 < 2:  # half of the feeds are Japanese, and half of these Atom
        texts = ["".join(chance.choices(SENTENCES, k=chance.randint(3, 9))) for _ in range(3)]
        headline = chance.choice(JAPANESE_HEADLINES)
    else:
        texts = [" ".join(chance.choices(WORDS, k=chance.randint(20, 60))).capitalize() + "." for _ in range(3)]
        headline = chance.choice(ENGLISH_HEADLINES)
    body = (
        f'<p><img src="https://img.example/{feed}/{serial}.jpg" alt="{name}"></p><p><strong>{headline.format(name)}</strong>'
        f"</p><p>{texts[0]}</p><ul><li>{name}</li><li><a href='https://news.example/{feed}/{serial}/more?a=1&amp;b=2'>more"
        f"</a></li></ul><p>{texts[1]}</p><blockquote>{texts[2]}</blockquote>"
    )
    return headline.format(name), f"https://news.example/{feed}/{serial}", at, body


def feed_text(feed: int, generation: int) -> str:
    """Write a feed: RSS and Atom in turns."""
    items = [_item(feed, 100 + generation - back) for back in range(ITEMS)]
    if feed % 2:
        rows = "".join(
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid><pubDate>{format_datetime(at)}</pubDate>"
            f"<description><![CDATA[{body}]]></description></item>\n"
            for title, link, at, body in items
        )
        head = f"<title>News {feed}</title><link>https://news.example/{feed}</link><description>-</description>"
        return f'<?xml version="1.0"?>\n<rss version="2.0"><channel>{head}{rows}</channel></rss>\n'
    rows = "".join(
        f'<entry><title>{escape(title)}</title><id>{link}</id><link href="{link}"/><updated>{at.isoformat()}</updated>'
        f'<summary type="html">{escape(body)}</summary></entry>\n'
        for title, link, at, body in items
    )
    head = (
        f"<title>News {feed}</title><id>tag:news.example,2025:{feed}</id><updated>{items[0][2].isoformat()}</updated>"
    )
    return f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">{head}{rows}</feed>\n'


def page_text(page: int, generation: int) -> str:
    """Write a news list of the same posts, with the menus, ranks and scripts that such pages have."""
    items = [_item(page, 100 + generation - back) for back in range(ITEMS)]
    chance = random.Random(f"page {page}")
    menu = "".join(
        f'<li class="nav-{n}"><a href="/c/{n}">{" ".join(chance.choices(WORDS, k=3))}</a></li>' for n in range(60)
    )
    script = "".join(f"window.cfg_{n}={{k:'{chance.getrandbits(256):x}'}};" for n in range(120))
    rows = "".join(
        f'<li class="news-item"><a class="news-link" href="{link}"><time datetime="{at.isoformat()}">{at:%Y.%m.%d}</time>'
        f'<h3 class="news-title">{escape(title)}</h3></a><div class="lead">{body}</div></li>\n'
        for title, link, at, body in items
    )
    side = "".join(
        f'<div class="rank"><a href="/r/{n}">{" ".join(chance.choices(WORDS, k=8))}</a></div>' for n in range(40)
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>News {page}</title><script>{script}</script></head>'
        f'<body><header><nav><ul>{menu}</ul></nav></header><main><h1>News</h1><ul class="news-list">{rows}</ul></main>'
        f"<aside>{side}</aside><footer>News {page}</footer></body></html>\n"
    )


@dataclass(slots=True)
class Web:
    """The running server and its files."""

    folder: Path
    feeds: int
    pages: bool = False
    """News lists in place of feeds."""
    generations: Counter[int] = field(default_factory=Counter)

    @property
    def urls(self) -> list[str]:
        return [f"http://{ADDRESSES[i % len(ADDRESSES)]}:{PORT}/{self._name(i)}" for i in range(self.feeds)]

    def _name(self, feed: int) -> str:
        return f"{feed:05d}.html" if self.pages else f"{feed:05d}.xml"

    def write(self, feed: int) -> None:
        """Write a feed and its compressed copy; its time tells its generation."""
        data = (page_text if self.pages else feed_text)(feed, self.generations[feed]).encode()
        stamp = BEGIN.timestamp() + 60 * self.generations[feed]
        plain = self._name(feed)
        for name, content in ((plain, data), (f"{plain}.gz", gzip.compress(data, 5, mtime=0))):
            path = self.folder / "root" / name
            path.write_bytes(content)
            os.utime(path, (stamp, stamp))

    def publish(self, count: int) -> None:
        """Let *count* feeds have one new item."""
        for feed in random.Random(f"publish {sum(self.generations.values())}").sample(range(self.feeds), count):
            self.generations[feed] += 1
            self.write(feed)

    def seen(self) -> Counter[str]:
        """Count what was answered since the last time, by status."""
        log = self.folder / "access.log"
        time.sleep(0.1)
        counted = Counter(log.read_text().split())
        os.truncate(log, 0)
        return counted


@contextmanager
def web(folder: Path, feeds: int, nginx: str, *, pages: bool = False, latency: float = 0.0) -> Iterator[Web]:
    """Write the feeds (or *pages*) and serve them, each answer *latency* seconds late."""
    (folder / "root").mkdir(parents=True)
    served = Web(folder, feeds, pages)
    for feed in range(feeds):
        served.write(feed)
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    listen = " ".join(f"listen {address}:{PORT};" for address in ADDRESSES)
    late, load = (_LATE.format(seconds=latency), f"load_module {ECHO};\n") if latency else ("", "")
    config = _CONFIG.format(folder=folder, listen=listen, temporary=temporary, late=late, load=load)
    (folder / "nginx.conf").write_text(config)
    server = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")], stdin=subprocess.DEVNULL)
    try:
        _wait(folder, server)
        yield served
    finally:
        server.terminate()
        server.wait(10)


def _wait(folder: Path, server: subprocess.Popen[bytes]) -> None:
    for _ in range(100):
        time.sleep(0.05)
        if (folder / "nginx.pid").exists() and (folder / "access.log").exists():
            return
        if server.poll() is not None:
            break
    raise SystemExit(f"nginx did not start: {(folder / 'error.log').read_text()}")
