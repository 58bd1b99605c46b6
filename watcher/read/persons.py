"""Find the people of a season: cast and staff.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: who they are; a judgement of the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate, Setting, overlap
from watcher.read.lexicon import DATE, Hit
from watcher.read.people import people
from watcher.read.scope import Fits
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.stating import stated_by
from watcher.read.unlisted import unlisted_service
from watcher.read.views import View

_MADE = re.compile(
    "(?:^|[、。 ・])(?:原作|原案|漫画|小説|主題歌|挿入歌|楽曲|op|ed|テーマ(?:曲|ソング))[^、。 ]{0,6}?[はを](?!:)"
)
_KNOWN_FOR = re.compile(f"[^、。{DATE}]{{0,4}}た[^、。{DATE}]{{0,14}}[『「]?")
_FROM_BEFORE = re.compile("(?:の[^、。の]{1,12}(?:が|は|から)|から(?:の)?|に(?:引き)?続き)")
"""第1期の面々が続投する: the people of the season before are those of the next."""
_ROLE_BEFORE = 20
_SEVERAL = 2
_WHO_DID = re.compile(r"(?:of|from|directed|wrote|helmed|led) (?:the |its )?$")

_ONCE = re.compile(
    r"(?:\b[A-Z][\w'’.-]{1,30} |[Ww]ho (?:[a-z]+ and )?)"
    r"(directed|helmed|wrote|penned|animated|produced|adapted)(?! (?:by|under)\b)"
)
_PERSON = r"(?<![\w'’])[A-ZÀ-Þ][\w'’.-]{1,30}(?: [A-ZÀ-Þ][\w'’.-]{0,30}){1,4}"
_CHARACTER = r"(?:the (?:[a-z-]+ )?)?[A-ZÀ-Þ][\w'’-]+"
_PLAYS = r"(?:plays?|voices?|portrays?|speaks? for|is|are|will (?:play|voice|be))"
_PLAYED = (" play", " voice", " portray", " speaks for ", " speak for ", " is ", " are ")
"""Without one of these nobody is told to play anybody; quick to see."""
_PART = re.compile(rf"{_PERSON}( {_PLAYS} ){_CHARACTER}")
_AS = re.compile(rf"{_PERSON}( as ){_CHARACTER}")
"""Two roles told so are an aside ("with A as B and C as D"), three a list."""
_LEAD = re.compile(rf"{_PERSON} {_PLAYS} {_CHARACTER}[^,;.]*, with {_PERSON} as {_CHARACTER}")
"""Told of those who go on: "Ann Lee is Orin again, with Bo Hart as Sela"."""
_TWO_PARTS = re.compile(
    rf"{_PERSON} and {_PERSON} {_PLAYS} {_CHARACTER} and {_CHARACTER}"
    rf"|{_PERSON} {_PLAYS} {_CHARACTER}[^,;.]*(?:,|,? and) {_PERSON},? (?:for |as )?{_CHARACTER}"
)
_ROLE_IS = re.compile(r"\b(?:[Dd]irector|[Ss]howrunner|[Cc]omposer|[Ww]riter) (?:is|will be|remains) [A-Z]")
_OF_SONG = re.compile(
    r"\b(?:opening|ending|theme|insert|song|single|track|lyrics)s?\b[^.;]* (?:is|are|was|were) [^.;]*$"
)
_WHO = re.compile(r"(?:who|whether|which studio)\b(?![^.]*\?)[^.;]*\b(?:not|open|unclear|unknown|secret|tba|n't)\b")
_MAKES_SHOW = re.compile(
    r"\b(?:directs|produces|writes|helms|showruns|runs|created|co-created)\b[^.;]{0,40} the "
    r"(?:show|series|drama|comedy|sitcom|thriller|anime|dramedy)\b"
)
_NOW = re.compile(r"\b(?:now|this time|new)\b")
_BEFORE = frozenset({SeasonKind.FIRST, SeasonKind.PREVIOUS})
_PRESENT = ("returns", "credited", "hired", "again", "future", "again_all", "stays")


def people_of(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield cast and staff by the words for their work."""
    for kind, meaning in ((EventType.CAST, "cast"), (EventType.STAFF, "staff")):
        for hit in view.find(meaning):
            at_event = not view.words and view.has("event", start=hit.end, end=view.clause(hit.start)[1])
            if at_event or (not view.words and _known_for(view, hit)):
                continue
            if not _somebody(view, hit, kind) or (kind is EventType.STAFF and _of_source(view, hit)):
                continue
            if kind is EventType.CAST and any(
                overlap(hit, o) and unlisted_service(view, o) for o in view.find("serves")
            ):
                continue
            if kind is EventType.CAST and view.has("stays", start=hit.start, end=hit.end) and _of_staff(view, hit):
                continue
            if kind is EventType.STAFF and view.words and _is_no_credit(view, hit):
                continue
            past = (looks_back(view) and not view.has("again_all")) or (kind is EventType.STAFF and _did(view, hit))
            yield _goes_on(replace(stated_by(kind, view, setting, hit), past=past), setting)


def _goes_on(candidate: Candidate, setting: Setting) -> Candidate:
    """Tell people by what they do now: "X, who directed the first season, is back as director"."""
    ref, view = candidate.ref, candidate.view
    if candidate.fits is not Fits.OTHER:
        return candidate
    if ref is not None and not view.words and _FROM_BEFORE.match(view.masked, ref.end):
        return replace(candidate, fits=setting.scope.default) if view.has("stays", start=ref.end) else candidate
    if view.sentence.language == "en" and _of_the_new(view, ref):
        return replace(candidate, fits=setting.scope.default)
    return candidate


