"""The session with which Apprise's plugins ask: `requests`' own, which tells what it hears (`overheard.py`).

Loaded with the first service that Apprise is needed for: the library opens a socket (to look for IPv6) as soon as it is
imported.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

import requests
import urllib3

from watcher.notify.channels.overheard import FIRST, Answer, note

MOST: Final = 1 << 20
"""Bytes of an answer that are read; the rest is not asked for."""


def listen() -> None:
    """Hear all that Apprise's plugins are answered, from now on: nothing else in this process uses the library."""
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
        note(Answer(response.status_code, response.headers, body[:FIRST]))
        return response
