"""The kinds of source: what each asks for, and how its bytes become entries.

A kind is a small pure module with two functions, `request` and `parse`; `KINDS` names them all. Adding one is adding
a module and a line here (docs/sources.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from watcher.config.settings import SourceConfig
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.parsed import ParseContext, Parsed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of source is asked and read."""

    request: Callable[[SourceConfig, SourceState], Request]
    parse: Callable[[bytes, ParseContext], Parsed]
    """Turn bytes into entries, or raise `ParseError`; runs in a worker process."""
