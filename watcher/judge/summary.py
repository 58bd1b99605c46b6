"""Say in one line what is known of a season.

In:    a season, now.
Out:   a plain sentence, used as "known before" in alerts.
Never: evidence; that is the dossier's.
"""

from __future__ import annotations

from datetime import datetime

from watcher.judge.existence import existence
from watcher.known import Existence, SeasonKnown

EXISTENCE_WORDS = {
    Existence.UNKNOWN: "nothing known",
    Existence.RUMOURED: "only rumours",
    Existence.REPORTED: "reported",
    Existence.LISTED: "listed in a catalogue",
    Existence.CONFIRMED: "officially announced",
    Existence.AIRING: "running",
    Existence.FINISHED: "over",
    Existence.CANCELLED: "cancelled",
}


def known_line(season: SeasonKnown, now: datetime) -> str:
    """Return what is known of *season* in one line."""
    state = existence(season, now)
    if state is Existence.UNKNOWN:
        return EXISTENCE_WORDS[state]
    parts = [f"{EXISTENCE_WORDS[state]}, {date_phrase(season)}"]
    if names := [fact.value or "a service" for fact in season.streaming.values()]:
        parts.append("on " + ", ".join(names))
    return "; ".join(parts)


def date_phrase(season: SeasonKnown) -> str:
    """Say the date of a season's start as far as it is known."""
    fact = season.dates.get(1)
    if fact is None:
        return "no date"
    if fact.open or fact.date is None:
        return f"date open (was {fact.before})" if fact.before else "date open"
    return f"for {fact.date}"
