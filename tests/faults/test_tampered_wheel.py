"""What installing refuses, tried offline with pip itself: another file than the locked one, a package without a wheel."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from hashlib import sha256
from pathlib import Path

FLAGS = ("--no-deps", "--require-hashes", "--only-binary", ":all:")  # those of the Makefile
META = "Metadata-Version: 2.1\nName: lantern\nVersion: 1.0\n"


def wheel(folder: Path, code: str) -> Path:
    path = folder / "lantern-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("lantern.py", code)
        packed.writestr("lantern-1.0.dist-info/METADATA", META)
        packed.writestr("lantern-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr("lantern-1.0.dist-info/RECORD", "")
    return path


def install(folder: Path, digest: str) -> subprocess.CompletedProcess[str]:
    lock = folder / "requirements.txt"
    lock.write_text(f"lantern==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--quiet", "--disable-pip-version-check", *FLAGS]
    command += ["--no-index", "--find-links", str(folder), "--target", str(folder / "site"), "-r", str(lock)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_n1_a_changed_wheel_is_refused_and_the_locked_one_installed(tmp_path: Path) -> None:
    digest = sha256(wheel(tmp_path, "good = True\n").read_bytes()).hexdigest()
    wheel(tmp_path, "good = False\n")
    refused = install(tmp_path, digest)
    assert refused.returncode != 0
    assert "DO NOT MATCH" in refused.stderr
    assert not (tmp_path / "site" / "lantern.py").exists()
    taken = install(tmp_path, sha256(wheel(tmp_path, "good = True\n").read_bytes()).hexdigest())
    assert taken.returncode == 0, taken.stderr
    assert (tmp_path / "site" / "lantern.py").read_text() == "good = True\n"


def test_n4_a_package_without_a_wheel_is_refused_and_none_of_its_code_runs(tmp_path: Path) -> None:
    source = tmp_path / "setup.py"
    source.write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n", encoding="utf-8")
    path = tmp_path / "lantern-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as packed:
        packed.add(source, "lantern-1.0/setup.py")
    refused = install(tmp_path, sha256(path.read_bytes()).hexdigest())
    assert refused.returncode != 0
    assert not (tmp_path / "ran").exists()
