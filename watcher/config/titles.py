"""From title blocks to titles.

In:    raw ``[[title]]`` tables and the user's time zone.
Out:   `Title`s with stable ids.
Never: a path made of a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from watcher.config.blocks import read_block
from watcher.config.door import TitleBlock
from watcher.config.names import Directory
from watcher.config.values import local_moment, slug
from watcher.config.wrong import Findings, KeyPath, nearest
from watcher.model import Title

CATALOGUES = (
    "anilist", "mal", "kitsu", "tvmaze", "tmdb", "tvdb", "trakt", "wikidata", "syoboi", "ann", "anidb",
    "animeschedule", "bangumi", "annict", "livechart", "imdb",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """What is watched."""

    titles: tuple[Title, ...]
    directory: Directory


def title_id(name: str, season: int | None) -> str:
    """Make the default id of a watch: ``akudama-drive-s2``, ``akudama-drive-any``."""
    return f"{slug(name)}-{'any' if season is None else f's{season}'}"


def build_titles(tables: list[tuple[KeyPath, Any]], zone: ZoneInfo, findings: Findings) -> Titles:
    """Judge every ``[[title]]``; broken ones are left out, their problems noted."""
    titles: list[Title] = []
    seen = _Seen(findings)
    directory = Directory("title")
    for path, table in tables:
        block = read_block(TitleBlock, table, path, findings, vital={"id", "season"})
        if block is None:
            directory.add_broken(table)
            continue
        title = _title(block, zone)
        seen.check(title, path, given=block.id is not None)
        _check_ids(title, path, findings)
        directory.add(title.id, title.names)
        titles.append(title)
    return Titles(titles=tuple(titles), directory=directory)


def _title(block: TitleBlock, zone: ZoneInfo) -> Title:
    return Title(
        id=block.id or title_id(block.name, block.season),
        name=block.name,
        season=block.season,
        aliases=tuple(dict.fromkeys(alias for alias in block.aliases if alias != block.name)),
        since=local_moment(block.since, zone) if block.since is not None else None,
        official=tuple(dict.fromkeys(block.official)),
        ids=dict(block.ids),
        also=frozenset(block.also),
        seasons=block.seasons,
        streams=tuple(dict.fromkeys(block.streams)),
        policy=block.policy,
        reminders=None if block.reminders is None else longest_first(block.reminders),
    )


def longest_first(leads: Iterable[timedelta]) -> tuple[timedelta, ...]:
    """Sort leads of reminders, each once."""
    return tuple(sorted(set(leads), reverse=True))


def _check_ids(title: Title, path: KeyPath, findings: Findings) -> None:
    for name in title.ids:
        if name not in CATALOGUES:
            meant = nearest(name, CATALOGUES)
            findings.warn((*path, "ids", name), "no known catalogue", f'did you mean "{meant}"?' if meant else "")


class _Seen:
    """Tells titles that are written twice."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.ids: dict[str, str] = {}
        self.watches: set[tuple[str, int | None]] = set()
        self.names: dict[str, str] = {}

    def check(self, title: Title, path: KeyPath, *, given: bool) -> None:
        watch = (title.name.casefold(), title.season)
        if watch in self.watches:
            season = "any season" if title.season is None else f"season {title.season}"
            hint = "remove one, or name another season"
            self.findings.error((*path, "name"), f'"{title.name}" is watched twice for {season}', hint)
        elif title.id in self.ids:
            where = (*path, "id" if given else "name")
            self.findings.error(
                where, f'the id "{title.id}" is taken by "{self.ids[title.id]}"', "give it an id of its own"
            )
        self.watches.add(watch)
        self.ids.setdefault(title.id, title.name)
        self._check_names(title, path)

    def _check_names(self, title: Title, path: KeyPath) -> None:
        for name in title.names:
            owner = self.names.setdefault(name.casefold(), title.name)
            if owner.casefold() != title.name.casefold():
                message = f'"{name}" is also a name of "{owner}"'
                self.findings.warn((*path, "aliases"), message, "news naming it will be read for both")
