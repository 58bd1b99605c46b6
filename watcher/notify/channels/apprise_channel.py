"""Every service that Apprise knows and our list allows. The one place where Apprise is imported.

One Apprise object per channel, one channel per call, on a thread with a deadline. Apprise says success, failure or
timeout, and hides why: what the service answered (`overheard.py`), or else Apprise's log lines, decides between
"later", "refused" and "perhaps taken".
"""

from __future__ import annotations

import logging
import re
import socket
import warnings
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import apprise

from watcher.config.settings import ChannelConfig, Config
from watcher.errors import DeliveryError
from watcher.fetch.address import AddressError, check_address
from watcher.notify import safe
from watcher.notify.channels.answers import LATER, retry_after
from watcher.notify.channels.base import DEADLINE, RefusedError
from watcher.notify.channels.mqtt import BrokerLogin
from watcher.notify.channels.overheard import Answer, overhearing
from watcher.notify.channels.services import SERVICES, Service
from watcher.notify.channels.threads import in_thread
from watcher.notify.dialects import compose
from watcher.notify.message import Message
from watcher.notify.timing import Pace

READ_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 10.0
_FORMAT: Final = re.compile(r"([?&])format=[^&]*&?")
_GONE: Final = frozenset({401, 403, 404, 410})
# What the operating system says when no connection came about, so nothing can have been sent.
_NOT_CONNECTED: Final = re.compile(
    r"Failed to establish a new connection|NewConnectionError|NameResolutionError|Name or service not known"
    r"|Connection refused|ConnectTimeout|connect timeout|SSLCertVerificationError|CERTIFICATE_VERIFY_FAILED",
    re.IGNORECASE,
)


@cache
def _manager() -> apprise.manager_plugins.NotificationManager:
    """Load Apprise's plugins, once, and keep its own log lines to ourselves: they may carry secrets."""
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    from watcher.notify.channels.session import listen  # noqa: PLC0415 - opens a socket when imported

    listen()
    manager = apprise.manager_plugins.NotificationManager()  # type: ignore[no-untyped-call]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # one of them still looks for imghdr
        manager.load_modules()  # type: ignore[no-untyped-call]
    return manager


