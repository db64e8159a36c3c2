"""All tips of a verdict: which there are, each once, and what stopped the file first."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import pytest

from grader.evidence.record import (
    Ended,
    Exited,
    FailedCall,
    Held,
    LayerFacts,
    Raised,
    RanToItsEnd,
)
from grader.evidence.values import Numbers, Sequence, Texts, Value
from grader.names import Names
from grader.places import InFile, Line, Said, render
from grader.tips.advice import advice, static_advice
from grader.verdict import Tip

RATE = "`lr=` is called `learning_rate=` today."
CLASSES = "`.predict_classes` is gone. Write `model.predict(X).argmax(axis=1)` for softmax, or `(model.predict(X) > 0.5).astype(int)` for sigmoid."
BUILD_FN = "`build_fn=` of KerasClassifier is called `model=` today."
LENGTH = "`input_length=` does nothing any more. Put `keras.Input((length,))` in front."
PUT_INPUT = "The model does not know yet how many numbers it takes. Put `keras.Input` in front."
ACC = (
    "The history keeps a metric under its own name: 'accuracy', not 'acc', and 'val_accuracy', not "
    "'val_acc'."
)
OF_CHECK = "Keep the dictionary as `params`."

UNBUILT = "You tried to call `count_params` on layer 'sequential', but the layer isn't built."
UNKNOWN = "Invalid parameter 'learning_rate' for estimator KerasClassifier(model=create_model)."


@dataclass(frozen=True)
class Code:
    """A text as a learner's file."""

    source: str
    left_out: tuple[int, ...] = ()

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)


def raised(message: str, line: int | None, kind: str = "ValueError") -> Raised:
    return Raised(kind, message, line, [] if line is None else [line])


def tips(
    source: str, ended: Ended, from_checks: Iterable[Said] = (), given: Iterable[str] = ()
) -> list[tuple[int | None, str]]:
    """Return each tip's line and text."""
    return [
        (next(iter(tip.line_numbers), None), render(tip.text, InFile("answer.py")))
        for tip in advice(Code(source), ended, map(Tip, from_checks), Names(given=list(given)))
    ]


def test_old_spellings_come_in_the_files_order_then_what_the_checks_tell() -> None:
    source = "model.predict_classes(X)\nAdam(lr=0.1)\nAdam(lr=0.2)"
    for ended in (RanToItsEnd(), Exited(3)):
        assert tips(source, ended, [OF_CHECK]) == [(1, CLASSES), (2, RATE), (None, OF_CHECK)]


def test_a_run_that_left_nothing_has_the_old_spellings_alone() -> None:
    assert static_advice(Code("x = 1\nAdam(lr=0.1)")) == (Tip(RATE, Line(2)),)
    assert static_advice(Code("x = 1")) == ()


def test_what_the_file_itself_shows_is_not_told_by_a_check_again() -> None:
    source = "\nKerasClassifier(build_fn=create_model)"
    assert tips(source, RanToItsEnd(), [BUILD_FN, OF_CHECK]) == [(2, BUILD_FN), (None, OF_CHECK)]
    hidden = "KerasClassifier(**settings)"
    assert tips(hidden, RanToItsEnd(), [BUILD_FN]) == [(None, BUILD_FN)]


def test_the_line_that_stopped_the_file_comes_first_with_its_own_number() -> None:
    source = "model.predict_classes(X)\nAdam(lr=0.1)\nAdam(lr=0.2)"
    assert tips(source, raised("'lr' is unknown", 3), [OF_CHECK]) == [
        (3, RATE),
        (1, CLASSES),
        (None, OF_CHECK),
    ]


def test_an_error_tells_of_an_old_spelling_that_is_hidden() -> None:
    source = "model.predict_classes(X)\nfor key in ('acc',):\n    print(h.history[key])"
    assert tips(source, raised("'acc'", 3, "KeyError")) == [(3, ACC), (1, CLASSES)]
    # without a line there is nothing to point at
    assert tips(source, raised("'acc'", None, "KeyError")) == [(1, CLASSES)]


def test_an_error_that_another_line_is_to_blame_for_puts_that_one_first() -> None:
    source = (
        "model.predict_classes(X)\nmodel.add(Embedding(9, 3, input_length=3))\nmodel.count_params()"
    )
    assert tips(source, raised(UNBUILT, 3)) == [(2, LENGTH), (1, CLASSES)]
    assert tips(source, raised(UNBUILT, None)) == [(2, LENGTH), (1, CLASSES)]
    assert tips("model.count_params()", raised(UNBUILT, 1)) == [(1, PUT_INPUT)]


