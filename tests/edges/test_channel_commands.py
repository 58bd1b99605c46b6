"""`watcher test-alert` and `watcher outbox`, as a person types them (I6, I20)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.news import NOW, event, put
from tests.support.receivers import Hook
from tests.support.web import Answer
from watcher.cli.app import run
from watcher.config.load import load_config
from watcher.memory import DeliveryState
from watcher.store import Store

CONFIG = """
[watcher]
state = "{state}"
timezone = "Europe/Berlin"
allow_networks = ["127.0.0.0/8"]

[[title]]
name = "Akudama Drive"
season = 2

[[channel]]
name = "hook"
url = "{hook}"

[[channel]]
name = "other"
url = "{other}"
"""


@pytest.fixture
def hooks(tmp_path: Path):
    with Hook() as hook, Hook() as other:
        text = CONFIG.format(state=tmp_path / "state", hook=hook.url, other=other.url)
        (tmp_path / "config.toml").write_text(text)
        yield hook, other


@pytest.fixture
def config(tmp_path: Path, hooks) -> Path:
    return tmp_path / "config.toml"


def test_i20_every_channel_gets_one_marked_test(config: Path, hooks, capsys) -> None:
    assert run(["test-alert", "--config", str(config)]) == 0
    for hook in hooks:
        [message] = hook.accepted
        assert message["kind"] == "notice"
        assert message["items"][0]["type"] == "test"
        assert "This is a test" in message["text"]
    assert capsys.readouterr().out.splitlines() == ["hook: sent", "other: sent"]


def test_i20_a_failing_channel_is_named_and_makes_the_exit_code(config: Path, hooks, capsys) -> None:
    hooks[1].answers(Answer(status=403))
    assert run(["test-alert", "--config", str(config), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "channels": [
            {"channel": "hook", "ok": True, "error": None},
            {"channel": "other", "ok": False, "error": "HTTP 403"},
        ]
    }


def test_only_the_named_channels_are_tried(config: Path, hooks) -> None:
    assert run(["test-alert", "other", "--config", str(config)]) == 0
    assert [len(hook.seen) for hook in hooks] == [0, 1]


def test_an_unknown_channel_is_an_error_that_lists_the_known(config: Path, hooks, capsys) -> None:
    assert run(["test-alert", "phone", "--config", str(config)]) != 0
    assert "configured: hook, other" in capsys.readouterr().err


@pytest.fixture
def store(config: Path):
    settings = load_config(config).config
    with Store.open(settings.database, now=NOW) as opened:
        title = settings.titles[0].id
        put(opened, settings, event("aaaaaa", title_id=title), event("bbbbbb", title_id=title))
        dead = opened.deliveries(channel_id="hook", ref="aaaaaa")[0]
        opened.bury(dead.id or 0, "HTTP 500 (given up: later messages pass)")
        yield opened


def states(store: Store) -> dict[tuple[str, str], DeliveryState]:
    return {(one.channel_id, one.ref): one.state for one in store.deliveries()}


def test_list_shows_what_waits_and_what_was_given_up(config: Path, store: Store, capsys) -> None:
    assert run(["outbox", "list", "--config", str(config), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)["deliveries"]
    assert [(row["channel"], row["ref"], row["state"]) for row in rows] == [
        ("hook", "aaaaaa", "dead"),
        ("other", "aaaaaa", "new"),
        ("hook", "bbbbbb", "new"),
        ("other", "bbbbbb", "new"),
    ]
    assert rows[0]["subject"] == "Akudama Drive – season 2: announced"
    assert rows[0]["error"] == "HTTP 500 (given up: later messages pass)"


def test_list_for_people_says_it_in_words(config: Path, store: Store, capsys) -> None:
    assert run(["outbox", "list", "--channel", "hook", "--config", str(config)]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "given up" in shown
    assert "waits" in shown


def test_retry_dead_brings_dead_letters_back(config: Path, store: Store, capsys) -> None:
    assert run(["outbox", "retry", "dead", "--config", str(config)]) == 0
    assert "1 message due now" in capsys.readouterr().out
    assert states(store)["hook", "aaaaaa"] is DeliveryState.NEW


def test_drop_closes_one_by_reference_on_one_channel(config: Path, store: Store) -> None:
    assert run(["outbox", "drop", "#bbbbbb", "--channel", "other", "--config", str(config)]) == 0
    found = states(store)
    assert found["other", "bbbbbb"] is DeliveryState.DROPPED
    assert found["hook", "bbbbbb"] is DeliveryState.NEW


def test_an_unknown_message_is_an_error(config: Path, store: Store, capsys) -> None:
    assert run(["outbox", "drop", "zzzzzz", "--config", str(config)]) != 0
    assert "'zzzzzz' is unknown" in capsys.readouterr().err


def test_an_empty_outbox_says_so(config: Path, hooks, capsys) -> None:
    assert run(["outbox", "list", "--config", str(config)]) == 0
    assert "Nothing waits" in capsys.readouterr().out
