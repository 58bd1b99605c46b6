"""Texts of feeds are kept as they came: nothing is lost by laying them out later."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.samples import judged
from watcher.config.load import parse_config
from watcher.config.settings import Config
from watcher.desk import Desk
from watcher.engine import without_texts
from watcher.fetch.exchange import Response
from watcher.looks import PollReport, PollStatus, Sifted
from watcher.memory import SeenEntry
from watcher.model import Block, BlockKind, Entry, Note
from watcher.sources.blocks import blocks_of_markup
from watcher.sources.markup import Markup
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.pool import InlineParser
from watcher.store import Store

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
URL = "https://wire.example/feed"
NEWS = "<p>The studio <b>announced</b> Copper Lanterns season 2 for <a href='/dates'>October 2027</a>.</p>"
WEATHER = '<p><a href="/rain">It rains.</a></p><ul><li>Take <i>a coat</i> &amp; a hat</li></ul><img src="1.jpg">'


def feed(*texts: str) -> bytes:
    items = "".join(
        f"<item><title>Post {number}</title><link>https://wire.example/{number}</link>"
        f"<pubDate>Thu, 26 Nov 2026 0{number}:00:00 GMT</pubDate><description><![CDATA[{text}]]></description></item>"
        for number, text in enumerate(texts)
    )
    return f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'.encode()


def test_ordinary_texts_are_laid_out_without_what_lays_pages_out() -> None:
    program = f"""import sys; from watcher.sources.markup import Markup
print(len(Markup({WEATHER!r}, {URL!r})), "lxml" in sys.modules, len(Markup("<table><tr><td>x", {URL!r})), "lxml" in sys.modules)"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "False", "1", "True"]


def test_a_report_that_is_kept_is_without_texts_and_notes(tmp_path: Path) -> None:
    note = Note(text="It rains.", block=0, found=("hedge: might",))
    one = replace(judged(1), reading=replace(judged(1).reading, notes=(note,)))
    (source,) = configured(tmp_path).sources
    entry = Entry(id="1", title="Rain", blocks=(Block(kind=BlockKind.PARAGRAPH, text="It rains."),))
    kept = without_texts(PollReport(source=source, status=PollStatus.OK, new=(entry,), judged=(one,)))
    assert kept.judged == (replace(one, reading=replace(one.reading, notes=())),)
    assert kept.new == (replace(entry, blocks=()),)


def configured(folder: Path, *titles: str) -> Config:
    source = f'[[source]]\nname = "wire"\nkind = "feed"\nurl = "{URL}"\ntier = 1\n'
    named = "".join(f'[[title]]\nname = "{title}"\nseason = 2\nsince = 2026-11-25\n' for title in titles)
    return parse_config(f'[watcher]\nstate = "{folder}"\npacks = []\ncloser = false\n{source}{named}').config


def parsed(body: bytes) -> Parsed:
    return asyncio.run(InlineParser().parse("feed", body, ParseContext(url=URL, now=NOW)))


def look(desk: Desk, config: Config, body: bytes, at: datetime) -> PollReport:
    (begun,) = desk.looks(config.sources)
    answer = begun, Response(url=URL, status=200, headers={}, at=at), parsed(body)
    (report,) = desk.digests([answer])
    found = desk.digest(*answer, report) if isinstance(report, Sifted) else report
    assert isinstance(found, PollReport)
    return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(configured(tmp_path, "Nobody").database, now=NOW) as opened:
        yield opened


def texts(store: Store) -> list[SeenEntry]:
    return sorted(store.seen("wire", texts=True), key=lambda entry: entry.title)


def test_a_text_is_found_again_as_it_came(tmp_path: Path, store: Store) -> None:
    config = configured(tmp_path, "Nobody")
    table = "<table><tr><td>Not</td><td>ordinary</td></tr></table>"
    look(Desk(config=config, store=store, now=lambda: NOW), config, feed(NEWS, WEATHER, table, "Plain words"), NOW)
    news, weather, unusual, plain = (entry.blocks for entry in texts(store))
    assert isinstance(news, Markup)
    assert (news.text, news.base) == (NEWS, URL), "nothing has been laid out yet"
    assert news == blocks_of_markup(NEWS, URL)
    assert news[0].text == "The studio announced Copper Lanterns season 2 for October 2027."
    assert weather == (
        Block(kind=BlockKind.PARAGRAPH, text="It rains.", href="https://wire.example/rain"),
        Block(kind=BlockKind.LIST_ITEM, text="Take a coat & a hat"),
    )
    assert not isinstance(unusual, Markup), "what lxml must read, it reads in the worker"
    assert unusual == blocks_of_markup(table, URL)
    assert [block.text for block in plain] == ["Plain words"]


def test_a_title_added_later_sees_what_was_there(tmp_path: Path, store: Store) -> None:
    before, after = configured(tmp_path, "Nobody"), configured(tmp_path, "Nobody", "Copper Lanterns")
    first = look(Desk(config=before, store=store, now=lambda: NOW), before, feed(WEATHER, NEWS), NOW)
    assert (len(first.new), first.judged) == (2, ())
    (told,) = {event.title_id for event in Desk(config=after, store=store, now=lambda: LATER).catch_up()}
    assert told == after.titles[1].id
    (judged, *_) = store.judged(title_id=told)
    assert judged.headline == "Post 1"
    assert "October 2027" in judged.reading.claims[0].quote


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        (NEWS.replace("<b>announced</b>", "announced").replace("</p>", "</p><img src='/counter?2'>"), False),
        (NEWS.replace("<p>", "<div>").replace("</p>", "</div>"), False),
        ("<table><tr><td>" + NEWS[3:-4] + "</td></tr></table>", False),
        (NEWS.replace("2027", "2028"), True),
    ],
)
def test_what_tells_an_edit_are_the_words(tmp_path: Path, store: Store, text: str, edited: bool) -> None:
    config = configured(tmp_path, "Copper Lanterns")
    look(Desk(config=config, store=store, now=lambda: NOW), config, feed(NEWS, WEATHER), NOW)
    desk = Desk(config=config, store=store, now=lambda: LATER)
    (begun,) = desk.looks(config.sources)
    (found,) = desk.digests([(begun, Response(url=URL, status=200, headers={}, at=LATER), parsed(feed(text, WEATHER)))])
    assert isinstance(found, Sifted) == edited
    assert isinstance(found, Sifted | PollReport)
    if isinstance(found, Sifted):
        assert [entry.title for entry in found.found.edited] == ["Post 0"]


def test_markup_is_a_value() -> None:
    one, other = Markup(NEWS, URL), Markup(NEWS.replace("<p>", "<div>").replace("</p>", "</div>"), URL)
    assert one == other == tuple(one)
    assert len({one, other, Markup(NEWS, URL)}) == 1
    assert Markup(WEATHER, URL) != Markup(WEATHER, "https://other.example/"), "links lead elsewhere"
    assert (one != 1, one[:1], len(one)) == (True, tuple(one), 1)
    assert eval(repr(one), {"Markup": Markup}) == one
