"""The disk fails at each call in turn, fills up, is locked for long: nothing is ever half-written."""

from __future__ import annotations

import resource
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.faulty_storage import FaultyStorage
from tests.support.samples import DAY, HOUR, NOON, delivery, entry, event, full_outcome, notice, outcome
from watcher.errors import StoreError
from watcher.memory import Knowledge
from watcher.model import NoticeType, Title
from watcher.store import BusyError, ChannelState, FullError, Store, engine


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOON) as opened:
        opened.watch([Title(id="old", name="Old")], NOON)
        opened.commit(outcome("old", entries=(entry(8, "old"),), events=(event("old001", "old"),)))
        opened.commit(outcome("old", deliveries=(delivery("old001"), delivery("old001", "mail"))))
        opened.claim(NOON, "mail")
        yield opened


def content(path: Path) -> list[str]:
    with sqlite3.connect(path) as plain:
        return list(plain.iterdump())


def delivery_id(store: Store, channel: str) -> int:
    [found] = store.deliveries(channel_id=channel)
    assert found.id is not None
    return found.id


WRITES: dict[str, Callable[[Store], object]] = {
    "commit": lambda store: store.commit(
        full_outcome(Knowledge.empty("akudama")), outcome("second", entries=(entry(3, "second"),))
    ),
    "tell": lambda store: store.tell(
        notices=[notice("not009", subject="x")],
        deliveries=[delivery("not009")],
        channel=ChannelState(channel_id="c", failures=1),
    ),
    "claim": lambda store: store.claim(NOON),
    "mark_sent": lambda store: store.mark_sent([delivery_id(store, "mail")], NOON),
    "reschedule": lambda store: store.reschedule(delivery_id(store, "mail"), due=NOON + HOUR, uncertain=True),
    "bury": lambda store: store.bury(delivery_id(store, "mail"), "404"),
    "recover": lambda store: store.recover(NOON + HOUR),
    "watch": lambda store: store.watch([Title(id="new", name="New"), Title(id="old", name="Old", season=2)], NOON),
    "forget_title": lambda store: store.forget_title("old"),
    "forget_source": lambda store: store.forget_source("old"),
    "close_notice": lambda store: store.close_notice(NoticeType.SOURCE_FAILING, "press", NOON),
    "hold": lambda store: store.hold("phone", NOON + DAY),
}


@pytest.mark.parametrize("name", WRITES)
def test_each_call_failing_in_turn_leaves_all_as_it_was(store: Store, name: str) -> None:
    before = content(store.path)
    failed = 0
    for number in range(1, 200):
        disk = FaultyStorage(store, fail_at=number)
        with disk.installed():
            try:
                WRITES[name](store)
            except StoreError:
                failed += 1
            else:
                assert disk.calls < number, "a failure went unnoticed"
                break
        assert content(store.path) == before
    assert failed >= 3, "begin, one statement, commit"
    if name != "close_notice":
        assert content(store.path) != before, "the last one, without a fault, writes"
    assert store.integrity() == ()


def test_a_look_that_failed_can_be_kept_by_the_next_try(store: Store) -> None:
    look = full_outcome(store.knowledge("akudama"))
    with FaultyStorage(store, fail_at=6).installed(), pytest.raises(StoreError):
        store.commit(look)
    store.commit(look)
    assert len(store.deliveries(ref="abc123")) == 2


class TestFullDisk:
    def test_pauses_writing_and_goes_on_without_a_restart(self, store: Store) -> None:
        with store.reading() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        big = replace(entry(1), title="x" * 200_000)
        with pytest.raises(FullError, match="full"):
            store.commit(outcome(entries=(big,), deliveries=(delivery("new001"),)))
        assert store.deliveries(ref="new001") == ()
        [queued] = store.claim(NOON)
        assert store.mark_sent([queued.id or 0], NOON) == 1, "what was queued can still be sent"
        with store.reading() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        store.commit(outcome(entries=(big,), deliveries=(delivery("new001"),)))
        assert len(store.deliveries(ref="new001")) == 1

    def test_by_a_limit_of_the_system_is_the_same(self, store: Store) -> None:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (Path(f"{store.path}-wal").stat().st_size + 8192, limit[1]))
        try:
            with pytest.raises(FullError):
                store.commit(outcome(entries=(replace(entry(1), title="x" * 300_000),)))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            signal.signal(signal.SIGXFSZ, before)
        store.commit(outcome(entries=(entry(1),)))
        assert store.integrity() == ()


class TestLockedByAnother:
    def test_for_a_moment_only_waits(self, store: Store) -> None:
        other = sqlite3.connect(store.path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
        timer.start()
        store.commit(outcome(entries=(entry(1),)))
        timer.join()
        other.close()
        assert len(store.seen("press")) == 1

    def test_for_long_says_so_and_loses_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
        with Store.open(tmp_path / "watcher.db", now=NOON) as store:
            other = sqlite3.connect(store.path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(BusyError, match="locked"):
                store.commit(outcome(entries=(entry(1),)))
            assert store.seen("press") == (), "reading goes on meanwhile"
            other.execute("COMMIT")
            other.close()
            store.commit(outcome(entries=(entry(1),)))
            assert len(store.seen("press")) == 1


def test_who_writes_has_the_lock_before_it_reads(store: Store) -> None:
    """Else another's write in between would make the transaction fail, however long it may wait."""
    with sqlite3.connect(store.path, timeout=0, isolation_level=None) as other:
        with store.writing() as connection:
            connection.exec_driver_sql("SELECT count(*) FROM entries").all()
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("DELETE FROM meta")
        other.execute("DELETE FROM meta")


def test_readers_see_one_state_beside_a_writer(store: Store) -> None:
    with Store.open(store.path, now=NOON, read_only=True) as reader:
        with store.writing() as connection:
            connection.exec_driver_sql("DELETE FROM entries")
            assert len(reader.seen("old")) == 1
        assert reader.seen("old") == ()


def test_a_reader_may_not_write(store: Store) -> None:
    with Store.open(store.path, now=NOON, read_only=True) as reader, pytest.raises(StoreError):
        reader.commit(outcome())


def test_a_reader_that_takes_too_long_is_ended(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "READER_SECONDS", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    with pytest.raises(StoreError, match="interrupted"), store.reading() as connection:
        connection.exec_driver_sql(endless)
    store.commit(outcome(entries=(entry(1),)))


def test_many_threads_write_and_read_at_once(store: Store) -> None:
    errors: list[StoreError] = []

    def look(number: int) -> None:
        try:
            for part in range(5):
                name = f"t{number}"
                store.commit(outcome(name, entries=(entry(part, name),)))
                store.seen(name)
        except StoreError as error:
            errors.append(error)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sum(len(store.seen(f"t{number}")) for number in range(6)) == 30
