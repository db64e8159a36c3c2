"""Slips that raise no error where they stand: a layer that is thrown away, an argument's place."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator

from grader.parentheses import not_called_here
from grader.places import Line, Lines, said
from grader.tips.failure import ParsedFile
from grader.tips.origins import MODELS, Origins, root_of
from grader.tips.renamed import LAYERS
from grader.verdict import Fact, Tip


def slips(file: ParsedFile) -> Iterator[Tip]:
    """Yield what is told of a file's slips, as its text shows them."""
    tree, names = file.tree, Origins(file.tree)
    yield from _thrown_away(tree, names)
    yield from _not_called(tree, names)
    yield from _method_kept(tree)
    yield from _result_dropped(tree, names)
    yield from _part_dropped(tree)
    yield from _comma_missing(tree, file.source)
    yield from _text_for_a_bias(tree, names)
    yield from _one_model_of_two_names(tree)
    yield from _not_printed(tree, names)
    yield from _colon_for_equals(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _epochs_in_third_place(node, names)
            yield from _second_to_add(node, names)


def _thrown_away(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    called_on = any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Call)
        and names.last_of(node.func.func) in LAYERS
        for node in ast.walk(tree)
    )
    yield from _used_nowhere(tree, names, _IS_CALLED if called_on else _ADDED)
    lines = sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and names.last_of(node.value.func) in LAYERS
    )
    if len(lines) == 1:
        yield Tip(
            "This line makes a layer and puts it nowhere. `add` puts a layer into a model.",
            Line(lines[0]),
            Fact.PUT_NOWHERE,
        )
    elif lines:
        yield Tip(
            said(
                "The layers that are made on ",
                Lines(tuple(lines)),
                " are put nowhere. `add` puts a layer into a model.",
            )
        )


_ADDED = "and it is put nowhere. `add` puts a layer into a model."
_IS_CALLED = (
    "and it is called on nothing, so it is in no model. Call it on what comes before it. What it "
    "gives goes on to the next layer, or is the model's output."
)


def _used_nowhere(tree: ast.Module, names: Origins, why: str) -> Iterator[Tip]:
    """Tell of a layer that is given a name, in a file that never speaks of it again."""
    read = {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load)
    }  # of a class, too, where a layer may stand as `self.dense`
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        target = node.targets[0]
        made = isinstance(target, ast.Name) and names.last_of(node.value.func) in LAYERS
        if made and isinstance(target, ast.Name) and target.id not in read:
            yield Tip(f"`{target.id}` is a layer, {why}", Line(node.lineno))


_OF_SCIKIT_LEARN = (
    "The third thing that `fit` takes without a name is no number of epochs here: it is "
    "`sample_weight`, how much each sample counts. A KerasClassifier is told its `epochs` when it "
    "is made."
)


