"""Read the values people write: durations, sizes, addresses, zones, hours.

In:    one value as TOML gave it.
Out:   a typed value, or `WrongError` with a hint.
Never: network or disk; an address is checked by its spelling only.
"""

from __future__ import annotations

import re
import socket
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from watcher.config.settings import Digest, QuietHours
from watcher.config.wrong import WrongError, nearest

Network = IPv4Network | IPv6Network

_UNITS = {
    "ms": 0.001,
    "s": 1,
    "sec": 1,
    "m": 60,
    "min": 60,
    "h": 3600,
    "d": 86400,
    "day": 86400,
    "days": 86400,
    "w": 604800,
}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|sec|s|min|m|h|days|day|d|w)\s*")
_SIZES = {"b": 1, "kb": 1000, "kib": 1024, "mb": 1000**2, "mib": 1024**2, "gb": 1000**3, "gib": 1024**3}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".lan", ".internal", ".home.arpa")
_MAX_URL = 4096
_MAX_SLUG = 60
_FORMS = 'a number and a unit, like "90s", "15m", "1h30m", "2d"'


def kind_of(value: object) -> str:
    """Name the kind of a TOML value for a message."""
    names = {bool: "true/false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return names.get(type(value), "a date or time")


def clean_text(value: object) -> str:
    """Take a one-line text without control characters."""
    if not isinstance(value, str):
        raise WrongError(f"must be text, not {kind_of(value)}", 'text stands in quotes: "…"')
    if _CONTROL.search(value):
        raise WrongError("holds a line break or another control character", "write it on one line")
    return unicodedata.normalize("NFC", value.strip())


def filled_text(value: object) -> str:
    """Take a one-line text that is not empty."""
    text = clean_text(value)
    if not text:
        raise WrongError("is empty", "leave the key out, or give it a value")
    return text


def duration(value: object) -> timedelta:
    """Read ``"1h30m"``; a bare number has no unit and is refused."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise WrongError("has no unit", f'write "{value}s" for seconds or "{value}m" for minutes')
    text = clean_text(value).casefold()
    if re.fullmatch(r"-\s*[\d.]+.*", text):
        raise WrongError("is negative", _FORMS)
    if re.fullmatch(r"[\d.]+", text):
        raise WrongError("has no unit", f'write "{text}s" for seconds or "{text}m" for minutes')
    parts = _DURATION.findall(text)
    if not parts or _DURATION.sub("", text):
        raise WrongError("is not a duration", _FORMS)
    try:
        return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))
    except OverflowError:
        raise WrongError("is longer than anybody waits", _FORMS) from None


def lead(value: object) -> timedelta:
    """Read how long before a start to remind: ``"7d"``; ``"start"`` is the start itself."""
    if isinstance(value, str) and value.strip().casefold() == "start":
        return timedelta(0)
    span = duration(value)
    if not timedelta(minutes=1) <= span <= timedelta(days=60):
        raise WrongError("is out of bounds", 'from 1m to 60d, or "start"')
    return span


def spoken_lead(span: timedelta) -> str:
    """Print what `lead` reads."""
    return spoken(span) if span else "start"


def spoken(span: timedelta) -> str:
    """Print a duration as one would write it: ``1h30m``."""
    seconds = span.total_seconds()
    text = ""
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60)):
        count, seconds = divmod(seconds, size)
        text += f"{int(count)}{unit}" if count else ""
    return text + (f"{seconds:g}s" if seconds or not text else "")


def size(value: object) -> int:
    """Read ``"8MiB"`` or a number of bytes."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmg]i?b|b)", clean_text(value).casefold())
    if found is None:
        raise WrongError("is not a size", 'a number and a unit, like "512KiB", "8MiB", "1GiB"')
    return int(float(found[1]) * _SIZES[found[2]])


