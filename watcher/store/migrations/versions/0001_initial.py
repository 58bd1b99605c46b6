"""The first schema.

Revision: 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_INSTANT = sa.DateTime(timezone=True)
_ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Create every table."""
    _titles()
    _sources()
    _entries()
    _texts()
    _judged()
    _knowledge()
    _events()
    _confirmations()
    _notices()
    _deliveries()
    _channels()
    _slots()
    _meta()


def _titles() -> None:
    op.create_table(
        "titles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.Column("read_before", _INSTANT),
        sa.Column("snoozed_until", _INSTANT),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_titles"),
    )


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("due", _INSTANT),
        sa.Column("last_look", _INSTANT),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
    )
    op.create_index("ix_sources_due", "sources", ["due"])


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("entry_id_hash", sa.BigInteger()),
        sa.Column("link_hash", sa.BigInteger()),
        sa.Column("fingerprint_hash", sa.BigInteger()),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("published", _INSTANT),
        sa.Column("first_seen", _INSTANT, nullable=False),
        sa.Column("last_seen", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.UniqueConstraint("source_id", "key", name="uq_entries_source_id_key"),
    )
    op.create_index("ix_entries_entry_id_hash", "entries", ["entry_id_hash"])
    op.create_index("ix_entries_fingerprint_hash", "entries", ["fingerprint_hash"])
    op.create_index("ix_entries_link_hash", "entries", ["link_hash"])


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column("entry_id", _ROW_ID, autoincrement=False, nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("blocks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name="fk_texts_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_texts"),
    )
    op.create_index("ix_texts_since", "texts", ["since"])


def _judged() -> None:
    op.create_table(
        "judged",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("entry_key", sa.Text(), nullable=False),
        sa.Column("title_id", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("relevant", sa.Boolean(), nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("refs", sa.JSON(), nullable=False),
        sa.Column("reading", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_judged"),
    )
    op.create_index("ix_judged_at", "judged", ["at"])
    op.create_index("ix_judged_source_id_entry_key", "judged", ["source_id", "entry_key"])
    op.create_index("ix_judged_title_id_at", "judged", ["title_id", "at"])
    op.create_index("ix_judged_url", "judged", ["url"])


def _knowledge() -> None:
    op.create_table(
        "knowledge",
        sa.Column("title_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("held", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("title_id", name="pk_knowledge"),
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("seq", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("title_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.UniqueConstraint("ref", name="uq_events_ref"),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_index("ix_events_title_id_at", "events", ["title_id", "at"])


def _confirmations() -> None:
    op.create_table(
        "confirmations",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["ref"], ["events.ref"], name="fk_confirmations_ref", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_confirmations"),
        sa.UniqueConstraint("ref", "publisher", "url", name="uq_confirmations_ref_publisher_url"),
    )


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("closed", _INSTANT),
        sa.PrimaryKeyConstraint("ref", name="pk_notices"),
    )
    op.create_index(
        "uq_notices_open",
        "notices",
        ["type", "subject"],
        unique=True,
        sqlite_where=sa.text("closed IS NULL"),
        postgresql_where=sa.text("closed IS NULL"),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", _ROW_ID, autoincrement=True, nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created", _INSTANT, nullable=False),
        sa.Column("due", _INSTANT, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("tried", _INSTANT),
        sa.Column("sent", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.UniqueConstraint("ref", "channel_id", name="uq_deliveries_ref_channel_id"),
    )
    op.create_index("ix_deliveries_state_due", "deliveries", ["state", "due"])


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hold_until", _INSTANT),
        sa.Column("broken_since", _INSTANT),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_sent", _INSTANT),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_channels"),
    )


def _slots() -> None:
    op.create_table(
        "slots",
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("sent", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "slot", name="pk_slots"),
    )


def _meta() -> None:
    op.create_table(
        "meta",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
