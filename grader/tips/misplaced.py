"""Arguments that stand in the wrong place, are missing, or are of another kind than is taken."""

from __future__ import annotations

import ast
import re

from grader.evidence.record import FailedCall
from grader.evidence.values import Nothing, Number, Numbers, Sequence, Text, shape_of
from grader.places import OnLine, Said, said
from grader.tips.failure import Failure, method_calls
from grader.tips.misspellings import names_in_module
from grader.tips.texts_as_data import texts_as_data
from grader.tips.texts_as_names import KNOWN, name_of_nothing
from grader.verdict import Tip


def misplaced_argument(failure: Failure) -> Tip | None:
    """Tell of an argument of a model's method that cannot be what was meant."""
    return (
        _given_to_add(failure)
        or _second_to_dense(failure)
        or _in_a_call(failure)
        or _layers_one_by_one(failure)
        or _third_to_a_search(failure)
        or _metrics_as_weights(failure)
        or _function_called(failure)
        or name_of_nothing(failure)
    )


def _given_to_add(failure: Failure) -> Tip | None:
    """Tell of arguments of a layer that are given to `add`."""
    found = re.search(
        r"Sequential\.add\(\) got an unexpected keyword argument '(\w+)'", failure.message
    )
    if found:
        layer = _layer_in_add(failure)
        inside = (
            f"inside the parentheses of `{layer}`" if layer else "inside the layer's parentheses"
        )
        return failure.tip(
            f"`{found[1]}` is an argument of the layer, not of `add`: it belongs {inside}."
        )
    if "Only instances of `keras.Layer` can be added" in failure.message:
        if "of type <class 'list'>" in failure.message:
            text = "`add` takes one layer, not a list. Add the layers one by one."
            if any(repeats_a_list(node) for node in failure.nodes()):
                text += " `*` makes no new layers: it repeats the same one. Make each anew."
            return failure.tip(text)
        if re.search(r"Received: \w+ \(of type <class 'str'>", failure.message):
            return failure.tip("`add` takes a layer, not a text.")
        if re.search(r"KerasTensor", failure.message):
            return failure.tip(
                "`add` takes a layer, and got what a layer gives. A layer that is added is not "
                "called on anything."
            )
    if re.search(r"Sequential\.add\(\) takes 2 positional", failure.message):
        return failure.tip(
            "`add` takes one layer. The settings of a layer belong inside its own parentheses."
        )
    return None


def repeats_a_list(node: ast.AST) -> bool:
    """Whether this is a list times a number: `[Dense(50)] * 3`."""
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Mult):
        return False
    return isinstance(node.left, ast.List) or isinstance(node.right, ast.List)


def _layer_in_add(failure: Failure) -> str:
    for call in method_calls(failure.nodes()):
        if call.name == "add" and call.arguments and isinstance(call.arguments[0], ast.Call):
            return ast.unparse(call.arguments[0].func).rpartition(".")[2]
    return ""


def _layers_one_by_one(failure: Failure) -> Tip | None:
    """Tell of layers that a Sequential got without a list around them."""
    message = failure.message
    if re.search(
        r"Expected `trainable` to be a boolean. Received: trainable=<"
        r"|Argument `name` must be a string and cannot contain .* Received: name=<\w+ name="
        r"|Sequential\.__init__\(\) takes from 1 to \d+ positional",
        message,
    ):
        return failure.tip("`Sequential` takes its layers in one list, with brackets around them.")
    made = [node for node in failure.nodes() if isinstance(node, ast.Call)]
    alone = any(
        ast.unparse(node.func).endswith("Sequential")
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Call)
        for node in made
    )
    if alone and re.search(r"'\w+' object is not iterable", message):
        return failure.tip(
            "`Sequential` takes a list of layers, with brackets, also where it is one."
        )
    return None


