"""Texts and links that need little done to them take a short way; it leads where the long one leads."""

from hypothesis import given
from hypothesis import strategies as st

from watcher.sources.dom import absolute
from watcher.sources.identity import canonical
from watcher.sources.plain import comparable, tidy

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


@given(LINKS)
def test_links_to_compare(link):
    if "#" not in link:
        assert canonical(link) == canonical(link + "#")


@given(LINKS)
def test_links_to_follow(link):
    assert absolute(link, "https://base.example/feed") == absolute(f" {link} ", "https://base.example/feed")
