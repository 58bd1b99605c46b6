"""How Alembic runs our migrations: all pending ones in the transaction that `watcher.store.migrate` has begun."""

from __future__ import annotations

from alembic import context

from watcher.failpoint import reach
from watcher.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
reach("migrate.middle")
