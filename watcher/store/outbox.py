"""The outbox: what is still to be told, to which channel, and what became of it.

A delivery is claimed (``new → sending``, the attempt counted) before it is sent and marked after. One found
``sending`` when nobody sends was interrupted: it may have arrived, and goes out again labelled as a possible repeat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, func, or_, select, tuple_, update

from watcher.failpoint import reach
from watcher.memory import Delivery, DeliveryState
from watcher.model import Event, Notice, NoticeType
from watcher.store.engine import Database, batches, insert_into
from watcher.store.rows import find_event, find_events, find_notice, find_notices
from watcher.store.tables import channels, deliveries, notices, slots
from watcher.store.values import ChannelState

_NEW, _SENDING, _SENT, _DEAD, _DROPPED = (
    DeliveryState.NEW,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DEAD,
    DeliveryState.DROPPED,
)
_FIELDS = tuple(Delivery.__dataclass_fields__)
_ENDS = {
    NoticeType.SOURCE_RECOVERED: NoticeType.SOURCE_FAILING,
    NoticeType.CHANNEL_RECOVERED: NoticeType.CHANNEL_BROKEN,
    NoticeType.SITE_TRUSTED: NoticeType.SITE_DOUBTED,
}
_STAYS_OPEN = {NoticeType.SOURCE_FAILING, NoticeType.SITE_DOUBTED, NoticeType.CHANNEL_BROKEN, NoticeType.SEASON_ENDED}
"""Notices that hold until something ends them; the others are over when they are told."""
_FARTHEST_RETRY = timedelta(hours=25)
"""No second try is further away than a day; what is, was planned by a wrong clock."""


class Outbox(Database):
    """Deliveries, notices, and the state of channels."""

    def tell(
        self,
        *,
        notices: Sequence[Notice] = (),
        deliveries: Sequence[Delivery] = (),
        channel: ChannelState | None = None,
    ) -> None:
        """Keep what the program itself has to say, with the state of the channel it is about, in one transaction.

        A notice that is open already (same type and subject) is not told again: its deliveries are left out.
        """
        with self.writing() as connection:
            already = add_notices(connection, notices)
            add_deliveries(connection, [delivery for delivery in deliveries if delivery.ref not in already])
            if channel is not None:
                _put_channel(connection, channel)

    def claim(self, now: datetime, channel_id: str | None = None, *, limit: int = 50) -> tuple[Delivery, ...]:
        """Take due deliveries for sending, oldest first, and count the attempt.

        A digest's slot comes whole, even where *limit* is passed; a channel on hold gives nothing. The caller holds
        `drain_lock`. A delivery is taken once, even where two callers ask.
        """
        with self.writing() as connection:
            taken = _due(connection, now, channel_id, limit)
            changes = {"state": _SENDING, "attempts": deliveries.c.attempts + 1, "tried": now}
            _change_all(connection, taken, **changes)
        if taken:
            reach("outbox.claimed")
        return tuple(replace(delivery, state=_SENDING, attempts=delivery.attempts + 1) for delivery in taken)

    def mark_sent(self, ids: Iterable[int], now: datetime) -> int:
        """Note that claimed deliveries have arrived, that their digest slot is used and that their channel works."""
        with self.writing() as connection:
            sent = _claimed(connection, ids)
            _change_all(connection, sent, state=_SENT, sent=now, last_error="")
            _note_slots(connection, sent, now)
            _note_success(connection, {delivery.channel_id for delivery in sent}, now)
        reach("outbox.marked")
        return len(sent)

    def reschedule(self, id_: int, *, due: datetime, error: str = "", uncertain: bool = False) -> bool:
        """Put a claimed delivery back for a later time; *uncertain*: it may have arrived, so the next try says so."""
        changes: dict[str, object] = {"state": _NEW, "due": due, "last_error": error}
        if uncertain:
            changes["repeat"] = True
        with self.writing() as connection:
            return _change(connection, id_, _SENDING, **changes)

    def release(self, ids: Iterable[int]) -> int:
        """Give claimed deliveries back that were certainly not sent; their attempt does not count."""
        with self.writing() as connection:
            given_back = _claimed(connection, ids)
            _change_all(connection, given_back, state=_NEW, attempts=deliveries.c.attempts - 1)
        return len(given_back)

    def bury(self, id_: int, error: str) -> bool:
        """Give a delivery up: it becomes a dead letter, shown by `status` and kept for a manual retry."""
        with self.writing() as connection:
            return _change(connection, id_, _SENDING, _NEW, state=_DEAD, last_error=error)

    def retry(self, id_: int, now: datetime) -> bool:
        """Make a dead, dropped or waiting delivery due now, with all its tries before it."""
        with self.writing() as connection:
            return _change(connection, id_, _DEAD, _DROPPED, _NEW, state=_NEW, due=now, attempts=0)

    def drop(self, id_: int, note: str = "dropped by hand") -> bool:
        """Close a delivery that is not to be sent."""
        with self.writing() as connection:
            return _change(connection, id_, _NEW, _DEAD, state=_DROPPED, last_error=note)

    def drop_channels_except(self, known: Collection[str]) -> int:
        """Close what waits for channels that are no longer configured; tell how many that were."""
        with self.writing() as connection:
            waiting = _select(connection, deliveries.c.state == _NEW)
            gone = [delivery for delivery in waiting if delivery.channel_id not in known]
            _change_all(connection, gone, state=_DROPPED, last_error="channel removed")
        return len(gone)

    def recover(self, now: datetime) -> int:
        """Put interrupted deliveries back, labelled. Only for who holds `drain_lock`: then nobody is sending."""
        changes = {"state": _NEW, "repeat": True, "due": now, "last_error": "interrupted while sending"}
        with self.writing() as connection:
            _pull_forward(connection, now)
            return connection.execute(update(deliveries).where(deliveries.c.state == _SENDING).values(changes)).rowcount

    def clock_was_set_back(self, now: datetime) -> None:
        """Let nothing wait for a moment that only a clock ahead of the time has named."""
        with self.writing() as connection:
            _pull_forward(connection, now)

    def deliveries(
        self, *states: DeliveryState, channel_id: str | None = None, ref: str | None = None, limit: int = 1000
    ) -> tuple[Delivery, ...]:
        """List deliveries, oldest first: all, or those in one of *states*."""
        where: list[ColumnElement[bool]] = []
        if states:
            where.append(deliveries.c.state.in_(states))
        if channel_id is not None:
            where.append(deliveries.c.channel_id == channel_id)
        if ref is not None:
            where.append(deliveries.c.ref == ref.removeprefix("#"))
        with self.reading() as connection:
            return tuple(_select(connection, *where, limit=limit))

    def pending(self, channel_id: str | None = None) -> tuple[Delivery, ...]:
        """List what waits or is being sent."""
        return self.deliveries(_NEW, _SENDING, channel_id=channel_id)

    def dead(self) -> tuple[Delivery, ...]:
        """List the dead letters."""
        return self.deliveries(_DEAD)

    def count_waiting(self) -> int:
        """Count what waits to be sent, due or not."""
        with self.reading() as connection:
            counted = select(func.count()).select_from(deliveries).where(deliveries.c.state == _NEW)
            return connection.execute(counted).scalar() or 0

    def next_delivery(self) -> datetime | None:
        """Tell when the next waiting delivery may be claimed (perhaps long ago); None where nothing waits."""
        waiting = select(func.min(deliveries.c.due), channels.c.hold_until).where(deliveries.c.state == _NEW)
        waiting = waiting.outerjoin_from(deliveries, channels, channels.c.id == deliveries.c.channel_id)
        with self.reading() as connection:
            found = connection.execute(waiting.group_by(deliveries.c.channel_id, channels.c.hold_until))
            return min((max(due, until) if until else due for due, until in found), default=None)

    def waiting_about(self, type_: NoticeType) -> tuple[Delivery, ...]:
        """List the deliveries of notices of one type that wait to be sent."""
        ours = select(notices.c.ref).where(notices.c.type == type_)
        with self.reading() as connection:
            return tuple(_select(connection, deliveries.c.state == _NEW, deliveries.c.ref.in_(ours)))

    def withdraw(self, refs: Collection[str]) -> int:
        """Take back what waits of notices that are no longer true; tell how many deliveries that were.

        A notice of which nothing was sent is forgotten, so that it can be told when it becomes true again.
        """
        with self.writing() as connection:
            some = deliveries.c.ref.in_(list(refs))
            gone = connection.execute(delete(deliveries).where(some, deliveries.c.state == _NEW)).rowcount
            left = select(deliveries.c.ref).where(some)
            connection.execute(delete(notices).where(notices.c.ref.in_(list(refs)), notices.c.ref.not_in(left)))
        return gone

    def item(self, ref: str) -> Event | Notice | None:
        """Look up what a delivery carries."""
        with self.reading() as connection:
            return find_event(connection, ref) or find_notice(connection, ref)

    def items(self, refs: Iterable[str]) -> dict[str, Event | Notice]:
        """Look up what many deliveries carry, by reference; what is gone is left out."""
        with self.reading() as connection:
            wanted = list(refs)
            found: dict[str, Event | Notice] = {**find_events(connection, wanted)}
            rest = [ref for ref in wanted if ref not in found]
            return found | find_notices(connection, rest)

    def channel(self, channel_id: str) -> ChannelState:
        """Look up how a channel is doing; one never used is fine."""
        with self.reading() as connection:
            row = connection.execute(select(channels).where(channels.c.id == channel_id)).one_or_none()
        return ChannelState(channel_id=channel_id) if row is None else _to_channel(row)

    def channel_states(self) -> dict[str, ChannelState]:
        """Tell how each channel is doing that anything was ever sent to."""
        with self.reading() as connection:
            return {row.id: _to_channel(row) for row in connection.execute(select(channels))}

    def hold(self, channel_id: str, until: datetime | None) -> None:
        """Claim nothing for a channel before *until*; None lets go of it."""
        with self.writing() as connection:
            statement = insert_into(connection, channels)
            changed = statement.on_conflict_do_update(index_elements=["id"], set_={"hold_until": until})
            connection.execute(changed, {"id": channel_id, "hold_until": until, "failures": 0, "last_error": ""})

    def slot_sent(self, channel_id: str, slot: str) -> datetime | None:
        """Tell when the digest of *slot* went out; it must not go out again, whatever the clock says."""
        query = select(slots.c.sent).where(slots.c.channel_id == channel_id, slots.c.slot == slot)
        with self.reading() as connection:
            return connection.execute(query).scalar()

    def close_notice(self, type_: NoticeType, subject: str, now: datetime) -> bool:
        """End an open notice, answered or no longer true; say whether there was one."""
        with self.writing() as connection:
            return _close(connection, type_, subject, now)


def add_notices(connection: Connection, new: Sequence[Notice]) -> set[str]:
    """Keep notices; return the references of those that say again what is open already."""
    return {notice.ref for notice in new if not _add_notice(connection, notice)}


def _add_notice(connection: Connection, notice: Notice) -> bool:
    if notice.type in _ENDS:
        _close(connection, _ENDS[notice.type], notice.subject, notice.at)
    row = {
        "ref": notice.ref,
        "type": notice.type,
        "subject": notice.subject,
        "text": notice.text,
        "at": notice.at,
        "closed": None if notice.type in _STAYS_OPEN else notice.at,
    }
    return connection.execute(insert_into(connection, notices).on_conflict_do_nothing(), row).rowcount == 1


def _close(connection: Connection, type_: NoticeType, subject: str, now: datetime) -> bool:
    is_open = and_(notices.c.type == type_, notices.c.subject == subject, notices.c.closed.is_(None))
    return connection.execute(update(notices).where(is_open).values(closed=now)).rowcount > 0


def add_deliveries(connection: Connection, new: Sequence[Delivery]) -> None:
    """Queue deliveries; what a channel has been given already it is not given again."""
    if new:
        connection.execute(insert_into(connection, deliveries).on_conflict_do_nothing(), list(map(_row, new)))


def _row(delivery: Delivery) -> dict[str, object]:
    return {name: getattr(delivery, name) for name in _FIELDS if name != "id"}


def _select(connection: Connection, *where: ColumnElement[bool], limit: int | None = None) -> list[Delivery]:
    query = select(*(deliveries.c[name] for name in _FIELDS)).where(*where).order_by(deliveries.c.id).limit(limit)
    return list(map(_to_delivery, connection.execute(query)))


def _to_delivery(row: Row[Any]) -> Delivery:
    fields = row._asdict()
    fields["state"] = DeliveryState(fields["state"])
    return Delivery(**fields)


def _due(connection: Connection, now: datetime, channel_id: str | None, limit: int) -> list[Delivery]:
    held = exists().where(channels.c.id == deliveries.c.channel_id, channels.c.hold_until > now)
    where = [deliveries.c.state == _NEW, deliveries.c.due <= now, ~held]
    if channel_id is not None:
        where.append(deliveries.c.channel_id == channel_id)
    first = _select(connection, *where, limit=limit)
    digests = {(delivery.channel_id, delivery.slot) for delivery in first if delivery.slot}
    if not digests:
        return first
    rest = _select(connection, *where, tuple_(deliveries.c.channel_id, deliveries.c.slot).in_(sorted(digests)))
    found = {delivery.id: delivery for delivery in (*first, *rest)}
    return sorted(found.values(), key=lambda delivery: delivery.id or 0)


def _pull_forward(connection: Connection, now: datetime) -> None:
    """Shift what was put off further than anything ever is, or written down in the future."""
    far = now + _FARTHEST_RETRY
    tried = and_(deliveries.c.attempts > 0, or_(deliveries.c.due > far, deliveries.c.tried > now))
    for one in _select(connection, deliveries.c.state == _NEW, or_(deliveries.c.created > now, tried)):
        _change(connection, one.id, _NEW, due=now if one.attempts else now + (one.due - one.created))
    since_then = exists().where(deliveries.c.channel_id == channels.c.id, deliveries.c.tried > now)
    held = or_(channels.c.hold_until > far, and_(channels.c.hold_until > now, since_then))
    connection.execute(update(channels).where(held).values(hold_until=None))


def _change(connection: Connection, id_: int | None, *before: DeliveryState, **values: object) -> bool:
    """Change a delivery if it is still in one of the states *before*: whoever comes second changes nothing."""
    statement = update(deliveries).where(deliveries.c.id == id_, deliveries.c.state.in_(before)).values(values)
    return connection.execute(statement).rowcount == 1


def _change_all(connection: Connection, these: Iterable[Delivery], **values: object) -> None:
    """Change deliveries that this writing transaction has just selected: nobody can have changed them since."""
    for some in batches(delivery.id for delivery in these):
        connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(values))


def _claimed(connection: Connection, ids: Iterable[int]) -> list[Delivery]:
    """Select those of *ids* that are being sent."""
    being_sent = deliveries.c.state == _SENDING
    return [one for some in batches(ids) for one in _select(connection, deliveries.c.id.in_(some), being_sent)]


def _note_slots(connection: Connection, sent: Iterable[Delivery], now: datetime) -> None:
    used = {(delivery.channel_id, delivery.slot) for delivery in sent if delivery.slot}
    for channel_id, slot in sorted(used):
        row = {"channel_id": channel_id, "slot": slot, "sent": now}
        connection.execute(insert_into(connection, slots).on_conflict_do_nothing(), row)


def _note_success(connection: Connection, channel_ids: Iterable[str], now: datetime) -> None:
    values = {"failures": 0, "last_sent": now, "last_error": ""}
    statement = insert_into(connection, channels).on_conflict_do_update(index_elements=["id"], set_=values)
    for id_ in sorted(channel_ids):
        connection.execute(statement, {"id": id_, **values})


def _put_channel(connection: Connection, state: ChannelState) -> None:
    row = {name: getattr(state, name) for name in ChannelState.__dataclass_fields__ if name != "channel_id"}
    statement = insert_into(connection, channels).on_conflict_do_update(index_elements=["id"], set_=row)
    connection.execute(statement, {"id": state.channel_id, **row})


def _to_channel(row: Row[Any]) -> ChannelState:
    fields = row._asdict()
    return ChannelState(channel_id=fields.pop("id"), **fields)