def test_a_search_that_fails_is_blamed_on_the_classifier_that_declares_nothing() -> None:
    source = """model = KerasClassifier(create_model)
Adam(lr=0.1)
search = RandomizedSearchCV(model, {'learning_rate': [0.1]})
search.fit(X, y)"""
    first, second = tips(source, raised(UNKNOWN, 4))
    assert first[0] == 1
    assert first[1].startswith("A search cannot find `learning_rate` in this KerasClassifier.")
    assert second == (2, RATE)


def test_two_old_keys_are_told_at_once() -> None:
    source = "print(h.history['acc'])\nprint(getattr(h, 'history')[key])"
    assert tips(source + "  # .history", raised("'val_acc'", 2, "KeyError")) == [(1, ACC)]


def test_what_an_error_means_comes_first() -> None:
    source = "Adam(lr=0.1)\nprint(X_trian)"
    near = "There is no `X_trian`. You have `X_train`: is it misspelt?"
    undefined = raised("name 'X_trian' is not defined", 2, "NameError")
    told = tips(source, undefined, [OF_CHECK], given=["X_train"])
    assert told == [(2, near), (1, RATE), (None, OF_CHECK)]
    assert tips(source, undefined, [OF_CHECK]) == [(1, RATE), (None, OF_CHECK)]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("rounded = preds.round\n", "`preds.round` is not called here: it needs parentheses. `rounded` is the function"),
        ("guess = model.predict\nguess(X)\n", ""),
        ("size = image.shape\n", ""),
        ("for act in ['relu', 'leaky_relu' 'sigmoid']:\n    pass\n", "'leaky_relusigmoid'. Is a comma missing"),
        ("texts = ['a long ' 'sentence']\nname = 'a' 'b'\n", ""),
        ("model.add(Dense(50, 'relu', 'normal'))\n", "What comes third in `Dense` without a name is `use_bias`. Here that is 'normal'"),
        ("model.add(LSTM(50, 'tanh', 'sigmoid', 'normal'))\n", "What comes fourth in `LSTM`"),
        ("model.add(Dense(50, 'relu', False, 'normal'))\nmodel.add(LSTM(5, 'tanh', 'sigmoid'))\n", ""),
        ("predict_text('the curve of')\n", "What `predict_text` returns is not printed here"),
        ("word = predict_text('the curve of')\n", ""),
        ("def predict_text(text):\n    print(text)\npredict_text('the curve of')\n", ""),
        ("part = whole\npart.pop()\n", ""),
        ("part = model\npart = Sequential(model.layers)\npart.pop()\n", ""),
    ],
)  # fmt: skip
def test_a_slip_that_raises_nothing_is_told(source: str, says: str) -> None:
    told = tips(source, RanToItsEnd())
    assert bool(told) is bool(says)
    assert all(line == 1 and says in text for line, text in told)


def test_a_slip_on_several_lines_is_told_once() -> None:
    source = "model.add(Dense(5, 'relu', 'normal'))\nmodel.add(Dense(5, 'relu', 'normal'))\n"
    (tip,) = advice(Code(source), RanToItsEnd(), [])
    assert render(tip.words, InFile("answer.py")).startswith(
        "lines 1, 2: What comes third in `Dense`"
    )


def test_pop_on_one_model_of_two_names_is_told() -> None:
    source = "encoder = autoencoder\nencoder.pop()\ncodes = encoder.predict(X)\n"
    (tip,) = advice(Code(source), RanToItsEnd(), [])
    assert render(tip.words, InFile("answer.py")) == (
        "line 2: `encoder` and `autoencoder` are two names of one model, from line 1 on. "
        "`pop` takes a layer out of both."
    )


def test_only_one_row_to_decode_is_told_of() -> None:
    message = (
        "`decode_predictions` expects a batch of predictions (i.e. a 2D array of shape "
        "(samples, 1000)). Received array with shape: {}"
    )
    ((_, told),) = tips("decode_predictions(p)", raised(message.format("(1000,)"), 1))
    assert told.startswith("`decode_predictions` takes what predict gives as it is")
    for shape in ("(1, 7, 7, 2048)", "(1, 2048)"):
        assert not tips("decode_predictions(p)", raised(message.format(shape), 1))


