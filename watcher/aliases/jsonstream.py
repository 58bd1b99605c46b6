"""Read large JSON piece by piece: an object with one long list, or one object a line.

In:    pieces of text.
Out:   the values in them, one after the other; `DataError` where a piece is no JSON, or too large.
Never: more than one value, and the piece it stands in, held at once.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from typing import Any

from watcher.errors import WatcherError

LARGEST = 1024 * 1024
"""Characters of one value; the largest real one has a few thousand."""
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


class DataError(WatcherError):
    """Alias data cannot be used; what was imported before stays."""


def decoded(pieces: Iterable[bytes]) -> Iterator[str]:
    """Decode UTF-8, with or without a byte order mark."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        for piece in pieces:
            if text := decoder.decode(piece):
                yield text
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise DataError(f"it is not UTF-8 text ({error.reason} at byte {error.start} of a piece)") from None


class JsonText:
    """A text that is read value by value."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._at = 0
        self._before = 0
        """How many characters were let go."""

    def peek(self) -> str:
        """Pass over blanks; give the next character, or nothing at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str) -> str:
        """Pass over one of the characters *wanted*."""
        found = self.peek()
        if not found or found not in wanted:
            raise self._wrong(f"{' or '.join(wanted)} expected, found {found or 'the end of the file'}")
        self._at += 1
        return found

    def value(self) -> Any:
        """Read one whole value."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._wrong("values are nested too deeply") from None
            except ValueError as error:
                self._grow(str(error).partition(":")[0])
                continue
            if end < len(self._text) or not self._more():
                break
        self._at = end
        return value

    def members(self, *lists: str) -> Iterator[tuple[str, Any]]:
        """Read an object; the elements of each member named in *lists* come one by one under its name."""
        self.take("{")
        while self.peek() != "}":
            name = self.value()
            self.take(":")
            if name in lists and self.peek() == "[":
                yield from ((name, one) for one in self._elements())
            else:
                yield str(name), self.value()
            if self.peek() != "}":
                self.take(",")
        self.take("}")
        if extra := self.peek():
            raise self._wrong(f"the data ends, and {extra} follows")

    def lines(self) -> Iterator[Any]:
        """Read one value after the other."""
        while self.peek():
            yield self.value()

    def first_line(self) -> Any:
        """Look at the value on the first line without passing over it; None where it does not end there."""
        self.peek()
        while "\n" not in self._text and len(self._text) < LARGEST and self._more():
            pass
        line, end, _ = self._text[self._at :].partition("\n")
        try:
            return json.loads(line) if end else None
        except (ValueError, RecursionError):
            return None

    def _elements(self) -> Iterator[Any]:
        self.take("[")
        while self.peek() != "]":
            yield self.value()
            if self.peek() != "]":
                self.take(",")
        self.take("]")

    def _more(self) -> bool:
        piece = next(self._pieces, "")
        if piece:
            self._before += self._at
            self._text, self._at = self._text[self._at :] + piece, 0
        return bool(piece)

    def _grow(self, why: str) -> None:
        """Read on where a value may be incomplete."""
        if len(self._text) - self._at > LARGEST:
            raise self._wrong(f"a value is larger than {LARGEST:,} characters, or is no JSON ({why})")
        if not self._more():
            raise self._wrong(f"the file ends in the middle of a value, or is no JSON ({why})")

    def _wrong(self, what: str) -> DataError:
        return DataError(f"at character {self._before + self._at:,}: {what}")
