"""Which places are worth looking at for a work, as blocks for the configuration file.

In:    a `Candidate`, what is looked at already, who is trusted.
Out:   the host that speaks for the work, `Proposal`s of sources, names of packs.
Never: network, disk, clock. Nothing that is looked at already is proposed again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from watcher.config import values
from watcher.config.settings import Config
from watcher.config.values import literal_address, slug
from watcher.config.wrong import WrongError
from watcher.discover import anilist
from watcher.discover.candidate import Candidate, plain
from watcher.discover.search import CATALOGUES, place
from watcher.model import Tier
from watcher.sources.identity import canonical

_OPENING = re.compile(r"/?(?:(?:index|home|top)\.\w+|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE)
"""The path of a site's first page: none, a file's usual name, or a language."""
_ANIME_PACKS = ("anime-press-en", "licensors")
_JAPANESE_PACKS = ("anime-press-ja", "studios")
_SERIES_PACKS = ("tv-trades",)
_LEAST_LIKENESS = 4
_CURATED = {"AniList", "bangumi-data"}
"""Lists whose official sites are those of the work itself, whatever they are called."""

TierOf = Callable[[str], Tier]
"""Say how far the publisher at an address is trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A ``[[source]]`` block that may be written."""

    name: str
    kind: str
    url: str
    tier: Tier | None = None
    tz: str = ""
    why: str = ""

    def table(self, title: str, taken: Sequence[str]) -> dict[str, Any]:
        """Give the block's keys in the order in which they are written; its id is none of *taken*."""
        keys: dict[str, Any] = {"id": _free(slug(self.name), taken), "name": self.name, "kind": self.kind}
        keys |= {"url": self.url, "titles": [title]}
        keys |= {"tier": int(self.tier)} if self.tier else {}
        return keys | ({"tz": self.tz} if self.tz else {})


def own_host(candidate: Candidate, tier_of: TierOf) -> str:
    """Give the host that speaks for this work and for nothing else; empty where its page lives on a shared site.

    What stands on such a host need not even name the work to be believed, so in doubt there is none.
    """
    host = (urlsplit(candidate.site).hostname or "").removeprefix("www.")
    if literal_address(host) is not None or tier_of(candidate.site) is not Tier.UNKNOWN:
        return ""
    try:
        host = values.host(host)
    except WrongError:
        return ""
    alone = bool(_OPENING.fullmatch(urlsplit(candidate.site).path))
    return host if alone and (_CURATED & set(candidate.catalogues) or _resembles(host, candidate)) else ""


def _resembles(host: str, candidate: Candidate) -> bool:
    letters = plain(host.rsplit(".", 1)[0]).replace("_", "")
    names = [plain(name) for name in (candidate.name, *candidate.names)]
    return any(len(name) >= _LEAST_LIKENESS and name.isascii() and name in letters for name in names)


def propose_packs(candidate: Candidate, config: Config) -> tuple[str, ...]:
    """Name the packs that fit a work and are not in use."""
    japanese = any(any("\u3040" <= char <= "\u9fff" for char in name) for name in candidate.names)
    fitting = _ANIME_PACKS + (_JAPANESE_PACKS if japanese else ()) if candidate.is_anime else _SERIES_PACKS
    return tuple(pack for pack in fitting if pack not in config.packs)


def propose_sources(
    candidate: Candidate, config: Config, *, official: Sequence[str], news: tuple[str, str] | None = None
) -> tuple[Proposal, ...]:
    """Propose the work's own site and its pages in the catalogues; *news* is the kind and place found on its site."""
    known = {canonical(source.url) for source in config.sources}
    wanted = [*_site(candidate, official, news), *_listed(candidate, config)]
    return tuple(one for one in wanted if canonical(one.url) not in known and not _is_watched(one, config))


def _is_watched(wanted: Proposal, config: Config) -> bool:
    """Say whether a source of this catalogue asks for the work already, among others."""
    numbers = set(re.findall(r"\d+", urlsplit(wanted.url).query))
    own = (urlsplit(source.url).query for source in config.sources if source.kind == wanted.kind)
    return wanted.kind == anilist.KIND and any(numbers <= set(re.findall(r"\d+", query)) for query in own)


def _site(candidate: Candidate, official: Sequence[str], news: tuple[str, str] | None) -> list[Proposal]:
    if not candidate.site:
        return []
    kind, url = news or ("page", candidate.site)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    pinned = None if host in official else Tier.OFFICIAL
    zone = "Asia/Tokyo" if candidate.country == "JP" else ""
    why = "sequels are mostly announced where the first season was"
    return [Proposal(name=f"{candidate.name}, official site", kind=kind, url=url, tier=pinned, tz=zone, why=why)]


def _listed(candidate: Candidate, config: Config) -> list[Proposal]:
    why = "tells of a sequel, its status and its dates once they are listed"
    return [
        Proposal(
            name=f"{candidate.name} on {catalogue.NAME}",
            kind=catalogue.KIND,
            url=catalogue.watched(place(catalogue, config), candidate.ids[catalogue.KIND]),
            why=why,
        )
        for catalogue in CATALOGUES
        if catalogue.KIND in candidate.ids
    ]


def _free(wanted: str, taken: Sequence[str]) -> str:
    numbered = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in numbered if name not in taken)
