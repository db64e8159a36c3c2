"""Faults in how a model is compiled, trained, measured and watched, and with which data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from mutations.change import Change, count, word
from mutations.source import Edit, Solution, called, constant, keyword, short

OTHER_OPTIMIZERS = ("sgd", "adam", "rmsprop")
OTHER_LOSSES = ("mse", "binary_crossentropy", "categorical_crossentropy", "mae")
FULL_NAMES = {"mse": "mean_squared_error", "mae": "mean_absolute_error"}
OTHER_METRICS = {
    "binary_crossentropy": ("mse", "categorical_accuracy"),
    "categorical_crossentropy": ("mse", "binary_accuracy"),
}
DATA_CALLS = ("fit", "evaluate", "predict")


def compiling(solution: Solution) -> Iterator[Change]:
    """Another optimizer, loss or metric."""
    for call in solution.calls("compile"):
        loss = keyword(call, "loss")
        for name, others in (("optimizer", OTHER_OPTIMIZERS), ("loss", OTHER_LOSSES)):
            node = keyword(call, name)
            old = constant(node)
            if node is None or not isinstance(old, str):
                continue
            for other in others:
                if other == old:
                    continue
                yield Change(
                    name,
                    f"{old} → {other}",
                    call.lineno,
                    (solution.put(node, f'"{other}"'),),
                    f"the task asks for the {name} {old}, not {other}",
                    rf"{name} {FULL_NAMES.get(other, other)}\b",
                )
        node = keyword(call, "metrics")
        for other in OTHER_METRICS.get(str(constant(loss)), ()) if node else ():
            yield Change(
                "metric",
                f"{short(solution.piece(node))} → {other}",  # type: ignore[arg-type]
                call.lineno,
                (solution.put(node, f'["{other}"]'),),  # type: ignore[arg-type]
                f"{other} does not say how often the model is right about these labels",
                rf"metrics? {FULL_NAMES.get(other, other)}\b",
            )


def epochs(solution: Solution) -> Iterator[Change]:
    """One epoch fewer, one more, only one."""
    yield from _numbers(solution, "epochs", lambda n: (n - 1, n + 1, 1), r"epochs?\b")


def batches(solution: Solution) -> Iterator[Change]:
    """Batches of another size."""
    yield from _numbers(solution, "batch_size", lambda n: (n + 1, 32), r"batch(?:es)?\b")


def _numbers(solution, argument, others, unit) -> Iterator[Change]:  # type: ignore[no-untyped-def]
    for call in solution.calls():
        node = keyword(call, argument)
        old = constant(node)
        if node is None:
            continue
        if isinstance(old, int):
            numbers = [number for number in dict.fromkeys(others(old)) if number != old]
        else:  # a name, a list of values to try
            numbers = [32] if argument == "batch_size" else []
        for number in numbers:
            yield Change(
                argument.replace("_", " "),
                f"{called(call)}: {solution.piece(node)} → {number}",
                node.lineno,
                (solution.put(node, str(number)),),
                f"the task asks for {argument.replace('_', ' ')} {solution.piece(node)}",
                rf"(?:{count(number)}).{{0,40}}{unit}|{unit}.{{0,40}}(?:{count(number)})"
                rf"|asked for (?:{count(number)})|[Ll]ook at the number of {unit}",
            )


def partners(solution: Solution) -> tuple[dict[str, str], dict[str, str]]:
    """Return each data name's partner: of the other set, and of the other role.

    Read from how the given part unpacks them: features, labels, and again for the test.
    """
    other_set: dict[str, str] = {}
    other_role: dict[str, str] = {}
    for node in ast.walk(solution.tree):
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        if not isinstance(target, ast.Tuple) or len(target.elts) % 2:
            continue
        names = [part.id for part in target.elts if isinstance(part, ast.Name)]
        for first, second in zip(names[::2], names[1::2], strict=True):
            other_role |= {first: second, second: first}
        if len(names) == 4:
            for first, second in zip(names[:2], names[2:], strict=True):
                other_set |= {first: second, second: first}
        if solution.is_answer(node):  # a part of the data; its other set is the whole
            other_set |= {name: name.removesuffix("_frac") for name in names}
    return other_set, other_role


def data(solution: Solution) -> Iterator[Change]:
    """Train and test swapped, features and labels swapped, singly and in pairs."""
    other_set, other_role = partners(solution)
    for call in solution.calls():
        for where, names in _data_names(call, other_set | other_role):
            for table, how in ((other_set, "set"), (other_role, "role")):
                swaps = [(name, table[name.id]) for name in names if name.id in table]
                groups = [swaps] if how == "role" and len(swaps) > 1 else [[s] for s in swaps]
                if how == "set" and len(swaps) > 1:
                    groups.append(swaps)
                for group in groups:
                    yield _swap(solution, where, group)


def _swap(solution: Solution, where: str, group: list[tuple[ast.Name, str]]) -> Change:
    new = [partner for _, partner in group]
    old = [node.id for node, _ in group]
    return Change(
        "data",
        f"{', '.join(old)} → {', '.join(new)} in {where}",
        group[0][0].lineno,
        tuple(solution.put(node, partner) for node, partner in group),
        f"{where} needs {', '.join(old)} here",
        "|".join(word(name) for name in new) + _DATA_WORDS,
    )


_DATA_WORDS = (
    r"|test data|training (?:data|\w+)|sizes|same number of samples|[Ss]hape|which dictionary"
)


def _data_names(call: ast.Call, known: dict[str, str]) -> Iterator[tuple[str, list[ast.Name]]]:
    """Yield where in a call data are given, and the names: the arguments, and pairs in them."""
    plain = [part for part in call.args if isinstance(part, ast.Name) and part.id in known]
    if plain:
        yield called(call), plain
    for part in [*call.args, *(k.value for k in call.keywords)]:
        if isinstance(part, ast.Tuple | ast.List):
            names = [p for p in part.elts if isinstance(p, ast.Name) and p.id in known]
            where = next((k.arg for k in call.keywords if k.value is part), called(call))
            if names:
                yield str(where), names


HARMLESS = {"verbose"}
"""Arguments that change only what is printed."""


def arguments(solution: Solution) -> Iterator[Change]:
    """An argument dropped: each by name, and the last by position where there are several."""
    for call in solution.calls():
        pieces = [solution.piece(part) for part in call.args]
        named = [(part.arg, solution.piece(part.value)) for part in call.keywords]
        for dropped, value in named:
            if dropped is None or dropped in HARMLESS:
                continue
            rest = pieces + [f"{name}={text}" for name, text in named if name != dropped]
            yield _dropped(solution, call, f"{dropped}={short(value)}", rest, dropped)
        if len(pieces) > 1:
            rest = pieces[:-1] + [f"{name}={text}" for name, text in named]
            yield _dropped(solution, call, short(pieces[-1]), rest, pieces[-1])


def _dropped(solution: Solution, call: ast.Call, shown: str, rest: list[str], name: str) -> Change:
    node = keyword(call, name)
    words = ARGUMENT_WORDS.get(name, word(name))
    if node is not None and isinstance(node, ast.List):
        words += "".join(f"|{word(solution.piece(part))}" for part in node.elts)
    text = f"{solution.piece(call.func)}({', '.join(rest)})"
    edit = solution.put(call, text)
    return Change(
        "argument",
        f"{called(call)} without {shown}",
        (node or call).lineno,
        (edit,),
        f"{called(call)} does something else without {shown}",
        words,
    )


ARGUMENT_WORDS = {
    "activation": r"activation|linear",
    "optimizer": r"optimizer",
    "loss": r"loss",
    "metrics": r"metric",
    "epochs": r"epochs?\b",
    "batch_size": r"batch(?:es)?\b",
    "validation_data": r"validat",
    "validation_split": r"validat",
    "callbacks": r"callback",
    "monitor": r"watches",
    "hue": r"colour",
    "axis": r"axis|along the rows|each row|each throw|single index|index of its own",
    "kernel_initializer": r"initializer",
    "save_best_only": r"the best",
    "target_size": r"rows and columns the image is loaded with",
}
"""What must be said of an argument that is not named itself."""


def settings(solution: Solution) -> Iterator[Change]:
    """Numbers, switches and texts that no other kind has changed."""
    known = {"epochs", "batch_size", "activation", "optimizer", "loss", "metrics"}
    for node in solution.nodes(ast.Constant):
        assert isinstance(node, ast.Constant)
        name, owner = _argument_of(solution, node)
        layer = owner in {"Dense", "Conv2D", "LSTM", "Embedding", "Input"}
        if name in known or (layer and name != "kernel_initializer"):
            continue
        for text in _others(solution, node):
            what = f"{name or owner or short(solution.piece(solution.statement_of(node)))}"
            yield Change(
                "setting",
                f"{what}: {solution.piece(_signed(solution, node))} → {text}",
                node.lineno,
                _edits(solution, node, text),
                f"the task asks for {solution.piece(_signed(solution, node))} here",
                _setting_words(solution, node, name, text),
            )


def _signed(solution: Solution, node: ast.AST) -> ast.AST:
    parent = solution.parents[node]
    return parent if isinstance(parent, ast.UnaryOp) else node


def _edits(solution: Solution, node: ast.Constant, text: str) -> tuple[Edit, ...]:
    return (solution.put(_signed(solution, node), text),)


def _argument_of(solution: Solution, node: ast.AST) -> tuple[str, str]:
    """Return the argument that a value is for, and the call that it stands in."""
    name = ""
    while not isinstance(node, ast.stmt):
        parent = solution.parents[node]
        if isinstance(parent, ast.keyword) and not name:
            name = parent.arg or ""
        if isinstance(parent, ast.Call) and node is not parent.func:
            return name, called(parent)
        node = parent
    return name, ""


OTHER_TEXTS = {
    "val_accuracy": ("val_loss", "accuracy"),
    "accuracy": ("loss", "val_accuracy"),
    "loss": ("accuracy", "val_loss"),
    "val_loss": ("val_accuracy", "loss"),
    "class": ("variance",),
    "competitor": ("xCoord",),
    "normal": ("zeros",),
    " ": ("",),
}


def _others(solution: Solution, node: ast.Constant) -> list[str]:
    value = constant(_signed(solution, node))
    if isinstance(value, bool):
        return [str(not value)]
    if isinstance(value, int):
        return [str(value + 1), str(value - 1)]
    if isinstance(value, float):
        return [f"{value * 2:g}", f"{value / 2:g}"]
    if isinstance(value, str):
        if isinstance(solution.parents[node], ast.Expr):
            return []  # a docstring
        if _argument_of(solution, node)[1] == "print":
            return []  # nobody is told what to print
        return [f'"{other}"' for other in OTHER_TEXTS.get(value, (f"{value}x",))]
    return []


OWNER_WORDS = {
    "join": r"[Ww]hich words|A window has \d words",
    "arange": r"their range (?:starts|ends)|predicts for these minutes",
    "evaluate": r"is the loss|holds losses|out of range|typed in",
    "matshow": r"it chooses the filter|counts from 0|Show the first image|a plot of its own",
}
"""What must be said of a number, by the function that it is given to."""

TEXT_WORDS = {
    "competitor": r"throwers?\b|\bcompetitor\b|categor|codes",
    " ": r"a blank between",
    "class": r"[Ww]hich column tells",
}
"""What must be said where this text is missing, besides the one that stands there."""


def _setting_words(solution: Solution, node: ast.Constant, name: str, text: str) -> str:
    """Return what must be said: the argument, what the number is for, or the new value."""
    new = text.strip('"')
    words = []
    parent = solution.parents[node]
    owner = _argument_of(solution, node)[1]
    if isinstance(parent, ast.Subscript) and isinstance(parent.value, ast.Call):
        owner = called(parent.value)
    if name:
        words.append(ARGUMENT_WORDS.get(name, word(name)))
    special = [OWNER_WORDS[owner]] if owner in OWNER_WORDS else []
    if isinstance(node.value, str) and node.value in TEXT_WORDS:
        special.append(TEXT_WORDS[node.value])
    elif isinstance(node.value, str) and node.value not in OTHER_TEXTS:
        special.append(f"'{re.escape(node.value)}'")  # misspelt: it is missing
    if not (special or name) or isinstance(node.value, str):
        words.append(word(new) if new else "''")
    if special or name:
        return "|".join(words + special)
    statement = solution.statement_of(node)
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        words += [OWNER_WORDS[name] for name in [called(statement.value)] if name in OWNER_WORDS]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    for target in targets:
        words += [word(part.id) for part in ast.walk(target) if isinstance(part, ast.Name)]
    return "|".join(words)
