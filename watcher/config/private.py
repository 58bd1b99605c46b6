"""A file that holds a secret must be ours alone.

In:    a document and what was made of it.
Out:   problems with the command that mends each.
Never: a demand on a file without secrets.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from watcher.config.secret import demand_private, has_key_in_query, is_secret_channel, is_secret_header
from watcher.config.text import Document
from watcher.config.wrong import Findings, KeyPath, WrongError


def check_privacy(document: Document, findings: Findings) -> None:
    """Refuse a file with inline secrets that others can read, write or turn."""
    held = next(inline_secrets(document.data), None)
    if held is None or document.path is None or document.status is None:
        return
    try:
        demand_private(document.path, document.status)
    except WrongError as wrong:
        findings.error(held, wrong.message, wrong.hint)
    if document.linked:
        name = shlex.quote(str(document.path))
        command = f'cp --remove-destination "$(readlink -f {name})" {name}'
        findings.error(held, "holds a secret and is a symbolic link, which others may turn", command)


def inline_secrets(data: dict[str, Any]) -> Iterator[KeyPath]:
    """List where secrets are written into the file itself."""
    for index, table in _tables(data, "channel"):
        if isinstance(url := table.get("url"), str) and is_secret_channel(url):
            yield ("channel", index, "url")
    for index, table in _tables(data, "source"):
        if isinstance(url := table.get("url"), str) and has_key_in_query(url):
            yield ("source", index, "url")
        headers = table.get("headers")
        for name, value in headers.items() if isinstance(headers, dict) else ():
            if isinstance(value, str) and is_secret_header(name):
                yield ("source", index, "headers", name)
    watcher = data.get("watcher")
    yield from _in_watcher(watcher if isinstance(watcher, dict) else {})


def _in_watcher(table: dict[str, Any]) -> Iterator[KeyPath]:
    if "@" in str(table.get("proxy", "")):
        yield ("watcher", "proxy")
    if isinstance(table.get("heartbeat"), str):
        yield ("watcher", "heartbeat")
    web = table.get("web")
    if isinstance(web, dict) and isinstance(web.get("token"), str):
        yield ("watcher", "web", "token")


def _tables(data: dict[str, Any], key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    tables = data.get(key)
    for index, table in enumerate(tables if isinstance(tables, list) else ()):
        if isinstance(table, dict):
            yield index, table
