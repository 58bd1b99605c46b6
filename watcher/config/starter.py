"""The first configuration file, as `watcher init` writes it.

In:    a time zone and a place for messages.
Out:   a short text to begin with; config.example.toml has every key.
Never: overwriting; that is for the caller to refuse.
"""

from __future__ import annotations

import tomlkit

_TEXT = """\
# Season Watcher. `watcher add "TITLE"` writes title blocks, `watcher config check` finds mistakes,
# docs/configuration.md and config.example.toml describe every key. Keep this file at mode 0600 if it holds passwords.

[watcher]
timezone = {timezone}
# Ready sources. More: "anime-press-ja" and "studios" (add the Japanese names of your titles), "tv-trades".
packs = ["anime-press-en", "licensors"]

# How to tell you: ntfy://topic, mailtos://…, tgram://…, webhook+https://…, or the terminal.
[[channel]]
name = {name}
url = {url}
"""


def starter(*, timezone: str, url: str = "console:") -> str:
    """Write a first configuration."""
    name = "terminal" if url == "console:" else "messages"
    return _TEXT.format(timezone=_quoted(timezone), name=_quoted(name), url=_quoted(url))


def _quoted(text: str) -> str:
    return tomlkit.item(text).as_string()
