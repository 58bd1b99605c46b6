"""Answers that belong together become one: stubs and their own pages, lines of sequels, pages of a list."""

from __future__ import annotations

from typing import Any

from watcher.model import Entry
from watcher.sources.joined import joined
from watcher.sources.parsed import Parsed
from watcher.sources.records import Record, entry_of, sequels_of


def record(id_: str, name: str, season: int | None, *follow: str, **more: Any) -> Entry:
    return entry_of(
        Record(
            catalogue="list", id=id_, name=name, season=season, relations=sequels_of(follow), ids={"list": id_}, **more
        )
    )


def stub(id_: str, name: str, season: int | None, root: str) -> Entry:
    return entry_of(
        Record(
            catalogue="list",
            id=id_,
            name=name,
            season=season,
            ids={"list": root},
            aliases=["Lantern Parade"],
            stub=True,
        )
    )


def together(*answers: list[Entry]) -> dict[str, Entry]:
    whole = joined([Parsed(entries=tuple(entries), kind="list", further=("x",)) for entries in answers])
    assert whole.further == ()
    return {entry.id: entry for entry in whole.entries}


def test_a_stub_and_its_own_page_are_one_record() -> None:
    own = record("2", "Embers of the Parade", 1, status="not_yet_released")
    found = together([record("1", "Lantern Parade", 1, "2"), stub("2", "Embers", 2, "1")], [own])
    data = found["list:2"].data
    assert (data["season_number"], data["status"], data["ids"]) == (2, "not_yet_released", {"list": ["1", "2"]})
    assert "stub" not in data
    assert "Lantern Parade" in found["list:2"].body


def test_the_order_of_stub_and_page_does_not_matter() -> None:
    own = record("2", "Embers of the Parade", 1, status="not_yet_released")
    one = together([stub("2", "Embers", 2, "1")], [own])["list:2"]
    other = together([own], [stub("2", "Embers", 2, "1")])["list:2"]
    assert one.data == other.data


def test_a_sequel_that_is_a_film_is_no_season_and_what_follows_it_is_the_next_one() -> None:
    found = together(
        [record("1", "Lantern Parade", 1, "2"), stub("2", "Embers", 2, "1")],
        [record("2", "Embers", 0, "3"), stub("3", "Ashes", None, "2")],
        [record("3", "Ashes", None)],
    )
    assert [found[f"list:{id_}"].data["season_number"] for id_ in "123"] == [1, 0, 2]
    assert found["list:3"].data["ids"] == {"list": ["1", "2", "3"]}
    assert "Lantern Parade" in found["list:3"].body


def test_numbers_of_their_own_stay() -> None:
    found = together(
        [record("1", "Lantern Parade", 1, "2"), stub("2", "Lantern Parade 3rd Season", 3, "1")],
        [record("2", "Lantern Parade 3rd Season", 3)],
    )
    assert found["list:2"].data["season_number"] == 3


def test_a_circle_of_sequels_ends() -> None:
    found = together([record("1", "Lantern Parade", None, "2"), record("2", "Embers", None, "1")])
    assert [entry.data["season_number"] for entry in found.values()] == [None, None]


def test_of_two_posts_with_one_id_the_first_stays() -> None:
    first, second = Entry(id="a", title="Gets season 2"), Entry(id="a", title="Old teaser")
    assert together([first], [second])["a"] == first
