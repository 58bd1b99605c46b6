"""Each way of saying it: plain it alerts; hedged, denied or asked it does not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.invented import LANGUAGES
from watcher.model import Entry, EventType, Title
from watcher.read.flat import blocks_of
from watcher.read.fold import fold
from watcher.read.lexicon import build, languages, lexicon
from watcher.read.matching import Index, matches
from watcher.read.phrases import heads, pieces
from watcher.read.reader import Reader

WATCHED = Title(id="t", name="Harbour of Salt", season=2)
READER = Reader([WATCHED])
PUBLISHED = datetime(2026, 3, 10, tzinfo=UTC)


def read(text: str, headline: str = "News") -> set[tuple[EventType, str | None]]:
    entry = Entry(id="1", title=headline, blocks=blocks_of(text), published=PUBLISHED)
    return {(claim.type, claim.date and str(claim.date)) for claim in READER.read(entry, WATCHED).claims}


def test_a_sequel_may_have_a_name_of_its_own_in_the_headline() -> None:
    past = "It premieres on July 4, 2026, the network announced. The first season aired in 2020."
    assert (EventType.RELEASE_DATE, "2026-07-04") in read(past, "Harbour of Salt Homecoming Gets Its Day")
    assert read(past, "Harbour of Salt Gets Its Day") == set()


def test_how_many_seasons_there_will_be_is_another_question() -> None:
    said = "Season 2 of Harbour of Salt is planned for 2027, the network says. "
    assert (EventType.RELEASE_WINDOW, "2027") in read(
        said + "The writer has not decided yet whether there will be two more seasons."
    )


def test_the_site_of_a_season_is_no_announcement_of_it() -> None:
    assert read("Harbour of Salt season 2's official site was down for an hour.") == set()


def test_a_season_that_no_series_has_is_none_of_any_season() -> None:
    any_season = Title(id="any", name="Harbour of Salt")
    text = "Harbour of Salt has been renewed through season 75."
    entry = Entry(id="1", title="News", blocks=blocks_of(text), published=PUBLISHED)
    assert Reader([any_season]).read(entry, any_season).claims == ()


PLAIN = [
    ("Netflix has ordered a second season of Harbour of Salt.", "announced", None),
    ("Harbour of Salt has been picked up for a second season.", "announced", None),
    ("Harbour of Salt gets a second season.", "announced", None),
    ("A second season of Harbour of Salt is in development.", "announced", None),
    ("Harbour of Salt is coming back for a sophomore season.", "announced", None),
    ("The second season of Harbour of Salt is officially happening.", "announced", None),
    ("Harbour of Salt will return for season two.", "announced", None),
    ("The sequel to Harbour of Salt has been greenlit.", "announced", None),
    ("Harbour of Salt 2nd Season premieres on July 4, 2026.", "release_date", "2026-07-04"),
    ("Season 2 of Harbour of Salt debuts in October 2026.", "release_window", "2026-10"),
    ("Harbour of Salt S2 arrives on 4 July 2026.", "release_date", "2026-07-04"),
    ("The second season of Harbour of Salt is slated for fall 2026.", "release_window", "2026-fall"),
    ("The second season of Harbour of Salt has been postponed to 2027.", "delayed", "2027"),
    ("The second season of Harbour of Salt slips from July to October 2026.", "delayed", "2026-10"),
    ("Production of the second season of Harbour of Salt has been suspended.", "delayed", None),
    ("Netflix will not move forward with a second season of Harbour of Salt.", "cancelled", None),
    ("Harbour of Salt has been cancelled after one season.", "cancelled", None),
    ("The second season of Harbour of Salt ends on June 28.", "finished", "2026-06-28"),
    ("Crunchyroll has licensed the second season of Harbour of Salt.", "streaming", None),
    ("The English dub of Harbour of Salt season 2 starts on May 3.", "dub", "2026-05-03"),
    ("A trailer for the second season of Harbour of Salt was unveiled.", "trailer", None),
    ("The official site revealed a key visual for season 2 of Harbour of Salt.", "visual", None),
]


@pytest.mark.parametrize(("text", "kind", "day"), PLAIN, ids=[text for text, _, _ in PLAIN])
def test_said_plainly(text: str, kind: str, day: str | None) -> None:
    assert (EventType(kind), day) in read(text)


DOUBTS = (
    "It is rumored that {}.",
    "It is possible that {}.",
    "Fans hope that {}.",
    "It has not been confirmed that {}.",
    "We expect that {}.",
    "Is it true that {}?",
    "An anonymous insider claims that {}.",
    "If the gap stays the same, {}.",
)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_said_with_a_doubt(doubt: str) -> None:
    texts = [
        doubt.format(text[0].lower() + text[1:-1] if text[:2] in {"A ", "Th"} else text[:-1]) for text, _, _ in PLAIN
    ]
    assert [text for text in texts if read(text)] == []


@pytest.mark.parametrize("code", languages())
def test_every_phrase_of_every_language_compiles_and_has_a_piece_that_is_certain(code: str) -> None:
    known = lexicon(code)  # raises where nothing is certain
    for phrase in (*known.phrases, *known.ordinary, *known.seasons):
        assert phrase.pattern.search("") is None, phrase.source


def test_a_phrase_of_which_nothing_is_certain_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing in this phrase is certain to be there"):
        build({"phrases": {"hedge": ["[a-z]+"]}}, {})


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("renewed for", {"renewed for"}),
        ("renew(?:s|ed)", {"renew"}),
        ("(?:is|are) confirmed", {" confirmed"}),
        ("green-?lit", {"green"}),
        ("(?:postponed|delayed)", {"postponed", "delayed"}),
        (r"\w+ed", {"ed"}),
        (r"[0-9]+", set()),
        ("(?:very )?likely", {"likely"}),
    ],
)
def test_the_most_telling_piece(pattern: str, expected: set[str]) -> None:
    assert set(next(iter(pieces(pattern)), ())) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("gets? the (?:green light|nod)", ({" the "}, {"get"}, {"green light", "nod"})),
        ("(?:gets|got) (?:very )?renewed", ({"renewed"}, {"gets", "got"}, {" "})),
        ("renewed|picked up", ({"renewed", "picked up"},)),
        ("[0-9]+", ()),
    ],
)
def test_pieces(pattern: str, expected: tuple[set[str], ...]) -> None:
    assert pieces(pattern) == expected


def test_only_what_a_text_holds_all_pieces_of_is_tried_on_it() -> None:
    index = Index(["gets? the (?:green light|nod)", "[0-9]+", "(?:gets|got) renewed"])
    assert index.candidates("it got the nod") == [1]
    assert sorted(index.candidates("it gets the nod")) == [0, 1]
    assert sorted(index.candidates("it got renewed")) == [1, 2]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("renewed|picked up", {"r", "p"}),
        ("(?:very )?likely", {"v", "l"}),
        ("(?<!un)(?=l)[lm-o]ikely", set("lmno")),
        ("^(?:no|not)? ?yet", set("n y")),
        (r"\.com", {"."}),
        (r"\w+ed", set()),
        ("[^ ]+ed", set()),
        ("(?:very )?", set()),
    ],
)
def test_heads(pattern: str, expected: set[str]) -> None:
    assert heads(pattern) == expected


@pytest.mark.parametrize("code", languages())
def test_where_seasons_are_looked_for_only_where_they_may_be_none_is_lost(code: str) -> None:
    known = lexicon(code)
    texts = [fold(text) for language in LANGUAGES for template in language.silent for text in template.split("\n")]
    for text in (*texts, *(fold(text) for text, _, _ in PLAIN)):
        found = [(phrase.source, match.span()) for phrase, match in known.season_matches(text)]
        every = [(phrase.source, match.span()) for phrase in known.seasons for match in phrase.pattern.finditer(text)]
        assert found == every
        all_tried = matches(text, known.seasons, words=known.words)
        assert [(phrase.source, match.span()) for phrase, match in all_tried] == every


def test_a_language_nobody_wrote_falls_back_to_english() -> None:
    assert lexicon("xx").code == "en"


def test_latin_seasons_have_borders_between_japanese_letters() -> None:
    named = {match[0] for _, match in lexicon("ja").season_matches("港はseason #2で、preseason #3は別")}
    assert "season #2" in named
    assert "season #3" not in named
