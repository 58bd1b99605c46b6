"""`watcher aliases update, info, remove`: lists of works that tell titles apart, and complete them in `watcher add`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from watcher.aliases.jsonstream import DataError
from watcher.aliases.others import other_names
from watcher.aliases.update import PACKAGE, REGISTRY, Importer, refreshable
from watcher.cli.app import EXIT_FAILED
from watcher.cli.configfile import RELOAD
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration_or_default, database
from watcher.errors import SourceError, WatcherError
from watcher.store.files import make_folder
from watcher.store.works import Works, folder_of, remove_works
from watcher.works import DataInfo

STALE = timedelta(days=120)
"""Older than a cour and its announcements: works are missing in it."""

app = typer.Typer(help="Imported lists of works: other titles told apart, and `watcher add` without the network.")


@app.command()
def update(
    what: Annotated[
        list[str] | None,
        typer.Argument(
            help="An address or a file in the format of bangumi-data or anime-offline-database, packed or "
            "not. Default: bangumi-data from the npm registry, and what came from an address before."
        ),
    ] = None,
    *,
    registry: Annotated[
        str, typer.Option("--registry", help="Where packages are had from: a mirror's address.")
    ] = REGISTRY,
    force: Annotated[bool, typer.Option("--force", help="Take data that has become much smaller.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import lists of works. Where that fails, what was imported before stays.

    Examples: watcher aliases update · watcher aliases update anime-offline-database.jsonl
    """  # fmt: skip
    settings = configuration_or_default(config)
    folder = folder_of(settings.database)
    make_folder(settings.state)
    importer = Importer(config=settings, folder=folder, now=now, registry=registry, force=force)
    kept: list[DataInfo] = []
    failed: dict[str, str] = {}
    for one in what or refreshable(folder):
        try:
            kept.append(asyncio.run(importer.update(one)))
        except (DataError, SourceError) as error:
            failed[one] = str(error)
    if kept and settings.titles:
        with database(settings) as store:
            other_names(settings.titles, store)  # so that the service need not
    if as_json:
        print_json({"imported": [asdict(info) for info in kept], "failed": failed})
    else:
        _print_update(kept, failed)
    raise typer.Exit(EXIT_FAILED if failed else 0)


def _print_update(kept: list[DataInfo], failed: dict[str, str]) -> None:
    screen = console()
    for info in kept:
        skipped = f", {info.skipped:,} records that make no sense left out" if info.skipped else ""
        screen.print(f"{info.name} {info.version or 'of unknown version'}: {info.works:,} works{skipped}.")
        screen.print(f"  {info.attribution} ({info.licence})")
    if kept:
        screen.print(f"Used from the next `watcher check` on; {RELOAD}")
    for one, error in failed.items():
        console(stderr=True).print(f"{one}: {error}" if not error.startswith(one) else error)


@app.command()
def info(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show what was imported, how old it is, whose it is.

    Example: watcher aliases info
    """
    settings = configuration_or_default(config)
    with Works(folder_of(settings.database)) as works:
        found, broken = works.infos, works.check()
    if as_json:
        print_json({"data": [_row(one, now()) for one in found], "broken": broken})
        return
    if not found and not broken:
        console().print("Nothing is imported; all works without. `watcher aliases update` imports bangumi-data.")
    for line in (line for one in found for line in _lines(one, now())):
        console().print(line)
    for name, error in broken.items():
        console(stderr=True).print(f"{name} cannot be used: {error}; `watcher aliases update` imports it again")
    raise typer.Exit(EXIT_FAILED if broken else 0)


def is_stale(one: DataInfo, at: datetime) -> bool:
    """Say whether so much time has passed that works are missing."""
    return at - one.imported > STALE


def _row(one: DataInfo, at: datetime) -> dict[str, Any]:
    return {**asdict(one), "stale": is_stale(one, at)}


def _lines(one: DataInfo, at: datetime) -> Iterator[str]:
    days = max(0, (at - one.imported).days)
    yield f"{one.name} {one.version or 'of unknown version'}: {one.works:,} works"
    yield f"  from {one.origin}, {days} day{'s' * (days != 1)} ago"
    yield f"  {one.attribution} ({one.licence})"
    if is_stale(one, at):
        yield f"  It is old: newer works are missing. {mend(one)}"


def mend(one: DataInfo) -> str:
    """Say how to bring a data set up to date."""
    again = "" if one.origin == PACKAGE or "://" in one.origin else " FILE, with a newer one"
    return f"watcher aliases update{again}"


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="bangumi-data, or anime-offline-database.")],
    *,
    config: ConfigOption = None,
) -> None:
    """Forget what was imported.

    Example: watcher aliases remove bangumi-data
    """
    folder = folder_of(configuration_or_default(config).database)
    with Works(folder) as works:
        there = {one.name for one in works.infos} | works.broken.keys()
    if name not in there:
        raise WatcherError(f"{name} is not imported; there is {', '.join(sorted(there)) or 'nothing'}")
    remove_works(folder, name)
    console().print(f"{name} is forgotten.")
