"""`watcher init, add`: what is watched."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.cli.configfile import RELOAD, ConfigFile, called, is_called, problem_at, season_of
from watcher.cli.lookup import Choice, Proposals, choose, confirmed, enriched, propose, seasons_line, with_sources
from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.seen import known_lines
from watcher.config import where
from watcher.config.coverage import Coverage, advice, coverage
from watcher.config.edit import NewTitle, add_title, save
from watcher.config.load import parse_config
from watcher.config.settings import Config, SourceConfig
from watcher.config.starter import starter
from watcher.errors import WatcherError
from watcher.judge.trust import Publishers
from watcher.model import Tier, Title
from watcher.notify.channels import validate_url
from watcher.store import Store


def init(config: ConfigOption = None, *, as_json: JsonOption = False) -> None:
    """Write a first configuration file; an existing one is never touched.

    On a terminal you are asked where messages should go; in a script nothing is asked.

    Example: watcher init && watcher add "Akudama Drive" --season 2
    """
    path = config or where.candidates(os.environ)[0]
    if path.exists() or path.is_symlink():
        raise problem_at(path, "", "exists already and is left alone", "`watcher add TITLE` watches a title")
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    text = starter(timezone=where.local_zone(os.environ).key, url=_ask_url() if asks else "console:")
    parse_config(text, path=path, validate_channel=validate_url)
    try:
        save(path, text, before=None)
    except OSError as error:
        raise problem_at(path, "", f"cannot be written: {error.strerror}") from None
    if as_json:
        print_json({"file": str(path), "written": True})
        return
    console().print(f'{path} is written. Next: watcher add "TITLE" --season 2')


def _ask_url() -> str:
    console().print("Where should messages go? An Apprise URL like ntfy://topic, or Enter for the terminal.")
    while True:
        url: str = typer.prompt("URL", default="console:", show_default=False)
        wrong = validate_url(url)
        if wrong is None:
            return url
        console().print(wrong)


def add(  # noqa: PLR0913 - one option for each key of a title
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The title as you know it.")],
    *,
    season: Annotated[str, typer.Option("--season", "-s", help='The season you wait for, or "any".')] = "any",
    alias: Annotated[list[str] | None, typer.Option("--alias", "-a", help="Another name; repeatable.")] = None,
    official: Annotated[list[str] | None, typer.Option("--official", help="Its own site's host; repeatable.")] = None,
    ids: Annotated[list[str] | None, typer.Option("--id", help="An id in a catalogue: anilist=116566.")] = None,
    also: Annotated[list[str] | None, typer.Option("--also", help="Also tell about: film, ova, stage, …")] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="News before this day is knowledge; default today.")
    ] = None,
    pick: Annotated[
        int | None, typer.Option("--pick", help="Take this one of the works found, without asking.")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: only imported alias data is looked through.")
    ] = False,
    sources: Annotated[
        bool | None,
        typer.Option("--sources/--no-sources", help="Also write the sources and packs that fit; asked on a terminal."),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Watch a title. AniList and TVmaze are asked which work is meant, for its names, its ids and its official site.

    Says what is watched now, what is known already, and if no source could ever tell. In a script, the only work
    of exactly this name is taken, or the title is added as written.

    Example: watcher add "Akudama Drive" --season 2 --sources
    """
    file = ConfigFile.open(config)
    block = NewTitle(
        name=title,
        season=season_of(season),
        since=_day(since, file.config),
        aliases=tuple(alias or ()),
        official=tuple(official or ()),
        ids=_ids(ids or []),
        also=tuple(also or ()),
    )
    _refuse_twice(file.config, block)
    file.check(add_title(file.text, block, file=str(file.path)))
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not as_json
    choice = choose(title, file.config, pick=pick, asks=asks, quiet=as_json, offline=offline)
    proposals = Proposals()
    if choice.candidate is not None:
        block = enriched(block, choice.candidate, file.config)
        _refuse_twice(file.config, block)
    text = add_title(file.text, block, file=str(file.path))
    if choice.candidate is not None:
        proposals = propose(choice.candidate, block, file.config, text, offline=offline)
    wanted = sources if sources is not None or not (asks and proposals) else confirmed(proposals)
    after = file.write(with_sources(text, proposals, file.config) if wanted else text)
    fresh = next(found for found in after.titles if found.id not in {old.id for old in file.config.titles})
    answer = _Answer(
        title=fresh,
        coverage=coverage(after, fresh, tier_of=tiers(after)),
        known=_known(after, fresh),
        choice=choice,
        proposals=proposals,
        written=bool(wanted and proposals),
    )
    if as_json:
        print_json(answer.document(file.path))
    else:
        answer.print(file.path)


