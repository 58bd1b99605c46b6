"""The text of an entry as its feed wrote it: its words are known at once, its blocks when somebody asks for them.

In:    ordinary markup, and the address it stands at.
Out:   `Markup`, which is the entry's blocks to everybody else.
Never: network, disk, clock; never raises. What is not ordinary (`watcher.sources.fastmarkup`) is laid out at once, by
       lxml and so in a worker; what waits here needs no more than a regular expression and a stack.

Nearly all entries name no watched title, and nobody ever asks for their blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Self, overload

from watcher.model import Block, Blocks
from watcher.sources.fastmarkup import ordinary_words

_LETTER = re.compile(r"\w")


class Markup(Blocks):
    """Ordinary markup with words in it. A value: equal to blocks that are equal to its own."""

    def __init__(self, text: str, base: str, words: str | None = None) -> None:
        self.text = text
        self.base = base
        self._words = words

    @classmethod
    def of(cls, text: str, base: str) -> Self | None:
        """Take *text*; None where it is not ordinary, or has no letter to read."""
        words = ordinary_words(text)
        return cls(text, base, words) if words and _LETTER.search(words) else None

    @property
    def words(self) -> str:
        if self._words is None:  # it comes from the store
            found = ordinary_words(self.text)
            self._words = "\n".join([block.text for block in self]) if found is None else found
        return self._words

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        from watcher.sources.quickblocks import quick_blocks  # noqa: PLC0415 - most looks lay nothing out

        if (found := quick_blocks(self.text, self.base)) is not None:
            return found
        from watcher.sources.blocks import blocks_of_markup  # noqa: PLC0415 - loads lxml; an older version wrote this text

        return blocks_of_markup(self.text, self.base)

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    def __bool__(self) -> bool:
        return True  # there are words

    @overload
    def __getitem__(self, place: int) -> Block: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Block, ...]: ...
    def __getitem__(self, place: int | slice) -> Block | tuple[Block, ...]:
        return self._blocks[place]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Markup) and (self.text, self.base) == (other.text, other.base):
            return True
        return tuple(other) == self._blocks if isinstance(other, tuple | Blocks) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._blocks)

    def __repr__(self) -> str:
        return f"Markup({self.text!r}, {self.base!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Markup, (self.text, self.base, self._words)
