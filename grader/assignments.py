"""What gives a file's names their values, and which line of it made one of them None."""

from __future__ import annotations

import ast
from collections import Counter, deque
from collections.abc import Iterable

from grader.names import Binding
from grader.places import OnLine, Said, said

RETURN_NOTHING = {
    "add", "compile", "summary", "build", "set_weights", "save", "fit_on_texts", "append", "extend",
    "insert", "sort", "reverse", "clear", "remove", "show",
}  # fmt: skip
"""Methods that change an object, or show it, and give nothing back."""

SHOW = {
    "print": "print", "plot_orbit": "draw", "plot_loss": "draw", "plot_accuracy": "draw",
    "plot_results": "draw", "show_encodings": "draw", "compare_plot": "draw",
    "compare_histories_acc": "draw",
}  # fmt: skip
"""Functions that show what they get and give nothing back, and what each one does: our plot
functions among them."""

_SCOPES = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)  # fmt: skip
_LOOPS = ast.For | ast.While
_BRANCHES = ast.If | ast.Try | ast.Match | _LOOPS


def bindings_of(tree: ast.Module) -> dict[str, list[Binding]]:
    """Return what binds each name of a file, or fills a list of it, in the order of the lines."""
    found: dict[str, list[Binding]] = {}
    filled: dict[str, list[Binding]] = {}
    functions = _functions(tree)
    values: dict[ast.expr, ast.expr] = {}
    waiting: deque[tuple[ast.AST, int, int, bool]] = deque([(tree, 0, 0, True)])
    while waiting:
        node, scope, loop, sure = waiting.popleft()
        values.update(_assigned(node))
        name = ""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.FunctionDef):
            name = node.name
        if name and isinstance(node, ast.expr | ast.stmt):
            value = values.get(node) if isinstance(node, ast.expr) else None
            until = value.end_lineno or value.lineno if value is not None else node.lineno
            call = _of_call(value, functions)
            found.setdefault(name, []).append(Binding(node.lineno, until, scope, loop, sure, *call))
        if isinstance(node, ast.Expr) and (name := _filled_by(node.value)):
            end = node.end_lineno or node.lineno
            fills = Binding(node.lineno, end, scope, loop, sure, fills=True)
            filled.setdefault(name, []).append(fills)
        if isinstance(node, _SCOPES):
            scope, loop, sure = node.lineno, 0, True
        elif isinstance(node, _BRANCHES):
            loop = loop or (node.lineno if isinstance(node, _LOOPS) else 0)
            sure = False
        waiting.extend((child, scope, loop, sure) for child in ast.iter_child_nodes(node))
    return {
        name: sorted(one + filled.get(name, []), key=lambda b: b.line)
        for name, one in found.items()
    }


def _filled_by(value: ast.expr) -> str:
    """Return the name of the list that something is put into here; "" where that is none."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)):
            return name if method in {"append", "extend", "insert"} else ""
        case _:
            return ""


def cause_of_none(bindings: Iterable[Binding], scope: int, stopped: int | None) -> Binding | None:
    """Return what gave a name that is None this value; None where that is in doubt.

    Args:
        bindings: of the name.
        scope: the first line of the function that the name is of; 0 outside of all.
        stopped: the line of that scope that was under way when the file stopped, if it did.
    """
    ran = [
        b
        for b in bindings
        if b.scope == scope and not b.fills and (stopped is None or may_have_run(b, stopped))
    ]
    surely = [number for number, b in enumerate(ran) if b.sure]
    ran = ran[surely[-1] :] if surely else ran  # what stands above is overwritten
    if len(ran) == 1:
        return ran[0]
    explained = [b for b in ran if returns_nothing(b)]
    return explained[0] if len(explained) == 1 else None


def may_have_run(binding: Binding, stopped: int) -> bool:
    """Whether a binding can have run in a file that stopped on a line of the same scope."""
    return binding.until < stopped or 0 < binding.loop <= stopped


def why_none(name: str, binding: Binding) -> Said:
    """Return why a name is None that this binding gave its value."""
    called, after = binding.call.lstrip("."), f"so `{name}` is None after this line. "
    if binding.function:
        return said(
            f"`{called}` (",
            OnLine(binding.function),
            f") returns nothing, {after}A function needs `return`, with a value behind it, to "
            "give something back.",
        )
    unnamed = "Call it without giving its result a name."
    if binding.in_place:
        return f"`{called}` with `inplace=True` returns nothing, {after}{unnamed}"
    if binding.call.startswith(".") and returns_nothing(binding):
        if binding.of_call:
            unnamed = f"Give what is made there a name first, and call `{called}` of that name."
        return f"`{called}` returns nothing, {after}{unnamed}"
    if not called:
        return f"`{name}` is None, which is Python's word for nothing."
    if does := SHOW.get(binding.call):
        what = f"First give a name to what it is to {does}, on a line of its own."
        text = f"`{called}` {does}s and returns None, so `{name}` is None. "
        return text + (what if binding.computed else unnamed)
    text = f"`{called}` returns None here, {after}".rstrip()
    if binding.computed:
        text += " If you want what stands in its parentheses, first give a name to that."
    return text


def returns_nothing(binding: Binding) -> bool:
    """Whether it is known of what a binding calls that it returns nothing."""
    method = binding.call.startswith(".") and binding.call[1:] in RETURN_NOTHING
    return bool(method or binding.function or binding.in_place or binding.call in SHOW)


def _assigned(node: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return which names are given which values here, each by itself."""
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
        return [(node.target, node.value)]
    return []


def _of_call(
    value: ast.expr | None, functions: dict[str, ast.FunctionDef]
) -> tuple[str, int, bool, bool, bool]:
    """Return what a `Binding` tells of the call that gives a value."""
    if not isinstance(value, ast.Call):
        return "", 0, False, False, False
    computed = (
        len(value.args) == 1
        and not value.keywords
        and not isinstance(value.args[0], ast.Name | ast.Constant | ast.Starred)
    )
    in_place = any(
        keyword.arg == "inplace"
        and isinstance(keyword.value, ast.Constant)
        and keyword.value.value is True
        for keyword in value.keywords
    )
    if isinstance(value.func, ast.Attribute):
        of_call = isinstance(value.func.value, ast.Call)
        return f".{value.func.attr}", 0, in_place, of_call, computed
    if not isinstance(value.func, ast.Name):
        return "", 0, False, False, False
    function = functions.get(value.func.id)
    silent = function is not None and not gives_back(function)
    line = function.lineno if function and silent else 0
    return value.func.id, line, False, False, computed


def _functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """Return the functions of a file that are plainly what their names mean."""
    names = Counter(
        node.id if isinstance(node, ast.Name) else node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    )
    return {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and not node.decorator_list and names[node.name] == 1
    }


def gives_back(function: ast.FunctionDef) -> bool:
    """Whether a function gives anything back."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(function)
    )
