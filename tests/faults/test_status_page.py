"""The status page (M1 to M11): the real server on loopback, mostly within this process, and the real daemon."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.faults.test_service import CANARIES, _with_canaries
from tests.support.asking import Asker, Reply, alive, basic, received, status_page, unused_port
from tests.support.clock import START
from tests.support.daemon import WatcherProcess
from tests.support.hostile import HOSTILE
from tests.support.newsroom import SHOWS, Newsroom
from tests.support.waiting import wait_until
from tests.support.web import Answer, Web
from tests.support.whole import LANTERNS, Whole, announcement, post
from watcher.config.load import parse_config
from watcher.errors import ConfigError
from watcher.known import Held
from watcher.memory import Delivery, DeliveryState, PollOutcome, SourceState
from watcher.model import Claim, Event, EventType, Evidence, Notice, NoticeType, Tier
from watcher.store import ChannelState, Store
from watcher.web import answers, gate, server
from watcher.web.gate import Route

PAGES = ("/", "/news", "/sources", "/messages")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whole]:
    monkeypatch.setattr(answers, "KEPT", 0.0)  # each page looks anew
    with Whole(tmp_path) as whole:
        yield whole


def with_page(config: Path, port: int, more: str = "") -> Path:
    """Switch the page on in a configuration file."""
    config.write_text(config.read_text() + f'\n[watcher.web]\nlisten = "127.0.0.1:{port}"\n{more}\n')
    return config


def told(whole: Whole) -> None:
    """Let one announcement be found and told."""
    whole.feed(post("An old post"))
    whole.look()
    whole.feed(post("An old post"), announcement())
    whole.look()


# -- M1 ------------------------------------------------------------------------------------------------------


def test_m1_the_page_listens_on_this_machine_alone_and_only_where_it_is_wanted(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web:
        config = with_page(Newsroom(web).configuration(tmp_path), port)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("status page at=http://127.0.0.1:")
            assert Asker(port).get("/").status == 200
            lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
            assert {one[1] for one in lines if one[3] == "0A" and one[1].endswith(f":{port:04X}")} == {
                f"0100007F:{port:04X}"
            }
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.2", port), timeout=10).close()
            daemon.signal(signal.SIGTERM)
            assert daemon.exit_code() == 0, daemon.log()
        assert "Traceback" not in daemon.log()


@pytest.mark.parametrize("place", ["0.0.0.0:8323", "[::]:8323", "192.168.1.5:8323", "203.0.113.9:80"])
def test_m1_another_address_wants_a_token(place: str) -> None:
    text = f'[watcher.web]\nlisten = "{place}"\nnames = ["nas.lan"]\n'
    with pytest.raises(ConfigError) as caught:
        parse_config(text, env={})
    [problem] = caught.value.problems
    assert (problem.path, "token" in problem.message) == ("watcher.web.listen", True)
    web = parse_config(f'{text}token = "{TOKEN}"\n', env={}).config.web
    assert web is not None
    assert web.place == place
    with pytest.raises(ConfigError, match="20 characters"):
        parse_config(f'{text}token = "short"\n', env={})


def test_m1_the_service_refuses_to_start_on_another_address_without_a_token(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[watcher.web]\nlisten = "0.0.0.0:8323"\n')
    with WatcherProcess("run", "--config", str(file), log=tmp_path / "run.log") as daemon:
        assert daemon.exit_code() == 78
        assert "token" in daemon.log()


def test_m1_nothing_of_it_is_loaded_unless_it_is_on() -> None:
    assert parse_config("", env={}).config.web is None
    assert parse_config('[watcher.web]\nlisten = "off"', env={}).config.web is None
    program = "import sys, watcher.cli.run; print([name for name in sys.modules if name.startswith('watcher.web')])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_m1_a_port_that_is_taken_stops_nothing_and_is_tried_again(tmp_path: Path) -> None:
    with Web() as web, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        room = Newsroom(web)
        config = with_page(room.configuration(tmp_path), port)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("the status page cannot listen")
            daemon.wait_for("polled")
            room.announce(SHOWS[0])
            wait_until(lambda: room.received, why=daemon.log)
            taken.close()
            daemon.wait_for("status page at=")


def test_m1_a_reload_moves_and_ends_the_page(tmp_path: Path) -> None:
    first, second = unused_port(), unused_port()
    with Web() as web:
        room = Newsroom(web)
        config = with_page(room.configuration(tmp_path), first)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for(f":{first}/")
            with_page(room.configuration(tmp_path), second)
            daemon.signal(signal.SIGHUP)
            daemon.wait_for(f":{second}/")
            wait_until(lambda: not Asker(first).answers(), why=daemon.log)  # another test may get the port for a while
            assert Asker(second).get("/health").status == 200
            room.configuration(tmp_path)
            daemon.signal(signal.SIGHUP)
            wait_until(lambda: not Asker(second).answers(), why=daemon.log)


# -- M2 to M7: requests -----------------------------------------------------------------------------------------


def test_m2_a_foreign_host_is_refused_before_anything_is_looked_up(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(answers.Answers, "to", lambda self, granted: looked.append(granted))
    with status_page(whole, names=(("nas.lan", 8080),)) as page:
        port = page.port
        hosts = (
            *("evil.example", f"evil.example:{port}", "localhost", "127.0.0.1", "localhost:1", f"127.0.0.1.evil.example:{port}"),
            *(f"localhost.:{port}", f"127.1:{port}", f"0.0.0.0:{port}", f"::1:{port}", "nas.lan", f"nas.lan:{port}", ","),
            *(f"127.0.0.1:{port} evil.example", f"me@127.0.0.1:{port}", f"127.0.0.1:0{port}", f"127.0.0.1:{port}/", "[::1]"),
        )  # fmt: skip
        assert {host: page.get("/", host=host).status for host in hosts} == dict.fromkeys(hosts, 421)
        assert page.get("/health", host="evil.example").status == 421
        twice = f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\nHost: evil.example\r\n\r\n"
        assert page.send(twice.encode()).status == 400
        assert page.send(b"GET / HTTP/1.1\r\n\r\n").status == 400
        assert page.send(b"GET / HTTP/1.0\r\n\r\n").status == 421
    assert looked == []


def test_m2_the_own_and_the_written_names_are_taken(whole: Whole) -> None:
    with status_page(whole, names=(("nas.lan", 8080), ("status.example.org", 443))) as page:
        port = page.port
        own = (f"localhost:{port}", f"LOCALHOST:{port}", f"127.0.0.1:{port}", f"[::1]:{port}")
        for host in (*own, "nas.lan:8080", "status.example.org", "status.example.org:443"):
            assert page.get("/", host=host).status == 200, host


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_m3_only_reading_is_possible(whole: Whole, method: str) -> None:
    with status_page(whole) as page:
        for path in (*PAGES, "/health", "/style.css", "/anything", "/outbox/1/drop"):
            reply = page.ask(method, path, Content_Length="0")
            assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")
        head = page.ask("HEAD", "/")
        assert (head.status, head.text) == (200, "")
        assert int(head.headers["content-length"]) == len(page.get("/").text.encode())


def hostile_world(whole: Whole, text: str) -> None:
    """Put *text* into every field that comes from outside, or from the user."""
    said = Evidence(
        source=text, publisher=text, tier=Tier.POINTER, url=f"javascript:{text}", headline=text, quote=text, language=text[:9],
        published=START, at=START, entry=text,
    )  # fmt: skip
    linked = replace(said, url="https://evil.example/" + text.replace("\\", ""))  # with one it would be no link
    claim = Claim(
        type=EventType.RELEASE_DATE, season=2, quote=text, platform=text, names=(text,)
    )  # fmt: skip
    held = Held(claim=claim, evidence=said, domain="evil.example", text_digest="", since=START)
    event = Event(
        ref="aaaaaa", title_id=LANTERNS.id, type=EventType.STAFF, season=2, platform=text, names=(text,), evidence=(said, linked),
        known_before=text, at=START, reasons=(text,),
    )  # fmt: skip
    known = whole.store.knowledge(LANTERNS.id)
    known = replace(known, held=(held,), known=replace(known.known, last_official=said))
    state = SourceState(
        source_id="studio", failures=2, last_error=text, last_ok=START, last_look=START, last_reason=text, polls=3
    )
    deliveries = [
        Delivery(channel_id="hook", ref="aaaaaa", created=START, due=START, attempts=2, last_error=text),
        Delivery(channel_id="gone", ref="aaaaaa", created=START, due=START, state=DeliveryState.DEAD, last_error=text),
        Delivery(channel_id="hook", ref="bbbbbb", created=START, due=START, state=DeliveryState.DEAD, last_error=text),
    ]
    notice = Notice(ref="bbbbbb", type=NoticeType.SOURCE_FAILING, subject=text, text=text, at=START)
    whole.store.commit(PollOutcome(source=state, knowledge=(known,), events=(event,), notices=(notice,)))
    whole.store.tell(deliveries=deliveries, channel=ChannelState(channel_id="hook", failures=3, last_error=text))
    title = replace(LANTERNS, name=text, streams=(text,))
    whole.config = replace(
        whole.config,
        titles=(title,),
        sources=(replace(whole.config.sources[0], name=text),),
        channels=(replace(whole.config.channels[0], name=text),),
    )


def packed() -> dict[str, str]:
    """Put several hostile strings into one text, as long as all of it is shown."""
    found: dict[str, str] = {}
    names, texts = "", ""
    for name, text in sorted(HOSTILE.items(), key=lambda pair: len(pair[1])):
        if texts and len(texts) + len(text) > 150:
            found[names], names, texts = texts, "", ""
        names, texts = f"{names}, {name}", f"{texts} {text.replace(chr(0xD800), '')}"
    return {**found, names: texts}


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """List the elements of a page with the names of their attributes."""
    return [(tag.name, tuple(sorted(tag.attrs))) for tag in BeautifulSoup(page, "lxml").find_all(True)]


def test_m4_markup_in_every_field_stays_text(tmp_path: Path, whole: Whole) -> None:
    shapes: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for number, (name, text) in enumerate([("plain", "Plain words"), *packed().items()]):
        whole.begin_again(tmp_path / str(number))
        hostile_world(whole, f"x {text} y")
        with status_page(whole) as page:
            for path in PAGES:
                reply = page.get(path)
                assert reply.status == 200, (name, path)
                assert shape(reply.text) == shapes.setdefault(path, shape(reply.text)), (name, path)
                soup = BeautifulSoup(reply.text, "lxml")
                links = [urlsplit(tag["href"]) for tag in soup.find_all(href=True)]
                assert {link.scheme for link in links} <= {"", "https"}, (name, path)
                assert {link.netloc for link in links} <= {"", "evil.example"}, (name, path)
                assert not {"\u202e", "\u2066", "\x1b", "\x00", "\u200b"} & set(reply.text), (name, path)
    assert {tag for found in shapes.values() for tag, _ in found} <= {
        *("html", "head", "meta", "title", "link", "body", "header", "nav", "main", "section", "article", "footer"),
        *("h1", "h2", "h3", "p", "a", "bdi", "span", "strong", "code", "dl", "div", "dt", "dd", "ul", "li", "blockquote"),
    }  # fmt: skip


def test_m4_every_answer_carries_the_strict_policy(whole: Whole) -> None:
    told(whole)
    with status_page(whole, token=TOKEN) as page:
        replies = [page.get(path, Authorization=basic(TOKEN)) for path in (*PAGES, "/style.css", "/health", "/nothing")]
        replies += [
            page.get("/"),
            page.ask("POST", "/"),
            page.get("/", host="evil.example"),
            page.send(b"nonsense\r\n\r\n"),
        ]
        assert [reply.status for reply in replies] == [200, 200, 200, 200, 200, 200, 404, 401, 405, 421, 400]
        for reply in replies:
            heads = reply.headers
            assert heads["content-security-policy"] == POLICY
            assert heads["x-content-type-options"] == "nosniff"
            assert heads["referrer-policy"] == "no-referrer"
            assert heads["cache-control"] == "no-store"
            assert "<script" not in reply.text


PATHS = (
    *("/../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%252e%252e%252fetc%252fpasswd"),
    *("//etc/passwd", "///etc/passwd", "/etc/passwd", "/style.css/../base.html", "/style.css%00.html", "/style.css/"),
    *("/templates/base.html", "/templates/style.css", "/..\\..\\etc\\passwd", "/./style.css", "/%2fstyle.css", "file:///etc/passwd"),
    *("http://127.0.0.1/", "*", "/STYLE.CSS", "/style%2ecss", "/index.html", "/.git/config", "/watcher.db", "/proc/self/environ"),
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_m5_no_path_leads_to_the_disk(whole: Whole, path: str) -> None:
    with status_page(whole) as page:
        assert page.get(path).status == 404


def test_m5_a_path_with_control_characters_is_no_request(whole: Whole) -> None:
    with status_page(whole) as page:
        for odd in (b"/\x00", b"/style.css\x00", b"/\x01", b"/a b", b"/\xff\xfe\x80"):
            host = f"127.0.0.1:{page.port}".encode()
            assert page.send(b"GET " + odd + b" HTTP/1.1\r\nHost: " + host + b"\r\n\r\n").status in {400, 404}


@pytest.mark.parametrize(
    "target",
    ["/?next=//evil.example", "/?url=https://evil.example/", "/news?x=%0d%0aSet-Cookie:%20evil=1", "/evil.example", "//evil.example/%2f..", "/?evil=<script>"],
)  # fmt: skip
def test_m6_nothing_of_a_request_comes_back(whole: Whole, target: str) -> None:
    with status_page(whole) as page:
        tricks = {
            "X_Forwarded_Host": "evil.example",
            "X_Original_URL": "/evil",
            "Referer": "http://evil.example/",
            "Cookie": "evil=1",
        }
        reply = page.get(target, Origin="http://evil.example", User_Agent="evil", **tricks)
        assert reply.status in {200, 404}
        assert not {"location", "refresh", "set-cookie", "link"} & reply.headers.keys()
        assert b"evil" not in reply.raw


def test_m6_a_split_request_is_one_answer(whole: Whole) -> None:
    with status_page(whole) as page:
        reply = page.send(f"GET /x\r\nSet-Cookie: evil=1 HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n\r\n".encode())
        assert reply.status == 400
        two = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n\r\n".encode()
        assert page.send(two + two).raw.count(b"HTTP/1.1 ") == 1
        smuggled = (
            two.replace(b"\r\n\r\n", b"\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") + two
        )
        assert page.send(smuggled).raw.count(b"HTTP/1.1 ") == 1


def test_m7_other_sites_can_neither_read_nor_frame_it_nor_hold_a_line(whole: Whole) -> None:
    with status_page(whole) as page:
        upgrade = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec_WebSocket_Key": "x",
            "Sec_WebSocket_Version": "13",
        }
        replies = [
            *(
                page.get(path, Origin="http://evil.example", Sec_Fetch_Site="cross-site")
                for path in (*PAGES, "/health")
            ),
            page.ask("OPTIONS", "/", Origin="http://evil.example", Access_Control_Request_Method="GET"),
            page.get("/", Origin="null"),
            page.get("/", Origin="http://evil.example", **upgrade),
        ]
        for reply in replies:
            assert not [name for name in reply.headers if name.startswith("access-control")]
            assert reply.headers["cross-origin-resource-policy"] == "same-origin"
            assert reply.headers["x-frame-options"] == "DENY"
            assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
            assert reply.headers["connection"] == "close"
            assert reply.status != 101


# -- M8 ------------------------------------------------------------------------------------------------------


def memory(pid: int) -> int:
    """Read how many bytes a process holds."""
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS")]
    return int(line.split()[1]) * 1024


def test_m8_five_hundred_slow_connections_hold_up_no_look_and_no_message(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web:
        room = Newsroom(web)
        config = with_page(room.configuration(tmp_path), port)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            page, pid = Asker(port), daemon.process.pid
            daemon.wait_for("polled")
            assert page.get("/").status == 200
            before = memory(pid)
            lines = [page.connect() for _ in range(500)]
            try:
                for line in lines[::2]:
                    line.setblocking(False)
                    try:
                        line.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
                    except OSError:
                        continue  # it had to make room
                room.announce(SHOWS[0])
                wait_until(lambda: room.received, why=daemon.log)
                assert page.get("/health").status == 200, "who asks in one go is served amid the slow"
                assert len(list(Path(f"/proc/{pid}/fd").iterdir())) < 64 + 64 + 40
                assert memory(pid) - before < 32 * 2**20
                room.announce(SHOWS[1])
                wait_until(lambda: len(room.received) == 2, why=daemon.log)
                for line in lines:
                    line.settimeout(60)
                    received(line)  # each is closed by the other side
            finally:
                for line in lines:
                    line.close()
            assert daemon.process.poll() is None
        assert "Traceback" not in daemon.log()


def test_m8_a_request_line_of_10_mb_is_refused_and_costs_no_memory(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web:
        room = Newsroom(web)
        config = with_page(room.configuration(tmp_path), port)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            page = Asker(port)
            daemon.wait_for("polled")
            assert page.get("/").status == 200
            before = memory(daemon.process.pid)
            assert page.send(b"GET /" + b"a" * 10 * 2**20).status in {0, 431}  # 0: cut off while still sending
            assert page.send(b"GET /" + b"a" * 20 * 2**10).status == 431
            assert page.send(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 10**5).status in {0, 431}
            assert memory(daemon.process.pid) - before < 32 * 2**20
            room.announce(SHOWS[0])
            wait_until(lambda: room.received, why=daemon.log)
            assert page.get("/").status == 200
        assert "Traceback" not in daemon.log()


def test_m8_a_slow_request_and_a_slow_reader_end_at_the_deadline(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HASTE", 0.2)
    monkeypatch.setattr(server, "DEADLINE", 0.5)
    with status_page(whole) as page:
        with page.connect() as silent, page.connect() as slow, page.connect() as deaf:
            slow.sendall(b"GET / HT")
            deaf.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\n\r\n".encode())
            assert received(silent) == b""
            assert received(slow) == b""
            assert Reply(received(deaf)).status == 200  # it never says goodbye, and the line is closed all the same
        assert page.get("/").status == 200


def test_m8_a_slow_database_holds_up_no_tick(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page has a thread of its own: this loop turns while an answer takes its time."""
    told(whole)

    async def turn(page: Asker) -> int:
        asking = asyncio.create_task(asyncio.to_thread(page.get, "/"))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert asking.result().status == 200
        return turns

    events = Store.events

    def slowly(self: Store, **more: int) -> tuple[Event, ...]:
        pause.wait(0.5)
        return events(self, **more)

    pause = threading.Event()
    monkeypatch.setattr(Store, "events", slowly)
    with status_page(whole) as page:
        assert asyncio.run(turn(page)) > 20


