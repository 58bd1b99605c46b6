"""What a person types: `watcher VERB`.

Verbs live in one small module per group and are loaded only when used, so that help answers at once.
"""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run the command line; the process exits with the documented codes (0, 1, 2, 10, 78)."""
    from watcher.cli.app import run  # noqa: PLC0415 - importing the package must not import typer

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show Japanese shows escapes instead of a traceback.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))
