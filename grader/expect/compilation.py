"""Expectations on how a model is compiled: its optimizer, loss and metrics."""

from __future__ import annotations

import keras

from grader.evidence.values import Settings
from grader.expect import spellings
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.settings import config_of, defaults_of, deviations
from grader.expect.uncalled import or_not_called
from grader.tips.texts_as_names import nothing_of_this_name


def compile_settings(model: Model) -> Settings:
    """Return the compile settings.

    Raises:
        CheckFailed: the model was never compiled.
    """
    settings = model.compiled
    if settings is None:
        uncompiled = CheckFailed(
            expected="a compiled model",
            got="a model that was not compiled",
            message=f"Call `{model.name}.compile` with an optimizer and a loss.",
            line=model.line,
            cause=f"uncompiled {model.number}",
            absent=True,
        )
        raise or_not_called(uncompiled, model.evidence, f"{model.name}.compile")
    return settings


def expect_optimizer(model: Model, name: str) -> None:
    """Expect an optimizer, `"adam"`, as a text or an object with any learning rate."""
    setting = compile_settings(model).get("optimizer")
    got = spellings.optimizer_name(setting)
    if got != name:
        raise CheckFailed(
            expected=f"optimizer {name}",
            got=f"optimizer {got or 'unknown'}",
            message="Look at the optimizer that you give to compile.",
            line=compile_line(model),
        )
    wanted = defaults_of(setting, keras.optimizers)
    for one in deviations(config_of(setting), wanted, "optimizer"):
        raise CheckFailed(
            expected=f"optimizer {name} with {one.expected}",
            got=f"optimizer {name} with {one.got}",
            message=one.why,
            line=compile_line(model),
        )


def expect_loss(model: Model, name: str, why: str = "") -> None:
    """Expect a loss by its full name, `"mean_squared_error"`, in any of its spellings."""
    setting = compile_settings(model).get("loss")
    text = spellings.single(setting)
    got = spellings.loss_name(setting)
    if got in spellings.CHOSEN_BY_SHAPE:
        got = _chosen_crossentropy(model, name)
    elif isinstance(text, str) and not spellings.is_known(text, keras.losses):
        raise CheckFailed(
            expected=f"loss {name}",
            got=f"loss {text[:60]!r}",
            message=nothing_of_this_name("loss", text[:60]),
            line=compile_line(model),
        )
    if got != name:
        raise CheckFailed(
            expected=f"loss {name}",
            got=f"loss {got or 'none'}",
            message=why or "Look at the loss that you give to compile.",
            line=compile_line(model),
        )
    if spellings.takes_logits(setting) and _gives_probabilities(model):
        raise CheckFailed(
            expected=f"loss {name} on probabilities",
            got=f"loss {name} with from_logits=True",
            message="The output layer already gives probabilities, so the loss must not "
            "squash them once more.",
            line=compile_line(model),
        )
    plain = spellings.single(setting)
    found = {**config_of(plain), "loss_weights": _loss_weights(model)}
    wanted = {**defaults_of(plain, keras.losses), "loss_weights": None}
    for one in deviations(found, wanted, "loss"):
        raise CheckFailed(
            expected=f"loss {name} with {one.expected}",
            got=f"loss {name} with {one.got}",
            message=one.why,
            line=compile_line(model),
        )


def _chosen_crossentropy(model: Model, wanted: str) -> str:
    """Return what Keras makes of "crossentropy": it goes by the shapes of outputs and labels.

    One output means the binary kind. With several, the labels say which; WANTED fits the right
    ones, and others have a check of their own.
    """
    shape = model.keras.output_shape
    if isinstance(shape, tuple) and shape[-1:] == (1,):
        return "binary_crossentropy"
    return wanted if wanted.endswith("categorical_crossentropy") else "categorical_crossentropy"


def _gives_probabilities(model: Model) -> bool:
    """Whether the last layer squashes its outputs; if it does not, from_logits is no fault."""
    try:
        layers = model.layers
    except CheckFailed:
        return False
    return bool(layers) and layers[-1].activation in ("sigmoid", "softmax")


def _loss_weights(model: Model) -> object:
    """Return the weights of losses; None where there are none, or all are 1, or no numbers.

    Texts are metrics that were given without their name: the check of the metric says so.
    """
    weights = spellings.single(compile_settings(model).get("loss_weights"))
    is_number = isinstance(weights, int | float) and weights != 1
    return weights if is_number else None


def expect_metric(model: Model, name: str, also: tuple[str, ...] = ()) -> None:
    """Expect a metric, `"accuracy"`, or one of those in ALSO that compute the same here."""
    settings = compile_settings(model)
    got = spellings.metric_names(settings.get("metrics"))
    weights = settings.get("loss_weights")
    if {name, *also} & set(got):
        return
    message = "Without this metric, training does not show how often the model is right."
    if "Accuracy()" in got:
        message = (
            "The class `Accuracy` counts outputs that equal the label exactly, which "
            "probabilities hardly ever do. Ask for the metric by its name instead."
        )
    elif isinstance(weights, str) or (
        isinstance(weights, list) and not all(isinstance(one, int | float) for one in weights)
    ):
        message = (
            "The third thing that compile takes without a name is the weights of losses. Give the "
            "metrics by their name, `metrics`."
        )
    elif nothing := [one for one in got if not _is_a_metric(one)]:
        message = nothing_of_this_name("metric", nothing[0][:60])
    elif other := [one for one in got if one in _OTHER_ACCURACIES]:
        message = f"`{other[0]}` {_OTHER_ACCURACIES[other[0]]}. Take the metric that is asked for."
    raise CheckFailed(
        expected=f"metric {name}",
        got=f"metrics {', '.join(got)}" if got else "no metrics",
        message=message,
        line=compile_line(model),
    )


_OTHER_ACCURACIES = {
    "binary_accuracy": "counts each output by itself, on which side of 0.5 it lies",
    "categorical_accuracy": "only looks which output is the largest, as if just one of them could "
    "be right",
    "sparse_categorical_accuracy": "takes each label for the number of a class, and not for a row "
    "with a number for each output",
    "top_k_categorical_accuracy": "counts an answer as right if the class is among several with "
    "the largest outputs",
}
"""How often a model is right, counted in a way of their own."""


def _is_a_metric(name: str) -> bool:
    """Whether Keras knows a metric of this name; a short one compile knows by itself."""
    return name in {"accuracy", "crossentropy", "ce"} or spellings.is_known(name, keras.metrics)


def compile_line(model: Model) -> int | None:
    """Return the line of the last call of compile; if none is known, what the model says."""
    calls = model.evidence.calls("compile", model)
    return calls[-1].line if calls else model.line_of_compile
