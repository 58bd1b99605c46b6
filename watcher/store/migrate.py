"""Bring a database to the schema of this program.

All pending migrations run in one transaction: killed half-way, they have not happened, and the next start does them.
Alembic is imported only where there is something to do; a new database is built at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, text

from watcher.errors import SchemaError, StoreError
from watcher.failpoint import reach
from watcher.store.backup import copy_database
from watcher.store.engine import Database
from watcher.store.errors import DamagedError
from watcher.store.files import backups_of
from watcher.store.tables import metadata, say_all

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0004"
"""The revision this program works with: the newest in `migrations/versions`."""
SCRIPTS = Path(__file__).parent / "migrations"


def migrate(database: Database, *, now: datetime, upgrading: Callable[[], None] | None = None) -> None:
    """Create or upgrade the schema; an existing database is copied first. Raises `SchemaError` for a newer one.

    *upgrading* is called before an upgrade, which may take minutes.
    """
    found = refuse_foreign(database)
    if found == HEAD:
        return
    if found is not None:
        if upgrading is not None:
            upgrading()
        copy_database(database.path, backups_of(database.path) / f"schema-{found}-{now:%Y%m%dT%H%M%S}.db")
    with database.writing() as connection:
        if found is None and say_all(connection):
            _create(connection)
        else:
            _upgrade(connection)


def check(database: Database) -> None:
    """Raise where a reader would meet another schema than its own."""
    if refuse_foreign(database) != HEAD:
        raise StoreError(f"{database.path}: its schema is not up to date; run `watcher check` or `watcher run` once")


def refuse_foreign(database: Database) -> str | None:
    """Raise where the database is not ours, or of a newer version; tell its revision."""
    with database.reading() as connection:
        found = revision(connection, database.path)
    if found not in {HEAD, None}:
        _refuse_unknown(str(found), database.path)
    return found


def revision(connection: Connection, path: Path) -> str | None:
    """Read the revision of a database; None for an empty one."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables:
        raise DamagedError(f"{path}: a database, but not one of this program")
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if found is None:
        raise DamagedError(f"{path}: a database without a schema version")
    return str(found)


def _refuse_unknown(found: str, path: Path) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 – slow, and rarely needed

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if found not in known:
        raise SchemaError(
            f"{path}: written by a newer version of this program (schema {found}, this one knows {HEAD}); "
            "upgrade the program, or restore a backup made before the upgrade"
        )


def _create(connection: Connection) -> None:
    """Build a new database as all migrations would: loading Alembic takes longer than the rest of a first start."""
    metadata.create_all(connection, checkfirst=False)
    versions = Table("alembic_version", MetaData(), Column("version_num", String(32)))
    versions.append_constraint(PrimaryKeyConstraint("version_num", name="alembic_version_pkc"))
    versions.create(connection)
    connection.execute(versions.insert(), {"version_num": HEAD})
    reach("migrate.middle")


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 – slow, and rarely needed

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> Config:
    from alembic.config import Config  # noqa: PLC0415 – slow, and rarely needed

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
