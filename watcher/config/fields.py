"""What a key of the configuration may hold: a type of its own for each kind of value, read and described in one place.

In:    a value as a TOML parser gives it.
Out:   the program's value, or `WrongError` with what to write instead; what the JSON Schema says of it.
Never: disk, network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, WithJsonSchema

from watcher.config import values
from watcher.config.secret import SecretRef, secret_ref
from watcher.config.settings import Digest, PageMode, QuietHours
from watcher.config.wrong import WrongError, one_of
from watcher.model import Medium, Policy, Tier


def _choice(names: Collection[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = values.filled_text(value)
        if text not in names:
            raise WrongError(f'"{text}" is not one of the choices', one_of(names, text))
        return text

    return read


def _season(value: object) -> int | None:
    if isinstance(value, str):
        if value.strip().casefold() == "any":
            return None
        number = value.strip()
        raise WrongError(
            "is neither a number nor any",
            f"write {number} without quotes" if number.isdigit() else 'a number, or "any"',
        )
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 99:
        raise WrongError("is not a season", 'a number from 1 to 99, or "any"')
    return value


def _tier(value: object) -> Tier:
    if not isinstance(value, int) or isinstance(value, bool) or value not in set(Tier):
        raise WrongError("is not a tier", "1 official, 2 catalogue, 3 press, 4 pointer, 5 unknown (without quotes)")
    return Tier(value)


def _catalogue_id(value: object) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise WrongError("is not an id", "a number, or text in quotes")
    return value if isinstance(value, int) else values.filled_text(value)


def _policy(value: object) -> Policy:
    return Policy(_choice(tuple(Policy))(value))


def _mode(value: object) -> PageMode:
    return PageMode(_choice(tuple(PageMode))(value))


def _medium(value: object) -> Medium:
    return Medium(_choice(tuple(Medium))(value))


Measure = TypeVar("Measure", int, timedelta)


def within(low: timedelta, high: timedelta) -> Callable[[object], timedelta]:
    """Read a duration between two bounds."""
    return _bounded(values.duration, low, high, f"from {values.spoken(low)} to {values.spoken(high)}")


def size_within(low: int, high: int) -> Callable[[object], int]:
    """Read a number of bytes between two bounds."""
    return _bounded(values.size, low, high, f"from {low // 1024}KiB to {high // 1024**2}MiB")


def _bounded(read: Callable[[object], Measure], low: Measure, high: Measure, hint: str) -> Callable[[object], Measure]:
    def bounded(value: object) -> Measure:
        found = read(value)
        if not low <= found <= high:
            raise WrongError("is out of bounds", hint)
        return found

    return bounded


def schema(kind: str = "string", **more: Any) -> WithJsonSchema:
    """Say what JSON Schema is told of a value."""
    return WithJsonSchema({"type": kind, **more})


DURATION_FORM = r"^\d+(\.\d+)?(ms|s|m|h|d|w)"
Text = Annotated[str, BeforeValidator(values.clean_text), schema()]
Filled = Annotated[str, BeforeValidator(values.filled_text), schema(minLength=1)]
BlockId = Annotated[str, BeforeValidator(values.block_id), schema(pattern=r"^\w[\w.-]*$", maxLength=80)]
Host = Annotated[str, BeforeValidator(values.host), schema(format="hostname")]
Address = Annotated[str, BeforeValidator(values.web_address), schema(format="uri")]
Zone = Annotated[ZoneInfo, BeforeValidator(values.zone), schema(examples=["Europe/Berlin", "Asia/Tokyo"])]
Network = Annotated[values.Network, BeforeValidator(values.network), schema(examples=["127.0.0.0/8"])]
Span = Annotated[timedelta, BeforeValidator(values.duration), schema(pattern=DURATION_FORM, examples=["1h"])]
Selector = Annotated[str, BeforeValidator(values.css_selector), schema(examples=["li.news a"])]
Season = Annotated[
    int | None,
    BeforeValidator(_season),
    WithJsonSchema({"oneOf": [{"type": "integer", "minimum": 1, "maximum": 99}, {"const": "any"}]}),
]
TierNumber = Annotated[Tier, BeforeValidator(_tier), schema("integer", minimum=1, maximum=5)]
CatalogueId = Annotated[int | str, BeforeValidator(_catalogue_id), WithJsonSchema({"type": ["integer", "string"]})]
PolicyName = Annotated[Policy, BeforeValidator(_policy), schema(enum=[*Policy])]
ModeName = Annotated[PageMode, BeforeValidator(_mode), schema(enum=[*PageMode])]
MediumName = Annotated[Medium, BeforeValidator(_medium), schema(enum=[*Medium])]
Lead = Annotated[timedelta, BeforeValidator(values.lead), schema(examples=["7d", "1d", "start"])]
Day = Annotated[date | datetime, BeforeValidator(values.day_or_moment), schema(format="date")]
Quiet = Annotated[QuietHours | None, BeforeValidator(values.quiet_hours), schema(examples=["23:00-07:00", "off"])]
DigestTime = Annotated[
    Digest | None, BeforeValidator(values.digest), schema(examples=["off", "daily@08:00", "weekly@mon-08:00"])
]
Listen = Annotated[
    tuple[str, int] | None, BeforeValidator(values.listening), schema(examples=["off", "127.0.0.1:8323"])
]
NameAndPort = Annotated[
    tuple[str, int | None],
    BeforeValidator(values.host_and_port),
    schema(examples=["nas.lan", "status.example.org:443"]),
]
SecretValue = Annotated[
    SecretRef,
    BeforeValidator(secret_ref),
    WithJsonSchema(
        {
            "oneOf": [
                {"type": "string", "writeOnly": True},
                {
                    "type": "object",
                    "properties": {name: {"type": "string"} for name in ("file", "credential", "env")},
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
