"""Checks for 3.4.1, preparing a model for tuning."""

import ast
import random
from dataclasses import dataclass
from typing import TypeAlias

import keras

from grader.evidence.reading import DamagedEvidence
from grader.evidence.record import NoSuchFunction, Probe, Raised, Returned, Tried
from grader.evidence.values import ModelRef, Nothing
from grader.expect.compilation import compile_settings
from grader.expect.findings import Evidence, error_text
from grader.expect.layers import Layer
from grader.expect.model import Model
from grader.expect.network import Network
from grader.expect.outcome import CheckFailed, check
from grader.expect.specifications import dense
from grader.expect.structure import expect_activations
from grader.expect.tried_calls import expect_ended
from grader.expect.value_words import kind_text
from grader.expect.written_functions import WrittenFunction
from grader.places import OnLine, Said, YourFile, said
from grader.verdict import Fact

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

ADAMS_OWN = 0.001
"""The learning rate of an Adam that is told none."""

Call: TypeAlias = tuple[Probe, Tried]
"""A call of the function, and what came of it."""


@dataclass
class MadeModel(Model):
    """A model whose line is that of the function that made it."""

    @property
    def line(self) -> int | None:
        """The line where the function begins."""
        return self.evidence.line_of(NAME)

    @property
    def line_of_compile(self) -> int | None:
        """The line of the function that compiles; where it begins, if there is none or several."""
        found = self.evidence.written.calls("compile", inside=NAME)
        return found[0].line if len(found) == 1 else self.line


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
    def network(self) -> Network:
        """What the model should be."""
        hidden = [dense(128, self.activation), dense(256, self.activation)]
        return Network(
            input=(30,),
            layers=[*hidden, dense(1, "sigmoid")],
            optimizer="adam",
            loss="binary_crossentropy",
            metrics=("accuracy", "binary_accuracy"),
        )


def probes(rng: random.Random) -> list[tuple[str, list[object], dict[str, object]]]:
    """Pick two settings, the first of them twice; try each with names, as a search does, and
    without."""
    found: list[tuple[str, list[object], dict[str, object]]] = []
    rates = (round(rng.uniform(0.0002, 0.0007), 6), round(rng.uniform(0.002, 0.008), 6))
    first, second = zip(rates, rng.sample(ACTIVATIONS, 2), strict=True)
    for rate, activation in (first, second, first):
        found.append((NAME, [], {"learning_rate": rate, "activation": activation}))
        found.append((NAME, [rate, activation], {}))
    return found


def _tried(evidence: Evidence) -> tuple[list[Call], list[Call]]:
    """Return the calls with names and those without.

    Raises:
        CheckFailed: there is no such function.
        CheckSkipped: there is none because the file stopped.
    """
    found = evidence.value(NAME, "a function")
    if isinstance(found, ModelRef):
        raise evidence.wrong_kind(NAME, "a function that makes models", found)
    named: list[Call] = []
    plain: list[Call] = []
    for answer in evidence.record.probes:
        if isinstance(answer.outcome, NoSuchFunction):
            raise evidence.wrong_kind(NAME, "a function that makes models", found)
        (named if answer.probe.kwargs else plain).append((answer.probe, answer.outcome))
    return named, plain


def _any_returned(tried: list[Call]) -> bool:
    return any(isinstance(outcome, Returned) for _, outcome in tried)


def _takes_names(named: list[Call], plain: list[Call]) -> bool:
    """Whether the function can be called with names; True if it fails either way."""
    return _any_returned(named) or not _any_returned(plain)


def _settings(named: Probe) -> tuple[float, str]:
    """Return the learning rate and the activation that a call with names asks for."""
    match named.kwargs:
        case {"learning_rate": float(rate), "activation": str(activation)}:
            return rate, activation
    raise DamagedEvidence("a probe asks for other settings")


