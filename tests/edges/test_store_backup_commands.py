"""`watcher backup` and `watcher restore`, as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.samples import NOON, entry, outcome
from watcher.cli.app import run
from watcher.store import Store


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(
        f'[watcher]\nstate = "{tmp_path / "state"}"\n\n[[title]]\nname = "Akudama Drive"\n\n'
        '[[channel]]\nname = "screen"\nurl = "console:"\n'
    )
    with Store.open(tmp_path / "state" / "watcher.db", now=NOON) as store:
        store.commit(outcome(entries=(entry(1),)))
    return file


def seen(config: Path) -> int:
    with Store.open(config.parent / "state" / "watcher.db", now=NOON, read_only=True) as store:
        return len(store.seen("press"))


def test_there_and_back(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    assert run(["backup", str(copy), "--config", str(config)]) == 0
    assert f"watcher restore {copy}" in capsys.readouterr().out
    with Store.open(tmp_path / "state" / "watcher.db", now=NOON) as store:
        store.commit(outcome(entries=(entry(2),)))
    assert seen(config) == 2
    assert run(["restore", str(copy), "--config", str(config)]) == 0
    assert "What was there is now" in capsys.readouterr().out
    assert seen(config) == 1


def test_the_copy_goes_to_its_own_folder_or_the_one_given(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "usb").mkdir()
    for arguments, folder in (
        (["backup"], tmp_path / "state" / "backups"),
        (["backup", str(tmp_path / "usb")], tmp_path / "usb"),
    ):
        assert run([*arguments, "--json", "--config", str(config)]) == 0
        said = json.loads(capsys.readouterr().out)
        [copy] = folder.glob("*.db")
        assert said == {"backup": str(copy), "bytes": copy.stat().st_size}


def test_a_restore_as_json(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy.db"
    run(["backup", str(copy), "--config", str(config)])
    capsys.readouterr()
    assert run(["restore", str(copy), "--json", "--config", str(config)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["restored"].endswith("watcher.db")
    assert Path(said["before"]).is_file()


def test_what_cannot_be_done_is_one_clear_line(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["restore", str(tmp_path / "nothing"), "--config", str(config)]) == 1
    assert capsys.readouterr().err == f"watcher: {tmp_path / 'nothing'}: no such backup\n"
    with Store.open(tmp_path / "state" / "watcher.db", now=NOON) as store, store.daemon_lock():
        store.backup(tmp_path / "copy.db")
        assert run(["restore", str(tmp_path / "copy.db"), "--config", str(config)]) == 1
    assert "held by process" in capsys.readouterr().err
