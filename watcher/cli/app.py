"""The command `watcher`: its verbs, loaded when used, and its exit codes."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command as command_of

from watcher.errors import ConfigError, WatcherError

EXIT_FAILED = 1
EXIT_NEWS = 10
EXIT_CONFIG = 78

VERBS: dict[str, tuple[str, str]] = {
    "init": ("watcher.cli.titles:init", "Write a first configuration file."),
    "add": ("watcher.cli.titles:add", "Watch a title."),
    "remove": ("watcher.cli.watching:remove", "Watch a title no longer."),
    "pause": ("watcher.cli.watching:pause", "Stop watching a title for now."),
    "snooze": ("watcher.cli.watching:snooze", "Hold a title's alerts until a day."),
    "check": ("watcher.cli.check:check", "Look at every source now."),
    "run": ("watcher.cli.run:run", "Run as a service."),
    "status": ("watcher.cli.status:status", "What is known about your titles, and how the sources are."),
    "log": ("watcher.cli.log:log", "What was told, newest first."),
    "explain": ("watcher.cli.explain:explain", "Why an alert was sent, or why not."),
    "read": ("watcher.cli.read:read", "Read a text and say what it claims."),
    "replay": ("watcher.cli.replay:replay", "What today's rules would have told you."),
    "try": ("watcher.cli.trial:try_", "See what a page or feed yields, without watching it."),
    "aliases": ("watcher.cli.aliases:app", "Imported lists of works: update, info, remove."),
    "test-alert": ("watcher.cli.test_alert:test_alert", "Send a test message to your channels."),
    "outbox": ("watcher.cli.outbox:app", "Messages waiting, failed or sent."),
    "doctor": ("watcher.cli.doctor:doctor", "Look for what is wrong, and say how to mend it."),
    "config": ("watcher.cli.config:app", "Check and show the configuration."),
    "backup": ("watcher.cli.backup:backup", "Write a consistent copy of the database."),
    "restore": ("watcher.cli.backup:restore", "Put a copy of the database back."),
    "demo": ("watcher.cli.demo:demo", "Play the whole story offline."),
}


def _load(name: str) -> Any:
    """Import the module of a verb and turn its function, or its small app, into a command."""
    module, attribute = VERBS[name][0].split(":")
    thing = getattr(importlib.import_module(module), attribute)
    if not isinstance(thing, typer.Typer):
        wrapper = typer.Typer(add_completion=False)
        wrapper.command(name)(thing)
        thing = wrapper
    command = command_of(thing)
    command.name = name
    return command


class LazyGroup(TyperGroup):
    """A group that knows its verbs by name and imports one only when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - the signature is the group's
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return a stand-in with the help line; the real command comes with `resolve_command`."""
        if cmd_name not in VERBS:
            return None
        stand_in = typer.Typer(add_completion=False)
        stand_in.command(cmd_name, help=VERBS[cmd_name][1])(lambda: None)
        return command_of(stand_in)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        return name, (_load(name) if name in VERBS else command), rest


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Name a title. You are told once, with the evidence, when a new season is really announced.",
    epilog="Example: watcher add 'Akudama Drive' --season 2 && watcher check",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from watcher import __version__  # noqa: PLC0415 - only for this option

        typer.echo(f"watcher {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None: ...


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; our own errors become one clear line each."""
    try:
        code = _called(arguments)
    except ConfigError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)  # noqa: T201 - the terminal is where errors go
        return EXIT_CONFIG
    except BrokenPipeError:
        return _hushed(0)  # the reader of our output left (`watcher log | head`)
    except (WatcherError, OSError) as error:
        print(f"watcher: {error}", file=sys.stderr)  # noqa: T201
        return _hushed(EXIT_FAILED) if isinstance(error, OSError) else EXIT_FAILED
    return code or _flushed()


def _called(arguments: Sequence[str]) -> int:
    try:
        app(list(arguments))
    except SystemExit as leaving:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":
            raise BrokenPipeError from None  # typer's sign of a closed pipe; it would exit with 1
        return leaving.code if isinstance(leaving.code, int) else EXIT_FAILED
    return 0


def _flushed() -> int:
    """Write out what was printed while somebody can still hear that it failed."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return _hushed(0)
    except OSError as error:
        print(f"watcher: cannot print: {error}", file=sys.stderr)  # noqa: T201
        return _hushed(EXIT_FAILED)
    return 0


def _hushed(code: int) -> int:
    """Give up standard output, so that Python does not complain about it again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code
