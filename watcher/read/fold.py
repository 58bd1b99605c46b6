"""Make a text comparable without moving a single character.

In:    text as printed.
Out:   the same number of characters: lower case, half width, plain quotes and dashes.
Never: a change of length; a position in the folded text is the same position in the printed one.
"""

from __future__ import annotations

import unicodedata
from functools import cache

_PLAIN = {
    "‘": "'", "’": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "″": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "\u00a0": " ", "\u3000": " ", "\t": " ", "…": ".", "·": "・",
}  # fmt: skip


@cache
def _table() -> dict[int, str]:
    """Map every character that folds to exactly one other."""
    table = {ord(char): plain for char, plain in _PLAIN.items()}
    for first, last in ((0xFF01, 0xFF9F), (0x2000, 0x200A), (0x2460, 0x24FF)):
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and code not in table:
                table[code] = plain
    return table


def fold(text: str) -> str:
    """Return *text* folded, of the same length."""
    if text.isascii():
        return text.lower().replace("\t", " ")
    plain = text.translate(_table())
    lower = plain.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := char.lower()) == 1 else char for char in plain)
