"""The networks that exercises start from: as the solutions make them, new weights each time."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from grader.datasets import making, networks, trained

CALLS: dict[str, Callable[[], keras.Model]] = {
    "orbit": networks.orbit_network,
    "banknote": networks.banknote_network,
    "darts": networks.darts_network,
    "irrigation": networks.irrigation_network,
    "text": networks.text_network,
    "digits": networks.digits_network,
    "cnn": networks.cnn_network,
    "neuron pair": networks.neuron_pair_network,
    "autoencoder": networks.autoencoder_network,
    "dots": networks.dots_network,
    "deep digits": partial(networks.deep_digits_network, batch_normalization=True),
    "cancer": networks.cancer_network,
}


def _seeded(make: Callable[[], keras.Model]) -> tuple[keras.Model, Any, Any]:
    """Return what is made under a fixed seed, with how it is built and compiled."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(5)
    model = make()
    return model, model.get_config(), model.get_compile_config()


def test_the_saved_networks_are_up_to_date() -> None:
    """If not: `python -m grader.datasets.making networks`."""
    (path,) = networks.SAVED
    assert path.read_text("utf-8") == making.described_networks()


def test_each_network_has_a_function() -> None:
    assert list(CALLS) == list(making.NETWORKS)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_loaded_is_what_the_solution_makes(name: str) -> None:
    """To the last setting, and with the same weights from the same seed."""
    model, config, compiled = _seeded(CALLS[name])
    original, original_config, original_compiled = _seeded(making.NETWORKS[name])
    for one in (config, original_config, compiled, original_compiled):
        _forget_names(one)
    assert config == original_config
    assert compiled == original_compiled
    for ours, theirs in zip(model.get_weights(), original.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def _forget_names(found: Any) -> None:
    """Drop the names that Keras numbers."""
    for value in found.values() if isinstance(found, dict) else found:
        if isinstance(value, dict | list):
            _forget_names(value)
    if (
        isinstance(found, dict)
        and "config" in found
        and found.get("class_name") != "BinaryAccuracy"
    ):
        found["config"].pop("name", None)
    if isinstance(found, dict) and "layers" in found:
        found.pop("name", None)


@pytest.mark.parametrize("name", sorted(set(CALLS) - {"neuron pair"}))
def test_each_call_makes_new_weights_that_follow_the_seed(name: str) -> None:
    keras.utils.set_random_seed(1)
    first, second = CALLS[name]().get_weights(), CALLS[name]().get_weights()
    keras.utils.set_random_seed(1)
    again = CALLS[name]().get_weights()
    assert not np.array_equal(first[0], second[0])
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))


def test_settings_that_are_named_take_the_place_of_the_saved_ones() -> None:
    def hidden(model: keras.Model) -> list[str]:
        return [layer.activation.__name__ for layer in model.layers]

    assert hidden(networks.irrigation_network("tanh")) == ["tanh", "sigmoid"]
    assert hidden(networks.irrigation_network(activation="leaky_relu"))[0] == "leaky_relu"
    cancer = networks.cancer_network(learning_rate=0.5, activation="tanh")
    assert hidden(cancer) == ["tanh", "tanh", "sigmoid"]
    assert float(cancer.optimizer.learning_rate) == 0.5
    assert float(networks.cancer_network().optimizer.learning_rate) == pytest.approx(0.001)
    plain = networks.deep_digits_network(batch_normalization=False)
    assert [type(layer).__name__ for layer in plain.layers] == 4 * ["Dense"]
    assert not networks.orbit_network(compiled=False).compiled
    assert networks.orbit_network().compiled


@pytest.mark.parametrize("path", trained.SAVED, ids=lambda path: path.stem)
def test_trained_networks_name_nothing_that_keras_3_13_does_not_know(path: Path) -> None:
    """Tried with 3.13.2: it loads them all."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read("config.json").decode("utf-8")
    assert not [
        name for name in ("input_axes", "output_axes", "quantization_config") if name in text
    ]


def test_a_saved_network_is_the_same_for_older_versions(tmp_path: Path) -> None:
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(3, kernel_initializer="normal")]
    )
    path = tmp_path / "one.keras"
    model.save(path)
    assert b"quantization_config" in zipfile.ZipFile(path).read("config.json")
    before = keras.saving.load_model(path)
    making.let_older_keras_read(path)
    assert b"quantization_config" not in zipfile.ZipFile(path).read("config.json")
    again = keras.saving.load_model(path)
    assert again.get_config() == before.get_config()
    for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)
