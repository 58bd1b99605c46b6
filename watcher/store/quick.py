"""Rows that are written at every look: their statements are compiled once, and many rows are bound at a time.

SQLAlchemy works a statement out anew for each execution, and its parameters through several layers; for thirty rows
that took three times as long as writing them. The SQL and the types of the columns stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import StatementError
from sqlalchemy.sql.dml import UpdateBase

Build = Callable[[Connection], UpdateBase]
Bind = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A statement for one database: its text, and what becomes of each value before it is handed over."""

    sql: str
    binds: tuple[tuple[str, Bind | None], ...]
    positional: bool

    def row(self, values: Mapping[str, object]) -> Any:
        if self.positional:
            return tuple([values[name] if bind is None else bind(values[name]) for name, bind in self.binds])
        return {name: values[name] if bind is None else bind(values[name]) for name, bind in self.binds}


_READY: dict[tuple[str, Build], _Ready] = {}


def write_rows(connection: Connection, build: Build, rows: Sequence[Mapping[str, object]]) -> None:
    """Execute the statement of *build*, a module's function, once for each row; all rows name the same values."""
    if not rows:
        return
    name = connection.dialect.name, build
    ready = _READY.get(name)
    if ready is None:
        ready = _READY[name] = _compiled(connection, build(connection), tuple(rows[0]))
    try:
        bound = list(map(ready.row, rows))
    except (ValueError, TypeError) as error:  # as SQLAlchemy tells of a value that no column takes
        raise StatementError(str(error), ready.sql, None, error) from error
    connection.exec_driver_sql(ready.sql, bound)


def _compiled(connection: Connection, statement: UpdateBase, names: Sequence[str]) -> _Ready:
    dialect = connection.dialect
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(names))
    order = compiled.positiontup or list(compiled.binds)
    types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in order}
    binds = tuple((name, types[name].bind_processor(dialect)) for name in order)
    return _Ready(sql=str(compiled), binds=binds, positional=bool(compiled.positiontup))
