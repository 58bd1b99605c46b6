"""A real nginx on loopback, for what only a real server shows.

::

    def test_x(tmp_path):
        with nginx(tmp_path) as server:            # skips where nginx is not installed
            (server.root / "feed.xml").write_text("<rss/>")
            client.get(server.url("/feed.xml"))
            server.log()                            # [("GET /feed.xml HTTP/1.1", 200), …]
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

_CONFIG = """
user {user}; daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 64; }}
http {{
  log_format said '$request|$status';
  access_log {folder}/access.log said;
  types {{ application/rss+xml xml; text/html html; }}
  {temporary}
  server {{
    listen 127.0.0.1:{port}{tls};
    root {folder}/root;
    if_modified_since exact;
    {extra}
  }}
}}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running server."""

    folder: Path
    port: int
    tls: bool

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def url(self, path: str = "/", *, host: str = "127.0.0.1") -> str:
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}{path}"

    def log(self) -> list[tuple[str, int]]:
        lines = (self.folder / "access.log").read_text().splitlines()
        return [(request, int(status)) for request, _, status in (line.rpartition("|") for line in lines)]


@contextmanager
def nginx(folder: Path, *, extra: str = "", certificate: Path | None = None) -> Iterator[Nginx]:
    """Run nginx with its files under *folder*; *extra* goes into its server block; *certificate* turns on HTTP/2."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("nginx is not installed")
    (folder / "root").mkdir(exist_ok=True)
    port = _free_port()
    if certificate is not None:
        extra += f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
    text = _CONFIG.format(
        folder=folder,
        user=f"{pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name}",  # so that nothing is given away
        port=port,
        tls=" ssl http2" if certificate else "",
        extra=extra,
        temporary=" ".join(f"{name}_temp_path {folder}/{name};" for name in _TEMPORARY),
    )
    (folder / "nginx.conf").write_text(text)
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield Nginx(folder, port, certificate is not None)
        finally:
            process.terminate()
            process.wait(5)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            pytest.fail("nginx does not start; see its error.log")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("nginx does not answer")
