"""Works named in texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.model import Block, BlockKind, Entry, Title
from watcher.read.text import key
from watcher.read.titles import Titles


def title(name, *aliases, key="t"):
    return Title(id=key, name=name, aliases=aliases)


def found(text, *titles, others=()):
    return [(one.title_id, text[one.start : one.end], one.sure) for one in Titles(titles, others).find(text)]


@pytest.mark.parametrize(
    ("name", "text", "printed"),
    [
        ("Sky×Harbor", "Ｓｋｙ×Ｈａｒｂｏｒ 2", "Ｓｋｙ×Ｈａｒｂｏｒ"),
        ("Sky×Harbor", "the new Sky x Harbor season", "Sky x Harbor"),
        ("Hoshi no Bōken", "Hoshi no Bouken S2", "Hoshi no Bouken"),
        ("Hoshi no Bouken", "Hoshi no Bōken S2", "Hoshi no Bōken"),
        ("Hoshi no Bouken", "HOSHI NO BOKEN", "HOSHI NO BOKEN"),
        ("星のみなと", "『星のミナト』第2期", "星のミナト"),
        ("ミナトガール", "ﾐﾅﾄｶﾞｰﾙ第2期", "ﾐﾅﾄｶﾞｰﾙ"),
        ("港8号", "港８号の続き", "港８号"),
        ("The Harbor Watchers", "Harbor Watchers returns", "Harbor Watchers"),
        ("Qor-Ela!", "Qor Ela returns", "Qor Ela"),
        ("Re:Qor - Life in a Far Harbor", "Re: Qor gets season 2", "Re: Qor"),
        ("Re:Qor - Life in a Far Harbor", "see life in a far harbor", "life in a far harbor"),
        ("港の魔法使い ―灯台と七つの鍵の物語―", "港の魔法使い 2期", "港の魔法使い"),
        ("Harborlight (2024)", "Harborlight is back", "Harborlight"),
        ("L'Alchimie de Brest", "d'Alchimie de Brest", "Alchimie de Brest"),
        ("Qoria Season 2", "Qoria season 2", "Qoria"),
    ],
)
def test_a_name_is_found_in_other_spellings(name, text, printed):
    assert [one[:2] for one in found(text, title(name))] == [("t", printed)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Given", "given that the given season is given"),
        ("See", "you will see the Seers"),
        ("七港", "第七港湾区の話"),
        ("ミナト", "ミナトモノ"),
        ("Qor", "Qorian"),
        ("86", "1986 and 860"),
        ("Harbor Knight", "Harbor Knightly"),
        ("港の物語", "港の\n物語"),
    ],
)
def test_parts_of_words_are_not_names(name, text):
    assert found(text, title(name)) == []


@pytest.mark.parametrize(
    ("name", "text", "sure"),
    [
        ("Kingdom", "The Kingdom of Spain", False),
        ("Kingdom", "Kingdom Season 6", True),
        ("Kingdom", "'Kingdom' returns", True),
        ("Another", "Another day in court", False),
        ("Wednesday", "On Wednesday it rained", False),
        ("Wednesday", "“Wednesday,” the series", True),
        ("GLOW", "Netflix ends GLOW for good", True),
        ("Harbor Knight", "Harbor Knight returns", True),
        ("Qoria", "Qoria returns", True),
        ("キングダム", "キングダムの話", False),
        ("キングダム", "『キングダム』第6期", True),
    ],
)
def test_ordinary_words_want_company(name, text, sure):
    assert [one[2] for one in found(text, title(name))] == [sure]


def test_the_longest_known_name_wins():
    names = (title("Harbor", key="a"), title("Harbor Knights", key="b"))
    assert [one[0] for one in found("Harbor Knights S2 and 'Harbor'", *names)] == ["b", "a"]
    assert [one[0] for one in found("Harbor Knights S2", names[0], others=["Harbor Knights"])] == [None]


def test_marks_tell_works_apart():
    works = (title("Qor-Ela!", key="one"), title("Qor-Ela!!", key="two"))
    assert [one[0] for one in found("Qor-Ela! then Qor-Ela!! then Qor-Ela", *works)] == ["one", "two", "one", "two"]
    assert [one[0] for one in found("港の歌√A 港の歌♪ 港の歌", title("港の歌"))] == [None, None, "t"]
    assert [one[0] for one in found("港の歌√A", title("港の歌", key="one"), title("港の歌√A", key="two"))] == ["two"]


@pytest.mark.parametrize("text", ["港の歌 外伝", "ちび港の歌", "港の歌×○○カレー", "港の歌 番外編"])
def test_siblings_are_other_works(text):
    assert [one[0] for one in found(text, title("港の歌"))] == [None]


def test_season_stays_visible_behind_the_name():
    assert found("港の歌II 放送", title("港の歌", "港の歌II")) == [("t", "港の歌", True)]


def test_scan_gives_blocks_and_positions():
    entry = Entry(
        id="1",
        title="Qoria returns",
        blocks=(
            Block(kind=BlockKind.PARAGRAPH, text="Nothing here."),
            Block(kind=BlockKind.LIST_ITEM, text="and Qoria, again"),
            Block(kind=BlockKind.PARAGRAPH, text=""),
            Block(kind=BlockKind.PARAGRAPH, text="Qoria"),
        ),
    )
    assert [(one.block, one.start, one.end) for one in Titles([title("Qoria")]).scan(entry)] == [
        (-1, 0, 5),
        (1, 4, 9),
        (3, 0, 5),
    ]


@given(st.text(), st.lists(st.text(min_size=1, max_size=6), max_size=4))
def test_any_text_and_any_names(text, names):
    titles = Titles([title(name, key=str(index)) for index, name in enumerate(names)])
    ends = [0]
    for one in titles.find(text):
        assert 0 <= one.start < one.end <= len(text)
        ends.append(one.end)
    assert titles.find(text) == titles.find(text)


@given(st.text(alphabet="ab ×!ー港が", max_size=80))
def test_what_is_found_has_the_key_of_its_name(text):
    for one in Titles([title("ab港"), title("b×a", key="u")], ["aab", "がー"]).find(text):
        assert key(text[one.start : one.end]) in {"ab港", "bxa", "aab", "ガー"}


@given(st.text(alphabet="abAB12 k-!’\nx", max_size=30))
def test_names_within_a_word_are_passed_over_and_no_others(text):
    names = Titles(
        [title("ab"), title("B1", key="u"), title("K-A!", key="v"), title("2 b", key="w"), title("b’a", key="x")]
    )
    closely = tuple(names._in_lines(text, set(range(text.count("\n") + 1))))
    assert names.find(text) == closely


@pytest.mark.parametrize("piece", ["a", "ab", "港", "Qoria ", "×!", "\n", "゙"])
def test_long_texts_take_bounded_time(piece):
    titles = Titles([title("aaaa"), title("Qoria", key="u"), title("港港港", key="v")])
    begin = time.process_time()
    titles.find(piece * (100_000 // len(piece)))
    assert time.process_time() - begin < 10
