"""From a file to tables: reading, decoding and parsing TOML.

In:    a path.
Out:   a `Document`, or `ConfigError` with file and line.
Never: more than 4 MiB, another format, an include.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from watcher.config.files import read_plain
from watcher.config.lines import key_lines, line_of
from watcher.config.wrong import KeyPath, WrongError
from watcher.errors import ConfigError, Problem

MAX_BYTES = 4 * 1024 * 1024


@dataclass(slots=True, kw_only=True)
class Document:
    """A configuration file, parsed but not yet judged."""

    file: str
    """As the user named it."""
    path: Path | None
    text: str
    data: dict[str, Any]
    status: os.stat_result | None = None
    """Of the file that was read; None for a text in memory."""
    linked: bool = False
    """The path is a symbolic link."""
    _lines: dict[KeyPath, int] | None = field(default=None, repr=False)

    def line_of(self, path: KeyPath) -> int | None:
        """Find the line of a key; the text is only scanned when somebody asks."""
        if self._lines is None:
            self._lines = key_lines(self.text)
        return line_of(self._lines, path)


def read_document(path: Path, *, name: str | None = None) -> Document:
    """Read and parse a file, or raise `ConfigError`."""
    label = name or str(path)
    raw, status = _read(path, label)
    document = parse_document(decode(raw, label), file=label)
    document.path, document.status, document.linked = path, status, path.is_symlink()
    return document


def parse_document(text: str, *, file: str = "config.toml") -> Document:
    """Parse a text, or raise `ConfigError` with the line."""
    try:
        return Document(file=file, path=None, text=text, data=tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax_problem(str(error), text, file)]) from None
    except RecursionError:
        raise _refused(file, "nests tables too deeply to be a configuration") from None


def _read(path: Path, label: str) -> tuple[bytes, os.stat_result]:
    try:
        raw, status = read_plain(path, limit=MAX_BYTES + 1)
    except FileNotFoundError:
        raise _refused(label, "there is no such file", "`watcher init` writes a first one") from None
    except WrongError as wrong:
        raise _refused(label, wrong.message, wrong.hint) from None
    except (OSError, ValueError) as error:
        raise _refused(label, f"cannot be read: {getattr(error, 'strerror', 'not a path')}") from None
    if len(raw) > MAX_BYTES:
        raise _refused(label, f"is larger than {MAX_BYTES // 1024**2} MiB, too large for a configuration")
    return raw, status


def decode(raw: bytes, label: str) -> str:
    """Decode UTF-8 with or without a byte order mark, or raise `ConfigError` with the line."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _refused(label, "is not UTF-8 text", "save it in the encoding UTF-8", line) from None


def _syntax_problem(message: str, text: str, file: str) -> Problem:
    where = re.search(r"\(at (?:line (\d+), column \d+|end of document)\)$", message)
    plain = message[: where.start()].strip() if where else message
    line = int(where[1]) if where and where[1] else text.rstrip().count("\n") + 1
    guilty = text.split("\n")[line - 1 : line]
    return Problem(
        file=file, path="", message=f"not TOML: {plain}", hint=_syntax_hint(plain, "".join(guilty)), line=line
    )


def _syntax_hint(message: str, line: str) -> str:
    if re.match(r"\s*[\w-]+\s*:", line):
        return "write key = value, not key: value"
    if re.search(r"=\s*(True|False|yes|no|on|off)\b", line):
        return "write true or false, in lower case"
    if "overwrite" in message or "twice" in message:
        return "a key or table stands once; further titles, sources and channels begin with [[…]]"
    if "Invalid value" in message or "after a statement" in message:
        return 'text stands in quotes: "…"'
    if "Unescaped" in message:
        return "write \\\\ for a backslash, or use '…' quotes"
    return ""


def _refused(file: str, message: str, hint: str = "", line: int | None = None) -> ConfigError:
    return ConfigError([Problem(file=file, path="", message=message, hint=hint, line=line)])