def zone(value: object) -> ZoneInfo:
    """Read the name of a time zone."""
    name = filled_text(value)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        meant = nearest(name, available_timezones())
        hint = f'did you mean "{meant}"?' if meant else 'a name from the time zone database, like "Europe/Berlin"'
        raise WrongError("is not a time zone", hint) from None


def web_address(value: object) -> str:
    """Take an http(s) URL that is safe to write down: no user-info, no blanks, no backslash."""
    text = clean_text(value)
    if len(text) > _MAX_URL:
        raise WrongError(f"is longer than {_MAX_URL} characters")
    if "\\" in text or any(letter.isspace() for letter in text):
        raise WrongError("holds a blank or a backslash", "write blanks as %20")
    parts = split_address(text)
    if parts.scheme not in {"http", "https"}:
        hint = "it begins with https:// or http://"
        raise WrongError("is not a web address" if not parts.scheme else "has a scheme that is not looked at", hint)
    if "@" in parts.netloc:
        raise WrongError(
            "holds a user name or password", 'give it as headers = { Authorization = { credential = "…" } }'
        )
    if not parts.hostname:
        raise WrongError("names no host", "https://host/path")
    return text


def split_address(text: str) -> SplitResult:
    """Split a URL, refusing what the parser refuses (bad port, bad IPv6 brackets)."""
    try:
        parts = urlsplit(text)
        _ = parts.port, parts.hostname
    except ValueError:
        raise WrongError("is not a web address", "check the host, the port and any brackets") from None
    return parts


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """Read an address in any spelling that reaches one (``127.1``, ``0x7f000001``); None for a name."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    if not re.fullmatch(
        r"(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+)){0,3}\.?", unicodedata.normalize("NFKC", host).casefold()
    ):
        return None
    try:
        return IPv4Address(socket.inet_aton(unicodedata.normalize("NFKC", host).rstrip(".")))
    except OSError:
        return None


def is_local_name(host: str) -> bool:
    """Say whether a name means a machine of the own network by custom."""
    name = host.casefold().rstrip(".")
    return name == "localhost" or "." not in name or name.endswith(_LOCAL_NAMES)


def network(value: object) -> Network:
    """Read a network in CIDR form."""
    text = filled_text(value)
    try:
        return ip_network(text)
    except ValueError:
        pass
    try:
        meant = ip_network(text, strict=False)
    except ValueError:
        raise WrongError("is not a network", 'like "127.0.0.0/8", "192.168.1.0/24" or "fd00::/8"') from None
    raise WrongError("names a single address with a network's length", f'did you mean "{meant}"?')


def host(value: object) -> str:
    """Take a host name; the result is lower case and in ASCII form."""
    text = filled_text(value).casefold().rstrip(".")
    if "://" in text or "/" in text:
        inner = urlsplit(text if "://" in text else f"//{text}").netloc.rpartition("@")[2]
        raise WrongError("must be a host, not an address", f'write "{inner}"' if inner else "")
    try:
        plain = text.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not _HOST.fullmatch(plain) or "." not in plain:
        raise WrongError("is not a host name", 'like "akudama-drive.com"')
    return plain


def listening(value: object) -> tuple[str, int] | None:
    """Read where to listen: ``"127.0.0.1:8323"``, ``"[::1]:8323"``; ``"off"`` is nowhere."""
    text = clean_text(value).casefold()
    if text in {"", "off"}:
        return None
    form = 'an address and a port, like "127.0.0.1:8323" or "[::1]:8323", or "off"'
    found = re.fullmatch(r"(?:\[([0-9a-f:.]+)\]|([^\[\]:]+)):(\d{1,5})", text)
    if found is None or not 1 <= int(found[3]) <= 65535:
        raise WrongError("is no place to listen", form)
    try:
        return str(ip_address(found[1] or found[2])), int(found[3])
    except ValueError:
        raise WrongError("names no address of this machine", form) from None


def host_and_port(value: object) -> tuple[str, int | None]:
    """Read a name that stands before a path in a browser: ``"nas.lan"``, ``"status.example.org:443"``."""
    name, _, port = filled_text(value).casefold().partition(":")
    if not _HOST.fullmatch(name) or (port and not (port.isdecimal() and 1 <= int(port) <= 65535)):
        raise WrongError("is not a name to be asked by", 'like "nas.lan" or "status.example.org:443"')
    return name, int(port) if port else None


def clock(text: str) -> time:
    """Read a time of day."""
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip())
    if found is None:
        raise WrongError("holds a time of day that does not exist", "hours and minutes, 00:00 to 23:59")
    return time(int(found[1]), int(found[2]))


def quiet_hours(value: object) -> QuietHours | None:
    """Read ``"23:00-07:00"``; ``"off"`` is none."""
    text = clean_text(value)
    if text.casefold() in {"", "off"}:
        return None
    halves = re.split(r"\s*[-–—]\s*", text)
    if len(halves) != 2:
        raise WrongError("is not a span of hours", 'like "23:00-07:00", or "off"')
    start, end = clock(halves[0]), clock(halves[1])
    if start == end:
        raise WrongError("begins and ends at the same time", 'for silence all day use `watcher pause`, else "off"')
    return QuietHours(start=start, end=end)


def digest(value: object) -> Digest | None:
    """Read ``"daily@08:00"`` or ``"weekly@mon-08:00"``; ``"off"`` is none."""
    text = clean_text(value).casefold()
    if text in {"", "off"}:
        return None
    if (found := re.fullmatch(r"daily@([\d:]+)", text)) is not None:
        return Digest(at=clock(found[1]))
    if (found := re.fullmatch(r"weekly@([a-z]+)-([\d:]+)", text)) is None:
        raise WrongError("is not a digest", '"off", "daily@08:00" or "weekly@mon-08:00"')
    if found[1][:3] not in _WEEKDAYS:
        raise WrongError("names no day of the week", "one of " + ", ".join(_WEEKDAYS))
    return Digest(at=clock(found[2]), weekday=_WEEKDAYS.index(found[1][:3]))


def day_or_moment(value: object) -> date | datetime:
    """Take a TOML date or time, or the same as text."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date):
        raise WrongError("is not a date", "year-month-day, like 2026-11-20")
    if not 1950 <= value.year <= 2200:
        raise WrongError("is out of any useful range", "year-month-day, like 2026-11-20")
    return value


