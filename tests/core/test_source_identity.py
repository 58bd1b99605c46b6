"""Entries are known again, whatever happens to ids, links and texts (reliability group E, D4, D5, D14, F1)."""

import random
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.memory import IdentityBy, SeenEntry, SourceState
from watcher.model import Block, BlockKind, Entry
from watcher.sources.identity import (
    Recognised,
    canonical,
    check_emptied,
    content_digest,
    fingerprint,
    lookup,
    recognise,
)
from watcher.sources.parsed import Parsed

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STATE = SourceState(source_id="s", first_look=NOW - timedelta(days=9), entries_last=10)


def entry(number: int, **more: object) -> Entry:
    values = {
        "id": f"tag:wire.example,2026:{number}",
        "link": f"https://wire.example/news/{number}",
        "title": f"Headline number {number}",
        "published": NOW - timedelta(days=number),
        "blocks": (Block(kind=BlockKind.PARAGRAPH, text=f"Text of {number}."),),
    }
    return Entry(**{**values, **more})


def look(
    entries: list[Entry], seen: tuple[SeenEntry, ...] | list = (), state: SourceState = STATE, now: datetime = NOW
) -> Recognised:
    return recognise(entries, seen, source_id="s", state=state, now=now)


def after(*looks: list[Entry]) -> tuple[list[Recognised], dict[str, SeenEntry]]:
    """Look several times in a row, with a memory as a store keeps it."""
    memory: dict[str, SeenEntry] = {}
    state, answers = SourceState(source_id="s"), []
    for number, entries in enumerate(looks):
        now = NOW + timedelta(hours=number)
        found = look(entries, list(memory.values()), state, now)
        memory |= {record.key: record for record in found.records}
        state = replace(state, identity_by=found.identity_by, entries_last=len(entries), first_look=NOW)
        answers.append(found)
    return answers, memory


TEN = [entry(number) for number in range(10)]


def test_e1_first_look_is_all_new_and_recorded() -> None:
    found = look(TEN, state=SourceState(source_id="s"))
    assert len(found.new) == len(found.records) == len(set(found.new_keys)) == 10
    assert not found.warnings


def test_e2_ids_that_change_at_every_look() -> None:
    looks = [[replace(one, id=f"{turn}-{random.random()}") for one in TEN] for turn in range(3)]
    answers, memory = after(*looks)
    assert [len(found.new) for found in answers] == [10, 0, 0]
    assert answers[1].identity_by is IdentityBy.LINK
    assert sum(len(found.warnings) for found in answers) == 1
    assert len(memory) == 10


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda link: link.replace("https:", "http:"),
        lambda link: link + "/",
        lambda link: link + "?utm_source=rss&utm_medium=feed",
        lambda link: link.replace("wire.example/news", "www.wire.example/news"),
        lambda link: link.replace("/news/", "/2026/archive/"),
        lambda link: link + "#comments",
        lambda link: link + ";jsessionid=AF31",
    ],
)
def test_e3_rewritten_links_and_ids_of_all_items(rewrite) -> None:
    plain = [replace(one, id=one.link or "") for one in TEN]
    moved = [replace(one, id=rewrite(one.link), link=rewrite(one.link)) for one in TEN]
    answers, memory = after(plain, moved, moved)
    assert [len(found.new) for found in answers] == [10, 0, 0]
    assert len(memory) == 10


def test_e4_one_id_for_all_items() -> None:
    answers, _ = after([replace(one, id="same") for one in TEN[1:]], [replace(one, id="same") for one in TEN])
    assert [len(found.new) for found in answers] == [9, 1]
    assert answers[0].identity_by is IdentityBy.LINK


def test_e4_no_ids_at_all() -> None:
    answers, _ = after(
        [replace(one, id=one.link or "") for one in TEN[1:]], [replace(one, id=one.link or "") for one in TEN]
    )
    assert [len(found.new) for found in answers] == [9, 1]


def test_e4_one_link_for_all_items() -> None:
    same = [replace(one, id="https://wire.example/news", link="https://wire.example/news") for one in TEN]
    answers, _ = after(same[1:], same, same)
    assert [len(found.new) for found in answers] == [9, 1, 0]
    assert answers[1].new[0].title == "Headline number 0"


def test_e4_an_item_listed_twice_is_one() -> None:
    answers, _ = after([TEN[0], TEN[0], TEN[1]])
    assert len(answers[0].new) == 2


def test_e4_twins_with_one_title_stay_two() -> None:
    twins = [
        replace(TEN[0], id="a", link="https://wire.example/a"),
        replace(TEN[0], id="b", link="https://wire.example/b"),
    ]
    answers, _ = after(twins, list(reversed(twins)))
    assert [len(found.new) for found in answers] == [2, 0]


def test_e5_ids_break_and_heal_without_a_second_wave() -> None:
    broken = [replace(one, id=f"x{number}") for number, one in enumerate(TEN)]
    answers, _ = after(TEN, broken, TEN, broken, TEN)
    assert [len(found.new) for found in answers] == [10, 0, 0, 0, 0]


def test_e6_order_does_not_matter() -> None:
    shuffled = random.Random(6).sample(TEN, len(TEN))
    answers, _ = after(TEN, list(reversed(TEN)), shuffled)
    assert [len(found.new) + len(found.edited) for found in answers] == [10, 0, 0]


def test_e7_refilled_feed_has_nothing_new() -> None:
    answers, _ = after(TEN, [], TEN)
    assert [len(found.new) for found in answers] == [10, 0, 0]


