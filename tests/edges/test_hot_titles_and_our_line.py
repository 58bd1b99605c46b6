"""Hot titles, health and our own line, with the whole machine: servers, store, poller, command line."""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.web import Answer
from tests.support.whole import LANTERNS, Whole, announcement, atom, post
from watcher.agenda import Agenda
from watcher.cli.app import run
from watcher.config.settings import WindowConfig
from watcher.daemon.service import Daemon
from watcher.looks import PollReport, PollStatus
from watcher.memory import Health
from watcher.model import Tier
from watcher.schedule.condition import How, condition

H = timedelta(hours=1)
M = timedelta(minutes=1)


@pytest.fixture
def whole(tmp_path: Path) -> Whole:
    """An official page, press and a pointer, each with its baseline."""
    with Whole(tmp_path) as whole:
        whole.config = replace(
            whole.config,
            sources=(
                whole.source("official", "/official.xml", every=None, titles=("copper-lanterns",)),
                whole.source("press", "/press.xml", every=None, tier=Tier.PRESS),
                whole.source("pointer", "/pointer.xml", tier=Tier.POINTER),
                whole.source("blog", "/blog.xml", tier=Tier.UNKNOWN),
            ),
        )
        for path in ("/official.xml", "/press.xml", "/pointer.xml", "/blog.xml"):
            whole.feed(post("An old post"), path=path)
        whole.look()
        yield whole


def look_at(whole: Whole, name: str, **passed: float) -> PollReport:
    """Let time pass (an hour), look at one source."""
    whole.clock.pass_(**(passed or {"hours": 1}))
    [source] = [one for one in whole.config.sources if one.name == name]
    return whole.during(lambda machine: machine.poller.poll(source))


def due_in(whole: Whole, name: str) -> timedelta:
    return whole.store.source_state(name).next_look - whole.clock()


# Hot titles


def test_a_held_claim_calls_the_better_sources(whole: Whole) -> None:
    assert due_in(whole, "official") > 30 * M
    whole.feed(announcement(), path="/pointer.xml")
    report = look_at(whole, "pointer", minutes=5)
    assert whole.told == []
    assert set(report.sooner) == {"official", "press"}
    assert 10 * M <= due_in(whole, "official") <= 15 * M  # a quarter of an hour after its last look, and some minutes
    assert 25 * M <= due_in(whole, "press") <= 30 * M  # it is not only there for this title
    assert due_in(whole, "pointer") > 50 * M


def test_a_source_names_its_titles_by_id_or_by_name(whole: Whole) -> None:
    for name in ("copper-lanterns", "Copper Lanterns"):
        own = whole.source("own", "/own.xml", tier=Tier.PRESS, titles=(name,))
        agenda = Agenda(config=replace(whole.config, sources=(own,)), store=whole.store)
        assert agenda.sources_for(["copper-lanterns"]) == [own]
        assert agenda.sources_for(["another"]) == []


def test_the_next_looks_stay_close_and_then_spread(whole: Whole) -> None:
    whole.feed(announcement(), path="/pointer.xml")
    look_at(whole, "pointer", minutes=5)
    look_at(whole, "official", minutes=15)
    assert 15 * M <= due_in(whole, "official") <= 17 * M
    look_at(whole, "official", hours=73)
    assert due_in(whole, "official") > 40 * M


def test_confirmation_cools_the_title(whole: Whole) -> None:
    whole.feed(announcement(), path="/pointer.xml")
    look_at(whole, "pointer", minutes=5)
    whole.feed(announcement(), path="/official.xml")
    look_at(whole, "official", minutes=15)
    whole.during(lambda machine: machine.drain(whole.clock()))
    assert ("Copper Lanterns", "announced") in whole.told
    look_at(whole, "official", minutes=16)
    assert due_in(whole, "official") > 40 * M


TEASER = "A second season of Copper Lanterns will be announced at Jump Festa on December 20."


