"""Bytes to text, when nobody tells the truth about the encoding.

In:    the bytes and the Content-Type header.
Out:   `Decoded`: the text, the encoding used, and whether it was a guess.
Never: network, disk, clock; never UTF-7; raises `ParseError` only for bytes that are no text at all.

Order: byte order mark, header, XML prolog, meta; a declaration that the bytes refute is passed over. Bytes that are
valid UTF-8 beyond ASCII are UTF-8 whatever is declared: no other encoding produces them by chance.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from watcher.errors import ParseError
from watcher.sources.plain import without_controls

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What is meant when these are declared (WHATWG Encoding Standard): the superset that Windows wrote.
_MEANT = {
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "x-euc-jp": "euc_jp",
    "big5": "big5hkscs",
    "iso-8859-8-i": "iso-8859-8",
    "unicode": "utf-16",
}
_SEVEN_BIT = {"iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_kr", "hz"}
_REFUSED = {"utf_7"}
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_PROLOG = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fc]")
_BINARY = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b", b"RIFF", b"\x28\xb5\x2f\xfd")
_SAMPLE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text and how it was understood."""

    text: str
    encoding: str
    guessed: bool = False
    """True where no declaration fitted."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Turn *body* into text, without control characters."""
    if body.startswith(_BINARY):
        raise ParseError(f"this is {_sniffed(body)}, not text", reason="not_a_feed")
    found = _by_mark(body) or _as_utf8(body, content_type) or _as_declared(body, content_type)
    found = found or _guess(body, sparse=0.4 if _declared(body, content_type) else 0.05)
    return Decoded(text=without_controls(found.text), encoding=found.encoding, guessed=found.guessed)


def _sniffed(body: bytes) -> str:
    names = {
        b"%PDF-": "a PDF",
        b"PK\x03\x04": "a ZIP archive",
        b"\x1f\x8b": "a gzip file",
        b"\x28\xb5\x2f\xfd": "a zstd file",
    }
    return next((name for mark, name in names.items() if body.startswith(mark)), "an image")


def _by_mark(body: bytes) -> Decoded | None:
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return _try(body, encoding) or Decoded(text=body.decode(encoding, "replace"), encoding=encoding)
    return _without_mark(body)


def _without_mark(body: bytes) -> Decoded | None:
    # UTF-16 without a mark shows as "<\0" or "\0<".
    start = body[:2]
    return _try(body, "utf-16-le" if start == b"<\0" else "utf-16-be") if start in {b"<\0", b"\0<"} else None


def _declared(body: bytes, content_type: str) -> list[str]:
    head = body[:4096]
    names = [found[1] for found in [_HEADER.search(content_type)] if found]
    names += [found[1].decode("ascii") for pattern in (_PROLOG, _META) if (found := pattern.search(head))]
    return [known for name in names if (known := _known(name))]


def _known(name: str) -> str:
    """Give Python's name of the encoding that is meant, or nothing for unknown and refused ones."""
    try:
        known = codecs.lookup(_MEANT.get(name.lower(), name)).name.replace("-", "_")
    except LookupError:
        return ""
    return "" if known in _REFUSED else known


def _as_utf8(body: bytes, content_type: str) -> Decoded | None:
    if body.isascii():
        return None if b"\x1b" in body or b"~{" in body else Decoded(text=body.decode("ascii"), encoding="utf-8")
    if any(name in _SEVEN_BIT for name in _declared(body, content_type)) and b"\x1b" in body:
        return None
    return _try(body, "utf-8")


def _as_declared(body: bytes, content_type: str) -> Decoded | None:
    names = _declared(body, content_type)
    for name in names:
        if name not in {"utf_16", "utf_32"} and (found := _try(body, name)):
            return found
    return next((found for name in names if (found := _nearly(body, name))), None)


def _try(body: bytes, encoding: str) -> Decoded | None:
    try:
        return Decoded(text=body.decode(encoding), encoding=encoding)
    except (UnicodeError, LookupError):
        return None


def _nearly(body: bytes, encoding: str) -> Decoded | None:
    """Accept a declared encoding with a few broken characters (a cut text, one foreign quotation)."""
    if encoding in {"utf_16", "utf_32"} or encoding in _SEVEN_BIT:
        return None
    text = body.decode(encoding, "replace")
    broken, foreign = text.count("\ufffd"), sum(1 for char in text if char > "\x7f")
    return Decoded(text=text, encoding=encoding) if broken * 4 <= foreign - broken else None


def _guess(body: bytes, *, sparse: float) -> Decoded:
    """Guess; with fewer than a *sparse* share of foreign bytes only Windows-1252 can be meant."""
    if body.isascii() and (found := _try(body, "iso2022_jp")):
        return Decoded(text=found.text, encoding=found.encoding, guessed=True)
    found = _japanese(body) or _normalised(body, sparse)
    return found or Decoded(text=body.decode("cp1252", "replace"), encoding="cp1252", guessed=True)


def _japanese(body: bytes) -> Decoded | None:
    """Tell Shift_JIS and EUC-JP apart by the kana that come out."""
    readings = [found for name in ("cp932", "euc_jp") if (found := _try(body, name))]
    best = max(readings, key=lambda found: len(_KANA.findall(found.text)), default=None)
    if best is None:
        return None
    foreign = sum(1 for char in best.text if char > "\u00ff" and not "\uff61" <= char <= "\uff9f")
    kana = sum(1 for char in _KANA.findall(best.text) if not "\uff61" <= char <= "\uff9f")
    return Decoded(text=best.text, encoding=best.encoding, guessed=True) if kana * 5 > foreign > 0 else None


def _normalised(body: bytes, sparse: float) -> Decoded | None:
    if sum(1 for byte in body[:_SAMPLE] if byte > 0x7F) < sparse * len(body[:_SAMPLE]):
        return None  # a few curly quotes in English: cp1252, which no statistics can tell
    from charset_normalizer import from_bytes  # noqa: PLC0415 - slow to load, and nearly all say what they are

    best = from_bytes(body[:_SAMPLE]).best()
    found = (
        None if best is None or _known(best.encoding) == "" else _try(body, _MEANT.get(best.encoding, best.encoding))
    )
    return None if found is None else Decoded(text=found.text, encoding=found.encoding, guessed=True)
