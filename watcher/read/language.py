"""Recognise the language of a sentence by its script and its small words.

In:    text; word lists in ``data/languages/<code>.toml``, months in ``data/dates/<code>.toml``.
Out:   a language code, or None where the text does not show one.
Never: network, clock. Adding a language is adding a file.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3041-\u30fa\uff66-\uff9f]")
_HAN = re.compile(r"[\u3005\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LOOK = 2_000
"""So many characters tell a language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """What is known about the languages in Latin script."""

    words: Mapping[str, Mapping[str, float]]
    """Word → language → weight."""
    letters: Mapping[str, Mapping[str, float]]
    abbreviations: frozenset[str]
    """Without the final full stop, folded."""
    before_number: frozenset[str]
    """Abbreviations only where a number follows."""
    chinese: frozenset[str]
    """Characters that Chinese uses and Japanese does not."""
    after_ordinal: frozenset[str]
    """Words before which a number with a full stop is an ordinal, as in ``7. Oktober``."""

    def of(self, text: str, *, main: str | None = None) -> str | None:
        """Return the language of *text*; *main* settles ties and Chinese characters without kana."""
        return self._by_script(text[:_LOOK], main) or self._by_words(text[:_LOOK], main)

    def _by_script(self, text: str, main: str | None) -> str | None:
        if text.isascii():
            return None
        kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
        hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
        if hangul and hangul >= kana and 3 * hangul >= latin:
            return "ko"
        # A Latin sentence may give a native title; a Japanese one may quote a Latin one at length.
        if not (kana or han) or 4 * (kana + han) < latin:
            return None
        if kana or main in {"ja", "zh", "ko"}:
            return "ja" if kana else main
        return "zh" if self.chinese & set(text) else "ja"

    def _by_words(self, text: str, main: str | None) -> str | None:
        scores: dict[str, float] = {}
        folded = text.casefold()
        telling = self.letters.keys() & set(folded)
        for word in _WORD.findall(folded):
            if word in self.words:
                for code, weight in self.words[word].items():
                    scores[code] = scores.get(code, 0.0) + weight
            for letter in telling.intersection(word) if telling else ():
                for code, weight in self.letters[letter].items():
                    scores[code] = scores.get(code, 0.0) + weight
        if not scores:
            return main
        best = max(scores.values())
        if main is not None and scores.get(main, 0.0) >= best - 0.9:
            return main
        return max(scores, key=lambda code: scores[code])


def _months(code: str) -> list[str]:
    """The names of months tell a language as well as small words do."""
    path = files("watcher").joinpath("data", "dates", f"{code}.toml")
    if code == "ja" or not path.is_file():
        return []
    months = tomllib.loads(path.read_text(encoding="utf-8"))["months"]
    return [name for names in months for name in names if len(name) > 3]


@lru_cache(maxsize=1)
def languages() -> Languages:
    """Load the word lists, once."""
    words: dict[str, dict[str, float]] = {}
    letters: dict[str, dict[str, float]] = {}
    abbreviations: set[str] = set()
    after_ordinal: set[str] = set()
    before_number: set[str] = set()
    chinese: set[str] = set()
    for path in sorted(files("watcher").joinpath("data", "languages").iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".toml"):
            continue
        code, data = path.name.removesuffix(".toml"), tomllib.loads(path.read_text(encoding="utf-8"))
        for word in (*data.get("words", "").split(), *_months(code)):
            words.setdefault(word, {})[code] = 1.0
        for letter in data.get("letters", ""):
            letters.setdefault(letter, {})[code] = 1.0
        abbreviations.update(data.get("abbreviations", "").casefold().split())
        after_ordinal.update(data.get("after_ordinal", "").casefold().split())
        before_number.update(data.get("before_number", "").casefold().split())
        chinese.update(data.get("characters", ""))
    # A word that many languages share says little.
    for table in (words, letters):
        for weights in table.values():
            weights.update(dict.fromkeys(weights, 1.0 / len(weights)))
    return Languages(
        words=words,
        letters=letters,
        abbreviations=frozenset(abbreviations),
        before_number=frozenset(before_number),
        after_ordinal=frozenset(after_ordinal),
        chinese=frozenset(chinese),
    )
