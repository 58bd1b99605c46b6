"""Judge a whole text: which of its statements stand, and what kind of text it is.

In:    the views of a text, its scope, the candidates found in it.
Out:   `Judgement`: solid candidates, verdict, reasons.
Never: what is known from elsewhere; that is `watcher.judge`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from watcher.model import BlockKind, EventType, Modality, TextVerdict
from watcher.read.cues import OTHER_THINGS, Candidate, Finder
from watcher.read.scope import Fits, Scope, Whose
from watcher.read.seasons import SeasonKind
from watcher.read.views import View

PRIMARY = frozenset(
    {
        EventType.ANNOUNCED, EventType.RELEASE_DATE, EventType.RELEASE_WINDOW, EventType.DELAYED, EventType.CANCELLED,
        EventType.FINISHED, EventType.STREAMING, EventType.DUB,
    }
)  # fmt: skip
RELEASES = frozenset({EventType.RELEASE_DATE, EventType.RELEASE_WINDOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a text amounts to."""

    relevant: bool
    verdict: TextVerdict
    solid: tuple[Candidate, ...] = ()
    dropped: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    names_official: bool = False


@dataclass(slots=True)
class Page:
    """The marks of a whole text that decide how far its sentences are believed."""

    scope: Scope
    finder: Finder
    views: Sequence[View]
    candidates: Sequence[Candidate]
    published: date | None
    reasons: list[str] = field(default_factory=list)

    def own(self, view: View) -> bool:
        """Say whether a sentence is about the watched work and may be about the watched season."""
        if view.kind is BlockKind.RELATED or self.scope.whose(view, len(view.folded)) is not Whose.OWN:
            return False
        refs = [ref for ref in view.seasons if ref.kind not in {SeasonKind.NONE, SeasonKind.PART}]
        if refs:
            return any(self.scope.fits(ref) is not Fits.OTHER for ref in refs)
        return self.scope.season_inherited.get(view.sentence.index, self.scope.default) is not Fits.OTHER

    def having(self, *meanings: str) -> Iterator[View]:
        for view in self.views:
            if view.kind is not BlockKind.RELATED and view.has(*meanings) and self.own(view):
                yield view

    @property
    def headline(self) -> View | None:
        return next((view for view in self.views if view.kind is BlockKind.HEADLINE), None)

    @property
    def seo(self) -> bool:
        head = [view for view in self.views if view.kind is BlockKind.HEADLINE]
        return any(view.has("seo") for view in head) or any(view.asks for view in head)

    @property
    def hoax(self) -> bool:
        return any(not view.has("real") for view in self.having("hoax"))

    @property
    def denies_existence(self) -> View | None:
        return next(self._denials("deny_existence"), None)

    @property
    def denies_date(self) -> View | None:
        return next(self._denials("deny_date"), None)

    def _denials(self, meaning: str) -> Iterator[View]:
        for view in self.having(meaning):
            for hit in view.find(meaning):
                inside = any(
                    other.start <= hit.start and hit.end <= other.end
                    for other in view.find("deny_date", "cancel")
                    if other is not hit and meaning == "deny_existence"
                )
                if not inside:
                    yield view
                    break


def judge(scope: Scope, finder: Finder, candidates: Sequence[Candidate], published: date | None) -> Judgement:
    """Judge a text from its candidates."""
    page = Page(scope=scope, finder=finder, views=scope.views, candidates=candidates, published=published)
    if not _relevant(page):
        return Judgement(
            relevant=False,
            verdict=TextVerdict.UNRELATED,
            dropped=tuple(candidates),
            reasons=("not about the watched season",),
        )
    solid = [candidate for candidate in candidates if candidate.solid]
    for gate in (_hoax, _denied, _distrusted, _conflicting, _secondary):
        solid = gate(page, solid)
    solid = _one_each(solid)
    dropped = tuple(candidate for candidate in candidates if candidate not in solid)
    if solid:
        verdict = TextVerdict.CONFIRMED if any(_confirmed(page, c) for c in solid) else TextVerdict.REPORTED
    else:
        verdict = _silent(page)
    return Judgement(
        relevant=True, verdict=verdict, solid=tuple(solid), dropped=dropped, reasons=tuple(page.reasons),
        names_official=any(view.has("official_named") for view in page.views if page.own(view)),
    )  # fmt: skip


def _relevant(page: Page) -> bool:
    for view in page.views:
        if view.kind is BlockKind.RELATED:
            continue
        for ref in view.seasons:
            if ref.kind in {SeasonKind.NONE, SeasonKind.PART, SeasonKind.PREVIOUS}:
                continue
            if page.scope.fits(ref) is Fits.OTHER or page.scope.whose(view, ref.start) is not Whose.OWN:
                continue
            if view.has(*OTHER_THINGS) and not page.finder.free(view, ref) and view.kind is BlockKind.HEADLINE:
                continue
            return True
    if any(
        c.whose is Whose.OWN and c.fits is not Fits.OTHER and c.type in PRIMARY and not c.other_thing
        for c in page.candidates
    ):
        return True
    return page.scope.topic is Whose.OWN and page.scope.default is Fits.WATCHED


def _drop(page: Page, solid: list[Candidate], kept: list[Candidate], reason: str) -> list[Candidate]:
    if len(kept) < len(solid):
        page.reasons.append(reason)
    return kept


