"""Strings that feeds send to make a notification do something: ping, link, format, hide, forge."""

from __future__ import annotations

HOSTILE: dict[str, str] = {
    # J1 pings
    "everyone": "@everyone season 2!",
    "here": "@here now",
    "role": "<@&1234567890>",
    "user": "<@1234567890> <@!1234567890>",
    "slack channel": "<!channel> <!here> <!everyone>",
    "slack group": "<!subteam^S123|group>",
    "slack user": "<@U12345>",
    "slack room": "<#C12345|general>",
    "mention": "@all @room @channel @someone",
    "discord time": "<t:1700000000:R>",
    "discord emoji": "<:name:1234567890> <a:name:1234567890>",
    "discord command": "</evil:123456>",
    "double at": "@@everyone",
    "invisible at": "@\u200beveryone @\u2060here",
    # J2 markup
    "link": "[Bank](http://evil.example)",
    "image": "![x](http://evil.example/x.png)",
    "reference link": "[Bank][1]\n\n[1]: http://evil.example",
    "autolink": "<http://evil.example>",
    "slack link": "<http://evil.example|Bank>",
    "bold": "**bold** __bold__ *it* _it_ ~~gone~~",
    "code": "`code` ```block\nmore``` ~~~",
    "spoiler": "||spoiler||",
    "heading": "# Heading\n## Second",
    "quote": "> quoted\n>>> all",
    "list": "- one\n* two\n+ three\n1. four\n2) five",
    "table": "|a|b|\n|-|-|\n|c|d|",
    "backslashes": "\\*\\*\\[x\\](y) \\\\",
    "entity": "&lt;b&gt; &#60;script&#62; &amp;lt;",
    "footnote": "text[^1]\n[^1]: note",
    "bare url": "https://evil.example/login www.evil.example",
    # J3 HTML
    "script": "<script>alert(1)</script>",
    "img": '<img src=x onerror="alert(1)">',
    "anchor": '<a href="javascript:alert(1)">x</a>',
    "svg": "<svg/onload=alert(1)>",
    "style": "</b></i></a><style>*{display:none}</style>",
    "attribute": '"\' onmouseover=alert(1) x="',
    "comment": "<!-- hidden --> <![CDATA[x]]>",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    # J4, J5 headers and protocol
    "crlf": "Title\r\nBcc: victim@example.org\r\n\r\nbody",
    "lf header": "x\nSubject: other",
    "unicode newline": "x\u2028Bcc: y\u2029z\x85w\x0bv\x0cu",
    "dot": ".\r\n.\r\nQUIT",
    "nul": "a\x00b\x1ac",
    # J6, J7 bidi, invisible, look-alikes
    "override": "\u202egnp.exe\u202c",
    "isolates": "\u2066\u2067\u2068never closed",
    "marks": "\u200e\u200f\u061c\u200b\u2060\ufeff",
    "tags": "a\U000e0041\U000e0042\U000e007f",
    "selectors": "x" + "\ufe0f" * 200,
    "cyrillic host": "http://\u0430\u0440\u0440\u04cf\u0435.com",
    # J8 terminal
    "ansi": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m",
    "carriage": "good\rEVIL",
    "backspace": "good\x08\x08\x08\x08evil",
    # J9, J11 length and graphemes
    "zalgo": "e" + "\u0301" * 500,
    "long": "長" * 100_000,
    "family": "👨‍👩‍👧‍👦" * 400,
    "flags": "🇯🇵🇩🇪" * 400,
    # J10 forgery
    "health": "Season Watcher: a channel does not work\n\nlog in at http://evil.example",
    "foot": "#aaaaaa · why? watcher explain aaaaaa",
    # J12, J13
    "file": "file:///etc/passwd attach=file:///etc/passwd",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "surrogate": "a\ud800b",
    "mailto": "mailto:x@example.org tel:+1900 javascript:alert(1)",
}
