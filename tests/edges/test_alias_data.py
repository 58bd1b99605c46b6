"""Alias data imported: from a registry, an address, a file; whole, damaged and hostile."""

import gzip
import io
import itertools
import json
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.aliasdata import bangumi, item, lined, package, record, records, registry
from tests.support.web import Answer, Web
from watcher.aliases import files
from watcher.aliases.jsonstream import DataError
from watcher.aliases.others import NOTE, other_names
from watcher.aliases.reading import DataReader
from watcher.cli.app import run
from watcher.config.load import load_config
from watcher.desk import Desk
from watcher.model import Title
from watcher.read.text import key
from watcher.store import Store
from watcher.store.works import Works, folder_of, keep_works
from watcher.works import DataInfo, Work, WorkKind

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
STREET = item("ランタン通り", en=["Lantern Street"], zh=["灯笼街"], mal=7, anilist=70, tmdb="tv/11/season/2",
              site="https://lantern-street.example/", on=["crunchyroll", "qq"])  # fmt: skip


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "config.toml"
    path.write_text(
        f'[watcher]\nstate = "{tmp_path / "state"}"\nallow_networks = ["127.0.0.0/8"]\nhost_gap = "0s"\n'
        '[[title]]\nname = "Garden"\nseason = 2\n',
        encoding="utf-8",
    )
    path.chmod(0o600)
    return path


