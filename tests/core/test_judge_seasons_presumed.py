"""A post of the official site that names no season may be about an earlier one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from watcher.judge.judging import judge
from watcher.judge.saying import Saying
from watcher.memory import Knowledge, Outcome
from watcher.model import Entry, Evidence, Policy, Tier, Title
from watcher.read.reader import Reader

NOW = datetime(2026, 11, 21, tzinfo=UTC)
SITE = "https://moss-cartographer.example"
TITLE = Title(
    id="moss",
    name="The Moss Cartographer",
    aliases=("苔の地図師",),
    season=2,
    official=("moss-cartographer.example",),
    since=datetime(2026, 11, 1, tzinfo=UTC),
)


def hear(knowledge: Knowledge, headline: str, published: datetime) -> tuple[Knowledge, list[str], Outcome]:
    entry = Entry(id=headline, title=headline, link=f"{SITE}/1", published=published)
    reading = Reader([TITLE]).read(entry, TITLE, official=True)
    evidence = Evidence(
        source="site",
        publisher="site",
        tier=Tier.OFFICIAL,
        url=entry.link,
        headline=headline,
        quote=headline,
        published=published,
        at=NOW,
    )
    saying = Saying(
        evidence=evidence,
        reading=reading,
        domain="moss-cartographer.example",
        baseline=published < TITLE.since if TITLE.since else False,
        said=published,
        text_digest="",
        kind="page",
    )
    verdict = judge(knowledge, saying, title=TITLE, policy=Policy.CREDIBLE, now=NOW)
    return replace(verdict.knowledge), [event.type.value for event in verdict.events], verdict.outcome


def test_news_of_the_first_season_teach_nothing_about_the_second() -> None:
    knowledge = Knowledge.empty("moss")
    for headline in ("TVアニメ「苔の地図師」本日より放送開始！", "TVアニメ「苔の地図師」制作決定！"):
        knowledge, told, _ = hear(knowledge, headline, datetime(2022, 10, 7, tzinfo=UTC))
        assert told == []
    _, told, _ = hear(knowledge, "TVアニメ「苔の地図師」第2期制作決定！", NOW)
    assert told == ["announced"]


def test_once_the_season_is_known_its_site_need_not_name_it() -> None:
    knowledge, told, _ = hear(
        Knowledge.empty("moss"), "TVアニメ「苔の地図師」第2期制作決定！", datetime(2026, 11, 19, tzinfo=UTC)
    )
    assert told == ["announced"]
    _, told, _ = hear(knowledge, "「苔の地図師」2027年4月放送開始！", NOW)
    assert told == ["release_window"]
