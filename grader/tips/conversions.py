"""Arrays where one number is wanted, numbers where an array is; things in place of their parts."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import Held
from grader.evidence.values import Sequence
from grader.sizes import shape_text
from grader.tips.failure import Failure, method_calls
from grader.tips.slips import method_kept
from grader.verdict import Fact, Tip

_OWN = {"round", "int", "float", "max", "min", "abs", "bool", "pow", "divmod", "range"}
_TYPES = {"int", "float", "bool"}
_NUMPY = {
    "round": "np.round", "max": "np.max", "min": "np.min",
    **{f"math.{name}": f"np.{name}" for name in ("exp", "log", "sqrt", "sin")},
}  # fmt: skip


def wrong_kind(failure: Failure) -> Tip | None:
    """Tell of an array, a number or an object where another kind of thing is wanted."""
    return (
        _not_hashable(failure)
        or _own_function(failure)
        or _ambiguous(failure)
        or _one_number_already(failure)
        or _too_many_indices(failure)
        or _not_called(failure)
        or _module_called(failure)
        or _list_for_array(failure)
        or _array_for_list(failure)
        or _number_in_quotes(failure)
        or _tuple_for_number(failure)
        or _left_in(failure)
    )


def one_row(failure: Failure) -> Tip | None:
    """Tell of one row where the first rows were meant: an index without its colon."""
    call = failure.call
    if "Data cardinality is ambiguous" not in failure.message or call is None:
        return None
    for name, value, line in failure.assigned():
        if not isinstance(value, ast.Subscript):
            continue
        index, owner = ast.unparse(value.slice), ast.unparse(value.value)
        held, whole = failure.held.get(name), failure.behind.get(owner)
        if held is None or whole is None or held.type != "ndarray" or not whole.shape:
            continue
        if held.shape != whole.shape[1:] or not _is_whole(index, failure):
            continue
        return failure.tip(
            f"`{owner}[{index}]` is one row only, that with the number `{index}`. With a colon in "
            f"front, `[:{index}]`, it would be all rows before that one, of features and labels "
            "alike.",
            line,
        )
    return None


def _is_whole(index: str, failure: Failure) -> bool:
    """Whether this is a whole number, or a name of one."""
    held = failure.behind.get(index, Held(""))
    return re.fullmatch(r"u?int\d*", held.type) is not None or index.isdecimal()


def _not_hashable(failure: Failure) -> Tip | None:
    if not re.search(r"unhashable type: '(numpy\.)?(ndarray|list)'", failure.message):
        return None
    for node in failure.nodes():
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Name):
            continue
        name = node.slice.id
        held = failure.held.get(name, Held(""))
        if held.type in {"ndarray", "list"} and held.shape == (1,):
            kind = "an array" if held.type == "ndarray" else "a list"
            return failure.tip(
                f"`{name}` is {kind} of one number, and the keys of `{ast.unparse(node.value)}` "
                "are single numbers: take the number out of it first."
            )
        if held.type == "ndarray" and held.shape:
            owner = ast.unparse(node.value)
            kind = failure.held.get(owner, Held("")).type
            takes = "is a dictionary, which takes one key" if kind == "dict" else "takes one number"
            loop = f" A loop over `{name}` asks for each." if len(held.shape) == 1 else ""
            return failure.tip(
                f"`{name}` is an array of shape {shape_text(held.shape)}, and `{owner}` {takes} at "
                f"a time.{loop}"
            )
    return None


def _own_function(failure: Failure) -> Tip | None:
    """Tell of one of Python's own functions, or of `math`, that got an array."""
    if not re.search(
        r"doesn't define __round__|only (length-1|size-1|0-dimensional) arrays|must be real number"
        r"|bad operand type for|cannot convert the series|setting an array element with a seq"
        r"|'numpy\.ndarray' object cannot be interpreted as an integer",
        failure.message,
    ):
        return None
    for node in failure.nodes():
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = ast.unparse(node.func)
        if name not in _OWN and not name.startswith("math."):
            continue
        part = node.args[0]  # of a part of it, or of what a call returns, nothing is known
        held = failure.held.get(part.id) if isinstance(part, ast.Name) else None
        arrays = {"ndarray", "Series", "DataFrame", "EagerTensor"}
        if held is None or not held.shape or held.type not in arrays:
            continue
        hint = _NUMPY.get(name, "")
        if name in _TYPES and held.type != "EagerTensor":
            hint = f"{ast.unparse(part)}.astype({name})"
        text = f"Python's own `{name}` takes one number, and this is an array of shape "
        text += f"{shape_text(held.shape)}."
        if name == "int" and held.dtype.startswith("float"):
            text += " Of a number between 0 and 1 it would leave 0."
            if len(held.shape) == 2 and _is_predicted(failure, part):
                text += _FROM_PROBABILITIES
        elif hint:
            text += f" `{hint}` does the same to all numbers of an array."
        return failure.tip(text)
    return None


