"""Find dubs, and the services that carry a season.

In:    a view, the setting of its text.
Out:   `Candidate`s.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from watcher.model import BlockKind, EventType
from watcher.read.candidate import Candidate, Setting
from watcher.read.dates import FoundDate
from watcher.read.endings import future
from watcher.read.lexicon import DATE, SERVICE, Hit
from watcher.read.persons import boards, looks_back
from watcher.read.seasons import SeasonKind
from watcher.read.services import FoundService
from watcher.read.stating import stated_by
from watcher.read.ties import (
    begun,
    long_over,
    service_at,
)
from watcher.read.unlisted import is_person, unlisted_service
from watcher.read.views import View

_JUST_OUT = 2
_ROW = re.compile(r"(?: and| &|,| und| et| y| e|,? and| sowie)? (?:on )?|[、・,/](?: )?|と|および|ならびに")
_LASTS = re.compile(f"は[^、。]{{0,6}}{DATE}+(?:まで|をもって)|が?{DATE}*で?終了")
"""配信は3月31日までとなる."""
_BARE = re.compile(f"(?:en|na|no|pela|pelo|sur|chez|bei|auf|über|su) {SERVICE}+")
_COUNTED = re.compile(r"(?:temporadas|saisons|staffeln|stagioni)$")
"""As três temporadas estão na…: so many there are."""
_FOLLOWS = re.compile(
    r" (?:version |track )?(?:follows|will follow|comes|lands|is out|arrives) (?:on|in|from|later|next|this)\b"
)
_STARTED = re.compile(r"\b(?:started|launched|began) (?:the|its|an?) (?:new )?$")
_DESCRIBES = re.compile(
    r" (?:service|giant|platform|arm|outlet|network|channel|site|home|world|era|debut|premiere|date)\b"
)
_ITS = re.compile(r"(?: (?:its|the|their|weekly|own|english))* ")
_ONCE = re.compile(
    r"\b(?:offered|carried|hosted|had|showed|streamed|simulcast|brought) (?:it|them|all of (?:it|them)|the first)\b"
)
"""Told of what a service had: "abroad, Wavelet had carried it"."""
_YOU_CAN = re.compile(r"\byou can (?:now |also |already )?(?:stream|watch|find|catch)\b")
_FROM = re.compile(r"\b(?:from|beginning|starting|as of)(?: on)?(?: the (?:night|evening|morning) of)? $")


def services_in_row(view: View, at: int) -> list[FoundService]:
    """Return the services that a clause names together, each of which carries it: "on Wavelet and Tidebox"."""
    first, last = view.clause(at)
    near = [service for service in view.services if first <= service.start < last and service.streams]
    apart = {service.name for service in near}
    joined = (_ROW.fullmatch(view.folded, one.end, other.start) for one, other in pairwise(near))
    return near if len(apart) == len(near) > 1 and all(joined) else []


def dubbed(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield dubs, with their own day."""
    for hit in view.find("dub"):
        first, last = view.clause(hit.start)
        dates = [when for when in view.dates if not setting.is_past(when) and not begun(view, when, setting)]
        begins = (
            view.has("reveal", "release", "stream", start=first, end=last)
            or _STARTED.search(view.folded, first, hit.start)
            or _FOLLOWS.match(view.folded, hit.end)
        )
        if not begins and not _dated_elsewhere(view, dates):
            continue
        dates = dates or _lately(view, setting)
        dates.sort(key=lambda when: not first <= when.start < last)  # those of its clause first
        when = next((when for when in dates if _of_dub(view, hit, when)), None)
        candidate = stated_by(EventType.DUB, view, setting, hit)
        yield replace(candidate, date=when.date if when else None, service=service_at(view, hit.start))


def _lately(view: View, setting: Setting) -> list[FoundDate]:
    """Outside English: what came out yesterday without a word before is news, too ("ieri sera ha pubblicato…")."""
    if setting.published is None or view.sentence.language == "en" or not view.words:
        return []
    days = [when for when in view.dates if when.relative and when.date is not None and when.date.is_day]
    return [when for when in days if when.date and 0 < (setting.published - when.date.latest).days <= _JUST_OUT]


