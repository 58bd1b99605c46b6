"""Options that every verb takes, and what follows from them."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Configuration file. Default: $WATCHER_CONFIG, then the usual places."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]
VerboseOption = Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more; twice: everything.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")]


def now() -> datetime:
    """The one place where commands read the clock."""
    return datetime.now(UTC)


def console(*, stderr: bool = False) -> Console:
    """A terminal for people: plain in a pipe, NO_COLOR honoured, no markup in foreign text."""
    from watcher.cli.screen import Screen  # noqa: PLC0415 - rich is slow to load: only for those who print with it

    return Screen(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_json(value: Mapping[str, Any] | list[Any]) -> None:
    """Print one JSON document to standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def set_up_logging(verbose: int, *, quiet: bool) -> None:
    """Log to standard error; the libraries that print URLs stay at warning even at debug."""
    level = logging.ERROR if quiet else (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    logging.getLogger("watcher").setLevel(level)
    for name in ("httpx", "httpcore", "apprise", "urllib3", "hpack"):
        logging.getLogger(name).setLevel(logging.WARNING)
