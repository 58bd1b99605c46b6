"""The dossier: what is known of a title, for a person; and the question after the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.judging import ANY, TITLE, Case, cases
from watcher.judge.dossier import NOTHING_KNOWN, Dossier, dossier
from watcher.judge.ended import asked, ended
from watcher.judge.existence import existence
from watcher.judge.judging import judge
from watcher.known import Existence
from watcher.memory import Knowledge
from watcher.model import NoticeType, Policy, Title

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def play(case: Case) -> Knowledge:
    knowledge = Knowledge.empty(case.title.id)
    for line in case.lines:
        knowledge = judge(
            knowledge, line.saying, title=case.title, policy=case.policy, now=line.saying.evidence.at
        ).knowledge
    return knowledge


def after(table: str, *, title: Title = TITLE) -> Knowledge:
    return play(cases(f"case\n{table}", title=title)[0])


def shown(table: str, *, title: Title = TITLE, now: datetime = NOW) -> Dossier:
    return dossier(title, after(table, title=title), now)


STATES = [
    ("", Existence.UNKNOWN),
    ("  03-01 T5 blog | announced => held", Existence.RUMOURED),
    ("  03-01 T3 press | announced => announced", Existence.REPORTED),
    ("  03-01 T2 list | announced => announced", Existence.LISTED),
    ("  03-01 T1 copper-orchard | announced => announced", Existence.CONFIRMED),
    ("  03-01 T3 press | announced => x\n  03-02 T1 copper-orchard | announced => x", Existence.CONFIRMED),
    ("  03-01 T1 copper-orchard | date 2026-03-21 => x", Existence.CONFIRMED),
    ("  03-01 T1 copper-orchard | date 2026-03-20 => x", Existence.AIRING),
    ("  03-01 T1 copper-orchard | date 2026-03-05 => x\n  03-10 T1 copper-orchard | delayed => x", Existence.AIRING),
    ("  03-01 T1 copper-orchard | date 2026-03-05 => x\n  03-10 T3 press | finished => x", Existence.FINISHED),
    ("  03-01 T3 press | cancelled => cancelled", Existence.CANCELLED),
    ("  03-01 T3 press | announced => x\n  03-02 T1 copper-orchard | retracted => x", Existence.UNKNOWN),
]


@pytest.mark.parametrize(("table", "state"), STATES)
def test_how_real_the_season_is(table: str, state: Existence) -> None:
    assert shown(table).seasons[0].existence is state


def test_a_season_begins_without_any_entry() -> None:
    knowledge = after("  03-01 T1 copper-orchard | date 2026-04-05 => x")
    (season,) = knowledge.known.seasons
    assert existence(season, datetime(2026, 4, 4, tzinfo=UTC)) is Existence.CONFIRMED
    assert existence(season, datetime(2026, 4, 5, tzinfo=UTC)) is Existence.AIRING


def test_nothing_known_is_said_for_each_facet() -> None:
    (season,) = shown("").seasons
    assert (season.season, season.watched) == (2, True)
    facets = {facet.name: facet.text for facet in season.facets if facet.name != "existence"}
    assert facets == dict.fromkeys(
        ["date", "platforms", "trailer", "visual", "staff", "cast", "dub", "studio", "reception"], NOTHING_KNOWN
    )


FACETS = [
    ("date", "date 2026-10-03 25:30", "2026-10-03, 25:30"),
    ("date", "window 2026-fall", "2026-fall (a season)"),
    ("date", "announced; delayed", "open"),
    ("date of part 2", "date 2026-04-04; part2 window 2026-10", "2026-10 (a month)"),
    ("platforms", "announced; streaming @Wavelet; streaming @Harbor+ 2026-10-10", "Wavelet, Harbor+ from 2026-10-10"),
    ("trailer", "announced; trailer", "on 2026-03-01"),
    ("visual", "announced; visual", "on 2026-03-01"),
    ("staff", "announced; staff =Ann_Lee", "Ann Lee"),
    ("cast", "announced; cast =Ann_Lee,Bob", "Ann Lee, Bob"),
    ("cast", "announced; cast", "announced, names not read"),
    ("dub", "announced; dub", "announced, no date"),
    ("dub", "announced; dub 2026-12-11", "2026-12-11"),
]


@pytest.mark.parametrize(("name", "claims", "text"), FACETS)
def test_a_facet_and_its_evidence(name: str, claims: str, text: str) -> None:
    facet = shown(f"  03-01 T1 copper-orchard | {claims} => x").seasons[0].facet(name)
    assert facet.text == text
    assert facet.evidence[0].publisher == "copper-orchard.example"


def test_an_opened_date_says_what_was_taken_back() -> None:
    table = "  03-01 T1 copper-orchard | date 2026-10-04 => x\n  03-02 T1 copper-orchard | delayed => x"
    assert shown(table).seasons[0].facet("date").text == "open; 2026-10-04 was taken back"


def test_contradictions_are_shown_with_their_source() -> None:
    table = "  03-01 T1 copper-orchard | date 2026-10-04 => x\n  03-02 T5 blog | date 2026-11-01 => x"
    facet = shown(table).seasons[0].facet("contradictions")
    assert facet.text == "blog.example says 2026-11-01"


def test_held_claims_say_what_they_wait_for() -> None:
    waiting = shown(
        "  03-01 T5 blog | date 2026-10-04 => held\n  03-01T13 T4 forum | streaming @Wavelet => held"
    ).waiting
    assert [one.says for one in waiting] == ["release date 2026-10-04", "streaming on Wavelet"]
    assert waiting[0].waits_for == "a tier 1–3 source"
    assert "second independent outlet" in waiting[1].waits_for


def test_held_claims_under_the_official_policy() -> None:
    knowledge = after("  03-01 T5 blog | announced => held")
    (waiting,) = dossier(TITLE, knowledge, NOW, policy=Policy.OFFICIAL).waiting
    assert waiting.waits_for == "an official source or a catalogue"


def test_silenced_pages_are_counted_and_the_last_official_word_is_kept() -> None:
    seen = shown("""
  03-01 T1 copper-orchard verdict=no_news headline=An_exhibition | => x
  03-02 T5 blog verdict=speculation | => x
  03-03 T5 farm verdict=speculation | => x
  03-04 T3 press verdict=retrospective | => x