# -- M9, M10 -------------------------------------------------------------------------------------------------------


def test_m9_the_token_is_taken_from_the_header_only(whole: Whole) -> None:
    with status_page(whole, token=TOKEN) as page:
        for header in (f"Bearer {TOKEN}", f"bearer {TOKEN}", basic(TOKEN)):
            assert page.get("/", Authorization=header).status == 200
        wrong = (
            *("", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Token {TOKEN}", TOKEN, "Basic", "Basic !!!"),
            *(basic(TOKEN[:-1]), basic(""), "Basic " + "A" * 4000, f"Digest {TOKEN}", f"Bearer {TOKEN.upper()}"),
        )  # fmt: skip
        for header in wrong:
            reply = page.get("/", Authorization=header)
            assert (reply.status, reply.headers["www-authenticate"][:5]) == (401, "Basic")
        assert page.get(f"/?token={TOKEN}").status == 401
        assert page.get("/", Cookie=f"token={TOKEN}", X_Token=TOKEN).status == 401
        assert page.get("/nothing").status == 401, "who has no token does not learn what there is"
        twice = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{page.port}\r\nAuthorization: Bearer x\r\nAuthorization: Bearer {TOKEN}\r\n\r\n"
        assert page.send(twice.encode()).status == 401


def test_m9_the_token_is_compared_in_constant_time(whole: Whole, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    ours = gate.hmac.compare_digest
    monkeypatch.setattr(gate.hmac, "compare_digest", lambda one, other: compared.append(1) or ours(one, other))
    with status_page(whole, token=TOKEN) as page:
        assert page.get("/", Authorization="Bearer wrong").status == 401
        assert page.get("/", Authorization=basic(TOKEN)).status == 200
    assert len(compared) == 2


def test_m9_no_token_is_ever_logged(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web:
        config = with_page(Newsroom(web).configuration(tmp_path), port, f'token = "{TOKEN}"')
        with WatcherProcess("run", "-vv", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("status page at=")
            page = Asker(port)
            assert page.get(f"/?token={TOKEN}", Authorization="Bearer guessed-wrong-5e1f").status == 401
            assert page.get("/?x=in-the-query-5e1f", Authorization=basic(TOKEN)).status == 200
            daemon.wait_for("wrong token times=1")
            daemon.signal(signal.SIGTERM)
            daemon.exit_code()
        for secret in (TOKEN, basic(TOKEN), "guessed-wrong-5e1f", "in-the-query-5e1f"):
            assert secret not in daemon.log()


def test_m10_no_secret_stands_on_any_page(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web, Web() as elsewhere:
        config = tmp_path / "config.toml"
        text = _with_canaries(web, elsewhere, tmp_path).replace("/missing", "/missing?api_key=canary13-5e1f")
        config.write_text(text)
        with_page(config, port, f'token = "{TOKEN}"').chmod(0o600)
        web.answers("/hook", Answer(b"no", 401))
        notice = Notice(ref="abcdef", type=NoticeType.SITE_DOUBTED, subject="x", text="Something.", at=START)
        with Store.open(tmp_path / "state" / "watcher.db", now=START) as store:
            store.tell(
                notices=(notice,),
                deliveries=[Delivery(channel_id=f"c{n}", ref="abcdef", created=START, due=START) for n in range(6)],
            )
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            page = Asker(port)

            def pages() -> str:
                return "".join(page.get(path, Authorization=basic(TOKEN)).text for path in (*PAGES, "/health"))

            daemon.wait_for("status page at=")
            wait_until(lambda: pages().count("tried 1×") >= 5 and pages().count(">failing<") >= 4, why=pages)
            found = pages()
        assert all(f"c{number}" in found for number in range(6))
        secrets = (*CANARIES, "canary13", TOKEN, "me:", "user:", "webhook+", "ntfy:", str(tmp_path))
        assert [secret for secret in secrets if secret in found] == []


# -- M11 -----------------------------------------------------------------------------------------------------------


def health(page: Asker) -> tuple[int, list[str]]:
    reply = page.get("/health")
    return reply.status, json.loads(reply.text)["reasons"]


def test_m11_health_is_what_looks_and_messages_say(whole: Whole) -> None:
    with status_page(whole) as page:
        assert health(page) == (200, []), "it has just begun"
        told(whole)
        assert health(page) == (200, [])
        found = json.loads(page.get("/health").text)
        assert (found["last_good_look_seconds"], found["oldest_message_seconds"], found["waiting"]) == (0, None, 0)
        whole.clock.pass_(hours=3)  # the source is looked at each hour
        assert health(page) == (503, ["no look has succeeded for 3 h"])
        whole.look()
        assert health(page)[0] == 200
        whole.web.answers("/feed.xml", Answer(status=500))
        whole.look()
        assert health(page) == (503, ["no source can be read"])


def test_m11_a_message_that_cannot_be_sent_is_trouble_and_one_that_is_held_is_none(whole: Whole) -> None:
    whole.hook.answers(Answer(status=503))
    told(whole)
    with status_page(whole) as page:
        assert health(page)[0] == 200, "it was tried a moment ago"
        whole.clock.pass_(minutes=20)
        assert health(page) == (503, ["a message has been waiting to be sent for 20 min"])
        [delivery] = whole.store.pending()
        whole.store.drop(delivery.id or 0)
        later = whole.clock() + timedelta(hours=7)
        held = Delivery(channel_id="hook", ref="zzzzzz", created=whole.clock() - timedelta(hours=1), due=later)
        whole.store.tell(deliveries=[held])
        assert health(page)[0] == 200, "quiet hours"


def test_m11_a_service_that_does_not_move_is_not_well(whole: Whole) -> None:
    told(whole)
    life = alive(whole)
    with status_page(whole, life=lambda: life) as page:
        for part in ("scheduler", "sender"):
            life = replace(alive(whole), **{part: timedelta(minutes=5)})
            assert health(page) == (503, [f"the {part} has not moved for 5 min"])
        life = replace(alive(whole), waits="the clock is not believed yet")
        assert health(page)[0] == 503
        life = alive(whole)
        whole.store.note("line", START.isoformat())
        assert health(page)[0] == 503


def test_m11_a_database_that_cannot_be_read_is_not_well(whole: Whole, tmp_path: Path) -> None:
    with status_page(whole) as page:
        whole.close()
        for file in tmp_path.glob("watcher.db*"):
            file.write_bytes(b"not a database at all " * 100)
        assert health(page) == (503, ["the database does not answer"])
        assert page.get("/").status == 503


def test_m11_without_the_token_only_the_state_is_told(whole: Whole) -> None:
    told(whole)
    with status_page(whole, token=TOKEN) as page:
        assert json.loads(page.get("/health").text) == {"status": "ok"}
        assert "last_good_look_seconds" in page.get("/health", Authorization=f"Bearer {TOKEN}").text
        whole.clock.pass_(hours=3)
        reply = page.get("/health")
        assert (reply.status, json.loads(reply.text)) == (503, {"status": "failing"})


def test_m11_the_daemon_says_how_it_is(tmp_path: Path) -> None:
    port = unused_port()
    with Web() as web:
        room = Newsroom(web)
        config = with_page(room.configuration(tmp_path), port)
        with WatcherProcess("run", "--config", str(config), log=tmp_path / "run.log") as daemon:
            daemon.wait_for("polled")
            page = Asker(port)
            assert health(page) == (200, [])
            web.answers("/feed.xml", Answer(status=500))
            wait_until(lambda: page.get("/health").status == 503, why=daemon.log)
            room.publish()
            wait_until(lambda: page.get("/health").status == 200, why=daemon.log)


def test_the_pages_show_what_there_is(whole: Whole) -> None:
    told(whole)
    whole.web.answers("/feed.xml", Answer(status=500))
    whole.hook.answers(Answer(status=500))
    whole.look()
    with status_page(whole) as page:
        home = page.get("/").text
        assert "officially announced" in home
        assert "http://studio.example/copper-lanterns-gets-season-2" in home
        assert "#" in page.get("/news").text
        assert "failing" in page.get("/sources").text
        assert "hook" in page.get("/messages").text
        assert "prefers-color-scheme: dark" in page.get(Route.STYLE).text
