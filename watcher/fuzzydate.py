"""A date known to some precision.

In:    years, months, days, names of seasons.
Out:   `FuzzyDate` values, comparable as spans.
Never: the clock, a locale, a time zone database.

Seasons are broadcast cours, as anime and its catalogues count them: winter is January to March, spring April
to June, summer July to September, fall October to December.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

_SEASONS = ("winter", "spring", "summer", "fall")
_EDTF_SEASON = {"21": "spring", "22": "summer", "23": "fall", "24": "winter"}
_TEXT = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<season>winter|spring|summer|fall)|Q(?P<quarter>[1-4])|H(?P<half>[12])"
    r"|(?P<month>\d{2})(?:-(?P<day>\d{2}))?))?"
)


class Precision(StrEnum):
    """How much of a date is known, finest first."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzyDate:
    """A span of days that a text names as one date.

    `earliest` and `latest` are both inside the span. `slot` is a broadcast time of day as printed, in hours that
    may pass 24 (``"25:30"``), `zone` the IANA zone it is meant in. For a late-night slot the span holds the
    *printed* broadcast day; `calendar_day` has the real one.
    """

    earliest: date
    latest: date
    precision: Precision
    slot: str | None = None
    zone: str | None = None

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError(f"a date cannot end before it begins: {self.earliest}..{self.latest}")

    @classmethod
    def day(cls, year: int, month: int, day: int, *, slot: str | None = None, zone: str | None = None) -> Self:
        """Build a full date; raise ValueError where the calendar has no such day."""
        known = date(year, month, day)
        return cls(earliest=known, latest=known, precision=Precision.DAY, slot=slot, zone=zone)

    @classmethod
    def month(cls, year: int, month: int) -> Self:
        return cls._months(year, month, 1, Precision.MONTH)

    @classmethod
    def season(cls, year: int, name: str) -> Self:
        """Build a broadcast season; *name* is ``winter``, ``spring``, ``summer`` or ``fall``."""
        return cls._months(year, 3 * _SEASONS.index(name) + 1, 3, Precision.SEASON)

    @classmethod
    def quarter(cls, year: int, number: int) -> Self:
        return cls._months(year, 3 * number - 2, 3, Precision.QUARTER)

    @classmethod
    def half(cls, year: int, number: int) -> Self:
        return cls._months(year, 6 * number - 5, 6, Precision.HALF)

    @classmethod
    def year(cls, year: int) -> Self:
        return cls._months(year, 1, 12, Precision.YEAR)

    @classmethod
    def fiscal_year(cls, year: int) -> Self:
        """Build a Japanese fiscal year (年度): April to the next March. It prints as its first year."""
        return cls(earliest=date(year, 4, 1), latest=date(year + 1, 3, 31), precision=Precision.YEAR)

    @classmethod
    def _months(cls, year: int, first: int, count: int, precision: Precision) -> Self:
        last = first + count - 1
        return cls(
            earliest=date(year, first, 1), latest=date(year, last, monthrange(year, last)[1]), precision=precision
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` prints (``2026``, ``2026-fall``, ``2026-Q4``, ``2026-H1``, ``2026-10``, ``2026-10-04``).

        Also reads EDTF year-seasons (``2026-23``, ISO 8601-2 §4.8). Raises ValueError.
        """
        if (found := re.fullmatch(r"(\d{4})-(2[1-4])", text)) is not None:
            return cls.season(int(found[1]), _EDTF_SEASON[found[2]])
        if (found := _TEXT.fullmatch(text)) is None:
            raise ValueError(f"not a date: {text!r}")
        year = int(found["year"])
        if found["season"]:
            return cls.season(year, found["season"])
        if found["quarter"]:
            return cls.quarter(year, int(found["quarter"]))
        if found["half"]:
            return cls.half(year, int(found["half"]))
        if found["day"]:
            return cls.day(year, int(found["month"]), int(found["day"]))
        return cls.month(year, int(found["month"])) if found["month"] else cls.year(year)

    def __str__(self) -> str:
        first = self.earliest
        match self.precision:
            case Precision.DAY:
                return f"{first:%Y-%m-%d}"
            case Precision.MONTH:
                return f"{first:%Y-%m}"
            case Precision.SEASON:
                return f"{first.year:04}-{_SEASONS[(first.month - 1) // 3]}"
            case Precision.QUARTER:
                return f"{first.year:04}-Q{(first.month + 2) // 3}"
            case Precision.HALF:
                return f"{first.year:04}-H{1 if first.month < 7 else 2}"
            case Precision.YEAR:
                return f"{first.year:04}"

    def coarse(self) -> str:
        """Print as the labelled corpus does: a quarter or a half prints as its year."""
        if self.precision in {Precision.QUARTER, Precision.HALF}:
            return f"{self.earliest.year:04}"
        return str(self)

    @property
    def is_day(self) -> bool:
        return self.precision is Precision.DAY

    @property
    def calendar_day(self) -> date:
        """The real day on which a late-night slot begins: 25:30 is 01:30 of the next day."""
        hours = int(self.slot.split(":", 1)[0]) if self.slot else 0
        return self.earliest + timedelta(days=hours // 24)

    def contains(self, other: FuzzyDate) -> bool:
        """Say whether every day of *other* lies in this span."""
        return self.earliest <= other.earliest and other.latest <= self.latest

    def overlaps(self, other: FuzzyDate) -> bool:
        return self.earliest <= other.latest and other.earliest <= self.latest
