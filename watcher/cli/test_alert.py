"""`watcher test-alert`: one marked test message to each channel, now, whatever the quiet hours."""

# ruff: noqa: PT028 - no test, but the command of that name

from __future__ import annotations

import asyncio
import sys
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration
from watcher.config.settings import ChannelConfig, Config
from watcher.errors import ConfigError, DeliveryError, Problem
from watcher.model import Notice, NoticeType
from watcher.notify.channels import open_channel
from watcher.notify.message import Message
from watcher.notify.render import render

__test__ = False  # the name is the command's


@dataclass(frozen=True, slots=True)
class _Tried:
    channel: ChannelConfig
    error: str = ""


def test_alert(
    channels: Annotated[list[str] | None, typer.Argument(metavar="[CHANNEL]…", help="Only these channels.")] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a test message to your channels and say which of them work.

    Exits with 1 if any of them fails. Nothing is stored.

    Example: watcher test-alert phone
    """
    settings = configuration(config)
    chosen = _chosen(settings, channels or [])
    with redirect_stdout(sys.stderr) if as_json else nullcontext():  # a console channel prints, too
        results = asyncio.run(_send_all(settings, chosen, now()))
    if as_json:
        rows = [{"channel": one.channel.name, "ok": not one.error, "error": one.error or None} for one in results]
        print_json({"channels": rows})
    else:
        _show(results)
    raise typer.Exit(1 if any(one.error for one in results) else 0)


def _chosen(config: Config, names: list[str]) -> tuple[ChannelConfig, ...]:
    known = {name: channel for channel in config.channels for name in (channel.name, channel.id)}
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = f"configured: {', '.join(channel.name for channel in config.channels) or 'none'}"
        file = str(config.path or "configuration")
        raise ConfigError(
            [Problem(file=file, path="channel", message=f"{name!r} is unknown", hint=hint) for name in unknown]
        )
    return tuple(dict.fromkeys(known[name] for name in names)) if names else config.channels


async def _send_all(config: Config, channels: tuple[ChannelConfig, ...], at: datetime) -> list[_Tried]:
    return list(await asyncio.gather(*(_send(config, channel, at) for channel in channels)))


async def _send(config: Config, channel: ChannelConfig, at: datetime) -> _Tried:
    try:
        await open_channel(channel, config=config, now=now).send(_message(config, channel, at))
    except DeliveryError as error:
        return _Tried(channel, f"{error}{' (perhaps delivered)' if error.uncertain else ''}")
    return _Tried(channel)


def _message(config: Config, channel: ChannelConfig, at: datetime) -> Message:
    text = (
        f'This is a test. The channel "{channel.name}" works.\n'
        f"News about {_watched(config, channel)} will come here, in this form: what changed, the date, "
        "the sentence it rests on, who said it, and a link."
    )
    ref = f"test-{at:%y%m%d%H%M%S}"
    notice = Notice(ref=ref, type=NoticeType.TEST, subject=channel.id, text=text, at=at)
    return render(notice, title=None, timezone=config.timezone)


def _watched(config: Config, channel: ChannelConfig) -> str:
    names = [one.name for one in config.titles if not channel.titles or {one.id, one.name} & set(channel.titles)]
    if not names:
        return "the titles that you add"
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _show(results: list[_Tried]) -> None:
    screen = console()
    if not results:
        screen.print("No channel is configured; alerts are printed by `watcher check` and kept for `watcher log`.")
    for one in results:
        screen.print(f"{one.channel.name}: {one.error or 'sent'}")
