"""`watcher log`: what was told, newest first."""

from __future__ import annotations

from typing import Annotated

import typer

from watcher.cli.check import event_document
from watcher.cli.options import ConfigOption, JsonOption, console, print_json
from watcher.cli.session import chosen, configuration, database


def log(
    titles: Annotated[list[str] | None, typer.Argument(help="Only these titles.")] = None,
    *,
    config: ConfigOption = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many at most.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """List what was told, newest first, with references for `watcher explain`.

    Example: watcher log "Akudama Drive" -n 5
    """
    settings = configuration(config, secrets=False)
    wanted = {title.id: title for title in chosen(settings, titles or [])}
    with database(settings) as store:
        found = [event for event in reversed(store.events(limit=10_000)) if not titles or event.title_id in wanted]
    if as_json:
        print_json([event_document(event) for event in found[:limit]])
        return
    screen = console()
    if not found:
        screen.print("Nothing has been told yet.")
    for event in found[:limit]:
        name = wanted[event.title_id].name if event.title_id in wanted else event.title_id
        parts = [event.type.value, str(event.date or ""), event.platform or ""]
        source = event.evidence[0].source if event.evidence else ""
        what = " ".join(part for part in parts if part)
        season = f" S{event.season}" if event.season else ""
        screen.print(f"{event.at:%Y-%m-%d %H:%M}  #{event.ref}  {name}{season}: {what}  ({source})")
