"""Which addresses and URLs may be asked at all: the guard against being sent into somebody's own network.

In:    an IP address or a URL, and the networks that the user allowed.
Out:   nothing, or the parsed URL; `AddressError` where it must not be asked.
Never: resolving a name, opening a socket; `watcher.fetch.network` does that and asks here about every address it is
       about to connect to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import httpx

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What is not a public unicast host (IANA special-purpose registries). `ipaddress.is_global` differs between Python
# versions, calls multicast global and forgets the retired relays, so the list is written out.
_REFUSED_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), why)
    for network, why in (
        ("0.0.0.0/8", "this network"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "retired relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_REFUSED_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), why)
    for network, why in (
        ("::1/128", "loopback"),
        ("::/128", "unspecified"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
        ("2001:db8::/32", "documentation"),
        ("2001::/23", "reserved"),
        ("3fff::/20", "documentation"),
    )
)
_PUBLIC_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_COMPATIBLE = IPv6Network("::/96")
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")

_HOST = re.compile(r"(?=.{1,253}\.?\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*\.?", re.ASCII)
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)\.?", re.ASCII)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")
_ODD_DOTS = re.compile(r"[\u3002\uff0e\uff61]")
_AUTHORITY_END = re.compile(r"[/?#]")
_MAX_URL = 8192


class AddressError(ValueError):
    """Not asked, for safety. ``reason`` is ``address`` or ``scheme``, as in `watcher.errors.FetchError`."""

    def __init__(self, message: str, *, reason: str = "address") -> None:
        super().__init__(message)
        self.reason = reason


def check_address(ip: str | Address, allow: Iterable[Network] = ()) -> None:
    """Raise `AddressError` unless *ip* is a public unicast address or lies in one of the *allow* networks."""
    try:
        address = ip_address(ip)
    except ValueError:
        raise AddressError(f"{ip} is not an IP address") from None
    listed = tuple(allow)
    if any(_within(address, network) for network in listed):
        return
    if isinstance(address, IPv6Address):
        _check_v6(address, listed)
    elif why := _listed(address, _REFUSED_V4):
        raise AddressError(f"{address} is not a public address ({why}); allow_networks can allow it")


def is_allowed(ip: str | Address, allow: Iterable[Network]) -> bool:
    """Say whether *ip* lies in a network that the user allowed, directly or as the IPv4 address inside it."""
    address = ip_address(ip)
    spellings = [address, *(embedded(address) if isinstance(address, IPv6Address) else ())]
    return any(_within(one, network) for network in allow for one in spellings)


def embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """Yield the IPv4 addresses that packets to *address* may end up at: mapped, NAT64, 6to4, Teredo, ISATAP."""
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        yield IPv4Address(address.packed[12:])
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address.packed[8:12] in _ISATAP:
        yield IPv4Address(address.packed[12:])


def _check_v6(address: IPv6Address, allow: tuple[Network, ...]) -> None:
    inner = tuple(embedded(address))
    for one in inner:
        check_address(one, allow)
    carries = address.ipv4_mapped is not None or address in _NAT64
    if carries:
        return
    why = _listed(address, _REFUSED_V6) or ("" if address in _PUBLIC_V6 else "reserved")
    if address.scope_id:
        why = why or "scoped"
    if why:
        raise AddressError(f"{address} is not a public address ({why}); allow_networks can allow it")


def _within(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _listed(address: Address, table: Iterable[tuple[Network, str]]) -> str:
    return next((why for network, why in table if address in network), "")


def check_url(url: str, *, allow: Iterable[Network] = (), redirect: bool = False) -> httpx.URL:
    """Parse *url*, or raise `AddressError` where it is not plainly an http(s) URL of a host that may be asked.

    The parser is the one that connects, so that there is no second opinion about which host is meant. With
    *redirect*, credentials in the URL are refused too: they come from the other side.
    """
    _check_text(url)
    try:
        parsed = httpx.URL(url)
        shown = parsed.host  # decoding it finds malformed international names
    except (httpx.InvalidURL, UnicodeError) as error:
        raise AddressError(f"not a URL that can be asked: {error}") from None
    if parsed.scheme not in {"http", "https"}:
        raise AddressError(f"only http and https can be asked, not {parsed.scheme or 'no scheme'!r}", reason="scheme")
    if redirect and parsed.userinfo:
        raise AddressError("a redirect with credentials in its URL")
    if parsed.port is not None and not 0 < parsed.port < 65536:
        raise AddressError(f"there is no port {parsed.port}")
    if not shown:
        raise AddressError("a URL without a host")
    _check_host(url, parsed.raw_host.decode("ascii"), allow)
    return parsed


def redirect_target(asked: httpx.URL, location: str, *, allow: Iterable[Network] = ()) -> httpx.URL:
    """Resolve a Location header against the URL that was *asked*; raise `AddressError` as `check_url` does."""
    _check_text(location)  # joining would hide a backslash
    try:
        joined = str(asked.join(location.strip(" ")))
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressError(f"not a URL that can be asked: {error}") from None
    return without(check_url(joined, allow=allow, redirect=True))


def without(url: httpx.URL, *, credentials: bool = False) -> httpx.URL:
    """Drop the fragment, and the *credentials* too, if there are any."""
    if url.fragment:
        url = url.copy_with(fragment=None)
    return url.copy_with(username=None, password=None) if credentials and url.userinfo else url


def _check_text(url: str) -> None:
    if len(url) > _MAX_URL:
        raise AddressError("a URL of more than 8,192 characters")
    if _CONTROLS.search(url):
        raise AddressError("a URL with a control character")
    if "\\" in url:
        raise AddressError("a URL with a backslash, which parsers read in different ways")


def _check_host(url: str, host: str, allow: Iterable[Network]) -> None:
    if _ODD_DOTS.search(_AUTHORITY_END.split(url.partition("//")[2], 1)[0]):
        raise AddressError("a host name with full-width dots")
    if ":" in host:
        check_address(host, allow)
        return
    if not _HOST.fullmatch(host):
        raise AddressError(f"not a host name: {host[:80]!r}")
    if _ENDS_IN_NUMBER.fullmatch(host):
        _check_quad(host, allow)


def _check_quad(host: str, allow: Iterable[Network]) -> None:
    # "127.1", "2130706433" and "0x7f000001" all reach 127.0.0.1 through the system's resolver.
    try:
        address = IPv4Address(host)
    except ValueError:
        raise AddressError(f"an odd spelling of an IPv4 address: {host!r}") from None
    check_address(address, allow)
