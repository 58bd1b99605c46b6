"""Where the configuration and the state live on this machine.

In:    the command line's choice and the environment.
Out:   paths; nothing is created.
Never: a cache folder for state: what this program remembers cannot be fetched again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import platformdirs

from watcher.config.wrong import WrongError

APP = "watcher"
FILE = "config.toml"
SYSTEM = Path("/etc/watcher") / FILE


def candidates(env: Mapping[str, str]) -> tuple[Path, ...]:
    """List where a configuration is looked for, first match wins."""
    if named := env.get("WATCHER_CONFIG"):
        return (Path(named).expanduser(),)
    return (user_config(env), SYSTEM)


def user_config(env: Mapping[str, str]) -> Path:
    """Name the user's own file, which need not exist."""
    return _xdg(env, "XDG_CONFIG_HOME", platformdirs.user_config_path(APP)) / FILE


def find_config(path: Path | str | None, env: Mapping[str, str]) -> Path | None:
    """Find the file to read; one that was named is returned even if it is missing."""
    if path is not None:
        return Path(path).expanduser()
    places = candidates(env)
    if len(places) == 1:
        return places[0]
    return next((place for place in places if place.exists()), None)


def state_folder(written: str | None, *, folder: Path | None, env: Mapping[str, str]) -> Path:
    """Choose the state folder: the written one, else systemd's, else the XDG state folder."""
    if written is not None:
        chosen = (folder or Path.cwd()) / Path(written).expanduser()
    elif given := env.get("STATE_DIRECTORY", "").split(":", 1)[0]:
        chosen = Path(given)
    else:
        chosen = _xdg(env, "XDG_STATE_HOME", platformdirs.user_state_path(APP))
    if _is_cache(chosen, env):
        raise WrongError("is a cache folder, whose contents others may delete", "use a folder like /var/lib/watcher")
    return chosen


def local_zone(env: Mapping[str, str]) -> ZoneInfo:
    """Find the machine's time zone, UTC where it says nothing."""
    for name in (env.get("TZ", "").lstrip(":"), _linked_zone(Path("/etc/localtime"))):
        try:
            if name:
                return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _linked_zone(path: Path) -> str:
    try:
        return str(path.readlink()).partition("zoneinfo/")[2]
    except OSError:
        return ""


def _xdg(env: Mapping[str, str], name: str, fallback: Path) -> Path:
    given = env.get(name, "")
    return Path(given) / APP if given.startswith("/") else fallback


def _is_cache(path: Path, env: Mapping[str, str]) -> bool:
    caches = [Path("/var/cache"), platformdirs.user_cache_path()]
    caches += [Path(env[name]) for name in ("XDG_CACHE_HOME", "CACHE_DIRECTORY") if env.get(name)]
    return ".cache" in path.parts or any(path.is_relative_to(cache) for cache in caches)
