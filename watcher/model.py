"""The nouns of this program: frozen values that travel from room to room.

A *title* is what the user watches. A source yields *entries*; an entry that names a title is a *mention*; what it
says about the title's season is a *claim*; what is new to us about it is an *event*, with its *evidence*.
A claim is what they say; an event is what changed in what we know.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from watcher.fuzzydate import FuzzyDate


class Tier(IntEnum):
    """How far a publisher is trusted; lower is better."""

    OFFICIAL = 1
    CATALOGUE = 2
    PRESS = 3
    POINTER = 4
    UNKNOWN = 5


class Policy(StrEnum):
    """Which events a title or channel wants. The stricter of the two holds."""

    OFFICIAL = "official"
    """Only what tiers 1 and 2 say."""
    CREDIBLE = "credible"
    """The default: what the rules of trust let pass."""
    EVERYTHING = "everything"
    """Also claims still waiting for confirmation, marked so; never speculation."""


class Medium(StrEnum):
    """Other works of the same name that a user may also want to hear about."""

    SEASON = "season"
    FILM = "film"
    OVA = "ova"
    STAGE = "stage"
    GAME = "game"
    MANGA = "manga"
    LIVE_ACTION = "live-action"


class EventType(StrEnum):
    """What a claim says, and what an event tells."""

    ANNOUNCED = "announced"
    RELEASE_DATE = "release_date"
    RELEASE_WINDOW = "release_window"
    NARROWED = "narrowed"
    DELAYED = "delayed"
    ADVANCED = "advanced"
    CANCELLED = "cancelled"
    TRAILER = "trailer"
    VISUAL = "visual"
    CAST = "cast"
    STAFF = "staff"
    STREAMING = "streaming"
    DUB = "dub"
    FINISHED = "finished"
    RETRACTED = "retracted"


class TextVerdict(StrEnum):
    """What a text is, by itself, with respect to the watched title and season."""

    CONFIRMED = "confirmed"
    REPORTED = "reported"
    SPECULATION = "speculation"
    NO_NEWS = "no_news"
    RETROSPECTIVE = "retrospective"
    UNRELATED = "unrelated"

    @property
    def solid(self) -> bool:
        return self in {TextVerdict.CONFIRMED, TextVerdict.REPORTED}


class Speaker(StrEnum):
    """Whose word a claim rests on, as the text itself says."""

    OFFICIAL = "official"
    PRESS = "press"
    ANONYMOUS = "anonymous"
    NOBODY = "nobody"


class Modality(StrEnum):
    """How a statement is meant. Only `ASSERTED` makes a claim solid."""

    ASSERTED = "asserted"
    HEDGED = "hedged"
    NEGATED = "negated"
    QUESTION = "question"
    CONDITIONAL = "conditional"
    WISH = "wish"
    RUMOUR = "rumour"
    SCHEDULED = "scheduled"
    """Something will be announced at some time; the fact itself is not stated."""
    PAST = "past"


class BlockKind(StrEnum):
    """The part that a piece of text plays on its page."""

    HEADLINE = "headline"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    RELATED = "related"
    """A link to something else: related stories, tags, navigation, rankings, comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A work that the user watches, for one season (or each new one)."""

    id: str
    """Stable through renames of the title; see `watcher.config`."""
    name: str
    aliases: tuple[str, ...] = ()
    season: int | None = None
    """The season wanted; None means any future one."""
    since: datetime | None = None
    """Watched since (aware); what was published on an earlier day is knowledge, never an alert.

    None in a configuration that does not say; the store then knows when the title was first seen.
    """
    official: tuple[str, ...] = ()
    """Hosts that speak for this title: its own site."""
    ids: Mapping[str, int | str] = field(default_factory=dict)
    """Ids in catalogues: ``{"anilist": 116566}``."""
    also: frozenset[Medium] = frozenset()
    seasons: int = 0
    """How many seasons there were already: for a watch of any season only a later one is new."""
    streams: tuple[str, ...] = ()
    """Who streams what there is of it."""
    policy: Policy | None = None
    reminders: tuple[timedelta, ...] | None = None
    """How long before a start to remind, longest first; None leaves it to the configuration's own wish."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One piece of an entry's text; *text* has no markup and single spaces."""

    kind: BlockKind
    text: str
    level: int = 0
    """Depth of a heading (1–6), else 0."""
    href: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        # Hundreds come from the worker with each feed; a dataclass's own way to travel takes three times as long.
        return _block, (self.kind, self.text, self.level, self.href)


def _block(kind: BlockKind, text: str, level: int, href: str | None) -> Block:
    return Block(kind=kind, text=text, level=level, href=href)


class Blocks(Sequence[Block]):
    """Blocks that come into being when somebody asks for them; their words are known before."""

    @property
    @abstractmethod
    def words(self) -> str:
        """A line for each block, in their order; spaces may be other than there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One post, card or record as a source carried it."""

    id: str
    """The source's own id for it (GUID, Atom id), or its link, or a digest of title and date."""
    link: str | None = None
    """Where a person reads it: absolute, http(s), without credentials."""
    title: str
    blocks: Sequence[Block] = ()
    """The text in reading order, as a tuple or as `Blocks`. The headline may be missing here: it is `title`."""
    published: datetime | None = None
    """Aware; None where the source gives none or an impossible one."""
    date_only: bool = False
    """`published` is a day without a time (midnight in the source's zone)."""
    updated: datetime | None = None
    language: str | None = None
    """A BCP 47 tag the source states, never a guess."""
    author: str | None = None
    origin: str | None = None
    """For bridges and aggregators: the URL of the outlet that the entry says it comes from."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """A catalogue's record (see `sources`), empty for texts."""

    @property
    def body(self) -> str:
        return "\n".join(block.text for block in self.blocks if block.kind is not BlockKind.HEADLINE)

    @property
    def words(self) -> str:
        """The text of all blocks, a line for each; see `Blocks.words`."""
        blocks = self.blocks
        return blocks.words if isinstance(blocks, Blocks) else "\n".join([block.text for block in blocks])

    def __reduce__(self) -> tuple[Any, ...]:
        # As with blocks: thirty come from the worker with each feed.
        return _entry, tuple([getattr(self, name) for name in _OF_ENTRY])