def test_e7_an_emptied_list_is_an_error() -> None:
    with pytest.raises(ParseError) as caught:
        check_emptied(Parsed(entries=(), kind="rss"), STATE)
    assert caught.value.reason == "emptied"
    check_emptied(Parsed(entries=(), kind="rss"), replace(STATE, entries_last=2))
    check_emptied(Parsed(entries=tuple(TEN), kind="rss"), STATE)


def test_e8_a_window_without_overlap_warns_of_a_gap() -> None:
    answers, _ = after(TEN, [entry(number) for number in range(20, 30)])
    assert len(answers[1].new) == 10
    assert "missed" in answers[1].warnings[0]
    assert answers[1].redesigned


def test_e9_an_old_item_returns_after_a_year() -> None:
    later = [entry(number) for number in range(20, 30)]
    _, memory = after(TEN, later)
    found = look([TEN[3], *later], list(memory.values()), now=NOW + timedelta(days=365))
    assert not found.new


def test_e10_a_reposted_item_with_a_new_id_is_not_new() -> None:
    repost = replace(TEN[0], id="new-id", link="https://wire.example/news/repost")
    answers, _ = after(TEN, [repost, *TEN[1:]])
    assert not answers[1].new


def test_e11_a_typo_fixed_is_an_edit() -> None:
    answers, _ = after(TEN, [replace(TEN[0], title="Headline Nr 0!"), *TEN[1:]])
    assert not answers[1].new
    assert [one.title for one in answers[1].edited] == ["Headline Nr 0!"]
    assert answers[1].edited_keys[0] == answers[0].new_keys[0]


def test_e11_a_sentence_added_far_down_is_an_edit() -> None:
    long = Block(kind=BlockKind.PARAGRAPH, text="The story so far. " * 200)
    longer = replace(long, text=f"{long.text}Update: the second season begins on 4 October.")
    before, now = replace(TEN[0], blocks=(long,)), replace(TEN[0], blocks=(longer,))
    answers, _ = after([before, *TEN[1:]], [now, *TEN[1:]], [now, *TEN[1:]])
    assert [len(found.edited) for found in answers] == [0, 1, 0]


def test_e12_two_alternating_versions_are_never_new() -> None:
    other = [replace(one, title=one.title.upper() + " | Wire") for one in TEN]
    answers, _ = after(TEN, other, TEN, other)
    assert [len(found.new) for found in answers] == [10, 0, 0, 0]


def test_e18_an_id_moved_to_a_newer_item_hides_nothing() -> None:
    """Ids that are mere positions: the newest item always carries number 1."""
    before = [replace(entry(number), id=str(place)) for place, number in enumerate(range(1, 6))]
    now = [replace(entry(number), id=str(place)) for place, number in enumerate(range(5))]
    answers, _ = after(before, now)
    assert [one.title for one in answers[1].new] == ["Headline number 0"]


def test_d14_a_moving_update_time_is_no_edit() -> None:
    answers, _ = after(TEN, [replace(one, updated=NOW + timedelta(hours=5)) for one in TEN])
    assert not answers[1].edited


def test_records_of_unchanged_entries_are_written_once_a_day() -> None:
    answers, memory = after(TEN, TEN)
    assert not answers[1].records
    assert len(look(TEN, list(memory.values()), now=NOW + timedelta(days=2)).records) == 10


def test_lookup_names_what_recognise_needs() -> None:
    keys = lookup([TEN[0]])
    record = look([TEN[0]]).records[0]
    assert record.entry_id in keys.ids
    assert record.link in keys.links
    assert record.fingerprint in keys.fingerprints


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x/?utm_source=t&b=2&a=1", "http://www.a.example/x?a=1&b=2"),
        ("https://a.example/index.html", "https://a.example/"),
        ("https://a.example:443/x", "https://a.example/x#top"),
        ("https://a.example/x?PHPSESSID=1", "https://a.example/x"),
        ("https://a.example/x?fbclid=1&gclid=2&ref=rss", "https://a.example/x"),
    ],
)
def test_links_that_are_one(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/news.php?id=1", "https://a.example/news.php?id=2"),
        ("https://a.example/#!/news/1", "https://a.example/#!/news/2"),
        ("https://a.example/A", "https://a.example/a"),
    ],
)
def test_links_that_are_two(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(st.text(max_size=60))
def test_canonical_is_stable(link: str) -> None:
    once = canonical(link)
    assert canonical("https:" + once if once.startswith("//") else once) == once or not once.startswith("//")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("2", "２"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("Pât", "Pâ\u00adt"),
        lambda text: text.replace("’", "&rsquo;"),
        lambda text: text.encode().decode("cp1252"),
        lambda text: f"<b>{text}</b>",
        str.upper,
    ],
)
def test_d4_d5_spelling_does_not_change_a_fingerprint(change) -> None:
    title = "L’été de la Pâtisserie 2"
    assert fingerprint(change(title), NOW) == fingerprint(title, NOW)


def test_content_digest_sees_words_and_data() -> None:
    base = entry(1)
    assert content_digest(base) == content_digest(replace(base, published=None, link=None))
    assert content_digest(base) != content_digest(replace(base, blocks=()))
    assert content_digest(base) != content_digest(replace(base, data={"status": "RELEASING"}))


@given(st.permutations(TEN), st.integers(0, 9), st.booleans())
def test_any_order_and_any_missing_part_recognises_all(order: list[Entry], count: int, drop_ids: bool) -> None:
    first = look(TEN, state=SourceState(source_id="s"))
    changed = [replace(one, id=one.link or "") if drop_ids else replace(one, link=None) for one in order[:count]]
    assert not look([*changed, *order[count:]], first.records).new
