"""`watcher demo`: the whole story offline."""

from __future__ import annotations

import asyncio

from rich.console import Console

from watcher.cli.options import console
from watcher.cli.status import print_dossier
from watcher.demo import Scene, play


def demo() -> None:
    """Play the whole story offline: guesses silenced, the real announcement told once, its date followed.

    The real code runs against a small web on loopback. It takes a few seconds and leaves nothing behind.

    Example: watcher demo
    """
    screen = console()
    screen.print("A user watches season 2 of an invented show, Tidewall Couriers. Everything below is decided by the")
    screen.print("real code; the messages between the lines are what arrives on the phone.")
    scenes: list[Scene] = []

    def show(scene: Scene) -> None:
        scenes.append(scene)
        _show(screen, scene)

    dossier = asyncio.run(play(show))
    screen.print("\n━━ watcher status")
    print_dossier(screen, dossier)
    told = sum(scene.sent for scene in scenes)
    screen.print(f"\n{told} messages in {len(scenes)} rounds; every other entry was kept silent for the reason shown.")


def _show(screen: Console, scene: Scene) -> None:
    screen.print(f"\n━━ {scene.at:%d %B %Y}  {scene.say}")
    for report in scene.reports:
        if report.error:
            screen.print(f"   {report.source.name}: {report.error}")
        if report.baseline:
            screen.print(f"   {report.source.name}: first look; what stands there is known now ({len(report.new)})")
    for judged in scene.silent:
        screen.print(f"   silent  {judged.headline}")
        for reason in judged.reasons:
            screen.print(f"           · {reason}")
    answers = {status: scene.requests.count(status) for status in sorted(set(scene.requests))}
    figures = ", ".join(f"{count} × {status}" for status, count in answers.items())
    screen.print(f"   web answered {figures}; messages sent: {scene.sent}")
