"""What an event carries: its evidence, what was known before, a reference; and what confirms it later."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.support.judging import TITLE, cases
from watcher.judge.judging import judge
from watcher.judge.saying import Verdict
from watcher.memory import Knowledge, Outcome
from watcher.model import Tier


def verdicts(table: str) -> list[Verdict]:
    (case,) = cases(f"case\n{table}")
    knowledge, found = Knowledge.empty(TITLE.id), []
    for line in case.lines:
        found.append(judge(knowledge, line.saying, title=case.title, policy=case.policy, now=line.at))
        knowledge = found[-1].knowledge
    return found


def test_a_later_outlet_confirms_by_reference() -> None:
    first, second = verdicts("""
  03-01 T3 press | announced => announced
  03-02 T1 copper-orchard | announced => known
""")
    ((ref, evidence),) = second.confirmations
    assert ref == first.events[0].ref
    assert evidence.tier is Tier.OFFICIAL
    assert second.outcome is Outcome.KNOWN


def test_the_same_outlet_again_is_no_confirmation() -> None:
    _, second = verdicts("""
  03-01 T3 press | announced => announced
  03-02 T3 press | announced => known
""")
    assert second.confirmations == ()


@pytest.mark.parametrize("tier", [4, 5])
def test_pointers_and_farms_confirm_nothing(tier: int) -> None:
    _, second = verdicts(f"""
  03-01 T3 press | announced => announced
  03-02 T{tier} forum! | announced => known
""")
    assert second.confirmations == ()


def test_baseline_knowledge_has_no_event_to_confirm() -> None:
    _, second = verdicts("""
  01-02 T1 copper-orchard said=2025-12-24 | announced => learnt
  01-03 T3 press | announced => known
""")
    assert second.confirmations == ()


def test_what_one_entry_says_twice_is_no_confirmation() -> None:
    (only,) = verdicts("  03-01 T1 copper-orchard | announced; date 2026-10-04 => release_date 2026-10-04")
    assert only.confirmations == ()


def test_a_confirmed_fact_keeps_its_best_evidence_first() -> None:
    *_, last = verdicts("""
  03-01 T3 press | date 2026-10-04 => release_date 2026-10-04
  03-02 T2 list | date 2026-10-04 => known
  03-03 T1 copper-orchard | date 2026-10-04 => known
""")
    fact = last.knowledge.known.seasons[0].dates[1]
    assert [one.tier for one in fact.evidence] == [Tier.OFFICIAL, Tier.CATALOGUE, Tier.PRESS]
    assert fact.weight is Tier.OFFICIAL


def test_a_corroborated_event_shows_both_voices() -> None:
    _, second = verdicts("""
  03-01 T4 forum | announced => held
  03-02 T4 desk! | announced => announced
""")
    (event,) = second.events
    assert {one.publisher for one in event.evidence} == {"forum.example", "desk.example"}
    assert second.knowledge.held == ()


def test_known_from_a_catalogue_alone_is_listed() -> None:
    (only,) = verdicts("  03-01 T2 list | announced => announced")
    assert only.events[0].listed
    (other,) = verdicts("  03-01 T3 press | announced => announced")
    assert not other.events[0].listed


def test_an_event_says_what_was_known_before() -> None:
    first, second, third = verdicts("""
  03-01 T1 copper-orchard | window 2026-10 => release_window 2026-10
  03-02 T1 copper-orchard | delayed 2027-01 => delayed 2027-01
  03-03 T1 copper-orchard | delayed => delayed
""")
    assert first.events[0].known_before == "nothing known"
    assert second.events[0].known_before == "officially announced, for 2026-10"
    assert str(second.events[0].before) == "2026-10"
    assert str(third.events[0].before) == "2027-01"


def test_the_date_before_an_open_one_is_remembered() -> None:
    *_, last = verdicts("""
  03-01 T1 copper-orchard | date 2026-10-04 => release_date 2026-10-04
  03-02 T1 copper-orchard | delayed => delayed
  03-20 T1 copper-orchard | date 2026-12-06 => release_date 2026-12-06
""")
    assert str(last.events[0].before) == "2026-10-04"
    assert last.events[0].known_before == "officially announced, date open (was 2026-10-04)"


def test_references_are_short_and_differ() -> None:
    (only,) = verdicts("  03-01 T1 copper-orchard | announced; trailer; visual; cast =Ann; staff =Bob => x")
    refs = [event.ref for event in only.events]
    assert len(set(refs)) == 5
    assert all(re.fullmatch(r"[a-z][a-z2-9]{5}", ref) for ref in refs)


REASONS = [
    ("  03-01 T5 blog | announced => held", "announced: a tier 5 site: held until a tier 1–3 source says it"),
    ("  03-01 T1 copper-orchard | s3 announced => x", "announced: about season 3, not season 2"),
    ("  03-01 T1 copper-orchard | film announced => x", "announced: about a film, which is not watched"),
    ("  03-01 T3 press verdict=speculation | announced => x", "the text is speculation"),
    ("  03-01 T1 copper-orchard | retracted => x", "retracted: takes back what was never known"),
    ("  03-01 T1 copper-orchard | window 2026-10 => x", "release_window: the first date we learn of: 2026-10"),
]


@pytest.mark.parametrize(("table", "reason"), REASONS)
def test_a_reason_is_a_plain_sentence(table: str, reason: str) -> None:
    assert reason in verdicts(table)[-1].reasons


def test_a_conflict_is_kept_with_its_source_and_said_plainly() -> None:
    _, second = verdicts("""
  03-01 T1 copper-orchard | date 2026-10-04 => release_date 2026-10-04
  03-02 T3 press | date 2026-10-05 => conflict
""")
    assert second.reasons == ("release_date: 2026-10-05 contradicts what a tier 1 source said, and comes from tier 3",)
    (kept,) = second.knowledge.known.seasons[0].conflicts
    assert kept.evidence[0].publisher == "press.example"


def test_held_claims_that_a_better_source_contradicts_are_let_go() -> None:
    *_, last = verdicts("""
  03-01 T5 blog | date 2026-06-05 => held
  03-02 T1 copper-orchard | window 2026-10 => release_window 2026-10
""")
    assert last.knowledge.held == ()


def test_the_version_of_what_was_read_is_passed_on() -> None:
    (case,) = cases("case\n  03-01 T1 copper-orchard | announced => announced")
    read = replace(Knowledge.empty(TITLE.id), version=7)
    line = case.lines[0]
    assert judge(read, line.saying, title=TITLE, policy=case.policy, now=line.at).knowledge.version == 7
