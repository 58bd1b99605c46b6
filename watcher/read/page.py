"""What a whole text shows about itself: its kind, its denials, its rumours, its guesses.

In:    the setting of a text and the candidates found in it.
Out:   `Page`: answers to questions about the text as a whole, each asked once.
Never: a verdict; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from watcher.model import BlockKind, EventType, Modality
from watcher.read.candidate import Candidate, Setting, overlap
from watcher.read.lexicon import Hit
from watcher.read.scope import Fits, Scope, Whose
from watcher.read.seasons import SeasonKind
from watcher.read.things import OTHER_THINGS, free, thing_of_season
from watcher.read.views import View

RELEASES = frozenset({EventType.RELEASE_DATE, EventType.RELEASE_WINDOW})
GUESSED = frozenset({Modality.HEDGED, Modality.RUMOUR, Modality.CONDITIONAL})
_OTHER_OBJECTS = ("deny_date", "deny_other", "trailer", "visual", "cast", "staff", "dub", "date_noun", *OTHER_THINGS)
_THREAD = 2
"""So many sentences that show a thread make one."""
_ANSWER = 20
"""An answer begins with its yes or no."""
_OPENS = 6
_SENTENCE = 25
"""An entry of a list opens with its work, perhaps behind a number, and tells more than so many characters of it."""
_UNNAMED = frozenset({SeasonKind.NONE, SeasonKind.PART})


_WHAT = re.compile("(?:何|いつ|どこ|どの|誰|だれ|どんな|どう)[^、。]{0,8}か(?:まで)?(?:について)?[はがも]")
_DETAIL = re.compile(
    "(?:詳細|詳し[^、。は]{1,10}|内容|話数|主題歌|あらすじ|キャスト|声優|スタッフ|監督|役名|放送局|配信先|理由|ビジュアル|映像|原因)"
    "(?:など)?(?:の(?:情報|発表|詳細))?(?:に(?:ついて|関して))?[はもが]+[^、。]{0,8}$"
)
"""放送局は未定です: what is open is a day, a person or a place, and no season."""


def _of_detail(view: View, hit: Hit, first: int) -> bool:
    """Say whether a Japanese denial has a thing of the season for its subject: 2期の体制は未発表."""
    if view.words:
        return False
    if any(what.search(view.folded, first, hit.start) for what in (_WHAT, _DETAIL)):
        return True
    before = [ref for ref in view.seasons if first <= ref.start and ref.end <= hit.start]
    return bool(before) and thing_of_season(view.masked[before[-1].end : hit.start])


def _new_in_name(claim: Candidate) -> bool:
    """Say whether the words for the season say by themselves that it is a further one: 新作アニメ, weitere Folgen."""
    return claim.ref is not None and claim.ref.kind is SeasonKind.NEW


def _narrower(guess: Candidate, claim: Candidate) -> bool:
    """Say whether a guess is only more exact than what is stated: "2026" is told, "fall 2026" is guessed."""
    if guess.date is None or claim.date is None or guess.date == claim.date:
        return False
    return claim.date.contains(guess.date)


@dataclass(frozen=True, kw_only=True)
class Page:
    """A whole text, as far as it decides how much its sentences are believed."""

    setting: Setting
    candidates: Sequence[Candidate]

    @property
    def scope(self) -> Scope:
        return self.setting.scope

    @property
    def views(self) -> Sequence[View]:
        return self.scope.views

    @cached_property
    def headline(self) -> View | None:
        return next((view for view in self.views if view.kind is BlockKind.HEADLINE), None)

    @cached_property
    def own(self) -> tuple[View, ...]:
        """Return the sentences about the watched work that may be about the watched season."""
        return tuple(view for view in self.views if self._own(view))

    def _own(self, view: View) -> bool:
        if view.kind is BlockKind.RELATED or self.scope.whose(view, len(view.folded)) is not Whose.OWN:
            return False
        if refs := [ref for ref in view.seasons if ref.kind not in _UNNAMED]:
            return any(self.scope.fits(ref) is not Fits.OTHER for ref in refs)
        return self.scope.season_inherited.get(view.sentence.index, self.scope.default) is not Fits.OTHER

    def having(self, *meanings: str) -> Iterator[View]:
        """Yield the own sentences in which one of these meanings is found."""
        return (view for view in self.own if view.has(*meanings))

    def own_clauses(self, meaning: str) -> Iterator[View]:
        """Yield sentences with *meaning* in a clause of the watched season; another clause may name another season."""
        for view in self.views:
            said = view in self.own and view.has(meaning)
            if said or (view.kind is not BlockKind.RELATED and self._says(view, meaning)):
                yield view

    def _says(self, view: View, meaning: str) -> bool:
        """Say whether a clause about the work and its watched season holds *meaning*."""
        if self.scope.whose(view, len(view.folded)) is not Whose.OWN:
            return False
        return any(self.scope.season(view, hit.start)[0] is not Fits.OTHER for hit in view.find(meaning))

    @cached_property
    def seo(self) -> bool:
        """Say whether the headline is of the kind that promises everything and knows nothing, or asks."""
        heads = [view for view in self.views if view.kind is BlockKind.HEADLINE]
        return any(view.has("seo") or (view.asks and (view.own or view.seasons)) for view in heads)

    @cached_property
    def asked(self) -> bool:
        """Say whether the headline promises everything or asks for the season itself."""
        heads = [view for view in self.views if view.kind is BlockKind.HEADLINE and view.asks]
        if heads and self._answered:
            return False
        if self.scope.topic is Whose.UNKNOWN and not (heads and heads[0].words):
            return False  # 更新？打ち切り？ above a list of works asks for none of them
        return self.promises or any(view.seasons or view.has("cancel", "announce") for view in heads)

    @property
    def _answered(self) -> bool:
        """Say whether an English headline answers what it asks: "Will there be a season 3? The creators confirm…"."""
        heads = [view for view in self.views if view.kind is BlockKind.HEADLINE]
        said = heads[-1].has("announce", "official_named") and not heads[-1].has("hedge", "guess", "seo")
        return heads[-1].sentence.language == "en" and heads[0].asks and not heads[-1].asks and said

    @cached_property
    def promises(self) -> bool:
        """Say whether the headline promises everything; a mere question does not."""
        return any(view.has("seo") for view in self.views if view.kind is BlockKind.HEADLINE)

    @cached_property
    def of_episode(self) -> bool:
        """Say whether the headline is about one episode: what is dated there without a season is its showing."""
        return self.headline is not None and self.headline.words and self.headline.has("episode")

    @cached_property
    def stale(self) -> bool:
        """Say whether the text is an old one published again, as it says itself."""
        return any(view.has("stale") for view in self.views if view.kind is not BlockKind.RELATED)

    @cached_property
    def chatter(self) -> bool:
        """Say whether the text is a thread of nameless posts."""
        return sum(view.has("forum") for view in self.views) >= _THREAD

    @cached_property
    def one_of_many(self) -> bool:
        """Say whether the watched work has words of its own in a list of works whose next seasons are wanted."""
        head = self.headline
        if head is None or head.own or not head.has("of_many") or self.scope.wanted == 1:
            return False
        return any(self._entry(view) for view in self.views if view.own and view.own[0].start <= _OPENS)

    def _entry(self, view: View) -> bool:
        """Say whether a line opens with the work, and says more than its name there or in the next one."""
        if view.kind is BlockKind.RELATED:
            return False
        behind = self.views[view.sentence.index + 1 : view.sentence.index + 2]
        more = any(not each.names and len(each.folded) > _SENTENCE for each in behind)
        return more or len(view.folded) - view.own[0].end > _SENTENCE

    @cached_property
    def opinions(self) -> bool:
        """Say whether somebody tells what they thought of what they saw, without calling it a review."""
        return sum(view.has("opinion") for view in self.views if view.kind is not BlockKind.RELATED) >= _THREAD

    @cached_property
    def hoax(self) -> bool:
        heads = [view for view in self.views if view.kind is BlockKind.HEADLINE and view.has("hoax")]
        tags = [view for view in self.views if view.kind is BlockKind.RELATED and view.has("tag_line")]
        said = (*heads, *self.having("hoax"), *(view for view in tags if view.has("hoax")))
        return any(not view.has("real") and not self._answers(view) for view in said)

    @cached_property
    def further(self) -> bool:
        """Say whether the text states a further season at all."""
        return any(
            c.type is EventType.ANNOUNCED and c.solid and (c.view.has("announce_new") or _new_in_name(c))
            for c in self.candidates
        )

    # --- denials -----------------------------------------------------------------------------------------------

    @cached_property
    def denies_existence(self) -> View | None:
        said = (view for view in self.own_clauses("deny_existence") if self._denies(view))
        return next(said, None) or next(self._answered_no(), None)

    def _answered_no(self) -> Iterator[View]:
        """Yield answers that deny what their question asks: "Is season 3 confirmed? No."."""
        for asked, answer in pairwise(self.views):
            if (
                not (asked.asks and answer.has("answer_no", end=_ANSWER))
                or answer.has("deny_date")
                or asked not in self.own
            ):
                continue
            if any(claim.view is asked and claim.type is EventType.ANNOUNCED for claim in self.candidates):
                yield answer

    @cached_property
    def denies_date(self) -> View | None:
        for view in self.having("deny_date"):
            if any(self._current(view, hit) for hit in view.find("deny_date")):
                return view
        return None

    def _denies(self, view: View) -> bool:
        """Say whether a denial has the season itself for its object, and not its cast or its date."""
        for hit in view.find("deny_existence"):
            first, last = view.clause(hit.start)
            elsewhere = view.has(*_OTHER_OBJECTS, start=first, end=last)
            elsewhere = elsewhere or (self._under_other(view) and not self._of_season(view, first, last))
            elsewhere = elsewhere or self._of_more(view, first, last) or _of_detail(view, hit, first)
            elsewhere = elsewhere or self._answers(view) or self._of_making(view)
            if self._current(view, hit) and not elsewhere:
                return True
        return False

    def _of_season(self, view: View, first: int, last: int) -> bool:
        """Say whether a clause names the watched season: "no announcement regarding Season 5"."""
        named = [ref for ref in view.seasons if first <= ref.start < last and ref.kind not in _UNNAMED]
        return any(self.scope.fits(ref) is Fits.WATCHED and free(view, ref) for ref in named)

    def _of_more(self, view: View, first: int, last: int) -> bool:
        """Say whether what is open is how many seasons there will be: "whether there will be two more or one"."""
        named = [ref for ref in view.seasons if first <= ref.start < last and ref.kind not in _UNNAMED]
        return bool(named) and all(ref.kind is SeasonKind.MORE for ref in named)

    def _under_other(self, view: View) -> bool:
        """Say whether a sentence stands under a heading about the cast, the plot or the date."""
        above = self.views[: view.sentence.index]
        heading = next((each for each in reversed(above) if each.kind is BlockKind.HEADING), None)
        if heading is None or heading.has("announce", "announce_new"):
            return False
        return heading.has(*_OTHER_OBJECTS, "plot")

    def _of_making(self, view: View) -> bool:
        """Say whether a denial is of what the sentence before says about filming: "That's not official"."""
        if not view.words or not view.sentence.index or view.seasons:
            return False
        this = view.folded.startswith(("that", "this", "it"))
        return this and self.views[view.sentence.index - 1].has("making", "rumour")

    def _answers(self, view: View) -> bool:
        """Say whether a denial that names no season answers a question about something else: "The dub? Not yet."."""
        if view.sentence.index == 0 or any(ref.kind not in _UNNAMED for ref in view.seasons):
            return False
        before = self.views[view.sentence.index - 1]
        asked = before.asks or before.has("interviewer")
        return asked and not before.own and before.has(*_OTHER_OBJECTS, "plot")

    def _current(self, view: View, hit: Hit) -> bool:
        return not any(overlap(hit, other) for other in view.find("cancel", "not_deny"))

    # --- rumours and guesses -----------------------------------------------------------------------------------

    def rumour(self, claim: Candidate) -> View | None:
        """Return a sentence that reports a rumour about what *claim* states."""
        for view in self.having("rumour"):
            head = view.kind is BlockKind.HEADLINE
            if view.words and view.has("making") and not view.has("release", "announce", "date_noun"):
                continue  # that filming is over is another thing
            if not head and claim.type not in RELEASES and view.has("date_word" if view.words else "date_noun"):
                continue
            if head or self._names_season(view, "rumour"):
                return view
        return None

    def caution(self, claim: Candidate) -> View | None:
        """Return a sentence that warns against what was told last: "take it with a grain of salt"."""
        telling = {other.view.sentence.index for other in self.candidates if other.about}
        for view in self.views[claim.view.sentence.index :]:
            if view.has("caution"):
                return view
            if view is not claim.view and view.sentence.index in telling:
                break
        return None

    def _names_season(self, view: View, meaning: str) -> bool:
        """Say whether a phrase shares its clause with the watched season."""
        for hit in view.find(meaning):
            first, last = view.clause(hit.start)
            named = [ref for ref in view.seasons if first <= ref.start < last and ref.kind not in _UNNAMED]
            if any(self.scope.fits(ref) is Fits.WATCHED for ref in named):
                return True
        return False

    def guesses(self, claim: Candidate) -> bool:
        """Say whether the text only guesses elsewhere at what *claim* states; a day within its window is no other."""
        group = RELEASES if claim.type in RELEASES else frozenset({claim.type})
        return any(
            other.type in group
            and other.view is not claim.view
            and other.about
            and other.meant in GUESSED
            and not _narrower(other, claim)
            for other in self.candidates
        )
