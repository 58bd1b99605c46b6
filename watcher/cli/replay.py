"""`watcher replay`: what today's rules would have told you."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from watcher.replay import StoryError
from watcher.replay import replay as play


def replay(
    files: Annotated[list[Path], typer.Argument(help="Stories as JSON lines; - reads standard input.")],
) -> None:
    """Play stories of entries over months, and print what would have been told, one JSON line per entry.

    Example: watcher replay story.jsonl
    """
    try:
        for path in files:
            _play(path)
    except (StoryError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


def _play(path: Path) -> None:
    text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    for step in play(text.split("\n")):
        typer.echo(json.dumps(step.as_json(), ensure_ascii=False))
