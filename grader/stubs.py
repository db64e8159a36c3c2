"""The form of a solution file, and the stub that is built from it.

A solution is a script: a docstring, the given part, then steps. A step is a
`# TODO:` comment and the answer between `### BEGIN SOLUTION` and `### END SOLUTION`.
The stub keeps everything but the answers and puts `____` where each one was.
"""

from __future__ import annotations

import ast
import io
import textwrap
import tokenize
from pathlib import Path

BLANK = "____"
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
TODO = "# TODO:"


class BadSolution(Exception):
    """A solution file does not have the form that a stub can be built from."""


def build_stub(solution: str) -> str:
    """Return the stub for a solution's source.

    Raises:
        BadSolution: markers that do not pair up, no step at all, or a step without a TODO.
    """
    stub: list[str] = []
    answer: list[str] | None = None
    todo_seen = False
    steps = 0
    for number, line in enumerate(solution.splitlines(), start=1):
        mark = line.strip()
        if mark == BEGIN:
            if answer is not None:
                raise BadSolution(f"line {number}: a second {BEGIN} before {END}")
            if not todo_seen:
                raise BadSolution(f"line {number}: no {TODO} says what to do here")
            answer, todo_seen = [], False
        elif mark == END:
            if answer is None:
                raise BadSolution(f"line {number}: {END} without {BEGIN}")
            stub.append(_blank_for(answer, number))
            answer, steps = None, steps + 1
        elif answer is not None:
            answer.append(line)
        else:
            todo_seen = todo_seen or mark.startswith(TODO)
            stub.append(line)
    if answer is not None:
        raise BadSolution(f"{BEGIN} without {END}")
    if not steps:
        raise BadSolution(f"no step: put the answer between {BEGIN} and {END}")
    return "\n".join(stub) + "\n"


def _blank_for(answer: list[str], number: int) -> str:
    """Return the line that stands for an answer: `name = ____`, or `____` alone."""
    lines = [line for line in answer if line.strip()]
    if not lines:
        raise BadSolution(f"line {number}: an answer with nothing in it")
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    body = ast.parse(textwrap.dedent("\n".join(answer))).body
    if len(body) == 1 and isinstance(body[0], ast.Assign) and len(body[0].targets) == 1:
        target = body[0].targets[0]
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        if all(isinstance(part, ast.Name) for part in parts):
            return f"{indent}{ast.unparse(target).strip('()')} = {BLANK}"
    return indent + BLANK


def blank_lines(tree: ast.Module) -> list[int]:
    """Return the lines where a `____` is left to be filled in, comments and texts aside."""
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if (isinstance(node, ast.Name) and node.id == BLANK)
            or (isinstance(node, ast.Attribute) and node.attr == BLANK)
            or (isinstance(node, ast.keyword) and node.arg == BLANK)
        },
    )


def given_part(source: str) -> str:
    """Return what stands between the docstring and the first TODO of a stub or solution.

    Line numbers stay those of the file, so that a traceback points into it.
    """
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT and token.string.startswith(TODO):
            return "\n".join(lines[: token.start[0] - 1]) + "\n"
    return source


def build_all(solutions: Path, exercises: Path, *, write: bool) -> list[str]:
    """Build every stub; return what differed, one line each.

    With `write` false nothing is changed: that is how a test and CI ask whether the
    committed stubs are up to date.
    """
    changes = []
    built = {}
    for path in sorted(solutions.glob("*/*.py")):
        name = path.relative_to(solutions).as_posix()
        try:
            built[name] = build_stub(path.read_text("utf-8"))
        except (BadSolution, SyntaxError) as error:
            raise BadSolution(f"solutions/{name}: {error}") from error
    for name, text in built.items():
        target = exercises / name
        old = target.read_text("utf-8") if target.exists() else None
        if old == text:
            continue
        changes.append(f"{'new' if old is None else 'changed'}: exercises/{name}")
        if write:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")
    for path in sorted(exercises.glob("*/*.py")):
        name = path.relative_to(exercises).as_posix()
        if name not in built:
            changes.append(f"no solution: exercises/{name}")
            if write:
                path.unlink()
    return changes
