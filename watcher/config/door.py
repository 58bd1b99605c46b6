"""The shape of a configuration file: what may be written, with defaults, bounds and descriptions.

In:    tables as a TOML parser gives them.
Out:   validated blocks; `watcher.config.build` makes the program's values of them.
Never: disk, network; a secret is only held, never opened or shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from watcher.config.fields import (
    DURATION_FORM,
    Address,
    BlockId,
    CatalogueId,
    Day,
    DigestTime,
    Filled,
    Host,
    Lead,
    Listen,
    MediumName,
    ModeName,
    NameAndPort,
    Network,
    PolicyName,
    Quiet,
    Season,
    SecretValue,
    Selector,
    Span,
    Text,
    TierNumber,
    Zone,
    schema,
    size_within,
    within,
)
from watcher.config.settings import PageMode
from watcher.model import Policy


class Block(BaseModel):
    """Base of all tables: unknown keys and other types than written here are problems."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # most runs need few of the blocks
    )


class LimitsBlock(Block):
    """Bounds that keep a hostile or broken server from hurting."""

    deadline: Annotated[
        timedelta, BeforeValidator(within(timedelta(seconds=1), timedelta(minutes=5))), schema(pattern=DURATION_FORM)
    ] = Field(
        default=timedelta(seconds=30),
        description="Longest time for one whole exchange with a server.",
        json_schema_extra={"default": "30s"},
    )
    raw_bytes: Annotated[
        int, BeforeValidator(size_within(1024, 256 * 1024**2)), WithJsonSchema({"type": ["string", "integer"]})
    ] = Field(default=8 * 1024**2, description="Largest answer as it comes over the wire.")
    decoded_bytes: Annotated[
        int, BeforeValidator(size_within(1024, 512 * 1024**2)), WithJsonSchema({"type": ["string", "integer"]})
    ] = Field(default=16 * 1024**2, description="Largest answer after decompression.")
    redirects: int = Field(default=5, ge=0, le=20, description="Redirects followed for one look.")
    concurrency: int = Field(default=96, ge=1, le=256, description="Looks under way at the same time.")
    per_host: int = Field(default=1, ge=1, le=16, description="Looks under way at the same time at one host.")
    entries: int = Field(
        default=5000, ge=1, le=100_000, description="Newest entries of one source that are considered."
    )
    parse_seconds: float = Field(default=10.0, ge=0.1, le=120, description="Longest time to understand one document.")
    parse_memory: Annotated[
        int, BeforeValidator(size_within(64 * 1024**2, 16 * 1024**3)), WithJsonSchema({"type": ["string", "integer"]})
    ] = Field(default=1024**3, description="Memory that a worker reading one document may use.")


class WebBlock(Block):
    """The status page: read-only, off where not written."""

    listen: Listen = Field(
        default=None,
        description="Address and port of the status page, like 127.0.0.1:8323; others than loopback need a token.",
        json_schema_extra={"default": "off"},
    )
    token: SecretValue | None = Field(
        default=None, description="Asked for as a password (or bearer token), 20 characters or more."
    )
    names: tuple[NameAndPort, ...] = Field(
        default=(), strict=False, description="Names by which it may be asked for, besides localhost and its address."
    )


