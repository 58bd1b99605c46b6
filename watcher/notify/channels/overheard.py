"""Hear what a service answers to Apprise, which itself says only yes or no.

Apprise's plugins ask with `requests`, each call in a copy of its caller's context (`contextvars`). `session.py` puts a
session of ours in the place of that library's own; `overhearing` collects the answers to one call.

In:    a block of code that calls Apprise.
Out:   status, headers and beginning of each answer to it, in order.
Never: more of an answer than tells whether it is a web page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from watcher.notify.channels.answers import begins_page, says_html

FIRST: Final = 1024
"""Bytes of an answer that are kept."""

_heard: ContextVar[list[Answer] | None] = ContextVar("heard", default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    headers: Mapping[str, str]
    """By any case of their names."""
    beginning: bytes

    @property
    def page(self) -> bool:
        """Whether it is a whole web page, as the log-in of a network or of a proxy is."""
        return says_html(self.headers.get("content-type", "")) and begins_page(self.beginning)


@contextmanager
def overhearing() -> Iterator[list[Answer]]:
    """Collect what services answer to calls within, in whatever thread Apprise makes them."""
    answers: list[Answer] = []
    token = _heard.set(answers)
    try:
        yield answers
    finally:
        _heard.reset(token)


def note(answer: Answer) -> None:
    """Keep an answer for whoever is listening."""
    if (answers := _heard.get()) is not None:
        answers.append(answer)