def _of_the_new(view: View, ref: SeasonRef | None) -> bool:
    """Say whether people are told of in the present, though an earlier season is named with them or before."""
    if ref is None or ref.kind is SeasonKind.AFTER:
        return view.has(*_PRESENT) or _NOW.search(view.folded) is not None
    if ref.kind in _BEFORE and view.has("again_all"):
        return True  # "the whole cast of the first season returns"
    before = ref.kind in _BEFORE or ref.number == 1
    return before and view.has("credited") and _WHO_DID.search(view.masked, 0, ref.start) is not None


def _is_no_credit(view: View, hit: Hit) -> bool:
    """Say whether a word of staff credits nobody with the season: with a song, with the show, with nothing known."""
    if view.sentence.language == "en" and (_OF_SONG.search(view.folded, 0, hit.start) or _WHO.match(view.folded)):
        return True
    return not _credited(view, hit) or _describes_show(view)


def _describes_show(view: View) -> bool:
    """Say whether an English sentence tells who makes the show anyhow: "Lee directs the drama, which Ash created"."""
    if view.sentence.language != "en" or view.seasons or _NOW.search(view.folded) is not None:
        return False
    return _MAKES_SHOW.search(view.folded) is not None and "creat" in view.folded and not view.has("future", "again")


def _did(view: View, hit: Hit) -> bool:
    """Say whether an English sentence tells who once did it: "Ann Lee directed.", "who wrote and directed the show"."""
    if view.sentence.language != "en":
        return False
    text = view.sentence.text
    return any(
        did.start(1) <= hit.end and not view.soft_between(did.start(1), hit.start) for did in _ONCE.finditer(text)
    )


def _known_for(view: View, hit: Hit) -> bool:
    """Say whether people are only what a work is known for: Xが主演を務めた話題の西部劇『…』の続編."""
    own = next((name for name in view.own if name.start >= hit.end), None)
    if own is None or view.has("announce", "reveal", start=hit.end, end=own.start):
        return False
    return _KNOWN_FOR.fullmatch(view.masked, hit.end, own.start) is not None


def _of_source(view: View, hit: Hit) -> bool:
    """Say whether a Japanese sentence tells who made the original or a song: 原作は…が手がけている."""
    return not view.words and _MADE.search(view.masked, 0, hit.start) is not None


def _somebody(view: View, hit: Hit, kind: EventType) -> bool:
    """Say whether people are named: "I spoke with the writers" names nobody. English lexicons tell by themselves.

    A cast may come back as a whole, without names.
    """
    if not view.words or view.sentence.language == "en":
        return True
    if kind is EventType.CAST and view.has("cast_gone", start=hit.start, end=hit.end):
        return True
    if any(hit.end <= denial.start for denial in view.find("negation", end=view.clause(hit.start)[1])):
        return False
    back = kind is EventType.CAST and (view.kind is BlockKind.HEADLINE or view.has("returns", "again_all"))
    return view.has("hired") or bool(people(view)) or back


def parts(view: View, setting: Setting) -> Iterator[Candidate]:
    """People told one by one with whom they play are a cast: "Ann Lee plays Orin, Bo Hart Sela and Cy Dane is Tam"."""
    if view.sentence.language != "en" or view.has("cast") or view.kind is BlockKind.RELATED:
        return
    text = view.sentence.text
    pairs = list(_PART.finditer(text)) if any(word in text for word in _PLAYED) else []
    if not pairs and text.count(" as ") > _SEVERAL and not view.has("released"):
        pairs = list(_AS.finditer(text))
        pairs = pairs if len(pairs) > _SEVERAL else []
    led = bool(pairs) and view.has(*_PRESENT) and _LEAD.search(text) is not None
    if len(pairs) >= _SEVERAL or led or (pairs and _TWO_PARTS.search(text)):
        cue = Hit("cast", pairs[0].start(1), pairs[0].end(1))
        yield _goes_on(replace(stated_by(EventType.CAST, view, setting, cue), past=looks_back(view)), setting)


def returning(view: View, setting: Setting) -> Iterator[Candidate]:
    """Several people named together who come back or join are a cast: "X, Y and Z are all back"."""
    hit = next(view.find("returns"), None)
    staff = hit is not None and view.has("staff", start=0 if view.sentence.language == "en" else hit.end)
    if hit is not None and len(people(view)) >= _SEVERAL and not staff and not view.has("cast"):
        yield replace(stated_by(EventType.CAST, view, setting, hit), past=looks_back(view))


def _of_staff(view: View, hit: Hit) -> bool:
    """Say whether it is the director who goes on, and no actor: 監督は引き続き…."""
    first = max(0, hit.start - _ROLE_BEFORE)
    staff = any(first <= role.start < hit.start for role in view.find("staff"))
    return staff and not view.has("cast", start=first, end=hit.start)


def _credited(view: View, hit: Hit) -> bool:
    """Say whether a role is said to be filled ("directed by"); a director who only speaks is no news."""
    if not view.has("role_noun", start=hit.start, end=hit.end):
        return True
    if view.sentence.language == "en" and _ROLE_IS.search(view.sentence.text) is not None:
        return True
    first, last = view.clause(hit.start)
    return view.has("credited", start=first, end=last)


def looks_back(view: View) -> bool:
    """Say whether a sentence tells of a run that is over ("directed by X, aired from January to March")."""
    return view.has("released") and not view.has("future")


def boards(view: View, hit: Hit) -> bool:
    """Say whether a service, and no actor, is the subject of a verb of both."""
    return (
        any(0 <= hit.start - service.end <= 1 for service in view.services) or unlisted_service(view, hit) is not None
    )
