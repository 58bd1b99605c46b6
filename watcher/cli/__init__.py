"""What a person types: `watcher VERB`.

Verbs live in one small module per group and are loaded only when used, so that help answers at once.
"""

from __future__ import annotations

import gc
import io
import os
import sys

GARBAGE = (20_000, 20, 50)
"""After so many new objects rubbish that refers to itself is looked for, and so rarely among the old ones: the 700 of
Python itself make a third of the work of reading many feeds, where next to nothing refers to itself."""


def main() -> None:
    """Run the command line; the process exits with the documented codes (0, 1, 2, 10, 78)."""
    gc.set_threshold(*GARBAGE)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # else all installed packages are searched for them
    from watcher.cli.app import run  # noqa: PLC0415 - importing the package must not import typer

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Japanese shows escapes instead of a traceback.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
