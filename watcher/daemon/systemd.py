"""Talking to the service manager: readiness, status, watchdog.

The protocol is one datagram of ``KEY=VALUE`` lines to ``$NOTIFY_SOCKET`` (sd_notify(3)); without a service manager
every call does nothing.
"""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta

PATIENCE = 1.0
"""Seconds that a manager with a full queue may keep us: one that does not listen must not stop the service."""


class ServiceManager:
    """The service manager that started us, if any."""

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        environ = dict(os.environ) if environ is None else environ
        self._address = environ.get("NOTIFY_SOCKET", "")
        usec = environ.get("WATCHDOG_USEC", "")
        ours = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog = timedelta(microseconds=int(usec)) if usec.isdigit() and ours else None
        """How often it wants to hear from us, at the latest; None where it does not watch."""

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={_line(status)}")

    def status(self, text: str) -> None:
        self._send(f"STATUS={_line(text)}")

    def reloading(self) -> None:
        """Say that a reload begins; the monotonic stamp is wanted from systemd 253 on and harmless before."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def extend(self, wait: timedelta) -> None:
        """Ask for *wait* more until the service is ready."""
        self._send(f"EXTEND_TIMEOUT_USEC={wait // timedelta(microseconds=1)}")

    def stopping(self) -> None:
        self._send("STOPPING=1\nSTATUS=stopping")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        # A name that begins with @ lives in the abstract namespace.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
            door.settimeout(PATIENCE)
            try:
                door.sendto(message.encode(), address)
            except OSError:
                return  # the manager is gone or deaf; nothing of ours depends on it


def _line(text: str) -> str:
    return text.replace("\n", " ")
