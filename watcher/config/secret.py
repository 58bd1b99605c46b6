"""Secrets: where they may stand, and how they are opened.

In:    a string, or a table that names a file, a systemd credential or an environment variable.
Out:   `Secret`s; what is wrong about a file that holds some, with the command that mends it.
Never: showing a secret, following a link to one, or leaving one in the environment.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qsl, urlsplit

from watcher.config.files import read_plain
from watcher.config.settings import Secret
from watcher.config.values import clean_text, filled_text, kind_of, literal_address
from watcher.config.wrong import AbsentError, WrongError

Place = Literal["inline", "file", "credential", "env"]
_MAX_SECRET = 64 * 1024
_KEY_LIKE = re.compile(
    r"(?:^|[_-])(?:api_?key|key|token|auth|secret|pass(?:word|wd)?|pw|sig(?:nature)?|session)$", re.IGNORECASE
)
_PUBLIC_HEADERS = {"accept", "accept-language", "cache-control", "referer"}


@dataclass(frozen=True, slots=True)
class SecretRef:
    """Where a secret stands; for ``inline`` *value* is the secret itself."""

    place: Place
    value: Secret


def secret_ref(value: object) -> SecretRef:
    """Take text, or one of ``{ file = … }``, ``{ credential = … }``, ``{ env = … }``."""
    if isinstance(value, SecretRef):
        return value
    if isinstance(value, str):
        return SecretRef("inline", Secret(clean_text(value)))
    if not isinstance(value, dict):
        raise WrongError(f"must be text, not {kind_of(value)}", 'text in quotes, or { credential = "…" }')
    match list(value.items()):
        case [("file" | "credential" | "env" as place, name)]:
            return SecretRef(place, Secret(filled_text(name)))
    raise WrongError("names no place of a secret", "one of { file = … }, { credential = … }, { env = … }")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStore:
    """Opens secrets. What it takes from the environment it also removes there."""

    env: MutableMapping[str, str]
    folder: Path
    """Relative file names begin here: the folder of the configuration file."""
    taken: dict[str, Secret]
    """What was taken from the environment, for a second mention of the variable and for a reload."""

    def open(self, ref: SecretRef) -> Secret:
        match ref.place:
            case "inline":
                text: str = ref.value
            case "env":
                text = self._from_env(str(ref.value))
            case "credential":
                text = self._from_credential(str(ref.value))
            case "file":
                text = read_secret_file(self.folder / Path(str(ref.value)).expanduser())
        if not text:
            raise WrongError("is empty")
        if re.search(r"[\x00-\x1f\x7f]", text):
            raise WrongError("holds more than one line", "one line, without control characters")
        return Secret(text)

    def _from_env(self, name: str) -> str:
        if name in self.env:
            self.taken[name] = Secret(self.env.pop(name).strip())
        if name not in self.taken:
            raise AbsentError(f"the environment has no variable {name}", "set it before the program starts")
        return str(self.taken[name])

    def _from_credential(self, name: str) -> str:
        folder = self.env.get("CREDENTIALS_DIRECTORY", "")
        if not re.fullmatch(r"[\w][\w.-]*", name):
            raise WrongError("is not the name of a credential", "letters, digits, -, _ and .")
        if not folder:
            hint = f"run as a service with LoadCredential={name}:/path, or use a file"
            raise AbsentError("no credentials were passed to this program", hint)
        path = Path(folder) / name
        if not path.is_file():
            raise WrongError(f'no credential "{name}" was passed', f"add LoadCredential={name}:/path to the service")
        return path.read_text(encoding="utf-8", errors="strict").strip()


_TAKEN: dict[str, Secret] = {}


def taken_from(env: MutableMapping[str, str]) -> dict[str, Secret]:
    """Find what was taken before: a reload must find the secrets that the first load removed from the process."""
    return _TAKEN if env is os.environ else {}


def read_secret_file(path: Path) -> str:
    """Read a secret from a private file of our own, or raise `WrongError` with the command that makes it one."""
    try:
        raw, status = read_plain(path, limit=_MAX_SECRET, follow=False)
    except OSError as error:
        if path.is_symlink():
            raise WrongError(*_link(path)) from None
        raise WrongError(f"cannot be read: {error.strerror}", f"the file is {path}") from None
    demand_private(path, status)
    try:
        return raw.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise WrongError("is not UTF-8 text", f"the file is {path}") from None


def _link(path: Path) -> tuple[str, str]:
    name = shlex.quote(str(path))
    return "is a symbolic link, which others may turn", f'cp --remove-destination "$(readlink -f {name})" {name}'


def demand_private(path: Path, status: os.stat_result) -> None:
    """Raise `WrongError` unless nobody but its owner, who is us or root, can touch the open file."""
    name = shlex.quote(str(path))
    if status.st_uid not in {os.geteuid(), 0}:
        raise WrongError("holds secrets and belongs to another user", f"sudo chown {os.geteuid()} {name}")
    if status.st_mode & 0o077:
        raise WrongError(
            f"holds secrets and can be touched by others (mode {stat.S_IMODE(status.st_mode):04o})", f"chmod 600 {name}"
        )


def is_secret_channel(url: str) -> bool:
    """Say whether a channel URL is worth hiding: all are, but the console and plain loopback addresses."""
    if url.casefold().startswith("console:"):
        return False
    return not _is_plain_loopback(url)


def _is_plain_loopback(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    address = literal_address(host)
    local = host == "localhost" or (address is not None and address.is_loopback)
    return local and "@" not in parts.netloc and not has_key_in_query(url)


def has_key_in_query(url: str) -> bool:
    """Say whether a URL carries something like a key: ``?token=…``, or a personal feed of Reddit."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    names = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if (parts.hostname or "").endswith("reddit.com") and {"feed", "user"} & names:
        return True
    return any(_KEY_LIKE.search(name) for name in names)


def is_secret_header(name: str) -> bool:
    """Say whether a header's value is worth hiding: all are, but a few that carry no keys."""
    return name.casefold() not in _PUBLIC_HEADERS


def masked_channel(url: str) -> str:
    """Show which kind of channel it is and nothing else."""
    scheme = url.partition(":")[0]
    if not is_secret_channel(url) and url.casefold().startswith("console:"):
        return url
    return f"{scheme}:***" if re.fullmatch(r"[a-zA-Z][\w+.-]{0,40}", scheme) else "***"


def masked_address(url: str) -> str:
    """Show a source's address without its keys."""
    if not has_key_in_query(url):
        return url
    return url.partition("?")[0] + "?***"
