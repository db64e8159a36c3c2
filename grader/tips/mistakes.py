"""What errors at run time mean that beginners often meet, in the learner's terms.

Keras and Python say what they could not do; these tips say what probably led to it. The
words of the errors are those of Keras 3.15, NumPy 2.4 and Python 3.11. Spellings of 2019
are in `grader.tips.idioms`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from typing import Any

from grader.submission import Submission
from grader.tips.failure import Failure, Told, method_calls
from grader.tips.misspellings import misspelt_argument, misspelt_attribute, misspelt_name

_RETURN_NOTHING = {"add", "compile", "summary", "build", "set_weights", "save", "fit_on_texts"}
"""Methods that change an object, or show it, and give nothing back."""

_SHAPE = r"\(([^()]*)\)"


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
    failure = Failure(str(ended.get("type")), message, line, submission.tree, given)
    for rule in _RULES:
        told = rule(failure)
        if told is not None:
            to_blame, text = told
            return [f"Line {to_blame}: {text}"]
    return []


def _not_compiled(failure: Failure) -> Told:
    if "You must call `compile()`" not in failure.message:
        return None
    calls = method_calls(ast.walk(failure.tree))
    later = [call.line for call in calls if call.name == "compile" and call.line > failure.line]
    text = f"The model is not compiled yet. Compile it before line {failure.line}, "
    if later:
        return failure.line, f"{text}not as late as on line {later[0]}."
    return failure.line, text + "with an optimizer and a loss."


def _only_the_loss(failure: Failure) -> Told:
    patterns = (
        "'float' object is not subscriptable|invalid index to scalar variable|"
        "cannot unpack non-iterable float object|'float' object is not iterable"
    )
    if not re.search(patterns, failure.message):
        return None
    kept = any(
        call.name == "evaluate"
        for _, assignment in failure.assignments()
        for call in method_calls(ast.walk(assignment.value))
    )
    if not kept and not failure.calls("evaluate"):
        return None
    return failure.line, (
        "`evaluate` returned one number, the loss. It returns more only if the model was compiled "
        "with metrics."
    )


def _labels_do_not_fit(failure: Failure) -> Told:
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


def _features_do_not_fit(failure: Failure) -> Told:
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


def _shape_is_no_tuple(failure: Failure) -> Told:
    found = re.search(r"Cannot convert '(.*)' to a shape", failure.message, re.DOTALL)
    if not found:
        return None
    if re.fullmatch(r"\d+", found[1]):
        return failure.line, (
            f"A shape is a tuple, also where it has one number only: `({found[1]},)`, with a comma."
        )
    return failure.line, (
        "A shape is a tuple that says how many numbers a sample has, `(2,)`; it is not the data."
    )


def _size_is_no_pair(failure: Failure) -> Told:
    if "'int' object is not subscriptable" not in failure.message:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.keyword) and node.arg == "target_size":
            size = ast.unparse(node.value)
            return failure.line, (
                f"`target_size` takes two numbers, rows and columns: `({size}, {size})`."
            )
    return None


def _no_array(failure: Failure) -> Told:
    found = re.search(r"Unrecognized data type: .*of type <class '(\w+)'>", failure.message)
    if not found:
        return None
    return failure.line, (
        f"Keras takes arrays here, and got a {found[1]}. `np.array` makes an array of it."
    )


def _no_list_of_arrays(failure: Failure) -> Told:
    if "calling Function.call()" not in failure.message:
        return None
    if "invalid input structure" not in failure.message:
        return None
    return failure.line, (
        "This function takes a list with an array for each of its inputs, so brackets are needed "
        "also where there is only one."
    )


def _rows_differ(failure: Failure) -> Told:
    if "Data cardinality is ambiguous" not in failure.message:
        return None
    rows = re.findall(r"'\w+' sizes: (\d+)", failure.message)
    counted = f": {' and '.join(rows)}" if len(rows) == 2 else ""
    return failure.line, (
        f"Features and labels have different numbers of rows{counted}. Each sample has one label; "
        "take both from the same part of the data."
    )


def _history_itself(failure: Failure) -> Told:
    if "'History' object" not in failure.message:
        return None
    return failure.line, (
        "`fit` returns a History object. The numbers are in its attribute `.history`, a dictionary "
        "with a list for each metric."
    )


def _history_twice(failure: Failure) -> Told:
    if "'dict' object has no attribute 'history'" not in failure.message:
        return None
    return failure.line, (
        "`.history` is taken here of a dictionary, which is what stands in `.history` of what fit "
        "returned. Once is enough."
    )


def _is_none(failure: Failure) -> Told:
    if "'NoneType' object" not in failure.message:
        return None
    for name, assignment in reversed(failure.assignments()):
        for call in method_calls([assignment.value]):
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
    for call in method_calls(owners):
        if call.name in _RETURN_NOTHING:
            return failure.line, (
                f"`{call.name}` returns nothing, so nothing can be done with its result. Begin a "
                "new line after it."
            )
    return None


def _class_for_object(failure: Failure) -> Told:
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
    for call in method_calls(failure.nodes()):
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


def _axes(shape: str) -> list[str]:
    """Return the sizes in a shape's text, `None, 4`."""
    return [size.strip() for size in shape.split(",") if size.strip()]


def _numbers(count: str) -> str:
    return "1 number" if count == "1" else f"{count} numbers"


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
    _shape_is_no_tuple,
    _size_is_no_pair,
    _no_array,
    _no_list_of_arrays,
    misspelt_name,
    misspelt_argument,
    _history_itself,
    _history_twice,
    _is_none,
    _class_for_object,
    misspelt_attribute,
)
