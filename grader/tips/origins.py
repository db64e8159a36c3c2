"""Where the names in a file come from: which import, which call, which function of its own."""

from __future__ import annotations

import ast

OPTIMIZERS = {"SGD", "RMSprop", "Adagrad", "Adadelta", "Adam", "Adamax", "Nadam", "Ftrl"}
MODELS = {"Sequential", "Functional", "Model"}
_USUAL = {"tf": "tensorflow", "K": "keras.backend", "backend": "keras.backend"}
"""Names that an answer from the course's editor may use without an import."""


def root_of(node: ast.AST) -> str | None:
    """Return the `a` of `a.b.c`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


class Origins:
    """Where the names in a file come from."""

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, str] = {}
        self.values: dict[str, list[ast.expr]] = {}
        """What is assigned to each name."""
        self.functions: dict[str, ast.FunctionDef] = {}
        self.own: set[str] = set()
        """Names that the file makes itself."""
        for node in ast.walk(tree):
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for name in node.names:
                root = name.name.split(".")[0]
                self.imported[name.asname or root] = name.name if name.asname else root
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                self.imported[name.asname or name.name] = f"{node.module}.{name.name}"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self.values.setdefault(target.id, []).append(node.value)
        elif isinstance(node, ast.FunctionDef):
            self.functions[node.name] = node
            self.own.add(node.name)
        elif isinstance(node, ast.ClassDef):
            self.own.add(node.name)
        elif isinstance(node, ast.arg):
            self.own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.own.add(node.id)

    def of(self, node: ast.AST) -> str:
        """Return the full dotted name, `keras.optimizers.Adam`; "" for what the file made."""
        if isinstance(node, ast.Attribute):
            owner = self.of(node.value)
            return f"{owner}.{node.attr}" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self.imported:
            return self.imported[node.id]
        if node.id not in self.own:
            return _USUAL.get(node.id, node.id)
        values = self.values.get(node.id, [])
        if len(values) == 1 and root_of(values[0]) not in self.own:  # K = keras.backend
            return self.of(values[0])
        return ""

    def last_of(self, node: ast.AST) -> str:
        """Return the last part of the full name, `Adam`."""
        return self.of(node).rpartition(".")[2]

    def calls_behind(self, node: ast.AST) -> list[ast.Call]:
        """Return the call that stands here, or those whose results the name here is given."""
        values = self.values.get(node.id, []) if isinstance(node, ast.Name) else [node]
        return [value for value in values if isinstance(value, ast.Call)]

    def is_optimizer(self, node: ast.AST) -> bool:
        """Whether this is a model's optimizer, or a name for one that the file made."""
        if isinstance(node, ast.Attribute):
            return node.attr == "optimizer"
        return any(self.last_of(call.func) in OPTIMIZERS for call in self.calls_behind(node))

    def is_history(self, node: ast.AST) -> bool:
        """Whether this is the dictionary of a History, or a name for it."""
        values = self.values.get(node.id, []) if isinstance(node, ast.Name) else [node]
        return any(isinstance(value, ast.Attribute) and value.attr == "history" for value in values)
