"""Change a configuration file for the user: comments, order and formatting of all else stay as they are.

In:    the text of a valid file and one change.
Out:   the new text, which says exactly what the old one said plus the change; or `ConfigError`.
Never: a half-written file: it is replaced in one step, and its mode stays.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from watcher.config.lines import headers
from watcher.config.text import decode
from watcher.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTitle:
    """A ``[[title]]`` block to be written."""

    name: str
    season: int | None
    since: date
    id: str | None = None
    aliases: tuple[str, ...] = ()
    official: tuple[str, ...] = ()
    ids: Mapping[str, int | str] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    seasons: int = 0
    streams: tuple[str, ...] = ()

    def table(self) -> dict[str, Any]:
        """Give the block's keys in the order in which they are written."""
        season = "any" if self.season is None else self.season
        keys: dict[str, Any] = {"id": self.id, "name": self.name, "season": season, "aliases": list(self.aliases)}
        keys |= {"official": list(self.official), "ids": dict(self.ids), "also": list(self.also)}
        keys |= {"seasons": self.seasons or None, "streams": list(self.streams), "since": self.since}
        return {key: value for key, value in keys.items() if value not in (None, [], {})}


def add_title(text: str, title: NewTitle, *, file: str = "config.toml") -> str:
    """Write a block behind the last title, or at the end of the file."""
    return _added(text, "title", title.table(), file)


def add_source(text: str, table: Mapping[str, Any], *, file: str = "config.toml") -> str:
    """Write a ``[[source]]`` block behind the last one, or at the end of the file."""
    return _added(text, "source", table, file)


def add_packs(text: str, packs: Sequence[str], *, file: str = "config.toml") -> str:
    """Make ``[watcher] packs`` name these packs; those that it names already stay where they are."""
    wanted = _data(text)
    table = wanted.setdefault("watcher", {})
    fresh = [pack for pack in packs if pack not in table.get("packs", [])]
    table["packs"] = [*table.get("packs", []), *fresh]
    document = tomlkit.parse(text.removeprefix("\ufeff"))
    written = document.setdefault("watcher", tomlkit.table())
    if "packs" in written:
        for pack in fresh:
            written["packs"].append(pack)
    else:
        written["packs"] = fresh
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return _checked(mark + tomlkit.dumps(document), wanted, file)


def _added(text: str, name: str, table: Mapping[str, Any], file: str) -> str:
    lines = _split(text)
    spans = _spans(text, lines, name)
    at = spans[-1][1] if spans else len(lines)
    block = [f"{line}\n" for line in _rendered(name, table)]
    before = ["\n"] if at and lines[at - 1].strip() else []
    after = ["\n"] if at < len(lines) and lines[at].strip() else []
    if at and not lines[at - 1].endswith("\n"):
        lines[at - 1] += "\n"
    wanted = _data(text)
    wanted.setdefault(name, []).append(dict(table))
    return _checked(_joined([*lines[:at], *before, *block, *after, *lines[at:]], text), wanted, file)


def remove_title(text: str, index: int, *, file: str = "config.toml") -> str:
    """Take the block of the title with this position out."""
    return _removed(text, "title", index, file)


def remove_source(text: str, index: int, *, file: str = "config.toml") -> str:
    """Take the block of the source with this position out."""
    return _removed(text, "source", index, file)


def _removed(text: str, name: str, index: int, file: str) -> str:
    lines = _split(text)
    wanted = _data(text)
    del wanted[name][index]
    if not wanted[name]:
        del wanted[name]
    spans = _spans(text, lines, name)
    if index >= len(spans):
        raise _refused(file)
    begin, end = spans[index]
    while end < len(lines) and not lines[end].strip():
        end += 1
    while end == len(lines) and begin and not lines[begin - 1].strip():
        begin -= 1
    return _checked(_joined([*lines[:begin], *lines[end:]], text), wanted, file)


def _rendered(name: str, table: Mapping[str, Any]) -> list[str]:
    lines = [f"[[{name}]]"]
    for key, value in table.items():
        if isinstance(value, dict):
            inner = ", ".join(f"{tomlkit.key(word).as_string()} = {_written(item)}" for word, item in value.items())
            lines.append(f"{key} = {{ {inner} }}")
        else:
            lines.append(f"{key} = {_written(value)}")
    return lines


def _written(value: Any) -> str:
    text: str = tomlkit.item(value).as_string()
    return text


def _split(text: str) -> list[str]:
    return [line for line in re.split(r"(?<=\n)", text.replace("\r\n", "\n")) if line]


def _joined(lines: list[str], old: str) -> str:
    text = "".join(lines)
    return text.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in old else text


def _spans(text: str, lines: list[str], name: str) -> list[tuple[int, int]]:
    """List where each ``[[name]]`` begins and ends; comments that lead the next block are not part of it."""
    tables = headers(text)
    spans = []
    for (line, path), following in zip(tables, [*tables[1:], None], strict=False):
        if path[0] != name:
            continue
        end = _trimmed(lines, line, following[0] - 1 if following else len(lines))
        if len(path) == 2:
            spans.append((line - 1, end))
        elif spans:
            spans[-1] = (spans[-1][0], end)
    return spans


def _trimmed(lines: list[str], begin: int, end: int) -> int:
    """Move *end* up over blank lines, and over comments that lead the next block or stand apart."""
    end = _above_comments(lines, begin, end) if end < len(lines) else end
    while True:
        while end > begin and not lines[end - 1].strip():
            end -= 1
        top = _above_comments(lines, begin, end)
        if top in {end, begin} or lines[top - 1].strip():
            return end
        end = top


def _above_comments(lines: list[str], begin: int, end: int) -> int:
    while end > begin and lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _data(text: str) -> dict[str, Any]:
    return deepcopy(tomllib.loads(text.removeprefix("\ufeff")))


def _checked(text: str, wanted: dict[str, Any], file: str) -> str:
    """Return *text* if it says what is *wanted*, and nothing else."""
    try:
        if _data(text) == wanted:
            return text
    except tomllib.TOMLDecodeError:
        pass
    raise _refused(file)


def _refused(file: str) -> ConfigError:
    message = "is written in a form that cannot be changed by command"
    return ConfigError(
        [Problem(file=file, path="title", message=message, hint="edit it by hand, with [[title]] blocks")]
    )


def read_text(path: Path) -> str:
    """Read a file for editing: line ends and byte order mark are kept."""
    raw = path.read_bytes()
    text = decode(raw, str(path))
    return f"\ufeff{text}" if raw.startswith(b"\xef\xbb\xbf") else text


def save(path: Path, text: str, *, before: str | None) -> None:
    """Replace the file in one step. *before* is what it held when it was read; None makes a new, private one."""
    target = path.resolve()
    status = target.stat() if before is not None else None
    if status is None:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            _like(file.fileno(), status)
            os.fsync(file.fileno())
        _put(fresh, target, before)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(target.parent)


def _like(handle: int, status: os.stat_result | None) -> None:
    if status is None:
        return
    if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(handle, status.st_uid, status.st_gid)
    os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _put(fresh: Path, target: Path, before: str | None) -> None:
    if before is None:
        os.link(fresh, target)  # fails where a file came into being meanwhile; a rename would replace it
        return
    if read_text(target) != before:
        message = "was changed by somebody else meanwhile"
        raise ConfigError([Problem(file=str(target), path="", message=message, hint="try again")])
    fresh.replace(target)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