def _refuse_twice(config: Config, block: NewTitle) -> None:
    for known in config.titles:
        if known.season == block.season and is_called(known, block.name):
            raise WatcherError(f"{called(known)}, is watched already ({known.id})")


def _day(text: str | None, config: Config) -> date:
    if text is None:
        return now().astimezone(config.timezone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("a day like 2026-11-20", param_hint="--since") from None


def _ids(pairs: list[str]) -> dict[str, int | str]:
    found: dict[str, int | str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise typer.BadParameter("a catalogue and its id, like anilist=116566", param_hint="--id")
        found[name] = int(value) if value.isascii() and value.isdigit() else value
    return found


def tiers(config: Config) -> Callable[[SourceConfig, Title], Tier]:
    """Make the function that says how far a source is trusted about a title."""
    publishers = Publishers(config.publishers)
    return lambda source, title: source.tier or publishers.of(source.url, title=title).tier


def _known(config: Config, title: Title) -> list[str]:
    if not config.database.exists():
        return []
    with Store.open(config.database, now=now(), read_only=True) as store:
        return known_lines(store, title, config.titles, now())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What is said after a title was added."""

    title: Title
    coverage: Coverage
    known: list[str]
    choice: Choice
    proposals: Proposals
    written: bool

    @property
    def hints(self) -> tuple[str, ...]:
        return advice(self.title, self.coverage.sources)

    def document(self, path: Path) -> dict[str, Any]:
        return {
            "file": str(path),
            "title": {
                "id": self.title.id,
                "name": self.title.name,
                "season": self.title.season if self.title.season is not None else "any",
                "since": self.title.since,
                "aliases": list(self.title.aliases),
                "official": list(self.title.official),
                "ids": dict(self.title.ids),
                "seasons": self.title.seasons,
                "streams": list(self.title.streams),
            },
            "candidates": [asdict(candidate) for candidate in self.choice.candidates],
            "picked": self.choice.picked,
            "note": self.choice.note,
            "catalogues": [{"name": one.name, "error": one.error or None} for one in self.choice.asked],
            "proposed": {
                "sources": [dict(table) for table in self.proposals.tables],
                "packs": list(self.proposals.packs),
                "written": self.written,
            },
            "known": self.known,
            "sources": [source.id for source in self.coverage.sources],
            "best_tier": self.coverage.best,
            "channels": list(self.coverage.channels),
            "warnings": list(self.coverage.warnings),
            "hints": list(self.hints),
        }

    def print(self, path: Path) -> None:
        screen = console()
        if self.choice.note:
            screen.print(f"Note: {self.choice.note}.")
        since = f", since {self.title.since:%Y-%m-%d}" if self.title.since else ""
        screen.print(f"Watching {called(self.title)}{since} ({self.title.id} in {path}).")
        self._print_work()
        self._print_sources()
        screen.print("Known already:" if self.known else "Known already: nothing.")
        for line in self.known:
            screen.print(f"  {line}")
        if self.coverage.best is not None:
            number = len(self.coverage.sources)
            screen.print(
                f"Looked for in {number} source{'s' * (number != 1)}, the best of tier {self.coverage.best:d}."
            )
        for warning in self.coverage.warnings:
            screen.print(f"Warning: {warning}")
        for hint in self.hints:
            screen.print(f"Hint: {hint}")
        screen.print(f"Next: watcher check; {RELOAD}")

    def _print_work(self) -> None:
        if self.title.aliases:
            console().print(f"Also called: {' · '.join(self.title.aliases)}")
        if seasons := seasons_line(self.choice.candidate, self.title.season):
            console().print(seasons)
        if self.title.streams:
            console().print(f"Streams on: {', '.join(self.title.streams)}")

    def _print_sources(self) -> None:
        wanted = [f"{table['kind']} {table['url']}" for table in self.proposals.tables]
        wanted += [f"pack {pack}" for pack in self.proposals.packs]
        if wanted:
            console().print("Sources written:" if self.written else "Worth looking at, too (--sources writes them):")
        for one in wanted:
            console().print(f"  {one}")
