"""The format of bangumi-data: names in Japanese, Chinese and English, ids, official sites, services.

In:    its ``siteMeta`` and one of its ``items``.
Out:   a `Work`, or None where a record is none.
Never: network, disk, clock.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from watcher.aliases.records import day_in, kind_in, names_in, number_in, site_in
from watcher.sources.plain import tidy
from watcher.works import Work

NAME = "bangumi-data"
LICENCE = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/"
ATTRIBUTION = "bangumi-data, https://github.com/bangumi-data/bangumi-data"

_IDS = {"bangumi": "bangumi", "aniList": "anilist", "mal": "mal", "anidb": "anidb"}
_TMDB = re.compile(r"(tv/(\d{1,9}))(?:/season/(\d{1,2}))?")
_COUNTRIES = {"ja": "JP", "zh-Hans": "CN", "zh-Hant": "TW"}
_LANGUAGES = ("en", "ja", "zh-Hant", "zh-Hans")
"""In this order names are offered, behind the native one."""


def services_in(meta: object) -> dict[str, str]:
    """Read which sites show works everywhere or in Japan, and what they are called."""
    if not isinstance(meta, dict):
        return {}
    shown = {site: one for site, one in meta.items() if isinstance(one, dict) and one.get("type") == "onair"}
    wide = {site: one for site, one in shown.items() if not one.get("regions") or "JP" in one["regions"]}
    return {site: name for site, one in wide.items() if (name := tidy(str(one.get("title") or "")))}


def work_in(item: object, services: Mapping[str, str]) -> Work | None:
    """Read one item."""
    if not isinstance(item, dict) or not (names := names_in(_names(item))):
        return None
    kind, shape = kind_in(item.get("type"))
    sites = [one for one in _list(item.get("sites")) if isinstance(one, dict)]
    series = next((found for one in sites if (found := _series(one))), None)
    ids = {ours: number for one in sites if (ours := _IDS.get(str(one.get("site"))))
           and (number := number_in(one.get("id")))}  # fmt: skip
    return Work(
        names=names,
        kind=kind,
        format=shape,
        begin=day_in(item.get("begin")),
        country=_COUNTRIES.get(str(item.get("lang")), ""),
        ids=ids | ({"tmdb": int(series[2])} if series else {}),
        season=int(series[3]) if series and series[3] else None,
        part_of=f"tmdb:{series[1]}" if series else "",
        site=site_in(item.get("officialSite")),
        services=tuple(dict.fromkeys(services[site] for one in sites if (site := str(one.get("site"))) in services)),
    )


def _names(item: dict[str, Any]) -> Iterator[object]:
    yield item.get("title")
    translated = item.get("titleTranslate")
    if isinstance(translated, dict):
        for language in _LANGUAGES:
            yield from _list(translated.get(language))


def _series(site: dict[str, Any]) -> re.Match[str] | None:
    place = site.get("id")
    return _TMDB.fullmatch(place) if site.get("site") == "tmdb" and isinstance(place, str) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
