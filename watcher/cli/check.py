"""`watcher check`: look at every source now and tell what is new."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout
from datetime import timedelta
from typing import Annotated, Any, TextIO

import typer

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
from watcher.engine import Engine, engine
from watcher.looks import PollReport, PollStatus
from watcher.model import Event
from watcher.notify.outbox import DrainReport
from watcher.store import Store, TransientError

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=150)
"""How long slow channels may take; what is open then is sent again later, labelled."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


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
        bar = not (quiet or as_json)
        reports, drained = asyncio.run(_check(settings, store, sources, dry_run=dry_run, bar=bar, listed=as_json))
    if as_json:
        print_json(_document(reports, drained))
    else:
        _show(settings, reports, drained, quiet=quiet)
    raise typer.Exit(_code(reports, drained, news=exit_code))


async def _check(
    config: Config, store: Store, sources: tuple[SourceConfig, ...], *, dry_run: bool, bar: bool, listed: bool
) -> tuple[list[PollReport], DrainReport | None]:
    async with engine(config, store, now=now, dry_run=dry_run) as machine:
        reports = await _look(machine, sources, bar=bar, listed=listed)
        drained = None if dry_run else await _tell(machine)
    return reports, drained


async def _tell(machine: Engine) -> DrainReport:
    try:
        await machine.remind(now())
    except TransientError as error:
        log.warning("reminders postponed error=%s", error)
    return await machine.sender.drain(now(), wait=PATIENCE)


async def _look(machine: Engine, sources: tuple[SourceConfig, ...], *, bar: bool, listed: bool) -> list[PollReport]:
    with _progress(len(sources), shown=bar and sys.stderr.isatty()) as advance:
        return await machine.check(sources, done=lambda _: advance(), listed=listed)


@contextmanager
def _progress(total: int, *, shown: bool) -> Iterator[Callable[[], None]]:
    """Show how far it is, to somebody at a terminal."""
    if not shown:
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 - only at a terminal

    columns = (TextColumn("looking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


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
    if not quiet:
        _print(table([_HEAD, *map(_row, reports)]))
    printed = any(channel.url.startswith("console:") for channel in config.channels) and drained is not None
    if not printed:
        _show_events(config, [event for report in reports for event in report.events])
    _summarise(reports, drained, quiet=quiet)


def _show_events(config: Config, events: list[Event]) -> None:
    if not events:
        return
    from watcher.notify.dialects import Form, compose  # noqa: PLC0415 - only where there is news
    from watcher.notify.render import render  # noqa: PLC0415

    titles = {title.id: title for title in config.titles}
    for event in events:
        message = render(event, title=titles.get(event.title_id), timezone=config.timezone)
        _print(["", compose(message, Form())])


_HEAD = ("source", "status", "http", "entries", "news", "")


def _row(report: PollReport) -> tuple[str, ...]:
    found = f"{report.found} {'known' if report.baseline else 'new'}" if report.found else ""
    note = report.error or "; ".join(report.warnings)
    told = str(len(report.events)) if report.events else ""
    return report.source.name, report.status, str(report.http or ""), found, told, note


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Lay rows out in columns, as wide as they print; the last one runs free."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join([*cells[:-1], row[-1]]).rstrip()


def _width(text: str) -> int:
    """Count the columns that a text takes on a terminal: East Asian letters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _print(lines: Iterable[str], *, stream: TextIO | None = None) -> None:
    """Print plain lines; what steers a terminal is left out of foreign text."""
    for line in lines:
        print(_CONTROL.sub("", line), file=stream or sys.stdout)


def _summarise(reports: list[PollReport], drained: DrainReport | None, *, quiet: bool) -> None:
    for report in reports:
        if report.status is PollStatus.FAILED and quiet:
            _print([f"{report.source.name}: {report.error}"], stream=sys.stderr)
    for delivery in drained.deliveries if drained else ():
        if delivery.error:
            _print([f"channel {delivery.channel}: {delivery.error}"], stream=sys.stderr)
    if not quiet and not any(report.events for report in reports):
        silent = sum(1 for report in reports for judged in report.judged if not judged.refs)
        _print([f"Nothing new to tell. {silent} entries were read and kept silent; ask: watcher explain TITLE"])
