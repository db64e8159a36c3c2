"""Networks that exercises hand out already trained, as small committed files.

`python -m grader.datasets.trained` trains all of them anew from a seed;
`python -m grader.datasets.trained NAME` only one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import keras

FOLDER = Path(__file__).parent
SEED = 7


def load(name: str) -> keras.Model:
    """Return the trained network of that name, `"orbit"` or `"darts"`.

    Raises:
        ValueError: there is no such network.
    """
    if name not in RECIPES:
        raise ValueError(f"no trained network is called {name!r}; there are {', '.join(RECIPES)}")
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


RECIPES: dict[str, Callable[[], keras.Model]] = {"orbit": _orbit, "darts": _darts}


def main(names: list[str]) -> None:
    """Train the networks of these names, or all, and save them beside this module."""
    for name in names or list(RECIPES):
        keras.utils.set_random_seed(SEED)
        model = RECIPES[name]()
        model.save(FOLDER / f"{name}.keras", include_optimizer=False)
        print(f"{name}: {(FOLDER / f'{name}.keras').stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
