"""Machine dates, read strictly (reliability §1.3.7, D7-D10, D13)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.feeddates import parse_date


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Fri, 20 Nov 2026 10:00:00 -0500", "2026-11-20T10:00:00-05:00"),
        ("20 Nov 26 10:00 GMT", "2026-11-20T10:00:00+00:00"),
        ("Friday, 20-Nov-26 10:00:00 GMT", "2026-11-20T10:00:00+00:00"),
        ("Fri Nov 20 10:00:00 2026", "2026-11-20T10:00:00+00:00"),
        ("2026-11-20T10:00:00.123+09:00", "2026-11-20T10:00:00+09:00"),
        ("2026-11-20 10:00", "2026-11-20T10:00:00+00:00"),
        ("20261120T100000Z", "2026-11-20T10:00:00+00:00"),
        ("2026-W47-5", "2026-11-20T00:00:00+00:00"),
        ("1700000000", "2023-11-14T22:13:20+00:00"),
        ("1700000000000", "2023-11-14T22:13:20+00:00"),
        ("20/11/2026", "2026-11-20T00:00:00+00:00"),
        ("11/20/2026", "2026-11-20T00:00:00+00:00"),
        ("2026年11月20日", "2026-11-20T00:00:00+00:00"),
        ("2026-06-30T23:59:60Z", "2026-07-01T00:00:00+00:00"),
        ("2026-11-20T24:00:00Z", "2026-11-21T00:00:00+00:00"),
        ("2027-01-01T00:00:00Z", "2027-01-01T00:00:00+00:00"),
    ],
)
def test_d8_unambiguous_dates_are_read(raw: str, expected: str) -> None:
    found = parse_date(raw)
    assert found is not None
    assert found.at.isoformat() == expected


@pytest.mark.parametrize(
    "raw",
    [
        *("0000-00-00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "10000-01-01", "-1-01-01", "2200-01-01"),
        *("2026-02-30", "2026-02-30T10:00:00Z", "2026-13-01", "2026-11-20T25:61:61Z", "2026-11-20T10:00:61Z"),
        *("2026-11-20T10:00:00+99:99", "11/12/2026", "2026-11", "2026", "soon", "", "TBA", "1", "99999999999999999999"),
    ],
)
def test_d7_d9_impossible_or_open_dates_are_unknown(raw: str) -> None:
    assert parse_date(raw) is None


@pytest.mark.parametrize(("zone", "offset"), [("Pacific/Kiritimati", 14), ("Etc/GMT+12", -12), ("Asia/Tokyo", 9)])
def test_d10_a_day_stays_that_day_in_every_zone(zone: str, offset: int) -> None:
    found = parse_date("2026-12-01", zone)
    assert found is not None
    assert found.date_only
    assert (found.at.date().isoformat(), found.at.utcoffset()) == ("2026-12-01", timedelta(hours=offset))


def test_unknown_zone_leaves_the_day() -> None:
    found = parse_date("Fri, 20 Nov 2026 10:00:00 XYZ")
    assert found is not None
    assert found.date_only


def test_utc_is_told_in_the_source_zone() -> None:
    found = parse_date("2026-11-19T15:30:00Z", "Asia/Tokyo")
    assert found is not None
    assert found.at.date().isoformat() == "2026-11-20"


@given(st.text(max_size=40))
def test_any_text_is_safe(raw: str) -> None:
    found = parse_date(raw)
    assert found is None or 1979 <= found.at.astimezone(UTC).year <= 2101


@given(st.integers(min_value=500_000_000, max_value=4_000_000_000))
def test_what_is_written_is_read(seconds: int) -> None:
    aware = datetime.fromtimestamp(seconds, UTC)
    found = parse_date(aware.isoformat())
    assert found is not None
    assert found.at == aware
