"""Tell the season from other things of the same name: films, manga, games, discs, goods.

In:    a view, the span of a cue.
Out:   the other thing that a cue is about, if it is not about the season; whether a season is meant itself.
Never: which season; that is `scope`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from watcher.model import BlockKind
from watcher.read.candidate import MEDIA, Setting, gap, overlap
from watcher.read.lexicon import DATE, SEASON, TITLE, Hit
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.views import View

OTHER_THINGS = (*MEDIA, "spinoff", "goods", "rerun")
_HEADS = ("trailer", "visual", "cast", "staff", "dub", *OTHER_THINGS, "date_noun", "episode", "event", "plot")
_REACH = 45
"""A thing of a season is named within so many characters behind it."""
_BEHIND_TITLE = 12
_SUBJECT = 14
_OF_TITLE = re.compile(f" (?:of|from) (?:the )?['\"]?{TITLE}+['\"]?(?:'s)? ?")
"""The second season of X *manga*."""
_SUBJECTS = frozenset({"goods", "stage", "game", "film", "ova"})
_PLAYED = frozenset({"game", "stage", "goods"})
_OF = re.compile("del?(?: la| el| l')?|d[oa]s?|du|des|dell[aoe']|dei|degli|vo[mn]|zum|des|der")
_OPENING = re.compile(
    r"[, '\"]*(?:and |the |a |an |its |their |el |la |los |las |o |os |as |le |les |l'|der |die |das |il |lo |i |gli )?"
    rf"(?:{TITLE}+[' \"]*(?:'s )?)?"
)
"""What may stand before the subject of a clause."""
_MAKERS = re.compile(
    r"\b(?:makers?|creators?|studio|team|people|company|producers?|stars?|showrunners?|animators?|writers?)"
    rf" (?:of|behind) (?:the )?['\"]?(?:{TITLE}+['\"]?(?:'s)? )?$"
)
"""Who makes a season is no news of it: "the makers of season 2 are at work on another show"."""
_VOLUME = re.compile(r"vol(?:ume|\.)? ?[0-9]+|part [0-9]+|[\[(][^\])]*[\])]|(?:the )?complete|limited edition|box")
_UNNAMED = frozenset({SeasonKind.NONE, SeasonKind.PART})
_OWNED = re.compile("[』」]?(?:の|における)([^、。]{1,16}?)(?:について|に関して)?(?:など)?[がをもは]+")
_MAKING = re.compile(
    f"制作|製作|放送|配信|続編|アニメ化|シリーズ|シーズン|開始|更新|スタート|企画|プロジェクト|決定|存在|準備|始動|復活|実現|継続|"
    f"日|時期|スケジュール|展開|タイトル|{DATE}|{SEASON}|知らせ|報|こと|の$"
)
"""The season itself, however it is called: its making, its existence, its day."""


def things(view: View, own_media: frozenset[str], *, start: int = 0, end: int | None = None) -> list[Hit]:
    """Return the other media and goods named, without those that are only named as a source."""
    covers = list(view.find("not_medium"))
    return [
        hit
        for hit in view.find(*OTHER_THINGS, start=start, end=end)
        if hit.meaning not in own_media
        and not any(cover.start <= hit.start and hit.end <= cover.end for cover in covers)
        and not (_in_name(view, hit) or _acts(view, hit))
    ]


_NAMED_BEFORE = re.compile(r"[a-z]+[.,;]? (?:[a-z]+ )*[A-Z]\w+ $")


def _in_name(view: View, hit: Hit) -> bool:
    """Say whether a medium is part of a company's name in running text: "directing at Felix Film"."""
    text = view.sentence.text
    if view.sentence.language != "en" or view.kind is BlockKind.HEADLINE or not text[hit.start : hit.end].istitle():
        return False
    return _NAMED_BEFORE.search(text, 0, hit.start) is not None


_SUBJECT_NEAR = 40
_WHO_ACTS = re.compile(r"(?:[A-ZÀ-Þ][\w'’.-]+|[Ww]ho|[Tt]o|will|again|also|now) $")
_ROLE = re.compile(r" (?:the |an? |his |her |their |both |young |[A-ZÀ-Þ])")


def _acts(view: View, hit: Hit) -> bool:
    """Say whether somebody "plays" a role, in English: that is no stage play."""
    text = view.sentence.text
    if view.sentence.language != "en" or hit.meaning != "stage" or not text.startswith(("play", "plays"), hit.start):
        return False
    return (
        _WHO_ACTS.search(text, max(0, hit.start - _SUBJECT_NEAR), hit.start) is not None
        and _ROLE.match(text, hit.end) is not None
    )


