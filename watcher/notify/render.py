"""Put events and notices into words that a person wants to get.

In:    events, notices, the titles they are about, the user's time zone.
Out:   `Message` values without any markup.
Never: network, disk, clock; never foreign text outside a frame that says whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo

from watcher.model import Event, EventType, Evidence, Notice, NoticeType, Tier, Title
from watcher.notify import safe, words
from watcher.notify.facts import facts
from watcher.notify.message import Line, LineKind, Message, MessageKind, Section

LATE: Final = timedelta(hours=6)
"""A message that waited longer than this, not by the user's wish, says when it became known."""
QUOTE: Final = 600
SUBJECT: Final = 180
NOTICE_TEXT: Final = 1500
ROWS: Final = 40
"""Rows that a digest spells out; the rest is counted and in `watcher log`."""

SUBJECTS: Final = {
    NoticeType.SOURCE_FAILING: "a source cannot be read",
    NoticeType.SOURCE_RECOVERED: "a source is back",
    NoticeType.SOURCE_FLIPS: "a source has two faces",
    NoticeType.CHANNEL_BROKEN: "a channel does not work",
    NoticeType.CHANNEL_RECOVERED: "a channel works again",
    NoticeType.SITE_DOUBTED: "an official site may be somebody else's now",
    NoticeType.SITE_TRUSTED: "an official site is itself again",
    NoticeType.SEASON_ENDED: "a season has ended",
    NoticeType.LINE_RECOVERED: "our own line was down",
    NoticeType.REMINDER: "a reminder",
    NoticeType.TEST: "test message",
}

