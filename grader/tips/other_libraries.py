"""What scikit-learn and PyTorch have, looked for in Keras: what Keras has in its place."""

from __future__ import annotations

import ast
import re

from grader.tips.failure import Failure
from grader.tips.origins import MODELS
from grader.verdict import Tip

_SCIKIT_LEARN, _PYTORCH = "scikit-learn's", "PyTorch's"

_METHODS = {
    "score": (_SCIKIT_LEARN, "Keras's is `evaluate`, which gives the loss and then the metrics"),
    "fit_transform": (_SCIKIT_LEARN, "it prepares data. `fit` trains a model of Keras"),
    "transform": (_SCIKIT_LEARN, "it prepares data. A model of Keras has `predict`"),
    "fit_predict": (_SCIKIT_LEARN, "in Keras these are two steps, `fit` and `predict`"),
    "partial_fit": (_SCIKIT_LEARN, "in Keras `fit` does so: it goes on from where the model is"),
    "coef_": (_SCIKIT_LEARN, "Keras's is `get_weights`"),
    "forward": (_PYTORCH, "Keras's is `predict`"),
    "train": (_PYTORCH, "in Keras `fit` trains a model, and no switch is needed before"),
    "eval": (_PYTORCH, "in Keras no such switch is needed before `evaluate` or `predict`"),
    "parameters": (_PYTORCH, "Keras's are `weights`, and `count_params` counts them"),
    "named_parameters": (_PYTORCH, "Keras's are `weights`"),
    "state_dict": (_PYTORCH, "Keras's is `get_weights`"),
    "load_state_dict": (_PYTORCH, "Keras's is `set_weights`"),
    "zero_grad": (_PYTORCH, "in Keras `fit` does this by itself"),
    "cuda": (_PYTORCH, "Keras finds a graphics card by itself"),
    "to": (_PYTORCH, "Keras finds a graphics card by itself"),
}  # fmt: skip
"""Attributes that models have elsewhere, whose they are, and what is said of Keras."""

_LAYER = "Keras's layer is called `{}`"
_NAMES = {
    "Linear": (
        "Keras's layer is called `Dense`. It is told how many neurons it has, and no more: how "
        "many numbers it gets, it sees from what comes before it"
    ),
    "Conv1d": _LAYER.format("Conv1D"),
    "Conv2d": _LAYER.format("Conv2D"),
    "MaxPool1d": _LAYER.format("MaxPooling1D"),
    "MaxPool2d": _LAYER.format("MaxPooling2D"),
    "AvgPool2d": _LAYER.format("AveragePooling2D"),
    "AdaptiveAvgPool2d": _LAYER.format("GlobalAveragePooling2D"),
    "ConvTranspose2d": _LAYER.format("Conv2DTranspose"),
    "BatchNorm1d": _LAYER.format("BatchNormalization"),
    "BatchNorm2d": _LAYER.format("BatchNormalization"),
    "LayerNorm": _LAYER.format("LayerNormalization"),
    "Dropout2d": _LAYER.format("SpatialDropout2D"),
    "Sigmoid": 'Keras\'s layer is `Activation("sigmoid")`, or an `activation` of the one before',
    "Tanh": 'Keras\'s layer is `Activation("tanh")`, or an `activation` of the one before',
    "BCELoss": 'Keras\'s loss is called "binary_crossentropy"',
    "BCEWithLogitsLoss": "Keras's is `BinaryCrossentropy(from_logits=True)` of `keras.losses`",
    "CrossEntropyLoss": (
        "Keras's losses are \"categorical_crossentropy\" for one-hot labels and "
        "\"sparse_categorical_crossentropy\" for numbers of classes"
    ),
    "MSELoss": 'Keras\'s loss is called "mean_squared_error"',
    "L1Loss": 'Keras\'s loss is called "mean_absolute_error"',
    "Module": "Keras's is `Model`",
}  # fmt: skip
"""Names that PyTorch has and Keras has not, and what is said of Keras."""


def of_another_library(failure: Failure) -> Tip | None:
    """Tell of a method or a name of scikit-learn or PyTorch that Keras has not."""
    message = failure.message
    if found := re.search(r"'(\w+)' object has no attribute '(\w+)'", message):
        if found[1] not in MODELS or found[2] not in _METHODS or not _is_written(failure, found[2]):
            return None
        whose, keras = _METHODS[found[2]]
        return failure.tip(f"`{found[2]}` is {whose}; {keras}.")
    found = re.search(r"cannot import name '(\w+)' from '((?:tensorflow\.)?keras[\w.]*)'", message)
    name = found[1] if found else ""
    if found := re.search(r"module '[\w.]*keras[\w.]*' has no attribute '(\w+)'", message):
        name = found[1]
    if name in _NAMES:
        return failure.tip(f"`{name}` is PyTorch's; {_NAMES[name]}.")
    return _sizes(failure)


def _sizes(failure: Failure) -> Tip | None:
    """Tell of the sizes that a layer of PyTorch is told by name."""
    if "missing 1 required positional argument: 'units'" not in failure.message:
        return None
    given = [node.arg for node in failure.nodes() if isinstance(node, ast.keyword) and node.arg]
    size = next((name for name in given if name in {"hidden_size", "out_features"}), None)
    if size is None:
        return None
    text = f"PyTorch's `{size}` is called `units` in Keras."
    if spare := next((name for name in given if name in {"input_size", "in_features"}), None):
        text += f" `{spare}` is not needed: a layer sees what comes before it."
    return failure.tip(text)


def missing_name(failure: Failure, name: str) -> Tip | None:
    """Tell of a name that is called and was never made: PyTorch has it, and Keras has not."""
    called = any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in failure.nodes()
    )
    if not called or name not in _NAMES:
        return None
    return failure.tip(f"`{name}` is PyTorch's; {_NAMES[name]}.")


def _is_written(failure: Failure, name: str) -> bool:
    """Whether the line itself asks for an attribute, not something that it calls."""
    return any(isinstance(node, ast.Attribute) and node.attr == name for node in failure.nodes())
