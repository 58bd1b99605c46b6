"""What makes looks at a source more urgent than its own rhythm: how far it is trusted, heat, event windows.

In:    nothing; values only.
Out:   `Outlook`.
Never: decisions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from watcher.model import Tier
from watcher.schedule.heat import Heat
from watcher.schedule.windows import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The circumstances of the next look at one source."""

    tier: Tier | None = None
    """None: not known, treated as press."""
    bound: bool = False
    """It is looked at for few titles only, all of them hot where one is."""
    hot: Heat | None = None
    spans: Sequence[Span] = ()
    """Event windows that are open or open within two days."""
    learned: bool = True
    """Whether what was learned about its rhythm is used."""


PLAIN = Outlook()
