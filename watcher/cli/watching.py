"""`watcher remove, pause, snooze`: watching less."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated

import typer

from watcher.cli.configfile import RELOAD, ConfigFile, SeasonFilter, TitleArgument, called, problem_at
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import database
from watcher.config import values
from watcher.config.edit import remove_source, remove_title
from watcher.config.settings import Config
from watcher.config.wrong import WrongError
from watcher.model import Title
from watcher.store import Store


def remove(
    title: TitleArgument,
    *,
    season: SeasonFilter = None,
    forget: Annotated[bool, typer.Option("--forget", help="Also forget all that is known about it.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a title no longer. What is known about it is kept, unless you say --forget.

    Sources that were looked at for this title alone go with it.

    Example: watcher remove "Akudama Drive" --season 2
    """
    file = ConfigFile.open(config)
    found = file.find(title, season)
    if len(found) > 1:
        names = ", ".join(file.config.titles[index].id for index in found)
        raise problem_at(file.path, "title", f'"{title}" means {names}', "say which: --season N, or its id")
    gone = file.config.titles[found[0]]
    text, alone = file.text, _looked_at_for(gone, file.config)
    for index in reversed(alone):
        text = remove_source(text, index, file=str(file.path))
    file.write(remove_title(text, found[0], file=str(file.path)))
    forgotten = forget and _forget(file.config, gone)
    sources = [file.config.sources[index].id for index in alone]
    if as_json:
        print_json({"file": str(file.path), "removed": gone.id, "sources": sources, "forgotten": forgotten})
        return
    console().print(f"No longer watching {called(gone)}; its history is {'forgotten' if forgotten else 'kept'}.")
    if sources:
        console().print(f"No longer looked at, because only for it: {', '.join(sources)}.")
    console().print(f"Note: {RELOAD}")


def _looked_at_for(title: Title, config: Config) -> list[int]:
    """List the positions of the sources in the file that are for this title alone; in `Config` they come first."""
    return [index for index, source in enumerate(config.sources) if source.titles == (title.id,)]


def _forget(config: Config, title: Title) -> bool:
    if not config.database.exists():
        return False
    with database(config) as store:
        return store.forget_title(title.id)


def pause(
    title: TitleArgument,
    *,
    season: SeasonFilter = None,
    resume: Annotated[bool, typer.Option("--resume", help="Watch it again.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Stop watching a title for now; what is known about it is kept. A running service follows at once.

    Example: watcher pause "Akudama Drive"; watcher pause "Akudama Drive" --resume
    """
    file = ConfigFile.open(config)
    found = [file.config.titles[index] for index in file.find(title, season)]
    with _registered(file.config) as store:
        for one in found:
            store.pause(one.id, paused=not resume)
    if as_json:
        print_json({"titles": [one.id for one in found], "paused": not resume})
        return
    for one in found:
        console().print(f"{'Watching again' if resume else 'Not watching for now'}: {called(one)}.")


def snooze(
    title: TitleArgument,
    until: Annotated[str, typer.Argument(metavar="UNTIL", help='A day (2026-12-24), a span ("2w", "8h"), or "off".')],
    *,
    season: SeasonFilter = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let messages about a title wait until then; it is watched all the same. A running service follows at once.

    Example: watcher snooze "Akudama Drive" 2w
    """
    file = ConfigFile.open(config)
    moment = _until(until, file.config)
    found = [file.config.titles[index] for index in file.find(title, season)]
    with _registered(file.config) as store:
        for one in found:
            store.snooze(one.id, moment)
    if as_json:
        print_json({"titles": [one.id for one in found], "snoozed_until": moment})
        return
    said = f"Messages wait until {moment:%Y-%m-%d %H:%M}" if moment else "Messages wait no longer"
    for one in found:
        console().print(f"{said}: {called(one)}.")


@contextmanager
def _registered(config: Config) -> Iterator[Store]:
    """Open the database, and make sure that it knows every watched title."""
    with database(config) as store:
        store.watch(config.titles, now())
        yield store


def _until(text: str, config: Config) -> datetime | None:
    moment = now().astimezone(config.timezone)
    try:
        if text.casefold() == "off":
            return None
        is_day = text[:4].isdigit() and "-" in text
        until = (
            values.local_moment(date.fromisoformat(text), config.timezone) if is_day else moment + values.duration(text)
        )
    except (WrongError, ValueError, OverflowError):
        message = 'a day like 2026-12-24, a span like "2w", or "off"'
        raise typer.BadParameter(message, param_hint="UNTIL") from None
    if until <= moment:
        raise typer.BadParameter("that is not in the future", param_hint="UNTIL")
    return until
