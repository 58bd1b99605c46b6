"""A real MQTT broker on loopback (Debian's mosquitto), and a client that remembers what it published.

::

    with Broker(tmp_path) as broker, Subscriber(broker, "season/#") as heard:   # skips where there is none
        ...
        heard.wait(1)
        assert heard.messages == [("season/news", "…")]
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.waiting import LONG, wait_until

USER, PASSWORD = "watcher", "canary-mqtt-5e1f"


class Broker:
    """mosquitto as a process of its own; ended by its own id."""

    def __init__(self, folder: Path, *, login: bool = False) -> None:
        found = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
        if found is None:
            pytest.skip("mosquitto, an MQTT broker, is not on this machine")
        self._program, self._folder, self._login = found, folder, login
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])

    def __enter__(self) -> Self:
        lines = [f"listener {self.port} 127.0.0.1", f"allow_anonymous {'false' if self._login else 'true'}"]
        # Started by root it would become a user who may not read this folder.
        lines.append(f"user {pwd.getpwuid(os.getuid()).pw_name}")
        if self._login:
            lines.append(f"password_file {self._passwords()}")
        path = self._folder / "mosquitto.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        log = (self._folder / "mosquitto.log").open("wb")
        with log:
            self._process = subprocess.Popen([self._program, "-c", str(path)], stdout=log, stderr=log)
        wait_until(self._answers, why=self._log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait(LONG)

    def _log(self) -> str:
        return (self._folder / "mosquitto.log").read_text()

    def _passwords(self) -> Path:
        path = self._folder / "passwords"
        path.write_text(f"{USER}:{PASSWORD}\n", encoding="utf-8")
        path.chmod(0o600)
        program = Path(self._program).with_name("mosquitto_passwd")
        tool = shutil.which("mosquitto_passwd") or str(program)
        subprocess.run([tool, "-U", str(path)], check=True, timeout=LONG)
        return path

    def _answers(self) -> bool:
        assert self._process.poll() is None, self._log()
        try:
            socket.create_connection(("127.0.0.1", self.port), 0.5).close()
        except OSError:
            return False
        return True


class Subscriber:
    """Hears everything under a topic."""

    def __init__(self, broker: Broker, topic: str, *, login: bool = False) -> None:
        mqtt = pytest.importorskip("paho.mqtt.client", reason="paho-mqtt is not installed")
        self.messages: list[tuple[str, str]] = []
        self._broker, self._topic = broker, topic
        self._ready = threading.Event()
        self._client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        if login:
            self._client.username_pw_set(USER, PASSWORD)
        self._client.on_connect = lambda client, *_: client.subscribe(self._topic, qos=1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _, __, one: self.messages.append((one.topic, one.payload.decode()))

    def __enter__(self) -> Self:
        self._client.connect("127.0.0.1", self._broker.port)
        self._client.loop_start()
        assert self._ready.wait(LONG)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait(self, count: int) -> None:
        wait_until(lambda: len(self.messages) >= count)
