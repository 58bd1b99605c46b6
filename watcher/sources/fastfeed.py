"""The quick way to read an ordinary feed: RSS 2.0, RSS 1.0 or Atom that keeps to what nearly all feeds keep to.

In:    the root of a feed that is well-formed XML.
Out:   a head and items as feedparser would give them, as far as `watcher.sources.feed` looks at them; None for
       anything unusual, which is feedparser's to read.
Never: network, disk, clock; never a guess. A name, an attribute or an order that is not listed here is unusual.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from watcher.sources.dom import Element

_ATOM = "http://www.w3.org/2005/Atom"
_RSS1 = "http://purl.org/rss/1.0/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_HTML = {"html": "text/html", "text/html": "text/html", "text": "text/plain", "text/plain": "text/plain"}
_WHOLE_URL = re.compile(r"https?://[^/\s][^\s]*")
_NO_URL = re.compile(r"[^:/\s]+(?::[^/\s]+)*")
"""Ids such as ``tag:site.example,2026:1`` or ``42``, which no base turns into something else."""
_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_PASSED = frozenset(
    [
        "{http://purl.org/rss/1.0/modules/slash/}",
        "{http://wellformedweb.org/CommentAPI/}",
        "{http://purl.org/rss/1.0/modules/syndication/}",
        "{com-wordpress:feed-additions:1}",
    ]
)
"""Vocabularies that say nothing about an entry that is read here."""
_RSS_HEAD = frozenset(
    ["description", "lastBuildDate", "pubDate", "generator", "docs", "ttl", "copyright", "managingEditor"]
) | {"webMaster", "category", "skipHours", "skipDays", "rating", "cloud", "image"}
_ATOM_HEAD = frozenset(["id", "updated", "subtitle", "generator", "rights", "category", "author", "icon", "logo"])

Item = dict[str, Any]


class _UnusualError(Exception):
    """Not an ordinary feed: one for feedparser."""


def read(root: Element) -> Item | None:
    """Read a feed; None where it is not an ordinary one."""
    way = _WAYS.get(root.tag)
    if way is None or not _plain_spaces(root):
        return None
    try:
        return way(root)
    except _UnusualError:
        return None


def _plain_spaces(root: Element) -> bool:
    """Say whether the root declares what its kind declares: feedparser goes by the order of declarations."""
    spaces = set(root.nsmap.values())
    if root.tag == "rss":
        return None not in root.nsmap
    foreign = {_ATOM, _RSS1, "http://my.netscape.com/rdf/simple/0.9/"} - {root.nsmap.get(None)}
    return spaces.isdisjoint(foreign) and set(root.attrib) <= {_XML_LANG}


def _rss(root: Element) -> Item:
    children = list(root)
    if len(children) != 1 or children[0].tag != "channel" or set(root.attrib) - {"version"}:
        raise _UnusualError
    channel = children[0]
    if channel.attrib or not (root.get("version") or "").startswith("2."):
        raise _UnusualError
    items = [child for child in channel if child.tag == "item"]
    head = _rss_head([child for child in channel if child.tag != "item"], "")
    return {"version": "rss20", "feed": head, "entries": [_rss_item(item, "", None) for item in items]}


def _rdf(root: Element) -> Item:
    language = root.get(_XML_LANG)
    space = f"{{{_RSS1}}}"
    if root.nsmap.get(None) != _RSS1:
        raise _UnusualError
    head: Item = {}
    entries: list[Item] = []
    for child in root:
        if child.tag == f"{space}channel" and not head and not entries:
            head = _rss_head(list(child), space)
        elif child.tag == f"{space}item":
            entries.append(_rss_item(child, space, language))
        elif child.tag not in {f"{space}image", f"{space}textinput"}:
            raise _UnusualError
    return {"version": "rss10", "feed": head, "entries": entries}


def _rss_head(children: list[Element], space: str) -> Item:
    head: Item = {}
    for child in children:
        name = child.tag.removeprefix(space)
        if name in {"title", "link", "language", f"{{{_DC}}}language"}:
            _once(head, name.rsplit("}", 1)[-1], _text(child))
        elif child.tag == f"{{{_ATOM}}}link":
            _beside(child)
        elif name not in _RSS_HEAD and not _is_passed(child, space):
            raise _UnusualError
    if "link" in head:
        head["link"] = _own_link(head["link"])
    return head


def _is_passed(child: Element, space: str) -> bool:
    tag = child.tag
    if space and tag in {f"{space}items", f"{space}image", f"{space}textinput", f"{{{_DC}}}date", f"{{{_DC}}}rights"}:
        return True
    return tag.split("}", 1)[0] + "}" in _PASSED and not len(child)


def _rss_item(item: Element, space: str, language: str | None) -> Item:
    found: Item = {"something": True} if len(item) else {}
    about = item.get(f"{{{_RDF}}}about")
    if set(item.attrib) - {f"{{{_RDF}}}about"}:
        raise _UnusualError
    if about:
        found["id"] = about
    for child in item:
        name = child.tag.removeprefix(space) if space else child.tag
        take = _RSS_ITEM.get(name)
        if take is not None:
            take(found, child)
        elif child.tag == f"{{{_ATOM}}}link":
            _beside(child)
        elif not _says_nothing(child, name):
            raise _UnusualError
    if language and "title" in found:
        found["title_detail"] = {"language": language.replace("_", "-")}
    return found


def _says_nothing(child: Element, name: str) -> bool:
    if name in {"category", "comments", "enclosure", f"{{{_DC}}}subject"}:
        return not len(child)
    if name in {f"{{{_MEDIA}}}content", f"{{{_MEDIA}}}thumbnail"}:
        return not len(child) and not (child.text or "").strip()
    return name.split("}", 1)[0] + "}" in _PASSED and not len(child)


def _beside(link: Element) -> None:
    """Pass over a link to something else than the entry."""
    if link.get("rel", "alternate") == "alternate" or not link.get("href"):
        raise _UnusualError


def _title(found: Item, child: Element) -> None:
    _once(found, "title", _text(child))


def _link(found: Item, child: Element) -> None:
    if "own link" in found:
        raise _UnusualError
    found["own link"] = True
    found["link"] = _own_link(_text(child))


def _guid(found: Item, child: Element) -> None:
    if "id" in found or set(child.attrib) - {"isPermaLink"}:
        raise _UnusualError
    permanent = child.get("isPermaLink", "true") == "true"
    value = _cleaned(_inner(child))
    _identify(found, _whole(value) if permanent else value, permanent=permanent)


def _identify(found: Item, value: str, *, permanent: bool) -> None:
    found["id"] = value
    found["guidislink"] = permanent and "link" not in found
    if permanent:
        found.setdefault("link", value)


def _description(found: Item, child: Element) -> None:
    if "summary_detail" in found:
        raise _UnusualError
    found["summary"], found["summary_detail"] = _text(child), {"type": "text/html"}


def _encoded(found: Item, child: Element) -> None:
    if "content" in found:
        raise _UnusualError
    text = _text(child)
    found["content"] = [{"value": text, "type": "text/html"}]
    found.setdefault("summary", text)


def _source(found: Item, child: Element) -> None:
    if "source" in found or set(child.attrib) != {"url"} or len(child):
        raise _UnusualError
    found["source"] = {"href": child.get("url")}


def _last(name: str) -> Callable[[Item, Element], None]:
    def take(found: Item, child: Element) -> None:
        found[name] = _text(child)

    return take


def _single(name: str) -> Callable[[Item, Element], None]:
    def take(found: Item, child: Element) -> None:
        _once(found, name, _text(child))

    return take


_RSS_ITEM: Mapping[str, Callable[[Item, Element], None]] = {
    "title": _title,
    "link": _link,
    "guid": _guid,
    "description": _description,
    _CONTENT: _encoded,
    "pubDate": _single("published"),
    f"{{{_DC}}}date": _single("updated"),
    f"{{{_DC}}}creator": _last("author"),
    "author": _last("author"),
    "source": _source,
    "{http://rssnamespace.org/feedburner/ext/1.0}origLink": _single("feedburner_origlink"),
}


def _atom(root: Element) -> Item:
    head: Item = {}
    entries: list[Item] = []
    language = root.get(_XML_LANG)
    for child in root:
        name = _atom_name(child)
        if name == "entry":
            entries.append(_atom_entry(child, language))
        elif name == "title":
            _atom_text(head, "title", child)
        elif name == "link":
            _atom_link(head, child)
        elif name not in _ATOM_HEAD:
            raise _UnusualError
        elif name == "id":
            head.setdefault("link", _whole(_cleaned(_inner(child))))
    if language:
        head["language"] = language.replace("_", "-")
    return {"version": "atom10", "feed": head, "entries": entries}


def _atom_name(child: Element) -> str:
    space, _, name = child.tag.rpartition("}")
    if space != f"{{{_ATOM}":
        raise _UnusualError
    return str(name)


def _atom_entry(entry: Element, language: str | None) -> Item:
    found: Item = {"something": True} if len(entry) else {}
    if entry.attrib:
        raise _UnusualError
    for child in entry:
        name = _atom_name(child)
        take = _ATOM_ENTRY.get(name)
        if take is not None:
            take(found, child)
        elif name not in {"category", "rights", "contributor"}:
            raise _UnusualError
    if language and "title" in found:
        found["title_detail"] = {"language": language.replace("_", "-")}
    return found


def _atom_text(found: Item, name: str, child: Element) -> str:
    """Take a text construct and give its type."""
    if set(child.attrib) - {"type"} or name in found:
        raise _UnusualError
    kind = _HTML.get(child.get("type", "text"))
    if kind is None:
        raise _UnusualError
    found[name] = _inner_text(child)
    return kind


def _atom_title(found: Item, child: Element) -> None:
    _atom_text(found, "title", child)


def _atom_summary(found: Item, child: Element) -> None:
    if "content" in found:
        raise _UnusualError  # rare in this order
    found["summary_detail"] = {"type": _atom_text(found, "summary", child)}


def _atom_content(found: Item, child: Element) -> None:
    taken: Item = {}
    kind = _atom_text(taken, "content", child)
    if "content" in found:
        raise _UnusualError
    found["content"] = [{"value": taken["content"], "type": kind}]
    found.setdefault("summary", taken["content"])


def _atom_link(found: Item, child: Element) -> None:
    href = child.get("href")
    if not href or child.get("rel", "alternate") != "alternate":
        if not href:
            raise _UnusualError
        return
    if set(child.attrib) - {"href", "rel", "type", "hreflang", "title"}:
        raise _UnusualError
    href = _whole(href)
    if child.get("type", "text/html") in {"text/html", "application/xhtml+xml"}:
        found["link"] = href
    found.setdefault("links", []).append({"rel": "alternate", "href": href})


def _atom_id(found: Item, child: Element) -> None:
    if "id" in found or child.attrib:
        raise _UnusualError
    _identify(found, _whole(_cleaned(_inner(child))), permanent=True)


def _atom_author(found: Item, child: Element) -> None:
    names = [_atom_name(part) for part in child]
    if "name" not in names or not {"name", "uri"}.issuperset(names) or len(set(names)) != len(names):
        raise _UnusualError
    name = _inner(child[names.index("name")]).strip()
    if not name or (child.text or "").strip():
        raise _UnusualError
    found["author"] = name


_ATOM_ENTRY: Mapping[str, Callable[[Item, Element], None]] = {
    "title": _atom_title,
    "link": _atom_link,
    "id": _atom_id,
    "published": _single("published"),
    "updated": _single("updated"),
    "summary": _atom_summary,
    "content": _atom_content,
    "author": _atom_author,
}
_WAYS: Mapping[str, Callable[[Element], Item]] = {"rss": _rss, f"{{{_RDF}}}RDF": _rdf, f"{{{_ATOM}}}feed": _atom}


def _once(found: Item, name: str, value: str) -> None:
    if name in found:
        raise _UnusualError
    found[name] = value


def _text(child: Element) -> str:
    """Give the text of an element that has neither attributes nor elements."""
    if child.attrib:
        raise _UnusualError
    return _inner_text(child)


def _inner_text(child: Element) -> str:
    return _cleaned(_inner(child))


def _inner(child: Element) -> str:
    if len(child):
        raise _UnusualError
    return child.text or ""


def _cleaned(text: str) -> str:
    """Strip, and leave to feedparser what looks like UTF-8 that was read as Latin-1."""
    text = text.strip()
    if not text.isascii():
        try:
            text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            pass
        else:
            raise _UnusualError
        if "\x85" in text:
            raise _UnusualError
    return text


def _own_link(text: str) -> str:
    text = _whole(text)
    return _REFERENCE.sub(r"&\g<1>", text.replace("&amp;", "&")) if "&" in text else text


def _whole(address: str) -> str:
    """Give an address that is whole, or an id that is none; a relative one depends on bases."""
    if address and not _WHOLE_URL.fullmatch(address) and not _NO_URL.fullmatch(address):
        raise _UnusualError
    return address
