"""The program under the unit's own restrictions (L10): the filter of system calls, addresses, writable code.

`tests/support/armour.py` puts them on where no service manager runs. `make armoured` runs the whole short form of the
suite this way.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.asking import Asker, unused_port
from tests.support.daemon import WatcherProcess
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.service_manager import NotifySocket
from tests.support.waiting import wait_until
from tests.support.web import Web

ROOT = Path(__file__).parents[2]
PYTHON = "/usr/bin/python3"
UNITS = ("watcher.service", "watcher-user.service")


def armour(unit: str) -> tuple[str, ...]:
    """Give the command that puts the unit's restrictions on; skip where the machine has no means."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze, which knows the groups of system calls, is not on this machine")
    probe = subprocess.run([PYTHON, "-c", "import seccomp"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("Debian's python3-seccomp is not on this machine")
    return (PYTHON, str(ROOT / "tests/support/armour.py"), str(ROOT / "systemd" / unit))


PROBE = """
import ctypes, json, mmap, os, socket, sys
def tried(what):
    try:
        what()
    except OSError as error:
        return error.errno
    return 0
def call(number, *arguments):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) == -1:
        raise OSError(ctypes.get_errno(), "")
os.close(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY))
print(json.dumps({
    "mount": tried(lambda: call(165, 0, 0, 0, 0, 0)),
    "packets": tried(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
    "writable code": tried(lambda: mmap.mmap(-1, 4096, prot=7)),
    "setuid": tried(lambda: os.chmod(sys.argv[1], 0o4755)),
    "web": tried(lambda: socket.socket(socket.AF_INET6).close()),
    "files": os.sysconf("SC_OPEN_MAX"),
}))
"""


@pytest.mark.parametrize("unit", UNITS)
def test_l10_the_armour_is_on(tmp_path: Path, unit: str) -> None:
    command = [*armour(unit), sys.executable, "-c", PROBE, str(tmp_path / "file")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found = json.loads(done.stdout)
    assert found["web"] == 0
    assert found["files"] == 1024
    assert (found["packets"], found["writable code"], found["setuid"]) == (97, 1, 1)
    assert found["mount"] == 1 or unit != "watcher.service"


@pytest.mark.parametrize("unit", UNITS)
def test_l10_the_service_does_all_its_work_under_the_units_restrictions(tmp_path: Path, unit: str) -> None:
    within = armour(unit)
    with Web() as web, NotifySocket(tmp_path) as manager:
        room = Newsroom(web)
        config, port = room.configuration(tmp_path, shows=SHOWS[:2]), unused_port()
        config.write_text(config.read_text() + f'\n[watcher.web]\nlisten = "127.0.0.1:{port}"\n')
        env = {"NOTIFY_SOCKET": str(manager.path)}
        command = ("run", "-v", "--config", str(config))
        with WatcherProcess(*command, log=tmp_path / "run.log", env=env, within=within) as daemon:
            daemon.wait_for("polled")
            room.announce(SHOWS[0])
            wait_until(lambda: room.received, why=daemon.log)
            assert [Asker(port).get(path).status for path in ("/", "/health")] == [200, 200]
            daemon.signal(signal.SIGHUP)
            manager.wait_for("READY=1", times=2)
            for name in ("doctor", "status"):
                with WatcherProcess(
                    name, "--config", str(config), log=tmp_path / f"{name}.log", within=within
                ) as other:
                    assert other.exit_code() in {0, 1}, other.log()
                    assert "not permitted" not in other.log()
                    assert "Traceback" not in other.log()
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0, daemon.log()
        assert "Traceback" not in daemon.log()
        assert "not permitted" not in daemon.log()
        assert [message["repeat"] for message in room.received] == [False]
