"""After a season has ended, ask once whether to watch the next.

In:    what is known of a title, the title, now.
Out:   a `Notice`, or None; `asked` marks it as asked.
Never: titles watched for any season; they go on by themselves.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from watcher.judge.refs import reference
from watcher.judge.seasons import find
from watcher.known import Known
from watcher.model import Notice, NoticeType, Title


def ended(known: Known, title: Title, now: datetime) -> Notice | None:
    """Return the question whether to watch the next season, once, after the watched one is over."""
    if title.season is None or known.asked_next:
        return None
    season = find(known, title.season)
    if season is None or season.finished is None or season.finished.ref is None or season.cancelled is not None:
        return None  # running, or over before the watch began
    following = title.season + 1
    return Notice(
        ref=reference("ended", title.id, title.season),
        type=NoticeType.SEASON_ENDED,
        subject=title.id,
        text=(
            f"{title.name}: season {title.season} is over. To hear of season {following}, set season = {following} "
            f'(or season = "any") for this title.'
        ),
        at=now,
    )


def asked(known: Known) -> Known:
    """Remember that the question was put."""
    return replace(known, asked_next=True)
