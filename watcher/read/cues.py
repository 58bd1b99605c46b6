"""Find everything that a sentence seems to state about the watched work, with all that speaks for and against it.

In:    a view, the setting of its text.
Out:   `Candidate`s: type, season, date, how it is meant, whose it is; solid or not.
Never: a judgement of the whole text; that is `document`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

from watcher.model import BlockKind, EventType, Modality
from watcher.read.candidate import MEDIA, Candidate, Setting, gap, overlap
from watcher.read.dates import FoundDate
from watcher.read.lexicon import DATE, SEASON, SERVICE, TITLE, Hit
from watcher.read.modality import modality
from watcher.read.people import people
from watcher.read.rows import cast_list, under_label
from watcher.read.scope import Fits, Whose
from watcher.read.seasons import SeasonKind, SeasonRef
from watcher.read.services import FoundService, stranger_at
from watcher.read.things import OTHER_THINGS, free, thing_at
from watcher.read.things import things as things_named
from watcher.read.ties import (
    begun,
    called_old,
    day_of_thing,
    later_than_planned,
    long_ago,
    long_over,
    nearest_tie,
    new_date,
    of_episode,
    of_thing,
    run,
    service_at,
    tie,
    told_before,
)
from watcher.read.views import View

_RECALLED = re.compile(f"(?:れ|なっ|られ)?た[『「{TITLE}]")
"""A verb right before the name it describes: 打ち切られた『…』 recalls, it does not tell."""
_HAD = re.compile("(?:し|と?なっ)?てい?た(?!め)")
"""放送を見合わせていた: told as what went before."""
_DESCRIBES = re.compile(
    "(?:開始|予定|決定|中|さ?れ?る|した|された|し|する)*(?:の)?(?:新作|続編|人気|大人気|tv|テレビ|アニメ|ドラマ)*[『「]"
)
_MADE = re.compile(
    "(?:^|[、。 ・])(?:原作|原案|漫画|小説|主題歌|挿入歌|楽曲|op|ed|テーマ(?:曲|ソング))[^、。 ]{0,6}?[はを](?!:)"
)
_MADE_KNOWN = re.compile("(?:制作|製作|放送|配信|アニメ化)(?:が|も)?(?:正式に?)?決定|始動")
_ON_AIR = re.compile("放送|放映|オンエア")
_STREAM_FIRST = re.compile("(?:なお、?|また、?)?(?:[^、。は]{0,8}で)?(?:の)?配信は")
_BARE = re.compile("決定|決ま|発表|公開|解禁|始動|明らか|告知|判明|お披露目|実現|確定")
_CHOSEN = re.compile(r"([^、。]+)(?<!正式)(?<!つい)(?<!同時)(?<!新た)(?<!さら)(?<!すで)(?<!既)(?<!的)に(?:正式に)?$")
_WHEN = re.compile(f"[{DATE}{SERVICE}]|枠|系|時|曜|月|日|年|期|制作|放送|配信|続編|シリーズ|春|夏|秋|冬|局|独占|正式")
_OWNED = re.compile("[』」]?(?:の|における)([^、。]{1,16}?)[がをもは]")
_MAKING = re.compile(
    f"制作|製作|放送|配信|続編|アニメ化|シリーズ|シーズン|開始|更新|スタート|企画|プロジェクト|決定|存在|準備|始動|復活|実現|継続|"
    f"日|時期|スケジュール|展開|タイトル|{DATE}|{SEASON}|知らせ|報|こと|の$"
)
_KNOWN_FOR = re.compile(f"[^、。{DATE}]{{0,4}}た[^、。{DATE}]{{0,14}}[『「]?")
_OBJECTS = (*OTHER_THINGS, "event", "cast", "staff", "trailer", "visual", "episode", "dub")
_OF_PEOPLE = frozenset({EventType.CAST, EventType.STAFF})
_NOUNS = frozenset({EventType.TRAILER, EventType.VISUAL, EventType.DUB})
_DENIED_WITHIN = 22
_HAD_BEFORE = 24
_ROLE_BEFORE = 20
_SINCE = 60
_JUST_OUT = 2
_SEVERAL = 2
_SOON = 60
_LINE = 70
_VERBS = frozenset({"released", "said", "reveal", "announce", "stream", "finish"})
_UNNAMED = frozenset({EventType.ANNOUNCED, EventType.CANCELLED})
"""What, without a season in the sentence, happens to the one behind the last that is named."""
_FURTHER = frozenset({SeasonKind.NUMBER, SeasonKind.NEW, SeasonKind.MORE, SeasonKind.SUFFIX})


def candidates(view: View, setting: Setting) -> list[Candidate]:
    """Return what one sentence seems to state; lines that lead elsewhere state nothing."""
    if view.kind is BlockKind.RELATED:
        return []
    found: list[Candidate] = []
    for finder in _FINDERS:
        found += finder(view, setting)
    if any(candidate.type is EventType.DELAYED and candidate.date for candidate in found):
        return found
    return [*found, *_released(view, setting)]


def _candidate(kind: EventType, view: View, setting: Setting, start: int, end: int) -> Candidate:
    meant, words = modality(view, start, end)
    fits, ref = setting.scope.season(view, start, end=end)
    if ref is None and fits is Fits.OTHER and kind in _UNNAMED and not (_of_named(view) or _of_cour(view, start)):
        fits = setting.scope.further()
    thing = thing_at(setting, view, start, end)
    why: tuple[str, ...] = (f"cue: {kind} “{view.sentence.text[start:end]}”",)
    if words:
        why += (f"{meant}: “{words}”",)
    return Candidate(
        type=kind,
        view=view,
        start=start,
        end=end,
        whose=_described(view, end) or _one_of_many(view, start) or setting.scope.whose(view, start),
        fits=fits,
        ref=ref,
        meant=meant,
        other_thing=thing.meaning if thing else "",
        medium=MEDIA.get(thing.meaning) if thing else None,
        part=_part(view, end),
        why=why,
        explicit=ref is not None or any(name.sequel for name in view.own),
    )


def _part(view: View, at: int) -> int | None:
    """Return the number of the part or cour meant at *at*: the last one named before it, else the first behind."""
    parts = [ref for ref in view.seasons if ref.kind is SeasonKind.PART and ref.number]
    before = [ref for ref in parts if ref.start < at]
    return (before[-1] if before else parts[0]).number if parts else None


def _of_named(view: View) -> bool:
    """Say whether the sentence names the season it is about, if in another clause: "Renewed: season 2 is a go"."""
    return any(
        ref.kind is SeasonKind.NUMBER and not view.has("released", "finish_past", start=first, end=last)
        for ref in view.seasons
        for first, last in [view.clause(ref.start)]
    )


def _of_cour(view: View, start: int) -> bool:
    """Say whether a clause is about a cour; a further cour is no further season."""
    first, last = view.clause(start)
    return not view.words and any(ref.kind is SeasonKind.PART and first <= ref.start < last for ref in view.seasons)


def _one_of_many(view: View, start: int) -> Whose | None:
    """Say whether the subject is one of several works that are not named."""
    first, last = view.clause(start)
    own = any(first <= name.start < last for name in view.own)
    return Whose.OTHER if not own and view.has("others", start=first, end=start) else None


def _described(view: View, end: int) -> Whose | None:
    """In Japanese what stands right before a name describes it: 10月放送開始の『…』."""
    if view.words:
        return None
    behind = next((name for name in view.names if name.start >= end), None)
    if behind is None or _DESCRIBES.fullmatch(view.masked, end, behind.start) is None:
        return None
    return Whose.OWN if behind.own else Whose.OTHER


def stated(kind: EventType, view: View, setting: Setting, start: int, end: int) -> Candidate:
    """Return the candidate for words that are no phrase of the lexicon."""
    return _candidate(kind, view, setting, start, end)


def _at(kind: EventType, view: View, setting: Setting, hit: Hit) -> Candidate:
    candidate = _candidate(kind, view, setting, hit.start, hit.end)
    if kind in _OF_PEOPLE and candidate.meant is Modality.ASSERTED and _open_behind(view, hit):
        return replace(candidate, meant=Modality.SCHEDULED)
    if candidate.meant is Modality.ASSERTED and _is_noun(kind, view, hit) and _denied_behind(view, hit):
        return replace(candidate, meant=Modality.NEGATED)
    return candidate


def _open_behind(view: View, hit: Hit) -> bool:
    """Say whether a Japanese clause ends by leaving the person open: 監督は続報待ち, 主演は未発表."""
    last = view.clause(hit.start)[1]
    return not view.words and view.has("scheduled", "deny_existence", "deny_other", start=hit.end, end=last)


def _is_noun(kind: EventType, view: View, hit: Hit) -> bool:
    return kind in _NOUNS or any(noun.start >= hit.start and noun.end <= hit.end for noun in view.find("deed"))


def _denied_behind(view: View, hit: Hit) -> bool:
    """Say whether a thing is denied by the verb behind it: "a dub has not been announced"."""
    far = 2 * _DENIED_WITHIN if view.has("deed", start=hit.start, end=hit.end) else _DENIED_WITHIN
    reach = min(view.clause(hit.start)[1], hit.end + far)
    denial = next(view.find("negation", start=hit.end, end=reach), None) if view.words else None
    return denial is not None and not view.soft_between(hit.end, denial.start)


def _release_type(when: FoundDate) -> EventType:
    return EventType.RELEASE_DATE if when.date is not None and when.date.is_day else EventType.RELEASE_WINDOW


def _delayed(view: View, setting: Setting) -> Iterator[Candidate]:
    for hit in view.find("delay", "delay_dated"):
        if _told_before(view, hit):
            continue
        candidate = _at(EventType.DELAYED, view, setting, hit)
        when = new_date(view, hit, setting) or _day_of_episode(view, setting)
        if when is not None and hit.meaning == "delay_dated" and not later_than_planned(view, when):
            continue
        if when is None and hit.meaning == "delay":
            first = max(view.clause(hit.start)[0], hit.start - _HAD_BEFORE)
            over = long_over(view, hit, setting) or view.has("after_delay", start=first, end=hit.start)
            yield replace(candidate, open=True, past=over)
        elif when is not None:
            yield replace(candidate, date=when.date)
            if not _of_one_episode(view, setting) or view.has("anew"):
                yield replace(candidate, type=_release_type(when), date=when.date)


def _day_of_episode(view: View, setting: Setting) -> FoundDate | None:
    """Return the day that another sentence gives to the episode that is put off: 第4話は12月15日に放送される."""
    numbers = {view.folded[hit.start : hit.end] for hit in view.find("episode")}
    if view.words or not numbers:
        return None
    for other in setting.scope.views:
        if other is view or not any(other.folded[hit.start : hit.end] in numbers for hit in other.find("episode")):
            continue
        days = [when for when in other.dates if when.date and when.date.is_day and not setting.is_past(when)]
        told = other.has("rerun", "delay", "event", "goods") or setting.published is None
        if not told and len(days) == 1 and tie(other, days[0], setting) is not None:
            return days[0]
    return None


def _rows(view: View, setting: Setting) -> Iterator[Candidate]:
    if view.words:
        return
    for kind, meaning in ((EventType.ANNOUNCED, "announce"), (EventType.CANCELLED, "cancel")):
        for hit in view.find(meaning, end=_LINE):
            yield from under_label(view, setting, hit, kind, _at(kind, view, setting, hit))
    if (line := cast_list(view)) is not None:
        yield _at(EventType.CAST, view, setting, line)


def _of_one_episode(view: View, setting: Setting) -> bool:
    """Say whether a delay is that of one episode, named here or right before: "Ab Folge 8 ruht… Weiter geht es am…"."""
    if view.has("episode"):
        return True
    before = setting.scope.views[view.sentence.index - 1] if view.sentence.index and view.words else view
    same = before.sentence.block == view.sentence.block and view.sentence.language != "en"
    return same and before.has("episode") and not view.seasons


def _told_before(view: View, hit: Hit) -> bool:
    """Say whether a delay is told as what went before: 見合わせていた, "elle avait pris du retard"."""
    if not view.words:
        return _HAD.match(view.masked, hit.end) is not None
    return view.has("had", start=max(view.clause(hit.start)[0], hit.start - _HAD_BEFORE), end=hit.start)


def _cancelled(view: View, setting: Setting) -> Iterator[Candidate]:
    said = ("cancel_said",) if view.has("official_named") else ()
    for hit in view.find("cancel", *said):
        first, last = view.clause(hit.start)
        if any(overlap(hit, cover) for cover in view.find("not_cancel")) or view.has("episode", start=first, end=last):
            continue
        if not view.words and view.kind is BlockKind.HEADLINE and view.has("roundup", start=hit.end, end=last):
            continue  # 打ち切り・更新まとめ: a kind of news, and no news
        if not view.words and (_RECALLED.match(view.masked, hit.end) or _only_for_now(view, hit)):
            continue
        if (person := _goes(view, hit)) is not None:
            yield _at(EventType.CAST, view, setting, person)
            continue
        passing = _years_after(view, hit) or _WHICH_IT.search(view.folded, 0, hit.start) is not None
        candidate = _at(EventType.CANCELLED, view, setting, hit)
        if _off_the_air(candidate, setting):
            candidate = replace(candidate, fits=Fits.OTHER)
        yield replace(candidate, past=passing or long_ago(view, hit, setting))


def _years_after(view: View, hit: Hit) -> bool:
    """Say whether an end only dates what is told: "five years after Netflix ended it, …"."""
    counted = view.find("since", start=max(0, hit.start - _SINCE), end=hit.start)
    return any(view.folded[: since.end].endswith("years after") for since in counted)


_WHICH_IT = re.compile(r"which (?:it|they|the \w+|\w+) (?:had )?$")
"""An end told in passing: "has picked up the show, which it cancelled in May"."""
_COMES_BACK = re.compile(r"\b(?:back|return(?:ing)?|come back)\b")


def _goes(view: View, hit: Hit) -> Hit | None:
    """Return the words where people will not be back, and not the show: "Kay and Lee won't be back for series 2"."""
    if view.sentence.language != "en" or _COMES_BACK.search(view.folded, hit.start, hit.end) is None:
        return None
    before = view.sentence.text[view.clause(hit.start)[0] : hit.start]
    named = any(person in before for person in people(view))
    own = any(before.rstrip(" '\"’”").endswith(view.sentence.text[name.start : name.end]) for name in view.names)
    return hit if named and not own else None


def _off_the_air(candidate: Candidate, setting: Setting) -> bool:
    """Say whether a broadcast is stopped and no season named: that is the one on the air, not a later one."""
    view, wanted = candidate.view, setting.scope.wanted
    told = not view.words and candidate.fits is Fits.OPEN and candidate.ref is None and wanted not in {None, 1}
    return told and _ON_AIR.search(view.folded, max(0, candidate.start - 3), candidate.end) is not None


def _only_for_now(view: View, hit: Hit) -> bool:
    """Say whether no plans are denied for the present only: 現在のところ制作予定はございません."""
    return view.has("at_present") and any(overlap(hit, other) for other in view.find("no_plans"))


def _announced(view: View, setting: Setting) -> Iterator[Candidate]:
    for hit in view.find("announce", "announce_new"):
        first, last = view.clause(hit.start)
        near = [ref for ref in view.seasons if first <= ref.start < last and ref.kind in _FURTHER]
        held = [ref for ref in near if free(view, ref)]
        if (hit.meaning == "announce" or near) and not held and not _of_sequel(view, hit):
            continue
        candidate = _at(EventType.ANNOUNCED, view, setting, hit)
        if held:
            ref = min(held, key=lambda ref: gap(ref.start, ref.end, hit.start, hit.end))
            if _undone(view, hit, ref) or _of_something_else(view, hit, ref):
                continue
            candidate = replace(candidate, ref=ref, fits=setting.scope.fits(ref), explicit=True)
        yield replace(candidate, past=_counted_from(view, hit) or long_ago(view, hit, setting))


def _of_sequel(view: View, hit: Hit) -> bool:
    """Say whether a sequel is announced that only its own name names: 『… 刺客篇』の制作決定."""
    first, last = view.clause(hit.start)
    named = any(name.sequel and first <= name.start < hit.start for name in view.own)
    if view.words or not named or any(first <= ref.start < last for ref in view.seasons):
        return False
    return _MADE_KNOWN.search(view.folded, hit.start, hit.end) is not None


def _counted_from(view: View, hit: Hit) -> bool:
    """Say whether time is only counted from it: "a year since season 3 was announced"."""
    return any(
        "since" in view.folded[since.start : since.end] and not view.soft_between(since.end, hit.start)
        for since in view.find("since", start=max(0, hit.start - _SINCE), end=hit.start)
    )


def _of_something_else(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """In Japanese what is announced stands right before the verb: 第2期スペシャルイベント開催決定."""
    if view.words or ref.end > hit.start or view.masked[ref.end : ref.end + 1] in {"と", "・", "&"}:
        return False
    if any(thing.start < hit.start for thing in view.find(*_OBJECTS, start=ref.end)):
        return True
    return _of_noun(view, hit, ref)


def _of_noun(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether another noun is what is announced: 第2期の視聴率が発表, 第2期が最優秀作品に決定."""
    if hit.meaning != "announce" or not _BARE.match(view.folded, hit.start):
        return False
    between = view.masked[ref.end : hit.start]
    chosen = _CHOSEN.search(between)
    if chosen is not None and view.folded[hit.start] in "決選" and not _WHEN.search(chosen[1]):
        return True
    owned = _OWNED.fullmatch(between)
    return owned is not None and not _MAKING.search(owned[1])


