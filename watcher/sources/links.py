"""Links as a person can follow them.

In:    a link as a page or feed wrote it, the address it stands at.
Out:   the whole address, or None.
Never: network, disk, clock; never raises.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

_WHOLE = re.compile(r"https?://[a-z0-9.-]*[a-z0-9](?:/[A-Za-z0-9_.~%/+,-]*(?:\?[A-Za-z0-9_.~%/+,&=-]+)?)?")
"""An address that is absolute and needs nothing done to it."""
_ROOTED = re.compile(r"/(?![/.])(?:[A-Za-z0-9_.~%+,-]|/(?!\.))*(?:\?[A-Za-z0-9_.~%/+,&=-]+)?")
"""A path from the root of a site that needs nothing done to it."""


def absolute(href: str, base: str) -> str | None:
    """Give a link a person can follow: absolute, http(s), without credentials; None for anything else."""
    if len(href) <= 4096 and _WHOLE.fullmatch(href):
        return href
    if len(href) <= 4096 and _ROOTED.fullmatch(href) and (home := _resolved("/", base)) is not None:
        return home[:-1] + href
    return _resolved(href, base)


@lru_cache(maxsize=1024)
def _resolved(href: str, base: str) -> str | None:
    href = "".join(href.split()) if "\n" in href or "\t" in href else href.strip()
    if not href or len(href) > 4096 or href.startswith("#"):
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    return parts._replace(netloc=f"{host}:{port}" if port else host).geturl().replace(" ", "%20")
