"""Group B of the fault catalogue, the pure half: which addresses and URLs may be asked at all."""

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.fetch.address import AddressError, check_address, check_url, is_allowed, redirect_target

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.1",
    "192.0.1.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
]

REFUSED = [
    # B2: what redirects like to point at
    "169.254.169.254",
    "169.254.0.1",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "::1",
    "::",
    "fc00::1",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "febf::1",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
    "3fff::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "5f00::1",
    "100::1",
    "4000::1",
    "2606:4700::1%1",
    # B3, B4: an IPv4 address inside an IPv6 one
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:7f00:1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "::8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::c0a8:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:a9fe:a9fe::",
    "2001:0:7f00:1::",
    "2001::f5ff:fffe",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:a00:1",
]

REFUSED_URLS = [
    # B1, other schemes
    ("file:///etc/passwd", "scheme"),
    ("file:/etc/passwd", "scheme"),
    ("ftp://example.org/x", "scheme"),
    ("data:text/plain,hello", "scheme"),
    ("gopher://example.org:70/", "scheme"),
    ("javascript:alert(1)", "scheme"),
    ("dict://127.0.0.1:11211/", "scheme"),
    ("jar:http://example.org!/", "scheme"),
    ("//example.org/x", "scheme"),
    ("/only/a/path", "scheme"),
    ("", "scheme"),
    # B3: spellings that reach loopback
    ("http://127.1/", "address"),
    ("http://127.0.1/", "address"),
    ("http://2130706433/", "address"),
    ("http://0x7f000001/", "address"),
    ("http://0x7f.0.0.1/", "address"),
    ("http://0x7f.1/", "address"),
    ("http://0177.0.0.1/", "address"),
    ("http://017700000001/", "address"),
    ("http://0/", "address"),
    ("http://127.0.0.1/", "address"),
    ("http://127.0.0.1./", "address"),
    ("http://[::1]/", "address"),
    ("http://[::ffff:127.0.0.1]/", "address"),
    ("http://[::ffff:7f00:1]/", "address"),
    ("http://[0:0:0:0:0:0:0:1]/", "address"),
    ("http://[64:ff9b::7f00:1]/", "address"),
    ("http://[fe80::1%25eth0]/", "address"),
    ("http://127。0。0。1/", "address"),
    ("http://127．0．0．1/", "address"),
    ("http://127｡0｡0｡1/", "address"),
    ("http://１２７.0.0.1/", "address"),
    ("http://①②⑦.0.0.1/", "address"),
    ("http://example。org/", "address"),
    ("http://ⓛⓞⓒⓐⓛhost/", "address"),
    ("http://1.2.3.4.5/", "address"),
    ("http://foo.0x7f/", "address"),
    ("http://169.254.169.254/latest/meta-data/", "address"),
    ("https://10.1.2.3:8443/", "address"),
    # B7: parser tricks
    ("http://example.org\\@127.0.0.1/", "address"),
    ("http:\\\\127.0.0.1\\", "address"),
    ("http://exam\tple.org/", "address"),
    ("http://example.org/\r\nX-Injected: 1", "address"),
    ("http://example.org/\x00", "address"),
    ("http://example.org\u2028/", "address"),
    ("http://exa mple.org/", "address"),
    ("http://exa%6dple.org/", "address"),
    ("http://%31%32%37.0.0.1/", "address"),
    ("http:///path", "address"),
    ("http:/example.org", "address"),
    ("http://user@127.0.0.1/", "address"),
    ("http://example.org@127.0.0.1/", "address"),
    ("http://example.org:80@127.0.0.1/", "address"),
    ("http://example.org:99999/", "address"),
    ("http://example.org:0/", "address"),
    ("http://example.org:80:80/", "address"),
    ("http://example.org:port/", "address"),
    ("http://xn--/", "address"),
    ("http://good.example;evil/", "address"),
    ("http://" + "a" * 64 + ".example/", "address"),
    ("http://" + "a." * 200 + "example/", "address"),
    ("http://.example/", "address"),
    ("http://a..example/", "address"),
    ("http://example.org/" + "a" * 9000, "address"),
]

ACCEPTED_URLS = [
    ("http://example.org/", b"example.org"),
    ("HTTPS://EXAMPLE.ORG/Feed", b"example.org"),
    ("https://example.org:8443/a?b=c#d", b"example.org"),
    ("https://user:pass@example.org/", b"example.org"),
    ("http://日本.jp/あ", b"xn--wgv71a.jp"),
    ("http://a_b.example/", b"a_b.example"),
    ("http://8.8.8.8/", b"8.8.8.8"),
    ("http://[2606:4700:4700::1111]/", b"2606:4700:4700::1111"),
    ("http://example.org./", b"example.org."),
    ("http://localhost/", b"localhost"),  # a name: what it resolves to is checked on connecting
    ("http://1e100.net/", b"1e100.net"),
    ("http://good.example#@127.0.0.1/", b"good.example"),
    ("http://good.example?@127.0.0.1/", b"good.example"),
    ("http://example.org/?q=。", b"example.org"),
    ("http://example.org?q=。", b"example.org"),
]


