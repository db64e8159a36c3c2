"""What errors at run time mean that beginners often meet, in the learner's terms.

Keras and Python say what they could not do; these tips say what probably led to it. The
words of the errors are those of Keras 3.15, NumPy 2.4 and Python 3.11. Spellings of 2019
are in `grader.idioms`.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from grader.bare import bound_names
from grader.submission import Submission

NEAR = 0.75
"""How much two names must have in common for one to be the other, misspelt."""

_RETURN_NOTHING = {"add", "compile", "summary", "build", "set_weights", "save", "fit_on_texts"}
"""Methods that change an object, or show it, and give nothing back."""

_MODEL_ATTRIBUTES = (
    "add", "compile", "evaluate", "fit", "get_weights", "inputs", "layers", "optimizer", "outputs",
    "pop", "predict", "save", "set_weights", "summary", "weights", "count_params", "get_layer",
)  # fmt: skip

_SHAPE = r"\(([^()]*)\)"


class _MethodCall(NamedTuple):
    """`owner.name(arguments)`."""

    owner: ast.expr
    name: str
    arguments: list[ast.expr]
    line: int


@dataclass(frozen=True)
class _Failure:
    """An error, and the statement of the learner's file in which it came up."""

    kind: str
    message: str
    line: int
    tree: ast.Module
    given: Iterable[str]
    """Names of the exercise's given part, which a bare answer need not load."""

    def nodes(self) -> list[ast.AST]:
        """Return the parts of the innermost statement that holds the line."""
        around = [
            node
            for node in ast.walk(self.tree)
            if isinstance(node, ast.stmt) and node.lineno <= self.line <= (node.end_lineno or 0)
        ]
        if not around:
            return []
        statement = min(around, key=lambda node: (node.end_lineno or 0) - node.lineno)
        return list(ast.walk(statement))

    def names(self) -> set[str]:
        """Return the names that the statement reads."""
        return {
            node.id
            for node in self.nodes()
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }

    def calls(self, *methods: str) -> bool:
        """Whether the statement calls one of these methods."""
        return any(call.name in methods for call in _method_calls(self.nodes()))

    def assignments(self) -> list[tuple[str, ast.Assign]]:
        """Return what was assigned, before the error, to the names that the statement reads."""
        names = self.names()
        return [
            (target.id, node)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Assign) and node.lineno <= self.line
            for target in node.targets
            if isinstance(target, ast.Name) and target.id in names
        ]


def runtime_tips(
    ended: dict[str, Any], submission: Submission, given: Iterable[str] = ()
) -> list[str]:
    """Return what the error that stopped a file means, if it is one that beginners make.

    Args:
        ended: type, message and line of the error.
        submission: the file.
        given: names of the exercise's given part, for a file that does not load them itself.
    """
    line = ended.get("line")
    if not isinstance(line, int):
        return []
    message = str(ended.get("message"))
    failure = _Failure(str(ended.get("type")), message, line, submission.tree, given)
    for rule in _RULES:
        told = rule(failure)
        if told is not None:
            to_blame, text = told
            return [f"Line {to_blame}: {text}"]
    return []


Told = tuple[int, str] | None
"""The line to blame, and what to say of it; None where the error is another one."""


def _not_compiled(failure: _Failure) -> Told:
    if "You must call `compile()`" not in failure.message:
        return None
    calls = _method_calls(ast.walk(failure.tree))
    later = [call.line for call in calls if call.name == "compile" and call.line > failure.line]
    text = f"The model is not compiled yet. Compile it before line {failure.line}, "
    if later:
        return failure.line, f"{text}not as late as on line {later[0]}."
    return failure.line, text + "with an optimizer and a loss."


def _only_the_loss(failure: _Failure) -> Told:
    patterns = (
        "'float' object is not subscriptable|invalid index to scalar variable|"
        "cannot unpack non-iterable float object|'float' object is not iterable"
    )
    if not re.search(patterns, failure.message):
        return None
    kept = any(
        call.name == "evaluate"
        for _, assignment in failure.assignments()
        for call in _method_calls(ast.walk(assignment.value))
    )
    if not kept and not failure.calls("evaluate"):
        return None
    return failure.line, (
        "`evaluate` returned one number, the loss. It returns more only if the model was compiled "
        "with metrics."
    )


