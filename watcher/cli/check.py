"""`watcher check`: look at every source now and tell what is new."""

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext, redirect_stdout
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from watcher.cli.app import EXIT_FAILED, EXIT_NEWS
from watcher.cli.options import (
    ConfigOption,
    JsonOption,
    QuietOption,
    VerboseOption,
    console,
    now,
    print_json,
    set_up_logging,
)
from watcher.cli.session import chosen, configuration, database, looking_for
from watcher.config.settings import Config, SourceConfig
from watcher.desk import PollReport, PollStatus
from watcher.engine import Engine, engine
from watcher.model import Event
from watcher.notify.dialects import Form, compose
from watcher.notify.outbox import DrainReport
from watcher.notify.render import render
from watcher.store import Store

PATIENCE = timedelta(seconds=150)
"""How long slow channels may take; what is open then is sent again later, labelled."""


def check(  # noqa: PLR0913 - one parameter an option
    titles: Annotated[list[str] | None, typer.Argument(help="Only the sources for these titles.")] = None,
    *,
    config: ConfigOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look and judge, but write and send nothing.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 10 where something is new.")] = False,
    as_json: JsonOption = False,
    verbose: VerboseOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Look at every source now, due or not, and tell what is new.

    A server that asked to wait is left alone (the table says so). Beside a running daemon this polls and leaves
    delivery to it.

    Example: watcher check "Akudama Drive" --dry-run
    """
    set_up_logging(verbose, quiet=quiet)
    settings = configuration(config)
    sources = looking_for(settings, chosen(settings, titles or []))
    # With --json, standard output is one document; a console channel speaks on the other stream.
    aside = redirect_stdout(sys.stderr) if as_json else nullcontext()
    with database(settings) as store, aside:
        reports, drained = asyncio.run(_check(settings, store, sources, dry_run=dry_run, bar=not (quiet or as_json)))
    if as_json:
        print_json(_document(reports, drained))
    else:
        _show(settings, reports, drained, quiet=quiet)
    raise typer.Exit(_code(reports, drained, news=exit_code))


async def _check(
    config: Config, store: Store, sources: tuple[SourceConfig, ...], *, dry_run: bool, bar: bool
) -> tuple[list[PollReport], DrainReport | None]:
    async with engine(config, store, now=now, dry_run=dry_run) as machine:
        reports = await _look(machine, sources, bar=bar)
        drained = None if dry_run else await machine.sender.drain(now(), wait=PATIENCE)
    return reports, drained


async def _look(machine: Engine, sources: tuple[SourceConfig, ...], *, bar: bool) -> list[PollReport]:
    screen = console(stderr=True)
    columns = (TextColumn("looking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True, disable=not (bar and screen.is_terminal)) as progress:
        task = progress.add_task("", total=len(sources))
        return await machine.check(sources, done=lambda _: progress.advance(task))


def _code(reports: list[PollReport], drained: DrainReport | None, *, news: bool) -> int:
    if any(r.status is PollStatus.FAILED for r in reports) or (drained is not None and drained.failed):
        return EXIT_FAILED
    return EXIT_NEWS if news and any(r.events for r in reports) else 0


def _document(reports: list[PollReport], drained: DrainReport | None) -> dict[str, Any]:
    return {
        "sources": [
            {
                "name": r.source.name,
                "kind": r.source.kind,
                "status": r.status.value,
                "http": r.http,
                "new": [{"title": e.title, "link": e.link, "published": e.published} for e in r.new],
                "error": r.error or None,
            }
            for r in reports
        ],
        "events": [event_document(event) for r in reports for event in r.events],
        "deliveries": [
            {"channel": d.channel, "refs": list(d.refs), "state": d.state, "error": d.error or None}
            for d in (drained.deliveries if drained else ())
        ],
    }


def event_document(event: Event) -> dict[str, Any]:
    """Say an event as JSON: stable names, dates as text."""
    first = event.evidence[0] if event.evidence else None
    return {
        "ref": event.ref,
        "title": event.title_id,
        "season": event.season,
        "type": event.type.value,
        "date": str(event.date) if event.date else None,
        "before": str(event.before) if event.before else None,
        "platform": event.platform,
        "part": event.part,
        "listed": event.listed,
        "confirmed": event.confirmed,
        "url": first.url if first else None,
        "source": first.source if first else None,
        "tier": int(first.tier) if first else None,
        "quote": first.quote if first else None,
        "at": event.at,
    }


def _show(config: Config, reports: list[PollReport], drained: DrainReport | None, *, quiet: bool) -> None:
    screen = console()
    if not quiet:
        screen.print(_table(reports))
    titles = {title.id: title for title in config.titles}
    printed = any(channel.url.startswith("console:") for channel in config.channels) and drained is not None
    for event in () if printed else (event for report in reports for event in report.events):
        message = render(event, title=titles.get(event.title_id), timezone=config.timezone)
        screen.print()
        screen.print(compose(message, Form()))
    _summarise(reports, drained, quiet=quiet)


def _table(reports: list[PollReport]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("source", "status", "http", "entries", "news", ""):
        table.add_column(name)
    for report in reports:
        found = f"{len(report.new)} {'known' if report.baseline else 'new'}" if report.new else ""
        note = report.error or "; ".join(report.warnings)
        told = str(len(report.events)) if report.events else ""
        table.add_row(report.source.name, report.status, str(report.http or ""), found, told, note)
    return table


def _summarise(reports: list[PollReport], drained: DrainReport | None, *, quiet: bool) -> None:
    errors = console(stderr=True)
    for report in reports:
        if report.status is PollStatus.FAILED and quiet:
            errors.print(f"{report.source.name}: {report.error}")
    for delivery in drained.deliveries if drained else ():
        if delivery.error:
            errors.print(f"channel {delivery.channel}: {delivery.error}")
    if not quiet and not any(report.events for report in reports):
        silent = sum(1 for report in reports for judged in report.judged if not judged.refs)
        console().print(f"Nothing new to tell. {silent} entries were read and kept silent; ask: watcher explain TITLE")