_FROM_PROBABILITIES = (
    " Where one class of several is meant, its number is the place of the largest in the row: "
    "`argmax` with an `axis` finds it in each. Where each number answers yes or no, `np.round` "
    "rounds all of them."
)


def _is_predicted(failure: Failure, array: ast.expr) -> bool:
    """Whether an array is what a model's `predict` returned."""
    made = [value for name, value, _ in failure.assigned() if name == ast.unparse(array)]
    return bool(made) and any(call.name == "predict" for call in method_calls([made[-1]]))


def _ambiguous(failure: Failure) -> Tip | None:
    if "truth value of a" not in failure.message or "ambiguous" not in failure.message:
        return None
    for node in failure.nodes():
        own = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if own in {"max", "min", "sorted"} and failure.held.get(own) is None:
            numpy = {"sorted": "np.sort"}.get(own, f"np.{own}")
            return failure.tip(
                f"Python's own `{own}` compares the rows of an array as wholes, and one row is "
                f"not simply larger than another. `{numpy}` looks at the numbers."
            )
    return failure.tip(
        "This asks whether a whole array is true, and each of its numbers may have another answer. "
        "An index says which of them is meant. `.all()` asks whether all are true, `.any()` "
        "whether one is."
    )


def _one_number_already(failure: Failure) -> Tip | None:
    found = re.search(
        r"invalid index to scalar variable"
        r"|'(?:numpy\.)?(?:float|int|bool)\d*' object is not subscriptable",
        failure.message,
    )
    if not found:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            held = failure.held.get(node.value.id, Held(""))
            number = re.fullmatch(r"(float|int|bool)\d*", held.type)
            if number or (held.type == "ndarray" and held.shape == ()):
                return failure.tip(
                    f"`{node.value.id}` is one number already: nothing can be taken out of it with "
                    f"brackets.{_of_all(failure, node.value.id)}"
                )
    nested = [
        node.value
        for node in failure.nodes()
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Subscript)
    ]
    if len(nested) == 1 and isinstance(nested[0].value, ast.Name):
        return failure.tip(
            f"`{ast.unparse(nested[0])}` is one number already: nothing can be taken out of it "
            "with brackets."
        )
    return None


def _of_all(failure: Failure, name: str) -> str:
    """Tell of the function that made one number of a whole table of them; "" where none did."""
    made = [(line, value) for made, value, line in failure.assigned() if made == name]
    value = max(made, key=lambda one: one[0])[1] if made else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return ""
    function, owner = value.func.attr, value.func.value
    taken = value.args if _is_numpy(owner) else [owner, *value.args]
    if function not in _OF_ALL or len(taken) != 1 or value.keywords:
        return ""
    array = taken[0]
    held = failure.behind.get(array.id) if isinstance(array, ast.Name) else None
    predicted = isinstance(array, ast.Call) and ast.unparse(array.func).endswith(".predict")
    if not predicted and (held is None or len(held.shape or ()) != 2 or held.type != "ndarray"):
        return ""
    return (
        f" `{function}` without `axis` gives one {_OF_ALL[function]} for the whole array; with an "
        "`axis` it gives one for each row or column."
    )


def _is_numpy(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"np", "numpy"}


_OF_ALL = {
    "argmax": "index", "argmin": "index", "max": "number", "min": "number", "mean": "number",
    "sum": "number", "std": "number",
}  # fmt: skip
"""Functions that make one number of an array unless they are told an axis, and which."""


def _too_many_indices(failure: Failure) -> Tip | None:
    found = re.search(
        r"too many indices for array: array is (\d)-dim.*, but (\d) were", failure.message
    )
    if not found:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            held = failure.held.get(node.value.id, Held(""))
            if held.shape is not None and len(held.shape) == int(found[1]):
                return failure.tip(
                    f"`{node.value.id}` has the shape {shape_text(held.shape)}: there is "
                    f"{'one axis' if found[1] == '1' else f'{found[1]} axes'} to ask for, not "
                    f"{found[2]}."
                )
    return None


def _not_called(failure: Failure) -> Tip | None:
    """Tell of a method or function that stands without parentheses, where it stands."""
    if not re.search(
        r"'(method|function|builtin_function_or_method)' object (has no attr|is not (subscr|iter))"
        r"|unsupported operand type.*'(method|function|builtin_function_or_method)'"
        r"|object of type '(method|function|builtin_function_or_method)' has no len",
        failure.message,
    ):
        return None
    for name, value, line in reversed(list(failure.assigned())):
        held = failure.held.get(name, Held(""))
        if isinstance(value, ast.Attribute | ast.Name) and held.type in _FUNCTIONS:
            if isinstance(value, ast.Name) and value.id == name:
                continue
            if name in failure.known.given and held.type == "function":
                return failure.tip(
                    f"`{name}` is a function, which is not called here: `{name}()` makes what is "
                    "meant. Keep that under a name, and go on with it.",
                    tells=Fact.NOT_CALLED,
                )
            return failure.tip(method_kept(value, name), line, Fact.NOT_CALLED)
    for node in failure.nodes():
        owner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
        if isinstance(owner, ast.Attribute) and owner.attr in _METHODS:
            brackets = " in place of the brackets" if isinstance(node, ast.Subscript) else ""
            return failure.tip(
                f"`{ast.unparse(owner)}` is not called here: it needs parentheses{brackets}.",
                tells=Fact.NOT_CALLED,
            )
    return None


