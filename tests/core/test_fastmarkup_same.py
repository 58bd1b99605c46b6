"""Ordinary markup that is laid out quickly gives the blocks that lxml's tree gives, or is left to lxml."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.sources.blocks import blocks_from_html, blocks_of
from watcher.sources.dom import fragment
from watcher.sources.fastmarkup import ordinary_words, quick_lines
from watcher.sources.markup import Markup
from watcher.sources.plain import MAX_TEXT, tidy
from watcher.sources.quickblocks import named_away

BASE = "https://wire.example/feed"
WORDS = [
    "Amber Dockyard",
    "world &amp; co",
    " ",
    "\n",
    "Read more: x",
    "Related",
    "A line.",
    "&#8217;s",
    "x &lt;3",
    "関連",
]
WORDS += ["&nbsp;", "See also", "long " * 30, "&#32;", "Q & A", "key && visual", "a\u00a0b", "e\u0301", "&#8230;"]
INLINE = ["a href='https://x.example/1'", 'a href="#down"', "a", 'A HREF="/rel?x=1&amp;y=2"', "b", "STRONG", "i", "em"]
INLINE += [
    'span class="x"',
    "span style='color:red'",
    "code",
    "small title='x y'",
    'a href="/related" class="c-related"',
]
BLOCKS = ["p", "div", "blockquote", "h2", "h3", 'div class="related-links"', 'p id="related"', 'P align="left"']
EMPTY = ["<br>", "<br/>", "<br />", "<img src='x' alt=\"y\">"]


def _wrapped(tags, inner):
    return st.builds(lambda tag, text: f"<{tag}>{text}</{tag.split()[0]}>", st.sampled_from(tags), inner)


def _several(*kinds):
    return st.lists(st.one_of(*kinds), max_size=5).map("".join)


LEAVES = (st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from(EMPTY))
PHRASES = _several(*LEAVES, _wrapped(INLINE, _several(*LEAVES, _wrapped(INLINE, _several(*LEAVES)))))
ITEMS = st.lists(PHRASES.map("<li>{}</li>".format), max_size=3).map("".join)
TEXTS = _several(PHRASES, _wrapped(BLOCKS, PHRASES), ITEMS.map("<ul>{}</ul>".format), _wrapped(BLOCKS, PHRASES))


def slowly(text):
    return blocks_of(fragment(text), BASE)


@settings(max_examples=100)
@given(TEXTS)
def test_the_blocks_are_the_same(text):
    if "<" in text and quick_lines(text, named_away) is not None:
        assert blocks_from_html(text, BASE) == slowly(text)


DAMAGE = [
    "<p>",
    "</p>",
    "</a>",
    "<br ",
    "<li>",
    "&",
    "<",
    "</br>",
    "<ul>",
    "<a href=x>",
    "</",
    "<a><a>",
    "\u00ad",
    "<p/>",
]
DAMAGE += ["<p hidden>", "<img/ x>", '<p style="color:red">', '<p style="display:none">', '<p title="a&b">', "<b></i>"]


def without_spaces(text):
    """Neither names nor digests look at spaces."""
    return tidy(text).replace(" ", "")


def damaged(text, damage, place):
    at = int(place * len(text))
    return text[:at] + damage + text[at:]


DAMAGED = st.builds(damaged, TEXTS, st.sampled_from(DAMAGE), st.floats(0, 1))


@settings(max_examples=200)
@given(TEXTS | DAMAGED | st.text(alphabet="<>/pabli &;=\"' \n-", max_size=30))
def test_ordinary_is_what_can_be_laid_out_and_its_words_are_those_of_the_blocks(text):
    words = ordinary_words(text)
    assert (words is not None) == (quick_lines(text, named_away) is not None)
    if words is not None:
        lines = [without_spaces(line) for line in words.split("\n")]
        assert [line for line in lines if line] == [without_spaces(block.text) for block in Markup(text, BASE)]


def test_text_of_unusual_size_is_laid_out_at_once():
    assert Markup.of("<p>one</p>", BASE) is not None
    assert Markup.of("<p></p><p> &#8203; </p>", BASE) is None, "there is nothing to read"
    assert Markup.of("<br>" * 4_001 + "one", BASE) is None
    assert Markup.of("<p>" + "x" * MAX_TEXT + "</p>", BASE) is None


@pytest.mark.parametrize(
    "text",
    [
        '<p><img src="a.jpg" alt="x"></p><p><strong>Season 2: new trailer & key visual</strong></p><p>Text.</p>',
        "<ul><li>One</li><li><a href='https://n.example/1?a=1&amp;b=2'>more</a></li></ul><blockquote>Said.</blockquote>",
        '<h2>Related</h2><ul><li><a href="/1">Another</a></li></ul><p>Behind.</p>',
        '<div class="wp-related"><p>Elsewhere</p></div><p>Here <b>bold</b> it is<br/>and on</p>',
        "<b>All bold</b><b> here</b>",
    ],
)
def test_what_feeds_carry_is_ordinary(text):
    assert quick_lines(text, named_away) is not None
    assert blocks_from_html(text, BASE) == slowly(text) != ()


@pytest.mark.parametrize(
    "text",
    [
        "<p>one<p>two",
        "<p>one<ul><li>two</li></ul></p>",
        "<b><i>crossed</b></i>",
        "<p hidden>unseen</p>",
        '<p style="display:none">unseen</p>',
        '<time datetime="2026-10-04">then</time>',
        "<table><tr><td>cell</td></tr></table>",
        "<p>AT&T</p>",
        "<p>1 < 2</p>",
        "<p>&copy; them</p>",
        '<img alt="a > b">',
        "<p/>gone",
        "<a href='/1'><a href='/2'>twice</a></a>",
        "<script>x</script>words",
        "<!-- aside --><p>text</p>",
        "<div>" * 60 + "deep" + "</div>" * 60,
    ],
)
def test_the_unusual_is_left_to_lxml(text):
    assert quick_lines(text, named_away) is None
    assert blocks_from_html(text, BASE) == slowly(text)