def thing_at(setting: Setting, view: View, start: int, end: int) -> Hit | None:
    """Return the other thing that the cue is about, if it is not about the season."""
    first, last = view.clause(start)
    series = list(view.find("thing", start=first, end=last))
    if setting.topic is not None and (not series or setting.topic.meaning == "live_action"):
        return None if _goes_on(setting, view, start) else setting.topic
    named = things(view, setting.own_media, start=first, end=last)
    if view.words:  # in Japanese what stands between a date and its verb is the subject
        named = [hit for hit in named if not start <= hit.start < end]
    if not named:
        return None
    if (told := next((hit for hit in named if _right_before_verb(view, hit, start)), None)) is not None:
        return told
    if (owner := _subject(view, first, start, named)) is not None:
        return owner
    seasons = [ref for ref in view.seasons if first <= ref.start < last and ref.kind not in _UNNAMED]
    if any(free(view, ref) for ref in seasons):
        return None
    if not seasons:  # スペシャルドラマ is no series for the word in it
        series = [thing for thing in series if not any(overlap(thing, hit) for hit in named)]
    nearest = min(named, key=lambda hit: gap(hit.start, hit.end, start, end))
    lifted = series and nearest.start < series[-1].start
    return None if lifted and not _spinoff(view, nearest, series[-1]) else nearest


_ONLY_VERBS = re.compile(r"(?: (?:itself|will|now|also|is|has|been|had|then))* ")


def _right_before_verb(view: View, thing: Hit, start: int) -> bool:
    """Say whether an English verb has a book, game or film for its subject, right before it: "the manga goes on…"."""
    if view.sentence.language != "en" or not view.folded.endswith(("the ", "its ", "their "), 0, thing.start):
        return False
    return _ONLY_VERBS.fullmatch(view.masked, thing.end, start) is not None


def _goes_on(setting: Setting, view: View, start: int) -> bool:
    """Say whether an English sentence has told of a season of the series before, whatever the headline is about."""
    if view.sentence.language != "en" or setting.topic is None or setting.topic.meaning == "live_action":
        return False
    told = view.has("thing", end=start) and not things(view, setting.own_media, end=start)
    return told and any(ref.end <= start and ref.kind not in _UNNAMED and free(view, ref) for ref in view.seasons)


def _subject(view: View, first: int, start: int, named: Sequence[Hit]) -> Hit | None:
    """Return the thing that opens the clause as its subject: "The web radio returns for a second season"."""
    for thing in named:
        opens = _OPENING.fullmatch(view.masked, first, thing.start) is not None
        book = thing.meaning in {"manga", "novel"} and view.sentence.language != "en"
        if view.words and opens and thing.start < start and (thing.meaning in _SUBJECTS or book):
            return None if view.has("thing", "series_noun", start=thing.end, end=start) else thing
    return None


def _spinoff(view: View, thing: Hit, series: Hit) -> bool:
    """A "spin-off anime" is an anime, and another one."""
    return thing.meaning == "spinoff" and not view.masked[thing.end : series.start].strip(" -")


def free(view: View, ref: SeasonRef) -> bool:
    """Say whether the season is meant itself, and not a thing of it ("the second season's soundtrack")."""
    if _owned(view, ref) or _of_book(view, ref):
        return False
    owner = _OF_TITLE.match(view.masked, ref.end)
    start = owner.end() if owner else ref.end
    made = {hit.start for hit in view.find("announce")} if not view.words else set()
    heads = view.find(*_HEADS, start=start, end=min(start + _REACH, len(view.folded)))
    if (head := next((hit for hit in heads if hit.meaning != "event" or hit.start not in made), None)) is None:
        return True
    between = view.masked[start : head.start].strip()
    if view.words and head.meaning in _PLAYED and _OF.fullmatch(between):
        return False  # la segunda temporada del juego
    if owner is not None and not between and head.meaning in OTHER_THINGS:
        return False
    if not view.words and head.meaning in MEDIA and between.rstrip("『「、") in {"は", "が"}:
        return False  # 新作は『劇場版…: what the sequel is
    return (
        bool(between) and between not in {"'s", "'", "の", "-"} and not view.has("again", start=ref.end, end=head.start)
    )


def _of_book(view: View, ref: SeasonRef) -> bool:
    """Say whether a 第二部 is one of a manga or novel, which are told in parts."""
    return not view.words and view.folded[: ref.end].endswith("部") and view.has("manga", "novel")


