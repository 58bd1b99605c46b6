"""Values go into columns and come back the same, whatever they hold; old and newer rows can be read."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.errors import StoreError
from watcher.fuzzydate import FuzzyDate, Precision
from watcher.known import Existence, Fact, Held, Known, SeasonKnown
from watcher.memory import Health, Hints, IdentityBy, SourceState, Validators
from watcher.model import (
    Block,
    BlockKind,
    Claim,
    Event,
    EventType,
    Evidence,
    Medium,
    Modality,
    Note,
    Reading,
    Speaker,
    TextVerdict,
    Tier,
)
from watcher.store.codec import clean, decode, encode

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=9)), timezone(timedelta(hours=-3, minutes=-30))])
TIMES = st.datetimes(datetime(1970, 1, 3), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone
SPANS = st.timedeltas(timedelta(0), timedelta(days=400))


@st.composite
def fuzzy_dates(draw: Any) -> FuzzyDate:
    first = draw(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
    days = draw(st.integers(0, 400))
    return FuzzyDate(
        earliest=first,
        latest=first + timedelta(days=days),
        precision=draw(st.sampled_from(Precision)),
        slot=draw(st.none() | st.just("25:30")),
        zone=draw(st.none() | st.just("Asia/Tokyo")),
    )


def maybe(strategy: Any) -> Any:
    return st.none() | strategy


def few(strategy: Any) -> Any:
    return st.lists(strategy, max_size=2).map(tuple)


DATES = fuzzy_dates()
EVIDENCE = st.builds(
    Evidence,
    source=TEXT,
    publisher=TEXT,
    tier=st.sampled_from(Tier),
    url=maybe(TEXT),
    headline=TEXT,
    quote=TEXT,
    language=maybe(TEXT),
    published=maybe(TIMES),
    at=TIMES,
    entry=TEXT,
)
FACTS = st.builds(
    Fact,
    value=TEXT,
    date=maybe(DATES),
    open=st.booleans(),
    evidence=few(EVIDENCE),
    ref=maybe(TEXT),
    said=maybe(TIMES),
    weight=st.sampled_from(Tier),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
SEASONS = st.builds(
    SeasonKnown,
    season=maybe(st.integers(1, 30)),
    existence=st.sampled_from(Existence),
    exists=maybe(FACTS),
    dates=st.dictionaries(st.integers(1, 4), FACTS, max_size=2),
    trailers=few(FACTS),
    streaming=st.dictionaries(TEXT, FACTS, max_size=1),
    conflicts=few(FACTS),
    record=st.dictionaries(TEXT, JSON, max_size=2),
)
KNOWN = st.builds(Known, title_id=TEXT, seasons=few(SEASONS), told=st.integers(0, 99), last_official=maybe(EVIDENCE))
CLAIMS = st.builds(
    Claim,
    type=st.sampled_from(EventType),
    season=maybe(st.integers(1, 9)),
    date=maybe(DATES),
    platform=maybe(TEXT),
    names=few(TEXT),
    takes_back=maybe(st.sampled_from(EventType)),
    medium=st.sampled_from(Medium),
    modality=st.sampled_from(Modality),
    speaker=st.sampled_from(Speaker),
    quote=TEXT,
)
HELD = st.builds(Held, claim=CLAIMS, evidence=EVIDENCE, domain=TEXT, text_digest=TEXT, since=TIMES)
HINTS = st.builds(
    Hints,
    ttl=maybe(SPANS),
    max_age=maybe(SPANS),
    skip_hours=st.frozensets(st.integers(0, 23)),
    skip_days=st.frozensets(st.integers(0, 6)),
)
STATES = st.builds(
    SourceState,
    source_id=TEXT,
    url=TEXT,
    validators=st.builds(Validators, etag=maybe(TEXT), last_modified=maybe(TEXT)),
    hints=HINTS,
    identity_by=st.sampled_from(IdentityBy),
    next_look=maybe(TIMES),
    health=st.sampled_from(Health),
    failures=st.integers(0, 1000),
    last_status=maybe(st.integers(100, 599)),
)
READINGS = st.builds(
    Reading,
    title_id=TEXT,
    relevant=st.booleans(),
    verdict=st.sampled_from(TextVerdict),
    claims=few(CLAIMS),
    reasons=few(TEXT),
    notes=few(st.builds(Note, text=TEXT, block=st.integers(-1, 9), found=few(TEXT))),
)
EVENTS = st.builds(
    Event,
    ref=TEXT,
    title_id=TEXT,
    type=st.sampled_from(EventType),
    season=maybe(st.integers(1, 9)),
    date=maybe(DATES),
    before=maybe(DATES),
    takes_back=maybe(st.sampled_from(EventType)),
    evidence=few(EVIDENCE),
    at=TIMES,
)
BLOCKS = few(st.builds(Block, kind=st.sampled_from(BlockKind), text=TEXT, level=st.integers(0, 6), href=maybe(TEXT)))
STORED = [
    (SourceState, STATES),
    (Known, KNOWN),
    (tuple[Held, ...], few(HELD)),
    (Reading, READINGS),
    (Event, EVENTS),
    (tuple[Block, ...], BLOCKS),
    (tuple[str, ...], few(TEXT)),
]


@pytest.mark.parametrize(("kind", "values"), STORED, ids=[str(kind) for kind, _ in STORED])
@settings(deadline=None)
@given(data=st.data())
def test_what_is_written_is_read(kind: Any, values: Any, data: st.DataObject) -> None:
    value = data.draw(values)
    back = decode(kind, encode(kind, value))
    assert back == value
    assert type(back) is type(value)


def test_types_survive_and_not_only_equality() -> None:
    fact = Fact(date=FuzzyDate.day(2026, 10, 4, slot="25:30", zone="Asia/Tokyo"), weight=Tier.PRESS)
    season = SeasonKnown(season=2, dates={1: fact}, existence=Existence.CONFIRMED)
    back = decode(Known, encode(Known, Known(title_id="a", seasons=(season,)))).seasons[0]
    assert list(back.dates) == [1]
    assert isinstance(back.existence, Existence)
    assert isinstance(back.dates[1].weight, Tier)
    assert back.dates[1].date.calendar_day == date(2026, 10, 5)


def test_unknown_keys_are_ignored_and_missing_ones_take_their_default() -> None:
    state = decode(SourceState, '{"source_id": "a", "from_the_future": 1, "hints": {"ttl": "PT1H", "mood": "good"}}')
    assert state == SourceState(source_id="a", hints=Hints(ttl=timedelta(hours=1)))


@pytest.mark.parametrize(
    "text", ['{"source_id": 1, "failures": "many"}', "[]", "", "{", '{"health": "odd", "source_id": ""}']
)
def test_a_row_that_makes_no_sense_is_an_error_of_the_store_that_shows_no_content(text: str) -> None:
    with pytest.raises(StoreError, match="a stored SourceState cannot be read") as caught:
        decode(SourceState, text)
    assert "many" not in str(caught.value)


def test_lone_surrogates_and_nul_do_not_stop_the_writing() -> None:
    text = encode(SourceState, SourceState(source_id="a\ud800b", last_error="nul \0 in it"))
    text.encode()
    state = decode(SourceState, text)
    assert state.source_id == "a\ufffdb"
    assert state.last_error == "nul \ufffd in it"
    spelled_out = SourceState(source_id="a", last_error=r"\u0000 and \ud800")
    assert decode(SourceState, encode(SourceState, spelled_out)) == spelled_out


def test_lone_surrogates_are_found_wherever_they_hide() -> None:
    record = {"list\udfff": [1, None, "x\ud800", {"deep": "\ud83d"}]}
    known = Known(title_id="a", seasons=(SeasonKnown(season=2, record=record),))
    back = decode(Known, encode(Known, known)).seasons[0].record
    [(key, values)] = back.items()
    assert key.rstrip("\ufffd") == "list"
    assert values == [1, None, "x\ufffd", {"deep": "\ufffd"}]
    blocks = (Block(kind=BlockKind.PARAGRAPH, text="a\udc00"), Block(kind=BlockKind.HEADING, text="b", level=2))
    assert decode(tuple[Block, ...], encode(tuple[Block, ...], blocks))[0].text == "a\ufffd"


@given(st.text())
def test_clean_text_fits_any_database_and_is_left_alone_where_it_does_already(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert clean(cleaned) == cleaned
    if "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert cleaned == text


def test_defaults_take_no_room() -> None:
    assert json.loads(encode(SourceState, SourceState(source_id="a"))) == {"source_id": "a"}
