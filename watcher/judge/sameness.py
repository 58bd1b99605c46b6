"""Tell copies of one text, however they are spaced, linked or signed.

In:    a text, or two digests.
Out:   a digest that keeps similarity; whether one text is a copy of the other.
Never: meaning. Two outlets that report one fact in their own words are two.

The digest holds the smallest hashes of a text's shingles (a bottom-k sketch): enough to estimate how much of the
shorter text stands in the longer one, so that a copy with a signature, a changed link or a cut end is still a copy.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

from watcher.model import Entry

_SKETCH = 96
_COPY = 0.6
_LINK = re.compile(r"https?://\S+|www\.\S+")
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_SHINGLE = 3
_HEX = 8


def text_digest(entry: Entry) -> str:
    """Return the similarity digest of what an entry says."""
    return digest(f"{entry.title}\n{entry.body}")


def digest(text: str) -> str:
    """Return the similarity digest of *text*: sorted hashes, eight hex digits each."""
    plain = _LINK.sub(" ", unicodedata.normalize("NFKC", text).casefold())
    tokens = _TOKEN.findall(plain)
    runs = [" ".join(tokens[i : i + _SHINGLE]) for i in range(max(1, len(tokens) - _SHINGLE + 1))] if tokens else []
    hashes = sorted({crc32(run.encode("utf-8", "surrogatepass")) for run in runs})
    return "".join(f"{number:08x}" for number in hashes[:_SKETCH])


def is_copy(one: str, other: str) -> bool:
    """Say whether one of two texts, given by their digests, is a copy of the other."""
    first, second = _numbers(one), _numbers(other)
    if not first or not second:
        return False
    # Full sketches are comparable only up to the smaller of their ends.
    ends = [max(sketch) for sketch in (first, second) if len(sketch) >= _SKETCH]
    end = min(ends, default=0xFFFFFFFF)
    first, second = {n for n in first if n <= end}, {n for n in second if n <= end}
    smaller = min(len(first), len(second))
    return smaller > 0 and len(first & second) / smaller >= _COPY


def _numbers(sketch: str) -> set[int]:
    return {int(sketch[i : i + _HEX], 16) for i in range(0, len(sketch), _HEX)}
