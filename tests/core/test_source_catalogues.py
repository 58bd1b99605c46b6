"""Catalogues: a season's record from nothing to finished, and answers that say nothing (sources.md §3, §11.2).

Each catalogue has a small model of its documented answer; the same history is told to all of them.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from watcher.config.settings import Secret, SourceConfig
from watcher.errors import ParseError
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.records import is_part, partial, season_in

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Season:
    """The second season as the world sees it at some time; None: not listed."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    status: str = "not_yet_released"

    @property
    def text(self) -> str | None:
        parts = [
            f"{self.year:04}" if self.year else None,
            f"{self.month:02}" if self.month else None,
            f"{self.day:02}" if self.day else None,
        ]
        return "-".join(part for part in parts if part) or None

    @property
    def full(self) -> str | None:
        return self.text if self.day else None

    @property
    def parts(self) -> dict:
        return {"year": self.year, "month": self.month, "day": self.day}


def anilist(season: Season | None) -> object:
    status = {
        "not_yet_released": "NOT_YET_RELEASED",
        "releasing": "RELEASING",
        "finished": "FINISHED",
        "cancelled": "CANCELLED",
    }

    def node(id_: int, name: str, state: str, date: dict) -> dict:
        return {"id": id_, "idMal": None, "type": "ANIME", "format": "TV", "status": state, "siteUrl": f"https://anilist.co/anime/{id_}",
                "averageScore": 76, "synonyms": ["Parade"], "title": {"romaji": name, "english": None, "native": "灯籠行列"}, "startDate": date,
                "externalLinks": [{"site": "Harborstream", "type": "STREAMING"}, {"site": "X", "type": "SOCIAL"}],
                "stats": {"scoreDistribution": [{"amount": 40}, {"amount": 60}]}}  # fmt: skip

    edges = [
        {"relationType": "ADAPTATION", "node": {"id": 9, "type": "MANGA"}},
        {"relationType": "SUMMARY", "node": node(8, "Recap", "FINISHED", {})},
    ]
    if season is not None:
        edges.append(
            {
                "relationType": "SEQUEL",
                "node": node(2, "Lantern Parade 2nd Season", status[season.status], season.parts),
            }
        )
    root = node(1, "Lantern Parade", "FINISHED", {"year": 2024, "month": 4, "day": 7})
    return {"data": {"Page": {"pageInfo": {"hasNextPage": False}, "media": [{**root, "relations": {"edges": edges}}]}}}


def tvmaze(season: Season | None) -> object:
    rows = [
        {"id": 11, "number": 1, "premiereDate": "2024-04-07", "endDate": "2024-06-23", "network": {"name": "TV Kita"}},
        {"id": 10, "number": 0},
    ]
    if season is not None:
        ended = "2026-11-20" if season.status == "finished" else None
        rows.append(
            {"id": 12, "number": 2, "premiereDate": season.full, "endDate": ended, "network": None, "webChannel": None}
        )
    return {"id": 5, "name": "Lantern Parade", "url": "https://www.tvmaze.com/shows/5", "status": "Running", "rating": {"average": 7.6},
            "externals": {"thetvdb": 77, "imdb": "tt1"}, "_embedded": {"seasons": rows}}  # fmt: skip


def tmdb(season: Season | None) -> object:
    rows = [
        {"id": 100, "season_number": 0, "name": "Specials"},
        {"id": 101, "season_number": 1, "name": "Season 1", "air_date": "2024-04-07"},
    ]
    show = {"id": 5, "name": "Lantern Parade", "original_name": "灯籠行列", "status": "Returning Series", "in_production": True, "vote_average": 7.6,
            "vote_count": 900, "seasons": rows, "next_episode_to_air": None}  # fmt: skip
    if season is not None and season.status == "cancelled":
        return {**show, "status": "Canceled", "in_production": False}
    if season is not None:
        rows.append({"id": 102, "season_number": 2, "name": "Season 2", "air_date": season.full})
        show["next_episode_to_air"] = {"season_number": 2} if season.status == "releasing" else None
        show["status"] = "Ended" if season.status == "finished" else "Returning Series"
    return show


