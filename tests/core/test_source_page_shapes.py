"""News lists in the shapes in which sites write them, each with every way to write a day, read post by post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from watcher.sources.parsed import ParseContext
from watcher.sources.trial import try_bytes

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)
SUBJECTS = ["灯籠行列", "Brass Harbor", "海霧の測量士", "Cobalt Estuary", "夜警と歯車", "Gilded Kiln"]
TOLD = [
    "第2期のキービジュアルを公開しました",
    "の追加キャストを発表",
    "のイベントレポートを掲載",
    "the second trailer is here",
]


@dataclass(frozen=True)
class Post:
    number: int

    @property
    def title(self) -> str:
        return f"{SUBJECTS[self.number % 6]} {TOLD[self.number % 4]} その{self.number}"

    @property
    def day(self) -> date:
        return date(2026, 11, 20) - timedelta(days=3 * self.number)

    @property
    def link(self) -> str:
        return f"/news/{200 - self.number}/"

    @property
    def a(self) -> str:
        return f'<a href="{self.link}">{self.title}</a>'


DAYS: dict[str, Callable[[date], str]] = {
    "dots": lambda day: f"{day:%Y.%m.%d}",
    "kanji": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "era": lambda day: f"令和{day.year - 2018}年{day.month}月{day.day}日",
    "dashes": lambda day: f"{day:%Y-%m-%d}",
    "no year": lambda day: f"{day.month}月{day.day}日",
    "english": lambda day: f"{day:%b} {day.day}, {day.year}",
    "weekday": lambda day: f"{day:%Y/%m/%d}（{'月火水木金土日'[day.weekday()]}）",
    "mixed": lambda day: f"{day:%Y.%m.%d}" if day.day % 2 else f"{day.year}年{day.month}月{day.day}日",
}


def lines(posts: list[Post], days: Callable[[date], str], form: str) -> str:
    return "\n".join(form.format(day=days(post.day), a=post.a, title=post.title, link=post.link) for post in posts)


SHAPES: dict[str, tuple[str, str]] = {
    "table": ("<table>{}</table>", "<tr><td>{day}</td><td>{a}</td></tr>"),
    "table of three columns": ("<table>{}</table>", "<tr><td>{day}</td><td>NEWS</td><td>{a}</td></tr>"),
    "definitions": ("<dl>{}</dl>", "<dt>{day}</dt><dd>{a}</dd>"),
    "items": ("<ul>{}</ul>", "<li><span>{day}</span> {a}</li>"),
    "items never closed": ("<ul>{}</ul>", "<li>{day} {a}"),
    "one link around all": ("<ul>{}</ul>", '<li><a href="{link}"><time>{day}</time><p>{title}</p></a></li>'),
    "blocks": ('<div class="list">{}</div>', "<div><div>{day}</div><h3>{a}</h3><p>A line about it.</p></div>"),
    "articles": ("<main>{}</main>", "<article><h2>{a}</h2><p>{day}</p></article>"),
    "lines": ("<p>{}</p>", "{day} {a}<br>"),
    "flat": ("<div>{}</div>", "<p>{day}</p><h3>{a}</h3>"),
}
AROUND = (
    '<html lang="ja"><head><title>NEWS</title></head><body><nav><ul><li><a href="/">トップページへ戻る</a></li>'
    '<li><a href="/story/">物語とあらすじを読む</a></li><li><a href="/staff/">制作スタッフの紹介</a></li></ul></nav>'
    "<h2>NEWS</h2>{}<footer><p>©2026 製作委員会</p></footer></body></html>"
)


def read(text: str, encoding: str = "utf-8") -> list[tuple[str | None, str, str | None]]:
    context = ParseContext(
        url="https://lantern.example.jp/news/", content_type=f"text/html; charset={encoding}", now=NOW
    )
    trial = try_bytes(text.encode(encoding), context, "page")
    assert not trial.error
    return [(item.date, item.title, item.link) for item in trial.items]


def expected(posts: list[Post]) -> list[tuple[str | None, str, str | None]]:
    return [(post.day.isoformat(), post.title, f"https://lantern.example.jp{post.link}") for post in posts]


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis"])
@pytest.mark.parametrize("days", DAYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_with_every_day(shape: str, days: str, encoding: str) -> None:
    posts = [Post(number) for number in range(12)]
    outer, form = SHAPES[shape]
    page = AROUND.format(outer.format(lines(posts, DAYS[days], form))).replace("©", "(c)")
    assert read(page, encoding) == expected(posts)


@pytest.mark.parametrize("shape", ["items", "blocks"])
def test_advertisements_between_posts_are_none(shape: str) -> None:
    posts = [Post(number) for number in range(12)]
    outer, form = SHAPES[shape]
    tag = "li" if shape == "items" else "div"
    advert = f'<{tag} class="ad"><span>PR</span><a href="https://shop.example/{{}}">今だけの特別なお知らせ</a></{tag}>'
    written = [lines([post], DAYS["dots"], form) for post in posts]
    rows = [row + (advert.format(number) if number % 5 == 2 else "") for number, row in enumerate(written)]
    assert read(AROUND.format(outer.format("\n".join(rows)))) == expected(posts)


def test_year_sections_are_one_list() -> None:
    posts = [Post(number) for number in range(0, 120, 10)]
    years = sorted({post.day.year for post in posts}, reverse=True)
    outer, form = SHAPES["items"]
    sections = [
        f"<h3>{year}年</h3>"
        + outer.format(lines([post for post in posts if post.day.year == year], DAYS["no year"], form))
        for year in years
    ]
    assert read(AROUND.format("".join(sections))) == expected(posts)
