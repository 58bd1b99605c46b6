"""Looking closer: the article behind a short post is read once, judged and remembered; trouble costs nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.clock import START
from tests.support.web import HANG, Answer, Web
from tests.support.whole import LANTERNS, Whole, json_feed, post, rss
from watcher.closer import choose
from watcher.concerns import Finder, Item, Voice
from watcher.config.settings import SourceConfig
from watcher.examine import Examiner
from watcher.judge.trust import Publishers
from watcher.looks import PollStatus
from watcher.memory import SourceState
from watcher.model import Entry, Policy, Publisher, Tier
from watcher.read.reader import Reader
from watcher.read.titles import Titles
from watcher.sources.identity import recognise

OLD = post("The studio wishes you a good year", "All the best.")
HTML = {"Content-Type": "text/html; charset=utf-8"}
LONG = (
    "The official website of the television series Copper Lanterns announced on Saturday that the series will return "
    "with a second season. "
    "Copper Lanterns Season 2 will premiere on April 4, 2027, and Crunchyroll will stream it as it airs. "
    "The staff of the first season returns, and the studio has promised further details for the coming weeks."
)


def article(*paragraphs, title="Copper Lanterns Season 2 premieres in April"):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or (LONG,))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}'
        "</article></body></html>"
    )


@pytest.fixture
def whole(tmp_path):
    with Whole(tmp_path) as whole:
        whole.config = replace(whole.config, closer=True)
        whole.feed(OLD)
        whole.look()
        whole.web.seen.clear()
        yield whole


def teaser(whole, path="/story", title="Copper Lanterns Season 2: the news", text="Great news for fans!", **changes):
    return post(title, text, link=whole.web.url(path), at=START + timedelta(hours=1), **changes)


def stored(whole, headline):
    [entry] = [entry for entry in whole.store.seen("studio", texts=True) if entry.title == headline]
    return " ".join(block.text for block in entry.blocks)


def told(whole):
    return {type_ for _, type_ in whole.told}


@pytest.mark.parametrize("form", [rss, json_feed])
def test_what_only_the_article_says_is_told_and_cites_the_posts_link(whole, form):
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole), OLD, form=form)
    [report] = whole.look()
    assert {"release_date", "streaming"} <= told(whole) | {event.type for event in report.events}
    assert {event.evidence[0].url for event in report.events} == {whole.web.url("/story")}
    assert {event.evidence[0].headline for event in report.events} == {"Copper Lanterns Season 2: the news"}
    assert "April 4, 2027" in stored(whole, "Copper Lanterns Season 2: the news")


def test_without_looking_closer_nobody_would_know(whole):
    whole.config = replace(whole.config, closer=False)
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole), OLD)
    [report] = whole.look()
    assert "release_date" not in {event.type for event in report.events}
    assert not whole.web.asked("/story")


def test_an_article_is_read_once_and_its_text_stays(whole):
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole), OLD)
    whole.look()
    whole.feed(post("Something else entirely", at=START + timedelta(hours=2)), teaser(whole), OLD)
    [second] = whole.look(hours=1)
    whole.feed(post("And another thing", at=START + timedelta(hours=2)), teaser(whole), OLD)
    [later] = whole.look(days=2)  # records are refreshed daily
    assert len(whole.web.asked("/story")) == 1
    assert (second.events, later.events) == ((), ())
    assert second.judged == later.judged == ()
    assert "April 4, 2027" in stored(whole, "Copper Lanterns Season 2: the news")


def test_a_changed_post_is_read_again(whole):
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole), OLD)
    whole.look()
    whole.feed(teaser(whole, text="Great news for fans! Updated."), OLD)
    whole.look()
    assert len(whole.web.asked("/story")) == 2
    assert "April 4, 2027" in stored(whole, "Copper Lanterns Season 2: the news")


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=404),
        Answer(status=503),
        Answer(b"<html><title>Just a moment...</title></html>", headers=HTML),
        Answer(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}),
        Answer(b""),
    ],
)
def test_trouble_falls_back_to_the_posts_own_words(whole, trouble):
    whole.web.answers("/story", trouble)
    words = "The official website announced that Copper Lanterns is getting season 2."
    whole.feed(teaser(whole, text=words), OLD)
    [report] = whole.look()
    assert report.status is PollStatus.OK
    assert told(whole) == {"announced"}
    assert any("judged by its own words" in warning for warning in report.warnings)
    whole.look()
    assert len(whole.web.asked("/story")) == 1


def test_a_site_that_hangs_holds_up_nobody_for_long(whole):
    whole.config = replace(whole.config, limits=replace(whole.config.limits, deadline=timedelta(seconds=0.5)))
    whole.web.raw("/story", HANG)
    whole.feed(teaser(whole, text="The official website announced that Copper Lanterns is getting season 2."), OLD)
    [report] = whole.look()
    assert told(whole) == {"announced"}
    assert report.warnings


def test_robots_keep_us_out_of_articles(whole):
    whole.web.page("/robots.txt", "User-agent: *\nDisallow: /story\n")
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole), OLD)
    [report] = whole.look()
    assert not whole.web.asked("/story")
    assert any("robots.txt" in warning for warning in report.warnings)


def test_a_link_that_leads_elsewhere_says_nothing(whole):
    other = "<p>Everything about another show, whose season 2 will premiere on April 4, 2027, say its makers.</p>" * 4
    whole.web.page("/story", article(other, title="Welcome to our site"), headers=HTML)
    whole.feed(teaser(whole), OLD)
    [report] = whole.look()
    assert whole.web.asked("/story")
    assert "release_date" not in {event.type for event in report.events}
    assert stored(whole, "Copper Lanterns Season 2: the news") == "Great news for fans!"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Another show gets season 2", "Great news."),
        ("Copper Lanterns", "A lovely show."),
        ("Copper Lanterns Season 2: the news", "We have much to say about everything and nothing. " * 8),
    ],
    ids=["no watched title", "no cue", "long enough"],
)
def test_what_is_not_worth_it_is_not_asked(whole, title, text):
    whole.web.page("/story", article(), headers=HTML)
    whole.feed(teaser(whole, title=title, text=text), OLD)
    whole.look()
    assert not whole.web.asked("/story")
    assert not whole.web.asked("/robots.txt")


def test_what_is_old_is_not_asked(whole):
    whole.web.page("/story", article(), headers=HTML)
    old = replace(teaser(whole), at=LANTERNS.since - timedelta(days=3))
    whole.feed(old, OLD)
    whole.look()
    assert not whole.web.asked("/story")


def test_a_flood_is_no_reason_to_burden_a_site(whole):
    posts = [teaser(whole, f"/story{n}", title=f"Copper Lanterns Season 2: part {n} of the news") for n in range(9)]
    for n in range(9):
        whole.web.page(f"/story{n}", article(), headers=HTML)
    whole.feed(*posts, OLD)
    whole.look()
    assert len([seen for seen in whole.web.seen if seen.path.startswith("/story")]) == 3


def test_a_feed_cannot_lead_us_to_another_private_server(whole):
    with Web() as inner:
        inner.page("/admin", article(), headers=HTML)
        whole.feed(replace(teaser(whole), link=inner.url("/admin")), OLD)
        [report] = whole.look()
        assert inner.seen == []
    assert any("judged by its own words" in warning for warning in report.warnings)


def test_a_row_of_an_official_sites_list_is_read_in_full(whole):
    """The main case: a list of dated headlines, whose articles hold the news."""
    title = replace(LANTERNS, aliases=("銅の灯",))
    rows = "".join(
        f"<li><time>2026.11.{day:02}</time><a href='/news/{day}.html'>グッズ情報その{day}を更新しました</a></li>"
        for day in range(9, 3, -1)
    )
    page = "<html lang='ja'><head><title>銅の灯</title></head><body><main><ul class='news'>{}</ul></main></body></html>"
    day = f"{START + timedelta(hours=3):%Y.%m.%d}"
    fresh = f"<li><time>{day}</time><a href='/news/20.html'>「銅の灯」第2期 放送情報公開!</a></li>"
    text = (
        "TVアニメ「銅の灯」第2期の放送開始日が2027年4月4日に決定しました。" * 2 + "各話の詳細は続報をお待ちください。"
    )
    source = whole.source(kind="page", path="/news/", tz="Asia/Tokyo")
    whole.config = replace(whole.config, titles=(title,), sources=(replace(source, id="site", name="site"),))
    whole.web.page("/news/", page.format(rows), headers=HTML)
    whole.look()
    whole.web.page("/news/", page.format(fresh + rows), headers=HTML)
    whole.web.page("/news/20.html", article(text, title="「銅の灯」第2期 放送情報公開!"), headers=HTML)
    [report] = whole.look()
    assert report.warnings == ()
    [date] = [event for event in report.events if event.type == "release_date"]
    assert (date.season, str(date.date)) == (2, "2027-04-04")
    assert date.evidence[0].url == whole.web.url("/news/20.html")


@pytest.mark.parametrize(
    ("kind", "asked"), [("feed", True), ("google-news", False), ("reddit", False), ("anilist", False)]
)
def test_which_kinds_of_source_are_read_closer(kind, asked):
    source = SourceConfig(id="s", name="s", kind=kind, url="http://s.example/feed", tier=Tier.PRESS)
    finder, reader = Finder([LANTERNS], names=Titles([LANTERNS])), Reader([LANTERNS])
    examiner = Examiner(finder=finder, reader=reader, publishers=Publishers(), policy=Policy.CREDIBLE)
    speaker = Publisher(id="s", name="s", tier=Tier.PRESS)
    voice = Voice(source_id="s", name="s", url=source.url, kind=kind, publisher=speaker, first_look=LANTERNS.since)
    entry = Entry(id="1", link="http://s.example/1", title="Copper Lanterns Season 2 announced", published=START)
    found = recognise([entry], (), source_id="s", state=SourceState(source_id="s"), now=START)
    concerns = finder.concerns([Item(entry=entry, record=found.records[0])], voice, now=START)
    assert (choose(concerns, source, voice, examiner, now=START) is not None) is asked
