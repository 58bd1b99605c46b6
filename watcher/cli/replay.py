"""`watcher replay`: what today's rules would have told you."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace as changed
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from watcher.aliases.others import other_names_in
from watcher.cli.options import ConfigOption
from watcher.cli.session import chosen, configuration, database, looking_for
from watcher.judge.trust import Publishers
from watcher.model import Title
from watcher.replay import Step, StoryError, replay_stored
from watcher.replay import replay as play
from watcher.store.works import folder_of


def replay(
    what: Annotated[list[str], typer.Argument(help="Stories as JSON lines, - for standard input, or a watched title.")],
    *,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="For a title: as if it had been watched since this day."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Play entries again in their order, and print what would have been told: one JSON line per entry.

    Examples: watcher replay story.jsonl · watcher replay "Akudama Drive" --since 2026-01-01
    """
    try:
        for one in what:
            _print(_from_file(one) if one == "-" or Path(one).is_file() else _from_store(one, since, config))
    except BrokenPipeError:
        raise
    except (StoryError, OSError, UnicodeError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


def _print(steps: Iterable[Step]) -> None:
    for step in steps:
        typer.echo(json.dumps(step.as_json(), ensure_ascii=False))


def _from_file(name: str) -> Iterator[Step]:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    return play(text.split("\n"))


def _from_store(name: str, since: datetime | None, config: Path | None) -> Iterator[Step]:
    settings = configuration(config)
    (title, *_) = chosen(settings, [name])
    with database(settings) as store:
        watched = store.titles().get(title.id)
        title = _watched_since(title, since or title.since or (watched.first_seen if watched else None))
        pairs = [
            (source, record)
            for source in looking_for(settings, (title,))
            for record in store.seen(source.id, texts=True)
        ]
        others = other_names_in([title], folder_of(store.path))
    publishers = Publishers(settings.publishers)
    return replay_stored(title, pairs, publishers=publishers, policy=settings.policy, others=others)


def _watched_since(title: Title, since: datetime | None) -> Title:
    if since is None:
        return title
    return changed(title, since=since if since.tzinfo else since.replace(tzinfo=UTC))
