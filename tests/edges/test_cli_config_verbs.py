"""`watcher config …`: what a person sees, what a program reads, and the exit codes."""

import json
import os
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from watcher.cli.app import run
from watcher.config.text import MAX_BYTES

CANARY = "CANARY77"
SECRETIVE = f"""
[watcher]
proxy = "http://me:{CANARY}a@proxy.example:3128"
[[title]]
name = "Akudama Drive"
[[source]]
name = "keyed"
kind = "feed"
url = "https://example.org/rss?token={CANARY}b"
headers = {{ X-API-Key = "{CANARY}c", Cookie-Like = {{ file = "header" }} }}
[[channel]]
name = "phone"
url = "ntfys://user:{CANARY}d@ntfy.sh/{CANARY}e"
[[channel]]
name = "mail"
url = "mailtos://me:{CANARY}f@gmail.com"
[[channel]]
name = "file"
url_file = "channel.url"
[[channel]]
name = "environment"
url_env = "TEST_CANARY_URL"
[[channel]]
name = "credential"
credential = "phone"
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("WATCHER_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def watcher(home, capfd):
    def call(*arguments):
        code = run([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return call


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def secretive(home: Path, monkeypatch) -> Path:
    write(home / "header", f"{CANARY}g")
    write(home / "channel.url", f"ntfys://{CANARY}h")
    write(home / "credentials" / "phone", f"json://me:{CANARY}i@example.org/")
    monkeypatch.setenv("TEST_CANARY_URL", f"ntfys://me:{CANARY}j@ntfy.sh/{CANARY}k?token={CANARY}l")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(home / "credentials"))
    return write(home / "c.toml", SECRETIVE)


def test_a_good_file_is_fine(watcher, home):
    path = write(home / "c.toml", '[[title]]\nname = "A"\n[[channel]]\nname = "c"\nurl = "console:"\n')
    code, out, _ = watcher("config", "check", "--config", path)
    assert code == 0
    assert out.startswith(f"{path}: fine; 1 title, ")
    assert out.rstrip().endswith("sources, 1 channel")


def test_every_mistake_is_printed_and_the_exit_code_is_78(watcher, home):
    path = write(home / "c.toml", '[watcher]\ntimezon = "UTC"\n[[title]]\nnme = "A"\n')
    code, out, _ = watcher("config", "check", "--config", path)
    assert code == 78
    assert out.splitlines() == [
        f'{path}:2: watcher.timezon: unknown key – did you mean "timezone"?',
        f'{path}:3: title[0].name: is missing – name = "…"',
        f'{path}:4: title[0].nme: unknown key – did you mean "name"?',
        "3 problems",
    ]


def test_json_for_programs(watcher, home):
    path = write(home / "c.toml", '[watcher]\ntimezon = "UTC"\n')
    code, out, _ = watcher("config", "check", "--config", path, "--json")
    answer = json.loads(out)
    assert code == 78
    assert answer["ok"] is False
    assert answer["errors"] == [
        {
            "file": str(path),
            "line": 2,
            "path": "watcher.timezon",
            "message": "unknown key",
            "hint": 'did you mean "timezone"?',
        }
    ]


def test_the_channels_are_checked_offline(watcher, home):
    path = write(home / "c.toml", '[[channel]]\nname = "x"\nurl = "nosuchservice://CANARY77"\n')
    code, out, _ = watcher("config", "check", "--config", path)
    assert code == 78
    assert "channel[0].url" in out
    assert CANARY not in out


def test_credentials_of_the_service_are_named_but_no_error_for_a_person(watcher, home):
    path = write(home / "c.toml", '[[channel]]\nname = "x"\ncredential = "phone"\n', 0o644)
    code, out, _ = watcher("config", "check", "--config", path)
    assert code == 0
    assert "LoadCredential=phone:" in out


def test_no_secret_is_ever_shown(watcher, home, monkeypatch):
    path = secretive(home, monkeypatch)
    outputs = []
    for arguments in (["check"], ["check", "--json"], ["show"], ["show", "--json"], ["schema"], ["path"]):
        code, out, err = watcher("config", *arguments, *([] if arguments == ["schema"] else ["--config", path]))
        assert code == 0, out + err
        outputs += [out, err]
    path.chmod(0o644)
    outputs += watcher("config", "check", "--config", path)[1:]
    path.chmod(0o600)
    for breakage in ("\n[[channel]]\nname = 1", "\n= broken", "\n[nonsense]"):
        path.write_text(SECRETIVE + breakage, encoding="utf-8")
        code, out, err = watcher("config", "check", "--config", path)
        assert code == 78
        outputs += [out, err]
        outputs += watcher("config", "show", "--config", path)[1:]
    assert CANARY not in "".join(outputs)
    assert "TEST_CANARY_URL" not in os.environ


def test_show_prints_defaults_packs_and_what_was_written(watcher, home):
    path = write(home / "c.toml", '[[title]]\nname = "Akudama Drive"\nseason = 2\n')
    code, out, _ = watcher("config", "show", "--config", path, "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["watcher"]["policy"] == "credible"
    assert shown["watcher"]["state"] == str(home / "state" / "watcher")
    assert shown["title"][0]["id"] == "akudama-drive-s2"
    assert {source["pack"] for source in shown["source"]} == {"anime-press-en", "licensors"}
    _, text, _ = watcher("config", "show", "--config", path)
    assert '[[title]]\nid = "akudama-drive-s2"' in text
    tomllib.loads(text)


def test_path_says_which_file_is_read(watcher, home):
    named = write(home / "config" / "watcher" / "config.toml", "")
    assert watcher("config", "path")[:2] == (0, f"{named}\n")
    code, out, _ = watcher("config", "path", "--json")
    assert json.loads(out)["file"] == str(named)
    assert code == 0
    assert watcher("config", "path", "--config", home / "nothing.toml")[0] == 78


def test_the_schema_is_json(watcher):
    code, out, _ = watcher("config", "schema")
    assert code == 0
    assert set(json.loads(out)["properties"]) == {"watcher", "title", "source", "window", "channel", "publishers"}


@pytest.mark.parametrize("verb", ["check", "show", "schema", "path"])
def test_every_verb_has_help_with_an_example(watcher, verb):
    code, out, _ = watcher("config", verb, "--help")
    assert code == 0
    assert f"Example: watcher config {verb}" in out


def test_a_huge_file_and_a_check_take_no_network_and_little_time(watcher, home, monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    small = write(home / "c.toml", '[[source]]\nname = "x"\nkind = "fed"\nurl = "https://example.org/"\n')
    huge = write(home / "huge.toml", "# " + "x" * MAX_BYTES)
    begin = time.process_time()
    assert watcher("config", "check", "--config", small)[0] == 78
    assert watcher("config", "check", "--config", huge)[0] == 78
    assert time.process_time() - begin < 3


def outside(*arguments, **more):
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "watcher", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **more)


def test_a_locale_without_utf8_is_no_problem(home):
    path = write(home / "c.toml", '[[title]]\nname = "アクダマドライブ"\nsesaon = 2\n')
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = outside("config", "check", "--config", path, env=env)
    assert done.returncode == 78, done.stderr
    assert b"sesaon" in done.stdout
    write(path, '[[title]]\nname = "アクダマドライブ"\n')
    assert outside("config", "show", "--config", path, env=env).returncode == 0


def test_a_reader_that_leaves_early_is_no_error(home):
    path = write(home / "c.toml", "".join(f'[[title]]\nname = "T{n}"\n' for n in range(3000)))
    command = f"{sys.executable} -m watcher config show --config {path} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=False)
    assert done.stdout.startswith(b"# ")
    assert done.stderr == b""
    assert done.returncode == 0
