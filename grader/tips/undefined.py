"""Names that are not defined: why, and what was probably meant."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from grader.bare import COMMON_IMPORTS
from grader.places import OnLine, said
from grader.tips.bindings import binds, function_that_makes, lines_of_bindings, returns
from grader.tips.failure import Failure
from grader.tips.misspellings import NEAR, names_in_module, nearest_name
from grader.tips.other_libraries import missing_name
from grader.tips.texts_as_names import KNOWN, nearest_text
from grader.verdict import Tip

_KERAS = (
    "layers", "callbacks", "models", "optimizers", "losses", "metrics", "utils", "regularizers",
    "applications", "datasets", "initializers", "activations",
)  # fmt: skip
"""Where Keras keeps what a file imports, the likelier ones first."""

_OTHERS = {
    "KerasClassifier": "scikeras.wrappers",
    "KerasRegressor": "scikeras.wrappers",
    "GridSearchCV": "sklearn.model_selection",
    "KFold": "sklearn.model_selection",
    "RandomizedSearchCV": "sklearn.model_selection",
    "StratifiedKFold": "sklearn.model_selection",
    "cross_val_score": "sklearn.model_selection",
    "train_test_split": "sklearn.model_selection",
    "StandardScaler": "sklearn.preprocessing",
    "accuracy_score": "sklearn.metrics",
    "confusion_matrix": "sklearn.metrics",
    "Tokenizer": "tensorflow.keras.preprocessing.text",
    "ResNet50": "keras.applications.resnet50",
    "preprocess_input": "keras.applications.resnet50",
    "decode_predictions": "keras.applications.resnet50",
}
_MODULES = {
    "collections", "copy", "csv", "datetime", "functools", "glob", "itertools", "json", "math",
    "os", "pickle", "random", "re", "statistics", "string", "sys", "time", "warnings",
    "joblib", "matplotlib", "numpy", "pandas", "scipy", "seaborn", "sklearn", "tensorflow",
}  # fmt: skip
_ALIASES = {"K": "keras.backend", "layers": "keras.layers", "callbacks": "keras.callbacks"}

_TEXTS = {
    "activation": ("activations", "activation"),
    "recurrent_activation": ("activations", "activation"),
    "optimizer": ("optimizers", "optimizer"),
    "loss": ("losses", "loss"),
    "metrics": ("metrics", "metric"),
    "monitor": ("what is measured", "monitor"),
    "padding": ("kinds of padding", ""),
    "mode": ("modes", ""),
    "kernel_initializer": ("initialisers", "initializer"),
    "hue": ("columns", "column"),
    "scoring": ("scores", ""),
    "weights": ("weights", "weights"),
}
"""Arguments that take a text as a name, what the texts are names of, and the kind."""

_FIRST_TEXTS = {
    "Activation": ("activation",),
    "EarlyStopping": ("monitor",),
    "compile": ("optimizer", "loss"),
    "Dense": ("", "activation"),
    "ModelCheckpoint": ("", "monitor"),
}
"""Calls that take such texts without the arguments' names, in their order."""


def undefined_name(failure: Failure) -> Tip | None:
    """Tell of a name that is not defined, or not yet, or not here."""
    found = re.fullmatch(
        r"name '(\w+)' is not defined"
        r"|cannot access (?:local|free) variable '(\w+)' where it is not associated with a value.*"
        r"|local variable '(\w+)' referenced before assignment",
        failure.message,
    )
    if failure.kind not in {"NameError", "UnboundLocalError"} or not found:
        return None
    name = next(group for group in found.groups() if group)
    if failure.kind == "UnboundLocalError":
        other = " Choose another name here." if _means_more(failure, name) else ""
        return failure.tip(_no_value_yet(failure, name) + other)
    if name in {"get_ipython", "display"}:
        return failure.tip(f"`{name}` is there in notebooks only. Leave it out of a file.")
    bound = lines_of_bindings(failure.tree)
    if name in bound and not _is_only_an_argument(failure.tree, name):
        return _bound_elsewhere(failure, name, bound[name])
    return (
        _compared(failure, name)
        or _without_quotes(failure, name)
        or _not_imported(failure, name)
        or missing_name(failure, name)
        or _name_of_a_text(failure, name)
        or _not_handed_out(failure, name)
        or _misspelt(failure, name, set(bound))
        or _not_made_yet(failure, name, set(bound))
    )


