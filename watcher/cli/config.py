"""`watcher config`: check, show and describe the configuration."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import typer

from watcher.cli.options import ConfigOption, JsonOption, console, print_json
from watcher.config import where
from watcher.config.load import Loaded, load_config
from watcher.config.schema import config_schema
from watcher.config.show import shown
from watcher.errors import ConfigError, Problem

EXIT_CONFIG = 78

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Check and show the configuration.\n\nExample: watcher config check",
)


def _load(path: Path | None) -> Loaded:
    return load_config(path, validate_channel=_wrong_with, need_secrets=False)


def _wrong_with(url: str) -> str | None:
    from watcher.notify.channels import validate_url  # noqa: PLC0415 - slow to import; few mistakes are in a channel

    return validate_url(url)


@app.command()
def check(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Find every mistake in the configuration, without the network. Exits with 78 if there is one.

    Credentials and variables that only the service is given are named, but not an error here.

    Example: watcher config check --config ./config.toml
    """
    try:
        loaded = _load(config)
    except ConfigError as error:
        _report(error.problems, [], as_json=as_json)
        raise typer.Exit(EXIT_CONFIG) from None
    _report([], [*loaded.warnings, *loaded.absent], as_json=as_json, loaded=loaded)


def _report(errors: list[Problem], warnings: list[Problem], *, as_json: bool, loaded: Loaded | None = None) -> None:
    if as_json:
        print_json({"ok": not errors, "errors": _rows(errors), "warnings": _rows(warnings)})
        return
    for problem in errors:
        console().print(str(problem))
    for problem in warnings:
        console().print(f"warning: {problem}")
    if loaded is not None:
        found = loaded.config
        used = sum(source.enabled for source in found.sources)
        console().print(
            f"{found.path}: fine; {_count(len(found.titles), 'title')}, {_count(used, 'source')}, "
            f"{_count(len(found.channels), 'channel')}"
        )
    else:
        console().print(_count(len(errors), "problem"))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rows(problems: list[Problem]) -> list[dict[str, Any]]:
    return [{"file": p.file, "line": p.line, "path": p.path, "message": p.message, "hint": p.hint} for p in problems]


@app.command()
def show(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Print what the configuration means, with defaults and packs, without secrets.

    Example: watcher config show --json
    """
    values = shown(_load(config).config)
    if as_json:
        print_json(values)
        return
    screen = console()
    screen.print(f"# {values['file']}")
    screen.print(f"[watcher]\n{_lines(values['watcher'])}")
    for name in ("title", "source", "channel"):
        for block in values[name]:
            screen.print(f"\n[[{name}]]\n{_lines(block)}")
    if values["publishers"]:
        screen.print(f"\n[publishers]\n{_lines(values['publishers'])}")


def _lines(block: dict[str, Any]) -> str:
    """Print one block in the manner of TOML; what says nothing is left out."""
    kept = {key: value for key, value in block.items() if value not in (None, [], {}, "")}
    return "\n".join(f"{key} = {_toml(value)}" for key, value in kept.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}"
    return json.dumps(value, ensure_ascii=False)


@app.command()
def schema(as_json: JsonOption = False) -> None:  # noqa: ARG001 - it is JSON either way
    """Print the JSON Schema of the configuration, for editors.

    Example: watcher config schema > watcher.schema.json
    """
    print_json(config_schema())


@app.command()
def path(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Print which file is read, and where else one is looked for.

    Example: watcher config path
    """
    found = where.find_config(config, os.environ)
    places = [Path(config)] if config else list(where.candidates(os.environ))
    if as_json:
        print_json({"file": str(found) if found else None, "looked_for": [str(place) for place in places]})
    elif found is not None:
        console().print(str(found))
    else:
        console(stderr=True).print("no configuration; looked for " + ", ".join(map(str, places)))
    if found is None or not found.exists():
        raise typer.Exit(EXIT_CONFIG)
