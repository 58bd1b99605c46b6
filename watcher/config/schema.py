"""The JSON Schema of a configuration file, for editors and for people.

In:    nothing.
Out:   a schema made of the same blocks that judge the file.
Never: a second description of the same keys.
"""

from __future__ import annotations

from typing import Any

from watcher.config.door import FileBlock

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def config_schema() -> dict[str, Any]:
    """Describe every key with its type, default and bounds."""
    schema = _plain(FileBlock.model_json_schema(mode="validation"))
    source = schema["$defs"]["SourceBlock"]
    # A block with the id of a pack's source changes single keys of it, so nothing else is required there.
    source["anyOf"] = [{"required": source.pop("required")}, {"required": ["id"]}]
    return {"$schema": DIALECT, **schema, "title": "Season Watcher configuration"}


def _plain(value: Any, *, names: bool = False) -> Any:
    """Drop generated titles and null, which TOML does not have; a property may itself be called title."""
    if isinstance(value, list):
        return [_plain(item) for item in value if item != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _plain(item, names=key in {"properties", "$defs"} and not names)
        for key, item in value.items()
        if names or not (key == "title" or (key == "default" and _unwritable(item)))
    }
    only = kept.get("anyOf", []) if not names else []
    return kept if len(only) != 1 else {**only[0], **{key: item for key, item in kept.items() if key != "anyOf"}}


def _unwritable(default: Any) -> bool:
    return default is None or isinstance(default, dict)
