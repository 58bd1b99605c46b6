"""What judging leaves behind survives being written down and read back."""

from __future__ import annotations

import json

import pytest

from tests.core.test_judge_rules import TABLES
from tests.support.judging import TITLE, Case, cases
from watcher.judge.judging import judge
from watcher.memory import Knowledge
from watcher.store.codec import decode, encode


@pytest.mark.parametrize("case", TABLES[::7], ids=lambda case: case.name)
def test_knowledge_is_the_same_after_the_database(case: Case) -> None:
    knowledge = Knowledge.empty(case.title.id)
    for line in case.lines:
        verdict = judge(knowledge, line.saying, title=case.title, policy=case.policy, now=line.at)
        knowledge = verdict.knowledge
        assert decode(Knowledge, encode(Knowledge, knowledge)) == knowledge


@pytest.mark.parametrize("case", TABLES[::11], ids=lambda case: case.name)
def test_judging_from_the_database_is_judging_from_memory(case: Case) -> None:
    here = there = Knowledge.empty(case.title.id)
    for line in case.lines:
        one = judge(here, line.saying, title=case.title, policy=case.policy, now=line.at)
        other = judge(there, line.saying, title=case.title, policy=case.policy, now=line.at)
        assert one.events == other.events
        here, there = one.knowledge, decode(Knowledge, encode(Knowledge, other.knowledge))


def test_a_busy_title_stays_small() -> None:
    """Forty farms inventing five facts each must not make the row grow without bound."""
    rows = "\n".join(
        f"  03-{1 + number % 28:02d} T5 farm{number} | announced; date 2026-1{number % 3}-0{1 + number % 9}; trailer => held"
        for number in range(40)
    )
    (case,) = cases(f"farms\n{rows}")
    knowledge = Knowledge.empty(TITLE.id)
    for line in case.lines * 3:
        knowledge = judge(knowledge, line.saying, title=TITLE, policy=case.policy, now=line.at).knowledge
    assert len(knowledge.held) <= 100
    assert len(json.dumps(encode(Knowledge, knowledge))) < 120_000
