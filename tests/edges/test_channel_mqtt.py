"""Messages through a real MQTT broker, read back and compared: arrived once, whole, in order, after an outage, too."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.clock import Clock
from tests.support.mosquitto import PASSWORD, USER, Broker, Subscriber
from tests.support.news import AKUDAMA, BERLIN, NOW, channel, config, event, put
from tests.support.waiting import wait_until
from watcher.config.settings import Config
from watcher.memory import DeliveryState
from watcher.notify.channels import validate_url
from watcher.notify.channels.services import SERVICES
from watcher.notify.dialects import compose
from watcher.notify.outbox import Sender
from watcher.notify.render import render
from watcher.store import Store

pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
TOPIC = "season/news"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "watcher.db", now=NOW) as opened:
        yield opened


def settings(broker: Broker, login: str = "") -> Config:
    return config(channel("mqtt", f"mqtt://{login}127.0.0.1:{broker.port}/{TOPIC}?qos=1", health=False))


def drain(store: Store, using: Config, *after: timedelta) -> None:
    async def play() -> None:
        sender = Sender(config=using, store=store, now=Clock(NOW), jitter=lambda: 0.0)
        async with sender:
            for each in after or (timedelta(0),):
                await sender.drain(NOW + each)

    asyncio.run(play())


def test_what_is_sent_is_what_a_subscriber_reads(tmp_path: Path, store: Store) -> None:
    with Broker(tmp_path) as broker, Subscriber(broker, "season/#") as heard:
        using = settings(broker)
        assert validate_url(str(using.channels[0].url)) is None
        news = [event(f"r{number:05}") for number in range(5)]
        put(store, using, *news)
        drain(store, using)
        heard.wait(5)
        assert {one.state for one in store.deliveries()} == {DeliveryState.SENT}
    assert [topic for topic, _ in heard.messages] == [TOPIC] * 5
    for one, (_, text) in zip(news, heard.messages, strict=True):
        message = render(one, title=AKUDAMA, timezone=BERLIN)
        assert message.subject in text
        assert compose(message, SERVICES["mqtt"].form).strip() in text


def test_a_broker_that_comes_back_gets_what_waited_once_and_in_order(tmp_path: Path, store: Store) -> None:
    broker = Broker(tmp_path)
    using = settings(broker)
    put(store, using, *(event(f"r{number:05}") for number in range(3)))
    drain(store, using)
    assert {one.state for one in store.deliveries()} == {DeliveryState.NEW}
    with broker, Subscriber(broker, "season/#") as heard:
        drain(store, using, timedelta(hours=2), timedelta(hours=3), timedelta(hours=4))
        heard.wait(3)
        assert {one.state for one in store.deliveries()} == {DeliveryState.SENT}
    assert ["r00000" in heard.messages[0][1], "r00002" in heard.messages[2][1], len(heard.messages)] == [True, True, 3]


def test_a_password_opens_a_broker_that_wants_one(tmp_path: Path, store: Store) -> None:
    with Broker(tmp_path, login=True) as broker, Subscriber(broker, "season/#", login=True) as heard:
        using = settings(broker, f"{USER}:{PASSWORD}@")
        put(store, using, event())
        drain(store, using)
        heard.wait(1)
    assert "Akudama Drive" in heard.messages[0][1]


def test_i5_a_wrong_password_is_known_at_once_and_for_what_it_is(tmp_path: Path, store: Store) -> None:
    with Broker(tmp_path, login=True) as broker:
        using = settings(broker, f"{USER}:wrong-one@")
        put(store, using, event())
        began = time.monotonic()
        drain(store, using)
        took = time.monotonic() - began
        state = store.channel("mqtt")
        [waiting] = store.deliveries()
        assert (waiting.state, state.broken_since is not None) == (DeliveryState.NEW, True)
        assert "the broker said: Not authorized" in state.last_error
        assert took < 20, "Apprise alone would wait for 30 seconds and more"
        right = settings(broker, f"{USER}:{PASSWORD}@")
        with Subscriber(broker, "season/#", login=True) as heard:
            drain(store, right, timedelta(days=1))
            heard.wait(1)
    assert "wrong-one" not in state.last_error


def test_no_thread_is_left_logging_in(tmp_path: Path, store: Store) -> None:
    with Broker(tmp_path, login=True) as broker:
        using = settings(broker, f"{USER}:wrong-one@")
        put(store, using, event())
        before = set(threading.enumerate())
        drain(store, using, *(timedelta(days=day) for day in range(3)))
        assert store.channel("mqtt").failures >= 3
        wait_until(lambda: gc.collect() >= 0 and not [*left(before)], why=threading.enumerate)


def left(before: set[threading.Thread]) -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one not in before and "paho" in one.name]
