"""The tables, and the types of their columns; the same on SQLite and PostgreSQL.

Columns hold what is searched or sorted by; the rest of a value is one JSON document (`watcher.store.codec`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeEngine

from watcher.known import Held, Known
from watcher.memory import SourceState
from watcher.model import Block, Event, Evidence, Reading
from watcher.store.codec import clean, decode, encode


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime: {value}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Write it at once as SQLAlchemy would for SQLite: an entry has three of them."""
        return _sqlite_instant if dialect.name == "sqlite" else super().bind_processor(dialect)  # type: ignore[return-value]

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(maxsize=256)
def _sqlite_instant(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a naive datetime: {value}")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


class String(TypeDecorator[str]):
    """Text from outside, without what a database cannot hold."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return _cleaned(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        """Clean at once, without the layers between: an entry has eight texts."""
        return _cleaned


def _cleaned(value: str | None) -> str | None:
    return None if value is None else clean(value)


class Document(TypeDecorator[Any]):
    """A whole value of type *kind* as JSON. The engine passes JSON through as text (`engine.connect_to`)."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        return _encoded(self.kind, value)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        """Encode at once, without the layers between."""
        return partial(_encoded, self.kind)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return None if value is None else decode(self.kind, value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:  # noqa: ARG002
        return self


def _encoded(kind: Any, value: object) -> str | None:
    if value is None:
        return None
    return "[]" if value == () else encode(kind, value)


_ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""Only INTEGER counts up by itself on SQLite."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

titles = Table(
    "titles",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    # What the reader looks for; when it changes, older entries are read once more.
    Column("wanted", String, nullable=False),
    Column("first_seen", Instant, nullable=False),
    # Entries first seen before this have not been read for this title; NULL when all have.
    Column("read_before", Instant),
    Column("snoozed_until", Instant),
    Column("paused", Boolean, nullable=False, default=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", String, primary_key=True),
    # The later of next_look and not_before; NULL is due at once.
    Column("due", Instant, index=True),
    Column("last_look", Instant),
    Column("state", Document(SourceState), nullable=False),
)

entries = Table(
    "entries",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("source_id", String, nullable=False),
    Column("key", String, nullable=False),
    Column("entry_id", String, nullable=False),
    Column("link", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    # Numbers for the three columns above (`rows.near`): their indexes stay small, and what one look asks lies together.
    Column("entry_id_hash", BigInteger, index=True),
    Column("link_hash", BigInteger, index=True),
    Column("fingerprint_hash", BigInteger, index=True),
    Column("digest", String, nullable=False),
    Column("title", String, nullable=False),
    Column("url", String),
    Column("published", Instant),
    Column("first_seen", Instant, nullable=False),
    Column("last_seen", Instant, nullable=False),
    UniqueConstraint("source_id", "key"),
)

# Apart from the entries, so that retention frees whole pages; the identities above are never pruned.
texts = Table(
    "texts",
    metadata,
    Column("entry_id", _ROW_ID, ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    # When the text was last read from its source.
    Column("since", Instant, nullable=False, index=True),
    Column("blocks", Document(tuple[Block, ...]), nullable=False),
    # The record of a catalogue, which is judged in place of a text.
    Column("data", Document(dict[str, Any])),
    # In place of blocks: the text as its feed wrote it and the address it stands at, laid out when it is read.
    Column("markup", String),
    Column("base", String),
)

judged = Table(
    "judged",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("source_id", String, nullable=False),
    Column("entry_key", String, nullable=False),
    Column("title_id", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("outcome", String, nullable=False),
    # Kept beside the reading, which retention lets go first.
    Column("verdict", String, nullable=False),
    Column("relevant", Boolean, nullable=False),
    Column("url", String, index=True),
    Column("headline", String, nullable=False),
    Column("reasons", Document(tuple[str, ...]), nullable=False),
    Column("refs", Document(tuple[str, ...]), nullable=False),
    Column("reading", Document(Reading)),
    Index(None, "source_id", "entry_key"),
    Index(None, "title_id", "at"),
)

knowledge = Table(
    "knowledge",
    metadata,
    Column("title_id", String, primary_key=True),
    # Counts up with each change; a writer must name the version it has read.
    Column("version", Integer, nullable=False),
    Column("known", Document(Known), nullable=False),
    Column("held", Document(tuple[Held, ...]), nullable=False),
)

events = Table(
    "events",
    metadata,
    # The order of telling; `at` may repeat.
    Column("seq", _ROW_ID, primary_key=True, autoincrement=True),
    Column("ref", String, nullable=False, unique=True),
    Column("title_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("event", Document(Event), nullable=False),
    Index(None, "title_id", "at"),
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    Column("ref", String, ForeignKey("events.ref", ondelete="CASCADE"), nullable=False),
    Column("publisher", String, nullable=False),
    # Empty where the evidence has no address: NULLs would never be equal to each other.
    Column("url", String, nullable=False),
    Column("evidence", Document(Evidence), nullable=False),
    UniqueConstraint("ref", "publisher", "url"),
)

notices = Table(
    "notices",
    metadata,
    Column("ref", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("text", String, nullable=False),
    Column("at", Instant, nullable=False),
    # NULL while it holds: one open notice per type and subject.
    Column("closed", Instant),
    Index(
        "uq_notices_open",
        "type",
        "subject",
        unique=True,
        # Of the migrations' two conditions only this one: the other would load all of PostgreSQL's dialect.
        sqlite_where=text("closed IS NULL"),
    ),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", _ROW_ID, primary_key=True, autoincrement=True),
    # Of an event or a notice.
    Column("ref", String, nullable=False),
    Column("channel_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created", Instant, nullable=False),
    Column("due", Instant, nullable=False),
    Column("slot", String, nullable=False),
    # Counted before sending, so that a crash counts too.
    Column("attempts", Integer, nullable=False),
    Column("repeat", Boolean, nullable=False),
    Column("last_error", String, nullable=False),
    # When it was last claimed.
    Column("tried", Instant),
    Column("sent", Instant),
    UniqueConstraint("ref", "channel_id"),
    Index(None, "state", "due"),
)

channels = Table(
    "channels",
    metadata,
    Column("id", String, primary_key=True),
    # Nothing is claimed for this channel before (Retry-After, outage).
    Column("hold_until", Instant),
    Column("broken_since", Instant),
    # Consecutive ones.
    Column("failures", Integer, nullable=False),
    Column("last_sent", Instant),
    Column("last_error", String, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("channel_id", String, primary_key=True),
    # ``daily@2026-11-21``: a digest that has gone out, and never goes out again when the clock steps back.
    Column("slot", String, primary_key=True),
    Column("sent", Instant, nullable=False),
)

meta = Table(
    "meta",
    metadata,
    # ``created``, ``restored``.
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)


def say_all(connection: Connection) -> bool:
    """Say whether these tables are all that the migrations build: PostgreSQL's partial index stands there only."""
    return connection.dialect.name == "sqlite"
