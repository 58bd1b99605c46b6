"""The twelve catalogues on loopback, each speaking its documented shape, all about one invented show.

::

    with Web() as web:
        world = world_of("tmdb", web, clock)
        world.season = Season(2027, 4)          # what the world says of the second season; None: not listed
        world.trouble = Answer(status=503)      # what it answers instead, whatever it is asked
        source = world.source()

Field names, headers and error bodies are those that the services document; nothing here was made from a parser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.support.clock import Clock
from tests.support.web import Answer, Seen, Web
from watcher.config.settings import Secret, SourceConfig
from watcher.model import Tier

NAME, NATIVE = "Lantern Parade", "灯籠行列"
IDS = {"anilist": 116, "mal": 41, "kitsu": 51, "tvmaze": 61, "tmdb": 71, "thetvdb": 81, "ann": 91, "syoboi": 7}
SECOND = 1_000
"""The second season's id is that of the first and this."""
JSON = {"Content-Type": "application/json"}
STATUS = ("not_yet_released", "releasing", "finished", "cancelled")


@dataclass(frozen=True)
class Season:
    """The second season as the world sees it at some time."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    status: str = "not_yet_released"

    @property
    def text(self) -> str | None:
        parts = [f"{self.year:04}"] if self.year else []
        parts += [f"{part:02}" for part in (self.month, self.day) if part]
        return "-".join(parts) or None

    @property
    def full(self) -> str | None:
        return self.text if self.day else None

    @property
    def parts(self) -> dict[str, int | None]:
        return {"year": self.year, "month": self.month, "day": self.day}

    def named(self, *words: str) -> str:
        return words[STATUS.index(self.status)]


class World:
    """One catalogue and its server."""

    kind = ""
    precise = "day"
    """How a date is known there: ``parts`` (year, month, day), ``day``, ``month``, ``none``."""
    cancels = False
    key: ClassVar[Mapping[str, str]] = {}
    null: ClassVar[Any] = {}
    """An answer of nothing, as a cleared cache or a broken backend gives it."""
    drift: ClassVar[Any] = {}
    """An answer in another shape: what a wrong guess about the service would look like."""
    limited: Answer = Answer(b"", 429, {"Retry-After": "30"})

    def __init__(self, web: Web, clock: Clock) -> None:
        self.web, self.clock = web, clock
        self._season: Season | None = None
        self.changed = clock()
        self.trouble: Answer | None = None
        for path, answer in self.routes().items():
            web.call(path, self._guarded(answer))

    @property
    def season(self) -> Season | None:
        return self._season

    @season.setter
    def season(self, season: Season | None) -> None:
        self._season, self.changed = season, self.clock()

    def _guarded(self, answer: Callable[[Seen], object]) -> Callable[[Seen], Answer]:
        def handle(seen: Seen) -> Answer:
            if self.trouble is not None:
                return self.trouble
            for name, value in self.key.items():
                if seen.headers.get(name.lower()) != value:
                    return self.refused()
            found = answer(seen)
            return found if isinstance(found, Answer) else whole(found)

        return handle

    def refused(self) -> Answer:
        return whole({"error": "invalid_token", "message": "the token is not valid"}, 401)

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        raise NotImplementedError

    def address(self) -> str:
        raise NotImplementedError

    def source(self, **changes: Any) -> SourceConfig:
        given = {
            "headers": tuple((name, Secret(value)) for name, value in self.key.items()),
            "url": self.address(),
            "tier": Tier.CATALOGUE,
            "every": timedelta(hours=6),
        }
        return SourceConfig(id=self.kind, name=self.kind, kind=self.kind, **{**given, **changes})


def whole(body: object, status: int = 200) -> Answer:
    if isinstance(body, str):
        return Answer(body.encode(), status, {"Content-Type": "application/xml"})
    return Answer(json.dumps(body).encode(), status, JSON)


class AniList(World):
    kind, precise, cancels = "anilist", "parts", True
    null: ClassVar[Any] = {
        "data": None,
        "errors": [{"message": "Not Found.", "status": 404, "locations": [{"line": 1, "column": 1}]}],
    }
    drift: ClassVar[Any] = {"data": {"Page": {"works": []}}}
    limited = Answer(
        json.dumps({"data": None, "errors": [{"message": "Too Many Requests.", "status": 429}]}).encode(),
        429,
        {**JSON, "Retry-After": "30", "X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "0"},
    )
    paused = whole(
        {
            "data": None,
            "errors": [{"message": "The AniList API has been temporarily disabled.", "status": 403, "locations": []}],
        },
        403,
    )

    def address(self) -> str:
        return self.web.url("/graphql?ids=116")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/graphql": self.answer}

    def answer(self, seen: Seen) -> object:
        asked = json.loads(seen.body)["variables"]["ids"]
        first = self.media(116, NAME, "FINISHED", {"year": 2024, "month": 4, "day": 7})
        follow = [{"relationType": "ADAPTATION", "node": {"id": 5, "type": "MANGA", "format": "MANGA"}}]
        works = {116: {**first, "relations": {"edges": follow}}}
        if (season := self.season) is not None:
            status = season.named("NOT_YET_RELEASED", "RELEASING", "FINISHED", "CANCELLED")
            second = self.media(116 + SECOND, "Gyoretsu no Akari", status, season.parts)
            follow.append({"relationType": "SEQUEL", "node": second})
            before = {"relationType": "PREQUEL", "node": first}
            works[116 + SECOND] = {**second, "relations": {"edges": [before]}}
        media = [works[id_] for id_ in asked if id_ in works]
        return {"data": {"Page": {"pageInfo": {"hasNextPage": False}, "media": media}}}

    score = 76

    def media(self, id_: int, name: str, status: str, start: Mapping[str, int | None]) -> dict[str, Any]:
        return {
            "id": id_, "idMal": None, "type": "ANIME", "format": "TV", "status": status, "startDate": start,
            "endDate": {"year": None, "month": None, "day": None}, "averageScore": self.score, "synonyms": [],
            "title": {"romaji": name, "english": None, "native": NATIVE}, "siteUrl": f"https://anilist.co/anime/{id_}",
            "externalLinks": [{"site": "Harborstream", "type": "STREAMING"}], "studios": {"nodes": [{"name": "Studio Harbor"}]},
            "stats": {"scoreDistribution": [{"amount": 60, "score": 70}, {"amount": 40, "score": 80}]},
        }  # fmt: skip


class TvMaze(World):
    kind = "tvmaze"
    null: ClassVar[Any] = None
    drift: ClassVar[Any] = {"show": {"id": 61}}

    def address(self) -> str:
        return self.web.url("/shows/61")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/shows/61": self.show, "/updates/shows": self.updates}

    def updates(self, _: Seen) -> object:
        return {"60": int(self.clock().timestamp()), "61": int(self.changed.timestamp())}

    def show(self, _: Seen) -> object:
        rows: list[dict[str, Any]] = [
            {"id": 601, "number": 1, "name": "", "episodeOrder": 12, "premiereDate": "2024-04-07", "endDate": "2024-06-23",
             "network": {"id": 1, "name": "TV Kita"}, "webChannel": None},
        ]  # fmt: skip
        if self.season is not None:
            rows.append({"id": 602, "number": 2, "name": "", "episodeOrder": None, "premiereDate": self.season.full,
                         "endDate": None, "network": None, "webChannel": None})  # fmt: skip
        return {
            "id": 61, "url": "https://www.tvmaze.com/shows/61", "name": NAME, "type": "Animation", "language": "Japanese",
            "status": "Running", "premiered": "2024-04-07", "ended": None, "officialSite": None, "rating": {"average": 7.6},
            "externals": {"tvrage": None, "thetvdb": 81, "imdb": "tt81"}, "updated": int(self.changed.timestamp()),
            "_links": {}, "_embedded": {"seasons": rows},
        }  # fmt: skip


class Tmdb(World):
    kind, cancels = "tmdb", True
    key: ClassVar[Any] = {"Authorization": "Bearer read-access-token"}
    null: ClassVar[Any] = {
        "success": False,
        "status_code": 34,
        "status_message": "The resource you requested could not be found.",
    }
    drift: ClassVar[Any] = {"id": 71, "name": NAME, "season_list": []}
    limited = whole(
        {"success": False, "status_code": 25, "status_message": "Your request count is over the limit."}, 429
    )

    def refused(self) -> Answer:
        return whole({"success": False, "status_code": 7, "status_message": "Invalid API key: no valid key."}, 401)

    def address(self) -> str:
        return self.web.url("/3/tv/71")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/3/tv/71": self.show}

    def show(self, _: Seen) -> object:
        rows: list[dict[str, Any]] = [
            {"id": 700, "season_number": 0, "name": "Specials", "air_date": None, "episode_count": 2},
            {"id": 701, "season_number": 1, "name": "Season 1", "air_date": "2024-04-07", "episode_count": 12},
        ]
        season = self.season
        gone = season is not None and season.status == "cancelled"
        if season is not None and not gone:
            rows.append(
                {"id": 702, "season_number": 2, "name": "Season 2", "air_date": season.full, "episode_count": 0}
            )
        return {
            "id": 71, "name": NAME, "original_name": NATIVE, "first_air_date": "2024-04-07", "in_production": not gone,
            "status": "Canceled" if gone else "Returning Series", "number_of_seasons": len(rows) - 1, "seasons": rows,
            "next_episode_to_air": None, "last_episode_to_air": None, "vote_average": 7.6, "vote_count": 900,
            "external_ids": {"imdb_id": "tt81", "tvdb_id": 81}, "alternative_titles": {"results": []},
        }  # fmt: skip


class Kitsu(World):
    kind = "kitsu"
    null: ClassVar[Any] = {"data": None}
    drift: ClassVar[Any] = {"data": {"id": "51", "type": "anime", "fields": {}}}

    def address(self) -> str:
        return self.web.url("/api/edge/anime/51")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/api/edge/anime/51": lambda _: self.single(), "/api/edge/anime": self.listed}

    def single(self) -> object:
        found = self.works()
        return {"data": found["data"][0], "included": found["included"]}

    def listed(self, seen: Seen) -> object:
        since = parse_qs(seen.target.partition("?")[2]).get("filter[since]", [""])[0]
        if since and since > f"{self.changed:%Y-%m-%dT%H:%M:%SZ}":
            return {"data": [], "meta": {"count": 0}, "links": {}}
        return {**self.works(), "meta": {"count": 1}, "links": {}}

    def works(self) -> dict[str, Any]:
        first = self.anime("51", NAME, "finished", "2024-04-07")
        if (season := self.season) is None:
            return {"data": [first], "included": []}
        tie = {"id": "9", "type": "mediaRelationships", "attributes": {"role": "sequel"},
               "relationships": {"destination": {"data": {"type": "anime", "id": "1051"}}}}  # fmt: skip
        first["relationships"] = {"mediaRelationships": {"data": [{"type": "mediaRelationships", "id": "9"}]}}
        second = self.anime(
            "1051", "Gyoretsu no Akari", season.named("upcoming", "current", "finished", "tba"), season.full
        )
        return {"data": [first], "included": [tie, second]}

    @staticmethod
    def anime(id_: str, name: str, status: str, start: str | None) -> dict[str, Any]:
        attributes = {
            "canonicalTitle": name, "titles": {"en_jp": name, "ja_jp": NATIVE}, "abbreviatedTitles": [], "slug": f"s-{id_}",
            "status": status, "subtype": "TV", "startDate": start, "endDate": None, "averageRating": "76.1",
            "ratingFrequencies": {"2": "40", "20": "60"}, "updatedAt": "2026-11-01T00:00:00.000Z",
        }  # fmt: skip
        return {"id": id_, "type": "anime", "attributes": attributes}


class AnimeSchedule(World):
    kind, precise = "animeschedule", "parts"
    key: ClassVar[Any] = {"Authorization": "Bearer app-token"}
    null: ClassVar[Any] = {}
    drift: ClassVar[Any] = {"page": 1, "totalAmount": 1, "anime": []}
    ZERO = "0001-01-01T00:00:00Z"

    def address(self) -> str:
        return self.web.url("/api/v3/anime/lantern-parade")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        second = {"/api/v3/anime/lantern-parade-2nd-season": lambda _: self.second()}
        return {"/api/v3/anime/lantern-parade": lambda _: self.first(), **second}

    def first(self) -> object:
        sequels = ["lantern-parade-2nd-season"] if self.season is not None else []
        return self.work("lantern-parade", NAME, "Finished", "2024-04-07T15:00:00Z", sequels=sequels)

    def second(self) -> object:
        if (season := self.season) is None:
            return whole({"message": "not found"}, 404)
        months = [None, "January", "February", "March", "April", "May", "June", "July"]
        work = self.work("lantern-parade-2nd-season", f"{NAME} 2nd Season", season.named("Upcoming", "Ongoing", "Finished", "Upcoming"),
                         f"{season.full}T15:00:00Z" if season.full else self.ZERO, prequels=["lantern-parade"])  # fmt: skip
        return {**work, "year": season.year or 0, "month": months[season.month or 0] or ""}

    def work(self, route: str, name: str, status: str, premier: str, **relations: list[str]) -> dict[str, Any]:
        return {
            "id": route, "route": route, "title": name, "names": {"romaji": name, "native": NATIVE, "synonyms": []},
            "premier": premier, "subPremier": self.ZERO, "dubPremier": self.ZERO, "jpnTime": self.ZERO, "status": status,
            "delayedFrom": self.ZERO, "delayedUntil": "0002-01-01T00:00:00Z", "delayedTimetable": "", "episodes": 12,
            "lengthMin": 24, "studios": [{"name": "Studio Harbor", "route": "studio-harbor"}], "relations": relations,
            "websites": {"official": "lantern.example", "mal": "myanimelist.net/anime/41"},
        }  # fmt: skip


class Mal(World):
    kind, precise = "mal", "parts"
    key: ClassVar[Any] = {"X-MAL-CLIENT-ID": "client-id"}
    null: ClassVar[Any] = {}
    drift: ClassVar[Any] = {"data": [{"node": {"id": 41}}], "paging": {}}
    limited = whole({"error": "forbidden", "message": ""}, 403)

    def refused(self) -> Answer:
        return whole({"error": "bad_request", "message": "Invalid client id"}, 401)

    def address(self) -> str:
        return self.web.url("/v2/anime/41")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/v2/anime/41": lambda _: self.first(), "/v2/anime/1041": lambda _: self.second()}

    def first(self) -> object:
        first = self.work(41, NAME, "finished_airing", "2024-04-07")
        if self.season is not None:
            first["related_anime"].append(self.related(1041, "Gyoretsu no Akari", "sequel"))
        return first

    def second(self) -> object:
        if (season := self.season) is None:
            return whole({"message": "", "error": "not_found"}, 404)
        status = season.named("not_yet_aired", "currently_airing", "finished_airing", "not_yet_aired")
        second = self.work(1041, "Gyoretsu no Akari", status, season.text)
        second["related_anime"].append(self.related(41, NAME, "prequel"))
        return second

    @staticmethod
    def related(id_: int, name: str, how: str) -> dict[str, Any]:
        return {"node": {"id": id_, "title": name}, "relation_type": how, "relation_type_formatted": how.title()}

    @staticmethod
    def work(id_: int, name: str, status: str, start: str | None) -> dict[str, Any]:
        return {
            "id": id_, "title": name, "alternative_titles": {"synonyms": [], "en": "", "ja": NATIVE}, "media_type": "tv",
            "status": status, "mean": 7.62, "num_scoring_users": 163_707, "studios": [{"id": 1, "name": "Studio Harbor"}],
            "related_anime": [], "updated_at": "2026-11-01T00:00:00+00:00", **({"start_date": start} if start else {}),
        }  # fmt: skip


class Jikan(World):
    kind, precise = "jikan", "parts"
    null: ClassVar[Any] = {"data": None}
    drift: ClassVar[Any] = {"anime": {"mal_id": 41}}
    limited = whole(
        {"status": 429, "type": "RateLimitException", "message": "You are being rate-limited.", "error": None}, 429
    )
    broken = whole({"status": 504, "type": "BadResponseException", "message": "Jikan failed to connect to MyAnimeList.",
                    "error": "Request to MyAnimeList.net timed out"}, 504)  # fmt: skip

    def address(self) -> str:
        return self.web.url("/v4/anime/41/full")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/v4/anime/41/full": lambda _: self.first(), "/v4/anime/1041/full": lambda _: self.second()}

    def first(self) -> object:
        sequels = [(1041, "Gyoretsu no Akari")] if self.season is not None else []
        return self.work(41, NAME, "Finished Airing", {"year": 2024, "month": 4, "day": 7}, "Sequel", sequels)

    def second(self) -> object:
        if (season := self.season) is None:
            return whole({"status": 404, "type": "BadResponseException", "message": "Not Found", "error": "404"}, 404)
        status = season.named("Not yet aired", "Currently Airing", "Finished Airing", "Not yet aired")
        return self.work(1041, "Gyoretsu no Akari", status, season.parts, "Prequel", [(41, NAME)])

    @staticmethod
    def work(
        id_: int, name: str, status: str, start: Mapping[str, int | None], how: str, related: list[tuple[int, str]]
    ) -> object:
        entries = [
            {"mal_id": one, "type": "anime", "name": title, "url": f"https://myanimelist.net/anime/{one}"}
            for one, title in related
        ]
        data = {
            "mal_id": id_, "url": f"https://myanimelist.net/anime/{id_}", "type": "TV", "status": status, "airing": False,
            "titles": [{"type": "Default", "title": name}, {"type": "Japanese", "title": NATIVE}], "title": name,
            "title_synonyms": [], "aired": {"from": None, "to": None, "prop": {"from": start, "to": {}}, "string": ""},
            "score": 7.62, "scored_by": 163_707, "studios": [{"mal_id": 1, "type": "anime", "name": "Studio Harbor"}],
            "relations": [{"relation": how, "entry": entries}] if entries else [], "streaming": [],
        }  # fmt: skip
        return {"data": data}


class Trakt(World):
    kind = "trakt"
    key: ClassVar[Any] = {"trakt-api-key": "client-id", "trakt-api-version": "2"}
    null: ClassVar[Any] = None
    drift: ClassVar[Any] = {"seasons": []}

    def address(self) -> str:
        return self.web.url("/shows/lantern-parade/seasons")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/shows/lantern-parade/seasons": lambda _: self.rows()}

    def source(self, **changes: Any) -> SourceConfig:
        return super().source(**{"headers": (("trakt-api-key", Secret("client-id")),), **changes})

    def rows(self) -> object:
        rows: list[dict[str, Any]] = [
            {"number": 0, "title": "Specials", "episode_count": 2, "aired_episodes": 2, "first_aired": None},
            {"number": 1, "title": "Season 1", "episode_count": 12, "aired_episodes": 12, "first_aired": "2024-04-07T15:00:00.000Z",
             "rating": 7.6, "votes": 9},
        ]  # fmt: skip
        if self.season is not None:
            first = f"{self.season.full}T15:00:00.000Z" if self.season.full else None
            rows.append(
                {"number": 2, "title": "Season 2", "episode_count": 0, "aired_episodes": 0, "first_aired": first}
            )
        return rows


class TheTvdb(World):
    kind, precise = "thetvdb", "year or day"
    key: ClassVar[Any] = {"Authorization": "Bearer token"}
    null: ClassVar[Any] = {"status": "failure", "message": "NotFoundException: series not found", "data": None}
    drift: ClassVar[Any] = {"status": "success", "data": [81]}

    def refused(self) -> Answer:
        return whole({"status": "failure", "message": "Unauthorized", "data": None}, 401)

    def address(self) -> str:
        return self.web.url("/v4/series/81/extended")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/v4/series/81/extended": lambda _: self.series()}

    def series(self) -> object:
        order, other = {"id": 1, "name": "Aired Order"}, {"id": 2, "name": "DVD Order"}
        rows: list[dict[str, Any]] = [
            {"id": 801, "number": 1, "name": None, "type": order, "year": "2024"},
            {"id": 811, "number": 2, "name": None, "type": other, "year": "2024"},
        ]
        season = self.season
        if season is not None:
            rows.append({"id": 802, "number": 2, "name": None, "type": order, "year": str(season.year or "")})
        data = {
            "id": 81, "name": NAME, "slug": "lantern-parade", "aliases": [{"language": "jpn", "name": NATIVE}],
            "status": {"id": 1, "name": "Continuing", "keepUpdated": True}, "firstAired": "2024-04-07", "lastAired": "2024-06-23",
            "nextAired": (season.full if season else "") or "", "year": "2024", "defaultSeasonType": 1, "seasons": rows,
        }  # fmt: skip
        return {"status": "success", "data": data}


class Wikidata(World):
    kind, precise = "wikidata", "none"
    null: ClassVar[Any] = {"entities": {"Q7": {"id": "Q7", "missing": ""}}}
    drift: ClassVar[Any] = {
        "error": {"code": "maxlag", "info": "Waiting for a database server: 6 seconds lagged."},
        "servedby": "x",
    }

    def address(self) -> str:
        return self.web.url(
            "/w/api.php?action=wbgetentities&ids=Q7&props=info|labels|aliases|claims&format=json&maxlag=5"
        )

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/w/api.php": lambda _: self.items()}

    def items(self) -> object:
        count = 1 if self.season is None else 2
        quantity = {"value": {"amount": f"+{count}", "unit": "1"}, "type": "quantity"}
        snak = {"snaktype": "value", "property": "P2437", "datavalue": quantity}
        item = {
            "id": "Q7", "type": "item", "lastrevid": 100 + count, "labels": {"en": {"language": "en", "value": NAME}},
            "aliases": {"ja": [{"language": "ja", "value": NATIVE}]}, "claims": {"P2437": [{"mainsnak": snak, "rank": "normal"}]},
        }  # fmt: skip
        return {"entities": {"Q7": item}, "success": 1}


class Syoboi(World):
    kind, precise = "syoboi", "month"
    null: ClassVar[Any] = (
        "<TitleLookupResponse><Result><Code>500</Code><Message>internal error</Message></Result></TitleLookupResponse>"
    )
    drift: ClassVar[Any] = '<?xml version="1.0"?><TitleList><Title>x</Title></TitleList>'

    def address(self) -> str:
        return self.web.url("/db.php?Command=TitleLookup&TID=7,1007")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/db.php": lambda _: self.titles()}

    def titles(self) -> object:
        items = self.item(7, NATIVE, Season(2024, 4), end=Season(2024, 6))
        if self.season is not None:
            items += self.item(1007, f"{NATIVE}(第2期)", self.season)
        return (f'<?xml version="1.0" encoding="UTF-8"?><TitleLookupResponse><Result><Code>200</Code><Message></Message></Result>'
                f"<TitleItems>{items}</TitleItems></TitleLookupResponse>")  # fmt: skip

    @staticmethod
    def item(tid: int, title: str, first: Season, end: Season | None = None) -> str:
        last = end or Season()
        return (
            f'<TitleItem id="{tid}"><TID>{tid}</TID><LastUpdate>2026-11-20 10:00:00</LastUpdate><Title>{title}</Title><ShortTitle></ShortTitle>'
            f"<TitleYomi></TitleYomi><TitleEN>{NAME}</TitleEN><Comment>*リンク\n-[[公式 https://lantern.example/]]</Comment><Cat>1</Cat>"
            f"<FirstYear>{first.year or ''}</FirstYear><FirstMonth>{first.month or ''}</FirstMonth><FirstEndYear>{last.year or ''}</FirstEndYear>"
            f"<FirstEndMonth>{last.month or ''}</FirstEndMonth><FirstCh>TOKYO MX</FirstCh></TitleItem>"
        )


class Ann(World):
    kind, precise = "ann", "parts"
    null: ClassVar[Any] = "<ann><warning>no result for anime=91</warning></ann>"
    drift: ClassVar[Any] = "<report><item><id>91</id></item></report>"

    def address(self) -> str:
        return self.web.url("/encyclopedia/api.xml?anime=91")

    def routes(self) -> dict[str, Callable[[Seen], object]]:
        return {"/encyclopedia/api.xml": self.work}

    def work(self, seen: Seen) -> object:
        second, season = "1091" in seen.target, self.season
        if second and season is None:
            return "<ann><warning>no result for anime=1091</warning></ann>"
        if second and season is not None:
            vintage = f'<info gid="3" type="Vintage">{season.text}</info>' if season.text else ""
            return self.page(1091, "Gyoretsu no Akari", vintage, '<related-prev rel="prequel" id="91"/>')
        related = '<related-next rel="sequel" id="1091"/>' if season else ""
        return self.page(91, NAME, '<info gid="3" type="Vintage">2024-04-07 to 2024-06-23</info>', related)

    @staticmethod
    def page(id_: int, name: str, vintage: str, related: str) -> str:
        return (
            f'<ann><anime id="{id_}" gid="1" type="TV" name="{name}" precision="TV" generated-on="2026-11-20">{related}'
            f'<info gid="1" type="Main title" lang="EN">{name}</info><info gid="2" type="Alternative title" lang="JA">{NATIVE}</info>{vintage}'
            f'<credit gid="4"><task>Animation Production</task><company id="1">Studio Harbor</company></credit></anime></ann>'
        )


WORLDS = (AniList, TvMaze, Tmdb, Kitsu, AnimeSchedule, Mal, Jikan, Trakt, TheTvdb, Wikidata, Syoboi, Ann)
BY_KIND: Mapping[str, type[World]] = {world.kind: world for world in WORLDS}


def world_of(kind: str, web: Web, clock: Clock) -> World:
    """Open a catalogue on *web*."""
    return BY_KIND[kind](web, clock)
