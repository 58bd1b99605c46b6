"""Kind ``ann``: a work's page in the Anime News Network encyclopedia (``…/encyclopedia/api.xml?anime=ID``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one entry per news article that the encyclopedia files under the work, a record of the work, and a stub
       of each sequel, whose own page is to be read further.
Never: network, disk, clock. A work that is not there is told with status 200 and a warning: `ParseError` here.
"""

from __future__ import annotations

import re
from html import unescape

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.model import Entry
from watcher.sources.decode import decode
from watcher.sources.feeddates import parse_date
from watcher.sources.links import absolute
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import tidy, unmarked
from watcher.sources.records import (
    NO_DATE,
    Parts,
    Record,
    begun,
    entry_of,
    is_other,
    is_part,
    partial,
    parts_of,
    season_in,
    sequels_of,
    texts,
)

_ANIME = re.compile(r"<anime\b([^>]*)>")
_NEWS = re.compile(r"<news\b([^>]*)>(.*?)</news>", re.DOTALL)
_RELATED = re.compile(r"<related-(next|prev)\b([^>]*)/?>")
_INFO = re.compile(r"<info\b([^>]*)>(.*?)</info>", re.DOTALL)
_COMPANY = re.compile(r"<credit\b[^>]*>\s*<task>Animation Production</task>\s*<company\b[^>]*>([^<]*)</company>")
_ID = re.compile(r"anime=\d+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SEASONS = {"TV", "ONA", "Web", ""}
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*\"([^\"]*)\"")
_WARNING = re.compile(r"<warning>([^<]*)</warning>")
_BASE = "https://www.animenewsnetwork.com"


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask as the address says."""
    return Request(url=source.url, accept="application/xml", validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read a work's news and sequels."""
    text = decode(body, context.content_type).text
    head = _ANIME.search(text)
    if "<ann" not in text[:2_000] or head is None:
        warning = _WARNING.search(text[:2_000])
        said = f": {tidy(warning[1])}" if warning else ""
        raise ParseError(f"the encyclopedia has nothing here{said}", reason="unreadable")
    own = _own(_attributes(head[1]), text, context)
    news = [entry for found in _NEWS.finditer(text) if (entry := _news(found, context)) is not None]
    sequels = _related(text, "next")
    stubs = [_stub(id_, own) for id_ in sequels]
    return Parsed(
        entries=(*news[-context.limit :], *map(entry_of, [own, *stubs])),
        kind="ann",
        title=own.name,
        closed=False,
        further=tuple(_ID.sub(f"anime={id_}", context.asked) for id_ in sequels if _ID.search(context.asked)),
    )


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _news(found: re.Match[str], context: ParseContext) -> Entry | None:
    attributes, title = _attributes(found[1]), unmarked(found[2])
    link = absolute(attributes.get("href", ""), _BASE)
    if not title or link is None:
        return None
    published = parse_date(attributes.get("datetime"), context.tz)
    return Entry(id=link, link=link, title=title, published=published.at if published else None, language="en")


def _related(text: str, side: str) -> list[str]:
    """List the works that the encyclopedia calls a sequel (or, before, a prequel) of this one."""
    both = [(found[1], _attributes(found[2])) for found in _RELATED.finditer(text)]
    return texts(one.get("id") for where, one in both if where == side and one.get("rel") in {"sequel", "prequel"})


def _own(work: dict[str, str], text: str, context: ParseContext) -> Record:
    facts = [(_attributes(found[1]).get("type", ""), unmarked(found[2])) for found in _INFO.finditer(text)]
    names = texts([work.get("name"), *(said for kind, said in facts if kind in {"Main title", "Alternative title"})])
    start, end = _vintage(next((said for kind, said in facts if kind == "Vintage"), ""))
    return Record(
        catalogue="ann",
        id=work.get("id", ""),
        name=names[0] if names else "?",
        season=_season(work, names, text),
        status=_status(start, end, context),
        start=start,
        end=end,
        studios=texts(unmarked(found[1]) for found in _COMPANY.finditer(text)),
        ids={"ann": int(work["id"])} if work.get("id", "").isdigit() else {},
        aliases=names[1:],
        link=f"{_BASE}/encyclopedia/anime.php?id={work.get('id', '')}",
        relations=sequels_of(_related(text, "next")),
    )


def _season(work: dict[str, str], names: list[str], text: str) -> int | None:
    """Number a work by its name; without a number it is the first, unless it follows another."""
    if work.get("type", "") not in _SEASONS or is_other(work.get("name")):
        return 0
    if is_part(*names):
        return None
    return season_in(*names) or (None if _related(text, "prev") else 1)


def _vintage(text: str) -> tuple[Parts, Parts]:
    """Read when a work came out: a date of any precision, two with "to" between them, or words with a year in them."""
    first, _, last = text.partition(" to ")
    start = partial(first.split(" (")[0])
    if start["year"] is None and (year := _YEAR.search(first)):
        start = parts_of(int(year[0]))
    return start, partial(last.split(" (")[0])


def _status(start: Parts, end: Parts, context: ParseContext) -> str:
    if start == NO_DATE:
        return "listed"
    today = context.now.date()
    return "finished" if begun(end, today) else "releasing" if begun(start, today) else "not_yet_released"


def _stub(id_: str, own: Record) -> Record:
    """Tell that a sequel is listed; what it is and what it is called stands on a page of its own."""
    return Record(
        catalogue="ann",
        id=id_,
        name=f"{own.name} (sequel)",
        season=own.season + 1 if own.season else None,
        ids=own.ids,
        aliases=[own.name, *own.aliases],
        link=f"{_BASE}/encyclopedia/anime.php?id={id_}",
        stub=True,
    )
