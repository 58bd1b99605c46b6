"""`watcher backup` and `watcher restore`: copies of the database, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.options import ConfigOption, JsonOption, console, now, print_json
from watcher.cli.session import configuration
from watcher.config.settings import Config
from watcher.store import Store


def backup(
    target: Annotated[
        Path | None, typer.Argument(help="Where to write it. Default: the folder `backups` beside the database.")
    ] = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a consistent, checked copy of the database; the daemon may go on meanwhile.

    Example: watcher backup /mnt/usb/watcher.db
    """
    settings = configuration(config)
    path = _target(settings, target)
    with Store.open(settings.database, now=now(), read_only=True) as store:
        store.backup(path)
    if as_json:
        print_json({"backup": str(path), "bytes": path.stat().st_size})
        return
    console().print(f"{path} ({path.stat().st_size / 1024:,.0f} KiB). To go back to it: watcher restore {path}")


def _target(config: Config, target: Path | None) -> Path:
    name = f"watcher-{now():%Y%m%dT%H%M%S}.db"
    if target is None:
        return config.database.parent / "backups" / name
    return target / name if target.is_dir() else target


def restore(
    source: Annotated[Path, typer.Argument(help="A copy made with `watcher backup`, or one made before an upgrade.")],
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a copy of the database back; the present one is set aside, not deleted. Stop the daemon first.

    News since the copy was made come as one digest, and what was waiting then is labelled as a possible repeat.

    Example: watcher restore ~/.local/state/watcher/backups/watcher-20261121T080000.db
    """
    settings = configuration(config)
    aside = Store.restore(source, settings.database, now=now())
    if as_json:
        print_json({"restored": str(settings.database), "from": str(source), "before": str(aside) if aside else None})
        return
    console().print(f"{settings.database} is {source} again." + (f" What was there is now {aside}." if aside else ""))
