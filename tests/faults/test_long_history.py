"""Years of entries behind it: starting and looking must read next to nothing of them, and their size stays bounded.

What is measured is bytes read, which does not depend on how busy the machine is; `bench/store.py 10000000` measures
the time at full size, with the same history.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from watcher.store import Keep, Store, retention

BENCH = Path(__file__).parents[2] / "bench" / "store.py"
ENTRIES, SOURCES = 60_000, 20


def bench() -> ModuleType:
    spec = spec_from_file_location("bench_store", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, Path]]:
    path = tmp_path_factory.mktemp("history") / "watcher.db"
    made = bench()
    with Store.open(path, now=made.NOW) as store:
        made.remember(path, ENTRIES, SOURCES)
        store.commit(*(made.look(number, 10**6 + 50 * number, 50) for number in range(SOURCES)))
        store.checkpoint()
        assert store.counts().entries == ENTRIES + 50 * SOURCES
    yield made, path
    sys.modules.pop("bench_store")


def read_by(work: Callable[[], object]) -> int:
    """Give the bytes that were read meanwhile, from the disk or its cache."""

    def so_far() -> int:
        return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])

    before = so_far()
    work()
    return so_far() - before


def test_h14_a_start_reads_next_to_nothing_of_a_long_history(
    history: tuple[ModuleType, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, path = history
    monkeypatch.setattr(retention, "_SMALL", 10_000_000)  # a file like this one counts as large
    assert path.stat().st_size > 30_000_000

    def start() -> None:
        with Store.open(path, now=made.NOW) as store:
            store.latest_look()
            store.all_source_states()
            store.ping()

    assert read_by(start) < 1_000_000


def test_h14_a_look_reads_only_what_it_asks_for(history: tuple[ModuleType, Path]) -> None:
    made, path = history
    ids = [f"https://news.example.org/?p={10**6 + number}" for number in range(50)]
    with Store.open(path, now=made.NOW) as store:

        def look() -> None:
            store.source_states(["source-0000"])
            found = store.seen_matching("source-0000", entry_ids=ids, links=ids, fingerprints=ids)
            assert len(found) == 50
            store.knowledge_of(["akudama"])
            store.commit(made.look(0, 2 * 10**6, 20))
            store.due_sources(made.NOW)
            store.next_due()
            store.claim(made.NOW)

        assert read_by(look) < 2_000_000


def test_h14_retention_lets_texts_go_and_keeps_identities(tmp_path: Path) -> None:
    made = bench()
    path = tmp_path / "watcher.db"
    with Store.open(path, now=made.NOW) as store:
        store.commit(*(made.look(number, 200 * number, 200) for number in range(10)))
        later = made.NOW + Keep().texts + timedelta(days=1)
        assert store.prune(later).texts == 2000
        store.checkpoint()
        kept = store.seen("source-0003", texts=True)
        assert len(kept) == 200
        assert not any(one.blocks for one in kept)
        again = [one.entry_id for one in kept]
        assert len(store.seen_matching("source-0003", entry_ids=again)) == 200
    assert used(path) < 2000 * 800  # bytes; docs/performance.md promises some 600 for an entry without its text


def used(path: Path) -> int:
    """Give the bytes in use, without pages that are free to be used again."""
    with closing(sqlite3.connect(path)) as plain:
        pages, free, size = (
            plain.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size
