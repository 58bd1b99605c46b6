"""Bring alias data into the store: bangumi-data from the npm registry, either format from an address or a file.

All addresses are asked through `watcher.fetch.client`, with its guards. Whatever goes wrong is a `DataError` or a
`SourceError` that names where the data was to come from, and leaves the old data in place.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

from watcher.aliases import bangumi
from watcher.aliases.files import pieces
from watcher.aliases.jsonstream import DataError
from watcher.aliases.reading import DataReader
from watcher.config.settings import Config
from watcher.fetch.client import Fetcher
from watcher.fetch.exchange import Request
from watcher.fetch.network import Resolver
from watcher.read.text import key
from watcher.sources.plain import tidy
from watcher.store.works import Works, keep_works
from watcher.works import DataInfo

REGISTRY = "https://registry.npmjs.org"
PACKAGE = "bangumi-data"
SECONDS = 300.0
MOST_BYTES = 96 * 1024 * 1024
"""Of one answer; it is held in memory while it is read."""
_SHRUNK = 2
"""Data with fewer than half of the works of the old is taken to be damaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """Imports into one folder."""

    config: Config
    folder: Path
    now: Callable[[], datetime]
    force: bool = False
    """Take data that has become much smaller."""
    registry: str = REGISTRY
    resolve: Resolver | None = None

    async def update(self, wanted: str) -> DataInfo:
        """Import ``bangumi-data`` from the registry, or what an address or a file holds."""
        try:
            if wanted == PACKAGE:
                return await self._from_registry()
            if urlsplit(wanted).scheme in {"http", "https"}:
                return self._take(BytesIO(await self._asked(wanted, "*/*")), origin=wanted)
            return self._from_file(Path(wanted))
        except DataError as error:
            raise DataError(f"{wanted}: {error}; nothing was changed") from None

    async def _from_registry(self) -> DataInfo:
        about = f"{self.registry.rstrip('/')}/{PACKAGE}/latest"
        said = _package(await self._asked(about, "application/json"))
        tarball = urljoin(about, said.tarball)
        body = await self._asked(tarball, "*/*")
        said.check(body)
        return self._take(BytesIO(body), origin=PACKAGE, version=said.version)

    async def _asked(self, url: str, accept: str) -> bytes:
        limits = replace(
            self.config.limits,
            deadline=timedelta(seconds=SECONDS),
            raw_bytes=MOST_BYTES,
            decoded_bytes=MOST_BYTES,
        )
        config = replace(self.config, limits=limits)
        async with Fetcher(config=config, now=self.now, resolve=self.resolve) as fetcher:
            response = await fetcher.fetch(Request(url=url, accept=accept))
        if not response.complete:
            raise DataError("the answer may have been cut short: its length was not said")
        return response.body

    def _from_file(self, path: Path) -> DataInfo:
        try:
            with path.open("rb") as file:
                return self._take(file, origin=str(path.absolute()))
        except OSError as error:
            raise DataError(f"cannot be read: {error.strerror or error}") from None

    def _take(self, file: IO[bytes], *, origin: str, version: str = "") -> DataInfo:
        """Read a data set and keep it, under the name of its format."""
        reader = DataReader(pieces(file))
        works = iter(reader)
        first = next(works, None)  # only now the format shows
        assert first is not None  # the reader raises where it finds no work

        def info() -> DataInfo:
            self._check_size(reader)
            return DataInfo(
                name=reader.name,
                version=version or reader.version,
                licence=reader.licence,
                attribution=reader.attribution,
                origin=origin,
                imported=self.now(),
                works=reader.works,
                skipped=reader.skipped,
            )

        def everything() -> Iterable[Any]:
            yield first
            yield from works

        return keep_works(self.folder, reader.name, everything(), key=_key, info=info)

    def _check_size(self, reader: DataReader) -> None:
        with Works(self.folder) as old:
            before = next((info.works for info in old.infos if info.name == reader.name), 0)
        if reader.works * _SHRUNK < before and not self.force:
            raise DataError(f"it lists {reader.works:,} works, where it listed {before:,} before: it may be damaged "
                            "(--force takes it)")  # fmt: skip


def _key(name: str) -> str:
    return key(name).replace("\n", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Package:
    """What the registry says of the newest version of a package."""

    version: str
    tarball: str
    algorithm: str
    digest: bytes

    def check(self, body: bytes) -> None:
        """Raise where *body* is not what the registry promised."""
        found = hashlib.new(self.algorithm, body).digest()
        if found != self.digest:
            raise DataError(f"the package is not what the registry promised ({self.algorithm} "
                            f"{b64encode(found).decode()[:16]}…)")  # fmt: skip


def _package(body: bytes) -> _Package:
    """Read the registry's answer; a package without a strong digest is not taken."""
    try:
        said = json.loads(body)
        dist = said["dist"]
        algorithm, _, digest = str(dist["integrity"]).partition("-")
        if algorithm not in {"sha512", "sha384", "sha256"}:
            raise DataError("the registry promises no digest that can be checked")
        return _Package(
            version=tidy(str(said["version"]))[:40],
            tarball=str(dist["tarball"]),
            algorithm=algorithm,
            digest=b64decode(digest, validate=True),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise DataError("the registry's answer is not the description of a package") from None


def refreshable(folder: Path) -> tuple[str, ...]:
    """List where imported data can be had again: what is on the web, ``bangumi-data`` in any case."""
    with Works(folder) as works:
        origins = [info.origin for info in works.infos if info.name != bangumi.NAME]
        own = [info.origin for info in works.infos if info.name == bangumi.NAME]
    web = [origin for origin in origins if urlsplit(origin).scheme in {"http", "https"}]
    return (*(own or [PACKAGE]), *web)
