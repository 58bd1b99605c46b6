"""Say which well-known domain another one imitates.

In:    a registrable domain, the domains that are known.
Out:   the one it looks like, or None.
Never: network, disk, clock.

A look-alike never has the trust of what it looks like; this only gives the reason to a person. Four ways: letters of
another alphabet or digits in their place, one letter more, less, other or swapped, the name under another ending, the
name with words or digits around it. Short names look like too many others to say so.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LEAST_SAME, LEAST_NEAR = 5, 7
"""Letters of a name from which its twin under another ending, and one with another letter, are told."""

_TWINS = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнαορνικτıłøđ0135",
    "aeopcyxijsdhlkmtbhaopviktilodoles",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def lookalike(domain: str, known: tuple[str, ...]) -> str | None:
    """Find the known domain that *domain* imitates; None for a known one itself."""
    if domain in known or "." not in domain:
        return None
    plain = _skeleton(_name(domain))
    return next((one for one, goal in _goals(known) if _imitates(plain, goal)), None)


@lru_cache(maxsize=4)
def _goals(known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """List the domains whose names are long enough to be told from others, each with how its name looks."""
    names = ((one, _name(one)) for one in known)
    return tuple((one, _skeleton(name)) for one, name in names if len(name) >= LEAST_SAME)


def _name(domain: str) -> str:
    """Give the part that somebody chose: ``crunchyroll`` of ``crunchyroll.com``, with IDN letters as they show."""
    first = domain.split(".", 1)[0]
    try:
        return first.encode("ascii").decode("idna") if first.startswith("xn--") else first
    except UnicodeError:
        return first


def _imitates(plain: str, goal: str) -> bool:
    if plain == goal:
        return True
    if len(goal) < LEAST_NEAR:
        return False
    return goal in plain or _one_apart(plain, goal)


def _skeleton(name: str) -> str:
    """Reduce a name to how it looks: no accents, no hyphens, twins of letters as the letters."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(char for char in apart if unicodedata.category(char) != "Mn").translate(_TWINS)
    for pair, letter in _PAIRS:
        plain = plain.replace(pair, letter)
    return plain.replace("-", "").replace("_", "")


def _one_apart(one: str, other: str) -> bool:
    """Say whether one letter was changed, added, left out or swapped with its neighbour."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), None)
    if at is None:
        return True
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :] or one[at:] == other[at + 1 :] or one[at + 1 :] == other[at:]