def kitsu(season: Season | None) -> object:
    status = {"not_yet_released": "upcoming", "releasing": "current", "finished": "finished"}

    def work(id_: str, name: str, state: str, start: str | None) -> dict:
        return {"id": id_, "type": "anime", "attributes": {"canonicalTitle": name, "titles": {"en_jp": name, "ja_jp": "灯籠行列"}, "slug": f"s{id_}",
                "status": state, "subtype": "TV", "startDate": start, "averageRating": "76.1", "ratingFrequencies": {"2": "40", "20": "60"}}}  # fmt: skip

    included = []
    if season is not None:
        tie = {
            "id": "t",
            "type": "mediaRelationships",
            "attributes": {"role": "sequel"},
            "relationships": {"destination": {"data": {"type": "anime", "id": "2"}}},
        }
        included = [tie, work("2", "Lantern Parade 2", status[season.status], season.full)]
    return {"data": work("1", "Lantern Parade", "finished", "2024-04-07"), "included": included}


def trakt(season: Season | None) -> object:
    rows = [
        {"number": 0},
        {
            "number": 1,
            "first_aired": "2024-04-07T15:00:00.000Z",
            "episode_count": 12,
            "aired_episodes": 12,
            "rating": 7.6,
            "votes": 9,
        },
    ]
    if season is not None:
        first = f"{season.full}T15:00:00.000Z" if season.full else None
        rows.append(
            {
                "number": 2,
                "first_aired": first,
                "episode_count": 12,
                "aired_episodes": 12 if season.status == "finished" else 3,
            }
        )
    return rows


def thetvdb(season: Season | None) -> object:
    rows = [
        {"id": 1, "number": 1, "type": {"id": 1}, "year": "2024"},
        {"id": 9, "number": 1, "type": {"id": 2}},
        {"id": 8, "number": 0, "type": {"id": 1}},
    ]
    series = {"id": 77, "name": "Lantern Parade", "slug": "lantern-parade", "firstAired": "2024-04-07", "lastAired": "2024-06-23", "nextAired": "",
              "defaultSeasonType": 1, "status": {"name": "Continuing"}, "aliases": [{"language": "jpn", "name": "灯籠行列"}], "seasons": rows}  # fmt: skip
    if season is not None:
        rows.append({"id": 2, "number": 2, "type": {"id": 1}, "year": str(season.year) if season.year else None})
        series["nextAired"] = season.full or ""
        series["lastAired"] = ""
        series["status"] = {"name": "Ended" if season.status == "finished" else "Continuing"}
    return {"status": "success", "data": series}


