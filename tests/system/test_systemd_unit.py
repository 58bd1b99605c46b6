"""The shipped units: as closed as they claim, accepted by systemd, and telling the truth about our commands."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "systemd"
SERVICES = ["watcher.service", "watcher-check.service"]
LIFE_CYCLE = {
    "Type", "NotifyAccess", "ExecStart", "ExecReload", "WatchdogSec", "TimeoutStartSec", "TimeoutStopSec", "KillMode",
    "Restart", "RestartSec", "RestartPreventExitStatus",
}  # fmt: skip
ANALYZE = shutil.which("systemd-analyze")
needs_analyze = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def settings(name: str, section: str = "Service") -> list[tuple[str, str]]:
    text = (UNITS / name).read_text(encoding="utf-8").split(f"[{section}]\n", 1)[1].split("\n[", 1)[0]
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition("=")[0], line.partition("=")[2]) for line in lines]


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ANALYZE), *arguments], capture_output=True, text=True, timeout=60, check=False)


def exposure(path: Path) -> float:
    done = analyze("security", "--offline=true", "--no-pager", str(path))
    found = re.search(r"Overall exposure level for .*: ([\d.]+)", done.stdout)
    if found is None:
        pytest.skip(f"systemd-analyze cannot rate a unit offline here: {done.stderr.strip()[:200]}")
    return float(found[1])


@needs_analyze
@pytest.mark.parametrize("name", SERVICES)
def test_exposure_is_at_most_1_1(name):
    assert exposure(UNITS / name) <= 1.1


@needs_analyze
def test_the_allow_list_lowers_it_to_1_0(tmp_path):
    unit = (UNITS / "watcher.service").read_text(encoding="utf-8")
    extra = (UNITS / "allow-list.conf").read_text(encoding="utf-8").split("[Service]\n", 1)[1]
    path = tmp_path / "watcher.service"
    path.write_text(unit.replace("\n[Install]", f"\n{extra}\n[Install]"), encoding="utf-8")
    assert exposure(path) <= 1.0


@needs_analyze
def test_less_armour_would_be_noticed(tmp_path):
    unit = (UNITS / "watcher.service").read_text(encoding="utf-8")
    path = tmp_path / "watcher.service"
    path.write_text(unit.replace("PrivateDevices=yes\n", "").replace("ProtectHome=yes\n", ""), encoding="utf-8")
    assert exposure(path) > 1.1


@needs_analyze
@pytest.mark.parametrize("name", [*SERVICES, "watcher-user.service", "watcher-check.timer"])
def test_systemd_accepts_it_without_a_word(name, tmp_path):
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        # The program is not installed on the machine that runs this test.
        (tmp_path / unit.name).write_text(re.sub(r"=\S*/bin/watcher ", "=/bin/true ", text), encoding="utf-8")
    done = analyze("verify", "--man=no", str(tmp_path / name))
    if "Failed to" in done.stderr and "manager" in done.stderr:
        pytest.skip(f"systemd-analyze verify is not usable here: {done.stderr.strip()[:200]}")
    ours = [line for line in done.stderr.splitlines() if "watcher" in line]
    assert ours == []


def test_both_ways_to_run_have_the_same_armour():
    service, check = (
        [pair for pair in settings(name) if pair[0] not in LIFE_CYCLE | {"Environment"}] for name in SERVICES
    )
    assert service == check


@pytest.mark.parametrize("name", ["watcher.service", "watcher-user.service"])
def test_a_reload_checks_first_and_a_wrong_configuration_is_not_started_again(name):
    pairs = settings(name)
    checking, hanging_up = (value for key, value in pairs if key == "ExecReload")
    found = dict(pairs)
    assert "watcher config check" in checking
    assert hanging_up == "/bin/kill -HUP $MAINPID"
    assert checking.partition("--config")[2] == found["ExecStart"].partition("--config")[2]
    assert found["RestartPreventExitStatus"] == "78"
    assert (found["Type"], found["NotifyAccess"], found["WatchdogSec"]) == ("notify", "main", "60s")
    assert found["LimitCORE"] == "0"


def test_the_notify_socket_and_the_database_stay_reachable():
    found = dict(settings("watcher.service"))
    assert "AF_UNIX" in found["RestrictAddressFamilies"]
    assert found["StateDirectory"] == "watcher"
    assert found["StateDirectoryMode"] == "0700"
    assert found["UMask"] == "0077"


def test_private_networks_are_not_closed_in_the_shipped_unit():
    denied = [value for key, value in settings("watcher.service") if key == "IPAddressDeny"]
    assert denied == ["169.254.0.0/16 multicast"]
