"""The outbox: claimed once, counted before sending, labelled after a crash, never lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.faulty_storage import FaultyStorage
from tests.support.samples import DAY, HOUR, NOON, delivery, event, notice, outcome
from watcher.errors import StoreError
from watcher.memory import Delivery, DeliveryState
from watcher.store import ChannelState, Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOON) as opened:
        yield opened


def put(store: Store, *deliveries: Delivery) -> None:
    store.commit(outcome(deliveries=deliveries))


def only(store: Store) -> Delivery:
    [found] = store.deliveries()
    return found


class TestClaiming:
    def test_counts_the_attempt_before_anything_is_sent(self, store: Store) -> None:
        put(store, delivery())
        [claimed] = store.claim(NOON)
        assert (claimed.state, claimed.attempts) == (DeliveryState.SENDING, 1)
        assert only(store) == claimed

    def test_takes_each_delivery_once(self, store: Store) -> None:
        put(store, delivery("a"), delivery("b"))
        with Store.open(store.path, now=NOON) as other:
            assert [d.ref for d in store.claim(NOON, limit=1)] == ["a"]
            assert [d.ref for d in other.claim(NOON)] == ["b"]
        assert store.claim(NOON) == ()

    def test_takes_what_is_due_oldest_first_and_of_one_channel_if_asked(self, store: Store) -> None:
        put(store, delivery("a", due=NOON + HOUR), delivery("b"), delivery("c", "mail"), delivery("d", due=NOON - DAY))
        assert [d.ref for d in store.claim(NOON, "mail")] == ["c"]
        assert [d.ref for d in store.claim(NOON)] == ["b", "d"]
        assert [d.ref for d in store.claim(NOON + HOUR)] == ["a"]

    def test_never_cuts_a_digest(self, store: Store) -> None:
        put(
            store,
            *(delivery(f"r{n}", slot="daily@2026-11-21") for n in range(9)),
            delivery("x", "mail", slot="daily@2026-11-21"),
        )
        assert len(store.claim(NOON, "phone", limit=2)) == 9

    def test_leaves_a_channel_on_hold_alone(self, store: Store) -> None:
        put(store, delivery("a"), delivery("b", "mail"))
        store.hold("phone", NOON + HOUR)
        assert store.next_delivery() == NOON
        assert [d.ref for d in store.claim(NOON)] == ["b"]
        assert store.next_delivery() == NOON + HOUR
        assert [d.ref for d in store.claim(NOON + HOUR)] == ["a"]
        assert store.next_delivery() is None

    def test_goes_on_at_once_when_the_hold_is_let_go(self, store: Store) -> None:
        put(store, delivery())
        store.hold("phone", NOON + HOUR)
        store.hold("phone", None)
        assert len(store.claim(NOON)) == 1


class TestOutcomes:
    @pytest.fixture
    def claimed(self, store: Store) -> int:
        put(store, delivery(slot="daily@2026-11-21"))
        [one] = store.claim(NOON)
        assert one.id is not None
        return one.id

    def test_sent(self, store: Store, claimed: int) -> None:
        assert store.mark_sent([claimed], NOON + HOUR) == 1
        assert (only(store).state, only(store).sent) == (DeliveryState.SENT, NOON + HOUR)
        assert store.slot_sent("phone", "daily@2026-11-21") == NOON + HOUR
        assert store.slot_sent("mail", "daily@2026-11-21") is None
        assert store.channel("phone").last_sent == NOON + HOUR
        assert store.mark_sent([claimed], NOON + DAY) == 0

    def test_later(self, store: Store, claimed: int) -> None:
        assert store.reschedule(claimed, due=NOON + HOUR, error="503")
        assert (only(store).state, only(store).due, only(store).last_error) == (DeliveryState.NEW, NOON + HOUR, "503")
        assert (only(store).attempts, only(store).repeat) == (1, False)

    def test_uncertain_is_labelled_and_stays_so(self, store: Store, claimed: int) -> None:
        assert store.reschedule(claimed, due=NOON, error="cut", uncertain=True)
        [again] = store.claim(NOON)
        assert again.repeat
        store.reschedule(claimed, due=NOON, error="503")
        assert only(store).repeat

    def test_given_back_unsent_costs_no_attempt(self, store: Store, claimed: int) -> None:
        assert store.release([claimed]) == 1
        assert (only(store).state, only(store).attempts, only(store).repeat) == (DeliveryState.NEW, 0, False)

    def test_dead_until_retried_by_hand(self, store: Store, claimed: int) -> None:
        assert store.bury(claimed, "404")
        assert store.claim(NOON + DAY) == ()
        assert [d.last_error for d in store.dead()] == ["404"]
        assert store.retry(claimed, NOON + DAY)
        [again] = store.claim(NOON + DAY)
        assert again.attempts == 1

    def test_dropped_by_hand(self, store: Store, claimed: int) -> None:
        assert not store.drop(claimed), "it is being sent"
        store.bury(claimed, "404")
        assert store.drop(claimed)
        assert only(store).state is DeliveryState.DROPPED
        assert store.retry(claimed, NOON)

    @pytest.mark.parametrize("act", ["reschedule", "release", "bury", "drop", "retry", "mark_sent"])
    def test_what_is_sent_stays_sent(self, store: Store, claimed: int, act: str) -> None:
        store.mark_sent([claimed], NOON)
        acts = {
            "reschedule": lambda: store.reschedule(claimed, due=NOON),
            "release": lambda: store.release([claimed]),
            "bury": lambda: store.bury(claimed, "late"),
            "drop": lambda: store.drop(claimed),
            "retry": lambda: store.retry(claimed, NOON),
            "mark_sent": lambda: store.mark_sent([claimed], NOON),
        }
        assert not acts[act]()
        assert only(store).state is DeliveryState.SENT


def test_interrupted_deliveries_come_again_with_a_label(store: Store) -> None:
    put(store, delivery("a"), delivery("b", due=NOON + HOUR))
    store.claim(NOON)
    assert store.recover(NOON + HOUR) == 1
    assert [(d.ref, d.repeat) for d in store.claim(NOON + HOUR)] == [("a", True), ("b", False)]


def test_deliveries_to_removed_channels_are_closed_and_no_others(store: Store) -> None:
    put(store, delivery("a"), delivery("a", "mail"), delivery("b", "gone"), delivery("c", "gone"))
    [dead] = [d for d in store.deliveries() if d.ref == "c"]
    assert dead.id is not None
    store.bury(dead.id, "404")
    assert store.drop_channels_except({"phone", "mail"}) == 1
    assert Counter(d.state for d in store.deliveries()) == {
        DeliveryState.NEW: 2,
        DeliveryState.DROPPED: 1,
        DeliveryState.DEAD: 1,
    }


def test_a_channels_state_and_what_is_told_of_it_are_one(store: Store) -> None:
    state = ChannelState(channel_id="phone", broken_since=NOON, failures=4, last_error="401", hold_until=NOON + HOUR)
    store.tell(notices=[notice()], deliveries=[delivery("not001", "mail")], channel=state)
    assert store.channel("phone") == state
    assert store.channel_states() == {"phone": state}
    assert store.channel("mail") == ChannelState(channel_id="mail")
    with FaultyStorage(store, fail_at=4).installed(), pytest.raises(StoreError):
        store.tell(notices=[notice("not002", subject="x")], channel=ChannelState(channel_id="phone"))
    assert store.channel("phone") == state
    assert store.item("not002") is None


def test_what_a_delivery_carries_is_an_event_or_a_notice(store: Store) -> None:
    store.commit(outcome(events=(event(),), notices=(notice(),)))
    assert store.item("abc123") == event()
    assert store.item("not001") == notice()
    assert store.item("none00") is None


def test_lists_narrow_by_state_channel_and_reference(store: Store) -> None:
    put(store, delivery("a"), delivery("a", "mail"), delivery("b"))
    store.claim(NOON, "mail")
    assert [d.ref for d in store.deliveries(DeliveryState.SENDING)] == ["a"]
    assert [d.channel_id for d in store.deliveries(ref="#a")] == ["phone", "mail"]
    assert len(store.deliveries(limit=2)) == 2
    assert [d.ref for d in store.pending("phone")] == ["a", "b"]


class OutboxMachine(RuleBasedStateMachine):
    """A sender that fails, crashes and is restarted in any order, over a storage that fails; and a receiver that counts.

    What was promised (a commit that returned) must arrive; what arrives twice must have said so.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="outbox-")
        self.now: datetime = NOON
        self.store = Store.open(Path(self.folder.name) / "watcher.db", now=NOON)
        self.promised: set[str] = set()
        self.received: Counter[str] = Counter()
        self.unlabelled: list[str] = []
        self.claimed: list[Delivery] = []
        self.number = 0

    def teardown(self) -> None:
        self.restart()
        for _ in range(3):
            self.now += 2 * DAY
            for one in self.store.claim(self.now, limit=1000):
                self.receive(one)
                assert one.id is not None
                self.store.mark_sent([one.id], self.now)
        lost = self.promised - set(self.received)
        buried = {d.ref for d in self.store.dead()}
        self.store.close()
        self.folder.cleanup()
        assert lost <= buried, "lost"
        assert not self.unlabelled

    def receive(self, one: Delivery) -> None:
        if self.received[one.ref] and not one.repeat:
            self.unlabelled.append(one.ref)
        self.received[one.ref] += 1

    @initialize()
    def begin(self) -> None:
        self.commit()

    @rule()
    def commit(self) -> None:
        self.number += 1
        ref = f"r{self.number}"
        self.store.commit(outcome(events=(event(ref),), deliveries=(delivery(ref, due=self.now),)))
        self.promised.add(ref)

    @rule(call=st.integers(1, 8))
    def commit_on_a_failing_disk(self, call: int) -> None:
        self.number += 1
        ref = f"r{self.number}"
        disk = FaultyStorage(self.store, fail_at=call)
        with disk.installed():
            try:
                self.store.commit(outcome(events=(event(ref),), deliveries=(delivery(ref, due=self.now),)))
            except StoreError:
                assert self.store.event(ref) is None
                assert self.store.deliveries(ref=ref) == ()
            else:
                self.promised.add(ref)

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.claimed += self.store.claim(self.now, limit=limit)

    @precondition(lambda self: self.claimed)
    @rule()
    def send_and_mark(self) -> None:
        one = self.claimed.pop()
        self.receive(one)
        self.store.mark_sent([one.id or 0], self.now)

    @precondition(lambda self: self.claimed)
    @rule(minutes=st.integers(0, 90))
    def fail_to_send(self, minutes: int) -> None:
        one = self.claimed.pop()
        self.store.reschedule(one.id or 0, due=self.now + timedelta(minutes=minutes), error="503")

    @precondition(lambda self: self.claimed)
    @rule()
    def send_without_an_answer(self) -> None:
        one = self.claimed.pop()
        self.receive(one)
        self.store.reschedule(one.id or 0, due=self.now, error="cut", uncertain=True)

    @precondition(lambda self: self.claimed)
    @rule()
    def send_and_crash(self) -> None:
        self.receive(self.claimed.pop())
        self.restart()

    @precondition(lambda self: self.claimed)
    @rule(call=st.integers(1, 5))
    def send_and_fail_to_mark(self, call: int) -> None:
        one = self.claimed.pop()
        self.receive(one)
        with FaultyStorage(self.store, fail_at=call).installed():
            try:
                self.store.mark_sent([one.id or 0], self.now)
            except StoreError:
                pass
            else:
                return
        self.restart()

    @precondition(lambda self: self.claimed)
    @rule()
    def give_back(self) -> None:
        self.store.release([self.claimed.pop().id or 0])

    @precondition(lambda self: self.claimed)
    @rule()
    def bury_and_retry(self) -> None:
        one = self.claimed.pop()
        self.store.bury(one.id or 0, "404")
        assert self.store.retry(one.id or 0, self.now)

    @rule()
    def restart(self) -> None:
        self.claimed.clear()
        self.store.close()
        self.store = Store.open(self.store.path, now=self.now)
        with self.store.drain_lock() as mine:
            assert mine
            self.store.recover(self.now)

    @rule(minutes=st.integers(1, 120))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def commit_again_what_is_there(self) -> None:
        self.store.tell(deliveries=[delivery(ref) for ref in self.promised])

    @invariant()
    def every_promise_has_a_row(self) -> None:
        assert {d.ref for d in self.store.deliveries(limit=10_000)} == self.promised


OutboxMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestOutboxUnderAnySequenceOfFailures = OutboxMachine.TestCase
