"""Idle connections: the one used last is taken, the one that has waited longest goes."""

from watcher.fetch.connections import IDLE_SECONDS, MAX_IDLE, _IdleLines

HERE, THERE = (b"https", b"wire.example", 443), (b"https", b"press.example", 443)


class Line:
    """Stands in for a connection: only which one it is counts."""


def test_are_found_by_where_they_lead() -> None:
    idle, first, second = _IdleLines(), Line(), Line()
    idle.keep(HERE, first, 0.0)
    idle.keep(HERE, second, 1.0)
    assert idle.take(THERE) is None
    assert [idle.take(HERE), idle.take(HERE), idle.take(HERE)] == [second, first, None]


def test_go_when_they_have_waited_for_too_long() -> None:
    idle, first, second = _IdleLines(), Line(), Line()
    idle.keep(HERE, first, 0.0)
    idle.keep(THERE, second, 5.0)
    assert idle.surplus(IDLE_SECONDS) is None
    assert [idle.surplus(IDLE_SECONDS + 1), idle.surplus(IDLE_SECONDS + 1)] == [first, None]
    assert idle.take(THERE) is second


def test_go_when_they_are_too_many() -> None:
    idle, lines = _IdleLines(), [Line() for _ in range(MAX_IDLE + 1)]
    for line in lines:
        idle.keep(HERE, line, 0.0)
    assert [idle.surplus(0.0), idle.surplus(0.0)] == [lines[0], None]
    assert idle.clear() == lines[1:]
    assert len(idle) == 0
