"""What an answer is without names, comments, layout and quotes, and without what is given."""

from __future__ import annotations

import ast
import builtins
import hashlib
import io
import tokenize
from collections import Counter
from collections.abc import Set
from dataclasses import dataclass
from functools import cache

from grader.catalogue import Exercise
from grader.source_file import Script
from grader.stubs import blank_lines

_NO_TOKENS = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENCODING, tokenize.ENDMARKER,
}  # fmt: skip
_NOT_WRITTEN = {"annotation", "ctx", "kind", "returns", "type_comment", "type_params"}
"""Fields of a syntax tree that change nothing, or that only some versions of Python have."""


@dataclass(frozen=True)
class NormalForm:
    """An answer's form, and how much of the answer it is."""

    digest: bytes
    """The same for answers that are alike."""
    own: int
    """Tokens of the answer that are not given, imports aside."""
    given: int
    """Tokens that are the stub's."""


@dataclass(frozen=True)
class _Stub:
    """What is given in an exercise."""

    imports: dict[str, str]
    names: frozenset[str]
    """The names that it binds, blanks aside: they keep their meaning under any other name."""
    statements: tuple[_Written, ...]


@cache
def _stub_of(exercise: Exercise) -> _Stub:
    tree = ast.parse(exercise.stub_source)
    imports = _imports(tree)
    given = [node for node in tree.body if not blank_lines(ast.Module([node], []))]
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    bound = (_bound(tree) | loaded) - imports.keys() - set(dir(builtins))
    return _Stub(
        imports,
        frozenset(_bound(ast.Module(given, [])) - imports.keys()),
        tuple(_Written([node], imports, bound) for node in tree.body),
    )


def form_of(script: Script, exercise: Exercise) -> NormalForm:
    """Return an answer's form.

    Raises:
        RecursionError: it is nested too deeply.
    """
    stub = _stub_of(exercise)
    imports = {**stub.imports, **_imports(script.tree)}
    bound = _bound(script.tree) - imports.keys()
    names = {name: name for name in stub.names}
    waiting = list(stub.statements)
    tokens = _tokens_by_line(script.source)
    own: list[ast.stmt] = []
    own_tokens = given_tokens = 0
    for node in script.tree.body:
        count = sum(tokens[line] for line in range(node.lineno, (node.end_lineno or 0) + 1))
        alone = _Written([node], imports, bound)
        same = next((one for one in waiting if one.words == alone.words), None)
        if same is not None:  # it is given; what it binds may have been renamed
            waiting.remove(same)
            pairs = zip(alone.numbers, same.numbers, strict=True)
            names.update({mine: theirs for mine, theirs in pairs if theirs in stub.names})
            given_tokens += count
        elif alone.words:
            own.append(node)
            own_tokens += count
    words = " ".join(_Written(own, {**imports, **names}, bound - names.keys()).words)
    digest = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    return NormalForm(digest, own_tokens, given_tokens)


def _imports(tree: ast.Module) -> dict[str, str]:
    """Return what imported names stand for: `np` for `numpy`, `Dense` for `keras.layers.Dense`."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                whole = name.name if name.asname else name.name.partition(".")[0]
                found[name.asname or whole] = whole
        elif isinstance(node, ast.ImportFrom):
            for name in node.names:
                found[name.asname or name.name] = f"{node.module}.{name.name}"
    return found


def _bound(tree: ast.Module) -> set[str]:
    """Return the names that the file gives to something, and that could be others."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
    return found


def _tokens_by_line(source: str) -> Counter[int]:
    """Return how many tokens begin on each line, comments and ends of lines aside."""
    return Counter(
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in _NO_TOKENS
    )


class _Written(ast.NodeVisitor):
    """Statements in words, with numbers in place of names that could be others."""

    def __init__(self, nodes: list[ast.stmt], known: dict[str, str], bound: Set[str]) -> None:
        """Write NODES down; names are KNOWN by what they stand for, or BOUND in the file."""
        self.words: list[str] = []
        self.numbers: dict[str, int] = {}
        self._known = known
        self._bound = bound
        for node in nodes:
            self.visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        self.words.append(f"({type(node).__name__}")
        for name, value in ast.iter_fields(node):
            if name not in _NOT_WRITTEN:
                self._write(value)
        self.words.append(")")

    def _write(self, value: object) -> None:
        if isinstance(value, ast.AST):
            self.visit(value)
        elif isinstance(value, list):
            self.words.append("[")
            for one in value:
                self._write(one)
            self.words.append("]")
        else:
            self.words.append(self._name(value) if isinstance(value, str) else repr(value))

    def _name(self, name: str) -> str:
        if name in self._bound:
            return f"v{self.numbers.setdefault(name, len(self.numbers))}"
        return self._known.get(name, name)

    def visit_Name(self, node: ast.Name) -> None:
        self.words.append(self._name(node.id))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Write `keras.layers.Dense` as the name that it may have been imported by."""
        path, value = node.attr, node.value
        while isinstance(value, ast.Attribute):
            path, value = f"{value.attr}.{path}", value.value
        if isinstance(value, ast.Name) and value.id in self._known:
            self.words.append(f"{self._known[value.id]}.{path}")
        else:
            self.visit(node.value)
            self.words.append(f".{node.attr}")

    def visit_Constant(self, node: ast.Constant) -> None:
        self.words.append(repr(node.value))

    def visit_keyword(self, node: ast.keyword) -> None:
        self.words.append(f"{node.arg}=")
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        self.words.append("(call")
        self.visit(node.func)
        self._write(node.args)
        self._write(sorted(node.keywords, key=lambda one: one.arg or ""))
        self.words.append(")")

    def visit_Expr(self, node: ast.Expr) -> None:
        """Leave docstrings out: they are comments, too."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        """Leave it out: what is imported is written where it is used."""

    def visit_ImportFrom(self, _: ast.ImportFrom) -> None:
        """Leave it out, too."""

    def visit_Pass(self, _: ast.Pass) -> None:
        """Leave it out: it does nothing."""
