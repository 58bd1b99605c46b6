"""Recognise pages that a server sends instead of what was asked for.

In:    title and words of a page (or the raw text of what should have been a feed).
Out:   a `Refusal`, or None.
Never: network, other files than the packaged phrases, clock. A long page that merely mentions one of the phrases is
       no refusal.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from watcher.errors import ParseError
from watcher.sources.plain import tidy

_SHORT = 1_500
"""Characters of a page on which a phrase counts wherever it stands."""
_MEANS = {
    "challenge": ("challenge", "a check for robots"),
    "login": ("challenge", "a login page"),
    "consent": ("challenge", "a consent page"),
    "maintenance": ("unreadable", "a maintenance page"),
    "missing": ("unreadable", "a page that says the address does not exist"),
    "script": ("unreadable", "a page that needs a browser with JavaScript"),
}
_TITLE = re.compile(r"<title[^>]*>([^<]{0,300})", re.IGNORECASE)
_TAGS = re.compile(r"<(script|style)\b[^<]*(?:<(?!/\1)[^<]*)*</\1>|<[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What came instead."""

    reason: str
    what: str

    def error(self) -> ParseError:
        return ParseError(f"the server sent {self.what}", reason=self.reason)


@cache
def _phrases() -> dict[str, dict[str, tuple[str, ...]]]:
    table = tomllib.loads(files("watcher").joinpath("data", "refusals.toml").read_text(encoding="utf-8"))
    return {kind: {part: tuple(found) for part, found in parts.items()} for kind, parts in table.items()}


def refusal(title: str, text: str, *, password: bool = False) -> Refusal | None:
    """Say what a page is that came instead of the wanted one; *password* tells that it asks for one."""
    if len(text) > _SHORT:
        return None
    head, body = title.casefold(), text.casefold()
    for kind, parts in _phrases().items():
        titled = any(_stands(phrase, head) for phrase in parts["title"])
        said = any(phrase in body for phrase in parts["text"])
        if (kind == "login" and password) or said or (titled and (kind != "login" or password or len(text) < 300)):
            reason, what = _MEANS[kind]
            return Refusal(reason=reason, what=what)
    return None


def _stands(phrase: str, text: str) -> bool:
    """Find a phrase as whole words; scripts without blanks have no word ends."""
    if not phrase.isascii():
        return phrase in text
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def raw_refusal(text: str) -> Refusal | None:
    """Say what HTML is that came where a feed was expected, without reading it as a page."""
    head = text[:200_000]
    title = found[1] if (found := _TITLE.search(head)) else ""
    words = tidy(_TAGS.sub(" ", head))[: _SHORT + 1]
    return refusal(tidy(title), words if len(words) <= _SHORT else words[:_SHORT], password='type="password"' in head)
