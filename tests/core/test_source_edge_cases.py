"""The edge cases that the research of the sources found, one test for each, by its number there (docs/sources.md).

What only shows over the line is in tests/edges/test_kinds_*.py; the table in docs/sources.md says which.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.core.test_judge_catalogue import LISTED, history
from watcher.errors import ParseError
from watcher.fetch.freshness import retry_after
from watcher.judge.judging import judge
from watcher.judge.sameness import is_copy, text_digest
from watcher.judge.saying import Saying
from watcher.judge.spans import moment
from watcher.memory import Knowledge
from watcher.model import Block, BlockKind, Entry, EventType, Evidence, Policy, Tier, Title
from watcher.read.reader import Reader
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def read(kind: str, body: object, url: str = "https://source.example/feed", **more: Any) -> Parsed:
    text = body if isinstance(body, str) else json.dumps(body)
    return KINDS[kind].parse(text.encode(), ParseContext(url=url, asked=url, now=NOW, **more))


def refused(kind: str, body: object, url: str = "https://source.example/feed") -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(kind, body, url)
    return caught.value


ANN_FEED = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>ANN</title>
<link>https://press.example/</link><description>News</description>{}</channel></rss>"""
ANN_ITEM = """<item><title>Lantern Parade Gets 2nd Season</title>{link}<guid isPermaLink="false">cms/.1</guid>
<description>The official website for &lt;cite&gt;Lantern Parade&lt;/cite&gt;\nannounced a second\nseason.</description>
<pubDate>{date}</pubDate>{category}<dc:creator>A. Writer</dc:creator></item>"""
LINK, CATEGORY = "<link>https://press.example/1</link>", "<category>News</category>"
GOOD = "Fri, 20 Nov 2026 07:00:00 -0500"


def ann_item(*, link: str = LINK, date: str = GOOD, category: str = CATEGORY) -> str:
    return ANN_FEED.format(ANN_ITEM.format(link=link, date=date, category=category))


def test_case_01_a_date_that_is_none_costs_the_date_and_not_the_item() -> None:
    found = read("feed", ann_item(date="not a date"))
    assert [(entry.title, entry.published) for entry in found.entries] == [("Lantern Parade Gets 2nd Season", None)]
    assert any("date" in warning for warning in found.warnings)


def test_case_01_an_item_without_a_category_is_read() -> None:
    (entry,) = read("feed", ann_item(category="")).entries
    assert entry.published == datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_case_01_escaped_cite_and_line_breaks_are_plain_text() -> None:
    (entry,) = read("feed", ann_item()).entries
    assert "cite" not in entry.body
    assert "official website for Lantern Parade announced a second season" in entry.body.replace("\n", " ")


def test_case_01_an_item_with_neither_link_nor_id_nor_text_is_left_out_and_the_rest_read() -> None:
    empty = "<item><description></description></item>"
    text = ann_item().replace("</channel>", f"{empty}</channel>")
    assert [entry.title for entry in read("feed", text).entries] == ["Lantern Parade Gets 2nd Season"]