def _undone(view: View, hit: Hit, ref: SeasonRef) -> bool:
    """Say whether what is made known is that there will be none: "announced that it would not return for…"."""
    if not view.words:
        return view.has("cancel", start=ref.start, end=hit.start)
    return ref.start > hit.end and view.has("negation", "cancel", start=hit.end, end=ref.end)


def _released(view: View, setting: Setting) -> Iterator[Candidate]:
    yield from _under_date(view, setting)
    yield from _that_day(view, setting)
    for when in view.dates:
        if setting.is_past(when) or day_of_thing(view, when) or run(view, when, setting):
            continue
        cue = tie(view, when, setting)
        last = view.clause(when.start)[1]
        if cue is None or of_thing(view, cue) or of_episode(view, when.start) or begun(view, when, setting):
            continue
        if (
            _on_disc(view, when)
            or _start_of_dub(view, when, cue)
            or _start_of_stream(view, when, cue)
            or _of_stream(view, setting)
        ):
            continue
        if not view.words and _ends_with(view, when, last):
            continue  # on that day something ends
        if view.has("delay", "delay_dated") and called_old(view, when):
            continue
        if not view.words and view.has("old_date", start=when.end, end=last):
            continue  # the verb at the end says that it was a plan
        yield from _premiere(view, setting, when, cue)