def test_a_layer_of_a_model_is_told_apart_from_a_new_one() -> None:
    message = "All `{}puts` values must be KerasTensors. Received: invalid value <Dense name=dense>"
    for source, end, says in (
        (
            "Model(m.layers[0].input, m.layers[0])",
            "out",
            "`m.layers[0]` is a layer of a model. What it gives",
        ),
        (
            "Model(m.layers[0], m.layers[0].output)",
            "in",
            "`m.layers[0]` is a layer of a model. What goes into it",
        ),
        ("Model(i, m.get_layer('a'))", "out", "`m.get_layer('a')` is a layer of a model."),
        ("Model(i, Dense(3))", "out", "This Dense is a layer, and what it gives is needed here"),
    ):
        ((_, told),) = tips(source, raised(message.format(end), 1))
        assert told.startswith(says)


def test_all_samples_are_not_taken_for_one() -> None:
    first = LayerFacts("input", "InputLayer", 1, None, (None, 9, 4))
    given = Numbers((9, 4), "float32", "")
    call = FailedCall("predict", 1, {"x": given}, [first])
    ended = msgspec.structs.replace(raised("Expected shape (None, 9, 4)", 1), call=call)
    ((_, told),) = tips("model.predict(X_train)", ended, given=["X_train"])
    assert (
        "told that one sample has the shape (9, 4). That is the shape of all of `X_train`" in told
    )
    for source, names in (
        ("model.predict(X_train)", []),
        ("X_train = X_train[0]; model.predict(X_train)", ["X_train"]),
    ):
        ((_, told),) = tips(source, ended, given=names)
        assert "is one sample. A single sample needs an axis in front" in told


def test_a_layer_of_a_class_of_ones_own_stands_somewhere() -> None:
    source = """
from keras import Model
from keras.layers import Dense
class Net(Model):
    dense = Dense(3)
    def call(self, x):
        return self.dense(x)
"""
    assert not static_advice(Code(source))


@pytest.mark.parametrize(
    ("kind", "message", "says"),
    [
        ("ModuleNotFoundError", "No module named 'keras.callback'", "There is `keras.callbacks`: is it misspelt?"),
        ("ModuleNotFoundError", "No module named 'sklearn.model_selecton'", "There is `sklearn.model_selection`"),
        ("AttributeError", "'CategoricalAccessor' object has no attribute 'code'", "`darts.cat` has no `code`. It has `codes`"),
        ("ValueError", "Output with path `0` is not connected to `inputs`", "`Function` takes the inputs first and the outputs"),
    ],
)  # fmt: skip
def test_what_is_misspelt_or_swapped_is_told(kind: str, message: str, says: str) -> None:
    ended = msgspec.structs.replace(raised(message, 1, kind), nearest="codes")
    ((line, text),) = tips("a = keras.Function([out], [inp]), darts.cat.code\n", ended)
    assert line == 1
    assert says in text


def test_a_class_among_the_callbacks_is_named() -> None:
    source = "stop = EarlyStopping\nmodel.fit(X, y, callbacks=[stop])\n"
    error = raised("Callback.set_model() missing 1 required argument: 'model'", 2, "TypeError")
    ((line, text),) = tips(source, msgspec.structs.replace(error, held={"stop": Held("type")}))
    assert line == 1
    assert text.startswith("`stop` is a class, not an object of it. Calling `EarlyStopping`")


def test_the_callback_that_the_file_has_made_is_the_one_for_the_list() -> None:
    fit = "model.fit(X, y, callbacks=[EarlyStopping])\n"
    one, two = ("a = EarlyStopping()\n", "b = EarlyStopping()\n")
    for source, ends in [
        (one + fit, "Your file has made one, `a`: put that name into the list."),
        (one + two + fit, "with parentheses, makes one."),
        (f"{one}print(a)\n{fit}", "with parentheses, makes one."),
    ]:
        line = source.count("\n")
        error = raised(
            "Callback.set_model() missing 1 required argument: 'model'", line, "TypeError"
        )
        held = {"EarlyStopping": Held("type"), "model": Held("Sequential")}
        ((_, text),) = tips(source, msgspec.structs.replace(error, held=held))
        assert text.startswith("`EarlyStopping` is a class, not an object of it.")
        assert text.endswith(ends)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("pd.Categorical(darts['competitor'])", "`pd.Categorical`"),
        ("from keras.utils import to_categorical as hot\nhot(y)", "`hot`"),
        ("import numpy as np\nnp.round(preds)", "`np.round`"),
        ("darts['competitor'].astype('category')", "`astype`"),
        ("X.reshape(-1, 1)", "`X.reshape`"),
        ("darts = load()\ndarts.drop(columns=['x'])", "`darts.drop`"),
        ("np.round(preds, 0, preds)", ""),
        ("np.round(preds, out=preds)", ""),
        ("darts.drop(columns=['x'], inplace=True)", ""),
        ("darts.drop(**how)", ""),
        ("from os import rename\nrename('a', 'b')", ""),
        ("path.rename('b')", ""),
        ("class Own:\n    def drop(self):\n        self.x = 3\n\nOwn().drop()", ""),
        ("import bag\nbag.drop('x')", ""),
        ("print(X.reshape(-1, 1))", ""),
        ("model.add(Dense(3))", ""),
    ],
)
def test_a_result_that_is_not_kept_is_told(source: str, said: str) -> None:
    told = [str(tip.text) for tip in static_advice(Code(source))]
    assert [text.split(" is not kept")[0] for text in told] == (
        [f"The result of {said}"] if said else []
    )


