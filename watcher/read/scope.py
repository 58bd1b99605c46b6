"""Say what each sentence is about: which work, which season.

In:    the views of a text, the season that is watched.
Out:   `Scope`: for a position in a sentence, whether the watched work is meant and which season.
Never: what is said about it.

Whose title: named in front of the place > named behind it > the paragraph before > the heading > the document.
Which season: the nearest one in the clause > in the sentence > in the paragraph before > the heading > the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from watcher.model import BlockKind
from watcher.read.lexicon import OTHER, lexicon
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.strangers import Name
from watcher.read.views import View


class Whose(StrEnum):
    """Which work a place in a text is about."""

    OWN = "own"
    OTHER = "other"
    UNKNOWN = "unknown"


class Fits(StrEnum):
    """How a season named fits the watched one."""

    WATCHED = "watched"
    OPEN = "open"
    """A further season without a number, or none named at all."""
    OTHER = "other"


@dataclass(slots=True)
class Scope:
    """The subject of every sentence of one text."""

    views: Sequence[View]
    wanted: int | None
    topic: Whose = Whose.UNKNOWN
    named: frozenset[int] = frozenset()
    """Every season number that the text gives to the watched work."""
    coming: int | None = None
    """The last season named, where its day is told: the new episodes are its own. Not for English and Japanese."""
    default: Fits = Fits.OPEN
    by_block: dict[int, Whose] = field(default_factory=dict)
    inherited: dict[int, Whose] = field(default_factory=dict)
    """Per sentence: the work it is about where it names none."""
    season_inherited: dict[int, Fits] = field(default_factory=dict)
    official: bool = False
    cour: bool = False
    """The text is about a later cour of another season."""
    presumed: bool = False
    """No season is named: that it is the watched one is only presumed, from where the text stands."""
    """The text stands on the work's own site."""

    # --- whose -----------------------------------------------------------------------------------------------

    def whose(self, view: View, at: int) -> Whose:
        """Return which work is meant at position *at*."""
        end = view.clause(at)[1]
        before = [name for name in view.names if name.start <= at]
        if before:
            return self._group(view, before)
        behind = [name for name in view.names if at < name.start < end] or list(view.names)
        if behind and not self._by_the_way(view, behind[0]):
            return _of(behind[0]) if not any(name.own for name in behind) else Whose.OWN
        return self.inherited.get(view.sentence.index, self.topic)

    def _by_the_way(self, view: View, name: Name) -> bool:
        """Say whether a doubtful name behind a place only dates it: "the third batch of episodes after ‘Storm’"."""
        if name.own or name.sure or view.sentence.language == "ja" or self.topic is not Whose.OWN:
            return False
        if view.sentence.language == "en":
            return _ALONG.search(view.folded, 0, name.start) is not None
        return _AFTER.search(view.folded, 0, name.start) is not None

    def _group(self, view: View, before: Sequence[Name]) -> Whose:
        """Names in a row ("A, B and C") are meant together."""
        last = before[-1]
        if last.own:
            return Whose.OWN
        for name in reversed(before):
            if name.own:
                return Whose.OWN
            at = before.index(name)
            if at == 0 or not _row(view, before[at - 1], name):
                break
        return Whose.OTHER

    def _cour_alone(self, view: View, first: int, last: int) -> bool:
        """A later cour without its season belongs to the one on the air, never to the next."""
        if self.wanted == 1 or not any(
            ref.start < last and ref.start >= first for ref in view.seasons if _later_cour(ref)
        ):
            return False
        heads = [each for each in self.views if each.kind is BlockKind.HEADLINE]
        return not any(_later_cour(ref) for head in heads for ref in head.seasons) or self.default is not Fits.WATCHED

    # --- which season ----------------------------------------------------------------------------------------

    def fits(self, ref: SeasonRef) -> Fits:
        """Say how a season named anywhere fits the watched one."""
        if ref.kind in {SeasonKind.NUMBER, SeasonKind.SUFFIX}:
            return self._number(ref.numbers)
        if ref.kind in {SeasonKind.NEW, SeasonKind.MORE}:
            return self._new()
        if ref.kind is SeasonKind.AFTER and ref.numbers:
            return self._number((ref.numbers[-1] + 1,))
        if ref.kind is SeasonKind.FIRST and self.wanted == 1:
            return Fits.WATCHED
        return Fits.OTHER if ref.kind in _NOT_WATCHED else Fits.OPEN

    def _number(self, numbers: Sequence[int]) -> Fits:
        if self.wanted is None:
            return Fits.WATCHED if max(numbers, default=0) > 1 else Fits.OTHER
        return Fits.WATCHED if self.wanted in numbers else Fits.OTHER

    def _new(self) -> Fits:
        """A sequel is the season behind the highest one named."""
        if self.wanted is None or self.wanted in self.named:
            return Fits.WATCHED
        if not self.named:
            return Fits.OPEN if self.wanted > 1 else Fits.OTHER
        if self.coming is not None:
            return Fits.WATCHED if self.coming == self.wanted else Fits.OTHER
        return Fits.WATCHED if max(self.named) + 1 == self.wanted else Fits.OTHER

    def further(self) -> Fits:
        """Return how the season behind the last one named fits."""
        return self._new()

    def season(self, view: View, at: int, *, end: int | None = None) -> tuple[Fits, SeasonRef | None]:
        """Return how the season meant at *at* fits, and where it is named in this sentence."""
        stop = at if end is None else end
        first, last = view.clause(at)
        real = [
            ref
            for ref in view.seasons
            if ref.kind is not SeasonKind.PART and (ref.kind is not SeasonKind.NONE or _foreign(view, ref))
        ]
        real = [ref for ref in real if not _only_compared(view, ref) and not made_anew(view, ref)]
        inside = [ref for ref in real if first <= ref.start < last]
        if inside:
            ref = min(inside, key=lambda ref: _distance(ref, at, stop))
            return Fits.OTHER if _of_other(view, ref) else self.fits(ref), ref
        if any(name.sequel for name in view.own) and not self.cour:
            return Fits.WATCHED, None
        if not view.words and self._cour_alone(view, first, last):
            return Fits.OTHER, None
        earlier = [ref for ref in real if ref.start < at]
        if earlier:
            ended = earlier[-1].kind is SeasonKind.AFTER
            return self._number(earlier[-1].numbers) if ended else self.fits(earlier[-1]), earlier[-1]
        if real and view.kind in _LINES and len(view.folded) < _ONE_LINE:
            return self.fits(real[0]), real[0]  # a row of a list: the day, the work, its season
        return self.season_inherited.get(view.sentence.index, self.default), None


