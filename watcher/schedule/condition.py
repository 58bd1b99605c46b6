"""How a source is doing, in one word, one line and what to do about it; and why it is looked at when it is.

In:    what is remembered about the source, its configuration, since when our own line is down, now.
Out:   `Condition`; a reason for the next look.
Never: clock, network; telling anybody (that is `looks.lasts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from watcher.config.keys import missing_key
from watcher.config.secret import masked_address
from watcher.config.settings import SourceConfig
from watcher.memory import Health, SourceState
from watcher.schedule import rhythm
from watcher.schedule.outlook import Outlook

REBUILT_FOR = timedelta(days=7)
"""How long a new layout is worth a remark."""
MOVED_AFTER = 3
"""After how many looks a permanent redirect is worth one."""


class How(StrEnum):
    """How a source is doing."""

    NEW = "new"
    OK = "ok"
    SILENT = "silent longer than usual"
    REBUILT = "new layout"
    MOVED = "moved"
    FLIPS = "two faces"
    LAYOUT = "layout changed"
    BLOCKED = "blocked"
    IDENTITY = "identity changed"
    KEY = "without its key"
    PAUSED = "paused"
    LIMITED = "limited"
    GONE = "gone"
    LINE = "our own line is down"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """How a source is doing, and what may be done."""

    how: How
    text: str = ""
    mend: str = ""

    @property
    def well(self) -> bool:
        """It is read; a remark is no trouble."""
        return self.how in _WELL


_REMARKS = frozenset({How.SILENT, How.REBUILT, How.MOVED, How.FLIPS})
_WELL = _REMARKS | {How.NEW, How.OK, How.LINE}
_LAYOUT = frozenset({"emptied", "selector", "unreadable", "not_a_feed"})
_BY_REASON = {"identity": How.IDENTITY, "key": How.KEY, "paused": How.PAUSED}
_MEND = {
    How.LAYOUT: "see what it yields now: watcher try {url}; its address or selectors may have to change",
    How.BLOCKED: "it wants no programs: look less often (every = …), or find another source",
    How.KEY: "put the key into the source's headers, or set enabled = false",
    How.PAUSED: "its makers have switched it off for a while; it is asked again by itself, nothing is lost",
    How.LIMITED: "it was asked too often, perhaps by others at this address; it is asked again when it allows",
    How.IDENTITY: "somebody else speaks at this address now: check it by hand before you trust it again",
    How.GONE: "its server says that it is gone for good: find where it has moved, or set enabled = false",
    How.SILENT: "it may have moved or ended: watcher try {url}",
    How.MOVED: 'write url = "{moved}"',
    How.FLIPS: "it may answer by country, language or visitor: look whether it has an address for one of them",
}


def condition(
    state: SourceState, source: SourceConfig, *, now: datetime, line_down: datetime | None = None
) -> Condition:
    """Say how *source* is doing; *line_down*: since when our own line seems to be down."""
    how, text = _how(state, source, now, line_down)
    mend = _MEND.get(how, "" if how in _WELL else "see what it yields: watcher try {url}")
    return Condition(how=how, text=text, mend=mend.replace("{url}", source.url).replace("{moved}", state.moved_to))


def _how(state: SourceState, source: SourceConfig, now: datetime, line_down: datetime | None) -> tuple[How, str]:
    if lacking := missing_key(source.kind, [name for name, _ in source.headers], source.url):
        return How.KEY, lacking
    if line_down is not None and _missed_by_line(state, line_down):
        return How.LINE, f"no host can be reached since {line_down:%Y-%m-%d %H:%M} UTC"
    if state.failures:
        return _trouble(state), state.last_error
    if state.doubts:
        return How.IDENTITY, f"not trusted any more: {'; '.join(state.doubts)}"
    return (How.NEW, "") if state.health is Health.NEW else _remark(state, now)


def _remark(state: SourceState, now: datetime) -> tuple[How, str]:
    """Say what is worth a word about a source that is read."""
    if state.moved_to and state.moved_count >= MOVED_AFTER:
        there = masked_address(state.moved_to)
        return How.MOVED, f'its server says that it has moved for good; it is followed there: url = "{there}"'
    if state.flipped is not None and now - state.flipped < REBUILT_FOR:
        often = f", {state.flips} times lately" if state.flips > 1 else ""
        return How.FLIPS, f"its list was replaced by quite another one and came back on {state.flipped:%Y-%m-%d}{often}"
    if state.rebuilt is not None and now - state.rebuilt < REBUILT_FOR:
        return How.REBUILT, f"everything on it was new on {state.rebuilt:%Y-%m-%d}; it is still read"
    if (silent := rhythm.silence(state.rhythm, now)) is not None:
        longest = rhythm.spell(rhythm.longest_gap(state.rhythm))
        return How.SILENT, f"nothing new for {rhythm.spell(silent)}; the longest pause before was {longest}"
    return How.OK, ""


def _missed_by_line(state: SourceState, line_down: datetime) -> bool:
    """Say whether all that is wrong with a source began with our line."""
    own = state.failing_since is not None and state.failing_since < line_down
    return not own and (state.last_reason == "line" or bool(state.failures))


def _trouble(state: SourceState) -> How:
    if state.health is Health.GONE:
        return How.GONE
    if state.health is Health.BLOCKED:
        return How.BLOCKED
    if state.last_reason in _BY_REASON:
        return _BY_REASON[state.last_reason]
    if state.last_status == HTTPStatus.TOO_MANY_REQUESTS:
        return How.LIMITED
    if state.last_reason in _LAYOUT and state.last_ok is not None:
        return How.LAYOUT
    return How.FAILING


def why(state: SourceState, source: SourceConfig, outlook: Outlook, *, now: datetime) -> str:
    """Say what decides when *source* is looked at next."""
    open_ = [one.name for one in outlook.spans if one.start <= now < one.end]
    learned = outlook.learned and rhythm.gap(state.rhythm, now) is not None
    reasons = (
        (state.not_before is not None and state.not_before > now, "the server asked to wait"),
        (state.last_reason == "line", "tried again soon: our own line was down"),
        (bool(state.failures), f"tried again with patience, {state.failures} failed"),
        (outlook.hot is not None, f"hot: {outlook.hot.why}" if outlook.hot else ""),
        (bool(open_), f"event window: {', '.join(open_)}"),
        (source.every is not None, "every, as written"),
        (learned, "its rhythm"),
    )
    return next((text for holds, text in reasons if holds), "server hints, habit of the kind")
