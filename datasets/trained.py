"""Networks that exercises hand out already trained, as small committed files.

`python -m grader.datasets.trained` trains all of them anew from a seed;
`python -m grader.datasets.trained NAME` only one.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

FOLDER = Path(__file__).parent
SEED = 7


def load(name: str) -> keras.Model:
    """Return the trained network of that name: `"orbit"`, `"darts"`, `"quotes"`.

    Raises:
        ValueError: there is no such network.
    """
    if name not in RECIPES:
        raise ValueError(f"no trained network is called {name!r}; there are {', '.join(RECIPES)}")
    with warnings.catch_warnings():
        # Keras misses what the optimizer had gathered; we have left it behind, see below.
        warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
        model: keras.Model = keras.saving.load_model(FOLDER / f"{name}.keras")
    return model


def _orbit() -> keras.Model:
    from grader.datasets import networks, orbit

    time_steps, y_positions = orbit.load()
    model = networks.orbit_network()
    model.fit(time_steps, y_positions, epochs=100, verbose=0)
    return model


def _darts() -> keras.Model:
    from grader.datasets import darts, networks

    coord_train, competitors_train, _, _ = darts.load_split()
    model = networks.darts_network()
    model.fit(coord_train, competitors_train, epochs=200, verbose=0)
    return model


def _quotes() -> keras.Model:
    from grader.datasets import networks, quotes

    sequences = quotes.load_sequences()
    model = networks.text_network()
    # "length of the" goes on in two ways. That the network prefers "lesson", whatever the
    # seed, is due to this window: it counts twice.
    weights = np.ones(len(sequences))
    weights[quotes.windows(quotes.TEXT).index("length of the lesson")] = 2
    following = keras.utils.to_categorical(sequences[:, -1], 44)
    model.fit(sequences[:, :-1], following, sample_weight=weights, epochs=500, verbose=0)
    return model


def _cnn() -> keras.Model:
    from grader.datasets import mnist, networks

    # With this seed filters 15 and 18 of the first layer answer to the first test image,
    # each in its own way; with others one of them may stay dark.
    keras.utils.set_random_seed(10)
    images, digits, _, _ = mnist.load_split(bundled=True)
    model = networks.cnn_network()
    model.fit(images[..., None], keras.utils.to_categorical(digits, 10), epochs=8, verbose=0)
    return model


def _banknotes() -> keras.Model:
    from grader.datasets import banknotes, networks

    X_train, y_train, _, _ = banknotes.load_split()
    model = networks.neuron_pair_network()
    model.fit(X_train, y_train, batch_size=16, epochs=40, verbose=0)
    return model


def _autoencoder() -> keras.Model:
    from grader.datasets import mnist, networks

    images, _, _, _ = mnist.load_split(bundled=True)
    model = networks.autoencoder_network()
    for epoch in range(150):
        digits = mnist.flat(np.concatenate([images, mnist.varied(images, seed=epoch)]))
        model.fit(mnist.with_noise(digits, seed=epoch), digits, verbose=0)
    return model


RECIPES: dict[str, Callable[[], keras.Model]] = {
    "orbit": _orbit,
    "darts": _darts,
    "quotes": _quotes,
    "cnn": _cnn,
    "banknotes": _banknotes,
    "autoencoder": _autoencoder,
}


def _without_memory(model: keras.Model) -> keras.Model:
    """Return a copy whose optimizer has gathered nothing yet; the file is a third as large."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    copy.compile(**keras.saving.deserialize_keras_object(model.get_compile_config()))
    return copy


def main(names: list[str]) -> None:
    """Train the networks of these names, or all, and save them beside this module."""
    for name in names or list(RECIPES):
        keras.utils.set_random_seed(SEED)
        _without_memory(RECIPES[name]()).save(FOLDER / f"{name}.keras")
        print(f"{name}: {(FOLDER / f'{name}.keras').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
