"""Our own words for dates, events and trust.

In:    values of `watcher.model`; the user's time zone.
Out:   short English phrases.
Never: the clock, foreign text without need.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from watcher.fuzzydate import FuzzyDate, Precision
from watcher.model import Event, EventType, Medium, Tier

LOCALE: Final = "en_GB"
SEASONS: Final = ("winter", "spring", "summer", "autumn")
QUARTERS: Final = ("first", "second", "third", "fourth")

TIERS: Final = {
    Tier.OFFICIAL: "official source",
    Tier.CATALOGUE: "catalogue",
    Tier.PRESS: "press",
    Tier.POINTER: "unconfirmed outlet",
    Tier.UNKNOWN: "unknown outlet",
}
PLAIN: Final = {
    EventType.TRAILER: "trailer out",
    EventType.VISUAL: "new visual",
    EventType.CAST: "cast named",
    EventType.STAFF: "staff named",
    EventType.CANCELLED: "cancelled",
    EventType.FINISHED: "finished",
}
THINGS: Final = {
    EventType.ANNOUNCED: "the announcement",
    EventType.RELEASE_DATE: "the date",
    EventType.RELEASE_WINDOW: "the date",
    EventType.NARROWED: "the date",
    EventType.DELAYED: "the delay",
    EventType.ADVANCED: "the earlier date",
    EventType.CANCELLED: "the cancellation",
    EventType.TRAILER: "the trailer",
    EventType.VISUAL: "the visual",
    EventType.CAST: "the cast",
    EventType.STAFF: "the staff",
    EventType.STREAMING: "the stream",
    EventType.DUB: "the dub",
    EventType.FINISHED: "the end",
}
MEDIA: Final = {
    Medium.FILM: "film",
    Medium.OVA: "OVA",
    Medium.STAGE: "stage play",
    Medium.GAME: "game",
    Medium.MANGA: "manga",
    Medium.LIVE_ACTION: "live action",
}


def _date(value: date, form: str) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - only those who have something to tell load it

    return format_date(value, form, locale=LOCALE)


def _datetime(value: datetime, form: str) -> str:
    from babel.dates import format_datetime  # noqa: PLC0415 - as above

    return format_datetime(value, form, locale=LOCALE)


def day(value: date) -> str:
    """Write ``Sunday 4 October 2026``."""
    return _date(value, "EEEE d MMMM y")


def short_day(value: date) -> str:
    """Write ``4 October 2026``."""
    return _date(value, "d MMMM y")


def moment(value: datetime, zone: ZoneInfo) -> str:
    """Write ``Saturday 21 November 2026, 14:05`` in the user's zone."""
    return _datetime(value.astimezone(zone), "EEEE d MMMM y, HH:mm")


def fuzzy(value: FuzzyDate) -> str:
    """Write a date with all that is known of it and no more."""
    first = value.earliest
    match value.precision:
        case Precision.DAY:
            return day(first)
        case Precision.MONTH:
            return _date(first, "MMMM y")
        case Precision.SEASON:
            return f"{SEASONS[(first.month - 1) // 3]} {first.year} ({_span(value)})"
        case Precision.QUARTER:
            return f"{QUARTERS[(first.month - 1) // 3]} quarter of {first.year} ({_span(value)})"
        case Precision.HALF:
            return f"{'first' if first.month < 7 else 'second'} half of {first.year} ({_span(value)})"
        case Precision.YEAR:
            return str(first.year) if value.latest.year == first.year else f"fiscal year {first.year} ({_span(value)})"


def short_fuzzy(value: FuzzyDate) -> str:
    """Write a date for a subject line: no weekday, no span."""
    return short_day(value.earliest) if value.is_day else fuzzy(value).split(" (", 1)[0]


def _span(value: FuzzyDate) -> str:
    first, last = value.earliest, value.latest
    form = "MMMM" if first.year == last.year else "MMMM y"
    dash = "–" if first.year == last.year else " – "
    return dash.join(_date(end, form) for end in (first, last))


