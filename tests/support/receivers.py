"""Receivers that record what arrives: the oracle of delivery tests.

::

    with Hook() as hook:                      # an HTTP receiver on loopback
        hook.answers(Answer(status=503), Answer())    # scripted; the last one stays
        config = hook.config(channel(url=hook.url))
        assert [one["subject"] for one in hook.messages] == [...]

    with Mailbox() as box:                    # an SMTP server on loopback (aiosmtpd)
        box.replies["RCPT"] = ["451 4.7.1 greylisted", "250 OK"]
        assert box.mails[0].message["Subject"] == "..."
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.support.web import Answer, Raw, Seen, Web


class Hook:
    """Records every request to ``/hook`` and answers as scripted."""

    def __init__(self) -> None:
        self._web = Web()
        self._script: list[Answer | Raw] = [Answer()]
        self._judge: Callable[[Seen], Answer | Raw | None] | None = None
        self.accepted: list[dict[str, Any]] = []
        """What was answered with 2xx."""

    def __enter__(self) -> Self:
        self._web.__enter__()
        self._web.call("/hook", self._answer)
        return self

    def __exit__(self, *exc: object) -> None:
        self._web.__exit__(*exc)

    @property
    def port(self) -> int:
        return self._web.port

    @property
    def web(self) -> Web:
        return self._web

    @property
    def url(self) -> str:
        return "webhook+" + self._web.url("/hook")

    @property
    def seen(self) -> list[Seen]:
        return self._web.asked("/hook")

    @property
    def messages(self) -> list[dict[str, Any]]:
        """Every body that arrived, also those that were refused."""
        return [json.loads(one.body) for one in self.seen]

    def answers(self, *answers: Answer | Raw) -> None:
        self._script = list(answers)

    def decide(self, judge: Callable[[Seen], Answer | Raw | None]) -> None:
        """Let *judge* answer; None leaves it to the script."""
        self._judge = judge

    def _answer(self, seen: Seen) -> Answer | Raw:
        answer = (self._judge and self._judge(seen)) or (
            self._script.pop(0) if len(self._script) > 1 else self._script[0]
        )
        if isinstance(answer, Answer) and 200 <= answer.status < 300:
            self.accepted.append(json.loads(seen.body))
        return answer


@dataclass(frozen=True)
class Mail:
    """One mail as it was handed over."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    tls: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> str:
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())


class Mailbox:
    """An SMTP server on loopback in a thread of its own.

    `replies` scripts answers by command (``MAIL``, ``RCPT``, ``DATA``): each is used once, the last one stays; a reply
    of ``HANGUP`` cuts the line. `refuse` names recipients that do not exist.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self.mails: list[Mail] = []
        self.replies: dict[str, list[str]] = {}
        self.refuse: dict[str, str] = {}
        self.commands: list[str] = []
        self.port = 0
        self._tls = tls
        self._login = login
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="mailbox")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(40)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()

    async def _serve(self) -> None:
        self._loop.set_exception_handler(lambda *_: None)
        server = await self._loop.create_server(self._make, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for _ in range(8):
            await asyncio.sleep(0)
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)

    def _make(self) -> SMTP:
        extra: dict[str, Any] = {}
        if self._login is not None:
            extra = {"authenticator": self._authenticate, "auth_require_tls": False}
        return SMTP(self, hostname="mail.test", tls_context=self._tls, loop=self._loop, enable_SMTPUTF8=True, **extra)

    def _authenticate(self, server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        right = given == self._login
        return AuthResult(success=right, handled=right, auth_data=given[0])

    def _scripted(self, command: str) -> str | None:
        self.commands.append(command)
        script = self.replies.get(command)
        if not script:
            return None
        return script.pop(0) if len(script) > 1 else script[0]

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := self._scripted("MAIL")) is not None and not reply.startswith("250"):
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self._scripted("RCPT") or self.refuse.get(address)
        if reply is not None and not reply.startswith("250"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        reply = self._scripted("DATA")
        if reply is None or reply.startswith("250") or reply == "HANGUP":
            content = envelope.original_content or b""
            user = getattr(session, "auth_data", None)
            tls = bool(getattr(session, "ssl", None))
            self.mails.append(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), content, tls, user))
        if reply == "HANGUP":
            assert server.transport is not None
            server.transport.abort()
            return "421 gone"
        return reply or "250 OK"
