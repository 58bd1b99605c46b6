"""How long the store takes: a look's commit, the questions of a poll, a start, with a history of many entries.

python bench/store.py [ENTRIES]     default 200,000; five years of 1,000 lively feeds are about 10,000,000

The first 200,000 entries are written look by look. What is beyond comes before them, without texts as retention leaves
old ones, and is written by SQL alone: ten million looks' worth would take hours.
"""

from __future__ import annotations

# ruff: noqa: INP001, T201 - a script that prints
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.dialects import sqlite

from watcher.memory import PollOutcome, SeenEntry, SourceState
from watcher.model import Block, BlockKind
from watcher.store import Keep, Store, rows, tables

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOURCES = 1000
_BY_LOOKS = 200_000
TEXT = "The production committee has announced that the second season is in the making. " * 8


def entry(number: int, source: str) -> SeenEntry:
    """Make an entry of usual size."""
    return SeenEntry(
        source_id=source,
        key=f"{number:016x}{number * 2654435761 % 2**64:016x}",
        entry_id=f"https://news.example.org/?p={number}",
        link=f"news.example.org/2026/11/21/some-headline-of-usual-length-{number}",
        fingerprint=f"{number * 40503 % 2**64:016x}",
        digest=f"{number * 2246822519 % 2**64:016x}",
        title=f"Some headline of usual length about a show, number {number}",
        url=f"https://news.example.org/2026/11/21/some-headline-of-usual-length-{number}",
        published=NOW - timedelta(minutes=number % 100_000),
        first_seen=NOW,
        last_seen=NOW,
        blocks=(Block(kind=BlockKind.PARAGRAPH, text=TEXT),),
    )


def look(source: int, first: int, count: int) -> PollOutcome:
    """Make a look that found *count* new entries."""
    name = f"source-{source:04}"
    state = SourceState(source_id=name, url=f"https://{name}.example/feed", last_look=NOW, next_look=NOW)
    return PollOutcome(source=state, entries=tuple(entry(first + n, name) for n in range(count)))


def measure(label: str, call: Callable[[], object], times: int = 50) -> None:
    """Print how long a call takes."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begin) * 1000)
    worst = sorted(taken)[int(len(taken) * 0.95)]
    print(f"  {label:52} median {statistics.median(taken):8.2f} ms   95 % {worst:8.2f} ms")


def once(label: str, call: Callable[[], object]) -> None:
    """Print how long one call took."""
    begin = time.perf_counter()
    call()
    print(f"  {label:52}        {(time.perf_counter() - begin) * 1000:8.1f} ms")


def fill(store: Store, entries: int) -> None:
    """Write a history."""
    per_look = 100
    for first in range(0, entries, per_look * 20):
        starts = range(first, min(first + per_look * 20, entries), per_look)
        store.commit(*(look(start // per_look % SOURCES, start, per_look) for start in starts))


def remember(path: Path, entries: int, sources: int = SOURCES) -> None:
    """Put old entries into the store at *path*, evenly over its sources, with indexes built at the end."""
    with closing(sqlite3.connect(path, isolation_level=None)) as plain:
        for pragma in ("synchronous = OFF", "cache_size = -400000", "temp_store = FILE"):
            plain.execute(f"PRAGMA {pragma}")
        indexes = plain.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'entries' AND sql LIKE 'CREATE INDEX%'"
        )
        made = indexes.fetchall()
        for name, _ in made:
            plain.execute(f"DROP INDEX {name}")
        for number in range(sources):
            source = f"source-{number:04}"
            near = rows.near(source, "") & ~0xFFFFFFFF
            plain.execute(_OLD, {"source": source, "near": near, "count": entries // sources, "at": _column(NOW)})
        for _, sql in made:
            plain.execute(sql)


_OLD = """
INSERT INTO entries (source_id, "key", entry_id, link, fingerprint, entry_id_hash, link_hash, fingerprint_hash, digest,
                     title, url, published, first_seen, last_seen)
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)
SELECT :source, printf('0%015x%016x', n, random()), 'https://news.example.org/?p=' || (90000000 + n),
       'news.example.org/2026/11/21/some-headline-of-usual-length-' || n, printf('%016x', random()),
       :near + abs(random()) % 4294967296, random(), :near + abs(random()) % 4294967296, printf('%016x', random()),
       'Some headline of usual length about a show, number ' || n,
       'https://news.example.org/2026/11/21/some-headline-of-usual-length-' || n, :at, :at, :at
FROM numbers
"""


def _column(moment: datetime) -> object:
    """Give a moment as its column keeps it."""
    bind = tables.entries.c.first_seen.type.bind_processor(sqlite.dialect())
    return bind(moment) if bind is not None else moment


def main() -> None:
    """Fill a store, then ask it."""
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with TemporaryDirectory(prefix="store-bench-") as folder:
        path = Path(folder) / "watcher.db"
        store = Store.open(path, now=NOW)
        if entries > _BY_LOOKS:
            once(f"{entries - _BY_LOOKS:,} old entries", lambda: remember(path, entries - _BY_LOOKS))
        begin = time.perf_counter()
        fill(store, min(entries, _BY_LOOKS))
        rate = min(entries, _BY_LOOKS) / (time.perf_counter() - begin)
        print(f"{entries:,} entries of {SOURCES:,} sources: {rate:,.0f} entries/s written look by look")
        size(store, entries, "with texts")
        questions(store, entries)
        once("retention lets all texts go", lambda: store.prune(NOW + timedelta(days=1), keep=Keep(texts=timedelta(0))))
        once("…again, nothing to do", lambda: store.prune(NOW + timedelta(days=1), keep=Keep(texts=timedelta(0))))
        size(store, entries, "without texts")
        once("copy (backup)", lambda: store.backup(Path(folder) / "copy.db"))
        store.close()
        measure("start: open, check, close", lambda: Store.open(path, now=NOW).close(), 5)


def size(store: Store, entries: int, label: str) -> None:
    """Print the bytes in use, without the pages that are free to be used again."""
    store.checkpoint()
    with sqlite3.connect(store.path) as plain:
        used, free, page = (
            plain.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        )
    per_entry = (used - free) * page / entries
    file = used * page / 1e6
    print(f"  {label}: {per_entry:,.0f} bytes per entry, 10 M: {per_entry / 100:,.1f} GB (file now {file:,.0f} MB)")


def questions(store: Store, entries: int) -> None:
    """Measure what a poll, a drain and a status ask and write."""
    numbers = iter(range(entries, 2 * entries))
    measure(
        "commit of a look that found nothing (one fsync)",
        lambda: store.commit(look(next(numbers) % SOURCES, 0, 0)),
        200,
    )
    measure("commit of 50 such looks at once", lambda: store.commit(*(look(n, 0, 0) for n in range(50))))
    measure(
        "commit of a look with 20 new entries", lambda: store.commit(look(1, 10 * entries + next(numbers) * 20, 20))
    )
    ids = [f"https://news.example.org/?p={n}" for n in range(50)]
    measure("seen_matching 50 ids", lambda: store.seen_matching("source-0000", entry_ids=ids), 200)
    measure("seen, all of one source", lambda: store.seen("source-0002"))
    measure("source_state", lambda: store.source_state("source-0003"), 500)
    measure("knowledge", lambda: store.knowledge("akudama"), 500)
    measure("due_sources", lambda: store.due_sources(NOW))
    measure("next_due", store.next_due)
    measure("claim, nothing due", lambda: store.claim(NOW))
    measure("ping", store.ping)
    measure("counts", store.counts, 5)


if __name__ == "__main__":
    main()
