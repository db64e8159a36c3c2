"""Other ways to write a whole file: imports, functions, helpers, prints."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from mutations.source import Edit, Solution

Rewritten = Iterator[tuple[str, Solution]]


def imports(solution: Solution) -> Rewritten:
    """`tensorflow.keras` in place of `keras`; full names in place of imported ones."""
    text = re.sub(r"^(\s*)from keras\b", r"\1from tensorflow.keras", solution.text, flags=re.M)
    text = re.sub(r"^(\s*)import keras$", r"\1from tensorflow import keras", text, flags=re.M)
    if text != solution.text:
        yield "tensorflow.keras", replace(solution, text=text)
        yield from _full_names(solution, "keras", "import keras")
        yield from _full_names(solution, "tf.keras", "import tensorflow as tf")


def _full_names(solution: Solution, root: str, line: str) -> Rewritten:
    known: dict[str, str] = {}
    edits = []
    for node in ast.walk(solution.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "keras":
            path = ".".join([root, *str(node.module).split(".")[1:]])
            known |= {name.asname or name.name: f"{path}.{name.name}" for name in node.names}
            edits.append(solution.put(node, line))
    for node in ast.walk(solution.tree):
        if isinstance(node, ast.Name) and node.id in known:
            edits.append(solution.put(node, known[node.id]))
    if known:
        yield f"full names from {root}", solution.change(edits)


def _steps(solution: Solution) -> list[ast.stmt]:
    """Return the file's own statements from the first step to the last."""
    inside = [
        place
        for place, statement in enumerate(solution.tree.body)
        if any(solution.is_answer(node) for node in ast.walk(statement))
    ]
    return solution.tree.body[inside[0] : inside[-1] + 1]


def _bound(statements: list[ast.stmt]) -> list[str]:
    """Return the names that statements bind at the file's own level."""
    names: dict[str, None] = {}
    waiting: list[ast.AST] = list(reversed(statements))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef):
            names[node.name] = None
            continue
        if isinstance(node, ast.alias):
            names[(node.asname or node.name).split(".")[0]] = None
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
        if not isinstance(node, ast.ListComp | ast.Lambda | ast.GeneratorExp):
            waiting += reversed(list(ast.iter_child_nodes(node)))
    return list(names)


def functions(solution: Solution) -> Rewritten:
    """All steps in a function, with its results returned or kept as globals; in a guard."""
    steps = _steps(solution)
    names = _bound(steps)
    begin, end = solution.span(steps[0])[0], solution.span(steps[-1])[1]
    lines = solution.text.encode()[begin:end].decode().splitlines()
    body = "\n".join(f"    {line}" if line else "" for line in lines)
    listed = ", ".join(names)
    if names:
        kept = f"def main():\n    global {listed}\n{body}\n\nmain()"
        yield "in a function, with globals", solution.change([Edit(begin, end, kept)])
    guard = f'if __name__ == "__main__":\n{body}'
    yield "behind a main guard", solution.change([Edit(begin, end, guard)])
    if names and not _read_by_given(solution, names) and not _read_first(steps, names):
        code = f"def answer_all():\n{body}\n    return {listed}\n\n{listed} = answer_all()"
        yield "in a function, with results", solution.change([Edit(begin, end, code)])


def _read_by_given(solution: Solution, names: list[str]) -> bool:
    """Whether a given function reads names of the script that it stands in."""
    return any(
        isinstance(part, ast.Name) and part.id in names and isinstance(part.ctx, ast.Load)
        for node in solution.tree.body
        if isinstance(node, ast.FunctionDef) and not solution.is_answer(node)
        for part in ast.walk(node)
    )


def _read_first(steps: list[ast.stmt], names: list[str]) -> bool:
    """Whether a name that the steps bind is read before: a function would not see it."""
    seen: set[str] = set()
    for step in steps:
        reads = {
            node.id for node in ast.walk(step)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }  # fmt: skip
        now = set(_bound([step]))
        if (reads - seen - now) & set(names):
            return True
        seen |= now
    return False


def prints(solution: Solution) -> Rewritten:
    """A print behind each step."""
    edits = []
    for number, step in enumerate(solution.top_statements(), start=1):
        end = solution.span(step)[1]
        edits.append(Edit(end, end, f'\n{" " * step.col_offset}print("step", {number}, "is done")'))
    if not any(isinstance(step, ast.Return) for step in solution.top_statements()):
        yield "extra prints", solution.change(edits)


def helpers(solution: Solution) -> Rewritten:
    """Each value under another name first; type hints; helper names of the learner's own."""
    through, hinted = [], []
    for node in solution.statements():
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)):
            continue
        name, value = node.targets[0].id, solution.piece(node.value)
        through.append(solution.put(node, f"kept_{name} = {value}; {name} = kept_{name}"))
        hinted.append(solution.put(node.targets[0], f"{name}: object"))
    if through:
        yield "through a helper variable", solution.change(through)
        yield "with type hints", solution.change(hinted)


def renamed(solution: Solution) -> Rewritten:
    """Helper variables that the checks do not read under other names."""
    read = set(
        re.findall(r"\w+", " ".join(re.findall(r"[\"'`]([\w ]+)[\"'`]", solution.checks)))
    ) | {"model"}
    arguments = {node.arg for node in ast.walk(solution.tree) if isinstance(node, ast.arg)}
    taken = _bound([node for node in solution.tree.body if not solution.is_answer(node)])
    stored = {
        node.id
        for node in solution.nodes(ast.Name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    own = stored - read - arguments - (set(taken) - stored)
    edits = [
        solution.put(node, f"my_{node.id}")
        for node in ast.walk(solution.tree)
        if isinstance(node, ast.Name) and node.id in own
    ]
    if edits:
        yield f"renamed: {', '.join(sorted(own))}", solution.change(edits)
