"""How fast texts are read: `python bench/reading.py`.

In:    invented texts in seven languages (tests/support), and the labelled corpus where it lies beside the project.
Out:   median and worst milliseconds for a text, with one watched title and with 10,000; texts that name none; growth.
Never: the network, the user's files.

One core, rubbish looked for as rarely as in the program. The first reading of each language builds its lexicon and is
not counted. All texts are read in both ways: with their own title alone, and with the titles of all texts among 10,000.
"""

# ruff: noqa: D103, INP001, SIM905, T201 - a script that prints

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.invented import LANGUAGES, spell  # noqa: E402 - the project is not on the path before
from watcher.cli import GARBAGE  # noqa: E402
from watcher.model import Block, BlockKind, Entry, Title  # noqa: E402
from watcher.read.cases import Case, case_of  # noqa: E402
from watcher.read.flat import blocks_of  # noqa: E402
from watcher.read.reader import Reader  # noqa: E402

CORPUS = ROOT.parent / "shared" / "corpus"
MANY = 10_000
_SYLLABLES = "ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ma mi mu me mo ra ri ru re ro wa".split()
GOALS = {"one title": 3.0, "10,000 titles": 4.0, "names no title": 0.05}


def invented() -> list[Case]:
    day, month, past = date(2026, 10, 4), date(2027, 1, 1), date(2022, 4, 9)
    cases = []
    for language in LANGUAGES:
        form, months = language.seasons[0], language.months
        values = {"x": language.others[0], "s": form[2], "p": form[1], "d": spell(language.day[0], day, months)}
        values |= {"w": spell(language.month[0], month, months), "a": spell(language.day[0], past, months)}
        for template in (*language.silent, *(text for text, _ in language.loud)):
            headline, _, body = template.format(t=language.titles[0], **values).partition("\n")
            title = Title(id="w", name=language.titles[0], season=2)
            published = datetime.combine(date(2026, 3, 2), clock(), UTC)
            entry = Entry(id="1", title=headline, blocks=blocks_of(body), published=published)
            cases.append(Case(id="1", entry=entry, title=title))
    return cases


def labelled() -> list[Case]:
    files = sorted(CORPUS.glob("*_dev*.jsonl")) if CORPUS.is_dir() else []
    lines = (line for path in files for line in path.read_text(encoding="utf-8").split("\n"))
    return [case_of(json.loads(line)) for line in lines if line.strip()]


def many() -> list[Title]:
    chance = random.Random(7)

    def name() -> str:
        words = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(chance.randint(1, 4)))
        return " ".join(words).title()

    return [Title(id=f"t{number}", name=name(), aliases=(name(),), season=2) for number in range(MANY)]


def timed(work: Callable[[], object], repeat: int = 3) -> float:
    """Return milliseconds, the best of some runs."""
    best = float("inf")
    for _ in range(repeat):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return 1000 * best


def row(name: str, values: Sequence[float]) -> bool:
    median, goal = statistics.median(values), GOALS.get(name)
    verdict = "" if goal is None else f"   goal {goal:g}" + ("" if median <= goal else "  MISSED")
    print(f"{name:<28}{len(values):>6} texts   median {median:8.3f} ms   worst {max(values):9.3f} ms{verdict}")
    return goal is None or median <= goal


def main() -> int:
    gc.set_threshold(*GARBAGE)
    cases = labelled() or invented()
    print(f"{len(cases)} texts of the {'labelled corpus' if CORPUS.is_dir() else 'invented kind'}")
    single = {case.title.id + case.title.name: Reader([case.title]) for case in cases}
    for case in cases:
        single[case.title.id + case.title.name].read(case.entry, case.title)
    works = {case.title.id + case.title.name: case.title for case in cases}
    known = {name: replace(title, id=f"w{number}") for number, (name, title) in enumerate(works.items())}
    crowd = many()
    strangers, everyone = Reader(crowd), Reader([*crowd[len(known) :], *known.values()])
    ways: dict[str, Callable[[Case], object]] = {
        "one title": lambda case: _read(single, case),
        "names no title": lambda case: strangers.mentions(case.entry),
        "10,000 titles": lambda case: _both(everyone, case.entry, known[case.title.id + case.title.name]),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for case in cases:  # in turns: the machine's minutes are not alike
        for name, way in ways.items():
            took[name].append(timed(lambda case=case, way=way: way(case)))  # type: ignore[misc]
    fine = [row(name, values) for name, values in took.items()]
    growth()
    return 0 if all(fine) else 1


def _read(readers: dict[str, Reader], case: Case) -> object:
    return readers[case.title.id + case.title.name].read(case.entry, case.title)


def _both(reader: Reader, entry: Entry, title: Title) -> object:
    return reader.mentions(entry), reader.read(entry, title)


def growth() -> None:
    """Print how time grows with length."""
    title = Title(id="w", name="Lanterns of Quell", season=2)
    reader = Reader([title])
    sentence = "The official website announced that Season 2 of Lanterns of Quell will premiere on October 4, 2026. "
    for size in (10_000, 100_000, 1_000_000):
        blocks = tuple(Block(kind=BlockKind.PARAGRAPH, text=sentence * 5) for _ in range(size // (5 * len(sentence))))
        entry = Entry(id="1", title="News", blocks=blocks)
        print(f"{size:>9} characters   {timed(lambda e=entry: reader.read(e, title), 1):10.1f} ms")


if __name__ == "__main__":
    sys.exit(main())
