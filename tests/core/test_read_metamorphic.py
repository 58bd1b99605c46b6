"""A statement changed in one respect: the answer must change exactly when it should.

Every text is made here from invented titles; none is a sentence of a corpus.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple

import pytest

from watcher.model import Entry, Title
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader

PUBLISHED = datetime(2026, 3, 10, tzinfo=UTC)
TITLES = ("Lanterns of Velmora", "Kitsune Ledger", "The Glass Orchard", "Brine & Barley")
ORDINALS = {2: "second", 3: "third", 4: "fourth"}


class Form(NamedTuple):
    """One fact in its plain form and in forms that state nothing."""

    plain: str
    silent: tuple[str, ...]


FORMS = (
    Form(
        "The {nth} season of {t} has been announced.",
        (
            "The {nth} season of {t} has not been announced.",
            "The {nth} season of {t} may be announced.",
            "Has the {nth} season of {t} been announced?",
            "The {nth} season of {t} will be announced at an event on July 4.",
            "The {nth} season of {t} has reportedly been announced.",
            "If the {nth} season of {t} is announced, it could be popular.",
            "Fans hope that the {nth} season of {t} is announced soon.",
            "According to an anonymous leak, the {nth} season of {t} has been announced internally.",
        ),
    ),
    Form(
        "Netflix has renewed {t} for a {nth} season.",
        (
            "Netflix has not renewed {t} for a {nth} season.",
            "Netflix has yet to renew {t} for a {nth} season.",
            "Netflix might renew {t} for a {nth} season.",
            "Will Netflix renew {t} for a {nth} season?",
            "Netflix is likely to renew {t} for a {nth} season.",
            "Netflix should renew {t} for a {nth} season.",
            "Rumor has it that Netflix has renewed {t} for a {nth} season.",
            "Fans want Netflix to renew {t} for a {nth} season.",
            "If Netflix renewed {t} for a {nth} season, fans would be happy.",
            "It is unclear whether Netflix has renewed {t} for a {nth} season.",
        ),
    ),
    Form(
        "{t} Season {n} will premiere on October 4, 2026.",
        (
            "{t} Season {n} could premiere on October 4, 2026.",
            "{t} Season {n} is expected to premiere on October 4, 2026.",
            "Will {t} Season {n} premiere on October 4, 2026?",
            "We predict that {t} Season {n} will premiere on October 4, 2026.",
            "{t} Season {n} will not premiere on October 4, 2026.",
            "{t} Season {n} will probably premiere on October 4, 2026.",
            "A trailer for {t} Season {n} could drop on October 4, 2026.",
            "Our best guess is that {t} Season {n} will premiere on October 4, 2026.",
            "Insiders claim that {t} Season {n} will premiere on October 4, 2026.",
        ),
    ),
    Form(
        "The official website announced that season {n} of {t} starts in July 2026.",
        (
            "The official website has not announced when season {n} of {t} starts.",
            "A fan website speculated that season {n} of {t} starts in July 2026.",
            "Season {n} of {t} would start in July 2026 at the earliest.",
            "Nobody knows if season {n} of {t} starts in July 2026.",
            "Season {n} of {t} perhaps starts in July 2026.",
        ),
    ),
    Form(
        "The {nth} season of {t} has been delayed to January 2027.",
        (
            "The {nth} season of {t} could be delayed to January 2027.",
            "Has the {nth} season of {t} been delayed to January 2027?",
            "Fans fear that the {nth} season of {t} might be delayed to January 2027.",
            "The {nth} season of {t} has not been delayed.",
        ),
    ),
    Form(
        "{t} is officially getting a {nth} season.",
        (
            "{t} is unlikely to get a {nth} season.",
            "{t} deserves to get a {nth} season.",
            "Is {t} getting a {nth} season?",
            "{t} is rumored to be getting a {nth} season.",
            "There is a good chance of {t} getting a {nth} season.",
            "Viewers started a petition for {t} to get a {nth} season.",
            "No one has said that {t} is getting a {nth} season.",
        ),
    ),
    Form(
        "Crunchyroll will stream the {nth} season of {t} from April 5.",
        (
            "Crunchyroll may stream the {nth} season of {t} from April 5.",
            "It is hoped that Crunchyroll will stream the {nth} season of {t}.",
            "Will Crunchyroll stream the {nth} season of {t}?",
            "Crunchyroll will not stream the {nth} season of {t}.",
            "If it happens, Crunchyroll will stream the {nth} season of {t}.",
        ),
    ),
    Form(
        "A new trailer for the {nth} season of {t} was released today.",
        (
            "No trailer for the {nth} season of {t} was released.",
            "A new trailer for the {nth} season of {t} might be released soon.",
            "A fan-made trailer for the {nth} season of {t} was released today.",
            "When will a trailer for the {nth} season of {t} be released?",
        ),
    ),
    Form(
        "HBO has cancelled {t} after {before} seasons.",
        (
            "HBO has not cancelled {t} after {before} seasons.",
            "HBO may have cancelled {t} after {before} seasons.",
            "Has HBO cancelled {t} after {before} seasons?",
            "Rumors say that HBO has cancelled {t} after {before} seasons.",
        ),
    ),
)

AROUND = (
    "{}",
    "Here is the news of the day. {}",
    "{} More details follow.",
    "{}\n\nRead more: Ember Court Season 5 Release Date",
)
COUNTS = {1: "one", 2: "two", 3: "three"}


def _fill(text: str, title: str, number: int) -> str:
    return text.format(t=title, n=number, nth=ORDINALS[number], before=COUNTS[number - 1])


def _alerts(reader: Reader, title: Title, body: str, headline: str = "News") -> bool:
    entry = Entry(id="1", title=headline, blocks=blocks_of(body), published=PUBLISHED)
    return reader.read(entry, title).alert


def _each() -> Iterator[tuple[Title, Reader, int]]:
    for name, number in product(TITLES, ORDINALS):
        title = Title(id="t", name=name, season=number)
        yield title, Reader([title]), number


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
def test_plain_statements_alert_however_they_are_wrapped(form: Form) -> None:
    missed = [
        (title.name, number, frame)
        for title, reader, number in _each()
        for frame in AROUND
        if not _alerts(reader, title, frame.format(_fill(form.plain, title.name, number)))
    ]
    assert not missed


SILENT = [(form.plain, text) for form in FORMS for text in form.silent]


@pytest.mark.parametrize(("plain", "text"), SILENT, ids=[text for _, text in SILENT])
def test_a_doubt_a_denial_or_a_question_silences(plain: str, text: str) -> None:
    alerted = [
        (title.name, number, frame)
        for title, reader, number in _each()
        for frame in AROUND
        if _alerts(reader, title, frame.format(_fill(text, title.name, number)))
    ]
    assert not alerted


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
@pytest.mark.parametrize(
    "thing", ["manga", "light novel", "stage play", "mobile game", "movie", "Blu-ray box", "soundtrack"]
)
def test_the_same_of_another_medium_is_silent(form: Form, thing: str) -> None:
    alerted = []
    for title, reader, number in _each():
        text = _fill(form.plain, title.name, number).replace(
            f"{ORDINALS[number]} season", f"{ORDINALS[number]} {thing}"
        )
        text = text.replace(f"eason {number} of {title.name}", f"eason {number} of the {title.name} {thing}")
        text = text.replace(f"{title.name} Season {number}", f"The {title.name} {thing}")
        if "{before}" not in form.plain and _alerts(reader, title, text):
            alerted.append(text)
    assert not alerted


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
def test_another_season_is_silent(form: Form) -> None:
    alerted = []
    for name, number in product(TITLES, ORDINALS):
        watched = Title(id="t", name=name, season=number + 2)
        text = _fill(form.plain, name, number)
        if _alerts(Reader([watched]), watched, text):
            alerted.append((number, text))
    assert not alerted


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
def test_another_title_beside_ours_is_silent(form: Form) -> None:
    links = (
        "Related: {t} Season {n} Release Date",
        "Also read: {t} Season {n} announced",
        "Related posts\n{t} Season {n} Reveals Trailer\nEmber Court Reveals Cast",
    )
    bodies = [
        (title, reader, f"{_fill(form.plain, 'Ember Court', number)}\n\n{link.format(t=title.name, n=number)}")
        for title, reader, number in _each()
        for link in links
    ]
    assert not [
        body for title, reader, body in bodies if _alerts(reader, title, body, headline="Ember Court: the news")
    ]


@pytest.mark.parametrize("form", [form for form in FORMS if "2026" in form.plain], ids=lambda form: form.plain)
def test_an_old_text_is_silent_when_its_dates_have_passed(form: Form) -> None:
    alerted = []
    for title, reader, number in _each():
        text = _fill(form.plain, title.name, number)
        entry = Entry(id="1", title="News", blocks=blocks_of(text), published=datetime(2028, 1, 5, tzinfo=UTC))
        claims = reader.read(entry, title).claims
        if any(claim.date is not None for claim in claims):
            alerted.append(text)
    assert not alerted


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
def test_full_width_digits_change_nothing(form: Form) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    different = []
    for title, reader, number in _each():
        text = _fill(form.plain, title.name, number)
        if _alerts(reader, title, text) != _alerts(reader, title, text.translate(wide)):
            different.append(text.translate(wide))
    assert not different


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.plain)
def test_a_joke_is_silent(form: Form) -> None:
    alerted = [
        title.name
        for title, reader, number in _each()
        if _alerts(reader, title, _fill(form.plain, title.name, number) + "\n\nThis article is an April Fools' joke.")
    ]
    assert not alerted
