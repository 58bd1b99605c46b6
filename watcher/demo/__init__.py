"""The whole story offline: the real code against a small web on loopback, in a folder that is thrown away.

Nothing here decides anything. The script says what each place publishes and when; what is told, what is kept silent and
why comes from the same poll, reader, judge, store and outbox that watch the real web.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from watcher.config.settings import ChannelConfig, Config, PageMode, Secret, SourceConfig
from watcher.demo.story import Step, Story, article_page, feed_page, load_story, news_page, show_record
from watcher.demo.web import DemoWeb
from watcher.engine import Engine, engine
from watcher.judge.dossier import Dossier, dossier
from watcher.looks import PollReport
from watcher.memory import Judged
from watcher.model import Tier, Title
from watcher.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One step as it went."""

    number: int
    at: datetime
    say: str
    reports: tuple[PollReport, ...]
    sent: int
    """Messages that went to the channel."""
    requests: tuple[int, ...]
    """Status of every answer the web gave."""

    @property
    def silent(self) -> list[Judged]:
        """What concerned the title and was kept silent, with its reasons."""
        return [judged for report in self.reports for judged in report.judged if not judged.refs]


@dataclass(slots=True)
class _Stage:
    """What the places hold so far."""

    web: DemoWeb
    story: Story
    news: list[dict[str, str]] = field(default_factory=list)
    feeds: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    seasons: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, step: Step) -> None:
        self.news += sorted(step.news, key=lambda item: item["date"])
        self.seasons += step.record
        for item in step.feed:
            self.feeds.setdefault(item["source"], []).append(item)
        for source in self.story.sources:
            self._put(source, step)

    def _put(self, source: dict[str, Any], step: Step) -> None:
        host, path, site = source["host"], source["path"], self.web.site
        if source.get("mode") == "article":
            for article in step.article:
                if article["source"] == source["name"]:
                    site.put(host, path, article_page(article["title"], article["paragraphs"], f"{step.at:%Y-%m-%d}"))
        elif source["kind"] == "page":
            site.put(host, path, news_page(self.news))
        elif source["kind"] == "tvmaze":
            site.put(host, path, show_record(self.story.title["name"], self.seasons), "application/json")
        else:
            text = feed_page(host, self.web.port, self.feeds[source["name"]])
            site.put(host, path, text, "application/atom+xml; charset=utf-8")


def configuration(story: Story, web: DemoWeb, state: Path) -> Config:
    """Make the configuration a user of this web would write."""
    title = story.title
    return Config(
        closer=False,
        path=None,
        state=state,
        timezone=ZoneInfo("Europe/Berlin"),
        allow_networks=(ip_network("127.0.0.0/8"),),
        host_gap=timedelta(0),
        titles=(
            Title(
                id="tidewall-couriers-s2",
                name=title["name"],
                aliases=tuple(title["aliases"]),
                season=title["season"],
                official=tuple(title["official"]),
                since=datetime.fromisoformat(title["since"] + "T00:00:00+02:00"),
            ),
        ),
        sources=tuple(_source(source, web) for source in story.sources),
        channels=(ChannelConfig(id="screen", name="screen", url=Secret("console:")),),
    )


def _source(source: dict[str, Any], web: DemoWeb) -> SourceConfig:
    return SourceConfig(
        id=source["host"].split(".")[0],
        name=source["name"],
        kind=source["kind"],
        url=web.url(source["host"], source["path"]),
        mode=PageMode(source.get("mode", "auto")),
        tier=Tier(source["tier"]) if "tier" in source else None,
        tz="Asia/Tokyo" if source["kind"] == "page" else None,
        robots=False,
    )


async def play(show: Callable[[Scene], None]) -> Dossier:
    """Play every step; *show* hears of each as it ends. Returns the dossier that `status` would print."""
    story = load_story()
    clock = [story.steps[0].at]
    with TemporaryDirectory(prefix="watcher-demo-") as folder, DemoWeb() as web:
        config = configuration(story, web, Path(folder))
        store = Store.open(config.database, now=clock[0])
        stage = _Stage(web=web, story=story)
        try:
            async with engine(config, store, now=lambda: clock[0], resolve=_loopback) as machine:
                for number, step in enumerate(story.steps):
                    clock[0] = step.at
                    stage.publish(step)
                    show(await _scene(machine, stage, number, step))
            return dossier(config.titles[0], store.knowledge(config.titles[0].id), now=clock[0])
        finally:
            store.close()


async def _scene(machine: Engine, stage: _Stage, number: int, step: Step) -> Scene:
    answers = stage.web.site.answers
    before = len(answers)
    reports = await machine.check(_published(machine.config.sources, stage))
    drained = await machine.drain(step.at)
    return Scene(
        number=number,
        at=step.at,
        say=step.say,
        reports=tuple(reports),
        sent=drained.sent,
        requests=tuple(answers[before:]),
    )


def _published(sources: Iterable[SourceConfig], stage: _Stage) -> list[SourceConfig]:
    """Leave out the places that do not exist yet."""
    known = {stage.web.url(host, path) for host, path in stage.web.site.pages}
    return [source for source in sources if source.url in known]


async def _loopback(host: str, port: int) -> list[str]:  # noqa: ARG001 - the resolver's signature
    """Lead every name of the demo's web to this machine."""
    return ["127.0.0.1"]
