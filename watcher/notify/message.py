"""A message as a value: what is said, before any channel's markup.

In:    nothing; `watcher.notify.render` builds these.
Out:   `Message` and its parts.
Never: markup, escaping, limits; those are `watcher.notify.dialects`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class MessageKind(StrEnum):
    """What a message carries."""

    EVENT = "event"
    NOTICE = "notice"
    DIGEST = "digest"


class LineKind(StrEnum):
    """The part a line plays; a dialect gives each its look, and a short channel drops some first."""

    LABEL = "label"
    """Possible repeat, unconfirmed, late."""
    FACT = "fact"
    QUOTE = "quote"
    SOURCE = "source"
    BEFORE = "before"
    NOTE = "note"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of text without markup; `text` is clean (`watcher.notify.safe`), but not escaped."""

    kind: LineKind
    text: str
    name: str = ""
    """What the text is, where a reader wants to be told: ``Starts``, ``Before``."""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One story, or one row of a digest."""

    heading: str = ""
    lines: tuple[Line, ...] = ()
    compact: bool = False
    """A digest's row: no empty line before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Everything a channel needs to tell a person."""

    key: str
    """The same for a repeat of this message, another for any other: its reference, or a digest of several."""
    refs: tuple[str, ...]
    kind: MessageKind
    subject: str
    """One line, never empty."""
    labels: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    foot: tuple[str, ...] = ()
    """Reference and how to ask why."""
    link: str | None = None
    """Where a person reads on; the one thing that a short channel keeps."""
    at: datetime
    """When it became known, not when it is sent."""
    repeat: bool = False
    late: bool = False
    facts: tuple[Mapping[str, Any], ...] = ()
    """The same for programs: one JSON object per event or notice."""
