"""Answers that belong together become one: a work and its sequels, the pages of a list, the parts of an index.

In:    what was parsed of each answer, the source's own first.
Out:   one `Parsed`.
Never: network, disk, clock.

A catalogue's page of a work often says no more of a sequel than that it is one. That stub and the sequel's own page are
one record here: the page tells what it is and when, the stub whose it is and which season.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from watcher.model import Block, BlockKind, Entry
from watcher.sources.parsed import Parsed


def joined(answers: Sequence[Parsed]) -> Parsed:
    """Make one answer of several; an entry that two of them have is one entry."""
    first = answers[0]
    entries: dict[str, Entry] = {}
    for entry in (entry for one in answers for entry in one.entries):
        known = entries.get(entry.id)
        entries[entry.id] = entry if known is None else _merged(known, entry)
    return replace(
        first,
        entries=tuple(numbered(entries.values())),
        warnings=tuple(dict.fromkeys(warning for one in answers for warning in one.warnings)),
        dropped=sum(one.dropped for one in answers),
        closed=all(one.closed for one in answers),
        further=(),
    )


def _merged(first: Entry, second: Entry) -> Entry:
    """Make one entry of two; records complete each other, of texts the first stays."""
    if not (first.data and second.data):
        return first
    stub, full = (first, second) if first.data.get("stub") else (second, first)
    aliases = {block.text: block for block in (*full.blocks, *stub.blocks)}
    return replace(full, blocks=tuple(aliases.values()), data=_data(stub.data, full.data))


def _data(stub: Mapping[str, Any], full: Mapping[str, Any]) -> dict[str, Any]:
    said = full.get("season_number")
    # A sequel's own page calls itself season 1 for want of a number; 0 says that it is no season at all.
    season = stub.get("season_number") if said in {None, 1} else said
    data = {**stub, **full, "season_number": season, "ids": _ids(stub.get("ids"), full.get("ids"))}
    data.pop("stub", None)
    return data


def _ids(*both: object) -> dict[str, Any]:
    """Keep the ids of the work that is followed beside those of the sequel: a watcher may know either."""
    found: dict[str, list[Any]] = {}
    for ids in both:
        for name, value in ids.items() if isinstance(ids, Mapping) else ():
            kept = found.setdefault(name, [])
            kept += [one for one in (value if isinstance(value, list) else [value]) if one not in kept]
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def numbered(entries: Iterable[Entry]) -> list[Entry]:
    """Number the seasons that have no number of their own: each is the one after what it follows.

    What is no season (0, a film between two) does not count, but what follows it does. Each is known by the ids of all
    that it follows, too.
    """
    records = {entry.id: entry for entry in entries}
    before = {after: entry for entry in records.values() for after in _followers(entry)}
    return [_placed(entry, _line(entry, before)) for entry in records.values()]


def _followers(entry: Entry) -> list[str]:
    catalogue = entry.id.partition(":")[0]
    related = [one for one in entry.data.get("relations", ()) if one.get("type") == "SEQUEL"]
    return [f"{catalogue}:{one.get('id')}" for one in related]


def _line(entry: Entry, before: Mapping[str, Entry]) -> list[Entry]:
    """List what a record follows, the first of all first; a circle is cut."""
    line = [entry]
    while (earlier := before.get(line[0].id)) is not None and earlier not in line:
        line.insert(0, earlier)
    return line[:-1]


def _placed(entry: Entry, line: Sequence[Entry]) -> Entry:
    if not line:
        return entry
    number: int | None = None
    for one in (*line, entry):
        own = one.data.get("season_number")
        number = own or (number if own == 0 else number and number + 1)
    season = 0 if entry.data.get("season_number") == 0 else number
    ids = _ids(*(one.data.get("ids") for one in (*line, entry)))
    names = [name for one in line for name in (one.data.get("name"), *(block.text for block in one.blocks)) if name]
    aliases = {block.text: block for block in (*entry.blocks, *map(_alias, names))}
    data = {**entry.data, "season_number": season, "ids": ids}
    return replace(entry, blocks=tuple(aliases.values()), data=data)


def _alias(name: str) -> Block:
    return Block(kind=BlockKind.LIST_ITEM, text=name)