def _premiere(view: View, setting: Setting, when: FoundDate, cue: Hit) -> Iterator[Candidate]:
    """Yield the premiere on a day, and the start on each of several services that are named with it."""
    start, end = min(cue.start, when.start), max(cue.end, when.end)
    candidate = replace(
        _candidate(_release_type(when), view, setting, start, end),
        date=when.date,
        part=_part(view, when.start),
        past=told_before(view, when, setting),
    )
    service = service_at(view, when.start, broadcast=True)
    yield replace(candidate, service=service)
    for shared in _services_in_row(view, when.start) if service is None else ():
        yield replace(candidate, type=EventType.STREAMING, service=shared)


def _services_in_row(view: View, at: int) -> list[FoundService]:
    """Return the services that a clause names together, each of which carries it: "on Wavelet and Tidebox"."""
    first, last = view.clause(at)
    near = [service for service in view.services if first <= service.start < last and service.streams]
    apart = {service.name for service in near}
    joined = (_ROW.fullmatch(view.folded, one.end, other.start) for one, other in pairwise(near))
    return near if len(apart) == len(near) > 1 and all(joined) else []


_ROW = re.compile(r"(?: and| &|,| und| et| y| e|,? and| sowie)? (?:on )?|[、・,/](?: )?|と|および|ならびに")


