"""Read alias data of either format, work by work.

In:    the bytes of a file in pieces.
Out:   the works in it; then what the data says about itself.
Never: network, disk, clock; more than one work held at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from watcher.aliases import bangumi, offline
from watcher.aliases.jsonstream import DataError, JsonText, decoded
from watcher.works import Work

MOST_WORKS = 300_000
_BAD_SHARE = 10
"""At most one record of so many may be unreadable; else the format has changed."""
_HEAD = 30
"""Members of the root object that are kept."""


class DataReader:
    """One pass over one data set; what it is shows while it is read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._text = JsonText(decoded(pieces))
        self._head: dict[str, Any] = {}
        self._services: dict[str, str] = {}
        self.name = ""
        self.works = 0
        self.skipped = 0

    def __iter__(self) -> Iterator[Work]:
        """Yield the works; raise `DataError` where the data is damaged, or no alias data."""
        if self._text.peek() != "{":
            raise DataError("it is not alias data: a JSON object is expected")
        first = self._text.first_line()
        lined = isinstance(first, dict) and not {"items", "data"} & first.keys()
        for record in self._lines() if lined else self._members():
            yield from self._kept(record)
        if not self.works:
            raise DataError("it is not alias data: it has neither the items of bangumi-data nor the data of "
                            "anime-offline-database")  # fmt: skip
        if self.skipped * _BAD_SHARE > self.works:
            raise DataError(f"{self.skipped:,} of its records could not be read: the format is not known")

    @property
    def version(self) -> str:
        return "" if self.name == bangumi.NAME else offline.version_in(self._head)

    @property
    def licence(self) -> str:
        return bangumi.LICENCE if self.name == bangumi.NAME else offline.licence_in(self._head)

    @property
    def attribution(self) -> str:
        return bangumi.ATTRIBUTION if self.name == bangumi.NAME else offline.ATTRIBUTION

    def _members(self) -> Iterator[object]:
        for name, value in self._text.members("items", "data"):
            if name in {"items", "data"}:
                self.name = bangumi.NAME if name == "items" else offline.NAME
                yield value
            elif name == "siteMeta":
                self._services = bangumi.services_in(value)
            elif len(self._head) < _HEAD:
                self._head[name] = value

    def _lines(self) -> Iterator[object]:
        self.name = offline.NAME
        for number, value in enumerate(self._text.lines()):
            if number or not isinstance(value, dict) or "sources" in value:
                yield value
            else:
                self._head = value

    def _kept(self, record: object) -> Iterator[Work]:
        work = bangumi.work_in(record, self._services) if self.name == bangumi.NAME else offline.work_in(record)
        if work is None:
            self.skipped += 1
            if self.skipped > 100 + self.works:
                raise DataError("hardly any of its records can be read: the format is not known")
            return
        self.works += 1
        if self.works > MOST_WORKS:
            raise DataError(f"it lists more than {MOST_WORKS:,} works")
        yield work
