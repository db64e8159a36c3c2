"""What binds the names of a file: assignments, functions and classes, arguments, imports."""

from __future__ import annotations

import ast


def lines_of_bindings(tree: ast.Module) -> dict[str, list[int]]:
    """Return the lines that bind each name, by whatever statement, in order."""
    found: dict[str, list[int]] = {}
    for node in ast.walk(tree):
        for name in _names_bound(node):
            found.setdefault(name, []).append(getattr(node, "lineno", 0))
    return {name: sorted(lines) for name, lines in found.items()}


def binds(node: ast.AST, name: str) -> bool:
    """Whether a node binds a name."""
    return name in _names_bound(node)


def function_that_makes(tree: ast.Module, name: str) -> ast.FunctionDef | None:
    """Return the function that binds NAME, where nothing else does."""
    found, outside = [], {node for node in ast.walk(tree) if binds(node, name)}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            inside = {node for node in ast.walk(function) if binds(node, name)} - {function}
            if inside and not any(isinstance(node, ast.Global) for node in ast.walk(function)):
                found.append(function)
                outside -= inside
    return found[0] if len(found) == 1 and not outside else None


def returns(function: ast.FunctionDef, name: str) -> bool:
    """Whether a function returns what NAME holds, and nothing else, somewhere."""
    return any(
        isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id == name
        for node in ast.walk(function)
    )


def _names_bound(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(name.asname or name.name).split(".")[0] for name in node.names]
    return []
