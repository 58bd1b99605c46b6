"""Judge where the status page listens: on this machine alone, or further with a token.

In:    the block as validated, the secrets.
Out:   `WebConfig`, None where the page is off; problems.
Never: opening a socket; whether the address is ours is seen when the service listens.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from watcher.config.door import WebBlock
from watcher.config.secret import SecretStore
from watcher.config.settings import Secret, WebConfig
from watcher.config.wrong import Findings, WrongError

TOKEN: Final = 20
"""Characters that a token has at least: nobody guesses that many."""


def build_web(block: WebBlock, secrets: SecretStore, findings: Findings) -> WebConfig | None:
    """Make the settings of the page; None where it is off or wrong."""
    if block.listen is None:
        return None
    host, port = block.listen
    token = _token(block, secrets, findings)
    if block.token is not None and token is None:
        return None  # told already, or not at hand for a command that does not listen
    if token is None and not ip_address(host).is_loopback:
        findings.error(
            ("watcher", "web", "listen"),
            "lets other machines ask, and there is no token",
            'add token = { credential = "…" }, or listen on 127.0.0.1',
        )
        return None
    if ip_address(host).is_unspecified and not block.names:
        message, hint = "answers to no name but localhost", 'names = ["…"]: what stands in the browser before the port'
        findings.warn(("watcher", "web", "names"), message, hint)
    names = tuple((name, port if own is None else own) for name, own in block.names)
    return WebConfig(host=host, port=port, token=token, names=names)


def _token(block: WebBlock, secrets: SecretStore, findings: Findings) -> Secret | None:
    if block.token is None:
        return None
    try:
        token = secrets.open(block.token)
    except WrongError as wrong:
        findings.wrong(("watcher", "web", "token"), wrong)
        return None
    if len(token) < TOKEN or not token.isascii():
        hint = f"{TOKEN} characters or more: openssl rand -hex 16"
        findings.error(("watcher", "web", "token"), "is not a token that nobody guesses", hint)
        return None
    return token
