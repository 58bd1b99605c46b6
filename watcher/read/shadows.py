"""Find the names of other works in which a watched name would be misread: "Harbour" in "Harbour of Glass".

In:    watched titles, the works that alias data lists, and which of them are of one family.
Out:   the names that are to be known as those of other works.
Never: the name of what may be the very season that is watched for: a series of the same family is never one, as
       nobody can tell from a list whether it is the sequel or a spin-off.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

from watcher.model import Medium, Title
from watcher.read.aliases import Alias, aliases_of, rules
from watcher.read.text import key
from watcher.read.titles import Found, Titles
from watcher.works import Work, WorkKind

Place = TypeVar("Place")

_MEDIA = {WorkKind.FILM: Medium.FILM, WorkKind.OVA: Medium.OVA}
_LEAST = 6
"""Letters that the name of a sibling has, where no watched name stands in it; of Japanese ones two thirds."""
_SIBLING_NAMES = 3
_BROKEN = re.compile(r"\s*(?::|：|\s[-–—]|[~～〜―─]|!|！)")
"""What stands between a title and a subtitle."""


@dataclass(slots=True)
class Family:
    """A watched title, and the works that data lists as its own or related."""

    title: Title
    own: set[str] = field(default_factory=set)
    """Ids of the work itself and of its seasons."""
    related: set[str] = field(default_factory=set)
    """Ids of works related to those, at one or two removes."""
    hosts: set[str] = field(default_factory=set)
    """Sites on which the work itself lives."""


class Shadows:
    """Finds misleading names; built for a set of titles, then asked about works."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self._titles = Titles(titles)
        self._aliases: dict[tuple[str, str], Alias] = {}
        self._watched: set[str] = set()
        for title in titles:
            self._watched.update(map(key, title.names))
            for alias in aliases_of(title):
                self._aliases.setdefault((title.id, alias.name), alias)

    def suspects(self, names: Iterable[tuple[str, Place]]) -> set[Place]:
        """Pick the works one of whose names (given by key) holds a watched one; cheap, and most do not."""
        return {place for form, place in names if self._titles.lies_in(form)}

    def names(self, work: Work, families: Sequence[Family], among: Collection[str]) -> Iterator[str]:
        """Yield the names of *work* that would be misread; *among*: keys of names that a series of a family has."""
        by_title = {family.title.id: family for family in families}
        for name in work.names:
            bare = re.sub(rules()["season_suffix"], "", name, flags=re.IGNORECASE)
            if key(bare) in self._watched or key(name) in self._watched:
                continue
            found = [one for one in self._titles.find(bare) if one.title_id is not None]
            if found and all(self._misleads(work, bare, one, by_title.get(one.title_id or ""), among) for one in found):
                yield bare

    def _misleads(self, work: Work, name: str, found: Found, family: Family | None, among: Collection[str]) -> bool:
        if family is None or found.end - found.start >= len(name.strip()) or _is_season(name, found):
            return False
        if any(ref in family.own for ref in work.refs):
            return False
        alias = self._aliases.get((family.title.id, found.alias))
        distinct = alias is not None and not (alias.weak or alias.common)
        if is_of(family, work) or _goes_on(name, found, distinct=distinct):
            return _other_medium(work, family) and key(name) not in among
        return not _after_marker(name, found)


def siblings(work: Work, family: Family, among: Collection[str]) -> Iterator[str]:
    """Yield the names of a film or disc of the family that do not hold the watched name."""
    related = any(ref in family.related for ref in (*work.refs, work.part_of))
    if not related or not _other_medium(work, family):
        return
    for name in work.names[:_SIBLING_NAMES]:
        form = key(name)
        wide = any(char > "\u3000" for char in form)
        telling = len(form) * (3 if wide else 2) >= 2 * _LEAST and (wide or " " in name)
        if telling and form not in among:
            yield name


def is_of(family: Family, work: Work) -> bool:
    """Say whether a work is of the family: listed as related, one of its seasons, or at home on the same site."""
    refs = (*work.refs, *work.related, *filter(None, [work.part_of]))
    if any(ref in family.own or ref in family.related for ref in refs):
        return True
    return host_of(work.site) in family.hosts if work.site else False


def host_of(url: str) -> str:
    """Give the host of an address that was checked before."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _other_medium(work: Work, family: Family) -> bool:
    medium = _MEDIA.get(work.kind)
    return medium is not None and medium not in family.title.also


def _is_season(name: str, found: Found) -> bool:
    """Say whether only a number or a word for a season stands behind the watched name."""
    rest = name[found.end :].strip(" :：-–—~～〜!！()（）")
    return not name[: found.start].strip() and re.fullmatch(rules()["sequel_rest"], rest, re.IGNORECASE) is not None


def _goes_on(name: str, found: Found, *, distinct: bool) -> bool:
    """Say whether a name begins as the watched one and may be a season: a telling name, or one with a subtitle."""
    if name[: found.start].strip(" 「『\"'"):
        return False
    return distinct or _BROKEN.match(name, found.end) is not None


def _after_marker(name: str, found: Found) -> bool:
    """Say whether only a word such as "new" stands before the watched name."""
    before = name[: found.start].strip(" ・:：-「『").casefold()
    return not name[found.end :].strip() and before in rules()["sequel_before"]
