"""Read the time of day behind a date: 25時30分, 深夜1時, 24:30, at 11:30 p.m.

In:    folded text behind a date.
Out:   the slot as printed, in hours that may pass 24, and where it ends.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from watcher.read.dates.numbers import number

_LEAD = (
    r"[ 、,]{0,2}(?:[(\[][^()\[\]]{1,8}[)\]])?(?:より|から|の|に|、)?[ ]?(?:毎週)?[ ]?(?:[月火水木金土日]曜日?)?の?[ ]?"
)
_NUMBER = r"\d{1,2}|[〇零一二三四五六七八九十]{1,3}"
_JA = re.compile(
    _LEAD
    + rf"(?P<part>深夜|午前|午後|夜|夕方|よる|ごご|ごぜん|あさ|ひる|昼|朝)?[ ]?(?P<hour>{_NUMBER})"
    + rf"(?:時(?:(?P<minute>{_NUMBER})分|(?P<half>半))?|:(?P<min>\d\d))"
)
_LATIN = re.compile(
    r"[ ,]{0,2}(?:(?:at|@|um|à|a|às|a las|alle|alle ore|ore) )?(?P<hour>\d{1,2})[:h](?P<min>\d\d)(?! ?[ap]\.?m)"
)


class Slot(NamedTuple):
    """A broadcast time as printed."""

    text: str
    end: int

    @property
    def hours(self) -> int:
        return int(self.text.split(":", 1)[0])


def slot_behind(text: str, position: int, *, language: str) -> Slot | None:
    """Return the time printed right behind *position*."""
    found = (_JA if language == "ja" else _LATIN).match(text, position)
    if found is None:
        return None
    groups = found.groupdict()
    minute = 30 if groups.get("half") else number(groups.get("minute") or groups.get("min") or "0") or 0
    hour = _hour(number(groups["hour"]) or 0, groups.get("part") or "")
    return Slot(f"{hour:02}:{minute:02}", found.end()) if hour < 30 and minute < 60 else None


def _hour(hour: int, part: str) -> int:
    """Count past midnight where the text says late night, and afternoons in 24 hours."""
    if part == "深夜" and hour <= 5:
        return hour + 24
    if part in {"午後", "ごご", "夜", "よる", "夕方"} and hour < 12:
        return hour + 12
    return hour