class AppriseChannel:
    """One service through Apprise."""

    keyed = False

    def __init__(
        self,
        channel: ChannelConfig,
        *,
        config: Config,
        now: Callable[[], datetime],
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._id = channel.id
        self._now = now
        self._config = config
        self._service = SERVICES[_scheme(channel.url)]
        self._deadline = deadline.total_seconds()
        self._host = _host(channel.url)
        self._url = channel.url
        self._plug_in()

    def _plug_in(self) -> None:
        plugin = _plugin(self._url, self._service)
        if plugin is None:
            raise DeliveryError("Apprise cannot use this URL", channel=self._id, permanent=True)
        self._apprise = apprise.Apprise(asset=_asset())
        self._apprise.add(plugin)
        self._secure = bool(plugin.secure)  # over TLS nobody answers in its place
        self._login = BrokerLogin.of(plugin)

    @property
    def pace(self) -> Pace:
        return self._service.pace

    async def send(self, message: Message) -> None:
        """Send once, as plain words of the service's dialect; nothing is ever attached."""
        service = self._service
        title = safe.cut(message.subject, service.title) if service.title else ""
        text = compose(message, service.form)
        try:
            result, answer = await in_thread(lambda: self._notify(text, title), seconds=self._deadline + 5)
        except TimeoutError as error:
            raise DeliveryError("no answer in time", channel=self._id, uncertain=True) from error
        if not result:
            raise self._failure(result, answer)
        if answer is not None and answer.page and not (self._service.free and self._secure):
            what = "a web page answered in the place of the service, as the log-in of a network or a proxy does"
            raise DeliveryError(what, channel=self._id, uncertain=self._service.free)

    def _notify(self, text: str, title: str) -> tuple[apprise.AppriseResult, Answer | None]:
        self._check_host()
        with overhearing() as answers:
            result = self._apprise.notify(
                body=text,
                title=title,
                body_format=self._service.format,
                interpret_escapes=False,
                timeout=self._deadline,
                log_level=logging.DEBUG,
            )
        return result, answers[-1] if answers else None

    def _check_host(self) -> None:
        """Refuse a server inside somebody's network, as far as can be told before Apprise connects."""
        if not self._service.own_host or not _is_host(self._host):
            return
        try:
            found = socket.getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
            for address in {str(each[4][0]) for each in found}:
                check_address(address, self._config.allow_networks)
        except AddressError as error:
            raise DeliveryError(f"refused: {error}", channel=self._id, permanent=True) from error
        except OSError as error:
            raise DeliveryError("its host name has no address", channel=self._id) from error

    def _failure(self, result: apprise.AppriseResult, answer: Answer | None) -> DeliveryError:
        if self._login is not None and self._login.refused:
            login = self._login
            self._plug_in()  # the old one would go on logging in, on a thread of its own
            return DeliveryError(f"the broker said: {login.refused}", channel=self._id, permanent=login.for_good)
        if result.status == apprise.AppriseResultStatus.TIMEOUT:
            return DeliveryError("no answer in time", channel=self._id, uncertain=True)
        lines = [entry.message for entry in result.logs()]
        if any(_NOT_CONNECTED.search(line) for line in lines):
            return DeliveryError("not reached", channel=self._id)
        if any("onnection error" in line for line in lines):
            return DeliveryError("the connection broke", channel=self._id, uncertain=True)
        if answer is not None:
            return self._answered(answer)
        return RefusedError("failed; Apprise does not say why", channel=self._id)

    def _answered(self, answer: Answer) -> DeliveryError:
        status, wish = answer.status, retry_after(answer.headers.get("retry-after", ""), now=self._now())
        if status in _GONE:
            return DeliveryError(f"HTTP {status}", channel=self._id, permanent=True, retry_after=wish)
        if status in LATER:
            return DeliveryError(f"HTTP {status}", channel=self._id, retry_after=wish)
        said = f"HTTP {status}" if status >= 300 else f"HTTP {status}, but Apprise takes the answer for no"
        return RefusedError(said, channel=self._id, retry_after=wish)


def problem(url: str) -> str | None:
    """Say what is wrong with a URL for Apprise, without naming any of its secrets; None where nothing is."""
    scheme = _scheme(url)
    service = SERVICES.get(scheme)
    if service is None:
        return unknown_scheme(scheme)
    if _plugin(url, service) is not None:
        return None
    if not _available(scheme):
        return f"{scheme}: needs a package for Python that is not installed"
    return f"{scheme}: Apprise cannot make sense of the rest of this URL"


def unknown_scheme(scheme: str) -> str:
    """Say that a scheme is not on the list, and which one was perhaps meant."""
    known = ["console", "webhook+https", "webhook+http", "mailto", "mailtos", *SERVICES]
    near = get_close_matches(scheme, known, n=1, cutoff=0.5)
    return f'"{safe.cut(scheme, 30)}" is not a known kind of channel' + (f', perhaps "{near[0]}"' if near else "")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_host(name: str) -> bool:
    """Say whether a URL's second part is a host; for some services it is a topic or a token."""
    return "." in name or ":" in name or name == "localhost"


def _scheme(url: str) -> str:
    return url.partition(":")[0].lower()


def _available(scheme: str) -> bool:
    plugins: Iterable[type[apprise.NotifyBase]] = _manager().plugins()  # type: ignore[no-untyped-call]
    return any(scheme in _schemes(plugin) and plugin.enabled for plugin in plugins)


def _schemes(plugin: type[apprise.NotifyBase]) -> set[str]:
    found: set[str] = set()
    for each in (plugin.protocol, plugin.secure_protocol):
        found |= {each} if isinstance(each, str) else set(each or ())
    return found


def _asset() -> apprise.AppriseAsset:
    return apprise.AppriseAsset(
        app_id="Season Watcher",
        app_desc="Season Watcher",
        secure_logging=True,
        http_redirects=False,
        interpret_emojis=None,
    )


def _plugin(url: str, service: Service) -> apprise.NotifyBase | None:
    """Let Apprise read the URL, then set what a URL must not: no redirects, patience, our format."""
    _manager()
    plain = _FORMAT.sub(r"\1", url)
    glue = "&" if "?" in plain else "?"
    found = apprise.Apprise.instantiate(f"{plain.rstrip('?&')}{glue}format={service.format}", asset=_asset())
    if not isinstance(found, apprise.NotifyBase):
        return None
    # A logger outside the tree: what is said there reaches the result of a call, at every level, and nobody else.
    found.logger = logging.Logger("apprise of one channel", logging.DEBUG)  # noqa: LOG001 - on purpose
    found.logger.addHandler(logging.NullHandler())
    found.redirects = False
    found.socket_read_timeout = READ_SECONDS
    found.socket_connect_timeout = CONNECT_SECONDS
    return found
