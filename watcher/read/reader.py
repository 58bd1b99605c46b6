"""Read one entry for one watched title.

In:    an `Entry`, a `Title`.
Out:   a `Reading`: verdict, claims with quotes, reasons, a note for each sentence.
Never: clock, network, disk beyond packaged data; an exception for anything that a text may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from watcher.model import Block, BlockKind, Claim, Entry, EventType, Medium, Mention, Note, Reading, Speaker, Title
from watcher.read.aliases import rules
from watcher.read.candidate import Candidate, Setting
from watcher.read.cues import candidates
from watcher.read.document import Judgement, judge
from watcher.read.fold import fold
from watcher.read.lexicon import lexicon
from watcher.read.people import people
from watcher.read.quoted import about_series, as_quoted, stands_in_quotes
from watcher.read.schedules import scheduled
from watcher.read.scope import Fits, Scope, scope
from watcher.read.seasons import SeasonKind
from watcher.read.services import FoundService, called_services
from watcher.read.strangers import Name
from watcher.read.text import HEADLINE, Sentence, key, sentences
from watcher.read.things import topic_thing
from watcher.read.titles import Titles
from watcher.read.views import View, Watched, view
from watcher.read.weekdays import without_days

SENTENCES = 500
LIMIT = 60_000
"""So many characters of an entry are read; an announcement does not hide behind more."""
_MEDIA_WORDS = {
    "live_action": ("live action", "live-action"),
    "film": ("movie", "film"),
    "ova": ("ova",),
    "stage": ("stage",),
}


class Reader:
    """Reads entries; built once for a set of titles."""

    def __init__(self, titles: Sequence[Title], *, others: Iterable[str] = (), names: Titles | None = None) -> None:
        self._titles = names or Titles(titles, others)
        self._protected = tuple(name for title in titles for name in title.names) if len(titles) <= 200 else ()

    def mentions(self, entry: Entry) -> tuple[Mention, ...]:
        """Return where the entry names watched titles; cheap, all titles in one pass."""
        return self._titles.scan(entry)

    def read(self, entry: Entry, title: Title, *, official: bool = False) -> Reading:
        """Read *entry* for *title*; *official*: it stands on the title's own site and need not name it."""
        blocks = _cut(entry.blocks)
        published = entry.published.date() if entry.published else None
        views = self._views(entry.title[:2000], blocks, title, published)
        found = scope(views, title.season, official=official)
        own_media = _own_media(title)
        setting = Setting(
            scope=found,
            published=published,
            own_media=own_media,
            topic=topic_thing(views, own_media),
            service=_service(views),
        )
        stated = [candidate for each in views for candidate in candidates(each, setting)]
        stated += scheduled(views, setting)
        return _reading(title, found, judge(setting, stated))

    def _views(self, headline: str, blocks: Sequence[Block], title: Title, published: date | None) -> list[View]:
        protected = self._protected or title.names
        views: list[View] = []
        previous = None
        cut = sentences(headline, blocks, protected)[:SENTENCES]
        named = _trusted([self._names(sentence, title) for sentence in cut], cut, title)
        heads = zip(cut, named, strict=True)
        topical = any(name.own for sentence, names in heads if sentence.block == HEADLINE for name in names)
        watched = Watched(names=title.names, topical=topical, services=_called(cut))
        for sentence, names in zip(cut, named, strict=True):
            kind = BlockKind.HEADLINE if sentence.block == HEADLINE else blocks[sentence.block].kind
            each = view(sentence, kind, names, published=published, previous=previous, watched=watched)
            previous = next((found.date for found in reversed(each.dates) if found.date is not None), previous)
            views.append(each)
        return views

    def _names(self, sentence: Sentence, title: Title) -> list[Name]:
        found_names = [
            Name(
                start=found.start, end=found.end, own=found.title_id == title.id, alias=found.alias, sure=found.sure,
                sequel=_sequel(found.alias, title),
            )
            for found in self._titles.find(sentence.text)
        ]  # fmt: skip
        later = title.season is None or title.season > 1
        real = without_days(found_names, sentence.text, sentence.language)
        return [as_quoted(name, sentence.text, later=later) for name in real]


