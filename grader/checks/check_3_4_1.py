"""Checks for 3.4.1, preparing a model for tuning."""

import random
from dataclasses import dataclass
from typing import Any

from grader.evidence.reading import evidence_faults
from grader.expect.findings import Evidence, Model, kind_text
from grader.expect.layers import Layer, dense
from grader.expect.outcome import CheckFailed, check
from grader.expect.structure import (
    compile_settings,
    expect_activations,
    expect_input,
    expect_layers,
    expect_loss,
    expect_metric,
    expect_optimizer,
)

Json = Any

HINTS = (
    "Nothing in the function is fixed but the sizes of the layers and the output. Wherever a "
    "learning rate or a hidden layer's activation is asked for, what you were given goes in.",
    "`Adam` takes its learning rate as an argument. compile takes the optimizer that you made, "
    "not its name. And what would the function give back if its last line were missing?",
    "In the function: `Adam(learning_rate=learning_rate)`; a Sequential of `Input((30,))`, "
    "`Dense(128, activation=activation)`, `Dense(256, activation=activation)` and one neuron with "
    "sigmoid; compile it with this optimizer; `return` the model.",
)
WITHHELD = ("grader.datasets.networks.cancer_network",)

NAME = "create_model"
ACTIVATIONS = ("relu", "tanh", "elu", "selu", "softplus", "gelu")
"""Any two of these are tried. sigmoid is not among them: the output has it in any case."""


@dataclass
class MadeModel(Model):
    """A model whose line is that of the function that made it."""

    @property
    def line(self) -> int | None:
        """The line where the function begins."""
        return self.evidence.line_of(NAME)


@dataclass(frozen=True)
class Made:
    """A model that the learner's function made, and what it was asked for."""

    model: MadeModel
    rate: float
    activation: str

    @property
    def call(self) -> str:
        """The call as the learner would write it."""
        return f"{NAME}({self.rate:g}, {self.activation!r})"

    @property
    def layers(self) -> list[Layer]:
        """What the model should be made of."""
        return [dense(128, self.activation), dense(256, self.activation), dense(1, "sigmoid")]


def probes(rng: random.Random) -> list[tuple[str, list[Json], dict[str, Json]]]:
    """Pick two settings, the first of them twice; try each with names, as a search does, and
    without."""
    found: list[tuple[str, list[Json], dict[str, Json]]] = []
    rates = (round(rng.uniform(0.0002, 0.0007), 6), round(rng.uniform(0.002, 0.008), 6))
    first, second = zip(rates, rng.sample(ACTIVATIONS, 2), strict=True)
    for rate, activation in (first, second, first):
        found.append((NAME, [], {"learning_rate": rate, "activation": activation}))
        found.append((NAME, [rate, activation], {}))
    return found


def _error(probe: Json) -> str:
    with evidence_faults():
        error = probe["error"]
        message = str(error["message"]).strip().splitlines() or [""]
        return f"{error['type']}: {message[0]}"[:200]


def _error_line(probe: Json) -> int | None:
    with evidence_faults():
        line = probe["error"].get("line")
        return None if line is None else int(line)


def _tried(evidence: Evidence) -> tuple[list[Json], list[Json]]:
    """Return the calls with names and those without.

    Raises:
        CheckFailed: there is no such function.
        CheckSkipped: there is none because the file stopped.
    """
    found = evidence.value(NAME, "a function")
    if found["kind"] == "model":
        raise evidence.wrong_kind(NAME, "a function that makes models", found)
    with evidence_faults():
        named = [probe for probe in evidence.raw.probes if probe["kwargs"]]
        plain = [probe for probe in evidence.raw.probes if not probe["kwargs"]]
        if any(probe["outcome"] == "missing" for probe in evidence.raw.probes):
            raise evidence.wrong_kind(NAME, "a function that makes models", found)
    return named, plain


def _takes_names(named: list[Json], plain: list[Json]) -> bool:
    """Whether the function can be called with names; True if it fails either way."""
    with evidence_faults():
        return any(probe["outcome"] == "returned" for probe in named) or not any(
            probe["outcome"] == "returned" for probe in plain
        )


