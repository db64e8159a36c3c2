"""Which names the exercises hand out, and the code that makes one of them."""

from __future__ import annotations

import ast
import re
from functools import cache

from grader.bare import bound_names, free_names, grader_modules
from grader.catalogue import Exercise, exercises, id_key
from grader.names import Names
from grader.stubs import BLANK, given_part

_CODE = re.compile(r"`([^`]+)`")


@cache
def names_of(exercise: Exercise) -> Names:
    """Return the names that an exercise knows."""
    given = given_part(exercise.stub_source)
    modules = grader_modules(given)
    own = bound_names(given) - modules
    return Names(
        given=sorted(own),
        modules=sorted(modules),
        spoken_of=sorted(_names_in_task(exercise.stub_source)),
        labels=_labels(given),
        steps=_first_steps(ast.get_docstring(ast.parse(exercise.stub_source)) or ""),
        results=sorted(_results(exercise.stub_source)),
        elsewhere={
            name: _nearest(exercise, found).id
            for name, found in _handed_out().items()
            if name not in own
        },
    )


def borrowed(exercise: Exercise, missing: set[str]) -> dict[str, str]:
    """Return the code that makes data of the course which other exercises hand out.

    It is for those of the MISSING names that stand for the grader's own modules in this
    exercise, and for data in others.
    """
    modules = grader_modules(given_part(exercise.stub_source))
    handed_out = _handed_out()
    return {
        name: _code_for(name, _nearest(exercise, handed_out[name]))
        for name in sorted(missing & modules & set(handed_out))
    }


@cache
def _handed_out() -> dict[str, list[Exercise]]:
    """Return which exercises hand out data and models, by their names."""
    found: dict[str, list[Exercise]] = {}
    for exercise in exercises():
        for node in ast.parse(given_part(exercise.stub_source)).body:
            if isinstance(node, ast.Assign):
                for name in _names_made(node):
                    found.setdefault(name, []).append(exercise)
    return found


def _nearest(exercise: Exercise, others: list[Exercise]) -> Exercise:
    """Return the last of the others that comes before an exercise; the first where none does."""
    before = [other for other in others if id_key(other.id) < id_key(exercise.id)]
    return before[-1] if before else others[0]


def _code_for(name: str, exercise: Exercise) -> str:
    """Return the statements of an exercise's given part that make NAME."""
    wanted, lines = {name}, list[str]()
    for node in reversed(ast.parse(given_part(exercise.stub_source)).body):
        if wanted & _names_made(node):
            wanted |= free_names(node)
            lines.insert(0, ast.unparse(node))
    return "\n".join(lines)


def _names_made(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(name.asname or name.name).split(".")[0] for name in node.names}
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    }


def _results(stub: str) -> set[str]:
    """Return the names whose values a stub leaves blank."""
    return {
        name
        for node in ast.parse(stub).body
        if isinstance(node, ast.Assign) and BLANK in free_names(node)
        for name in _names_made(node)
    }


def _first_steps(task: str) -> dict[str, int]:
    """Return the names that a task's numbered steps have as code, each with its first step."""
    _, _, steps = task.partition("\nSteps\n")
    found: dict[str, int] = {}
    for step in re.finditer(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", steps, re.MULTILINE | re.DOTALL):
        for code in _CODE.findall(step[2]):
            found.setdefault(code, int(step[1]))
    return found


def _labels(given: str) -> dict[str, str]:
    """Return the labels that `load_split` gives, each with its features: `X, y, X, y = …`."""
    found: dict[str, str] = {}
    for node in ast.parse(given).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Tuple):
            continue
        value, names = node.value, [ast.unparse(part) for part in node.targets[0].elts]
        called = value.func if isinstance(value, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr == "load_split" and len(names) == 4:
            found |= {names[1]: names[0], names[3]: names[2]}
    return found


def _names_in_task(stub: str) -> set[str]:
    """Return the names in a stub's code, and in what its texts put between backticks."""
    code = " ".join(_CODE.findall(stub))
    named = set(re.findall(r"[A-Za-z_]\w+", code))
    tree = ast.parse(stub)
    return (named | {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}) - {BLANK}
