"""The migrations build the tables that the code uses; the same statements are PostgreSQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Table, inspect, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

import watcher.store
from tests.support.samples import NOON, entry, outcome
from watcher.store import Store, migrate
from watcher.store.engine import Database, connect_to
from watcher.store.rows import link_near, near
from watcher.store.tables import metadata

ROOM = Path(watcher.store.__file__).parent


def test_the_newest_migration_is_the_one_the_code_names() -> None:
    scripts = ScriptDirectory(str(migrate.SCRIPTS))
    assert scripts.get_heads() == [migrate.HEAD]
    assert [script.revision for script in scripts.walk_revisions()][-1] == "0001"


def test_migrations_and_tables_agree(tmp_path: Path) -> None:
    with Store.open(tmp_path / "watcher.db", now=NOON) as store, store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_entries_of_before_are_found_by_their_new_numbers(tmp_path: Path) -> None:
    path = tmp_path / "watcher.db"
    many = [entry(number, link=f"//example.org/{number}") for number in range(10_020)]
    bare = entry(1, "other", entry_id="", link="", fingerprint="")
    with Store.open(path, now=NOON) as store:
        store.commit(outcome(entries=tuple(many)), outcome("other", entries=(bare,)))
        numbers = _numbers(path)
    with sqlite3.connect(path) as plain:  # as the version before left it, but for what the numbers were
        plain.execute("UPDATE entries SET entry_id_hash = id, link_hash = id, fingerprint_hash = id")
        plain.execute("UPDATE alembic_version SET version_num = '0003'")
    with Store.open(path, now=NOON) as store:
        assert _numbers(path) == numbers
        assert len(store.seen_matching("press", entry_ids=["guid-7"], links=["//example.org/8"])) == 2
        assert [one.key for one in store.seen_matching("press", fingerprints=["print-10019"])] == ["key-10019"]
        assert store.integrity() == ()
    assert numbers[-1] == (None, None, None)


def _numbers(path: Path) -> list[tuple[int | None, ...]]:
    with sqlite3.connect(path) as plain:
        return plain.execute("SELECT entry_id_hash, link_hash, fingerprint_hash FROM entries ORDER BY id").fetchall()


def test_numbers_of_one_source_lie_together() -> None:
    spans = [[near(source, f"guid-{number}") for number in range(200)] for source in ("press", "wire")]
    assert all(max(span) - min(span) < 2**32 for span in spans)
    assert len({number for span in spans for number in span}) == 400
    assert abs(link_near("//example.org/1") - link_near("//example.org/2")) < 2**32
    assert abs(link_near("//example.org/1") - link_near("//other.example/1")) > 2**32


def _told(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def test_a_new_database_is_what_the_migrations_build(tmp_path: Path) -> None:
    def built(build: Callable[[Connection], None], name: str) -> dict[str, object]:
        (tmp_path / name).touch()
        with Database(connect_to(tmp_path / name), tmp_path / name) as database, database.writing() as connection:
            build(connection)
            found = inspect(connection)
            return {
                table: (
                    [{**column, "type": str(column["type"])} for column in found.get_columns(table)],
                    found.get_pk_constraint(table),
                    sorted([{**index, "dialect_options": _told(index)} for index in found.get_indexes(table)], key=str),
                    sorted(found.get_unique_constraints(table), key=str),
                    found.get_foreign_keys(table),
                )
                for table in sorted(found.get_table_names())
            }

    new, migrated = built(migrate._create, "new.db"), built(migrate._upgrade, "migrated.db")
    assert new.keys() == migrated.keys()
    for table, description in migrated.items():
        assert new[table] == description, table


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_each_table_exists_on_postgresql_too(table: Table) -> None:
    dialect = postgresql.dialect()
    text = str(CreateTable(table).compile(dialect=dialect))
    assert "TIMESTAMP WITHOUT" not in text
    assert re.search(r"\b(BIGSERIAL|PRIMARY KEY)\b", text)
    for index in table.indexes:
        CreateIndex(index).compile(dialect=dialect)
    assert str(select(table).compile(dialect=dialect))


def test_the_migrations_can_be_written_as_postgresql() -> None:
    written = StringIO()
    context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written})
    scripts = list(ScriptDirectory(str(migrate.SCRIPTS)).walk_revisions())
    with Operations.context(context):
        for script in reversed(scripts):
            script.module.upgrade()
    assert written.getvalue().count("CREATE TABLE") == len(metadata.tables)
    assert "WHERE closed IS NULL" in written.getvalue()
    assert "TIMESTAMP WITHOUT" not in written.getvalue()


def test_sql_of_one_database_stands_in_the_modules_about_its_files() -> None:
    allowed = {"engine.py", "files.py", "backup.py", "errors.py", "tables.py", "retention.py"}
    allowed |= {
        "works.py",  # alias data lies in SQLite files of its own, whatever the database is (decision 10)
        "quick.py",  # hands over what SQLAlchemy compiled for the database at hand
    }
    found = {
        file.name
        for file in ROOM.glob("*.py")
        if re.search(r"sqlite|PRAGMA|exec_driver_sql|INSERT OR", file.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert found <= allowed | {"__init__.py"}
