"""`watcher explain`: why an alert was sent, or why not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from watcher.cli.app import EXIT_FAILED
from watcher.cli.check import event_document
from watcher.cli.health import hot_document, lines
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration, database
from watcher.config.settings import Config, SourceConfig
from watcher.memory import Judged
from watcher.model import Event, Title
from watcher.situation import Situation, hot_line, situation
from watcher.store import Store

_REF = re.compile(r"#?[0-9a-z]{6,10}")


def explain(
    what: Annotated[str, typer.Argument(help="A reference (#k3f9a2), an address, a title, or a source.")],
    *,
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many entries at most.")] = 20,
    sentences: Annotated[bool, typer.Option("--sentences", help="Also show what was found in each sentence.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Say why an alert was sent, or why there was none.

    Examples: watcher explain '#k3f9a2' · watcher explain https://example.org/season-2 · watcher explain "Akudama Drive"
    """
    settings = configuration(config, secrets=False)
    with database(settings) as store:
        event = store.event(what.removeprefix("#")) if _REF.fullmatch(what) else None
        title, source = named_title(settings, what), named_source(settings, what)
        judged = _find(store, what, event=event, title=title, source=source, limit=limit)
        now_is = situation(settings, store, now()) if source or title else None
    if event is None and title is None and source is None and not judged:
        console(stderr=True).print(f"{what!r} is no reference, address, title or source that is known here")
        raise typer.Exit(EXIT_FAILED)
    if as_json:
        entries = [judged_document(one) for one in judged]
        print_json(
            {"event": event_document(event) if event else None, "entries": entries, **_doing(now_is, title, source)}
        )
        return
    screen = console()
    if event is not None:
        print_event(screen, event)
    print_doing(screen, now_is, title, source)
    if not judged:
        screen.print("No entry about this was read so far.")
    for one in judged:
        print_judged(screen, one, sentences=sentences)


def named_title(config: Config, name: str) -> Title | None:
    """Find a title by id, name or alias."""
    wanted = name.casefold()
    return next((t for t in config.titles if wanted in {t.id.casefold(), *(n.casefold() for n in t.names)}), None)


def named_source(config: Config, name: str) -> SourceConfig | None:
    """Find a source by id, name or address."""
    wanted = name.casefold()
    return next((s for s in config.sources if wanted in {s.id.casefold(), s.name.casefold(), s.url.casefold()}), None)


def _find(
    store: Store, what: str, *, event: Event | None, title: Title | None, source: SourceConfig | None, limit: int
) -> Sequence[Judged]:
    if event is not None:
        return store.judged(ref=event.ref, title_id=event.title_id, limit=limit)
    if title is not None:
        return store.judged(title_id=title.id, limit=limit)
    if source is not None:
        return store.judged(source_id=source.id, limit=limit)
    return store.judged(url=what, limit=limit) if "://" in what else ()


def judged_document(judged: Judged) -> dict[str, Any]:
    """Say one judged entry as JSON."""
    return {
        "source": judged.source_id,
        "title": judged.title_id,
        "url": judged.url,
        "headline": judged.headline,
        "at": judged.at,
        "outcome": judged.outcome.value,
        "verdict": judged.reading.verdict.value,
        "reasons": [*judged.reading.reasons, *judged.reasons],
        "events": list(judged.refs),
        "claims": [
            {"type": c.type.value, "date": str(c.date) if c.date else None, "platform": c.platform, "quote": c.quote}
            for c in judged.reading.claims
        ],
    }


def print_event(screen: Console, event: Event) -> None:
    """Show an event and everything it rests on."""
    season = f" season {event.season}" if event.season else ""
    date = f" {event.date}" if event.date else ""
    screen.print(f"#{event.ref}  {event.title_id}{season}: {event.type}{date}   ({event.at:%Y-%m-%d %H:%M} UTC)")
    if event.known_before:
        screen.print(f"  before: {event.known_before}")
    for reason in event.reasons:
        screen.print(f"  · {reason}")
    for evidence in event.evidence:
        screen.print(f"  {evidence.source} (tier {int(evidence.tier)}, {evidence.publisher}): {evidence.headline}")
        if evidence.quote:
            screen.print(f"    “{evidence.quote}”")
        screen.print(f"    {evidence.url or ''}")
    screen.print()


def _doing(now_is: Situation | None, title: Title | None, source: SourceConfig | None) -> dict[str, Any]:
    """Say as JSON whether a title is hot, and how a source is doing."""
    if now_is is None:
        return {}
    about_title = {"hot": hot_document(now_is.hot.get(title.id))} if title else {}
    health = now_is.of(source.id) if source else None
    return {**about_title, **({"source": health.document()} if health else {})}


def print_doing(screen: Console, now_is: Situation | None, title: Title | None, source: SourceConfig | None) -> None:
    """Say whether a title is hot, and how a source is doing."""
    if now_is is None:
        return
    if title is not None and (hot := now_is.hot.get(title.id)) is not None:
        screen.print(f"{title.name} is {hot_line(hot)}")
        screen.print()
    if source is not None and (health := now_is.of(source.id)) is not None:
        for line in lines(health):
            screen.print(line)
        screen.print()


def print_judged(screen: Console, judged: Judged, *, sentences: bool = False) -> None:
    """Show what became of one entry, and why."""
    screen.print(f"{judged.at:%Y-%m-%d %H:%M}  {judged.outcome.upper():9} {judged.headline}")
    screen.print(f"  {judged.source_id} · {judged.url or 'no address'} · the text is {judged.reading.verdict.value}")
    for reason in dict.fromkeys((*judged.reading.reasons, *judged.reasons)):
        screen.print(f"  · {reason}")
    for ref in judged.refs:
        screen.print(f"  → told as #{ref}")
    for note in judged.reading.notes if sentences else ():
        if note.found:
            screen.print(f"    “{note.text}”")
            screen.print(f"      {' · '.join(note.found)}")
    screen.print()