_SINCE = re.compile(
    "に(?:引き)?続(?:き|いて)|と同(?:じ|様)|同様|"
    "(?:の)?(?:放送|配信|テレビ|アニメ)?(?:の)?(?:終了|最終回|完結|放送|配信|開始|終わり)(?:から|以来|後)(?!の)|以来|から(?:約|およそ)?[0-9]+年"
)
"""第1期の終了から約3年, 第1期に続き: the season only counts the time, or is compared."""


_KNOWN_FROM = re.compile("(?:で|では|にも?|の)[^、。]{1,12}た(?=[一-龠ァ-ヶ]{2})")
"""前作で演出を担った北見: what somebody did then."""


def _only_compared(view: View, ref: SeasonRef) -> bool:
    if view.words:
        return False
    before = ref.kind in {SeasonKind.PREVIOUS, SeasonKind.FIRST}
    return any(by.match(view.masked, ref.end) for by in ((_SINCE, _KNOWN_FROM) if before else (_SINCE,)))


def made_anew(view: View, ref: SeasonRef) -> bool:
    """Say whether what becomes a series is what only a sequel is called: 「銀の潮汐R」アニメ化."""
    first = ref.kind is SeasonKind.FIRST and _SERIES in view.folded[ref.start : ref.end]
    return first and any(name.sequel for name in view.own)


