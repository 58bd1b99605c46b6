"""Text from outside in every dialect: it shows, and does nothing else (catalogue J)."""

from __future__ import annotations

import html
import html.parser
import re
from functools import cache

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hostile import HOSTILE
from tests.support.news import AKUDAMA, BERLIN, event, evidence, notice
from watcher.model import EventType
from watcher.notify import safe
from watcher.notify.dialects import Dialect, Form, compose, escape
from watcher.notify.letter import html_of
from watcher.notify.message import Message
from watcher.notify.render import render

ZWSP = "\u200b"
DIALECTS = list(Dialect)
CHAT = [Dialect.MARKDOWN, Dialect.DISCORD, Dialect.SLACK]


@cache
def hostile(text: str) -> Message:
    """Put *text* everywhere where a feed can put text."""
    found = evidence(headline=text, quote=text, publisher=text, url="https://example.org/a?b=c")
    one = event(type=EventType.STREAMING, platform=text, names=(text, text), known_before=text, evidence=(found, found))
    return render(one, title=AKUDAMA, timezone=BERLIN)


def plain(text: str) -> str:
    return text.replace(ZWSP, "")


def test_there_are_at_least_forty_hostile_strings() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("dialect", DIALECTS)
def test_j1_nothing_pings(dialect: Dialect) -> None:
    for text in HOSTILE.values():
        written = compose(hostile(text), Form(dialect=dialect))
        assert not re.search(r"@(everyone|here|channel|all|room|someone)\b", written)
        assert not re.search(r"<[@!#&:/]", written) or dialect is Dialect.HTML
        assert not re.search(r"(?<!\\)<[@!#]", written)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_hostile_string_still_makes_a_message_within_the_limit(dialect: Dialect) -> None:
    for text in HOSTILE.values():
        for limit in (120, 280, 1000, 4096):
            written = compose(hostile(text), Form(dialect=dialect, limit=limit, measure=safe.utf16))
            assert 0 < safe.utf16(written) <= limit
            assert written.encode("utf-8")


@pytest.mark.parametrize("dialect", [Dialect.MARKDOWN, Dialect.DISCORD])
def test_j2_markdown_shows_its_marks_instead_of_obeying_them(dialect: Dialect) -> None:
    for text in HOSTILE.values():
        for line in escape(safe.line(text), dialect).splitlines():
            live = re.sub(r"\\.", "", line)
            assert not re.search(r"[*_`|~\[\]<>]", live)
            assert not re.match(r"\s*(#|-|\+|>|\d+[.)])", live)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_foreign_addresses_do_not_become_links(dialect: Dialect) -> None:
    for text in HOSTILE.values():
        written = compose(hostile(text), Form(dialect=dialect, limit=10**7))
        links = re.findall(r"https?://[^\s<>\"'|)]+", written)
        assert set(links) <= {"https://example.org/a?b=c"}


def test_slack_text_has_no_control_sequences() -> None:
    for text in HOSTILE.values():
        written = escape(safe.line(text), Dialect.SLACK)
        assert "<" not in written
        assert ">" not in written
        assert not re.search(r"&(?!amp;|lt;|gt;)", written)
        assert not re.search(r"(?<!\u200b)[*_~`]|[*_~`](?!\u200b)", written)


class Tags(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("!--", {}))


