"""Which services want a key, and how it is written.

In:    a kind, the names of a source's headers, its address.
Out:   what is missing, as a sentence; empty where nothing is.
Never: the keys themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that a service asks for."""

    service: str
    header: str
    form: str
    """What the header holds."""
    where: str
    """How one gets it."""
    query: str = ""
    """The parameter of the address that may hold it instead."""

    @property
    def needed(self) -> str:
        return f'headers = {{ {self.header} = "{self.form}" }}, {self.where}'


KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "tmdb": Key(
            service="TMDB",
            header="Authorization",
            form="Bearer READ-ACCESS-TOKEN",
            where="from the account's settings under API",
            query="api_key",
        ),
        "trakt": Key(
            service="Trakt", header="trakt-api-key", form="CLIENT-ID", where="from an application of your own there"
        ),
        "thetvdb": Key(
            service="TheTVDB",
            header="Authorization",
            form="Bearer TOKEN",
            where="which POST /v4/login gives for an API key; it lasts a month",
        ),
        "mal": Key(
            service="MyAnimeList",
            header="X-MAL-CLIENT-ID",
            form="CLIENT-ID",
            where="of an application of your own there, whose terms you accept",
        ),
        "animeschedule": Key(
            service="AnimeSchedule",
            header="Authorization",
            form="Bearer APP-TOKEN",
            where="from an application of your own in the account's settings",
        ),
    }
)


def missing_key(kind: str, headers: Collection[str], url: str) -> str:
    """Say which key a source lacks, and where it would be written."""
    key = KEYS.get(kind)
    if key is None or key.header.lower() in {name.lower() for name in headers}:
        return ""
    if key.query and key.query in parse_qs(urlsplit(url).query):
        return ""
    return f"{key.service} answers only with a key: {key.needed}"
