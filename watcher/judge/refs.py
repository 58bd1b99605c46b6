"""Short, stable references that a person can type: ``k3f9a2``.

In:    what tells one thing from all others, as texts.
Out:   six characters, a letter first.
Never: a counter or the clock; the same parts give the same reference.
"""

from __future__ import annotations

import hashlib

# No vowels (no words), no letters that look like digits.
_LETTERS = "bcdfghjkmnpqrtvwxz"
_DIGITS = "23456789" + _LETTERS
_LENGTH = 6


def reference(*parts: object) -> str:
    """Return the reference of the thing that *parts* name."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big")
    number, first = divmod(number, len(_LETTERS))
    chars = [_LETTERS[first]]
    for _ in range(_LENGTH - 1):
        number, index = divmod(number, len(_DIGITS))
        chars.append(_DIGITS[index])
    return "".join(chars)
