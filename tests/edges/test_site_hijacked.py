"""A pinned official site that changes hands: its word counts no more, the user is told once, and once when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clock import START
from tests.support.judging import event_text
from tests.support.web import Answer
from tests.support.whole import Whole
from watcher.config.settings import SourceConfig
from watcher.looks import PollReport
from watcher.model import Tier, Title

TITLE = Title(
    id="lantern-s2", name="Lantern Parade", season=2, official=("127.0.0.1",), since=START - timedelta(days=30)
)
FOOTER = "<footer>© 2024 Lantern Parade Production Committee</footer>"
NEWS = "Lantern Parade Season 2 has been announced for April 2027"


def site(*news: str, title: str = "Lantern Parade Official Site", footer: str = FOOTER, text: str = "") -> str:
    rows = ["Recruiting", "Winter holidays", "Blu-ray out now", *news]
    items = "".join(
        f'<li><time datetime="2026-11-{10 + number}">2026.11.{10 + number}</time><a href="/news/{number}">{row}</a></li>'
        for number, row in reversed(list(enumerate(rows)))
    )
    return f'<html lang="en"><head><title>{title}</title></head><body><h1>News</h1><p>{text}</p><ul class="news">{items}</ul>{footer}</body></html>'


class Site(Whole):
    def show(self, body: str) -> None:
        self.web.answers("/", Answer(body.encode(), 200, {"Content-Type": "text/html; charset=utf-8"}))

    def once(self, hours: float = 25) -> PollReport:
        (report,) = self.look(hours=hours)
        assert not report.error
        return report


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Site]:
    with Site(tmp_path, titles=(TITLE,)) as machine:
        page = SourceConfig(id="site", name="official site", kind="page", url=machine.web.url("/"), robots=False)
        machine.config = replace(machine.config, sources=(page,))
        machine.show(site())
        machine.once()
        yield machine


TAKEN = {
    "casino": {"text": "オンラインカジノ ブックメーカー フリースピン"},
    "other owner": {"title": "Cheap flights", "footer": ""},
}


def test_its_own_site_is_official(place: Site) -> None:
    place.show(site(NEWS))
    assert event_text(place.once().events[0]) == "release_window 2027-04"
    assert place.notices == []


@pytest.mark.parametrize("how", TAKEN)
def test_a_site_taken_over_is_not_believed_and_said_so_once(how: str, place: Site) -> None:
    place.show(site(NEWS, **TAKEN[how]))
    assert place.once().events == ()
    place.show(site(NEWS, "Another post", **TAKEN[how]))
    assert place.once().events == ()
    assert place.notices == ["site_doubted"]
    place.show(site("Another post"))
    assert place.once().events == ()
    place.show(site("Another post", "Lantern Parade Season 2 gets a new trailer"))
    place.once()
    assert place.notices == ["site_doubted", "site_trusted"]


def test_a_tier_in_the_source_does_not_save_a_site_and_a_publisher_of_the_users_does(place: Site) -> None:
    body = site(NEWS, **TAKEN["casino"])
    (first,) = place.config.sources
    place.config = replace(place.config, sources=(replace(first, tier=Tier.OFFICIAL),))
    place.show(body)
    assert place.once().events == ()
    place.config = replace(place.config, publishers=(("127.0.0.1", Tier.OFFICIAL),))
    place.show(body.replace("Recruiting", NEWS.replace("April", "May")))
    assert place.once().events != ()


def test_a_redesign_keeps_its_trust(place: Site) -> None:
    place.show(
        site(NEWS, title="Lantern Parade | TV anime")
        .replace('class="news"', 'class="p-list"')
        .replace("<h1>News</h1>", "<h1>Topics</h1>")
    )
    assert event_text(place.once().events[0]) == "release_window 2027-04"
    assert place.notices == []