Item = Event | Notice
Titles = Mapping[str, Title]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What a message says about its own way."""

    timezone: ZoneInfo
    repeat: bool = False
    """A crash or a broken line left it unclear whether it arrived before."""
    now: datetime | None = None
    """When it is sent; None never calls it late."""


def render(
    item: Item, *, title: Title | None, timezone: ZoneInfo, repeat: bool = False, now: datetime | None = None
) -> Message:
    """Write the message for one event or notice."""
    way = Circumstances(timezone=timezone, repeat=repeat, now=now)
    if isinstance(item, Notice):
        return _notice(item, way)
    return render_story((item,), titles={title.id: title} if title else {}, way=way)


def render_story(events: Sequence[Event], *, titles: Titles, way: Circumstances) -> Message:
    """Write one message for all that one post told, be it about several facets or titles."""
    first = events[0]
    sections = _sections(events, titles, way)
    late = _late(first.at, way)
    return Message(
        key=_key([event.ref for event in events]),
        refs=tuple(event.ref for event in events),
        kind=MessageKind.EVENT,
        subject=safe.cut(_story_subject(events, titles), SUBJECT),
        labels=(*_way_labels(first.at, way), *_unconfirmed(events)),
        sections=tuple(sections),
        foot=_foot([event.ref for event in events]),
        link=safe.safe_url(first.evidence[0].url) if first.evidence else None,
        at=first.at,
        repeat=way.repeat,
        late=late,
        facts=tuple(facts(event, title=titles.get(event.title_id)) for event in events),
    )


def render_digest(items: Sequence[Item], *, titles: Titles, way: Circumstances, folded: bool = False) -> Message:
    """Write one message for many; *folded* where they were too many, not where the user wanted a digest."""
    rows = items[:ROWS]
    sections = [_row(item, titles) for item in rows]
    if folded:
        sections.insert(0, _counts(items, titles))
    if rest := len(items) - len(rows):
        sections.append(Section(lines=(_note(f"… and {rest:,} more: watcher log"),)))
    refs = [item.ref for item in items]
    return Message(
        key=_key(refs),
        refs=tuple(refs),
        kind=MessageKind.DIGEST,
        subject=safe.cut(_digest_subject(items, titles, folded=folded), SUBJECT),
        labels=_repeat_labels(way),
        sections=tuple(sections),
        foot=("Why any of them: watcher explain REFERENCE",),
        link=None,
        at=items[-1].at,
        repeat=way.repeat,
        facts=tuple(facts(item, title=_title(item, titles)) for item in items),
    )


def story_of(item: Item) -> str:
    """Name the post that an item comes from; items of one story travel in one message."""
    if isinstance(item, Notice) or not item.evidence:
        return item.ref
    best = item.evidence[0]
    return best.entry or best.url or item.ref


def name_of(title_id: str, titles: Titles) -> str:
    """Name a title as the user wrote it."""
    title = titles.get(title_id)
    return safe.cut(safe.line(title.name if title else title_id), 80)


# -- one event ---------------------------------------------------------------------------------------


def _headline(event: Event, titles: Titles) -> str:
    doubt = "" if event.confirmed else " (unconfirmed)"
    return safe.line(f"{name_of(event.title_id, titles)} – {words.season(event)}: {words.what(event)}{doubt}")


def _story_subject(events: Sequence[Event], titles: Titles) -> str:
    first, *others = events
    about = {(event.title_id, words.season(event)) for event in events}
    if len(about) > 1:
        return " · ".join(dict.fromkeys(_headline(event, titles) for event in events))
    return ", ".join([_headline(first, titles), *(safe.line(words.what(event)) for event in others)])


def _sections(events: Sequence[Event], titles: Titles, way: Circumstances) -> list[Section]:
    """Write each event; what all of them share – the quote, the source, what was known before – is said once."""
    if len(events) == 1:
        lines = (*_fact_lines(events[0], way), *_evidence_lines(events[0], way), *_before_lines(events[:1]))
        return [Section(lines=lines)]
    posts = {_post(event) for event in events}
    quotes = {_quote(event) for event in events}
    sections = []
    for event in events:
        own = _evidence_lines(event, way) if len(posts) > 1 else _quote_lines(event) if len(quotes) > 1 else ()
        sections.append(Section(heading=_headline(event, titles), lines=(*_fact_lines(event, way), *own)))
    shared = () if len(posts) > 1 else _evidence_lines(events[0], way, quote=len(quotes) == 1)
    before = _before_lines(events)
    return [*sections, Section(lines=(*shared, *before))] if shared or before else sections


def _fact_lines(event: Event, way: Circumstances) -> tuple[Line, ...]:
    return (*_date_lines(event, way), *_people_lines(event), *_listed_lines(event))


def _before_lines(events: Sequence[Event]) -> list[Line]:
    """Say what was known before the first of these events about each title."""
    firsts = {event.title_id: event.known_before for event in reversed(events)}
    said = dict.fromkeys(safe.cut(safe.line(text), 300) for text in firsts.values() if text)
    return [Line(kind=LineKind.BEFORE, name="Before", text=text) for text in said]


def _post(event: Event) -> str | None:
    return event.evidence[0].url if event.evidence else None


def _quote(event: Event) -> str:
    return event.evidence[0].quote if event.evidence else ""


def _date_lines(event: Event, way: Circumstances) -> list[Line]:
    found = []
    if event.date is not None:
        moved = event.type in {EventType.DELAYED, EventType.ADVANCED}
        name = "New date" if moved else "Date"
        found.append(_fact(name, words.fuzzy(event.date)))
        if slot := words.slot(event.date, way.timezone):
            found.append(_fact("Time", slot))
    elif event.type is EventType.DELAYED:
        found.append(_fact("New date", "not given"))
    if event.before is not None:
        found.append(_fact("Was", words.fuzzy(event.before)))
    return found


def _people_lines(event: Event) -> list[Line]:
    found = [_fact("Where", safe.cut(safe.line(event.platform), 100))] if event.platform else []
    if event.names:
        found.append(_fact("Names", safe.cut(", ".join(map(safe.line, event.names)), 300)))
    return found


def _listed_lines(event: Event) -> list[Line]:
    if event.listed and event.type is EventType.ANNOUNCED:
        return [_note("A catalogue lists it; no announcement has been seen yet.")]
    if event.type is EventType.RETRACTED:
        return [_note("This corrects what you were told before.")]
    return []


def _quote_lines(event: Event) -> tuple[Line, ...]:
    best = event.evidence[0] if event.evidence else None
    quote = safe.cut(safe.line(best.quote or best.headline), QUOTE) if best else ""
    return (Line(kind=LineKind.QUOTE, text=quote, language=best.language),) if best and quote else ()


def _evidence_lines(event: Event, way: Circumstances, *, quote: bool = True) -> tuple[Line, ...]:
    if not event.evidence:
        return ()
    best, *others = event.evidence
    found = list(_quote_lines(event)) if quote else []
    found.append(Line(kind=LineKind.SOURCE, text=_source(best, way)))
    if others:
        also = dict.fromkeys(f"{safe.line(each.publisher)} ({words.TIERS[each.tier]})" for each in others)
        found.append(_fact("Also", safe.cut(", ".join(also), 300)))
    if url := safe.safe_url(best.url):
        found.append(Line(kind=LineKind.LINK, text=url))
    return tuple(found)


def _source(evidence: Evidence, way: Circumstances) -> str:
    """Say who said it and when: ``akudama-drive.com, official source · via press · 20 November 2026 · in Japanese``."""
    publisher = safe.cut(safe.line(evidence.publisher), 80) or safe.link_host(evidence.url)
    parts = [f"{publisher}, {words.TIERS[evidence.tier]}" if publisher else words.TIERS[evidence.tier]]
    if evidence.source and evidence.source.casefold() != publisher.casefold():
        parts.append(f"via {safe.line(evidence.source)}")
    if evidence.published is not None:
        said = evidence.published if evidence.date_only else evidence.published.astimezone(way.timezone)
        parts.append(words.short_day(said.date()))
    if language := words.language(evidence.language):
        parts.append(f"in {language}")
    return " · ".join(parts)


def _late(at: datetime, way: Circumstances) -> bool:
    return way.now is not None and way.now - at > LATE


def _way_labels(at: datetime, way: Circumstances) -> tuple[Line, ...]:
    if not _late(at, way):
        return _repeat_labels(way)
    text = f"Late: known since {words.moment(at, way.timezone)}, could not be sent before."
    return (*_repeat_labels(way), Line(kind=LineKind.LABEL, text=text))


def _repeat_labels(way: Circumstances) -> tuple[Line, ...]:
    text = "Possible repeat: it is not certain that this arrived before."
    return (Line(kind=LineKind.LABEL, text=text),) if way.repeat else ()


def _unconfirmed(events: Sequence[Event]) -> tuple[Line, ...]:
    if all(event.confirmed for event in events):
        return ()
    text = "Unconfirmed: no source that can be trusted alone has said this yet."
    return (Line(kind=LineKind.LABEL, text=text),)


def _foot(refs: Sequence[str]) -> tuple[str, ...]:
    # Without the #: a shell would take it for a comment.
    return (f"{' '.join(f'#{ref}' for ref in refs)} · why? watcher explain {refs[0]}",)


def _fact(name: str, text: str) -> Line:
    return Line(kind=LineKind.FACT, name=name, text=text)


def _note(text: str) -> Line:
    return Line(kind=LineKind.NOTE, text=text)


def _key(refs: Sequence[str]) -> str:
    return refs[0] if len(refs) == 1 else sha256("\n".join(sorted(refs)).encode()).hexdigest()[:16]


# -- notices -----------------------------------------------------------------------------------------


def _notice(notice: Notice, way: Circumstances) -> Message:
    text = safe.cut(safe.clean(notice.text).strip(), NOTICE_TEXT) or SUBJECTS[notice.type]
    return Message(
        key=notice.ref,
        refs=(notice.ref,),
        kind=MessageKind.NOTICE,
        subject=_notice_subject(notice, text),
        labels=_way_labels(notice.at, way),
        sections=(Section(lines=tuple(_note(each) for each in text.splitlines() if each.strip())),),
        foot=(f"#{notice.ref} · {_NOTICE_FEET.get(notice.type, 'this message is from the program itself')}",),
        at=notice.at,
        repeat=way.repeat,
        late=_late(notice.at, way),
        facts=(facts(notice, title=None),),
    )


def _notice_subject(notice: Notice, text: str) -> str:
    """Let a reminder, which is about a title and holds our own words only, say at once what it is about."""
    if notice.type is NoticeType.REMINDER:
        return safe.cut(safe.line(text.splitlines()[0]), SUBJECT)
    return f"Season Watcher: {SUBJECTS[notice.type]}"


_NOTICE_FEET: Final = {NoticeType.REMINDER: "you asked for it: reminders in config.toml"}


# -- many at once ------------------------------------------------------------------------------------


def _row(item: Item, titles: Titles) -> Section:
    if isinstance(item, Notice):
        text = safe.cut(safe.line(item.text), 200)
        return Section(heading=_notice_subject(item, text), lines=(_note(text),), compact=True)
    lines = []
    if item.evidence:
        best = item.evidence[0]
        lines.append(Line(kind=LineKind.SOURCE, text=f"{_publisher(best)} · #{item.ref}"))
        if url := safe.safe_url(best.url):
            lines.append(Line(kind=LineKind.LINK, text=url))
    return Section(heading=_headline(item, titles), lines=tuple(lines), compact=True)


def _publisher(evidence: Evidence) -> str:
    return f"{safe.cut(safe.line(evidence.publisher), 80)}, {words.TIERS[Tier(evidence.tier)]}"


def _counts(items: Sequence[Item], titles: Titles) -> Section:
    """Count a flood by title, most first."""
    count = Counter("the program itself" if isinstance(item, Notice) else item.title_id for item in items)
    named = [f"{name_of(id_, titles)} {number:,}" for id_, number in count.most_common(8)]
    more = [f"{len(count) - 8:,} other titles"] if len(count) > 8 else []
    return Section(lines=(_note("Too many at once to send one by one: " + ", ".join(named + more) + "."),))


def _digest_subject(items: Sequence[Item], titles: Titles, *, folded: bool) -> str:
    count = f"{len(items):,} message{'s' if len(items) != 1 else ''}"
    if folded:
        return f"Season Watcher: {count} at once"
    names = list(dict.fromkeys(name_of(item.title_id, titles) for item in items if isinstance(item, Event)))
    return f"Season Watcher: {count}" + (f" – {', '.join(names)}" if names else "")


def _title(item: Item, titles: Titles) -> Title | None:
    return titles.get(item.title_id) if isinstance(item, Event) else None
