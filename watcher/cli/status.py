"""`watcher status`: what is known about your titles, and how the sources are."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from watcher.cli.health import hot_document
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import chosen, configuration, database
from watcher.config.settings import Config
from watcher.judge.dossier import Dossier, SeasonDossier, dossier
from watcher.situation import Situation, hot_line, situation
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
        now_is = situation(settings, store, now())
        resting = store.titles()
        pending, dead = len(store.pending()), len(store.dead())
        daemon = Store.daemon_pid(settings.database)
    if as_json:
        titles_ = [{**dossier_document(one), "hot": hot_document(now_is.hot.get(one.title_id))} for one in found]
        document = {"titles": titles_, "sources": [one.document() for one in now_is.sources]}
        service = {
            "line_down": now_is.line_down,
            "database": str(settings.database),
            "daemon": daemon,
            "waiting": pending,
            "dead": dead,
        }
        print_json({**document, **service})
        return
    screen = console()
    for one in found:
        print_dossier(screen, one, resting.get(one.title_id))
        if (hot := now_is.hot.get(one.title_id)) is not None:
            screen.print(f"  {hot_line(hot)}")
        screen.print()
    if not settings.titles:
        screen.print('No title is watched yet: watcher add "Name of the show" --season 2')
    if sources:
        print_sources(screen, now_is)
        screen.print()
    print_service(screen, settings, now_is, daemon=daemon, pending=pending, dead=dead)


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


def print_sources(screen: Console, now_is: Situation) -> None:
    """Show a line for each source."""
    table = Table(box=None, pad_edge=False)
    for name in ("source", "kind", "health", "last good look", "next look", ""):
        table.add_column(name)
    for one in (one for one in now_is.sources if one.source.enabled):
        last = f"{one.state.last_ok:%Y-%m-%d %H:%M}" if one.state.last_ok else "never"
        following = f"{one.next_look:%Y-%m-%d %H:%M}" if one.next_look else ""
        place = (one.source.name, one.source.kind, one.condition.how.value, last, following)
        remarks = (one.condition.text, f"next by: {one.why}" if following else "", one.rhythm)
        table.add_row(*place, " · ".join(text for text in remarks if text))
    screen.print(table)


def print_service(
    screen: Console, config: Config, now_is: Situation, *, daemon: int | None, pending: int, dead: int
) -> None:
    """Show the service's own state in a few lines."""
    enabled = [one for one in now_is.sources if one.source.enabled]
    failing = sum(1 for one in enabled if not one.condition.well)
    service = f"running as process {daemon}" if daemon else "not running (watcher run, or the timer)"
    screen.print(f"service   {service}")
    screen.print(f"sources   {len(enabled)}, {failing} failing now")
    if now_is.line_down is not None:
        screen.print(
            f"line      our own line is down since {now_is.line_down:%Y-%m-%d %H:%M} UTC: no host can be reached"
        )
    screen.print(f"messages  {pending} waiting, {dead} given up{' (watcher outbox list)' if dead else ''}")
    if config.web is not None:
        screen.print(f"page      http://{config.web.place}/")
    screen.print(f"database  {config.database}")
