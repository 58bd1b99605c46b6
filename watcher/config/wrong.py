"""What is wrong with a value, gathered until everything has been looked at.

In:    key paths and messages.
Out:   `Findings`: errors and warnings as `Problem`s with file, path and line.
Never: showing a value that may be secret; messages name keys, kinds of values and accepted forms.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from watcher.errors import Problem

KeyPath = tuple[str | int, ...]


class WrongError(ValueError):
    """A value cannot be used; *hint* says what to write instead."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class AbsentError(WrongError):
    """A secret that only the service is given is not at hand here."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Find the name that was probably meant, or None."""
    by_plain = {_plain(name): name for name in names}
    found = difflib.get_close_matches(_plain(word), list(by_plain), n=1, cutoff=0.6)
    return by_plain[found[0]] if found else None


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "").replace(" ", "")


def one_of(names: Collection[str], word: str = "") -> str:
    """Write the hint for a choice: the nearest name where there is one, else all of them."""
    if word and (meant := nearest(word, names)) is not None:
        return f'did you mean "{meant}"?'
    return "one of " + ", ".join(names)


def dotted(path: KeyPath) -> str:
    """Print a key path: ``source[2].every``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


@dataclass(slots=True, kw_only=True)
class Findings:
    """Collects every problem of one file."""

    file: str
    line_of: Callable[[KeyPath], int | None]
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    absent: list[Problem] = field(default_factory=list)
    """Secrets that are not at hand: an error for who needs them."""

    def wrong(self, path: KeyPath, wrong: WrongError) -> None:
        """Note what a reader refused."""
        kept = self.absent if isinstance(wrong, AbsentError) else self.errors
        kept.append(self._problem(path, wrong.message, wrong.hint))

    def error(self, path: KeyPath, message: str, hint: str = "") -> None:
        self.errors.append(self._problem(path, message, hint))

    def warn(self, path: KeyPath, message: str, hint: str = "") -> None:
        self.warnings.append(self._problem(path, message, hint))

    def _problem(self, path: KeyPath, message: str, hint: str) -> Problem:
        return Problem(file=self.file, path=dotted(path), message=message, hint=hint, line=self.line_of(path))
