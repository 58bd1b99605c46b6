"""What the answers of receivers mean, whoever asks them.

In:    status, headers and beginning of an answer.
Out:   whether it is a web page in the receiver's place; how long it asks to wait.
Never: network.
"""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, datetime, timedelta
from typing import Final

LATER: Final = frozenset({408, 425, 429, 502, 503, 504})
"""Status codes (RFC 9110, RFC 6585, RFC 8470) that a service gives when it would take the message another time."""

_PAGE: Final = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head)\b", re.IGNORECASE | re.DOTALL)


def says_html(content_type: str) -> bool:
    """Say whether a Content-Type header names HTML."""
    return content_type.casefold().startswith("text/html")


def begins_page(beginning: bytes) -> bool:
    """Say whether a whole web page begins here; a word of HTML, as scripts answer, is none."""
    return bool(_PAGE.match(beginning))


def retry_after(value: str, *, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds, or a date (RFC 9110 §10.2.3)."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 30 * 86_400))
    try:
        at = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(at.replace(tzinfo=at.tzinfo or UTC) - now, timedelta(0))
