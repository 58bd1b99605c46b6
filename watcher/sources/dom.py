"""HTML as a tree: the one door to lxml.

In:    text of a page.
Out:   `Page`: the tree without what nobody sees, and the data scripts that were in it.
Never: network, disk, clock. Broken markup never raises; a page without any element raises `ParseError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree, html

from watcher.errors import ParseError
from watcher.sources.links import absolute
from watcher.sources.pagewords import words_in
from watcher.sources.plain import tidy

Element = Any
"""An lxml element; lxml has no types of its own."""

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "marquee",
    ]
)
_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "select",
        "textarea",
        "button",
        "audio",
        "video",
        "map",
        "head",
        "rt",
        "rp",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_DEPTH = 400
_OF_LINK = ("rel", "href", "type", "title", "hreflang")
_PROLOG = re.compile(r"\A\s*<\?xml[^>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, ready to be read."""

    root: Element
    """The body, without scripts, styles and hidden parts."""
    url: str
    """Base of relative links."""
    language: str = ""
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    """By property or name, in lower case."""
    head_links: tuple[dict[str, str], ...] = ()
    data: tuple[tuple[str, str], ...] = ()
    """Scripts: (id or type, text)."""
    text: str = ""
    """All its words, parts kept apart by a blank."""
    script_text: int = 0
    """Characters of scripts: much of it beside no words means a page made in the browser."""


def parse_page(text: str, url: str) -> Page:
    """Read a page; its scripts are taken out and kept as data."""
    tree = _tree(text)
    meta = _meta(tree)
    links = tuple(_named_values(link, _OF_LINK) for link in tree.iter("link") if link.get("href"))
    scripts = tuple((script.get("id") or script.get("type") or "", script.text or "") for script in tree.iter("script"))
    title = next((tidy("".join(node.itertext())) for node in tree.iter("title")), "")
    base = next((node.get("href") for node in tree.iter("base") if node.get("href")), "")
    body = tree.find("body")
    root = tree if body is None else body
    _strip(root)
    return Page(
        root=root,
        url=absolute(base, url) or url if base else url,
        language=(tree.get("lang") or tree.get("xml:lang") or "").strip().lower(),
        title=title,
        meta=meta,
        head_links=links,
        data=scripts,
        text=spaced_text(root),
        script_text=sum(len(text) for _, text in scripts),
    )


def _tree(text: str) -> Element:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    encoded = _PROLOG.sub("", text).encode("utf-8", "replace")
    try:
        tree = etree.fromstring(encoded, parser) if encoded.strip() else None
    except etree.LxmlError:
        tree = None
    if any(error.type_name == "ERR_NO_MEMORY" for error in parser.error_log):  # libxml2 gives what it had until then
        raise MemoryError
    if tree is None:
        raise ParseError("the page is empty", reason="unreadable")
    return tree


def fragment(text: str) -> Element:
    """Read a piece of HTML, such as the description of a feed item."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    tree = etree.fromstring(b"<html><body>" + text.encode("utf-8", "replace") + b"</body></html>", parser)
    body = tree.find("body")
    root = tree if body is None else body
    _strip(root)
    return root


def well_formed(text: str) -> bool:
    """Say whether a text is XML that every parser reads alike."""
    return xml_tree(text) is not None


def xml_tree(text: str) -> Element | None:
    """Read XML strictly, without comments; None where it is not well-formed."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(_PROLOG.sub("", text).encode("utf-8", "replace"), parser)
    except etree.LxmlError:
        return None


def _named_values(node: Element, names: tuple[str, ...]) -> dict[str, str]:
    """Give some attributes of an element; to ask for all fails where one has an impossible name."""
    return {name: value for name in names if (value := node.get(name)) is not None}


def _meta(tree: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("http-equiv")
        if name and node.get("content"):
            found.setdefault(name.lower(), tidy(node.get("content")))
    return found


def _strip(root: Element) -> None:
    """Remove what is not seen, keeping the text behind it."""
    doomed = [node for node in root.iter() if node.tag in _UNSEEN or _hidden(node)]
    for node in doomed:
        parent = node.getparent()
        if parent is not None:
            _drop(node, parent)


def _drop(node: Element, parent: Element) -> None:
    tail, before = node.tail or "", node.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(node)


def _hidden(node: Element) -> bool:
    if not isinstance(node.tag, str):
        return True
    style = node.get("style")
    return node.get("hidden") is not None or bool(style and _HIDDEN.search(style))


def words_of(node: Element) -> tuple[str, ...]:
    """Give the words in an element's class and id, in lower case: ``p-newsList__item`` has news, list, item."""
    return words_in(f"{node.get('class') or ''} {node.get('id') or ''}")


def text_of(node: Element) -> str:
    """Give all text of an element on one line."""
    return tidy("".join(node.itertext()))


def spaced_text(node: Element) -> str:
    """Give all text of an element, its parts kept apart by a blank."""
    return tidy(" ".join(node.itertext()))


def ancestors(node: Element, top: Element | None = None) -> Iterator[Element]:
    """Give the element and those around it, inside out, up to and without *top*."""
    depth = 0
    while node is not None and node is not top and depth < _MAX_DEPTH:
        yield node
        node, depth = node.getparent(), depth + 1
