"""Identity, at the level of the whole machine: what a source does to its feed must not be told twice, or be lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from tests.faults.changes import amid_faults, same_again
from tests.support.clock import START
from tests.support.web import Answer
from tests.support.whole import LANTERNS, ORBIT, TITLES, Post, Whole, announcement, atom, json_feed, post, rss
from watcher.cli.doctor import examine
from watcher.cli.status import print_sources
from watcher.schedule.condition import Condition, How
from watcher.situation import situation

ANNOUNCED = ("Copper Lanterns", "announced")


@pytest.fixture
def whole(tmp_path: Path) -> Whole:
    """A machine that has taken its baseline."""
    with Whole(tmp_path) as whole:
        whole.feed(post("An old post"))
        whole.look()
        yield whole


def told_once(whole: Whole) -> None:
    assert whole.told == [ANNOUNCED]
    assert whole.notices == []


def test_e1_a_first_look_at_500_posts_tells_nothing(tmp_path: Path) -> None:
    with Whole(tmp_path) as whole:
        before = START - timedelta(days=60)
        whole.feed(announcement(at=before), *(post(f"Old post {number}", at=before) for number in range(499)))
        [report] = whole.look()
        assert report.baseline
        assert len(report.new) == 500
        whole.look()
        assert whole.told == []


def test_e2_e5_ids_that_change_at_every_look_and_heal(whole: Whole) -> None:
    feed = [announcement(), post("One"), post("Two"), post("Three")]
    for look in range(4):
        whole.feed(*(replace(one, id=f"{look}-{number}") for number, one in enumerate(feed)))
        whole.look()
    whole.feed(*feed)
    whole.look()
    told_once(whole)


def test_e4_posts_that_share_an_id_are_each_told_once(whole: Whole) -> None:
    feed = [replace(one, id="urn:the-same") for one in (announcement(), announcement(ORBIT), post("More"))]
    for _ in range(3):
        whole.feed(*feed)
        whole.look()
    assert sorted(whole.told) == [ANNOUNCED, ("Velvet Orbit", "announced")]


def test_e7_an_emptied_feed_that_is_filled_again(whole: Whole) -> None:
    feed = [announcement(), *(post(f"Post {number}") for number in range(8))]
    whole.feed(*feed)
    whole.look()
    whole.feed()
    [report] = whole.look()
    assert report.error
    whole.feed(*feed)
    whole.look()
    told_once(whole)


def test_e8_what_a_window_still_shows_is_told_and_the_gap_is_named(whole: Whole) -> None:
    whole.feed(*(post(f"Old {number}") for number in range(10)))
    whole.look()
    whole.feed(announcement(), *(post(f"New {number}") for number in range(9)))
    [report] = whole.look()
    told_once(whole)
    assert any("miss" in warning for warning in report.warnings), report.warnings


def test_e9_a_post_that_returns_after_a_year_is_old(whole: Whole) -> None:
    whole.feed(announcement())
    whole.look()
    whole.feed(post("Something else"))
    whole.look(days=365)
    whole.store.prune(whole.clock())
    whole.feed(announcement(), post("Something else"))
    whole.look()
    told_once(whole)


def test_e10_a_post_deleted_and_posted_anew_is_told_once(whole: Whole) -> None:
    whole.feed(announcement(), post("Other"))
    whole.look()
    whole.feed(post("Other"))
    whole.look()
    whole.feed(announcement(id="urn:other", link="http://studio.example/again"), post("Other"))
    whole.look()
    told_once(whole)


def test_e12_two_versions_that_alternate_are_told_once(whole: Whole) -> None:
    short, long = [announcement(), post("One")], [post("One"), announcement(id="b"), post("Two", id="c")]
    for look in range(6):
        whole.feed(*(long if look % 2 else short))
        whole.look()
    told_once(whole)


def test_e14_one_post_in_two_sources_is_one_message(tmp_path: Path) -> None:
    with Whole(tmp_path) as whole:
        whole.config = replace(whole.config, sources=(whole.source(), whole.source("mirror", "/mirror.xml")))
        whole.feed(path="/mirror.xml")
        whole.look()
        whole.feed(announcement())
        whole.feed(announcement(), path="/mirror.xml")
        whole.look()
        whole.look()
        told_once(whole)
        assert len(whole.store.events(LANTERNS.id)) == 1


def test_e16_a_backfill_of_old_posts_is_silent(whole: Whole) -> None:
    old = [
        announcement(at=START - timedelta(days=400 + number), id=f"old{number}", link=f"http://studio.example/old/{number}")
        for number in range(300)
    ]  # fmt: skip
    whole.feed(*old)
    whole.look()
    assert whole.told == []


def test_e17_a_correction_comes_second_and_says_what_was_before(whole: Whole) -> None:
    first = post(
        "Copper Lanterns Season 2 Premieres October 4, 2027",
        "The official website announced that the second season of Copper Lanterns will premiere on October 4, 2027.",
    )
    second = post(
        "Copper Lanterns Season 2 Delayed to October 11, 2027",
        "The official website announced that the second season of Copper Lanterns has been delayed from October 4 to October 11, 2027.",
        at=START + timedelta(minutes=5),
    )
    whole.feed(first)
    whole.look(minutes=1)
    whole.feed(second, first)
    whole.look(minutes=5)
    items = [item for message in whole.hook.accepted for item in message["items"]]
    assert [item["date"]["text"] for item in items if item["date"]] == ["2027-10-04", "2027-10-11"]
    assert items[-1]["before"]["text"] == "2027-10-04"


def test_e18_a_feed_that_changes_its_format_says_nothing_new(whole: Whole) -> None:
    for form in (atom, rss, json_feed, rss, atom):
        whole.feed(announcement(), post("One"), post("Two"), form=form)
        whole.look()
    told_once(whole)


def test_e19_another_answer_for_another_visitor_is_no_news(whole: Whole) -> None:
    """Our headers stay the same from look to look, so that a server has no reason to answer otherwise."""
    whole.feed(announcement())
    for _ in range(3):
        whole.look()
    sent = {
        tuple(sorted((name, value) for name, value in seen.headers.items() if name in {"user-agent", "accept", "accept-language"}))
        for seen in whole.web.asked("/feed.xml")
    }  # fmt: skip
    assert len(sent) == 1


FACES = (
    [announcement(), *(post(f"English news {number}") for number in range(6))],
    [post(f"Deutsche Neuigkeit {number}") for number in range(7)],
)


def condition_of(whole: Whole) -> Condition:
    [one] = situation(whole.config, whole.store, whole.clock()).sources
    return one.condition


def test_e19_a_source_with_two_faces_is_named_once_and_tells_nothing_twice(whole: Whole) -> None:
    for look in range(2):
        whole.feed(*FACES[look])
        whole.look()
    assert condition_of(whole).how is not How.FLIPS, "a new list alone is a redesign, or a busy day"
    whole.feed(*FACES[0])
    whole.look()
    assert condition_of(whole).how is How.FLIPS
    assert condition_of(whole).well
    assert whole.notices == []
    for look in range(1, 8):
        whole.feed(*FACES[look % 2])
        whole.look()
    assert whole.notices == ["source_flips"]
    assert whole.told == [ANNOUNCED]
    assert "7 times lately" not in condition_of(whole).text
    assert "8 times lately" in condition_of(whole).text
    for _ in range(9):
        whole.look(days=1)
    assert condition_of(whole).how is How.OK


def test_e19_a_list_that_moves_on_has_one_face(whole: Whole) -> None:
    for number in range(12):
        whole.feed(*(post(f"News {each}") for each in range(number * 5, number * 5 + 7)))
        whole.look()
    for number in range(20, 32):
        whole.feed(*(post(f"News {each}") for each in range(number * 9, number * 9 + 7)))
        whole.look()
    assert whole.store.source_state("studio").flips == 0
    assert whole.notices == []


def test_a20_status_says_where_a_source_has_moved_to_and_doctor_what_to_write(
    whole: Whole, capsys: pytest.CaptureFixture[str]
) -> None:
    """The redirects are followed and the configuration is left alone."""
    there = whole.web.url("/new/feed.xml")
    for place, next_ in (("/feed.xml", "/a"), ("/a", "/b"), ("/b", "/new/feed.xml")):
        whole.web.redirect(place, whole.web.url(next_), status=301)
    for look in range(3):
        assert condition_of(whole).how is not How.MOVED
        whole.feed(*(post(f"Post {number}") for number in range(look + 1)), path="/new/feed.xml")
        whole.look()
    said = condition_of(whole)
    assert (said.how, said.well) == (How.MOVED, True)
    now_is = situation(whole.config, whole.store, whole.clock())
    print_sources(Console(width=400), now_is)
    shown = " ".join(capsys.readouterr().out.split())
    assert f'it has moved for good; it is followed there: url = "{there}"' in shown
    bad = [one for one in examine(whole.config, whole.store, whole.clock()) if not one.ok]
    assert (f'write url = "{there}"', True) in [(one.mend, "moved" in one.what) for one in bad]
    assert whole.config.sources[0].url == whole.web.url("/feed.xml")
    whole.feed(post("Back"), path="/feed.xml")
    whole.look()
    assert condition_of(whole).how is not How.MOVED


def test_d13_a_date_in_the_future_is_told_once_now(whole: Whole) -> None:
    for _ in range(2):
        whole.feed(announcement(at=START + timedelta(days=400)), post("One"))
        whole.look()
    told_once(whole)


def test_d14_an_update_time_that_moves_is_no_news(whole: Whole) -> None:
    feed: list[Post] = [announcement(), post("One")]
    for look in range(4):
        text = atom(feed).replace("<updated>2026", f"<updated>20{30 + look}")
        whole.web.page("/feed.xml", text, headers={"Content-Type": "application/atom+xml"})
        whole.look()
    told_once(whole)


def test_a22_an_error_between_two_good_looks_repeats_nothing(whole: Whole) -> None:
    whole.feed(announcement())
    whole.look()
    whole.web.answers("/feed.xml", Answer(b"no", 404))
    whole.look()
    whole.feed(announcement())
    whole.look()
    told_once(whole)


def test_a23_a_failing_source_is_told_once_and_its_recovery_once(whole: Whole) -> None:
    whole.web.answers("/feed.xml", Answer(b"no", 404), Answer(b"no", 404), Answer(b"gone", 410))
    for _ in range(9):
        whole.look(hours=20)
    assert whole.notices == ["source_failing"]
    whole.feed(announcement(at=whole.clock()))
    whole.look(hours=25)
    whole.look(hours=25)
    assert whole.notices == ["source_failing", "source_recovered"]
    assert whole.told == [ANNOUNCED]


def test_d_e_sixty_rewritten_feeds_tell_nothing_new(tmp_path: Path) -> None:
    """A thousand in `make faults`."""
    found = same_again(tmp_path, 60, seed=3)
    assert found["wrong"] == []


def test_a_h_every_change_amid_faults_is_told_once(tmp_path: Path) -> None:
    """A thousand in `make faults`."""
    found = amid_faults(tmp_path, 40, seed=4)
    assert (found["missed"], found["twice"]) == ([], [])
    assert len(found["faults"]) >= 8


def test_all_titles_of_the_bench_are_told(whole: Whole) -> None:
    """The oracle of this module works: three real announcements are three messages."""
    whole.feed(*map(announcement, TITLES))
    whole.look()
    assert len(whole.told) == len(TITLES)
