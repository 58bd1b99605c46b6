"""Whole pages, before and after: what is on them, and what is new.

One folder per page shape in `tests/corpus/pages`; the larger shared sets are read where they exist.
"""

import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.sources.parsed import ParseContext
from watcher.sources.trial import Item, Trial, new_between, try_bytes

OWN = Path(__file__).parents[1] / "corpus" / "pages"
SHARED = Path(__file__).parents[2].parent / "shared" / "corpus" / "html_dev"
NOW = datetime(2026, 11, 21, 11, tzinfo=UTC)


def sets(folder: Path) -> list:
    return [pytest.param(path, id=path.name) for path in sorted(folder.iterdir()) if (path / "expected.json").exists()]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def bare(link: str | None) -> str | None:
    return link and re.sub(r"[?&](utm_\w+|src)=[^&#]*", "", link).rstrip("/")


def seen(item: dict | Item) -> tuple:
    if isinstance(item, Item):
        return item.date, squeezed(item.title), bare(item.link)
    return item["date"], squeezed(item["title"]), bare(item["link"])


def read(folder: Path) -> tuple[dict, dict[str, Trial]]:
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    context = ParseContext(url=expected["base_url"], content_type=expected["content_type"], now=NOW)
    names = expected["snapshots"]
    return expected, {name: try_bytes((folder / f"{name}.html").read_bytes(), context, "page") for name in names}


def check(folder: Path) -> None:
    expected, trials = read(folder)
    if expected["kind"] == "no_items":
        assert all(trial.error and not trial.items for trial in trials.values())
        return
    for name, items in expected["items"].items():
        assert {seen(item) for item in trials[name].items} == {seen(item) for item in items}, trials[name].error
    first, last = expected["snapshots"][0], expected["snapshots"][-1]
    new = new_between(trials[first], trials[last])
    assert {squeezed(item.title) for item in new} == {squeezed(item["title"]) for item in expected["new_items"]}
    assert not new_between(trials[last], trials[last])


@pytest.mark.parametrize("folder", sets(OWN))
def test_own_page(folder: Path) -> None:
    check(folder)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared corpus is not beside this checkout")
@pytest.mark.parametrize("folder", sets(SHARED) if SHARED.is_dir() else [])
def test_shared_page(folder: Path) -> None:
    check(folder)