def test_a_shape_for_the_batch_size_is_told() -> None:
    given: dict[str, Value] = {"batch_size": Sequence("tuple", [], 2)}
    error = raised("unsupported operand type(s) for /: 'int' and 'tuple'", 1, "TypeError")
    error = msgspec.structs.replace(error, call=FailedCall("fit", 1, given))
    ((_, text),) = tips("model.fit(X, y, batch_size=X.shape)\n", error)
    assert text.startswith("`batch_size` takes one number, and `X.shape` is a tuple of 2 numbers")


class OneLineCells(InFile, frozen=True):
    """Places of a notebook that has one line in each cell."""

    def line(self, number: int, *, named: bool = False) -> str:
        return f"cell {number}, line 1"


def test_lines_within_a_tip_are_places_too() -> None:
    early = raised("You must call `compile()` before", 1)
    (tip,) = advice(Code("model.fit(X, y)\nmodel.compile('sgd')"), early, [])
    assert render(tip.words, OneLineCells("answer.ipynb")) == (
        "cell 1, line 1: The model is not compiled yet. Compile it before this line, "
        "not as late as on cell 2, line 1."
    )
    source = "def make():\n    x = 3\n\nmodel = make()\nmodel.fit(X, y)"
    (tip,) = advice(Code(source), raised("'NoneType' object has no attribute 'fit'", 5), [])
    assert render(tip.words, OneLineCells("answer.ipynb")) == (
        "cell 4, line 1: `make` (on cell 1, line 1) returns nothing, so `model` is None after this "
        "line. A function needs `return`, with a value behind it, to give something back."
    )
    late = raised("name 'preds' is not defined", 1, "NameError")
    (tip,) = advice(Code("print(preds)\npreds = 3"), late, [])
    assert render(tip.words, OneLineCells("answer.ipynb")) == (
        "cell 1, line 1: `preds` is only made on cell 2, line 1, which comes later."
    )


ARRAY = Held("ndarray", (5, 4), "float32")
UNBOUND = "cannot access local variable 'Dense' where it is not associated with a value"
NO_OUTPUT = "The layer dense has never been called and thus has no defined output."
A_CLASS = "Only instances of `keras.Layer` can be added to a Sequential model. Received: <class 'keras.layers.Dense'> (of type <class 'type'>)"
OWN = "def make():\n    {}\n    return Dense\nmake()"


