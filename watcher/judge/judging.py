"""Judge one saying: weigh each claim, ask whether its speaker may be believed, keep what follows.

In:    `Knowledge`, `Saying`, the title, its policy, now.
Out:   `Verdict`.
Never: network, disk, clock.

::

    claims ─ season_of ─ weigh (what would it change?) ─ may it be told? ─▶ event | held | learnt | known | silent
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from watcher.judge import catalogue
from watcher.judge.dates import MOVED, MOVES, begun
from watcher.judge.docket import Docket
from watcher.judge.findings import DATED
from watcher.judge.names import belongs_to
from watcher.judge.saying import Hearing, Saying, Verdict
from watcher.judge.seasons import find, season_of, with_season
from watcher.judge.spans import agree, same
from watcher.judge.starts import own_run, own_service, own_starts
from watcher.known import Known, SeasonKnown
from watcher.memory import Knowledge
from watcher.model import Claim, EventType, Modality, Policy, Speaker, TextVerdict, Tier, Title


def judge(knowledge: Knowledge, saying: Saying, *, title: Title, policy: Policy, now: datetime) -> Verdict:
    """Say what an entry changes in what we know about *title*, and what the user is told."""
    hearing = Hearing(saying=saying, title=title, policy=policy, now=now)
    docket = Docket(
        hearing=hearing, before=knowledge, known=_noted(knowledge.known, hearing), held=list(knowledge.held)
    )
    for claim in _in_order(_claims(hearing, knowledge.known), knowledge.known, hearing):
        docket.hear(claim)
    docket.explain_dropped()
    docket.settle()
    return docket.verdict()


def _claims(hearing: Hearing, known: Known) -> tuple[Claim, ...]:
    saying, title = hearing.saying, hearing.title
    if hearing.record:
        return _record_claims(hearing, known)
    claims = _said_in_earnest(hearing, known)
    dated = next((claim for claim in claims if claim.type in DATED), None)
    found = season_of(known, dated, hearing) if dated else None
    season = found if isinstance(found, SeasonKnown) else None
    if hearing.tier is Tier.OFFICIAL and saying.domain not in title.official:
        claims = own_service(claims, saying.evidence.publisher, saying.domain)
        claims = own_run(claims, season, saying.evidence.publisher, saying.domain)
    return own_starts(claims, season, title.official)


def _said_in_earnest(hearing: Hearing, known: Known) -> tuple[Claim, ...]:
    """Leave out what only unnamed sources say, outside the press, and the retraction that a corrected date is.

    A retraction counts whatever the text's verdict: "there is no such plan" is no news of a season by itself.
    """
    reading = hearing.saying.reading
    claims = tuple(claim for claim in reading.claims if reading.alert or _counts_anyway(claim, hearing, known))
    if hearing.tier > Tier.PRESS:
        claims = tuple(claim for claim in claims if claim.speaker is not Speaker.ANONYMOUS)
    return _corrected(claims, hearing, known)


def _corrected(claims: tuple[Claim, ...], hearing: Hearing, known: Known) -> tuple[Claim, ...]:
    """A text that takes a date back and gives another one corrects it; that is no retraction."""
    taken = [one for one in claims if one.type is EventType.RETRACTED and one.takes_back in DATED | {None}]
    if not taken:
        return claims
    given = [claim for claim in claims if claim.type in DATED and claim.date is not None]
    if not given:
        given = [claim for claim in hearing.saying.reading.dropped if _corrects(claim, hearing, known)][:1]
        claims = (*claims, *given)
    return tuple(claim for claim in claims if claim not in taken) if given else claims


def _corrects(claim: Claim, hearing: Hearing, known: Known) -> bool:
    """Say whether a date that the text states, though not as news, is another one than we know, or came by a move."""
    season = season_of(known, claim, hearing)
    if claim.type not in DATED or claim.date is None or claim.modality is not Modality.ASSERTED:
        return False
    fact = season.dates.get(claim.part or 1) if isinstance(season, SeasonKnown) else None
    return fact is not None and fact.date is not None and (fact.value == MOVED or not agree(fact.date, claim.date))


def _counts_anyway(claim: Claim, hearing: Hearing, known: Known) -> bool:
    """Say whether a statement counts in a text that is no news by itself, because of what we know and who speaks.

    A retraction, the end of a running season, the day on which a suspended one goes on, a service's word of itself.
    """
    season = season_of(known, claim, hearing)
    if claim.type is EventType.RETRACTED:
        return True
    if claim.type is EventType.CANCELLED:
        return hearing.tier is Tier.OFFICIAL
    if not isinstance(season, SeasonKnown) or season.exists is None or hearing.tier > Tier.PRESS:
        return False
    if claim.type is EventType.FINISHED:
        return begun(season, hearing)
    if claim.type is EventType.RELEASE_DATE:
        first = season.dates.get(1)
        return season.began and first is not None and first.open
    return claim.type is EventType.STREAMING and hearing.tier is Tier.OFFICIAL and _serves(hearing)


def _serves(hearing: Hearing) -> bool:
    return belongs_to(hearing.saying.evidence.publisher, (hearing.saying.domain,))


def _record_claims(hearing: Hearing, known: Known) -> tuple[Claim, ...]:
    """A record that changed elsewhere does not say its old date again."""
    saying, title = hearing.saying, hearing.title
    claims = catalogue.record_claims(saying.data, saying.evidence.headline, title)
    season = find(known, claims[0].season) if claims else None
    before = season.record.get(saying.evidence.source) if season is not None else None
    if not isinstance(before, Mapping) or before.get("start_date") != saying.data.get("start_date"):
        return claims
    return tuple(claim for claim in claims if claim.type not in DATED)


def _in_order(claims: Iterable[Claim], known: Known, hearing: Hearing) -> list[Claim]:
    """Put one date claim per part first; what the text says beside it is told beside it."""
    dated: dict[tuple[object, ...], list[Claim]] = {}
    others: list[Claim] = []
    for claim in claims:
        if claim.type in DATED:
            dated.setdefault((claim.season, claim.medium, claim.part or 1), []).append(claim)
        else:
            others.append(claim)
    return sorted([*(_one_date(group, known, hearing) for group in dated.values()), *others], key=_turn)


def _one_date(group: list[Claim], known: Known, hearing: Hearing) -> Claim:
    """Of several dates in one text, the one said to be moved counts, then the finest.

    "Postponed" beside a date is postponed to it, unless the date is the one that is given up.
    """
    season = season_of(known, group[0], hearing)
    held = season.dates.get(group[0].part or 1) if isinstance(season, SeasonKnown) else None
    old = held.date or held.before if held and held.value != MOVED else None
    opened = next((claim for claim in group if claim.date is None), None)
    fresh = [claim for claim in group if claim.date is not None and not (old and same(old, claim.date))]
    if opened is not None and fresh:
        return replace(min(fresh, key=_telling), type=EventType.DELAYED, change=any(claim.change for claim in group))
    return opened or min(group, key=_telling)


def _turn(claim: Claim) -> int:
    """A date makes the season known, a word that it is open needs a known season."""
    if claim.type in DATED:
        return 0 if claim.date is not None else 4
    return {EventType.RETRACTED: 1, EventType.CANCELLED: 2, EventType.ANNOUNCED: 3}.get(claim.type, 5)


def _telling(claim: Claim) -> tuple[bool, int]:
    moved = claim.type in MOVES
    width = (claim.date.latest - claim.date.earliest).days if claim.date else 10_000
    return (not moved, width)


def _noted(known: Known, hearing: Hearing) -> Known:
    """Count silenced pages, keep the last official word and what a record shows."""
    saying = hearing.saying
    reading = saying.reading
    if hearing.record:
        return _with_record(known, hearing)
    if not reading.relevant:
        return known
    last = known.last_official
    newer = last is None or (last.published or last.at) <= saying.said
    return replace(
        known,
        speculative=known.speculative + (reading.verdict is TextVerdict.SPECULATION),
        retrospective=known.retrospective + (reading.verdict is TextVerdict.RETROSPECTIVE),
        last_official=saying.evidence if newer and hearing.tier is Tier.OFFICIAL else last,
    )


def _with_record(known: Known, hearing: Hearing) -> Known:
    saying = hearing.saying
    number = catalogue.record_season(saying.data)
    if number is None or not catalogue.is_about(saying.data, saying.evidence.headline, hearing.title):
        return known
    season = find(known, number) or SeasonKnown(season=number)
    record = {**season.record, saying.evidence.source: catalogue.facets(saying.data)}
    return with_season(known, replace(season, record=record))
