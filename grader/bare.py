"""Bare answers: which names a file uses without making them itself.

The course's own editor preloads data, models and imports, so an answer copied from
there starts with `model.fit(X_train, …)`. Such names are injected before the file
runs. A name counts as used but not made if it is read before the top level binds it,
or read in a function and bound nowhere.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Mapping

from grader.stubs import given_part

COMMON_IMPORTS = {
    "np": "import numpy as np",
    "pd": "import pandas as pd",
    "plt": "import matplotlib.pyplot as plt",
    "sns": "import seaborn as sns",
    "tf": "import tensorflow as tf",
    "keras": "import keras",
    "inspect": "import inspect",
    "Sequential": "from keras.models import Sequential",
    "Dense": "from keras.layers import Dense",
    "to_categorical": "from keras.utils import to_categorical",
}
"""Names that the course's editor always has, whatever the exercise."""

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class _NameFlow(ast.NodeVisitor):
    """Walk a module in the order in which it runs; note reads that come before a binding."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.early: set[str] = set()
        """Read at the top level before being bound."""
        self.late: set[str] = set()
        """Read inside functions, which run at a time we do not know."""

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.early.add(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.bound.add(node.id)

    def _in_order(self, *parts: ast.AST | Iterable[ast.AST] | None) -> None:
        for part in parts:
            if isinstance(part, ast.AST):
                self.visit(part)
            elif part is not None:
                for node in part:
                    self.visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._in_order(node.annotation, node.value)
        if node.value is not None:
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.bound:
            self.early.add(node.target.id)
        self._in_order(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For) -> None:
        self._in_order(node.iter, node.target, node.body, node.orelse)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for name in node.names:
            self.bound.add((name.asname or name.name).split(".")[0])

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.visit_Import(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        self._in_order(node.type)
        if node.name:
            self.bound.add(node.name)
        self._in_order(node.body)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        arguments = node.args
        self._in_order(node.decorator_list, arguments.defaults)
        self._in_order(default for default in arguments.kw_defaults if default is not None)
        self.late |= free_names(node)
        self.bound.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._in_order(node.args.defaults)
        self.late |= free_names(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._in_order(node.decorator_list, node.bases, (k.value for k in node.keywords))
        outside = set(self.bound)
        self._in_order(node.body)
        self.bound = outside | {node.name}

    def _comprehension(self, generators: list[ast.comprehension], *results: ast.AST) -> None:
        outside = set(self.bound)
        for generator in generators:
            self._in_order(generator.iter, generator.target, generator.ifs)
        self._in_order(*results)
        self.bound = outside

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._comprehension(node.generators, node.elt)

    visit_SetComp = visit_ListComp  # noqa: N815
    visit_GeneratorExp = visit_ListComp  # noqa: N815

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._comprehension(node.generators, node.key, node.value)


def free_names(function: ast.AST) -> set[str]:
    """Return the names that a function, or a statement, reads and neither takes nor binds."""
    read: set[str] = set()
    made: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            (read if isinstance(node.ctx, ast.Load) else made).add(node.id)
        elif isinstance(node, ast.arg):
            made.add(node.arg)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(name.asname or name.name).split(".")[0] for name in node.names}
        elif isinstance(node, _SCOPES) and not isinstance(node, ast.Lambda):
            made.add(node.name)
    return read - made


def missing_names(tree: ast.Module) -> set[str]:
    """Return the names that a file needs and does not make itself."""
    flow = _NameFlow()
    try:
        flow.visit(tree)
    except RecursionError:  # nested too deeply for an answer: let it run as it is
        return set()
    return (flow.early | (flow.late - flow.bound)) - set(dir(builtins))


def bound_names(source: str) -> set[str]:
    """Return the names that a script's top level binds."""
    flow = _NameFlow()
    flow.visit(ast.parse(source))
    return flow.bound


def _with_needed(names: set[str], given: str) -> set[str]:
    """Add what the given functions among these names read of the given part themselves."""
    bound = bound_names(given)
    reads = {
        node.name: free_names(node) & bound
        for node in ast.parse(given).body
        if isinstance(node, ast.FunctionDef)
    }
    waiting, found = list(names), set(names)
    while waiting:
        more = reads.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def grader_modules(given: str) -> set[str]:
    """Return the names that a given part has for the grader's own modules."""
    return {
        name.asname or name.name
        for node in ast.parse(given).body
        if isinstance(node, ast.ImportFrom) and node.module == "grader.datasets"
        for name in node.names
    }


def injection(
    tree: ast.Module, stub: str, borrowed: Mapping[str, str] | None = None
) -> tuple[str, list[str]]:
    """Return the code that makes the given names an answer lacks, and those names.

    The code is the stub's own given part, run only where one of its names is needed. Then
    what it hands out is there as it is in a whole file, whether the answer reads it or not.

    Args:
        tree: the answer.
        stub: of its exercise.
        borrowed: code that makes further names.
    """
    missing = missing_names(tree)
    given = given_part(stub)
    own = bound_names(given) - grader_modules(given)
    from_given = missing & own
    if from_given:
        flow = _NameFlow()
        flow.visit(tree)
        from_given = _with_needed((missing & own) | (own & _made_names(given)) - flow.bound, given)
    borrowed = borrowed or {}
    common = sorted((missing - from_given) & set(COMMON_IMPORTS))
    code = given if from_given else ""
    code += "".join(f"\n{COMMON_IMPORTS[name]}" for name in common)
    code += "".join(f"\n{statements}" for statements in borrowed.values())
    return code, sorted({*from_given, *common, *borrowed})


def _made_names(given: str) -> set[str]:
    """Return what a given part makes, and does not only import."""
    statements = [
        node for node in ast.parse(given).body if not isinstance(node, ast.Import | ast.ImportFrom)
    ]
    return bound_names("\n".join(map(ast.unparse, statements)))
