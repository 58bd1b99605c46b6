"""What each thing that can be asked for is answered with.

In:    a granted request; the database, opened for reading only and only once somebody asks.
Out:   an `Answer`; a page that was made a moment ago is given again.
Never: a write, or an error of the store beyond this module.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Final

from watcher.config.settings import Config
from watcher.errors import StoreError
from watcher.situation import Life
from watcher.store import Store
from watcher.web import pages
from watcher.web.exchange import Answer
from watcher.web.gate import Granted, Route
from watcher.web.views import Views
from watcher.web.vitals import Verdict, verdict

log = logging.getLogger(__name__)

KEPT: Final = 1.0
"""Seconds for which a page is given again without looking anew."""
PLAIN: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"


class Answers:
    """Answers for one configuration. `to` is for one thread at a time."""

    def __init__(self, config: Config, *, life: Callable[[], Life], now: Callable[[], datetime]) -> None:
        self._config, self._life, self._now = config, life, now
        self._store: Store | None = None
        self._made: dict[Granted, tuple[float, Answer]] = {}

    def close(self) -> None:
        if self._store is not None:
            self._store.close()

    @staticmethod
    def refusal(status: HTTPStatus) -> Answer:
        """Say no, in our own words only."""
        return Answer(status=status, body=f"{status.value} {status.phrase}\n".encode(), kind=PLAIN)

    def to(self, granted: Granted) -> Answer:
        """Answer a request that was let in."""
        if granted.route is Route.STYLE:
            return Answer(status=HTTPStatus.OK, body=_style(), kind="text/css; charset=utf-8")
        made = self._made.get(granted)
        if made is None or time.monotonic() - made[0] > KEPT:
            made = self._made[granted] = (time.monotonic(), self._make(granted))
        return made[1]

    def _make(self, granted: Granted) -> Answer:
        try:
            return self._of_store(granted, self._reader())
        except StoreError as error:
            log.warning("status page: the database does not answer error=%s", error)
            if granted.route is Route.HEALTH:
                return _health(Verdict(reasons=("the database does not answer",)), trusted=granted.trusted)
            return self.refusal(HTTPStatus.SERVICE_UNAVAILABLE)

    def _reader(self) -> Store:
        if self._store is None:
            self._store = Store.open(self._config.database, now=self._now(), read_only=True)
        return self._store

    def _of_store(self, granted: Granted, store: Store) -> Answer:
        now, life = self._now(), self._life()
        found = verdict(self._config, store, life, now)
        if granted.route is Route.HEALTH:
            return _health(found, trusted=granted.trusted)
        views = Views(self._config, store, now)
        match granted.route:
            case Route.NEWS:
                body = pages.news(views.frame(found), views.events(pages.MOST_EVENTS))
            case Route.SOURCES:
                body = pages.sources(views.frame(found), views.sources())
            case Route.MESSAGES:
                body = pages.messages(views.frame(found), views.outbox())
            case _:
                body = pages.home(views.frame(found), views.events(pages.FEW_EVENTS), views.titles())
        return Answer(status=HTTPStatus.OK, body=body)


def _health(found: Verdict, *, trusted: bool) -> Answer:
    status = HTTPStatus.OK if found.well else HTTPStatus.SERVICE_UNAVAILABLE
    body = json.dumps(found.document() if trusted else {"status": found.word})
    return Answer(status=status, body=body.encode() + b"\n", kind=JSON)


@cache
def _style() -> bytes:
    return files("watcher.web").joinpath("templates", "style.css").read_bytes()
