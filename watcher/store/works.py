"""Imported alias data: one file for each data set, beside the database.

Apart from the database, because it can be imported again: no backup carries it, nothing waits for an import, and a
damaged file costs its names only. A new file takes the place of the old one when it is whole.

In:    `Work`s.
Out:   the same, found by name or by id.
Never: a decision about news.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Self

from sqlalchemy import Column, Index, Integer, MetaData, Table, func, insert, select

from watcher.errors import StoreError
from watcher.store.backup import check_pages, open_plain
from watcher.store.engine import Database, batches, connect_to
from watcher.store.errors import AccessError, DamagedError, translated
from watcher.store.files import beside, make_folder, sync_folder
from watcher.store.tables import Document, String
from watcher.works import DataInfo, Work

FORMAT = 1
"""Counts up when a file of an older program cannot be read: it is then imported again."""
_ROWS = 500
_ENDING = ".db"

_metadata = MetaData()
_works = Table(
    "works",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("work", Document(Work), nullable=False),
)
_names = Table(
    "names",
    _metadata,
    # As names are compared: letters and digits only.
    Column("key", String, nullable=False, index=True),
    Column("work_id", Integer, nullable=False),
    Index(None, "work_id"),
)
_refs = Table(
    "refs",
    _metadata,
    # ``anilist:116566``, or what the seasons of a series share.
    Column("ref", String, nullable=False, index=True),
    Column("work_id", Integer, nullable=False),
)
_info = Table("info", _metadata, Column("format", Integer, nullable=False), Column("info", Document(DataInfo)))

Place = tuple[int, int]
"""A data set (by its place among those opened) and the number of a work in it."""


def folder_of(database: Path) -> Path:
    """Name the folder in which the alias data beside *database* lies."""
    return database.parent / "aliases"


def files_in(folder: Path) -> tuple[Path, ...]:
    """List the data sets in a folder."""
    return tuple(sorted(folder.glob(f"*{_ENDING}")))


def keep_works(
    folder: Path,
    name: str,
    works: Iterable[Work],
    *,
    key: Callable[[str], str],
    info: Callable[[], DataInfo],
) -> DataInfo:
    """Write a data set and let it take the place of the old one; where anything fails, that one stays.

    *info* is asked when all *works* are through. *key* gives the form in which names are compared.
    """
    target = folder / f"{name}{_ENDING}"
    part = folder / f"{name}.part"
    try:
        make_folder(folder)
        _remove(part)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with Database(connect_to(part), part) as database:
            kept = _write(database, works, key, info)
        _settle(part)
        part.replace(target)
        sync_folder(folder)
    except OSError as error:
        raise AccessError(f"{target}: cannot be written: {error.strerror}") from error
    finally:
        _remove(part)
    return kept


def _write(
    database: Database, works: Iterable[Work], key: Callable[[str], str], info: Callable[[], DataInfo]
) -> DataInfo:
    with database.writing() as connection:
        _metadata.create_all(connection)
        for rows in _numbered(works):
            connection.execute(insert(_works), [{"id": number, "work": work} for number, work in rows])
            keyed = [(form, number) for number, work in rows for form in dict.fromkeys(map(key, work.names)) if form]
            connection.execute(insert(_names), [{"key": form, "work_id": number} for form, number in keyed])
            refs = [(ref, number) for number, work in rows for ref in (*work.refs, work.part_of) if ref]
            if refs:
                connection.execute(insert(_refs), [{"ref": ref, "work_id": number} for ref, number in refs])
        kept = info()
        connection.execute(insert(_info), [{"format": FORMAT, "info": kept}])
    return kept


def _numbered(works: Iterable[Work]) -> Iterator[Sequence[tuple[int, Work]]]:
    rows: list[tuple[int, Work]] = []
    for row in enumerate(works, 1):
        rows.append(row)
        if len(rows) == _ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _settle(part: Path) -> None:
    """Make one plain file of a new data set, and bring it to the disk."""
    with translated(part), closing(open_plain(part, read_only=False)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").close()
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _remove(part: Path) -> None:
    for file in (part, *beside(part)):
        file.unlink(missing_ok=True)


def remove_works(folder: Path, name: str) -> bool:
    """Forget a data set."""
    path = folder / f"{name}{_ENDING}"
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def _why(error: StoreError) -> str:
    """Say what is wrong with a file that no backup holds."""
    return "the file is damaged" if isinstance(error, DamagedError) else str(error)


class _DataSet(Database):
    """One data set, open for reading."""

    info: DataInfo

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; raise `StoreError` where it is none of ours, damaged, or of another program version."""
        data = cls(connect_to(path, read_only=True), path)
        with data.closing_on_error(), data.reading() as connection:
            found, info = connection.execute(select(_info.c.format, _info.c.info)).one()
            if found != FORMAT or info is None:
                raise StoreError(f"{path}: written by another version of this program; import it again")
            data.info = info
        return data


