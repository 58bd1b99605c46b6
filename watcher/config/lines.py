"""Find the line on which each key of a TOML text stands.

In:    a text that a TOML parser has accepted; on another one the answer is incomplete, never an error.
Out:   a mapping from key paths to line numbers, beginning with 1.
Never: values; this is no second parser, it only knows where things begin and end.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from contextlib import suppress

from watcher.config.wrong import KeyPath

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:[^"\\\n]|\\.)*"|' + r"'[^'\n]*'", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}#\n]*")
_ESCAPE = re.compile(r"""\\(?:u[0-9a-fA-F]{4}|U00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4}|[btnfr"\\])""")


def key_lines(text: str) -> dict[KeyPath, int]:
    """Map each key path (``("source", 2, "every")``) to its line."""
    scanner = _Scanner(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    with suppress(IndexError, RecursionError, UnicodeError):  # not TOML after all: keep what was found
        scanner.document()
    return scanner.lines


def headers(text: str) -> list[tuple[int, KeyPath]]:
    """List the lines on which tables begin, in order, with their paths."""
    scanner = _Scanner(text.replace("\r\n", "\n").removeprefix("\ufeff"))
    with suppress(IndexError, RecursionError, UnicodeError):
        scanner.document()
    return scanner.headers


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """Find the line of a key, or of the nearest block around it."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}
        self.headers: list[tuple[int, KeyPath]] = []

    def document(self) -> None:
        table: KeyPath = ()
        self.blank()
        while self.at < len(self.text):
            before = self.at
            table = self.header() if self.text[self.at] == "[" else self.pair(table)
            self.blank()
            if self.at == before:
                return

    def blank(self) -> None:
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def note(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self.starts, at))

    def header(self) -> KeyPath:
        begin, many = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        names = self.key()
        self.at += 2 if many else 1
        path = self.resolve(tuple(names[:-1]))
        if many:
            self.note((*path, names[-1]), begin)
        path = self.next_item((*path, names[-1])) if many else self.resolve(tuple(names))
        self.note(path, begin)
        self.headers.append((bisect_right(self.starts, begin), path))
        return path

    def next_item(self, path: KeyPath) -> KeyPath:
        self.counts[path] = self.counts.get(path, -1) + 1
        return (*path, self.counts[path])

    def resolve(self, names: tuple[str, ...]) -> KeyPath:
        path: KeyPath = ()
        for name in names:
            path = (*path, name)
            if path in self.counts:
                path = (*path, self.counts[path])
        return path

    def pair(self, table: KeyPath) -> KeyPath:
        begin = self.at
        path = table
        for name in self.key():
            path = (*path, name)
            self.note(path, begin)
        self.at += 1  # the equals sign
        self.value(path)
        return table

    def key(self) -> list[str]:
        names = []
        while (found := _KEY.match(self.text, self.at)) is not None:
            names.append(_unquote(found[1]))
            self.at = found.end()
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        if not names:
            raise IndexError
        return names

    def value(self, path: KeyPath) -> None:
        self.blank()
        self.note(path, self.at)
        opening = self.text[self.at]
        if opening in "[{":
            self.members(path, "]" if opening == "[" else "}")
        else:
            found = (_STRING if opening in "\"'" else _SCALAR).match(self.text, self.at)
            self.at = found.end() if found else len(self.text)

    def members(self, path: KeyPath, closing: str) -> None:
        self.at += 1
        count = 0
        self.blank()
        while self.text[self.at] != closing:
            before = self.at
            if closing == "]":
                self.value((*path, count))
            else:
                self.pair(path)
            count += 1
            self.blank()
            self.at += self.text[self.at] == ","
            self.blank()
            if self.at == before:
                raise IndexError
        self.at += 1


def _unquote(key: str) -> str:
    if key[0] == "'":
        return key[1:-1]
    if key[0] != '"':
        return key
    return _ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), key[1:-1])