def _returned_model(evidence: Evidence, tried: Tried, call: str) -> MadeModel:
    """Return the model that a call gave back; raise CheckFailed where it gave none."""
    line = evidence.line_of(NAME)
    expected = f"a model from {call}"
    work = "Its work is to make a model and to compile it; a search does the training."
    outcome = expect_ended(evidence, tried, call, expected, work)
    match outcome:
        case Returned(value=ModelRef(number=number)):
            known = evidence.model_by_number(number)
            return MadeModel(known.number, "model", known.stored, evidence)
        case Raised():
            got = error_text(outcome)
            message: Said = "Your function stopped with this error when it was tried."
            ended = evidence.record.ended
            if isinstance(ended, Raised) and error_text(ended) == got:
                got = outcome.type
                message = said("This is the error that stopped ", YourFile(), ".")
            elif outcome.message.endswith((" activation", " learning_rate")):
                message = (
                    f"`{outcome.message.rpartition(' ')[2]}` stands in quotes, so it is a text. "
                    "What the function was given is the name without them."
                )
            line = outcome.line or line
        case Returned(value=Nothing()):
            got, message = "None", "Let your function return the model."
            if (compiled := _function(evidence).line_returning("compile")) is not None:
                line = compiled
                message = "compile changes the model, and returns nothing. Return the model itself."
        case Returned(value=value):
            got = kind_text(value)
            message = "Your function must return the compiled model, and nothing else."
    raise CheckFailed(
        expected=expected,
        got=got,
        message=message,
        line=line,
        cause=NAME,
        tells=Fact.FUNCTION_RAISED if isinstance(outcome, Raised) else None,
    )


def _made(evidence: Evidence) -> list[Made]:
    """Return what the function made, from the calls with names where these work at all.

    Raises:
        CheckFailed: it raised, or returned something else than a new model.
    """
    named, plain = _tried(evidence)
    tried = named if _takes_names(named, plain) else plain
    made = []
    for (wanted, _), (_, outcome) in zip(named, tried, strict=True):
        rate, activation = _settings(wanted)
        model = _returned_model(evidence, outcome, f"{NAME}({rate:g}, {activation!r})")
        made.append(Made(model, rate, activation))
    if len({one.model.number for one in made}) < len(made):
        raise CheckFailed(
            expected="a new model from each call",
            got="the same model twice",
            message="Make the model inside the function, so that each call begins a new one.",
            line=evidence.line_of(NAME),
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
    errors = [outcome for _, outcome in named if isinstance(outcome, Raised)]
    if errors and not _takes_names(named, plain):
        raise CheckFailed(
            expected=f"{NAME}(learning_rate=…, activation=…)",
            got=error_text(errors[0]),
            message="A search passes settings by their names. Name the parameters as the task "
            "does.",
            line=evidence.line_of(NAME),
        )


@check(points=1, needs=("function",))
def test_input(evidence: Evidence) -> None:
    """The model takes the 30 measurements of a tumour."""
    for made in _made(evidence):
        made.network.expect_input(made.model)


@check(points=2, needs=("function",))
def test_layers(evidence: Evidence) -> None:
    """The layers have the right kind and size, in the right order."""
    for made in _made(evidence):
        made.network.expect_layers(made.model)


def _function(evidence: Evidence) -> WrittenFunction:
    return WrittenFunction(evidence, NAME)


def _overwritten(evidence: Evidence, parameter: str) -> str:
    """Tell of a parameter that the function itself gives another value; "" of others."""
    if _function(evidence).line_giving(parameter) is None:
        return ""
    return f"This line gives `{parameter}` a new value: what the function was given is lost."


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
                message=_overwritten(evidence, "activation")
                or "This layer is the same whatever `activation` is. Look at where the parameter "
                f"`activation` of `{NAME}` is used."
                if fixed
                else "This layer has something else than the activation that was given.",
                line=_function(evidence).line_giving("activation")
                or made.model.line_of_layer(layer.activated_by),
            )


@check(points=1, needs=("layers",))
def test_output(evidence: Evidence) -> None:
    """The output is a probability, whatever the activation of the hidden layers."""
    for made in _made(evidence):
        mine = made.model.layers
        unchecked = [Layer("")] * (len(mine) - 1)
        expect_activations(
            made.model,
            [*unchecked, made.network.layers[-1]],
            {"sigmoid": "Only a number between 0 and 1 can be a probability."},
        )


@check(points=1, needs=("function",))
def test_optimizer(evidence: Evidence) -> None:
    """The model is compiled with adam."""
    for made in _made(evidence):
        made.network.expect_optimizer(made.model)


