"""The kinds that a configuration may name are the kinds that can be read."""

from watcher.config.kinds import KINDS
from watcher.sources.kinds import KINDS as READ


def test_both_lists_are_the_same():
    assert set(KINDS) == set(READ)
