"""`watcher status`: what is known about your titles, and how the sources are."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import chosen, configuration, database
from watcher.config.settings import Config
from watcher.judge.dossier import Dossier, SeasonDossier, dossier
from watcher.memory import SourceState
from watcher.store import Store, TitleState


def status(
    titles: Annotated[list[str] | None, typer.Argument(help="Only these titles.")] = None,
    *,
    sources: Annotated[bool, typer.Option("--sources", help="How each source is doing.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is known about your titles, each fact with its evidence, and what still waits for confirmation.

    Examples: watcher status · watcher status "Akudama Drive" · watcher status --sources
    """
    settings = configuration(config, secrets=False)
    with database(settings) as store:
        found = [
            dossier(title, store.knowledge(title.id), now(), policy=settings.policy)
            for title in chosen(settings, titles or [])
        ]
        states = {state.source_id: state for state in store.all_source_states()}
        resting = store.titles()
        pending, dead = len(store.pending()), len(store.dead())
        daemon = Store.daemon_pid(settings.database)
    if as_json:
        document = {"titles": [dossier_document(one) for one in found], "sources": _source_documents(settings, states)}
        service = {"database": str(settings.database), "daemon": daemon, "waiting": pending, "dead": dead}
        print_json({**document, **service})
        return
    screen = console()
    for one in found:
        print_dossier(screen, one, resting.get(one.title_id))
        screen.print()
    if not settings.titles:
        screen.print('No title is watched yet: watcher add "Name of the show" --season 2')
    if sources:
        screen.print(_table(settings, states))
        screen.print()
    print_service(screen, settings, states, daemon=daemon, pending=pending, dead=dead)


def print_dossier(screen: Console, one: Dossier, state: TitleState | None = None) -> None:
    """Show the honest version of "everything we know"."""
    resting = _resting(state)
    screen.print(f"{one.name}{resting}")
    for season in one.seasons:
        if season.watched or any(facet.known for facet in season.facets):
            _print_season(screen, season)
    if one.streams:
        screen.print(f"  earlier seasons stream on {', '.join(one.streams)}")
    for waiting in one.waiting:
        screen.print(f"  held: {waiting.says} – {waiting.waits_for}")
        screen.print(f"        {waiting.evidence.source}: {waiting.evidence.url or waiting.evidence.headline}")
    if one.last_official is not None:
        said = one.last_official
        day = f"{said.published or said.at:%Y-%m-%d}"
        screen.print(f"  last official word, {day}: {said.headline}  {said.url or ''}")
    silenced = f"{one.speculative} speculative pages, {one.retrospective} that look back"
    screen.print(f"  silenced so far: {silenced}  (watcher explain '{one.name}')")


def _resting(state: TitleState | None) -> str:
    if state is None:
        return ""
    if state.paused:
        return "  (paused)"
    return f"  (snoozed until {state.snoozed_until:%Y-%m-%d})" if state.snoozed_until else ""


def _print_season(screen: Console, season: SeasonDossier) -> None:
    name = f"season {season.season}" if season.season is not None else "a new season"
    watched = "" if season.watched else "  (not watched)"
    screen.print(f"  {name}{watched}")
    for facet in season.facets:
        if not (season.watched or facet.known):
            continue
        best = facet.evidence[0] if facet.evidence else None
        by = f"   – {best.source}, {best.published or best.at:%Y-%m-%d}, tier {int(best.tier)}" if best else ""
        screen.print(f"    {facet.name:14} {facet.text}{by}")


def dossier_document(one: Dossier) -> dict[str, Any]:
    """Say a dossier as JSON."""
    return {
        "id": one.title_id,
        "name": one.name,
        "streams": list(one.streams),
        "seasons": [
            {
                "season": season.season,
                "watched": season.watched,
                "existence": season.existence.value,
                "facets": {
                    facet.name: {
                        "text": facet.text,
                        "evidence": [{"source": e.source, "tier": int(e.tier), "url": e.url} for e in facet.evidence],
                    }
                    for facet in season.facets
                },
            }
            for season in one.seasons
        ],
        "held": [
            {"says": w.says, "waits_for": w.waits_for, "source": w.evidence.source, "url": w.evidence.url}
            for w in one.waiting
        ],
        "silenced": {"speculative": one.speculative, "retrospective": one.retrospective},
    }


def _source_documents(config: Config, states: dict[str, SourceState]) -> list[dict[str, Any]]:
    documents = []
    for source in config.sources:
        state = states.get(source.id) or SourceState(source_id=source.id)
        documents.append(
            {
                "id": source.id,
                "name": source.name,
                "kind": source.kind,
                "url": source.url,
                "health": state.health.value,
                "last_ok": state.last_ok,
                "next_look": state.next_look,
                "failures": state.failures,
                "error": state.last_error or None,
                "hub": state.hints.hub or None,
            }
        )
    return documents


def _table(config: Config, states: dict[str, SourceState]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("source", "kind", "health", "last good look", "next look", ""):
        table.add_column(name)
    for source in (source for source in config.sources if source.enabled):
        state = states.get(source.id) or SourceState(source_id=source.id)
        last = f"{state.last_ok:%Y-%m-%d %H:%M}" if state.last_ok else "never"
        following = f"{state.next_look:%Y-%m-%d %H:%M}" if state.next_look else ""
        note = state.last_error if state.failures else ""
        table.add_row(source.name, source.kind, state.health, last, following, note)
    return table


def print_service(
    screen: Console, config: Config, states: dict[str, SourceState], *, daemon: int | None, pending: int, dead: int
) -> None:
    """Show the service's own state in a few lines."""
    enabled = [source for source in config.sources if source.enabled]
    failing = sum(1 for source in enabled if source.id in states and states[source.id].failures)
    service = f"running as process {daemon}" if daemon else "not running (watcher run, or the timer)"
    screen.print(f"service   {service}")
    screen.print(f"sources   {len(enabled)}, {failing} failing now")
    screen.print(f"messages  {pending} waiting, {dead} given up{' (watcher outbox list)' if dead else ''}")
    screen.print(f"database  {config.database}")
