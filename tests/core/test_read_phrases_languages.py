"""Each way of saying it in each language, over an invented title: plain it is told, doubted or about something else not.

The lines stand in `phrases/CODE.txt`: ``+ text => type date …`` must state these, ``- text`` must stay silent, as a body
and as a headline alike, ``~ headline | text`` too, as the two stand there. ``= headline | text => type date …`` must state these and
nothing else, but for the existence that a day implies. ``{T}`` is the title in the language's quotes, ``{t}`` without.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.model import Entry, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader

PUBLISHED = datetime(2026, 3, 10, tzinfo=UTC)
LATIN = "Lanterns of Velmora"
NAMES = {"ja": "霧灯りの書庫番", "it": "Lanterne di Velmora"}
QUOTES = {"en": "“”", "ja": "『』", "es": "«»", "pt": "“”", "fr": "«»", "de": "„“", "it": "“”"}
FILES = sorted((Path(__file__).parent / "phrases").glob("*.txt"))

VERDICTS = Path(__file__).parent / "phrases" / "verdicts.en"
ANNOUNCED = ("announced", None)

Said = set[tuple[str, str | None]]


def lines(path: Path, sign: str) -> list[str]:
    return [line[2:] for line in path.read_text("utf-8").split("\n") if line.startswith(f"{sign} ")]


def filled(text: str, code: str) -> str:
    name, (opening, closing) = NAMES.get(code, LATIN), QUOTES[code]
    gap = "\u00a0" if code == "fr" else ""
    return text.replace("{T}", f"{opening}{gap}{name}{gap}{closing}").replace("{t}", name)


def said(reader: Reader, title: Title, headline: str, body: str) -> Said:
    entry = Entry(id="1", title=headline, blocks=blocks_of(body), published=PUBLISHED)
    reading = reader.read(entry, title)
    stated = reading.claims if reading.alert else ()
    return {(claim.type.value, str(claim.date) if claim.date else None) for claim in stated}


def wanted(text: str) -> Said:
    """Read ``announced release_date 2026-07-04`` as two statements, the second with its date."""
    found: list[tuple[str, str | None]] = []
    for word in text.split():
        if word[0].isdigit():
            found[-1] = (found[-1][0], word)
        else:
            found.append((word, None))
    return set(found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_said_plainly_in_each_language(path: Path) -> None:
    title = Title(id="t", name=NAMES.get(path.stem, LATIN), season=2)
    reader = Reader([title])
    missed = []
    for line in lines(path, "+"):
        text, _, expected = line.rpartition(" => ")
        if missing := wanted(expected) - said(reader, title, "News", filled(text, path.stem)):
            missed.append(f"{text}: {missing}")
    assert missed == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_doubted_or_of_something_else_in_each_language(path: Path) -> None:
    title = Title(id="t", name=NAMES.get(path.stem, LATIN), season=2)
    reader = Reader([title])
    told = []
    for line in lines(path, "-"):
        text = filled(line, path.stem)
        for headline, body in (("News", text), (text, "")):
            if found := said(reader, title, headline, body):
                told.append(f"{text}: {found}")
    assert told == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pages_without_news_in_each_language(path: Path) -> None:
    title = Title(id="t", name=NAMES.get(path.stem, LATIN), season=2)
    reader = Reader([title])
    told = []
    for line in lines(path, "~"):
        headline, _, body = filled(line, path.stem).partition(" | ")
        if found := said(reader, title, headline, body):
            told.append(f"{headline} | {body}: {found}")
    assert told == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_said_and_nothing_else_in_each_language(path: Path) -> None:
    title = Title(id="t", name=NAMES.get(path.stem, LATIN), season=2)
    reader = Reader([title])
    wrong = []
    for line in lines(path, "="):
        text, _, expected = line.rpartition(" => ")
        headline, _, body = filled(text, path.stem).partition(" | ")
        needed = wanted(expected)
        found = said(reader, title, headline, body)
        if (found if needed <= {ANNOUNCED} else found - {ANNOUNCED}) != (needed - {ANNOUNCED} or needed):
            wrong.append(f"{text}: {found}")
    assert wrong == []


def test_what_a_text_without_news_amounts_to() -> None:
    title = Title(id="t", name=LATIN, season=2)
    reader = Reader([title])
    wrong = []
    for line in (VERDICTS.read_text("utf-8")).splitlines():
        if line.startswith("#"):
            continue
        verdict, headline, body = filled(line, "en").split(" | ")
        entry = Entry(id="1", title=headline, blocks=blocks_of(body.replace("\\n", "\n")), published=PUBLISHED)
        if (found := reader.read(entry, title).verdict.value) != verdict:
            wrong.append(f"{headline}: {found}, not {verdict}")
    assert wrong == []


def test_there_are_lines_for_every_language() -> None:
    assert {path.stem for path in FILES} == set(QUOTES)
    assert all(len(lines(path, "+")) >= 20 and len(lines(path, "-")) >= 20 for path in FILES)