def _start_of_dub(view: View, when: FoundDate, cue: Hit) -> bool:
    """Say whether a day is the dub's: the dub is named before it, or nothing else is."""
    first, last = view.clause(when.start)
    dubs = list(view.find("dub", start=first, end=last))
    if not dubs or view.sentence.language != "en":
        return bool(dubs)
    if any(hit.end <= when.start for hit in dubs):
        return True
    return not view.has("stream", start=first, end=when.start) and cue.end > when.start


def _ends_with(view: View, when: FoundDate, last: int) -> bool:
    """Say whether what airs on a Japanese date is the end: 23日放送の「…FINAL」(後8時)で終了する."""
    return any(
        "で" in view.folded[hit.start - 1 : hit.start + 1]
        and not any(when.end <= ref.start < hit.start for ref in view.seasons)
        for hit in view.find("finish", start=when.end, end=last)
    )


def _that_day(view: View, setting: Setting) -> Iterator[Candidate]:
    """Read "Circle July 10. That's when season 2 begins": the day stands in the sentence before."""
    if view.dates or not view.sentence.index or not view.has("that_day"):
        return
    before = setting.scope.views[view.sentence.index - 1].dates
    verb = next(view.find("release"), None)
    if verb is not None and len(before) == 1 and not setting.is_past(before[0]):
        yield replace(_candidate(_release_type(before[0]), view, setting, verb.start, verb.end), date=before[0].date)


