"""Text from outside is data (C15), and the calendar's corners are days or nothing (G12)."""

from datetime import date

import pytest

from tests.support.news import AKUDAMA, BERLIN, event, evidence
from watcher.fuzzydate import FuzzyDate
from watcher.notify.channels.webhook import document
from watcher.notify.dialects import Form, compose
from watcher.notify.letter import html_of
from watcher.notify.render import render

TEMPLATES = [
    "{{ 7 * 191 }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in y %}",
    "${7*191}",
    "#{7*191}",
    "%(title)s",
    "{title}",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_c15_template_text_in_a_feed_is_shown_as_it_stands(text):
    message = render(
        event(evidence=(evidence(headline=f"New {text}", quote=f"It says {text} here."),), names=(text,)),
        title=AKUDAMA,
        timezone=BERLIN,
    )
    plain = compose(message, Form())
    assert text in plain
    assert "1337" not in plain + str(document(message, channel="hook")) + html_of(message)


@pytest.mark.parametrize(("text", "last"), [("2028-02", 29), ("2027-02", 28), ("2100-02", 28), ("2026-04", 30)])
def test_g12_months_end_where_the_calendar_says(text, last):
    assert FuzzyDate.parse(text).latest.day == last


def test_g12_a_day_that_is_not_there_is_no_date():
    assert FuzzyDate.parse("2028-02-29").earliest == date(2028, 2, 29)
    for text in ("2027-02-29", "2026-02-30", "2026-04-31", "2026-13-01"):
        with pytest.raises(ValueError, match=r"."):
            FuzzyDate.parse(text)


def test_g12_years_of_53_weeks_belong_to_their_own_quarter():
    assert date(2026, 12, 31).isocalendar().week == 53
    assert FuzzyDate.quarter(2026, 4).contains(FuzzyDate.day(2026, 12, 31))
    assert not FuzzyDate.quarter(2027, 1).contains(FuzzyDate.day(2026, 12, 31))
