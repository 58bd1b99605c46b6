"""A small language for tables of judging: who says what when, and what the user is told.

One line is one entry::

    03-02T10 T4 b! said=02-01 copy=1 | announced; trailer new => held

when (2026 unless a year is given, noon unless an hour is), tier, outlet (``!``: names an official source), options,
claims, and behind the arrow the events, or one of ``nothing``, ``held``, ``known``, ``conflict``, ``learnt``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from watcher.fuzzydate import FuzzyDate
from watcher.judge.judging import judge
from watcher.judge.sameness import digest
from watcher.judge.saying import Saying, Verdict
from watcher.memory import Knowledge, Outcome
from watcher.model import (
    Claim,
    Event,
    EventType,
    Evidence,
    Medium,
    Policy,
    Reading,
    Speaker,
    TextVerdict,
    Tier,
    Title,
)

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
TITLE = Title(
    id="copper-orchard",
    name="Copper Orchard",
    aliases=("銅の果樹園",),
    season=2,
    since=SINCE,
    official=("copper-orchard.example", "starfield.example"),
)
ANY = replace(TITLE, season=None)
FILMS = replace(TITLE, also=frozenset({Medium.FILM}))

_LINE = re.compile(
    r"(?P<when>[\d-]+(?:T\d+)?) T(?P<tier>[1-5]) (?P<outlet>[\w.-]+)(?P<official>!?)(?P<options>[^|]*)"
    r"\|(?P<claims>.*)=>(?P<expected>.*)"
)
_OUTCOMES = {
    "nothing": Outcome.SILENT,
    "held": Outcome.HELD,
    "known": Outcome.KNOWN,
    "conflict": Outcome.CONFLICT,
    "learnt": Outcome.BASELINE,
}
_PLAIN = {
    "date": EventType.RELEASE_DATE,
    "window": EventType.RELEASE_WINDOW,
}


@dataclass(frozen=True)
class Line:
    """One entry of a case, and what must follow."""

    text: str
    saying: Saying
    at: datetime
    expected: str


@dataclass(frozen=True)
class Case:
    """A few entries in order, under one title and policy."""

    name: str
    lines: tuple[Line, ...]
    title: Title = TITLE
    policy: Policy = Policy.CREDIBLE


def cases(table: str, *, title: Title = TITLE, policy: Policy = Policy.CREDIBLE) -> list[Case]:
    """Read a table: a case begins with its name at the margin, its entries are indented."""
    found: list[tuple[str, list[str]]] = []
    for row in table.split("\n"):
        if row.startswith("  "):
            found[-1][1].append(row.strip())
        elif row.strip():
            found.append((row.strip(), []))
    return [Case(name, _lines(rows, title), title, policy) for name, rows in found]


def told(case: Case) -> list[tuple[str, str]]:
    """Play a case; return (expected, got) for each line."""
    knowledge = Knowledge.empty(case.title.id)
    answers = []
    for line in case.lines:
        verdict = judge(knowledge, line.saying, title=case.title, policy=case.policy, now=line.at)
        knowledge = verdict.knowledge
        answers.append((line.expected, outcome(verdict, line.expected)))
    return answers


def outcome(verdict: Verdict, expected: str) -> str:
    """Write a verdict as a line of the table would."""
    if verdict.events:
        return "; ".join(sorted(event_text(event) for event in verdict.events))
    if expected == "nothing" and verdict.outcome not in {Outcome.HELD, Outcome.SILENT}:
        return "nothing"  # known, learnt and conflicting are silent, too
    return next(word for word, outcome in _OUTCOMES.items() if outcome is verdict.outcome)


def event_text(event: Event) -> str:
    """Write an event as a table does: ``part2 narrowed 2026-10-04``."""
    parts = [
        f"s{event.season}" if event.season not in {None, 2} else "",
        "new" if event.season is None else "",
        event.medium.value if event.medium is not Medium.SEASON else "",
        f"part{event.part}" if event.part else "",
        event.type.value,
        event.platform or "",
        ", ".join(event.names),
        str(event.date or ""),
        "" if event.confirmed else "unconfirmed",
    ]
    return " ".join(part for part in parts if part)


def _lines(rows: Iterable[str], title: Title) -> tuple[Line, ...]:
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        found = _LINE.fullmatch(row)
        assert found, f"not a line of a table: {row}"
        lines.append(_line(found, number, title))
    return tuple(lines)


def _line(found: re.Match[str], number: int, title: Title) -> Line:
    options = dict(option.partition("=")[::2] for option in found["options"].split())
    at = _moment(found["when"])
    said = _moment(options["said"]) if "said" in options else at
    outlet = found["outlet"] if "." in found["outlet"] else f"{found['outlet']}.example"
    claims = tuple(claim(text.strip(), title) for text in found["claims"].split(";") if text.strip())
    text = _TEXTS[int(options.get("copy", number))]
    reading = Reading(
        title_id=title.id,
        relevant=True,
        verdict=TextVerdict(options.get("verdict", "confirmed" if claims else "no_news")),
        claims=tuple(one for one in claims if one.quote != "dropped"),
        dropped=tuple(one for one in claims if one.quote == "dropped"),
        names_official=bool(found["official"]),
    )
    evidence = Evidence(
        source=outlet,
        publisher=options.get("as", outlet),
        tier=Tier(int(found["tier"])),
        url=f"https://{outlet}/{number}",
        headline=options.get("headline", "Copper Orchard: Season 2").replace("_", " "),
        quote="",
        published=said,
        at=at,
    )
    saying = Saying(
        evidence=evidence,
        reading=reading,
        domain=outlet,
        baseline=said.date() < SINCE.date(),
        said=said,
        text_digest=digest(text),
        kind="catalogue" if "record" in options else "feed",
        data=json.loads(options["record"]) if "record" in options else {},
    )
    expected = found["expected"].strip()
    if expected not in _OUTCOMES:
        expected = "; ".join(sorted(part.strip() for part in expected.split(";")))
    return Line(found[0], saying, at, expected)


def claim(text: str, title: Title = TITLE) -> Claim:
    """Read a claim: ``s3 part2 delayed 2027-01 @Wavelet /de 25:30 =Ann,Bob new change about-date``."""
    words = text.split()
    changes: dict[str, object] = {"season": title.season}
    kind = ""
    for word in words:
        kind = _word(word, changes) or kind
    type_ = _PLAIN.get(kind) or EventType(kind)
    if type_ is EventType.DELAYED and "date" not in changes:
        changes["open"] = True
    return Claim(type=type_, **({"quote": ""} | changes))  # type: ignore[arg-type]


def _word(word: str, changes: dict[str, object]) -> str:
    """Read one word of a claim into *changes*; return it if it is the type."""
    if found := re.fullmatch(r"s(\d|\?)", word):
        changes["season"] = None if found[1] == "?" else int(found[1])
    elif found := re.fullmatch(r"part(\d)", word):
        changes["part"] = int(found[1])
    elif found := re.fullmatch(r"(\d\d:\d\d)(?:@(.+))?", word):
        changes["date"] = replace(changes["date"], slot=found[1], zone=found[2])  # type: ignore[type-var]
    elif re.fullmatch(r"\d{4}\S*", word):
        changes["date"] = FuzzyDate.parse(word)
    elif found := re.fullmatch(r"([@/=])(.+)", word):
        key = {"@": "platform", "/": "region", "=": "names"}[found[1]]
        changes[key] = tuple(found[2].replace("_", " ").split(",")) if key == "names" else found[2].replace("_", " ")
    elif word == "dropped":
        changes["quote"] = word
    elif word == "anonymous":
        changes["speaker"] = Speaker.ANONYMOUS
    elif word in {"new", "change"}:
        changes["another" if word == "new" else "change"] = True
    elif found := re.fullmatch(r"about-(\w+)", word):
        changes["takes_back"] = EventType(_PLAIN.get(found[1], found[1]))
    elif word in {medium.value for medium in Medium}:
        changes["medium"] = Medium(word)
    else:
        return word
    return ""


def _moment(text: str) -> datetime:
    day, _, hour = text.partition("T")
    full = day if len(day) > 5 else f"2026-{day}"
    return datetime.fromisoformat(full).replace(hour=int(hour or 12), tzinfo=UTC)


# One text per line of a case, in words of their own, so that only `copy=` makes a copy.
_TEXTS = {
    number: " ".join(
        f"{word}{number}" for word in ("a", "few", "words", "that", "nobody", "else", "wrote", "so", "far")
    )
    for number in range(1, 60)
}
