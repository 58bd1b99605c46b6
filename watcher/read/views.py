"""A sentence with everything that was found in it, before anybody decides what it means.

In:    a sentence, the titles' mentions in it, the lexicon of its language.
Out:   `View`: mentions, seasons, dates, services and phrases with their positions, and the clauses they stand in.
Never: a decision; those are made in `scope`, `modality`, `claims` and `document`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from watcher.fuzzydate import FuzzyDate
from watcher.model import BlockKind
from watcher.read.bracketed import credited
from watcher.read.dates import FoundDate, find_dates
from watcher.read.fold import fold
from watcher.read.lexicon import DATE, OTHER, SEASON, SERVICE, Hit, Lexicon, lexicon
from watcher.read.seasons import SeasonKind, SeasonRef, find_seasons, mask
from watcher.read.services import FoundService, find_services, named_services
from watcher.read.strangers import Name, heading_work, labelled_work, strangers, whole
from watcher.read.text import Sentence

_ASKS = re.compile(r"\?[?!]*[ \"')\]」』】]*(?:$|[|:] |- )")
"""A question ends the sentence, or its headline before the name of the site."""
_SOFT = re.compile(r", |、|,$")


@dataclass(slots=True)
class View:
    """A sentence and what is in it. Built once for each text and title, then only read."""

    sentence: Sentence
    kind: BlockKind
    folded: str
    masked: str
    names: tuple[Name, ...]
    seasons: tuple[SeasonRef, ...]
    dates: tuple[FoundDate, ...]
    services: tuple[FoundService, ...]
    hits: tuple[Hit, ...]
    cuts: tuple[int, ...]
    """Where clauses begin, 0 first."""
    words: bool
    _meanings: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._meanings = frozenset(hit.meaning for hit in self.hits)

    def clause(self, at: int) -> tuple[int, int]:
        """Return the clause around position *at*."""
        number = bisect_right(self.cuts, at)
        end = self.cuts[number] if number < len(self.cuts) else len(self.folded)
        return self.cuts[number - 1] if number else 0, end

    def find(self, *meanings: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """Return the hits of these meanings that lie inside the span."""
        if self._meanings.isdisjoint(meanings):  # nearly always: a sentence says a few things, and is asked for all
            return iter(())
        stop = len(self.folded) if end is None else end
        return (hit for hit in self.hits if hit.meaning in meanings and start <= hit.start and hit.end <= stop)

    def has(self, *meanings: str, start: int = 0, end: int | None = None) -> bool:
        if self._meanings.isdisjoint(meanings):
            return False
        return next(self.find(*meanings, start=start, end=end), None) is not None

    def soft_between(self, start: int, end: int) -> bool:
        """Say whether a comma stands between two positions."""
        return _SOFT.search(self.masked, min(start, end), max(start, end)) is not None

    @property
    def own(self) -> tuple[Name, ...]:
        return tuple(name for name in self.names if name.own)

    @property
    def asks(self) -> bool:
        return _ASKS.search(self.folded) is not None


@dataclass(frozen=True, slots=True)
class Watched:
    """What a sentence is searched for: the watched work's names; *topical*: the headline has one of them."""

    names: tuple[str, ...] = ()
    topical: bool = True
    services: frozenset[str] = frozenset()
    """Names that the text itself calls services."""


def view(
    sentence: Sentence,
    kind: BlockKind,
    names: Sequence[Name],
    *,
    published: date | None,
    previous: FuzzyDate | None = None,
    watched: Watched,
) -> View:
    """Find everything in one sentence."""
    folded = fold(sentence.text)
    lexicons = _lexicons(sentence.language)
    names = [whole(name, sentence.text, headline=kind is BlockKind.HEADLINE) for name in names]
    all_names = [*names, *strangers(sentence.text, names, watched.names)] if kind is not BlockKind.RELATED else names
    head = kind is BlockKind.HEADLINE
    if lexicons[0].words and not all_names and (unknown := heading_work(sentence.text, headline=head)) is not None:
        all_names = [unknown]
    if (
        not (lexicons[0].words or all_names)
        and (work := labelled_work(sentence.text, topical=watched.topical)) is not None
    ):
        all_names = [work]
    masked = mask(folded, ((name.start, name.end) for name in all_names if not name.own), OTHER)
    masked = mask(masked, ((name.start, name.end) for name in all_names if name.own))
    if not lexicons[0].words:
        all_names = [name for name in all_names if name.own or not credited(sentence.text, name.end)]
    seasons = find_seasons(masked, lexicons, ((name.start, name.end) for name in all_names))
    all_names = [name for name in all_names if not _names_season(name, all_names, seasons, folded)]
    masked = mask(masked, ((ref.start, ref.end) for ref in seasons if ref.kind is not SeasonKind.NONE), SEASON)
    dates = find_dates(sentence.text, language=sentence.language, published=published, previous=previous)
    dates = tuple(found for found in dates if not _covered(found.start, found.end, all_names))
    masked = mask(masked, ((found.start, found.end) for found in dates), DATE)
    services = [found for found in find_services(masked) if _proper(sentence.text, found)]
    services += named_services(masked, watched.services, services) if watched.services else []
    masked = mask(masked, ((found.start, found.end) for found in services), SERVICE)
    hits = _outermost(lexicons[0].find(masked))
    seasons = [_part_of_book(ref, folded, hits) for ref in seasons] if not lexicons[0].words else seasons
    all_names = [_aside(name, hits, "aside_always") for name in all_names]
    if not watched.topical:
        all_names = [_aside(name, hits, "aside") for name in all_names]
    if not lexicons[0].words:
        all_names = [_of_medium(name, hits, masked) for name in all_names]
    return View(
        sentence=sentence,
        kind=kind,
        folded=folded,
        masked=masked,
        names=tuple(sorted(all_names, key=lambda name: name.start)),
        seasons=tuple(seasons),
        dates=dates,
        services=tuple(services),
        hits=hits,
        cuts=(0,) if _calendar_line(folded, dates) else _cuts(hits),
        words=lexicons[0].words,
    )


