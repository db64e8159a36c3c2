"""What old arguments are said to be called today is an argument of the very same call."""

from __future__ import annotations

import inspect
import re

import keras
import pytest
from scikeras.wrappers import KerasClassifier

from grader.tips.renamed import ARGUMENTS, METHODS_OF_MODELS, old_argument


def _arguments_of(owner: str) -> set[str]:
    """Return what a call takes today, also what a class hands on to those it is derived from."""
    if owner in METHODS_OF_MODELS:
        return set(inspect.signature(getattr(keras.Sequential, owner)).parameters)
    homes = (keras.layers, keras.callbacks, keras.optimizers, keras.utils)
    found = {"KerasClassifier": KerasClassifier, "Model": _functional()}.get(owner)
    found = found or next(getattr(home, owner) for home in homes if hasattr(home, owner))
    if not inspect.isclass(found):
        return set(inspect.signature(found).parameters)
    taken: set[str] = set()
    for base in found.__mro__:
        parameters = inspect.signature(base.__init__).parameters  # type: ignore[misc]
        taken |= set(parameters)
        if not any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
            break
    return taken


def _functional() -> type:
    """Return the class of what `keras.Model` makes of inputs and outputs."""
    given = keras.Input((1,))
    return type(keras.Model(inputs=given, outputs=given))


@pytest.mark.parametrize("owner", ARGUMENTS)
def test_what_is_advised_is_an_argument_of_the_same_call(owner: str) -> None:
    taken = _arguments_of(owner)
    for old in ARGUMENTS[owner]:
        told = old_argument(owner, old).removeprefix(f"`{old}=`")
        advised = re.findall(r"`(\w+)=", told)
        assert advised or "is gone" in told or "is not an argument" in told, old
        assert set(advised) <= taken, (old, advised)
        assert old not in taken, old


@pytest.mark.parametrize(
    ("owner", "old", "says"),
    [
        ("SimpleRNN", "inner_activation", "is not an argument of `SimpleRNN`. `LSTM` and `GRU` have one: `recurrent_activation`."),
        ("Dense", "input_length", "is not an argument of `Dense`. Leave it out."),
        ("LSTM", "time_major", "is gone. Leave it out. Samples come first now, their steps second."),
        ("fit", "samples_per_epoch", "`steps_per_epoch=` today. It counts batches, not samples."),
        ("fit", "nb_val_samples", "`validation_steps=` today. It counts batches, not samples."),
        ("evaluate", "val_samples", "`steps=` today. It counts batches, not samples."),
        ("predict", "val_samples", "`steps=` today. It counts batches, not samples."),
        ("Conv2D", "nb_row", "is gone. Both sides stand in one pair today: `kernel_size=(rows, columns)`."),
        ("Conv2D", "nb_col", "is gone. Both sides stand in one pair today: `kernel_size=(rows, columns)`."),
        ("Conv2D", "dim_ordering", '`data_format=` today. "th" is "channels_first" now, "tf" is "channels_last".'),
        ("LSTM", "forget_bias_init", "is gone. `unit_forget_bias=` is there today: True or False, no initializer."),
        ("Embedding", "input_dtype", "is gone. It belongs to `keras.Input(…, dtype=…)`."),
    ],
)  # fmt: skip
def test_what_else_has_changed_is_told(owner: str, old: str, says: str) -> None:
    assert says in old_argument(owner, old)


_MADE_WITH = {
    "Dropout": 0.1, "SpatialDropout2D": 0.1, "GaussianDropout": 0.1, "GaussianNoise": 0.1,
    "AveragePooling1D": 2, "AveragePooling2D": 2, "Reshape": (-1,), "Activation": "relu", "Dense": 2, "LSTM": 2, "GRU": 2, "SimpleRNN": 2,
    "Conv1D": (2, 2), "Conv2D": (2, 2), "Conv2DTranspose": (2, 2), "SeparableConv2D": (2, 2),
}  # fmt: skip


@pytest.mark.parametrize("owner", [one for one in ARGUMENTS if "weights" in ARGUMENTS[one]])
def test_only_a_layer_with_weights_is_told_to_set_them(owner: str) -> None:
    kind = getattr(keras.layers, owner)
    given = _MADE_WITH.get(owner.replace("Convolution", "Conv"), ())
    layer = kind(*given) if isinstance(given, tuple) and owner != "Reshape" else kind(given)
    sizes = (4, 3) if owner.endswith("1D") or owner in {"LSTM", "GRU", "SimpleRNN"} else (4, 4, 3)
    layer(keras.Input(sizes))
    assert bool(layer.weights) == ("set_weights" in old_argument(owner, "weights"))


def test_an_argument_of_today_is_no_old_one() -> None:
    assert old_argument("Dense", "units") == ""
    assert old_argument("Conv1D", "nb_row") == ""  # it never had one
    assert old_argument("Lambda", "init") == ""