@pytest.mark.parametrize(
    ("source", "line", "message", "held", "says"),
    [
        ("Dense(3, 'relu ')", 1, "Could not interpret activation function identifier: relu ", {}, "'relu': yours has a blank at its end."),
        ("Dense(3, ' relu')", 1, "Could not interpret activation function identifier:  relu", {}, "'relu': yours has a blank in front."),
        ("Dense(3, 're lu')", 1, "Could not interpret activation function identifier: re lu", {}, "'relu': yours has a blank in it."),
        ("Dense(3, 'rellu ')", 1, "Could not interpret activation function identifier: rellu ", {}, "'relu': is it misspelt?"),
        ("X[m]", 1, "boolean index did not match indexed array along axis 0; size of axis is 9 but size of corresponding boolean axis is 5",
         {"m": Held("ndarray", (5,), "bool")}, "`m` has 5 values, true or false, and there are 9"),
        ("X[y == 1]", 1, "boolean index did not match indexed array along axis 0; size of axis is 9 but size of corresponding boolean axis is 5",
         {}, "`y == 1` has 5 values, true or false, and there are 9"),
        ("float(p)", 1, "only 0-dimensional arrays can be converted to Python scalars", {"p": ARRAY}, r"`p\.astype\(float\)` does the same to all"),
        ("float(p)", 1, "only 0-dimensional arrays can be converted to Python scalars", {"p": Held("EagerTensor", (5, 4))}, r"shape \(5, 4\)\.$"),
        ("if p > 0.5:\n    pass", 1, "The truth value of an array with more than one element is ambiguous.", {"p": ARRAY}, r"`\.all\(\)` asks whether all"),
        ("layer = Dense(2)\nlayer.output", 2, NO_OUTPUT, {"layer": Held("Dense")}, "`layer` is a new layer, which stands in no model"),
        ("Dense(2).input", 1, NO_OUTPUT.replace("output", "input"), {}, r"`Dense\(2\)` is a new layer, .* A layer gets its input when"),
        ("layer = Dense(2)\nmodel.add(layer)\nlayer.output", 3, NO_OUTPUT, {"layer": Held("Dense")}, "it stands in no model, or in one that does not know"),
        ("model.layers[0].output", 1, NO_OUTPUT, {"model": Held("Sequential")}, "has no output yet: its model does not know its input"),
        ("net.input", 1, NO_OUTPUT.replace("output", "input"), {"net": Held("Sequential")}, r"That of one of its layers is `net.layers\[…\].input`"),
        ("model.predict(X).tolist().argmax()", 1, "'list' object has no attribute 'argmax'", {}, r"^`\.tolist\(\)` makes a list here"),
        ("p = [1, 2]\np.argmax()", 2, "'list' object has no attribute 'argmax'", {"p": Held("list", (2,))}, "`np.array` makes an array of it"),
        (f"from keras.layers import Dense\n{OWN.format('Dense = Dense(3)')}", 3, UNBOUND, {}, "because this line gives it a value.*still empty.*Choose another name"),
        (OWN.format("n = Dense + 1; Dense = 3"), 2, UNBOUND, {}, "was not run before"),
        (OWN.format("if X: Dense = 3\n    Dense = Dense + 1"), 3, UNBOUND, {}, "was not run before"),
        ("model.add(Dense, 10, 'relu')", 1, A_CLASS, {}, r"`Dense` alone is no layer yet: write `Dense\(10, 'relu'\)`"),
        ("model.add(Dense)", 1, A_CLASS, {}, "with parentheses, makes one.$"),
        ("search.fit(X, y, 50)", 1, "BaseSearchCV.fit() takes from 2 to 3 positional arguments but 4 were given", {}, "given to the KerasClassifier, as its `epochs`"),
    ],
)  # fmt: skip
def test_an_error_is_told_of_what_is_known(
    source: str, line: int, message: str, held: dict[str, Held], says: str
) -> None:
    kind = "UnboundLocalError" if message == UNBOUND else "ValueError"
    ended = msgspec.structs.replace(raised(message, line, kind), held=held)
    ((_, text),) = tips(source, ended)
    assert re.search(says, text), text


TEXT_IN_IT = "Failed to convert a NumPy array to a Tensor"


@pytest.mark.parametrize(
    ("code", "items", "says"),
    [
        ("model.fit(darts.values, y)", ["1", "a", "2", "b"], "the column 'who' of the features has none. Leave it out"),
        ("model.fit(rows, y)", ["1", "a", "2", "b"], r"the column 1 \(counted from 0\) of the features has none. Leave it out"),
        ("model.fit(darts.values, y)", ["x", "a", "y", "b"], "the columns 'size', 'who' of the features have none. Leave them out"),
        ("model.fit(df[['a', 'b']].to_numpy(), y)", ["1", "a", "2", "b"], "the column 'b' of the features has none"),
        ("model.fit(rows, darts.values)", ["1", "a", "2", "b"], r"the column 1 \(counted from 0\)"),
        ("model.fit(rows, y)", ["1", "3", "2", "4"], "something else, texts for example"),
    ],
)  # fmt: skip
def test_columns_of_texts_in_an_array_are_named(code: str, items: list[str], says: str) -> None:
    call = FailedCall("fit", 1, {"x": Texts(items, (2, 2))})
    held = {"darts": Held("DataFrame", (2, 2), keys=["size", "who"])}
    ended = msgspec.structs.replace(raised(TEXT_IN_IT, 1), call=call, held=held)
    ((_, text),) = tips(code, ended)
    assert re.search(says, text), text