def _compared(failure: Failure, name: str) -> Tip | None:
    """Tell of a statement that compares a name where it should give it a value: `answer == 2`."""
    for node in failure.nodes():
        match node:
            case ast.Expr(value=ast.Compare(left=ast.Name(id=left), ops=[ast.Eq()])) if (
                left == name
            ):
                return failure.tip(
                    f"`==` compares. To give `{name}` a value, write a single `=`.", node.lineno
                )
    return None


def _no_value_yet(failure: Failure, name: str) -> str:
    """Tell of a name of a function's own that is read before it has a value."""
    own = f"A function that gives `{name}` a value has its own `{name}`"
    before = [
        node
        for function in ast.walk(failure.tree)
        if isinstance(function, ast.FunctionDef)
        and function.lineno <= failure.line <= (function.end_lineno or 0)
        for node in ast.walk(function)
        if binds(node, name) and getattr(node, "lineno", 0) < failure.line
    ]
    statement = failure.nodes()[:1]
    here = isinstance(statement[0], ast.Assign | ast.AugAssign) if statement else False
    if here and not before and any(binds(node, name) for node in failure.nodes()):
        return (
            f"Inside the function, `{name}` is a name of its own, because this line gives it a "
            "value. The name is still empty when the line reads it."
        )
    return f"{own}, and here it has none yet: the line that gives it one was not run before."


def _means_more(failure: Failure, name: str) -> bool:
    """Whether a name is Python's own, imported, or handed out."""
    imported = any(
        isinstance(node, ast.alias) and (node.asname or node.name) == name
        for node in ast.walk(failure.tree)
    )
    return imported or name in dir(builtins) or name in failure.known.given


def _is_only_an_argument(tree: ast.Module, name: str) -> bool:
    """Whether nothing makes a value of that name: functions only take one."""
    made = any(
        (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        or (isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name)
        or (isinstance(node, ast.alias) and name in {node.asname, node.name.split(".")[0]})
        for node in ast.walk(tree)
    )
    return not made


def _bound_elsewhere(failure: Failure, name: str, lines: list[int]) -> Tip | None:
    """Tell of a name that is made later, or inside a function only."""
    inside = function_that_makes(failure.tree, name)
    if inside is not None:
        keep = "Keep" if returns(inside, name) else "Return it there, and keep"
        return failure.tip(
            said(
                f"`{name}` is made inside the function `{inside.name}`, ",
                OnLine(lines[0]),
                f", and is there inside it only. {keep} what `{inside.name}` returns as `{name}`.",
            )
        )
    called_on, function = _called_on(failure)
    if function is not None and called_on < lines[0]:
        text = f"`{function.name}` reads `{name}`, which is only made "
        return failure.tip(said(text, OnLine(lines[0]), ", after this call."), called_on)
    later = [line for line in lines if line > failure.line]
    if len(later) < len(lines):
        return None
    return failure.tip(said(f"`{name}` is only made ", OnLine(later[0]), ", which comes later."))


def _called_on(failure: Failure) -> tuple[int, ast.FunctionDef | None]:
    """Return the function that the error came up in, and the line of its first call under way."""
    for node in failure.tree.body:
        if isinstance(node, ast.FunctionDef) and failure.line in range(
            node.lineno, (node.end_lineno or 0) + 1
        ):
            outside = [n for n in failure.lines if not node.lineno <= n <= (node.end_lineno or 0)]
            return (outside[0], node) if outside else (failure.line, None)
    return failure.line, None


def _without_quotes(failure: Failure, name: str) -> Tip | None:
    """Tell of a name that stands where a text is wanted."""
    columns = [key for held in failure.held.values() for key in held.keys]
    for argument, value in _places_for_texts(failure.nodes()):
        if any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(value)):
            if name[:1].isupper():
                return None  # the name of a class
            what, kind = _TEXTS[argument]
            known = columns if kind == "column" else KNOWN.get(kind, ())
            if isinstance(value, ast.BinOp) and (tip := _with_a_minus(failure, value, what, known)):
                return tip
            return _text_or_name(failure, name, what, nearest_text(name, known))
    for node in failure.nodes():
        if isinstance(node, ast.Dict) and any(
            isinstance(key, ast.Name) and key.id == name for key in node.keys
        ):
            if _is_misspelt(failure, name):
                return None
            return failure.tip(
                f"If `{name}` is to be a key of this dictionary, it is a text, and needs quotes. "
                "Without them, it is a name that your file would have to make."
            )
        if isinstance(node, ast.Subscript):
            parts = (
                node.slice.elts if isinstance(node.slice, ast.List | ast.Tuple) else [node.slice]
            )
            if any(isinstance(part, ast.Name) and part.id == name for part in parts):
                near = nearest_text(name, columns)
                if near == name:
                    kinds = {h.type for h in failure.held.values() if name in h.keys}
                    what = {"DataFrame": "a column", "dict": "a key"}.get(
                        kinds.pop() if len(kinds) == 1 else "", "a column or a key"
                    )
                    return failure.tip(
                        f"`{name}` is the name of {what} here, which is a text: it needs quotes. "
                        "Without them, it is a name that your file would have to make."
                    )
                if _is_misspelt(failure, name):
                    return None
                return failure.tip(
                    f"There is no `{name}`. If it is the name of a column or a key, it is a text, "
                    "and needs quotes." + (f" There is {near!r}." if near else "")
                )
    return None