def _of_dub(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether a day is the dub's: not where it follows a stream, and the dub comes behind."""
    first, last = view.clause(hit.start)
    if view.sentence.language != "en" or hit.start < when.start or not first <= when.start < last:
        return True
    return not view.has("stream", start=first, end=when.start)


def _dated_elsewhere(view: View, dates: list[FoundDate]) -> bool:
    """Outside English a day in the sentence is enough: "dubbed episodes two weeks later: January 18".

    English says from when: "the block runs the dubbed season from the night of April 10".
    """
    if view.sentence.language == "en":
        return any(_FROM.search(view.folded, 0, when.start) for when in dates)
    return view.words and bool(dates)


def streamed(view: View, setting: Setting) -> Iterator[Candidate]:
    """Yield services that carry the season, with their own day."""
    for hit in view.find("stream"):
        first, last = view.clause(hit.start)
        services = [service for service in view.services if first <= service.start < last]
        if _DESCRIBES.match(view.folded, hit.end) and view.folded.endswith("ing", hit.start, hit.end):
            continue  # "streaming service Wavelet has renewed…"
        if (
            _undone(view, hit, first, last)
            or view.has("dub", "episode", start=first, end=last)
            or (services and not any(s.streams for s in services))
        ):
            continue
        if is_person(view, hit) and not boards(view, hit):
            continue
        if not services and (stranger := unlisted_service(view, hit)) is not None:
            services = [stranger]
        if not services and view.has("the_service") and (meant := _service_meant(setting)) is not None:
            services = [meant]
        services = [service for service in services if service.streams]
        if (
            not services
            or _clip(view, services, first, last)
            or _of_programme(view, hit, first)
            or (view.sentence.language != "en" and view.has("rerun", start=first, end=last))
        ):
            continue
        when = future(view, first, last if view.words else _to_end_of_topic(view, hit, last), setting)
        service = services[0] if len({service.name for service in services}) == 1 else None
        candidate = stated_by(EventType.STREAMING, view, setting, hit)
        over = when is None and (_carried_already(view, first, last) if view.words else long_over(view, hit, setting))
        candidate = replace(candidate, date=when.date if when else None, past=over or looks_back(view))
        row = services_in_row(view, hit.start) if service is None else []
        yield from (replace(candidate, service=one) for one in row or (service,))


def _of_programme(view: View, hit: Hit, first: int) -> bool:
    """Say whether a Japanese service shows a programme about the season: 特別番組の生配信; or ends to show it."""
    if view.words:
        return False
    return view.has("ova", "event", start=first, end=hit.start) or _LASTS.search(view.masked, hit.end) is not None


def _undone(view: View, hit: Hit, first: int, last: int) -> bool:
    """Say whether a service is named where something of its own ends or is put off.

    In English by a verb right before it: "Wavelet has halted its simulcast".
    """
    if view.sentence.language == "en":
        ended = view.find("delay", "cancel", start=first, end=hit.start)
        return any(_ITS.fullmatch(view.masked, end.end, hit.start) is not None for end in ended)
    return view.words and view.has("delay", "cancel", start=first, end=last)


def _service_meant(setting: Setting) -> FoundService | None:
    """Return the service that "the platform" means: the only one of the text, or the one of the headline."""
    if setting.service is not None:
        return setting.service
    heads = (view for view in setting.scope.views if view.kind is BlockKind.HEADLINE)
    found = (unlisted_service(view, hit) for view in heads for hit in view.find("serves"))
    return next((service for service in found if service is not None), None)


def _carried_already(view: View, first: int, last: int) -> bool:
    """Say whether a service is only said to have what is out: the day is over, or older episodes are meant.

    English tells it by its verbs: "you can watch all of it" is not said of a season to come.
    """
    if view.sentence.language == "en":
        named = view.dates or any(ref.kind is not SeasonKind.NONE for ref in view.seasons)
        if _ONCE.search(view.folded, first, last) is not None:
            return True
        return not named and _YOU_CAN.search(view.folded, first, last) is not None
    if not view.words:
        return False
    gone = any(first <= when.start < last for when in view.dates)
    old = any(ref.kind is SeasonKind.PREVIOUS for ref in view.seasons)
    counted = all(_COUNTED.search(view.folded, ref.start, ref.end) for ref in view.seasons)
    present = counted and view.has("available", start=first, end=last)
    stays = not view.dates and view.has("is_on", start=first, end=last)
    bare = not (view.dates or view.seasons) and _only_named(view, first, last)
    return gone or old or present or bare or (stays and not view.has("already", start=first, end=last))


def _only_named(view: View, first: int, last: int) -> bool:
    """Say whether a service stands there with a mere preposition, and no verb says that it will carry anything."""
    hits = list(view.find("stream", start=first, end=last))
    return not view.has("carries", "announce", "release", start=first, end=last) and all(
        _BARE.fullmatch(view.masked, hit.start, hit.end) for hit in hits
    )


def _to_end_of_topic(view: View, hit: Hit, last: int) -> int:
    """What opens with 配信は tells of the streaming to its end."""
    return len(view.folded) if view.masked.startswith("は", hit.end) else last


def _clip(view: View, services: list[FoundService], first: int, last: int) -> bool:
    """Say whether it is a trailer that a video site has, and not the season."""
    shown = view.has("trailer", start=first, end=last)
    posted = view.words and view.sentence.language != "en" and not view.seasons
    return all(service.name == "YouTube" for service in services) and (shown or posted)
