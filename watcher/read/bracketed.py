"""Find works that a Japanese sentence names in the quotes of speech: アニメ「…」, 「…」の第2期, 「…」は10月に始まる.

In:    a sentence as printed, the names of the watched work.
Out:   spans of what is a title there by its place in the sentence; whose credits a work only tells.
Never: a list of works; a short form of the watched one ("…" for its first letters) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from watcher.read.fold import fold
from watcher.read.lexicon import lexicon
from watcher.read.text import key

_KIND = (
    "アニメ|ドラマ|連ドラ|月9|映画|漫画|マンガ|まんが|コミックス?|コミカライズ|小説|ノベル|ラノベ|シリーズ|劇場版|舞台|ミュージカル|"
    "ゲーム|アプリ|rpg|連載の|バラエティー?|番組|大河|朝ドラ|続編|新作|主演の|原作の|ova"
)
_SEASON = "第?[0-9一二三四五六七八九]+(?:期|シーズン)|(?:シーズン|season) ?[0-9]|[0-9](?:nd|rd|th) season"
_OF_SERIES = (
    f"{_SEASON}|続編|新作|新章|新シリーズ|新シーズン|新企画|完全新作|(?:tv|テレビ)?アニメ(?!ート)|(?:連続)?ドラマ(?:化|版|の)|実写|劇場版|"
    "映画(?:化|版)|舞台(?:化|版)|ミュージカル|シリーズ|最終(?:回|話|章|シーズン)|ova|スピンオフ|コミカライズ"
)
_HAPPENS = "放送|始ま|開始|スタート|アニメに|アニメ化|ドラマ化|映画化|舞台|配信|公開|再開|復活"
_BEFORE = re.compile(rf"(?:(?:{_KIND})(?:の)?|^[■◆●▼◇○・★]\s?)「([^「」『』]{{2,40}})」", re.IGNORECASE)
_BEHIND = re.compile(
    rf"「([^「」『』]{{2,40}})」(?=(?:の|・| )?(?:{_OF_SERIES})|(?:が|は|も|、)[^「」。]{{0,24}}?(?:{_HAPPENS}))",
    re.IGNORECASE,
)
_ROW = re.compile(r"[、・ や]{0,2}「([^「」『』]{2,40})」")
_NO_TITLE = re.compile(
    r"^[^ !?・:]*(?:編|篇|章|期|話|回|枠|賞|展|祭)$|シーズン|season|[。!?！？]$|^第?[0-9]+|"
    "決定|発表|公開|解禁|お知らせ|https?:",
    re.IGNORECASE,
)
_SHORT = 2
_CREDIT = re.compile(
    r"(?:[』」](?:や|、|・)?[『「][^『』「」]{1,40})*[』」](?:など)?の([一-龠々ァ-ヶー・A-Z][一-龠々ぁ-んァ-ヶー・A-Za-z]{1,9}?)(?:さん|氏|ら)?(?=が|を|、|と|も|$)"
)
"""Somebody known from another work: 『…』の牛尾憲輔が手がける."""


def bracketed(text: str, known: Sequence[str] = ()) -> Iterator[tuple[int, int, bool]]:
    """Yield the spans of works named in 「」 or in a row with them; True for a short form of a *known* name."""
    spans = {found.span(1) for pattern in (_BEFORE, _BEHIND) for found in pattern.finditer(text)}
    for _, end in sorted(spans):
        spans |= set(_in_row(text, end))
    for start, end in sorted(spans):
        inner = text[start:end]
        short = _short_of(inner, known)
        if not _NO_TITLE.search(inner) and (short or not _of_ours(inner, known)):
            yield start, end, short


def _in_row(text: str, end: int) -> Iterator[tuple[int, int]]:
    while (more := _ROW.match(text, end + 1)) is not None:
        end = more.end(1)
        yield more.span(1)


def _of_ours(inner: str, known: Sequence[str]) -> bool:
    """Say whether a name may be a form of ours: its letters stand in ours in this order, or ours in it."""
    short = key(inner)
    return any(_in_order(short, key(name)) or (len(key(name)) > _SHORT and key(name) in short) for name in known)


def _short_of(inner: str, known: Sequence[str]) -> bool:
    """Say whether letters of ours make the name, from the first on: 「この素晴」 or 「このすば」."""
    short = key(inner)
    return len(short) > _SHORT and any(
        short[0] == key(name)[:1] and len(short) < len(key(name)) and _in_order(short, key(name)) for name in known
    )


def _in_order(short: str, name: str) -> bool:
    rest = iter(name)
    return len(short) > 1 and all(char in rest for char in short)


def credited(text: str, end: int) -> bool:
    """Say whether a work that ends at *end* only tells from where somebody is known."""
    found = _CREDIT.match(text, end)
    return found is not None and not lexicon("ja").find(fold(found[1]))
