"""A stand-in for the service manager's end of sd_notify: a datagram socket that remembers."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Self


class NotifySocket:
    """Bind it, hand its path as NOTIFY_SOCKET, read what the daemon said."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._door.bind(str(self.path))
        self._door.setblocking(False)
        self.said: list[str] = []

    def listen(self) -> list[str]:
        while True:
            try:
                self.said.append(self._door.recv(4096).decode())
            except BlockingIOError:
                return self.said

    def wait_for(self, text: str, *, seconds: float = 60, times: int = 1) -> None:
        deadline = time.monotonic() + seconds
        while sum(text in line for line in self.listen()) < times:
            assert time.monotonic() < deadline, f"{text!r} was not said; heard {self.said}"
            time.sleep(0.02)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
