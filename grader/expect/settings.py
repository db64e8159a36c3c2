"""Every setting counts unless it is harmless: what a layer, an optimizer, a loss or fit was told.

What the learner's object says of itself is compared with the same class of Keras, made with what
the task sets and nothing else. Whatever differs is a fault, unless it stands in `MAY_DIFFER`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from grader.verdict import Fact

MAY_DIFFER: dict[str, dict[str, str]] = {
    "layer": {
        "name": "a name computes nothing",
        "seed": "chance is chance",
        "dtype": "numbers of another precision say the same",
        "batch_shape": "of an input; its shape has a check of its own",
        "activation": "has a check of its own, wherever the activation stands",
        "use_bias": "is told with the parameters that are missing",
        "center": "as `use_bias`",
        "scale": "as `use_bias`",
        "*_initializer": "where weights start; a task that names an initializer looks for it",
        "mask_zero": "leaves out a word 0, which no task's data have",
        "zero_output_for_mask": "of a mask, as `mask_zero`",
        "unroll": "computes the same, in other steps",
        "synchronized": "of several machines; there is one",
        "momentum": "of a normalization: how fast it counts; right answers choose it freely",
        "epsilon": "keeps a division from failing",
        "target_shape": "of a Reshape that lays its input out flat, as Flatten does",
        "data_format": "a network learns from its numbers in any order; other shapes are told",
    },
    "optimizer": {
        "name": "a name computes nothing",
        "learning_rate": "a task that sets a rate looks for it; the others name the optimizer only",
        "epsilon": "keeps a division from failing",
        "loss_scale_factor": "is taken out of the gradients again",
        "ema_momentum": "has no effect without `use_ema`, which counts",
        "ema_overwrite_frequency": "as `ema_momentum`",
    },
    "given optimizer": {
        "name": "a name computes nothing",
        "epsilon": "keeps a division from failing",
        "loss_scale_factor": "is taken out of the gradients again",
        "ema_momentum": "has no effect without `use_ema`, which counts",
        "ema_overwrite_frequency": "as `ema_momentum`",
    },
    "loss": {
        "name": "a name computes nothing",
        "dtype": "numbers of another precision say the same",
        "from_logits": "is told by what the last layer gives",
    },
    "compile": {
        "optimizer": "compared by itself",
        "loss": "compared by itself",
        "metrics": "have a check of their own; a number that is reported is computed anew",
        "weighted_metrics": "are the same as `metrics` where no sample has a weight",
        "run_eagerly": "computes the same, more slowly",
        "jit_compile": "computes the same, faster or not",
        "steps_per_execution": "computes the same, faster or not",
        "auto_scale_loss": "is for numbers of low precision",
    },
    "fit": {
        "x": "the data have checks of their own",
        "y": "the data have checks of their own",
        "validation_data": "has a check of its own where a task asks for it; nothing learns of it",
        "validation_split": "right answers look at their training in this way; checks that need "
        "all the rows look at it",
        "validation_freq": "as `validation_data`",
        "validation_steps": "as `validation_data`",
        "validation_batch_size": "validation gives the same in batches of any size",
        "batch_size": "a task that names a size looks at it",
        "epochs": "has a check of its own",
        "initial_epoch": "a number to count from; the epochs that ran are counted",
        "steps_per_epoch": "counts where an epoch takes fewer rows than there are",
        "callbacks": "have checks of their own",
        "verbose": "prints",
        "workers": "of Keras 2: how data are read",
        "max_queue_size": "of Keras 2: how data are read",
        "use_multiprocessing": "of Keras 2: how data are read",
    },
}
"""What may differ from Keras's defaults and the task, each with the reason why."""

_SAME = {("reduction", "mean"): "sum_over_batch_size"}
"""Other spellings of one value."""

_WHY = {
    "trainable": "A layer with trainable=False keeps the weights that it starts with: "
    "it cannot learn.",
    "return_sequences": "The layer gives a vector after every step. Only the one after the last "
    "step is needed.",
    "go_backwards": "It reads the last step first. Let it begin with the first one.",
    "padding": "Padding puts rows and columns around the input that nobody asked for.",
    "strides": "The filter does not move one step at a time.",
    "dropout": "It throws away a part of what the layer is fed with while the model trains.",
    "recurrent_dropout": "It throws away a part of what the layer remembers while it trains.",
    "label_smoothing": "It makes the labels less certain than they are, and training aims at that.",
    "reduction": "It changes how the losses of the samples become one number, and with that the "
    "steps of the training.",
    "loss_weights": "It makes the loss larger or smaller, and with that the steps of the training.",
    "class_weight": "With it mistakes of one class count more than those of another.",
    "sample_weight": "With it some samples count more than others.",
    "shuffle": "Without it every epoch goes through the samples in the same order.",
}
_NOT_ASKED = "The task does not ask for this setting, and it changes what the model learns."


