"""Compare names: of services, of people, of titles.

In:    names as printed.
Out:   keys that are equal where the names mean the same, as far as letters tell.
Never: dictionaries; 木村 and Kimura are told apart by their scripts only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NO_LETTER = re.compile(r"[\W_]+")
_PLUS = re.compile(r"\s*(?:\+|＋|\bplus\b)", re.IGNORECASE)


def fold(name: str) -> str:
    """Fold width, case, accents, spaces and punctuation away."""
    wide = unicodedata.normalize("NFKD", name).casefold()
    bare = "".join(char for char in wide if unicodedata.category(char) != "Mn" or char in "\u3099\u309a")
    return _NO_LETTER.sub("", unicodedata.normalize("NFC", bare))


def platform_key(name: str | None) -> str:
    """Return the key of a service; the empty one for "a service, not named"."""
    return fold(_PLUS.sub("plus", name)) if name else ""


def is_latin(name: str) -> bool:
    """Say whether a name is written in Latin letters."""
    return all(ord(char) < 0x250 for char in fold(name))


def person_key(name: str) -> str:
    """Return the key of a person; the order of a Latin name's words does not matter."""
    if not is_latin(name):
        return fold(name)
    return "".join(sorted(fold(word) for word in name.split()))


def unknown_names(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Return those of *names* that are not among *known* ones."""
    keys = {person_key(name) for name in known}
    return tuple(name for name in names if person_key(name) not in keys)


def belongs_to(platform: str | None, hosts: Iterable[str]) -> bool:
    """Say whether a service is the one that stands behind an official host (Netflix and netflix.com)."""
    key = platform_key(platform)
    labels = {fold(label) for host in hosts for label in host.split(".")[:-1]}
    return len(key) > 2 and key in labels
