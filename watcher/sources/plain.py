"""Plain text out of foreign text: control characters, markup and odd spaces removed.

In:    strings from feeds and pages.
Out:   strings that are valid UTF-8, on one line, without markup.
Never: network, disk, clock; never raises.
"""

from __future__ import annotations

import html
import re
import unicodedata

MAX_TITLE = 1_000
MAX_TEXT = 200_000
"""Characters of one entry's text; more is cut (a novel is not news)."""

_SPACE = re.compile(r"\s+")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff"
    "\u200b\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]"
)
_ASCII_CONTROL = bytes(code for code in range(0x80) if _CONTROL.match(chr(code)))
_INVISIBLE_SPACE = "\x0b\x0c\x1c\x1d\x1e\x1f"
"""Control characters that Python takes for space."""
_TROUBLE = f"{_INVISIBLE_SPACE}\x85\u00a0"
"""These, and spaces that could be a byte of a letter that was read wrongly."""
# Only names of real elements: "<3" and "<Title>" are text.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|cite|code|dd|del|dfn|div|dl|dt|em|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p"
    r"|pre|q|rp|rt|ruby|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|time|tr|tt|u|ul|wbr)\b[^<>]*>",
    re.IGNORECASE,
)
_MOJIBAKE = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)


def tidy(text: str) -> str:
    """Remove control and invisible characters and make every space a single blank."""
    if text.isprintable():  # then its only space is the blank, and nothing in it is invisible
        return " ".join(text.split()) if "  " in text else text.strip()
    if (plain := " ".join(text.split())).isprintable() and not any(sign in text for sign in _INVISIBLE_SPACE):
        return plain
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def without_controls(text: str) -> str:
    """Remove what XML forbids and what could steer a terminal; keep line ends."""
    if text.isascii():
        return text.encode().translate(None, _ASCII_CONTROL).decode()
    seen = text.replace("\n", " ").replace("\u3000", " ").replace("\t", " ")
    return text if seen.isprintable() else _CONTROL.sub("", text)  # asked at a fraction of the cost


def unmarked(text: str) -> str:
    """Give the words of a headline that may carry escaped (or twice escaped) markup."""
    return _words(text)[:MAX_TITLE]


def _words(text: str) -> str:
    for _ in range(3 if "<" in text or "&" in text else 0):
        plain = html.unescape(_TAG.sub("", text))
        if plain == text:
            break
        text = plain
    return tidy(text)


def repaired(text: str) -> str:
    """Undo UTF-8 read as Windows-1252 ("â€™"), where the whole text allows it."""
    if not _MOJIBAKE.search(text):
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def comparable(text: str) -> str:
    """Reduce a text to what makes it the same text: NFKC, case, spaces, entities, quotes, mojibake."""
    if "&" in text or "<" in text:
        text = _words(text)
    if text.isascii():
        return text.encode().translate(_LOWER, _BLANK).decode()
    plain = _compared(text)
    if text.isprintable() or (plain.isprintable() and not any(map(text.__contains__, _TROUBLE))):
        return plain  # there is nothing in it that `tidy` would have had to remove before
    return _compared(tidy(text))


def _compared(text: str) -> str:
    plain = unicodedata.normalize("NFKC", repaired(text)).casefold()
    for mark, letters in _QUOTES.items():
        plain = plain.replace(mark, letters)
    return "".join(plain.split())


_LOWER = bytes(range(0x80)).lower().replace(b"`", b"'") + bytes(0x80)
_BLANK = bytes([*range(0x21), 0x7F])
"""What no text is told by: spaces and control characters. `bytes` does this in a fifth of the time that `str` takes."""
_QUOTES = {  # each is replaced in turn: most texts have none, and to look for one character takes next to nothing
    "‘": "'",
    "’": "'",
    "‛": "'",
    "`": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "−": "-",
    "…": "...",
}
