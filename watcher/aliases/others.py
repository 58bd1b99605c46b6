"""Which names of other works the reader is told of: worked out from the alias data once for a set of titles.

Of tens of thousands of names only those matter that hold a watched name, and those of a watched work's films: a few
hundred. They are kept beside what else is remembered, under a digest of the titles and the data.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from watcher import __version__
from watcher.errors import StoreError
from watcher.model import Title
from watcher.read.shadows import Family, Shadows, host_of, siblings
from watcher.read.text import key
from watcher.store import Store, TransientError
from watcher.store.engine import batches
from watcher.store.works import Place, Works, files_in, folder_of
from watcher.works import Work, WorkKind

NOTE = "other-names"
MOST = 5_000
"""Names that are kept; beyond that a watched name is one that is in everything."""
_REMOVES = 2
_FILMS = frozenset({WorkKind.FILM, WorkKind.OVA})


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
    try:
        with Works(folder) as works:
            return _found(titles, works) if works else ()
    except StoreError:
        return ()


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
    return tuple(dict.fromkeys(islice(_misleading(titles, works), MOST)))


def _misleading(titles: Sequence[Title], works: Works) -> Iterator[str]:
    """Yield names, a few hundred works at a time: a watched name that is in everything must not fill the memory."""
    shadows = Shadows(titles)
    families = families_of(titles, works)
    for some in batches(shadows.suspects(works.names())):
        listed = works.works(some).values()
        among = _keys_of_series(listed, titles, works)
        for work in listed:
            yield from shadows.names(work, families, among)
    for family in families:
        related = _works_of(family.related, works)
        among = _keys_of_series(related, titles, works)
        for work in related:
            yield from siblings(work, family, among)


def _keys_of_series(listed: Iterable[Work], titles: Sequence[Title], works: Works) -> frozenset[str]:
    """Collect those names of films that a series has as well, or a watched title: they tell nothing."""
    films = {key(name) for work in listed if work.kind in _FILMS for name in work.names}
    called = works.called(films)
    found = works.works({place for places in called.values() for place in places})
    series = {form for form, places in called.items() if any(found[place].kind not in _FILMS for place in places)}
    return frozenset(series | films.intersection(key(name) for title in titles for name in title.names))


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