def _with_a_minus(
    failure: Failure, value: ast.BinOp, what: str, known: Iterable[str]
) -> Tip | None:
    """Tell of `categorical-crossentropy`: a text without quotes, and with a minus for its _."""
    parts = [node for node in ast.walk(value) if not isinstance(node, ast.BinOp | ast.Load)]
    if not all(isinstance(node, ast.Name | ast.Sub) for node in parts):
        return None
    written = ast.unparse(value).replace(" ", "")
    near = nearest_text(written, known)
    if near != written.replace("-", "_").lower():
        return None
    underscores = "an underscore" if near.count("_") == 1 else "underscores"
    return failure.tip(
        f"Names of {what} are texts, and texts need quotes. Without them, `-` is a minus between "
        f"names that your file would have to make. What is meant is called {near!r}, with "
        f"{underscores}."
    )


def _text_or_name(failure: Failure, name: str, what: str, near: str) -> Tip | None:
    """Tell of a name where a text is wanted: without quotes, misspelt, or both.

    Args:
        failure: the error.
        name: that is not defined.
        what: the texts are names of, `"activations"`.
        near: the text that is most like it; "" for none.
    """
    if near != name and not near and _is_misspelt(failure, name):
        return None  # a name of the file's own
    quotes = f"Names of {what} are texts, and texts need quotes."
    if near and near != name:
        return failure.tip(f"There is no `{name}`. {quotes} {near!r} is one: is it meant?")
    return failure.tip(
        f"{quotes} Without them, `{name}` is a name that your file would have to make."
    )


def _name_of_a_text(failure: Failure, name: str) -> Tip | None:
    """Tell of an activation, an optimizer or a loss without quotes, wherever it stands."""
    kinds = [kind for kind in ("activation", "optimizer", "loss") if name in KNOWN[kind]]
    called = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in failure.nodes()
    )
    if len(kinds) != 1 or called:
        return None
    return _text_or_name(failure, name, _TEXTS[kinds[0]][0], name)