def _not_called(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    """Tell of a function that is a statement by itself: `model.summary`, without parentheses."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr):
            continue
        value = node.value
        own = isinstance(value, ast.Name) and (
            value.id in names.functions or names.of(value).startswith("grader.datasets.plots.")
        )
        method = isinstance(value, ast.Attribute) and value.attr in _CALLED_ALONE
        if own or method:
            told = not_called_here(ast.unparse(value))
            yield Tip(told, Line(node.lineno), Fact.NOT_CALLED)


_CALLED_ALONE = {
    "summary", "show", "compile", "fit", "fit_on_texts", "legend", "plot", "set_weights",
}  # fmt: skip
"""Methods that stand in a statement of their own."""


def _method_kept(tree: ast.Module) -> Iterator[Tip]:
    """Tell of a method that is given a name in place of its result, and never called by it."""
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Attribute):
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Name) or target.id in called:
            continue
        if node.value.attr in _KEPT_BY_MISTAKE:
            yield Tip(method_kept(node.value, target.id), Line(node.lineno), Fact.NOT_CALLED)


_KEPT_BY_MISTAKE = {
    "argmax", "evaluate", "get_weights", "predict", "reshape", "round", "split", "tolist",
    "value_counts",
}  # fmt: skip
"""Methods whose result is wanted, and whose names no attribute of another kind has."""


def method_kept(method: ast.expr, name: str) -> str:
    """Return what is said of a method, or function, that was given a name and not called."""
    return (
        f"`{ast.unparse(method)}` is not called here: it needs parentheses. `{name}` is the "
        "function itself, not what it gives."
    )


def _result_dropped(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    """Tell of a call that only gives something, in a statement that keeps nothing of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            called = node.value.func
            if _only_gives(node.value, names):
                name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
                if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                    name = ast.unparse(called)
                yield Tip(
                    f"The result of `{name}` is not kept, so this line changes nothing. Give the "
                    "result a name, or put it where it belongs.",
                    Line(node.lineno),
                )


def _part_dropped(tree: ast.Module) -> Iterator[Tip]:
    """Tell of codes that stand alone: `darts.competitor.cat.codes`."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Attribute(attr="codes") as part):
                yield Tip(
                    f"The result of `{ast.unparse(part)}` is not kept, so this line changes "
                    "nothing. Give the result a name, or put it where it belongs.",
                    Line(node.lineno),
                )


def _only_gives(call: ast.Call, names: Origins) -> bool:
    """Whether a call gives something, and changes nothing of what it gets."""
    named = {keyword.arg for keyword in call.keywords}
    if named & {"out", "inplace", None}:
        return False
    root, last = root_of(call.func), names.last_of(call.func)
    module = _USUAL.get(root or "") or names.imported.get(root or "", "").partition(".")[0]
    if module and root not in names.own:
        return len(call.args) <= _GIVE.get(module, {}).get(last, -1)
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in names.functions or (method == "rename" and "columns" not in named):
        return False
    return len(call.args) <= _GIVE_AS_METHODS.get(method, -1)


_USUAL = {"np": "numpy", "pd": "pandas", "keras": "keras", "to_categorical": "keras"}
"""Names that are there without an import in an answer from the course's editor."""

_KERAS = {"to_categorical": 9}
_GIVE = {
    "pandas": {"Categorical": 9, "get_dummies": 9, "to_numeric": 9},
    "keras": _KERAS,
    "tensorflow": _KERAS,
    "numpy": {
        "abs": 1, "exp": 1, "log": 1, "sqrt": 1,
        "round": 2, "around": 2, "argmax": 2, "expand_dims": 2, "reshape": 2,
    },
}  # fmt: skip
"""Functions that change nothing of what they get; and how many things they take without names in
front of what is filled with the result."""

_GIVE_AS_METHODS = {
    "round": 1, "argmax": 1, "astype": 9, "reshape": 9, "flatten": 9, "tolist": 9, "to_numpy": 9,
    "drop": 9, "dropna": 9, "fillna": 9, "rename": 9, "sort_values": 9, "reset_index": 9,
    "set_index": 9, "drop_duplicates": 9,
}  # fmt: skip
"""Methods of arrays and tables of which the same holds."""


def _comma_missing(tree: ast.Module, source: str) -> Iterator[Tip]:
    """Tell of two words in quotes side by side, of which Python makes one."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.List | ast.Tuple | ast.Set):
            continue
        for part in node.elts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words = _texts_in(ast.get_source_segment(source, part) or "")
                if len(words) > 1 and all(word.isidentifier() for word in words):
                    yield Tip(
                        "Two texts stand side by side, and Python makes one of them: "
                        f"{part.value!r}. Is a comma missing between them?",
                        Line(part.lineno),
                    )


def _texts_in(segment: str) -> list[str]:
    """Return the texts in quotes of which a part of a file consists."""
    tokens = tokenize.generate_tokens(io.StringIO(f"({segment})").readline)
    return [ast.literal_eval(one.string) for one in tokens if one.type == tokenize.STRING]


def _text_for_a_bias(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    """Tell of a text without a name where a layer takes whether it has biases."""
    found: dict[tuple[str, str], list[int]] = {}
    for node in ast.walk(tree):
        kind = names.last_of(node.func) if isinstance(node, ast.Call) else ""
        if not isinstance(node, ast.Call) or kind not in _PLACE_OF_BIAS:
            continue
        place, _ = _PLACE_OF_BIAS[kind]
        if any(isinstance(part, ast.Starred) for part in node.args):
            continue
        match node.args[place : place + 1]:
            case [ast.Constant(value=str(text))] if text:
                found.setdefault((kind, text[:40]), []).append(node.lineno)
    for (kind, text), lines in found.items():
        yield _at(
            lines,
            f"What comes {_PLACE_OF_BIAS[kind][1]} in `{kind}` without a name is `use_bias`. Here "
            f"that is {text!r}, which counts as True and does nothing else. Give it by the name "
            "of the argument that it is meant for.",
            Fact.TEXT_FOR_BIAS,
        )


_PLACE_OF_BIAS = {
    "Dense": (2, "third"), "SimpleRNN": (2, "third"), "LSTM": (3, "fourth"), "GRU": (3, "fourth"),
}  # fmt: skip
"""How many arguments of a layer stand in front of `use_bias`."""


def _at(lines: list[int], text: str, tells: Fact | None = None) -> Tip:
    """Return what is said of some lines, once for all of them."""
    place = Line(lines[0]) if len(lines) == 1 else Lines(tuple(sorted(lines)))
    return Tip(text, place, tells)


def _one_model_of_two_names(tree: ast.Module) -> Iterator[Tip]:
    """Tell of `pop` on a model that a second name was given to, as if it were a copy."""
    second: dict[str, tuple[str, int]] = {}
    used_as_models = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in {"predict", "layers", "compile", "fit"}
    }
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=new)], value=ast.Name(id=old)):
                second[new] = (old, node.lineno)
            case ast.Assign(targets=[ast.Name(id=new)]):
                second = {a: b for a, b in second.items() if new not in (a, b[0])}
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[])
            ):
                for new, (old, line) in second.items():
                    if name in (new, old) and {new, old} & used_as_models:
                        words = f"`{new}` and `{old}` are two names of one model, from "
                        told = said(words, Line(line), " on. `pop` takes a layer out of both.")
                        yield Tip(told, Line(node.lineno), Fact.ONE_MODEL)


def _not_printed(tree: ast.Module, names: Origins) -> Iterator[Tip]:
    """Tell of words of `predict_text` that nothing keeps or shows."""
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and names.last_of(node.value.func) == "predict_text"
        and "predict_text" not in names.own
    ]
    if lines:
        yield _at(
            lines,
            "What `predict_text` returns is not printed here. A script shows only what is printed.",
        )


def _colon_for_equals(tree: ast.Module) -> Iterator[Tip]:
    """Tell of `answer: 2`, which gives no value; `answer: int` may be meant as it is."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=None, annotation=value):
                if not isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.BinOp):
                    yield Tip(
                        f"A colon behind `{name}` gives it no value. `{name} = …` does.",
                        Line(node.lineno),
                    )


