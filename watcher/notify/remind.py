"""Which reminders of a title's dates are due, and what they say.

In:    a title, what is known about it, the user's wishes and zone, now.
Out:   `Reminder`s; the same date, lead and moment always give the same reference.
Never: network, disk, clock; words such as "tomorrow", which are wrong when a message waits.

A reminder belongs to one date. Where the date moves, the new date has reminders of its own and those of the old one
are no longer among what this returns: whoever still holds one withdraws it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from watcher.fuzzydate import FuzzyDate
from watcher.known import Existence, Fact, Known, SeasonKnown
from watcher.model import Evidence, Medium, Notice, NoticeType, Title
from watcher.notify import safe, words

START: Final = timedelta(0)
"""The lead of a reminder at the very start."""
MORNING: Final = time(9)
"""When a day without a known time of day counts as begun, in the user's zone."""
TOO_LATE: Final = timedelta(days=7)
"""After a start; what happened longer ago is in the dossier and no longer worth a message."""
URGENT: Final = timedelta(days=1)
"""From this lead on a reminder does not wait for a digest."""
_OVER = frozenset({Existence.CANCELLED, Existence.FINISHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder whose moment has come."""

    ref: str
    title_id: str
    lead: timedelta
    starts: datetime
    """The real moment; nine in the user's morning where only the day is known."""
    text: str
    digest_before: datetime | None
    """It may wait for a digest until then; None where it must go at once."""

    def notice(self, now: datetime) -> Notice:
        """Make the notice that carries it."""
        return Notice(ref=self.ref, type=NoticeType.REMINDER, subject=self.title_id, text=self.text, at=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """For what, when and for whom to remind."""

    title: Title
    leads: Sequence[timedelta]
    zone: ZoneInfo
    since: datetime
    """When the title came to be watched: a start before that was nobody's to be reminded of."""


def due(wish: Wish, known: Known, now: datetime) -> tuple[Reminder, ...]:
    """List the reminders that hold now: for each dated start the nearest lead whose moment has come.

    Only the nearest: who wakes up two days before the start is not told of the seventh day, too.
    """
    found = []
    for season, part, date in _dates(wish.title, known):
        starts = start_of(date.date, wish.zone) if date.date else None
        if starts is None or now > starts + TOO_LATE:
            continue
        come = [lead for lead in wish.leads if moment(starts, lead, wish.zone) <= now]
        if come and (now < starts or wish.since <= starts):
            found.append(_reminder(wish, (season, part, date), starts, min(come), now))
    return tuple(found)


def start_of(date: FuzzyDate, zone: ZoneInfo) -> datetime | None:
    """Tell the real moment of a start: 25:30 is half past one on the next day; None where not even the day is known."""
    if not date.is_day or not 1900 < date.earliest.year < 9000:
        return None
    begins = words.airs(date) or datetime.combine(date.calendar_day, MORNING, tzinfo=zone)
    return begins.astimezone(UTC)


def moment(starts: datetime, lead: timedelta, zone: ZoneInfo) -> datetime:
    """Tell when to remind: whole days keep the hour on the user's clock, also over a night on which it is changed."""
    days = timedelta(days=lead.days)
    local = starts.astimezone(zone)
    wall = local.replace(tzinfo=None) - days
    at = local if not days else wall.replace(tzinfo=zone, fold=local.fold)
    return at.astimezone(UTC) - (lead - days)


def _dates(title: Title, known: Known) -> Iterator[tuple[SeasonKnown, int, Fact]]:
    for season in known.seasons:
        wanted = season.medium is Medium.SEASON or season.medium in title.also
        ours = season.medium is not Medium.SEASON or title.season is None or season.season in {title.season, None}
        if wanted and ours and season.existence not in _OVER:
            yield from ((season, part, fact) for part, fact in season.dates.items() if not fact.open)


def _reminder(
    wish: Wish, about: tuple[SeasonKnown, int, Fact], starts: datetime, lead: timedelta, now: datetime
) -> Reminder:
    season, part, _ = about
    key = (wish.title.id, season.medium.value, str(season.season), str(part), starts.isoformat(), str(lead))
    digest = sha256("\n".join(key).encode()).hexdigest()
    return Reminder(
        ref=f"r{digest[:10]}",
        title_id=wish.title.id,
        lead=lead,
        starts=starts,
        text=_text(wish, about, late=now > starts and lead > START),
        digest_before=starts - URGENT if lead > URGENT else None,
    )


def _text(wish: Wish, about: tuple[SeasonKnown, int, Fact], *, late: bool) -> str:
    season, part, fact = about
    assert fact.date is not None
    verb = "started" if late else "starts"
    head = f"Reminder: {wish.title.name} – {_name(season, part)} {verb} {words.day(fact.date.earliest)}"
    when = words.slot(fact.date, wish.zone)
    lines = [head, f"Time: {when}" if when else "The time of day is not known."]
    if late:
        lines.append("This comes late: nothing could be sent before.")
    return "\n".join((*lines, *_said(fact.evidence)))


def _name(season: SeasonKnown, part: int) -> str:
    if season.medium is not Medium.SEASON:
        return words.MEDIA[season.medium]
    name = "new season" if season.season is None else f"season {season.season}"
    return f"{name}, part {part}" if part > 1 else name


def _said(evidence: Sequence[Evidence]) -> Iterator[str]:
    if evidence:
        best = evidence[0]
        url = safe.safe_url(best.url)
        yield f"Says {safe.line(best.publisher)}, {words.TIERS[best.tier]}" + (f": {url}" if url else ".")
