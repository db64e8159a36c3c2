"""Expectations on a model that came with the exercise: it is as it was given."""

from __future__ import annotations

import keras

from grader.expect import spellings
from grader.expect.compilation import compile_line, compile_settings, expect_loss
from grader.expect.layers import layers_of
from grader.expect.model import Model
from grader.expect.outcome import CheckFailed
from grader.expect.settings import config_of, deviations
from grader.expect.structure import expect_plain_layer
from grader.verdict import Fact


def expect_as_given(model: Model, given: keras.Model) -> None:
    """Expect a model that came compiled to be as it came: its loss, its optimizer, its layers.

    Only its weights may be other ones, and its metrics.

    Args:
        model: the learner's, after its training.
        given: the same as the exercise gives it.
    """
    compiled = given.get_compile_config()
    expect_loss(
        model,
        spellings.loss_name(compiled["loss"]) or "",
        "The given model came with this loss. Compiled anew with another one, it learns "
        "something else. Leave it as it came.",
    )
    _expect_given_optimizer(model, compiled["optimizer"])
    expect_given_layers(model, given)


def expect_given_layers(model: Model, given: keras.Model) -> None:
    """Expect the layers of a given model to have the settings that they came with."""
    try:
        own = model.layers
    except CheckFailed:
        return  # another network: what it can do is another check's affair
    wanted = layers_of(given)
    if [(layer.kind, layer.settings) for layer in own] == [
        (layer.kind, layer.settings) for layer in wanted
    ]:
        for position, (layer, here) in enumerate(zip(own, wanted, strict=True)):
            expect_plain_layer(model, position, layer, here.told)


def _expect_given_optimizer(model: Model, given: object) -> None:
    setting = compile_settings(model).get("optimizer")
    name, wanted = spellings.optimizer_name(setting), spellings.optimizer_name(given)
    message = (
        "The given model came with this optimizer. Compiled anew with another one, it learns "
        "in another way. Leave it as it came."
    )
    if name != wanted:
        raise CheckFailed(
            expected=f"optimizer {wanted}",
            got=f"optimizer {name or 'unknown'}",
            message=message,
            line=compile_line(model),
        )
    for one in deviations(config_of(setting), config_of(given), "given optimizer"):
        raise CheckFailed(
            expected=f"optimizer {name} with {one.expected}",
            got=f"optimizer {name} with {one.got}",
            message="The optimizer of the given model has other settings than it came with. "
            "Leave it as it is.",
            line=compile_line(model),
            tells=Fact.RATE if one.expected.startswith("learning_rate=") else None,
        )
