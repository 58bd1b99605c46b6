"""Search imported alias data for a name, and complete with it what catalogues offer.

In:    words; candidates; the opened data.
Out:   `Candidate`s; for one of them the seasons that there are.
Never: the network. What the data does not say is left open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from watcher.discover.candidate import SHARED_IDS, Candidate, Season, cleaned, plain, seasons_of
from watcher.read.text import key
from watcher.sources.records import is_part, season_in
from watcher.store.works import Place, Works
from watcher.works import Work, WorkKind

_OFFERED = 10
_LEAST = 2
"""Letters of a name that is looked for inside of others."""
_PAGES = {
    "anilist": "https://anilist.co/anime/{}", "mal": "https://myanimelist.net/anime/{}",
    "bangumi": "https://bgm.tv/subject/{}", "kitsu": "https://kitsu.app/anime/{}",
}  # fmt: skip


def offers(words: str, works: Works) -> tuple[Candidate, ...]:
    """Find works by name: the whole name first, then names that hold it, short ones before long ones."""
    form = key(words).replace("\n", "")
    if not form:
        return ()
    places = works.called({form}).get(form, [])
    if len(form) >= _LEAST or not form.isascii():
        places = list(dict.fromkeys([*places, *works.holding(form, limit=_OFFERED)]))
    found = works.works(places[: 2 * _OFFERED])
    return tuple(_candidate(found[place], works.name_of(place), words) for place in places if place in found)


def completing(candidates: Iterable[Candidate], works: Works) -> tuple[Candidate, ...]:
    """Find the works that catalogues offer by their ids, whatever they are called in the data."""
    refs = {ref for candidate in candidates for ref in _refs(candidate)}
    places = list(dict.fromkeys(place for found in works.having(refs).values() for place in found))
    found = works.works(places)
    return tuple(_candidate(found[place], works.name_of(place), "") for place in places)


def with_seasons(candidate: Candidate, works: Works) -> Candidate:
    """Tell which seasons there are of the series that a candidate belongs to."""
    places = {place for found in works.having(set(_refs(candidate))).values() for place in found}
    own = list(works.works(places).values())
    if not own:
        return candidate
    seasons = _seasons([*own, *_series_of(own, works)], own)
    return replace(candidate, seasons=seasons_of((*candidate.seasons, *seasons)))


def _refs(candidate: Candidate) -> list[str]:
    return [f"{name}:{number}" for name, number in candidate.ids.items() if name in SHARED_IDS]


def _candidate(work: Work, catalogue: str, words: str) -> Candidate:
    name = next((one for one in work.names if words and plain(one) == plain(words)), work.names[0])
    page = next((_PAGES[place].format(work.ids[place]) for place in _PAGES if place in work.ids), "")
    return cleaned(
        Candidate(
            catalogues=(catalogue,),
            name=name,
            names=(name, *(one for one in work.names if one != name)),
            year=work.year,
            format=work.format,
            status=work.status,
            maker=", ".join(work.studios[:2]),
            country=work.country,
            ids=dict(work.ids),
            site=work.site,
            services=work.services,
            link=page,
        )
    )


def _series_of(own: Sequence[Work], works: Works) -> list[Work]:
    """Find the other seasons: by what they share, and among related works by their names."""
    shared = {work.part_of for work in own if work.part_of}
    related = {ref for work in own for ref in work.related}
    stems = [stem for work in own for name in work.names if len(stem := _stem(name)) >= _LEAST]
    same = _all(works.having(shared), works)
    near = _all(works.having(related), works)
    further = _all(works.having({ref for work in near for ref in work.related}), works)
    named = [
        work for work in (*near, *further)
        if any(plain(name).startswith(stem) for name in work.names for stem in stems)
    ]  # fmt: skip
    return [work for work in (*same, *named) if work.kind is WorkKind.SERIES]


def _all(found: dict[str, list[Place]], works: Works) -> list[Work]:
    places = {place for some in found.values() for place in some}
    return list(works.works(places).values()) if places else []


def _stem(name: str) -> str:
    """Give a name without what names a season."""
    number = season_in(name)
    bare = name.rsplit(" ", 1)[0] if number and " " in name else name
    return plain(bare)


def _seasons(found: Sequence[Work], own: Sequence[Work]) -> tuple[Season, ...]:
    """Number the seasons; one without a number is the first if none began before it."""
    seasons: list[Season] = []
    ordered = sorted((work for work in found if work.kind is WorkKind.SERIES), key=lambda work: work.begin or "9")
    for place, work in enumerate(ordered):
        number = work.season or season_in(*work.names) or (1 if place == 0 or work in own else None)
        if number is not None and not is_part(*work.names):
            seasons.append(Season(number=number, begin=work.begin))
    return seasons_of(seasons)
