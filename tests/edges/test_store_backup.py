"""Copies are whole, private and checked; going back to one loses nothing and blasts nobody."""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from tests.support.samples import DAY, HOUR, NOON, delivery, entry, event, notice, outcome
from watcher.errors import SchemaError, StoreError
from watcher.memory import SourceState
from watcher.store import DamagedError, InUseError, MissingError, Store, migrate


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "state" / "watcher.db"
    with Store.open(found, now=NOON) as store:
        store.commit(outcome(entries=(entry(1),), events=(event(),), deliveries=(delivery(), delivery(channel="mail"))))
    return found


class TestBackup:
    def test_is_whole_private_and_needs_no_other_file(self, path: Path, tmp_path: Path) -> None:
        copy = tmp_path / "kept" / "copy.db"
        with Store.open(path, now=NOON) as store:
            store.commit(outcome(entries=(entry(2),)))
            store.backup(copy)
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600
        assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
        with sqlite3.connect(copy) as plain:
            assert plain.execute("SELECT count(*) FROM entries").fetchone() == (2,)
            assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)

    def test_is_one_moment_while_others_write(self, path: Path, tmp_path: Path) -> None:
        """Each look writes two entries; a copy never has one of them."""
        stop = threading.Event()

        def write() -> None:
            number = 10
            while not stop.is_set():
                store.commit(outcome("busy", entries=(entry(number, "busy"), entry(number + 1, "busy"))))
                number += 2

        with Store.open(path, now=NOON) as store:
            writer = threading.Thread(target=write)
            writer.start()
            for number in range(5):
                store.backup(tmp_path / f"{number}.db")
            stop.set()
            writer.join()
        for number in range(5):
            with sqlite3.connect(tmp_path / f"{number}.db") as plain:
                assert plain.execute("SELECT count(*) FROM entries WHERE source_id = 'busy'").fetchone()[0] % 2 == 0

    def test_takes_the_place_of_an_older_copy_only_when_it_is_whole(self, path: Path, tmp_path: Path) -> None:
        copy = tmp_path / "copy.db"
        copy.write_bytes(b"the older copy")
        with path.open("r+b") as file:
            file.seek(4096 * 4)
            file.write(b"\xff" * 4096 * 6)
        from watcher.store.backup import copy_database  # noqa: PLC0415 - only here: a store would not open

        with pytest.raises(DamagedError):
            copy_database(path, copy)
        assert copy.read_bytes() == b"the older copy"
        assert not list(tmp_path.glob("*.part"))

    def test_to_where_nothing_can_be_written(self, path: Path) -> None:
        with Store.open(path, now=NOON) as store, pytest.raises(StoreError, match="copy"):
            store.backup(path / "below" / "a-file.db")

    def test_can_be_made_by_a_reader_beside_the_daemon(self, path: Path, tmp_path: Path) -> None:
        with Store.open(path, now=NOON) as daemon, daemon.daemon_lock():
            with Store.open(path, now=NOON, read_only=True) as command:
                command.backup(tmp_path / "copy.db")
            assert (tmp_path / "copy.db").is_file()