def local_moment(value: date | datetime, where: ZoneInfo) -> datetime:
    """Make a day its local midnight, and a time without a zone a local one."""
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=where)
    return datetime.combine(value, time(), tzinfo=where)


def slug(name: str) -> str:
    """Make a stable id of a name, in any script; long or wordless names end in a digest of the whole."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "-".join(re.findall(r"\w+", folded)).replace("_", "-").strip("-")
    if plain and len(plain) <= _MAX_SLUG:
        return plain
    digest_of = sha256(folded.encode()).hexdigest()[:8]
    return f"{plain[:_MAX_SLUG].rstrip('-')}-{digest_of}".lstrip("-")


def block_id(value: object) -> str:
    """Take an id a person chose: letters, digits, ``-``, ``_`` and ``.``."""
    text = filled_text(value)
    if not re.fullmatch(r"\w[\w.-]{0,79}", text) or ".." in text:
        raise WrongError("is not an id", f'letters, digits, "-", "_" and ".", like "{slug(text)}"')
    return text


def css_selector(value: object) -> str:
    """Take a CSS selector that the page reader can use."""
    text = clean_text(value)
    if not text:
        return text
    import soupsieve  # noqa: PLC0415 - it loads the whole page reader's library; few configurations have selectors

    try:
        soupsieve.compile(text)
    except (soupsieve.SelectorSyntaxError, ValueError):
        raise WrongError("is not a CSS selector", 'like "li.news", ".date" or "article > a[href]"') from None
    return text


def inside(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    """Say whether *address* lies in one of *networks*."""
    return any(address in net for net in networks)