@pytest.mark.parametrize(("source", "hot"), [("official", True), ("pointer", True), ("blog", False)])
def test_a_teaser_heats_the_title_once(whole: Whole, source: str, hot: bool) -> None:
    whole.feed(post("Copper Lanterns to make an announcement", TEASER), path=f"/{source}.xml")
    report = look_at(whole, source, minutes=5)
    assert report.events == ()
    assert ("press" in report.sooner) is hot
    whole.close()  # the store remembers it
    assert bool(Agenda(config=whole.config, store=whole.store).heats(whole.clock())) is hot
    whole.feed(post("Once more: Copper Lanterns announcement", TEASER), path=f"/{source}.xml")
    assert look_at(whole, source, hours=80).sooner == {}


def test_heat_can_be_switched_off(whole: Whole) -> None:
    whole.config = replace(whole.config, hot=False)
    whole.feed(announcement(), path="/pointer.xml")
    assert look_at(whole, "pointer", minutes=5).sooner == {}
    assert due_in(whole, "official") > 30 * M


def test_a_server_that_asked_to_wait_is_not_called(whole: Whole) -> None:
    whole.web.answers("/official.xml", Answer(b"", status=503, headers={"Retry-After": "7200"}))
    look_at(whole, "official")
    whole.feed(announcement(), path="/pointer.xml")
    assert set(look_at(whole, "pointer", minutes=5).sooner) == {"press"}
    assert due_in(whole, "official") >= 114 * M


def test_the_service_takes_the_earlier_looks_over(whole: Whole) -> None:
    async def later() -> dict[str, object]:
        daemon = Daemon(whole.config, whole.store, reload=lambda: whole.config, now=whole.clock)
        far = whole.clock() + 5 * H
        daemon._next = {"official": far, "press": far, "pointer": far}
        soon = whole.clock() + 10 * M
        report = PollReport(
            source=whole.config.sources[2], status=PollStatus.OK, next_look=far, sooner={"official": soon, "gone": soon}
        )
        task = asyncio.get_running_loop().create_task(asyncio.sleep(0, report))
        await task
        daemon._polled(whole.config.sources[2], task)
        return {"next": daemon._next, "soon": soon, "far": far}

    found = asyncio.run(later())
    assert found["next"] == {"official": found["soon"], "press": found["far"], "pointer": found["far"]}


def test_a_window_of_ones_own_makes_looks_denser(whole: Whole) -> None:
    quiet = due_in(whole, "press")
    opens = whole.clock()
    window = WindowConfig(name="Stream", start=opens, end=opens + 20 * H, titles=(LANTERNS.id,))
    whole.config = replace(whole.config, own_windows=(window,))
    look_at(whole, "official")
    assert due_in(whole, "official") < quiet / 2


# Our own line


@contextmanager
def many_hosts(whole: Whole, names: str = "abcd"):
    """One source on each of several loopback addresses, all with a baseline."""
    sources = [
        replace(whole.source(name, f"/{name}.xml", every=None), url=whole.web.url(f"/{name}.xml", host=f"127.0.0.{n}"))
        for n, name in enumerate(names, 11)
    ]
    whole.config = replace(whole.config, sources=tuple(sources))
    for name in names:
        whole.feed(post("An old post"), path=f"/{name}.xml")
    yield whole


@pytest.fixture
def hosts(tmp_path: Path) -> Whole:
    with Whole(tmp_path, host="0.0.0.0") as whole, many_hosts(whole):
        whole.look()
        yield whole


def cut(whole: Whole):
    """Pull the plug: the server is gone, for all hosts at once. Returns how to put it back."""
    before = whole.config
    dead = tuple(replace(one, url=one.url.replace(f":{whole.web.port}/", ":9/")) for one in before.sources)
    whole.config = replace(before, sources=dead)

    def mend() -> None:
        whole.config = before

    return mend


def states(whole: Whole):
    return {state.source_id: state for state in whole.store.all_source_states()}


def test_no_source_is_blamed_while_nobody_can_be_reached(hosts: Whole) -> None:
    mend = cut(hosts)
    for _ in range(30):
        hosts.look()
    assert {state.health for state in states(hosts).values()} == {Health.OK}
    assert {state.failures for state in states(hosts).values()} == {0}
    assert all(state.next_look - hosts.clock() <= 15 * M for state in states(hosts).values())
    assert hosts.notices == []
    mend()
    hosts.look()
    hosts.look()
    assert hosts.notices == ["line_recovered"]
    assert hosts.told == []
    text = hosts.hook.accepted[-1]["items"][0]
    assert "no source could be reached" in json.dumps(text)


