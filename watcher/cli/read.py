"""`watcher read`: read a text and say what it claims, for programs (``--jsonl``) and for people."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from watcher.aliases.others import other_names_in
from watcher.cli.options import ConfigOption, console, now
from watcher.cli.session import configuration_or_default
from watcher.cli.trial import fetch_page
from watcher.config.settings import PageMode, default_zone
from watcher.judge.trust import Publishers
from watcher.model import Claim, Entry, Reading, Tier, Title
from watcher.read.cases import answer, case_of
from watcher.read.flat import blocks_of
from watcher.read.reader import Reader
from watcher.sources.kinds import KINDS
from watcher.sources.parsed import ParseContext
from watcher.store.works import folder_of


def read(  # noqa: PLR0913 - one parameter an option
    text: Annotated[str, typer.Argument(metavar="FILE|URL|-", help="What to read; - is standard input.")] = "-",
    title: Annotated[str, typer.Option("--title", "-t", help="The work to look for.")] = "",
    *,
    alias: Annotated[list[str] | None, typer.Option("--alias", help="Another name of it; may be repeated.")] = None,
    season: Annotated[str, typer.Option("--season", "-s", help="A number, or any.")] = "any",
    published: Annotated[str, typer.Option(help="Day of publication, YYYY-MM-DD.")] = "",
    jsonl: Annotated[
        Path | None, typer.Option("--jsonl", help="Read JSON cases, one a line; - is standard input.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Read a text and say what it claims about a title's season, sentence by sentence.

    Example: watcher read article.txt --title "Akudama Drive" --season 2
    """
    if jsonl is not None:
        with _lines(jsonl) as lines:
            answer_all(lines, sys.stdout)
        return
    if not title:
        raise typer.BadParameter("say which work to look for: --title NAME")
    watched = Title(id="watched", name=title, aliases=tuple(alias or ()), season=_season(season))
    entry = _entry(text, _day(published), config)
    show(Reader([watched], others=_others(watched, config)).read(entry, watched), console())


def _others(watched: Title, path: Path | None) -> tuple[str, ...]:
    """Give the names of other works that imported alias data tells apart from this one."""
    return other_names_in([watched], folder_of(configuration_or_default(path).database))


def answer_all(lines: Iterator[str], out: IO[str]) -> None:
    """Answer each case with one line, in order; a line that is no case is answered with its error."""
    for line in lines:
        if line.strip():
            out.write(json.dumps(_answer(line), ensure_ascii=False) + "\n")


def _answer(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        return {"id": None, "error": f"not JSON: {error}"}
    try:
        case = case_of(record)
        return _weighed(answer(case), case.url) if case.url else answer(case)
    except ValueError as error:
        return {"id": record.get("id") if isinstance(record, dict) else None, "error": str(error)}


def _weighed(said: dict[str, Any], url: str) -> dict[str, Any]:
    """Apply who speaks at *url*: below the press an alert waits for corroboration."""
    tier = Publishers().of(url).tier
    held = said["alert"] and tier > Tier.PRESS
    return {**said, "alert": said["alert"] and not held, "held": held, "tier": int(tier)}


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    if str(path) == "-":
        yield iter(sys.stdin)
        return
    with path.open(encoding="utf-8") as stream:
        yield iter(stream)


def _season(text: str) -> int | None:
    if text.casefold() == "any":
        return None
    if not text.isdigit():
        raise typer.BadParameter(f"--season takes a number or any, not {text!r}")
    return int(text)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError as error:
        raise typer.BadParameter(f"--published takes a day such as 2026-10-04, not {text!r}") from error


def _entry(where: str, published: datetime | None, config: Path | None) -> Entry:
    """Read an address or a saved page as an article, anything else as a text whose first line is its headline."""
    if where.startswith(("http://", "https://")):
        entry = _article(*asyncio.run(fetch_page(where, config)))
        return replace(entry, published=published, date_only=True) if published else entry
    raw = sys.stdin.buffer.read() if where == "-" else Path(where).read_bytes()
    if raw.lstrip()[:1] == b"<":
        entry = _article(raw, Path(where).absolute().as_uri() if where != "-" else "file:///-", "")
        return replace(entry, published=published, date_only=True) if published else entry
    text = raw.decode("utf-8", "replace")
    headline, _, body = text.lstrip().partition("\n")
    return Entry(id=where, title=headline.strip(), blocks=blocks_of(body), published=published, date_only=True)


def _article(body: bytes, url: str, content_type: str) -> Entry:
    context = ParseContext(url=url, content_type=content_type, now=now(), tz=default_zone(url), mode=PageMode.ARTICLE)
    return KINDS["page"].parse(body, context).entries[0]


def show(reading: Reading, screen: Console) -> None:
    """Print the verdict, what it rests on, and each sentence with what was found in it."""
    screen.print(Text.assemble(("Verdict: ", "bold"), reading.verdict.value, "  (alert)" if reading.alert else ""))
    for reason in reading.reasons:
        screen.print(Text(f"  because: {reason}"))
    for claim in reading.claims:
        screen.print(Text.assemble(("  claim: ", "bold"), _claim(claim)))
    for claim in reading.dropped[:20]:
        screen.print(Text(f"  not counted: {_claim(claim)}", style="dim"))
    table = Table("Sentence", "Found", title="What stands where", show_lines=True)
    for note in reading.notes:
        if note.found:
            table.add_row(Text(note.text), Text("\n".join(note.found)))
    screen.print(table)


def _claim(claim: Claim) -> str:
    parts = [claim.type.value, f"season {claim.season or 'next'}"]
    parts += [str(part) for part in (claim.date, claim.platform) if part]
    if claim.modality.value != "asserted":
        parts.append(claim.modality.value)
    return " · ".join(parts) + f" — “{claim.quote}”"
