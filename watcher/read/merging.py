"""Make one claim of what a text states several times.

In:    the candidates that stand.
Out:   one for each type; several dates only for different things.
Never: whether they are true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate
from watcher.read.page import RELEASES
from watcher.read.seasons import SeasonKind

_NOT_OF_DUB = RELEASES | {EventType.CAST, EventType.STAFF, EventType.STREAMING, EventType.ANNOUNCED}
_OF_LIVING = RELEASES | {EventType.STREAMING, EventType.ANNOUNCED}
_OF_PEOPLE = frozenset({EventType.CAST, EventType.STAFF})
_BY_SERVICE = RELEASES | {EventType.STREAMING}
_ARRIVES = ("com", "arriv", "land", "hit", "head", "go", "mov", "made its", "makes its")
_WEEK = 7


def settled(solid: Sequence[Candidate]) -> list[Candidate]:
    """Return what is left when repetitions are merged, in the order of the text."""
    kept: list[Candidate] = []
    standing = [
        claim for claim in solid if not (_given_up(claim, solid) or _placed(claim, solid) or _ends_later(claim, solid))
    ]
    for claim in sorted(_premiered(_dubbed(_dated(standing))), key=_rank):
        if not any(_same(other, claim) for other in kept):
            kept.append(claim)
    for superfluous in (_coarser, _second_window, _home, _moot):
        kept = [claim for claim in kept if not superfluous(claim, kept)]
    return sorted(kept, key=lambda claim: (claim.view.sentence.index, claim.start))


def _dated(solid: Sequence[Candidate]) -> list[Candidate]:
    """A delay told without its new date takes the one that another sentence gives."""
    days = [claim for claim in solid if claim.type in RELEASES and not claim.view.has("old_date")]
    fixed = []
    for claim in solid:
        if claim.type is EventType.DELAYED and claim.date is None and days and not claim.view.has("indefinite"):
            fixed.append(replace(claim, date=days[0].date, open=False))
        elif claim.type is EventType.DELAYED and (finer := _finer(claim, days)) is not None:
            fixed.append(replace(claim, date=finer.date))
        elif (same := _begins_with(claim, days)) is not None:
            fixed.append(replace(claim, date=same.date))
        else:
            fixed.append(claim)
    episode = any(claim.type is EventType.DELAYED and claim.view.has("episode") for claim in fixed)
    return [claim for claim in fixed if not episode or claim.type not in RELEASES or claim.view.has("anew")]


def _premiered(solid: Sequence[Candidate]) -> list[Candidate]:
    """Outside English: a day on a service is the premiere there, where the text tells of no other one.

    Words of licence and simulcast ("carries") say that the premiere is elsewhere.
    """
    days = {claim.date for claim in solid if claim.type in RELEASES}
    fixed = []
    for claim in solid:
        view = claim.view
        told = claim.type is EventType.STREAMING and claim.date is not None and view.words
        if told and view.sentence.language != "en" and not days - {claim.date} and not view.has("carries", "dub"):
            day = EventType.RELEASE_DATE if claim.date and claim.date.is_day else EventType.RELEASE_WINDOW
            fixed.append(replace(claim, type=day))
        else:
            fixed.append(claim)
    return fixed


def _finer(claim: Candidate, days: Sequence[Candidate]) -> Candidate | None:
    """Return the day that another sentence gives for a new month."""
    return next(
        (day for day in days if claim.date and day.date and claim.date != day.date and claim.date.contains(day.date)),
        None,
    )


def _begins_with(claim: Candidate, days: Sequence[Candidate]) -> Candidate | None:
    """A simulcast begins with the broadcast."""
    if claim.type is not EventType.STREAMING or claim.date is not None or "simulcast" not in claim.view.folded:
        return None
    return days[0] if len({day.date for day in days}) == 1 else None


def _dubbed(solid: Sequence[Candidate]) -> list[Candidate]:
    """Under a headline about a dub, dates and people are the dub's."""
    if not any(claim.type is EventType.DUB and claim.view.kind is BlockKind.HEADLINE for claim in solid):
        return list(solid)
    if any(claim.type in RELEASES and claim.view.kind is BlockKind.HEADLINE for claim in solid):
        return list(solid)
    days = [claim.date for claim in solid if claim.type in RELEASES]
    return [
        replace(claim, date=claim.date or (days[0] if days else None)) if claim.type is EventType.DUB else claim
        for claim in solid
        if claim.type not in _NOT_OF_DUB or _beside_dub(claim)
    ]


def _beside_dub(claim: Candidate) -> bool:
    """Say whether a sentence tells of the dub and then of the premiere: "the dub begins on the day season 2 does"."""
    view = claim.view
    told = claim.type in RELEASES and view.sentence.language == "en" and view.kind is not BlockKind.HEADLINE
    return told and view.has("dub", end=claim.start)


def _rank(claim: Candidate) -> tuple[bool, bool, int, int]:
    headline = claim.view.kind is BlockKind.HEADLINE
    return (claim.date is None, headline, claim.view.sentence.index, claim.start)


def _same(kept: Candidate, new: Candidate) -> bool:
    if kept.type is not new.type or _other_part(kept, new) or _other_service(kept, new):
        return False
    if kept.type in _BY_SERVICE and new.date is not None and kept.date != new.date:
        if _elsewhere_first(kept, new):
            return False
        return kept.service is None or new.service is None or kept.service.name == new.service.name
    return True


