"""A thousand ways of saying the same, and a thousand real changes amid faults.

    python -m tests.faults.changes [NUMBER] [SEED]        (make faults)

`same_again` rewrites one feed at random without changing what it says: nobody may be told anything. `amid_faults`
announces one season after another while the source fails in all manners: each must be told, and once.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Any

from tests.chaos.world import NAMES
from tests.support.clock import START
from tests.support.faulty_storage import FaultyStorage
from tests.support.web import Answer, Raw
from tests.support.whole import TITLES, Post, Whole, announcement, atom, json_feed, post, rss
from watcher.engine import Engine
from watcher.errors import StoreError
from watcher.model import Title

Feed = list[Post]
CHALLENGE = "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"


def posts() -> Feed:
    """Three announcements and some posts that say nothing."""
    return [
        *(announcement(title, at=START + timedelta(hours=number)) for number, title in enumerate(TITLES)),
        post("Velvet Orbit figures on sale", "A “new” figure – 1/7 scale – is out in March. Prices & shops inside.", at=START),
        post("シルエット展、開催中", "会場では原画を展示しています。", at=START),
        post("Is a season 2 of Silent Marsh possible?", "We think that it could happen some day.", at=START),
    ]  # fmt: skip


# -- what changes nothing -------------------------------------------------------------------------------


def shuffled(feed: Feed, chance: random.Random) -> Feed:
    return chance.sample(feed, len(feed))


def reversed_(feed: Feed, _: random.Random) -> Feed:
    return feed[::-1]


def shortened(feed: Feed, chance: random.Random) -> Feed:
    return chance.sample(feed, chance.randint(3, len(feed)))


def other_ids(feed: Feed, chance: random.Random) -> Feed:
    salt = chance.randrange(10**6)
    return [replace(one, id=f"urn:new:{salt}:{number}") for number, one in enumerate(feed)]


def links_as_ids(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, id=one.link) for one in feed]


def secure_links(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, link=one.link.replace("http://", "https://www.") + "/") for one in feed]


def tracked_links(feed: Feed, chance: random.Random) -> Feed:
    return [replace(one, link=f"{one.link}?utm_source=rss&utm_campaign={chance.randrange(9)}#top") for one in feed]


def moved_links(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, link=one.link.replace("studio.example/", "studio.example/news/2026/")) for one in feed]


def decomposed(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, title=unicodedata.normalize("NFD", one.title)) for one in feed]


def spaced(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, title=f"  {one.title} ", text=one.text.replace(" ", "\n ")) for one in feed]


def hard_spaced(feed: Feed, _: random.Random) -> Feed:
    return [
        replace(one, title=one.title.replace(" ", "\u00a0"), text=one.text.replace(". ", ".\u00a0")) for one in feed
    ]


def advertised(feed: Feed, chance: random.Random) -> Feed:
    return [replace(one, text=f"{one.text} Follow us! {chance.randrange(10**4)} comments.") for one in feed]


def marked_up(feed: Feed, _: random.Random) -> Feed:
    return [replace(one, text=f"<p class='x'>{escape(one.text, quote=False)}</p>") for one in feed]


def retimed(feed: Feed, chance: random.Random) -> Feed:
    return [replace(one, at=one.at + timedelta(seconds=chance.randrange(50))) for one in feed]


HARMLESS: tuple[Callable[[Feed, random.Random], Feed], ...] = (
    shuffled, reversed_, shortened, other_ids, links_as_ids, secure_links, tracked_links, moved_links, decomposed,
    spaced, hard_spaced, advertised, marked_up, retimed,
)  # fmt: skip


def same_again(folder: Path, number: int, seed: int) -> dict[str, Any]:
    """Show *number* rewritten feeds; tell what was told beyond the three announcements."""
    chance, used = random.Random(seed), Counter[str]()
    first = posts()
    with Whole(folder) as whole:

        async def play(machine: Engine) -> list[str]:
            wrong: list[str] = []
            whole.feed(post("An old post"))
            await whole.round(machine)
            whole.feed(*first)
            await whole.round(machine)
            assert len(whole.told) == len(TITLES), whole.told
            for _ in range(number):
                changes = chance.sample(HARMLESS, chance.randint(1, 3))
                names = [change.__name__ for change in changes]
                _show(whole, first, changes, chance)
                used.update(names)
                await whole.round(machine, minutes=30)
                if len(whole.told) != len(TITLES):
                    wrong.append(f"{names}: {whole.told.pop()}")
                    whole.hook.accepted.pop()
            return wrong

        wrong = whole.during(play)
        return {"variants": number, "seed": seed, "by_change": dict(used), "false_alerts": len(wrong), "wrong": wrong}


def _show(
    whole: Whole, feed: Feed, changes: list[Callable[[Feed, random.Random], Feed]], chance: random.Random
) -> None:
    for change in changes:
        feed = change(feed, chance)
    form = chance.choice((atom, rss, json_feed))
    text = form(feed)
    if form is atom and chance.random() < 0.3:
        body = text.replace('encoding="utf-8"', 'encoding="utf-16"').encode("utf-16")
    else:
        body = text.encode()
    kind = {atom: "application/atom+xml", rss: "text/xml", json_feed: "application/json"}[form]
    whole.web.page("/feed.xml", body, headers={"Content-Type": kind})


# -- what must be told -------------------------------------------------------------------------------------

FAULTS: dict[str, Answer | Raw] = {
    "500": Answer(b"oops", 500),
    "404": Answer(b"gone", 404),
    "closed": Raw(lambda: ()),
    "cut": Raw(lambda: (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<feed>",)),
    "challenge": Answer(CHALLENGE.encode(), 200, {"Content-Type": "text/html"}),
    "garbage": Answer(b"\x00\xff" * 500, 200),
    "empty": Answer(b"", 200),
    "no posts": Answer(atom(()).encode(), 200, {"Content-Type": "application/atom+xml"}),
    "login": Answer(b"<html><form action='/login'><input type='password'></form></html>", 200),
    "encoding": Answer(b"abc", 200, {"Content-Encoding": "gzip"}),
}


def amid_faults(folder: Path, number: int, seed: int) -> dict[str, Any]:
    """Announce *number* seasons while the source fails; tell which were missed or told twice."""
    chance, used = random.Random(seed), Counter[str]()
    number = min(number, len(NAMES))
    since = START - timedelta(days=1)
    titles = tuple(Title(id=f"t{place}", name=name, season=2, since=since) for place, name in enumerate(NAMES[:number]))
    with Whole(folder, titles=titles) as whole:

        async def play(machine: Engine) -> None:
            feed: Feed = [post("An old post")]
            whole.feed(*feed)
            await whole.round(machine)
            left = list(titles)
            while left:
                some = [left.pop(0) for _ in range(min(len(left), chance.randint(1, 4)))]
                feed = [*(_news(one, whole) for one in some), *feed][:30]
                for _ in range(chance.randint(0, 3)):
                    used[await _fault(whole, machine, feed, chance)] += 1
                _show(whole, feed, chance.sample((shuffled, tracked_links, advertised), 1), chance)
                await whole.round(machine)

        whole.during(play)
        whole.look(hours=3)
        told = Counter(name for name, _ in whole.told)
        missed = sorted({title.name for title in titles} - set(told))
        twice = sorted(name for name, times in told.items() if times > 1)
        return {"changes": number, "seed": seed, "faults": dict(used), "missed": missed, "twice": twice}


def _news(title: Title, whole: Whole) -> Post:
    return announcement(title, at=whole.clock())


async def _fault(whole: Whole, machine: Engine, feed: Feed, chance: random.Random) -> str:
    """Let one look or delivery go wrong; return how."""
    name = chance.choice((*FAULTS, "storage", "channel"))
    if name == "storage":
        whole.feed(*feed)
        disk = FaultyStorage(whole.store, fail_at=chance.randint(1, 40), error="database or disk is full", reads=True)
        with disk.installed():
            await _round(whole, machine)
    elif name == "channel":
        whole.feed(*feed)
        whole.hook.answers(Answer(status=chance.choice((500, 503, 429))), Answer())
        await _round(whole, machine)
    else:
        whole.web.answers("/feed.xml", FAULTS[name])
        await _round(whole, machine)
    return name


async def _round(whole: Whole, machine: Engine) -> None:
    try:
        await whole.round(machine)
    except StoreError as error:
        logging.getLogger(__name__).info("as it should: %s", error)


def main() -> None:
    number, seed = (int(given) for given in (*sys.argv[1:], "1000", "1")[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 1)  # fmt: skip
    logging.disable(logging.CRITICAL)
    begun, found, done = time.monotonic(), [], 0
    with tempfile.TemporaryDirectory(prefix="changes-") as name:
        found.append(same_again(Path(name) / "same", number, seed))
        while done < number:
            found.append(amid_faults(Path(name) / f"faults{done}", number - done, seed + done))
            done += found[-1]["changes"]
    bad = any(one.get("wrong") or one.get("missed") or one.get("twice") for one in found)
    sys.stdout.write(json.dumps({"seconds": round(time.monotonic() - begun, 1), "runs": found}, indent=1) + "\n")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
