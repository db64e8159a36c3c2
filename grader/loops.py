"""Loops of a file, as far as its text tells: what ends them, and which can never end.

Where in doubt, a loop may end: only what the text shows is said of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.evidence.spans import Span, is_within

LOOPS = (ast.While, ast.For, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What runs a part of itself again and again, those that make lists and the like included."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

_OPAQUE = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "__import__"}
"""Functions after which a text no longer tells what names hold."""
_LEAVING = {"exit", "quit", "_exit", "abort", "kill", "next", "input", "send", "throw"}
"""What may end a loop from inside."""
_LOOKING = {"split", "strip", "lower", "upper", "startswith", "endswith", "isdigit"}
"""Methods of texts: they change nothing."""
_MEASURING = {
    "evaluate", "predict", "mean", "max", "min", "all", "any", "item", "get", "len", "abs",
    "round", "float", "int", "bool", "fit",
}  # fmt: skip
"""What gives the same for the same weights."""
_BY_CHANCE = {
    "time",
    "datetime",
    "random",
    "monotonic",
    "perf_counter",
    "process_time",
    "rng",
    "choice",
    "permutation",
    "sample",
}


def span(node: ast.stmt | ast.expr) -> Span:
    """Return the lines that a piece of a file stands on."""
    return node.lineno, node.end_lineno or node.lineno


def given_functions(tree: ast.Module, stub: str) -> list[Span]:
    """Return where the functions stand that a file has from its exercise's stub, unchanged."""
    given = {ast.dump(node) for node in _functions(ast.parse(stub))}
    return [span(node) for node in _functions(tree) if ast.dump(node) in given]


def while_loops(tree: ast.Module) -> list[Span]:
    """Return where the `while` loops of a file stand."""
    return [span(loop) for loop in _whiles(tree)]


def all_loops(tree: ast.Module) -> list[Span]:
    """Return where the loops of a file stand, those that make lists and the like included."""
    return [span(node) for node in ast.walk(tree) if isinstance(node, LOOPS)]


def whiles_around(tree: ast.Module, lines: Sequence[int]) -> list[ast.While]:
    """Return the `while` loops that the lines of a stack stand in, the innermost first.

    Args:
        tree: of the file.
        lines: that were running, the outermost first.
    """
    found: list[ast.While] = []
    loops = _whiles(tree)
    for line in reversed(lines):
        around = [loop for loop in loops if is_within(line, [span(loop)]) and loop not in found]
        found += sorted(around, key=lambda loop: loop.lineno, reverse=True)
    return found


def is_repeated(tree: ast.Module, lines: Sequence[int]) -> bool:
    """Whether one of these lines stands in a loop of any kind."""
    loops = all_loops(tree)
    return any(is_within(line, loops) for line in lines)


def tested_names(loop: ast.While) -> list[str]:
    """Return the names that a loop tests before each turn, in order."""
    return list(dict.fromkeys(_names(loop.test)))


def never_ends(loop: ast.While, tree: ast.Module) -> bool:
    """Whether the text shows that nothing inside a loop ends it, or changes what it tests."""
    inside = [part for statement in loop.body for part in ast.walk(statement)]
    names = set(_names(loop.test))
    called = {name for part in inside if (name := _called(part))}
    if (
        not _is_plain(loop.test)
        or _is_left(loop.body)
        or called & (_LEAVING | _OPAQUE)
        or _OPAQUE & {_called(part) for part in ast.walk(tree)}
        or any(_changes(part, names) for part in inside)
    ):
        return False
    others = [f for f in _functions(tree) if not is_within(loop.lineno, [span(f)])]
    if any(_changes_from_afar(function, names) for function in others):
        return False
    if any(True for _ in _holders(loop.test)):
        return called <= {"print", *_LOOKING}  # anything else may change what an object holds
    return True


def waiting(tree: ast.Module) -> list[Span]:
    """Return the `while` loops that count nothing: they can only wait for other results."""
    return [span(loop) for loop in _whiles(tree) if _only_waits(loop)]


def _whiles(tree: ast.AST) -> list[ast.While]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.While)]