def _made(evidence: Evidence) -> list[Made]:
    """Return what the function made, from the calls with names where these work at all.

    Raises:
        CheckFailed: it raised, or returned something else than a new model.
    """
    named, plain = _tried(evidence)
    line = evidence.line_of(NAME)
    made = []
    for wanted, probe in zip(named, named if _takes_names(named, plain) else plain, strict=True):
        with evidence_faults():
            rate = float(wanted["kwargs"]["learning_rate"])
            activation = str(wanted["kwargs"]["activation"])
            call = f"{NAME}({rate:g}, {activation!r})"
            if probe["outcome"] != "returned":
                raise CheckFailed(
                    expected=f"a model from {call}",
                    got=_error(probe),
                    message="Your function stopped with this error when it was tried.",
                    line=_error_line(probe) or line,
                    cause=NAME,
                )
            result = probe["result"]
            if result["kind"] == "none":
                raise CheckFailed(
                    expected=f"a model from {call}",
                    got="None",
                    message="Let your function return the model.",
                    line=line,
                    cause=NAME,
                )
            if result["kind"] != "model":
                raise CheckFailed(
                    expected=f"a model from {call}",
                    got=kind_text(result),
                    message="Your function must return the compiled model, and nothing else.",
                    line=line,
                    cause=NAME,
                )
            number = result["model"]
        known = evidence.model_by_number(number)
        model = MadeModel(known.number, "model", known.stored, evidence)
        made.append(Made(model, rate, activation))
    if len({one.model.number for one in made}) < len(made):
        raise CheckFailed(
            expected="a new model from each call",
            got="the same model twice",
            message="Make the model inside the function, so that each call begins a new one.",
            line=line,
            cause=NAME,
        )
    return made


@check(points=2)
def test_function(evidence: Evidence) -> None:
    """`create_model` returns a new model for settings that it has not seen."""
    _made(evidence)


@check(points=1, needs=("function",))
def test_names(evidence: Evidence) -> None:
    """`create_model` takes its arguments by the names `learning_rate` and `activation`."""
    named, plain = _tried(evidence)
    if not _takes_names(named, plain):
        raise CheckFailed(
            expected=f"{NAME}(learning_rate=…, activation=…)",
            got=_error(named[0]),
            message="A search passes settings by their names. Name the parameters as the task "
            "does.",
            line=evidence.line_of(NAME),
        )


@check(points=1, needs=("function",))
def test_input(evidence: Evidence) -> None:
    """The model takes the 30 measurements of a tumour."""
    for made in _made(evidence):
        expect_input(made.model, (30,))


@check(points=2, needs=("function",))
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    for made in _made(evidence):
        expect_layers(made.model, (30,), made.layers)


@check(points=3, needs=("layers",))
def test_activation(evidence: Evidence) -> None:
    """The hidden layers have the activation that the function was given."""
    all_made = _made(evidence)
    got = [[layer.activation for layer in made.model.layers[:-1]] for made in all_made]
    for made, activations in zip(all_made, got, strict=True):
        for place, activation in enumerate(activations):
            if activation == made.activation:
                continue
            layer = made.model.layers[place]
            fixed = all(others[place] == activation for others in got)
            raise CheckFailed(
                expected=f"layer {place + 1} of {made.call}: {made.activation}",
                got=f"layer {place + 1} of {made.call}: {activation or 'none'}",
                message=f"This layer is the same whatever `activation` is. Look at where the "
                f"parameter `activation` of `{NAME}` is used."
                if fixed
                else "This layer has something else than the activation that was given.",
                line=made.model.line_of_layer(layer.activated_by),
            )


@check(points=1, needs=("layers",))
def test_output(evidence: Evidence) -> None:
    """The output is a probability, whatever the activation of the hidden layers."""
    for made in _made(evidence):
        mine = made.model.layers
        unchecked = [Layer("")] * (len(mine) - 1)
        expect_activations(
            made.model,
            [*unchecked, made.layers[-1]],
            {"sigmoid": "Only a number between 0 and 1 can be a probability."},
        )


@check(points=1, needs=("function",))
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with adam."""
    for made in _made(evidence):
        expect_optimizer(made.model, "adam")


@check(points=3, needs=("function",))
def test_learning_rate(evidence: Evidence) -> None:
    """The optimizer has the learning rate that the function was given."""
    all_made = _made(evidence)
    for made in all_made:
        compile_settings(made.model)
    with evidence_faults():
        rates = [float(made.model.stored["learning_rate"]) for made in all_made]
    for made, rate in zip(all_made, rates, strict=True):
        if abs(rate - made.rate) > 1e-4 * made.rate:
            raise CheckFailed(
                expected=f"a learning rate of {made.rate:g} in {made.call}",
                got=f"a learning rate of {rate:g}",
                message="It is the same whatever `learning_rate` is. Look at what the parameter "
                f"`learning_rate` of `{NAME}` is used for, and which optimizer compile gets."
                if len(set(rates)) == 1
                else "The optimizer has another learning rate than the one that was given.",
                line=made.model.line,
            )


@check(points=1, needs=("function",))
def test_loss(evidence: Evidence) -> None:
    """The loss fits labels of 0 and 1 and a single probability."""
    for made in _made(evidence):
        expect_loss(made.model, "binary_crossentropy")


@check(points=1, needs=("function",))
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    for made in _made(evidence):
        expect_metric(made.model, "accuracy", also=("binary_accuracy",))
