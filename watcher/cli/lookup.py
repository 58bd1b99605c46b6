"""Looking a title up before it is added: asking the catalogues, choosing with the user, proposing sources."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import typer

from watcher.cli.options import console, now
from watcher.config.edit import NewTitle, add_packs, add_source
from watcher.config.load import parse_config
from watcher.config.settings import Config
from watcher.discover.candidate import Candidate, seasons_of
from watcher.discover.data import with_seasons
from watcher.discover.proposals import Proposal, own_host, propose_packs, propose_sources
from watcher.discover.search import CATALOGUES, Asked, Found, search, seasons, with_data
from watcher.discover.site import find_news
from watcher.errors import ConfigError, StoreError
from watcher.judge.trust import Publishers
from watcher.store.works import Works, folder_of

_SHOWN = 10
_STREAMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the catalogues offered, and what was taken."""

    candidates: tuple[Candidate, ...] = ()
    asked: tuple[Asked, ...] = ()
    picked: int | None = None
    """Counts from 1."""
    note: str = ""

    @property
    def candidate(self) -> Candidate | None:
        return self.candidates[self.picked - 1] if self.picked is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """What may be looked at for a title."""

    sources: tuple[Proposal, ...] = ()
    packs: tuple[str, ...] = ()
    tables: tuple[Mapping[str, Any], ...] = field(default=())
    """The blocks that would be written."""

    def __bool__(self) -> bool:
        return bool(self.sources or self.packs)


# choosing


def choose(words: str, config: Config, *, pick: int | None, asks: bool, quiet: bool, offline: bool = False) -> Choice:
    """Ask the catalogues and the imported alias data, and find out which work is meant."""
    with Works(folder_of(config.database)) as works:
        if offline and not works and pick is None:
            return Choice()
        found = Found() if offline else _asked(words, config, asks=asks)
        found = _known(found, words, works) if works else found
        offered = replace(found, candidates=found.candidates[:_SHOWN])
        if not quiet:
            _show(offered)
        picked, note = _picked(offered, words, pick=pick, asks=asks)
        choice = Choice(candidates=offered.candidates, asked=offered.asked, picked=picked, note=note)
        return choice if choice.candidate is None else _complete(choice, choice.candidate, config, works, offline)


def _known(found: Found, words: str, works: Works) -> Found:
    """Add what imported data knows; data that turns out to be damaged adds nothing."""
    try:
        return with_data(found, words, works)
    except StoreError:
        console(stderr=True).print("imported alias data is damaged, and left aside; `watcher aliases update` renews it")
        return found


def _asked(words: str, config: Config, *, asks: bool) -> Found:
    if asks:
        console().print(f"Asking {' and '.join(catalogue.NAME for catalogue in CATALOGUES)} …")
    return asyncio.run(search(words, config, now=now))


def _complete(choice: Choice, candidate: Candidate, config: Config, works: Works, offline: bool) -> Choice:
    """Look up which seasons there are of the work that was taken."""
    listed = () if offline else asyncio.run(seasons(candidate, config, now=now))
    known = replace(candidate, seasons=seasons_of((*listed, *candidate.seasons)))
    with suppress(StoreError):  # said already, while it was looked for
        known = with_seasons(known, works) if works else known
    assert choice.picked is not None  # a candidate was taken
    place = choice.picked - 1
    return replace(choice, candidates=(*choice.candidates[:place], known, *choice.candidates[place + 1 :]))


def _picked(found: Found, words: str, *, pick: int | None, asks: bool) -> tuple[int | None, str]:
    number = len(found.candidates)
    if pick is not None:
        if not 1 <= pick <= number:
            raise typer.BadParameter(f"{number} were found", param_hint="--pick")
        return pick, ""
    if not number:
        return None, "nothing was found; it is added as you wrote it"
    exact = [place for place, one in enumerate(found.candidates, 1) if one.is_called(words)]
    if asks:
        return _ask(number, exact)
    if len(exact) == 1:
        return exact[0], ""
    return None, "none is surely meant, so it is added as you wrote it; --pick N takes one of them"


def _ask(number: int, exact: Sequence[int]) -> tuple[int | None, str]:
    default = exact[0] if exact else 0
    question = f"Which one do you mean? (1-{number}, 0: none of them)"
    picked: int = typer.prompt(question, type=int, default=default)
    while not 0 <= picked <= number:
        picked = typer.prompt(question, type=int, default=default)
    return (picked, "") if picked else (None, "none was taken; it is added as you wrote it")


