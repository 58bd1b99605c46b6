"""Events and notices for programs: the JSON objects of the webhook.

In:    an `Event` or `Notice`, the title it is about.
Out:   JSON-able values of a documented, stable shape (docs/notify.md). Keys are added, never renamed.
Never: the clock; text is cleaned, URLs are safe to show.
"""

from __future__ import annotations

from typing import Any

from watcher.fuzzydate import FuzzyDate
from watcher.model import Event, Evidence, Notice, Title
from watcher.notify import safe, words


def facts(item: Event | Notice, *, title: Title | None) -> dict[str, Any]:
    """Tell everything a program may want to know."""
    return _notice(item) if isinstance(item, Notice) else _event(item, title)


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "kind": "notice",
        "ref": notice.ref,
        "type": notice.type.value,
        "subject": notice.subject,
        "text": safe.clean(notice.text),
        "at": notice.at.isoformat(),
    }


def _event(event: Event, title: Title | None) -> dict[str, Any]:
    return {
        "kind": "event",
        "ref": event.ref,
        "type": event.type.value,
        "title": title.name if title else event.title_id,
        "title_id": event.title_id,
        "season": event.season,
        "part": event.part,
        "medium": event.medium.value,
        "date": _date(event.date),
        "before": _date(event.before),
        "platform": safe.line(event.platform) if event.platform else None,
        "names": [safe.line(name) for name in event.names],
        "takes_back": event.takes_back.value if event.takes_back else None,
        "listed": event.listed,
        "confirmed": event.confirmed,
        "known_before": safe.line(event.known_before),
        "evidence": [_evidence(each) for each in event.evidence],
        "at": event.at.isoformat(),
    }


def _date(value: FuzzyDate | None) -> dict[str, Any] | None:
    if value is None:
        return None
    airs = words.airs(value)
    return {
        "text": str(value),
        "precision": value.precision.value,
        "earliest": value.earliest.isoformat(),
        "latest": value.latest.isoformat(),
        "slot": value.slot,
        "zone": value.zone,
        "airs_at": airs.isoformat() if airs else None,
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {
        "source": evidence.source,
        "publisher": safe.line(evidence.publisher),
        "tier": int(evidence.tier),
        "url": safe.safe_url(evidence.url),
        "headline": safe.line(evidence.headline),
        "quote": safe.clean(evidence.quote),
        "language": evidence.language,
        "published": evidence.published.isoformat() if evidence.published else None,
    }
