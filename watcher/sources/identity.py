"""Know an entry again, whatever its source does to ids, links and texts.

In:    the entries of one look, what was seen before (at least all that shares an id, link or fingerprint), now.
Out:   `Recognised`: new, edited and unchanged entries, and the records to write.
Never: network, disk, clock. An id, link or fingerprint that changes does not make an entry new as long as another of
       the three still tells it; a record is claimed once, so twins stay twins.

The ladder is id, then link, then fingerprint (title and day). Agreement of two beats any single one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from watcher.errors import ParseError
from watcher.memory import IdentityBy, SeenEntry, SourceState
from watcher.model import Entry
from watcher.sources.parsed import Parsed
from watcher.sources.plain import comparable

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|_ga|_gl|ref|ref_src|referrer|cmpid|cmp|ncid|ocid|src|source|from|via|spm"
    r"|phpsessid|jsessionid|sid|session_?id|aspsessionid\w*|sess|rss|feature|s_cid|ito|_hs\w+|mkt_tok|cb|nocache|cachebuster|timestamp|rnd",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";[a-z]*session[a-z]*=[^/?#]*", re.IGNORECASE)
_DEFAULT_PAGES = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$", re.IGNORECASE)
_PLAIN_LINK = re.compile(r"https?://(?:www\.)?(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?P<path>/[A-Za-z0-9_.~%/-]*)?")
_EMPTIED = 5
_REFRESH = timedelta(days=1)
"""How stale `last_seen` of an unchanged record may be: writing it at every look would be all that a look writes."""
_NOTICEABLE = 3
_CLOSER = "+"
"""Behind the digest of an entry whose remembered text is that of its article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """What one look brought, compared with all looks before."""

    new: tuple[Entry, ...] = ()
    edited: tuple[Entry, ...] = ()
    """Known, but what is read of them changed: to be judged again, never "new"."""
    same: tuple[Entry, ...] = ()
    records: tuple[SeenEntry, ...] = ()
    """To be written: of new and changed entries, and of unchanged ones not written for a day."""
    new_keys: tuple[str, ...] = ()
    """Our key of each entry of `new`, in its order."""
    edited_keys: tuple[str, ...] = ()
    identity_by: IdentityBy = IdentityBy.ID
    warnings: tuple[str, ...] = ()
    redesigned: bool = False
    """Nearly everything is new at once and nothing is known again: more likely a rebuilt page than a day of news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """By what a store finds the records that `recognise` needs."""

    ids: frozenset[str]
    links: frozenset[str]
    fingerprints: frozenset[str]
    faces: tuple[_Face, ...] = ()
    """For `recognise`, which would have to work them out again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Face:
    """The properties by which one entry is told."""

    entry: Entry
    id: str
    link: str
    fingerprint: str
    digest: str


def canonical(link: str | None) -> str:
    """Reduce a link to what identifies the page: no tracking, session or fragment; http and https alike."""
    if not link:
        return ""
    if plain := _PLAIN_LINK.fullmatch(link):
        return f"//{plain['host']}{_page(plain['path'] or '')}"
    try:
        parts = urlsplit(link.strip())
        host, port = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return link.strip()
    if not host:
        return link.strip()
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(name)
    ]
    path = _page(_SESSION_PATH.sub("", parts.path))
    place = f"{host}:{port}" if port not in {None, 80, 443} else host
    query = f"?{urlencode(sorted(kept))}" if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"//{place}{path}{query}{fragment}"


def _page(path: str) -> str:
    return _DEFAULT_PAGES.sub("/", path).rstrip("/").removesuffix("/amp")


def fingerprint(title: str, published: datetime | None) -> str:
    """Digest a title and a day, whatever their spelling."""
    day = published.date().isoformat() if published else ""
    return _digest(f"{comparable(title)}|{day}")


