"""Faults in what is kept: a name that holds None or something else, a statement deleted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mutations.change import Change, word
from mutations.source import Solution, called, constant, short


def produced(solution: Solution) -> list[tuple[ast.Assign, str]]:
    """Return the answer's plain assignments, each with the name that it makes."""
    return [
        (node, node.targets[0].id)
        for node in solution.statements()
        if isinstance(node, ast.Assign)
        and len(node.targets) == 1
        and isinstance(node.targets[0], ast.Name)
    ]


def read_by_checks(solution: Solution) -> list[tuple[ast.Assign, str]]:
    """Return those assignments whose names the task asks for; helper variables are left out."""
    words = set(re.findall(r"[\"'`](\w+)[\"'`]", solution.checks)) | {"model"}
    return [
        (node, name)
        for node, name in produced(solution)
        if name in words and isinstance(solution.parents[node], ast.Module)
    ]


def nothing(solution: Solution) -> Iterator[Change]:
    """A produced name that holds None; the work behind it is done all the same."""
    for node, name in read_by_checks(solution):
        text = f"{solution.piece(node.value)}; {name} = None"
        yield Change(
            "None",
            f"{name} = None",
            node.lineno,
            (solution.put(node.value, text),),
            f"{name} holds nothing",
            rf"{word(name)}.*\bNone|\bNone.*{word(name)}|'?None(?:Type)?'?",
        )


def others(solution: Solution) -> Iterator[Change]:
    """A produced name that holds what another one made before it holds."""
    before: list[str] = []
    for node, name in read_by_checks(solution):
        for other in dict.fromkeys(before):
            if other != name:
                text = f"{solution.piece(node.value)}; {name} = {other}"
                yield Change(
                    "other name",
                    f"{name} = {other}",
                    node.lineno,
                    (solution.put(node.value, text),),
                    f"{name} holds what belongs to {other}",
                    rf"{word(name)}|{word(other)}",
                )
        before.append(name)


def answers(solution: Solution) -> Iterator[Change]:
    """Another option of a question."""
    for node, name in produced(solution):
        right = constant(node.value)
        if name != "answer" or not isinstance(right, int):
            continue
        for option in range(1, 5):
            if option != right:
                yield Change(
                    "answer",
                    f"{right} → {option}",
                    node.lineno,
                    (solution.put(node.value, str(option)),),
                    f"the right option is {right}",
                    rf"option {option}\b|one of 1, 2, 3",
                )


def deleted(solution: Solution) -> Iterator[Change]:
    """A statement that is not there."""
    for node in solution.statements():
        yield Change(
            "deleted",
            short(solution.piece(node)),
            node.lineno,
            (solution.put(node, "pass"),),
            "a step of the task is not done",
            "|".join(_words(node)),
        )


METHOD_WORDS = {
    "Categorical": r"categor",
    "codes": r"codes",
    "len": r"\blen\b|should refuse",
    "compile": r"compile",
    "fit": r"trained|fit\b",
    "summary": r"summary",
    "matshow": r"in two plots",
    "pairplot": r"pairplot|figure|plot",
    "show_encodings": r"No plot shows",
    "set_weights": r"weights",
    "fit_on_texts": r"fit_on_texts|no words|numbered|tokenizer|read",
}


def _used(node: ast.AST) -> Iterator[str]:
    """Yield the names of what a statement calls or looks up."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield called(part)
        elif isinstance(part, ast.Attribute):
            yield part.attr


def _words(node: ast.stmt) -> Iterator[str]:
    """Yield what must be said: the name that is missing, or what was not called."""
    found = False
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id != "_":
            yield word(part.id)
            found = True
        elif isinstance(part, ast.FunctionDef):
            yield word(part.name)
            return
        elif isinstance(part, ast.alias):
            yield word((part.asname or part.name).split(".")[0])
            found = True
    if isinstance(node, ast.Assign):  # into a part of something: a column, an item
        yield from (METHOD_WORDS[part] for part in _used(node) if part in METHOD_WORDS)
        return
    if found:
        return
    for part in ast.walk(node.body[0] if isinstance(node, ast.For) else node):
        if isinstance(part, ast.Call):
            name = called(part)
            yield METHOD_WORDS.get(name, r"plot" if "plot" in name else word(name))
            if name == "add":
                yield r"layer|input shape"
            owner = part.func.value if isinstance(part.func, ast.Attribute) else None
            if isinstance(owner, ast.Name):
                yield word(owner.id)
            return
    if isinstance(node, ast.Return):
        yield r"None"
    yield r"(?!)"