def _names_season(name: Name, names: Sequence[Name], seasons: Iterable[SeasonRef], folded: str) -> bool:
    """Say whether what looks like another work is the name of our season: 『…』の新シリーズ『領主の養女』."""
    if name.own or name.sure:
        return False
    named = [ref for ref in seasons if ref.kind in _NAMED and 0 <= name.start - ref.end <= 1]
    before = [other.end for other in names if other.own and other.end < name.start]
    return any(_OF_OURS.fullmatch(folded, before[-1], ref.start) is not None for ref in named if before)


_OF_OURS = re.compile("[』」]?(?:の|、)?(?:tv|テレビ)?(?:アニメ|ドラマ)?(?:の)?")
_NAMED = frozenset({SeasonKind.NUMBER, SeasonKind.NEW})


def _part_of_book(ref: SeasonRef, folded: str, hits: Iterable[Hit]) -> SeasonRef:
    """Manga and novels are told in parts: 第五部 beside words for a book is no season."""
    if folded[ref.end - 1 : ref.end] != "部" or not any(hit.meaning in {"manga", "novel"} for hit in hits):
        return ref
    return ref._replace(kind=SeasonKind.NONE)


def _aside(name: Name, hits: Iterable[Hit], meaning: str) -> Name:
    """A work named only to say who somebody is ("the studio behind X") is not what the sentence is about."""
    if name.own and any(hit.meaning == meaning and hit.start <= name.start < hit.end for hit in hits):
        return replace(name, own=False)
    return name


def _lexicons(language: str | None) -> list[Lexicon]:
    """The language's own lexicon; Japanese texts also name seasons in English."""
    first = lexicon(language)
    return [first] if first.code == "en" else [first, lexicon("en")]


def _outermost(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Drop a phrase that stands inside a longer one of the same meaning; hits come in order of their start."""
    kept: list[Hit] = []
    reach: dict[str, int] = {}
    for hit in hits:
        if hit.end > reach.get(hit.meaning, 0):
            reach[hit.meaning] = hit.end
            kept.append(hit)
    return tuple(kept)


def _of_medium(name: Name, hits: Iterable[Hit], masked: str) -> Name:
    """In Japanese the medium stands right before the name: 舞台『…』 is a play of that name."""
    if not name.own:
        return name
    for hit in hits:
        gap = masked[hit.end : name.start]
        if (
            hit.meaning not in _MEDIUM_BEFORE
            or hit.end > name.start
            or gap.strip(SEASON) not in {"", "『", "「", " ", "【"}
        ):
            continue
        if hit.meaning == "ova" and masked[name.end :].lstrip("』」 ").startswith(SEASON):
            return name  # a short anime that has seasons is the series itself
        if hit.meaning == "spinoff" and _OF_ANOTHER.search(masked, 0, hit.start):
            return name  # 『A』のスピンオフ『B』: the spin-off is the watched work itself
        if hit.meaning in _ALWAYS or not any(o.meaning == "thing" and o.start > name.end for o in hits):
            return replace(name, own=False)
    return name


_OF_ANOTHER = re.compile(f"{OTHER}[』」]?(?:から生まれた|発の|の)(?:人気)?$")
_ALWAYS = frozenset({"film", "ova", "stage", "spinoff", "goods"})
_MEDIUM_BEFORE = _ALWAYS | {"game", "manga", "novel", "live_action"}


def _calendar_line(folded: str, dates: Sequence[FoundDate]) -> bool:
    """A short line that opens with its day says one thing: 14/11 – 'Title' – Season 2 – Service."""
    return bool(dates) and dates[0].start <= _OPENING and len(folded) < _SHORT_LINE and " - " in folded


_OPENING, _SHORT_LINE = 3, 90


def _cuts(hits: Iterable[Hit]) -> tuple[int, ...]:
    return tuple(sorted({0, *(hit.start for hit in hits if hit.meaning == "boundary")}))


def _covered(start: int, end: int, names: Iterable[Name]) -> bool:
    return any(name.start < end and start < name.end for name in names)


def _proper(text: str, found: FoundService) -> bool:
    """A name in Latin letters is written with a capital where it is a name."""
    printed = text[found.start : found.end]
    return not printed.islower() or found.name.islower()
