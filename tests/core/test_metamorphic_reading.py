"""Thousands of texts about invented works: the answer changes exactly when it should."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

import pytest

from tests.support.invented import LANGUAGES, Language, read_text, spell, wide

PUBLISHED = date(2026, 3, 2)
PREMIERES = (date(2026, 10, 4), date(2026, 7, 11))
MONTH, PAST = date(2027, 1, 1), date(2022, 4, 9)
CLAIMS = {"date": "release_date", "window": "release_window"}


@dataclass(frozen=True)
class Variant:
    text: str
    template: str
    title: str
    season: int
    what: str
    premiere: date


def variants(
    language: Language, templates: list[tuple[str, str]], premieres: tuple[date, ...] = PREMIERES
) -> Iterator[Variant]:
    for (number, title), form, season, pattern, (turn, premiere) in product(
        enumerate(language.titles), language.seasons, (2, 4), language.day, enumerate(premieres)
    ):
        values = {
            "x": language.others[(number + turn) % len(language.others)],
            "s": form[season],
            "p": form[season - 1],
            "d": spell(pattern, premiere, language.months),
            "w": spell(language.month[0], MONTH, language.months),
            "a": spell(language.day[0], PAST, language.months),
        }
        for template, what in templates:
            yield Variant(template.format(t=title, **values), template, title, season, what, premiere)


@cache
def silent(language: Language) -> tuple[Variant, ...]:
    distinct = {
        (one.text, one.title): one
        for one in variants(language, [(text, "") for text in language.silent], PREMIERES[:1])
    }
    return tuple(distinct.values())


@cache
def loud(language: Language) -> tuple[Variant, ...]:
    return tuple({(one.text, one.title): one for one in variants(language, list(language.loud))}.values())


def answer(
    one: Variant, text: str | None = None, *, season: int | None = None, title: str | None = None, published=PUBLISHED
):
    return read_text(text or one.text, title=title or one.title, season=season or one.season, published=published)


def told(reading) -> set[tuple[str, str | None]]:
    return {(claim.type.value, str(claim.date) if claim.date else None) for claim in reading.claims}


def wanted(one: Variant) -> tuple[str, str | None]:
    day = {"date": one.premiere.isoformat(), "window": "2027-01", "delayed": "2027-01"}.get(one.what)
    return CLAIMS.get(one.what, one.what), day


everyone = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)


def test_there_are_thousands_of_variants():
    assert sum(len(silent(language)) + len(loud(language)) for language in LANGUAGES) >= 2_000


@everyone
def test_what_must_stay_silent_stays_silent(language):
    assert [one.text for one in silent(language) if answer(one).alert] == []


@everyone
def test_what_is_announced_is_told_with_its_date(language):
    answers = [(one, told(answer(one))) for one in loud(language)]
    assert [(one.text, got) for one, got in answers if wanted(one) not in got] == []


@everyone
def test_another_season_is_not_the_watched_one(language):
    numbered = [one for one in loud(language) if one.what != "cancelled"][::3]
    assert [one.text for one in numbered if answer(one, season=one.season + 2).alert] == []


@everyone
def test_another_title_is_not_the_watched_one(language):
    strange = {"ja": "霧笛の図書館"}.get(language.code, "Foghorn Library Quartet")
    assert [one.text for one in loud(language)[::3] if answer(one, title=strange).alert] == []


@everyone
def test_a_text_that_is_dated_anew_tells_no_date_that_has_passed(language):
    dated = [
        one
        for one in loud(language)
        if one.what in {"date", "window", "delayed"} and str(one.premiere.year) in one.text
    ][::2]
    late = date(2031, 5, 5)
    assert [one.text for one in dated if any(day for _, day in told(answer(one, published=late)))] == []


@everyone
def test_links_to_other_stories_change_nothing(language):
    links = {
        "ja": "\n■関連記事\n・『{x}』第2期制作決定！\n・『{x}』、2026年12月1日放送開始",
        "en": "\nRelated posts\n{x} Season 2 Announced\n{x} Premieres December 1, 2026",
    }.get(language.code)
    if links is None:
        links = {
            "es": "\nNoticias relacionadas",
            "pt": "\nLeia também",
            "fr": "\nÀ lire aussi",
            "de": "\nMehr zum Thema",
            "it": "\nLeggi anche",
        }[language.code] + "\n{x} 2\n{x} 3"
    links = links.format(x=language.others[0])
    texts = [one for one in loud(language)[::3] if one.text.count("\n") == 1]
    assert [one.text for one in texts if told(answer(one, one.text + links)) != told(answer(one))] == []


@everyone
def test_the_width_of_digits_changes_nothing(language):
    texts = loud(language)[::4]
    assert [one.text for one in texts if told(answer(one, wide(one.text))) != told(answer(one))] == []


@everyone
def test_a_question_tells_nothing(language):
    """The plain sentence, asked."""
    asked = [
        one
        for one in loud(language)
        if one.text.count("\n") == 1 and one.what in {"date", "window"} and sum(map(one.text.count, "。！")) < 2
    ][::3]
    end = {"ja": "のだろうか？", "fr": " ?"}.get(language.code, "?")
    for one in asked:
        question = one.text.partition("\n")[2].rstrip(".。") + end
        assert not answer(one, f"{one.title}\n{question}").alert, question