def _under_date(view: View, setting: Setting) -> Iterator[Candidate]:
    """A line with a title and its season, under a line with nothing but a date: a schedule of premieres."""
    if view.dates or not view.own or len(view.folded) > _LINE or not any(map(partial(free, view), view.seasons)):
        return
    if any(hit.meaning in _VERBS for hit in view.hits):
        return
    for above in reversed(setting.scope.views[: view.sentence.index]):
        if above.sentence.block < 0 or above.own:
            continue
        if len(above.dates) == 1 and not above.masked.strip(f"{DATE} :-,.") and not setting.is_past(above.dates[0]):
            when = above.dates[0]
            yield replace(_candidate(_release_type(when), view, setting, 0, len(view.folded)), date=when.date)
        if above.dates:
            return


def _of_stream(view: View, setting: Setting) -> bool:
    """Say whether a Japanese sentence opens with 配信は, in a text that names a network as well."""
    if view.words or not _STREAM_FIRST.match(view.folded) or not any(service.streams for service in view.services):
        return False
    return any(not service.streams for other in setting.scope.views for service in other.services)


def _on_disc(view: View, when: FoundDate) -> bool:
    """Say whether a day is that of discs or books, where words are set apart: "erscheint am 3. Juli auf Blu-ray"."""
    first, last = view.clause(when.start)
    return view.has("on_disc", start=first, end=last)


def _start_of_stream(view: View, when: FoundDate, cue: Hit) -> bool:
    """Say whether the day is that on which a service begins to stream, and not that of the premiere."""
    first, last = view.clause(when.start)
    served = any(first <= service.start < last and service.streams for service in view.services)
    streams = any("stream" in view.folded[hit.start : hit.end] for hit in view.find("stream", start=first, end=last))
    if view.sentence.language != "en":
        verbs = [cue, *view.find("release", start=first, end=last)]
        verbs = [hit for hit in verbs if not view.has("from_day", start=hit.start, end=hit.end)]
        near = min((gap(hit.start, hit.end, when.start, when.end) for hit in verbs), default=last)
        carries = view.find("carries", start=first, end=last)
        streams = any(gap(hit.start, hit.end, when.start, when.end) <= near for hit in carries)
    return view.words and served and streams and not view.has("premiere", "exclusive", start=first, end=last)


def _shown(view: View, setting: Setting) -> Iterator[Candidate]:
    for kind, meaning in ((EventType.TRAILER, "trailer"), (EventType.VISUAL, "visual")):
        for hit in view.find(meaning):
            first, last = view.clause(hit.start)[0], _shared_verb(view, hit)
            if view.kind is not BlockKind.HEADLINE and not view.has("reveal", start=first, end=last):
                continue
            if _of_another(view, hit, setting):
                continue
            another = view.has("again", start=max(first, hit.start - 12), end=hit.end + (0 if view.words else 6))
            candidate = replace(_at(kind, view, setting, hit), another=another)
            if another and candidate.ref is None and candidate.fits is Fits.OTHER and not view.seasons:
                candidate = replace(candidate, fits=setting.scope.default)  # a new one is none of the season before
            yield replace(candidate, meant=Modality.SCHEDULED) if _to_come(view, hit, setting) else candidate


def _shared_verb(view: View, hit: Hit) -> int:
    """Return where the clause of a noun ends; in a row the verb stands behind the last: ビジュアル、さらにPVも解禁."""
    last = view.clause(hit.start)[1]
    if view.words or last >= len(view.folded) or view.masked[hit.end : last].strip(" 、・とや&"):
        return last
    return view.clause(last)[1]


_FROM_THING = re.compile(r",? (?:from|of|for) (?:the |an? |its |their )?(?:[a-z0-9'-]+ ){0,3}$")


