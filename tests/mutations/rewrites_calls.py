"""Other ways to call the same functions: by name or position, aliases, objects, extras."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from mutations.source import Edit, Solution, called, constant, keyword

Rewritten = Iterator[tuple[str, Solution]]

PARAMETERS = {
    "Dense": ("units", "activation"), "Conv2D": ("filters", "kernel_size"), "LSTM": ("units",),
    "Embedding": ("input_dim", "output_dim"), "Input": ("shape",), "Sequential": ("layers",),
    "compile": ("optimizer", "loss"), "fit": ("x", "y", "batch_size", "epochs"),
    "evaluate": ("x", "y"), "predict": ("x",), "to_categorical": ("x",), "round": ("a",),
    "EarlyStopping": ("monitor",), "ModelCheckpoint": ("filepath",), "Adam": ("learning_rate",),
    "Model": ("inputs", "outputs"), "Function": ("inputs", "outputs"), "KFold": ("n_splits",),
    "KerasClassifier": ("model",), "RandomizedSearchCV": ("estimator", "param_distributions"),
    "cross_val_score": ("estimator", "X", "y"), "DataFrame": ("data",), "pairplot": ("data",),
    "Categorical": ("values",), "set_weights": ("weights",), "fit_on_texts": ("texts",),
    "texts_to_sequences": ("texts",), "plot_orbit": ("predictions",),
    "plot_loss": ("loss", "val_loss"), "plot_accuracy": ("acc", "val_acc"),
    "plot_results": ("train_accs", "test_accs"), "compare_histories_acc": ("h1", "h2"),
    "predict_text": ("test_text",), "show_encodings": ("encodings",),
    "compare_plot": ("original", "decoded"), "ResNet50": ("include_top", "weights"),
    "decode_predictions": ("preds", "top"), "load_img": ("path",), "img_to_array": ("img",),
    "get_model": (), "matshow": ("Z",), "imshow": ("X",),
}  # fmt: skip
"""The first parameters of functions that answers call, where their names may be used."""

EMPTY = {"batch_size": "None"}
"""What to write by position for a parameter in the middle that is not given."""

OPTIMIZERS = {
    "adam": ("keras.optimizers.Adam()", '"Adam"', "keras.optimizers.Adam(learning_rate=0.001)"),
    "sgd": ("keras.optimizers.SGD()", '"SGD"', "keras.optimizers.SGD(learning_rate=0.01)"),
    "adadelta": ("keras.optimizers.Adadelta()", '"Adadelta"'),
}
LOSSES = {
    "mse": (
        '"mean_squared_error"', "keras.losses.MeanSquaredError()", '"MSE"',
        "keras.losses.mean_squared_error", '"MeanSquaredError"', '["mse"]',
    ),
    "binary_crossentropy": (
        "keras.losses.BinaryCrossentropy()", "keras.losses.binary_crossentropy",
        '"BinaryCrossentropy"', '"bce"', '["binary_crossentropy"]',
        "keras.losses.BinaryCrossentropy(from_logits=False)",
    ),
    "categorical_crossentropy": (
        "keras.losses.CategoricalCrossentropy()", "keras.losses.categorical_crossentropy",
        '"CategoricalCrossentropy"', '["categorical_crossentropy"]',
    ),
}  # fmt: skip
BINARY = (
    '["acc"]', '["binary_accuracy"]', "[keras.metrics.BinaryAccuracy()]", '["Accuracy"]',
    'list(("accuracy",))', '["accuracy", "mse"]', '[keras.metrics.BinaryAccuracy(name="accuracy")]',
    "[keras.metrics.binary_accuracy]",
)  # fmt: skip
METRICS = {
    ("binary_crossentropy", "accuracy"): BINARY,
    ("binary_crossentropy", "binary_accuracy"): BINARY[1:3] + BINARY[7:] + (
        '["accuracy"]', '["binary_accuracy", "mse"]', '["BinaryAccuracy"]',
    ),
    ("categorical_crossentropy", "accuracy"): (
        '["acc"]', '["categorical_accuracy"]', "[keras.metrics.CategoricalAccuracy()]",
        '("accuracy",)', '["accuracy", "mse"]', '["Accuracy"]',
        '[keras.metrics.CategoricalAccuracy(name="acc")]', "[keras.metrics.categorical_accuracy]",
    ),
}  # fmt: skip
"""Metrics that count the same, by loss and by the reference's own metric."""


