"""AniList and TVmaze on loopback, as documented: what a search for a name answers.

::

    with Web() as web:
        anilist(web, work(116566, "Akudama Drive", native="アクダマドライブ"))
        tvmaze(web, show(49041, "Akudama Drive"))
        config_text(web)       # a configuration whose catalogue sources make `add` ask these
"""

from __future__ import annotations

import json
from typing import Any

from tests.support.web import Answer, Web


def work(number: int, english: str, **changes: Any) -> dict[str, Any]:
    """Make a work as AniList lists it."""
    media: dict[str, Any] = {
        "id": number,
        "idMal": changes.pop("mal", None),
        "format": "TV",
        "status": "FINISHED",
        "countryOfOrigin": "JP",
        "siteUrl": f"https://anilist.co/anime/{number}",
        "synonyms": [],
        "title": {"english": english, "romaji": changes.pop("romaji", None), "native": changes.pop("native", None)},
        "startDate": {"year": changes.pop("year", 2020)},
        "studios": {"nodes": [{"name": changes.pop("studio", "Studio Pierrot")}]},
        "externalLinks": [{"site": "Crunchyroll", "url": "https://crunchyroll.example/x", "type": "STREAMING"}],
    }
    if site := changes.pop("site", ""):
        media["externalLinks"].append({"site": "Official Site", "url": site, "type": "INFO", "isDisabled": False})
    return media | changes


def show(number: int, name: str, **changes: Any) -> dict[str, Any]:
    """Make a show as TVmaze lists it."""
    return {
        "id": number,
        "url": f"https://www.tvmaze.com/shows/{number}",
        "name": name,
        "type": "Animation",
        "language": "Japanese",
        "status": "Ended",
        "premiered": "2020-10-08",
        "officialSite": None,
        "network": {"name": "Tokyo MX", "country": {"name": "Japan", "code": "JP"}},
        "webChannel": None,
        "externals": {"tvrage": None, "thetvdb": 378879, "imdb": "tt11398132"},
    } | changes


def anilist(web: Web, *works: dict[str, Any]) -> None:
    answer = {"data": {"Page": {"media": list(works)}}}
    web.answers("/graphql", Answer(json.dumps(answer).encode(), headers={"Content-Type": "application/json"}))


def anilist_paused(web: Web) -> None:
    """Answer as the service does while it is switched off."""
    complaint = {"data": None, "errors": [{"message": "The AniList API has been temporarily disabled", "status": 403}]}
    web.answers("/graphql", Answer(json.dumps(complaint).encode(), 403, {"Content-Type": "application/json"}))


def tvmaze(web: Web, *shows: dict[str, Any]) -> None:
    answer = [{"score": 0.9, "show": one} for one in shows]
    web.answers("/maze/search/shows", Answer(json.dumps(answer).encode(), headers={"Content-Type": "application/json"}))


def tvmaze_seasons(web: Web, number: int, *begins: str) -> None:
    """List the seasons of a show by the days on which they began."""
    answer = [{"id": at, "number": at, "name": "", "premiereDate": day or None} for at, day in enumerate(begins, 1)]
    web.answers(f"/maze/shows/{number}/seasons", Answer(json.dumps(answer).encode()))


def config_text(web: Web) -> str:
    """Write a configuration with remarks; its catalogue sources say which servers to ask."""
    return f"""\
# mine
[watcher]
timezone = "Asia/Tokyo"   # home
allow_networks = ["127.0.0.0/8"]
host_gap = "0s"
packs = [
  "licensors",  # who streams
]

# what the catalogues say
[[source]]
name = "AniList"
kind = "anilist"
url = "{web.url("/graphql")}?ids=1"

[[source]]
name = "TVmaze"
kind = "tvmaze"
url = "{web.url("/maze/shows/1")}"

[[channel]]
name = "terminal"
url = "console:"
"""
