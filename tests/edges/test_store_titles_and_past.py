"""Titles as the store sees them, answers about the past, and what retention lets go."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
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
from watcher.memory import DeliveryState, Knowledge, Outcome
from watcher.model import Medium, TextVerdict, Title
from watcher.store import Keep, LogKind, Pruned, Store, retention

TITLE = Title(id="akudama", name="Akudama Drive", season=2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOON) as opened:
        yield opened


def all_unread(store: Store, *, limit: int) -> list[str]:
    found: list[str] = []
    page = store.unread_entries("akudama", limit=limit)
    while page:
        found += [f"{one.source_id}/{one.key}" for one in page]
        page = store.unread_entries("akudama", after=page[-1], limit=limit)
    return found


class TestTitles:
    def test_are_known_since_they_were_first_listed(self, store: Store) -> None:
        other = Title(id="other", name="Other")
        assert store.watch([TITLE], NOON) == {"akudama": NOON}
        assert store.watch([TITLE, other], NOON + DAY) == {"akudama": NOON, "other": NOON + DAY}
        assert store.watch([replace(TITLE, name="Renamed")], NOON + 2 * DAY) == {"akudama": NOON}
        assert {state.name: state.first_seen for state in store.titles().values()} == {
            "Renamed": NOON,
            "Other": NOON + DAY,
        }

    def test_rest_and_go_on(self, store: Store) -> None:
        store.watch([TITLE], NOON)
        assert store.snooze("akudama", NOON + DAY)
        assert store.pause("akudama")
        assert (store.titles()["akudama"].snoozed_until, store.titles()["akudama"].paused) == (NOON + DAY, True)
        store.watch([TITLE], NOON + HOUR)
        assert store.titles()["akudama"].paused, "a restart changes nothing"
        store.snooze("akudama", None)
        store.pause("akudama", paused=False)
        assert (store.titles()["akudama"].snoozed_until, store.titles()["akudama"].paused) == (None, False)
        assert not store.pause("nobody")

    def test_all_is_read_only_where_no_text_is_kept(self, store: Store) -> None:
        store.watch([TITLE], NOON)
        store.nothing_unread()
        assert not store.titles()["akudama"].unread
        store.commit(outcome(entries=(entry(1),)))
        store.watch([replace(TITLE, name="Renamed")], NOON + HOUR)
        store.nothing_unread()
        assert store.titles()["akudama"].unread
        assert all_unread(store, limit=3) == ["press/key-1"]

    def test_added_late_are_read_for_in_what_came_before(self, store: Store) -> None:
        store.commit(outcome(entries=tuple(entry(n) for n in range(7))), outcome("b", entries=(entry(3, "b"),)))
        assert store.unread_entries("akudama") == ()
        store.watch([TITLE], NOON + HOUR)
        store.commit(outcome(entries=(entry(9, first_seen=NOON + HOUR),)))
        expected = [*(f"press/key-{n}" for n in range(7)), "b/key-3"]
        assert all_unread(store, limit=3) == expected
        assert all_unread(store, limit=100) == expected
        assert store.unread_entries("akudama")[0].blocks == entry(0).blocks
        assert store.titles()["akudama"].unread
        store.caught_up("akudama")
        assert all_unread(store, limit=3) == []
        assert not store.titles()["akudama"].unread

    @pytest.mark.parametrize(
        ("changed", "again"),
        [
            (replace(TITLE, aliases=("アクダマドライブ",)), True),
            (replace(TITLE, season=3), True),
            (replace(TITLE, official=("akudama-drive.com",)), True),
            (replace(TITLE, also=frozenset({Medium.FILM})), True),
            (replace(TITLE, ids={"anilist": 1}), False),
            (TITLE, False),
        ],
    )
    def test_are_read_for_again_when_what_is_looked_for_changes(
        self, store: Store, changed: Title, again: bool
    ) -> None:
        store.watch([TITLE], NOON)
        store.caught_up("akudama")
        store.commit(outcome(entries=(entry(1),)))
        store.watch([changed], NOON + HOUR)
        assert bool(store.unread_entries("akudama")) is again

    def test_forgotten_leave_nothing_behind_and_others_alone(self, store: Store) -> None:
        store.watch([TITLE, Title(id="other", name="Other")], NOON)
        store.commit(full_outcome(store.knowledge("akudama")))
        kept = outcome(
            judged=(judged(1, "other"),),
            knowledge=(store.knowledge("other"),),
            events=(event("oth123", "other"),),
            deliveries=(delivery("oth123"),),
        )
        store.commit(kept)
        assert store.forget_title("akudama")
        assert not store.forget_title("akudama")
        assert list(store.titles()) == ["other"]
        assert store.knowledge("akudama") == Knowledge.empty("akudama")
        assert [one.ref for one in store.events()] == ["oth123"]
        assert [one.title_id for one in store.judged()] == ["other"]
        assert {one.ref for one in store.deliveries()} == {"oth123", "not001"}
        assert len(store.seen("press")) == 2, "entries are not a title's"

    def test_a_source_forgotten_takes_its_entries_along(self, store: Store) -> None:
        store.commit(full_outcome(store.knowledge("akudama")), outcome("other", entries=(entry(1, "other"),)))
        assert store.forget_source("press")
        assert not store.forget_source("press")
        assert store.seen("press") == ()
        assert len(store.seen("other")) == 1
        assert store.event("abc123") is not None
        assert store.knowledge("akudama").version == 1


class TestPast:
    @pytest.fixture(autouse=True)
    def looks(self, store: Store) -> None:
        store.commit(full_outcome(store.knowledge("akudama")))

    def test_why_by_reference(self, store: Store) -> None:
        store.commit(outcome(judged=(judged(2, refs=("abc1234",)),)))
        [found] = store.judged(ref="#abc123")
        assert (found.entry_key, found.outcome) == ("key-1", Outcome.EVENT)
        assert store.judged(ref="%") == ()

    @pytest.mark.parametrize("address", ["https://example.org/2?utm_source=x", "example.org/2"])
    def test_why_by_address_as_printed_or_canonical(self, store: Store, address: str) -> None:
        [found] = store.judged(url=address)
        assert found == judged(2)

    def test_why_by_outcome(self, store: Store) -> None:
        assert [one.entry_key for one in store.judged(outcomes=[Outcome.SILENT, Outcome.HELD])] == ["key-2"]

    def test_events_of_a_title_since_a_day(self, store: Store) -> None:
        store.commit(outcome(events=(event("new001", at=NOON + DAY), event("oth001", "other", at=NOON + DAY))))
        assert [one.ref for one in store.events()] == ["abc123", "new001", "oth001"]
        assert [one.ref for one in store.events("akudama")] == ["abc123", "new001"]
        assert [one.ref for one in store.events(since=NOON + HOUR)] == ["new001", "oth001"]
        assert [one.ref for one in store.events(limit=1)] == ["oth001"]
        assert len(store.events("akudama")[0].evidence) == 2, "with its confirmation"

    def test_entries_by_words_or_address(self, store: Store) -> None:
        assert [one.key for one in store.find_entries("headline")] == ["key-2", "key-1"]
        assert [one.key for one in store.find_entries("example.org/1")] == ["key-1"]
        assert store.find_entries("100%") == ()
        assert store.find_entries("Headline", source_id="other") == ()
        assert store.find_entries("Headline 1")[0].blocks

    def test_entries_by_address_are_not_those_of_another_with_the_same_number(self, store: Store) -> None:
        with sqlite3.connect(store.path) as plain:
            plain.execute("UPDATE entries SET link_hash = (SELECT link_hash FROM entries WHERE key = 'key-1')")
        assert [one.key for one in store.find_entries("example.org/1")] == ["key-1"]

    def test_how_much_there_is(self, store: Store) -> None:
        store.watch([TITLE], NOON)
        counts = store.counts()
        assert (counts.titles, counts.sources, counts.entries, counts.events) == (1, 1, 2, 1)
        assert counts.judged == {Outcome.EVENT: 1, Outcome.SILENT: 1}
        assert counts.deliveries == {DeliveryState.NEW: 3}
        assert counts.bytes > 100_000

    def test_the_log_is_newest_first(self, store: Store) -> None:
        [sent, *_] = store.claim(NOON, "phone")
        store.mark_sent([sent.id or 0], NOON + DAY)
        store.commit(outcome(judged=(judged(3, "other", at=NOON + HOUR),)))
        rows = store.log()
        assert [row.kind for row in rows[:2]] == [LogKind.SENT, LogKind.JUDGED]
        assert {row.kind for row in rows} == set(LogKind)
        assert [row.subject for row in store.log(title_id="other")] == ["other"]
        assert len(store.log(limit=3)) == 3
        assert [row.kind for row in store.log(since=NOON + DAY)] == [LogKind.SENT]


class TestRetention:
    @pytest.fixture(autouse=True)
    def history(self, store: Store) -> None:
        store.commit(full_outcome(store.knowledge("akudama")))
        store.commit(outcome(judged=(judged(5, outcome=Outcome.HELD), judged(6, outcome=Outcome.KNOWN))))
        [phone, *_] = store.claim(NOON, "phone")
        store.mark_sent([phone.id or 0], NOON)

    def test_keeps_all_that_is_young(self, store: Store) -> None:
        assert store.prune(NOON + 89 * DAY) == Pruned(texts=0, readings=0, silent=0, sent=0)

    def test_lets_texts_go_first_and_keeps_identities(self, store: Store) -> None:
        before = store.seen("press")
        assert store.prune(NOON + 91 * DAY).texts == 2
        assert store.seen("press", texts=True) == before
        assert store.prune(NOON + 91 * DAY).texts == 0

    def test_keeps_the_reasons_longer_than_the_readings(self, store: Store) -> None:
        assert store.prune(NOON + 500 * DAY).readings == 2
        [known, silent] = store.judged(outcomes=[Outcome.KNOWN, Outcome.SILENT])
        assert silent.reasons == ("speculation",)
        assert silent.reading.verdict is TextVerdict.SPECULATION
        assert silent.reading.reasons == ()
        assert known.entry_key == "key-6"

    def test_keeps_what_was_told_what_is_held_and_what_waits(self, store: Store) -> None:
        assert store.prune(NOON + 10_000 * DAY) == Pruned(texts=2, readings=2, silent=2, sent=1)
        assert {one.outcome for one in store.judged()} == {Outcome.EVENT, Outcome.HELD}
        assert all(one.reading.claims == () and one.reading.reasons for one in store.judged())
        assert [one.channel_id for one in store.deliveries()] == ["mail", "mail"]
        assert store.event("abc123") is not None
        assert store.knowledge("akudama").version == 1

    def test_goes_in_small_steps(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retention, "_BATCH", 2)
        store.commit(outcome("many", entries=tuple(entry(n, "many") for n in range(5))))
        assert store.prune(NOON + 2 * DAY, keep=Keep(texts=DAY)).texts == 7

    def test_pruned_texts_are_not_read_again(self, store: Store) -> None:
        store.prune(NOON + 91 * DAY)
        store.watch([TITLE], NOON + 92 * DAY)
        assert store.unread_entries("akudama") == ()


class TestCare:
    def test_the_wal_is_folded_in_and_cut(self, store: Store) -> None:
        wal = Path(f"{store.path}-wal")
        store.commit(outcome(entries=tuple(entry(n) for n in range(300))))
        assert wal.stat().st_size > 0
        assert store.checkpoint()
        assert wal.stat().st_size == 0

    def test_a_reader_in_the_way_is_told(self, store: Store) -> None:
        store.commit(outcome(entries=(entry(1),)))
        with Store.open(store.path, now=NOON, read_only=True) as reader, reader.reading() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM entries").all()
            store.commit(outcome(entries=(entry(2),)))
            assert not store.checkpoint()
        assert store.checkpoint()

    def test_small_facts_are_kept_once_or_anew(self, store: Store) -> None:
        store.note("mood", "good")
        store.note("mood", "better")
        store.note("mood", "best", once=True)
        assert store.noted("mood") == "better"
        assert store.noted("nothing") is None
        assert store.noted("created") == NOON.isoformat()
        assert store.restored_at is None

    def test_a_sound_file_has_nothing_wrong(self, store: Store) -> None:
        store.commit(outcome(events=(event(),), confirmations=(("abc123", evidence("x")),), notices=(notice(),)))
        assert store.integrity() == ()
        assert store.integrity(thorough=False) == ()
        store.ping()
