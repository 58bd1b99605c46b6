"""Which names of other works the reader is told of: worked out from the alias data once for a set of titles.

Of tens of thousands of names only those matter that hold a watched name, and those of a watched work's films: a few
hundred. They are kept beside what else is remembered, under a digest of the titles and the data.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path

from watcher import __version__
from watcher.errors import StoreError
from watcher.model import Title
from watcher.read.shadows import Family, Shadows, host_of, siblings
from watcher.read.text import key
from watcher.store import Store, TransientError
from watcher.store.works import Place, Works, files_in, folder_of
from watcher.works import Work, WorkKind

NOTE = "other-names"
MOST = 5_000
"""Names that are kept; beyond that a watched name is one that is in everything."""
_REMOVES = 2


def other_names(titles: Sequence[Title], store: Store, *, keep: bool = True) -> tuple[str, ...]:
    """Give the names that would be misread as a watched one; none where there is no data, or it cannot be read."""
    folder = folder_of(store.path)
    try:
        digest = _digest(titles, folder) if titles else ""
        if not digest:
            return ()
        known = json.loads(store.noted(NOTE) or "{}")
        return tuple(known["names"]) if known.get("of") == digest else _anew(titles, store, digest, keep=keep)
    except (StoreError, OSError):
        return ()  # `watcher doctor` says so; reading goes on without


def other_names_in(titles: Sequence[Title], folder: Path) -> tuple[str, ...]:
    """Work the names out anew, for a command that looks once."""
    with Works(folder) as works:
        return _found(titles, works) if works else ()


def _anew(titles: Sequence[Title], store: Store, digest: str, *, keep: bool) -> tuple[str, ...]:
    with Works(folder_of(store.path)) as works:
        names = _found(titles, works) if works else ()
        if keep and not works.broken:
            with suppress(TransientError):  # then they are worked out once more
                store.note(NOTE, json.dumps({"of": digest, "names": names}, ensure_ascii=False))
    return names


def _digest(titles: Sequence[Title], folder: Path) -> str:
    """Tell titles and data apart without opening the data; empty where there is none."""
    files = [(file.name, file.stat()) for file in files_in(folder)]
    if not files:
        return ""
    parts: list[object] = [__version__, *((name, found.st_size, found.st_mtime_ns) for name, found in files)]
    parts += [(one.id, one.names, sorted(one.also), sorted(map(str, one.ids.items())), one.official) for one in titles]
    return blake2b(repr(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()


def _found(titles: Sequence[Title], works: Works) -> tuple[str, ...]:
    shadows = Shadows(titles)
    families = families_of(titles, works)
    suspects = works.works(shadows.suspects(works.names()))
    related = _works_of(chain.from_iterable(family.related for family in families), works)
    among = _keys_of_series([*suspects.values(), *related], families)
    names = chain(
        chain.from_iterable(shadows.names(work, families, among) for work in suspects.values()),
        (name for family in families for work in related for name in siblings(work, family, among)),
    )
    return tuple(dict.fromkeys(islice(names, MOST)))


def _keys_of_series(listed: Sequence[Work], families: Sequence[Family]) -> frozenset[str]:
    """Collect the names that a series has: where a film shares one, the name tells nothing."""
    series = (work for work in listed if work.kind not in {WorkKind.FILM, WorkKind.OVA})
    watched = (name for family in families for name in family.title.names)
    return frozenset(map(key, chain(watched, chain.from_iterable(work.names for work in series))))


def families_of(titles: Sequence[Title], works: Works) -> list[Family]:
    """Find the watched works in the data, and what is related to them."""
    by_name = works.called({key(name) for title in titles for name in title.names})
    by_ref = works.having({f"{name}:{number}" for title in titles for name, number in title.ids.items()})
    return [_family(title, by_name, by_ref, works) for title in titles]


def _family(title: Title, by_name: dict[str, list[Place]], by_ref: dict[str, list[Place]], works: Works) -> Family:
    refs = [f"{name}:{number}" for name, number in title.ids.items()]
    places = {place for ref in refs for place in by_ref.get(ref, ())}
    places = places or {place for name in title.names for place in by_name.get(key(name), ())}
    found = works.works(places).values() if places else ()
    family = Family(title=title, own={*refs, *(ref for work in found for ref in work.refs)})
    family.hosts = {*title.official, *(host_of(work.site) for work in found)} - {""}
    step = {ref for work in found for ref in (*work.related, *filter(None, [work.part_of]))} - family.own
    for _ in range(_REMOVES):
        family.related |= step
        near = _works_of(step, works)
        step = {ref for work in near for ref in (*work.refs, *work.related)} - family.related - family.own
    family.related |= step
    return family


def _works_of(refs: Collection[str] | Iterator[str], works: Works) -> list[Work]:
    wanted = set(refs)
    places = {place for found in works.having(wanted).values() for place in found} if wanted else set()
    return list(works.works(places).values()) if places else []
