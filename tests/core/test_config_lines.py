"""Lines of keys, found without a second parser."""

import tomllib

from hypothesis import example, given
from hypothesis import strategies as st

from watcher.config.lines import key_lines, line_of

TEXT = '''\
# a comment with [brackets] and "quotes"
[watcher]
contact = """
[[title]]
not = "a key"
"""
packs = [
  "a", # one
  "b",
]

[watcher.limits]
redirects = 5

[[title]]
name = 'A # not a comment'
ids = { anilist = 1, "x y" = "}" }

[[title]]
"name" = "B"
ids.mal = 2
[title.more]
deep = [[1, 2], [{ a = 1 }]]
'''


def test_keys_are_found_where_they_stand():
    lines = key_lines(TEXT)

    assert lines["watcher",] == 2
    assert lines["watcher", "contact"] == 3
    assert lines["watcher", "packs"] == 7
    assert lines["watcher", "packs", 1] == 9
    assert lines["watcher", "limits", "redirects"] == 13
    assert lines["title", 0] == 15
    assert lines["title", 0, "ids", "x y"] == 17
    assert lines["title", 1, "name"] == 20
    assert lines["title", 1, "ids", "mal"] == 21
    assert lines["title", 1, "more", "deep", 1, 0, "a"] == 23


def test_windows_line_ends_count_once():
    assert key_lines(TEXT.replace("\n", "\r\n")) == key_lines(TEXT)


def test_a_key_that_is_not_there_has_the_line_of_its_block():
    assert line_of(key_lines(TEXT), ("title", 1, "season")) == 19
    assert line_of(key_lines(TEXT), ("nothing",)) is None


def paths_of(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from paths_of(inner, (*path, key))


def test_every_key_of_a_document_has_a_line():
    assert set(paths_of(tomllib.loads(TEXT))) - {()} <= set(key_lines(TEXT))


@example("a=[}")
@example('"\\="')
@example('"\\U99999999"')
@given(st.text(alphabet="[]{}=\"'\\#,.ab1 \n\t\r", max_size=80) | st.text(max_size=80))
def test_any_text_is_scanned_without_harm(text):
    lines = key_lines(text)
    assert all(line >= 1 for line in lines.values())
