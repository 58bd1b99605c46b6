"""What the words and elements around a part of a page say it is: news, something beside the news, or nothing.

In:    a page's `Runs`.
Out:   weights: above 1 for news, below for menus, rankings, schedules.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from watcher.sources.dom import Element, words_of
from watcher.sources.fastmarkup import HEADINGS
from watcher.sources.groups import Group
from watcher.sources.pagedates import narrow
from watcher.sources.pagewords import words
from watcher.sources.runs import Runs

_ASIDE = frozenset({"nav", "aside", "footer", "header", "menu"})
_TITLING = frozenset(HEADINGS) | {"caption", "legend"}
_REACH = 12
"""Runs before a group among which its heading is looked for."""


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """Weighs the groups of one page; what stands around several is weighed once."""

    line: Runs
    _near: dict[Element, tuple[bool, float]] = field(default_factory=dict)
    _paths: dict[Element, tuple[str, ...]] = field(default_factory=dict)
    _above: dict[int, float] = field(default_factory=dict)

    def hint(self, group: Group) -> float:
        """Weigh what stands around a group."""
        aside, kind = self._around(group.node)
        start = group.stretches[0].start
        if start not in self._above:
            self._above[start] = _kind_of_text(self._heading_above(start))
        return (0.25 if aside else 1.0) * (kind or 1.0) * self._above[start]

    def path(self, node: Element) -> tuple[str, ...]:
        """Give the tags around an element, inside out."""
        found = self._paths.get(node)
        if found is None:
            parent = node.getparent()
            found = self._paths[node] = (node.tag, *(self.path(parent) if parent is not None else ()))
        return found

    def _around(self, node: Element) -> tuple[bool, float]:
        """Say whether an element stands aside, and what the nearest name around it says (0: nothing)."""
        found = self._near.get(node)
        if found is None:
            parent = node.getparent()
            aside, outer = self._around(parent) if parent is not None else (False, 0.0)
            own = _kind_of_words(words_of(node)) if node.tag not in {"body", "html"} else 0.0
            found = self._near[node] = (aside or node.tag in _ASIDE, own or outer)
        return found

    def _heading_above(self, start: int) -> str:
        """Give the last heading before a group."""
        for number in range(start - 1, max(-1, start - _REACH), -1):
            node = self.line.runs[number].node
            for _ in range(3):
                if node is not None and node.tag in _TITLING:
                    return self.line.text(number, number + 1)
                node = node.getparent() if node is not None else None
        return ""


@lru_cache(maxsize=1024)
def _kind_of_words(found: tuple[str, ...]) -> float:
    names = set(found)
    news = not names.isdisjoint(words("lists", "news"))
    other = not names.isdisjoint(words("lists", "other"))
    return 0.0 if not news and not other else 1.0 if news and other else 1.6 if news else 0.25


@lru_cache(maxsize=1024)
def _kind_of_text(text: str) -> float:
    plain = narrow(text).strip(" ・:：■●◆|-").casefold()
    if not plain or len(plain) > 40:
        return 1.0
    if plain in words("lists", "other") or any(
        word in plain for word in words("lists", "other") if len(word) > 3 and not word.isascii()
    ):
        return 0.2
    parts = set(re.findall(r"[^\W\d_]+", plain))
    if not parts.isdisjoint(words("lists", "other")) and parts.isdisjoint(words("lists", "news")):
        return 0.3
    is_news = not parts.isdisjoint(words("lists", "news")) or any(
        word in plain for word in words("lists", "news") if not word.isascii()
    )
    return 1.5 if is_news else 1.0