def _places_for_texts(nodes: list[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """Yield what stands where a text is wanted, each with its argument."""
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg in _TEXTS:
            values = node.value.elts if isinstance(node.value, ast.List) else [node.value]
            wanted = ast.Name | ast.List | ast.BinOp
            yield from ((node.arg, value) for value in values if isinstance(value, wanted))
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            for argument, value in zip(_FIRST_TEXTS.get(called, ()), node.args, strict=False):
                if argument and isinstance(value, ast.Name | ast.BinOp):
                    yield argument, value


def _not_imported(failure: Failure, name: str) -> Tip | None:
    """Tell of what a library has under this name."""
    used_with_dot = any(
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        for node in failure.nodes()
    )
    if name in COMMON_IMPORTS:
        return failure.tip(f"`{name}` is not imported. Write `{COMMON_IMPORTS[name]}` above.")
    if used_with_dot and (name in _MODULES or name in _ALIASES):
        parent, _, last = _ALIASES.get(name, name).rpartition(".")
        line = f"from {parent} import {last}" if parent else f"import {last}"
        if name != last:
            line += f" as {name}"
        return failure.tip(f"`{name}` is not imported. Write `{line}` above.")
    if name in _OTHERS:
        module = _OTHERS[name]
    elif name[:1].isupper() or name in {"to_categorical", "load_model", "plot_model"}:
        homes = (f"keras.{home}" for home in _KERAS)
        module = next((home for home in homes if name in names_in_module(home)), "")
    else:
        module = ""
    if not module:
        return None
    return failure.tip(f"`{name}` is not imported. Write `from {module} import {name}` above.")


def _not_handed_out(failure: Failure, name: str) -> Tip | None:
    """Tell of a name that other exercises hand out."""
    other = failure.known.elsewhere.get(name)
    if other is not None and name in failure.known.spoken_of:
        return failure.tip(
            f"Your file does not make `{name}` before this line, and the exercise does not hand it "
            f"out: {_step(failure, name)} makes it."
        )
    if other is not None:
        # data have longer names than what a learner makes up for a list or a number
        if len(name) < 3 or _is_misspelt(failure, name):
            return None
        return failure.tip(
            f"Your file does not make `{name}`, and this exercise does not hand it out. "
            f"Exercise {other} does.{failure.at_hand()}"
        )
    if name in failure.known.modules:
        return failure.tip(
            f"Your file does not make `{name}`, and this exercise hands out nothing of this name."
        )
    return None


def _is_misspelt(failure: Failure, name: str) -> bool:
    return _misspelt(failure, name, set(lines_of_bindings(failure.tree))) is not None


def _misspelt(failure: Failure, name: str, bound: set[str]) -> Tip | None:
    """Tell of a name that is nearly one that the file can see."""
    if name in failure.known.spoken_of:
        return None  # it is written as the task has it
    seen = bound | set(failure.known.given)
    called = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in failure.nodes()
    )
    if called:  # only letters that changed places: `input` is no misspelt `Input`
        seen |= {word for word in dir(builtins) if sorted(word) == sorted(name)}
    # what is nearest may be a result that the task asks for, and that is not made yet
    everything = sorted(seen | set(failure.known.spoken_of))
    same = [word for word in everything if word.lower() == name.lower()]
    nearest = same[:1] or get_close_matches(name, everything, 1, NEAR)
    return nearest_name(failure, name, nearest) if nearest and nearest[0] in seen else None


def _not_made_yet(failure: Failure, name: str, bound: set[str]) -> Tip | None:
    """Tell of a name that is nearly one that a step makes, and that the file has not made."""
    results = set(failure.known.results) - bound - set(failure.known.given)
    if name in failure.known.spoken_of:
        return None
    nearest = get_close_matches(name, sorted(results), 1, NEAR)
    if not nearest:
        return None
    return failure.tip(
        f"There is no `{name}`. The task calls for `{nearest[0]}`, which your file has not made "
        f"yet: {_step(failure, nearest[0])} makes it."
    )


def _step(failure: Failure, name: str) -> str:
    """Return which step of the task is the first to speak of a name."""
    step = failure.known.steps.get(name)
    return "a step" if step is None else f"step {step}"
