"""The references' networks have the parameters that the course states, layer by layer.

The answers files hold them: `PARAMETERS`.
"""

from __future__ import annotations

import runpy
from typing import Any

import pytest
from corpus import Parameters, declared
from keras.src.applications import imagenet_utils, resnet

from grader.catalogue import Exercise, exercises

STATED = [
    (exercise, declared(exercise, "PARAMETERS"))
    for exercise in exercises()
    if declared(exercise, "PARAMETERS") is not None
]


@pytest.fixture
def _keras_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a reference puts into Keras, 4.2.4 its stand-in for ResNet50, is taken out again."""
    monkeypatch.setattr(imagenet_utils, "CLASS_INDEX", imagenet_utils.CLASS_INDEX)
    monkeypatch.setattr(resnet, "ResNet", resnet.ResNet)


@pytest.mark.usefixtures("_keras_as_it_was")
@pytest.mark.parametrize(("exercise", "stated"), STATED, ids=[e.id for e, _ in STATED])
def test_the_reference_has_the_stated_parameters(exercise: Exercise, stated: Parameters) -> None:
    model: Any = eval(stated.network, runpy.run_path(str(exercise.solution)))
    layers = [layer.count_params() for layer in model.layers if not layer.name.startswith("input")]
    assert model.count_params() == stated.total
    if stated.layers is not None:
        assert layers == stated.layers
        assert sum(layers) == stated.total
    if stated.learned is not None:
        learned = sum(int(weight.shape.num_elements()) for weight in model.trainable_weights)
        assert learned == stated.learned
