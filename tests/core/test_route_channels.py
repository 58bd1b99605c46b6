"""Who is told: policies, titles, health, doubles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.news import AKUDAMA, DOROHEDORO, NOW, channel, config, event, evidence, notice
from watcher.model import Event, Notice, NoticeType, Policy, Tier
from watcher.notify.route import route


def told(item: Event | Notice, *channels: object, **settings: object) -> list[str]:
    return [one.channel_id for one in route(item, config=config(*channels, **settings), now=NOW)]  # type: ignore[arg-type]


OFFICIAL, CREDIBLE, EVERYTHING = Policy.OFFICIAL, Policy.CREDIBLE, Policy.EVERYTHING


@pytest.mark.parametrize(
    ("title", "of_channel", "tier", "confirmed", "wanted"),
    [
        (None, CREDIBLE, Tier.PRESS, True, True),
        (None, CREDIBLE, Tier.PRESS, False, False),
        (None, EVERYTHING, Tier.POINTER, False, True),
        (None, OFFICIAL, Tier.OFFICIAL, True, True),
        (None, OFFICIAL, Tier.CATALOGUE, True, True),
        (None, OFFICIAL, Tier.PRESS, True, False),
        (None, OFFICIAL, Tier.OFFICIAL, False, False),
        (OFFICIAL, EVERYTHING, Tier.PRESS, True, False),
        (OFFICIAL, CREDIBLE, Tier.PRESS, True, False),
        (EVERYTHING, CREDIBLE, Tier.POINTER, False, False),
        (EVERYTHING, OFFICIAL, Tier.PRESS, True, False),
        (EVERYTHING, EVERYTHING, Tier.UNKNOWN, False, True),
        (CREDIBLE, EVERYTHING, Tier.POINTER, False, False),
        (CREDIBLE, CREDIBLE, Tier.POINTER, True, True),
    ],
)
def test_the_stricter_policy_of_title_and_channel_holds(
    title: Policy | None, of_channel: Policy, tier: Tier, confirmed: bool, wanted: bool
) -> None:
    one = event(confirmed=confirmed, evidence=(evidence(tier=tier),))
    settings = {"titles": (replace(AKUDAMA, policy=title),)}
    assert bool(told(one, channel(policy=of_channel), **settings)) is wanted


def test_a_channel_for_some_titles_gets_those_by_id_or_name() -> None:
    channels = (
        channel("all", "ntfy://a"),
        channel("id", "ntfy://b", titles=("akudama-drive",)),
        channel("name", "ntfy://c", titles=("Akudama Drive",)),
        channel("other", "ntfy://d", titles=("dorohedoro",)),
    )
    assert told(event(), *channels) == ["all", "id", "name"]
    assert told(event(title_id=DOROHEDORO.id), *channels) == ["all", "other"]


def test_health_notices_go_where_health_is_wanted() -> None:
    assert told(notice(), channel("a", "ntfy://a"), channel("b", "ntfy://b", health=False)) == ["a"]


def test_the_broken_channel_is_not_told_that_it_is_broken() -> None:
    channels = (channel("a", "ntfy://a"), channel("b", "ntfy://b"))
    assert told(notice(type=NoticeType.CHANNEL_BROKEN, subject="a"), *channels) == ["b"]
    assert told(notice(type=NoticeType.CHANNEL_RECOVERED, subject="a"), *channels) == ["a", "b"]


def test_the_question_after_a_season_goes_where_its_title_goes() -> None:
    channels = (channel("a", "ntfy://a", health=False), channel("b", "ntfy://b", titles=("dorohedoro",)))
    assert told(notice(type=NoticeType.SEASON_ENDED, subject="akudama-drive"), *channels) == ["a"]


def test_i12_one_address_under_two_names_gets_one_message() -> None:
    channels = (
        channel("strict", "ntfy://same", policy=Policy.OFFICIAL),
        channel("other", "ntfy://else"),
        channel("easy", "ntfy://same"),
        channel("again", "ntfy://same"),
    )
    press = event(evidence=(evidence(tier=Tier.PRESS),))
    assert told(event(), *channels) == ["strict", "other"]
    assert told(press, *channels) == ["other", "easy"]


def test_without_channels_nothing_is_routed() -> None:
    assert told(event()) == []


def test_a_delivery_is_due_now_and_carries_the_reference() -> None:
    [one] = route(event(), config=config(channel()), now=NOW)
    assert (one.ref, one.due, one.created, one.slot, one.id) == ("k3f9a2", NOW, NOW, "", None)