def _same_rate(evidence: Evidence, rate: float) -> Said:
    """Return what to say of models that all have this learning rate."""
    if lost := _overwritten(evidence, "learning_rate"):
        return lost
    same, adams = "It is the same whatever `learning_rate` is. ", ""
    text = _text_for_compile(evidence)
    if abs(rate - ADAMS_OWN) <= 1e-7 and text.lower() == "'adam'":
        adams = f'Compile gets the text "{text[1:-1]}", which stands for an Adam of {ADAMS_OWN}. '
    if (unused := _unused_optimizer(evidence)) is not None:
        name, line = unused
        made = f" with `learning_rate`, is used nowhere. {adams or 'Compile does not get it.'}"
        return said(f"{same}`{name}`, made ", OnLine(line), made.rstrip())
    if (outside := _optimizer_outside(evidence)) is not None:
        name, line = outside
        made = f", outside of `{NAME}`: it knows nothing of `learning_rate`. Make it inside."
        return said(f"{same}`{name}` is made ", OnLine(line), made)
    which = "" if adams else ", and which optimizer compile gets"
    return (
        f"{same}{adams}Look at what the parameter `learning_rate` of `{NAME}` is used for{which}."
    )


def _optimizer_outside(evidence: Evidence) -> tuple[str, int] | None:
    """Return the optimizer that compile gets from outside of the function, and where it is made."""
    for call in evidence.written.calls("compile", inside=NAME):
        name = call.keywords.get("optimizer", next(iter(call.arguments), ""))
        inside = _function(evidence).line_giving(name) if name.isidentifier() else 0
        if inside is None and (line := evidence.line_of(name)) is not None:
            return name, line
    return None


def _unused_optimizer(evidence: Evidence) -> tuple[str, int] | None:
    """Return the name that an optimizer with `learning_rate` is given and nothing uses, and its
    line; None where there is none."""
    nodes = evidence.written.nodes_in(NAME)
    used = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    made = {
        call.line
        for kind in vars(keras.optimizers)
        for call in evidence.written.calls(kind, inside=NAME)
        if any("learning_rate" in text for text in (*call.arguments, *call.keywords.values()))
    }
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(lineno=line)):
                if line in made and name not in used:
                    return name, line
    return None


def _text_for_compile(evidence: Evidence) -> str:
    """Return the text that compile gets as its optimizer, in quotes; "" where it gets none."""
    given = [
        text
        for call in evidence.written.calls("compile", inside=NAME)
        for text in (call.keywords.get("optimizer", ""), *call.arguments[:1])
        if text.startswith(("'", '"'))
    ]
    return given[0] if len(given) == 1 else ""


def _line_of_rate(model: MadeModel) -> int | None:
    """Return the line that decides the learning rate: that of Adam, if compile gets no text."""
    made = model.evidence.written.calls("Adam", inside=NAME)
    is_text = bool(_text_for_compile(model.evidence))
    return made[0].line if len(made) == 1 and not is_text else model.line_of_compile


@check(points=3, needs=("function",))
def test_learning_rate(evidence: Evidence) -> None:
    """The optimizer has the learning rate that the function was given."""
    all_made = _made(evidence)
    for made in all_made:
        compile_settings(made.model)
    rates = [made.model.learning_rate for made in all_made]
    for made, rate in zip(all_made, rates, strict=True):
        if not abs(rate - made.rate) <= 1e-4 * made.rate:
            raise CheckFailed(
                expected=f"a learning rate of {made.rate:g} in {made.call}",
                got=f"a learning rate of {rate:g}",
                message=_same_rate(evidence, rate)
                if len(set(rates)) == 1
                else "The optimizer has another learning rate than the one that was given.",
                line=_function(evidence).line_giving("learning_rate") or _line_of_rate(made.model),
            )


@check(points=1, needs=("function",))
def test_loss(evidence: Evidence) -> None:
    """The loss fits labels of 0 and 1 and a single probability."""
    for made in _made(evidence):
        made.network.expect_loss(made.model)


@check(points=1, needs=("function",))
def test_metric(evidence: Evidence) -> None:
    """Training reports the accuracy."""
    for made in _made(evidence):
        made.network.expect_metric(made.model)
