"""The status page in a real browser: phone width, light and dark. Skipped where there is no Chromium."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from tests.support.asking import status_page
from tests.support.confined import confined
from tests.support.whole import Whole, announcement, post

WIDTH, HEIGHT = 390, 844
GROUND = {"light": (0xFB, 0xFA, 0xF7), "dark": (0x14, 0x17, 0x1B)}


def first_pixel(png: bytes) -> tuple[int, int, tuple[int, ...]]:
    """Read width, height and the colour of the upper left corner, which no PNG filter changes."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind in {2, 6}) == (8, True)
    data, at = b"", 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += 12 + length
    return width, height, tuple(zlib.decompress(data)[1:4])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_drawn_with_its_style_on_a_phone(tmp_path: Path, scheme: str) -> None:
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("there is no Chromium on this machine")
    if confined():
        pytest.skip("Chromium does not start under the unit's filter of system calls")
    picture = tmp_path / "page.png"
    with Whole(tmp_path / "state") as whole:
        whole.feed(post("An old post"))
        whole.look()
        whole.feed(announcement())
        whole.look()
        with status_page(whole) as page:
            command = [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--window-size={WIDTH},{HEIGHT}"),
                *(f"--user-data-dir={tmp_path / 'profile'}", f"--blink-settings=preferredColorScheme={int(scheme == 'light')}"),
                *(f"--screenshot={picture}", f"http://127.0.0.1:{page.port}/"),
            ]  # fmt: skip
            subprocess.run(command, capture_output=True, timeout=120, check=False)
    drawn = picture.read_bytes()
    assert first_pixel(drawn) == (WIDTH, HEIGHT, GROUND[scheme])
    assert len(drawn) > 20_000, "there is something to see"
