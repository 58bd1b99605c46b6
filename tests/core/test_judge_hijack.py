"""An official site that is somebody else's now, and the redesigns that are not: which signs count for how much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.judge.hijack import LONG_AWAY, doubts, remembered
from watcher.memory import SiteMarks, SourceState
from watcher.model import Block, BlockKind, Entry
from watcher.sources.dom import parse_page
from watcher.sources.sitemarks import page_marks
from watcher.sources.sitewords import entry_marks

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PINNED = SiteMarks(
    title="TVアニメ「灯籠行列」公式サイト",
    owner="灯籠行列製作委員会",
    japanese=0.9,
    links=30,
    away=4,
    weak=("ポーカー",),
)
GONE = {"failing_since": NOW - LONG_AWAY - timedelta(days=1), "failures": 90}


def found(state: dict[str, Any] | None = None, **seen: Any) -> str:
    before = SourceState(source_id="site", marks=PINNED, **(state or {}))
    return "; ".join(doubts(before, replace(PINNED, **seen), NOW))


INNOCENT: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("the same", {}, {}),
    ("a new title with the show's name", {}, {"title": "灯籠行列 第2期 制作決定!"}),
    ("a new © year or line that shares its name", {}, {"owner": "作者・出版社/灯籠行列製作委員会"}),
    ("an English version", {}, {"title": "Lantern Parade Official Site", "japanese": 0.1}),
    ("no © line on this page", {}, {"owner": ""}),
    ("a new © line of another company", {}, {"owner": "Harbor Pictures"}),
    ("away for long and back as it was", GONE, {}),
    ("a show about gambling that plays poker", {}, {"weak": ("ポーカー", "カジノ", "ルーレット", "ギャンブル")}),
    ("one strong word in a post", {}, {"strong": ("オンラインカジノ",)}),
    ("a page of links to shops", {}, {"links": 40, "away": 38}),
    ("a short page without links", {}, {"links": 3, "away": 3, "title": ""}),
]
TAKEN: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("casinos", {}, {"strong": ("オンラインカジノ", "ブックメーカー")}),
    ("a casino with its games", {}, {"strong": ("online casino",), "weak": ("slots", "roulette", "jackpot")}),
    ("another owner and language", {}, {"owner": "Best Deals", "japanese": 0.0}),
    ("another owner and title", {}, {"owner": "", "title": "Top 10 VPN services"}),
    ("another owner after a long time", GONE, {"owner": ""}),
    ("no address for weeks, then another title", {**GONE, "last_reason": "dns"}, {"title": "Domain parking"}),
    ("language, title and links", {}, {"japanese": 0.0, "title": "Cheap flights", "links": 20, "away": 19}),
]


@pytest.mark.parametrize(("state", "seen"), [case[1:] for case in INNOCENT], ids=[case[0] for case in INNOCENT])
def test_what_may_change_on_a_site(state: dict[str, Any], seen: dict[str, Any]) -> None:
    assert found(state, **seen) == ""


@pytest.mark.parametrize(("state", "seen"), [case[1:] for case in TAKEN], ids=[case[0] for case in TAKEN])
def test_what_only_a_new_owner_does(state: dict[str, Any], seen: dict[str, Any]) -> None:
    assert found(state, **seen) != ""


def test_a_site_never_seen_before_is_doubted_for_words_of_casinos_alone() -> None:
    fresh = SourceState(source_id="site")
    assert doubts(fresh, replace(PINNED, owner="", title="x"), NOW) == ()
    assert doubts(fresh, SiteMarks(strong=("オンカジ", "フリースピン")), NOW)


def test_the_first_marks_stay_and_blanks_are_filled() -> None:
    first = SiteMarks(title="灯籠行列")
    later = SiteMarks(title="Something else", owner="灯籠行列製作委員会", japanese=0.8, weak=("ポーカー",))
    pinned = remembered(remembered(None, first), later)
    assert (pinned.title, pinned.owner, pinned.japanese, pinned.weak) == (
        "灯籠行列",
        "灯籠行列製作委員会",
        0.8,
        ("ポーカー",),
    )


PAGE = """<html lang="ja"><head><title>灯籠行列 公式サイト</title></head><body><h1>ニュース</h1>
<p>テレビアニメ「灯籠行列」の公式サイトです。最新のお知らせはこちらからどうぞ。放送情報、スタッフ、キャストを紹介します。</p>
<a href="/news/">NEWS</a><a href="https://shop.example/">SHOP</a><a href="https://www.lantern.example/staff/">STAFF</a>
<footer>© 2024-2026 灯籠行列製作委員会 All Rights Reserved.</footer></body></html>"""


def test_marks_are_read_from_a_page() -> None:
    marks = page_marks(parse_page(PAGE, "https://lantern.example/"))
    assert (marks.title, marks.owner) == ("灯籠行列 公式サイト", "灯籠行列製作委員会")
    assert (marks.links, marks.away) == (3, 1)
    assert marks.japanese is not None
    assert marks.japanese > 0.6


def test_words_are_read_from_posts_of_any_source_and_not_inside_others() -> None:
    def post(text: str) -> Entry:
        return Entry(id="1", title="お知らせ", blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),))

    assert entry_marks([post("最新オンラインカジノのフリースピン")]).strong == ("オンラインカジノ", "フリースピン")
    assert entry_marks([post("Our free spinsters play the online casinova")]).strong == ()