def _other_service(kept: Candidate, new: Candidate) -> bool:
    """Say whether two services are named together, and each carries it."""
    both = kept.type is EventType.STREAMING and kept.service is not None and new.service is not None
    return both and kept.view is new.view and kept.start == new.start and kept.service != new.service


def _other_part(kept: Candidate, new: Candidate) -> bool:
    """Say whether two days are those of two parts of the season: "Part 1 starts in August, Part 2 in September"."""
    both = kept.date is not None and new.date is not None and kept.date != new.date
    return both and kept.part is not None and new.part is not None and kept.part != new.part


def _elsewhere_first(kept: Candidate, new: Candidate) -> bool:
    """Say whether *new* is the premiere, and *kept* the first day on one network of several, within a week."""
    if kept.service is None or new.service is not None or kept.date is None or new.date is None:
        return False
    both = kept.date.is_day and new.date.is_day
    return both and 0 < (kept.date.earliest - new.date.earliest).days <= _WEEK


def _home(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """A premiere on a service is not told again as streaming, unless the text says that it streams it."""
    if claim.type is not EventType.STREAMING:
        return False
    releases = [other for other in kept if other.type in RELEASES]
    if _says_so(claim):
        return any(_there(claim, other) for other in releases)
    if any(
        other.view is claim.view and (other.service == claim.service or _arrives(claim, other)) for other in releases
    ):
        return True
    if claim.date and any(_name(other) == _name(claim) and other.date == claim.date for other in releases):
        return True
    if claim.date and not claim.view.words and any(_unplaced(other) and other.date == claim.date for other in releases):
        return True
    other_language = claim.view.words and claim.view.sentence.language != "en"
    return other_language and any(other.date == claim.date for other in releases)


def _there(claim: Candidate, other: Candidate) -> bool:
    """Say whether an English sentence tells of one start on one service: "streams this May, only on Wavelet"."""
    if other.view is not claim.view or claim.view.sentence.language != "en":
        return False
    one = claim.view.has("exclusive") or other.start <= claim.start < other.end
    return one and claim.date == other.date is not None


def _arrives(claim: Candidate, other: Candidate) -> bool:
    """Say whether an English sentence has its season come to a service, and tells the day beside it."""
    english = claim.view.sentence.language == "en" and claim.view.folded.startswith(_ARRIVES, claim.start)
    return english and claim.date is None and other.service is None


def _unplaced(claim: Candidate) -> bool:
    return claim.service is None and not claim.view.services


def _name(claim: Candidate) -> str:
    return claim.service.name if claim.service is not None else ""


def _placed(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """Outside English: where it will be, in the sentence that announces it, is no news of its own."""
    view = claim.view
    if claim.type is not EventType.STREAMING or claim.date is not None or not view.words:
        return False
    told = view.sentence.language != "en" and not view.has("carries")
    first, last = view.clause(claim.start)
    said = view.has("announce", "announce_new", start=first, end=last)
    return told and said and any(other.type is EventType.ANNOUNCED for other in kept)


def _says_so(claim: Candidate) -> bool:
    said = claim.view.folded[claim.start : claim.end]
    return "stream" in said or "simulcast" in said


def _moot(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """A cancelled season has no premiere, and a rescued one is not cancelled."""
    if claim.type is EventType.CANCELLED:
        return any(other.type is EventType.ANNOUNCED and other.view.has("rescued") for other in kept)
    ended = [other for other in kept if other.type is EventType.CANCELLED]
    if claim.type is EventType.FINISHED and _after_it(claim):
        return any(other.ref is not None and other.ref.kind is SeasonKind.NUMBER for other in ended)
    if ended and claim.type in _OF_PEOPLE and claim.view.sentence.language == "en":
        return True  # who made what is now over
    if claim.type not in _OF_LIVING or not ended or claim.view.has("rescued"):
        return False
    return not claim.explicit or any(other.explicit for other in ended)


def _after_it(claim: Candidate) -> bool:
    """Say whether a season named without its number ends the work: "to end after the upcoming series"."""
    return claim.ref is not None and claim.ref.kind is SeasonKind.NEW and claim.view.sentence.language == "en"


def _ends_later(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """Say whether what sounds like a cancellation tells that this season is the last: the end of it is told."""
    if claim.type is not EventType.CANCELLED:
        return False
    return any(other.type is EventType.FINISHED and other.view is claim.view and other.explicit for other in kept)


def _second_window(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """What has ended its run comes to a service; that is no premiere."""
    return (
        claim.type in RELEASES
        and claim.view.has("finish_past")
        and any(other.type is EventType.STREAMING and other.date == claim.date for other in kept)
    )


def _given_up(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """What is put off to a later day has lost the day before it."""
    if claim.type not in RELEASES or claim.date is None or claim.part is not None:
        return False
    put_off = [other.date for other in kept if other.type is EventType.DELAYED and other.date and other.part is None]
    return bool(put_off) and all(claim.date.latest < date.earliest for date in put_off)


def _coarser(claim: Candidate, kept: Sequence[Candidate]) -> bool:
    """A window is not told beside a day that lies in it."""
    return claim.type is EventType.RELEASE_WINDOW and any(
        other.type is EventType.RELEASE_DATE and claim.date and other.date and claim.date.contains(other.date)
        for other in kept
    )
