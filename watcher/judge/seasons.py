"""Find the season that a claim is about, among those we know.

In:    what is known of a title, a claim, the hearing.
Out:   the `SeasonKnown` to weigh it against, or the reason why it is none of our business.
Never: texts; the reader has said which season it found.
"""

from __future__ import annotations

from dataclasses import replace

from watcher.judge.dates import begun
from watcher.judge.saying import Hearing
from watcher.known import Known, SeasonKnown
from watcher.model import Claim, EventType, Medium

_OF_THE_NEXT = frozenset({EventType.ANNOUNCED, EventType.CANCELLED})
"""Said of "a new season" while one runs, these are about the one after it."""


_STARTS = frozenset({EventType.RELEASE_DATE, EventType.RELEASE_WINDOW})


def season_of(known: Known, claim: Claim, hearing: Hearing) -> SeasonKnown | str:
    """Return the season to weigh *claim* against, or why there is none."""
    if claim.medium is not Medium.SEASON:
        return _other_medium(known, claim, hearing)
    if hearing.title.season is None:
        return _any_season(known, claim, hearing)
    return _one_season(known, claim, hearing, hearing.title.season)


def find(known: Known, season: int | None, medium: Medium = Medium.SEASON) -> SeasonKnown | None:
    """Return what is known of one season, if anything is."""
    return next((s for s in known.seasons if s.season == season and s.medium is medium), None)


def with_season(known: Known, season: SeasonKnown) -> Known:
    """Return *known* with *season* in the place of its former self."""
    others = [s for s in known.seasons if (s.season, s.medium) != (season.season, season.medium)]
    if season.season is not None:
        # A season announced without its number has got one.
        others = [s for s in others if s.season is not None or s.medium is not season.medium]
    ordered = sorted([*others, season], key=lambda s: (s.medium, s.season or 0))
    return replace(known, seasons=tuple(ordered))


def _other_medium(known: Known, claim: Claim, hearing: Hearing) -> SeasonKnown | str:
    if claim.medium not in hearing.title.also:
        return f"about a {claim.medium}, which is not watched"
    return find(known, claim.season, claim.medium) or SeasonKnown(season=claim.season, medium=claim.medium)


def _one_season(known: Known, claim: Claim, hearing: Hearing, watched: int) -> SeasonKnown | str:
    if claim.season not in {None, watched}:
        return f"about season {claim.season}, not season {watched}"
    season = find(known, watched) or SeasonKnown(season=watched)
    if begun(season, hearing) and _of_the_next(claim):
        return f"about a season after season {watched}, which has begun"
    if claim.season is None and claim.type is EventType.FINISHED and season.exists is None:
        return "the end of a season that is not named, and none is known"
    if claim.presumed and watched > 1 and not _exists(season):
        return f"the text names no season, and season {watched} is not known to exist: it may be about an earlier one"
    return season


def _any_season(known: Known, claim: Claim, hearing: Hearing) -> SeasonKnown | str:
    seasons = [s for s in known.seasons if s.medium is Medium.SEASON and _exists(s)]
    if claim.season is None:
        return _unnumbered(seasons, claim, hearing)
    if claim.season <= hearing.title.seasons and not hearing.saying.baseline:
        return _one_of_old(known, claim, hearing.title.seasons)
    if (season := find(known, claim.season)) is not None and _exists(season):
        ends = claim.type is EventType.CANCELLED and begun(season, hearing)
        return find(known, claim.season + 1) or SeasonKnown(season=claim.season + 1) if ends else season
    newest = max((s.season for s in seasons if s.season is not None), default=0)
    if claim.season < newest:
        return f"about season {claim.season}, which is older than season {newest}"
    unnumbered = next((s for s in seasons if s.season is None), None)
    if unnumbered is not None and not begun(unnumbered, hearing):
        return replace(unnumbered, season=claim.season)
    return find(known, claim.season) or SeasonKnown(season=claim.season)


def _one_of_old(known: Known, claim: Claim, newest: int) -> SeasonKnown | str:
    """A season that had begun before the watch is no news, but its being the last one is."""
    if claim.season == newest and claim.type is EventType.CANCELLED:
        return find(known, newest + 1) or SeasonKnown(season=newest + 1)
    return f"about season {claim.season}, and there were {newest} before you began to watch"


def _unnumbered(seasons: list[SeasonKnown], claim: Claim, hearing: Hearing) -> SeasonKnown | str:
    if not seasons:
        return SeasonKnown(season=None) if claim.type is not EventType.FINISHED else "the end of an unnamed season"
    latest = max(seasons, key=lambda s: s.season or 0)
    if (claim.type in _OF_THE_NEXT or _told_with_next(claim, hearing)) and begun(latest, hearing):
        return SeasonKnown(season=None if latest.season is None else latest.season + 1)
    if latest.finished is not None:
        return "about a season that is over, or one not named"
    return latest


def _told_with_next(claim: Claim, hearing: Hearing) -> bool:
    """Say whether a day is that of the sequel which the same text announces: 続編、2027年放送決定."""
    if claim.type not in _STARTS:
        return False
    return any(c.type is EventType.ANNOUNCED and c.season is None for c in hearing.saying.reading.claims)


def _of_the_next(claim: Claim) -> bool:
    """What has begun cannot be announced, and "cancelled" means that it will not go on."""
    return claim.type is EventType.CANCELLED or (claim.season is None and claim.type in _OF_THE_NEXT)


def _exists(season: SeasonKnown) -> bool:
    return season.exists is not None or season.cancelled is not None or bool(season.taken_back)