@pytest.fixture
def aliases(file, capsys):
    def call(*arguments):
        code = run(["aliases", *arguments, "--config", str(file)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def kept(file):
    """Tell what is imported: each data set's works by their first names."""

    def look():
        with Works(folder_of(load_config(file).config.database)) as works:
            places = {place for _, place in works.names()}
            return {info.name: info for info in works.infos}, sorted(
                work.names[0] for work in works.works(places).values()
            )

    return look


def test_the_package_comes_from_the_registry_and_is_checked(aliases, web, kept):
    place = registry(web, package(bangumi(STREET, item("霧の港"))))
    code, out, err = aliases("update", "--registry", place)
    assert (code, err) == (0, "")
    assert "bangumi-data 0.3.999: 2 works." in out
    assert "CC BY 4.0" in out
    infos, names = kept()
    assert names == ["ランタン通り", "霧の港"]
    assert (infos["bangumi-data"].version, infos["bangumi-data"].origin) == ("0.3.999", "bangumi-data")
    _, out, _ = aliases("info")
    assert "bangumi-data, https://github.com/bangumi-data/bangumi-data (CC BY 4.0" in out
    assert "from bangumi-data, 0 days ago" in out


def test_an_item_is_read_with_all_that_it_says():
    [work] = DataReader([bangumi(STREET)])
    assert work == Work(
        names=("ランタン通り", "Lantern Street", "灯笼街"),
        kind=WorkKind.SERIES,
        format="TV",
        begin="2020-10-08",
        country="JP",
        ids={"mal": 7, "anilist": 70, "tmdb": 11},
        season=2,
        part_of="tmdb:tv/11",
        site="https://lantern-street.example/",
        services=("Crunchyroll",),
    )


@pytest.mark.parametrize("form", [records, lined])
def test_a_record_is_read_with_all_that_it_says(form):
    told = record("Lantern Street", "mal:7", "kitsu:9", synonyms=["ランタン通り", "LanStreet"], related=["anilist:71"])
    reader = DataReader([form(told)])
    [work] = reader
    assert work == Work(
        names=("Lantern Street", "ランタン通り", "LanStreet"),
        kind=WorkKind.SERIES,
        format="TV",
        begin="2020-10",
        status="finished",
        studios=("studio ember",),
        ids={"mal": 7, "kitsu": 9},
        related=("anilist:71",),
    )
    assert (reader.name, reader.version) == ("anime-offline-database", "2026-11-20")
    assert reader.licence == "ODbL 1.0, https://example.org/LICENSE"


def test_both_data_sets_lie_side_by_side_and_an_address_is_remembered(aliases, web, kept, tmp_path):
    (tmp_path / "own.json").write_bytes(bangumi(STREET))
    web.answers("/data.jsonl.gz", Answer(gzip.compress(lined(record("Mist Harbour", "mal:8")))))
    code, _, err = aliases("update", str(tmp_path / "own.json"), web.url("/data.jsonl.gz"))
    assert (code, err) == (0, "")
    assert kept()[1] == ["Mist Harbour", "ランタン通り"]
    web.answers("/data.jsonl.gz", Answer(lined(record("Mist Harbour", "mal:8"), record("Ember Coast", "mal:9"))))
    code, _, err = aliases("update")
    assert (code, err) == (0, "")
    assert kept()[1] == ["Ember Coast", "Mist Harbour", "ランタン通り"]
    code, _, _ = aliases("remove", "bangumi-data")
    assert (code, kept()[1]) == (0, ["Ember Coast", "Mist Harbour"])
    code, _, err = aliases("remove", "bangumi-data")
    assert code == 1
    assert "there is anime-offline-database" in err


DEEP = b'{"items": [' + b"[" * 200_000
TOO_LARGE = b'{"items": [{"title": "' + b"x" * 1_200_000 + b'"}]}'
BAD = {
    "cut short": (bangumi(STREET, item("霧の港"))[:-40], "ends in the middle of a value"),
    "cut between values": (bangumi(STREET)[:-2] + b",", "the file ends"),
    "cut line": (lined(record("Mist Harbour", "mal:8"))[:-30], "ends in the middle of a value"),
    "something behind": (bangumi(STREET) + b"{}", "the data ends, and { follows"),
    "a page": (b"<!DOCTYPE html><html>404</html>", "a JSON object is expected"),
    "nothing": (b"", "a JSON object is expected"),
    "other JSON": (b'{"name": "x", "list": [1, 2]}', "neither the items of bangumi-data"),
    "an empty list": (b'{"items": []}', "neither the items of bangumi-data"),
    "deep nesting": (DEEP, "nested too deeply"),
    "a huge value": (TOO_LARGE, "larger than 1,048,576 characters"),
    "no UTF-8": (b'{"items": [{"title": "\xff\xfe"}]}', "not UTF-8"),
    "no records": (bangumi(*range(300), STREET), "the format is not known"),
    "some records": (bangumi(*range(5), *[STREET] * 20), "5 of its records could not be read"),
    "an archive without data": (package(bangumi(STREET), member="package/else.json"), "no data.json"),
    "a broken archive": (package(bangumi(STREET))[:-20], "damaged"),
    "zip": (b"PK\x03\x04" + b"0" * 600, "zip archive"),
}


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD.keys())
def test_bad_data_is_refused_by_name_and_the_old_stays(aliases, kept, tmp_path, data, said):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(bangumi(item("霧の港")))
    aliases("update", str(good))
    bad.write_bytes(data)
    code, _, err = aliases("update", str(bad))
    assert code == 1
    assert said in err
    assert err.startswith(f"{bad}: ")
    assert "nothing was changed" in err
    assert kept()[1] == ["霧の港"]
    assert {path.name for path in folder_of(tmp_path / "state" / "x").iterdir()} == {"bangumi-data.db"}


def test_what_swells_up_is_not_unpacked(monkeypatch, tmp_path):
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    swelling = tmp_path / "bomb.gz"
    swelling.write_bytes(gzip.compress(b'{"items": [' + b" " * 20_000_000))
    with swelling.open("rb") as file, pytest.raises(DataError, match="unpacks to more than"):
        list(DataReader(files.pieces(file)))


def test_a_package_that_is_not_the_promised_one_is_refused(aliases, web, kept):
    place = registry(web, package(bangumi(STREET)), promised=b"another")
    code, _, err = aliases("update", "--registry", place)
    assert code == 1
    assert "not what the registry promised" in err
    assert kept() == ({}, [])


@pytest.mark.parametrize("answer", [Answer(b"[]"), Answer(b"{}"), Answer(b'{"version": "1", "dist": {"tarball": "/x", '
                                    b'"integrity": "md5-xx"}}'), Answer(status=503), Answer(b"<html>")])  # fmt: skip
def test_a_registry_in_trouble_is_said(aliases, web, answer):
    web.answers("/bangumi-data/latest", answer)
    code, _, err = aliases("update", "--registry", web.url("/"))
    assert code == 1
    assert err.startswith("bangumi-data: ")


def test_a_registry_that_points_into_a_private_network_is_not_followed(aliases, web, file):
    registry(web, package(bangumi(STREET)))
    file.write_text(file.read_text().replace('allow_networks = ["127.0.0.0/8"]\n', ""))
    code, _, err = aliases("update", "--registry", web.url("/"))
    assert code == 1
    assert "not a public address" in err


def test_data_that_shrinks_is_suspected(aliases, kept, tmp_path):
    path = tmp_path / "data.json"
    path.write_bytes(bangumi(*(item(f"霧の港{number}") for number in range(10))))
    aliases("update", str(path))
    path.write_bytes(bangumi(STREET))
    code, _, err = aliases("update", str(path))
    assert code == 1
    assert "lists 1 works, where it listed 10 before" in err
    assert len(kept()[1]) == 10
    assert aliases("update", str(path), "--force")[0] == 0
    assert kept()[1] == ["ランタン通り"]


def test_an_import_that_breaks_off_leaves_no_trace(tmp_path):
    def works():
        yield Work(names=("Mist Harbour",))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        keep_works(tmp_path, "bangumi-data", works(), key=key, info=info)
    assert list(tmp_path.iterdir()) == []


def test_a_long_list_is_read_piece_by_piece():
    line = lined(record("Mist Harbour", "mal:8", synonyms=["x" * 2000])).split(b"\n")[1] + b"\n"
    pieces = itertools.repeat(line * 20, 200)  # 9 MB
    tracemalloc.start()
    try:
        count = sum(1 for _ in DataReader(pieces))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 4000
    assert peak < 2_000_000


def info(**changes):
    told = {"name": "bangumi-data", "version": "0.3.1", "licence": "CC BY 4.0", "attribution": "bangumi-data",
            "origin": "bangumi-data", "imported": NOW, "works": 1}  # fmt: skip
    return DataInfo(**told | changes)


def keep(database, *works, **changes):
    keep_works(folder_of(database), "bangumi-data", works, key=key, info=lambda: info(**changes))


def test_old_data_is_named_by_info_and_doctor(aliases, file, capsys):
    database = load_config(file).config.database
    keep(database, Work(names=("Mist Harbour",)), imported=datetime.now(UTC) - timedelta(days=200))
    _, out, _ = aliases("info")
    assert "200 days ago" in out
    assert "It is old: newer works are missing. watcher aliases update" in out
    assert json.loads(aliases("info", "--json")[1])["data"][0]["stale"] is True
    run(["doctor", "--config", str(file)])
    out = capsys.readouterr().out
    assert "BAD  alias data bangumi-data 0.3.1 is 200 days old" in out
    keep(database, Work(names=("Mist Harbour",)), imported=datetime.now(UTC))
    run(["doctor", "--config", str(file)])
    assert "ok   alias data bangumi-data 0.3.1 is up to date" in capsys.readouterr().out


def torn(path):
    """Damage the pages behind the first half."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] + b"\xff" * (len(data) - len(data) // 2))


@pytest.mark.parametrize(
    "harm", [lambda path: path.write_bytes(b"no database at all"), lambda path: path.write_bytes(b""), torn]
)
def test_damaged_data_is_named_and_reading_goes_on_without(aliases, file, capsys, harm):
    database = load_config(file).config.database
    keep(database, *[Work(names=(f"Winter Garden {number} of the Lanterns",)) for number in range(2000)])
    harm(folder_of(database) / "bangumi-data.db")
    code, _, err = aliases("info")
    assert code == 1
    assert "bangumi-data cannot be used" in err
    with Store.open(database, now=NOW) as store:
        assert other_names([Title(id="g", name="Garden")], store) == ()
    run(["doctor", "--config", str(file)])
    assert "BAD  alias data bangumi-data cannot be used" in capsys.readouterr().out
    assert run(["add", "Winter Garden 7", "--offline", "--config", str(file)]) == 0
    capsys.readouterr()
    (file.parent / "text").write_text("Garden Season 2 announced")
    assert run(["read", str(file.parent / "text"), "--title", "Garden", "--config", str(file)]) == 0


def test_the_names_are_worked_out_once_for_titles_and_data(file, monkeypatch):
    database = load_config(file).config.database
    title = Title(id="g", name="Garden", season=2)
    with Store.open(database, now=NOW) as store:
        assert other_names([title], store) == ()
        assert store.noted(NOTE) is None
        keep(database, Work(names=("Winter Garden",)), Work(names=("Mist Harbour",)))
        assert other_names([title], store, keep=False) == ("Winter Garden",)
        assert store.noted(NOTE) is None
        assert other_names([title], store) == ("Winter Garden",)
        with monkeypatch.context() as patch:
            patch.delattr(Works, "names")
            assert other_names([title], store) == ("Winter Garden",)
        assert other_names([Title(id="h", name="Harbour", season=2)], store) == ("Mist Harbour",)
        keep(database, Work(names=("Paper Garden",)), imported=NOW + timedelta(days=1))
        assert other_names([title], store) == ("Paper Garden",)


def test_an_import_works_the_names_out_for_the_service(aliases, file, tmp_path):
    (tmp_path / "data.json").write_bytes(bangumi(item("霧の港", en=["Winter Garden"])))
    assert aliases("update", str(tmp_path / "data.json"))[0] == 0
    with Store.open(load_config(file).config.database, now=NOW) as store:
        assert json.loads(store.noted(NOTE) or "{}")["names"] == ["Winter Garden"]


def test_relations_tell_films_from_seasons(file):
    database = load_config(file).config.database
    keep(
        database,
        Work(names=("Garden",), ids={"mal": 7}, related=("mal:8", "mal:9"), kind=WorkKind.SERIES),
        Work(names=("Garden Hearts",), ids={"mal": 8}, kind=WorkKind.SERIES),
        Work(names=("The Night Train",), ids={"mal": 9}, kind=WorkKind.FILM),
        Work(names=("Garden Party",), ids={"mal": 10}, kind=WorkKind.SERIES),
    )
    with Store.open(database, now=NOW) as store:
        names = other_names([Title(id="g", name="Garden", season=2, ids={"mal": 7})], store)
    assert names == ("Garden Party", "The Night Train")


def test_a_desk_opens_no_alias_data_before_there_is_something_to_read(file, monkeypatch):
    config = load_config(file).config
    keep(config.database, Work(names=("Winter Garden",)))
    with Store.open(config.database, now=NOW) as store, monkeypatch.context() as patch:
        patch.delattr(Works, "names")
        Desk(config=config, store=store, now=lambda: NOW)


@pytest.mark.parametrize(("with_data", "told"), [(False, 1), (True, 0)])
def test_news_of_the_other_work_is_no_alert(file, web, capsys, with_data, told):
    day = datetime.now(UTC)
    feed = (
        "<rss version='2.0'><channel><title>x</title><link>http://x.example/</link><item>"
        "<title>Winter Garden Season 2 announced for April 2027</title><link>http://x.example/1</link>"
        f"<pubDate>{day:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item></channel></rss>"
    )
    web.page("/feed.xml", feed.encode(), headers={"Content-Type": "application/rss+xml"})
    with file.open("a") as more:
        more.write(
            f'since = 2026-01-01\n[[source]]\nname = "press"\nkind = "feed"\nurl = "{web.url("/feed.xml")}"\ntier = 1\n'
        )
    if with_data:
        keep(load_config(file).config.database, Work(names=("Winter Garden",)))
    assert run(["check", "--json", "--config", str(file)]) == 0
    assert len(json.loads(capsys.readouterr().out)["events"]) == told


GOOD = (bangumi(STREET, item("霧の港")), lined(record("Mist Harbour", "mal:8")), package(bangumi(STREET)))


@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=6)), max_size=4),
    st.integers(0, 9),
)
@settings(max_examples=150, deadline=None)
def test_whatever_the_bytes_are_it_is_read_or_refused(data, changes, cut):
    changed = bytearray(data)
    for place, piece in changes:
        at = place % (len(changed) or 1)
        changed[at : at + len(piece)] = piece
    file = io.BytesIO(bytes(changed[: len(changed) - cut]))
    try:
        works = list(DataReader(files.pieces(file)))
    except DataError:
        return
    assert all(work.names for work in works)
