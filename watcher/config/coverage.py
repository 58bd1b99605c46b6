"""Say whether a title could ever be told about: which sources look for it, and what stands in the way.

In:    a configuration, a title, a way to rank a source.
Out:   `Coverage`.
Never: network, or a promise: a source that is looked at may still say nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from watcher.config.settings import Config, SourceConfig
from watcher.model import Tier, Title

TierOf = Callable[[SourceConfig, Title], Tier]
_NATIVE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Where a title is looked for."""

    sources: tuple[SourceConfig, ...]
    """Enabled, best trusted first."""
    best: Tier | None
    """The best tier among them."""
    channels: tuple[str, ...]
    """Ids of the channels that would tell."""
    warnings: tuple[str, ...]


def coverage(config: Config, title: Title, *, tier_of: TierOf) -> Coverage:
    """Look at the whole way from a source to the user, for one title."""
    ranked = sorted(
        ((tier_of(source, title), source) for source in config.sources if _looks_for(source, title)),
        key=lambda pair: pair[0],
    )
    sources = tuple(source for _, source in ranked)
    best = ranked[0][0] if ranked else None
    channels = tuple(channel.id for channel in config.channels if not channel.titles or title.id in channel.titles)
    return Coverage(
        sources=sources, best=best, channels=channels, warnings=tuple(_warnings(title, sources, best, channels))
    )


def _looks_for(source: SourceConfig, title: Title) -> bool:
    return source.enabled and (not source.titles or title.id in source.titles)


def _warnings(
    title: Title, sources: tuple[SourceConfig, ...], best: Tier | None, channels: tuple[str, ...]
) -> list[str]:
    found = []
    if best is None:
        found.append("no source is looked at for it: nothing could ever be told; add a [[source]] or a pack")
    elif best >= Tier.POINTER:
        found.append("all its sources are of tier 4 or 5, which are never believed alone: nothing could ever be told")
    if not channels:
        found.append("no channel is told about it: add a [[channel]]")
    if sources and not any(map(_has_native_letters, title.names)) and all(map(_is_japanese, sources)):
        found.append("all its sources are Japanese, and none of its names is: add one with --alias")
    return found


def advice(title: Title, sources: tuple[SourceConfig, ...]) -> tuple[str, ...]:
    """Say what would make an announcement more likely to be found early."""
    found = []
    spoken_for = any(source.tier is Tier.OFFICIAL and title.id in source.titles for source in sources)
    if not title.official and not spoken_for:
        found.append("its official site is not known; sequels are mostly announced there first: --official HOST")
    if not any(map(_has_native_letters, title.names)) and any(map(_is_japanese, sources)):
        found.append("Japanese sources will not know it by these names: --alias with the Japanese one")
    return tuple(found)


def _has_native_letters(name: str) -> bool:
    return any(unicodedata.name(letter, "").startswith(_NATIVE) for letter in name)


def _is_japanese(source: SourceConfig) -> bool:
    host = urlsplit(source.url).hostname or ""
    return source.tz == "Asia/Tokyo" or host.endswith((".jp", "natalie.mu"))
