"""Texts and links that need little done to them take a short way; it leads where the long one leads."""

import re
import unicodedata
from datetime import date, datetime
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from watcher.read.text import key
from watcher.read.titles import _borders
from watcher.sources.feeddates import _any, parse_date
from watcher.sources.identity import canonical
from watcher.sources.links import absolute
from watcher.sources.plain import _QUOTES, comparable, repaired, tidy, unmarked
from watcher.sources.xmltext import _OVERLOADED, _unloaded

INVISIBLE = "\u200b"
"""Removed in the end, and no text with it takes the short way."""
HOSTS = ["wire.example", "www.wire.example", "WWW.Wire.example", "wire.example:8080", "wire.example:80", "w-.example"]
PATHS = [
    "",
    "/",
    "/a/b/",
    "/index.html",
    "/a/index.php/",
    "/amp",
    "/a/amp/",
    "//x",
    "/a.b~c-d_e",
    "/%E3%81%82",
    "/a;x=1",
]
TAILS = ["", "?", "?a=1&b=2", "?utm_source=x&b=2", "#", "#top", "#!/route", "?a=%20"]
LINKS = st.builds(
    "{}://{}{}{}".format, st.sampled_from(["http", "https", "ftp"]), *map(st.sampled_from, [HOSTS, PATHS, TAILS])
)


@given(st.text(alphabet=st.sampled_from(list("ab \t\n\u00a0\u3000\x1f\x85\u200b\u00ad~é関")), max_size=12) | st.text())
def test_texts(text):
    assert tidy(text) == tidy(text + INVISIBLE)


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="<&>"), max_size=40))
def test_texts_to_compare(text):
    wide = "".join(chr(ord(letter) + 0xFEE0) if letter not in " `'\"-." else letter for letter in text)
    assert comparable(text) == comparable(wide)


ODD = list("ab \t\n\u00a0\u3000\x0b\x1f\x85\u200b\u00ad&;<>~éÃ©â€™“—‑…関ｶﾞ゛か\u3099\u0301ßﬁＡ")


@given(st.text(alphabet=st.sampled_from(ODD), max_size=14) | st.text())
def test_what_is_compared_was_tidied(text):
    plain = unmarked(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", repaired(plain)).casefold().translate(str.maketrans(_QUOTES))
        assert comparable(text) == "".join(plain.split())


def test_quotation_marks_dashes_and_dots_make_no_other_text():
    assert comparable("“関” – ‘東’ `x` …") == comparable("\"関\" - '東' 'x' ...")


LATIN = st.text(alphabet=st.characters(max_codepoint=0x7F) | st.sampled_from("‐–—‘’“”†…"), max_size=40)


LENGTHS = st.sampled_from([0, 1, 9_999, 10_000, 19_996, 20_000, 20_001, 45_000])


@given(LENGTHS, LENGTHS, LENGTHS)
def test_tags_that_carry_too_much(before, inside, behind):
    text = f"{'>' * before}<p {'b' * inside}>{'>' * behind}"
    assert _unloaded(text) == _OVERLOADED.sub(r"<\1>", text)


@given(LATIN)
def test_names_to_compare(text):
    assert key(text) + "e" == key(text + "é")


@given(LATIN)
def test_where_words_and_numbers_begin_and_end(text):
    runs = [len(key(run[0])) for run in re.finditer("[A-Za-z]+|[0-9]+|\n", text)]
    assert _borders(text) == set(accumulate(runs, initial=0))
    assert _borders(text + "関") is None


@given(LINKS)
def test_links_to_compare(link):
    if "#" not in link:
        assert canonical(link) == canonical(link + "#")


@given(LINKS)
def test_links_to_follow(link):
    assert absolute(link, "https://base.example/feed") == absolute(f" {link} ", "https://base.example/feed")


STAMPS = st.builds(datetime.combine, st.dates(date(1979, 1, 1), date(2101, 12, 31)), st.times())
OFFSETS = [
    "Z",
    "+00:00",
    "-00:00",
    "+09:00",
    "-03:30",
    "+14:00",
    "+15:00",
    "+05:60",
    "",
    " GMT",
    " UTC",
    " +0900",
    " -0000",
]
OFFSETS += [" +1500", " +0570", " JST", " XYZ"]
ZONES = ["UTC", "Asia/Tokyo", "America/New_York"]


@given(STAMPS, st.sampled_from(OFFSETS), st.sampled_from(ZONES), st.booleans(), st.sampled_from(["", ".5", ":60"]))
def test_dates(at, offset, zone, british, tail):
    clock = f"{at:%H:%M:%S}{tail}" if tail != ":60" else f"{at:%H:%M}:60"
    text = f"{at:%a, %d %b} {at.year} {clock}{offset}" if british else f"{at:%Y-%m-%d}T{clock}{offset}"
    quick, slow = parse_date(text, zone), _any(text, zone)
    assert quick == slow
    if quick is not None:
        assert quick.at.utcoffset() == slow.at.utcoffset()
