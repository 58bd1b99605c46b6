"""Write a message in a channel's dialect, within its limit.

In:    a `Message`, a `Form` (dialect, limit, how the service counts).
Out:   text in which nothing from outside can ping, format, link or be cut in half.
Never: network, disk, clock.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import regex

from watcher.notify import safe
from watcher.notify.message import Line, LineKind, Message, Section


class Dialect(StrEnum):
    """What a channel does with text."""

    PLAIN = "plain"
    """Shows it as it is."""
    MARKDOWN = "markdown"
    """CommonMark and its relatives."""
    DISCORD = "discord"
    SLACK = "slack"
    """Slack's mrkdwn."""
    HTML = "html"
    """The few tags that Telegram knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a channel wants its text."""

    dialect: Dialect = Dialect.PLAIN
    limit: int = 30_000
    measure: safe.Measure = safe.chars
    subject: bool = True
    """Whether the text begins with the subject, for channels without a title of their own."""


_ZWSP: Final = "\u200b"
_AT: Final = regex.compile(r"@(?=[\w<(\[{])")
_ANGLE: Final = regex.compile(r"<(?=[@!#&:/]|\w{1,3}:)")
_SCHEME: Final = regex.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}):(?=//)|\b(mailto|tel|javascript|data):|\b(www)(?=\.)")
_MARKDOWN: Final = regex.compile(r"[\\`*_{}\[\]<>#|~$&^=]")
_LIST_NUMBER: Final = regex.compile(r"^(\s*\d{1,9})([.)])")
_DISCORD: Final = regex.compile(r"[\\`*_\[\]()<>#|~]")
_SLACK_MARKS: Final = regex.compile(r"[*_~`]")


def escape(text: str, dialect: Dialect) -> str:
    """Write clean text so that it shows as itself: no mention, no markup, no link of its own."""
    return _ESCAPES[dialect](_unping(text))


def compose(message: Message, form: Form) -> str:
    """Write the whole message; where it is too long, leave out what matters least, never the link first."""
    text = ""
    for shape in _shapes(len(message.sections)):
        text = _write(message, form, shape)
        if form.measure(text) <= form.limit:
            return text
    return _least(message, form)


def _unping(text: str) -> str:
    text = _ANGLE.sub(f"<{_ZWSP}", _AT.sub(f"@{_ZWSP}", text))
    return text.replace("://", f":{_ZWSP}//") if "://" in text else text


def _plain(text: str) -> str:
    return text


def unlink(text: str) -> str:
    """Keep programs from making links of what looks like one."""
    return _SCHEME.sub(lambda found: f"{found[0]}{_ZWSP}", text)


def _start(text: str) -> str:
    """Escape what makes a list or a heading at the start of a line."""
    return _LIST_NUMBER.sub(r"\1\\\2", regex.sub(r"^(\s*)([-+:])", r"\1\\\2", text))


def _markdown(text: str) -> str:
    return _start(_MARKDOWN.sub(r"\\\g<0>", unlink(text)))


def _discord(text: str) -> str:
    return _start(_DISCORD.sub(r"\\\g<0>", unlink(text)))


def _slack(text: str) -> str:
    # mrkdwn has no escape for its marks: an invisible space beside each keeps them from pairing up.
    return html.escape(_SLACK_MARKS.sub(f"{_ZWSP}\\g<0>{_ZWSP}", unlink(text)), quote=False)


def _html(text: str) -> str:
    return html.escape(unlink(text))


_ESCAPES: Final[dict[Dialect, Callable[[str], str]]] = {
    Dialect.PLAIN: _plain,
    Dialect.MARKDOWN: _markdown,
    Dialect.DISCORD: _discord,
    Dialect.SLACK: _slack,
    Dialect.HTML: _html,
}
_BOLD: Final = {
    Dialect.PLAIN: "{}",
    Dialect.MARKDOWN: "**{}**",
    Dialect.DISCORD: "**{}**",
    Dialect.SLACK: "*{}*",
    Dialect.HTML: "<b>{}</b>",
}
_ITALIC: Final = {
    Dialect.PLAIN: "{}",
    Dialect.MARKDOWN: "*{}*",
    Dialect.DISCORD: "*{}*",
    Dialect.SLACK: "_{}_",
    Dialect.HTML: "<i>{}</i>",
}
_URL: Final[dict[Dialect, Callable[[str], str]]] = {
    Dialect.PLAIN: str,
    Dialect.MARKDOWN: lambda url: f"<{_tame(url)}>",
    Dialect.DISCORD: lambda url: _tame(url),  # noqa: PLW0108 - defined below
    Dialect.SLACK: lambda url: f"<{html.escape(_tame(url), quote=False)}>",
    Dialect.HTML: html.escape,
}


def _tame(url: str) -> str:
    """Percent-encode what Markdown would read inside an address."""
    return regex.sub(r"[*`|<>()\[\]\\]", lambda found: f"%{ord(found[0]):02X}", url)


# -- what is left out, step by step ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shape:
    quote: int
    without: frozenset[LineKind] = frozenset()
    sections: int = 1_000_000
    foot: bool = True


_EXTRAS: Final = frozenset({LineKind.BEFORE, LineKind.NOTE})
_VOICES: Final = _EXTRAS | {LineKind.QUOTE}


def _shapes(sections: int) -> Iterator[_Shape]:
    for quote in (1_000, 300, 150):
        yield _Shape(quote)
    yield _Shape(80, _EXTRAS)
    yield _Shape(0, _VOICES)
    count = sections - 1
    while count > 0:  # a digest, or several facets: fewer of them
        yield _Shape(0, _VOICES, count)
        count = min(count - 1, count * 3 // 4)
    yield _Shape(0, _VOICES | {LineKind.SOURCE}, 1)
    yield _Shape(0, frozenset(LineKind) - {LineKind.LINK, LineKind.LABEL}, 1)
    yield _Shape(0, frozenset(LineKind) - {LineKind.LINK, LineKind.LABEL}, 1, foot=False)


def _least(message: Message, form: Form) -> str:
    """Keep a piece of the subject and the link, or the piece alone where even that is too much."""
    subject = f"(repeat?) {message.subject}" if message.repeat else message.subject
    tail = f"\n{_URL[form.dialect](message.link)}" if message.link else ""
    for end in (tail, ""):
        room = form.limit - form.measure(end)
        for size in range(min(len(subject), room), 8, -1):
            head = escape(safe.cut(subject, size, form.measure), form.dialect)
            if form.measure(head) <= room:
                return head + end
    return safe.cut(subject, form.limit, form.measure) if form.dialect is Dialect.PLAIN else ""


def _write(message: Message, form: Form, shape: _Shape) -> str:
    paragraphs = []
    if form.subject:
        paragraphs.append(_BOLD[form.dialect].format(escape(message.subject, form.dialect)))
    paragraphs.append("\n".join(_line(each, form.dialect, shape) for each in message.labels))
    paragraphs += _sections(message.sections, form.dialect, shape)
    if message.link and not _links(message.sections[: shape.sections]):
        paragraphs.append(_URL[form.dialect](message.link))
    if shape.foot:
        paragraphs.append("\n".join(escape(each, form.dialect) for each in message.foot))
    return _paragraphs(paragraphs) or escape(message.subject, form.dialect)


def _links(sections: Iterable[Section]) -> bool:
    return any(line.kind is LineKind.LINK for section in sections for line in section.lines)


def _paragraphs(paragraphs: Iterable[str]) -> str:
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip())


def _sections(sections: tuple[Section, ...], dialect: Dialect, shape: _Shape) -> list[str]:
    shown = sections[: shape.sections]
    written = ["\n".join(_section(section, dialect, shape)) for section in shown]
    if rest := len(sections) - len(shown):
        written.append(escape(f"… and {rest:,} more", dialect))
    return written


def _section(section: Section, dialect: Dialect, shape: _Shape) -> Iterator[str]:
    if section.heading:
        yield _BOLD[dialect].format(escape(section.heading, dialect))
    before: LineKind | None = None
    for line in section.lines:
        if line.kind in shape.without:
            continue
        if not section.compact and before is not None and _gap(before, line.kind):
            yield ""
        yield _line(line, dialect, shape)
        before = line.kind


def _gap(before: LineKind, after: LineKind) -> bool:
    """Say whether an empty line stands between two kinds: the quote and its source are one block."""
    return (
        before is not after and (LineKind.QUOTE in {before, after} or after in _EXTRAS) and after is not LineKind.SOURCE
    )


def _line(line: Line, dialect: Dialect, shape: _Shape) -> str:
    if line.kind is LineKind.LINK:
        return _URL[dialect](line.text)
    if line.kind is LineKind.QUOTE:
        text = safe.cut(line.text, max(shape.quote, 1))
        return _ITALIC[dialect].format(f"“{safe.isolate(escape(text, dialect))}”")
    if line.kind is LineKind.SOURCE:
        return escape(f"— {line.text}", dialect)
    if line.kind is LineKind.LABEL:
        return _BOLD[dialect].format(escape(line.text, dialect))
    return escape(f"{line.name}: {line.text}" if line.name else line.text, dialect)
