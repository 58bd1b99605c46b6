"""Kind ``syoboi``: Syoboi Calendar, the broadcast guide of Japan (``…/db.php?Command=TitleLookup&…``).

In:    bytes and `ParseContext`.
Out:   `Parsed`: one record per title; months are as fine as its dates get.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from html import unescape

from watcher.config.settings import SourceConfig
from watcher.errors import ParseError
from watcher.fetch.exchange import Request
from watcher.memory import SourceState
from watcher.sources.decode import decode
from watcher.sources.parsed import ParseContext, Parsed
from watcher.sources.plain import tidy
from watcher.sources.records import Parts, Record, begun, entry_of, is_part, parts_of, season_in, texts

_ITEM = re.compile(r"<TitleItem\b[^>]*>(.*?)</TitleItem>", re.DOTALL)
_FIELD = re.compile(
    r"<(TID|Title|ShortTitle|TitleYomi|TitleEN|Cat|FirstYear|FirstMonth|FirstEndYear|FirstEndMonth|FirstCh)>([^<]*)</\1>"
)
_RESULT = re.compile(r"<Code>\s*(\d+)\s*</Code>(?:\s*<Message>([^<]*)</Message>)?")
_SERIES = {"1", "10"}
"""Categories: anime on television, and those that ended."""


def request(source: SourceConfig, state: SourceState) -> Request:
    """Ask as the address says: for some titles, or for all that changed since a day."""
    return Request(url=source.url, accept="application/xml", validators=state.validators)


def parse(body: bytes, context: ParseContext) -> Parsed:
    """Read titles."""
    text = decode(body, context.content_type).text
    if "<TitleLookupResponse" not in text[:2_000] or "<!ENTITY" in text[:2_000]:
        raise ParseError("this is not an answer of Syoboi Calendar", reason="unreadable")
    result = _RESULT.search(text[:5_000])
    if result is not None and result[1] not in {"200", "404"}:
        raise ParseError(f"Syoboi Calendar answered: {tidy(result[2] or result[1])}", reason="unreadable")
    items = [dict(_FIELD.findall(found[1])) for found in _ITEM.finditer(text)]
    records = [_record(item, context) for item in items if item.get("Title") and item.get("Cat", "1") in _SERIES]
    return Parsed(entries=tuple(entry_of(record) for record in records), kind="syoboi", closed=False)


def _record(item: dict[str, str], context: ParseContext) -> Record:
    fields = {name: tidy(unescape(value)) for name, value in item.items()}
    title = fields["Title"]
    start, end = _month(fields, "First"), _month(fields, "FirstEnd")
    today = context.now.date()
    over = begun({**end, "day": 28} if end["month"] else end, today)
    running = begun({**start, "day": 28} if start["month"] else start, today)
    return Record(
        catalogue="syoboi",
        id=fields.get("TID", ""),
        name=title,
        season=None if is_part(title) else season_in(title) or 1,
        status="finished" if over else "releasing" if running else "not_yet_released",
        start=start,
        end=end,
        ids={"syoboi": int(fields["TID"])} if fields.get("TID", "").isdigit() else {},
        aliases=texts([fields.get("ShortTitle"), fields.get("TitleEN"), fields.get("TitleYomi")]),
        link=f"https://cal.syoboi.jp/tid/{fields.get('TID', '')}",
    )


def _month(fields: dict[str, str], side: str) -> Parts:
    year, month = fields.get(f"{side}Year", ""), fields.get(f"{side}Month", "")
    return parts_of(int(year) if year.isdigit() else None, int(month) if month.isdigit() else None)
