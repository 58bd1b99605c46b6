"""Search TVmaze for a name.

In:    words; bytes of an answer with their `ParseContext`.
Out:   a `Request`; `Candidate`s, or `ParseError` where the service complains.
Never: network, disk, clock.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from watcher.discover.candidate import Candidate, Season, day_of, seasons_of
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.sources.parsed import ParseContext
from watcher.sources.records import answered, loaded, partial, texts

NAME, KIND, PLACE = "TVmaze", "tvmaze", "https://api.tvmaze.com"
_MOST_SEASONS = 100
_IDS = {"thetvdb": "tvdb", "imdb": "imdb"}


def request(place: str, words: str) -> Request:
    """Ask for the shows that the service thinks are meant."""
    return Request(url=f"{place}/search/shows?{urlencode({'q': words})}", accept="application/json")


def watched(place: str, number: int | str) -> str:
    """Give the address of a source that watches one show."""
    return f"{place}/shows/{number}"


def seasons_request(place: str, number: int | str) -> Request:
    """Ask which seasons a show has."""
    return Request(url=f"{watched(place, number)}/seasons", accept="application/json")


def parse_seasons(body: bytes, context: ParseContext) -> tuple[Season, ...]:
    """Read the seasons; what has no number is none."""
    answer = loaded(body, context, NAME)
    rows = [row for row in answer if isinstance(row, dict)] if isinstance(answer, list) else []
    numbered = [row for row in rows if type(row.get("number")) is int and 0 < row["number"] < _MOST_SEASONS]
    return seasons_of(Season(number=row["number"], begin=day_of(row.get("premiereDate"))) for row in numbered)


def parse(body: bytes, context: ParseContext) -> tuple[Candidate, ...]:
    """Read what was found; nothing is a good answer, too."""
    answer = loaded(body, context, NAME)
    if not isinstance(answer, list):
        answered(answer, NAME, "search")
        raise ParseError(f"{NAME} answered with something else than a list", reason="unreadable")
    shows = (one.get("show") for one in answer if isinstance(one, dict))
    found = (_candidate(show) for show in shows if isinstance(show, dict))
    return tuple(candidate for candidate in found if candidate is not None)


def _candidate(show: dict[str, Any]) -> Candidate | None:
    name, number = show.get("name"), show.get("id")
    if not isinstance(name, str) or not name.strip() or not isinstance(number, int):
        return None
    maker, country = _channel(show)
    others = show.get("externals")
    externals = others if isinstance(others, dict) else {}
    web = show.get("webChannel")
    site = show.get("officialSite")
    return Candidate(
        catalogues=(NAME,),
        name=name,
        names=(name,),
        year=partial(show.get("premiered"))["year"],
        format=_format(show),
        status=str(show.get("status") or "").lower(),
        maker=maker,
        country=country,
        ids={"tvmaze": number} | {ours: value for theirs, ours in _IDS.items() if (value := externals.get(theirs))},
        site=site if isinstance(site, str) else "",
        services=tuple(texts([web.get("name")])) if isinstance(web, dict) else (),
        link=str(show.get("url") or f"https://www.tvmaze.com/shows/{number}"),
    )


def _format(show: dict[str, Any]) -> str:
    return " ".join(texts([show.get("language"), show.get("type")]))


def _channel(show: dict[str, Any]) -> tuple[str, str]:
    """Give the name of the network or service that shows it, and its country."""
    for key in ("network", "webChannel"):
        channel = show.get(key)
        if isinstance(channel, dict):
            country = channel.get("country")
            code = country.get("code") if isinstance(country, dict) else ""
            return str(channel.get("name") or ""), str(code or "")
    return "", ""