class WatcherBlock(Block):
    """The program as a whole."""

    state: Filled | None = Field(
        default=None,
        description="Folder of the database and backups; default: $STATE_DIRECTORY, else the XDG state folder.",
    )
    timezone: Zone | None = Field(
        default=None, description="Your time zone, for dates in messages and quiet hours; default: the machine's."
    )
    policy: PolicyName = Field(
        default=Policy.CREDIBLE, description="What is worth an alert: official, credible or everything."
    )
    contact: Text = Field(
        default="", description="Web or mail address put into the User-Agent, so that site owners can reach you."
    )
    allow_networks: tuple[Network, ...] = Field(
        default=(),
        strict=False,
        description="Private networks that may be reached; loopback and private addresses are refused otherwise.",
    )
    host_gap: Annotated[
        timedelta, BeforeValidator(within(timedelta(0), timedelta(hours=1))), schema(pattern=DURATION_FORM)
    ] = Field(
        default=timedelta(seconds=1),
        description="Least time between two requests to one host.",
        json_schema_extra={"default": "1s"},
    )
    proxy: SecretValue | None = Field(
        default=None, description="HTTP proxy for all looks; the environment's proxies are never used."
    )
    reminders: tuple[Lead, ...] = Field(
        default=(),
        strict=False,
        description='How long before a start to remind you of it, like ["7d", "1d", "start"]; empty never does.',
    )
    heartbeat: SecretValue | None = Field(
        default=None, description="Ping address of an outside checker, told while everything moves (healthchecks.io)."
    )
    heartbeat_every: Annotated[
        timedelta, BeforeValidator(within(timedelta(minutes=1), timedelta(days=1))), schema(pattern=DURATION_FORM)
    ] = Field(
        default=timedelta(minutes=5),
        description="How often it is told.",
        json_schema_extra={"default": "5m"},
    )
    closer: bool = Field(
        default=True, description="Read the article behind a short post that names a title and speaks of a season."
    )
    packs: tuple[Filled, ...] | None = Field(
        default=None,
        strict=False,
        description="Ready packs of sources; anime-press-en and licensors where no source is given.",
    )
    rhythm: bool = Field(
        default=True, description="Place looks where a source's own history says that a post is likely."
    )
    hot: bool = Field(
        default=True, description="Look sooner, for three days, when something unconfirmed was said of a title."
    )
    windows: tuple[Filled, ...] | None = Field(
        default=None,
        strict=False,
        description="Events in which to look more often; all that are known where not written, [] for none.",
    )
    web: WebBlock = Field(default=WebBlock(), description="The status page.")
    limits: LimitsBlock = Field(default=LimitsBlock(), description="Bounds against hostile or broken servers.")


class TitleBlock(Block):
    """A work you watch, for one season or each new one."""

    id: BlockId | None = Field(
        default=None, description="Stable name in the history; default: a slug of name and season."
    )
    name: Filled = Field(description="The title as you know it.")
    season: Season = Field(default=None, description='The season you wait for: a number, or "any".')
    aliases: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Its other names: native, romaji, English, short."
    )
    official: tuple[Host, ...] = Field(
        default=(), strict=False, description="Hosts that speak for this title, like its own site."
    )
    ids: dict[str, CatalogueId] = Field(default={}, description="Its ids in catalogues, like { anilist = 116566 }.")
    since: Day | None = Field(default=None, description="Watched since; older news is knowledge, never an alert.")
    also: tuple[MediumName, ...] = Field(
        default=(), strict=False, description="Other works of this name you want to hear about, like film."
    )
    seasons: int = Field(
        default=0, ge=0, le=99, description='How many seasons have begun already; for "any" only a later one is new.'
    )
    streams: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Who streams what there is of it; `watcher status` says so."
    )
    policy: PolicyName | None = Field(
        default=None, description="What is worth an alert for this title; the stricter of title and channel holds."
    )
    reminders: tuple[Lead, ...] | None = Field(
        default=None,
        strict=False,
        description="How long before its start to remind you, instead of the general wish; [] never does.",
    )


class SelectorsBlock(Block):
    """CSS selectors of a news list; what is left out is guessed."""

    item: Selector = Field(default="", description="One post in the list.")
    title: Selector = Field(default="", description="The headline inside a post.")
    link: Selector = Field(default="", description="The link inside a post.")
    date: Selector = Field(default="", description="The date inside a post.")
    body: Selector = Field(default="", description="The text inside a post.")


class SourceBlock(Block):
    """A place to look."""

    id: BlockId | None = Field(
        default=None,
        description="Stable name in the history; default: a slug of name. A pack's id changes that pack's source.",
    )
    name: Filled = Field(description="What to call it.")
    kind: Filled = Field(
        description="How to read it: feed, page, or a kind made for one service, like youtube or anilist."
    )
    url: Address = Field(description="Where to look.")
    every: Span | None = Field(
        default=None, description="How often; left out, a rhythm is learned between 15 minutes and a day."
    )
    titles: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Only for these titles (id or name); empty is all."
    )
    tier: TierNumber | None = Field(
        default=None, description="How far it is trusted, 1 to 5; overrides the publisher list."
    )
    publisher: Text | None = Field(default=None, description="Who speaks there, where the address does not tell.")
    mode: ModeName = Field(default=PageMode.AUTO, description="For pages: auto, list or article.")
    selectors: SelectorsBlock = Field(
        default=SelectorsBlock(), description="For pages: where the posts are; guessed if left out."
    )
    pages: int = Field(
        default=1, ge=1, le=10, description='For pages: how many pages of a list to read, following its "next".'
    )
    tz: Zone | None = Field(
        default=None, description="Zone of dates without one; default: Asia/Tokyo for .jp hosts, else UTC."
    )
    headers: dict[str, SecretValue] = Field(
        default={}, description="Extra request headers, like a service's key; never sent elsewhere."
    )
    robots: bool = Field(default=True, description="Obey robots.txt (pages).")
    deny: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Phrases that mark a page as a placeholder, not content."
    )
    enabled: bool = Field(default=True, description="Whether it is looked at.")