""")
    assert (seen.speculative, seen.retrospective) == (2, 1)
    assert seen.last_official is not None
    assert seen.last_official.headline == "An exhibition"


def test_an_older_official_word_that_arrives_late_is_not_the_last() -> None:
    seen = shown("""
  03-01 T1 copper-orchard verdict=no_news headline=Newer | => x
  03-02 T1 copper-orchard verdict=no_news headline=Older said=2026-02-01 | => x
""")
    assert seen.last_official is not None
    assert seen.last_official.headline == "Newer"


def test_reception_comes_from_records_of_any_season() -> None:
    record = '{"name":"Copper\\u0020Orchard","season_number":1,"status":"finished","score":7.62,"votes":163707}'
    seen = shown(f"  03-01 T2 list record={record} | => x")
    assert [season.season for season in seen.seasons] == [2, 1]
    assert [season.watched for season in seen.seasons] == [True, False]
    assert seen.seasons[1].facet("reception").text == "list.example 7.62 from 163,707 votes"


OVER = "  03-01 T1 copper-orchard | date 2026-03-05 => x\n  03-10 T3 press | finished 2026-03-10 => x"


def test_the_question_after_the_end_is_put_once() -> None:
    known = after(OVER).known
    notice = ended(known, TITLE, NOW)
    assert notice is not None
    assert notice.type is NoticeType.SEASON_ENDED
    assert "season = 3" in notice.text
    assert ended(asked(known), TITLE, NOW) is None


def test_no_question_while_it_runs_nor_for_any_season_nor_for_an_old_end() -> None:
    running = after("  03-01 T1 copper-orchard | date 2026-03-05 => x").known
    assert ended(running, TITLE, NOW) is None
    assert ended(after(OVER, title=ANY).known, ANY, NOW) is None
    old = after("  01-02 T3 press said=2025-12-24 | finished 2025-12-20 => learnt").known
    assert ended(old, TITLE, NOW) is None
    assert ended(Knowledge.empty(TITLE.id).known, TITLE, NOW) is None


def test_the_reference_of_the_question_is_stable() -> None:
    known = after(OVER).known
    first, second = ended(known, TITLE, NOW), ended(known, replace(TITLE, name="Renamed"), NOW)
    assert first is not None
    assert second is not None
    assert first.ref == second.ref