def _called(cut: Iterable[Sentence]) -> frozenset[str]:
    """Return the services of a text that no list knows, and that one of its sentences calls a service."""
    return frozenset(name for sentence in cut for name in called_services(sentence.text))


def _trusted(named: Sequence[list[Name]], cut: Sequence[Sentence], title: Title) -> list[list[Name]]:
    """Believe doubtful names only in company: of a sure one, or of each other.

    A short form that nobody gave us (the part before a colon) may be another work's whole name, so it wants
    a given name beside it.
    """
    own = [(name, sentence) for names, sentence in zip(named, cut, strict=True) for name in names if name.own]
    given = {key(name) for name in title.names}
    if own and cut[0].language == "ja" and not _in_company(own, cut):
        return [[name for name in names if not name.own] for names in named]
    if any(name.sure and key(name.alias) in given for name, _ in own):
        return list(named)
    alone = len(own) == 1
    if any(_before_season(name, sentence) for name, sentence in own):
        return list(named)
    doubtful = {id(name) for name, sentence in own if _doubtful(name, sentence, given, alone=alone)}
    return [[name for name in names if id(name) not in doubtful] for names in named]


def _in_company(own: Sequence[tuple[Name, Sentence]], cut: Sequence[Sentence]) -> bool:
    """A Japanese name stands in title quotes, or its text speaks of a series; else it is an ordinary phrase."""
    if any(stands_in_quotes(name, sentence.text) or _numbered(name, sentence) for name, sentence in own):
        return True
    return about_series(sentence.text for sentence in cut)


_SEASON_BEHIND = re.compile(r"['’\"”]? (?:anime )?(?:season [0-9]|s[2-9]\b|[2-9](?:nd|rd|th) season)")


def _before_season(name: Name, sentence: Sentence) -> bool:
    """Say whether a short form has the number of its season right behind it: "Lantern-chan Season 2 Gets Date"."""
    return len(name.alias) >= _LONG_ENOUGH and _SEASON_BEHIND.match(fold(sentence.text), name.end) is not None


_LONG_ENOUGH = 6


def _numbered(name: Name, sentence: Sentence) -> bool:
    """Say whether the number of a season stands right behind a name."""
    behind = fold(sentence.text[name.end : name.end + 12]).lstrip(" 」』")
    phrases = lexicon("ja").season_phrases(behind)
    return any(phrase.meaning == "number" and phrase.pattern.match(behind) for phrase in phrases)


def _doubtful(name: Name, sentence: Sentence, given: set[str], *, alone: bool) -> bool:
    if key(name.alias) not in given:
        return len(name.alias.split()) < 2 and name.alias.isascii()
    behind = sentence.text[name.end : name.end + 30]
    return alone and not name.sure and _LONGER.match(behind) is not None


_LONGER = re.compile(r" [A-Z][a-z]+ (?![A-Z0-9])")
"""Another capital behind a name, in a text that does not capitalise every word: a longer name."""


def _sequel(alias: str, title: Title) -> bool:
    """Say whether an alias begins as the work's name and goes on differently, as sequels of that name do."""
    if title.season is None or title.season < 2 or key(alias) not in {key(name) for name in title.aliases}:
        return False
    head = re.sub(rules()["left_out_suffix"], "", title.name)
    if not alias.isascii() and key(alias).startswith(key(head)):
        return re.search(rules()["sequel_tail"], alias[len(head) :]) is not None
    first, other = title.name.split(), alias.split()
    if key(alias) == key(f"new {title.name}"):
        return True
    if len(first) < 2 or len(other) < 2 or key(alias) in key(title.name) or key(title.name) in key(alias):
        return False
    return key(first[0]) == key(other[0])


def _cut(blocks: Sequence[Block]) -> list[Block]:
    kept, size = [], 0
    for block in blocks:
        if size >= LIMIT:
            break
        kept.append(block if len(block.text) <= LIMIT - size else replace(block, text=block.text[: LIMIT - size]))
        size += len(block.text)
    return kept


def _service(views: Sequence[View]) -> FoundService | None:
    """Return the one streaming service of a text; "the service" means it."""
    found = {service.name: service for each in views for service in each.services if service.streams}
    return next(iter(found.values())) if len(found) == 1 else None


