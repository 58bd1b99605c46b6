"""Work out under which names a text may speak of a title.

In:    a title as configured, or the name of another work.
Out:   `Alias`es: the names given and safe short forms of them, each with its key.
Never: network, clock; a guess at a translation.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from watcher.model import Title
from watcher.read.text import key

SOFT_MARKS = "!?"
HARD_MARKS = "∬♭♯√☆★♪♡♥∞†◎△▽○●◇◆"
"""Marks that tell one work from another, as nobody writes them by chance."""

_ROMAJI = re.compile(r"(?:(?:[kgsztdnhbpmrwyjf]|ch|sh|ts|[kgnhbpmr]y)?[aeiou]|n(?![aeiou])|[kstpc](?=[kstpc]))+")
_LONG = re.compile(r"ou|oo|uu")
_MACRONS = re.compile("[āēīōū]")
_PARENTHESIS = re.compile(r"\s*[(（\[]([^()（）\[\]]{1,40})[)）\]]\s*$")
_CLAUSE = 7
"""Of a title that is a whole sentence, people say the first clause, if it is at least so long."""
_SENTENCE, _OPENING = 7, 4
"""A title of so many words is a sentence; its first clause has at least so many."""
_HONORED = re.compile(r"[A-Z]\w{2,}-(?:chan|kun|san|sama|sensei)\b")
_CONJUNCTION = re.compile(r",? (?:and|but|so|because|until|yet|while) |, ")
_POINTED = re.compile(r"\w[^\w\s'’]\w")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """One name of one work."""

    title_id: str | None
    name: str
    key: str
    marks: str
    """Its distinguishing marks in order."""
    weak: bool
    """An ordinary word, very short, or a shortening that other works share."""
    common: bool
    """Made of ordinary words only: must be printed with its capitals."""


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Any]:
    """Load what the data files say about names."""
    text = files("watcher").joinpath("data", "titles", "works.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = files("watcher").joinpath("data", "titles", "common.toml").read_text(encoding="utf-8")
    return frozenset(word for words in tomllib.loads(text).values() for word in words.split())


def marks_of(name: str) -> str:
    """Return the distinguishing marks in *name*, in order."""
    return "".join(char for char in unicodedata.normalize("NFKC", name) if char in SOFT_MARKS or char in HARD_MARKS)


def aliases_of(title: Title) -> Iterator[Alias]:
    """Yield the names of a watched title, the given ones first."""
    given = {key(name) for name in title.names}
    for name in title.names:
        shorter = _without_season(name, given)
        yield from _with_spellings(shorter, title.id, weak=False)
        for short, weak in _short(shorter):
            if key(short) not in given:
                yield from _with_spellings(short, title.id, weak=weak)


def as_other(name: str) -> Iterator[Alias]:
    """Yield the name of a work that is not watched."""
    yield from _with_spellings(name, None, weak=False)


def _with_spellings(name: str, title_id: str | None, *, weak: bool) -> Iterator[Alias]:
    """Yield *name* and its other romanisations."""
    seen: set[str] = set()
    for spelling in (name, *_romanisations(name)):
        form = key(spelling).replace("\n", "")
        if (len(form) < 2 and not _is_cjk(form)) or form in seen:
            continue
        seen.add(form)
        common = _is_common(spelling)
        yield Alias(
            title_id=title_id,
            name=name,
            key=form,
            marks=marks_of(spelling),
            weak=weak or _is_weak(spelling, form, common=common),
            common=common,
        )


def _romanisations(name: str) -> Iterator[str]:
    """Yield spellings of Japanese long vowels: ō, ou, oo and o are written for one sound."""
    lower = name.casefold()
    if _MACRONS.search(lower):
        for long_o in ("ou", "oo"):
            yield "".join({"ō": long_o, "ū": "uu", "ā": "aa", "ē": "ei", "ī": "ii"}.get(char, char) for char in lower)
    words = re.findall(r"[a-z]+", lower)
    if len(key(name)) >= 8 and _LONG.search(lower) and all(map(_ROMAJI.fullmatch, words)):
        yield _LONG.sub(lambda found: found[0][0], lower)


def _without_season(name: str, given: set[str]) -> str:
    """Drop what names a season, so that the season stays visible to whoever looks for it."""
    shorter = re.sub(rules()["season_suffix"], "", name, flags=re.IGNORECASE)
    if shorter == name:
        bare = re.sub(rules()["numeral_suffix"], "", name, flags=re.IGNORECASE)
        shorter = bare if key(bare) in given else name
    return shorter if len(key(shorter)) > 1 else name


def _short(name: str) -> Iterator[tuple[str, bool]]:
    """Yield shorter forms of *name* and whether each is weak."""
    if (found := _PARENTHESIS.search(name)) is not None:
        yield from _around_parenthesis(name[: found.start()], found[1])
        name = name[: found.start()]
    for article in rules()["articles"]:
        if name.casefold().startswith(article) and len(name.split()) > 2:
            yield name[len(article) :], False
            break
    if (bare := re.sub(rules()["left_out_suffix"], "", name)) != name and _long(bare):
        yield bare, False
    yield from _parts(name)


def _around_parenthesis(head: str, inner: str) -> Iterator[tuple[str, bool]]:
    harmless = re.fullmatch(rules()["harmless_parentheses"], inner.strip(), re.IGNORECASE) is not None
    yield head, not harmless
    if not harmless:
        yield f"{inner} {head}", False
        yield f"{head} {inner}", False


def _parts(name: str) -> Iterator[tuple[str, bool]]:
    """Yield what stands before and behind the mark between a title and its subtitle."""
    if len(clause := name.partition("、")[0]) >= _CLAUSE and clause != name:
        yield clause, False
    if (opening := _opening(name)) is not None:
        yield opening, False
    if (person := _HONORED.match(name)) is not None and len(name.split()) > 2:
        yield person[0], True
    parts = re.split(rules()["separators"], name, maxsplit=1)
    if len(parts) < 2:
        return
    head, tail = parts[0], parts[1].strip(" ~～〜―─-–—］")
    if _long(head):
        yield head, not _is_cjk(key(head)) and len(head.split()) < 2 and not _POINTED.search(head)
    if len(tail.split()) >= 3 or (_is_cjk(key(tail)) and len(key(tail)) >= 8):
        yield tail, False


def _opening(name: str) -> str | None:
    """Return the first clause of a title that is a whole sentence: people stop at the comma or the "and"."""
    words = name.split()
    found = _CONJUNCTION.search(name)
    if len(words) < _SENTENCE or found is None:
        return None
    opening = name[: found.start()]
    return opening if _OPENING <= len(opening.split()) < len(words) else None


def _long(part: str) -> bool:
    form = key(part)
    if _is_cjk(form):
        return len(form) >= 4
    if _POINTED.search(part):
        return len(form) >= 5
    return len(form) >= 6 and (len(part.split()) >= 2 or not _is_common(part))


def _is_cjk(form: str) -> bool:
    return any(char > "\u3000" for char in form)


def _is_common(name: str) -> bool:
    if _is_cjk(key(name)):
        return name in _common()
    words = _words(name)
    return bool(words) and all(_known(word) for word in words)


def _words(name: str) -> list[str]:
    return _LATIN_WORD.findall(name.casefold().replace("×", " "))


def _known(word: str) -> bool:
    bare = key(word.replace("’", "'").removesuffix("'s"))
    return len(bare) < 4 or bare in _common() or (bare.endswith("s") and bare[:-1] in _common())


def _is_weak(name: str, form: str, *, common: bool) -> bool:
    if _is_cjk(form):
        return common or len(form) <= 2
    return len(form) <= 3 or form.isdigit() or (common and len(_words(name)) == 1)
