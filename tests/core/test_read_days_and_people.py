"""Which day is the season's, and who its people are: each way of telling, over other works, seasons, days and names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from watcher.model import Entry, EventType, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader

PUBLISHED = datetime(2026, 3, 10, tzinfo=UTC)
WORKS = ("Lanterns of Velmora", "Copper Orchard", "The Quiet Meridian")
NUMBERS = ((2, "second"), (3, "third"), (5, "fifth"))
DAYS = (("October 20", "2026-10-20"), ("April 3, 2027", "2027-04-03"))
WINDOWS = (("October 2026", "2026-10"), ("spring 2027", "2027-spring"), ("2027", "2027"))

Claims = set[tuple[EventType, str | None]]


def read(headline: str, body: str, work: str, number: int) -> Claims:
    title = Title(id="t", name=work, season=number)
    entry = Entry(id="1", title=headline, blocks=blocks_of(body), published=PUBLISHED)
    reading = Reader([title]).read(entry, title)
    return {(claim.type, claim.date and str(claim.date)) for claim in reading.claims}


def each() -> Iterator[tuple[str, int, str]]:
    return ((work, number, nth) for work in WORKS for number, nth in NUMBERS)


def filled(headline: str, body: str, **words: str) -> Iterator[Claims]:
    """Yield what is read of a text, for every work and season."""
    for work, number, nth in each():
        names = {"t": work, "n": number, "nth": nth, "before": number - 1, **words}
        yield read(headline.format(**names), body.format(**names), work, number)


# --- days ----------------------------------------------------------------------------------------------------------

WITH_DAY = (
    ("Autumn picks", "{t} Series {n} – Netflix / Hulu, weekly from {day}"),
    ("Autumn picks", "{t} season {n} – on Netflix from {day}"),
    ("{t} Season {n} Gets Main Trailer, Premieres {day}", "The trailer is out."),
    ("{t} season {n} news", "The {nth} season unveiled its trailer together with the premiere day, {day}."),
    ("{t} doesn't hurry", "The {nth} season of {t} doesn't arrive until {day}."),
)


@pytest.mark.parametrize(("headline", "body"), WITH_DAY)
@pytest.mark.parametrize(("day", "date"), DAYS)
def test_the_day_is_that_of_the_premiere(headline: str, body: str, day: str, date: str) -> None:
    for said in filled(headline, body, day=day):
        assert (EventType.RELEASE_DATE, date) in said


IN_WINDOW = (
    "Netflix says the {nth} season of {t} is locked for {window}.",
    "Pony Canyon announced that the anime of Ao Kino's novels, {t}, returns with a {nth} season in {window}.",
    "Shooting of {t} had been halted for a while in 2025, and the {nth} season is earmarked for {window}, Netflix said.",
)


@pytest.mark.parametrize("body", IN_WINDOW)
@pytest.mark.parametrize(("window", "date"), WINDOWS)
def test_a_window_belongs_to_the_season_before_it_whatever_the_verb(body: str, window: str, date: str) -> None:
    for said in filled("{t} news", body, window=window):
        assert (EventType.RELEASE_WINDOW, date) in said


def test_what_is_ordered_for_a_window_comes_then() -> None:
    for work in WORKS:
        said = read("Renewals", f"Netflix has renewed {work} for ten more hours next year.", work, 2)
        assert (EventType.RELEASE_WINDOW, "2027") in said


NOT_ITS_DAY = (
    "The box collects the {nth} season and ships on {day}.",
    "She shoots the {nth} season in {day}.",
    "I'm starting the {nth} season of {t} on {day}.",
    "Netflix renewed the {nth} season of {t} in March.",
    "{t} is about a town. The cast of the {nth} season is in Kyoto on {day}.",
)


@pytest.mark.parametrize("body", NOT_ITS_DAY)
def test_a_day_with_another_subject_is_no_premiere(body: str) -> None:
    for said in filled("{t} season {n} news", body, day="October 20"):
        assert not {kind for kind, _ in said} & {EventType.RELEASE_DATE, EventType.RELEASE_WINDOW}


def test_rows_stand_under_the_day_above_them_and_not_under_the_stamp_of_the_page() -> None:
    body = (
        "[via press release]\n\nTHURSDAY, OCT. 22 (all times ET)\n"
        '8:00-8:30 p.m. "{t}" (Season {n} Premiere)\n8:30-9:00 p.m. "Silver Tides" (Series Premiere)'
    )
    for said in filled("[3/10/26] NETWORK ANNOUNCES PREMIERE DATES", body):
        assert {date for kind, date in said if kind is EventType.RELEASE_DATE} == {"2026-10-22"}


def test_the_rest_of_a_season_that_is_held_back_has_a_new_day_and_no_premiere() -> None:
    body = (
        "The rest of the {nth} season of {t} is held back: after April 12 the show pauses, "
        "and the remaining episodes will air from June 28 instead."
    )
    for said in filled("{t} pauses", body):
        assert (EventType.DELAYED, "2026-06-28") in said
        assert EventType.RELEASE_DATE not in {kind for kind, _ in said}


def test_a_month_that_another_sentence_makes_a_day_is_that_day_for_the_delay_too() -> None:
    body = "The {nth} season starts on January 13, 2027, the network said. It slipped because of a strike."
    for said in filled("{t} Season {n} Delayed for January 2027", body):
        assert (EventType.DELAYED, "2027-01-13") in said


# --- people --------------------------------------------------------------------------------------------------------

NEW_CAST = (
    "Ann Lee plays Orin, Bo Hart Sela and Cy Dane Tam.",
    "Ann Lee is Orin, Bo Hart is Sela and Cy Dane is Tam.",
    "Ann Lee and Bo Hart are Orin and Sela.",
    "Ann Lee speaks for Orin, Bo Hart for Sela.",
    "On the voice side, Ann Lee plays Orin, the elder sister.",
    "Ann Lee will once more be heard as Orin.",
    "The voices are new: Ann Lee takes over as Orin.",
    "All four leads return.",
    "Among those taking part now are Ann Lee and Bo Hart.",
    "Ann Lee and Bo Hart board for the last ride.",
)


@pytest.mark.parametrize("told", NEW_CAST)
def test_who_plays_whom_is_a_cast(told: str) -> None:
    for said in filled("{t} Season {n} Announced", "The {nth} season of {t} is confirmed. " + told):
        assert (EventType.CAST, None) in said


NO_CAST = (
    "Ann Lee plays the lead.",
    "The drama stars Ann Lee.",
    "The call was made as far back as April.",
    "The writers joined the picket line; Ann Lee is Welsh.",
)


@pytest.mark.parametrize("told", NO_CAST)
def test_whom_everybody_knows_is_no_news(told: str) -> None:
    for said in filled("{t} Season {n} Announced", "The {nth} season of {t} is confirmed. " + told):
        assert (EventType.CAST, None) not in said


def test_who_once_did_it_is_not_who_does_it_now() -> None:
    body = "The {nth} season of {t} is confirmed. "
    for told in ("Ann Lee directed.", "Ann Lee, who adapted and directed the show, thanked the fans."):
        assert all((EventType.STAFF, None) not in said for said in filled("{t} Season {n} Announced", body + told))
    for told in ("Ann Lee directs again.", "Ann Lee, who directed the first season, moves up to chief director."):
        assert all((EventType.STAFF, None) in said for said in filled("{t} Season {n} Announced", body + told))


def test_people_of_the_present_are_those_of_the_new_season_whatever_season_was_told_of_before() -> None:
    body = "The {nth} season of {t} is confirmed.\n\nThe first season came in June 2021. "
    assert all((EventType.CAST, None) in said for said in filled("{t} Season {n}", body + "The old cast returns."))
    assert all((EventType.STAFF, None) in said for said in filled("{t} Season {n}", body + "Ann Lee writes again."))


def test_a_season_that_will_not_be_has_no_cast() -> None:
    body = "The comedy created by and starring Ann Lee won't be back for a {nth} season, Netflix said."
    assert {frozenset(said) for said in filled("Netflix cancels {t}", body)} == {
        frozenset({(EventType.CANCELLED, None)})
    }


def test_who_plays_a_role_makes_no_stage_play() -> None:
    body = "The announcement of the {nth} season has Ann Lee down to play Orin once more, with Bo Hart directing again."
    for said in filled("{t} Season {n} Announced", body):
        assert {(EventType.CAST, None), (EventType.STAFF, None)} <= said
