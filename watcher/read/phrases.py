"""Find out which literal pieces a phrase cannot do without, and with which characters it begins.

In:    a regular expression as it stands in a lexicon.
Out:   its *pieces*: every text that the expression matches holds one of each; its *heads*: every match begins with one
       of them.
Never: running the expression.

A lexicon has a thousand phrases; only those with all their pieces in a sentence are tried on it, so that reading takes
time in proportion to what is there, and not to how many ways of saying it are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_CLASS_ESCAPES = frozenset("wWdDsSbBAZ")
_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_NOTHING = frozenset({"[^]", "[$]", r"\b", r"\B"})
"""What takes no character, as `_atoms` gives it: the ends of a text and of a word."""
_RANGE = re.compile("(.)-(.)")
_WHOLE = re.compile(r"\\.|\[\^?\\?.(?:\\.|[^]\\])*\]")
"""An escape, a class of characters."""
_LITERAL = re.compile(r"[^\\.^$|?*+()[\]{}]+(?![?*+{])")
"""Characters without a meaning of their own, the last of them not counted by what follows."""
_NO_BAR = re.compile(r"[^\\|([]+")
_MARK = re.compile(rf"{_WHOLE.pattern}|[()]")
_DEPTH = {"(": 1, ")": -1}


def pieces(pattern: str) -> tuple[frozenset[str], ...]:
    """Return all that *pattern* cannot do without, the most telling first: of each set a text must hold one."""
    alternatives = list(_alternatives(pattern))
    if len(alternatives) > 1:
        return (found,) if (found := _best(alternatives)) else ()
    options = (option for option in _options(pattern) if option)
    return tuple(sorted(options, key=lambda option: -min(map(len, option))))


def heads(pattern: str) -> frozenset[str]:
    """Return the characters with which a match of *pattern* may begin; empty where that may be any."""
    found = _heads(pattern)
    return frozenset() if found is None or "" in found else frozenset(found)


def _heads(pattern: str) -> set[str] | None:
    """Return the heads, "" among them where nothing need match; None where nothing is certain."""
    found: set[str] = set()
    for sequence in _alternatives(pattern):
        own = _heads_of_sequence(sequence)
        if own is None:
            return None
        found |= own
    return found or {""}


def _heads_of_sequence(sequence: str) -> set[str] | None:
    found: set[str] = set()
    for atom, literal, optional in _atoms(sequence):
        own = {atom[0]} if literal else _heads_of_atom(atom)
        if own is None:
            return None
        found |= own - {""}
        if not optional and "" not in own:
            return found
    return found | {""}


def _heads_of_atom(atom: str) -> set[str] | None:
    if atom in _NOTHING or atom.startswith(_LOOKS):
        return {""}
    if atom.startswith("("):
        return _heads(atom[1:-1].removeprefix("?:"))
    return _members(atom[1:-1]) if atom.startswith("[") and atom != "[.]" else None


def _members(inner: str) -> set[str] | None:
    """Return the characters of a class; None where it says which they are not, or speaks of kinds of them."""
    if inner.startswith("^") or "\\" in inner:
        return None
    ranges = _RANGE.findall(inner)
    between = {chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1)}
    return between | set(_RANGE.sub("", inner))


def _best(alternatives: Iterable[str]) -> frozenset[str]:
    """Each alternative must bring a piece of its own, else nothing is certain."""
    found: set[str] = set()
    for alternative in alternatives:
        own = _of_sequence(alternative)
        if not own:
            return frozenset()
        found |= own
    return frozenset(found)


def _of_sequence(sequence: str) -> frozenset[str]:
    options = [option for option in _options(sequence) if option]
    return max(options, key=lambda option: min(map(len, option)), default=frozenset())


def _options(sequence: str) -> Iterator[frozenset[str]]:
    """Yield every piece of *sequence* that is always there: runs of letters and mandatory groups."""
    run = ""
    for atom, literal, optional in _atoms(sequence):
        if literal and not optional:
            run += atom
            continue
        if run:
            yield frozenset({run})
            run = ""
        if not optional and atom.startswith("(") and not atom.startswith(("(?=", "(?!", "(?<")):
            inner = atom[1:-1].removeprefix("?:")
            yield _best(_alternatives(inner))
    if run:
        yield frozenset({run})


def _atoms(sequence: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield (atom, is to be taken literally, may be absent); literal characters that must be there come as one."""
    at = 0
    while at < len(sequence):
        if (plain := _LITERAL.match(sequence, at)) is not None:
            yield plain[0], True, False
            at = plain.end()
            continue
        end = _atom_end(sequence, at)
        after, optional = _quantifier(sequence, end)
        atom = sequence[at:end]
        literal = len(atom) == 1
        if len(atom) == 2 and atom[0] == "\\" and atom[1] not in _CLASS_ESCAPES:
            atom, literal = atom[1], True
        elif atom in {".", "^", "$"}:
            atom, literal = f"[{atom}]", False
        yield atom, literal, optional
        if after > end and not optional:
            yield "[+]", False, True  # a repeated atom ends the run: "ab+c" is certain of "ab" only
        at = after


def _atom_end(text: str, at: int) -> int:
    if text[at] in "\\[" and (atom := _WHOLE.match(text, at)) is not None:
        return atom.end()
    return _group_end(text, at) if text[at] == "(" else at + 1


def _group_end(text: str, at: int) -> int:
    depth = 0
    for mark in _MARK.finditer(text, at):
        depth += _DEPTH.get(mark[0], 0)
        if not depth:
            return mark.end()
    raise ValueError(f"unbalanced group in {text!r}")


def _quantifier(text: str, at: int) -> tuple[int, bool]:
    if at >= len(text) or text[at] not in "?*+{":
        return at, False
    optional = text[at] in "?*"
    end = at + 1
    if text[at] == "{":
        end = text.index("}", at) + 1
        optional = text[at + 1 : end].lstrip().startswith(("0", ","))
    if end < len(text) and text[end] in "?+":
        end += 1
    return end, optional


def _alternatives(text: str) -> Iterator[str]:
    """Split at the bars that stand in no group and no class."""
    start = at = 0
    while at < len(text):
        if (plain := _NO_BAR.match(text, at)) is not None:
            at = plain.end()
        elif text[at] == "|":
            yield text[start:at]
            start = at = at + 1
        else:
            at = _atom_end(text, at)
    yield text[start:]
