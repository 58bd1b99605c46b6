"""Hear what a service answers to Apprise, which itself says only yes or no.

Apprise's plugins ask with `requests`, each call in a copy of its caller's context (`contextvars`). `listen` puts a
session of ours in the place of that library's own, for the whole process – nothing else in it uses the library – and
`overhearing` collects the answers to one call.

In:    a block of code that calls Apprise.
Out:   status, headers and beginning of each answer to it, in order.
Never: more of an answer than the size that any service has reason to send.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import requests
import urllib3

from watcher.notify.channels.answers import begins_page, says_html

MOST: Final = 1 << 20
"""Bytes of an answer that are read; the rest is not asked for."""
_FIRST: Final = 1024

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


def listen() -> None:
    """Hear all that Apprise's plugins are answered, from now on."""
    requests.Session = requests.sessions.Session = _Session  # type: ignore[misc]


class _Session(requests.Session):
    """Notes each answer, and reads no more of it than `MOST`."""

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = super().send(request, **{**options, "stream": True})
        try:
            body = response.raw.read(MOST, decode_content=True)
        except urllib3.exceptions.HTTPError as error:  # as the library's own reading would say it
            raise requests.ConnectionError(error, request=request) from error
        finally:
            response.raw.close()
        response.raw = BytesIO(body)
        if (answers := _heard.get()) is not None:
            answers.append(Answer(response.status_code, response.headers, body[:_FIRST]))
        return response