CRUNCHYROLL = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:snf="http://www.smartnews.be/snf" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>News</title><link>https://licensor.example/news</link><snf:logo><url>https://licensor.example/logo.png</url></snf:logo>
<item><title>Lantern Parade Season 2 Streams in April</title><link>https://licensor.example/news/1</link><guid isPermaLink="true">https://licensor.example/news/1</guid>
<author>Jo Writer</author><pubDate>Fri, 20 Nov 2026 12:00:00 GMT</pubDate><media:thumbnail url="https://licensor.example/t.png"/><description>Short.</description>
<content:encoded><![CDATA[<p>We are <b>happy</b> to announce it.</p><p>More soon.</p>]]></content:encoded></item></channel></rss>"""


def test_case_02_a_logo_of_the_channel_is_no_item_and_the_author_is_plain_text() -> None:
    (entry,) = read("feed", CRUNCHYROLL).entries
    assert (entry.author, entry.link) == ("Jo Writer", "https://licensor.example/news/1")
    assert entry.body == "We are happy to announce it.\nMore soon."


def test_case_03_a_warning_with_status_200_is_an_error_in_its_own_words() -> None:
    assert "no result for anime=9" in str(refused("ann", "<ann><warning>no result for anime=9</warning></ann>"))


def test_case_04_errors_beside_data_are_errors() -> None:
    answer = {"data": {"Page": {"media": []}}, "errors": [{"message": "Internal Server Error", "status": 500}]}
    assert "Internal Server Error" in str(refused("anilist", answer, "https://graphql.anilist.co?ids=1"))
    assert refused("anilist", {"data": None, "errors": [{"message": "Too Many Requests.", "status": 429}]})


def test_case_05_an_error_document_of_jikan_is_an_error() -> None:
    body = {"status": 504, "type": "BadResponseException", "message": "Jikan failed to connect", "error": "timeout"}
    assert "failed to connect" in str(refused("jikan", body))


ZERO = "0001-01-01T00:00:00Z"


@pytest.mark.parametrize("zero", [ZERO, "0002-01-01T00:00:00Z", "0001-01-01T09:00:00+09:00", ""])
def test_case_06_zero_times_are_no_dates(zero: str) -> None:
    work = {"route": "lantern-parade", "title": "Lantern Parade", "status": "Upcoming", "premier": zero, "month": "", "year": 0,
            "delayedFrom": zero, "delayedUntil": zero}  # fmt: skip
    (entry,) = read("animeschedule", work).entries
    assert entry.data["start_date"] == {"year": None, "month": None, "day": None}


@pytest.mark.parametrize(
    ("start", "parts"),
    [
        ("2026", (2026, None, None)),
        ("2026-10", (2026, 10, None)),
        ("2026-10-05", (2026, 10, 5)),
        (None, (None, None, None)),
    ],
)
def test_case_07_dates_of_mal_are_as_fine_as_they_are_written(start: str | None, parts: tuple[int | None, ...]) -> None:
    (entry,) = read("mal", {"id": 1, "title": "Lantern Parade", "status": "not_yet_aired", "start_date": start}).entries
    assert tuple(entry.data["start_date"].values()) == parts


def test_case_08_year_month_and_day_are_three_events() -> None:
    dates = [{"year": 2027, "month": month, "day": day} for month, day in ((None, None), (10, None), (10, 5))]
    told, _ = history(*[LISTED | {"start_date": date} for date in dates])
    assert told == ["release_window 2027", "narrowed 2027-10", "narrowed 2027-10-05"]


def test_case_09_a_season_row_without_a_date_is_a_season_without_a_date() -> None:
    rows = [{"season_number": 1, "air_date": "2024-04-07"}, {"season_number": 2, "air_date": None}]
    _, second = read("tmdb", {"id": 1, "name": "Lantern Parade", "seasons": rows}).entries
    assert (second.data["status"], second.data["start_date"]["year"]) == ("not_yet_released", None)


def test_case_10_a_login_page_with_status_200_is_a_challenge() -> None:
    page = '<!doctype html><html><head><title>Log in</title></head><body><form><input type="password"></form></body></html>'
    assert refused("reddit", page, "https://www.reddit.com/r/anime/.rss").reason == "challenge"


RSS = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><link>https://b.example/</link>{}</channel></rss>'
)


@pytest.mark.parametrize("title", ["Bridge returned error 500! (20780)", "RSS-Bridge: Bridge returned error 0!"])
def test_case_12_an_error_item_of_a_bridge_fails_the_look(title: str) -> None:
    items = f"<item><title>Real post</title><link>/1</link></item><item><title>{title}</title><link>/2</link></item>"
    assert "Bridge returned error" in str(refused("rss-bridge", RSS.format(items)))


RDF = """<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://p.example/"><title>x</title><items><rdf:Seq><rdf:li rdf:resource="https://p.example/2"/>
<rdf:li rdf:resource="https://p.example/1"/></rdf:Seq></items></channel><item rdf:about="https://p.example/1"><title>First</title><link>https://p.example/1</link>
<dc:date>2026-11-20T08:00:00+09:00</dc:date></item><item rdf:about="https://p.example/2"><title>Second</title><link>https://p.example/2</link>
<dc:date>2026-11-20T09:30:00+09:00</dc:date></item></rdf:RDF>"""


def test_case_13_items_beside_the_channel_are_read_in_any_order_with_their_zone() -> None:
    found = read("feed", RDF)
    assert {entry.title: entry.published for entry in found.entries} == {
        "First": datetime(2026, 11, 19, 23, tzinfo=UTC),
        "Second": datetime(2026, 11, 20, 0, 30, tzinfo=UTC),
    }


def test_case_14_a_post_without_a_title_has_its_first_line() -> None:
    item = "<item><guid>https://soc.example/@a/1</guid><link>https://soc.example/@a/1</link><description>&lt;p&gt;It is back!&lt;/p&gt;&lt;p&gt;In April.&lt;/p&gt;</description></item>"
    (entry,) = read("mastodon", RSS.format(item), "https://soc.example/@a.rss").entries
    assert entry.title == "It is back!"


@pytest.mark.parametrize(
    ("title", "publisher", "headline"),
    [
        ("Lantern Parade - Season 2 is real - The Herald", "The Herald", "Lantern Parade - Season 2 is real"),
        ("Re:Lantern - Gaiden - Anime News - Daily", "Anime News - Daily", "Re:Lantern - Gaiden"),
        ("Lantern Parade - Season 2", "The Herald", "Lantern Parade - Season 2"),
    ],
)
def test_case_15_only_the_publisher_is_cut_off_a_headline(title: str, publisher: str, headline: str) -> None:
    item = f'<item><title>{title}</title><link>https://news.google.com/rss/articles/CBMi</link><source url="https://h.example">{publisher}</source></item>'
    (entry,) = read("google-news", RSS.format(item)).entries
    assert entry.title == headline


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("Fri, 20 Nov 2026 12:00:00 GMT", None),
        ("Sat, 21 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("0", None),
        ("-5", None),
        ("30", timedelta(seconds=30)),
    ],
)
def test_case_16_a_retry_after_in_the_past_asks_for_nothing(value: str, wait: timedelta | None) -> None:
    assert retry_after({"retry-after": value}, now=NOW) == wait


LATE = [
    ("TVアニメ「灯籠行列」第2期、2026年10月8日(木)24:30～放送開始", datetime(2026, 10, 8, 15, 30, tzinfo=UTC)),
    (
        "TVアニメ「灯籠行列」第2期は2026年10月8日(木)25:30よりTOKYO MXにて放送開始",
        datetime(2026, 10, 8, 16, 30, tzinfo=UTC),
    ),
    ("TVアニメ「灯籠行列」第2期、2026年10月8日(木)22:00より放送開始", datetime(2026, 10, 8, 13, 0, tzinfo=UTC)),
]


@pytest.mark.parametrize(("headline", "at"), LATE)
def test_case_17_late_night_hours_are_the_next_day_and_in_japanese_time(headline: str, at: datetime) -> None:
    title = Title(id="lantern", name="灯籠行列", season=2)
    entry = Entry(id="1", title=headline, published=datetime(2026, 9, 1, tzinfo=UTC))
    claim = next(one for one in Reader([title]).read(entry, title).claims if one.type is EventType.RELEASE_DATE)
    assert claim.date is not None
    assert str(claim.date) == "2026-10-08"
    begins = moment(claim.date)
    assert begins is not None
    assert begins.astimezone(UTC) == at


def article(text: str, link: str) -> Entry:
    return Entry(
        id=link, link=link, title="Lantern Parade Gets Season 2", blocks=(Block(kind=BlockKind.PARAGRAPH, text=text),)
    )


COPIED = "The wait is over: Lantern Parade will return with a second season, sources say, and fans around the world are happy about it."
OWN = "Publisher Harbor revealed on Friday that a second season of the anime is in production; the staff of the first returns."


def test_case_18_copies_of_one_text_are_one_and_two_reports_are_two() -> None:
    farms = [text_digest(article(COPIED, f"https://farm{number}.example/x")) for number in (1, 2)]
    assert is_copy(*farms)
    assert not is_copy(farms[0], text_digest(article(OWN, "https://press.example/x")))


def test_case_18_who_counts_once_and_who_counts_twice() -> None:
    """One outlet's two feeds tell once; two farms with one text never tell; press confirms press."""
    steps = [
        ("ANN newsroom", "animenewsnetwork.com", 3, OWN, 1),
        ("ANN all", "animenewsnetwork.com", 3, OWN, 0),
        (
            "Crunchyroll",
            "crunchyroll.com",
            1,
            "Crunchyroll announced that the second season of Lantern Parade is in production.",
            0,
        ),
    ]
    assert _told(steps) == [told for *_, told in steps]
    farms = [(f"farm {number}", f"farm{number}.example", 5, COPIED, 0) for number in (1, 2, 3)]
    assert _told(farms) == [0, 0, 0]


def _told(steps: list[tuple[str, str, int, str, int]]) -> list[int]:
    """Count the events of each step, read and judged one after the other, an hour apart."""
    title = Title(id="lantern", name="Lantern Parade", season=2, since=NOW - timedelta(days=9))
    reader, knowledge, counts = Reader([title]), Knowledge.empty(title.id), []
    for number, (source, domain, tier, text, _) in enumerate(steps):
        at = NOW + timedelta(hours=number)
        entry = replace(article(text, f"https://{domain}/{number}"), published=at)
        evidence = Evidence(
            source=source, publisher=domain, tier=Tier(tier), url=entry.link, headline=entry.title, quote=text, at=at
        )
        saying = Saying(
            evidence=evidence, reading=reader.read(entry, title), domain=domain, baseline=False, said=at,
            text_digest=text_digest(entry), kind="feed",
        )  # fmt: skip
        verdict = judge(knowledge, saying, title=title, policy=Policy.CREDIBLE, now=at)
        knowledge = verdict.knowledge
        counts.append(len(verdict.events))
    return counts
