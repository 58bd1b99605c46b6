"""What kind ``page`` asks for. Apart from `page`, so that a look which finds nothing new loads no parser.

In:    a source and its state.
Out:   `Request`.
Never: network, disk, clock.
"""

from __future__ import annotations

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import PAGE_ACCEPT, Request
from watcher.memory import SourceState


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the page as a browser without cookies would."""
    return Request(
        url=source.url,
        accept=PAGE_ACCEPT,
        headers=tuple((name, value) for name, value in source.headers),
        validators=state.validators,
        robots=source.robots,
    )
