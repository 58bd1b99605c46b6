"""Whole texts: what stands, what falls, and what is said about it; any string is read."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluate import FLOORS, OWN, evaluate
from watcher.model import BlockKind, Entry, EventType, TextVerdict, Title
from watcher.read.flat import blocks_of
from watcher.read.fold import fold
from watcher.read.reader import Reader

WATCHED = Title(id="t", name="Clockwork Abbey", aliases=("時計仕掛けの修道院",), season=2)
READER = Reader([WATCHED])
SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"


def entry(headline: str, body: str, published: str = "2026-03-10") -> Entry:
    return Entry(
        id="1", title=headline, blocks=blocks_of(body), published=datetime.fromisoformat(published + "T00:00:00+00:00")
    )


def test_a_quote_is_a_piece_of_the_text() -> None:
    body = "The second season of Clockwork Abbey has been announced. It starts in July 2026."
    reading = READER.read(entry("News", body), WATCHED)
    assert reading.claims
    assert all(claim.quote in body for claim in reading.claims)


def test_a_contradiction_is_named() -> None:
    body = "Clockwork Abbey Season 2 will air on October 25, 2026. The release date has not been announced yet."
    reading = READER.read(entry("Clockwork Abbey Season 2 Release Date", body), WATCHED)
    assert not reading.alert
    assert any("contradicts itself" in reason for reason in reading.reasons)


def test_an_impossible_timeline_is_named() -> None:
    body = "The second season will air on October 25, 2020. The first season ran until December 2020."
    reading = READER.read(Entry(id="1", title="Clockwork Abbey Season 2", blocks=blocks_of(body)), WATCHED)
    assert not reading.alert
    assert any("impossible timeline" in reason for reason in reading.reasons)


def test_a_retraction_is_a_claim_without_an_alert() -> None:
    body = "An earlier version of this article said that the second season of Clockwork Abbey had been renewed."
    reading = READER.read(entry("Correction: Clockwork Abbey", body), WATCHED)
    assert not reading.alert
    assert [claim.type for claim in reading.claims] == [EventType.RETRACTED]


def test_the_people_of_a_cast_are_named() -> None:
    body = (
        "The official site announced new cast members for the second season: Yuto Sano as Gray, Aoi Kisaragi as Lumen."
    )
    reading = READER.read(entry("Clockwork Abbey Season 2 Adds Cast", body), WATCHED)
    named = next(claim.names for claim in reading.claims if claim.type is EventType.CAST and claim.names)
    assert {"Yuto Sano", "Aoi Kisaragi"} <= set(named)


def test_an_official_site_need_not_name_the_title() -> None:
    page = entry("Notice", "The second season starts on July 5, 2026.")
    assert not READER.read(page, WATCHED).alert
    assert READER.read(page, WATCHED, official=True).alert


def test_a_reported_change_names_its_official_source() -> None:
    body = (
        "The official website announced that the second season of Clockwork Abbey is delayed from April to July 2026."
    )
    claims = READER.read(entry("News", body), WATCHED).claims
    assert [(claim.change, str(claim.date)) for claim in claims if claim.type is EventType.DELAYED] == [
        (True, "2026-07")
    ]


@pytest.mark.parametrize(
    "line", ["Read more: Clockwork Abbey Season 2 announced", "Related posts", "See also: X | Y | Z"]
)
def test_lines_that_lead_elsewhere(line: str) -> None:
    assert blocks_of(f"A paragraph stands here.\n{line}")[-1].kind is BlockKind.RELATED


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two seed pages are not beside this checkout")
@pytest.mark.parametrize("published", [None, "2022-06-01", "2026-11-20"])
def test_the_pages_this_began_with_are_silent(published: str | None) -> None:
    title = Title(id="a", name="Akudama Drive", aliases=("アクダマドライブ",), season=2)
    for path in sorted(SEEDS.glob("*.txt")):
        headline, _, body = path.read_text(encoding="utf-8").partition("\n")
        when = datetime.fromisoformat(published).replace(tzinfo=UTC) if published else None
        reading = Reader([title]).read(Entry(id="1", title=headline, blocks=blocks_of(body), published=when), title)
        assert reading.verdict in {TextVerdict.SPECULATION, TextVerdict.NO_NEWS}
        assert not reading.claims
        assert any("contradicts itself" in why or "impossible timeline" in why for why in reading.reasons)


@pytest.mark.parametrize("path", sorted(OWN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_our_own_texts_raise_no_more_false_alerts_than_is_pinned(path: Path) -> None:
    tally, _ = evaluate(path)
    pinned = json.loads(FLOORS.read_text("utf-8"))[path.stem]["figures"]["false_alert_rate"]
    assert tally.figures()["false_alert_rate"] <= pinned, [line for line in tally.mistakes if "FALSE" in line]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.text(max_size=3000))
def test_any_text_is_read(headline: str, body: str) -> None:
    reading = READER.read(entry(headline, "Clockwork Abbey season 2 " + body), WATCHED)
    assert reading.alert == (reading.verdict in {TextVerdict.CONFIRMED, TextVerdict.REPORTED})


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "Clockwork Abbey Season 2 will premiere on July 4, 2026. ",
        "(" * 50,
        "season ",
        "時計仕掛けの修道院第2期は2026年7月放送決定。",
        "a-",
        "第",
    ],
)
def test_a_megabyte_is_read_in_bounded_time(piece: str) -> None:
    body = (piece * (1_000_000 // len(piece)))[:1_000_000]
    before = time.process_time()
    READER.read(entry("Clockwork Abbey", body), WATCHED)
    assert time.process_time() - before < 8


@pytest.mark.parametrize(
    ("name", "season", "headline", "body"),
    [
        (
            "霧灯り",
            3,
            "【霧灯り】秋に舞台化、出演者も発表",
            "『【霧灯り】』の舞台化が決まった。9月に大阪で上演される。",
        ),
        ("霧灯り", 2, "『霧灯り 海辺編』は舞台で", "『霧灯り 海辺編』が劇場の舞台になり、9月に上演される。"),
        ("霧灯り", 2, "『霧灯り』スマホゲームに新たな対戦", "対戦イベント「シーズン2」が始まる。報酬は限定の衣装。"),
    ],
)
def test_plays_and_games_are_not_about_a_season(name: str, season: int, headline: str, body: str) -> None:
    title = Title(id="t", name=name, season=season)
    assert Reader([title]).read(entry(headline, body), title).verdict is TextVerdict.UNRELATED
