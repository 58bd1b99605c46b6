"""The pages: packaged templates with automatic escaping, no scripts, no address but those that were checked.

In:    the values of `watcher.web.views`.
Out:   HTML as bytes.
Never: a value that goes around the escaping.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.web.views import EventView, Frame, OutboxView, SourceView, TitlesView

FEW_EVENTS: Final = 8
MOST_EVENTS: Final = 100

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("watcher.web", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def home(frame: Frame, events: Sequence[EventView], titles: TitlesView) -> bytes:
    """Write the first page: how all is, what was told last, the titles."""
    return _page("home.html", frame, events=events, titles=titles)


def news(frame: Frame, events: Sequence[EventView]) -> bytes:
    """Write the page of what was told."""
    return _page("news.html", frame, events=events)


def sources(frame: Frame, found: Sequence[SourceView]) -> bytes:
    """Write the page of the sources."""
    return _page("sources.html", frame, sources=found)


def messages(frame: Frame, outbox: OutboxView) -> bytes:
    """Write the page of what waits to be sent, and of the channels."""
    return _page("messages.html", frame, outbox=outbox)


def _page(name: str, frame: Frame, **values: object) -> bytes:
    return _ENVIRONMENT.get_template(name).render(frame=frame, **values).encode()
