"""The container file, as far as it can be judged without a network: who runs, what is copied, what its health check says."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

from watcher.cli.run import run
from watcher.store import Store

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [line.partition(" ")[::2] for line in TEXT.splitlines() if re.match(r"[A-Z]+ ", line)]


def the(instruction: str) -> list[str]:
    return [rest for name, rest in STEPS if name == instruction]


def test_it_runs_as_nobody_in_particular_and_writes_only_its_state() -> None:
    [user] = the("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert STEPS.index(("USER", user)) > max(n for n, (name, _) in enumerate(STEPS) if name == "RUN")
    assert the("VOLUME") == ["/state"]
    assert "STATE_DIRECTORY=/state" in the("ENV")[0]
    assert "PYTHONDONTWRITEBYTECODE=1" in the("ENV")[0]
    for wish in ("--read-only", "--cap-drop all", "no-new-privileges"):
        assert wish in TEXT


def test_it_takes_only_hashed_wheels_and_files_that_exist() -> None:
    assert "--require-hashes --only-binary :all:" in TEXT
    assert "/tmp/requirements.txt" in the("RUN")[0]
    copied = [shlex.split(rest)[0] for rest in the("COPY") if not rest.startswith("--from")]
    assert copied == ["requirements.txt", "watcher"]
    assert all((ROOT / name).exists() for name in copied)
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert not set(copied) & set(ignored)


def test_its_command_is_one_of_ours() -> None:
    assert json.loads(the("ENTRYPOINT")[0]) == ["python", "-m", "watcher"]
    assert json.loads(the("CMD")[0])[0] == run.__name__


def test_its_health_check_tells_a_living_service_from_a_dead_one(tmp_path: Path) -> None:
    [check] = the("HEALTHCHECK")
    program = json.loads(check.partition("CMD ")[2])[2].replace("/state", str(tmp_path))

    def healthy() -> bool:
        return subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0

    assert not healthy()
    from tests.support.news import NOW  # noqa: PLC0415

    with Store.open(tmp_path / "watcher.db", now=NOW) as store:
        assert not healthy()
        with store.daemon_lock():
            assert healthy()