@dataclass(frozen=True)
class Deviation:
    """A setting that is neither Keras's default nor asked for."""

    name: str
    wanted: object
    found: object

    @property
    def expected(self) -> str:
        """The setting as it should be: `trainable=True`."""
        return f"{self.name}={_shown(self.wanted)}"

    @property
    def got(self) -> str:
        """The setting as it is: `trainable=False`."""
        return f"{self.name}={_shown(self.found)}"

    @property
    def fact(self) -> Fact | None:
        """What tips may find out of it as well."""
        return Fact.FROZEN if self.name == "trainable" else None

    @property
    def why(self) -> str:
        """What it does, in a sentence or two."""
        if self.name.endswith("_regularizer"):
            return "A regularizer pulls the weights towards 0. The task does not ask for one."
        if self.name.endswith("_constraint"):
            return "A constraint keeps the weights within bounds. The task does not ask for one."
        return _WHY.get(self.name, _NOT_ASKED)


def deviations(
    found: Mapping[str, object],
    wanted: Mapping[str, object],
    of: str,
    besides: frozenset[str] = frozenset(),
) -> list[Deviation]:
    """Return which settings differ from what is wanted and are not harmless, in Keras's order.

    Args:
        found: the learner's settings, by their names; one that is missing is None.
        wanted: what Keras makes of the task.
        of: what they are settings of, as in `MAY_DIFFER`: `"layer"`.
        besides: what other checks of the exercise look at.
    """
    return [
        Deviation(name, wanted.get(name), found.get(name))
        for name in dict.fromkeys([*wanted, *found])
        if name not in besides
        and not _may_differ(name, of)
        and not _is_same(name, found.get(name), wanted.get(name))
    ]


def _may_differ(name: str, of: str) -> bool:
    free = MAY_DIFFER[of]
    return name in free or f"*_{name.rpartition('_')[2]}" in free


def _is_same(name: str, one: object, other: object) -> bool:
    match one, other:
        case (list() | tuple(), list() | tuple()):
            return len(one) == len(other) and all(
                _is_same(name, *pair) for pair in zip(one, other, strict=True)
            )
        case (bool() | int() | float(), bool() | int() | float()):
            return bool(np.isclose(one, other, rtol=1e-5, atol=0))
        case (str(), str()):
            return _SAME.get((name, one), one) == _SAME.get((name, other), other)
        case _:
            return one == other


def _shown(value: object) -> str:
    if isinstance(value, dict) and isinstance(value.get("class_name"), str):
        return str(value["class_name"])[:60]
    return f"{value:.6g}" if isinstance(value, float) else repr(value)[:60]


def config_of(setting: object) -> Mapping[str, object]:
    """Return the settings in what Keras writes down of an object; none of a bare name."""
    config = setting.get("config") if isinstance(setting, dict) else None
    return config if isinstance(config, dict) else {}


def defaults_of(setting: object, module: Any) -> Mapping[str, object]:
    """Return what Keras's own class has, where SETTING writes down an object of it.

    Args:
        setting: what Keras writes down of an object; a bare name has Keras's defaults anyway.
        module: that the class stands in, `keras.optimizers`.
    """
    name = setting.get("class_name") if isinstance(setting, dict) else None
    kind = getattr(module, name, None) if isinstance(name, str) else None
    if not config_of(setting) or not isinstance(kind, type):
        return config_of(setting)
    try:
        made: Mapping[str, object] = kind().get_config()
    except (TypeError, ValueError, AttributeError):  # it needs arguments: nothing is known of it
        return config_of(setting)
    return made


def layer_settings(layer: keras.layers.Layer) -> Mapping[str, object]:
    """Return a layer's settings as Keras writes them down."""
    try:
        config: Mapping[str, object] = layer.get_config()
    except NotImplementedError:
        return {}
    return config
