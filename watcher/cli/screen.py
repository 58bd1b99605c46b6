"""The terminal of `watcher.cli.options.console`."""

from __future__ import annotations

from rich.console import Console


class Screen(Console):
    """A console that leaves a closed pipe to the program's end, which knows that a reader may leave early."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError
