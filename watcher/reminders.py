"""Remind the user of what starts soon: only who asked for it, each date and lead once, whatever happens between.

What is due is worked out afresh from what is known (`notify.remind`), never queued ahead: a date that moves takes its
reminders with it. What was told stands in the outbox under a reference made of date and lead, so that neither a
restart nor a clock that is set back tells it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from watcher.config.settings import Config
from watcher.model import NoticeType, Title
from watcher.notify.remind import Reminder, Wish, due
from watcher.notify.route import route
from watcher.store import Store, TitleState

log = logging.getLogger(__name__)


def remind(config: Config, store: Store, now: datetime) -> int:
    """Queue the reminders whose moment has come and withdraw those whose date has moved; tell how many were new."""
    wanted = {title.id: title for title in config.titles if config.reminders_of(title)}
    waiting = store.waiting_about(NoticeType.REMINDER)
    if not wanted and not waiting:
        return 0
    found = list(_due(config, store, wanted, now))
    current = {one.ref for one in found}
    if gone := {one.ref for one in waiting} - current:
        log.info("reminders withdrawn count=%d", store.withdraw(gone))
    known = store.items(current)
    fresh = [one for one in found if one.ref not in known]
    for one in fresh:
        notice = one.notice(now)
        told = route(notice, config=config, now=now, digest_before=one.digest_before)
        store.tell(notices=(notice,), deliveries=told)
    return len(fresh)


def _due(config: Config, store: Store, wanted: dict[str, Title], now: datetime) -> Iterator[Reminder]:
    states = store.titles(wanted)
    knowledge = store.knowledge_of(wanted)
    for id_, title in wanted.items():
        state = states.get(id_)
        if state is not None and not _rests(state, now):
            leads, since = config.reminders_of(title), title.since or state.first_seen
            wish = Wish(title=title, leads=leads, zone=config.timezone, since=since)
            yield from due(wish, knowledge[id_].known, now)


def _rests(state: TitleState, now: datetime) -> bool:
    return state.paused or (state.snoozed_until is not None and now < state.snoozed_until)