def _epochs_in_third_place(node: ast.Call, names: Origins) -> Iterator[Tip]:
    """Tell of a `fit` that got a third thing without a name, and no epochs."""
    named = {keyword.arg for keyword in node.keywords}
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "fit":
        return
    if len(node.args) != 3 or named & {"epochs", None} or not _is_number(node.args[2]):
        return
    match _library_of(node.func.value, names):
        case "keras":
            text = (
                "The third thing that `fit` takes without a name is its `batch_size`, so this "
                "trains for one epoch. If it is the number of epochs, write "
                f"`epochs={ast.unparse(node.args[2])}`."
            )
        case "scikeras":
            text = _OF_SCIKIT_LEARN
        case _:
            return
    yield Tip(text, Line(node.lineno), Fact.EPOCHS_ELSEWHERE)


def _second_to_add(node: ast.Call, names: Origins) -> Iterator[Tip]:
    """Tell of a second layer that one `add` got; Keras takes it for something else."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "add":
        return
    made = [part for part in node.args[1:] if isinstance(part, ast.Call)]
    if len(node.args) > 1 and any(names.last_of(part.func) in LAYERS for part in made):
        yield Tip("`add` takes one layer: what comes behind it is left out.", Line(node.lineno))


def _library_of(owner: ast.expr, names: Origins) -> str:
    """Return whose `fit` is called: `keras`, `scikeras`; "" where that is in doubt."""
    imported = {full.partition(".")[0] for full in names.imported.values()}
    if not imported & {"sklearn", "scikeras"}:
        return "keras"
    made = {names.of(call.func) for call in names.calls_behind(owner)}
    classes = {name.rpartition(".")[2] for name in made}
    if made and classes <= {"KerasClassifier", "KerasRegressor"}:
        return "scikeras"
    keras = made and all(
        name.startswith("grader.datasets") or name.rpartition(".")[2] in MODELS for name in made
    )
    return "keras" if keras else ""


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int
