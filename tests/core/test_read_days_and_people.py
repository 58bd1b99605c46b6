"""Which day is the season's, and who its people are: each way of telling, over other works, seasons, days and names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from watcher.model import Entry, EventType, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader

PUBLISHED = datetime(2026, 3, 10, tzinfo=UTC)
WORKS = ("Harbour of Salt", "Copper Orchard", "The Quiet Meridian")
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
    "Ann Lee will be heard again as Orin.",
    "The voices are new: Ann Lee takes over as Orin.",
    "All four leads return.",
    "Among those taking part are Ann Lee and Bo Hart.",
    "Ann Lee and Bo Hart board for the last ride.",
)


@pytest.mark.parametrize("told", NEW_CAST)
def test_who_plays_whom_is_a_cast(told: str) -> None:
    for said in filled("{t} Season {n} Announced", "The {nth} season of {t} is confirmed. " + told):
        assert (EventType.CAST, None) in said


NO_CAST = (
    "Ann Lee plays the lead.",
    "The drama stars Ann Lee.",
    "The call was made back in April.",
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


def test_three_roles_in_a_row_are_a_cast_two_an_aside() -> None:
    body = "The {nth} season of {t} is confirmed. It introduces new faces: Ann Lee as Orin, Bo Hart as Sela"
    for said in filled("{t} Season {n} Announced", body.replace("new faces", "a guild") + " and Cy Dane as Tam."):
        assert (EventType.CAST, None) in said
    for said in filled("{t} Season {n} Announced", body.replace("new faces", "a guild") + "."):
        assert (EventType.CAST, None) not in said


# --- one start, told once ------------------------------------------------------------------------------------------

ONE_START = (
    "{t} season {n} streams on {day}, only on Netflix.",
    "Netflix says that season {n} of {t} begins streaming on Netflix on {day}.",
    "The wait ends on {day}, when the {nth} season of {t} comes to Netflix worldwide.",
)


@pytest.mark.parametrize("body", ONE_START)
@pytest.mark.parametrize(("day", "date"), DAYS)
def test_a_start_on_its_own_service_is_the_premiere_and_nothing_beside_it(body: str, day: str, date: str) -> None:
    for said in filled("{t} news", body, day=day):
        assert (EventType.RELEASE_DATE, date) in said
        assert EventType.STREAMING not in {kind for kind, _ in said}


BESIDE = (
    "{t} season {n} premieres on {day} in Japan; Crunchyroll has licensed it for the rest of the world.",
    (
        "Previously slated for late September, season {n} of {t} begins on {day} in Japan and will stream "
        "exclusively with Netflix around the world."
    ),
)


def test_what_is_licensed_or_streams_elsewhere_is_told_beside_the_premiere() -> None:
    for body in BESIDE:
        for said in filled("{t} news", body, day="October 20"):
            assert (EventType.RELEASE_DATE, "2026-10-20") in said
            assert EventType.STREAMING in {kind for kind, _ in said}
            assert not any(date and date.startswith("2026-09") for _, date in said)


def test_a_streaming_service_that_renews_only_renews() -> None:
    for said in filled("{t} renewed", "Streaming service Netflix has renewed {t} for a {nth} season, it said."):
        assert {kind for kind, _ in said} == {EventType.ANNOUNCED}


# --- days of other things ------------------------------------------------------------------------------------------


def test_the_dateline_of_an_agency_is_no_premiere() -> None:
    body = "March 10 (UPI) -- The network announced Tuesday that it has renewed {t} for a {nth} season."
    for said in filled("{t}: renewed", body):
        assert {kind for kind, _ in said} == {EventType.ANNOUNCED}


def test_a_relative_clause_tells_of_what_stands_before_it() -> None:
    body = "A {nth} season of {t} is in the works. The novels also lead to a film, which opens on May 29."
    assert all({kind for kind, _ in said} == {EventType.ANNOUNCED} for said in filled("{t} gets season {n}", body))


def test_the_end_of_a_run_takes_no_day_that_is_announced_behind_it() -> None:
    body = (
        "When the last episode of the TV anime ended on Sunday, it was announced that the story will continue in 2027."
    )
    for said in filled("{t} gets a sequel", body):
        assert EventType.FINISHED not in {kind for kind, _ in said}


def test_a_weekly_run_ends_on_the_day_up_to_which_it_goes() -> None:
    body = "The {nth} season of {t} opens tonight, and a new episode follows each Tuesday through May 19."
    assert all((EventType.FINISHED, "2026-05-19") in said for said in filled("{t} returns", body))


def test_songs_and_occasions_are_no_other_works() -> None:
    song = 'The first trailer and key visual were released as well, along with the opening, "Pages" by Little Choir.'
    for said in filled("{t} Season {n} News", "The {nth} season of {t} premieres on October 20. " + song):
        assert {(EventType.TRAILER, None), (EventType.VISUAL, None)} <= said
    for said in filled(
        "{t} season {n} news",
        'A teaser shown at the "Harvest Lights" concerts announced that season {n} will premiere on May 20.',
    ):
        assert (EventType.RELEASE_DATE, "2026-05-20") in said


def test_what_is_released_next_year_is_not_over() -> None:
    body = "It's confirmed: {t} Season {n} is released next year."
    assert all((EventType.RELEASE_WINDOW, "2027") in said for said in filled("{t} moves to another studio", body))


# --- what the words around say -------------------------------------------------------------------------------------


def test_whoever_does_not_comment_denies_nothing() -> None:
    for said in filled(
        "{t}: no season {n}", "The {nth} season of {t} won't be made after all. The streamer has not commented."
    ):
        assert (EventType.CANCELLED, None) in said
    for said in filled("{t}", "A {nth} season of {t} is coming. The streamer has not commented on a {nth} season."):
        assert said == set()


def test_a_headline_may_answer_what_it_asks() -> None:
    body = "The creators have confirmed that there won't be a {nth} season."
    for said in filled("Will there be a {t} season {n}? Creators confirm it's over", body):
        assert {kind for kind, _ in said} == {EventType.CANCELLED}
    for headline in ("Will there be a {t} season {n}?", "Is {t} over? Fans expect the worst"):
        for said in filled(headline, "It looks as if there won't be a {nth} season."):
            assert said == set()


def test_years_count_time_and_no_seasons() -> None:
    body = "A new TV series of {t} was announced at a stage event. The voices are new: Ann Lee takes over as Orin."
    for work in WORKS:
        said = read(f"{work} Anime Returns After Seven Years", body.format(t=work), work, 2)
        assert {(EventType.ANNOUNCED, None), (EventType.CAST, None)} <= said


def test_a_further_season_may_be_only_its_number() -> None:
    for gets in ("gets", "wins", "lands"):
        for said in filled(
            "Netflix keeps three dramas", f"Netflix said so. Last in the bunch, {{t}} {gets} a {{nth}} in 2027."
        ):
            assert (EventType.RELEASE_WINDOW, "2027") in said


def test_an_end_with_a_season_is_told_of_that_season_and_not_of_the_next() -> None:
    for said in filled("Showtime Ends '{t}' With Season {n}", "The {nth} season airs this summer, the network said."):
        assert EventType.FINISHED in {kind for kind, _ in said}
    body = "The creator has said that it will finish with its {nth} series, and there will not be another."
    for work, number, nth in each():
        said = read(f"{work} to end after upcoming series", body.format(nth=nth), work, number + 1)
        assert {kind for kind, _ in said} == {EventType.CANCELLED}


def test_of_two_more_seasons_with_a_day_each_neither_is_taken_for_ours() -> None:
    for work in WORKS:
        said = read(
            "News", f"{work} gets two more seasons, one in July 2026 and the other in 2027, it was announced.", work, 3
        )
        assert (EventType.ANNOUNCED, None) in said
        assert not {kind for kind, _ in said} & {EventType.RELEASE_DATE, EventType.RELEASE_WINDOW}
