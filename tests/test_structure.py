"""How the package is built: names that are told apart, and nothing that guards by hand."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import scheduling

from grader import identity

MODULES = {
    name: path
    for name, path in identity.files().items()
    if name.endswith(".py") and not name.startswith(("exercises/", "solutions/"))
}


def _nodes() -> Iterator[tuple[str, ast.AST]]:
    for name, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            yield name, node


def _twice(names: Iterator[str]) -> set[str]:
    return {name for name, count in Counter(names).items() if count > 1}


def test_no_two_modules_share_a_name() -> None:
    stems = (Path(name).stem for name in MODULES)
    assert _twice(stem for stem in stems if not stem.startswith("__")) == set()


def test_no_two_classes_share_a_name() -> None:
    assert _twice(node.name for _, node in _nodes() if isinstance(node, ast.ClassDef)) == set()


def test_only_json_for_people_is_untyped() -> None:
    """What crosses between processes is declared; `Any` stands where Python's own values do."""
    allowed = (
        "datasets/",
        "explanation.py",
        "learner/",
        "teaching/autograder.py",
        "teaching/classroom.py",
        "marking/gradebook.py",
        "verdict.py",
    )
    found = {
        name
        for name, path in MODULES.items()
        if re.search(r"evidence_faults|Json = Any|dict\[str, Any\]", path.read_text("utf-8"))
        and not name.startswith(allowed)
    }
    assert found == set()


def test_files_of_tests_that_are_put_in_order_exist() -> None:
    known = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert known >= {*scheduling.FIRST, *scheduling.LAST}
