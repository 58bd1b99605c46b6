"""What a person reads: dates, times, trust, labels."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.news import AKUDAMA, BERLIN, DOROHEDORO, NOW, event, evidence, notice
from watcher.fuzzydate import FuzzyDate
from watcher.model import Event, EventType, Medium, Notice, NoticeType, Tier
from watcher.notify import words
from watcher.notify.dialects import Form, compose
from watcher.notify.render import Circumstances, render, render_digest, render_story

TITLES = {title.id: title for title in (AKUDAMA, DOROHEDORO)}


@pytest.mark.parametrize(
    ("date", "long", "short"),
    [
        (FuzzyDate.day(2026, 10, 4), "Sunday 4 October 2026", "4 October 2026"),
        (FuzzyDate.month(2026, 10), "October 2026", "October 2026"),
        (FuzzyDate.season(2026, "fall"), "autumn 2026 (October–December)", "autumn 2026"),
        (FuzzyDate.season(2027, "winter"), "winter 2027 (January–March)", "winter 2027"),
        (FuzzyDate.quarter(2026, 4), "fourth quarter of 2026 (October–December)", "fourth quarter of 2026"),
        (FuzzyDate.half(2027, 1), "first half of 2027 (January–June)", "first half of 2027"),
        (FuzzyDate.half(2027, 2), "second half of 2027 (July–December)", "second half of 2027"),
        (FuzzyDate.year(2027), "2027", "2027"),
        (FuzzyDate.fiscal_year(2026), "fiscal year 2026 (April 2026 – March 2027)", "fiscal year 2026"),
    ],
)
def test_dates_are_said_with_their_precision(date: FuzzyDate, long: str, short: str) -> None:
    assert words.fuzzy(date) == long
    assert words.short_fuzzy(date) == short


@pytest.mark.parametrize(
    ("slot", "zone", "user", "said"),
    [
        ("25:30", "Asia/Tokyo", "Europe/Berlin", "Saturday 3 October, 25:30 JST = Saturday 18:30 your time"),
        ("25:30", "Asia/Tokyo", "Asia/Tokyo", "Saturday 3 October, 25:30 JST = Sunday 4 October, 01:30"),
        ("22:00", "Asia/Tokyo", "Asia/Tokyo", "Saturday 3 October, 22:00 JST"),
        ("24:00", "Asia/Tokyo", "America/Los_Angeles", "Saturday 3 October, 24:00 JST = Saturday 08:00 your time"),
        (
            "09:00",
            "Asia/Tokyo",
            "America/Los_Angeles",
            "Saturday 3 October, 09:00 JST = Friday 2 October, 17:00 your time",
        ),
        (
            "23:00",
            "America/New_York",
            "Asia/Tokyo",
            "Saturday 3 October, 23:00 EDT = Sunday 4 October, 12:00 your time",
        ),
        ("25:30", "Mars/Olympus", "Europe/Berlin", ""),
        ("late", "Asia/Tokyo", "Europe/Berlin", ""),
        ("25:30", None, "Europe/Berlin", ""),
    ],
)
def test_late_night_slots_are_said_with_the_real_moment(slot: str, zone: str | None, user: str, said: str) -> None:
    date = FuzzyDate.day(2026, 10, 3, slot=slot, zone=zone)
    assert words.slot(date, ZoneInfo(user)) == said


def test_the_real_moment_of_a_slot() -> None:
    date = FuzzyDate.day(2026, 10, 3, slot="25:30", zone="Asia/Tokyo")
    assert words.airs(date) == datetime(2026, 10, 3, 16, 30, tzinfo=UTC)


SUBJECTS: list[tuple[dict[str, Any], str]] = [
    ({}, "Akudama Drive – season 2: announced"),
    ({"listed": True}, "Akudama Drive – season 2: listed"),
    ({"season": None}, "Akudama Drive – new season: announced"),
    ({"medium": Medium.FILM}, "Akudama Drive – film: announced"),
    ({"part": 2}, "Akudama Drive – season 2, part 2: announced"),
    ({"confirmed": False}, "Akudama Drive – season 2: announced (unconfirmed)"),
    (
        {"type": EventType.RELEASE_DATE, "date": FuzzyDate.day(2027, 10, 4)},
        "Akudama Drive – season 2: starts 4 October 2027",
    ),
    (
        {"type": EventType.RELEASE_DATE, "date": FuzzyDate.day(2025, 10, 4)},
        "Akudama Drive – season 2: started 4 October 2025",
    ),
    (
        {"type": EventType.RELEASE_WINDOW, "date": FuzzyDate.season(2027, "fall")},
        "Akudama Drive – season 2: planned for autumn 2027",
    ),
    (
        {"type": EventType.NARROWED, "date": FuzzyDate.month(2027, 10)},
        "Akudama Drive – season 2: date narrowed to October 2027",
    ),
    ({"type": EventType.DELAYED, "date": FuzzyDate.year(2028)}, "Akudama Drive – season 2: delayed to 2028"),
    ({"type": EventType.DELAYED}, "Akudama Drive – season 2: delayed, no new date"),
    (
        {"type": EventType.ADVANCED, "date": FuzzyDate.month(2027, 7)},
        "Akudama Drive – season 2: moved forward to July 2027",
    ),
    ({"type": EventType.CANCELLED}, "Akudama Drive – season 2: cancelled"),
    ({"type": EventType.TRAILER}, "Akudama Drive – season 2: trailer out"),
    ({"type": EventType.STREAMING, "platform": "Crunchyroll"}, "Akudama Drive – season 2: will stream on Crunchyroll"),
    ({"type": EventType.STREAMING}, "Akudama Drive – season 2: will be streamed"),
    ({"type": EventType.DUB, "date": FuzzyDate.day(2027, 11, 1)}, "Akudama Drive – season 2: dub, 1 November 2027"),
    ({"type": EventType.FINISHED}, "Akudama Drive – season 2: finished"),
    (
        {"type": EventType.RETRACTED, "takes_back": EventType.ANNOUNCED},
        "Akudama Drive – season 2: the announcement taken back",
    ),
    ({"type": EventType.RETRACTED}, "Akudama Drive – season 2: taken back"),
]


@pytest.mark.parametrize(("changes", "subject"), SUBJECTS)
def test_the_subject_says_what_changed_for_which_title(changes: dict[str, Any], subject: str) -> None:
    assert render(event(**changes), title=AKUDAMA, timezone=BERLIN).subject == subject


@pytest.mark.parametrize("kind", EventType)
def test_every_type_of_event_has_words(kind: EventType) -> None:
    for date in (None, FuzzyDate.day(2027, 1, 1), FuzzyDate.year(2027)):
        message = render(event(type=kind, date=date), title=AKUDAMA, timezone=BERLIN)
        assert message.subject.startswith("Akudama Drive – season 2: ")
        assert compose(message, Form())


@pytest.mark.parametrize("kind", [kind for kind in NoticeType if kind is not NoticeType.REMINDER])
def test_every_type_of_notice_has_words(kind: NoticeType) -> None:
    message = render(notice(type=kind, text=""), title=None, timezone=BERLIN)
    assert message.subject.startswith("Season Watcher: ")
    assert message.sections[0].lines


def text_of(item: Event | Notice, **options: Any) -> str:
    return compose(render(item, title=AKUDAMA, timezone=BERLIN, **options), Form())


def test_a_message_carries_everything_in_order() -> None:
    found = evidence(quote="第2期は10月4日放送開始", tier=Tier.OFFICIAL)
    one = event(
        type=EventType.NARROWED,
        date=FuzzyDate.day(2027, 10, 4),
        before=FuzzyDate.month(2027, 10),
        evidence=(found, evidence(publisher="Anime News Network", tier=Tier.PRESS)),
        known_before="Announced on 3 March 2026.",
    )
    assert text_of(one) == (
        "Akudama Drive – season 2: date narrowed to 4 October 2027\n\n"
        "Date: Monday 4 October 2027\n"
        "Was: October 2027\n\n"
        "“第2期は10月4日放送開始”\n"
        "— akudama-drive.com, official source · via official news · 21 November 2026 · in Japanese\n"
        "Also: Anime News Network (press)\n"
        "https://akudama-drive.com/news/1\n\n"
        "Before: Announced on 3 March 2026.\n\n"
        "#k3f9a2 · why? watcher explain k3f9a2"
    )


@pytest.mark.parametrize(
    ("tier", "word"),
    [
        (Tier.OFFICIAL, "official source"),
        (Tier.CATALOGUE, "catalogue"),
        (Tier.PRESS, "press"),
        (Tier.POINTER, "unconfirmed outlet"),
        (Tier.UNKNOWN, "unknown outlet"),
    ],
)
def test_trust_is_said_in_words(tier: Tier, word: str) -> None:
    assert f"akudama-drive.com, {word}" in text_of(event(evidence=(evidence(tier=tier),)))


def test_a_listing_is_not_called_an_announcement() -> None:
    text = text_of(event(listed=True, evidence=(evidence(tier=Tier.CATALOGUE),)))
    assert "A catalogue lists it; no announcement has been seen yet." in text
    assert "season 2: announced" not in text


def test_labels_for_repeat_unconfirmed_and_late() -> None:
    text = text_of(event(confirmed=False), repeat=True, now=NOW + timedelta(days=2))
    assert "Possible repeat:" in text
    assert "Unconfirmed:" in text
    assert "Late: known since Saturday 21 November 2026, 13:00" in text
    fresh = text_of(event(), now=NOW + timedelta(hours=1))
    assert "Late" not in fresh
    assert "repeat" not in fresh


def test_i11_an_event_without_any_text_still_says_something() -> None:
    bare = event(evidence=(evidence(quote="", headline="", url=None, publisher=""),))
    assert "Akudama Drive – season 2: announced" in text_of(bare)
    assert "announced" in text_of(event(evidence=()))


def test_a_title_that_is_gone_is_named_by_its_id() -> None:
    message = render(event(), title=None, timezone=BERLIN)
    assert message.subject == "akudama-drive – season 2: announced"


def test_one_story_with_two_facets_says_its_quote_once() -> None:
    same = (evidence(entry="e"),)
    pair = [
        event("aaaaaa", type=EventType.RELEASE_DATE, date=FuzzyDate.day(2027, 10, 4), evidence=same),
        event("bbbbbb", type=EventType.TRAILER, evidence=same),
    ]
    message = render_story(pair, titles=TITLES, way=Circumstances(timezone=BERLIN))
    assert message.subject == "Akudama Drive – season 2: starts 4 October 2027, trailer out"
    text = compose(message, Form())
    assert text.count(same[0].quote) == 1
    assert "#aaaaaa #bbbbbb" in text
    assert message.refs == ("aaaaaa", "bbbbbb")


def test_a_digest_counts_names_and_keeps_every_reference() -> None:
    items = [event(f"r{n:05}", title_id=(AKUDAMA if n % 3 else DOROHEDORO).id) for n in range(100)]
    message = render_digest(items, titles=TITLES, way=Circumstances(timezone=BERLIN), folded=True)
    text = compose(message, Form())
    assert message.subject == "Season Watcher: 100 messages at once"
    assert "Akudama Drive 66, Dorohedoro 34" in text
    assert "… and 60 more: watcher log" in text
    assert len(message.refs) == len(message.facts) == 100


def test_the_key_is_the_reference_or_depends_on_all_of_them() -> None:
    one, two = event("aaaaaa"), event("bbbbbb")
    way = Circumstances(timezone=BERLIN)
    assert render(one, title=None, timezone=BERLIN).key == "aaaaaa"
    keys = {render_digest(list(each), titles={}, way=way).key for each in ([one, two], [two, one], [one])}
    assert len(keys) == 2


@given(st.dates(), st.integers(0, 47), st.integers(0, 59))
def test_any_slot_can_be_said(day: Any, hours: int, minutes: int) -> None:
    date = FuzzyDate.day(day.year, day.month, day.day, slot=f"{hours:02}:{minutes:02}", zone="Asia/Tokyo")
    if 1900 < day.year < 9000:
        assert f"{hours:02}:{minutes:02}" in words.slot(date, BERLIN)
    words.slot(date, ZoneInfo("America/Los_Angeles"))


@pytest.mark.parametrize("tag", ["ja", "en", "en-US", "pt-BR", "zh-Hant", "xx", "", None, "not a tag!", "x-klingon"])
def test_language_tags_never_raise(tag: str | None) -> None:
    assert isinstance(words.language(tag), str)
