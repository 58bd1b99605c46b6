"""What a source would yield: the answer behind ``watcher try``, and how parsing is measured.

In:    bytes, a `ParseContext`, optionally the kind.
Out:   `Trial`; never raises for what is in the bytes.
Never: network, disk, clock, state. New items are told by the code that polling uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from watcher.config.settings import Selectors
from watcher.errors import ParseError
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources.identity import recognise
from watcher.sources.kinds import KINDS, sniff
from watcher.sources.parsed import ParseContext, Parsed

_EARLIER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry as shown to a person."""

    date: str | None
    title: str
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What was found, or why nothing was."""

    kind: str
    items: tuple[Item, ...] = ()
    error: str = ""
    reason: str = ""
    selectors: Selectors | None = None
    warnings: tuple[str, ...] = ()
    parsed: Parsed | None = None

    def as_json(self) -> dict[str, Any]:
        """Give the form that ``watcher try --json`` prints."""
        items = [{"date": item.date, "title": item.title, "link": item.link} for item in self.items]
        return {"kind": self.kind, "items": items, "error": self.error or None}


def try_bytes(body: bytes, context: ParseContext, kind: str | None = None) -> Trial:
    """Parse bytes as *kind*, or as what they look like."""
    named = kind or sniff(body, context.content_type)
    try:
        parsed = KINDS[named].parse(body, context)
    except ParseError as error:
        return Trial(kind=named, error=str(error), reason=error.reason)
    return Trial(
        kind=parsed.kind,
        items=tuple(map(_item, parsed.entries)),
        selectors=parsed.selectors,
        warnings=parsed.warnings,
        parsed=parsed,
    )


def _item(entry: Entry) -> Item:
    date = entry.published.date().isoformat() if entry.published else None
    return Item(date=date, title=entry.title, link=entry.link)


def new_between(before: Trial | Parsed, after: Trial | Parsed) -> tuple[Item, ...]:
    """Give what a poll would call new after *before* was seen; nothing where either cannot be read."""
    first, second = _parsed(before), _parsed(after)
    if first is None or second is None:
        return ()
    state = SourceState(source_id="trial")
    known = recognise(first.entries, (), source_id="trial", state=state, now=_EARLIER)
    state = SourceState(source_id="trial", first_look=_EARLIER, entries_last=len(first.entries))
    found = recognise(second.entries, known.records, source_id="trial", state=state, now=_EARLIER)
    return tuple(map(_item, found.new))


def _parsed(one: Trial | Parsed) -> Parsed | None:
    return one.parsed if isinstance(one, Trial) else one
