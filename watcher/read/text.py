"""Cut an entry into sentences and say in which language each one is.

In:    a headline, blocks, and names whose own punctuation must not end a sentence.
Out:   `Sentence`s in reading order, each an exact slice of its block.
Never: network, disk beyond the packaged word lists, clock. Any string is fine; time is linear in its length.

`key` is the form in which names are compared: letters and digits only, without case, width, accents, or the
difference between hiragana and katakana.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from watcher.model import Block, BlockKind
from watcher.read.language import Languages, languages

LONGEST = 800
"""A sentence has no more characters."""
HEADLINE = -1
"""The block index of an entry's headline."""

_OPEN = dict(zip("「『（【〈《［〔", "」』）】〉》］〕", strict=True))
_OPENS_BRACKET = re.compile(f"[{''.join(_OPEN)}]")
_CLOSERS = "」』）】〉》］〕)]}\"'”’»›"
_CJK_END = frozenset("。！？!?")
_ENDS = re.compile(r"[.!?…。！？]+")
_NUMBERED = re.compile(r"\s\d{1,2}, [a-z]")
"""A name with a mark of its own goes on with its number: "Silver Birds! 2, a sequel to…"."""
_STARTS_LOWER = re.compile(r"[a-zß-öø-ÿ,;:–—)\]]")
_WORD_BEFORE = re.compile(r"(?<!\w)(\w[\w.'’]{0,11})$")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_FOLD_MARKS = {"×": "x", "✕": "x", "✖": "x", "╳": "x", "⨯": "x", "ヶ": "ケ", "ヵ": "カ", "ß": "ss"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as printed."""

    text: str
    block: int
    """Index into the entry's blocks; `HEADLINE` is the entry's title."""
    index: int
    """Running number within the entry, headline first."""
    language: str
    """``en ja es pt fr de it``, ``zh`` or ``ko``; the entry's main language where the sentence does not show it."""
    start: int
    """Where it begins in its block's text."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def fold(character: str) -> str:
    """Return what *character* (with its combining marks) adds to a matching key; nothing for punctuation."""
    if character in _FOLD_MARKS:
        return _FOLD_MARKS[character]
    return "".join(_fold_one(part) for part in unicodedata.normalize("NFKC", character).casefold())


def _fold_one(character: str) -> str:
    if character == "\n":
        return character
    if "ぁ" <= character <= "ゖ":
        character = chr(ord(character) + 0x60)
    if not character.isalnum():
        return ""
    if "゛" <= character <= "ヿ":
        return _FOLD_MARKS.get(character, character)
    base = unicodedata.normalize("NFD", character)[0]
    return _FOLD_MARKS.get(base, base) if base.isalnum() else ""


class _KeyTable(dict[int, str | None]):
    """A translation table that learns each character when it first sees it."""

    def __missing__(self, code: int) -> str | None:
        # None deletes, and keeps str.translate on its fast path.
        self[code] = fold(chr(code)) or None
        return self[code]


_KEYS = _KeyTable()


def fold_one(character: str) -> str:
    """Return what one character adds to a key; learned once."""
    return _KEYS[ord(character)] or ""


def key(text: str) -> str:
    """Return the form in which names are compared; line breaks are kept, so that no name spans two lines."""
    if (plain := in_plain_letters(text)) is not None:
        return plain.translate(_PLAIN, _NOTHING).decode()
    return unicodedata.normalize("NFKC", text).translate(_KEYS)


_FOREIGN = re.compile("[^\x00-\x7f\u2010-\u2027]")
_ASCII = bytes(range(0x80))
_NOTHING = bytes(code for code in _ASCII if not fold(chr(code)))
"""ASCII characters that add nothing to a key."""
_PLAIN = bytes(ord(fold(chr(code)) or "-") for code in _ASCII) + bytes(0x80)


def in_plain_letters(text: str) -> bytes | None:
    """Give *text* in ASCII, "?" for each dash, typographic quotation mark or dots; None where it has other letters.

    What `bytes` does with it takes a tenth of the time that `str` takes.
    """
    return None if not text.isascii() and _FOREIGN.search(text) else text.encode("ascii", "replace")


def sentences(entry_title: str, blocks: Sequence[Block], protected: Sequence[str] = ()) -> tuple[Sentence, ...]:
    """Cut a headline and blocks into sentences; *protected* names never end one by their own punctuation."""
    known = languages()
    guard = _guard(tuple(protected))
    pieces = [(HEADLINE, start, text) for start, text in _split(entry_title, guard, known)]
    for number, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADLINE or block.text != entry_title:
            pieces += [(number, start, text) for start, text in _split(block.text, guard, known)]
    main = known.of(" ".join(text for _, _, text in pieces)[:20_000]) or "en"
    return tuple(
        Sentence(text=text, block=block, index=index, language=known.of(text, main=main) or main, start=start)
        for index, (block, start, text) in enumerate(pieces)
    )


def _split(text: str, guard: re.Pattern[str] | None, known: Languages) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        for begin, end in _short(line, _cut(line, guard, known)):
            piece = line[begin:end]
            if stripped := piece.strip():
                yield start + begin + piece.index(stripped[0]), stripped
        start += len(line) + 1


def _short(line: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Cut what no writer calls a sentence: reading one costs more than its length."""
    for start, end in spans:
        begin = start
        while end - begin > LONGEST:
            space = line.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
            stop = space if space > 0 else begin + LONGEST
            yield begin, stop
            begin = stop
        yield begin, end


def _cut(line: str, guard: re.Pattern[str] | None, known: Languages) -> Iterator[tuple[int, int]]:
    begin = 0
    inside = _inside(line, guard)
    for found in _ENDS.finditer(line):
        if inside[found.end() - 1]:
            continue
        end = found.end()
        while end < len(line) and line[end] in _CLOSERS and not inside[end]:
            end += 1
        if _ends(line, found, end, known):
            yield begin, end
            begin = end
    yield begin, len(line)


def _inside(line: str, guard: re.Pattern[str] | None) -> bytearray:
    """Mark the characters that stand in closed Japanese brackets or in a protected name."""
    marks = bytearray(len(line))
    stack: list[tuple[str, int]] = []
    for position, character in enumerate(line) if _OPENS_BRACKET.search(line) else ():
        if character in _OPEN:
            stack.append((_OPEN[character], position))
        elif stack and character == stack[-1][0]:
            start = stack.pop()[1]
            if not stack:
                marks[start:position] = b"\1" * (position - start)
    if guard is not None:
        for found in guard.finditer(line):
            marks[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    return marks


def _ends(line: str, found: re.Match[str], end: int, known: Languages) -> bool:
    """Say whether the mark at *found* ends a sentence whose closing quotes end at *end*."""
    rest = line[end : end + 2]
    if not rest.strip():
        return True
    marks = found[0]
    before = line[max(0, found.start() - 1) : found.start()]
    if marks[-1] in _CJK_END and (_CJK.match(before) or marks[-1] in "。！？"):
        return "。" in marks or not _STARTS_LOWER.match(rest.strip())
    if not rest[0].isspace() or _STARTS_LOWER.match(rest[1:]) or _NUMBERED.match(line, end):
        return False
    return set(marks) != {"."} or len(marks) > 1 or not _abbreviated(line, found.start(), known)


_INITIALS = re.compile(r"\b(?:[A-Z]\.)+[A-Z]$")
_OPENS = re.compile(r"\s*(?:The|Its?|In|On|For|An?|He|She|They|We|But|And|This|That|These|Fans|As|At|After)\b")
"""Behind initials these begin a sentence; other capitals go on with a name: "J.C. Staff"."""


def _abbreviated(line: str, stop: int, known: Languages) -> bool:
    """Say whether the full stop at *stop* belongs to an abbreviation, an initial or a German ordinal."""
    word = _WORD_BEFORE.search(line, max(0, stop - 14), stop)
    if _INITIALS.search(line, max(0, stop - 8), stop) and not _OPENS.match(line, stop + 1):
        return True
    if word is None:
        return False
    last = word[1]
    if len(last) == 1 and last.isalpha() and last.isupper():
        return True
    behind = line[stop + 1 : stop + 40]
    if last.casefold() in known.abbreviations:
        return True
    if last.casefold() in known.before_number:
        return re.match(r"\s*\d", behind) is not None
    following = re.match(r"\s*([^\W\d]+)", behind)
    return last.isdigit() and following is not None and following[1].casefold() in known.after_ordinal


@lru_cache(maxsize=512)
def _guard(names: tuple[str, ...]) -> re.Pattern[str] | None:
    """Compile the names that carry sentence-ending marks, spaces and case loose."""
    risky = sorted({name.strip() for name in names if _ENDS.search(name)}, key=len, reverse=True)
    if not risky:
        return None
    loose = (r"\s{1,3}".join(re.escape(word) for word in name.split()) for name in risky)
    return re.compile("|".join(loose), re.IGNORECASE)
