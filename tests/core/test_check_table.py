"""The plain table of `watcher check`."""

from watcher.cli.check import table


def test_columns_stand_under_each_other() -> None:
    lines = list(table([("source", "status", ""), ("press", "unchanged", "a note"), ("電信", "ok", "")]))
    assert lines == ["source  status", "press   unchanged  a note", "電信    ok"]