def test_the_tables_are_as_large_as_promised():
    assert len({*REFUSED}) >= 60
    assert len({url for url, _ in REFUSED_URLS}) >= 60


@pytest.mark.parametrize("address", PUBLIC)
def test_b2_public_addresses_pass(address):
    check_address(address)
    check_address(ip_address(address))


@pytest.mark.parametrize("address", REFUSED)
def test_b2_b3_b4_everything_else_is_refused(address):
    with pytest.raises(AddressError) as caught:
        check_address(address)
    assert caught.value.reason == "address"


@pytest.mark.parametrize("text", ["", "example.org", "127.1", "1.2.3", "0177.0.0.1", "::g", "1.2.3.4/32"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError, match="is not an IP address"):
        check_address(text)


@pytest.mark.parametrize(
    ("address", "allow", "fine"),
    [
        ("127.0.0.1", "127.0.0.0/8", True),
        ("127.0.0.1", "10.0.0.0/8", False),
        ("192.168.1.7", "192.168.1.7/32", True),
        ("192.168.1.8", "192.168.1.7/32", False),
        ("::ffff:127.0.0.1", "127.0.0.0/8", True),
        ("64:ff9b::c0a8:107", "192.168.1.0/24", True),
        ("::1", "::1/128", True),
        ("::1", "127.0.0.0/8", False),
        ("fd00::5", "fd00::/8", True),
        ("fe80::1%eth0", "fe80::/10", True),
    ],
)
def test_b13_an_allowed_network_opens_exactly_itself(address, allow, fine):
    networks = [ip_network(allow)]
    assert is_allowed(address, networks) is fine
    if fine:
        check_address(address, networks)
    else:
        with pytest.raises(AddressError):
            check_address(address, networks)


def test_an_allowed_network_is_no_allowance_for_others():
    check_address("8.8.8.8", [ip_network("127.0.0.0/8")])
    assert not is_allowed("8.8.8.8", [ip_network("127.0.0.0/8")])


@pytest.mark.parametrize(("url", "reason"), REFUSED_URLS)
def test_b1_b3_b7_odd_urls_are_refused(url, reason):
    with pytest.raises(AddressError) as caught:
        check_url(url)
    assert caught.value.reason == reason
    assert "passwd" not in str(caught.value)


@pytest.mark.parametrize(("url", "host"), ACCEPTED_URLS)
def test_b7_the_host_is_the_one_that_is_connected_to(url, host):
    assert check_url(url).raw_host == host


def test_b7_credentials_are_refused_in_a_redirect_only():
    check_url("https://user:pass@example.org/")
    with pytest.raises(AddressError, match="credentials"):
        check_url("https://user:pass@example.org/", redirect=True)


def test_allowed_literals_pass_but_not_their_odd_spellings():
    loopback = [ip_network("127.0.0.0/8")]
    assert check_url("http://127.0.0.1:8080/", allow=loopback).port == 8080
    for odd in ("http://127.1/", "http://2130706433/", "http://127。0。0。1/"):
        with pytest.raises(AddressError):
            check_url(odd, allow=loopback)


@given(st.ip_addresses())
def test_whatever_python_calls_private_is_refused(address):
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        inner = getattr(address, "ipv4_mapped", None)
        if inner is None or inner.is_private or inner.is_multicast:
            with pytest.raises(AddressError):
                check_address(address)


@given(st.text(max_size=80), st.booleans())
def test_no_text_makes_the_guard_fail_otherwise(text, redirect):
    for url in (text, f"http://{text}/", f"https://example.org/{text}"):
        try:
            found = check_url(url, redirect=redirect)
        except AddressError:
            continue
        assert found.scheme in {"http", "https"}
        assert found.raw_host


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/b", "https://example.org/b"),
        ("c?d=http://10.0.0.1/", "https://example.org/a/c?d=http://10.0.0.1/"),
        ("//other.example/x", "https://other.example/x"),
        ("  https://other.example/x#y  ", "https://other.example/x"),
        ("?q=1", "https://example.org/a/?q=1"),
        ("/日本", "https://example.org/%E6%97%A5%E6%9C%AC"),
    ],
)
def test_b7_redirects_are_joined_as_usual(location, target):
    assert str(redirect_target(check_url("https://example.org/a/"), location)) == target


@pytest.mark.parametrize(
    "location", ["http://[::1", "http://[zz]/", "//10.0.0.1/", "////10.0.0.1/", "\\\\evil/", "mailto:x"]
)
def test_b7_broken_redirects_are_refused(location):
    with pytest.raises(AddressError):
        redirect_target(check_url("https://example.org/a/"), location)


@given(st.text(max_size=60), st.sampled_from(["", "http:", "//", "http://[", "https://a@", "/", "http://xn--"]))
def test_no_location_makes_the_guard_fail_otherwise(text, start):
    try:
        target = redirect_target(check_url("https://example.org/a/"), start + text)
    except AddressError:
        return
    assert target.scheme in {"http", "https"}
    assert not target.userinfo
