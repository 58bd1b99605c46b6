"""When a channel wants to be told: quiet hours and digest slots in the user's zone.

In:    quiet hours or a digest, an aware `now`, the user's time zone.
Out:   moments in UTC; keys that name a digest slot once and for all.
Never: the clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from watcher.config.settings import Digest, QuietHours


def quiet_until(quiet: QuietHours | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Tell when the quiet hours that hold at *now* end; None where it is not quiet."""
    if quiet is None or quiet.start == quiet.end:
        return None
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        end = day if quiet.start < quiet.end else day + timedelta(days=1)
        begins, ends = _at(day, quiet.start, zone), _at(end, quiet.end, zone)
        if begins <= now < ends:
            return ends
    return None


def next_slot(digest: Digest, now: datetime, zone: ZoneInfo) -> tuple[str, datetime]:
    """Name the digest slot that takes what comes in at *now*, and tell when it is sent.

    The key holds the day, so an hour that comes twice, or never, does not make two digests of one day.
    """
    today = now.astimezone(zone).date()
    for offset in range(9):
        day = today + timedelta(days=offset)
        if digest.weekday is not None and day.weekday() != digest.weekday:
            continue
        due = _at(day, digest.at, zone)
        if due > now:
            return f"{'daily' if digest.weekday is None else 'weekly'}@{day}", due
    raise AssertionError("a week has every weekday")


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    # A time that the spring gap swallows is taken as if the clock had not moved: an hour later on the new one.
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