def _second_to_dense(failure: Failure) -> Tip | None:
    """Tell of a Dense that was told two numbers, as if it had to know its inputs, too."""
    if not re.search(
        r"Dense\.__init__\(\) got multiple values for argument 'activation'"
        r"|Could not interpret activation function identifier: \d+$",
        failure.message,
    ):
        return None
    for node in failure.nodes():
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Dense":
            sizes = [part for part in node.args if _is_whole(part)]
            if len(sizes) > 2:
                return failure.tip(
                    f"A Dense is one layer, with one number of neurons. For {len(sizes)} layers, "
                    f"make {len(sizes)} of them, and add each.",
                    node.lineno,
                )
            second = node.args[1] if len(node.args) > 1 else None
            if isinstance(second, ast.Constant) and isinstance(second.value, int):
                return failure.tip(
                    f"What comes second in `Dense` without a name is its activation, and this is "
                    f"{second.value}. Of sizes, a Dense is told only its own: how many "
                    "numbers it gets, it sees from what comes before it.",
                    node.lineno,
                )
    return None


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _third_to_a_search(failure: Failure) -> Tip | None:
    if not re.search(r"SearchCV\.fit\(\) takes from 2 to 3 positional", failure.message):
        return None
    return failure.tip(
        "`fit` of a search takes features and labels. A number of epochs is given to the "
        "KerasClassifier, as its `epochs`. It can also be one of the parameters to search over."
    )


def _metrics_as_weights(failure: Failure) -> Tip | None:
    """Tell of texts that stand third in `compile`; Keras notices there, or in `fit`."""
    if not re.search(
        "dtype='string' is not a valid dtype|Expected `loss_weights` argument to be",
        failure.message,
    ):
        return None
    for call in method_calls(ast.walk(failure.tree)):
        if call.name != "compile" or len(call.arguments) < 3 or not _holds_texts(call.arguments[2]):
            continue
        second, third = (ast.unparse(argument) for argument in call.arguments[1:3])
        if _is_kind(call.arguments[2], "loss") and not _is_kind(call.arguments[1], "loss"):
            return failure.tip(
                "Without names, `compile` takes an optimizer, a loss and weights of losses, in "
                f"this order. So `{second}` stands where the loss belongs, and `{third}` where the "
                "weights belong. Give each by its name: `loss=`, `metrics=`.",
                call.line,
            )
        return failure.tip(
            "What comes third in `compile` without a name are weights of losses, which are "
            "numbers. Give the metrics by their name: `metrics=`.",
            call.line,
        )
    return None


def _function_called(failure: Failure) -> Tip | None:
    """Tell of a loss or a metric that is called where it is given: `loss=mse()`."""
    found = re.fullmatch(
        r"(\w+)\(\) missing 2 required positional arguments: 'y_true' and 'y_pred'", failure.message
    )
    if not found or not failure.calls("compile"):
        return None
    return failure.tip(
        f"`{found[1]}` is a function, and its parentheses call it here. `compile` takes the "
        f"function itself, without parentheses, or its name in quotes: {found[1]!r}."
    )


def _is_kind(node: ast.expr, kind: str) -> bool:
    """Whether all texts here are names of that kind, `"loss"`."""
    values = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return bool(values) and all(
        isinstance(v, ast.Constant) and str(v.value).lower() in KNOWN[kind] for v in values
    )


def _holds_texts(node: ast.expr) -> bool:
    values = node.elts if isinstance(node, ast.List | ast.Tuple) else [node]
    return any(isinstance(v, ast.Constant) and isinstance(v.value, str) for v in values)


def _in_a_call(failure: Failure) -> Tip | None:
    """Tell of arguments of `fit`, `evaluate`, `predict` and `compile`."""
    call = failure.call
    if call is None or not call.name or call.layer is not None:
        return None
    if "None values not supported" in failure.message and _pair_written(failure):
        return failure.tip(_as_one_thing(call.name))
    if told := _callbacks(failure, call):
        given = call.arguments.get("callbacks")
        texts = [one.value for one in getattr(given, "items", [given]) if isinstance(one, Text)]
        lines = [
            node.lineno
            for node in failure.nodes()
            if isinstance(node, ast.Constant) and node.value in texts
        ]
        return failure.tip(told, lines[0] if len(lines) == 1 else None)
    for rule in (_validation, _metrics, _labels_missing, _too_many):
        told = rule(call, failure.message)
        if told is not None:
            return failure.tip(told)
    return texts_as_data(failure, call)


