"""The many spellings of optimizers, losses and metrics, brought to one name each.

Works on a saved compile configuration: a string, a class with its settings, a
function's name, or one of these alone in a list or dictionary.
"""

from __future__ import annotations

import re
from typing import Any

_LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
}
CHOSEN_BY_SHAPE = ("crossentropy", "ce")
"""Spellings of which Keras makes the crossentropy that fits the outputs and labels."""

_METRICS = {"acc": "accuracy", **_LOSSES}


def snake(name: str) -> str:
    """Return `MeanSquaredError` as `mean_squared_error`; other spellings in lower case."""
    if name.isupper():
        return name.lower()
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def single(setting: object) -> object:
    """Take a setting out of a list or dictionary that holds nothing else."""
    while isinstance(setting, list) and len(setting) == 1:
        setting = setting[0]
    if isinstance(setting, dict) and "class_name" not in setting and len(setting) == 1:
        return single(next(iter(setting.values())))
    return setting


def _raw_name(setting: object) -> str | None:
    setting = single(setting)
    if isinstance(setting, str):
        return setting
    if isinstance(setting, dict) and isinstance(setting.get("class_name"), str):
        if setting["class_name"] == "function":
            return str(setting.get("config"))
        return str(setting["class_name"])
    return None


def optimizer_name(setting: object) -> str | None:
    """Return an optimizer's name in lower case, `adam`; None where there is none."""
    name = _raw_name(setting)
    return name.lower().replace("_", "") if name else None


def loss_name(setting: object) -> str | None:
    """Return a loss's full name, `mean_squared_error`; None where there is none."""
    name = _raw_name(setting)
    if not name:
        return None
    plain = snake(name)
    return _LOSSES.get(plain, plain)


def is_known(name: str, module: Any) -> bool:
    """Whether Keras knows a loss or a metric by this text; compile itself does not look.

    Args:
        name: the text.
        module: that knows them, `keras.losses`.
    """
    try:
        return module.get(name) is not None
    except ValueError:
        return False


def takes_logits(setting: object) -> bool:
    """Whether a loss object was told to expect raw scores instead of probabilities."""
    setting = single(setting)
    config = setting.get("config") if isinstance(setting, dict) else None
    return isinstance(config, dict) and config.get("from_logits") is True


def metric_names(setting: object) -> list[str]:
    """Return the metrics' names; `Accuracy()` the object is told apart from `"accuracy"`."""
    if isinstance(setting, dict) and "class_name" in setting:
        if setting["class_name"] == "Accuracy":
            return ["Accuracy()"]
        name = _raw_name(setting) or "?"
        config = setting.get("config")
        threshold = config.get("threshold", 0.5) if isinstance(config, dict) else 0.5
        if setting["class_name"] == "BinaryAccuracy" and threshold != 0.5:
            return [f"binary_accuracy from {threshold} on"]
        return [_METRICS.get(snake(name), snake(name))]
    if isinstance(setting, str):
        return [_METRICS.get(snake(setting), snake(setting))]
    if not isinstance(setting, dict | list):
        return []
    parts = setting.values() if isinstance(setting, dict) else setting
    return [name for part in parts for name in metric_names(part)]