def _only_waits(loop: ast.While) -> bool:
    parts = list(ast.walk(loop))
    tests = [loop.test] + [part.test for part in parts if isinstance(part, ast.If | ast.IfExp)]
    tested = {name for test in tests for name in _names(test)}
    calls = {_called(part) for test in tests for part in ast.walk(test)} - {""}
    words = {part.id for part in parts if isinstance(part, ast.Name)}
    words |= {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return not (
        words & (_BY_CHANCE | _OPAQUE | _LEAVING)
        or calls - _MEASURING
        or any(isinstance(part, ast.Yield | ast.YieldFrom | ast.Try) for part in parts)
        or any(_counts(part) for part in parts)
        or any(_changes_what_it_holds(part, tested) for part in parts)
    )


def _counts(part: ast.AST) -> bool:
    """Whether a statement makes a name's next value of its last one."""
    if isinstance(part, ast.AugAssign):
        return True
    if not isinstance(part, ast.Assign):
        return False
    targets = {name for target in part.targets for name in _names(target)}
    return any(name in targets for name in _names(part.value))


def _names(tree: ast.AST) -> Iterator[str]:
    """Yield the names in an expression, those of functions that it calls aside."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and id(node) not in called:
            yield node.id


def _called(part: ast.AST) -> str:
    """Return the name of the function or method that is called here; "" where none is."""
    match part:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
        case ast.Call():
            return "?"
        case _:
            return ""


def _is_plain(test: ast.expr) -> bool:
    """Whether a test looks at what names hold, and does nothing else."""
    plain = (
        ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp,
        ast.BinOp, ast.Call, ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop,
    )  # fmt: skip
    parts = list(ast.walk(test))
    return all(isinstance(part, plain) for part in parts) and all(
        _called(part) in {"len", *_LOOKING} for part in parts if isinstance(part, ast.Call)
    )


def _holders(test: ast.expr) -> Iterator[ast.AST]:
    """Yield what a test looks up in objects; methods that only look at a text aside."""
    methods = {id(part.func) for part in ast.walk(test) if isinstance(part, ast.Call)}
    for part in ast.walk(test):
        if isinstance(part, ast.Attribute | ast.Subscript) and id(part) not in methods:
            yield part
        if isinstance(part, ast.Call) and _called(part) == "len":
            inner = part.args[0] if part.args else None
            if not isinstance(inner, ast.Call):  # `len(text.split())` is of a new list
                yield part


def _is_left(body: list[ast.stmt]) -> bool:
    """Whether a statement leaves the loop that has this body."""
    for statement in body:
        if isinstance(statement, ast.Break | ast.Return | ast.Raise | ast.Assert):
            return True
        if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            continue
        if isinstance(statement, ast.While | ast.For | ast.AsyncFor):
            inner = [part for part in ast.walk(statement) if isinstance(part, ast.stmt)]
            if any(isinstance(part, ast.Return | ast.Raise | ast.Assert) for part in inner):
                return True
            if _is_left(statement.orelse):
                return True
        elif _is_left(_blocks(statement)):
            return True
        if any(isinstance(p, ast.Yield | ast.YieldFrom | ast.Await) for p in ast.walk(statement)):
            return True
    return False


def _blocks(statement: ast.stmt) -> list[ast.stmt]:
    """Return the statements right within another one."""
    within = [statement, *getattr(statement, "handlers", []), *getattr(statement, "cases", [])]
    blocks = [getattr(p, name, []) for p in within for name in ("body", "orelse", "finalbody")]
    return [one for block in blocks for one in block]


def _changes(part: ast.AST, names: set[str]) -> bool:
    """Whether a part of a loop gives a name a value, or hands it to what may change it."""
    match part:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name in names:
            return True
        case ast.Import() | ast.ImportFrom():
            return bool(names & {(alias.asname or alias.name) for alias in part.names})
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if name in names:
            return True
        case ast.Call() if _called(part) not in {"print", "len"}:
            given = [*part.args, *(keyword.value for keyword in part.keywords)]
            if names & {name for one in given for name in _names(one)}:
                return True
    return _changes_what_it_holds(part, names)


def _changes_what_it_holds(part: ast.AST, names: set[str]) -> bool:
    """Whether a part calls a method of one of the names' objects, or sets something in it."""
    match part:
        case ast.Call(func=ast.Attribute(attr=method, value=value)):
            return method not in {*_LOOKING, *_MEASURING} and _root(value) in names
        case ast.Attribute(value=value, ctx=ast.Store() | ast.Del()):
            return _root(value) in names
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return _root(value) in names
        case _:
            return False


def _changes_from_afar(function: ast.AST, names: set[str]) -> bool:
    """Whether a function changes what the file's own names hold."""
    parts = list(ast.walk(function))
    shared = {n for p in parts if isinstance(p, ast.Global | ast.Nonlocal) for n in p.names}
    return bool(shared & names) or any(_changes_what_it_holds(part, names) for part in parts)


def _root(value: ast.expr) -> str:
    while isinstance(value, ast.Attribute | ast.Subscript):
        value = value.value
    return value.id if isinstance(value, ast.Name) else ""


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda]:
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS):
            yield node
