"""A database that is damaged, foreign, newer, missing or out of reach is said so, and never made anew in silence."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.confined import confined
from tests.support.samples import NOON, entry, outcome
from watcher.errors import SchemaError, StoreError
from watcher.store import AccessError, DamagedError, InUseError, MissingError, Store, locks, retention
from watcher.store.files import advice, beside


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with something in it."""
    found = tmp_path / "state" / "watcher.db"
    with Store.open(found, now=NOON) as store:
        store.commit(*(outcome(f"s{n}", entries=tuple(entry(m, f"s{n}") for m in range(20))) for n in range(20)))
        store.backup(found.parent / "backups" / "yesterday.db")
    return found


def digest(folder: Path) -> dict[str, bytes]:
    """Read every file but the index of the WAL, which readers may write."""
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file() and file.suffix != ".db-shm"}


def refused(path: Path, kind: type[StoreError], message: str) -> str:
    """Make sure that opening fails in both ways, changes no file, and names the way out."""
    before = digest(path.parent)
    for read_only in (False, True):
        with pytest.raises(kind, match=message) as caught:
            Store.open(path, now=NOON, read_only=read_only)
    after = digest(path.parent)
    assert {name: after[name] for name in before} == before
    assert not set(after) - set(before) - {"watcher.db-wal"}
    return str(caught.value)


class TestNew:
    def test_folder_and_file_are_private(self, tmp_path: Path) -> None:
        path = tmp_path / "a" / "b" / "watcher.db"
        before = os.umask(0o022)
        try:
            with Store.open(path, now=NOON) as store:
                store.commit(outcome())
                modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert set(modes) >= {"watcher.db", "watcher.db-wal", "watcher.db-shm", "watcher.db.exists"}
        assert set(modes.values()) == {0o600}

    def test_commits_are_synced_and_references_checked(self, path: Path) -> None:
        with Store.open(path, now=NOON) as store, store.reading() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            }
        assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    def test_a_first_start_killed_before_the_schema_is_gone_on_with(self, tmp_path: Path) -> None:
        path = tmp_path / "watcher.db"
        path.touch()
        with Store.open(path, now=NOON) as store:
            assert store.counts().entries == 0

    def test_rights_of_others_are_taken_away(self, path: Path) -> None:
        path.chmod(0o644)
        Store.open(path, now=NOON).close()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_odd_characters_in_the_path_are_only_characters(self, tmp_path: Path) -> None:
        path = tmp_path / "a?b=c&d #%20 é" / "watcher.db"
        with Store.open(path, now=NOON) as store:
            store.commit(outcome())
            store.backup(tmp_path / "copy?.db")
        assert path.is_file()
        assert (tmp_path / "copy?.db").is_file()

    def test_is_not_made_for_a_reader(self, tmp_path: Path) -> None:
        with pytest.raises(MissingError, match="no database yet"):
            Store.open(tmp_path / "x" / "watcher.db", now=NOON, read_only=True)
        assert not (tmp_path / "x").exists()