def _hoax(page: Page, solid: list[Candidate]) -> list[Candidate]:
    if not page.hoax:
        return solid
    return _drop(page, solid, [c for c in solid if c.view.has("real")], "a joke or a fake, as the text itself says")


def _strong(candidate: Candidate) -> bool:
    """Say whether a sentence names who says it, or states it so that only the source can."""
    return candidate.view.has("official_named")


def _denied(page: Page, solid: list[Candidate]) -> list[Candidate]:
    if (view := page.denies_existence) is not None:
        kept = [c for c in solid if _strong(c) and c.view is not view]
        solid = _drop(page, solid, kept, f"says itself that nothing is announced: “{view.sentence.text[:120]}”")
    if (view := page.denies_date) is not None:
        kept = [
            c for c in solid
            if c.type is not EventType.RELEASE_DATE and (c.type is not EventType.RELEASE_WINDOW or _strong(c) or not page.seo)
        ]  # fmt: skip
        solid = _drop(page, solid, kept, f"says itself that no date is known: “{view.sentence.text[:120]}”")
    return solid


def _distrusted(page: Page, solid: list[Candidate]) -> list[Candidate]:
    """On pages of the "everything we know" type the headline counts for nothing, and a fact wants a source."""
    if not page.seo:
        return solid
    kept = [
        c for c in solid
        if c.view.kind not in {BlockKind.HEADLINE, BlockKind.HEADING}
        and (c.type not in RELEASES or c.view.has("official", "official_named"))
    ]  # fmt: skip
    return _drop(page, solid, kept, "a page of the “everything we know” kind: only sentences with a source count")


def _conflicting(page: Page, solid: list[Candidate]) -> list[Candidate]:
    """Two premieres that exclude each other, neither from a named source, cancel each other."""
    dates = [c for c in solid if c.type in RELEASES and c.date is not None and c.part is None]
    weak = [c for c in dates if not _strong(c)]
    clash = any(
        not a.date.overlaps(b.date) for a in weak for b in weak
        if a.date and b.date and a.view is not b.view and abs((a.date.earliest - b.date.earliest).days) > 45
    )  # fmt: skip
    if not clash or not page.seo:
        return solid
    return _drop(page, solid, [c for c in solid if c not in weak], "names dates that exclude each other")


def _secondary(page: Page, solid: list[Candidate]) -> list[Candidate]:
    """A trailer, a visual, people alone make an alert only where the season is named with them."""
    if any(c.type in PRIMARY for c in solid):
        return [c for c in solid if c.type in PRIMARY or c.fits is Fits.WATCHED or c.explicit]
    kept = [c for c in solid if _tied(page, c)]
    return _drop(page, solid, kept, "a trailer, visual, cast or staff without a tie to the season")


def _tied(page: Page, candidate: Candidate) -> bool:
    if candidate.fits is not Fits.WATCHED:
        return False
    return candidate.explicit or page.scope.topic is Whose.OWN


def _one_each(solid: list[Candidate]) -> list[Candidate]:
    """Keep one claim of a type, several dates only from different sentences or services."""
    kept: list[Candidate] = []
    for candidate in sorted(solid, key=_rank):
        same = [other for other in kept if other.type is candidate.type]
        if any(_same(other, candidate) for other in same):
            continue
        kept.append(candidate)
    types = {c.type for c in kept}
    if EventType.RELEASE_DATE in types:
        kept = [
            c for c in kept
            if c.type is not EventType.RELEASE_WINDOW
            or not any(d.date and c.date and c.date.contains(d.date) for d in kept if d.type is EventType.RELEASE_DATE)
        ]  # fmt: skip
    return sorted(kept, key=lambda c: (c.view.sentence.index, c.start))


def _rank(candidate: Candidate) -> tuple[bool, bool, int, int]:
    headline = candidate.view.kind is BlockKind.HEADLINE
    return (candidate.date is None, headline, candidate.view.sentence.index, candidate.start)


def _same(kept: Candidate, new: Candidate) -> bool:
    if kept.type in RELEASES or kept.type is EventType.STREAMING:
        if new.date is None or kept.date == new.date:
            return True
        return kept.service is None or new.service is None or kept.service.name == new.service.name
    return True


def _confirmed(page: Page, candidate: Candidate) -> bool:
    if candidate.view.has("press"):
        return False
    return (
        candidate.view.has("official", "official_named")
        or bool(candidate.service)
        or candidate.type is EventType.ANNOUNCED
    )


def _silent(page: Page) -> TextVerdict:
    """Say what a text is that states nothing solid."""
    if _looks_back(page):
        return TextVerdict.RETROSPECTIVE
    guesses = [
        c
        for c in page.candidates
        if c.whose is Whose.OWN and c.fits is not Fits.OTHER and c.meant not in {Modality.ASSERTED, Modality.NEGATED}
    ]
    if page.hoax or guesses or any(True for _ in page.having("guess", "rumour", "hedge", "wish")):
        return TextVerdict.SPECULATION
    return TextVerdict.NO_NEWS


def _looks_back(page: Page) -> bool:
    head = page.headline
    if head is not None and head.has("review"):
        return True
    return False