def with_keras(solution: Solution) -> Solution:
    """Return the solution with `import keras` in front of the answer's first step."""
    first = solution.tree.body[1] if len(solution.tree.body) > 1 else solution.tree.body[0]
    return solution.change([Edit(*solution.span(first)[:1] * 2, "import keras\n")])


def compiling(solution: Solution) -> Rewritten:
    """Aliases and objects for optimizer, loss and metrics; other forms of the call."""
    calls = solution.calls("compile")
    for call in calls:
        optimizer, loss = (constant(keyword(call, name)) for name in ("optimizer", "loss"))
        listed = constant(keyword(call, "metrics"))
        metric = listed[0] if isinstance(listed, list) and listed else None
        ways = itertools.zip_longest(
            OPTIMIZERS.get(str(optimizer), ()),
            LOSSES.get(str(loss), ()),
            METRICS.get((str(loss), str(metric)), ()),
        )
        for way in ways:
            edits, words = [], []
            for name, text in zip(("optimizer", "loss", "metrics"), way, strict=True):
                node = keyword(call, name)
                if text is not None and node is not None:
                    edits.append(solution.put(node, text))
                    words.append(text)
            if edits:
                yield f"compiled with {', '.join(words)}", with_keras(solution.change(edits))
    for call in calls:
        last = solution.span(call)[1] - 1
        for text in ("jit_compile=False", "run_eagerly=False"):
            yield f"compile with {text}", solution.change([Edit(last, last, f", {text}")])


def by_name(solution: Solution) -> Rewritten:
    """Every argument by its name."""
    edits = []
    for call in solution.calls():
        names = PARAMETERS.get(_known(call), ())
        for node, name in zip(call.args, names, strict=False):
            edits.append(Edit(*solution.span(node)[:1] * 2, f"{name}="))
    if edits:
        yield "arguments by name", solution.change(edits)


def by_position(solution: Solution) -> Rewritten:
    """Arguments by position, as many as stand in a row."""
    changed = solution
    while True:
        edit = next(filter(None, (_positional(changed, call) for call in changed.calls())), None)
        if edit is None:
            break
        changed = changed.change([edit])
    if changed.text != solution.text:
        yield "arguments by position", changed


def _positional(solution: Solution, call: ast.Call) -> Edit | None:
    names = PARAMETERS.get(_known(call), ())
    named = {part.arg: solution.piece(part.value) for part in call.keywords}
    given = [solution.piece(node) for node in call.args]
    if _known(call) == "Conv2D":
        names = names[:2]
    for name in names[len(given) :]:
        rest = names[names.index(name) :]
        if name in named:
            given.append(named.pop(name))
        elif name in EMPTY and any(later in named for later in rest):
            given.append(EMPTY[name])
        else:
            break
    if len(given) == len(call.args):
        return None
    given += [f"{name}={text}" for name, text in named.items()]
    return solution.put(call, f"{solution.piece(call.func)}({', '.join(given)})")


def _known(call: ast.Call) -> str:
    """Return the function's name, where it is the one that the table means."""
    name = called(call)
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if name == "round":
        return name if isinstance(owner, ast.Name) and owner.id == "np" else ""
    return name


def _extended(solution: Solution, names: tuple[str, ...], text: str, unless: str = "") -> Solution:
    """Return the solution with an argument more in every call of these methods."""
    edits = []
    for call in solution.calls(*names):
        if not isinstance(call.func, ast.Attribute) or keyword(call, unless) is not None:
            continue
        last = solution.span(call)[1] - 1
        comma = solution.piece(call)[:-1].rstrip().endswith(",")
        edits.append(Edit(last, last, f"{' ' if comma else ', '}{text}"))
    return solution.change(edits)


