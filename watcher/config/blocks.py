"""Read one table into its block, turning what the validator says into problems that help.

In:    a raw table and its key path.
Out:   the block, or None with every problem noted.
Never: the value itself in a message, unless the value's reader put it there knowingly.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from watcher.config.door import BLOCKS, MEANT, Block
from watcher.config.values import kind_of
from watcher.config.wrong import Findings, KeyPath, WrongError, nearest, one_of

B = TypeVar("B", bound=Block)

_WANTED = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
}
_HINTS = {
    "string_type": 'text stands in quotes: "…"',
    "bool_type": "write true or false, without quotes",
    "int_type": "write the number without quotes",
    "float_type": "write the number without quotes",
    "tuple_type": 'put it into brackets: ["…", "…"]',
    "dict_type": 'write { name = "…" }',
    "model_type": 'write { name = "…" }',
}
_BOUNDS = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}


def read_block(
    model: type[B], table: object, path: KeyPath, findings: Findings, *, vital: Collection[str] = ()
) -> B | None:
    """Validate one table; every problem of it is noted at once.

    What is left without the wrong keys is returned, so that later checks can go on; None if a *vital* one was wrong.
    """
    try:
        return model.model_validate(table)
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        where = (*path, *_place(detail["loc"]))
        message, hint = _explain(detail, model, path, where)
        findings.error(where, message, hint)
    wrong = {str(detail["loc"][0]) for detail in details if detail["loc"]}
    if not isinstance(table, dict) or wrong & set(vital):
        return None
    return _salvaged(model, {key: value for key, value in table.items() if key not in wrong})


def _salvaged(model: type[B], table: dict[str, Any]) -> B | None:
    try:
        return model.model_validate(table)
    except ValidationError:
        return None


def read_list(raw: Mapping[str, Any], key: str, findings: Findings) -> list[tuple[KeyPath, Any]]:
    """List the tables of ``[[key]]``; a single ``[key]`` is a problem."""
    tables = raw.get(key, [])
    if isinstance(tables, dict):
        findings.error((key,), "is written as a single table", f"begin each one with [[{key}]]")
        return []
    if not isinstance(tables, list):
        findings.error((key,), f"must be a list of tables, not {kind_of(tables)}", f"begin each one with [[{key}]]")
        return []
    return [((key, index), table) for index, table in enumerate(tables)]


def read_top(raw: Mapping[str, Any], names: tuple[str, ...], findings: Findings) -> None:
    """Note unknown keys at the top of the file."""
    for key in raw:
        if key not in names:
            findings.error((key,), "unknown key", _meant_key(key, names, None))


def _place(loc: tuple[str | int, ...]) -> KeyPath:
    return tuple(part for part in loc if part != "[key]")


def _explain(detail: Any, model: type[Block], path: KeyPath, where: KeyPath) -> tuple[str, str]:
    kind = detail["type"]
    match kind:
        case "extra_forbidden":
            return "unknown key", _meant_key(str(where[-1]), _fields(model, where[len(path) : -1]), model)
        case "missing":
            return "is missing", _missing_hint(str(where[-1]))
        case "value_error" if isinstance(wrong := detail["ctx"]["error"], WrongError):
            return wrong.message, wrong.hint
        case _ if kind in _WANTED:
            return f"must be {_WANTED[kind]}, not {kind_of(detail['input'])}", _table_hint(kind, where)
        case _ if kind in _BOUNDS:
            word, bound = _BOUNDS[kind]
            return "is out of bounds", f"{word} {detail['ctx'][bound]:g}"
    return f"cannot be used ({kind})", ""


def _table_hint(kind: str, where: KeyPath) -> str:
    if kind.startswith("model") and len(where) == 1:
        return f"write it as [{where[0]}]"
    return _HINTS.get(kind, "")


def _missing_hint(key: str) -> str:
    hints = {"name": 'name = "…"', "kind": 'kind = "feed" or "page"', "url": 'url = "https://…"'}
    return hints.get(key, "")


def _fields(model: type[Block], inner: KeyPath) -> tuple[str, ...]:
    for part in inner:
        field = model.model_fields.get(str(part))
        nested = field.annotation if field else None
        if isinstance(nested, type) and issubclass(nested, Block):
            model = nested
    return tuple(model.model_fields)


def _meant_key(key: str, names: tuple[str, ...], model: type[Block] | None) -> str:
    for meant in MEANT.get(key.casefold().replace("-", "_"), ()):
        if meant in names:
            return f'did you mean "{meant}"?'
    if (close := nearest(key, names)) is not None:
        return f'did you mean "{close}"?'
    homes = [name for name, block in BLOCKS.items() if block is not model and key in block.model_fields]
    if homes:
        brackets = " or ".join("[watcher]" if name == "watcher" else f"[[{name}]]" for name in homes)
        return f"it belongs into {brackets}"
    return one_of(names)