def content_digest(entry: Entry) -> str:
    """Digest all that is read of an entry; its times are left out, they move without anything being said."""
    words = comparable(f"{entry.title} {entry.words}".replace("\n", " "))
    data = json.dumps(entry.data, sort_keys=True, default=str) if entry.data else ""
    return _digest(f"{words}|{data}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def lookup(entries: Iterable[Entry]) -> Keys:
    """Say which records to fetch before `recognise`."""
    faces = tuple(_face(entry) for entry in entries)
    return Keys(
        faces=faces,
        ids=frozenset(face.id for face in faces if face.id),
        links=frozenset(face.link for face in faces if face.link),
        fingerprints=frozenset(face.fingerprint for face in faces),
    )


def recognise(
    entries: Sequence[Entry],
    seen: Iterable[SeenEntry],
    *,
    source_id: str,
    state: SourceState,
    now: datetime,
    keys: Keys | None = None,
) -> Recognised:
    """Tell new entries from known ones; *keys* is what `lookup` said of the same entries."""
    faces = _distinct((keys or lookup(entries)).faces)
    records = list(seen)
    matched = _match(faces, records, state.identity_by)
    sorted_out = [_sort(face, matched.get(number), source_id, now) for number, face in enumerate(faces)]
    identity_by, warnings = _health(faces, matched, state)
    fresh = [face.entry for (what, _), face in zip(sorted_out, faces, strict=True) if what == "new"]
    told = {wanted: tuple(record.key for what, record in sorted_out if what == wanted) for wanted in ("new", "edited")}
    known_before = bool(records) or state.entries_last > 0
    lost = known_before and state.first_look is not None and not matched and len(fresh) >= _EMPTIED
    warnings += ("nothing of the last look is left: entries in between may have been missed",) if lost else ()
    return Recognised(
        new=tuple(fresh),
        edited=tuple(face.entry for (what, _), face in zip(sorted_out, faces, strict=True) if what == "edited"),
        same=tuple(face.entry for (what, _), face in zip(sorted_out, faces, strict=True) if what in {"same", "stale"}),
        records=tuple(record for what, record in sorted_out if what != "same"),
        new_keys=told["new"],
        edited_keys=told["edited"],
        identity_by=identity_by,
        warnings=warnings,
        redesigned=lost and len(fresh) >= 2 * _EMPTIED,
    )


def check_emptied(parsed: Parsed, state: SourceState) -> None:
    """Raise where a list that was long is suddenly empty: a broken source, not a day without news."""
    if not parsed.entries and not parsed.delta and state.entries_last > _EMPTIED:
        raise ParseError(f"the source is empty; it had {state.entries_last} entries at the last look", reason="emptied")


def check_account(parsed: Parsed, state: SourceState) -> None:
    """Raise where another account speaks at an address that pins none: a handle can change hands."""
    if state.account and parsed.account and parsed.account != state.account:
        text = f"another account ({parsed.account}) speaks here than the one that did first ({state.account})"
        raise ParseError(f"{text}; if that is right, write the new one into the address", reason="identity")


def _face(entry: Entry) -> _Face:
    link = canonical(entry.link)
    own = entry.id if entry.id != entry.link else ""
    return _Face(
        entry=entry,
        id=canonical(own) if own.startswith(("http://", "https://")) else own,
        link=link,
        fingerprint=fingerprint(entry.title, entry.published),
        digest=content_digest(entry),
    )


def _distinct(faces: Iterable[_Face]) -> list[_Face]:
    """Drop what a source lists twice: the same title and day, and the same link or id."""
    kept: dict[tuple[str, str], _Face] = {}
    for face in faces:
        kept.setdefault((face.fingerprint, face.link or face.id), face)
    return list(kept.values())


_Told = Callable[[_Face | SeenEntry], str]


def _id(one: _Face | SeenEntry) -> str:
    return one.id if isinstance(one, _Face) else one.entry_id


def _link(one: _Face | SeenEntry) -> str:
    return one.link


def _print(one: _Face | SeenEntry) -> str:
    return one.fingerprint


def _match(faces: Sequence[_Face], records: Sequence[SeenEntry], by: IdentityBy) -> dict[int, SeenEntry]:
    """Pair entries with records, surest pairs first; each record is claimed once."""
    passes: list[tuple[_Told, ...]] = [(_id, _link, _print), (_id, _print), (_link, _print), (_id, _link)]
    passes += [(_id,)] if by is IdentityBy.ID else []
    passes += [(_link,), (_print,)] if by is not IdentityBy.FINGERPRINT else [(_print,), (_link,)]
    claimed: set[str] = set()
    matched: dict[int, SeenEntry] = {}
    for told in passes if records else ():
        _pair(faces, records, told, claimed, matched)
    return matched


def _pair(
    faces: Sequence[_Face],
    records: Sequence[SeenEntry],
    told: tuple[_Told, ...],
    claimed: set[str],
    matched: dict[int, SeenEntry],
) -> None:
    single = len(told) == 1
    shared = _shared(faces, records, told[0]) if single else frozenset()
    index: dict[tuple[str, ...], list[SeenEntry]] = {}
    for record in records:
        name = tuple(tell(record) for tell in told)
        if record.key not in claimed and all(name):
            index.setdefault(name, []).append(record)
    for number, face in enumerate(faces):
        name = tuple(tell(face) for tell in told)
        if number in matched or not all(name) or (single and name[0] in shared):
            continue
        if candidates := index.get(name):
            matched[number] = candidates.pop(0)
            claimed.add(matched[number].key)


def _shared(faces: Sequence[_Face], records: Sequence[SeenEntry], tell: _Told) -> frozenset[str]:
    """Give the values that several entries carry at once: they tell nothing apart."""
    if tell is _print:
        return frozenset()
    here = Counter(tell(face) for face in faces)
    before = Counter(tell(record) for record in records)
    return frozenset(value for counts in (here, before) for value, count in counts.items() if count > 1)


def read_closer(record: SeenEntry, entry: Entry) -> SeenEntry:
    """Remember an entry with the text of its article; what tells whether its source changes it stays."""
    return replace(
        record, blocks=entry.blocks, published=entry.published or record.published, digest=f"{record.digest}{_CLOSER}"
    )


def _sort(face: _Face, record: SeenEntry | None, source_id: str, now: datetime) -> tuple[str, SeenEntry]:
    if record is None:
        return "new", _record(face, source_id, now)
    renewed = replace(
        record,
        entry_id=face.id,
        link=face.link,
        fingerprint=face.fingerprint,
        digest=face.digest,
        title=face.entry.title,
        url=face.entry.link,
        published=face.entry.published or record.published,
        last_seen=now,
        blocks=face.entry.blocks,
    )
    if record.digest == f"{face.digest}{_CLOSER}":
        renewed = replace(renewed, digest=record.digest, blocks=())  # the store keeps the article's text
    elif record.digest != face.digest:
        return "edited", renewed
    moved = (record.entry_id, record.link, record.fingerprint) != (face.id, face.link, face.fingerprint)
    return ("stale", renewed) if moved or now - record.last_seen >= _REFRESH else ("same", record)


def _record(face: _Face, source_id: str, now: datetime) -> SeenEntry:
    return SeenEntry(
        source_id=source_id,
        key=_digest(f"{source_id}|{face.id}|{face.link}|{face.fingerprint}"),
        entry_id=face.id,
        link=face.link,
        fingerprint=face.fingerprint,
        digest=face.digest,
        title=face.entry.title,
        url=face.entry.link,
        published=face.entry.published,
        first_seen=now,
        last_seen=now,
        blocks=face.entry.blocks,
        data=face.entry.data,
    )


def _health(
    faces: Sequence[_Face], matched: dict[int, SeenEntry], state: SourceState
) -> tuple[IdentityBy, tuple[str, ...]]:
    """Step down the ladder where a source's ids (or links) turn out not to stay."""
    ids = sum(
        1
        for number, record in matched.items()
        if faces[number].id and record.entry_id and record.entry_id != faces[number].id
    )
    links = sum(
        1
        for number, record in matched.items()
        if faces[number].link and record.link and record.link != faces[number].link
    )
    enough = max(_NOTICEABLE, len(matched) // 2)
    twins = Counter(face.id for face in faces if face.id)
    shared = sum(count for count in twins.values() if count > 1)
    by, warnings = state.identity_by, []
    if by is IdentityBy.ID and (ids >= enough or shared >= max(_NOTICEABLE, len(faces) // 2)):
        by = IdentityBy.LINK
        warnings.append("the ids of this source do not stay or are shared; its entries are told by link and title")
    if by is IdentityBy.LINK and links >= enough:
        by = IdentityBy.FINGERPRINT
        warnings.append("the links of this source do not stay; its entries are told by title and day")
    return by, tuple(warnings)
