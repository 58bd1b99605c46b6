"""XML of feeds made safe and whole before a parser sees it.

In:    the decoded text of something that should be a feed.
Out:   text with one known root, no DTD, no cut end, and no undeclared prefix where a parser minds one (`mended`); its
       items apart where need be.
Never: network, disk, clock. Entity bombs and external entities are `ParseError` ("hostile").
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from watcher.errors import ParseError

_ROOT = re.compile(r"<(?![?!])(?P<name>[\w.:-]+)(?P<rest>[^>]{0,8000})>")
_ROOTS = {"rss": "item", "rdf": "item", "feed": "entry"}
_DOCTYPE = re.compile(r"<!(?i:DOCTYPE)\s[^\[>]{0,2000}(?:\[(?P<inner>.*?)\]\s*)?>", re.DOTALL)
_ENTITY = re.compile(
    r"<!ENTITY\s+(?P<parameter>%\s+)?(?P<name>[\w.-]+)\s+(?:(?P<outside>SYSTEM|PUBLIC)|(?P<quote>[\"'])(?P<value>.*?)(?P=quote))",
    re.DOTALL,
)
_REFERENCE = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(?:(?P<name>[A-Za-z][A-Za-z0-9]{1,31});)?"
)
_NUMERIC = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_PREFIX = re.compile(r"</?([A-Za-z_][\w.-]*):[A-Za-z]")
_COLON = re.compile(r":[A-Za-z_][\w.-]*\s*=\s*[\"']")
_BEFORE_COLON = re.compile(r"\s([A-Za-z_][\w.-]*)\Z")
_LONGEST_PREFIX = 100
_DECLARED = re.compile(r"xmlns:([A-Za-z_][\w.-]*)\s*=")
_MOST_OF_A_TAG = 20_000
_WINDOW = _MOST_OF_A_TAG // 2
"""A tag as long as that fills one of these windows."""
_OVERLOADED = re.compile(rf"<([\w:.-]{{1,80}})\s[^<>]{{{_MOST_OF_A_TAG},}}>")
_MAX_ENTITIES, _MAX_VALUE = 64, 200
_JUNK = 4_096
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "yt": "http://www.youtube.com/xml/schemas/2015",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedText:
    """A feed's text, ready for a parser."""

    text: str
    root: str
    """The root's name as written: ``rss``, ``rdf:RDF``, ``feed``, ``atom:feed``."""
    item: str
    """The name of one item as written."""
    cut: bool = False
    """The end was missing; what was begun and not finished is left out."""

    def mended(self) -> FeedText:
        """Give the same with what no parser takes put right: foreign entities, bare ampersands, undeclared prefixes."""
        found = _find_root(self.text)
        text = _referenced(self.text)
        return replace(self, text=text if found is None else _declared(text, found["rest"]))

    def pieces(self) -> tuple[str, list[str]]:
        """Give what stands before the first item, and each item."""
        starts = [found.start() for found in re.finditer(rf"<{re.escape(self.item)}[\s>]", self.text)]
        if not starts:
            return self.text, []
        bounds = [*starts, self._stop(starts[-1])]
        return self.text[: starts[0]], [self.text[one:two] for one, two in pairwise(bounds)]

    def _stop(self, last: int) -> int:
        closed = self.text.rfind(f"</{self.item}>")
        return closed + len(self.item) + 3 if closed > last else self.text.rfind(f"</{self.root}")

    def with_items(self, head: str, items: list[str]) -> str:
        """Put a feed together again from its head and some of its items."""
        end = "" if self.root.lower() != "rss" or "</channel>" in head else "</channel>"
        return f"{head}{''.join(items)}{end}</{self.root}>"


def prepare(text: str) -> FeedText | None:
    """Make a feed's text safe and whole; None where it is no feed at all."""
    text = _without_doctype(text.lstrip("\ufeff \t\r\n"))
    root = _find_root(text)
    if root is None:
        return None
    name = root["name"]
    text = _unloaded(text[root.start() :])
    item = _item_name(text, name)
    closed = re.search(rf"</{re.escape(name)}\s*>", text[-_JUNK:])
    if closed is not None:
        end = len(text) - min(len(text), _JUNK) + closed.end()
        return FeedText(text=text[:end], root=name, item=item)
    return FeedText(text=_mended(text, name, item), root=name, item=item, cut=True)


