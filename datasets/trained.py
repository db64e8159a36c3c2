"""Networks that exercises hand out already trained, as small committed files.

`python -m grader.datasets.making NAME` trains one of them anew, from a seed.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import keras

SAVED = tuple(sorted(Path(__file__).parent.glob("*.keras")))
"""The networks' files. An exercise that withholds `load` closes them."""


def load(name: str) -> keras.Model:
    """Return the trained network of that name: `"orbit"`, `"darts"`, `"quotes"`.

    Raises:
        ValueError: there is no such network.
    """
    files = {path.stem: path for path in SAVED}
    if name not in files:
        raise ValueError(f"no trained network is called {name!r}; there are {', '.join(files)}")
    with warnings.catch_warnings():
        # Keras misses what the optimizer had gathered; we have left it behind, see `making`.
        warnings.filterwarnings("ignore", "Skipping variable loading for optimizer")
        model: keras.Model = keras.saving.load_model(files[name])
    return model
