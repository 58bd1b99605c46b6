"""The HTML of an e-mail, from a packaged template with automatic escaping.

In:    a `Message`.
Out:   one HTML document: no scripts, no remote images, nothing live but the links we checked.
Never: the clock, the network; the template is packaged.
"""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from watcher.notify.dialects import unlink
from watcher.notify.message import LineKind, Message, MessageKind

_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("watcher.notify", "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters["still"] = unlink


def html_of(message: Message) -> str:
    """Write the HTML part of a mail."""
    template = _ENVIRONMENT.get_template("message.html")
    return template.render(
        message=message,
        preview=_preview(message),
        is_notice=message.kind is MessageKind.NOTICE,
        is_digest=message.kind is MessageKind.DIGEST,
        Kind=LineKind,
    )


def _preview(message: Message) -> str:
    """What a phone shows beside the subject: the first facts, or the quote."""
    lines = [line for section in message.sections for line in section.lines]
    facts = [line.text for line in lines if line.kind is LineKind.FACT]
    words = facts or [line.text for line in lines if line.kind in {LineKind.QUOTE, LineKind.NOTE}]
    return " · ".join(words[:2])
