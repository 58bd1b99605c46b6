"""`watcher outbox`: messages that wait, failed or were sent, and what to do about them."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration, database
from watcher.config.settings import Config
from watcher.errors import ConfigError, Problem
from watcher.memory import Delivery, DeliveryState
from watcher.model import Event, Notice
from watcher.notify import safe
from watcher.notify.render import render
from watcher.store import Store

app = typer.Typer(no_args_is_help=True, add_completion=False)

OPEN = (DeliveryState.NEW, DeliveryState.SENDING, DeliveryState.DEAD)
WhichArgument = Annotated[
    list[str], typer.Argument(metavar="WHICH…", help="Numbers from `outbox list`, references, or: dead, all.")
]
ChannelOption = Annotated[str | None, typer.Option("--channel", help="Only this channel.")]


@app.command("list")
def list_(
    *,
    config: ConfigOption = None,
    channel: ChannelOption = None,
    sent: Annotated[bool, typer.Option("--sent", help="Also what was sent or dropped.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what waits and what was given up, oldest first.

    Example: watcher outbox list --channel phone
    """
    settings = configuration(config)
    with database(settings) as store:
        states = tuple(DeliveryState) if sent else OPEN
        found = store.deliveries(*states, channel_id=_channel_id(settings, channel), limit=10_000)
        rows = [_document(one, _subject(store, settings, one.ref)) for one in found]
    if as_json:
        print_json({"deliveries": rows})
    elif not rows:
        console().print("Nothing waits and nothing was given up.")
    else:
        console().print(_table(rows, settings))


@app.command()
def retry(
    which: WhichArgument,
    *,
    config: ConfigOption = None,
    channel: ChannelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make messages due now: dead letters, or waiting ones that you do not want to wait for.

    Example: watcher outbox retry dead
    """
    settings = configuration(config)
    with database(settings) as store:
        wanted = _wanted(store, settings, which, channel, (*OPEN, DeliveryState.DROPPED))
        at = now()
        changed = [one for one in wanted if store.retry(one.id or 0, at)]
    _say(changed, "due now; `watcher check` or the running service sends them", as_json=as_json)


@app.command()
def drop(
    which: WhichArgument,
    *,
    config: ConfigOption = None,
    channel: ChannelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Close messages that are not to be sent any more. `outbox retry` brings one back.

    Example: watcher outbox drop 17 k3f9a2
    """
    settings = configuration(config)
    with database(settings) as store:
        wanted = _wanted(store, settings, which, channel, OPEN)
        changed = [one for one in wanted if store.drop(one.id or 0)]
    _say(changed, "dropped", as_json=as_json)


def _wanted(
    store: Store, config: Config, which: list[str], channel: str | None, states: tuple[DeliveryState, ...]
) -> list[Delivery]:
    """Find the deliveries that a person named; raise ConfigError for a name that fits none."""
    found = store.deliveries(*states, channel_id=_channel_id(config, channel), limit=100_000)
    chosen: dict[int, Delivery] = {}
    for name in which:
        hits = [one for one in found if _fits(one, name)]
        if not hits and name not in {"all", "dead"}:
            raise ConfigError([_unknown(config, "outbox", name, "see: watcher outbox list --sent")])
        chosen |= {one.id or 0: one for one in hits}
    return list(chosen.values())


def _fits(delivery: Delivery, name: str) -> bool:
    if name == "dead":
        return delivery.state is DeliveryState.DEAD
    if name == "all":
        return delivery.state in OPEN
    return name.removeprefix("#") == delivery.ref or (name.isdecimal() and int(name) == delivery.id)


def _channel_id(config: Config, name: str | None) -> str | None:
    if name is None:
        return None
    for channel in config.channels:
        if name in {channel.id, channel.name}:
            return channel.id
    known = ", ".join(channel.name for channel in config.channels) or "none"
    raise ConfigError([_unknown(config, "channel", name, f"configured: {known}")])


def _unknown(config: Config, path: str, name: str, hint: str) -> Problem:
    return Problem(file=str(config.path or "configuration"), path=path, message=f"{name!r} is unknown", hint=hint)


def _subject(store: Store, config: Config, ref: str) -> str:
    item: Event | Notice | None = store.item(ref)
    if item is None:
        return ""
    title = next((one for one in config.titles if isinstance(item, Event) and one.id == item.title_id), None)
    return render(item, title=title, timezone=config.timezone).subject


def _document(delivery: Delivery, subject: str) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "ref": delivery.ref,
        "channel": delivery.channel_id,
        "state": delivery.state.value,
        "subject": subject,
        "created": delivery.created.isoformat(),
        "due": delivery.due.isoformat(),
        "slot": delivery.slot or None,
        "attempts": delivery.attempts,
        "repeat": delivery.repeat,
        "sent": delivery.sent.isoformat() if delivery.sent else None,
        "error": delivery.last_error or None,
    }


def _table(rows: list[dict[str, Any]], config: Config) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("no", "channel", "state", "message", "tries", "next", "error"):
        table.add_column(name, overflow="fold")
    states = {"new": "waits", "dead": "given up"}
    for row in rows:
        due = row["due"][:16].replace("T", " ") if row["state"] == "new" else ""
        message = f"{safe.cut(row['subject'], 70)} #{row['ref']}"
        table.add_row(
            str(row["id"]),
            row["channel"],
            states.get(row["state"], row["state"]),
            message,
            str(row["attempts"]),
            due,
            safe.cut(safe.line(row["error"] or ""), 80),
        )
    table.caption = f"{len(rows)} messages; times in UTC, yours is {config.timezone.key}"
    return table


def _say(changed: list[Delivery], what: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"changed": [{"id": one.id, "ref": one.ref, "channel": one.channel_id} for one in changed]})
    else:
        console().print(f"{len(changed)} {'message' if len(changed) == 1 else 'messages'} {what}.")
