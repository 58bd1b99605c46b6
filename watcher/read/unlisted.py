"""Find services that no list knows, where the words leave no doubt that one is meant.

In:    a view, a phrase that only a service can be the subject or place of.
Out:   a service, or nothing.
Never: a list of names.
"""

from __future__ import annotations

import re

from watcher.model import BlockKind
from watcher.read.candidate import overlap
from watcher.read.lexicon import Hit
from watcher.read.services import FoundService, stranger_at
from watcher.read.views import View

_CAPITALS = re.compile(r"(?:[A-Z][\w+]* )+$")


def unlisted_service(view: View, hit: Hit) -> FoundService | None:
    """Return a service that no list knows, where the words leave no doubt that one is meant."""
    if not view.words or not view.has("serves", start=hit.start, end=hit.end):
        return None
    text = view.sentence.text
    if view.kind is not BlockKind.HEADLINE and hit.start > 0 and text[hit.start].isupper():
        return _named_by_verb(text, hit)
    taken = [(span.start, span.end) for spans in (view.names, view.seasons, view.dates) for span in spans]
    found = stranger_at(text, hit.start, hit.end, taken)
    return None if found is not None and " " in found.name and is_person(view, hit) else found


def is_person(view: View, hit: Hit) -> bool:
    """Say whether the verb is one of people, too: "*Ann Lee* boards season 2", but "*Wavelet* boards season 2"."""
    return any(overlap(hit, other) for other in view.find("cast"))


def _named_by_verb(text: str, hit: Hit) -> FoundService | None:
    """A verb bears no capital in a sentence; there it is part of a name: "*Kite Stream* has the show"."""
    before = _CAPITALS.search(text, 0, hit.start)
    if before is None:
        return None
    end = hit.start + len(text[hit.start : hit.end].split(maxsplit=1)[0])
    return FoundService(before.start(), end, text[before.start() : end], streams=True)
