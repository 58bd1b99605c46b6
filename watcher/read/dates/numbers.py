"""Read numbers written in digits or kanji.

In:    folded text.
Out:   integers, None where it is not a number.
Never: network, disk, clock.
"""

from __future__ import annotations

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0}
_TEN = 10


def number(text: str) -> int | None:
    """Return the value of ``12``, ``十二``, ``一二``, ``二〇二七``, ``元``."""
    if text.isascii() and text.isdigit():
        return int(text)
    if text == "元":
        return 1
    if "十" in text:
        return _with_ten(text)
    if text and all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return None


def _with_ten(text: str) -> int | None:
    tens, _, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1 or not all(char in _DIGITS for char in tens + ones):
        return None
    return (_DIGITS[tens] if tens else 1) * _TEN + (_DIGITS[ones] if ones else 0)