def _owned(view: View, ref: SeasonRef) -> bool:
    """Say whether the season belongs to a thing named before it: the soundtrack of Season 2, ラジオの第3期."""
    if view.words and ref.kind is SeasonKind.SUFFIX and _numbered_thing(view, ref):
        return True
    if view.sentence.language == "en" and _MAKERS.search(view.masked, 0, ref.start) is not None:
        return True
    if view.words:
        joints = {hit.start: hit.end for hit in view.find("of", end=ref.start)}
        owners = view.find(*OTHER_THINGS, "event", "dub", end=ref.start)
        return any(joints.get(hit.end + 1) == ref.start - 1 for hit in owners)
    before = view.masked[: ref.start].rstrip("」』 ")
    before = before[:-1] if before[-1:] in {"の", "が", "は", "も"} else before
    return any(
        hit.end == len(before) or (hit.start >= len(before) - _SUBJECT and _is_subject(view, hit, ref))
        for hit in view.find(*OTHER_THINGS, "event", end=ref.start)
    )


def _numbered_thing(view: View, ref: SeasonRef) -> bool:
    """Say whether a numeral is that of a book, film or game named right before the title: "the novel *X* 2"."""
    before = view.masked[: ref.start].rstrip(f" '\"({TITLE}")
    return any(hit.end == len(before) for hit in view.find(*MEDIA, end=len(before)))


def _is_subject(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether a thing is the subject of a Japanese clause about its own season: 舞台が好評でシーズン2へ."""
    behind = view.masked[hit.end : ref.start]
    named = view.has("thing", start=hit.end, end=ref.start)
    return behind[:1] in {"が", "は", "も"} and not named and not set(behind) & {TITLE, "、", "。", " "}


def thing_of_season(between: str) -> bool:
    """Say whether a Japanese verb behind a season has a thing of it for its subject: 第2期の*視聴率が*発表."""
    owned = _OWNED.fullmatch(between)
    return owned is not None and not _MAKING.search(owned[1])


def topic_thing(views: Sequence[View], own_media: frozenset[str]) -> Hit | None:
    """Return the other medium that the headline names right behind the title, where it names no series."""
    heads = [view for view in views if view.kind is BlockKind.HEADLINE]
    if (again := next(filter(None, map(_shown_again, heads)), None)) is not None:
        return again
    for view in heads:
        if (page := next(view.find("game_page"), None)) is not None and "game" not in own_media:
            return page._replace(meaning="game")
        if _names_season(view):
            continue
        for thing in things(view, own_media):
            first, _ = view.clause(thing.start)
            if view.has("series_noun") and thing.meaning != "live_action":
                continue
            own = [name for name in view.own if first <= name.start]
            if any(_right_behind(view, name.end, thing) or _right_before(view, name.start, thing) for name in own):
                return thing
    return None


def _shown_again(view: View) -> Hit | None:
    """Return the thing of its season that a Japanese headline tells of: 第2期、再放送決定."""
    if view.words or len(view.seasons) != 1 or not view.own:
        return None
    behind = view.seasons[0].end
    if view.dates or view.has("trailer", "visual", "announce_new"):
        return None
    for thing in view.find("rerun", "goods", "stage", "game", start=behind):
        joint, verb = view.masked[behind : thing.start].strip("』」"), view.masked[thing.end :]
        if joint in _JOINTS or (thing.meaning != "rerun" and _OWNER.fullmatch(joint) and _BEGINS.match(verb)):
            return thing if thing.meaning == "rerun" or _BEGINS.match(verb) else None
    return None


_JOINTS = frozenset({"", "、", "の", " ", "が"})
_OWNER = re.compile("の?[^、。 !]{1,8}の")
_BEGINS = re.compile("[がをも](?:スタート|始ま|開始|開催|発売|登場|決定|公開|オープン|販売)")


def _right_behind(view: View, end: int, thing: Hit) -> bool:
    """Say whether a thing follows a title at once, or behind its season and the number of a volume."""
    if 0 <= thing.start - end <= _BEHIND_TITLE:
        return True
    between = _VOLUME.sub("", view.masked[end : thing.start]) if end <= thing.start else "-"
    return thing.meaning == "goods" and not between.strip(f" {SEASON}-:,'\"")


def _right_before(view: View, start: int, thing: Hit) -> bool:
    """Outside English the medium stands before the title (Light Novel „X“), where no season is told of."""
    if not view.words or view.sentence.language == "en" or thing.meaning not in MEDIA:
        return False
    numbered = any(ref.kind in {SeasonKind.NUMBER, SeasonKind.SUFFIX} for ref in view.seasons)
    return not numbered and thing.end < start and not view.masked[thing.end : start].strip(" '\"«„“‘»")


def _names_season(view: View) -> bool:
    """Without word borders a medium in front of a season cannot own it: 劇場版に続き第2期."""
    return not view.words and any(ref.kind is SeasonKind.NUMBER and free(view, ref) for ref in view.seasons)
