"""From source blocks to sources: the user's own and those of the packs.

In:    raw ``[[source]]`` tables, names of packs.
Out:   `SourceConfig`s, own first; a block with a pack's id changes that pack's source.
Never: the network; addresses are judged by their spelling.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from watcher.config.blocks import read_block
from watcher.config.door import SourceBlock
from watcher.config.keys import missing_key
from watcher.config.names import Directory
from watcher.config.packs import DEFAULT_PACKS, load_pack, pack_names
from watcher.config.secret import SecretStore, has_key_in_query
from watcher.config.settings import Secret, Selectors, SourceConfig
from watcher.config.values import Network, inside, is_local_name, literal_address, slug, spoken
from watcher.config.wrong import AbsentError, Findings, KeyPath, WrongError, nearest, one_of

LEAST_PUBLIC = timedelta(minutes=1)
LEAST_INSIDE = timedelta(seconds=1)
MOST = timedelta(days=30)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OWN_HEADERS = {
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "te",
    "upgrade",
    "accept-encoding",
    "user-agent",
    "cookie",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRules:
    """What judging a source needs to know of the rest of the configuration."""

    titles: Directory
    kinds: Collection[str]
    networks: Sequence[Network]
    secrets: SecretStore
    findings: Findings


def choose_packs(
    written: Sequence[str] | None, tables: list[tuple[KeyPath, Any]], findings: Findings
) -> tuple[str, ...]:
    """Take the written packs; without any, and without an own source, the default ones."""
    if written is None:
        own = any(isinstance(table, dict) and "url" in table for _, table in tables)
        return () if own else DEFAULT_PACKS
    for index, name in enumerate(written):
        if name not in pack_names():
            findings.error(("watcher", "packs", index), f'there is no pack "{name}"', one_of(pack_names(), name))
    return tuple(dict.fromkeys(name for name in written if name in pack_names()))


def build_sources(
    tables: list[tuple[KeyPath, Any]], packs: Sequence[str], rules: SourceRules
) -> tuple[SourceConfig, ...]:
    """Judge every ``[[source]]`` and add the packs; broken ones are left out, their problems noted."""
    ready = {table["id"]: (pack, table) for pack in packs for table in load_pack(pack).sources}
    seen = _Seen(rules.findings)
    own: list[SourceConfig] = []
    for path, table in tables:
        pack, merged = _merged(table, ready)
        block = _read(merged, path, ready, rules.findings, changed=pack is not None)
        if block is None:
            continue
        source = _source(block, path, rules, pack)
        seen.check(source, path, given=block.id is not None)
        own.append(source)
    changed = {source.id for source in own}
    rest = (_packed(table, pack, rules) for key, (pack, table) in ready.items() if key not in changed)
    return (*own, *rest)


def _merged(table: Any, ready: Mapping[str, tuple[str, dict[str, Any]]]) -> tuple[str | None, Any]:
    """Lay a user's block over the pack's source of the same id."""
    name = table.get("id") if isinstance(table, dict) else None
    if not isinstance(name, str) or name not in ready:
        return None, table
    pack, base = ready[name]
    return pack, _own_keys(base) | table


def _own_keys(table: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a pack says about a source besides the source itself."""
    return {key: value for key, value in table.items() if key not in {"verified", "note"}}


def _read(
    table: Any, path: KeyPath, ready: Mapping[str, Any], findings: Findings, *, changed: bool
) -> SourceBlock | None:
    bare = isinstance(table, dict) and "id" in table and not {"url", "name", "kind"} & table.keys()
    if bare and not changed:
        meant = nearest(str(table["id"]), ready)
        hint = f'did you mean "{meant}"?' if meant else "give it a name, a kind and a url"
        findings.error((*path, "id"), "no pack in use has a source with this id", hint)
        return None
    return read_block(SourceBlock, table, path, findings, vital={"id"})


def _packed(table: dict[str, Any], pack: str, rules: SourceRules) -> SourceConfig:
    block = SourceBlock.model_validate(_own_keys(table))
    return _source(block, ("watcher", "packs"), rules, pack)


