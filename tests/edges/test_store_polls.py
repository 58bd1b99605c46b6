"""What one look changes is kept whole, and found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.samples import (
    DAY,
    HOUR,
    NOON,
    delivery,
    entry,
    event,
    evidence,
    full_outcome,
    judged,
    notice,
    outcome,
)
from watcher.errors import StoreError
from watcher.known import Known
from watcher.memory import DeliveryState, Knowledge, SourceState
from watcher.model import NoticeType, Title
from watcher.store import ConflictError, Store, TransientError


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOON) as opened:
        yield opened


def test_a_whole_outcome_is_found_again(store: Store) -> None:
    written = full_outcome(Knowledge.empty("akudama"))
    store.commit(written)
    assert store.source_state("press") == written.source
    assert store.seen("press", texts=True) == written.entries
    assert store.judged() == tuple(reversed(written.judged))
    assert store.knowledge("akudama") == replace(written.knowledge[0], version=1)
    assert store.event("abc123") == replace(
        written.events[0], evidence=(*written.events[0].evidence, written.confirmations[0][1])
    )
    assert store.notices_open() == written.notices
    assert [(d.ref, d.channel_id) for d in store.pending()] == [(d.ref, d.channel_id) for d in written.deliveries]


def test_what_was_never_looked_at_is_fresh(store: Store) -> None:
    assert store.source_state("nobody") == SourceState(source_id="nobody")
    assert store.knowledge("nobody") == Knowledge.empty("nobody")
    assert store.seen("nobody") == ()
    assert store.entry("nobody", "x") is None
    assert store.event("zzzzzz") is None


class TestEntries:
    def test_are_listed_without_their_text(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1), entry(2))), outcome("other", entries=(entry(1, "other"),)))
        assert store.seen("press") == (entry(1, blocks=()), entry(2, blocks=()))

    def test_are_found_by_id_link_or_fingerprint_of_their_source_only(self, store: Store) -> None:
        store.commit(outcome(entries=tuple(entry(n) for n in range(5))), outcome("other", entries=(entry(1, "other"),)))
        found = store.seen_matching(
            "press", entry_ids=["guid-1", "?"], links=["example.org/2"], fingerprints=["print-3", "print-1"]
        )
        assert sorted(one.key for one in found) == ["key-1", "key-2", "key-3"]
        assert {one.source_id for one in found} == {"press"}
        assert store.seen_matching("press") == ()

    def test_without_an_id_or_link_do_not_match_each_other(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1, entry_id="", link="", fingerprint=""),)))
        assert store.seen_matching("press", entry_ids=[""], links=[""], fingerprints=[""]) == ()

    def test_thousands_of_candidates_fit_into_one_question(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(7),)))
        assert len(store.seen_matching("press", entry_ids=[f"guid-{n}" for n in range(3000)])) == 1

    def test_edited_ones_keep_their_first_sight(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1),)))
        edited = entry(
            1, digest="new", title="Edited", link="example.org/moved", first_seen=NOON + DAY, last_seen=NOON + DAY
        )
        store.commit(outcome(entries=(edited,)))
        assert store.seen("press", texts=True) == (replace(edited, first_seen=NOON),)
        assert store.seen_matching("press", links=["example.org/1"]) == ()
        assert len(store.seen_matching("press", links=["example.org/moved"])) == 1

    def test_seen_again_without_text_keep_the_text_they_have(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1),)))
        store.commit(outcome(entries=(entry(1, blocks=(), last_seen=NOON + DAY),)))
        kept = store.entry("press", "key-1")
        assert kept is not None
        assert (kept.blocks, kept.last_seen) == (entry(1).blocks, NOON + DAY)

    def test_edited_ones_do_not_keep_a_text_of_another_digest(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1),)))
        store.commit(outcome(entries=(entry(1, blocks=(), digest="other"),)))
        kept = store.entry("press", "key-1")
        assert kept is not None
        assert kept.blocks == ()


class TestKnowledge:
    def test_of_an_older_version_is_refused_and_nothing_of_its_look_is_kept(self, store: Store) -> None:
        first, second = store.knowledge("akudama"), store.knowledge("akudama")
        store.commit(outcome(knowledge=(first,)))
        late = outcome(
            "late", entries=(entry(9, "late"),), knowledge=(second,), events=(event(),), deliveries=(delivery(),)
        )
        with pytest.raises(ConflictError) as caught:
            store.commit(late)
        assert caught.value.title_id == "akudama"
        assert isinstance(caught.value, TransientError)
        assert store.seen("late") == ()
        assert store.pending() == ()
        store.commit(replace(late, knowledge=(store.knowledge("akudama"),)))
        assert store.knowledge("akudama").version == 2

    def test_of_many_titles_is_one_question(self, store: Store) -> None:
        known = [Knowledge(title_id=f"t{n}", known=Known(title_id=f"t{n}", told=n)) for n in range(1200)]
        store.commit(outcome(knowledge=tuple(known[:700])))
        found = store.knowledge_of(one.title_id for one in known)
        assert list(found) == [one.title_id for one in known]
        assert found["t650"] == replace(known[650], version=1)
        assert found["t1100"] == Knowledge.empty("t1100")
        assert store.knowledge_of([]) == {}

    def test_is_followed_for_titles_that_do_not_rest(self, store: Store) -> None:
        store.watch([Title(id=id_, name=id_) for id_ in ("a", "b")], NOON)
        store.pause("b")
        assert store.followed(["a", "b", "c"]) == {id_: Knowledge.empty(id_) for id_ in ("a", "c")}

    def test_changed_by_two_processes_is_never_overwritten(self, store: Store, tmp_path: Path) -> None:
        store.commit(outcome(knowledge=(Knowledge.empty("akudama"),)))
        with Store.open(tmp_path / "watcher.db", now=NOON) as other:
            mine, theirs = store.knowledge("akudama"), other.knowledge("akudama")
            other.commit(outcome(knowledge=(replace(theirs, known=Known(title_id="akudama", told=1)),)))
            with pytest.raises(ConflictError):
                store.commit(outcome(knowledge=(mine,)))
        assert store.knowledge("akudama").known.told == 1

    def test_of_several_looks_in_one_transaction_must_be_passed_on(self, store: Store) -> None:
        with pytest.raises(ConflictError):
            store.commit(outcome(knowledge=(Knowledge.empty("a"),)), outcome("b", knowledge=(Knowledge.empty("a"),)))
        assert store.all_source_states() == ()


class TestEvents:
    def test_have_a_reference_of_their_own(self, store: Store) -> None:
        store.commit(outcome(events=(event(),)))
        with pytest.raises(StoreError, match=r"abc123.*taken by akudama"):
            store.commit(outcome(events=(event(title="other"),)))

    def test_confirmed_twice_at_one_place_have_one_confirmation(self, store: Store) -> None:
        store.commit(outcome(events=(event(),)))
        for url in ("https://other.example/1", "https://other.example/1", None, None):
            store.commit(outcome(confirmations=(("abc123", evidence("other", url)),)))
        found = store.event("#abc123")
        assert found is not None
        assert [one.url for one in found.evidence[1:]] == ["https://other.example/1", None]

    def test_forgotten_need_no_confirmation(self, store: Store) -> None:
        store.commit(outcome(confirmations=(("gone12", evidence()),)))
        assert store.event("gone12") is None

    def test_a_delivery_to_a_channel_is_made_once(self, store: Store) -> None:
        store.commit(outcome(events=(event(),), deliveries=(delivery(), delivery(), delivery(channel="mail"))))
        [first, _] = store.claim(NOON)
        store.mark_sent([first.id], NOON)
        store.commit(outcome(deliveries=(delivery(), delivery(channel="mail"))))
        assert [(d.channel_id, d.state) for d in store.deliveries()] == [
            ("phone", DeliveryState.SENT),
            ("mail", DeliveryState.SENDING),
        ]


class TestNotices:
    def test_that_are_open_are_not_told_again(self, store: Store) -> None:
        store.commit(outcome(notices=(notice("not001"),), deliveries=(delivery("not001"),)))
        store.commit(outcome(notices=(notice("not002"),), deliveries=(delivery("not002"), delivery("abc123"))))
        assert [d.ref for d in store.pending()] == ["not001", "abc123"]
        assert store.item("not002") is None

    def test_end_with_the_recovery_and_may_come_again(self, store: Store) -> None:
        for ref, type_ in (
            ("not001", NoticeType.SOURCE_FAILING),
            ("not002", NoticeType.SOURCE_RECOVERED),
            ("not003", NoticeType.SOURCE_FAILING),
            ("not004", NoticeType.SOURCE_RECOVERED),
        ):
            store.commit(outcome(notices=(notice(ref, type_),), deliveries=(delivery(ref),)))
        assert [d.ref for d in store.pending()] == ["not001", "not002", "not003", "not004"]
        assert store.notices_open() == ()

    def test_of_other_subjects_are_not_concerned(self, store: Store) -> None:
        store.commit(outcome(notices=(notice("not001", subject="a"), notice("not002", subject="b"))))
        store.commit(outcome(notices=(notice("not003", NoticeType.SOURCE_RECOVERED, subject="a"),)))
        assert [one.subject for one in store.notices_open()] == ["b"]

    def test_a_question_stays_until_it_is_answered(self, store: Store) -> None:
        question = notice("ask001", NoticeType.SEASON_ENDED, "akudama")
        store.tell(notices=[question], deliveries=[delivery("ask001")])
        store.tell(notices=[replace(question, ref="ask002")], deliveries=[delivery("ask002")])
        assert [d.ref for d in store.pending()] == ["ask001"]
        assert store.close_notice(NoticeType.SEASON_ENDED, "akudama", NOON)
        assert not store.close_notice(NoticeType.SEASON_ENDED, "akudama", NOON)
        store.tell(notices=[replace(question, ref="ask003")], deliveries=[delivery("ask003")])
        assert [d.ref for d in store.pending()] == ["ask001", "ask003"]


class TestDueTimes:
    def test_are_the_later_of_our_own_and_the_servers(self, store: Store) -> None:
        def look(source: str, next_look: datetime | None, not_before: datetime | None = None) -> None:
            store.commit(outcome(source=SourceState(source_id=source, next_look=next_look, not_before=not_before)))

        look("soon", NOON + HOUR)
        look("late", NOON - DAY)
        look("asked", NOON - DAY, NOON + DAY)
        look("fresh", None)
        look("over", NOON - HOUR, NOON - DAY)
        assert store.due_sources(NOON) == ("fresh", "late", "over")
        assert store.due_sources(NOON + DAY) == ("fresh", "late", "over", "soon", "asked")
        assert store.due_sources(NOON + DAY, among={"soon", "gone"}) == ("soon",)
        assert store.next_due() == NOON - DAY
        assert store.next_due(among={"soon", "asked"}) == NOON + HOUR
        assert store.next_due(among={"fresh"}) is None

    def test_the_latest_look_bounds_the_clock(self, store: Store) -> None:
        assert store.latest_look() is None
        for hours in (3, 5, 4):
            state = SourceState(source_id=f"s{hours}", last_look=NOON + hours * HOUR)
            store.commit(outcome(source=state))
        assert store.latest_look() == NOON + 5 * HOUR


def test_a_naive_time_is_refused_whole(store: Store) -> None:
    with pytest.raises(StoreError, match="naive"):
        store.commit(outcome(entries=(entry(1, published=datetime(2026, 1, 1)),)))  # noqa: DTZ001 - the mistake itself
    assert store.all_source_states() == ()


def test_judgements_are_listed_newest_first_and_narrowed(store: Store) -> None:
    store.commit(outcome(entries=(entry(1), entry(2)), judged=(judged(1), judged(2, "other", at=NOON + HOUR))))
    assert [one.title_id for one in store.judged()] == ["other", "akudama"]
    assert [one.title_id for one in store.judged(since=NOON + HOUR)] == ["other"]
    assert store.judged(source_id="nobody") == ()
    assert len(store.judged(limit=1)) == 1
