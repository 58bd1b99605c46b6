"""docs/reliability.md keeps its word: every case has a row, every test it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
COUNTS = {"A": 26, "B": 15, "C": 16, "D": 14, "E": 20, "F": 8, "G": 12, "H": 14, "I": 22, "J": 13, "K": 16, "L": 12, "M": 11, "N": 7}  # fmt: skip
STATES = ("done", "part: ", "missing: ", "n/a: ", "not built: ")


def rows() -> dict[str, list[str]]:
    text = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")
    ]
    return {row[0]: row[1:] for row in cells if re.fullmatch(r"[A-N]\d+", row[0])}


def defined_tests() -> set[str]:
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py"))
    defined = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {node.name for node in defined if node.name.startswith("test_")}


def test_every_case_has_one_row() -> None:
    expected = [f"{group}{number}" for group, count in COUNTS.items() for number in range(1, count + 1)]
    assert len(expected) == 206
    assert list(rows()) == expected


def test_every_named_test_exists() -> None:
    known = defined_tests()
    named = {(case, name) for case, cells in rows().items() for name in re.findall(r"`(test_\w+)`", cells[1])}
    assert {(case, name) for case, name in named if name not in known} == set()
    assert len(named) > 200


def test_what_is_done_names_a_test_and_what_is_not_says_why() -> None:
    for case, (_, shown, state) in rows().items():
        assert state.startswith(STATES), case
        assert ("`test_" in shown) or state != "done", case
