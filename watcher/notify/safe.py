"""Make foreign text safe to stand in a message, whatever the channel.

In:    text from feeds and pages; URLs.
Out:   clean text, text cut at grapheme borders, URLs that show whose they are.
Never: a channel's markup; that is `watcher.notify.dialects`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import regex

_ANSI: Final = regex.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
# Bidi controls: whatever they reorder would reach beyond the text they stand in. Letters carry their own direction.
_BIDI: Final = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
_INVISIBLE: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
)
_DROP: Final = regex.compile(rf"[{_BIDI}{_INVISIBLE}]")
_CONTROL: Final = regex.compile(r"[\p{Cc}\u2028\u2029]")
_LONE: Final = regex.compile(r"[\p{Cs}\ufdd0-\ufdef\ufffe\uffff]")
# Tag characters spell invisible text, except in the flags of Scotland and its like: a black flag, then tags.
_TAGS: Final = regex.compile(
    r"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f)|[\U000e0000-\U000e007f]"
)
_SELECTORS: Final = regex.compile(r"([\ufe00-\ufe0f\U000e0100-\U000e01ef])[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_JOINERS: Final = regex.compile(
    r"(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d]+|[\u200c\u200d](?=[\u200c\u200d\s]|$)"
)
_MARKS: Final = regex.compile(r"(\p{M}{4})\p{M}+")
_GRAPHEME: Final = regex.compile(r"\X")
_SCRIPTS: Final = {
    "Latin": regex.compile(r"\p{Script=Latin}"),
    "Cyrillic": regex.compile(r"\p{Script=Cyrillic}"),
    "Greek": regex.compile(r"\p{Script=Greek}"),
    "Armenian": regex.compile(r"\p{Script=Armenian}"),
    "Cherokee": regex.compile(r"\p{Script=Cherokee}"),
}
# Japanese, Chinese and Korean names mix these with Latin letters every day, and none of them looks like Latin.
_PLAIN_HOST: Final = regex.compile(
    r"[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Common}\p{Script=Inherited}]+"
)
_RTL: Final = regex.compile(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")
_URL_SAFE: Final = "/:?#@!$&+,;=%-._~()'*"

ELLIPSIS: Final = "…"
_MOST: Final = 20_000

Measure = Callable[[str], int]


def chars(text: str) -> int:
    """Count code points."""
    return len(text)


def utf16(text: str) -> int:
    """Count UTF-16 units, as Telegram and Discord do."""
    return len(text.encode("utf-16-le", "replace")) // 2


def octets(text: str) -> int:
    """Count bytes of UTF-8."""
    return len(text.encode("utf-8", "replace"))


def clean(text: str) -> str:
    """Remove what is invisible, reorders or controls; keep line breaks, every script and every emoji.

    No message needs more than the first 20,000 characters of anything.
    """
    text = _ANSI.sub("", text[:_MOST]).replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROL.sub(lambda found: "\n" if found[0] in "\n\u2028\u2029" else " ", text)
    text = _LONE.sub("\ufffd", _DROP.sub("", text))
    text = _TAGS.sub(lambda found: found[1] or "", text)
    text = _SELECTORS.sub(r"\1", text)
    text = _MARKS.sub(r"\1", text)
    return _JOINERS.sub("", text)


def line(text: str) -> str:
    """Make clean text of one line with single spaces."""
    return " ".join(clean(text).split())


def cut(text: str, limit: int, measure: Measure = chars) -> str:
    """Shorten to *limit* by *measure* at a grapheme border, ending with "…"; never longer than *limit*."""
    if measure(text) <= limit:
        return text
    room = limit - measure(ELLIPSIS)
    if room < 0:
        return ""
    kept: list[str] = []
    for found in _GRAPHEME.finditer(text):
        room -= measure(found[0])
        if room < 0:
            break
        kept.append(found[0])
    return "".join(kept).rstrip() + ELLIPSIS


def isolate(text: str) -> str:
    """Wrap text that runs from right to left, so that the words around it keep their places."""
    return f"\u2068{text}\u2069" if _RTL.search(text) else text


def mixed(host: str) -> bool:
    """Say whether letters of one script may be posing as another's in a host name."""
    if _PLAIN_HOST.fullmatch(host):
        return False
    used = [name for name, found in _SCRIPTS.items() if found.search(host)]
    # A whole name in look-alike letters under a Latin ending is the classic trick.
    return len(used) != 1 or used == ["Latin"]


def ascii_host(host: str) -> str:
    """Write a host as it goes over the wire; the empty string where there is no such name."""
    if host.isascii():
        return host.lower()
    try:
        return unicodedata.normalize("NFKC", host).encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""


def safe_url(url: str | None) -> str | None:
    """Write an http(s) URL with nothing in it that a person or a markup could be fooled by; else None.

    The host is ASCII unless it is readable in one script; credentials are dropped, everything odd is percent-encoded.
    """
    if not url or "\\" in url:  # parsers read a backslash in different ways
        return None
    try:
        parts = urlsplit("".join(url.split()))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    shown = _shown_host(host)
    if parts.scheme.lower() not in {"http", "https"} or not shown:
        return None
    authority = f"{shown}:{port}" if port else shown
    path, query, fragment = (
        quote(_LONE.sub("\ufffd", part), safe=_URL_SAFE) for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme.lower(), authority, path, query, fragment))


def link_host(url: str | None) -> str:
    """Name the host of a URL for people: ``natalie.mu``; empty where there is none."""
    safe = safe_url(url)
    return (urlsplit(safe).hostname or "").removeprefix("www.") if safe else ""


def _shown_host(host: str) -> str:
    if ":" in host:  # an IPv6 address; urlsplit has checked its form
        return f"[{host}]"
    wire = ascii_host(host)
    if not regex.fullmatch(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?", wire):
        return ""
    if host.isascii():
        return wire
    return wire if mixed(host) or clean(host) != host else host.lower()
