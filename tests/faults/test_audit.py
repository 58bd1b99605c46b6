"""`make audit` (N3): a known vulnerability in the lock fails it, and so does whatever could not be looked up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.web import Answer, Seen, Web

ROOT = Path(__file__).parents[2]
pytest.importorskip("pip_audit", reason="pip-audit is not installed")


@pytest.fixture
def osv() -> Iterator[Web]:
    """Stand in for a database of vulnerabilities that knows none."""
    with Web() as web:
        web.call("/v1/query", lambda _: Answer(b"{}"))
        yield web


def flags() -> list[str]:
    """Read what `make audit` asks for, but for the lock."""
    recipe = re.search(r"pip-audit (.*) -r requirements.txt", (ROOT / "Makefile").read_text())
    assert recipe is not None
    return recipe[1].split()


def audit(osv: Web, folder: Path, lock: Path = ROOT / "requirements.txt") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "pip_audit", *flags(), "-r", str(lock)]
    command += ["--osv-url", osv.url("/v1/query"), "--cache-dir", str(folder / "cache")]
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=env)


def asked(osv: Web) -> set[tuple[str, str]]:
    found = (json.loads(seen.body) for seen in osv.asked("/v1/query"))
    return {(one["package"]["name"], one["version"]) for one in found}


def pins() -> set[tuple[str, str]]:
    """List what the lock pins for this Python."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([a-z0-9.-]+)==([^ ;]+)( ; .*)? \\$", line) for line in lines)
    return {(one[1], one[2]) for one in found if one and not one[3]}


def test_n3_every_pin_is_looked_up_and_a_known_vulnerability_fails(osv: Web, tmp_path: Path) -> None:
    def answer(seen: Seen) -> Answer:
        if json.loads(seen.body)["package"]["name"] != "h11":
            return Answer(b"{}")
        known = {"id": "GHSA-test-test-test", "summary": "x", "affected": [], "published": "2026-11-01T00:00:00Z"}
        return Answer(json.dumps({"vulns": [known]}).encode())

    osv.call("/v1/query", answer)
    done = audit(osv, tmp_path)
    assert done.returncode == 1
    assert "GHSA-test-test-test" in done.stdout
    assert len(pins()) > 40
    assert asked(osv) >= pins()


def test_n3_what_cannot_be_looked_up_fails_and_what_is_clean_passes(osv: Web, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"h11==0.16.0 --hash=sha256:{'0' * 64}\n")
    assert audit(osv, tmp_path, lock).returncode == 0
    lock.write_text(f"h11 @ {osv.url('/h11.whl')} --hash=sha256:{'0' * 64}\n")  # no version to look up: skipped
    assert audit(osv, tmp_path, lock).returncode == 1
    lock.write_text(f"h11==0.16.0 --hash=sha256:{'0' * 64}\n")
    osv.call("/v1/query", lambda _: Answer(b"no", 500))
    assert audit(osv, tmp_path / "anew", lock).returncode == 1