def slot(value: FuzzyDate, zone: ZoneInfo) -> str:
    """Write a broadcast time as printed and what it is for the user; empty where no time is known.

    ``Saturday 3 October, 25:30 JST = Saturday 18:30 your time``
    """
    begins = airs(value)
    if begins is None or value.slot is None:
        return ""
    printed = f"{_date(value.earliest, 'EEEE d MMMM')}, {value.slot} {begins.tzname()}"
    local = begins.astimezone(zone)
    if local.utcoffset() == begins.utcoffset():
        return printed if local.date() == value.earliest else f"{printed} = {_weekday(local, begins)}"
    return f"{printed} = {_weekday(local, begins, value)} your time"


def _weekday(local: datetime, begins: datetime, value: FuzzyDate | None = None) -> str:
    near = value is not None and local.date() in {begins.date(), value.earliest}
    return _datetime(local, "EEEE HH:mm" if near else "EEEE d MMMM, HH:mm")


def airs(value: FuzzyDate) -> datetime | None:
    """Tell the real moment of a slot: 25:30 is 01:30 of the next day; None where it is not known."""
    if value.slot is None or value.zone is None or not value.is_day or not 1900 < value.earliest.year < 9000:
        return None
    try:
        hours, minutes = (int(part) for part in value.slot.split(":"))
        zone = ZoneInfo(value.zone)
    except (ValueError, ZoneInfoNotFoundError):
        return None
    start = datetime.combine(value.earliest, datetime.min.time(), tzinfo=UTC) + timedelta(hours=hours, minutes=minutes)
    return start.replace(tzinfo=zone)


def language(tag: str | None) -> str:
    """Name a language: ``ja`` is Japanese; empty for none and for English."""
    if not tag or tag.lower().startswith("en"):
        return ""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above

    try:
        return Locale.parse(tag.split("-", maxsplit=1)[0]).get_display_name(LOCALE) or tag
    except (UnknownLocaleError, ValueError):
        return ""


def season(event: Event) -> str:
    """Name what an event is about: ``season 2``, ``season 2, part 2``, ``new season``, ``film``."""
    if event.medium is not Medium.SEASON:
        return MEDIA[event.medium]
    name = "new season" if event.season is None else f"season {event.season}"
    return f"{name}, part {event.part}" if event.part is not None and event.part > 1 else name


def what(event: Event) -> str:
    """Say in a few words what happened: ``starts 4 October 2026``."""
    if event.type in PLAIN:
        return PLAIN[event.type]
    return _SAYING[event.type](event, short_fuzzy(event.date) if event.date else "")


def _starts(event: Event, date_: str) -> str:
    if not date_ or event.date is None:
        return "date announced"
    begun = event.date.latest < event.at.date()
    where = " (listed)" if event.listed else ""
    if event.date.is_day:
        return f"{'started' if begun else 'starts'} {date_}{where}"
    return f"planned for {date_}{where}"


def _streams(event: Event, date_: str) -> str:
    words = f"will stream on {event.platform}" if event.platform else "will be streamed"
    return f"{words}, {date_}" if date_ else words


def _taken_back(event: Event, _: str) -> str:
    return f"{THINGS.get(event.takes_back, 'earlier news')} taken back" if event.takes_back else "taken back"


_SAYING: Final[Mapping[EventType, Callable[[Event, str], str]]] = {
    EventType.ANNOUNCED: lambda event, _: "listed" if event.listed else "announced",
    EventType.RELEASE_DATE: _starts,
    EventType.RELEASE_WINDOW: _starts,
    EventType.NARROWED: lambda _, date_: f"date narrowed to {date_}" if date_ else "date narrowed",
    EventType.DELAYED: lambda _, date_: f"delayed to {date_}" if date_ else "delayed, no new date",
    EventType.ADVANCED: lambda _, date_: f"moved forward to {date_}" if date_ else "moved forward",
    EventType.STREAMING: _streams,
    EventType.DUB: lambda _, date_: f"dub, {date_}" if date_ else "dub announced",
    EventType.RETRACTED: _taken_back,
}