EXTRA_CALLBACKS = (
    "keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)",
    "keras.callbacks.History()",
    "keras.callbacks.TerminateOnNaN()",
)


def training(solution: Solution) -> Rewritten:
    """Quiet, with the default batch size, with a harmless callback, validation as a list."""
    methods = ("fit", "evaluate", "predict")
    if not any(isinstance(call.func, ast.Attribute) for call in solution.calls(*methods)):
        return
    yield "quiet", _extended(solution, methods, "verbose=0", "verbose")
    yield "a line an epoch", _extended(solution, ("fit", "evaluate"), "verbose=2", "verbose")
    yield "batch_size=32", _extended(solution, ("fit",), "batch_size=32", "batch_size")
    yield "shuffle=True", _extended(solution, ("fit",), "shuffle=True", "shuffle")
    for callback in EXTRA_CALLBACKS:
        changed = _extended(solution, ("fit",), f"callbacks=[{callback}]", "callbacks")
        lists = [keyword(call, "callbacks") for call in changed.calls("fit")]
        edits = [
            changed.put(node, f"[{callback}, {changed.piece(node)[1:]}")
            for node in lists
            if isinstance(node, ast.List) and callback not in changed.piece(node)
        ]
        yield f"with {callback}", with_keras(changed.change(edits))
    edits = []
    for call in solution.calls("fit"):
        node = keyword(call, "validation_data")
        if isinstance(node, ast.Tuple):
            edits.append(solution.put(node, f"[{solution.piece(node)[1:-1]}]"))
        node = keyword(call, "callbacks")
        if isinstance(node, ast.List):
            edits.append(solution.put(node, f"({solution.piece(node)[1:-1]},)"))
    if edits:
        yield "lists as tuples, tuples as lists", solution.change(edits)


def callbacks(solution: Solution) -> Rewritten:
    """Callbacks that say what holds anyway."""
    extras = {"EarlyStopping": "mode='max'", "ModelCheckpoint": "monitor='val_loss', mode='min'"}
    edits = []
    for call in solution.calls(*extras):
        last = solution.span(call)[1] - 1
        edits.append(Edit(last, last, f", {extras[called(call)]}, verbose=1"))
    if edits:
        yield "callbacks with more options", solution.change(edits)
    edits = [
        solution.put(node, solution.piece(node.elts[0]))
        for call in solution.calls("fit")
        if isinstance(node := keyword(call, "callbacks"), ast.List) and len(node.elts) == 1
    ]
    if edits:
        yield "a callback without a list", solution.change(edits)


def results(solution: Solution) -> Rewritten:
    """The accuracy out of what evaluate returns: unpacked, or by its name."""
    unpacked, named = [], []
    for node in solution.nodes(ast.Subscript):
        assert isinstance(node, ast.Subscript)
        call = node.value
        if not (isinstance(call, ast.Call) and called(call) == "evaluate"):
            continue
        last = solution.span(call)[1] - 1
        named += [Edit(last, last, ", return_dict=True"), solution.put(node.slice, '"accuracy"')]
        statement = solution.statement_of(node)
        if isinstance(statement, ast.Assign) and statement.value is node:
            target = solution.piece(statement.targets[0])
            unpacked.append(solution.put(statement, f"_, {target} = {solution.piece(call)}"))
    if unpacked:
        yield "evaluate unpacked", solution.change(unpacked)
    if named:
        yield "evaluate as a dictionary", solution.change(named)


def axes(solution: Solution) -> Rewritten:
    """The last axis counted from the end, and the array's own method."""
    edits, methods = [], []
    for call in solution.calls("argmax"):
        node = keyword(call, "axis")
        if node is not None and constant(node) == 1:
            edits.append(solution.put(node, "-1"))
        if call.args and solution.piece(call.func) == "np.argmax":
            methods.append(solution.put(call, f"{solution.piece(call.args[0])}.argmax(axis=1)"))
    if edits:
        yield "the last axis", solution.change(edits)
    if methods:
        yield "the array's own argmax", solution.change(methods)
