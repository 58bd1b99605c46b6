"""`watcher run`: the service."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from watcher.cli.app import EXIT_FAILED
from watcher.cli.options import ConfigOption, QuietOption, VerboseOption
from watcher.cli.session import configuration, database
from watcher.config.settings import Config
from watcher.daemon.ending import EXIT, end_within, ignore_signals, stop_on_signals
from watcher.daemon.heap import WARM, settle_heap
from watcher.daemon.log import UnhurriedHandler
from watcher.daemon.service import Daemon
from watcher.errors import StoreError
from watcher.store import Store


def run(
    *,
    config: ConfigOption = None,
    verbose: VerboseOption = 0,
    quiet: QuietOption = False,
) -> None:
    """Run as a service: look when it is time, deliver what is due, until SIGTERM.

    SIGHUP reads the configuration again. Meant for a service manager; see systemd/ and docs/operate.md.

    Example: watcher run --config /etc/watcher/config.toml
    """
    _set_up_log(verbose, quiet=quiet)
    settings = configuration(config)
    with database(settings) as store, store.daemon_lock():
        try:
            asyncio.run(_serve(settings, store, config))
        except StoreError as error:
            logging.getLogger("watcher").error("stopped error=%s", error)
            sys.exit(EXIT_FAILED)
        finally:
            ignore_signals()


async def _serve(config: Config, store: Store, path: Path | None) -> None:
    daemon = Daemon(config, store, reload=lambda: configuration(path))
    stop_on_signals(daemon.stop)
    settle_heap()
    asyncio.get_running_loop().call_later(WARM.total_seconds(), settle_heap)
    try:
        await daemon.run()
    except StoreError:
        end_within(EXIT, code=EXIT_FAILED)
        raise
    end_within(EXIT, code=0)


def _set_up_log(verbose: int, *, quiet: bool) -> None:
    """Log one event a line to standard error; under a service manager the journal adds the time."""
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    stamp = "" if "INVOCATION_ID" in os.environ else "%(asctime)s "
    writer = logging.StreamHandler(sys.stderr)
    writer.setFormatter(logging.Formatter(f"{stamp}%(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[UnhurriedHandler(writer)])
    logging.getLogger("watcher").setLevel(level)
    for name in ("httpx", "httpcore", "apprise", "apscheduler", "urllib3", "hpack"):
        logging.getLogger(name).setLevel(logging.WARNING)