class TestRestore:
    @pytest.fixture
    def copy(self, path: Path, tmp_path: Path) -> Path:
        with Store.open(path, now=NOON) as store:
            store.claim(NOON, "mail")
            store.backup(tmp_path / "copy.db")
            store.commit(outcome(entries=(entry(2),)))
        return tmp_path / "copy.db"

    def test_sets_the_present_one_aside(self, path: Path, copy: Path) -> None:
        aside = Store.restore(copy, path, now=NOON + DAY)
        assert aside is not None
        with Store.open(path, now=NOON + DAY) as store:
            assert [one.key for one in store.seen("press")] == ["key-1"]
            assert store.restored_at == NOON + DAY
            assert store.integrity() == ()
        with sqlite3.connect(aside) as plain:
            assert plain.execute("SELECT count(*) FROM entries").fetchone() == (2,)
        assert copy.is_file()

    def test_labels_what_was_waiting_or_being_sent(self, path: Path, copy: Path) -> None:
        Store.restore(copy, path, now=NOON + DAY)
        with Store.open(path, now=NOON + DAY) as store:
            assert store.recover(NOON + DAY) == 1
            assert [one.repeat for one in store.claim(NOON + DAY)] == [True, True]

    def test_of_a_week_ago_gathers_the_news_since_into_one_labelled_digest(self, path: Path, copy: Path) -> None:
        later = NOON + 7 * DAY
        Store.restore(copy, path, now=later)
        with Store.open(path, now=later) as store:
            for look, source in enumerate(("press", "new")):
                refs = [f"{source}{n}" for n in range(20)]
                first = outcome(
                    source=SourceState(source_id=source, last_look=later + HOUR / 4),
                    events=tuple(map(event, refs)),
                    notices=(notice(f"not{look}", subject=source),),
                    deliveries=tuple(delivery(ref, due=later) for ref in (*refs, f"not{look}")),
                )
                store.commit(first)
            second = event("fresh1"), delivery("fresh1", due=later + HOUR / 2)
            store.commit(
                outcome(
                    source=SourceState(source_id="press", last_look=later + HOUR / 2),
                    events=second[:1],
                    deliveries=second[1:],
                )
            )
            now = {one.ref: one for one in store.claim(later + HOUR / 2, "phone", limit=100)}
            assert set(now) == {"abc123", "not0", "not1", "fresh1"}
            assert not now["fresh1"].repeat
            digest = store.claim(later + HOUR, "phone", limit=1)
            assert len(digest) == 40
            assert {(one.slot, one.repeat) for one in digest} == {("restored@2026-11-28T12:00", True)}

    @pytest.mark.parametrize("harm", ["text", "removed", "emptied", "wal left"])
    def test_is_the_way_out_of_damage(self, path: Path, copy: Path, harm: str) -> None:
        wal = Path(f"{path}-wal")
        if harm == "text":
            path.write_text("dear diary")
        if harm == "removed":
            path.unlink()
        if harm == "emptied":
            os.truncate(path, 0)
        if harm == "wal left":
            path.unlink()
            wal.write_bytes(b"of another database")
        with pytest.raises(StoreError):
            Store.open(path, now=NOON)
        Store.restore(copy, path, now=NOON)
        with Store.open(path, now=NOON) as store:
            assert len(store.seen("press")) == 1

    def test_needs_no_database_in_place(self, copy: Path, tmp_path: Path) -> None:
        new = tmp_path / "other" / "watcher.db"
        assert Store.restore(copy, new, now=NOON) is None
        with Store.open(new, now=NOON) as store:
            assert len(store.seen("press")) == 1

    def test_is_refused_while_a_daemon_runs(self, path: Path, copy: Path) -> None:
        with (
            Store.open(path, now=NOON) as store,
            store.daemon_lock(),
            pytest.raises(InUseError, match=str(os.getpid())),
        ):
            Store.restore(copy, path, now=NOON)

    def test_of_what_is_no_backup_changes_nothing(self, path: Path, tmp_path: Path) -> None:
        before = path.read_bytes()
        text, foreign, empty, newer = (tmp_path / name for name in ("text", "foreign", "empty", "newer"))
        text.write_text("dear diary")
        empty.touch()
        with sqlite3.connect(foreign) as plain:
            plain.execute("CREATE TABLE recipes (name TEXT)")
        with Store.open(path, now=NOON) as store:
            store.backup(newer)
        with sqlite3.connect(newer) as plain:
            plain.execute("UPDATE alembic_version SET version_num = '9999'")
        for backup, kind in (
            (text, DamagedError),
            (foreign, DamagedError),
            (empty, DamagedError),
            (newer, SchemaError),
        ):
            with pytest.raises(kind):
                Store.restore(backup, path, now=NOON)
        with pytest.raises(MissingError):
            Store.restore(tmp_path / "nothing", path, now=NOON)
        assert path.read_bytes() == before
        assert not list(path.parent.glob("*.restoring*"))

    def test_twice_in_one_second_keeps_both(self, path: Path, copy: Path) -> None:
        first = Store.restore(copy, path, now=NOON)
        second = Store.restore(copy, path, now=NOON)
        assert first is not None
        assert second is not None
        assert first != second
        assert first.is_file()


BEFORE = migrate.HEAD


class TestMigration:
    @pytest.fixture
    def older(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Make the program one revision newer than the database."""
        scripts = path.parent.parent / "migrations"
        here = Path(migrate.__file__).parent / "migrations"
        (scripts / "versions").mkdir(parents=True)
        for file in ("env.py", *(f"versions/{one.name}" for one in (here / "versions").glob("[0-9]*.py"))):
            (scripts / file).write_text((here / file).read_text())
        (scripts / "versions" / "9999_next.py").write_text(
            f"import sqlalchemy as sa\nfrom alembic import op\nrevision = '9999'\ndown_revision = '{migrate.HEAD}'\n"
            "def upgrade():\n    op.add_column('meta', sa.Column('note', sa.Text()))\n    op.execute(\"UPDATE meta SET note = 'x'\")\n"
        )
        monkeypatch.setattr(migrate, "SCRIPTS", scripts)
        monkeypatch.setattr(migrate, "HEAD", "9999")
        return path

    def test_is_preceded_by_a_copy(self, older: Path) -> None:
        with Store.open(older, now=NOON) as store:
            assert len(store.seen("press")) == 1
            assert store.integrity() == ()
        [copy] = (older.parent / "backups").iterdir()
        assert copy.name == f"schema-{BEFORE}-20261121T120000.db"
        with sqlite3.connect(copy) as plain:
            assert plain.execute("SELECT version_num FROM alembic_version").fetchone() == (BEFORE,)
        with sqlite3.connect(older) as plain:
            assert plain.execute("SELECT DISTINCT note FROM meta").fetchone() == ("x",)

    def test_that_fails_half_way_has_not_happened(self, older: Path) -> None:
        script = migrate.SCRIPTS / "versions" / "9999_next.py"
        good = script.read_text()
        script.write_text(good + "    op.execute('SELECT no_such_thing')\n")
        with pytest.raises(StoreError, match="no_such_thing"):
            Store.open(older, now=NOON)
        with sqlite3.connect(older) as plain:
            assert [row[1] for row in plain.execute("PRAGMA table_info(meta)")] == ["name", "value"]
        script.write_text(good + "\n")
        Store.open(older, now=NOON + HOUR).close()

    def test_is_not_done_for_a_reader(self, older: Path) -> None:
        with pytest.raises(StoreError, match="not up to date"):
            Store.open(older, now=NOON, read_only=True)
        assert not (older.parent / "backups").exists()

    def test_is_done_for_an_older_backup(self, path: Path, tmp_path: Path, older: Path) -> None:
        from watcher.store.backup import copy_database  # noqa: PLC0415 - a store would migrate it

        copy_database(path, tmp_path / "old.db")
        Store.restore(tmp_path / "old.db", older, now=NOON)
        with sqlite3.connect(older) as plain:
            assert plain.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)
