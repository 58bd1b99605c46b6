"""The numbers by which entries are found lie together by source, links by host.

Revision: 0004.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_AT_ONCE = 10_000
_COLUMNS = ("entry_id", "link", "fingerprint")
_INDEXES = {f"ix_entries_{name}_hash": f"{name}_hash" for name in _COLUMNS}
_entries = sa.table("entries", *map(sa.column, ["id", "source_id", *_COLUMNS, *_INDEXES.values()]))


def upgrade() -> None:
    """Work them out anew; their indexes are built once, at the end."""
    for index in _INDEXES:
        op.drop_index(index, table_name="entries")
    if not op.get_context().as_sql:  # a script written for later sees no rows
        _renumber(op.get_bind())
    for index, column in _INDEXES.items():
        op.create_index(index, "entries", [column])


def _renumber(connection: sa.Connection) -> None:
    columns = [_entries.c[name] for name in ("id", "source_id", *_COLUMNS)]
    page = sa.select(*columns).where(_entries.c.id > sa.bindparam("last")).order_by(_entries.c.id).limit(_AT_ONCE)
    change = _entries.update().where(_entries.c.id == sa.bindparam("of_id"))
    change = change.values({name: sa.bindparam(f"new_{name}") for name in _INDEXES.values()})
    last = 0
    while rows := connection.execute(page, {"last": last}).all():
        connection.execute(change, [_numbers(row) for row in rows])
        last = rows[-1].id


def _numbers(row: sa.Row[Any]) -> dict[str, object]:
    id_, source_id, entry_id, link, fingerprint = tuple(row)
    host = str(link)[2:].partition("/")[0] if str(link).startswith("//") else ""
    return {
        "of_id": id_,
        "new_entry_id_hash": _near(source_id, entry_id),
        "new_link_hash": _near(host, link),
        "new_fingerprint_hash": _near(source_id, fingerprint),
    }


def _near(place: object, text: object) -> int | None:
    return int.from_bytes(b"".join(map(_half, (place, text))), "big", signed=True) if text else None


def _half(text: object) -> bytes:
    return blake2b(str(text).encode("utf-8", "replace"), digest_size=4).digest()
