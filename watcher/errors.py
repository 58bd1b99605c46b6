"""The errors of this package, and what becomes of each.

::

    WatcherError
    ├── ConfigError            .problems – all of them, each with its path in the file
    ├── SourceError            .source
    │   ├── FetchError         .status  .retry_after  .permanent
    │   └── ParseError         bytes came, meaning did not
    ├── DeliveryError          .channel  .permanent  .retry_after  .uncertain
    └── StoreError
        └── SchemaError        the database is newer than this program

A `ConfigError` ends the program with exit code 78. A `SourceError` backs off that one source.
A `DeliveryError` reschedules that one delivery. A `StoreError` stops the daemon.
Anything else is a bug, caught and logged at the boundaries around a poll, a delivery and a parser worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


class WatcherError(Exception):
    """Base of every error that this package raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a configuration file."""

    file: str
    """The file, as the user named it."""
    path: str
    """Where in it: ``source[2].every``; empty for the file as a whole."""
    message: str
    """What is wrong, without any secret."""
    hint: str = ""
    """What to write instead: the nearest valid name, or the accepted form."""
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        at = f" {self.path}:" if self.path else ""
        return f"{where}:{at} {self.message}" + (f" – {self.hint}" if self.hint else "")


class ConfigError(WatcherError):
    """The configuration cannot be used; ``problems`` has every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class SourceError(WatcherError):
    """A source could not be looked at; it is tried again later."""

    def __init__(self, message: str, *, source: str = "") -> None:
        super().__init__(message)
        self.source = source


class FetchError(SourceError):
    """The HTTP exchange failed or was refused.

    ``reason`` is a short stable word for tables and health states (``refused``, ``timeout``, ``dns``, ``tls``,
    ``too_large``, ``encoding``, ``truncated``, ``address``, ``scheme``, ``redirect``, ``robots``, ``blocked``,
    ``status``, ``protocol``, ``paused``, ``key``).
    """

    def __init__(
        self,
        message: str,
        *,
        reason: str,
        source: str = "",
        status: int | None = None,
        retry_after: timedelta | None = None,
        permanent: bool = False,
    ) -> None:
        super().__init__(message, source=source)
        self.reason = reason
        self.status = status
        self.retry_after = retry_after
        self.permanent = permanent


class ParseError(SourceError):
    """Bytes came, but not what the source promised. Never read as a quiet day.

    ``reason``: ``not_a_feed``, ``challenge``, ``unreadable``, ``emptied``, ``selector``, ``hostile``,
    ``encoding``, ``identity`` (another account's or company's feed than the one asked for).
    """

    def __init__(self, message: str, *, reason: str, source: str = "") -> None:
        super().__init__(message, source=source)
        self.reason = reason

    def __reduce__(self) -> tuple[object, ...]:
        # Parsing happens in a worker process; keyword arguments do not survive the default pickling.
        return (_parse_error, (str(self), self.reason, self.source))


def _parse_error(message: str, reason: str, source: str) -> ParseError:
    return ParseError(message, reason=reason, source=source)


class DeliveryError(WatcherError):
    """A message did not reach its channel.

    ``uncertain`` says that the service may have taken it (the connection broke after the message was sent).
    """

    def __init__(
        self,
        message: str,
        *,
        channel: str,
        permanent: bool = False,
        uncertain: bool = False,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.channel = channel
        self.permanent = permanent
        self.uncertain = uncertain
        self.retry_after = retry_after


class StoreError(WatcherError):
    """The database cannot be used."""


class SchemaError(StoreError):
    """The database was written by a newer version of this program."""
