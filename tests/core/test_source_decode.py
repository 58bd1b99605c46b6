"""Bytes to text (reliability D1-D3, C10, C11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.errors import ParseError
from watcher.sources.decode import decode

JAPANESE = "①期～第2期制作決定のお知らせ。ありがとうございます"
HTML = '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"></head><body>{}</body></html>'
XML = '<?xml version="1.0" encoding="{}"?><rss>{}</rss>'


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param(
            "It’s “on”".encode("cp1252"), "text/html; charset=utf-8", "It’s “on”", id="D1-declares-utf8-is-cp1252"
        ),
        pytest.param(XML.format("utf-16", "決定").encode(), "", "決定", id="D2-declares-utf16-is-utf8"),
        pytest.param("決定".encode("utf-16"), "text/xml; charset=shift_jis", "決定", id="D2-mark-against-header"),
        pytest.param(
            b"\xef\xbb\xbf" + "é".encode(), "text/xml; charset=iso-8859-1", "é", id="D2-utf8-mark-against-header"
        ),
        pytest.param(
            XML.format("euc-jp", JAPANESE.replace("①", "")).encode("cp932"),
            "text/xml; charset=Shift_JIS",
            "第2期",
            id="D2-header-against-prolog",
        ),
        pytest.param(XML.format("no-such", "決定").encode(), "", "決定", id="D3-unknown-name"),
        pytest.param(b"+ADw-script+AD4-", "text/html; charset=utf-7", "+ADw-script+AD4-", id="D3-utf7-never"),
        pytest.param(JAPANESE.encode("cp932"), "text/html; charset=Shift_JIS", "①期～", id="cp932-under-its-old-name"),
        pytest.param(HTML.format("euc-jp", JAPANESE[3:]).encode("euc_jp"), "text/html", "制作決定", id="meta-euc-jp"),
        pytest.param(
            HTML.format("iso-2022-jp", "制作決定").encode("iso2022_jp"), "text/html", "制作決定", id="meta-iso-2022-jp"
        ),
        pytest.param("制作決定".encode("iso2022_jp"), "", "制作決定", id="iso-2022-jp-undeclared"),
        pytest.param(JAPANESE.encode("cp932"), "", "①期～", id="shift-jis-undeclared"),
        pytest.param(JAPANESE[3:].encode("euc_jp"), "", "第2期", id="euc-jp-undeclared"),
        pytest.param(
            "Новости второго сезона".encode("cp1251"), "text/html; charset=windows-1251", "Новости", id="windows-1251"
        ),
        pytest.param(
            "Très bientôt".encode(), "text/html; charset=ISO-8859-1", "Très bientôt", id="declares-latin1-is-utf8"
        ),
        pytest.param("<rss>決定</rss>".encode("utf-16-le"), "", "決定", id="utf16-without-mark"),
        pytest.param(
            "第2期制作決定".encode()[:-1], "text/html; charset=utf-8", "第2期制作決", id="cut-inside-a-character"
        ),
    ],
)
def test_text_is_right(body: bytes, content_type: str, expected: str) -> None:
    assert expected in decode(body, content_type).text


@pytest.mark.parametrize("body", [b"%PDF-1.7 x", b"\x1f\x8b\x08\x00", b"PK\x03\x04", b"\x89PNG"])
def test_c11_binary_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(ParseError) as caught:
        decode(body)
    assert caught.value.reason == "not_a_feed"


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "text/html; charset=shift_jis", "a/b; charset=utf-16", "x; charset=hz"]),
)
def test_c10_any_bytes_give_valid_text(body: bytes, content_type: str) -> None:
    try:
        text = decode(body, content_type).text
    except ParseError:
        return
    text.encode("utf-8")
    assert "\0" not in text