def tags(text: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(text)
    parser.close()
    return parser.seen


def test_j3_html_for_chats_has_our_tags_only() -> None:
    for text in HOSTILE.values():
        found = tags(compose(hostile(text), Form(dialect=Dialect.HTML, limit=4096)))
        assert {name for name, _ in found} <= {"b", "i"}
        assert all(not attributes for _, attributes in found)


def test_j3_mail_html_is_the_same_skeleton_whatever_the_text() -> None:
    for text in HOSTILE.values():
        if not safe.line(text):
            continue  # nothing of it is left to show
        found = tags(html_of(hostile(text)))
        allowed = ["html", "head", "meta", "title", "style", "body", "div", "h1", "h2", "p", "span", "blockquote", "a"]
        assert {name for name, _ in found} <= set(allowed)
        assert {a["href"] for name, a in found if name == "a"} == {"https://example.org/a?b=c"}
        assert not any(key.startswith("on") or key in {"src", "background"} for _, a in found for key in a)
        assert [name for name, _ in found] == [name for name, _ in tags(html_of(hostile("harmless")))]


def test_j4_the_subject_is_one_short_line() -> None:
    for text in HOSTILE.values():
        subject = hostile(text).subject
        assert len(subject.splitlines()) == 1
        assert subject.isprintable() or regex.search(r"\p{Cf}", subject)
        assert len(subject) <= 180


@pytest.mark.parametrize("dialect", DIALECTS)
def test_j6_j8_no_control_bidi_or_invisible_character_is_left(dialect: Dialect) -> None:
    for text in HOSTILE.values():
        written = compose(hostile(text), Form(dialect=dialect, limit=10**7)).replace("\n", "")
        assert not regex.search(r"\p{Cc}", written)
        assert not re.search(r"[\u202a-\u202e\u2066\u2067\u200e\u200f\u061c\ufeff\u2060]", written)
        assert written.count("\u2068") == written.count("\u2069")


def test_j6_right_to_left_text_is_kept_and_fenced() -> None:
    written = compose(hostile("عرض الموسم الثاني"), Form())
    assert "“\u2068عرض الموسم الثاني\u2069”" in written


def test_j6_persian_joiners_and_flags_of_nations_are_kept() -> None:
    persian, scotland = "می‌خواهم", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
    assert safe.clean(persian) == persian
    assert safe.clean(scotland) == scotland
    assert safe.clean("👩‍🚀❤️") == "👩‍🚀❤️"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://natalie.mu/comic/news/1", "https://natalie.mu/comic/news/1"),
        ("https://アクダマ.jp/第2期", "https://アクダマ.jp/%E7%AC%AC2%E6%9C%9F"),
        ("http://\u0430\u0440\u0440\u04cf\u0435.com/", "http://xn--80ak6aa92e.com/"),
        ("http://p\u0430ypal.com/", "http://xn--pypal-4ve.com/"),
        ("http://кто.рф/", "http://кто.рф/"),
        ("http://user:pw@example.org/x", "http://example.org/x"),
        ("HTTP://EXAMPLE.org:8080/x", "http://example.org:8080/x"),
        ("https://example.org/<b>\"x'", "https://example.org/%3Cb%3E%22x'"),
        ("https://example.org/a\r\nb", "https://example.org/ab"),
        ("https://example.org/\u202egnp", "https://example.org/%E2%80%AEgnp"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("http://", None),
        ("http://exa mple.org\\@evil/", None),
        ("//example.org/x", None),
        ("", None),
        (None, None),
    ],
)
def test_j7_a_link_shows_whose_it_is(url: str | None, shown: str | None) -> None:
    assert safe.safe_url(url) == shown


@pytest.mark.parametrize("dialect", DIALECTS)
def test_j10_foreign_text_cannot_pose_as_the_program(dialect: Dialect) -> None:
    forged = "Season Watcher: a channel does not work\n\nlog in at http://evil.example"
    written = plain(compose(hostile(forged), Form(dialect=dialect)))
    ours = plain(compose(render(notice(), title=None, timezone=BERLIN), Form(dialect=dialect)))
    lines = [re.sub(r"^[*_<bi>]+", "", line) for line in written.splitlines()]
    assert not any(line.startswith("Season Watcher") for line in lines)
    assert "Season Watcher: a source cannot be read" in ours


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_link_survives_every_limit_that_it_fits_into(dialect: Dialect) -> None:
    message = hostile("長い文章 **x** " * 300)
    for limit in range(60, 600, 37):
        written = compose(message, Form(dialect=dialect, limit=limit))
        assert "https://example.org/a?b=c" in html.unescape(written)


@given(st.text(max_size=300), st.integers(0, 80), st.sampled_from([safe.chars, safe.utf16, safe.octets]))
def test_cutting_keeps_graphemes_whole_and_the_limit(text: str, limit: int, measure: safe.Measure) -> None:
    text = safe.clean(text)
    short = safe.cut(text, limit, measure)
    assert measure(short) <= limit or short == text
    if short not in {text, ""}:
        kept = short.removesuffix("…")
        assert text.startswith(kept)
        rest = regex.findall(r"\X", text)
        assert regex.findall(r"\X", kept) == rest[: len(regex.findall(r"\X", kept))]


@pytest.mark.parametrize("limit", range(1, 40))
@pytest.mark.parametrize("text", ["👨‍👩‍👧‍👦" * 9, "🇯🇵" * 9, "e\u0301\u0302" * 9, "한국어" * 9, "𝒳𝒴" * 9])
def test_j11_no_character_is_broken_at_the_cut(text: str, limit: int) -> None:
    whole = set(regex.findall(r"\X", text)) | {"…"}
    assert set(regex.findall(r"\X", safe.cut(text, limit, safe.utf16))) <= whole


@given(st.text(max_size=200), st.sampled_from(DIALECTS))
def test_escaping_any_text_never_raises_and_adds_no_line(text: str, dialect: Dialect) -> None:
    written = escape(safe.line(text), dialect)
    assert len(written.splitlines()) <= 1
    assert not re.search(r"@(everyone|here)", written)


@given(st.text(max_size=200))
def test_html_escaping_can_be_undone_to_the_clean_text(text: str) -> None:
    clean = safe.line(text)
    assert plain(html.unescape(escape(clean, Dialect.HTML))) == plain(clean)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert safe.clean(safe.clean(text)) == safe.clean(text)


@given(st.text(max_size=120))
def test_a_link_from_any_text_is_plain_or_none(text: str) -> None:
    for candidate in (text, f"http://{text}/", f"https://example.org/{text}"):
        url = safe.safe_url(candidate)
        assert url is None or re.fullmatch(r"https?://[^\s\"<>\x00-\x1f]+", url)
