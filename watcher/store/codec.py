"""Values ↔ JSON text, for the columns that hold whole values.

Fields at their default are left out, so the default of a stored field never changes without a migration. Unknown keys
of a row are ignored, missing ones take their default: older and newer rows can be read.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from watcher.errors import StoreError

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def encode(kind: Any, value: object) -> str:
    """Write *value*, which is of type *kind*, as JSON."""
    adapter = _adapter(kind)
    try:
        text = adapter.dump_json(value, exclude_defaults=True).decode()
    except PydanticSerializationError:  # a lone surrogate, which UTF-8 cannot carry
        text = ""
    if text and "\\u0000" not in text:
        return text
    return json.dumps(_clean_tree(adapter.dump_python(value, mode="json", exclude_defaults=True)), ensure_ascii=False)


def decode(kind: Any, text: str | bytes) -> Any:
    """Read a value of type *kind* back; raise `StoreError` where the row makes no sense."""
    try:
        return _adapter(kind).validate_json(text)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"]))
        name = getattr(kind, "__name__", str(kind))
        raise StoreError(f"a stored {name} cannot be read: {where}: {problem['msg']}") from error


def clean(text: str) -> str:
    """Replace what a database cannot hold: lone surrogates and NUL."""
    if text.isascii():
        return text.replace("\0", "\ufffd") if "\0" in text else text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\0", "\ufffd")


def _clean_tree(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): _clean_tree(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean_tree(item) for item in value]
    return value
