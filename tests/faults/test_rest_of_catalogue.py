"""Cases of the fault catalogue that belong to no room alone: pages, schedules, supply, soak."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.sbom import sbom
from tests.faults.soak import soak
from tests.support.daemon import WatcherProcess
from tests.support.waiting import until
from tests.support.web import Answer, Web
from tests.support.whole import Whole, announcement, post
from watcher.config.settings import PageMode, Selectors

ROOT = Path(__file__).parents[2]
ANNOUNCED = ("Copper Lanterns", "announced")


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    with Whole(tmp_path) as whole:
        yield whole


def page(*items: tuple[str, str]) -> str:
    rows = "".join(
        f"<li class='news'><span>2026.11.2{day}</span><a href='/n/{day}'>{text}</a></li>" for day, text in items
    )
    return f"<html><head><title>News</title></head><body><h1>News</h1><ul>{rows}</ul></body></html>"


OLD = page(("0", "Figures on sale"), ("1", "Screenings in spring"))
NEW = page(("0", "Figures on sale"), ("1", "Screenings in spring"), ("1", "Copper Lanterns gets season 2"))


def watch_page(whole: Whole, **changes: object) -> None:
    source = whole.source(
        "site", "/news.html", kind="page", mode=PageMode.LIST, robots=False, selectors=Selectors(item="li.news")
    )
    whole.config = replace(whole.config, sources=(replace(source, **changes),))
    whole.web.page("/news.html", OLD, headers={"Content-Type": "text/html"})
    whole.look()


@pytest.mark.parametrize(
    ("case", "body"),
    [
        ("F1 a redesign", "<html><body><main><article>All is new here</article></main></body></html>"),
        ("F4 a page of script", "<html><body><div id='root'></div><script src='/app.js'></script></body></html>"),
        ("F5 a placeholder", "<html><body><h1>Coming soon</h1></body></html>"),
        (
            "F7 a login",
            "<html><body><form action='/login'><input name='u'><input type='password'></form></body></html>",
        ),
    ],
)
def test_f1_f4_f5_f7_a_page_that_is_another_is_a_failure_and_not_news(whole: Whole, case: str, body: str) -> None:
    watch_page(whole)
    whole.web.page("/news.html", body, headers={"Content-Type": "text/html"})
    [report] = whole.look()
    assert report.error, case
    whole.web.page("/news.html", OLD, headers={"Content-Type": "text/html"})
    [report] = whole.look()
    assert (report.error, report.new) == ("", ()), case
    assert whole.told == []


def test_f6_a_page_that_flaps_between_two_states_is_told_once(whole: Whole) -> None:
    watch_page(whole)
    for body in (NEW, OLD, NEW, OLD, NEW):
        whole.web.page("/news.html", body, headers={"Content-Type": "text/html"})
        whole.look(minutes=20)
    assert len(whole.told) <= 1


def test_b12_what_a_feed_points_to_is_never_fetched(whole: Whole) -> None:
    links = "".join(
        f"<link rel='{rel}' href='{whole.web.url(f'/{rel}')}'/>" for rel in ("next", "hub", "self", "enclosure", "via")
    )
    body = f"<?xml-stylesheet href='{whole.web.url('/style.xsl')}'?><feed xmlns='http://www.w3.org/2005/Atom'>{links}<entry><id>1</id><title>One</title>{links}</entry></feed>"
    whole.web.page("/feed.xml", body, headers={"Content-Type": "application/atom+xml"})
    for _ in range(2):
        whole.look()
    assert {seen.path for seen in whole.web.seen} == {"/feed.xml"}


def test_b14_a_webhook_that_redirects_is_not_followed(whole: Whole) -> None:
    whole.feed(post("Old"))
    whole.look()
    whole.hook.answers(Answer(status=307, headers={"Location": whole.web.url("/elsewhere")}))
    whole.feed(announcement())
    whole.look()
    assert whole.web.asked("/elsewhere") == []
    assert len(whole.store.pending()) >= 1


def test_g7_a_blocked_loop_loses_no_tick() -> None:
    """APScheduler would drop what is due while the loop is blocked; with our settings it runs late, once."""
    from apscheduler.schedulers.asyncio import AsyncIOScheduler  # noqa: PLC0415

    from watcher.daemon import service  # noqa: PLC0415

    seen: list[float] = []

    async def play() -> None:
        scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
        scheduler.add_job(lambda: seen.append(1), "interval", seconds=0.1)
        scheduler.start()
        await until(lambda: seen)
        time.sleep(0.5)  # noqa: ASYNC251 - the loop is meant to be blocked
        before = len(seen)
        await until(lambda: len(seen) > before)
        scheduler.shutdown()

    asyncio.run(play())
    assert '"misfire_grace_time": None' in Path(service.__file__).read_text(encoding="utf-8")


def test_g9_many_sources_due_at_once_are_all_looked_at(whole: Whole) -> None:
    sources = tuple(whole.source(f"s{number}", f"/feed{number}.xml") for number in range(60))
    whole.config = replace(whole.config, sources=sources)
    for number in range(60):
        whole.feed(post("One"), path=f"/feed{number}.xml")
    reports = whole.look()
    assert [report.error for report in reports] == [""] * 60
    due = [state.next_look for state in whole.store.all_source_states()]
    assert len(set(due)) > 50, "the next looks are spread"


def test_l5_without_a_network_nobody_is_alarmed(whole: Whole) -> None:
    whole.config = replace(
        whole.config, sources=(whole.source(url="http://127.0.0.1:1/feed.xml", every=timedelta(hours=1)),)
    )
    for _ in range(5):
        [report] = whole.look(minutes=10)
        assert report.error
    assert whole.hook.seen == []


def test_l4_ready_is_not_said_over_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "state" / "watcher.db").write_text("this is no database " * 100)
    config.write_text(f'[watcher]\nstate = "{tmp_path / "state"}"\ntimezone = "UTC"\n[[title]]\nname = "X"\n')
    with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
        assert daemon.exit_code() == 1
        assert "not a database" in daemon.log()
        assert " ready " not in daemon.log()
        assert "Traceback" not in daemon.log()
    assert (tmp_path / "state" / "watcher.db").read_text().startswith("this is no database")


def test_k10_a_trial_look_writes_and_tells_nothing(tmp_path: Path) -> None:
    with Web() as web:
        web.page(
            "/feed.xml", "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>T</title></entry></feed>"
        )
        config = tmp_path / "config.toml"
        config.write_text(
            f'[watcher]\nstate = "{tmp_path / "state"}"\ntimezone = "UTC"\nallow_networks = ["127.0.0.0/8"]\npacks = []\n'
            f'[[title]]\nname = "X"\n[[source]]\nname = "good"\nkind = "feed"\nurl = "{web.url("/feed.xml")}"\n'
            f'[[source]]\nname = "broken"\nkind = "feed"\nurl = "{web.url("/none.xml")}"\n'
        )
        with WatcherProcess("check", "--dry-run", "--config", str(config), log=tmp_path / "check.log") as check:
            assert check.exit_code() in {0, 1}, check.log()
            assert "broken" in check.log()
    assert not list((tmp_path / "state").glob("watcher.db")) or _rows(tmp_path / "state" / "watcher.db") == 0


def _rows(database: Path) -> int:
    import sqlite3  # noqa: PLC0415

    with sqlite3.connect(database) as connection:
        return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])


def test_l8_l12_many_looks_and_failures_leave_nothing_behind(tmp_path: Path) -> None:
    """A hundred thousand in `make soak`."""
    found = soak(tmp_path, looks=120, failures=40)
    assert found["descriptors_grown"] <= 2
    # So short a run may be the first to need all threads of asyncio's executor, which starts them one by one.
    assert found["threads_grown"] <= min(32, (os.cpu_count() or 1) + 4)


def test_n1_n4_the_lock_pins_and_hashes_everything() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "--require-hashes --only-binary :all:" in makefile
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9_.-]+)==\S+", text, re.MULTILINE)
        blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.MULTILINE)[1:]
        assert len(pins) == len(blocks) > 10
        assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_n2_the_closure_of_runtime_packages_stays_small() -> None:
    """Counted is what Linux installs; the lock names a few more for other systems."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9_.-]+)==[^ ;]+(.*)$", text, re.MULTILINE)
    ours = {name for name, rest in pins if "win32" not in rest}
    assert len(ours) <= 60, f"{len(ours)} runtime packages"


def test_n6_importing_the_program_opens_no_socket_and_starts_no_process() -> None:
    program = (
        "import sys\n"
        "seen = []\n"
        "def hook(event, args):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.bind', 'subprocess.Popen', 'os.system', 'os.posix_spawn'):\n"
        "        seen.append(event)\n"
        "sys.addaudithook(hook)\n"
        "import watcher.cli.run, watcher.sources.feed, watcher.sources.page, watcher.notify.channels.apprise_channel\n"
        "print(seen)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_the_soak_would_see_a_leak() -> None:
    kept = [os.dup(0) for _ in range(3)]
    gc.collect()
    assert len(list(Path("/proc/self/fd").iterdir())) > 3
    for one in kept:
        os.close(one)
    assert threading.active_count() >= 1


def test_n5_the_bill_of_materials_names_every_pin_with_its_hashes() -> None:
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    found = sbom(lock, {"name": "season-watcher", "version": "1"})
    names = {one["name"] for one in found["components"]}
    assert names == {name.lower() for name in re.findall(r"^([A-Za-z0-9_.-]+)==", lock, re.MULTILINE)}
    assert all(one["externalReferences"][0]["hashes"] for one in found["components"])
