"""Dates as people see them on pages, in many languages; and what is not a date."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources import pagedates, pagewords
from watcher.sources.pagedates import Says, leading, period, trailing, whole
from watcher.sources.resolve import Setting, Written, resolve
from watcher.sources.runs import Spot

NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


def day(text: str, language: str = "") -> str | None:
    label = whole(text)
    assert label is not None, text
    found = resolve([Written(spot=Spot(start=0, end=1, label=label))], Setting(now=NOW, zone="UTC", language=language))[
        0
    ]
    return found and found.at.date().isoformat()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026.11.20",
            "2026/11/20",
            "2026-11-20",
            "２０２６．１１．２０",
            "2026年11月20日(金)",
            "［2026/11/20］",
            "2026. 11. 20.",
        ),
        *(
            "令和8年11月20日（金・祝）",
            "R8.11.20",
            "二〇二六年十一月二十日",
            "2026년 11월 20일",
            "20261120",
            "2026.11.20 FRI",
        ),
        *(
            "Nov 20, 2026",
            "November 20th, 2026",
            "20 Nov 2026",
            "Friday, November 20, 2026",
            "NOV. 20, 2026",
            "20th November 2026",
        ),
        *(
            "Posted on November 20, 2026",
            "公開日：2026.11.20",
            "2026年11月20日 18:00更新",
            "20 novembre 2026",
            "20. November 2026",
        ),
        *(
            "20 de noviembre de 2026",
            "Le 20 novembre 2026 à 10h30",
            "20 listopada 2026",
            "11月20日",
            "11/20",
            "11.20 2026",
            "Nov 20",
        ),
        *("26/11/20", "20/11/2026", "11/20/2026", "2026-11-20T10:00:00+09:00"),
    ],
)
def test_all_these_are_one_day(text: str) -> None:
    assert day(text) == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("03/11/2026", "de", "2026-11-03"),
        ("03/11/2026", "en-us", "2026-03-11"),
        ("03/11/2026", "en", None),
        ("05.11.26", "de", "2026-11-05"),
        ("26.03.04", "ja", "2026-03-04"),
        ("12/25", "", "2026-12-25"),
        ("2/25", "", "2026-02-25"),
        ("02/29", "", "2024-02-29"),
        ("3 hours ago", "", "2026-11-21"),
        ("昨日", "", "2026-11-20"),
        ("vor 2 Tagen", "", "2026-11-19"),
        ("hace 3 días", "", "2026-11-18"),
        ("5일 전", "", "2026-11-16"),
        ("2 weeks ago", "", None),
        ("3ヶ月前", "", None),
    ],
)
def test_open_dates_are_decided_or_unknown(text: str, language: str, expected: str | None) -> None:
    assert day(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Season 2",
        "2026.02.30",
        "2026年11月",
        "第10話",
        "12月2日発売",
        "May the force",
        "2027年1月10日放送スタート",
        "10,000",
        "v1.2.3.4",
        "",
    ],
)
def test_no_label(text: str) -> None:
    assert whole(text) is None


def test_a_headline_that_begins_with_an_event_is_not_stamped() -> None:
    label = leading("2027年1月10日(日)午後5時放送スタート！")
    assert label is None or not label.closed


def test_words_say_what_a_date_is_of() -> None:
    assert [
        label.says
        for text in ("発売日：2026.12.02", "最終更新日 2026.11.20", "掲載 2026.11.20")
        if (label := whole(text))
    ] == [
        Says.OTHER,
        Says.UPDATED,
        Says.PUBLISHED,
    ]


def test_trailing_needs_brackets_or_space() -> None:
    assert trailing("Staffel 2 startet (20.11.2026)") is not None
    assert trailing("放送開始は2026年11月20日") is None


def test_years_are_filled_in_backwards() -> None:
    labels = [whole(text) for text in ("1/7", "12/20", "12/1", "1/15")]
    found = resolve([Written(spot=Spot(start=0, end=1, label=label)) for label in labels], Setting(now=NOW, zone="UTC"))
    assert [moment and moment.at.date().isoformat() for moment in found] == [
        "2026-01-07",
        "2025-12-20",
        "2025-12-01",
        "2025-01-15",
    ]


def test_an_order_that_fits_all_dates_is_taken() -> None:
    labels = [whole(text) for text in ("5/11/2026", "30/10/2026", "8/10/2026")]
    found = resolve(
        [Written(spot=Spot(start=0, end=1, label=label)) for label in labels],
        Setting(now=NOW, zone="UTC", language="en"),
    )
    assert [moment and moment.at.date().isoformat() for moment in found] == ["2026-11-05", "2026-10-30", "2026-10-08"]


def test_shown_day_beats_a_machine_date_by_a_time_zone() -> None:
    spot = Spot(start=0, end=1, label=whole("2026.11.20"), raw="2026-11-19T15:00:00Z")
    found = resolve([Written(spot=spot)], Setting(now=NOW, zone="UTC"))[0]
    assert found is not None
    assert found.at.date().isoformat() == "2026-11-20"


@pytest.mark.parametrize(
    ("text", "year"),
    [("2025年", 2025), ("2026.11", 2026), ("November 2024", 2024), ("- 2023 -", 2023), ("2026 plans", None)],
)
def test_headings_of_years(text: str, year: int | None) -> None:
    found = period(text)
    assert (found and found[0]) == year


@given(st.text(max_size=60))
def test_any_text_is_safe(text: str) -> None:
    for label in (leading(text), whole(text), (trailing(text) or [None])[0]):
        assert label is None or label.end <= 2 * 60
        if label is not None:
            resolve([Written(spot=Spot(start=0, end=1, label=label))], Setting(now=NOW, zone="UTC"))


def every_beginning() -> list[str]:
    phrases = [phrase for _, forms in pagewords._data()["relative"].items() for phrase in forms]
    told = [text for phrase in phrases for text in (phrase.replace("{n}", "3"), phrase.replace("{n}", "3").upper())]
    told += [text.replace(" ", "") for text in told]
    before = [word for key in ("published", "updated", "other") for word in pagewords.words("labels", key)]
    before += sorted(pagewords.words("weekdays", "names"))
    dated = [
        f"{lead}{word}{gap}{day}"
        for word in before
        for lead in ("", "【", "● ")
        for gap in (" ", ": ", "")
        for day in ("2026.11.20", "11月20日")
    ]
    months = [
        text for name in pagewords.months() for text in (f"{name} 3, 2026", f"{name.title()}. 3 2026", f"2026 {name} 3")
    ]
    others = [
        "R8.11.20",
        "h 30年4月1日",
        "令和元年5月1日",
        "二〇二六年十一月三日",
        "’26.11.20",
        "(20.11.2026)",
        "３日前",
        "〔2026/11/20〕",
    ]
    return [*told, *dated, *months, *others]


def test_no_date_is_passed_over_for_its_first_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = every_beginning()
    found = [pagedates._leading.__wrapped__(text) for text in texts]
    monkeypatch.setattr(pagedates, "_may_begin", lambda _: True)
    assert found == [pagedates._leading.__wrapped__(text) for text in texts]
    assert sum(1 for label in found if label) > 1500