def _show(found: Found) -> None:
    screen = console()
    for one in found.asked:
        if one.error:
            screen.print(f"{one.name} could not be asked: {one.error}")
    for place, candidate in enumerate(found.candidates, 1):
        about = [str(candidate.year or "year unknown"), candidate.format, candidate.maker, candidate.status]
        screen.print(f"{place:>3}  {candidate.name}  ({', '.join(filter(None, about))})")
        others = [name for name in candidate.names if name != candidate.name][:3]
        streams = f"streams on {', '.join(candidate.services)}" if candidate.services else ""
        lines = [" · ".join(others), candidate.site, streams, f"{', '.join(candidate.catalogues)}  {candidate.link}"]
        for line in filter(None, lines):
            screen.print(f"       {line}")


# the block


def enriched(block: NewTitle, candidate: Candidate, config: Config) -> NewTitle:
    """Complete a block with what a catalogue knows; what the user said stays first."""
    publishers = Publishers(config.publishers)
    name = next((one for one in candidate.names if one.casefold() == block.name.casefold()), candidate.name)
    own = own_host(candidate, lambda url: publishers.of(url).tier)
    aliases = dict.fromkeys((*block.aliases, *candidate.aliases(name)))
    return replace(
        block,
        name=name,
        aliases=tuple(alias for alias in aliases if alias.casefold() != name.casefold()),
        official=tuple(dict.fromkeys((*block.official, *filter(None, [own])))),
        ids={**candidate.ids, **block.ids},
        seasons=max((one.number for one in candidate.seasons if one.had_begun(now().date())), default=0),
        streams=candidate.services[:_STREAMS],
    )


def seasons_line(candidate: Candidate | None, wanted: int | None) -> str:
    """Say which seasons there are, and whether the one that is waited for is among them."""
    if candidate is None or not candidate.seasons:
        return ""
    told = ", ".join(f"{one.number} ({one.begin[:4]})" if one.begin else f"{one.number}" for one in candidate.seasons)
    old = next((one for one in candidate.seasons if one.number == wanted and one.had_begun(now().date())), None)
    newest = candidate.seasons[-1].number
    late = f". Season {old.number} has begun; the next would be --season {newest + 1}" if old else ""
    return f"Seasons known: {told}{late}."


# sources


def propose(candidate: Candidate, block: NewTitle, config: Config, text: str, *, offline: bool = False) -> Proposals:
    """Work out what may be looked at; a block that the configuration would refuse is left out."""
    news = asyncio.run(find_news(candidate.site, config, now=now)) if candidate.site and not offline else None
    wanted = propose_sources(candidate, config, official=block.official, news=news)
    taken = [source.id for source in config.sources]
    kept: list[tuple[Proposal, Mapping[str, Any]]] = []
    for proposal in wanted:
        table = proposal.table(block.name, taken)
        if _is_valid(add_source(text, table), config):
            kept.append((proposal, table))
            taken.append(table["id"])
    return Proposals(
        sources=tuple(proposal for proposal, _ in kept),
        packs=propose_packs(candidate, config),
        tables=tuple(table for _, table in kept),
    )


def _is_valid(text: str, config: Config) -> bool:
    try:
        parse_config(text, path=config.path, env=dict(os.environ), need_secrets=False)
    except ConfigError:
        return False
    return True


def confirmed(proposals: Proposals) -> bool:
    """Show what is proposed and ask whether to write it."""
    screen = console()
    screen.print("Worth looking at:")
    for one in proposals.sources:
        screen.print(f"  {one.kind:<8} {one.url}")
        screen.print(f"           {one.why}")
    for pack in proposals.packs:
        screen.print(f"  pack     {pack}")
    return typer.confirm("Write these into the file?", default=True)


def with_sources(text: str, proposals: Proposals, config: Config) -> str:
    """Write the proposed blocks and packs; the packs that are in use without being named stay in use."""
    if proposals.packs or (proposals.tables and config.packs):
        text = add_packs(text, (*config.packs, *proposals.packs), file=str(config.path))
    for table in proposals.tables:
        text = add_source(text, table, file=str(config.path))
    return text
