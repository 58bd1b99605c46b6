"""Dates named in texts."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import invented
from watcher.fuzzydate import FuzzyDate
from watcher.read.dates import find_dates
from watcher.read.dates.numbers import number
from watcher.read.dates.patterns import grammar
from watcher.read.fold import fold

PUBLISHED = date(2026, 4, 10)


def dates(text, language, published=PUBLISHED, **more):
    return [
        None if one.date is None else str(one.date)
        for one in find_dates(text, language=language, published=published, **more)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("premieres October 4, 2026", ["2026-10-04"]),
        ("on Oct. 4, 2026 at night", ["2026-10-04"]),
        ("on Sunday, October 4th, 2026", ["2026-10-04"]),
        ("the 4th of October 2026", ["2026-10-04"]),
        ("on 4 October", ["2026-10-04"]),
        ("on October 4", ["2026-10-04"]),
        ("on January 9", ["2027-01-09"]),
        ("in October 2026", ["2026-10"]),
        ("this October", ["2026-10"]),
        ("in January", ["2027-01"]),
        ("mid-July", ["2026-07"]),
        ("October premiere", ["2026-10"]),
        ("fall 2026", ["2026-fall"]),
        ("autumn of 2026", ["2026-fall"]),
        ("this fall", ["2026-fall"]),
        ("next spring", ["2027-spring"]),
        ("in the fall", ["2026-fall"]),
        ("in the winter", ["2027-winter"]),
        ("Winter 2027", ["2027-winter"]),
        ("winter 2026-27", ["2027-winter"]),
        ("Q4 2026", ["2026-Q4"]),
        ("the fourth quarter of 2026", ["2026-Q4"]),
        ("the second half of 2026", ["2026-H2"]),
        ("early 2027", ["2027"]),
        ("late 2026", ["2026"]),
        ("in 2027", ["2027"]),
        ("later this year", ["2026"]),
        ("next year", ["2027"]),
        ("next month", ["2026-05"]),
        ("tomorrow", ["2026-04-11"]),
        ("this Friday", ["2026-04-10"]),
        ("2026-10-04", ["2026-10-04"]),
        ("2026/10/4", ["2026-10-04"]),
        ("2026.10.04", ["2026-10-04"]),
        ("25/12/2026", ["2026-12-25"]),
        ("12/25/2026", ["2026-12-25"]),
        ("05/05/2026", ["2026-05-05"]),
        ("03/04/2026", [None]),
        ("February 30, 2026", [None]),
        ("It may 3 times march 4", []),
        ("rated 8.3/10 by 1,926 of 20260 people, 2026x", []),
        ("from October 2026 to January 2027", ["2026-10", "2027-01"]),
        ("a 2nd season, 24 episodes, S2E13", []),
    ],
)
def test_english(text, expected):
    assert dates(text, "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("２０２６年１０月４日", ["2026-10-04"]),
        ("二〇二七年一月九日", ["2027-01-09"]),
        ("令和八年十月四日", ["2026-10-04"]),
        ("令和9年1月", ["2027-01"]),
        ("令和元年", ["2019"]),
        ("10月4日", ["2026-10-04"]),
        ("1月9日", ["2027-01-09"]),
        ("10月4日(日)", ["2026-10-04"]),
        ("４月３日（金）", ["2026-04-03"]),
        ("今秋", ["2026-fall"]),
        ("来春", ["2027-spring"]),
        ("今夏放送", ["2026-summer"]),
        ("来年1月", ["2027-01"]),
        ("来年４月", ["2027-04"]),
        ("来月", ["2026-05"]),
        ("来月3日", ["2026-05-03"]),
        ("今月24日", ["2026-04-24"]),
        ("本日", ["2026-04-10"]),
        ("2027年1月、同年10月", ["2027-01", "2027-10"]),
        ("7月クール", ["2026-07"]),
        ("来年1月期", ["2027-01"]),
        ("2026年度", ["2026"]),
        ("2026年上半期", ["2026-H1"]),
        ("2026年冬", ["2026-winter"]),
        ("2025年秋アニメ", ["2025-fall"]),
        ("10/3（土）", ["2026-10-03"]),
        ("24年4月", ["2024-04"]),
        ("3年ぶり、12話、9月号、1か月、2年周期", []),
        ("2月30日", [None]),
        ("来年の夏クール", ["2027-summer"]),
    ],
)
def test_japanese(text, expected):
    assert dates(text, "ja") == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "el 24 de enero de 2027", ["2027-01-24"]),
        ("es", "en octubre", ["2026-10"]),
        ("es", "otoño de 2026", ["2026-fall"]),
        ("es", "el próximo año", ["2027"]),
        ("es", "primer semestre de 2027", ["2027-H1"]),
        ("es", "05/10/2026", ["2026-10-05"]),
        ("pt", "em 15 de julho", ["2026-07-15"]),
        ("pt", "14/11 – estreia", ["2026-11-14"]),
        ("pt", "no ano que vem", ["2027"]),
        ("fr", "le 1er octobre 2026", ["2026-10-01"]),
        ("fr", "à l'été 2027", ["2027-summer"]),
        ("fr", "le 4 octobre prochain", ["2026-10-04"]),
        ("fr", "au deuxième semestre 2027", ["2027-H2"]),
        ("fr", "l’année prochaine", ["2027"]),
        ("de", "am 10. Oktober 2026", ["2026-10-10"]),
        ("de", "am 10.10.2026", ["2026-10-10"]),
        ("de", "im Herbst 2026", ["2026-fall"]),
        ("de", "im nächsten Jahr", ["2027"]),
        ("de", "Anfang 2027", ["2027"]),
        ("it", "il 9 gennaio 2027", ["2027-01-09"]),
        ("it", "a ottobre", ["2026-10"]),
        ("it", "entro la fine del 2026", ["2026"]),
        ("es", "el pasado 3 de octubre", ["2025-10-03"]),
        ("es", "en abril, el día 27", ["2026-04", "2026-04-27"]),
        ("es", "el viernes 24", ["2026-04-24"]),
        ("es", "el próximo verano", ["2026-summer"]),
        ("es", "la próxima primavera", ["2027-spring"]),
        ("es", "hasta hoy", []),
        ("pt", "nesta sexta-feira (24)", ["2026-04-24"]),
        ("pt", "na quinta (15/10)", ["2026-10-15"]),
        ("pt", "no passado dia 3 de outubro", ["2025-10-03"]),
        ("fr", "le 4 octobre dernier", ["2025-10-04"]),
        ("fr", "depuis le 4 octobre", ["2025-10-04"]),
        ("fr", "au printemps prochain", ["2027-spring"]),
        ("de", "seit dem 10. Oktober", ["2025-10-10"]),
        ("de", "im kommenden Frühjahr", ["2027-spring"]),
        ("de", "bis heute", []),
        ("it", "lo scorso 3 ottobre", ["2025-10-03"]),
        ("it", "il 3 ottobre scorso", ["2025-10-03"]),
        ("xx", "October 4, 2026", ["2026-10-04"]),
    ],
)
def test_other_languages(language, text, expected):
    assert dates(text, language) == expected


@pytest.mark.parametrize(
    ("text", "printed", "slot", "real"),
    [
        ("10月3日25時30分", "2026-10-03", "25:30", "2026-10-04"),
        ("２０２６年１０月３日より毎週土曜２５時３０分〜", "2026-10-03", "25:30", "2026-10-04"),
        ("10月3日(土)24:00から", "2026-10-03", "24:00", "2026-10-04"),
        ("10月3日深夜1時半", "2026-10-03", "25:30", "2026-10-04"),
        ("10月3日午後5時", "2026-10-03", "17:00", "2026-10-03"),
        ("10月3日26:08", "2026-10-03", "26:08", "2026-10-04"),
    ],
)
def test_late_night_keeps_the_printed_day_and_knows_the_real_one(text, printed, slot, real):
    (found,) = find_dates(text, language="ja", published=PUBLISHED)
    assert (str(found.date), found.date.slot, found.date.zone) == (printed, slot, "Asia/Tokyo")
    assert found.date.calendar_day.isoformat() == real
    assert [str(one) for one in found.also] == ([real] if real != printed else [])


def test_english_slot_past_midnight():
    (found,) = find_dates("October 3 at 25:30", language="en", published=PUBLISHED)
    assert (found.date.slot, str(found.date.calendar_day)) == ("25:30", "2026-10-04")


def test_fiscal_year_reaches_into_the_next():
    (found,) = find_dates("2026年度", language="ja", published=PUBLISHED)
    assert [str(one) for one in found.also] == ["2027"]
    assert found.date.latest == date(2027, 3, 31)


def test_without_a_day_of_publication_a_missing_year_is_not_guessed():
    assert dates("10月3日、今秋、来年", "ja", published=None) == [None, None, None]
    assert dates("2026年10月3日と10月5日", "ja", published=None) == ["2026-10-03", "2026-10-05"]
    assert dates("on October 3", "en", published=None) == [None]
    assert dates("同年10月", "ja", published=None, previous=FuzzyDate.year(2027)) == ["2027-10"]


def test_the_reading_as_a_past_date_is_kept():
    (found,) = find_dates("January 11", language="en", published=date(2026, 1, 20))
    assert (str(found.date), str(found.before)) == ("2027-01-11", "2026-01-11")


@pytest.mark.parametrize(
    ("text", "past"), [("in 2019", True), ("in 2026", False), ("April 9, 2026", True), ("April 10, 2026", False)]
)
def test_past_is_what_ended_before_publication(text, past):
    assert [one.past for one in find_dates(text, language="en", published=PUBLISHED)] == [past]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("三十一", 31),
        ("二〇二七", 2027),
        ("元", 1),
        ("", None),
        ("百", None),
        ("二十三四", None),
    ],
)
def test_numbers(text, value):
    assert number(text) == value


LANGUAGES = st.sampled_from(["en", "ja", "es", "pt", "fr", "de", "it", "zh", ""])
PIECES = st.lists(
    st.sampled_from(
        [
            "10",
            "月",
            "年",
            "日",
            "2026",
            " ",
            "October",
            "of",
            "fall",
            "/",
            ".",
            "-",
            "来",
            "今",
            "春",
            "令和",
            "de",
            "next",
            "year",
            "第",
            "25:30",
            "(土)",
            "99",
            "十",
            "9999",
        ]
    ),
    max_size=14,
).map("".join)


@given(st.one_of(st.text(), PIECES), LANGUAGES, st.one_of(st.none(), st.dates()))
def test_positions_are_exact_and_nothing_raises(text, language, published):
    end = 0
    for one in find_dates(text, language=language, published=published):
        assert text[one.start : one.end] == one.text
        assert end <= one.start < one.end
        end = one.end


def vocabulary(language):
    known = grammar(language)
    words = [*known.months, *known.weekdays, *known.seasons]
    words += [phrase for phrases in known.relative.values() for phrase in phrases]
    return st.lists(
        st.sampled_from([*words, "4", "10", "2026", "de", "of", "the", ".", ",", "の", "月", "日", "年", "/"]),
        max_size=8,
    )


@pytest.mark.parametrize("language", ["en", "ja", "es", "pt", "fr", "de", "it"])
@given(data=st.data())
def test_words_of_dates_in_any_order_are_no_error(language, data):
    words = data.draw(vocabulary(language))
    for joint in (" ", ""):
        text = joint.join(words)
        for one in find_dates(text, language=language, published=PUBLISHED):
            assert text[one.start : one.end] == one.text


@given(st.dates(min_value=date(1951, 1, 1), max_value=date(2089, 12, 31)))
def test_a_full_date_is_read_back_in_every_language(day):
    forms = {
        "en": f"{day:%B} {day.day}, {day.year}",
        "ja": f"{day.year}年{day.month}月{day.day}日",
        "de": f"{day.day}.{day.month}.{day.year}",
        "fr": f"{day:%d/%m/%Y}",
    }
    for language, text in forms.items():
        assert dates(f"xx {text} xx", language) == [day.isoformat()]


@pytest.mark.parametrize(
    "piece", ["10月", "2026年", "1", "October ", "the 4th of ", "10/", "来年の", " ", "(土)", "next ", "〇"]
)
def test_long_texts_take_bounded_time(piece):
    text = piece * (100_000 // len(piece))
    begin = time.process_time()
    for language in ("en", "ja", "fr"):
        find_dates(text, language=language, published=PUBLISHED)
    assert time.process_time() - begin < 10


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("TOKYO MX 7月4日24:30～、ABEMAは同日25時より配信", "ja", ["2026-07-04", "2026-07-04"]),
        ("同日24時30分より", "ja", []),
        ("2027.4 ON AIR", "ja", ["2027-04"]),
        ("令和九年一月十一日（月）二十四時三十分", "ja", ["2027-01-11"]),
        ("arranca no domingo, dia 13, a segunda temporada", "pt", ["2026-03-13"]),
        ("sera diffusée lundi 16", "fr", ["2026-03-16"]),
        ("arrivera en fin d'année", "fr", ["2026"]),
    ],
)
def test_dates_that_lean_on_what_stands_beside_them(text: str, language: str, expected: list[str]) -> None:
    published = date(2026, 3, 10)
    found = [one.date for one in find_dates(text, language=language, published=published) if one.date is not None]
    assert [str(one) for one in found] == expected


def test_kanji_hours_are_hours() -> None:
    (found,) = find_dates("一月十一日二十四時三十分", language="ja", published=date(2026, 3, 10))
    assert found.date is not None
    assert found.date.slot == "24:30"


@pytest.mark.parametrize("code", [language.code for language in invented.LANGUAGES])
def test_no_pattern_is_left_out_that_would_match(code: str) -> None:
    known = grammar(code)
    days = [
        invented.spell(form, date(2026, 10, 4), each.months)
        for each in invented.LANGUAGES
        for form in (*each.day, *each.month)
    ]
    for text in map(
        fold, (*days, "d'octobre à décembre 2015", "令和8年4月", "来春", "mid-October", "10/4/2026", "next fall")
    ):
        likely = list(known.likely(text))
        assert [pattern for pattern in known.patterns if pattern.regex.search(text) and pattern not in likely] == []
