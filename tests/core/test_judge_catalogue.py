"""A catalogue's record becomes claims; blanks and vanished rows say nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.judging import ANY, SINCE, TITLE, event_text
from watcher.judge.catalogue import fuzzy, is_about, record_claims
from watcher.judge.judging import judge
from watcher.judge.saying import Saying
from watcher.known import Existence
from watcher.memory import Knowledge
from watcher.model import Evidence, Policy, Reading, TextVerdict, Tier, Title

LISTED = {"status": "not_yet_released", "season_number": 2, "name": "Copper Orchard 2nd Season", "platforms": []}


def day(year: int | None, month: int | None = None, day_: int | None = None) -> dict[str, int | None]:
    return {"year": year, "month": month, "day": day_}


def record_saying(record: dict[str, Any], at: datetime, source: str = "list") -> Saying:
    headline = record.get("headline", record.get("name") or "removed")
    return Saying(
        evidence=Evidence(
            source=source, publisher=source, tier=Tier.CATALOGUE, url=None, headline=headline, quote="", at=at
        ),
        reading=Reading(title_id=TITLE.id, relevant=True, verdict=TextVerdict.NO_NEWS),
        domain=f"{source}.example",
        baseline=False,
        said=at,
        text_digest="",
        kind="catalogue",
        data=record,
    )


def history(*records: dict[str, Any], title: Title = TITLE) -> tuple[list[str], Knowledge]:
    """Judge one record after the other, a day apart."""
    knowledge, told = Knowledge.empty(title.id), []
    for number, record in enumerate(records, 1):
        at = SINCE + timedelta(days=number)
        verdict = judge(knowledge, record_saying(record, at), title=title, policy=Policy.CREDIBLE, now=at)
        knowledge = verdict.knowledge
        told.append("; ".join(event_text(event) for event in verdict.events))
    return told, knowledge


HISTORIES = [
    ("undated, year, month, day, moved",
     [{"start_date": day(None)}, {"start_date": day(2027)}, {"start_date": day(2027, 4)},
      {"start_date": day(2027, 4, 5)}, {"start_date": day(2027, 4, 12)}],
     ["announced", "release_window 2027", "narrowed 2027-04", "narrowed 2027-04-05", "delayed 2027-04-12"]),
    ("moved earlier", [{"start_date": day(2027, 4, 12)}, {"start_date": day(2027, 4, 5)}],
     ["release_date 2027-04-12", "advanced 2027-04-05"]),
    ("a blanked date opens nothing", [{"start_date": day(2027, 4, 12)}, {"start_date": day(None)}],
     ["release_date 2027-04-12", ""]),
    ("a coarsened date opens nothing", [{"start_date": day(2027, 4, 12)}, {"start_date": day(2027)}],
     ["release_date 2027-04-12", ""]),
    ("vanished and back", [{"start_date": day(2027, 4)}, {"status": None, "name": None, "season_number": None},
     {"start_date": day(2027, 4)}], ["release_window 2027-04", "", ""]),
    ("cancelled", [{}, {"status": "cancelled"}, {"status": "cancelled"}], ["announced", "cancelled", ""]),
    ("a day and a service at once", [{"start_date": day(2027, 4)}, {"start_date": day(2027, 4, 5), "platforms": ["Wavelet"]}],
     ["release_window 2027-04", "narrowed 2027-04-05; streaming Wavelet"]),
    ("each service once", [{"platforms": ["Wavelet"]}, {"platforms": ["Wavelet", "Harbor+"]}, {"platforms": []}],
     ["announced; streaming Wavelet", "streaming Harbor+", ""]),
    ("scores are no news", [{}, {"score": 7.5, "votes": 10}, {"score": 7.6, "votes": 20}], ["announced", "", ""]),
    ("begins and ends", [{"start_date": day(2026, 1, 2)}, {"status": "releasing", "start_date": day(2026, 1, 2)},
     {"status": "finished", "start_date": day(2026, 1, 2), "end_date": day(2026, 1, 4)}],
     ["release_date 2026-01-02", "", "finished 2026-01-04"]),
    ("over before the watch", [{"status": "finished", "start_date": day(2025, 4, 5), "end_date": day(2025, 6, 28),
     "platforms": ["Wavelet"]}], [""]),
    ("running since before the watch", [{"status": "releasing", "start_date": day(2025, 10, 5)}], [""]),
    ("a record for season 1", [{"season_number": 1, "name": "Copper Orchard", "status": "finished"}], [""]),
    ("a record without a number", [{"season_number": None}], [""]),
    ("another title's record", [{"name": "Copper Orchard Knights: Season 2"}], [""]),
    ("a bare season name under the title's headline",
     [{"name": "Season 2", "headline": "Copper Orchard: Season 2 — July 2027", "start_date": day(2027, 7)}],
     ["release_window 2027-07"]),
    ("a bare season name under another headline",
     [{"name": "Season 2", "headline": "Copper Orchard Knights: Season 2 — July 2027", "start_date": day(2027, 7)}], [""]),
    ("a day no calendar has", [{"start_date": day(2027, 2, 30)}], ["announced"]),
    ("on hiatus", [{"start_date": day(2027, 4)}, {"status": "hiatus"}], ["release_window 2027-04", ""]),
]  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), [case[1:] for case in HISTORIES], ids=[case[0] for case in HISTORIES])
def test_history_of_a_record(records: list[dict[str, Any]], expected: list[str]) -> None:
    told, _ = history(*[LISTED | record for record in records])
    assert told == expected


NAMES = [
    ("Copper Orchard", True),
    ("copper orchard 2", True),
    ("Copper Orchard II", True),
    ("Copper Orchard: The Second Season", True),
    ("Copper Orchard Temporada 2", True),
    ("銅の果樹園 第2期", True),
    ("銅の果樹園２", True),
    ("Copper Orchard Final Season Part 2", True),
    ("Copper Orchard Knights 2nd Season", False),
    ("Copper Orchards 2nd Season", False),
    ("The Copper Orchard Keepers", False),
    ("銅の果樹園物語 第2期", False),
    ("", False),
]


@pytest.mark.parametrize(("name", "about"), NAMES)
def test_whose_record_it_is(name: str, about: bool) -> None:
    assert is_about({"name": name}, "a headline of no use", TITLE) is about


def test_an_id_is_better_than_a_name() -> None:
    title = replace(TITLE, ids={"anilist": 42})
    assert is_about({"name": "Rust and Blossom", "ids": {"anilist": 42}}, "", title)
    assert not is_about({"name": "Rust and Blossom", "ids": {"anilist": 43}}, "", title)


FUZZY = [
    (None, None),
    ({}, None),
    ("2027", None),
    (day(None, 4, 5), None),
    (day(2027), "2027"),
    (day(2027, 4), "2027-04"),
    (day(2027, 4, 5), "2027-04-05"),
    (day(2027, None, 5), "2027"),
    (day(2027, 13), None),
    (day(0), None),
    (day(99_999), None),
    ({"year": "2027"}, None),
    ({"year": True}, None),
]


@pytest.mark.parametrize(("parts", "date"), FUZZY)
def test_partial_dates(parts: object, date: str | None) -> None:
    found = fuzzy(parts)
    assert (str(found) if found else None) == date


def test_any_season_takes_each_new_one() -> None:
    told, _ = history(
        LISTED | {"season_number": 1, "name": "Copper Orchard", "status": "finished", "end_date": day(2024, 6, 1)},
        LISTED,
        LISTED | {"season_number": 3, "name": "Copper Orchard 3rd Season"},
        title=ANY,
    )
    assert told == ["", "announced", "s3 announced"]


def test_a_record_whose_score_changed_does_not_say_its_old_date_again() -> None:
    old, new = LISTED | {"start_date": day(2027, 4)}, LISTED | {"start_date": day(2027, 7)}
    knowledge, told = Knowledge.empty(TITLE.id), []
    for number, (source, record) in enumerate([("a", old), ("b", new), ("a", old | {"score": 7.1}), ("a", new)], 1):
        at = SINCE + timedelta(days=number)
        verdict = judge(knowledge, record_saying(record, at, source), title=TITLE, policy=Policy.CREDIBLE, now=at)
        knowledge = verdict.knowledge
        told.append("; ".join(event_text(event) for event in verdict.events))
    assert told == ["release_window 2027-04", "delayed 2027-07", "", ""]


def test_scores_and_platforms_are_kept_for_status() -> None:
    _, knowledge = history(LISTED | {"score": 7.62, "votes": 163_707})
    (season,) = knowledge.known.seasons
    assert season.record["list"] == {
        "name": "Copper Orchard 2nd Season", "status": "not_yet_released", "score": 7.62, "votes": 163_707,
    }  # fmt: skip
    assert season.existence is Existence.LISTED


def test_a_record_of_wrong_types_is_survived() -> None:
    broken = {"name": 5, "season_number": "2", "status": [], "start_date": "soon", "platforms": "Wavelet", "ids": []}
    assert record_claims(broken, "", TITLE) == ()
    assert (
        record_claims(LISTED | {"platforms": [None, 3, "Wavelet"], "status": None}, "", TITLE)[0].platform == "Wavelet"
    )


def test_dates_compare_at_the_utc_day() -> None:
    told, _ = history(LISTED | {"start_date": day(2026, 1, 1)})
    assert told == ["release_date 2026-01-01"]
    assert datetime(2026, 1, 1, tzinfo=UTC) == SINCE
