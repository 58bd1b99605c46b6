"""Every language has its three files, and each of them can be used."""

import re
import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.model import Entry, Title
from watcher.read.dates.patterns import LANGUAGES, grammar
from watcher.read.flat import blocks_of
from watcher.read.language import languages
from watcher.read.lexicon import languages as lexicons
from watcher.read.lexicon import lexicon
from watcher.read.reader import Reader
from watcher.read.seasons import SeasonKind, find_seasons

DATA = files("watcher") / "data"
NEEDED = {
    "announce", "announce_new", "reveal", "trailer", "visual", "cast", "staff", "stream", "dub", "finish", "delay", "cancel",
    "release", "released", "hedge", "guess", "rumour", "negation", "condition", "wish", "scheduled", "official", "official_named",
    "press", "deny_existence", "deny_date", "film", "ova", "manga", "novel", "game", "stage", "goods", "event", "rerun", "episode",
    "thing", "not_medium", "seo", "hoax", "review", "stale", "boundary", "related",
}  # fmt: skip

everyone = pytest.mark.parametrize("code", LANGUAGES)


def table(folder, code):
    return tomllib.loads((DATA / folder / f"{code}.toml").read_text(encoding="utf-8"))


def test_every_language_has_dates_small_words_and_phrases():
    assert set(LANGUAGES) == set(lexicons())
    assert {code for code in LANGUAGES if (DATA / "languages" / f"{code}.toml").is_file()} == set(LANGUAGES)


@everyone
def test_a_lexicon_builds_and_says_everything_needed(code):
    assert lexicon(code).code == code
    assert NEEDED - set(table("lexicon", code)["phrases"]) == set()


@everyone
def test_no_phrase_stands_twice_under_one_meaning(code):
    for meaning, phrases in table("lexicon", code)["phrases"].items():
        assert len(phrases) == len(set(phrases)), meaning


@everyone
def test_a_season_is_named_in_every_language(code):
    named = {
        "en": "season 3",
        "ja": "第3期",
        "es": "tercera temporada",
        "pt": "3ª temporada",
        "fr": "saison 3",
        "de": "staffel 3",
        "it": "terza stagione",
    }
    (found,) = find_seasons(f"xx {named[code]} xx" if code != "ja" else f"の{named[code]}が", [lexicon(code)])
    assert (found.kind, found.numbers) == (SeasonKind.NUMBER, (3,))


@everyone
def test_months_weekdays_and_seasons_are_complete(code):
    known = grammar(code)
    assert set(known.months.values()) == set(range(1, 13))
    assert set(known.weekdays.values()) == set(range(7))
    assert set(known.seasons.values()) == {"winter", "spring", "summer", "fall"}


def test_small_words_are_small_letters():
    assert all(re.fullmatch(r"[^\W\d_]+", word) and word == word.casefold() for word in languages().words)


WORDS = st.sampled_from(
    [
        "Quell",
        "第2期",
        "season",
        "2",
        "2026年10月3日",
        "October",
        "3,",
        "2026",
        "will",
        "premiere",
        "放送",
        "決定",
        "?",
        "！",
        "not",
        "ません",
        "『",
        "』",
        "「",
        "」",
        "\n",
        "■",
        "関連記事",
        "Netflix",
        "staffel",
        "2",
        "saison",
        "temporada",
        "podría",
        "peut-être",
        "(",
        ")",
        ":",
        ";",
        "25:30",
        "(土)",
        "～",
        "…",
        "×",
        "!",
        "－",
        "ª",
        "º",
        "ﾞ",
        "́",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join)
    ),
    st.text(max_size=40),
    st.sampled_from([None, 1, 2, 7]),
)
def test_any_text_is_read(body, headline, season):
    title = Title(id="w", name="Quell", aliases=("クエル",), season=season)
    entry = Entry(id="1", title=headline, blocks=blocks_of(body))
    reading = Reader([title]).read(entry, title)
    assert reading.alert == bool(reading.claims)
    for claim in reading.claims:
        assert claim.quote in headline or any(claim.quote in block.text for block in entry.blocks)


@pytest.mark.parametrize("piece", ["第2期。", "Quell ", "『クエル』第2期、", "( : not x"])
def test_a_megabyte_is_read_in_bounded_time(piece):
    title = Title(id="w", name="Quell", aliases=("クエル",), season=2)
    entry = Entry(id="1", title="Quell", blocks=blocks_of(piece * (1_000_000 // len(piece))))
    begin = time.process_time()
    Reader([title]).read(entry, title)
    assert time.process_time() - begin < 40