_SERIES = "アニメ"
_ALONG = re.compile(
    r"(?:,? (?:along with|with|after|following|by|from|like|on|in|at)) (?:the |its |an? )?(?:[a-z-]+,? ){0,2}['\"]?$"
)
_AFTER = re.compile(r"(?:after|following|tras|después de|após|depois de|après|nach|dopo) ['\"(]*$")
_LINES = frozenset({BlockKind.HEADING, BlockKind.LIST_ITEM})
_ONE_LINE = 90
_PASSING = frozenset({SeasonKind.NONE, SeasonKind.PART, SeasonKind.AFTER})
_NOT_WATCHED = frozenset({SeasonKind.FIRST, SeasonKind.PREVIOUS, SeasonKind.NONE})


_OF_OTHER = re.compile(f" (?:of|from|for) (?:the )?['\"]?{OTHER}")


def _of_other(view: View, ref: SeasonRef) -> bool:
    """Say whether a season is that of another work: "the second season of *Silver Tides*"."""
    return _OF_OTHER.match(view.masked, ref.end) is not None


def _foreign(view: View, ref: SeasonRef) -> bool:
    """Say whether a season is one of something else: a game's, a league's."""
    return "season" in view.folded[ref.start : ref.end] and bool(ref.numbers)


def _distance(ref: SeasonRef, start: int, end: int) -> int:
    """Distance to a cue; what stands before it counts as nearer."""
    if ref.start < end and start < ref.end:
        return 0
    return start - ref.end if ref.end <= start else ref.start - end + 2


def _later_cour(ref: SeasonRef) -> bool:
    return ref.kind is SeasonKind.PART and (ref.number or 0) > 1


def _of(name: Name) -> Whose:
    return Whose.OWN if name.own else Whose.OTHER


_BETWEEN = "".join(sorted(set(" '\"’”」』》,、・/&とや")))
"""What may stand between the names of a list."""


def _row(view: View, first: Name, second: Name) -> bool:
    between = view.masked[first.end : second.start].strip(_BETWEEN)
    return between in {"", "and", "&", "or", "y", "et", "und", "e", "as well as"} or (
        len(between) < 4 and not between.isalpha()
    )


def scope(views: Sequence[View], wanted: int | None, *, official: bool = False) -> Scope:
    """Work out the subject of every sentence; *official*: the text stands on the work's own site."""
    result = Scope(views=views, wanted=wanted, official=official)
    result.topic = _topic(views)
    if official and not _sure_other(views):
        result.topic = Whose.OWN
    _carry_work(result)
    result.named = _named(result)
    result.coming = _coming(result)
    result.cour = _of_cour(result)
    result.default = _default(result)
    sequel = not result.cour and any(name.sequel for view in views for name in view.own)
    if _named_anew(result):
        result.default = Fits.WATCHED
    if result.default is Fits.OPEN and (sequel or (official and not result.named)):
        result.default = Fits.WATCHED
        result.presumed = not sequel
    _carry_season(result)
    return result


_TAIL = re.compile(r"['’\"”]?(?::|,)? (?:the )?([A-Z][\w'’]{2,}|[A-Z]\b)(?! [Ss]eason)")


def _named_anew(result: Scope) -> bool:
    """Say whether a headline goes on behind our name, and the text counts all seasons before as past.

    "Silver Birds Homecoming Premieres in April … The first season aired in 2020": the second has a name of its own.
    """
    before = result.wanted - 1 if result.wanted else 0
    if before < 1 or not result.views or result.views[0].sentence.language != "en":
        return False
    if (max(result.named) if result.named else 0) != before:
        return False
    return any(
        (tail := _TAIL.match(view.sentence.text, name.end)) is not None and not lexicon("en").knows(tail[1].lower())
        for view in result.views
        if view.kind is BlockKind.HEADLINE
        for name in view.own
        if not view.seasons
    )


