"""Judge a whole text: which of its statements stand, and what kind of text it is.

In:    the setting of a text, the candidates found in it.
Out:   `Judgement`: solid candidates, verdict, reasons.
Never: what is known from elsewhere; that is `watcher.judge`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from watcher.model import BlockKind, EventType, Modality, TextVerdict
from watcher.read.asides import asides
from watcher.read.candidate import Candidate, Setting, overlap
from watcher.read.contradictions import contradictions
from watcher.read.merging import settled
from watcher.read.page import RELEASES, Page
from watcher.read.retraction import retractions
from watcher.read.scope import Fits, Whose
from watcher.read.seasons import SeasonKind
from watcher.read.things import OTHER_THINGS, free
from watcher.read.views import View
from watcher.read.weighing import credit, doubt

PRIMARY = frozenset(
    {
        EventType.ANNOUNCED,
        EventType.RELEASE_DATE,
        EventType.RELEASE_WINDOW,
        EventType.DELAYED,
        EventType.CANCELLED,
        EventType.FINISHED,
        EventType.STREAMING,
        EventType.DUB,
    }
)
_DATED = frozenset({EventType.RELEASE_DATE, EventType.RELEASE_WINDOW, EventType.DELAYED, EventType.CANCELLED})
_SHOWN = frozenset({EventType.TRAILER, EventType.VISUAL})
_DECISIONS = frozenset({EventType.ANNOUNCED, EventType.DELAYED, EventType.CANCELLED})
"""What nobody but the makers can do: told flatly it is told as theirs ("has been renewed", "was pulled")."""
_PLAYED = frozenset({"game", "stage"})
_UNNUMBERED = frozenset({EventType.ANNOUNCED, EventType.CANCELLED})
_UNTOLD = frozenset({SeasonKind.NONE, SeasonKind.PART, SeasonKind.PREVIOUS})
_GUESSING = ("guess", "rumour", "hedge", "wish")
_ASKED = re.compile("の?か[ 、]?|未定")
"""A Japanese question guesses at nothing: 2期はあるか."""
_DENIALS = ("deny_existence", "deny_date")
_DOUBTFUL = frozenset({Modality.HEDGED, Modality.RUMOUR, Modality.CONDITIONAL, Modality.WISH, Modality.SCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a text amounts to."""

    relevant: bool
    verdict: TextVerdict
    solid: tuple[Candidate, ...] = ()
    dropped: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    names_official: bool = False
    retractions: tuple[Candidate, ...] = ()
    asides: tuple[Candidate, ...] = ()


def judge(setting: Setting, candidates: Sequence[Candidate]) -> Judgement:
    """Judge a text from its candidates."""
    page = Page(setting=setting, candidates=candidates)
    if not _relevant(page):
        why = "not about the watched season"
        return Judgement(relevant=False, verdict=TextVerdict.UNRELATED, dropped=tuple(candidates), reasons=(why,))
    reasons: list[str] = []
    solid = [claim for claim in candidates if claim.solid and _stands(page, claim)]
    for gate in (_chatter, _hoax, _of_film, _taken_back, _stale, _recalled, _reviewed, _protest, _weighed, _tied):
        solid = gate(page, solid, reasons)
    solid = settled(solid)
    if not solid:
        reasons += contradictions(page)
    return Judgement(
        relevant=True,
        verdict=_verdict(page, solid),
        solid=tuple(solid),
        dropped=tuple(claim for claim in candidates if claim not in solid),
        reasons=tuple(dict.fromkeys(reasons)),
        retractions=() if solid else tuple(retractions(page)),
        asides=tuple(asides(page, solid)),
        names_official=any(True for _ in page.having("official_named")),
    )


def _relevant(page: Page) -> bool:
    """Say whether the watched season has a sentence of its own."""
    scope = page.scope
    read = [view for view in page.views if view.kind is not BlockKind.RELATED]
    if page.one_of_many:
        return True
    topic = page.setting.topic
    if topic is not None and page.headline is not None and page.headline.has("game_page"):
        return False  # the seasons of a game, of travel, of a hunt
    if any(_names_it(page, view) or _names_sequel(view) for view in read):
        return True
    if any(_states(claim) for claim in page.candidates):
        return True
    if topic is not None and not (topic.meaning == "goods" and scope.wanted == 1):
        return False  # the discs of the only season are side news of it
    return scope.topic is Whose.OWN and scope.default is Fits.WATCHED