def _labels_do_not_fit(failure: _Failure) -> Told:
    if "must have rank (ndim) `target.ndim - 1`" in failure.message:
        return failure.line, (
            "The sparse categorical crossentropy takes the numbers of the classes as labels, not "
            "one-hot rows."
        )
    found = re.search(
        rf"target\.shape={_SHAPE}, output\.shape={_SHAPE}|Shapes {_SHAPE} and {_SHAPE} are incomp"
        r"|Incompatible shapes: \[([\d,]*)\] vs\.? \[([\d,]*)\]"
        r"|Dimensions must be equal, .* with input shapes: \[([^\[\]]*)\], \[([^\[\]]*)\]",
        failure.message,
    )
    if not found or not failure.calls("fit", "evaluate", "train_on_batch", "test_on_batch"):
        return None
    target, output = (_axes(text) for text in found.groups() if text is not None)
    in_a_label, outputs = (shape[-1] if len(shape) > 1 else "1" for shape in (target, output))
    text = f"A label has {_numbers(in_a_label)}, but the model gives {_numbers(outputs)}."
    if in_a_label == "1" and outputs != "1":
        text += (
            " For the categorical crossentropy, labels of several classes must be one-hot: a "
            "column for each class."
        )
    else:
        text += " The last layer needs a neuron for each column of the labels."
    return failure.line, text


def _features_do_not_fit(failure: _Failure) -> Told:
    message = failure.message
    if found := re.search(
        rf"expected axis -1 of input shape to have value (\d+), .* with shape {_SHAPE}", message
    ):
        wanted, got = ["None", found[1]], _axes(found[2])
    elif found := re.search(
        rf"Expected shape {_SHAPE}, but input has incompatible shape {_SHAPE}", message
    ) or re.search(rf"expected shape={_SHAPE}, found shape={_SHAPE}", message):
        wanted, got = _axes(found[1]), _axes(found[2])
    elif found := re.search(r"expected (?:min_)?ndim=(\d+), found ndim=(\d+)", message):
        return failure.line, (
            f"A layer takes arrays of {found[1]} axes, the samples included, but what comes before "
            f"it gives {found[2]}."
        )
    else:
        return None
    if len(wanted) == len(got) == 2:
        text = f"The model takes {_numbers(wanted[1])} for each sample, but got {got[1]}."
    elif got == wanted[1:]:
        text = "A single sample needs an axis in front as well: an array of one row."
    else:
        shapes = (", ".join(["n", *shape[1:]]) + "," * (len(shape) == 1) for shape in (wanted, got))
        text = "The model takes arrays of shape ({}), but got one of shape ({}).".format(*shapes)
    if failure.calls("fit", "evaluate"):
        text += " Features come first, labels second."
    return failure.line, text


def _rows_differ(failure: _Failure) -> Told:
    if "Data cardinality is ambiguous" not in failure.message:
        return None
    rows = re.findall(r"'\w+' sizes: (\d+)", failure.message)
    counted = f": {' and '.join(rows)}" if len(rows) == 2 else ""
    return failure.line, (
        f"Features and labels have different numbers of rows{counted}. Each sample has one label; "
        "take both from the same part of the data."
    )


def _misspelt_name(failure: _Failure) -> Told:
    found = re.fullmatch(r"name '(\w+)' is not defined", failure.message)
    if failure.kind != "NameError" or not found:
        return None
    name = found[1]
    bound = _lines_of_bindings(failure.tree)
    if name in bound:
        later = [line for line in bound[name] if line > failure.line]
        if not later:
            return None
        return failure.line, f"`{name}` is only made on line {later[0]}, which comes later."
    known = {*bound, *failure.given, *(word for word in dir(builtins) if word.islower())}
    return _near(failure.line, name, known)


def _misspelt_attribute(failure: _Failure) -> Told:
    message = failure.message
    if found := re.search(r"module '([\w.]+)' has no attribute '(\w+)'", message):
        return _near(failure.line, found[2], _names_in_module(found[1]))
    if found := re.search(r"cannot import name '(\w+)' from '([\w.]+)'", message):
        return _near(failure.line, found[1], _names_in_module(found[2]))
    if found := re.search(r"'(\w+)' object has no attribute '(\w+)'", message):
        if found[1] in {"Sequential", "Functional", "Model"}:
            return _near(failure.line, found[2], _MODEL_ATTRIBUTES)
        return _near(failure.line, found[2], dir(getattr(builtins, found[1], None)))
    if found := re.search(r"'numpy.ndarray' object has no attribute '(\w+)'", message):
        import numpy

        return _near(failure.line, found[1], dir(numpy.ndarray))
    return None


def _near(line: int, name: str, known: Iterable[str]) -> Told:
    public = sorted(word for word in known if not word.startswith("_"))
    nearest = get_close_matches(name, public, 1, NEAR)
    if not nearest:
        return None
    return line, f"There is no `{name}`. You have `{nearest[0]}`: is it misspelt?"