def _own_media(title: Title) -> frozenset[str]:
    names = " ".join(title.names).casefold()
    own = {meaning for meaning, words in _MEDIA_WORDS.items() if any(word in names for word in words)}
    own |= {medium.value.replace("-", "_") for medium in title.also}
    return frozenset(own)


def _reading(title: Title, found: Scope, judgement: Judgement) -> Reading:
    return Reading(
        title_id=title.id,
        relevant=judgement.relevant,
        verdict=judgement.verdict,
        claims=tuple(
            _claim(each, title, found) for each in (*judgement.solid, *judgement.retractions, *judgement.asides)
        ),
        dropped=tuple(_claim(each, title, found) for each in judgement.dropped[:40]),
        reasons=judgement.reasons,
        notes=tuple(_note(each, found) for each in found.views[:400]),
        language=found.views[0].sentence.language if found.views else None,
        names_official=judgement.names_official,
    )


def _season(candidate: Candidate, title: Title, found: Scope, *, presumed: bool) -> int | None:
    if presumed:
        return None
    if candidate.fits is not Fits.OTHER and title.season is not None:
        return title.season
    if candidate.ref is not None and candidate.ref.number:
        return candidate.ref.number
    return _only(found) if candidate.ref is None and title.season is None else title.season


def _only(found: Scope) -> int | None:
    """Return the one later season that a text names: what it tells without a number, it tells of that."""
    later = [number for number in found.named if number > 1]
    return later[0] if len(later) == 1 else None


def _claim(candidate: Candidate, title: Title, found: Scope) -> Claim:
    presumed = found.presumed and candidate.ref is None
    return Claim(
        type=candidate.type,
        season=_season(candidate, title, found, presumed=presumed),
        presumed=presumed,
        date=candidate.date,
        platform=candidate.service.name if candidate.service else None,
        part=candidate.part,
        another=candidate.another,
        open=candidate.open,
        change=_reports_change(candidate),
        takes_back=candidate.takes_back,
        names=people(candidate.view) if candidate.type in _OF_PEOPLE else (),
        medium=candidate.medium or Medium.SEASON,
        modality=candidate.meant,
        speaker=_speaker(candidate),
        quote=candidate.view.sentence.text,
        language=candidate.view.sentence.language,
        reasons=candidate.why,
    )


_OF_PEOPLE = frozenset({EventType.CAST, EventType.STAFF})
_OF_DATES = frozenset({EventType.DELAYED, EventType.RELEASE_DATE, EventType.RELEASE_WINDOW})


def _reports_change(candidate: Candidate) -> bool:
    """Say whether the text reports a change of date itself and names the official source of it."""
    view = candidate.view
    changed = candidate.type in _OF_DATES and view.has("delay", "delay_dated", "new_date", "old_date")
    return changed and view.has("official_named")


_SPEAKERS = (
    ("anonymous", Speaker.ANONYMOUS),
    ("official_named", Speaker.OFFICIAL),
    ("press", Speaker.PRESS),
    ("official", Speaker.OFFICIAL),
)


def _speaker(candidate: Candidate) -> Speaker:
    for meaning, speaker in _SPEAKERS:
        if candidate.view.has(meaning):
            return speaker
    return Speaker.NOBODY


def _note(each: View, found: Scope) -> Note:
    text = each.sentence.text
    shown = [f"title: {name.alias}" if name.own else f"other title: {name.alias}" for name in each.names]
    shown += [
        f"season: {text[ref.start : ref.end]} ({found.fits(ref)})"
        for ref in each.seasons
        if ref.kind is not SeasonKind.NONE
    ]
    shown += [f"date: {when.date or when.text}" for when in each.dates]
    shown += [f"service: {service.name}" for service in each.services]
    shown += [f"{hit.meaning}: “{text[hit.start : hit.end]}”" for hit in each.hits if hit.meaning in _SHOWN]
    return Note(text=text, block=each.sentence.block, found=tuple(shown))


_SHOWN = frozenset(
    {"announce", "announce_new", "trailer", "visual", "cast", "staff", "stream", "dub", "finish", "delay", "cancel"}
    | {"hedge", "guess", "rumour", "negation", "condition", "wish", "scheduled", "deny_existence", "deny_date", "hoax"}
    | {"film", "ova", "manga", "novel", "game", "stage", "goods", "event", "rerun"}
    | {"official_named", "press", "anonymous"}
)
