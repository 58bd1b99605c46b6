"""What parsing takes and gives, as values that can travel to a worker process and back.

In:    nothing.
Out:   `ParseContext`, `Parsed`.
Never: network, disk, clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from watcher.config.settings import PageMode, Selectors
from watcher.memory import Hints, SiteMarks
from watcher.model import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseContext:
    """Everything parsing may know besides the bytes."""

    url: str
    """Where the bytes came from, after redirects: the base of relative links."""
    content_type: str = ""
    """The Content-Type header, verbatim; may lack a charset or be wrong."""
    now: datetime
    """For relative dates ("3 days ago") and for the plausibility of others; aware."""
    tz: str = "UTC"
    """IANA zone of dates without one."""
    mode: PageMode = PageMode.AUTO
    selectors: Selectors = field(default_factory=Selectors)
    deny: tuple[str, ...] = ()
    limit: int = 5000
    """Newest entries considered."""
    complete: bool = True
    """False where the end of the body is unproven: the last entry may be cut."""
    asked: str = ""
    """The address as it was asked for: with what redirects, or the kind itself, leave out of `url`."""
    since: datetime | None = None
    """When the source was last read well, where only what changed since then was asked for; None: everything was."""
    pages: int = 1
    """How many pages of a list are read, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A source's answer, understood as a list of entries."""

    entries: tuple[Entry, ...]
    kind: str
    """What the bytes turned out to be: ``rss``, ``rdf``, ``atom``, ``json``, ``list``, ``json-ld``, ``article``…"""
    title: str = ""
    hints: Hints = field(default_factory=Hints)
    warnings: tuple[str, ...] = ()
    selectors: Selectors | None = None
    """The selectors that were guessed, for `try`."""
    account: str = ""
    """Whose posts these are, as the network names accounts (a DID, a channel's id); empty where it does not say."""
    marks: SiteMarks | None = None
    """By what the site is known again; pages only."""
    dropped: int = 0
    """Entries beyond the limit or without anything to know them by."""
    closed: bool = True
    """False for a window or a delta: what is missing was not removed."""
    delta: bool = False
    """Only what changed since the last look was asked for: nothing at all is a good answer."""
    further: tuple[str, ...] = ()
    """Addresses, as the kind's `request` takes them, of what the answer is incomplete without: a sequel's own page,
    the next page of a list, the parts of an index."""