class PackSourceBlock(SourceBlock):
    """A source of a ready pack, with how well it is known."""

    verified: Literal["V", "R", "M"] = Field(
        description="V documented by the provider, R reported by others, M unverified."
    )
    note: Text = Field(default="", description="A word to the reader of the pack.")


class WindowBlock(Block):
    """A time in which to look more often, besides the known events."""

    name: Filled = Field(description="What to call it.")
    start: Day = Field(description="Its first day, or the moment it begins.")
    end: Day = Field(description="Its last day, or the moment it ends.")
    titles: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Only for sources of these titles (id or name); empty is all."
    )


class ChannelBlock(Block):
    """A way to tell you."""

    id: BlockId | None = Field(default=None, description="Stable name in the history; default: a slug of name.")
    name: Filled = Field(description="What to call it.")
    url: SecretValue | None = Field(
        default=None, description="Where messages go: console:, webhook+https://…, mailtos://… or an Apprise URL."
    )
    url_file: Filled | None = Field(default=None, description="File that holds the URL (mode 0600), instead of url.")
    url_env: Filled | None = Field(default=None, description="Environment variable that holds the URL, instead of url.")
    credential: Filled | None = Field(
        default=None, description="systemd credential that holds the URL, instead of url."
    )
    policy: PolicyName | None = Field(
        default=None,
        description="What is worth a message here, default as in [watcher]; the stricter of title and channel holds.",
    )
    quiet: Quiet = Field(default=None, description="Local hours in which messages wait, like 23:00-07:00, or off.")
    digest: DigestTime = Field(default=None, description="off, or together at a time: daily@08:00, weekly@mon-08:00.")
    titles: tuple[Filled, ...] = Field(
        default=(), strict=False, description="Only about these titles (id or name); empty is all."
    )
    health: bool = Field(default=True, description="Whether the program's own notices come here too.")
    fallback: Filled | None = Field(
        default=None, description="Channel (id or name) that is told when this one is broken."
    )


class TrustBlock(Block):
    """Your own trust."""

    publishers: dict[str, TierNumber] = Field(default={}, description="Your own trust: domain or path prefix = tier.")


class FileBlock(TrustBlock):
    """The configuration of Season Watcher."""

    watcher: WatcherBlock = Field(default=WatcherBlock(), description="The program as a whole.")
    title: tuple[TitleBlock, ...] = Field(default=(), strict=False, description="The works you watch.")
    source: tuple[SourceBlock, ...] = Field(default=(), strict=False, description="Places to look, besides the packs.")
    window: tuple[WindowBlock, ...] = Field(
        default=(), strict=False, description="Your own times in which to look more often."
    )
    channel: tuple[ChannelBlock, ...] = Field(default=(), strict=False, description="Ways to tell you.")


BLOCKS: dict[str, type[Block]] = {
    "watcher": WatcherBlock,
    "title": TitleBlock,
    "source": SourceBlock,
    "window": WindowBlock,
    "channel": ChannelBlock,
}

MEANT = {
    "interval": ("every",),
    "period": ("every",),
    "frequency": ("every",),
    "schedule": ("every",),
    "refresh": ("every",),
    "trust": ("tier",),
    "level": ("policy",),
    "site": ("official",),
    "website": ("official",),
    "domain": ("official",),
    "domains": ("official",),
    "alt_names": ("aliases",),
    "synonyms": ("aliases",),
    "type": ("kind",),
    "link": ("url",),
    "feed": ("url",),
    "address": ("url",),
    "webhook": ("url",),
    "token": ("credential",),
    "secret": ("credential",),
    "quiet_hours": ("quiet",),
    "zone": ("timezone", "tz"),
    "timezone": ("tz",),
    "tz": ("timezone",),
    "disabled": ("enabled",),
    "bind": ("listen",),
    "port": ("listen",),
    "hosts": ("names",),
    "password": ("token",),
    "user_agent": ("contact",),
    "email": ("contact",),
}
"""Words of other programs, and the keys that do it here."""
