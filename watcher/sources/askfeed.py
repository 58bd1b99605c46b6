"""What kind ``feed`` asks for. Apart from `feed`, so that a look which finds nothing new loads no parser.

In:    a source and its state.
Out:   `Request`.
Never: network, disk, clock.
"""

from __future__ import annotations

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import FEED_ACCEPT, Request
from watcher.memory import SourceState


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask for the feed, if it changed."""
    return Request(
        url=source.url,
        accept=FEED_ACCEPT,
        headers=tuple((name, value) for name, value in source.headers),
        validators=state.validators,
    )
