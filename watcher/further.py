"""The rest of an answer: sequels' own pages, a list's next pages, the parts of an index.

Leaves what is missing to the kinds (`Parsed.further`), politeness to the fetcher. One look stays one look: where any
part of the answer cannot be had, the look has failed and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import urlsplit

from watcher.config.settings import Secret, SourceConfig
from watcher.fetch.exchange import Response
from watcher.memory import SourceState, Validators
from watcher.sources.joined import joined
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.pool import Parser

MOST = 60
"""Further requests of one look: a shelf of fifty works and their sequels, no crawl."""

Ask = Callable[[SourceConfig, SourceState], Awaitable[Response]]
Contexts = Callable[[SourceConfig, Response], ParseContext]


class Further:
    """Completes answers."""

    def __init__(self, *, ask: Ask, parser: Parser, context: Contexts) -> None:
        self._ask = ask
        self._parser = parser
        self._context = context

    async def complete(self, source: SourceConfig, response: Response, parsed: Parsed) -> tuple[Response, Parsed]:
        """Ask for what is missing. The whole has neither validators nor a hash: the first part tells nothing of it."""
        asked, answers = {source.url}, [parsed]
        open_ = [(address, 1) for address in parsed.further]
        warnings: list[str] = []
        while open_:
            address, depth = open_.pop(0)
            if address in asked:
                continue
            if not _same_place(address, source.url) or len(asked) > MOST:
                warnings.append(f"left out, since it is {_why(address, source.url)}: {_shown(address)}")
                continue
            asked.add(address)
            url = _as_secret_as(source.url, address)
            answer = await self._one(replace(source, url=url, pages=max(source.pages - depth, 1)))
            answers.append(answer)
            open_ += [(further, depth + 1) for further in answer.further]
        whole = joined(answers)
        digest = hashlib.sha256(response.body + str(len(asked)).encode()).hexdigest()
        return (
            replace(response, validators=Validators(), body_hash=f"whole:{digest}"),
            replace(whole, warnings=(*whole.warnings, *warnings[:3])),
        )

    async def _one(self, source: SourceConfig) -> Parsed:
        response = await self._ask(source, SourceState(source_id=source.id))
        return await self._parser.parse(source.kind, response.body, self._context(source, response))


def _as_secret_as(home: str, address: str) -> str:
    return Secret(address) if isinstance(home, Secret) else address


def _same_place(address: str, home: str) -> bool:
    """Say whether an address is at the source's own server: keys and trust are for no other."""
    one, other = urlsplit(address), urlsplit(home)
    return (one.scheme, one.netloc) == (other.scheme, other.netloc)


def _why(address: str, home: str) -> str:
    return "one too many" if _same_place(address, home) else "at another server"


def _shown(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}"