def _names_sequel(view: View) -> bool:
    """Say whether a sequel is named by its own name; in Japanese beside no other medium: 『… 舞台編』 is a play."""
    if not any(name.sequel for name in view.own):
        return False
    return view.words or bool(view.seasons) or not view.has("film", "stage", "game", "ova", "live_action", "goods")


def _states(claim: Candidate) -> bool:
    if not claim.about or claim.type not in PRIMARY or claim.other_thing:
        return False
    return claim.fits is Fits.WATCHED or claim.type in _UNNUMBERED


def _names_it(page: Page, view: View) -> bool:
    for ref in view.seasons:
        if ref.kind in _UNTOLD or page.scope.fits(ref) is Fits.OTHER:
            continue
        if page.scope.whose(view, ref.start) is not Whose.OWN:
            continue
        topic = page.setting.topic
        if topic is not None and topic.meaning != "goods" and view.words and view.has(*OTHER_THINGS):
            continue  # discs and songs of the watched season are side news of it
        if topic is not None and topic.meaning in _PLAYED and not view.words and not view.has("thing"):
            continue  # a game or play has seasons of its own
        if free(view, ref) or not view.has(*OTHER_THINGS) or (view.words and view.kind is not BlockKind.HEADLINE):
            return True
    return False


def _stands(page: Page, claim: Candidate) -> bool:
    """Where no season is named at all, only words that mean a further one by themselves tell of a later season."""
    several = claim.ref is not None and claim.ref.kind is SeasonKind.MORE and len(claim.view.dates) > 1
    if claim.fits is Fits.OPEN and claim.type in RELEASES and several:
        return False  # "two more seasons, in July 2026 and 2027": which of them is meant?
    if claim.fits is not Fits.OPEN or claim.type in _UNNUMBERED or page.further:
        return True
    return claim.ref is not None and claim.ref.kind is SeasonKind.NEW


# --- gates: each takes the claims that stand so far and says why it drops some -----------------------------------