def _names_in_module(name: str) -> set[str]:
    """Return the names that a module binds, read from its source: importing it is too slow."""
    root, *parts = name.removeprefix("tensorflow.").split(".")  # tensorflow.keras is keras
    try:
        spec = importlib.util.find_spec(root)
        folders = (spec.submodule_search_locations if spec else None) or []
        for folder in folders:
            path = Path(folder, *parts)
            for file in (path / "__init__.py", path.with_suffix(".py")):
                if file.is_file():
                    return bound_names(file.read_text("utf-8"))
    except (ImportError, ValueError, OSError, SyntaxError):
        pass
    return set()


def _history_itself(failure: _Failure) -> Told:
    if "'History' object" not in failure.message:
        return None
    return failure.line, (
        "`fit` returns a History object. The numbers are in its attribute `.history`, a dictionary "
        "with a list for each metric."
    )


def _is_none(failure: _Failure) -> Told:
    if "'NoneType' object" not in failure.message:
        return None
    for name, assignment in reversed(failure.assignments()):
        for call in _method_calls([assignment.value]):
            if call.name in _RETURN_NOTHING:
                return assignment.lineno, (
                    f"`{call.name}` returns nothing, so `{name}` is None after this line. Call it "
                    "without giving its result a name."
                )
        function = _function_called(assignment.value, failure.tree)
        if function is not None and not _returns(function):
            return function.lineno, (
                f"`{function.name}` returns nothing, so `{name}` is None on line {failure.line}. "
                "A function needs `return` to give something back."
            )
    owners = [n.value for n in failure.nodes() if isinstance(n, ast.Attribute | ast.Subscript)]
    for call in _method_calls(owners):
        if call.name in _RETURN_NOTHING:
            return failure.line, (
                f"`{call.name}` returns nothing, so nothing can be done with its result. Begin a "
                "new line after it."
            )
    return None


def _class_for_object(failure: _Failure) -> Told:
    message = failure.message
    found = re.search(
        r"Only instances of `keras.Layer` can be added.*<class '[\w.]*?(\w+)'> \(of type <class 't"
        r"|Could not interpret optimizer identifier: <class '[\w.]*?(\w+)'>",
        message,
    )
    if found:
        name = found[1] or found[2]
        return failure.line, _is_the_class(f"`{name}`", name)
    if "Callback.set_model() missing" in message:
        return failure.line, _is_the_class("One of the callbacks", "it")
    found = re.search(r"(\w+)\(\) missing 1 required positional argument: '(\w+)'", message)
    if not found and "has no attribute '_assert_compile_called'" not in message:
        return None
    for call in _method_calls(failure.nodes()):
        if found and call.name != found[1]:
            continue
        # `model` is how the functions that record a run call their `self`
        if found and found[2] not in {"self", "model"} and not call.arguments:
            continue  # it is the method's own argument that is missing
        owner = ast.unparse(call.owner)
        for name, assignment in failure.assignments():
            if name == owner:
                return assignment.lineno, _is_the_class(f"`{name}`", ast.unparse(assignment.value))
        return failure.line, _is_the_class(f"`{owner}`", owner)
    return None


def _is_the_class(what: str, name: str) -> str:
    called = "Calling it" if name == "it" else f"Calling `{name}`"
    return f"{what} is a class, not an object of it. {called}, with parentheses, makes one."


def _method_calls(nodes: Iterable[ast.AST]) -> list[_MethodCall]:
    """Return which methods are called in these nodes."""
    return [
        _MethodCall(node.func.value, node.func.attr, node.args, node.lineno)
        for node in nodes
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]


def _axes(shape: str) -> list[str]:
    """Return the sizes in a shape's text, `None, 4`."""
    return [size.strip() for size in shape.split(",") if size.strip()]


def _numbers(count: str) -> str:
    return "1 number" if count == "1" else f"{count} numbers"


def _lines_of_bindings(tree: ast.Module) -> dict[str, list[int]]:
    """Return the lines that bind each name, by whatever statement, in order."""
    found: dict[str, list[int]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names = [node.id]
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [(name.asname or name.name).split(".")[0] for name in node.names]
        else:
            continue
        for name in names:
            found.setdefault(name, []).append(node.lineno)
    return {name: sorted(lines) for name, lines in found.items()}


def _function_called(value: ast.AST, tree: ast.Module) -> ast.FunctionDef | None:
    """Return the function of the file that is called here."""
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return None
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return functions.get(value.func.id)


def _returns(function: ast.FunctionDef) -> bool:
    """Whether a function gives anything back."""
    return any(
        isinstance(node, ast.Yield | ast.YieldFrom)
        or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(function)
    )


_RULES = (
    _not_compiled,
    _only_the_loss,
    _labels_do_not_fit,
    _features_do_not_fit,
    _rows_differ,
    _misspelt_name,
    _history_itself,
    _is_none,
    _class_for_object,
    _misspelt_attribute,
)
