"""Tell days and verbs of a clip or picture from those of its season: "a teaser out today reveals…".

In:    a view, a trailer or visual named in it.
Out:   whether it owns a verb or a day.
Never: whether it is news; that is `pictures`.
"""

from __future__ import annotations

import re

from watcher.read.dates import FoundDate
from watcher.read.lexicon import SEASON, TITLE, Hit
from watcher.read.views import View

_OF_SEASON_ITSELF = rf"(?: (?:for|of|to|from|on))?(?: (?:the|its|a|of|new|upcoming|[{TITLE}{SEASON}'\"]+))*"
_CLIP_OF = re.compile(
    rf"{_OF_SEASON_ITSELF}(?: (?:will|is|are|to|set|due|slated|scheduled|expected|be|also|now|then))* "
)
_COMES = re.compile(
    rf"{_OF_SEASON_ITSELF},? (?:will|is to|is (?:set|due|going|slated|scheduled|expected) to|should) (?:[a-z]+ )?"
    r"(?:be (?:shown|released|unveiled|screened|revealed|posted|published|shared|premiered|aired|out|available)"
    r"|come|arrive|drop|follow|premiere|debut|air|appear)\b"
)
_OUT_ON = re.compile(
    rf"{_OF_SEASON_ITSELF},?(?: (?:which|that|is|was|has|been|just|now|came|went|there|also))*"
    r"(?: (?:out|released|posted|shared|published|unveiled|dropped|uploaded|revealed|arrived|debuted|live|launched"
    r"|online|premiered|here|up))?(?: (?:earlier|online|on|late|just|by|only))* "
)


def owns(view: View, thing: Hit, verb: int) -> bool:
    """Say whether a clip of a season is the subject of a verb: "a trailer for season 2 comes out tomorrow"."""
    return _CLIP_OF.fullmatch(view.masked, thing.end, verb) is not None


def comes_later(view: View, clip: Hit) -> bool:
    """Say whether an English sentence only promises a clip: "a trailer for season 2 will be shown at…"."""
    return view.sentence.language == "en" and _COMES.match(view.masked, clip.end) is not None


def of_clip(view: View, when: FoundDate) -> bool:
    """Say whether a day is that of a clip named right before it: "a teaser out today reveals…"."""
    if view.sentence.language != "en":
        return False
    clips = view.find("trailer", "visual", end=when.start)
    return any(_OUT_ON.fullmatch(view.masked, clip.end, when.start) is not None for clip in clips)
