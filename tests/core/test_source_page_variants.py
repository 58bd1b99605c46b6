"""The same pages in other clothes: what is new must not depend on how a page is dressed (reliability goal 11)."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.sources.decode import decode
from watcher.sources.parsed import ParseContext
from watcher.sources.trial import Trial, new_between, try_bytes

PAGES = Path(__file__).parents[1] / "corpus" / "pages"
NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
MENU = """<div id="hd"><ul><li><a href="/">ホーム</a></li><li><a href="/about/">作品紹介</a></li><li><a href="/special/">スペシャルコンテンツ</a></li>
<li><a href="/onair/">放送・配信情報</a></li></ul></div>"""
BESIDE = """<div class="side"><h3>アクセスランキング</h3><ol><li><a href="/r/1">昔の人気記事その一について書きました</a><span>2025.03.01</span></li>
<li><a href="/r/2">昔の人気記事その二について書きました</a><span>2025.02.01</span></li></ol><h3>放送情報</h3><table>
<tr><td>2026年10月3日(土)</td><td>北テレビ 24:30～</td></tr><tr><td>2026年10月4日(日)</td><td>南テレビ 25:00～</td></tr></table></div>
<div id="ft"><a href="/privacy/">プライバシーポリシー</a><p>©2026 製作委員会 最終更新日：2026年11月20日</p></div>"""
NEEDS_NAMES = {"top_page_small_news", "table_row_data_href"}
"""Pages on which only a class or attribute tells what is what."""


def within(text: str, before: str, after: str) -> str:
    opened = re.search(r"<body[^>]*>", text, re.IGNORECASE)
    at = opened.end() if opened else 0
    end = text.lower().rfind("</body>")
    end = len(text) if end < 0 else end
    return text[:at] + before + text[at:end] + after + text[end:]


def without_names(text: str) -> str:
    return re.sub(r"""\s(?:class|id|data-[\w-]+)=("[^"]*"|'[^']*'|[^\s>]+)""", "", text)


VARIANTS: dict[str, Callable[[str], str]] = {
    "without class names": without_names,
    "between a menu and other lists": lambda text: within(text, MENU, BESIDE),
    "without closing tags": lambda text: re.sub(r"</(li|dt|dd|td|tr|p)>", "", text),
    "with other space": lambda text: re.sub(r">(?=<)", ">\n   ", text),
    "inside more elements": lambda text: within(text, "<div><section><div>", "</div></section></div>"),
}


def read(path: Path, base_url: str, content_type: str, dressed: Callable[[str], str]) -> Trial:
    text = dressed(decode(path.read_bytes(), content_type).text)
    context = ParseContext(url=base_url, content_type="text/html; charset=utf-8", now=NOW)
    return try_bytes(text.encode(), context, "page")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("folder", sorted(PAGES.iterdir()), ids=lambda folder: folder.name)
def test_what_is_new_stays(folder: Path, variant: str) -> None:
    if variant == "without class names" and folder.name in NEEDS_NAMES:
        pytest.skip("this page needs its names")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    place = (expected["base_url"], expected["content_type"])
    trials = [read(folder / f"{name}.html", *place, VARIANTS[variant]) for name in expected["snapshots"]]
    if expected["kind"] == "no_items":
        assert all(trial.error for trial in trials)
        return
    new = {"".join(item.title.split()) for item in new_between(trials[0], trials[-1])}
    assert new == {"".join(item["title"].split()) for item in expected["new_items"]}