def _validation(call: FailedCall, message: str) -> Said | None:
    data, share = (call.arguments.get(n) for n in ("validation_data", "validation_split"))
    if isinstance(data, Number):
        return (
            "`validation_data` takes features and labels that are there already. A share of the "
            "training data is `validation_split`."
        )
    if share is not None and not isinstance(share, Number | Nothing):
        return (
            "`validation_split` takes a share of the training data, a number between 0 and 1. "
            "Features and labels that are there already are `validation_data`."
        )
    alone = isinstance(data, Numbers) or (isinstance(data, Sequence) and data.length == 1)
    if alone and "None values not supported" in message:
        return "`validation_data` takes two things in parentheses: features and their labels."
    return None


def _callbacks(failure: Failure, call: FailedCall) -> Said | None:
    given = call.arguments.get("callbacks")
    if not re.search("has no attribute 'set_model'|set_params", failure.message):
        return None
    parts = given.items if isinstance(given, Sequence) else [given]
    texts = [part.value for part in parts if isinstance(part, Text)]
    if texts:
        return _callback_in_quotes(failure, texts) or (
            "`callbacks` takes a list of callbacks, objects such as `EarlyStopping(…)` makes. A "
            "text is none."
        )
    return None


def _callback_in_quotes(failure: Failure, texts: list[str]) -> Said | None:
    """Tell of a text that is the name of a callback of the file's own; None for any other."""
    for node in ast.walk(failure.tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=function)):
                kind = ast.unparse(function).rpartition(".")[2]
                is_callback = kind in names_in_module("keras.callbacks")
                if name in texts and is_callback and node.lineno < failure.line:
                    return said(
                        f"In quotes, `{name}` is only a text. Without the quotes it is the "
                        "callback that was made ",
                        OnLine(node.lineno),
                        ", and `callbacks` takes a list of those.",
                    )
    return None


def _metrics(call: FailedCall, message: str) -> Said | None:
    given = call.arguments.get("metrics")
    if call.name == "compile" and "`metrics` argument to be a list" in message:
        if isinstance(given, Text):
            return (
                "`metrics` takes a list, also where it is one metric only: brackets around it are "
                "missing."
            )
        return "`metrics` takes a list, with brackets."
    return None


def _labels_missing(call: FailedCall, message: str) -> Said | None:
    if call.name not in {"fit", "evaluate"} or "None values not supported" not in message:
        return None
    x, y = call.arguments.get("x"), call.arguments.get("y")
    if not isinstance(y, Nothing):
        return None
    if isinstance(x, Sequence) and x.length == 2:
        return _as_one_thing(call.name)
    if shape_of(x) is None:
        return None
    return (
        f"`{call.name}` got features and no labels. It compares what the model gives with the "
        "labels, which are its second argument."
    )


def _as_one_thing(method: str) -> str:
    return (
        f"`{method}` got features and labels as one thing, in parentheses or brackets. They are "
        "two arguments: features first, labels second."
    )


def _pair_written(failure: Failure) -> bool:
    """Whether two things stand in brackets where features are wanted, and nothing for labels."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"fit", "evaluate"}
        and len(node.args) == 1
        and isinstance(node.args[0], ast.List | ast.Tuple)
        and len(node.args[0].elts) == 2
        and all(keyword.arg != "y" for keyword in node.keywords)
        for node in failure.nodes()
    )


def _too_many(call: FailedCall, message: str) -> Said | None:
    size = call.arguments.get("batch_size")
    if size is None or shape_of(size) is None or shape_of(size) == ():
        return None
    if call.name == "predict":
        return (
            "`predict` takes features only. What comes second without a name is its `batch_size`; "
            "labels are not needed to predict."
        )
    return (
        f"What comes third in `{call.name}` without a name is its `batch_size`, and this is an "
        "array."
    )
