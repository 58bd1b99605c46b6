"""The migrations build the tables that the code uses; the same statements are PostgreSQL."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

import watcher.store
from tests.support.samples import NOON
from watcher.store import Store, migrate
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
