"""Say who speaks at an address, and how far they are trusted.

In:    a URL; `watcher/data/publishers.toml`; the user's overrides; a title's official hosts.
Out:   a `Publisher` with its tier.
Never: network. The list of public suffixes is the one packaged with `tld`.

A subdomain inherits; the longest matching entry wins (``myanimelist.net/news`` over ``myanimelist.net``); an account
(``youtube:UC…``) is an entry, too; an address nobody lists is tier 5.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from publicsuffixlist import PublicSuffixList

from watcher.judge.lookalike import lookalike
from watcher.model import Publisher, Tier, Title

_CHANNEL = re.compile(r"/channel/(UC[\w-]{10,})")
_HANDLE = re.compile(r"/(?:profile/)?(@?[\w.:-]+)")
_PATH_OF_ACCOUNT = {"x.com": "x", "twitter.com": "x", "bsky.app": "bluesky"}
_ACTOR = "public.api.bsky.app"


class _Listed(NamedTuple):
    publisher: Publisher
    rank: tuple[bool, int]
    """The user's overrides first, then the longest."""


class Publishers:
    """The list of publishers, with the user's overrides before it."""

    def __init__(self, overrides: Sequence[tuple[str, Tier]] = ()) -> None:
        self._listed = {key: _Listed(publisher, (False, len(key))) for key, publisher in packaged().items()}
        self._imitated: dict[str, str | None] = {}
        for address, tier in overrides:
            key = _account(address) or _key(address)
            old = self._listed.get(key)
            name = old.publisher.name if old else key
            self._listed[key] = _Listed(Publisher(id=key, name=name, tier=tier), (True, len(key)))

    def of(self, url: str, *, title: Title | None = None) -> Publisher:
        """Return who speaks at *url*; on a title's own hosts that is an official source for this title."""
        found = [self._listed[key] for key in _keys(url) if key in self._listed]
        best = max(found, key=lambda listed: listed.rank, default=None)
        host = hostname(url)
        own = next((own for own in title.official if _within(host, own)), None) if title else None
        if own is not None and (best is None or not best.rank[0]):
            name = best.publisher.name if best else host
            return Publisher(id=own, name=name, tier=Tier.OFFICIAL)
        if best is not None:
            return best.publisher
        domain = registrable_domain(url)
        twin = self.imitated(domain)
        return Publisher(id=domain, name=f"{domain} (not {twin})" if twin else domain, tier=Tier.UNKNOWN)

    def imitated(self, domain: str) -> str | None:
        """Say which trusted domain an unknown one looks like. It never has its trust."""
        if domain not in self._imitated:
            self._imitated[domain] = lookalike(domain, self._trusted)
        return self._imitated[domain]

    @cached_property
    def _trusted(self) -> tuple[str, ...]:
        """The domains that others imitate."""
        trusted = (key for key, one in self._listed.items() if one.publisher.tier <= Tier.PRESS)
        return tuple(key for key in trusted if "/" not in key and ":" not in key)

    def is_vouched_for(self, url: str) -> bool:
        """Say whether the user's own list calls *url* official: a word that no doubt outweighs."""
        return any(
            self._listed[key].rank[0] and self._listed[key].publisher.tier is Tier.OFFICIAL
            for key in _keys(url)
            if key in self._listed
        )


@cache
def packaged() -> dict[str, Publisher]:
    """Return the packaged list by key."""
    table = tomllib.loads((files("watcher") / "data" / "publishers.toml").read_text(encoding="utf-8"))
    return {
        _key(row["id"]): Publisher(id=_key(row["id"]), name=row.get("name", row["id"]), tier=Tier(row["tier"]))
        for row in table["publisher"]
    }


def hostname(url: str) -> str:
    """Return the host of *url* in lower case without ``www.``; empty where there is none."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def parents(url: str) -> frozenset[str]:
    """List the host of *url* and the domains around it."""
    labels = hostname(url).split(".")
    return frozenset(".".join(labels[place:]) for place in range(len(labels)))


def registrable_domain(url: str) -> str:
    """Return the domain somebody registered: ``old.example.co.uk`` → ``example.co.uk``.

    Blogs on shared hosts (``name.github.io``) are domains of their own. An address without a public suffix keeps its
    last two labels; a numeric one stays whole.
    """
    host = hostname(url)
    if not host or ":" in host or host.replace(".", "").isdigit():
        return host
    return _public_suffixes().privatesuffix(host) or host  # a public suffix itself is nobody's


@cache
def _public_suffixes() -> PublicSuffixList:
    """Load the list, the private part of it too; an ending that it does not know is a suffix."""
    return PublicSuffixList()


def _within(host: str, own: str) -> bool:
    own = hostname(own)
    return bool(own) and (host == own or host.endswith(f".{own}"))


def _key(address: str) -> str:
    """Write an address as a key: an account as it is, else host and path without scheme and ``www.``."""
    if ":" in address and "//" not in address and "." not in address.split(":", 1)[0]:
        return address
    bare = address.split("//", 1)[-1].split("?", 1)[0].rstrip("/")
    host, slash, path = bare.partition("/")
    return hostname(host) + slash + path


def _account(address: str) -> str:
    """Write the address of an account as its id: ``youtube.com/channel/UC…`` is ``youtube:UC…``."""
    if ":" in address.split("/", 1)[0] and "//" not in address:
        return ""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
    except ValueError:
        return ""
    found = _accounts(hostname(address), parts.path, parts.query)
    return found[0] if found else ""


def _keys(url: str) -> list[str]:
    """List every key under which *url* may stand: account, host with paths, host, its parents."""
    host = hostname(url)
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        path = [piece for piece in parts.path.split("/") if piece]
    except ValueError:
        return [host]
    keys = _accounts(host, parts.path, parts.query)
    labels = host.split(".")
    for start in range(len(labels) - 1):
        parent = ".".join(labels[start:])
        keys += ["/".join([parent, *path[:depth]]) for depth in range(min(len(path), 4) + 1)]
    return keys or [host]


def _accounts(host: str, path: str, query: str) -> list[str]:
    """Name the account that speaks on a shared platform."""
    domain = registrable_domain(host)
    values = {name: given[0] for name, given in parse_qs(query).items()}
    if domain == "youtube.com":
        channel = values.get("channel_id") or ((found := _CHANNEL.match(path)) and found[1])
        return [f"youtube:{channel}"] if channel else []
    if domain == "prtimes.jp":
        return [f"prtimes:{values['company_id']}"] if "company_id" in values else []
    if host == _ACTOR and "actor" in values:
        return [f"bluesky:{values['actor'].lower()}"]
    if domain in _PATH_OF_ACCOUNT and (found := _HANDLE.match(path)):
        return [f"{_PATH_OF_ACCOUNT[domain]}:{found[1].removeprefix('@').lower()}"]
    return []