def _of_another(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether a clip is one *of* a film, an OVA, a box of discs: "a clip from the 10-minute OVA"."""
    if view.sentence.language != "en":
        return False
    things = things_named(view, setting.own_media, start=hit.end, end=view.clause(hit.start)[1])
    return any(_FROM_THING.search(view.masked[hit.end : thing.start]) for thing in things)


def _to_come(view: View, hit: Hit, setting: Setting) -> bool:
    """Say whether a trailer is only promised for a day: "a new teaser drops on October 11"."""
    first, last = view.clause(hit.start)
    if view.has("promised", start=first if view.words else hit.end, end=hit.start if view.words else last):
        return True
    for when in view.dates:
        if view.sentence.language == "en" and _told_by(view, hit, when):
            continue
        if first <= hit.end <= when.start < last and not setting.is_past(when) and when.date is not None:
            cue = tie(view, when, setting)
            told = cue is not None and cue.start >= hit.end and not view.soft_between(hit.end, cue.start)
            if cue is not None and told and of_thing(view, cue):
                return True
    return False


def _people(view: View, setting: Setting) -> Iterator[Candidate]:
    for kind, meaning in ((EventType.CAST, "cast"), (EventType.STAFF, "staff")):
        for hit in view.find(meaning):
            at_event = not view.words and view.has("event", start=hit.end, end=view.clause(hit.start)[1])
            if at_event or (not view.words and _known_for(view, hit)):
                continue
            if not _somebody(view, hit, kind) or (kind is EventType.STAFF and _of_source(view, hit)):
                continue
            if kind is EventType.CAST and any(overlap(hit, o) and _stranger(view, o) for o in view.find("serves")):
                continue
            if kind is EventType.CAST and view.has("stays", start=hit.start, end=hit.end) and _of_staff(view, hit):
                continue
            if kind is EventType.STAFF and view.words and not _credited(view, hit):
                continue
            yield _goes_on(replace(_at(kind, view, setting, hit), past=_looks_back(view)), setting)


_WHO_DID = re.compile(r"(?:of|from|directed|wrote|helmed|led) (?:the |its )?$")


def _goes_on(candidate: Candidate, setting: Setting) -> Candidate:
    """Tell people by what they do now: "X, who directed the first season, is back as director"."""
    ref, view = candidate.ref, candidate.view
    if ref is None or candidate.fits is not Fits.OTHER or view.sentence.language != "en":
        return candidate
    before = ref.kind in {SeasonKind.FIRST, SeasonKind.PREVIOUS} or ref.number == 1
    if before and view.has("credited") and _WHO_DID.search(view.masked, 0, ref.start):
        return replace(candidate, fits=setting.scope.default)
    return candidate


def _known_for(view: View, hit: Hit) -> bool:
    """Say whether people are only what a work is known for: Xが主演を務めた話題の西部劇『…』の続編."""
    own = next((name for name in view.own if name.start >= hit.end), None)
    if own is None or view.has("announce", "reveal", start=hit.end, end=own.start):
        return False
    return _KNOWN_FOR.fullmatch(view.masked, hit.end, own.start) is not None


def _of_source(view: View, hit: Hit) -> bool:
    """Say whether a Japanese sentence tells who made the original or a song: 原作は…が手がけている."""
    return not view.words and _MADE.search(view.masked, 0, hit.start) is not None


def _somebody(view: View, hit: Hit, kind: EventType) -> bool:
    """Say whether people are named: "I spoke with the writers" names nobody. English lexicons tell by themselves.

    A cast may come back as a whole, without names.
    """
    if not view.words or view.sentence.language == "en":
        return True
    if kind is EventType.CAST and view.has("cast_gone", start=hit.start, end=hit.end):
        return True
    if any(hit.end <= denial.start for denial in view.find("negation", end=view.clause(hit.start)[1])):
        return False
    back = kind is EventType.CAST and (view.kind is BlockKind.HEADLINE or view.has("returns", "again_all"))
    return view.has("hired") or bool(people(view)) or back


def _returning(view: View, setting: Setting) -> Iterator[Candidate]:
    """Several people named together who come back or join are a cast: "X, Y and Z are all back"."""
    hit = next(view.find("returns"), None)
    staff = view.sentence.language == "en" and view.has("staff")
    if hit is not None and len(people(view)) >= _SEVERAL and not staff and not view.has("cast"):
        yield replace(_at(EventType.CAST, view, setting, hit), past=_looks_back(view))


def _of_staff(view: View, hit: Hit) -> bool:
    """Say whether it is the director who goes on, and no actor: 監督は引き続き…."""
    first = max(0, hit.start - _ROLE_BEFORE)
    staff = any(first <= role.start < hit.start for role in view.find("staff"))
    return staff and not view.has("cast", start=first, end=hit.start)


def _credited(view: View, hit: Hit) -> bool:
    """Say whether a role is said to be filled ("directed by"); a director who only speaks is no news."""
    if not view.has("role_noun", start=hit.start, end=hit.end):
        return True
    first, last = view.clause(hit.start)
    return view.has("credited", start=first, end=last)


def _looks_back(view: View) -> bool:
    """Say whether a sentence tells of a run that is over ("directed by X, aired from January to March")."""
    return view.has("released") and not view.has("future")


_STARTED = re.compile(r"\b(?:started|launched|began) (?:the|its|an?) (?:new )?$")
_TELLS = re.compile(
    r" that | and (?:a|the|its) [\w ]*(?:window|date|day)"
    r"|(?:announc|reveal|confirm|unveil|show|declar|giv|nam)(?:es|ed|ing|s|n) "
)


def _told_by(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether a clip tells of the day, and does not come on it: "a teaser announced the January premiere"."""
    return hit.end <= when.start and _TELLS.search(view.folded, hit.end, when.start) is not None


def _dubbed(view: View, setting: Setting) -> Iterator[Candidate]:
    for hit in view.find("dub"):
        first, last = view.clause(hit.start)
        dates = [when for when in view.dates if not setting.is_past(when) and not begun(view, when, setting)]
        begins = view.has("reveal", "release", "stream", start=first, end=last) or _STARTED.search(
            view.folded, first, hit.start
        )
        if not begins and not _dated_elsewhere(view, dates):
            continue
        dates = dates or _lately(view, setting)
        dates.sort(key=lambda when: not first <= when.start < last)  # those of its clause first
        when = next((when for when in dates if _of_dub(view, hit, when)), None)
        candidate = _at(EventType.DUB, view, setting, hit)
        yield replace(candidate, date=when.date if when else None, service=service_at(view, hit.start))


def _lately(view: View, setting: Setting) -> list[FoundDate]:
    """Outside English: what came out yesterday without a word before is news, too ("ieri sera ha pubblicato…")."""
    if setting.published is None or view.sentence.language == "en" or not view.words:
        return []
    days = [when for when in view.dates if when.relative and when.date is not None and when.date.is_day]
    return [when for when in days if when.date and 0 < (setting.published - when.date.latest).days <= _JUST_OUT]


def _of_dub(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether a day is the dub's: not where it follows a stream, and the dub comes behind."""
    first, last = view.clause(hit.start)
    if view.sentence.language != "en" or hit.start < when.start or not first <= when.start < last:
        return True
    return not view.has("stream", start=first, end=when.start)


def _dated_elsewhere(view: View, dates: list[FoundDate]) -> bool:
    """Outside English a day in the sentence is enough: "dubbed episodes two weeks later: January 18".

    English says from when: "the block runs the dubbed season from the night of April 10".
    """
    if view.sentence.language == "en":
        return any(_FROM.search(view.folded, 0, when.start) for when in dates)
    return view.words and bool(dates)


_FROM = re.compile(r"\b(?:from|beginning|starting|as of)(?: on)?(?: the (?:night|evening|morning) of)? $")


def _streamed(view: View, setting: Setting) -> Iterator[Candidate]:
    for hit in view.find("stream"):
        first, last = view.clause(hit.start)
        services = [service for service in view.services if first <= service.start < last]
        if view.has("dub", "episode", start=first, end=last) or (services and not any(s.streams for s in services)):
            continue
        if _as_person(view, hit) and not _boards(view, hit):
            continue
        if not services and (stranger := _stranger(view, hit)) is not None:
            services = [stranger]
        if not services and view.has("the_service") and (meant := _service_meant(setting)) is not None:
            services = [meant]
        services = [service for service in services if service.streams]
        if (
            not services
            or _clip(view, services, first, last)
            or (not view.words and view.has("rerun", start=first, end=last))
        ):
            continue
        when = _future(view, first, last if view.words else _to_end_of_topic(view, hit, last), setting)
        service = services[0] if len({service.name for service in services}) == 1 else None
        candidate = _at(EventType.STREAMING, view, setting, hit)
        over = when is None and (_carried_already(view, first, last) if view.words else long_over(view, hit, setting))
        candidate = replace(candidate, date=when.date if when else None, past=over or _looks_back(view))
        row = _services_in_row(view, hit.start) if service is None else []
        yield from (replace(candidate, service=one) for one in row or (service,))


def _boards(view: View, hit: Hit) -> bool:
    """Say whether a service, and no actor, is the subject of a verb of both."""
    return any(0 <= hit.start - service.end <= 1 for service in view.services) or _stranger(view, hit) is not None


def _service_meant(setting: Setting) -> FoundService | None:
    """Return the service that "the platform" means: the only one of the text, or the one of the headline."""
    if setting.service is not None:
        return setting.service
    heads = (view for view in setting.scope.views if view.kind is BlockKind.HEADLINE)
    found = (_stranger(view, hit) for view in heads for hit in view.find("serves"))
    return next((service for service in found if service is not None), None)


def _carried_already(view: View, first: int, last: int) -> bool:
    """Say whether a service is only said to have what is out: the day is over, or older episodes are meant.

    English tells it by its verbs.
    """
    if not view.words or view.sentence.language == "en":
        return False
    gone = any(first <= when.start < last for when in view.dates)
    old = any(ref.kind is SeasonKind.PREVIOUS for ref in view.seasons)
    present = not view.seasons and view.has("available", start=first, end=last)
    return gone or old or present


def _to_end_of_topic(view: View, hit: Hit, last: int) -> int:
    """What opens with 配信は tells of the streaming to its end."""
    return len(view.folded) if view.masked.startswith("は", hit.end) else last


def _clip(view: View, services: list[FoundService], first: int, last: int) -> bool:
    """Say whether it is a trailer that a video site has, and not the season."""
    shown = view.has("trailer", start=first, end=last)
    posted = view.words and view.sentence.language != "en" and not view.seasons
    return all(service.name == "YouTube" for service in services) and (shown or posted)


def _stranger(view: View, hit: Hit) -> FoundService | None:
    """Return a service that no list knows, where the words leave no doubt that one is meant."""
    if not view.words or not view.has("serves", start=hit.start, end=hit.end):
        return None
    text = view.sentence.text
    if view.kind is not BlockKind.HEADLINE and hit.start > 0 and text[hit.start].isupper():
        return _named_by_verb(text, hit)
    taken = [(span.start, span.end) for spans in (view.names, view.seasons, view.dates) for span in spans]
    found = stranger_at(text, hit.start, hit.end, taken)
    return None if found is not None and " " in found.name and _as_person(view, hit) else found


def _as_person(view: View, hit: Hit) -> bool:
    """Say whether the verb is one of people, too: "*Ann Lee* boards season 2", but "*Wavelet* boards season 2"."""
    return any(overlap(hit, other) for other in view.find("cast"))


_CAPITALS = re.compile(r"(?:[A-Z][\w+]* )+$")


def _named_by_verb(text: str, hit: Hit) -> FoundService | None:
    """A verb bears no capital in a sentence; there it is part of a name: "*Kite Stream* has the show"."""
    before = _CAPITALS.search(text, 0, hit.start)
    if before is None:
        return None
    end = hit.start + len(text[hit.start : hit.end].split(maxsplit=1)[0])
    return FoundService(before.start(), end, text[before.start() : end], streams=True)


def _finished(view: View, setting: Setting) -> Iterator[Candidate]:
    for hit in view.find("finish_with"):
        yield from _ended_with(_at(EventType.FINISHED, view, setting, hit), setting)
    for hit in view.find("finish"):
        first, last = view.clause(hit.start)
        when = _future(view, first, last, setting)
        if when is None and not view.words and len(view.dates) == 1:
            when = _future(view, 0, len(view.folded), setting)
        if when is None or not _ends_then(view, hit, when, setting):
            continue
        if _has_ended(view, hit, first, last):
            continue
        candidate = _at(EventType.FINISHED, view, setting, hit)
        if candidate.ref is not None or _on_air(view, setting):
            yield replace(candidate, date=when.date)


def _has_ended(view: View, hit: Hit, first: int, last: int) -> bool:
    """Say whether the verb says that it is over: 最終話が放送された, "lief die letzte Folge"."""
    if not view.words:
        return view.has("released", start=hit.end, end=last)
    past = view.sentence.language != "en" and view.has("released", start=first, end=last)
    return past and not view.has("future", start=first, end=last)


def _ended_with(candidate: Candidate, setting: Setting) -> Iterator[Candidate]:
    """Read "it will end after its seventh season" as an end of the seventh, and as a denial of the eighth."""
    ref = candidate.ref
    if ref is None or ref.kind not in {SeasonKind.AFTER, SeasonKind.NUMBER, SeasonKind.FIRST}:
        yield candidate
        return
    fits = setting.scope.fits(ref._replace(kind=SeasonKind.NUMBER) if ref.kind is SeasonKind.AFTER else ref)
    yield replace(candidate, fits=fits)
    last = ref.numbers[-1] if ref.numbers else 1
    if setting.scope.wanted == last + 1:
        yield replace(candidate, type=EventType.CANCELLED, fits=Fits.WATCHED)


def _future(view: View, first: int, last: int, setting: Setting) -> FoundDate | None:
    """Return a date to come that is not an event's or the day of saying it."""
    for when in view.dates:
        if first <= when.start < last and not setting.is_past(when):
            nearest = nearest_tie(view, when, setting)
            if nearest is None or nearest.meaning not in {"event", "said", "goods"}:
                return when
    return None


def _ends_then(view: View, hit: Hit, when: FoundDate, setting: Setting) -> bool:
    """Say whether it is the season that ends on that day, and not a person's work, and not the year before."""
    first, last = view.clause(hit.start)
    if when.before is not None and not view.has("future", start=first, end=last) and not _near(when, setting):
        return False
    if view.has("since", start=first, end=hit.start):
        return False
    if view.has("episode_end", start=hit.start, end=hit.end) or not view.words:
        return True
    nearest = nearest_tie(view, when, setting)
    if nearest is not None and nearest.meaning == "release" and hit.end <= nearest.start and _neutral(view, hit, when):
        nearest = None  # "tire sa révérence avec l'épisode 22, programmé au 28 mars"
    starts = [*(name.start for name in view.names), *(ref.start for ref in view.seasons), first]
    named = any(first <= start <= hit.start for start in starts[:-1]) or first == hit.start
    return (nearest is None or nearest.meaning == "finish") and (
        named or view.has("thing", "episode", start=first, end=hit.start)
    )


def _neutral(view: View, hit: Hit, when: FoundDate) -> bool:
    """Say whether the word that ties the day to an end only says that it is set."""
    return view.sentence.language != "en" and view.has("due", start=hit.end, end=when.end)


def _near(when: FoundDate, setting: Setting) -> bool:
    """Say whether a day without a year is more likely the coming one: far less than a year away, the last one not."""
    if when.date is None or setting.published is None:
        return False
    return 0 <= (when.date.earliest - setting.published).days <= _SOON


def _on_air(view: View, setting: Setting) -> bool:
    """Without a season in the sentence, an end is that of the season that is on the air."""
    scope = setting.scope
    return scope.wanted == 1 or scope.season_inherited.get(view.sentence.index) is Fits.WATCHED


_FINDERS: tuple[Callable[[View, Setting], Iterable[Candidate]], ...] = (
    _delayed,
    _rows,
    _cancelled,
    _announced,
    _shown,
    _people,
    _returning,
    _dubbed,
    _streamed,
    _finished,
)
