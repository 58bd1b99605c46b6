"""A real nginx on a free loopback port, serving one folder; skips the test where it is not installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

CONFIG = """
daemon off;
worker_processes 1;
pid {run}/nginx.pid;
error_log {run}/error.log warn;
events {{ worker_connections 256; }}
http {{
  access_log {run}/access.log;
  client_body_temp_path {run}/body; proxy_temp_path {run}/proxy; fastcgi_temp_path {run}/fcgi;
  uwsgi_temp_path {run}/uwsgi; scgi_temp_path {run}/scgi;
  types {{ text/html html; application/atom+xml xml; application/json json; }}
  charset utf-8;
  etag on;
  if_modified_since {modified};
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Nginx:
    """A running server: where it is and what it was asked."""

    def __init__(self, root: Path, run: Path, port: int) -> None:
        self.root = root
        self.port = port
        self._run = run

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def statuses(self) -> list[int]:
        """Status codes of all requests so far, in order."""
        log = self._run / "access.log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [int(line.split('"')[2].split()[0]) for line in lines]


@contextmanager
def nginx(root: Path, run: Path, *, modified: str = "exact") -> Iterator[Nginx]:
    """Serve *root*; *run* is a folder for its own files. *modified* is nginx's ``if_modified_since``."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")
    run.mkdir(parents=True, exist_ok=True)
    port = free_port()
    config = run / "nginx.conf"
    config.write_text(CONFIG.format(run=run, port=port, root=root, modified=modified), encoding="utf-8")
    with subprocess.Popen([binary, "-c", str(config), "-p", str(run)], stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield Nginx(root, run, port)
        finally:
            process.terminate()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 5
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return
