"""Copies of one text are recognised; two texts about one fact are two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.judge.sameness import digest, is_copy

POST = (
    "Copper Orchard returns for a second season next spring. The producers said on Friday that twelve new episodes "
    "are in the works, with the whole cast back among the trees. More is to follow at the summer fair."
)
OWN_WORDS = (
    "More harvests ahead: the series about the metal fruit farm has been picked up again. Its makers told an audience "
    "last week to expect a dozen instalments, and nobody is leaving."
)
JAPANESE = (
    "銅の果樹園の第二期制作が決定した。金曜日に行われたイベントで、製作陣が新作十二話の準備を進めていると明かした。"
)

COPIES = [
    ("the same", POST, POST),
    ("other white space", POST, POST.replace(" ", "  \n")),
    ("a signature behind it", POST, POST + " - Orchard Wire"),
    ("another link in it", POST + " https://one.example/a", POST + " https://two.example/b?x=1"),
    ("cut off", POST, POST[: len(POST) * 2 // 3]),
    ("wide letters", JAPANESE, JAPANESE.replace("。", " 。 ")),
    ("one word changed", POST, POST.replace("twelve", "thirteen")),
    ("a line above it", POST, "Via Orchard Wire. " + POST),
]
ORIGINALS = [
    ("own words", POST, OWN_WORDS),
    ("other language", POST, JAPANESE),
    ("only the names in common", "Copper Orchard Season 2 trailer is out now on the official channel",
     "A minute of rust and blossom: the first trailer of Copper Orchard season 2 went up on Saturday"),
    ("nothing at all", POST, ""),
    ("two empty ones", "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in COPIES], ids=[case[0] for case in COPIES])
def test_a_copy(one: str, other: str) -> None:
    assert is_copy(digest(one), digest(other))
    assert is_copy(digest(other), digest(one))


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in ORIGINALS], ids=[case[0] for case in ORIGINALS])
def test_no_copy(one: str, other: str) -> None:
    assert not is_copy(digest(one), digest(other))


def test_a_long_text_keeps_a_short_digest() -> None:
    assert len(digest(" ".join(f"word{number}" for number in range(100_000)))) == 96 * 8


def test_a_long_text_with_a_signature_is_a_copy() -> None:
    long = " ".join(f"word{number}" for number in range(5_000))
    assert is_copy(digest(long), digest(long + " signed by somebody"))


@given(st.text(), st.text())
def test_it_never_raises_and_is_symmetric(one: str, other: str) -> None:
    assert is_copy(digest(one), digest(other)) == is_copy(digest(other), digest(one))
