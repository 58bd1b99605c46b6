"""What a feed says about when to look again.

In:    the text of a feed.
Out:   `Hints`.
Never: network, disk, clock; nonsense is left out, never an error.
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from watcher.memory import Hints

_TTL = re.compile(r"<ttl>\s*(\d{1,7})\s*</ttl>", re.IGNORECASE)
_HOURS = re.compile(r"<skipHours>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
_DAYS = re.compile(r"<skipDays>(.*?)</skipDays>", re.IGNORECASE | re.DOTALL)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(\w+)\s*</sy:updatePeriod>", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,4})\s*</sy:updateFrequency>", re.IGNORECASE)
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LINK = re.compile(r"<(?:\w+:)?link\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']")
_LONGEST_HUB = 500
_LONGEST = timedelta(days=366)
_HEAD = 65_536


def read_hints(text: str, item: str) -> Hints:
    """Read ttl, skipHours, skipDays and the syndication module, outside of the items."""
    first, last = text.find(f"<{item}"), text.rfind(f"</{item}>")
    head = (text if first < 0 else text[:first] + text[max(first, last) :])[:_HEAD]
    ttl = timedelta(minutes=int(found[1])) if (found := _TTL.search(head)) else None
    hours = {int(number) % 24 for number in _inside(_HOURS, head, r"\d{1,2}") if int(number) <= 24}
    days = {_WEEK.index(name.lower()) for name in _inside(_DAYS, head, r"[A-Za-z]+") if name.lower() in _WEEK}
    return Hints(
        ttl=ttl if ttl and timedelta(0) < ttl <= _LONGEST else None,
        skip_hours=frozenset(hours) if len(hours) < 24 else frozenset(),
        skip_days=frozenset(days) if len(days) < 7 else frozenset(),
        period=_period(head),
        hub=_hub(head),
    )


def _hub(head: str) -> str:
    """Find the hub that pushes a feed (WebSub)."""
    for link in _LINK.findall(head):
        attributes = dict(_ATTRIBUTE.findall(link))
        if attributes.get("rel") == "hub" and attributes.get("href", "").startswith(("http://", "https://")):
            return unescape(attributes["href"])[:_LONGEST_HUB]
    return ""


def _inside(pattern: re.Pattern[str], head: str, item: str) -> list[str]:
    found = pattern.search(head)
    return re.findall(rf">\s*({item})\s*<", found[1]) if found else []


def _period(head: str) -> timedelta | None:
    found = _PERIOD.search(head)
    hours = _PERIODS.get(found[1].lower()) if found else None
    if hours is None:
        return None
    times = int(often[1]) if (often := _FREQUENCY.search(head)) else 1
    return timedelta(hours=hours) / max(1, times)
