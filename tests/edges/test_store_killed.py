"""The process is killed at each named point of the store; what was promised is there when it is opened again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.killed_child import run_child
from tests.support.samples import DAY, NOON, delivery, entry, full_outcome, judged, outcome
from watcher.memory import DeliveryState
from watcher.store import Keep, Store

KILLED = -signal.SIGKILL


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store.open(tmp_path / "state" / "watcher.db", now=NOON).close()
    return tmp_path / "state" / "watcher.db"


def reopened(path: Path) -> Iterator[Store]:
    with Store.open(path, now=NOON) as store:
        assert store.integrity() == ()
        yield store


LOOK = """
with Store.open(path, now=NOON) as store:
    store.commit(full_outcome(store.knowledge("akudama")))
"""
SEND = """
with Store.open(path, now=NOON) as store, store.drain_lock() as mine:
    assert mine
    store.recover(NOON)
    for one in store.claim(NOON, limit=1):
        store.mark_sent([one.id], NOON)
"""


def test_before_the_commit_nothing_of_the_look_is_there(path: Path) -> None:
    assert run_child(LOOK, path, failpoint="store.commit.before") == KILLED
    for store in reopened(path):
        assert store.seen("press") == ()
        assert store.pending() == ()
        store.commit(full_outcome(store.knowledge("akudama")))
        assert len(store.pending()) == 3


def test_after_the_commit_all_of_it_is_there(path: Path) -> None:
    assert run_child(LOOK, path, failpoint="store.commit.after") == KILLED
    for store in reopened(path):
        assert len(store.pending()) == 3
        assert store.event("abc123") is not None
        assert store.knowledge("akudama").version == 1


@pytest.mark.parametrize(
    ("point", "state", "repeat"),
    [("outbox.claimed", DeliveryState.NEW, True), ("outbox.marked", DeliveryState.SENT, False)],
)
def test_between_claim_send_and_mark(path: Path, point: str, state: DeliveryState, repeat: bool) -> None:
    with Store.open(path, now=NOON) as store:
        store.commit(outcome(deliveries=(delivery(),)))
    assert run_child(SEND, path, failpoint=point) == KILLED
    for store in reopened(path):
        with store.drain_lock() as mine:
            assert mine, "the lock of the dead is free"
            store.recover(NOON)
        [one] = store.deliveries()
        assert (one.state, one.repeat, one.attempts) == (state, repeat, 1)


def test_within_the_first_migration(tmp_path: Path) -> None:
    path = tmp_path / "new" / "watcher.db"
    assert run_child("Store.open(path, now=NOON)", path, failpoint="migrate.middle") == KILLED
    for store in reopened(path):
        store.commit(outcome(entries=(entry(1),)))
        assert len(store.seen("press")) == 1


def test_within_a_prune(path: Path) -> None:
    with Store.open(path, now=NOON) as store:
        store.commit(outcome(entries=(entry(1), entry(2)), judged=(judged(1), judged(2))))
    prune = "Store.open(path, now=NOON).prune(NOON + 5000 * DAY, keep=Keep())"
    for number in (1, 2, 3):
        assert run_child(prune, path, failpoint=f"prune.middle:{number}") in {KILLED, 0}
    for store in reopened(path):
        assert len(store.seen("press")) == 2, "identities stay"
        store.prune(NOON + 5000 * DAY, keep=Keep())
        assert store.judged() == ()
        assert all(one.blocks == () for one in store.seen("press", texts=True))


def test_without_a_point_nothing_happens(path: Path) -> None:
    assert run_child(LOOK + SEND, path, failpoint="no.such.point") == 0
    assert run_child(LOOK.replace("akudama", "x").replace("full_outcome", "id"), path) == 1, (
        "a child that fails says so"
    )


def test_a_point_can_be_the_nth_time(path: Path) -> None:
    looks = """
with Store.open(path, now=NOON) as store:
    for number in range(1, 9):
        store.commit(outcome(entries=(entry(number),)))
"""
    assert run_child(looks, path, failpoint="store.commit.after:3") == KILLED
    for store in reopened(path):
        assert [one.key for one in store.seen("press")] == ["key-1", "key-2", "key-3"]
        assert full_outcome(store.knowledge("akudama")).source.next_look == NOON + DAY / 24