def own_work(kind: str) -> Callable[[Season | None], object]:
    """Catalogues that are asked for the second season itself."""

    def build(season: Season | None) -> object:
        one = season or Season()
        return {
            "mal": lambda: {"id": 2, "title": "Lantern Parade 2nd Season", "alternative_titles": {"ja": "灯籠行列", "synonyms": []}, "start_date": one.text,
                            "status": {"releasing": "currently_airing", "finished": "finished_airing"}.get(one.status, "not_yet_aired"), "mean": 7.6},
            "jikan": lambda: {"data": {"mal_id": 2, "title": "Lantern Parade 2nd Season", "titles": [], "aired": {"prop": {"from": one.parts}},
                                       "status": {"releasing": "Currently Airing", "finished": "Finished Airing"}.get(one.status, "Not yet aired")}},
            "animeschedule": lambda: {"route": "lantern-parade-2nd-season", "title": "Lantern Parade 2nd Season", "year": one.year,
                                      "month": [None, "January", "April", "July"][(one.month or 0) and one.month // 4 + 1], "status": {"releasing": "Ongoing", "finished": "Finished"}.get(one.status, "Upcoming"),
                                      "premier": f"{one.full}T15:00:00Z" if one.full else "0001-01-01T00:00:00Z", "names": {"native": "灯籠行列"}},
        }[kind]()  # fmt: skip

    return build


BUILDERS = {"anilist": anilist, "tvmaze": tvmaze, "tmdb": tmdb, "kitsu": kitsu, "trakt": trakt, "thetvdb": thetvdb}
BUILDERS |= {kind: own_work(kind) for kind in ("mal", "jikan", "animeschedule")}
FINE = {"anilist", "mal", "jikan", "animeschedule"}
"""Catalogues that know dates to a part."""
URL = {"trakt": "https://api.trakt.tv/shows/lantern-parade-2024/seasons"}


def read(kind: str, answer: object) -> Parsed:
    body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
    return KINDS[kind].parse(
        body, ParseContext(url=URL.get(kind, "https://api.example/x"), content_type="application/json", now=NOW)
    )


def second(kind: str, season: Season | None) -> Entry | None:
    found = [entry for entry in read(kind, BUILDERS[kind](season)).entries if entry.data["season_number"] == 2]
    assert len(found) <= 1
    return found[0] if found else None


def refused(kind: str, answer: object) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(kind, answer)
    return caught.value


@pytest.mark.parametrize("kind", BUILDERS)
def test_undated_then_dated_then_moved_then_finished(kind: str) -> None:
    undated, day, moved = second(kind, Season()), second(kind, Season(2027, 4, 4)), second(kind, Season(2027, 7, 4))
    running, finished = second(kind, Season(2026, 10, 4, "releasing")), second(kind, Season(2026, 7, 4, "finished"))
    assert undated is not None
    assert undated.data["start_date"]["year"] is None
    assert undated.data["status"] == "not_yet_released"
    assert day is not None
    assert day.data["start_date"] == {"year": 2027, "month": 4, "day": 4}
    assert "Apr 4, 2027" in day.title
    assert moved is not None
    assert moved.data["start_date"]["month"] == 7
    assert [entry and entry.data["status"] for entry in (running, finished)] == ["releasing", "finished"]
    assert len({entry.id for entry in (undated, day, moved, running, finished) if entry}) == 1


@pytest.mark.parametrize("kind", sorted(FINE))
def test_year_month_and_day_are_three_states(kind: str) -> None:
    seen = [second(kind, season) for season in (Season(2027), Season(2027, 4), Season(2027, 4, 4))]
    assert [entry and entry.data["start_date"] for entry in seen] == [
        {"year": 2027, "month": None, "day": None},
        {"year": 2027, "month": 4, "day": None},
        {"year": 2027, "month": 4, "day": 4},
    ]


@pytest.mark.parametrize("kind", ["anilist", "tvmaze", "kitsu", "trakt", "thetvdb", "tmdb"])
def test_a_season_that_vanishes_is_silence_and_comes_back_as_itself(kind: str) -> None:
    before, gone, back = second(kind, Season(2027, 4, 4)), second(kind, None), second(kind, Season(2027, 4, 4))
    assert gone is None
    assert before == back


@pytest.mark.parametrize("kind", ["anilist", "tmdb"])
def test_a_cancelled_season_is_said(kind: str) -> None:
    entry = second(kind, Season(status="cancelled"))
    assert entry is not None
    assert entry.data["status"] == "cancelled"


@pytest.mark.parametrize("kind", BUILDERS)
def test_the_watched_work_is_named_in_the_entry(kind: str) -> None:
    entry = second(kind, Season())
    assert entry is not None
    assert "Lantern Parade" in f"{entry.title} {entry.body}"
    assert entry.data["ids"]


@pytest.mark.parametrize("kind", [*BUILDERS, "wikidata"])
@pytest.mark.parametrize(
    "answer",
    [
        "<html><title>503</title></html>",
        "",
        "[1, 2]",
        "{}",
        '{"errors": [{"message": "The API has been temporarily disabled", "status": 403}], "data": null}',
        '{"status": 504, "type": "BadResponseException", "message": "Jikan failed to connect", "error": null}',
        '{"status_code": 25, "status_message": "Your request count is over the limit", "success": false}',
        '{"error": "forbidden", "message": ""}',
    ],
)
def test_down_paused_and_limited_are_errors_never_a_change(kind: str, answer: str) -> None:
    if kind == "trakt" and answer == "[1, 2]":
        assert not read(kind, answer).entries
        return
    assert refused(kind, answer).reason == "unreadable"


def test_anilist_repeats_the_words_of_a_pause() -> None:
    assert "temporarily disabled" in str(
        refused("anilist", {"errors": [{"message": "The API has been temporarily disabled"}], "data": None})
    )


def test_anilist_record_has_facets_and_the_watched_id() -> None:
    entry = second("anilist", Season())
    assert entry is not None
    assert (entry.data["score"], entry.data["votes"], entry.data["platforms"]) == (7.6, 100, ["Harborstream"])
    assert entry.data["ids"] == {"anilist": 1}
    assert entry.link == "https://anilist.co/anime/2"


def test_anilist_asks_for_all_ids_at_once() -> None:
    source = SourceConfig(
        id="a",
        name="a",
        kind="anilist",
        url="https://graphql.anilist.co/?ids=1,2&ids=3",
        headers=(("X-Key", Secret("k")),),
    )
    asked = KINDS["anilist"].request(source, SourceState(source_id="a"))
    assert (asked.method, asked.url) == ("POST", "https://graphql.anilist.co/")
    assert json.loads(asked.content or b"")["variables"] == {"ids": [1, 2, 3]}
    assert dict(asked.headers)["Content-Type"] == "application/json"


def test_anilist_part_of_a_season_and_films_are_no_seasons() -> None:
    answer = anilist(Season())
    edge = answer["data"]["Page"]["media"][0]["relations"]["edges"][-1]
    edge["node"]["title"]["romaji"] = "Lantern Parade Part 2"
    assert [entry.data["season_number"] for entry in read("anilist", answer).entries] == [1, 0]
    edge["node"] |= {"title": {"romaji": "Lantern Parade the Movie"}, "format": "MOVIE"}
    assert [entry.data["season_number"] for entry in read("anilist", answer).entries] == [1, 0]


@pytest.mark.parametrize("kind", ["tvmaze", "tmdb", "kitsu", "mal", "trakt", "thetvdb"])
def test_requests_ask_for_what_is_needed(kind: str) -> None:
    source = SourceConfig(
        id="a", name="a", kind=kind, url="https://api.example/x/5", headers=(("Authorization", Secret("Bearer t")),)
    )
    asked = KINDS[kind].request(source, SourceState(source_id="a"))
    assert asked.url.startswith("https://api.example/x/5?")
    assert ("Authorization", "Bearer t") in asked.headers


def test_mal_and_jikan_sequels_are_stubs_until_their_own_page_is_read() -> None:
    mal = {"id": 1, "title": "Lantern Parade", "status": "finished_airing", "related_anime": [
        {"node": {"id": 2, "title": "Lantern Parade II"}, "relation_type": "sequel"}, {"node": {"id": 3, "title": "x"}, "relation_type": "other"}]}  # fmt: skip
    jikan = {"data": {"mal_id": 1, "title": "Lantern Parade", "status": "Finished Airing", "relations": [
        {"relation": "Sequel", "entry": [{"mal_id": 2, "type": "anime", "name": "Lantern Parade II", "url": "https://myanimelist.net/anime/2"}]}]}}  # fmt: skip
    for kind, answer, home in (
        ("mal", mal, "https://m.example/v2/anime/1"),
        ("jikan", jikan, "https://j.example/v4/anime/1/full"),
    ):
        context = ParseContext(url=home, asked=home, now=NOW)
        found = KINDS[kind].parse(json.dumps(answer).encode(), context)
        assert [(entry.data["season_number"], entry.data["status"]) for entry in found.entries] == [
            (1, "finished"),
            (2, None),
        ]
        assert (found.entries[1].data["stub"], found.entries[1].data["ids"]) == (True, {"mal": 1})
        assert found.further == (home.replace("anime/1", "anime/2"),)


SYOBOI = """<?xml version="1.0" encoding="UTF-8"?><TitleLookupResponse><Result><Code>200</Code><Message></Message></Result><TitleItems>
<TitleItem id="7"><TID>7</TID><LastUpdate>2026-11-20 10:00:00</LastUpdate><Title>灯籠行列(第2期)</Title><ShortTitle></ShortTitle><TitleEN>Lantern Parade</TitleEN>
<Cat>1</Cat><FirstYear>2027</FirstYear><FirstMonth>4</FirstMonth><FirstEndYear></FirstEndYear><FirstEndMonth></FirstEndMonth></TitleItem>
<TitleItem id="8"><TID>8</TID><Title>夜のラジオ</Title><Cat>2</Cat></TitleItem></TitleItems></TitleLookupResponse>"""


def test_syoboi_months_are_months() -> None:
    (entry,) = read("syoboi", SYOBOI).entries
    assert entry.data["start_date"] == {"year": 2027, "month": 4, "day": None}
    assert (entry.data["season_number"], entry.data["status"], entry.body) == (2, "not_yet_released", "Lantern Parade")
    assert (
        refused(
            "syoboi", SYOBOI.replace("<Code>200</Code><Message></Message>", "<Code>500</Code><Message>busy</Message>")
        ).reason
        == "unreadable"
    )
    assert refused("syoboi", "<html></html>").reason == "unreadable"


ANN_WORK = """<ann><anime id="1" gid="2" type="TV" name="Lantern Parade" precision="TV"><related-next rel="sequel" id="22"/><related-prev rel="adaptation" id="3"/>
<info gid="1" type="Main title" lang="EN">Lantern Parade</info><info gid="2" type="Alternative title" lang="JA">灯籠行列</info>
<info gid="3" type="Vintage">2024-04-07 to 2024-06-23</info>
<credit gid="5"><task>Animation Production</task><company id="9">Studio Harbor</company></credit>
<news datetime="2026-11-20T10:00:00Z" href="/news/2026-11-20/lantern/.1">&lt;cite&gt;Lantern Parade&lt;/cite&gt; Gets 2nd Season</news></anime></ann>"""


def test_ann_news_the_work_and_its_sequel_and_a_warning_with_status_200() -> None:
    home = "https://cdn.example/encyclopedia/api.xml?anime=1"
    found = KINDS["ann"].parse(ANN_WORK.encode(), ParseContext(url=home, asked=home, now=NOW))
    news, work, sequel = found.entries
    assert (news.title, news.published) == ("Lantern Parade Gets 2nd Season", datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert news.link == "https://www.animenewsnetwork.com/news/2026-11-20/lantern/.1"
    assert (work.data["status"], work.data["start_date"]["month"], work.data["studios"]) == (
        "finished",
        4,
        ["Studio Harbor"],
    )
    assert (sequel.data["stub"], sequel.data["season_number"], sequel.data["ids"]) == (True, 2, {"ann": 1})
    assert found.further == ("https://cdn.example/encyclopedia/api.xml?anime=22",)
    assert "no result" in str(refused("ann", "<ann><warning>no result for anime=9</warning></ann>"))


@pytest.mark.parametrize(
    ("vintage", "parts"),
    [
        ("2027-04-04", (2027, 4, 4)),
        ("2027-04", (2027, 4, None)),
        ("2027", (2027, None, None)),
        ("Summer 2027", (2027, None, None)),
        ("2027-04-04 to 2027-06-20", (2027, 4, 4)),
        ("2027-04-04 (Tokyo MX)", (2027, 4, 4)),
        ("", (None, None, None)),
    ],
)
def test_ann_vintage_is_as_fine_as_it_says(vintage: str, parts: tuple[int | None, ...]) -> None:
    text = ANN_WORK.replace("2024-04-07 to 2024-06-23", vintage)
    assert tuple(read("ann", text).entries[1].data["start_date"].values()) == parts


def test_wikidata_counts_seasons() -> None:
    item = {"id": "Q1", "labels": {"en": {"value": "Lantern Parade"}}, "aliases": {"ja": [{"value": "灯籠行列"}]},
            "claims": {"P2437": [{"rank": "normal", "mainsnak": {"datavalue": {"value": {"amount": "+2"}}}}]}}  # fmt: skip
    entries = read("wikidata", {"entities": {"Q1": item}}).entries
    assert [entry.title for entry in entries] == [
        "Lantern Parade: Season 1 — listed",
        "Lantern Parade: Season 2 — listed",
    ]
    assert refused("wikidata", {"entities": {"Q9": {"id": "Q9", "missing": ""}}}).reason == "unreadable"


@pytest.mark.parametrize(
    ("name", "season"),
    [
        ("Lantern Parade 2nd Season", 2),
        ("Lantern Parade Season 3", 3),
        ("灯籠行列 第２期", 2),
        ("けものの街2", 2),
        ("Lantern Parade II", 2),
        ("Lantern Parade: The Second Season", 2),
        ("Psycho Lantern 100", None),
        ("Lantern Parade", None),
        ("Steam Gate 0", None),
    ],
)
def test_numbers_in_names(name: str, season: int | None) -> None:
    assert season_in(name) == season


def test_parts_are_not_seasons() -> None:
    assert is_part("Lantern Parade Part 2")
    assert is_part("灯籠行列 第2クール")
    assert not is_part("Lantern Parade 2nd Season")


@pytest.mark.parametrize(
    ("text", "year", "month", "day"),
    [
        ("2026", 2026, None, None),
        ("2026-10", 2026, 10, None),
        ("2026-10-04", 2026, 10, 4),
        ("2026-10-04T15:00:00.000Z", 2026, 10, 4),
        ("0001-01-01T00:00:00Z", None, None, None),
        ("2026-13-01", 2026, None, None),
        ("", None, None, None),
        (None, None, None, None),
    ],
)
def test_partial_dates(text: object, year: int | None, month: int | None, day: int | None) -> None:
    assert partial(text) == {"year": year, "month": month, "day": day}
