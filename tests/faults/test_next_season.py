"""After the end of a season the user is asked once, in the transaction that tells the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.support.clock import START
from tests.support.whole import LANTERNS, Whole, announcement, post
from watcher.known import Existence, Fact
from watcher.memory import PollOutcome
from watcher.model import NoticeType


def over(whole: Whole) -> None:
    """Let the store know that the season is over, as the look that tells its end writes it."""
    knowledge = whole.store.knowledge(LANTERNS.id)
    [season] = [one for one in knowledge.known.seasons if one.season == 2]
    ended = replace(season, existence=Existence.FINISHED, finished=Fact(ref="ended1", said=START), began=True)
    known = replace(knowledge.known, seasons=(ended,))
    state = whole.store.source_state("studio")
    whole.store.commit(PollOutcome(source=state, knowledge=(replace(knowledge, known=known),)))


def test_the_question_is_put_once_and_survives_restarts(tmp_path: Path) -> None:
    with Whole(tmp_path) as whole:
        whole.look()
        whole.feed(announcement())
        whole.look()
        over(whole)
        for number in range(3):
            cast = post(
                f"Copper Lanterns Season 2 Reveals Trailer {number}",
                f"The official website streamed trailer {number} for the second season of Copper Lanterns.",
                at=whole.clock(),
            )
            whole.feed(cast)
            whole.look(days=1)
        assert whole.store.knowledge(LANTERNS.id).known.asked_next
        asked = [one for one in whole.store.notices_open() if one.type is NoticeType.SEASON_ENDED]
        assert [one.subject for one in asked] == [LANTERNS.id]
        assert whole.notices.count("season_ended") == 1