def _sure_other(views: Sequence[View]) -> bool:
    """Say whether the headline names another work for certain."""
    return any(name.sure and not name.own for view in views if view.kind is BlockKind.HEADLINE for name in view.names)


def _topic(views: Sequence[View]) -> Whose:
    headline = [view for view in views if view.kind is BlockKind.HEADLINE]
    names = [name for view in headline for name in view.names]
    if any(name.own for name in names):
        return Whose.OTHER if any(_season_of_other(view) for view in headline) else Whose.OWN
    body = [view for view in views if view.kind not in {BlockKind.HEADLINE, BlockKind.RELATED}]
    if names:
        return Whose.OTHER if not _only_own(body) else Whose.OWN
    if any(view.has("roundup") for view in headline) and not (_names_later(headline) and _only_own(body)):
        return Whose.UNKNOWN
    return Whose.OWN if _leads(body) else Whose.UNKNOWN


def _season_of_other(view: View) -> bool:
    """Say whether a headline gives its season to another work, and ours is but a word in it: "… season 3 for all"."""
    if any(name.own and name.sure for name in view.names) or not view.seasons:
        return False
    before = [name for name in view.names if name.end <= view.seasons[0].start]
    return bool(before) and not any(name.own for name in before)


def _names_later(views: Sequence[View]) -> bool:
    """Say whether a later season is named, though no work: 第2期 放送局一覧."""
    return any(ref.kind in {SeasonKind.NUMBER, SeasonKind.NEW} for view in views for ref in view.seasons)


def _only_own(views: Sequence[View]) -> bool:
    """A quotation in the headline may look like another title; a body that names one work only tells."""
    names = [name for view in views for name in view.names]
    first = views[0] if views else None
    leads = first is not None and (not first.words or any(name.own for name in first.names))
    return leads and bool(names) and all(name.own for name in names)


def _leads(views: Sequence[View]) -> bool:
    """Say whether the first work that a body names is the watched one, and the body is not a round-up."""
    names = [name for view in views for name in view.names]
    others = {name.alias for name in names if not name.own and name.sure}
    block = next((view.sentence.block for view in views if view.kind is not BlockKind.HEADING), None)
    first = [name for view in views if view.sentence.block == block for name in view.names]
    return any(name.own and name.sure for name in first[:1]) and len(others) <= 1


def _carry_work(result: Scope) -> None:
    """Hand the subject on: from a heading to its section, from a sentence to the next of its paragraph."""
    section = current = result.topic
    block: int | None = None
    above: View | None = None
    for view in result.views:
        if view.sentence.block != block:
            block, current = view.sentence.block, section
        if _heads(view) or (view.kind is BlockKind.HEADING and not _of_heading(view, above)):
            section = current = _section(view, result.topic)
        above = view
        result.inherited[view.sentence.index] = current
        if view.kind is BlockKind.HEADLINE:
            continue
        if view.names:
            current = Whose.OWN if any(name.own for name in view.names) else _of(view.names[-1])
            sure = any(name.sure for name in view.names)
            if current is Whose.OTHER and not sure and result.topic is Whose.OWN:
                current = section


def _of_heading(view: View, above: View | None) -> bool:
    """Say whether a line that looks like a heading only goes on the one above: "Studio: … | Starts: January 7"."""
    under = above is not None and above.kind is BlockKind.HEADING and bool(above.names)
    return under and not view.names and ": " in view.folded


def _heads(view: View) -> bool:
    """Say whether a marked line heads what follows though it says something itself: ●「…」は7月へ."""
    marked = not view.words and view.kind is BlockKind.LIST_ITEM and view.folded[:1] in _MARKS
    return marked and bool(view.names) and view.names[0].start <= _AT_HEAD and not view.folded.endswith("。")


