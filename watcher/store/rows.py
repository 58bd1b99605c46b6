"""Rows ↔ values, where more than one module needs them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from watcher.memory import Judged, Outcome, SeenEntry
from watcher.model import Event, Notice, NoticeType, Reading, TextVerdict
from watcher.sources.markup import Markup
from watcher.store.engine import batches
from watcher.store.tables import confirmations, entries, events, notices, texts

_ENTRY = tuple(name for name in SeenEntry.__dataclass_fields__ if name not in {"blocks", "data"})
_TEXT = (texts.c.blocks, texts.c.markup, texts.c.base, texts.c.data)
_HALF = 4
"""Bytes of a number for the place, and as many for what lies there."""


def entry_row(entry: SeenEntry) -> dict[str, object]:
    """Turn an entry, without its text, into a row with the digests it is found by."""
    row: dict[str, object] = {name: getattr(entry, name) for name in _ENTRY}
    # A GUID such as "1" is in many sources; a link is the same story everywhere, and asked for without a source.
    row["entry_id_hash"] = near(entry.source_id, entry.entry_id) if entry.entry_id else None
    row["link_hash"] = link_near(entry.link) if entry.link else None
    row["fingerprint_hash"] = near(entry.source_id, entry.fingerprint) if entry.fingerprint else None
    return row


def near(place: str, text: str) -> int:
    """Digest *text* to a number that fits a 64-bit column and lies beside those of the same *place*.

    A look asks for the entries of one source: so it reads and writes a page or two of an index, not one for each entry.
    Different texts may rarely have the same number; whoever searches by it compares what it finds.
    """
    number = _half(place) + blake2b(text.encode("utf-8", "replace"), digest_size=_HALF).digest()
    return int.from_bytes(number, "big", signed=True)


def link_near(link: str) -> int:
    """Digest a canonical link, beside those of the same host."""
    return near(link[2:].partition("/")[0] if link.startswith("//") else "", link)


@lru_cache(maxsize=256)
def _half(place: str) -> bytes:
    return blake2b(place.encode("utf-8", "replace"), digest_size=_HALF).digest()


def text_row(entry: SeenEntry) -> dict[str, object]:
    """Turn what can be read of an entry into a row."""
    late = entry.blocks if isinstance(entry.blocks, Markup) else None
    return {
        "of_source": entry.source_id,
        "of_key": entry.key,
        "since": entry.last_seen,
        "blocks": () if late else tuple(entry.blocks),
        "markup": late.text if late else None,
        "base": late.base if late else None,
        "data": dict(entry.data) or None,
    }


def entry_query(*, with_texts: bool) -> Select[Any]:
    """Select what `to_entry` needs."""
    columns = [entries.c[name] for name in _ENTRY]
    if not with_texts:
        return select(*columns)
    return select(*columns, *_TEXT).outerjoin_from(entries, texts, texts.c.entry_id == entries.c.id)


def to_entry(row: Row[Any]) -> SeenEntry:
    """Build an entry from a row of `entry_query`."""
    fields = row._asdict()
    markup, base = fields.pop("markup", None), fields.pop("base", None)
    fields["blocks"] = fields.get("blocks") or () if markup is None else Markup(markup, base or "")
    fields["data"] = fields.get("data") or {}
    return SeenEntry(**fields)


def read_entries(
    connection: Connection, *where: ColumnElement[bool], with_texts: bool = False, newest: int | None = None
) -> tuple[SeenEntry, ...]:
    """Read entries in the order they came, or the *newest* few, newest first."""
    query = entry_query(with_texts=with_texts).where(*where)
    query = query.order_by(entries.c.id) if newest is None else query.order_by(entries.c.id.desc()).limit(newest)
    return tuple(map(to_entry, connection.execute(query)))


def judged_row(one: Judged) -> dict[str, object]:
    """Turn a judged entry into a row."""
    row: dict[str, object] = {name: getattr(one, name) for name in Judged.__dataclass_fields__}
    return {**row, "verdict": one.reading.verdict, "relevant": one.reading.relevant}


def to_judged(row: Row[Any]) -> Judged:
    """Build the value; where retention has let the reading go, its verdict remains."""
    fields = row._asdict()
    verdict, relevant = TextVerdict(fields.pop("verdict")), fields.pop("relevant")
    if fields["reading"] is None:
        fields["reading"] = Reading(title_id=row.title_id, relevant=relevant, verdict=verdict)
    fields["outcome"] = Outcome(fields["outcome"])
    del fields["id"]
    return Judged(**fields)


def find_event(connection: Connection, ref: str) -> Event | None:
    """Look an event up, with its later confirmations."""
    event = connection.execute(select(events.c.event).where(events.c.ref == ref)).scalar()
    return None if event is None else with_confirmations(connection, event)


def find_events(connection: Connection, refs: Iterable[str]) -> dict[str, Event]:
    """Look many events up, with their later confirmations, by reference."""
    found: dict[str, Event] = {}
    for some in batches(refs):
        rows = connection.execute(select(events.c.ref, events.c.event).where(events.c.ref.in_(some)))
        found.update((row.ref, row.event) for row in rows)
        later = select(confirmations.c.ref, confirmations.c.evidence).where(confirmations.c.ref.in_(some))
        for ref, evidence in connection.execute(later.order_by(confirmations.c.id)):
            found[ref] = replace(found[ref], evidence=(*found[ref].evidence, evidence))
    return found


def with_confirmations(connection: Connection, event: Event) -> Event:
    """Put evidence that came later behind that which the event was told with."""
    query = select(confirmations.c.evidence).where(confirmations.c.ref == event.ref).order_by(confirmations.c.id)
    later = tuple(connection.execute(query).scalars())
    return replace(event, evidence=(*event.evidence, *later)) if later else event


def find_notice(connection: Connection, ref: str) -> Notice | None:
    """Look a notice up."""
    row = connection.execute(select(notices).where(notices.c.ref == ref)).one_or_none()
    return None if row is None else to_notice(row)


def find_notices(connection: Connection, refs: Iterable[str]) -> dict[str, Notice]:
    """Look many notices up, by reference."""
    return {
        row.ref: to_notice(row)
        for some in batches(refs)
        for row in connection.execute(select(notices).where(notices.c.ref.in_(some)))
    }


def to_notice(row: Row[Any]) -> Notice:
    """Build a notice from a row."""
    return Notice(ref=row.ref, type=NoticeType(row.type), subject=row.subject, text=row.text, at=row.at)