def test_a_short_outage_is_not_worth_a_word(hosts: Whole) -> None:
    mend = cut(hosts)
    hosts.look(minutes=10)
    hosts.look(minutes=10)
    mend()
    hosts.look(minutes=10)
    assert hosts.notices == []
    assert {state.failures for state in states(hosts).values()} == {0}


def test_one_dead_server_is_its_own_fault_and_told_once(hosts: Whole) -> None:
    first, *others = hosts.config.sources
    hosts.config = replace(
        hosts.config, sources=(replace(first, url=first.url.replace(f":{hosts.web.port}/", ":9/")), *others)
    )
    for _ in range(30):
        hosts.look()
    assert hosts.notices == ["source_failing"]
    assert states(hosts)["a"].health is Health.FAILING
    assert hosts.store.noted("line") is None
    hosts.config = replace(hosts.config, sources=(first, *others))
    hosts.look()
    hosts.look()
    assert hosts.notices == ["source_failing", "source_recovered"]


def test_what_is_published_during_an_outage_is_told_after_it(hosts: Whole) -> None:
    mend = cut(hosts)
    hosts.look()
    hosts.look()
    hosts.web.page(
        "/a.xml", atom([announcement(), post("An old post")]), headers={"Content-Type": "application/atom+xml"}
    )
    mend()
    hosts.look()
    assert hosts.told == [("Copper Lanterns", "announced")]


# What a person sees


def config_file(whole: Whole, tmp_path: Path) -> Path:
    titles = f'[[title]]\nid = "{LANTERNS.id}"\nname = "{LANTERNS.name}"\nseason = 2\nsince = 2026-10-01\n'
    sources = "".join(
        f'[[source]]\nname = "{one.name}"\nkind = "feed"\nurl = "{one.url}"\ntier = {int(one.tier)}\n'
        for one in whole.config.sources
    )
    path = tmp_path / "config.toml"
    head = f'[watcher]\nstate = "{tmp_path}"\nallow_networks = ["127.0.0.0/8"]\nwindows = []\n'
    path.write_text(f'{head}{titles}{sources}[[channel]]\nname = "c"\nurl = "console:"\n', encoding="utf-8")
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    capsys.readouterr()
    run(list(arguments))
    return capsys.readouterr().out


def test_status_and_explain_say_what_is_hot(
    whole: Whole, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.cli.status.now", whole.clock)
    monkeypatch.setattr("watcher.cli.explain.now", whole.clock)
    whole.feed(announcement(), path="/pointer.xml")
    look_at(whole, "pointer", minutes=5)
    path = str(config_file(whole, tmp_path))
    whole.close()
    assert "hot until 2026-11-24" in said(capsys, "status", "--config", path)
    [hot] = [one["hot"] for one in json.loads(said(capsys, "status", "--json", "--config", path))["titles"]]
    assert hot["why"] == "announced claimed by pointer"
    sources = json.loads(said(capsys, "status", "--json", "--config", path))["sources"]
    why = {one["name"]: one["why"] for one in sources}
    assert why["press"] == "hot: announced claimed by pointer"
    assert why["pointer"] == "server hints, habit of the kind"
    assert "hot: announced claimed by pointer" in said(capsys, "explain", "press", "--config", path)
    assert "is hot until" in said(capsys, "explain", "Copper Lanterns", "--config", path)


def test_status_and_doctor_keep_our_line_apart(
    hosts: Whole, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(hosts)
    hosts.look()
    [down] = {
        condition(states(hosts)[one.id], one, now=hosts.clock(), line_down=hosts.clock()).how
        for one in hosts.config.sources
    }
    assert down is How.LINE
    monkeypatch.setattr("watcher.cli.status.now", hosts.clock)
    monkeypatch.setattr("watcher.cli.doctor.now", hosts.clock)
    path = str(config_file(hosts, tmp_path))
    hosts.close()
    shown = said(capsys, "status", "--config", path)
    assert "our own line is down since 2026-11-21 14:00" in shown
    assert "4, 0 failing now" in shown
    findings = said(capsys, "doctor", "--config", path)
    assert "BAD  our own line is down" in findings
    assert "ok   source a is our own line is down" in findings
