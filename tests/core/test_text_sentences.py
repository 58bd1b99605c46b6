"""Sentences, keys and languages of texts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.model import Block, BlockKind
from watcher.read.text import HEADLINE, key, sentences


def cut(text, *protected):
    return [one.text for one in sentences("", [Block(kind=BlockKind.PARAGRAPH, text=text)], protected)]


def paragraph(text):
    return Block(kind=BlockKind.PARAGRAPH, text=text)


@pytest.mark.parametrize(
    ("text", "protected", "expected"),
    [
        ("It is back. Good!", (), ["It is back.", "Good!"]),
        ("Mr. Grey and Dr. Oz meet at 8 p.m. on Oct. 4.", (), ["Mr. Grey and Dr. Oz meet at 8 p.m. on Oct. 4."]),
        ("Star!! Gets Season 2. More soon.", ("Star!!",), ["Star!! Gets Season 2.", "More soon."]),
        ("Star!! gets more.", (), ["Star!! gets more."]),
        ("J. K. Rowe writes. She does.", (), ["J. K. Rowe writes.", "She does."]),
        ("Version 2.5 is out. Yes", (), ["Version 2.5 is out.", "Yes"]),
        ('"Yes!" he said. "No." Then', (), ['"Yes!" he said.', '"No."', "Then"]),
        ("Re:Alpha is Re:Alpha.", (), ["Re:Alpha is Re:Alpha."]),
        ("第2期が決定。放送は秋！お楽しみに", (), ["第2期が決定。", "放送は秋！", "お楽しみに"]),
        ("『星だ！月だ！』第2期が決定。続報", (), ["『星だ！月だ！』第2期が決定。", "続報"]),
        ("「開かない括弧。それでも切る。", (), ["「開かない括弧。", "それでも切る。"]),
        ("制作決定か！？続報を待て", (), ["制作決定か！？", "続報を待て"]),
        ("Los geht es am 10. Oktober. Die Folgen", (), ["Los geht es am 10. Oktober.", "Die Folgen"]),
        ("¿Vuelve? Sí, en 2027.", (), ["¿Vuelve?", "Sí, en 2027."]),
        ("one\ntwo\n\nthree", (), ["one", "two", "three"]),
        ("", (), []),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text, protected, expected):
    assert cut(text, *protected) == expected


def test_headline_comes_first_and_is_not_repeated():
    found = sentences("Ah. Be.", [Block(kind=BlockKind.HEADLINE, text="Ah. Be."), paragraph("So.")])
    assert [(one.text, one.block, one.index) for one in found] == [
        ("Ah.", HEADLINE, 0),
        ("Be.", HEADLINE, 1),
        ("So.", 1, 2),
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The second season will premiere in October.", "en"),
        ("テレビアニメ第2期の制作が決定した。", "ja"),
        ("La segunda temporada se estrenará en octubre.", "es"),
        ("A segunda temporada estreia em outubro e não vai parar.", "pt"),
        ("La saison 2 sera diffusée en octobre sur la chaîne.", "fr"),
        ("Die zweite Staffel startet im Oktober und wird gezeigt.", "de"),
        ("La seconda stagione arriverà a ottobre, ma non è tutto.", "it"),
        ("두 번째 시즌이 발표되었다", "ko"),
        ("第二季将于十月播出", "zh"),
        ("The Long Road (長い道) returns for its second season.", "en"),
        ("『The Long Road』2nd season 今秋放送決定", "ja"),
    ],
)
def test_language_of_a_sentence(text, language):
    assert next(one.language for one in sentences(text, [])) == language


def test_sentence_without_small_words_takes_the_language_of_the_text():
    found = sentences("星の港 第2期", [paragraph("2026年10月3日"), paragraph("テレビアニメの放送が決定しました。")])
    assert {one.language for one in found} == {"ja"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＳＰＹ×ＦＡＭＩＬＹ", "Spy x Family"),
        ("Bōken", "boken"),
        ("ｶﾞﾝﾀﾞ", "ガンダ"),
        ("かﾞんだ", "ガンダ"),
        ("ひかり", "ヒカリ"),
        ("Élite", "ELITE"),
        ("K-On!", "k on"),
        ("Straße", "strasse"),
        ("Re: Zero", "Re:Zero"),
    ],
)
def test_keys_of_spellings_are_equal(one, other):
    assert key(one) == key(other)


@pytest.mark.parametrize(("one", "other"), [("ガラス", "カラス"), ("Star", "Stars"), ("8", "9"), ("Four", "For")])
def test_keys_of_different_names_differ(one, other):
    assert key(one) != key(other)


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(max_size=6), max_size=3))
def test_every_sentence_is_a_slice_of_its_block(title, bodies, protected):
    blocks = [paragraph(body) for body in bodies]
    for one in sentences(title, blocks, protected):
        source = title if one.block == HEADLINE else blocks[one.block].text
        assert source[one.start : one.end] == one.text


@given(st.text())
def test_no_letter_is_lost(text):
    assert "".join("".join(cut(text)).split()) == "".join("".join(line) for line in text.split("\n")).translate(
        {ord(space): None for space in text if space.isspace()}
    )


@pytest.mark.parametrize("piece", ["a. ", "「", "！", "( ", "Mr. ", "第2期。", "é", "\n", "x" * 50 + " "])
def test_long_texts_take_bounded_time(piece):
    text = piece * (300_000 // len(piece))
    begin = time.process_time()
    cut(text, "Star!!")
    assert time.process_time() - begin < 8