def _find_root(text: str) -> re.Match[str] | None:
    """Find the root element; a few bytes of foreign output before it are passed over."""
    for found in _ROOT.finditer(text[: 4 * _JUNK]):
        if _local(found["name"]) in _ROOTS:
            return found if found.start() < 2 * _JUNK else None
        if found["name"].lower() in {"html", "head", "body", "script", "div", "meta"}:
            return None
    return None


def _local(name: str) -> str:
    return name.rsplit(":", 1)[-1].lower()


def _item_name(text: str, root: str) -> str:
    wanted = _ROOTS[_local(root)]
    found = re.search(rf"<((?:[\w.-]+:)?{wanted})[\s>]", text)
    return found[1] if found else wanted


def _without_doctype(text: str) -> str:
    found = _DOCTYPE.search(text[: 64 * _JUNK])
    if found is None:
        if "<!ENTITY" in text[: 64 * _JUNK]:
            raise ParseError("the document declares entities out of place", reason="hostile")
        return text
    entities = _entities(found["inner"] or "")
    text = text[: found.start()] + text[found.end() :]
    for name, value in entities.items():
        if text.count(f"&{name};") < 1_000:
            text = text.replace(f"&{name};", value)
    return text


def _entities(inner: str) -> dict[str, str]:
    """Give the harmless entities of a DTD: a few short values that refer to nothing."""
    found = list(_ENTITY.finditer(inner))
    if len(found) != inner.count("<!ENTITY") or len(found) > _MAX_ENTITIES:
        raise ParseError("the document declares too many or broken entities", reason="hostile")
    for entity in found:
        value = entity["value"] or ""
        nested = re.search(r"&(?!#)|%", value)
        if entity["outside"] or entity["parameter"] or nested or len(value) > _MAX_VALUE:
            raise ParseError("the document declares entities that expand or lead outside", reason="hostile")
    return {entity["name"]: entity["value"] for entity in found}


def _referenced(text: str) -> str:
    """Write HTML's named characters as characters and bare ampersands as entities."""

    def replaced(found: re.Match[str]) -> str:
        known = html.unescape(f"&{found['name']};") if found["name"] else ""
        return known if known and not known.startswith("&") else "&amp;" + found[0][1:]

    return _NUMERIC.sub(_possible, _REFERENCE.sub(replaced, text)) if "&" in text else text


def _possible(found: re.Match[str]) -> str:
    """Keep a numeric reference to a character that XML knows."""
    code = int(found[1], 16) if found[1] else int(found[2])
    known = code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return found[0] if known else ""


def _unloaded(text: str) -> str:
    """Take from tags what no tag of a feed has to carry."""
    if all(text.find(">", at, at + _WINDOW) >= 0 for at in range(0, len(text) - _WINDOW, _WINDOW)):
        return text
    return _OVERLOADED.sub(r"<\1>", text)


def _declared(text: str, attributes: str) -> str:
    """Declare prefixes that are used but not declared."""
    head = text[:400_000]
    used = {*_PREFIX.findall(head), *_attribute_prefixes(head)} - {"xml", "xmlns"}
    missing = sorted(used - set(_DECLARED.findall(head)))
    if not missing:
        return text
    spaces = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, "urn:undeclared:" + prefix)}"' for prefix in missing[:32]
    )
    at = text.find(attributes + ">")
    if at < 0:  # the root's own tag was damaged and has been mended: it is for the parser to judge
        return text
    at += len(attributes.rstrip("/"))
    return text[:at] + spaces + text[at:]


def _attribute_prefixes(text: str) -> Iterator[str]:
    # From the colon backwards: trying every blank as the beginning takes longer than all the rest of reading a feed.
    for found in _COLON.finditer(text):
        before = _BEFORE_COLON.search(text[max(0, found.start() - _LONGEST_PREFIX) : found.start()])
        if before is not None:
            yield before[1]


def _mended(text: str, root: str, item: str) -> str:
    """Close a cut feed behind its last whole item."""
    end = text.rfind(f"</{item}>")
    head = text[: end + len(item) + 3] if end >= 0 else text[: text.find(f"<{item}")] if f"<{item}" in text else ""
    if not head:
        raise ParseError("the feed is cut before its first item", reason="unreadable")
    channel = "</channel>" if _local(root) == "rss" and "</channel>" not in head else ""
    return f"{head}{channel}</{root}>"
