"""Words that give away a casino where a show's site was. Apart from `sitemarks`, which loads what reads pages.

In:    a text, or the entries of any source.
Out:   the words that stand there.
Never: network, disk beyond the packaged words, clock.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from watcher.memory import SiteMarks
from watcher.model import Entry

_POSTS, _OF_EACH = 100, 500


def entry_marks(entries: Sequence[Entry]) -> SiteMarks:
    """Read what the posts of any source give away: only their words."""
    text = " ".join(f"{entry.title} {entry.body[:_OF_EACH]}" for entry in entries[:_POSTS])
    return SiteMarks(strong=words_in("strong", text), weak=words_in("weak", text))


def words_in(kind: str, text: str) -> tuple[str, ...]:
    """List the words of a *kind*, ``strong`` or ``weak``, that stand in a text."""
    lowered = text.casefold()
    return tuple(word for word, pattern in _patterns()[kind] if word in lowered and pattern.search(lowered))


@cache
def _patterns() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    table = tomllib.loads(files("watcher").joinpath("data", "hijack.toml").read_text(encoding="utf-8"))
    return {kind: [(word, _pattern(word)) for word in words] for kind, words in table.items()}


def _pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)" if word.isascii() else re.escape(word))
