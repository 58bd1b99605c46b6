"""The user's own trust: ``[publishers]``, a domain or path prefix and its tier.

In:    the raw table.
Out:   pairs for the publisher list.
Never: what the shipped list says; that is `watcher.judge.trust`.
"""

from __future__ import annotations

import re

from watcher.config.blocks import read_block
from watcher.config.door import TrustBlock
from watcher.config.values import host
from watcher.config.wrong import Findings, WrongError
from watcher.model import Tier

_ACCOUNT = re.compile(r"(?:youtube|prtimes|bluesky|x):[^\s/]+")
"""An account on a shared platform: ``youtube:UC…``, ``prtimes:1234``, ``bluesky:did:plc:…``, ``x:name``."""


def build_publishers(table: object, findings: Findings) -> tuple[tuple[str, Tier], ...]:
    """Judge the table; broken lines are left out, their problems noted."""
    block = read_block(TrustBlock, {"publishers": table}, (), findings, vital={"publishers"})
    pairs = []
    for name, tier in (block.publishers if block else {}).items():
        domain, slash, rest = name.partition("/")
        if _ACCOUNT.fullmatch(name):
            pairs.append((name, tier))
            continue
        try:
            pairs.append((host(domain) + slash + rest, tier))
        except WrongError as wrong:
            findings.error(
                ("publishers", name),
                wrong.message,
                'like "example.org" = 3, "example.org/blog" = 5 or "youtube:UC…" = 1',
            )
    return tuple(pairs)