def _source(block: SourceBlock, path: KeyPath, rules: SourceRules, pack: str | None) -> SourceConfig:
    _check_kind(block, path, rules)
    _check_place(block, path, rules)
    _check_key(block, path, rules)
    return SourceConfig(
        id=block.id or slug(block.name),
        name=block.name,
        kind=block.kind,
        url=Secret(block.url) if has_key_in_query(block.url) else block.url,
        every=block.every,
        tier=block.tier,
        publisher=block.publisher,
        titles=rules.titles.refer(block.titles, (*path, "titles"), rules.findings),
        mode=block.mode,
        selectors=Selectors(**block.selectors.model_dump()),
        pages=block.pages,
        tz=block.tz.key if block.tz else None,
        headers=_headers(block, path, rules),
        robots=block.robots,
        deny=block.deny,
        enabled=block.enabled,
        pack=pack,
    )


def _check_kind(block: SourceBlock, path: KeyPath, rules: SourceRules) -> None:
    if block.kind not in rules.kinds:
        hint = one_of(tuple(rules.kinds), block.kind)
        rules.findings.error((*path, "kind"), f'there is no kind "{block.kind}"', hint)
    if block.kind != "page":
        for key in {"mode", "selectors", "pages"} & block.model_fields_set:
            rules.findings.warn((*path, key), f"means nothing for the kind {block.kind}", 'it is for kind = "page"')


def _check_key(block: SourceBlock, path: KeyPath, rules: SourceRules) -> None:
    if block.enabled and (lacking := missing_key(block.kind, block.headers, block.url)):
        rules.findings.warn((*path, "headers"), lacking, "or enabled = false until you have one")


def _check_place(block: SourceBlock, path: KeyPath, rules: SourceRules) -> None:
    host = urlsplit(block.url).hostname or ""
    address = literal_address(host)
    allowed = inside(address, rules.networks) if address else bool(rules.networks) and is_local_name(host)
    private = not address.is_global if address else is_local_name(host)
    if private and not allowed:
        message = "is an address of a private network, which is refused"
        rules.findings.error((*path, "url"), message, 'list its network in [watcher]: allow_networks = ["127.0.0.0/8"]')
    if block.every is not None:
        _check_every(block.every, (*path, "every"), allowed=allowed, findings=rules.findings)


def _check_every(every: timedelta, path: KeyPath, *, allowed: bool, findings: Findings) -> None:
    least = LEAST_INSIDE if allowed else LEAST_PUBLIC
    if every < least:
        why = "" if allowed else ": servers of others are not to be hurried"
        findings.error(path, f"is shorter than {spoken(least)}{why}", f'write "{spoken(least)}" or more')
    elif every > MOST:
        message = f"is longer than {spoken(MOST)}: news would be missed"
        findings.error(path, message, f'write "{spoken(MOST)}" or less, or enabled = false')


def _headers(block: SourceBlock, path: KeyPath, rules: SourceRules) -> tuple[tuple[str, Secret], ...]:
    headers = []
    for name, ref in block.headers.items():
        where = (*path, "headers", name)
        if not _HEADER_NAME.fullmatch(name) or name.casefold() in _OWN_HEADERS:
            rules.findings.error(where, "cannot be set", "a header like X-API-Key or Authorization")
            continue
        try:
            headers.append((name, rules.secrets.open(ref)))
        except WrongError as wrong:
            rules.findings.wrong(where, wrong)
            if isinstance(wrong, AbsentError):  # only the service is given it; for the other verbs it is there
                headers.append((name, Secret()))
    return tuple(headers)


class _Seen:
    """Tells sources that are written twice."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.ids: dict[str, str] = {}
        self.urls: dict[str, str] = {}

    def check(self, source: SourceConfig, path: KeyPath, *, given: bool) -> None:
        if source.id in self.ids:
            where = (*path, "id" if given else "name")
            self.findings.error(where, f'"{source.id}" is taken by "{self.ids[source.id]}"', "give it an id of its own")
        elif source.url in self.urls:
            self.findings.warn((*path, "url"), f'is also looked at by "{self.urls[source.url]}"', "remove one")
        self.ids.setdefault(source.id, source.name)
        self.urls.setdefault(source.url, source.name)
