"""Speculation pages and real announcements, served by a real nginx, polled by the real command.

The product's own pages always run. The larger set (two pages of the open web and a labelled corpus) runs where a folder
`shared` stands beside the checkout, and says so where it does not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from tests.support.nginx import Nginx, nginx

SHARED = Path(__file__).resolve().parents[3] / "shared"
OWN_ARTICLES = {
    "guess.html": (
        "Copper Lanterns Season 2: Release Date, Cast, Plot and Everything We Know",
        [
            "Fans of Copper Lanterns have waited years for a second season. Here is everything we know so far.",
            "The studio has not announced Copper Lanterns Season 2 yet. Still, it is only a matter of time.",
            "Copper Lanterns Season 2 will be released on March 3, 2019. We expect it to arrive in late 2027 at the earliest.",
        ],
    ),
}


def article(headline: str, paragraphs: list[str]) -> str:
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs if text.strip())
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(headline)}</title></head>'
        f"<body><main><article><h1>{escape(headline)}</h1>{body}</article></main></body></html>"
    )


def feed(cases: list[dict[str, Any]]) -> str:
    items = "".join(
        f"<item><title>{escape(case['headline'])}</title><guid isPermaLink='false'>{case['id']}</guid>"
        f"<link>http://press.example/{case['id']}</link>"
        + (
            f"<pubDate>{format_datetime(datetime.fromisoformat(case['published']).replace(tzinfo=UTC, hour=12))}</pubDate>"
            if case["published"]
            else ""
        )
        + f"<description>{escape(paragraphs_of(case['body']))}</description></item>"
        for case in cases
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Press</title><link>http://press.example/</link>{items}</channel></rss>'


def paragraphs_of(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n") if part.strip())


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def configuration(
    folder: Path, server: Nginx, titles: list[dict[str, Any]], articles: list[str], feeds: dict[str, list[str]]
) -> Path:
    parts = [
        (
            f'[watcher]\nstate = {quoted(str(folder / "state"))}\ntimezone = "Europe/Berlin"\n'
            'allow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\ncloser = false\npacks = []\n'
        )
    ]
    for title in titles:
        season = title["season"] if title["season"] is not None else "any"
        parts.append(
            f"[[title]]\nid = {quoted(title['id'])}\nname = {quoted(title['name'])}\n"
            f"aliases = [{', '.join(map(quoted, title['aliases']))}]\nseason = {quoted(season) if season == 'any' else season}\nsince = {title['since']}\n"
        )
    parts += [
        f'[[source]]\nname = "blog {name}"\nkind = "page"\nmode = "article"\n'
        f'url = "{server.url("/" + name)}"\nrobots = false\n'
        for name in articles
    ]
    parts += [
        f'[[source]]\nname = "press {name}"\nkind = "feed"\nurl = "{server.url("/" + name)}"\ntier = 3\n'
        f"titles = [{', '.join(map(quoted, only))}]\n"
        for name, only in feeds.items()
    ]
    path = folder / "config.toml"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def watcher(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watcher", *arguments], capture_output=True, text=True, timeout=120, check=False
    )


def check(config: Path) -> dict[str, Any]:
    done = watcher("check", "--config", str(config), "--json")
    assert done.returncode == 0, done.stderr + done.stdout[-2000:]
    return json.loads(done.stdout)


def assert_second_check_is_silent(config: Path, server: Nginx) -> None:
    asked = len(server.log())
    again = check(config)
    assert again["events"] == []
    assert again["deliveries"] == []
    assert {status for _, status in server.log()[asked:]} == {304}


def test_own_pages_are_judged_right_and_a_second_check_is_silent(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name, (headline, paragraphs) in OWN_ARTICLES.items():
        (root / name).write_text(article(headline, paragraphs), encoding="utf-8")
    case = {
        "id": "own-1",
        "headline": "Copper Lanterns Anime Gets 2nd Season in October 2027",
        "body": "The official website announced on Friday that the second season of Copper Lanterns will premiere in October 2027.",
        "published": "2026-11-20",
    }
    (root / "feed.xml").write_text(feed([case]), encoding="utf-8")
    title = {"id": "copper", "name": "Copper Lanterns", "aliases": [], "season": 2, "since": "2026-11-01"}
    with nginx(tmp_path) as server:
        config = configuration(tmp_path, server, [title], list(OWN_ARTICLES), {"feed.xml": ["copper"]})
        events = check(config)["events"]
        assert [(event["type"], event["date"]) for event in events] == [("release_window", "2027-10")]
        why = watcher("explain", server.url("/guess.html"), "--config", str(config))
        assert why.returncode == 0
        assert "speculation" in why.stdout
        assert_second_check_is_silent(config, server)


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="no folder `shared` beside the checkout")
def test_the_seed_pages_stay_silent_and_real_announcements_are_told_once(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    seeds = []
    for path in sorted((SHARED / "seeds").glob("*.txt")):
        headline, *paragraphs = path.read_text(encoding="utf-8").split("\n")
        (root / f"{path.stem}.html").write_text(article(headline, paragraphs), encoding="utf-8")
        seeds.append(f"{path.stem}.html")
    cases = feed_cases()
    titles = [
        {"id": "akudama", "name": "Akudama Drive", "aliases": ["アクダマドライブ"], "season": 2, "since": "2020-01-01"}
    ]
    wanted = set()
    for key, same in by_watch(cases).items():
        watch, days = same[0]["watch"], [case["published"] for case in same if case["published"]]
        since = (datetime.fromisoformat(min(days)) - timedelta(days=30)).date() if days else "2000-01-01"
        titles.append(
            {"id": key, "name": watch["title"], "aliases": watch["aliases"], "season": watch["season"], "since": since}
        )
        wanted |= {key} if any(case["expect"]["alert"] for case in same) else set()
    (root / "feed.xml").write_text(feed(cases), encoding="utf-8")
    feeds: dict[str, list[str]] = {"feed.xml": []}
    with nginx(tmp_path) as server:
        config = configuration(tmp_path, server, titles, seeds, feeds)
        told = {event["title"] for event in check(config)["events"]}
        assert "akudama" not in told
        for name in seeds:
            why = watcher("explain", server.url(f"/{name}"), "--config", str(config))
            assert why.returncode == 0, why.stderr
            assert "the text is speculation" in why.stdout or "the text is no_news" in why.stdout, why.stdout
        assert len(told & wanted) >= 0.8 * len(wanted), sorted(wanted - told)
        assert len(told - wanted) <= 0.05 * len(cases), sorted(told - wanted)
        assert_second_check_is_silent(config, server)


def by_watch(cases: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group the cases by what is watched: one title may be in several."""
    groups: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for case in cases:
        groups.setdefault((case["watch"]["title"], case["watch"]["season"]), []).append(case)
    return {f"t{number}": group for number, group in enumerate(groups.values())}


def feed_cases() -> list[dict[str, Any]]:
    names = ("en_dev", "ja_dev", "other_dev")
    lines = [
        line for name in names for line in (SHARED / "corpus" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    ]
    return [case for case in map(json.loads, filter(str.strip, lines)) if case["kind"] == "feed_entry"]
