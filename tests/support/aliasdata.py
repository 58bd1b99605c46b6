"""Alias data in both formats, with invented works.

::

    bangumi(item("ランタン通り", en=["Lantern Street"], mal=7))       # an object as in the npm package
    package(bangumi(...))                                           # the package itself
    records(record("Lantern Street", "mal:7"))                      # anime-offline-database, one object
    lined(record("Lantern Street", "mal:7"))                        # the same, one record a line
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import tarfile
from typing import Any

from tests.support.web import Answer, Web

_SITES = {"mal": "mal", "anilist": "aniList", "anidb": "anidb", "bangumi": "bangumi", "tmdb": "tmdb"}
_PLACES = {
    "mal": "https://myanimelist.net/anime/",
    "anilist": "https://anilist.co/anime/",
    "kitsu": "https://kitsu.app/anime/",
}
META = {
    "mal": {"title": "MyAnimeList", "urlTemplate": "", "type": "info"},
    "qq": {"title": "腾讯视频", "urlTemplate": "", "regions": ["CN"], "type": "onair"},
    "crunchyroll": {"title": "Crunchyroll", "urlTemplate": "", "type": "onair"},
}


def item(name: str, **told: Any) -> dict[str, Any]:
    """Make an item of bangumi-data; keys such as `mal` and `tmdb` become sites, `on` names services."""
    sites = [{"site": _SITES[key], "id": str(told.pop(key))} for key in tuple(told) if key in _SITES]
    sites += [{"site": site, "id": "x", "begin": ""} for site in told.pop("on", ())]
    names = {"en": told.pop("en", []), "zh-Hans": told.pop("zh", [])}
    return {
        "title": name,
        "titleTranslate": names,
        "type": told.pop("type", "tv"),
        "lang": "ja",
        "officialSite": told.pop("site", ""),
        "begin": told.pop("begin", "2020-10-08T12:30:00.000Z"),
        "end": "",
        "sites": sites,
    } | told


def bangumi(*items: Any) -> bytes:
    return json.dumps({"siteMeta": META, "items": list(items)}, ensure_ascii=False).encode()


def package(data: bytes, *, member: str = "package/dist/data.json") -> bytes:
    """Pack data as the registry does."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in (("package/package.json", b"{}"), (member, data)):
            head = tarfile.TarInfo(name)
            head.size = len(content)
            archive.addfile(head, io.BytesIO(content))
    return gzip.compress(out.getvalue())


def registry(web: Web, tarball: bytes, *, version: str = "0.3.999", promised: bytes | None = None) -> str:
    """Let *web* be an npm registry with this package; *promised* is what its digest is of."""
    digest = base64.b64encode(hashlib.sha512(tarball if promised is None else promised).digest()).decode()
    place = "/bangumi-data/-/bangumi-data.tgz"
    about = {
        "name": "bangumi-data",
        "version": version,
        "dist": {"tarball": web.url(place), "integrity": f"sha512-{digest}"},
    }
    web.answers(
        "/bangumi-data/latest", Answer(json.dumps(about).encode(), headers={"Content-Type": "application/json"})
    )
    web.answers(place, Answer(tarball, headers={"Content-Type": "application/octet-stream"}))
    return web.url("/").rstrip("/")


def address(ref: str) -> str:
    catalogue, _, number = ref.partition(":")
    return f"{_PLACES[catalogue]}{number}"


def record(name: str, *refs: str, **told: Any) -> dict[str, Any]:
    """Make a record of anime-offline-database; *refs* are its ids, `related` those of other works."""
    return {
        "sources": [address(ref) for ref in refs],
        "title": name,
        "type": told.pop("type", "TV"),
        "episodes": 12,
        "status": told.pop("status", "FINISHED"),
        "animeSeason": {"season": "FALL", "year": told.pop("year", 2020)},
        "synonyms": told.pop("synonyms", []),
        "studios": told.pop("studios", ["studio ember"]),
        "producers": [],
        "relatedAnime": [address(ref) for ref in told.pop("related", ())],
        "tags": [],
    } | told


HEAD = {
    "$schema": "https://example.org/schema.json",
    "license": {"name": "ODbL 1.0", "url": "https://example.org/LICENSE"},
    "repository": "https://example.org/data",
    "scoreRange": {"minInclusive": 1, "maxInclusive": 10},
    "lastUpdate": "2026-11-20",
}


def records(*found: Any) -> bytes:
    return json.dumps(HEAD | {"data": list(found)}, ensure_ascii=False).encode()


def lined(*found: Any) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in (HEAD, *found))
