"""Ready packs of sources, shipped with the program.

In:    names of packs.
Out:   their sources as raw tables, so that a user's block of the same id can change single keys.
Never: the network; only packaged data files.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

DEFAULT_PACKS = ("anime-press-en", "licensors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file of `watcher/data/packs`."""

    name: str
    version: int
    description: str
    sources: tuple[dict[str, Any], ...]


@cache
def pack_names() -> tuple[str, ...]:
    """List the packs that are shipped."""
    folder = files("watcher").joinpath("data", "packs")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@cache
def load_pack(name: str) -> Pack:
    """Load a pack by its name, which must be one of `pack_names`."""
    text = files("watcher").joinpath("data", "packs", f"{name}.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return Pack(name=name, version=data["version"], description=data["description"], sources=tuple(data["source"]))