class Works:
    """All imported data sets, open for reading; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Open what lies in *folder*; what cannot be opened is listed in `broken` and left aside."""
        self._sets: list[_DataSet] = []
        self.broken: dict[str, str] = {}
        for path in files_in(folder):
            try:
                self._sets.append(_DataSet.open(path))
            except StoreError as error:
                self.broken[path.stem] = _why(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for data in self._sets:
            data.close()

    def __bool__(self) -> bool:
        return bool(self._sets)

    @property
    def infos(self) -> tuple[DataInfo, ...]:
        return tuple(data.info for data in self._sets)

    def name_of(self, place: Place) -> str:
        """Say which data set a work is from."""
        return self._sets[place[0]].info.name

    def names(self) -> Iterator[tuple[str, Place]]:
        """Yield the keys of all names."""
        for number, data in enumerate(self._sets):
            with data.reading() as connection:
                for form, work in connection.execute(select(_names.c.key, _names.c.work_id)):
                    yield form, (number, work)

    def holding(self, form: str, *, limit: int) -> list[Place]:
        """Find works by a part of a name's key: whole names first, then beginnings, short ones before long ones."""
        found: list[tuple[int, int, Place]] = []
        for number, data in enumerate(self._sets):
            at = func.instr(_names.c.key, form)
            query = (
                select(_names.c.work_id, func.min(at), func.min(func.length(_names.c.key)))
                .where(at > 0)
                .group_by(_names.c.work_id)
                .order_by(func.min(func.length(_names.c.key)), func.min(at))
                .limit(limit)
            )
            with data.reading() as connection:
                found += [(length, place, (number, work)) for work, place, length in connection.execute(query)]
        return [place for _, _, place in sorted(found)]

    def called(self, forms: Collection[str]) -> dict[str, list[Place]]:
        """Find works by the keys of their names."""
        return self._places(_names, "key", forms)

    def having(self, refs: Collection[str]) -> dict[str, list[Place]]:
        """Find works by their ids, and by what the seasons of a series share."""
        return self._places(_refs, "ref", refs)

    def works(self, places: Collection[Place]) -> dict[Place, Work]:
        """Read works."""
        found: dict[Place, Work] = {}
        for number, data in enumerate(self._sets):
            with data.reading() as connection:
                for some in batches(work for place, work in places if place == number):
                    rows = connection.execute(select(_works).where(_works.c.id.in_(some)))
                    found |= {(number, row.id): row.work for row in rows}
        return found

    def check(self) -> dict[str, str]:
        """Say which data sets are damaged, and how."""
        wrong = dict(self.broken)
        for data in self._sets:
            try:
                with translated(data.path), closing(open_plain(data.path)) as connection:
                    problems = check_pages(connection)
            except DamagedError as error:
                problems = [_why(error)]
            if problems:
                wrong[data.info.name] = problems[0]
        return wrong

    def _places(self, table: Table, column: str, wanted: Collection[str]) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for number, data in enumerate(self._sets):
            with data.reading() as connection:
                for some in batches(wanted):
                    query = select(table.c[column], table.c.work_id).where(table.c[column].in_(some))
                    for value, work in connection.execute(query):
                        found.setdefault(value, []).append((number, work))
        return found
