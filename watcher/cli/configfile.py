"""The configuration file, open for one change by a verb: read, judged, written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from watcher.config.edit import read_text, save
from watcher.config.load import load_config, parse_config
from watcher.config.settings import Config
from watcher.config.wrong import nearest
from watcher.errors import ConfigError, Problem
from watcher.model import Title
from watcher.notify.channels import validate_url

RELOAD = "a running service reads it after: systemctl reload watcher"
TitleArgument = Annotated[str, typer.Argument(metavar="TITLE", help="Name, alias or id of a watched title.")]
SeasonFilter = Annotated[str | None, typer.Option("--season", "-s", help="Only the watch for this season.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigFile:
    """A valid configuration file, open for one change."""

    path: Path
    text: str
    config: Config

    @classmethod
    def open(cls, path: Path | None) -> ConfigFile:
        config = load_config(path, validate_channel=validate_url, need_secrets=False).config
        assert config.path is not None  # it came from a file
        return cls(path=config.path, text=read_text(config.path), config=config)

    def check(self, text: str) -> Config:
        """Judge a new text; raise `ConfigError` with what is wrong."""
        return parse_config(text, path=self.path, validate_channel=validate_url, need_secrets=False).config

    def write(self, text: str) -> Config:
        """Judge the new text, then put it in place."""
        config = self.check(text)
        save(self.path, text, before=self.text)
        return config

    def find(self, name: str, season: str | None) -> list[int]:
        """Find the positions of the watches a person means; raise `ConfigError` if there are none."""
        wanted = season_of(season) if season is not None else None
        found = [
            index
            for index, title in enumerate(self.config.titles)
            if is_called(title, name) and (season is None or title.season == wanted)
        ]
        if not found:
            words = [word for title in self.config.titles for word in (title.id, *title.names)]
            meant = nearest(name, words)
            hint = f'did you mean "{meant}"?' if meant else "`watcher status` lists what is watched"
            raise problem_at(self.path, "title", f'"{name}" is not watched', hint)
        return found


def is_called(title: Title, name: str) -> bool:
    """Say whether a person who writes *name* means this watch."""
    return name == title.id or name.casefold() in {known.casefold() for known in title.names}


def problem_at(path: Path, place: str, message: str, hint: str = "") -> ConfigError:
    """Make the error for one place of the file."""
    return ConfigError([Problem(file=str(path), path=place, message=message, hint=hint)])


def season_of(text: str) -> int | None:
    """Read a season as typed: a number, or "any" (None)."""
    if text.casefold() == "any":
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 99:
        raise typer.BadParameter('a number from 1 to 99, or "any"', param_hint="--season")
    return int(text)


def called(title: Title) -> str:
    """Name a watch for a person."""
    return f"{title.name}, " + ("any new season" if title.season is None else f"season {title.season}")