_FUNCTIONS = {"method", "function", "builtin_function_or_method"}

_METHODS = {
    "argmax", "count_params", "describe", "evaluate", "fit", "get_weights", "head", "max", "mean",
    "min", "predict", "round", "split", "sum", "summary", "tolist", "value_counts", "items", "keys",
    "values", "numpy",
}  # fmt: skip


def _module_called(failure: Failure) -> Tip | None:
    if "'module' object is not callable" not in failure.message:
        return None
    for node in failure.nodes():
        name = (
            node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        )
        if name and failure.held.get(name, Held("")).type == "module":
            return failure.tip(
                f"`{name}` is a module, which has functions and classes in it; it cannot be called "
                "itself."
            )
    return None


def _array_for_list(failure: Failure) -> Tip | None:
    """Tell of an array that is asked where something stands in it, as lists can be."""
    if "'numpy.ndarray' object has no attribute 'index'" not in failure.message:
        return None
    return failure.tip(
        "Lists have `.index`, arrays have not. Where the largest number of an array stands, "
        "`argmax` tells."
    )


def _list_for_array(failure: Failure) -> Tip | None:
    """Tell of a list of which something is asked that only arrays have."""
    found = re.search(r"'(list|tuple)' object has no attribute '(\w+)'", failure.message)
    if not found or found[2] not in _OF_ARRAYS:
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Attribute) and node.attr == found[2]:
            owner = ast.unparse(node.value)
            if found[1] == "list" and (line := _made_a_list(failure, node.value)):
                return failure.tip(
                    f"`.tolist()` makes a list here, and `.{found[2]}` is something that arrays "
                    "have. Leave `.tolist()` out.",
                    line,
                )
            return failure.tip(
                f"`{owner}` is a {found[1]}, and `.{found[2]}` is something that arrays have. "
                "`np.array` makes an array of it."
            )
    return None


def _made_a_list(failure: Failure, owner: ast.expr) -> int | None:
    """Return the line on which `.tolist()` makes a list of an array; None where none does."""
    made = [(value, line) for name, value, line in failure.assigned() if name == ast.unparse(owner)]
    value, line = max(made, key=lambda one: one[1]) if made else (owner, failure.line)
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        return line if value.func.attr == "tolist" else None
    return None


_OF_ARRAYS = {
    "argmax", "argmin", "astype", "dtype", "flatten", "max", "mean", "min", "ndim", "ravel",
    "reshape", "round", "shape", "size", "std", "sum", "T", "tolist", "transpose",
}  # fmt: skip


def _number_in_quotes(failure: Failure) -> Tip | None:
    """Tell of a number that is given as a text."""
    if not re.search(
        r"expected a positive integer\. Received: \w+=\d+$"
        r"|'str' object cannot be interpreted as an integer"
        r"|'[<>]=?' not supported between instances of '(str|int|float)' and '(str|int|float)'",
        failure.message,
    ):
        return None
    texts = [
        node.value
        for node in failure.nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"\d+(\.\d+)?", node.value)
    ]
    if len(texts) != 1:
        return None
    return failure.tip(f"`{texts[0]!r}` is a text. A number stands without quotes: {texts[0]}.")


def _tuple_for_number(failure: Failure) -> Tip | None:
    """Tell of a whole shape where `fit` takes one number."""
    call = failure.call
    if call is None or "'tuple'" not in failure.message:
        return None
    for node in failure.nodes():
        if not isinstance(node, ast.keyword) or node.arg not in {"batch_size", "epochs"}:
            continue
        given, value = call.arguments.get(node.arg), ast.unparse(node.value)
        if isinstance(given, Sequence) and given.type == "tuple":
            shape = isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
            more = ": one for each axis. Which of them is the number of rows?" if shape else "."
            count = f"{given.length} number{'' if given.length == 1 else 's'}"
            return failure.tip(
                f"`{node.arg}` takes one number, and `{value}` is a tuple of {count}{more}"
            )
    return None


def _left_in(failure: Failure) -> Tip | None:
    """Tell of a breakpoint, at which nobody can type anything in."""
    if failure.kind not in {"BdbQuit", "EOFError"} and "breakpoint" not in failure.message:
        return None
    lines = [
        node.lineno
        for node in ast.walk(failure.tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"breakpoint", "pdb.set_trace", "set_trace"}
        and node.lineno <= failure.line
    ]
    if not lines:
        return None
    return failure.tip(
        "A breakpoint is left in. Nobody can type anything in there: take it out.", lines[-1]
    )