_MARKS = frozenset("■◆●▼◇★")
_AT_HEAD = 3


def _section(heading: View, topic: Whose) -> Whose:
    if any(name.own for name in heading.names):
        return Whose.OWN
    if heading.names and (heading.names[0].sure or topic is not Whose.OWN):
        return Whose.OTHER
    return topic


def _named(result: Scope) -> frozenset[int]:
    found: set[int] = set()
    for view in result.views:
        if view.kind is BlockKind.RELATED:
            continue
        for ref in view.seasons:
            if ref.kind in {SeasonKind.NUMBER, SeasonKind.SUFFIX} and result.whose(view, ref.start) is not Whose.OTHER:
                found.update(ref.numbers)
            elif ref.kind is SeasonKind.FIRST and result.whose(view, ref.start) is not Whose.OTHER:
                found.add(1)
    return frozenset(number for number in found if number < 40)


def _coming(result: Scope) -> int | None:
    last = max(result.named, default=0)
    for view in result.views:
        if view.sentence.language in {"en", "ja"} or view.kind is BlockKind.RELATED or view.asks or view.has("hedge"):
            continue
        numbers = {ref.number for ref in view.seasons if ref.kind is SeasonKind.NUMBER}
        ahead = any(when.date is not None and not when.past for when in view.dates)
        if (
            numbers == {last}
            and ahead
            and view.has("release", "date_noun")
            and result.whose(view, 0) is not Whose.OTHER
        ):
            return last
    return None


def _default(result: Scope) -> Fits:
    """Return which season the text is about where a sentence does not say."""
    head = [
        result.fits(ref)
        for view in result.views
        if view.kind is BlockKind.HEADLINE
        for ref in view.seasons
        if ref.kind not in {SeasonKind.NONE, SeasonKind.PART} and result.whose(view, ref.start) is not Whose.OTHER
        if not (made_anew(view, ref) or _counts_time(view, ref))
    ]
    if head:
        return Fits.WATCHED if Fits.WATCHED in head else head[0]
    if result.cour:
        return Fits.OTHER
    if result.wanted == 1 and not {number for number in result.named if number > 1}:
        return Fits.WATCHED
    for view in result.views:
        if view.kind in {BlockKind.RELATED, BlockKind.HEADLINE}:
            continue
        for ref in view.seasons:
            if ref.kind in {SeasonKind.NUMBER, SeasonKind.SUFFIX, SeasonKind.NEW} and (
                result.whose(view, ref.start) is Whose.OWN
            ):
                return result.fits(ref)
    return Fits.OPEN


def _counts_time(view: View, ref: SeasonRef) -> bool:
    """Say whether an English headline only counts years: "returns after seven years", where nothing ends."""
    years = ref.kind is SeasonKind.AFTER and "years" in view.folded[ref.start : ref.end]
    return years and view.sentence.language == "en" and not view.has("cancel", "finish", "finish_with", "finish_past")


def _of_cour(result: Scope) -> bool:
    """Say whether a Japanese headline is about a later cour: one of the season on the air, no further season."""
    heads = [view for view in result.views if view.kind is BlockKind.HEADLINE and not view.words]
    later = any(_later_cour(ref) for view in heads for ref in view.seasons)
    named = max(result.named, default=0) > 1 or not any(name.sequel for view in result.views for name in view.own)
    return later and named and result.wanted != 1 and result.wanted not in result.named


def _carry_season(result: Scope) -> None:
    section = current = result.default
    block: int | None = None
    for view in result.views:
        if view.sentence.block != block:
            block, current = view.sentence.block, section
        result.season_inherited[view.sentence.index] = current
        refs = [ref for ref in view.seasons if ref.kind not in _PASSING and not _only_compared(view, ref)]
        if any(name.sequel for name in view.own):
            current = Fits.WATCHED
        if not refs:
            continue
        current = result.fits(refs[-1])
        if view.kind is BlockKind.HEADING:
            section = current
