"""What a check file says of its exercise, read from its syntax tree: nothing of it is run.

A learners' bundle has no check files, but a `catalogue.json` with what learners may know; see
`grader.teaching.wheel`.
"""

from __future__ import annotations

import ast
import re

import msgspec

DEFAULT_TIMEOUT_SECONDS = 60.0

_CONSTANTS = {
    "HINTS": "hints", "TIMEOUT": "timeout", "WATCH": "watch", "WITHHELD": "withheld",
    "INSTALL": "install", "MOST_EPOCHS": "most_epochs", "OPTIONS": "options",
    "RIGHT": "right_option",
}  # fmt: skip
"""The constants of a check file, and what each one is here."""

_CHECK = re.compile(r"^(?:@check\(([^@]*?)\)\n)?def test_(\w+)\(", re.MULTILINE)
_POINTS = re.compile(r"\bpoints=(\d+)")


class Facts(msgspec.Struct, frozen=True, omit_defaults=True):
    """All that is known of an exercise's checks without running them."""

    points: dict[str, int]
    """Per check, in the order of the checks."""
    statements: dict[str, str]
    """What each check looks at, one neutral sentence per check."""
    hints: tuple[str, ...] = ()
    """Three, from a nudge to nearly the answer."""
    timeout: float = DEFAULT_TIMEOUT_SECONDS
    """Wall-clock limit in seconds for the learner's code."""
    watch: tuple[str, ...] = ()
    """Library functions whose calls are recorded besides Keras's own."""
    withheld: tuple[str, ...] = ()
    """Functions of this package that make what the exercise asks the learner to make."""
    install: tuple[str, ...] = ()
    """Modules of the grader that the learner's process installs before the file runs."""
    most_epochs: int = 0
    """After which a training is given up that was asked for more; 0 for none. No right answer
    comes near it."""
    options: dict[int, str] = {}
    """A quiz's options with their feedback."""
    right_option: int = 0
    has_probes: bool = False
    """Whether the checks call functions that the learner writes."""

    def for_learners(self) -> Facts:
        """Return what `grade list`, `show` and `hint` tell anyway."""
        return Facts(self.points, self.statements, self.hints, self.timeout)


def facts_of(source: str) -> Facts:
    """Read constants, docstrings and `@check(...)` decorators of a check file.

    Raises:
        SyntaxError, ValueError, msgspec.ValidationError: it has not the form of one.
    """
    points: dict[str, int] = {}
    statements: dict[str, str] = {}
    found: dict[str, object] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name in _CONSTANTS:
                found[_CONSTANTS[name]] = ast.literal_eval(node.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "probes":
            found["has_probes"] = True
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            name = node.name.removeprefix("test_")
            points[name] = _points_of(node)
            statements[name] = (ast.get_docstring(node) or name).split("\n\n")[0]
    return msgspec.convert({**found, "points": points, "statements": statements}, Facts)


def points_at_a_glance(source: str) -> dict[str, int]:
    """Return the points of `facts_of` in a tenth of the time: `grade list` wants those of all."""
    found = {}
    for arguments, name in _CHECK.findall(source):
        points = _POINTS.search(arguments)
        found[name] = int(points[1]) if points else 1
    return found


def _points_of(node: ast.FunctionDef) -> int:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "check":
            for keyword in decorator.keywords:
                if keyword.arg == "points":
                    return int(ast.literal_eval(keyword.value))
    return 1


def write_bundle(facts: dict[str, Facts]) -> str:
    """Return the text of a learners' bundle's `catalogue.json`, by the exercises' ids."""
    told = {id: one.for_learners() for id, one in facts.items()}
    return msgspec.json.format(msgspec.json.encode(told), indent=1).decode() + "\n"


def read_bundle(text: str) -> dict[str, Facts]:
    """Return what `write_bundle` wrote.

    Raises:
        msgspec.MsgspecError: it is something else.
    """
    return msgspec.json.decode(text, type=dict[str, Facts])