def _entry(*values: Any) -> Entry:
    return Entry(**dict(zip(_OF_ENTRY, values, strict=True)))


_OF_ENTRY = tuple(Entry.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """An entry names a title."""

    title_id: str
    alias: str
    block: int
    """Index into the entry's blocks; -1 is its title."""
    start: int
    end: int
    sure: bool
    """False where the alias is an ordinary word or a part of other names and wants company."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an entry says about a title's season."""

    type: EventType
    season: int | None
    """The season it is about; None where a new season is meant without a number."""
    presumed: bool = False
    """The text names no season at all; only the place where it stands speaks for the watched one."""
    date: FuzzyDate | None = None
    platform: str | None = None
    region: str | None = None
    part: int | None = None
    """A later cour or part of the season, which has a date ladder of its own."""
    names: tuple[str, ...] = ()
    """For cast and staff: the people named."""
    another: bool = False
    """For trailer and visual: the text says that it is a new, further one."""
    open: bool = False
    """For delayed: postponed with no new date. For a date: officially open again."""
    change: bool = False
    """The text reports a change of date itself and names the official source of it."""
    takes_back: EventType | None = None
    """For retracted: what is taken back; None for all that was said."""
    medium: Medium = Medium.SEASON
    modality: Modality = Modality.ASSERTED
    speaker: Speaker = Speaker.NOBODY
    quote: str
    """The sentence it rests on, as printed."""
    language: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One sentence of a text and what was found in it: the material of explanations."""

    text: str
    block: int
    found: tuple[str, ...] = ()
    """Short ``kind: value`` phrases: ``season: 2``, ``cue: announced "renewed for"``, ``hedge: might``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the reader makes of one entry with respect to one title."""

    title_id: str
    relevant: bool
    verdict: TextVerdict
    claims: tuple[Claim, ...] = ()
    """Solid claims only; empty unless the verdict is solid."""
    dropped: tuple[Claim, ...] = ()
    """What was said but is not solid (hedged, denied, another season); kept for explanations."""
    reasons: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    language: str | None = None
    names_official: bool = False
    """The text names an official source (site, account, publisher, network) for what it states."""

    @property
    def alert(self) -> bool:
        return self.verdict.solid


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who speaks at an address."""

    id: str
    """A registrable domain, host, path prefix or account: ``natalie.mu``, ``youtube:UC…``."""
    name: str
    tier: Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a fact was read."""

    source: str
    """Name of the source in the configuration."""
    publisher: str
    tier: Tier
    url: str | None
    headline: str
    quote: str
    language: str | None = None
    published: datetime | None = None
    date_only: bool = False
    """`published` is a day without a time; it stays that day in every zone."""
    at: datetime
    """When we looked."""
    entry: str = ""
    """Key of the stored entry, for `explain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What changed in what we know about a title's season."""

    ref: str
    """Short stable reference, without the ``#``: ``k3f9a2``."""
    title_id: str
    type: EventType
    season: int | None
    date: FuzzyDate | None = None
    before: FuzzyDate | None = None
    """The date that was known before, for narrowed, delayed and advanced."""
    platform: str | None = None
    part: int | None = None
    names: tuple[str, ...] = ()
    takes_back: EventType | None = None
    medium: Medium = Medium.SEASON
    listed: bool = False
    """Known from a catalogue only: worded "listed", not "announced"."""
    confirmed: bool = True
    """False for a held claim told under the policy `everything`."""
    evidence: tuple[Evidence, ...]
    """What it rests on, best first; later confirmations come behind."""
    known_before: str = ""
    """One line: what was known before this event."""
    at: datetime
    reasons: tuple[str, ...] = ()


class NoticeType(StrEnum):
    """What the program itself has to say, apart from news about titles."""

    SOURCE_FAILING = "source_failing"
    SOURCE_RECOVERED = "source_recovered"
    SOURCE_FLIPS = "source_flips"
    """A source has two faces: it may answer by country, language or visitor."""
    CHANNEL_BROKEN = "channel_broken"
    CHANNEL_RECOVERED = "channel_recovered"
    SITE_DOUBTED = "site_doubted"
    """An official site looks like somebody else's; it is not trusted until it is itself again."""
    SITE_TRUSTED = "site_trusted"
    SEASON_ENDED = "season_ended"
    """Asks once whether to watch the next season."""
    LINE_RECOVERED = "line_recovered"
    """Our own line was down for long, and no source is to blame."""
    REMINDER = "reminder"
    """A start that the user asked to be reminded of."""
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message of the program itself: health, a question, a test."""

    ref: str
    type: NoticeType
    subject: str
    """What it is about: a source's, channel's or title's id. One open notice per (type, subject)."""
    text: str
    at: datetime
