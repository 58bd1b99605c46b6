"""Bodies: taken off the wire and unpacked piece by piece, within limits.

In:    raw pieces of a body and its Content-Encoding.
Out:   the decoded bytes, or `ContentError` with a reason word of `watcher.errors.FetchError`.
Never: unpacking more than the limit allows, taking half a body for a whole one.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterable

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 256 * 1024
_MIN_PIECE = 16
_FREE_PIECES = 65_536
_SLICE = 1024
_REST_AFTER_PIECES = 256
_REST_AFTER_BYTES = 2 * 1024 * 1024


class ContentError(Exception):
    """A body that is not taken."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Decoder:
    """Unpacks one body. Knows gzip and deflate, once; anything else is refused, for it cannot be bounded or read."""

    def __init__(self, encoding: str, *, limit: int) -> None:
        self._kind = encoding_of(encoding)
        self._limit = limit
        self._out = bytearray()
        self._unpack = None if self._kind == "identity" else zlib.decompressobj(_GZIP)
        self._begun = False

    def feed(self, raw: bytes) -> None:
        """Take the next raw piece."""
        if self._unpack is None:
            self._add(raw)
            return
        if not self._begun and raw:
            self._begun = True
            self._unpack = self._opened(raw)
        try:
            self._inflate(raw)
        except zlib.error as error:
            raise ContentError(f"its {self._kind} body cannot be unpacked: {error}", reason="encoding") from None

    def finish(self) -> bytes:
        """Give the whole body; raise if it was cut short."""
        if self._begun and not self.proven:
            raise ContentError(f"its {self._kind} body was cut short", reason="truncated")
        return bytes(self._out)

    @property
    def proven(self) -> bool:
        """Whether the encoding itself says that the body is whole."""
        return self._unpack is not None and self._unpack.eof

    @property
    def size(self) -> int:
        return len(self._out)

    def so_far(self) -> bytes:
        return bytes(self._out)

    def _opened(self, raw: bytes) -> zlib._Decompress:
        if self._kind == "gzip":
            return zlib.decompressobj(_GZIP)
        # "deflate" means zlib; some servers send the bare stream. A zlib header has 8 in its low bits.
        return zlib.decompressobj(zlib.MAX_WBITS if raw[0] & 0x0F == 8 else -zlib.MAX_WBITS)

    def _inflate(self, raw: bytes) -> None:
        assert self._unpack is not None
        more = True
        while more:
            if self._unpack.eof:
                if self._kind != "gzip" or not raw.startswith(b"\x1f"):
                    return  # padding behind the end, which others ignore as well
                self._unpack = zlib.decompressobj(_GZIP)
            piece = self._unpack.decompress(raw, _STEP)
            self._add(piece)
            raw = self._unpack.unconsumed_tail or self._unpack.unused_data
            more = bool(raw) or len(piece) == _STEP

    def _add(self, piece: bytes) -> None:
        if len(self._out) + len(piece) > self._limit:
            raise ContentError(f"its body is larger than {self._limit:,} bytes", reason="too_large")
        self._out += piece


def encoding_of(header: str) -> str:
    """Name the one encoding in a Content-Encoding *header*; raise `ContentError` for several or an unknown one."""
    names = [name for part in header.lower().split(",") if (name := part.strip()) not in {"", "identity"}]
    if not names:
        return "identity"
    if len(names) > 1:
        raise ContentError(f"its body is encoded more than once ({header[:60]!r})", reason="encoding")
    name = {"x-gzip": "gzip"}.get(names[0], names[0])
    if name not in {"gzip", "deflate"}:
        raise ContentError(f"its body has an encoding that was not asked for ({name[:60]!r})", reason="encoding")
    return name


async def read_body(pieces: AsyncIterable[bytes], decoder: Decoder, *, limit: int) -> None:
    """Feed every one of *pieces* to *decoder*; raise `ContentError` beyond *limit* raw bytes.

    Lets others run now and then: neither tiny pieces nor one that swells up may hold the event loop for long.
    """
    size = count = rested = 0
    async for piece in pieces:
        size += len(piece)
        count += 1
        if size > limit:
            raise ContentError(f"its body is larger than {limit:,} bytes", reason="too_large")
        if count > _FREE_PIECES + size // _MIN_PIECE:
            raise ContentError("its body comes in countless tiny pieces", reason="protocol")
        if count % _REST_AFTER_PIECES == 0:
            await asyncio.sleep(0)
        for start in range(0, len(piece), _SLICE):
            decoder.feed(piece[start : start + _SLICE])
            if decoder.size - rested > _REST_AFTER_BYTES:
                rested = decoder.size
                await asyncio.sleep(0)
