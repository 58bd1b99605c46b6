"""Who is called what: references between blocks by id or name.

In:    ids and names of blocks.
Out:   the ids a reference means, or a problem with the nearest name.
Never: raising.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watcher.config.wrong import Findings, KeyPath, nearest


class Directory:
    """Finds blocks by id or name, whatever the case."""

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._ids: dict[str, list[str]] = {}
        self._words: dict[str, str] = {}
        self._broken: set[str] = set()

    def add(self, block_id: str, names: Iterable[str]) -> None:
        for word in (block_id, *names):
            known = self._ids.setdefault(word.casefold(), [])
            if block_id not in known:
                known.append(block_id)
            self._words.setdefault(word.casefold(), word)

    def add_broken(self, table: object) -> None:
        """Remember a block that has problems of its own: a reference to it is not another one."""
        if isinstance(table, dict):
            self._broken |= {str(table[key]).casefold() for key in ("id", "name") if key in table}

    def find(self, word: str) -> Sequence[str]:
        return self._ids.get(word.casefold(), ())

    def refer(self, words: Iterable[str], path: KeyPath, findings: Findings) -> tuple[str, ...]:
        """Turn ids and names into ids, noting those that nobody has."""
        found: dict[str, None] = {}
        for index, word in enumerate(words):
            if not (ids := self.find(word)) and word.casefold() not in self._broken:
                findings.error((*path, index), f'there is no {self.noun} "{word}"', self._hint(word))
            found.update(dict.fromkeys(ids))
        return tuple(found)

    def _hint(self, word: str) -> str:
        meant = nearest(word, self._words.values())
        return f'did you mean "{meant}"?' if meant else f"the name or id of a [[{self.noun}]]"
