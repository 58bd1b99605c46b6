# ruff: noqa: T201 - printing is what this program does
"""`make eval`: how well texts, pages and stories are understood, and whether that got worse.

    python -m tests.evaluate [--show N] [--only WORD] [--aliases FOLDER] [--lower-floors]

Reads the product's own texts (tests/corpus/texts) always, and the shared corpus beside the checkout where it is there.
Prints figures, per language and per trap, lists mistakes (never those of texts that nobody has read), and fails below
the floors in tests/corpus/floors.json. Floors rise with --raise-floors; lowering one takes --lower-floors and a line
in the changelog.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.scoring import Tally, score
from tests.scoring_stories import score as score_stories
from watcher.aliases.others import other_names_in
from watcher.read.cases import Case as ParsedCase
from watcher.read.cases import answer, case_of

HERE = Path(__file__).parent
OWN = HERE / "corpus" / "texts"
STORIES = HERE / "corpus" / "stories"
FLOORS = HERE / "corpus" / "floors.json"
LEDGER = HERE / "corpus" / "ledger"
SHARED = HERE.parent.parent / "shared"
MARGIN = 0.005
"""Figures may fall by this much before a floor counts as missed: one case of a small set."""
SHOWN = ("alert_precision", "alert_recall", "false_alert_rate", "event_f1", "date_exact", "verdict", "relevant")
SHOWN_OF_STORIES = ("precision", "recall")

Case = dict[str, Any]


def main() -> int:
    options = _options()
    figures: dict[str, dict[str, float]] = {}
    digests: dict[str, str] = {}
    for path in _texts():
        if options.only and options.only not in path.stem:
            continue
        tally, cases = evaluate(path, options.aliases)
        figures[path.stem], digests[path.stem] = tally.figures(), _digest(path)
        _print(path.stem, tally, cases, options.show)
    if not options.only:
        figures |= _stories() | _pages()
    return _floors(figures, digests, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.evaluate", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--show", type=int, default=0, help="list so many mistakes of each set that may be read")
    parser.add_argument("--only", default="", help="only sets whose name holds this")
    parser.add_argument("--aliases", type=Path, help="a folder of imported alias data (state/aliases), used as well")
    parser.add_argument("--raise-floors", action="store_true", help="write today's figures where they are better")
    parser.add_argument("--lower-floors", action="store_true", help="write today's figures whatever they are")
    return parser.parse_args()


def _texts() -> list[Path]:
    shared = SHARED / "corpus"
    if not shared.is_dir():
        print("skipped: the shared corpus is not beside this checkout")
    return [*sorted(OWN.glob("*.jsonl")), *sorted(shared.glob("*.jsonl"))]


def evaluate(path: Path, data: Path | None = None) -> tuple[Tally, list[Case]]:
    """Read every case of a file and score the answers; with the alias data in the folder *data*, if any."""
    cases = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
    answers = {case["id"]: _answer(case_of(case), data) for case in cases}
    for case in cases:
        case["answer"] = answers[case["id"]]
    return score(cases, answers), cases


def _answer(case: ParsedCase, data: Path | None) -> dict[str, Any]:
    return answer(case, others=other_names_in([case.title], data) if data is not None else ())


def _print(name: str, tally: Tally, cases: Iterable[Case], show: int) -> None:
    print(f"{name:24} {tally.cases:4} cases  " + _line(tally.figures()))
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[f"language {case.get('lang', 'en')}"].append(case)
        for trap in case["traps"]:
            groups[f"trap {trap}"].append(case)
    if show:
        _print_groups(groups)
        _print_mistakes(name, tally, cases, show)


def _line(figures: Mapping[str, float], shown: Sequence[str] = SHOWN) -> str:
    return "  ".join(f"{name.removeprefix('alert_')} {figures[name]:.3f}" for name in shown if name in figures)


def _print_groups(groups: Mapping[str, list[Case]]) -> None:
    for group, members in sorted(groups.items()):
        if len(members) >= 5:
            part = score(members, {case["id"]: case["answer"] for case in members})
            print(f"    {group:32} {part.cases:4}  false {part.false_alerts:3}  missed {part.missed:3}")


def _print_mistakes(name: str, tally: Tally, cases: Iterable[Case], show: int) -> None:
    """List mistakes, in unread batches only those of cases that the ledger names."""
    read = {word for path in LEDGER.glob("*.txt") for word in path.read_text(encoding="utf-8").split()}
    unread = {case["id"] for case in cases} - read if name.endswith("dev2") else set()
    lines = [line for line in tally.mistakes if not any(f" {case} " in line for case in unread)]
    for line in lines[:show]:
        print("   ", line)


def _stories() -> dict[str, dict[str, float]]:
    sets = {"stories_web": (STORIES, "ws-*.jsonl"), "stories": (SHARED / "stories", "st-*.jsonl")}
    figures: dict[str, dict[str, float]] = {}
    for name, (folder, pattern) in sets.items():
        if not folder.is_dir():
            print("skipped: the shared stories are not beside this checkout")
            continue
        found = score_stories(folder, pattern)
        figures[name] = {"precision": round(found.precision, 4), "recall": round(found.recall, 4)}
        exact = f"false-alert steps {found.false_alerts}  exact stories {found.exact_stories}"
        print(f"{name:24} {found.steps:4} steps  {_line(figures[name], SHOWN_OF_STORIES)}  {exact}")
    return figures


def _pages() -> dict[str, dict[str, float]]:
    """Count the shared before/after pages that are read exactly; the test of the pages says what is wrong."""
    from tests.core import test_source_page_sets as pages  # noqa: PLC0415 - pulls in the parsers

    if not pages.SHARED.is_dir():
        return {}
    folders = [path for path in sorted(pages.SHARED.iterdir()) if (path / "expected.json").exists()]
    right = 0
    for folder in folders:
        try:
            pages.check(folder)
        except AssertionError as error:
            print(f"    page {folder.name}: {str(error)[:100]}")
        else:
            right += 1
    print(f"pages                    {right} of {len(folders)} exactly right")
    return {"pages": {"right": round(right / len(folders), 4)}}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _floors(figures: Mapping[str, Mapping[str, float]], digests: Mapping[str, str], options: argparse.Namespace) -> int:
    """Compare with the pinned floors; a set whose text has changed is no longer comparable, and says so."""
    pinned = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    missed = []
    for name, found in figures.items():
        floor = pinned.setdefault(name, {"digest": digests.get(name, ""), "figures": {}})
        if floor["digest"] != digests.get(name, ""):
            print(f"{name}: the texts have changed since the floors were set")
            floor["digest"] = digests.get(name, "")
        for figure, value in found.items():
            missed += _compare(name, figure, value, floor["figures"], options)
    for line in missed:
        print("FLOOR MISSED:", line)
    if options.raise_floors or options.lower_floors:
        FLOORS.write_text(json.dumps(pinned, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return 1 if missed else 0


def _compare(name: str, figure: str, value: float, floor: dict[str, float], options: argparse.Namespace) -> list[str]:
    low_is_good = figure == "false_alert_rate"
    bound = floor.get(figure)
    better = bound is None or (value < bound if low_is_good else value > bound)
    if options.lower_floors or (better and options.raise_floors):
        floor[figure] = value
        return []
    if bound is None:
        return []
    fell = value - bound if low_is_good else bound - value
    return [f"{name} {figure} is {value}, was {bound}"] if fell > MARGIN else []


if __name__ == "__main__":
    sys.exit(main())