class TestDamaged:
    def test_a_text_in_its_place(self, path: Path) -> None:
        path.write_text("dear diary")
        message = refused(path, DamagedError, "not a database")
        assert "watcher restore" in message
        assert "yesterday.db" in message

    def test_zeroed_pages(self, path: Path) -> None:
        with path.open("r+b") as file:
            file.seek(3 * 4096)
            file.write(b"\0" * 8 * 4096)
        refuse_to_write(path)

    def test_random_bytes_in_the_middle(self, path: Path) -> None:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(bytes(range(256)) * ((size - 4096) // 512))
        refuse_to_write(path)

    def test_cut_in_half(self, path: Path) -> None:
        os.truncate(path, path.stat().st_size // 8192 * 4096)
        refuse_to_write(path)

    def test_large_ones_are_checked_where_it_matters(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(retention, "_SMALL", 0)
        Store.open(path, now=NOON).close()
        with sqlite3.connect(path) as plain:
            page = plain.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'knowledge'").fetchone()[0]
        with path.open("r+b") as file:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
        refuse_to_write(path)

    def test_of_another_program(self, path: Path) -> None:
        path.unlink()
        with sqlite3.connect(path) as plain:
            plain.execute("CREATE TABLE recipes (name TEXT)")
        refused(path, DamagedError, "not one of this program")

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "watcher.db").mkdir()
        with pytest.raises(StoreError, match=r"watcher\.db"):
            Store.open(tmp_path / "watcher.db", now=NOON)


def refuse_to_write(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DamagedError, match="watcher restore") as caught:
        Store.open(path, now=NOON)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


class TestGone:
    def test_empty_beside_an_old_wal(self, tmp_path: Path) -> None:
        path = tmp_path / "watcher.db"
        path.touch()
        beside(path)[0].write_bytes(b"something that was not yet in the database")
        refused(path, DamagedError, "is empty, but it was here before")

    def test_emptied(self, path: Path) -> None:
        os.truncate(path, 0)
        refused(path, DamagedError, "is empty")

    def test_removed(self, path: Path) -> None:
        path.unlink()
        before = digest(path.parent)
        with pytest.raises(MissingError, match="is missing, but it was here before"):
            Store.open(path, now=NOON)
        assert digest(path.parent) == before

    def test_on_purpose_may_begin_anew(self, path: Path) -> None:
        path.unlink()
        Path(f"{path}.exists").unlink()
        with Store.open(path, now=NOON) as store:
            assert store.counts().entries == 0

    def test_under_a_running_daemon(self, path: Path) -> None:
        with Store.open(path, now=NOON) as store:
            store.ping()
            path.rename(path.with_name("elsewhere.db"))
            with pytest.raises(MissingError, match="vanished"):
                store.ping()
            shutil.copy(path.with_name("elsewhere.db"), path)
            with pytest.raises(MissingError, match="vanished"):
                store.ping()


class TestSchema:
    def test_a_newer_one_is_refused_and_left_alone(self, path: Path) -> None:
        with sqlite3.connect(path) as plain:
            plain.execute("UPDATE alembic_version SET version_num = '9999'")
        refused(path, SchemaError, "newer version of this program")

    def test_without_a_version(self, path: Path) -> None:
        with sqlite3.connect(path) as plain:
            plain.execute("DELETE FROM alembic_version")
        refused(path, DamagedError, "without a schema version")


NOBODY = 65534
OPEN = """
import os, sys, tempfile
from datetime import UTC, datetime
from pathlib import Path
from watcher.errors import StoreError
from watcher.store import Store
with tempfile.TemporaryDirectory() as folder:  # all is imported before the privileges, and maybe the interpreter, are gone
    Store.open(Path(folder) / "x.db", now=datetime.now(UTC)).close()
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    with Store.open(Path(sys.argv[1]), now=datetime.now(UTC), read_only="read" in sys.argv) as store:
        print("open", store.counts().sources)
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def others(path: Path) -> Iterator[Path]:
    """The database where a user without privileges can reach it, and owns it."""
    with TemporaryDirectory(prefix="watcher-") as folder:
        Path(folder).chmod(0o755)
        shutil.move(path.parent, folder)
        moved = Path(folder) / "state"
        for file in (moved, *moved.rglob("*")):
            if os.geteuid() == 0:
                os.chown(file, NOBODY, NOBODY)
        yield moved / "watcher.db"
        moved.chmod(0o700)


def opened_by_others(path: Path, *options: str) -> str:
    command = [sys.executable, "-c", OPEN, str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.mark.skipif(confined(), reason="the unit's filter of system calls lets nobody give files away")
class TestAccess:
    def test_the_owner_may(self, others: Path) -> None:
        assert opened_by_others(others) == "open 20\n"

    def test_a_folder_that_cannot_be_written(self, others: Path) -> None:
        others.parent.chmod(0o500)
        said = opened_by_others(others)
        assert said.startswith(f"AccessError {others.parent}: may not be written")
        assert "0700" in said

    def test_a_file_that_cannot_be_written_can_be_read(self, others: Path) -> None:
        others.chmod(0o400)
        said = opened_by_others(others)
        assert said.startswith(f"AccessError {others}: may not be written")
        assert "uid" in said
        assert opened_by_others(others, "read") == "open 20\n"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
    def test_a_file_of_another_user(self, others: Path) -> None:
        os.chown(others, 0, 0)
        assert "it belongs to uid 0" in opened_by_others(others)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
    def test_locks_that_root_makes_belong_to_the_service(self, others: Path) -> None:
        with Store.open(others, now=NOON) as store, store.daemon_lock():
            store.commit(outcome())
        assert {file.stat().st_uid for file in others.parent.iterdir()} == {NOBODY}

    def test_a_path_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(AccessError, match=r"watcher\.db"):
            Store.open(tmp_path / "file" / "watcher.db", now=NOON)


class TestLocks:
    def test_a_second_daemon_learns_the_pid_of_the_first(self, path: Path) -> None:
        with Store.open(path, now=NOON) as first, Store.open(path, now=NOON) as second:
            assert Store.daemon_pid(path) is None
            with first.daemon_lock():
                assert Store.daemon_pid(path) == os.getpid()
                with pytest.raises(InUseError, match=str(os.getpid())) as caught, second.daemon_lock():
                    pass
            assert caught.value.pid == os.getpid()
            with second.daemon_lock():
                pass

    def test_who_looks_does_not_stand_in_the_way(self, path: Path) -> None:
        with Store.open(path, now=NOON) as store:
            with store.daemon_lock():
                pass
            lock = path.with_name("daemon.lock")
            with locks.hold_shared(lock), locks.hold_shared(lock):
                assert Store.daemon_pid(path) is None

    def test_one_process_sends(self, path: Path) -> None:
        with Store.open(path, now=NOON) as first, Store.open(path, now=NOON) as second:
            with first.drain_lock() as mine, second.drain_lock() as theirs:
                assert (mine, theirs) == (True, False)
            with second.drain_lock() as theirs:
                assert theirs

    def test_the_lock_ends_with_an_error_inside(self, path: Path) -> None:
        with Store.open(path, now=NOON) as store:
            with pytest.raises(ZeroDivisionError), store.drain_lock():
                raise ZeroDivisionError
            with store.drain_lock() as mine:
                assert mine


def test_the_advice_names_the_latest_backup(tmp_path: Path) -> None:
    assert advice(tmp_path / "watcher.db").endswith("`watcher restore FILE`")
