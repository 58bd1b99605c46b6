"""Write what the program is made of as CycloneDX 1.5, from the pinned and hashed lock: `make sbom`."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
_PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def sbom(lock: str, project: dict[str, Any]) -> dict[str, Any]:
    """Turn a lock file into a bill of materials."""
    starts = [*(match.start() for match in _PIN.finditer(lock)), len(lock)]
    blocks = [lock[begin:end] for begin, end in pairwise(starts)]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": project["name"], "version": project["version"]}},
        "components": [_component(block) for block in blocks],
    }


def _component(block: str) -> dict[str, Any]:
    pin = _PIN.match(block)
    assert pin is not None
    name, version = pin[1].lower(), pin[2]
    hashes = [{"alg": "SHA-256", "content": found} for found in sorted(set(_HASH.findall(block)))]
    reference = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": hashes}
    url = f"pkg:pypi/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": url,
        "name": name,
        "version": version,
        "purl": url,
        "externalReferences": [reference],
    }


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = sbom((ROOT / "requirements.txt").read_text(encoding="utf-8"), project)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
