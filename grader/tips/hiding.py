"""Names that a file gives to something else, and uses for what they meant before."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator

from grader.evidence.record import Held
from grader.places import Said
from grader.tips.failure import Failure
from grader.verdict import Fact, Tip

_KINDS = {
    "int": "a number", "float": "a number", "str": "a text", "list": "a list", "tuple": "a tuple",
    "dict": "a dictionary", "ndarray": "an array", "DataFrame": "a table", "Series": "a column",
    "NoneType": "None", "EagerTensor": "a tensor", "bool": "True or False", "set": "a set",
    "History": "a History", "function": "a function", "KerasTensor": "a tensor",
}  # fmt: skip
_NOT_WHAT_IT_WAS = (
    r"object is not callable|object has no attribute|Only input tensors may be passed"
    r"|is not subscriptable|missing 1 required positional argument|takes \d+ positional"
    r"|unexpected keyword argument|given by name .* and position"
)


def hidden_name(failure: Failure) -> Tip | None:
    """Tell of a name that was given to something else, where that was done."""
    if not re.search(_NOT_WHAT_IT_WAS, failure.message):
        return None
    for name in _used(failure):
        held = failure.held.get(name)
        if held is None or not _is_to_blame(failure, name, held):
            continue
        found = _hidden_at(failure, name, held)
        if found is None:
            continue
        line, before = found
        return failure.tip(_text(name, before, held), line, Fact.OTHER_KIND)
    return None


def _used(failure: Failure) -> Iterator[str]:
    """Yield the names that the statement calls, or takes something of."""
    for node in failure.nodes():
        owner = node.func if isinstance(node, ast.Call) else None
        owner = node.value if isinstance(node, ast.Attribute) else owner
        if isinstance(owner, ast.Name):
            yield owner.id


def _is_to_blame(failure: Failure, name: str, held: Held) -> bool:
    """Whether the error speaks of what the name holds now."""
    called = _is_called(failure, name)
    if held.type == "module":
        return False
    if "Only input tensors may be passed" in failure.message:
        return called and held.type not in {"type", "function"}
    named = re.search(r"'([\w.]+)' object (?:is not|has no)", failure.message)
    if named:
        of_it = named[1].rpartition(".")[2] == held.type
        return of_it and (called or "is not callable" not in failure.message)
    # a method of the same name may take other arguments: `np.argmax` of an array called `np`
    return not called and _was_a_module(failure, name)


def _is_called(failure: Failure, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in failure.nodes()
    )


def _was_a_module(failure: Failure, name: str) -> bool:
    return any(
        isinstance(node, ast.Import)
        and any((part.asname or part.name) == name for part in node.names)
        for node in ast.walk(failure.tree)
    )


def _hidden_at(failure: Failure, name: str, held: Held) -> tuple[int, str] | None:
    """Return the line that gave a name to something else, and what it meant before."""
    end = _end_of_loop(failure)
    bound = sorted((line, kind) for line, kind in _bindings(failure.tree, name) if line <= end)
    meant = [number for number, (_, kind) in enumerate(bound) if kind != "value"]
    values = [line for line, _ in bound[(meant[-1] + 1 if meant else 0) :]]
    if not values:
        return None
    if meant:
        kinds = {
            "import": f"the imported `{name}`",
            "def": f"the `{name}` that is defined above",
        }
        return values[0], kinds[bound[meant[-1]][1]]
    if name in dir(builtins):
        return (values[0], f"Python's own `{name}`") if _is_called(failure, name) else None
    last = values[-1]
    if held.type in _AS_BEFORE or not _is_made_of(name, _value_at(failure.tree, name, last)):
        return None
    if name in failure.known.given:
        return last, f"the `{name}` of the exercise"
    if len(values) > 1 and held.type in _GIVEN_BACK:
        return last, f"the `{name}` that was there before"
    return None


_GIVEN_BACK = {"History", "EagerTensor", "KerasTensor"}
"""What a model gives back that nobody takes for the model itself."""


_AS_BEFORE = {"ndarray", "DataFrame", "Sequential", "Functional", "Model", "NoneType"}
"""What a given value may still be where it was made anew; None is told as what returns nothing."""


def _is_made_of(name: str, value: ast.expr | None) -> bool:
    """Whether a value is made of what the name meant before, as in `model = model.fit(…)`."""
    return value is not None and any(
        isinstance(node, ast.Name) and node.id == name for node in ast.walk(value)
    )


def _bindings(tree: ast.Module, name: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that bind a name of the file itself, and how."""
    for node in _outside_functions(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("grader"):
                continue  # data often have the name of the module that loads them
            if any((part.asname or part.name.split(".")[0]) == name for part in node.names):
                yield node.lineno, "import"
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            if node.name == name:
                yield node.lineno, "def"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name:
            yield node.lineno, "value"


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that bind names of the file itself."""
    inner = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | inner):
            yield from _outside_functions(child)


def _end_of_loop(failure: Failure) -> int:
    """Return the last line that may have run before the error: a loop's end where one is around."""
    around = [
        node.end_lineno or 0
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.For | ast.While)
        and node.lineno <= failure.line <= (node.end_lineno or 0)
    ]
    return max([failure.line, *around])


def _value_at(tree: ast.Module, name: str, line: int) -> ast.expr | None:
    """Return what a line assigns to a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and node.lineno == line:
            targets = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if name in targets:
                return node.value
    return None


def _text(name: str, before: str, held: Held) -> Said:
    kind = _KINDS.get(held.type, f"an object of the kind {held.type}")
    return (
        f"From this line on `{name}` is {kind}: {before} is out of reach. Choose another name here."
    )
