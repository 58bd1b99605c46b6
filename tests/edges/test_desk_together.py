"""Looks that concern no title are kept together; each of the others, and each that cannot be kept, is its own affair."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.config.load import parse_config
from watcher.config.settings import Config
from watcher.desk import Desk
from watcher.errors import ParseError
from watcher.fetch.exchange import Response
from watcher.looks import PollReport, Sifted
from watcher.memory import PollOutcome, SourceState
from watcher.model import Entry, Tier
from watcher.sources.parsed import Parsed
from watcher.store import Store

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


class CountingStore(Store):
    """Notes how many looks each transaction keeps."""

    commits: list[int]

    def commit(self, *outcomes: PollOutcome) -> None:
        super().commit(*outcomes)
        self.commits.append(len(outcomes))


def configured(folder: Path) -> Config:
    sources = "".join(
        f'[[source]]\nname = "s{number}"\nkind = "feed"\nurl = "https://s{number}.example/feed"\n'
        for number in range(4)
    )
    head = f'[watcher]\nstate = "{folder}"\npacks = []\n[[title]]\nname = "Copper Lanterns"\nseason = 2\n'
    return parse_config(head + sources).config


def saying(*titles: str) -> Parsed:
    entries = (Entry(id=f"urn:{title}", link=f"https://x.example/{title[:4]}", title=title) for title in titles)
    return Parsed(entries=tuple(entries), kind="rss", closed=False)


def test_what_concerns_no_title_shares_a_transaction(tmp_path: Path) -> None:
    config = configured(tmp_path)
    with CountingStore.open(config.database, now=NOW) as store:
        store.commits = []
        desk = Desk(config=config, store=store, now=lambda: NOW)
        looks = desk.looks(config.sources)
        looks[2] = replace(looks[2], state=replace(looks[2].state, first_look=NOW, entries_last=30))
        words = [saying("Weather"), saying("Copper Lanterns gets season 2"), saying(), saying("Sports", "Chess")]
        answers = [
            (look, Response(url=look.source.url, status=200, headers={}, at=NOW), parsed)
            for look, parsed in zip(looks, words, strict=True)
        ]
        plain, named, emptied, also = desk.digests(answers)
        assert store.commits == [2]
        assert isinstance(plain, PollReport)
        assert [entry.title for entry in plain.new] == ["Weather"]
        assert isinstance(named, Sifted)
        assert isinstance(emptied, ParseError)
        assert isinstance(also, PollReport)
        assert [entry.title for entry in store.seen("s3")] == ["Sports", "Chess"]
        assert store.seen("s1") == ()
        assert isinstance(desk.digest(*answers[1], named), PollReport)
        assert store.commits == [2, 1]
        assert len(store.seen("s1")) == 1


def heard(config: Config, store: Store) -> PollReport:
    desk = Desk(config=config, store=store, now=lambda: NOW)
    look, *_ = desk.looks(config.sources)
    answer = (
        look,
        Response(url=look.source.url, status=200, headers={}, at=NOW),
        saying("Copper Lanterns season 2 has been announced for October 2027"),
    )
    [sifted] = desk.digests([answer])
    assert isinstance(sifted, Sifted)
    report = desk.digest(*answer, sifted)
    assert isinstance(report, PollReport)
    return report


@pytest.mark.parametrize("paused", [True, False])
def test_nothing_is_judged_for_a_title_that_rests(tmp_path: Path, *, paused: bool) -> None:
    config = configured(tmp_path)
    with Store.open(config.database, now=NOW) as store:
        store.watch(config.titles, NOW)
        store.pause(config.titles[0].id, paused=paused)
        assert bool(heard(config, store).judged) is not paused


class RacingStore(Store):
    """Another process is faster, once."""

    faster = True

    def commit(self, *outcomes: PollOutcome) -> None:
        if self.faster and (known := [one for outcome in outcomes for one in outcome.knowledge]):
            self.faster = False
            super().commit(PollOutcome(source=SourceState(source_id="s3"), knowledge=(known[0],)))
        super().commit(*outcomes)


def test_what_changed_meanwhile_is_read_again_and_judged_again(tmp_path: Path) -> None:
    config = configured(tmp_path)
    config = replace(config, sources=tuple(replace(source, tier=Tier.OFFICIAL) for source in config.sources))
    with RacingStore.open(config.database, now=NOW) as store:
        heard(config, store)
        assert not store.faster
        assert len(store.seen("s0")) == 1


def test_nothing_that_reads_or_judges_is_loaded_before_an_entry_concerns_a_title(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from tests.edges.test_desk_together import *; config = configured(pathlib.Path(sys.argv[1]))\n"
        "def loaded(): return [name in sys.modules for name in ('watcher.read.reader', 'watcher.judge.judging')]\n"
        "with Store.open(config.database, now=NOW) as store:\n"
        "    desk = Desk(config=config, store=store, now=lambda: NOW)\n"
        "    look, other, *_ = desk.looks(config.sources)\n"
        "    answer = Response(url=look.source.url, status=200, headers={}, at=NOW)\n"
        "    desk.digests([(look, answer, saying('Weather'))]); before = loaded()\n"
        "    (sifted,) = desk.digests([(other, answer, words := saying('Copper Lanterns gets season 2'))])\n"
        "    assert isinstance(desk.digest(other, answer, words, sifted), PollReport)\n"
        "    print(before, loaded())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[False, False] [True, True]"