def _chatter(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """What nameless people write to each other in a forum is no report; what the thread is about may be one."""
    kept = [claim for claim in solid if not page.chatter or claim.view.kind is BlockKind.HEADLINE]
    if len(kept) < len(solid):
        reasons.append("a forum's thread, nobody of name speaks")
    return kept


def _hoax(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    if not page.hoax:
        return solid
    reasons.append("a joke or a fake, as the text itself says")
    return [claim for claim in solid if claim.view.has("real")]


def _of_film(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """A sequel that the text calls a film is no season."""
    formed = any(view.words and view.has("film_form") for view in page.own if view.kind is not BlockKind.HEADLINE)
    kept = [claim for claim in solid if not (formed and claim.fits is Fits.OPEN and claim.type in _UNNUMBERED)]
    if len(kept) < len(solid):
        reasons.append("the sequel is a film, as the text says")
    return kept


def _taken_back(page: Page, solid: list[Candidate], _reasons: list[str]) -> list[Candidate]:
    """What a correction repeats in order to take it back is not said."""
    if not any(view.has("retract") for view in page.views if view.kind is BlockKind.HEADLINE):
        return [claim for claim in solid if not (claim.view.words and claim.view.has("retract"))]
    return [claim for claim in solid if not claim.view.has("retract") and claim.date is not None]


def _stale(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """An old text that is published again says so."""
    if not page.stale:
        return solid
    reasons.append("an old text published again, as it says itself")
    return []


def _recalled(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """Where the headline tells of something as long past, or a sentence of an end, the text tells of the same."""
    told = [claim for claim in page.candidates if claim.past and claim.about]
    past = {claim.type for claim in told if claim.view is page.headline or claim.type is EventType.CANCELLED}
    kept = [claim for claim in solid if claim.type not in past & _UNNUMBERED]
    if len(kept) < len(solid):
        reasons.append("the text itself looks back on it")
    return kept


def _reviewed(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """What a review confirms is its opinion ("the second season confirms…"), and its dub and pictures are no news."""
    if page.headline is None or not page.headline.own or not page.headline.has("review"):
        return solid
    told = any(claim.type in _DATED for claim in solid)
    opinions = {EventType.ANNOUNCED} if told else set(EventType) - _DATED
    kept = [claim for claim in solid if claim.type not in opinions or claim.view.has("official_named")]
    if len(kept) < len(solid):
        reasons.append("a review")
    return kept


def _protest(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """A story of fans and petitions recalls a cancellation; it does not tell it."""
    if page.headline is None or not page.headline.has("protest", "recalls"):
        return solid
    kept = [claim for claim in solid if claim.type is not EventType.CANCELLED]
    if len(kept) < len(solid):
        reasons.append("recalls a cancellation")
    return kept


def _weighed(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """Keep what has more to be said for it than against it, in the light of the whole text."""
    kept = []
    for claim in solid:
        pro, contra = credit(page, claim), doubt(page, claim)
        if sum(pro.values()) > sum(contra.values()):
            kept.append(claim)
        else:
            reasons.append(f"{claim.type} not believed: {', '.join(contra)}; for it: {', '.join(pro)}")
    return kept


def _tied(page: Page, solid: list[Candidate], reasons: list[str]) -> list[Candidate]:
    """A trailer, a visual, people alone make an alert only where the season is named with them."""
    if any(claim.type in PRIMARY and not _by_the_way(page, claim) for claim in solid):
        primary = [claim for claim in solid if claim.type in PRIMARY]
        announced = any(claim.type is EventType.ANNOUNCED for claim in primary)
        unnumbered = announced and all(claim.fits is Fits.OPEN for claim in primary)
        return [
            claim
            for claim in solid
            if claim.type in PRIMARY or claim.fits is Fits.WATCHED or claim.explicit or unnumbered
        ]
    if page.scope.official:
        return solid
    kept = [claim for claim in solid if claim.fits is Fits.WATCHED and _alone(page, claim)]
    if len(kept) < len(solid):
        reasons.append("a trailer, visual, cast or staff without a tie to the season")
    return kept


def _by_the_way(page: Page, claim: Candidate) -> bool:
    """Say whether a page that promises everything only mentions a service: "Where to stream: on Netflix"."""
    return page.seo and claim.type in {EventType.STREAMING, EventType.DUB} and not claim.explicit


def _alone(page: Page, claim: Candidate) -> bool:
    """Say whether a trailer or visual is that of the season; people want a headline or a source of their own."""
    if claim.type in _SHOWN:
        return claim.explicit or (_titled(page) and not page.promises)
    if _below_headline(page, claim):
        return True
    if not claim.explicit or page.seo:
        return False
    sure = ("official_named",) if claim.view.words else ("official_named", "firm")
    return claim.view.has("hired") and (claim.view.kind is BlockKind.HEADLINE or claim.view.has(*sure))


def _below_headline(page: Page, claim: Candidate) -> bool:
    """Say whether people are named below a headline about the season; in Japanese one that promises them."""
    view, head = claim.view, page.headline
    if view.sentence.language == "en" or view.kind is BlockKind.HEADLINE or page.seo or not _titled(page):
        return False
    return view.words or (head is not None and head.has("cast", "staff") and head.has("reveal") and view.has("hired"))


def _titled(page: Page) -> bool:
    head = page.headline
    if page.scope.topic is not Whose.OWN or head is None:
        return False
    return any(page.scope.fits(ref) is Fits.WATCHED for ref in head.seasons)


# --- verdict -----------------------------------------------------------------------------------------------------


def _verdict(page: Page, solid: Sequence[Candidate]) -> TextVerdict:
    if solid:
        confirmed = any(_from_source(claim) for claim in solid) or any(_has_source(page))
        return TextVerdict.CONFIRMED if confirmed else TextVerdict.REPORTED
    if _looks_back(page):
        return TextVerdict.RETROSPECTIVE
    return TextVerdict.SPECULATION if _guesses(page) else TextVerdict.NO_NEWS


def _from_source(claim: Candidate) -> bool:
    view = claim.view
    if view.has("press"):
        return False
    return view.has("official", "official_named") or claim.service is not None or claim.type in _DECISIONS


def _has_source(page: Page) -> Iterator[bool]:
    """Say whether the source stands in another sentence of the text: "The site gave no reason." below the news."""
    return (not view.has(*_DENIALS, "hedge", "rumour") for view in page.having("official_named"))


def _guesses(page: Page) -> bool:
    """Say whether a text guesses at the season's existence or date, and not at its plot.

    A date that the text states and then takes back is a guess, however flatly it stands there. A text that says that
    nothing is announced does not guess yet with one "perhaps", nor with what others wish.
    """
    if page.hoax or any(claim.solid and claim.type in RELEASES for claim in page.candidates):
        return True
    if page.headline is not None and page.headline.has("protest"):
        return False
    if page.one_of_many:
        return True
    doubted = (claim for claim in page.candidates if claim.about and claim.meant in _DOUBTFUL)
    if page.of_episode:
        doubted = (claim for claim in doubted if claim.type not in RELEASES)  # when the next episode is on
    if any(claim.type in PRIMARY and not claim.view.has(*_DENIALS) for claim in doubted):
        return True
    asked = any(view.asks and view.seasons for view in page.views if view.kind is BlockKind.HEADLINE)
    denied, english = page.denies_existence is not None, page.views[0].sentence.language == "en"
    words = ("guess", "rumour", "hedge") if denied and english else _GUESSING
    guessing = [view for view in page.having(*words) if not _denies_only(view) and (asked or _of_season(view))]
    if denied and page.views[0].sentence.language == "ja":
        return any(view.has("guess", "hedge") and not view.has("rumour", "cancel") for view in guessing)
    return len(guessing) > (denied and english)


def _of_season(view: View) -> bool:
    """Say whether a guess may be one at a season; in Japanese it may as well be one at sales, actors or a plot."""
    if view.words or view.kind is BlockKind.HEADLINE:
        return True
    if view.has("goods", "side", "review"):
        return False
    return (
        bool(view.seasons or view.dates)
        or view.has("announce", "release", "date_noun", "cancel", "no_plans")
        or bool(view.own)
    )


def _denies_only(view: View) -> bool:
    """Say whether every word of doubt is one of denial: "undecided", 未定."""
    denials = list(view.find(*_DENIALS))
    return all(
        any(overlap(hit, denial) for denial in denials) or (not view.words and _ASKED.fullmatch(view.folded, *hit[1:]))
        for hit in view.find(*_GUESSING)
    )


def _looks_back(page: Page) -> bool:
    """Say whether the season is out and the text only tells of it."""
    head = page.headline
    if head is not None and head.has("review", "recalls") and (head.words or not head.has("goods")):
        return head.words or not any(_wished(page, view) for view in page.having(*_GUESSING))
    protest = head is not None and head.has("protest")
    if protest or page.denies_existence is not None or page.denies_date is not None or _guesses(page):
        return False
    if any(claim.type is EventType.CANCELLED and claim.about and claim.past for claim in page.candidates):
        return True
    if page.opinions and any(_wished(page, view) for view in page.own):
        return True
    return any(_told(page, view) for view in page.having("released", "finish_past") if not view.has("making"))


def _wished(page: Page, view: View) -> bool:
    """Say whether a sentence wishes or guesses for the watched season by name: ぜひ4期もお願いします."""
    return any(page.scope.fits(ref) is Fits.WATCHED and ref.kind not in _UNTOLD for ref in view.seasons)


def _told(page: Page, view: View) -> bool:
    hit = next(view.find("released", "finish_past"))
    return page.scope.season(view, hit.start)[0] is Fits.WATCHED and not view.has("future", "hedge")
