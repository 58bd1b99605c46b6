"""Read one entry for one watched title.

In:    an `Entry`, a `Title`.
Out:   a `Reading`: verdict, claims with quotes, reasons, a note for each sentence.
Never: clock, network, disk beyond packaged data; an exception for anything that a text may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from watcher.model import Block, BlockKind, Claim, Entry, Mention, Note, Reading, Speaker, Title
from watcher.read.cues import Candidate, Finder
from watcher.read.document import Judgement, judge
from watcher.read.scope import Fits, Scope, scope
from watcher.read.seasons import SeasonKind
from watcher.read.text import HEADLINE, Sentence, sentences
from watcher.read.titles import Titles
from watcher.read.views import Name, View, view

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

    def __init__(self, titles: Sequence[Title], *, others: Iterable[str] = ()) -> None:
        self._titles = Titles(titles, others)
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
        finder = Finder(scope=found, published=published, own_media=_own_media(title))
        candidates = [candidate for each in views for candidate in finder.candidates(each)]
        return _reading(title, found, judge(found, finder, candidates, published))

    def _views(self, headline: str, blocks: Sequence[Block], title: Title, published: date | None) -> list[View]:
        protected = self._protected or title.names
        views, year = [], None
        for sentence in sentences(headline, blocks, protected):
            kind = BlockKind.HEADLINE if sentence.block == HEADLINE else blocks[sentence.block].kind
            each = view(sentence, kind, self._names(sentence, title), published=published, previous_year=year)
            year = next((d.date.earliest.year for d in reversed(each.dates) if d.date is not None), year)
            views.append(each)
        return views

    def _names(self, sentence: Sentence, title: Title) -> list[Name]:
        return [
            Name(start=found.start, end=found.end, own=found.title_id == title.id, alias=found.alias, sure=found.sure)
            for found in self._titles.find(sentence.text)
        ]


def _cut(blocks: Sequence[Block]) -> list[Block]:
    kept, size = [], 0
    for block in blocks:
        if size >= LIMIT:
            break
        kept.append(block if len(block.text) <= LIMIT - size else replace(block, text=block.text[: LIMIT - size]))
        size += len(block.text)
    return kept


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
        claims=tuple(_claim(candidate, title) for candidate in judgement.solid),
        dropped=tuple(_claim(candidate, title) for candidate in judgement.dropped[:40]),
        reasons=judgement.reasons,
        notes=tuple(_note(each, found) for each in found.views[:400]),
        language=found.views[0].sentence.language if found.views else None,
        names_official=judgement.names_official,
    )


def _claim(candidate: Candidate, title: Title) -> Claim:
    season = candidate.ref.number if candidate.ref is not None and candidate.ref.number else title.season
    if candidate.fits is not Fits.OTHER and title.season is not None:
        season = title.season
    return Claim(
        type=candidate.type, season=season, date=candidate.date, platform=candidate.service.name if candidate.service else None,
        part=candidate.part, another=candidate.another, open=candidate.open, modality=candidate.meant,
        speaker=_speaker(candidate), quote=candidate.view.sentence.text, language=candidate.view.sentence.language,
        reasons=candidate.why,
    )  # fmt: skip


def _speaker(candidate: Candidate) -> Speaker:
    for meaning, speaker in (
        ("anonymous", Speaker.ANONYMOUS),
        ("official_named", Speaker.OFFICIAL),
        ("press", Speaker.PRESS),
        ("official", Speaker.OFFICIAL),
    ):
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
    {
        "announce", "announce_new", "trailer", "visual", "cast", "staff", "stream", "dub", "finish", "delay", "cancel", "hedge",
        "guess", "rumour", "negation", "condition", "wish", "scheduled", "deny_existence", "deny_date", "hoax", "film", "ova",
        "manga", "novel", "game", "stage", "goods", "event", "rerun", "official_named", "press", "anonymous",
    }
)  # fmt: skip
